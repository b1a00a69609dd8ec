//! What real phones and trunks offer, and what strangers might.

use proptest::prelude::*;

use super::*;

fn local() -> Local {
    Local { address: IpAddr::from([192, 0, 2, 10]), port: 40_000, session_id: 77, version: 3 }
}

fn local_v6() -> Local {
    Local { address: "2001:db8::10".parse().unwrap(), ..local() }
}

/// A description of their side: `c=` and what follows it, lines parted by `|`.
fn from_them(lines: &str) -> String {
    let address = if lines.starts_with("c=") || lines.contains("|c=") { "" } else { "c=IN IP4 198.51.100.7\r\n" };
    let lines = lines.replace('|', "\r\n");
    format!("v=0\r\no=- 1 1 IN IP4 198.51.100.7\r\ns=-\r\n{address}t=0 0\r\n{lines}\r\n")
}

/// In one line: "PCMA/8 dtmf 101 20 ms sendrecv 198.51.100.7:4000".
fn told(agreed: &Agreed) -> String {
    let Agreed { remote, codec, payload_type, dtmf, ptime_ms, sends, receives } = agreed;
    let codec = format!("{codec:?}").to_uppercase();
    let keys = dtmf.map_or("no dtmf".to_owned(), |dtmf| format!("dtmf {dtmf}"));
    let direction = Direction { sends: *sends, receives: *receives }.name();
    format!("{codec}/{payload_type} {keys} {ptime_ms} ms {direction} {remote}")
}

fn outcome(offer: &str, local: &Local) -> String {
    match answer(offer.as_bytes(), local) {
        Ok((_, agreed)) => told(&agreed),
        Err(refusal) => format!("{refusal}"),
    }
}

#[track_caller]
fn check(lines: &str, wanted: &str) {
    assert_eq!(outcome(&from_them(lines), &local()), wanted, "{lines}");
}

/// The `m=` lines of the answer.
#[track_caller]
fn check_lines(lines: &str, wanted: &[&str]) {
    let (text, _) = answer(from_them(lines).as_bytes(), &local()).unwrap();
    assert_eq!(media_lines(&text), wanted, "{lines}");
}

fn media_lines(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.starts_with("m=")).collect()
}

#[test]
fn alaw_is_chosen_where_it_is_offered_and_ulaw_where_it_is_not() {
    check("m=audio 4000 RTP/AVP 8", "PCMA/8 no dtmf 20 ms sendrecv 198.51.100.7:4000");
    check("m=audio 4000 RTP/AVP 0 8", "PCMA/8 no dtmf 20 ms sendrecv 198.51.100.7:4000");
    check("m=audio 4001 RTP/AVP 0", "PCMU/0 no dtmf 20 ms sendrecv 198.51.100.7:4001");
    check("m=audio 4000 RTP/AVP 9 18 0|a=rtpmap:9 G722/8000", "PCMU/0 no dtmf 20 ms sendrecv 198.51.100.7:4000");
    check("m=audio 4000 RTP/AVP 97|a=rtpmap:97 pcma/8000", "PCMA/97 no dtmf 20 ms sendrecv 198.51.100.7:4000");
    check("m=audio 4000 RTP/AVP 97 0|a=rtpmap:97 PcMa/8000/1", "PCMA/97 no dtmf 20 ms sendrecv 198.51.100.7:4000");
    check("m=audio 4000 RTP/AVP 9 18 3", "no usable sound: neither PCMA nor PCMU is offered");
    check("m=audio 4000 RTP/AVP 97|a=rtpmap:97 PCMA/16000", "no usable sound: neither PCMA nor PCMU is offered");
    check("m=audio 4000 RTP/AVP 97|a=rtpmap:97 PCMA/8000/2", "no usable sound: neither PCMA nor PCMU is offered");
    // A map has the last word, even over a static number; one for a number not listed means nothing.
    check("m=audio 4000 RTP/AVP 8|a=rtpmap:8 opus/48000/2", "no usable sound: neither PCMA nor PCMU is offered");
    check("m=audio 4000 RTP/AVP 97|a=rtpmap:8 PCMA/8000", "no usable sound: neither PCMA nor PCMU is offered");
    check("m=audio 4000 RTP/AVP 300 x -1 8", "PCMA/8 no dtmf 20 ms sendrecv 198.51.100.7:4000");
}

#[test]
fn keys_come_on_any_number_but_at_the_clock_of_the_sound() {
    let tail = "20 ms sendrecv 198.51.100.7:4000";
    let keys = |formats: &str, maps: &str, wanted: &str| {
        check(&format!("m=audio 4000 RTP/AVP {formats}|{maps}"), &format!("PCMA/8 {wanted} {tail}"));
    };
    keys("8 101", "a=rtpmap:101 telephone-event/8000|a=fmtp:101 0-16", "dtmf 101");
    keys("8 96", "a=rtpmap:96 TELEPHONE-EVENT/8000", "dtmf 96");
    keys("8 110", "a=rtpmap:110 telephone-event/48000|a=fmtp:110 0-15", "no dtmf");
    keys("8 110 96", "a=rtpmap:110 telephone-event/48000|a=rtpmap:96 telephone-event/8000/1", "dtmf 96");
    keys("8", "a=rtpmap:101 telephone-event/8000", "no dtmf");
    keys("8 101", "a=fmtp:101 0-15", "no dtmf");
}

#[test]
fn the_answer_says_which_keys_it_takes() {
    let offer = from_them("m=audio 4000 RTP/AVP 0 8 97|a=rtpmap:97 telephone-event/8000|a=sendrecv");
    let (text, _) = answer(offer.as_bytes(), &local()).unwrap();
    let wanted = "v=0|o=- 77 3 IN IP4 192.0.2.10|s=-|c=IN IP4 192.0.2.10|t=0 0|m=audio 40000 RTP/AVP 8 97|\
        a=rtpmap:8 PCMA/8000|a=rtpmap:97 telephone-event/8000|a=fmtp:97 0-15|a=ptime:20|a=sendrecv|";
    assert_eq!(text, wanted.replace('|', "\r\n"));
}

#[test]
fn our_offer_lists_both_laws_and_the_keys() {
    let wanted = "v=0|o=- 77 3 IN IP6 2001:db8::10|s=-|c=IN IP6 2001:db8::10|t=0 0|m=audio 40000 RTP/AVP 8 0 101|\
        a=rtpmap:8 PCMA/8000|a=rtpmap:0 PCMU/8000|a=rtpmap:101 telephone-event/8000|a=fmtp:101 0-15|a=ptime:20|a=sendrecv|";
    assert_eq!(offer(&local_v6()), wanted.replace('|', "\r\n"));
}

#[test]
fn packets_are_as_long_as_they_ask_when_we_can() {
    let lasts = |attributes: &str, ms: u16| {
        let wanted = format!("PCMA/8 no dtmf {ms} ms sendrecv 198.51.100.7:4000");
        check(&format!("m=audio 4000 RTP/AVP 8|{attributes}"), &wanted);
    };
    lasts("a=ptime:10", 10);
    lasts("a=ptime:30", 30);
    lasts("a=ptime:40", 40);
    lasts("a=ptime: 30", 30);
    lasts("a=ptime:60", 20);
    lasts("a=ptime:0", 20);
    lasts("a=ptime:22.5", 20);
    lasts("a=ptime:99999999999", 20);
    lasts("a=ptime:30|a=maxptime:20", 20);
    lasts("a=ptime:40|a=maxptime:35", 30);
    lasts("a=maxptime:10", 10);
    lasts("a=maxptime:150", 20);
    lasts("a=maxptime:3", 20);
    lasts("a=maxptime:", 20);
}

#[test]
fn hold_is_heard_wherever_it_is_said() {
    let goes = |lines: &str, wanted: &str| {
        check(lines, &format!("PCMA/8 no dtmf 20 ms {wanted} 198.51.100.7:4000"));
    };
    goes("m=audio 4000 RTP/AVP 8|a=sendonly", "recvonly");
    goes("m=audio 4000 RTP/AVP 8|a=recvonly", "sendonly");
    goes("m=audio 4000 RTP/AVP 8|a=inactive", "inactive");
    goes("a=sendonly|m=audio 4000 RTP/AVP 8", "recvonly");
    goes("a=inactive|m=audio 4000 RTP/AVP 8|a=sendrecv", "sendrecv");
    // Another stream's hold is not ours.
    goes("m=video 5000 RTP/AVP 96|a=inactive|m=audio 4000 RTP/AVP 8", "sendrecv");
    check("c=IN IP4 0.0.0.0|m=audio 4000 RTP/AVP 8", "PCMA/8 no dtmf 20 ms recvonly 0.0.0.0:4000");
    check("c=IN IP4 0.0.0.0|m=audio 4000 RTP/AVP 8|a=inactive", "PCMA/8 no dtmf 20 ms inactive 0.0.0.0:4000");
}

#[test]
fn an_answer_mirrors_the_direction_it_was_offered() {
    for (theirs, ours) in
        [("sendrecv", "sendrecv"), ("sendonly", "recvonly"), ("recvonly", "sendonly"), ("inactive", "inactive")]
    {
        let offer = from_them(&format!("m=audio 4000 RTP/AVP 8|a={theirs}"));
        let (text, _) = answer(offer.as_bytes(), &local()).unwrap();
        assert!(text.ends_with(&format!("a={ours}\r\n")), "{theirs}: {text}");
    }
}

#[test]
fn the_streams_own_address_comes_before_the_sessions() {
    check(
        "c=IN IP4 203.0.113.1|m=audio 4000 RTP/AVP 8|c=IN IP4 203.0.113.2",
        "PCMA/8 no dtmf 20 ms sendrecv 203.0.113.2:4000",
    );
    check("m=audio 4000 RTP/AVP 8|c=IN IP4 127.0.0.1", "PCMA/8 no dtmf 20 ms sendrecv 127.0.0.1:4000");
    check("m=audio 4000 RTP/AVP 8|c=IN IP6 ::ffff:203.0.113.2", "PCMA/8 no dtmf 20 ms sendrecv 203.0.113.2:4000");
    let v6 = from_them("c=IN IP6 2001:db8::7|m=audio 4000 RTP/AVP 8");
    assert_eq!(outcome(&v6, &local_v6()), "PCMA/8 no dtmf 20 ms sendrecv [2001:db8::7]:4000");
    let held = from_them("c=IN IP6 ::|m=audio 4000 RTP/AVP 8");
    assert_eq!(outcome(&held, &local_v6()), "PCMA/8 no dtmf 20 ms recvonly [::]:4000");
}

#[test]
fn nothing_is_sent_to_groups_names_or_nowhere() {
    for address in [
        "IN IP4 224.2.1.1/127",
        "IN IP4 239.1.1.1",
        "IN IP4 255.255.255.255",
        "IN IP4 0.1.2.3",
        "IN IP4 198.51.100.7/8",
        "IN IP4 phone.example.net",
        "IN IP6 2001:db8::7",
        "IN IP6 ff02::1",
        "ATM NSAP 47.0091",
    ] {
        check(
            &format!("c={address}|m=audio 4000 RTP/AVP 8"),
            "no usable sound: the audio stream has no address we can send to",
        );
    }
    let none = "v=0\r\nm=audio 4000 RTP/AVP 8\r\n";
    assert_eq!(outcome(none, &local()), "no usable sound: the audio stream has no address we can send to");
    let v4 = from_them("m=audio 4000 RTP/AVP 8");
    assert_eq!(outcome(&v4, &local_v6()), "no usable sound: the audio stream has no address we can send to");
}

#[test]
fn only_plain_rtp_is_taken() {
    check("m=audio 4000 RTP/AVPF 8", "PCMA/8 no dtmf 20 ms sendrecv 198.51.100.7:4000");
    check("m=audio 4000/1 RTP/AVP 8", "PCMA/8 no dtmf 20 ms sendrecv 198.51.100.7:4000");
    for line in [
        "4000 RTP/SAVP 8",
        "4000 RTP/SAVPF 8",
        "9 UDP/TLS/RTP/SAVPF 8",
        "4000 TCP/RTP/AVP 8",
        "4000 udp 8",
        "4000/2 RTP/AVP 8",
    ] {
        check(&format!("m=audio {line}"), "no usable sound: the audio stream is not plain RTP/AVP");
    }
    check_lines(
        "m=audio 4000 RTP/SAVP 8|a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x|m=audio 4002 RTP/AVP 8",
        &["m=audio 0 RTP/SAVP 8", "m=audio 40000 RTP/AVP 8"],
    );
    check_lines("m=audio 4000 RTP/AVPF 8", &["m=audio 40000 RTP/AVPF 8"]);
}

#[test]
fn each_unwanted_stream_is_refused_in_its_place() {
    check_lines(
        "m=video 5000/2 RTP/AVP 96 97|m=audio 4000 RTP/AVP 8|m=text 6000 RTP/AVP 98 99",
        &["m=video 0 RTP/AVP 96 97", "m=audio 40000 RTP/AVP 8", "m=text 0 RTP/AVP 98 99"],
    );
    check_lines(
        "m=audio 4000 RTP/AVP 0|m=audio 4002 RTP/AVP 8|m=image 4004 udptl t38",
        &["m=audio 40000 RTP/AVP 0", "m=audio 0 RTP/AVP 8", "m=image 0 udptl t38"],
    );
    check_lines("m=audio 0 RTP/AVP 8|m=audio 4002 RTP/AVP 8", &["m=audio 0 RTP/AVP 8", "m=audio 40000 RTP/AVP 8"]);
    check_lines("m=audio 4000 RTP/AVP 18|m=audio 4002 RTP/AVP 8", &["m=audio 0 RTP/AVP 18", "m=audio 40000 RTP/AVP 8"]);
}

#[test]
fn an_offer_with_nothing_for_us_is_refused_and_says_why() {
    check("m=image 4000 udptl t38|a=T38FaxVersion:0", "no usable sound: no audio stream is offered");
    check("m=audio 0 RTP/AVP 8|m=image 4000 udptl t38", "no usable sound: the audio stream is disabled");
    check("m=audio 0 RTP/AVP 8", "no usable sound: the audio stream is disabled");
    check("m=text 6000 RTP/AVP 98|a=rtpmap:98 t140/1000", "no usable sound: no audio stream is offered");
    check("", "no usable sound: no audio stream is offered");
}

#[test]
fn odd_line_ends_missing_lines_and_blank_ones_are_no_reason_to_refuse() {
    let fine = "PCMA/8 no dtmf 20 ms recvonly 198.51.100.7:4000";
    for text in [
        "v=0\nc=IN IP4 198.51.100.7\nm=audio 4000 RTP/AVP 8\na=sendonly\n",
        "v=0\rc=IN IP4 198.51.100.7\rm=audio 4000 RTP/AVP 8\ra=sendonly",
        "\u{FEFF}v=0\r\nc=IN IP4 198.51.100.7\r\nm=audio 4000 RTP/AVP 8\r\na=sendonly\r\n\r\n\r\n",
        "\r\nv=0 \r\nc=IN  IP4 198.51.100.7 \r\nm=audio  4000 RTP/AVP  8 \r\n\r\na=sendonly \r\n\0",
        "v=0\r\no=broken\r\ns=\r\nt=\r\nz=x\r\nk=\r\nb=AS\r\nc=IN IP4 198.51.100.7\r\nm=audio 4000 RTP/AVP 8\r\na=sendonly",
        "v=0\r\no=a 1 1 IN IP4 x\r\no=a 1 1 IN IP4 x\r\nnonsense\r\nc=IN IP4 198.51.100.7\r\nm=audio 4000 RTP/AVP 8\r\na=sendonly",
    ] {
        assert_eq!(outcome(text, &local()), fine, "{text:?}");
    }
    let latin = b"v=0\r\ns=T\xE9l\xE9phone\r\nc=IN IP4 198.51.100.7\r\nm=audio 4000 RTP/AVP 8\r\na=label:\xE9\r\n";
    assert!(answer(latin, &local()).is_ok());
}

#[test]
fn what_cannot_be_read_is_told_from_what_cannot_be_used() {
    for text in [
        "",
        "hello",
        "m=audio 4000 RTP/AVP 8",
        "v=1\r\nc=IN IP4 198.51.100.7\r\nm=audio 4000 RTP/AVP 8\r\n",
        "v=0\r\nc=IN IP4\r\nm=audio 4000 RTP/AVP 8\r\n",
        "v=0\r\nc=IN IP4 198.51.100.7\r\nm=audio\r\n",
        "v=0\r\nc=IN IP4 198.51.100.7\r\nm=audio 4000 RTP/AVP\r\n",
        "v=0\r\nc=IN IP4 198.51.100.7\r\nm=audio 70000 RTP/AVP 8\r\n",
        "v=0\r\nc=IN IP4 198.51.100.7\r\nm=audio -1 RTP/AVP 8\r\n",
        "v=0\r\nc=IN IP4 198.51.100.7\r\nc=IN IP4 198.51.100.8\r\nm=audio 4000 RTP/AVP 8\r\n",
    ] {
        assert!(matches!(answer(text.as_bytes(), &local()), Err(Refusal::Malformed(_))), "{text:?}");
    }
    assert!(matches!(answer(b"v=0\r\nm=audio 4000 RTP/AVP 8\xFF\r\n", &local()), Err(Refusal::Malformed(_))));
}

#[test]
fn a_flood_is_refused_before_it_is_read() {
    assert_eq!(answer(&[b'a'; 64 * 1024], &local()), Err(Refusal::TooLong));
    let many = from_them(&"m=audio 4000 RTP/AVP 8|".repeat(read::STREAMS_MAX + 1));
    assert_eq!(answer(many.as_bytes(), &local()), Err(Refusal::TooManyStreams));
    let just = from_them(&"m=audio 4000 RTP/AVP 8|".repeat(read::STREAMS_MAX));
    assert!(answer(just.as_bytes(), &local()).is_ok());
    // The most costly shape: as many formats and maps as fit, none of ours.
    let formats = "97 ".repeat(2_500);
    let maps = "a=rtpmap:97 x/1|".repeat(400);
    check(&format!("m=audio 4000 RTP/AVP {formats}|{maps}"), "no usable sound: neither PCMA nor PCMU is offered");
}

#[test]
fn asterisk() {
    check(
        "c=IN IP4 203.0.113.5|m=audio 14520 RTP/AVP 8 0 3 101|a=rtpmap:8 PCMA/8000|a=rtpmap:0 PCMU/8000|a=rtpmap:3 GSM/8000|\
         a=rtpmap:101 telephone-event/8000|a=fmtp:101 0-16|a=ptime:20|a=maxptime:150|a=sendrecv",
        "PCMA/8 dtmf 101 20 ms sendrecv 203.0.113.5:14520",
    );
}

#[test]
fn baresip() {
    check(
        "a=tool:baresip 3.10.1|m=audio 20654 RTP/AVP 96 0 8 101|a=rtpmap:96 opus/48000/2|a=fmtp:96 stereo=1;sprop-stereo=1|\
         a=rtpmap:0 PCMU/8000|a=rtpmap:8 PCMA/8000|a=rtpmap:101 telephone-event/8000|a=fmtp:101 0-15|a=rtcp:20655|\
         a=sendrecv|a=label:1|a=rtcp-rsize|a=ssrc:1402 cname:x|a=ptime:20",
        "PCMA/8 dtmf 101 20 ms sendrecv 198.51.100.7:20654",
    );
}

#[test]
fn linphone_with_video_feedback_and_ice() {
    let offer = "a=rtcp-xr:rcvr-rtt=all:10000 stat-summary=loss,dup,jitt,TTL voip-metrics|a=record:off|a=ice-pwd:x|a=ice-ufrag:y|\
        m=audio 7078 RTP/AVPF 96 97 0 8 101 99|a=rtpmap:96 opus/48000/2|a=fmtp:96 useinbandfec=1|a=rtpmap:97 speex/16000|\
        a=rtpmap:101 telephone-event/48000|a=rtpmap:99 telephone-event/8000|a=rtcp:7079|a=rtcp-fb:* trr-int 1000|\
        a=candidate:1 1 UDP 2130706303 198.51.100.7 7078 typ host|m=video 9078 RTP/AVPF 96|a=rtpmap:96 VP8/90000|\
        a=rtcp-fb:* nack pli";
    check(offer, "PCMA/8 dtmf 99 20 ms sendrecv 198.51.100.7:7078");
    check_lines(offer, &["m=audio 40000 RTP/AVPF 8 99", "m=video 0 RTP/AVPF 96"]);
}

#[test]
fn a_twilio_like_trunk() {
    check(
        "c=IN IP4 203.0.113.60|m=audio 18420 RTP/AVP 0 8 101|a=rtpmap:0 PCMU/8000|a=rtpmap:8 PCMA/8000|\
         a=rtpmap:101 telephone-event/8000|a=fmtp:101 0-16|a=ptime:20|a=maxptime:20|a=sendrecv",
        "PCMA/8 dtmf 101 20 ms sendrecv 203.0.113.60:18420",
    );
}

#[test]
fn an_ovh_like_trunk() {
    check(
        "c=IN IP4 203.0.113.90|m=audio 30112 RTP/AVP 8 18 101|a=rtpmap:8 PCMA/8000|a=rtpmap:18 G729/8000|a=fmtp:18 annexb=no|\
         a=rtpmap:101 telephone-event/8000|a=fmtp:101 0-15|a=ptime:20|a=direction:active|a=sqn:0|a=cdsc:1 image udptl t38",
        "PCMA/8 dtmf 101 20 ms sendrecv 203.0.113.90:30112",
    );
}

#[test]
fn a_browser_is_refused_and_its_reason_told() {
    check(
        "a=group:BUNDLE 0|m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8 126|c=IN IP4 0.0.0.0|a=ice-ufrag:x|a=fingerprint:sha-256 00:01|\
         a=setup:actpass|a=mid:0|a=rtcp-mux|a=rtpmap:111 opus/48000/2|a=rtpmap:126 telephone-event/8000",
        "no usable sound: the audio stream is not plain RTP/AVP",
    );
}

#[test]
fn hold_and_resume_leave_codec_and_keys_as_they_were() {
    let offers = |direction: &str| {
        let text = format!("m=audio 4000 RTP/AVP 8 101|a=rtpmap:101 telephone-event/8000|a={direction}");
        answer(from_them(&text).as_bytes(), &local()).unwrap().1
    };
    let start = offers("sendrecv");
    let held = offers("sendonly");
    assert_eq!(Agreed { sends: false, ..start.clone() }, held);
    assert_eq!(start, offers("sendrecv"));
}

#[track_caller]
fn check_agreed(lines: &str, wanted: &str) {
    let said = match agree(from_them(lines).as_bytes(), &local()) {
        Ok(agreed) => told(&agreed),
        Err(refusal) => refusal.to_string(),
    };
    assert_eq!(said, wanted, "{lines}");
}

#[test]
fn their_answer_to_our_offer_is_taken_in_their_order() {
    let keys = "a=rtpmap:101 telephone-event/8000";
    let line = |formats: &str| format!("m=audio 4000 RTP/AVP {formats}|{keys}");
    check_agreed(&line("8 101"), "PCMA/8 dtmf 101 20 ms sendrecv 198.51.100.7:4000");
    check_agreed(&line("0 8 101"), "PCMU/0 dtmf 101 20 ms sendrecv 198.51.100.7:4000");
    check_agreed(&line("8"), "PCMA/8 no dtmf 20 ms sendrecv 198.51.100.7:4000");
    check_agreed(&format!("{}|a=recvonly", line("8")), "PCMA/8 no dtmf 20 ms sendonly 198.51.100.7:4000");
    // Keys reach us under the number we offered.
    let other = "m=audio 4000 RTP/AVP 8 96|a=rtpmap:96 telephone-event/8000";
    check_agreed(other, "PCMA/8 dtmf 101 20 ms sendrecv 198.51.100.7:4000");
    check_agreed("m=audio 0 RTP/AVP 8", "no usable sound: the audio stream is disabled");
    check_agreed("m=audio 4000 RTP/AVP 18", "no usable sound: neither PCMA nor PCMU is offered");
}

#[test]
fn a_later_offer_keeps_the_lines_in_their_places() {
    let first =
        from_them("m=video 5000 RTP/AVP 96|m=audio 4000 RTP/AVPF 8 97|a=rtpmap:97 telephone-event/8000|m=text 6 TCP 9");
    let (last, _) = answer(first.as_bytes(), &local()).unwrap();
    let again = reoffer(&last, &Local { version: 4, ..local() });
    assert!(again.contains("o=- 77 4 "));
    assert_eq!(media_lines(&again), ["m=video 0 RTP/AVP 96", "m=audio 40000 RTP/AVPF 8 0 101", "m=text 0 TCP 9"]);
    // The answer to it has the same places.
    let reply = from_them("m=video 0 RTP/AVP 96|m=audio 4000 RTP/AVPF 8|m=text 0 TCP 9");
    assert_eq!(agree(reply.as_bytes(), &local()).unwrap().remote.port(), 4000);
    assert_eq!(reoffer("", &local()), offer(&local()));
    assert_eq!(reoffer(&offer(&local()), &local()), offer(&local()));
}

/// Offers from pieces: mostly sense, some nonsense.
fn offers() -> impl Strategy<Value = String> {
    let kind = prop_oneof![5 => Just("audio"), 1 => Just("video"), 1 => Just("text"), 1 => Just("image")];
    let proto = prop_oneof![5 => Just("RTP/AVP"), 1 => Just("RTP/AVPF"), 1 => Just("RTP/SAVP"), 1 => Just("udptl")];
    let formats = prop_oneof![Just("8"), Just("0"), Just("0 8 101"), Just("18"), Just("96 97 101"), Just("t38")];
    let attribute = prop_oneof![
        Just("a=rtpmap:101 telephone-event/8000"),
        Just("a=rtpmap:96 PCMU/8000"),
        Just("a=rtpmap:97 PCMA/8000"),
        Just("a=sendonly"),
        Just("a=inactive"),
        Just("a=recvonly"),
        Just("a=ptime:30"),
        Just("a=maxptime:10"),
        Just("c=IN IP4 0.0.0.0"),
        Just("c=IN IP4 203.0.113.4"),
        Just("c=IN IP4 239.0.0.1"),
        Just("a=candidate:1 1 UDP 1 10.0.0.1 1 typ host"),
    ];
    let stream = (kind, 0..3_u16, proto, formats, prop::collection::vec(attribute, 0..5));
    prop::collection::vec(stream, 0..6).prop_map(|streams| {
        let mut text = "v=0\r\no=- 1 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\n".to_owned();
        for (kind, port, proto, formats, attributes) in streams {
            put(&mut text, format_args!("m={kind} {} {proto} {formats}\r\n", port * 4000));
            attributes.iter().for_each(|line| put(&mut text, format_args!("{line}\r\n")));
        }
        text
    })
}

/// An `m=` line without its port and formats.
fn place(line: &str) -> (String, String) {
    let words: Vec<&str> = line.split(' ').collect();
    (words[0].to_owned(), words[2].to_owned())
}

proptest! {
    #[test]
    fn an_answer_has_the_offers_lines_in_the_offers_order(text in offers()) {
        let Ok((reply, agreed)) = answer(text.as_bytes(), &local()) else { return Ok(()) };
        let theirs: Vec<_> = media_lines(&text).into_iter().map(place).collect();
        let ours: Vec<_> = media_lines(&reply).into_iter().map(place).collect();
        prop_assert_eq!(theirs, ours);
        prop_assert_eq!(reply.matches(" 40000 ").count(), 1);
        prop_assert!(agreed.ptime_ms % 10 == 0 && (10..=40).contains(&agreed.ptime_ms));
    }

    /// Whoever reads our answer as we read theirs agrees on the same codec, keys and directions.
    #[test]
    fn both_ends_agree_on_the_same(text in offers()) {
        let Ok((reply, ours)) = answer(text.as_bytes(), &local()) else { return Ok(()) };
        let theirs = agree(reply.as_bytes(), &local()).unwrap();
        prop_assert_eq!((theirs.codec, theirs.payload_type), (ours.codec, ours.payload_type));
        prop_assert_eq!((theirs.sends, theirs.receives), (ours.receives, ours.sends));
        prop_assert_eq!(theirs.dtmf.is_some(), ours.dtmf.is_some());
        prop_assert_eq!(theirs.remote, SocketAddr::new(local().address, local().port));
    }

    /// Two lines of ours: one offers, one answers.
    #[test]
    fn our_own_offer_can_be_answered_by_us(version in 0_u64.., session_id in 0_u64..) {
        let caller = Local { version, session_id, port: 5_000, ..local() };
        let (reply, answered) = answer(offer(&caller).as_bytes(), &local()).unwrap();
        let agreed = agree(reply.as_bytes(), &caller).unwrap();
        prop_assert_eq!(told(&Agreed { remote: answered.remote, ..agreed }), told(&answered));
    }

    #[test]
    fn a_mutated_offer_never_panics(
        text in offers(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 0..20),
    ) {
        let mut bytes = text.into_bytes();
        for (at, byte, how) in cuts {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        for local in [local(), local_v6()] {
            if let Ok((reply, _)) = answer(&bytes, &local) {
                prop_assert!(agree(reply.as_bytes(), &local).is_ok());
                            }
            let _ = agree(&bytes, &local);
        }
    }

    #[test]
    fn noise_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = answer(&bytes, &local());
        let _ = agree(&bytes, &local());
        let _ = reoffer(&String::from_utf8_lossy(&bytes), &local());
    }
}
