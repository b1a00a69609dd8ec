//! Messages that torture a parser, in the spirit of each section of RFC 4475, and the RFC's own 49 where they are at hand;
//! streams cut anywhere.

use std::path::Path;

use super::frame::{Frame, Frames, Lost, MESSAGE_MAX};
use crate::sip::tests::Rig;

/// RFC section, file, what the line does. Where the RFC leaves a choice: what is readable one way only is served.
const TORTURE: [(&str, &str, &str); 49] = [
    // Read to the end: it is the To tag that names no dialog of ours.
    ("3.1.1.1", "wsinv", "481"),
    ("3.1.1.2", "intmeth", "501"),
    ("3.1.1.3", "esc01", "100 incoming"),
    ("3.1.1.4", "escnull", "405"),
    ("3.1.1.5", "esc02", "501"),
    ("3.1.1.6", "lwsdisp", "200"),
    ("3.1.1.7", "longreq", "100 incoming"),
    ("3.1.1.8", "dblreq", "405"),
    ("3.1.1.9", "semiuri", "200"),
    ("3.1.1.10", "transports", "200"),
    ("3.1.1.11", "mpart01", "405"),
    ("3.1.1.12", "unreason", ""),
    ("3.1.1.13", "noreason", ""),
    ("3.1.2.1", "badinv01", "400"),
    ("3.1.2.2", "clerr", "400"),
    ("3.1.2.3", "ncl", "400"),
    ("3.1.2.4", "scalar02", "400"),
    ("3.1.2.5", "scalarlg", ""),
    ("3.1.2.6", "quotbal", "400"),
    ("3.1.2.7", "ltgtruri", "400"),
    ("3.1.2.8", "lwsruri", "400"),
    ("3.1.2.9", "lwsstart", "400"),
    // A blank behind the version can be read one way only.
    ("3.1.2.10", "trws", "200"),
    ("3.1.2.11", "escruri", "400"),
    // We read no Date.
    ("3.1.2.12", "baddate", "100 incoming"),
    // No registrar: a Contact is not read before the method is refused.
    ("3.1.2.13", "regbadct", "405"),
    // Blanks inside `< >`: the address is plain all the same.
    ("3.1.2.14", "badaspec", "200"),
    // The file lacks the empty line, too: perhaps a cut datagram.
    ("3.1.2.15", "baddn", "400"),
    ("3.1.2.16", "badvers", "505"),
    ("3.1.2.17", "mismatch01", "400"),
    ("3.1.2.18", "mismatch02", "400"),
    ("3.1.2.19", "bigcode", ""),
    ("3.2.1", "badbranch", "200"),
    ("3.3.1", "insuf", "400"),
    ("3.3.2", "unkscm", "416"),
    ("3.3.3", "novelsc", "416"),
    ("3.3.4", "unksm2", "405"),
    ("3.3.5", "bext01", "420"),
    ("3.3.6", "invut", "415"),
    ("3.3.7", "regaut01", "405"),
    ("3.3.8", "multi01", "400"),
    ("3.3.9", "mcl01", "400"),
    ("3.3.10", "bcast", ""),
    // Only a proxy counts hops.
    ("3.3.11", "zeromf", "200"),
    ("3.3.12", "cparam01", "405"),
    ("3.3.13", "cparam02", "405"),
    ("3.3.14", "regescrt", "405"),
    ("3.3.15", "sdp01", "406"),
    ("3.4.1", "inv2543", "100 incoming"),
];

/// What differs on a stream, where Content-Length is the only frame there is.
const ON_A_STREAM: [(&str, &str); 7] = [
    ("dblreq", "405 100 incoming closed"),
    ("baddn", "waits"),
    ("clerr", "waits"),
    ("ncl", "closed"),
    ("bigcode", "closed"),
    ("mcl01", "closed"),
    ("inv2543", "closed"),
];

fn over_tcp(bytes: &[u8]) -> String {
    let (mut rig, mut frames, mut said) = (Rig::tcp(), Frames::default(), Vec::new());
    for chunk in bytes.chunks(7) {
        frames.push(chunk);
        loop {
            match frames.next() {
                Ok(Some(Frame::Message(message))) => said.extend(rig.hears(message)),
                Ok(Some(Frame::Ping)) => said.push("ping".into()),
                Ok(None) => break,
                Err(Lost) => {
                    said.push("closed".into());
                    return said.join(" ");
                }
            }
        }
    }
    if frames.waiting() > 3 {
        said.push("waits".into());
    }
    said.join(" ")
}

#[test]
fn the_torture_messages_get_what_rfc_4475_wants() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/sip-torture/rfc4475");
    if !folder.is_dir() {
        eprintln!("left out: {} is not here, so the messages of RFC 4475 itself were not tried", folder.display());
        return;
    }
    let mut wrong = Vec::new();
    for (section, name, wanted) in TORTURE {
        let bytes = std::fs::read(folder.join(format!("{name}.dat"))).unwrap();
        let udp = Rig::new().hears(&bytes).join(" ");
        let tcp = over_tcp(&bytes);
        let on_stream = ON_A_STREAM.iter().find(|(other, _)| *other == name).map_or(wanted, |(_, wanted)| wanted);
        if (udp.as_str(), tcp.as_str()) != (wanted, on_stream) {
            wrong.push(format!("§{section} {name}: {udp:?} and {tcp:?}, not {wanted:?} and {on_stream:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A message of ours: start line, then headers that replace or join the usual ones.
fn message(start: &str, more: &str) -> String {
    let method = start.split(' ').next().unwrap();
    let usual = [
        ("Via", "SIP/2.0/UDP 192.0.2.9:5062;branch=z9hG4bKt".to_owned()),
        ("From", "<sip:0639980012@example.net>;tag=t".to_owned()),
        ("To", "<sip:0353010000@192.0.2.1>".to_owned()),
        ("Call-ID", "t@example.net".to_owned()),
        ("CSeq", format!("7 {method}")),
    ];
    let more: Vec<&str> = more.split_terminator('|').collect();
    let is_replaced =
        |name: &str| more.iter().any(|line| line.split(':').next().unwrap().trim().eq_ignore_ascii_case(name));
    let kept = usual.iter().filter(|(name, _)| !is_replaced(name)).map(|(name, value)| format!("{name}: {value}\r\n"));
    let more = more.iter().filter(|line| !line.ends_with(":-")).map(|line| format!("{line}\r\n"));
    format!("{start}\r\n{}{}\r\n", kept.collect::<String>(), more.collect::<String>())
}

#[test]
fn messages_of_our_own_in_the_spirit_of_each_section() {
    let invite = "INVITE sip:0353010000@192.0.2.1 SIP/2.0";
    let options = "OPTIONS sip:0353010000@192.0.2.1 SIP/2.0";
    let table = [
        // 3.1.1: odd, and right.
        (
            "3.1.1.1",
            invite,
            "TO  :\r\n sip:0353010000@192.0.2.1 ;   tag   = |cseq: 007\r\n  INVITE|Max-Forwards: 0070|NewThing:\t;;,,;;|s:",
            "100 incoming",
        ),
        ("3.1.1.2", "*do.it-1!~%+`' sip:a@b SIP/2.0", "", "501"),
        (
            "3.1.1.3",
            "INVITE sip:%30353010000@192.0.2.1;x=%41 SIP/2.0",
            "Contact: <sip:caf%C3%A9@192.0.2.9;%6C%72>",
            "100 incoming",
        ),
        ("3.1.1.4", options, "From: <sip:null-%00-null@example.net>;tag=t", "200"),
        ("3.1.1.5", "OPT%49ONS sip:a@b SIP/2.0", "", "501"),
        ("3.1.1.6", options, "From: caller<sip:caller@example.net>;tag=t", "200"),
        ("3.1.1.9", "OPTIONS sip:user;par=u%40b@example.net SIP/2.0", "Accept: text/x;q=\"a,b\"", "200"),
        ("3.1.1.10", options, "Via: SIP/2.0/WSS t1.example.net;branch=z9hG4bK1|Via: SIP/2.0/X-NEW t2", "200"),
        ("3.1.1.12", "SIP/2.0 200 = 2**3 * 5**2 \u{43d}\u{43e}", "", ""),
        ("3.1.1.13", "SIP/2.0 100 ", "", ""),
        // 3.1.2: broken.
        ("3.1.2.1", invite, "Via: SIP/2.0/UDP 192.0.2.9;;,;,,", "400"),
        ("3.1.2.2", invite, "Content-Length: 10", "400"),
        ("3.1.2.3", invite, "Content-Length: -1", "400"),
        ("3.1.2.4", invite, "CSeq: 36893488147419103232 INVITE", "400"),
        ("3.1.2.5", "SIP/2.0 503 Busy", "CSeq: 9292394834772304023312 BYE", ""),
        ("3.1.2.6", invite, "To: \"Mr. J. User <sip:0353010000@192.0.2.1>", "400"),
        ("3.1.2.7", "INVITE <sip:0353010000@192.0.2.1> SIP/2.0", "", "400"),
        ("3.1.2.8", "INVITE sip:0353010000@192.0.2.1; lr SIP/2.0", "", "400"),
        ("3.1.2.9", "INVITE  sip:0353010000@192.0.2.1  SIP/2.0", "", "400"),
        ("3.1.2.10", "OPTIONS sip:a@b SIP/2.0  ", "", "200"),
        ("3.1.2.11", "INVITE sip:a@b?Route=%3Csip:c%3E SIP/2.0", "", "400"),
        ("3.1.2.12", invite, "Date: Fri, 01 Jan 2010 16:00:00 EST", "100 incoming"),
        ("3.1.2.14", options, "To: \"A, B\" < sip:a@b >", "200"),
        ("3.1.2.15", options, "From: A, B <sip:a@b>;tag=t|To: \"\\\0\\\u{7}\" <sip:a@b>", "200"),
        ("3.1.2.16", "OPTIONS sip:a@b SIP/7.0", "", "505"),
        ("3.1.2.17", options, "CSeq: 8 INVITE", "400"),
        ("3.1.2.18", "NEWMETHOD sip:a@b SIP/2.0", "CSeq: 8 INVITE", "400"),
        ("3.1.2.19", "SIP/2.0 4294967301 better not break the receiver", "", ""),
        // 3.2 and 3.3: the transaction, the application.
        ("3.2.1", options, "Via: SIP/2.0/UDP 192.0.2.9:5062;branch=z9hG4bK", "200"),
        ("3.3.1", invite, "Call-ID:-|From:-|To:-", "400"),
        ("3.3.2", "OPTIONS nobodyKnows:opaque SIP/2.0", "", "416"),
        ("3.3.3", "OPTIONS soap.beep://192.0.2.3:3002 SIP/2.0", "", "416"),
        ("3.3.4", options, "To: isbn:2983792873|From: <http://www.example.net>;tag=t", "200"),
        ("3.3.5", options, "Require: a, b|Proxy-Require: c", "420"),
        ("3.3.6", invite, "Content-Type: application/unknown|Content-Length: 0", "100 incoming"),
        ("3.3.8", invite, "CSeq: 1 INVITE|CSeq: 2 INVITE", "400"),
        ("3.3.9", invite, "Content-Length: 0|Content-Length: 0", "400"),
        ("3.3.10", "SIP/2.0 200 OK", "Via: SIP/2.0/UDP 192.0.2.1|Via: SIP/2.0/UDP 255.255.255.255", ""),
        ("3.3.11", options, "Max-Forwards: 0", "200"),
        ("3.3.12", "REGISTER sip:b SIP/2.0", "Contact: sip:a@b;unknown", "405"),
        ("3.3.15", invite, "Accept: text/nobodyKnowsThis", "406"),
        ("3.4.1", invite, "Via: SIP/2.0/UDP old.example.net|From: sip:+33639980012@x;user=phone", "100 incoming"),
    ];
    for (section, start, more, wanted) in table {
        let text = message(start, more);
        assert_eq!(Rig::new().hears(&text).join(" "), wanted, "§{section}: {text}");
    }
}

const ONE: &str = "OPTIONS sip:a@b SIP/2.0\r\nSubject: x\r\nl:\r\n 3\r\n\r\nabc";

fn all(bytes: &[u8], chunk: usize) -> Result<Vec<Frame>, Lost> {
    let (mut frames, mut seen) = (Frames::default(), Vec::new());
    for chunk in bytes.chunks(chunk) {
        frames.push(chunk);
        while let Some(frame) = frames.next()? {
            seen.push(frame);
        }
    }
    assert!(frames.waiting() < 4);
    Ok(seen)
}

#[test]
fn a_stream_is_cut_at_the_same_places_however_it_comes() {
    let text = format!("\r\n{ONE}\r\n\r\n{ONE}{ONE}\r\n\r\n\r\n{}", ONE.replace("\r\n", "\n"));
    let one = || Frame::Message(ONE.as_bytes().to_vec());
    let wanted = vec![one(), Frame::Ping, one(), one(), Frame::Ping, Frame::Message(ONE.replace("\r\n", "\n").into())];
    for chunk in 1..text.len() {
        assert_eq!(all(text.as_bytes(), chunk), Ok(wanted.clone()), "{chunk}");
    }
}

#[test]
fn a_stream_that_cannot_be_followed_is_closed() {
    for text in [
        ONE.replace("l:\r\n 3", "X: 3"),
        ONE.replace("l:\r\n 3", "l: 3\r\nContent-Length: 3"),
        ONE.replace("l:\r\n 3", "l: -3"),
        ONE.replace("l:\r\n 3", "l: 99999999999999999999"),
        ONE.replace("l:\r\n 3", "l: 65535"),
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".into(),
        "\u{16}\u{3}\u{1}".repeat(30_000),
        format!("OPTIONS sip:a@b SIP/2.0\r\n{}", "a: b\r\n".repeat(20_000)),
    ] {
        for chunk in [1, 1_000, 100_000] {
            assert_eq!(all(text.as_bytes(), chunk), Err(Lost), "{}", &text[..40]);
        }
    }
    let longest = ONE.replace("l:\r\n 3\r\n\r\nabc", &format!("l: 65000\r\n\r\n{}", "x".repeat(65_000)));
    assert!(longest.len() <= MESSAGE_MAX && all(longest.as_bytes(), 1).unwrap().len() == 1);
}

proptest::proptest! {
    #[test]
    fn any_stream_any_chunks_never_panics_and_never_hoards(text in "(\\PC|\r\n|OPTIONS sip:a SIP/2.0\r\n|l: [0-9]{1,5}\r\n){0,80}", size in 1_usize..50) {
        let mut frames = Frames::default();
        'stream: for chunk in text.as_bytes().chunks(size) {
            frames.push(chunk);
            loop {
                match frames.next() {
                    Ok(Some(_)) => {}
                    Ok(None) => break,
                    Err(Lost) => break 'stream,
                }
            }
            proptest::prop_assert!(frames.waiting() <= MESSAGE_MAX + size);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400), head in "(INVITE|SIP/2.0|X) (sip:a@b|200) (SIP/2.0|OK)\r\n") {
        for bytes in [bytes.clone(), [head.as_bytes(), &bytes].concat()] {
            if let Ok(message) = super::parse(&bytes) {
                let _ = (message.fault(), message.list(super::Name::Via), message.body().len());
            }
        }
    }

    #[test]
    fn any_address_is_read_or_refused(text in "[<>\";=,:@%?a-z0-9 .\\[\\]\\\\]{0,60}") {
        if let Some(address) = super::address::Address::parse(&text) {
            let _ = (address.tag(), super::address::Uri::parse(address.uri).map(|uri| uri.plain_user().is_some()));
        }
        if let Some(via) = super::via::Via::parse(&format!("SIP/2.0/UDP {text}")) {
            let source = "192.0.2.9:5062".parse().unwrap();
            proptest::prop_assert!(super::via::Via::parse(&via.answered(source)).is_some(), "{}", via.answered(source));
        }
    }
}
