//! Requests inside a dialog: re-INVITE, its order, and the way our own requests take.

use super::*;

#[test]
fn hold_and_resume_are_told_and_answered() {
    let (mut rig, mut phone) = (Rig::new(), Phone::new("a"));
    rig.talks(&phone);
    phone.body = SDP.replace("m=audio", "a=sendonly\r\nm=audio");
    for sequence in [2, 3] {
        assert_eq!(rig.hears(phone.reinvite(sequence, &rig.tag())), ["reinvited sdp"]);
        assert_eq!(rig.answers(), ["200"]);
        assert_eq!(rig.header("CSeq"), format!("{sequence} INVITE"));
        let mut ack = phone.clone();
        ack.body.clear();
        assert_eq!(rig.hears(ack.ack(sequence, &rig.tag())), ["confirmed"]);
    }
    phone.body.clear();
    assert_eq!(rig.hears(phone.bye(4, &rig.tag())), ["200", "ended Bye"]);
    rig.forgets();
}

#[test]
fn an_invite_without_offer_has_its_answer_in_the_ack() {
    let (mut rig, mut phone) = (Rig::new(), Phone::new("a"));
    rig.talks(&phone);
    assert_eq!(rig.hears(phone.reinvite(2, &rig.tag())), ["reinvited"]);
    assert_eq!(rig.answers(), ["200"]);
    phone.body = SDP.into();
    assert_eq!(rig.hears(phone.ack(2, &rig.tag())), ["confirmed sdp"]);
}

#[test]
fn a_refused_or_cancelled_later_invite_leaves_the_call_as_it_was() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.talks(&phone);
    rig.hears(phone.reinvite(2, &rig.tag()));
    assert_eq!(rig.does(Command::Refuse(488)), ["488"]);
    rig.hears(phone.ack_failure(2, &rig.tag()));
    rig.hears(phone.reinvite(3, &rig.tag()));
    assert_eq!(rig.hears(phone.cancel(3)), ["200", "487"]);
    assert_eq!(rig.answers(), [""; 0], "withdrawn meanwhile");
    rig.hears(phone.ack_failure(3, &rig.tag()));
    rig.hears(phone.reinvite(4, &rig.tag()));
    assert_eq!(rig.answers(), ["200"]);
    assert_eq!(rig.hears(phone.ack(4, &rig.tag())), ["confirmed"]);
    assert_eq!(rig.hears(phone.bye(5, &rig.tag())), ["200", "ended Bye"]);
    rig.forgets();
}

#[test]
fn a_late_cancel_of_the_first_invite_does_not_touch_a_later_one() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.talks(&phone);
    rig.hears(phone.reinvite(2, &rig.tag()));
    assert_eq!(rig.hears(phone.cancel(1)), ["200"]);
    assert_eq!(rig.answers(), ["200"]);
}

#[test]
fn a_later_invite_never_answered_is_ended_alone() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.talks(&phone);
    rig.hears(phone.reinvite(2, &rig.tag()));
    assert_eq!(rig.waits_s(180), [(180_000, "487".to_owned())]);
    assert_eq!(rig.core.counters().dialogs, 1);
}

#[test]
fn a_later_200_never_acknowledged_ends_the_call() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.talks(&phone);
    rig.hears(phone.reinvite(2, &rig.tag()));
    rig.answers();
    assert_eq!(rig.waits_s(32).last(), Some(&(32_000, "ended Unacknowledged".to_owned())));
    rig.forgets();
}

#[test]
fn hanging_up_while_a_later_invite_waits_ends_both() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.talks(&phone);
    rig.hears(phone.reinvite(2, &rig.tag()));
    assert_eq!(rig.does(Command::HangUp), ["487", "BYE", "ended Here"]);
    rig.forgets();
    rig.talks(&Phone::new("b"));
    rig.hears(Phone::new("b").reinvite(2, &rig.tag()));
    rig.answers();
    assert_eq!(rig.does(Command::HangUp), ["BYE", "ended Here"]);
    rig.forgets();
}

#[test]
fn out_of_order_is_500_and_so_is_an_invite_before_the_last_was_acknowledged() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.talks(&phone);
    assert_eq!(rig.hears(phone.reinvite(5, &rig.tag())), ["reinvited"]);
    assert_eq!(rig.hears(phone.reinvite(6, &rig.tag())), ["500"]);
    assert_eq!(rig.header("Retry-After"), "1");
    rig.hears(phone.ack_failure(6, &rig.tag()));
    rig.answers();
    assert_eq!(rig.hears(phone.reinvite(7, &rig.tag())), ["500"], "answered, not acknowledged");
    rig.hears(phone.ack_failure(7, &rig.tag()));
    assert_eq!(rig.hears(phone.ack(5, &rig.tag())), ["confirmed"]);
    assert_eq!(rig.hears(phone.reinvite(7, &rig.tag())), [""; 0], "refused already, not a new one");
    assert_eq!(rig.hears(phone.reinvite(4, &rig.tag())), ["500"]);
    assert_eq!(rig.headers("Retry-After"), [""; 0]);
    assert_eq!(rig.hears(phone.bye(4, &rig.tag())), ["500"]);
    assert_eq!(rig.hears(phone.bye(8, &rig.tag())), ["200", "ended Bye"]);
    rig.forgets();
}

#[test]
fn a_new_contact_is_where_our_bye_goes() {
    let (mut rig, mut phone) = (Rig::new(), Phone::new("a"));
    rig.talks(&phone);
    phone.more = "Contact: <sip:moved@192.0.2.77:5080;x=y?Subject=no>\r\n".into();
    rig.hears(phone.reinvite(2, &rig.tag()));
    rig.answers();
    rig.hears(phone.ack(2, &rig.tag()));
    rig.does(Command::HangUp);
    assert!(rig.text().starts_with("BYE sip:moved@192.0.2.77:5080;x=y SIP/2.0\r\n"));
    assert_eq!(rig.to(), "192.0.2.77:5080");
}

fn routed(record_route: &str) -> Rig {
    let (mut rig, mut phone) = (Rig::new(), Phone::new("a"));
    phone.more += record_route;
    rig.hears(phone.invite(1));
    rig.answers();
    let echoed: String = rig.headers("Record-Route").iter().map(|route| format!("Record-Route: {route}\r\n")).collect();
    assert_eq!(echoed, record_route);
    rig.hears(phone.ack(1, &rig.tag()));
    rig.does(Command::HangUp);
    rig
}

#[test]
fn our_bye_takes_the_way_that_the_proxies_recorded() {
    let rig = routed(
        "Record-Route: <sip:192.0.2.50;lr>, <sip:p2.example.net;lr;x=1>\r\nRecord-Route: <sip:192.0.2.52:5070;lr>\r\n",
    );
    assert!(rig.text().starts_with("BYE sip:0639980012@192.0.2.9:5062 SIP/2.0\r\n"));
    assert_eq!(
        rig.headers("Route"),
        ["<sip:192.0.2.50;lr>", "<sip:p2.example.net;lr;x=1>", "<sip:192.0.2.52:5070;lr>"]
    );
    assert_eq!(rig.to(), "192.0.2.50:5060");
}

#[test]
fn a_strict_router_is_the_request_uri_and_the_target_comes_last() {
    let rig = routed("Record-Route: <sip:192.0.2.50:5088;lrx>, <sip:192.0.2.51;lr>\r\n");
    assert!(rig.text().starts_with("BYE sip:192.0.2.50:5088;lrx SIP/2.0\r\n"));
    assert_eq!(rig.headers("Route"), ["<sip:192.0.2.51;lr>", "<sip:0639980012@192.0.2.9:5062>"]);
    assert_eq!(rig.to(), "192.0.2.50:5088", "the first router, though the second is loose");
}

#[test]
fn behind_a_nat_a_name_or_a_place_not_for_strangers_our_bye_goes_where_they_came_from() {
    for contact in [
        "sip:a@10.0.0.7:5060",
        "sip:a@phone.example.net",
        "sip:a@127.0.0.1:25",
        "sip:a@224.0.0.1",
        "sip:a@[::1]",
        "tel:+33639980012",
    ] {
        let (mut rig, mut phone) = (Rig::new(), Phone::new("a"));
        if contact.contains("10.0.0.7") {
            phone.via = "SIP/2.0/UDP 10.0.0.7:5060;rport".into();
        }
        phone.more = format!("Contact: <{contact}>\r\n");
        rig.talks(&phone);
        rig.does(Command::HangUp);
        assert!(rig.text().starts_with(&format!("BYE {contact} SIP/2.0\r\n")));
        assert_eq!(rig.to(), "192.0.2.9:5062", "{contact}");
    }
}

#[test]
fn unknown_dialogs_are_481_whatever_is_wrong_with_the_name() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.talks(&phone);
    let mut other = phone.clone();
    other.from = "<sip:0639980012@example.net>;tag=other".into();
    for text in [
        phone.bye(2, "0123456789abcdef"),
        phone.bye(3, "short"),
        phone.bye(4, ""),
        phone.bye(5, &rig.tag()).replace("Call-ID: a@", "Call-ID: b@"),
        other.bye(6, &rig.tag()),
        phone.reinvite(7, "0123456789abcdef"),
        phone.request("OPTIONS", 8, "o", "0123456789abcdef"),
    ] {
        assert_eq!(rig.hears(&text), ["481"], "{text}");
    }
    assert_eq!(rig.hears(phone.request("OPTIONS", 9, "o9", &rig.tag())), ["200"]);
    assert_eq!(rig.hears(phone.bye(10, &rig.tag())), ["200", "ended Bye"]);
}
