//! Requests that are no call: what each is told.

use super::*;

#[test]
fn options_says_what_we_can() {
    let mut rig = Rig::new();
    assert_eq!(rig.hears(Phone::new("a").request("OPTIONS", 1, "o", "")), ["200"]);
    assert_eq!(
        (rig.header("Allow"), rig.header("Accept")),
        ("INVITE, ACK, CANCEL, BYE, OPTIONS".into(), "application/sdp".into())
    );
    assert_eq!(rig.core.counters().transactions, 0, "and costs nothing");
}

#[test]
fn known_methods_that_are_not_ours_are_405_and_unknown_ones_501_both_with_allow() {
    for (method, code) in [
        ("REGISTER", "405"),
        ("SUBSCRIBE", "405"),
        ("NOTIFY", "405"),
        ("PUBLISH", "405"),
        ("MESSAGE", "405"),
        ("INFO", "405"),
        ("REFER", "405"),
        ("UPDATE", "405"),
        ("PRACK", "405"),
        ("invite", "501"),
        ("DANCE", "501"),
        ("!x%41", "501"),
    ] {
        let mut rig = Rig::new();
        assert_eq!(rig.hears(Phone::new("a").request(method, 1, "m", "")), [code], "{method}");
        assert_eq!(rig.header("Allow"), "INVITE, ACK, CANCEL, BYE, OPTIONS");
        assert!(rig.header("To").contains(";tag="));
    }
}

#[test]
fn the_same_invite_by_another_way_is_merged() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.hears(phone.invite(1));
    let other = phone.request("INVITE", 1, "other", "");
    assert_eq!(rig.hears(&other), ["482"]);
    assert_eq!(rig.hears(&other), ["482"]);
    assert_eq!(rig.hears(phone.cancel(1)), ["200", "487", "ended Cancelled"], "a CANCEL is no second INVITE");
    assert_eq!(rig.hears(&other), ["482"], "nor does it end the memory of the first");
    rig.hears(phone.ack_failure(1, &rig.tag()));
    rig.forgets();
    assert_eq!(rig.hears(&other), ["100", "incoming"], "long after, it is a call");
}

#[test]
fn what_we_must_know_and_do_not_is_420_with_its_name() {
    let (mut rig, mut phone) = (Rig::new(), Phone::new("a"));
    phone.more += "Require: 100rel , timer\r\nRequire: precondition\r\nProxy-Require: foo\r\n";
    assert_eq!(rig.hears(phone.invite(1)), ["420"]);
    assert_eq!(rig.header("Unsupported"), "100rel, timer, precondition");
    assert_eq!(rig.hears(phone.cancel(1)), ["481"], "in CANCEL it means nothing (§8.2.2.3)");
    phone.more = phone.more.replace("Require", "Supported");
    assert_eq!(rig.hears(phone.request("INVITE", 2, "i2", "")), ["100", "incoming"]);
}

#[test]
fn a_full_house_is_503_with_a_time_to_come_back() {
    let mut rig = Rig::with_calls(1);
    let first = Phone::new("a");
    rig.talks(&first);
    let tag = rig.tag();
    assert_eq!(rig.hears(Phone::new("b").invite(1)), ["503"]);
    assert_eq!(rig.header("Retry-After"), "10");
    assert_eq!(rig.core.counters().refused_full, 1);
    assert_eq!(rig.hears(first.reinvite(2, &tag)), ["reinvited"], "whoever is in stays in");
    rig.answers();
    rig.hears(first.ack(2, &tag));
    assert_eq!(rig.hears(first.bye(3, &tag)), ["200", "ended Bye"]);
    assert_eq!(rig.hears(Phone::new("c").invite(1)), ["100", "incoming"]);
}

#[test]
fn max_forwards_0_reaches_its_end_here() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    assert_eq!(rig.hears(phone.invite(1).replace("Max-Forwards: 70", "Max-Forwards: 0")), ["100", "incoming"]);
}

#[test]
fn what_can_be_read_two_ways_is_400_and_says_why() {
    let good = Phone::new("a").invite(1);
    let without = |name: &str| {
        let lines = good.split_inclusive("\r\n").filter(|line| !line.starts_with(name));
        lines.collect::<String>()
    };
    let table = [
        (without("Call-ID"), "Call-ID Missing Or Malformed"),
        (without("CSeq"), "CSeq Missing Or Malformed"),
        (without("From"), "From Or To Missing Or Malformed"),
        (without("To"), "From Or To Missing Or Malformed"),
        (good.replace("CSeq: 1 INVITE", "CSeq: 1 BYE"), "CSeq Names Another Method"),
        (good.replace("CSeq: 1 ", "CSeq: 2147483648 "), "CSeq Missing Or Malformed"),
        (good.replace("CSeq: 1 ", "CSeq: -1 "), "CSeq Missing Or Malformed"),
        (good.replace("Content-Length: 0", "Content-Length: 0\r\nl: 0"), "A Header Stands Twice"),
        (good.replace("Content-Length: 0", "Content-Length: 9"), "Body Shorter Than Content-Length"),
        (good.replace("Content-Length: 0", "Content-Length: +0"), "A Number Is Malformed"),
        (good.replace("Max-Forwards: 70", "Max-Forwards: many"), "A Number Is Malformed"),
        (good.replace("From: ", "From: \"unclosed "), "From Or To Missing Or Malformed"),
        (good.replace("From: ", "Subject: a\rb\r\nFrom: "), "Carriage Return In A Header"),
        (good.replace("From: ", "no colon here\r\nFrom: "), "Header Line Without Colon"),
        (good.replace(";rport", ";rport,,SIP/2.0/UDP x"), "Empty Via"),
        (good.replace("INVITE sip:0353010000@192.0.2.1", "INVITE <sip:0353010000@192.0.2.1>"), "Malformed Request-URI"),
        (good.replace("INVITE sip:0353010000@", "INVITE sip:03530 10000@"), "Malformed Request-URI"),
        (good.replace("@192.0.2.1 SIP", "@192.0.2.1?a=b SIP"), "Headers In Request-URI"),
        (good.trim_end_matches("\r\n").to_owned(), "Header Section Without End"),
    ];
    for (text, reason) in table {
        let mut rig = Rig::new();
        assert_eq!(rig.hears(&text), ["400"], "{text}");
        assert!(rig.text().starts_with(&format!("SIP/2.0 400 {reason}\r\n")), "{reason}: {}", rig.text());
        assert_eq!(rig.core.counters().faulty, 1);
        rig.forgets();
    }
}

#[test]
fn another_version_is_505_and_another_scheme_416() {
    let good = Phone::new("a").invite(1);
    for (text, code) in [
        (good.replacen("SIP/2.0\r\n", "SIP/7.0\r\n", 1), "505"),
        (good.replacen("INVITE sip:", "INVITE mailto:", 1), "416"),
        (good.replacen("INVITE sip:0353010000@192.0.2.1", "INVITE tel:+33353010000", 1), "100"),
        (good.replacen("INVITE sip:", "INVITE SIPS:", 1), "100"),
    ] {
        assert_eq!(Rig::new().hears(&text)[0], code, "{text}");
    }
}

#[test]
fn nobody_is_answered_who_cannot_be_or_need_not_be() {
    let good = Phone::new("a").invite(1);
    for text in [
        "",
        "\r\n\r\n",
        "hello",
        "GET / HTTP/1.1\r\n\r\n",
        "SIP/2.0 200 OK\r\n\r\n",
        "SIP/2.0 2000 OK\r\n\r\n",
        &good.replace("Via: SIP/2.0/UDP", "Via: nonsense"),
        &good.replace("Via: ", "X: "),
        &good.replace("Via: ", "Via: ,"),
        &Phone::new("a").ack(1, "0123456789abcdef"),
        &Phone::new("a").ack(1, "x").replace("CSeq: 1", "CSeq: x"),
        &format!("INVITE sip:a@b SIP/2.0\r\n{}\r\n", "a: b\r\n".repeat(300)),
    ] {
        let mut rig = Rig::new();
        assert_eq!(rig.hears(text), [""; 0], "{text}");
        rig.forgets();
    }
}

#[test]
fn a_refusal_is_said_once_a_request_and_nothing_is_kept() {
    let (mut rig, mut phone) = (Rig::new(), Phone::new("a"));
    phone.more += "Require: x\r\n";
    assert_eq!(rig.hears(phone.invite(1)), ["420"]);
    let first = rig.text().to_owned();
    assert_eq!(rig.hears(phone.invite(1)), ["420"]);
    assert_eq!(rig.text(), first, "the same tag: one response (§8.2.7)");
    assert_eq!(rig.waits_s(60), []);
    assert_eq!(rig.hears(phone.ack_failure(1, "x")), [""; 0]);
}

#[test]
fn without_content_length_a_datagram_ends_where_it_ends() {
    let (mut rig, mut phone) = (Rig::new(), Phone::new("a"));
    phone.body = SDP.into();
    let text = phone.invite(1).replace(&format!("Content-Length: {}\r\n", SDP.len()), "");
    assert_eq!(rig.hears(text), ["100", "incoming"]);
    assert_eq!(rig.incoming.unwrap().offer.as_deref(), Some(SDP.as_bytes()));
}
