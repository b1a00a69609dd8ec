//! What stands in a body, and what is done with what is not SDP.

use super::*;

fn body(kind: &str, more: &str, body: &str) -> (Vec<String>, Option<String>) {
    let (mut rig, mut phone) = (Rig::new(), Phone::new("a"));
    phone.more += &format!("Content-Type: {kind}\r\n{more}");
    phone.body = body.into();
    let said = rig.hears(phone.invite(1));
    if said == ["415"] {
        assert_eq!(rig.header("Accept"), "application/sdp");
    }
    let offer = rig.incoming.and_then(|incoming| incoming.offer);
    (said, offer.map(|offer| String::from_utf8(offer).unwrap()))
}

fn taken(offer: Option<&str>) -> (Vec<String>, Option<String>) {
    (vec!["100".into(), "incoming".into()], offer.map(str::to_owned))
}

fn refused() -> (Vec<String>, Option<String>) {
    (vec!["415".into()], None)
}

const MIXED: &str = "multipart/mixed;boundary=\"un ique\"";

fn mixed(parts: &[&str]) -> String {
    let parts: String = parts.iter().map(|part| format!("--un ique\r\n{part}\r\n")).collect();
    format!("preamble\r\n{parts}--un ique--\r\nepilogue")
}

#[test]
fn sdp_is_taken_and_another_body_is_415_unless_it_may_be_left_unread() {
    assert_eq!(body("application/sdp", "", SDP), taken(Some(SDP)));
    assert_eq!(body("Application/SDP ; charset=utf-8", "", SDP), taken(Some(SDP)));
    assert_eq!(body("application/sdp", "", ""), taken(None));
    assert_eq!(body("text/plain", "", "hello"), refused());
    assert_eq!(body("", "", "hello"), refused());
    assert_eq!(body("text/plain", "Content-Disposition: render; handling=OPTIONAL\r\n", "hello"), taken(None));
    assert_eq!(body("text/plain", "Content-Disposition: render;handling=required\r\n", "hello"), refused());
    assert_eq!(body("application/sdp", "Content-Encoding: gzip\r\n", SDP), refused());
    assert_eq!(body("application/sdp", "e: identity\r\n", SDP), taken(Some(SDP)));
}

#[test]
fn the_sdp_part_of_a_body_of_several_is_taken_and_the_switches_own_part_left() {
    let isup = "Content-Type: application/ISUP;version=itu-t92+\r\nContent-Disposition: signal;handling=required\r\n\r\n\x01\x00--un\r\n";
    let sdp = format!("content-type: application/sdp\r\n\r\n{SDP}");
    let early = format!("Content-Disposition: early-session\r\n{}", sdp.replace("4000", "4002"));
    let session = format!("Content-Disposition: session;handling=required\r\n{sdp}");
    for parts in [
        &[isup, &sdp][..],
        &[&early, &session],
        &[&sdp, isup],
        &[&sdp],
        &[&sdp, "Content-Type: application/sdp\r\n\r\nv=9"],
    ] {
        assert_eq!(body(MIXED, "", &mixed(parts)), taken(Some(SDP)), "{parts:?}");
    }
    assert_eq!(
        body("multipart/alternative; boundary=x", "", &mixed(&[&sdp]).replace("un ique", "x")),
        taken(Some(SDP))
    );
    assert_eq!(body(MIXED, "", &mixed(&[&sdp]).replace("\r\n", "\n")), taken(Some(&SDP.replace("\r\n", "\n"))));
}

#[test]
fn a_body_of_several_without_readable_sdp_is_415() {
    let sdp = format!("Content-Type: application/sdp\r\n\r\n{SDP}");
    for text in [
        mixed(&["Content-Type: application/isup\r\n\r\nx"]),
        mixed(&["Content-Type: application/sdp\r\n\r\n"]),
        mixed(&["Content-Type: application/sdp\r\nContent-Transfer-Encoding: base64\r\n\r\ndj0w"]),
        mixed(&[&format!("Content-Disposition: early-session\r\n{sdp}")]),
        mixed(&["no colon\r\n\r\nx"]),
        mixed(&[]),
        mixed(&[&sdp]).replace("--un ique--", ""),
        mixed(&[&sdp]).replace("un ique", "other"),
        mixed(&["Content-Type: text/plain\r\n\r\nx"; 40]),
        "--un ique--".into(),
    ] {
        assert_eq!(body(MIXED, "", &text), refused(), "{text}");
    }
    assert_eq!(body("multipart/mixed", "", &mixed(&[&sdp])), refused());
    assert_eq!(body("multipart/mixed;boundary=\"\"", "", &mixed(&[&sdp])), refused());
    assert_eq!(body(MIXED, "Content-Disposition: x;handling=optional\r\n", &mixed(&[])), taken(None));
}

#[test]
fn whoever_takes_no_sdp_back_is_told_406() {
    for (accept, code) in [
        ("text/nobodyKnowsThis", "406"),
        ("text/plain, application/SDP;q=0.2", "100"),
        ("*/*", "100"),
        ("application/*", "100"),
        ("", "100"),
    ] {
        let (mut rig, mut phone) = (Rig::new(), Phone::new("a"));
        phone.more += &format!("Accept: {accept}\r\n");
        assert_eq!(rig.hears(phone.invite(1))[0], code, "{accept}");
    }
}

#[test]
fn a_later_invite_with_a_foreign_body_is_415_and_the_call_goes_on() {
    let (mut rig, mut phone) = (Rig::new(), Phone::new("a"));
    rig.talks(&phone);
    phone.more += "Content-Type: text/plain\r\n";
    phone.body = "hello".into();
    assert_eq!(rig.hears(phone.reinvite(2, &rig.tag())), ["415"]);
    assert_eq!(rig.core.counters().dialogs, 1);
}
