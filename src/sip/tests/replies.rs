//! Where a response goes and what it echoes: Via, rport, received, names in any alphabet, TCP, IPv6.

use super::*;

fn options(via: &str) -> String {
    let mut phone = Phone::new("a");
    phone.via = via.into();
    phone.request("OPTIONS", 1, "o", "")
}

/// Via of the request → Via of the response, and where it went.
fn answered(via: &str) -> (String, String) {
    let mut rig = Rig::new();
    assert_eq!(rig.hears(options(via)), ["200"], "{via}");
    (rig.header("Via").replace(";branch=z9hG4bKoa", ""), rig.to())
}

#[test]
fn a_response_goes_where_the_via_says_and_says_where_it_saw_the_sender() {
    let table = [
        ("SIP/2.0/UDP 192.0.2.9:5062", "SIP/2.0/UDP 192.0.2.9:5062", "192.0.2.9:5062"),
        ("SIP/2.0/UDP 192.0.2.9:9", "SIP/2.0/UDP 192.0.2.9:9", "192.0.2.9:9"),
        ("SIP/2.0/UDP 192.0.2.9", "SIP/2.0/UDP 192.0.2.9", "192.0.2.9:5060"),
        ("SIP/2.0/UDP 192.0.2.9:0", "SIP/2.0/UDP 192.0.2.9:0", "192.0.2.9:5060"),
        ("SIP/2.0/UDP 10.0.0.7:5070", "SIP/2.0/UDP 10.0.0.7:5070;received=192.0.2.9", "192.0.2.9:5070"),
        ("SIP/2.0/UDP phone.example.net", "SIP/2.0/UDP phone.example.net;received=192.0.2.9", "192.0.2.9:5060"),
        ("SIP/2.0/UDP 192.0.2.9:9;rport", "SIP/2.0/UDP 192.0.2.9:9;rport=5062;received=192.0.2.9", "192.0.2.9:5062"),
        ("SIP/2.0/UDP 10.0.0.7;rport", "SIP/2.0/UDP 10.0.0.7;rport=5062;received=192.0.2.9", "192.0.2.9:5062"),
        ("SIP/2.0/UDP 10.0.0.7;RPORT=1", "SIP/2.0/UDP 10.0.0.7;rport=5062;received=192.0.2.9", "192.0.2.9:5062"),
        ("SIP/2.0/UDP 10.0.0.7;received=1.2.3.4", "SIP/2.0/UDP 10.0.0.7;received=192.0.2.9", "192.0.2.9:5060"),
        ("SIP/2.0/UDP 192.0.2.9:9;maddr=192.0.2.60", "SIP/2.0/UDP 192.0.2.9:9;maddr=192.0.2.60", "192.0.2.60:9"),
        ("SIP/2.0/UDP 192.0.2.9;maddr=224.0.1.75", "SIP/2.0/UDP 192.0.2.9;maddr=224.0.1.75", "192.0.2.9:5060"),
        ("SIP/2.0/UDP 192.0.2.9;maddr=127.0.0.1", "SIP/2.0/UDP 192.0.2.9;maddr=127.0.0.1", "192.0.2.9:5060"),
        ("SIP/2.0/UDP 192.0.2.9;maddr=[::1]", "SIP/2.0/UDP 192.0.2.9;maddr=[::1]", "192.0.2.9:5060"),
        ("sip / 2.0 / udp 192.0.2.9 : 9 ; ttl=1", "sip / 2.0 / udp 192.0.2.9 : 9 ; ttl=1", "192.0.2.9:9"),
    ];
    for (via, echoed, to) in table {
        assert_eq!(answered(via), (echoed.to_owned(), to.to_owned()), "{via}");
    }
}

#[test]
fn over_tcp_the_address_is_where_to_connect_again() {
    let mut rig = Rig::tcp();
    rig.hears(options("SIP/2.0/TCP 10.0.0.7:5099;rport"));
    assert_eq!(rig.to(), "192.0.2.9:5099", "not the port of a connection that is gone");
    assert!(matches!(rig.actions[..], [Action::Send { transport: Transport::Tcp(3), .. }]));
}

#[test]
fn ipv6_stands_in_brackets_everywhere_but_in_received() {
    let (mut rig, mut phone) = (Rig::new(), Phone::new("a"));
    rig.here = "[2001:db8::1]:5060".parse().unwrap();
    rig.source.peer = "[2001:db8::9]:5062".parse().unwrap();
    phone.via = "SIP/2.0/UDP [2001:DB8:0::9]:5062".into();
    phone.more = "Contact: <sip:a@[2001:db8::77]:5080>\r\nRecord-Route: <sip:[2001:db8::50];lr>\r\n".into();
    rig.hears(phone.invite(1));
    assert_eq!(rig.header("Via"), "SIP/2.0/UDP [2001:DB8:0::9]:5062;branch=z9hG4bKi1a");
    rig.answers();
    assert_eq!((rig.header("Contact"), rig.to()), ("<sip:[2001:db8::1]:5060>".into(), "[2001:db8::9]:5062".into()));
    rig.hears(phone.ack(1, &rig.tag()));
    rig.does(Command::HangUp);
    assert!(rig.text().starts_with("BYE sip:a@[2001:db8::77]:5080 SIP/2.0\r\nVia: SIP/2.0/UDP [2001:db8::1]:5060;"));
    assert_eq!(rig.to(), "[2001:db8::50]:5060");
    rig.hears(options("SIP/2.0/UDP [2001:db8::8];rport"));
    assert!(rig.header("Via").ends_with(";rport=5062;received=2001:db8::9"));
    assert_eq!(rig.to(), "[2001:db8::9]:5062");
}

#[test]
fn an_ipv4_peer_on_an_ipv6_socket_is_named_as_it_knows_itself() {
    let mut rig = Rig::new();
    rig.source.peer = "[::ffff:192.0.2.9]:5062".parse().unwrap();
    rig.here = "[::ffff:192.0.2.1]:5060".parse().unwrap();
    rig.hears(options("SIP/2.0/UDP 192.0.2.9:5062"));
    assert_eq!(rig.headers("Via")[0], "SIP/2.0/UDP 192.0.2.9:5062;branch=z9hG4bKoa");
    let mut phone = Phone::new("b");
    phone.via = "SIP/2.0/UDP 10.0.0.1".into();
    rig.hears(phone.invite(1));
    assert!(rig.header("Via").ends_with(";received=192.0.2.9"));
    rig.answers();
    assert_eq!(rig.header("Contact"), "<sip:192.0.2.1:5060>");
    rig.hears(phone.ack(1, &rig.tag()));
    rig.does(Command::HangUp);
    assert!(rig.text().contains("Via: SIP/2.0/UDP 192.0.2.1:5060;"), "{}", rig.text());
    phone.more = "Contact: <sip:a@192.0.2.77>\r\nRecord-Route: <sip:192.0.2.50;lr>\r\n".into();
    phone.name = "c".into();
    rig.talks(&phone);
    rig.does(Command::HangUp);
    assert_eq!(rig.to(), "[::ffff:192.0.2.50]:5060", "but written to as the socket wants");
}

#[test]
fn vias_are_echoed_whole_in_order_joined_or_not() {
    let mut rig = Rig::new();
    let text = options("SIP/2.0/UDP 192.0.2.9:5062;x=\"a,b;c\"").replace(
        ";branch=z9hG4bKoa",
        ";branch=z9hG4bKoa ,\tSIP/2.0/TCP p.example.net;branch=z9hG4bK2;y=,SIP/2.0/UDP q\r\nv:SIP/2.0/TLS r;comp=sigcomp",
    );
    assert_eq!(rig.hears(text), ["200"]);
    assert_eq!(
        rig.headers("Via"),
        [
            "SIP/2.0/UDP 192.0.2.9:5062;x=\"a,b;c\";branch=z9hG4bKoa ,\tSIP/2.0/TCP p.example.net;branch=z9hG4bK2;y=,SIP/2.0/UDP q",
            "SIP/2.0/TLS r;comp=sigcomp"
        ]
    );
}

#[test]
fn compact_and_folded_headers_are_the_same_call() {
    let mut rig = Rig::new();
    let text = "INVITE sip:0353010000@192.0.2.1 SIP/2.0\r\nv: SIP/2.0/UDP\r\n 192.0.2.9:5062\r\n\t;branch=z9hG4bKx\r\n\
                f: \"A\r\n B\" <sip:0639980012@example.net>\r\n ;tag=x\r\nT:<sip:0353010000@192.0.2.1>\r\ni : x@y\r\n\
                CSEQ: 1\r\n   INVITE\r\nm: <sip:a@192.0.2.9>\r\nk: timer\r\nc: application/sdp\r\nl: 3\r\n\r\nv=0and the rest is not ours";
    assert_eq!(rig.hears(text), ["100", "incoming"]);
    let incoming = rig.incoming.as_ref().unwrap();
    assert_eq!(incoming.offer.as_deref(), Some(&b"v=0"[..]));
    assert_eq!(incoming.identity.caller.as_ref().unwrap().dialable(), "+33639980012");
    assert_eq!(
        rig.header("From").split_whitespace().collect::<Vec<_>>(),
        ["\"A", "B\"", "<sip:0639980012@example.net>", ";tag=x"]
    );
}

#[test]
fn a_name_in_an_old_alphabet_is_echoed_byte_for_byte() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    let mut text = phone.invite(1).replace("From: ", "From: \"Ren@\" ").into_bytes();
    let at = text.windows(4).position(|four| four == b"Ren@").unwrap() + 3;
    text[at] = 0xe9;
    assert_eq!(rig.hears(&text), ["100", "incoming"]);
    rig.answers();
    let is_in = |rig: &Rig| match &rig.actions[0] {
        Action::Send { bytes, .. } => bytes.windows(6).any(|six| six == b"\"Ren\xe9\""),
        other => panic!("{other:?}"),
    };
    assert!(is_in(&rig));
    rig.hears(phone.ack(1, &rig.tag()));
    assert_eq!(rig.does(Command::HangUp), ["BYE", "ended Here"]);
    assert!(is_in(&rig), "in our own requests too");
}

#[test]
fn a_phone_of_1999_has_neither_branch_nor_tag_nor_contact() {
    let mut rig = Rig::new();
    let text = |method: &str, sequence: u32, tag: &str| {
        format!(
            "{method} sip:0353010000@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:5062\r\nFrom: sip:0639980012@192.0.2.9\r\n\
             To: sip:0353010000@192.0.2.1{tag}\r\nCall-ID: old\r\nCSeq: {sequence} {method}\r\n\r\n"
        )
    };
    assert_eq!(rig.hears(text("INVITE", 1, "")), ["100", "incoming"]);
    assert_eq!(rig.hears(text("INVITE", 1, "")), ["100"]);
    rig.answers();
    let tag = format!(";tag={}", rig.tag());
    assert_eq!(rig.header("To"), format!("sip:0353010000@192.0.2.1{tag}"));
    assert_eq!(rig.hears(text("ACK", 1, &tag)), ["confirmed"]);
    assert_eq!(rig.hears(text("BYE", 2, &tag)), ["200", "ended Bye"]);
    rig.forgets();
    assert_eq!(rig.hears(text("INVITE", 3, "")), ["100", "incoming"]);
    assert_eq!(rig.hears(text("CANCEL", 3, "")), ["200", "487", "ended Cancelled"]);
    assert_eq!(rig.hears(text("ACK", 3, &format!(";tag={}", rig.tag()))), [""; 0]);
    assert_eq!(rig.waits_s(60), [], "the ACK was matched without a branch");
    rig.forgets();
}

#[test]
fn a_branch_of_the_cookie_alone_names_nothing() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    assert_eq!(rig.hears(phone.invite(1).replace("z9hG4bKi1a", "z9hG4bK")), ["100", "incoming"]);
    let other = Phone::new("b").invite(1).replace("z9hG4bKi1b", "z9hG4bK");
    assert_eq!(rig.hears(other), ["100", "incoming"], "another Call-ID is another call");
}

#[test]
fn the_senders_clock_is_echoed_in_a_100_alone() {
    let (mut rig, mut phone) = (Rig::new(), Phone::new("a"));
    phone.more += "Timestamp: 54.2\r\n";
    rig.hears(phone.invite(1));
    assert_eq!(rig.header("Timestamp"), "54.2");
    rig.answers();
    assert_eq!(rig.headers("Timestamp"), [""; 0]);
}
