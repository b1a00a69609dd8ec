use super::voice::{FRAME, PACKET_MAX, Voice};
use super::*;
use crate::rtp::packet::Packet;
use crate::rtp::telephone_event::Events;

fn dial() -> Dial {
    let address = |port| SocketAddr::from(([127, 0, 0, 1], port));
    Dial {
        token: "t1".into(),
        local: address(5070),
        remote: address(5060),
        from: Some("0353010001".into()),
        to: "0972010203".into(),
        rtp: address(40_000),
        dtmf: 101,
        ptime_ms: 20,
        acks: true,
    }
}

fn sent(out: &[Out]) -> Vec<&str> {
    out.iter().filter_map(|out| if let Out::Send(text) = out { Some(text.as_str()) } else { None }).collect()
}

/// What a server would answer to our INVITE.
fn answer(invite: &str, status: &str) -> String {
    let read = Message::read(invite).expect("our own request");
    let body = "v=0\r\no=- 1 1 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\nm=audio 20000 RTP/AVP 8 97\r\n\
                a=rtpmap:8 PCMA/8000\r\na=rtpmap:97 telephone-event/8000\r\n";
    let more = "Contact: <sip:line@127.0.0.1:5060>\r\nRecord-Route: <sip:p1;lr>\r\nRecord-Route: <sip:p2;lr>\r\n";
    read.reply(status, more, body).replace("To: <sip:0972010203@127.0.0.1:5060>", "To: <sip:x@y>;tag=them")
}

fn standing() -> (Dialer, String, Vec<Out>) {
    let (mut dialer, out) = Dialer::call(dial(), Instant::now());
    let ok = answer(sent(&out)[0], "200 OK");
    let out = dialer.receive(&ok, Instant::now());
    (dialer, ok, out)
}

#[test]
fn a_200_is_acknowledged_in_the_dialog_through_the_route_set() {
    let (_, _, out) = standing();
    let ack = sent(&out)[0];
    assert!(ack.starts_with("ACK sip:line@127.0.0.1:5060 SIP/2.0\r\n"), "{ack}");
    assert!(ack.contains("branch=z9hG4bKt1a") && ack.contains("Route: <sip:p2;lr>\r\nRoute: <sip:p1;lr>\r\n"), "{ack}");
    assert!(ack.contains("To: <sip:x@y>;tag=them") && ack.contains("CSeq: 1 ACK"), "{ack}");
    let rtp = SocketAddr::from(([127, 0, 0, 2], 20_000));
    assert_eq!(out[1], Out::Answered(Answer { rtp, dtmf: Some(97) }));
}

#[test]
fn a_200_that_comes_again_is_acknowledged_again_and_told_once() {
    let (mut dialer, ok, first) = standing();
    assert_eq!(dialer.receive(&ok, Instant::now()), first[..1]);
}

#[test]
fn a_withheld_ack_is_sent_when_asked_for() {
    let (mut dialer, out) = Dialer::call(Dial { acks: false, ..dial() }, Instant::now());
    let ok = answer(sent(&out)[0], "200 OK");
    assert!(sent(&dialer.receive(&ok, Instant::now())).is_empty());
    assert!(dialer.receive(&ok, Instant::now()).is_empty());
    assert!(sent(&dialer.acknowledge())[0].starts_with("ACK "));
}

#[test]
fn a_refusal_is_acknowledged_in_the_transaction_of_the_invite() {
    let (mut dialer, out) = Dialer::call(dial(), Instant::now());
    let busy = answer(sent(&out)[0], "486 Busy Here");
    let out = dialer.receive(&busy, Instant::now());
    assert!(sent(&out)[0].starts_with("ACK sip:0972010203@127.0.0.1:5060 ") && sent(&out)[0].contains("z9hG4bKt1i"));
    assert_eq!(out[1], Out::Refused(486));
    assert_eq!(sent(&dialer.receive(&busy, Instant::now())).len(), 1);
    assert!(dialer.is_over());
}

#[test]
fn an_invite_without_answer_is_sent_again_at_doubling_waits_until_32_s() {
    let start = Instant::now();
    let (mut dialer, _) = Dialer::call(dial(), start);
    let mut at = vec![];
    while let Some(deadline) = dialer.deadline() {
        at.push((deadline - start).as_millis());
        dialer.timer(deadline);
    }
    assert_eq!(at, [500, 1500, 3500, 7500, 15_500, 31_500, 32_000]);
}

#[test]
fn once_it_rings_the_invite_is_not_sent_again() {
    let (mut dialer, out) = Dialer::call(dial(), Instant::now());
    let ringing = answer(sent(&out)[0], "180 Ringing");
    assert_eq!(dialer.receive(&ringing, Instant::now()), [Out::Ringing]);
    assert_eq!(dialer.deadline(), None);
}

#[test]
fn cancel_waits_for_a_first_answer_and_the_487_is_acknowledged() {
    let (mut dialer, out) = Dialer::call(dial(), Instant::now());
    let invite = sent(&out)[0].to_owned();
    assert!(dialer.cancel(Instant::now()).is_empty());
    let out = dialer.receive(&answer(&invite, "100 Trying"), Instant::now());
    let cancel = sent(&out)[0];
    assert!(cancel.starts_with("CANCEL ") && cancel.contains("z9hG4bKt1i") && cancel.contains("CSeq: 1 CANCEL"));
    let out = dialer.receive(&answer(&invite, "487 Request Terminated"), Instant::now());
    assert_eq!((sent(&out).len(), out.last()), (1, Some(&Out::Refused(487))));
}

#[test]
fn a_200_that_wins_over_cancel_is_acknowledged_and_ended() {
    let (mut dialer, out) = Dialer::call(dial(), Instant::now());
    let invite = sent(&out)[0].to_owned();
    dialer.receive(&answer(&invite, "180 Ringing"), Instant::now());
    dialer.cancel(Instant::now());
    let out = dialer.receive(&answer(&invite, "200 OK"), Instant::now());
    assert!(sent(&out)[0].starts_with("ACK ") && sent(&out)[1].starts_with("BYE "));
}

#[test]
fn our_bye_ends_the_call_when_it_is_answered() {
    let (mut dialer, _, _) = standing();
    let out = dialer.hang_up(Instant::now());
    let bye = sent(&out)[0];
    assert!(bye.starts_with("BYE sip:line@127.0.0.1:5060 ") && bye.contains("CSeq: 2 BYE"), "{bye}");
    let ok = Message::read(bye).expect("ours").reply("200 OK", "", "");
    assert_eq!(dialer.receive(&ok, Instant::now()), [Out::Ended(By::Us)]);
}

#[test]
fn their_bye_is_answered_each_time_and_told_once() {
    let (mut dialer, _, _) = standing();
    let bye = "BYE sip:127.0.0.1:5070 SIP/2.0\r\nv: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKx\r\nf: <a>;tag=them\r\n\
               t: <b>;tag=t1\r\ni: t1@127.0.0.1\r\nCSeq: 1 BYE\r\nl: 0\r\n\r\n";
    assert_eq!(token(bye), Some("t1"));
    let out = dialer.receive(bye, Instant::now());
    assert!(sent(&out)[0].starts_with("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKx\r\n"));
    assert_eq!(out[1], Out::Ended(By::Them));
    assert_eq!(dialer.receive(bye, Instant::now()).len(), 1);
}

#[test]
fn keys_are_heard_as_pressed_and_the_stream_keeps_its_pace() {
    let mut voice = Voice::new(7, 101);
    let (mut heard, mut events, mut out) = (String::new(), Events::default(), [0; PACKET_MAX]);
    voice.press("1102#");
    let mut previous: Option<u16> = None;
    for _ in 0..200 {
        let length = voice.write(&mut out).length;
        let packet = Packet::parse(&out[..length]).expect("RTP");
        assert!(previous.is_none_or(|last| packet.sequence == last.wrapping_add(1)));
        previous = Some(packet.sequence);
        if packet.payload_type == 101 {
            heard.extend(events.receive(&packet).map(|key| key.key));
        } else {
            assert_eq!(packet.payload.len(), FRAME);
        }
    }
    assert_eq!(heard, "1102#");
    assert!(!voice.is_pressing());
}

#[test]
fn a_key_is_five_growing_packets_the_last_of_them_thrice() {
    let mut voice = Voice::new(7, 101);
    voice.press("5");
    let mut out = [0; PACKET_MAX];
    let mut seen = vec![];
    for _ in 0..8 {
        let length = voice.write(&mut out).length;
        let packet = Packet::parse(&out[..length]).expect("RTP");
        if packet.payload_type == 101 {
            let duration = u16::from_be_bytes([packet.payload[2], packet.payload[3]]);
            seen.push((packet.marker, packet.payload[1] & 0x80 != 0, duration));
        }
    }
    let growing = [(true, false, 160), (false, false, 320), (false, false, 480), (false, false, 640)];
    assert_eq!(seen, [&growing[..], &[(false, true, 800); 3]].concat());
}
