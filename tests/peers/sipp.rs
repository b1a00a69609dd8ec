//! sipp (Debian: sip-tester) places calls: its scenarios stand beside this file as XML.

use std::path::Path;
use std::process::{Command, Stdio};

use super::line::{DIALLED, HOME, TestLine, appointments, free_port, rtp_ports};
use super::{capture, has, left_out};
use crate::kit::{Beat, Transport, Typist};

/// Payload type of the scenarios' offers.
const EVENTS: u8 = 101;
/// What sipp needs for RTP, RTCP and the streams it never uses.
const MEDIA_PORTS: u16 = 8;
/// sipp gives up a call after this; the longest one here lasts 40 s.
const GIVES_UP: &str = "60s";

/// The keys of a booking, each question's own. The welcome is talked over; so is all else.
const BOOKING: [&str; 9] = ["1", "1", "71100", "1", "1", "1", "1", "1", "5"];

/// What a person types who knows the line by heart: a second for each question.
fn typed(answers: &[&str]) -> Vec<Beat> {
    const SECOND: usize = 50;
    let mut typist = Typist::new(EVENTS);
    let mut beats = Vec::new();
    for keys in answers {
        beats.extend((0..SECOND).map(|_| typist.silence()));
        beats.extend(typist.keys(keys));
    }
    beats
}

/// One call by a scenario; it must end as the scenario says. False when sipp may not send keys on this machine.
fn calls(line: &TestLine, scenario: &str, transport: Transport, caller: &str, answers: &[&str]) -> bool {
    let folder = tempfile::tempdir().unwrap();
    capture::write(&folder.path().join("keys.pcap"), &typed(answers));
    let xml = format!("{scenario}.xml");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(&xml);
    std::fs::copy(source, folder.path().join(&xml)).unwrap();
    let (port, media) = (free_port().to_string(), rtp_ports(MEDIA_PORTS).to_string());
    let home = HOME.to_string();
    let output = Command::new("sipp")
        .current_dir(folder.path())
        .args([&line.address.to_string(), "-sf", &xml, "-s", DIALLED, "-key", "caller", caller, "-m", "1"])
        .args(["-t", if transport == Transport::Udp { "u1" } else { "t1" }])
        .args(["-i", &home, "-p", &port, "-mi", &home, "-mp", &media])
        .args(["-timeout", GIVES_UP, "-timeout_error", "-nostdin", "-trace_err", "-error_file", "errors"])
        .args(["-trace_msg", "-message_file", "messages"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap_or_default();
    if read("errors").contains("Can't create raw IPv4 socket") {
        left_out("sipp may not open a raw socket, for it is not root");
        return false;
    }
    assert!(
        output.status.success(),
        "sipp {scenario} over {transport:?}: {}\n{}\n{}",
        output.status,
        read("errors"),
        read("messages")
    );
    true
}

#[test]
fn sipp_books_by_keypad_over_udp() {
    books_by_keypad(Transport::Udp);
}

#[test]
fn sipp_books_by_keypad_over_tcp() {
    books_by_keypad(Transport::Tcp);
}

fn books_by_keypad(transport: Transport) {
    if !has("sipp") {
        return;
    }
    let line = TestLine::start();
    if calls(&line, "book", transport, "0353010001", &BOOKING) {
        assert_eq!(appointments(&line.data(), "0353010001", "71100").len(), 1);
    }
}

#[test]
fn sipp_hangs_up_in_the_middle_and_nothing_is_booked() {
    if !has("sipp") {
        return;
    }
    let line = TestLine::start();
    if calls(&line, "hang_up", Transport::Udp, "0353010001", &BOOKING[..5]) {
        assert_eq!(appointments(&line.data(), "0353010001", "71100").len(), 0);
    }
}

#[test]
fn sipp_holds_and_takes_back_over_udp_and_tcp() {
    if !has("sipp") {
        return;
    }
    let line = TestLine::start();
    calls(&line, "hold", Transport::Udp, "0353010001", &[]);
    calls(&line, "hold", Transport::Tcp, "0353010001", &[]);
}

#[test]
fn sipp_cancels_too_late_and_the_call_it_got_is_hung_up() {
    if !has("sipp") {
        return;
    }
    let line = TestLine::start();
    calls(&line, "cancel_late", Transport::Udp, "0353010001", &[]);
    calls(&line, "cancel_late", Transport::Tcp, "0353010001", &[]);
}
