//! From INVITE to BYE, and every way a call goes wrong between.

use super::*;

#[test]
fn a_call_rings_is_answered_and_hung_up_by_them() {
    let (mut rig, mut phone) = (Rig::new(), Phone::new("a"));
    phone.body = SDP.into();
    assert_eq!(rig.hears(phone.invite(1)), ["100", "incoming"]);
    assert_eq!(rig.incoming.as_ref().unwrap().offer.as_deref(), Some(SDP.as_bytes()));
    assert_eq!(rig.does(Command::Ring), ["180"]);
    assert_eq!(rig.answers(), ["200"]);
    assert_eq!(rig.header("To"), format!("<sip:0353010000@192.0.2.1>;tag={}", rig.tag()));
    assert_eq!(
        (rig.header("Contact"), rig.header("Content-Type")),
        ("<sip:192.0.2.1:5060>".into(), "application/sdp".into())
    );
    assert!(rig.text().ends_with(SDP) && rig.header("Content-Length") == SDP.len().to_string());
    phone.body.clear();
    assert_eq!(rig.hears(phone.ack(1, &rig.tag())), ["confirmed"]);
    assert_eq!(rig.hears(phone.ack(1, &rig.tag())), [""; 0], "its repetition is swallowed");
    assert_eq!(rig.hears(phone.bye(2, &rig.tag())), ["200", "ended Bye"]);
    assert_eq!(rig.hears(phone.bye(2, &rig.tag())), ["200"], "its repetition is answered alike");
    rig.forgets();
}

#[test]
fn a_2xx_is_repeated_until_32_seconds_have_passed_then_the_line_hangs_up() {
    for (mut rig, phone) in [(Rig::new(), Phone::new("a")), (Rig::tcp(), Phone::new("a"))] {
        rig.hears(phone.invite(1));
        rig.answers();
        let seen = rig.waits_s(32);
        let sent: Vec<_> = seen.iter().filter(|(_, word)| word == "200").map(|(at, _)| *at).collect();
        assert_eq!(sent, [500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
        assert_eq!(seen[10..], [(32_000, "BYE".to_owned()), (32_000, "ended Unacknowledged".to_owned())]);
        rig.forgets();
    }
}

#[test]
fn the_ack_stops_the_repetitions() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.hears(phone.invite(1));
    rig.answers();
    assert_eq!(rig.waits_s(2), [(500, "200".to_owned()), (1_500, "200".to_owned())]);
    assert_eq!(rig.hears(phone.ack(1, &rig.tag())), ["confirmed"]);
    assert_eq!(rig.waits_s(60), []);
    assert_eq!(rig.core.counters().dialogs, 1);
}

#[test]
fn an_ack_with_another_number_or_tag_confirms_nothing() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.hears(phone.invite(1));
    rig.answers();
    assert_eq!(rig.hears(phone.ack(2, &rig.tag())), [""; 0]);
    assert_eq!(rig.hears(phone.ack(1, "0123456789abcdef")), [""; 0]);
    let mut other = phone.clone();
    other.from = "<sip:0639980012@example.net>;tag=other".into();
    assert_eq!(rig.hears(other.ack(1, &rig.tag())), [""; 0]);
    assert_eq!(rig.waits(Duration::from_millis(500)), [(500, "200".to_owned())]);
}

#[test]
fn cancel_before_the_answer_gets_200_and_the_invite_487_until_its_ack() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.hears(phone.invite(1));
    assert_eq!(rig.hears(phone.cancel(1)), ["200", "487", "ended Cancelled"]);
    let tag = rig.tag();
    let tags: Vec<bool> = rig.sent.iter().map(|(_, text)| text.contains(&format!(";tag={tag}"))).collect();
    assert_eq!(tags, [true, true], "§9.2: both under one tag");
    assert_eq!(rig.hears(phone.cancel(1)), ["200"]);
    assert_eq!(rig.waits_s(4).into_iter().map(|(at, _)| at).collect::<Vec<_>>(), [500, 1_500, 3_500]);
    assert_eq!(rig.hears(phone.invite(1)), ["487"], "the INVITE again gets the same");
    assert_eq!(rig.hears(phone.ack_failure(1, &rig.tag())), [""; 0]);
    assert_eq!(rig.hears(phone.ack_failure(1, &rig.tag())), [""; 0]);
    assert_eq!(rig.hears(phone.invite(1)), [""; 0]);
    assert_eq!(rig.waits_s(60), []);
    rig.forgets();
}

#[test]
fn a_487_never_acknowledged_is_given_up() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.hears(phone.invite(1));
    rig.hears(phone.cancel(1));
    assert_eq!(rig.waits_s(40).len(), 10);
    rig.forgets();
}

#[test]
fn cancel_that_crosses_the_200_is_answered_and_changes_nothing() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.hears(phone.invite(1));
    rig.answers();
    assert_eq!(rig.hears(phone.cancel(1)), ["200"]);
    assert!(rig.header("CSeq").ends_with("CANCEL"));
    assert_eq!(rig.hears(phone.ack(1, &rig.tag())), ["confirmed"]);
    assert_eq!(rig.hears(phone.bye(2, &rig.tag())), ["200", "ended Bye"]);
}

#[test]
fn cancel_of_what_never_came_is_unknown() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    assert_eq!(rig.hears(phone.cancel(1)), ["481"]);
    rig.hears(phone.invite(1));
    let mut other = phone.clone();
    other.via = "SIP/2.0/UDP 192.0.2.10:5062;rport".into();
    assert_eq!(rig.hears(other.cancel(1)), ["481"], "the sent-by is part of the name (§17.2.3)");
    assert_eq!(rig.core.counters().transactions, 1, "and nothing is kept of it");
}

#[test]
fn a_sent_by_without_port_is_the_one_with_5060() {
    let (mut rig, mut phone) = (Rig::new(), Phone::new("a"));
    phone.via = "SIP/2.0/UDP 192.0.2.9".into();
    rig.hears(phone.invite(1));
    phone.via = "SIP/2.0/UDP 192.0.2.9:5060".into();
    assert_eq!(rig.hears(phone.cancel(1)), ["200", "487", "ended Cancelled"]);
}

#[test]
fn while_leaving_a_later_invite_is_put_off() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.hears(phone.invite(1));
    rig.answers();
    rig.does(Command::HangUp);
    assert_eq!(rig.hears(phone.reinvite(2, &rig.tag())), ["500"]);
    assert_eq!(rig.hears(phone.ack(1, &rig.tag())), ["BYE"]);
}

#[test]
fn the_call_can_refuse_and_the_refusal_is_repeated_until_its_ack() {
    for code in [404, 486, 488, 503] {
        let (mut rig, phone) = (Rig::new(), Phone::new("a"));
        rig.hears(phone.invite(1));
        assert_eq!(rig.does(Command::Refuse(code)), [code.to_string(), "ended Here".into()]);
        assert_eq!(rig.headers("Retry-After").len(), usize::from(code == 503));
        assert_eq!(rig.waits(Duration::from_millis(500)), [(500, code.to_string())]);
        rig.hears(phone.ack_failure(1, &rig.tag()));
        assert_eq!(rig.waits_s(60), []);
        rig.forgets();
    }
}

#[test]
fn hanging_up_before_the_answer_is_480() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.hears(phone.invite(1));
    assert_eq!(rig.does(Command::HangUp), ["480", "ended Here"]);
}

#[test]
fn an_invite_again_gets_the_last_provisional_response_again() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.hears(phone.invite(1));
    assert_eq!(rig.hears(phone.invite(1)), ["100"]);
    rig.does(Command::Ring);
    assert_eq!(rig.hears(phone.invite(1)), ["180"]);
    rig.answers();
    assert_eq!(rig.hears(phone.invite(1)), [""; 0], "the 2xx has its own repetition (RFC 6026 §7.1)");
}

#[test]
fn a_bye_before_the_final_response_ends_the_invite_too() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.hears(phone.invite(1));
    rig.does(Command::Ring);
    assert_eq!(rig.hears(phone.bye(2, &rig.tag())), ["487", "200", "ended Bye"]);
    assert!(rig.header("CSeq").ends_with("BYE"));
    rig.forgets();
}

#[test]
fn a_bye_before_the_ack_is_answered_and_the_200_stops() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.hears(phone.invite(1));
    rig.answers();
    assert_eq!(rig.hears(phone.bye(2, &rig.tag())), ["200", "ended Bye"]);
    assert_eq!(rig.hears(phone.ack(1, &rig.tag())), [""; 0]);
    assert_eq!(rig.waits_s(60), []);
    rig.forgets();
}

#[test]
fn hanging_up_before_the_ack_waits_for_it() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.hears(phone.invite(1));
    rig.answers();
    assert_eq!(rig.does(Command::HangUp), ["ended Here"]);
    assert_eq!(rig.does(Command::HangUp), [""; 0], "ended once");
    assert_eq!(rig.waits(Duration::from_millis(500)), [(500, "200".to_owned())], "still repeated");
    assert_eq!(rig.hears(phone.ack(1, &rig.tag())), ["BYE"]);
    let bye = rig.text().to_owned();
    assert_eq!(rig.hears(answer_to(&bye, 200)), [""; 0]);
    rig.forgets();
}

#[test]
fn hanging_up_before_an_ack_that_never_comes_ends_with_the_bye_all_the_same() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.hears(phone.invite(1));
    rig.answers();
    rig.does(Command::HangUp);
    let seen = rig.waits_s(32);
    assert_eq!(seen.last(), Some(&(32_000, "BYE".to_owned())), "and no second end");
    rig.forgets();
}

#[test]
fn while_leaving_a_bye_of_theirs_is_answered_and_told_nobody() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.hears(phone.invite(1));
    rig.answers();
    rig.does(Command::HangUp);
    assert_eq!(rig.hears(phone.bye(2, &rig.tag())), ["200"]);
    rig.forgets();
}

#[test]
fn our_bye_is_repeated_until_it_is_answered() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.talks(&phone);
    assert_eq!(rig.does(Command::HangUp), ["BYE", "ended Here"]);
    let bye = rig.text().to_owned();
    assert!(bye.starts_with(
        "BYE sip:0639980012@192.0.2.9:5062 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK"
    ));
    assert_eq!(rig.header("From"), format!("<sip:0353010000@192.0.2.1>;tag={}", rig.tag()));
    assert_eq!((rig.header("To"), rig.header("CSeq")), ("<sip:0639980012@example.net>;tag=fa".into(), "1 BYE".into()));
    let at: Vec<_> = rig.waits_s(8).into_iter().map(|(at, _)| at).collect();
    assert_eq!(at, [500, 1_500, 3_500, 7_500]);
    assert_eq!(rig.hears(answer_to(&bye, 100)), [""; 0]);
    let at: Vec<_> = rig.waits_s(8).into_iter().map(|(at, _)| at).collect();
    assert_eq!(at, [3_500, 7_500], "a provisional answer only makes it rare");
    assert_eq!(rig.hears(answer_to(&bye, 481)), [""; 0]);
    assert_eq!(rig.waits_s(60), []);
    rig.forgets();
}

#[test]
fn a_provisional_answer_to_our_bye_makes_it_rare_after_the_one_that_is_due() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.talks(&phone);
    rig.does(Command::HangUp);
    let bye = rig.text().to_owned();
    rig.hears(answer_to(&bye, 100));
    let at: Vec<_> = rig.waits_s(10).into_iter().map(|(at, _)| at).collect();
    assert_eq!(at, [500, 4_500, 8_500], "timer E is T2 each time it fires in Proceeding (§17.1.2.2)");
}

#[test]
fn our_bye_without_any_answer_is_given_up() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.talks(&phone);
    rig.does(Command::HangUp);
    assert_eq!(rig.waits_s(40).len(), 10);
    rig.forgets();
}

#[test]
fn a_response_to_nothing_of_ours_is_dropped() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.talks(&phone);
    rig.does(Command::HangUp);
    let bye = rig.text().to_owned();
    assert_eq!(rig.hears(answer_to(&bye, 200).replace("branch=z9hG4bK", "branch=z9hG4bKx")), [""; 0]);
    assert_eq!(rig.hears(answer_to(&bye, 200).replace("1 BYE", "1 INVITE")), [""; 0]);
    assert_eq!(rig.hears(answer_to(&bye, 200).replace("From:", "Via: SIP/2.0/UDP q\r\nFrom:")), [""; 0], "§8.1.3.3");
    assert_eq!(rig.waits(Duration::from_millis(500)), [(500, "BYE".to_owned())]);
}

#[test]
fn crossing_byes_end_both_ways() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.talks(&phone);
    rig.does(Command::HangUp);
    let ours = rig.text().to_owned();
    // §15.1.1: our side is over with our own BYE; a phone takes 481 as the end too.
    assert_eq!(rig.hears(phone.bye(2, &rig.tag())), ["481"]);
    rig.hears(answer_to(&ours, 481));
    rig.forgets();
}

#[test]
fn a_call_that_forgets_to_answer_is_ended_after_three_minutes_and_expires_counts() {
    let (mut rig, mut phone) = (Rig::new(), Phone::new("a"));
    rig.hears(phone.invite(1));
    assert_eq!(rig.waits_s(180), [(180_000, "487".to_owned()), (180_000, "ended Cancelled".to_owned())]);
    rig.forgets();
    phone.name = "b".into();
    phone.more += "Expires: 20\r\n";
    rig.hears(phone.invite(1));
    assert_eq!(rig.waits_s(20), [(20_000, "487".to_owned()), (20_000, "ended Cancelled".to_owned())]);
    phone.name = "c".into();
    phone.more += "Expires: 1e9\r\n";
    rig.hears(phone.invite(1));
    assert_eq!(rig.answers(), ["200"]);
}

#[test]
fn a_command_for_a_dialog_that_is_gone_does_nothing() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.talks(&phone);
    for command in [Command::Ring, Command::Refuse(486), Command::Answer(SDP.into())] {
        assert_eq!(rig.does(command), [""; 0], "nothing is asked");
    }
    rig.hears(phone.bye(2, &rig.tag()));
    for command in [Command::Ring, Command::Refuse(486), Command::Answer(SDP.into()), Command::HangUp] {
        assert_eq!(rig.does(command), [""; 0]);
    }
}

#[test]
fn over_tcp_a_failure_is_said_once_and_its_ack_ends_it() {
    let (mut rig, phone) = (Rig::tcp(), Phone::new("a"));
    rig.hears(phone.invite(1));
    rig.does(Command::Ring);
    assert_eq!(rig.header("Contact"), "<sip:192.0.2.1:5060;transport=tcp>");
    assert_eq!(rig.does(Command::Refuse(486)), ["486", "ended Here"]);
    assert_eq!(rig.waits_s(10), []);
    rig.hears(phone.ack_failure(1, &rig.tag()));
    assert_eq!(rig.core.counters().transactions, 0);
    rig.forgets();
}
