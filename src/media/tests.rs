use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, channel};

use super::*;
use crate::rtp::g711::{self, Codec};
use crate::rtp::packet::Packet;
use crate::rtp::rtcp;

const HOME: Ipv4Addr = Ipv4Addr::LOCALHOST;
/// Long enough for a loaded machine; no assertion depends on it.
const PATIENCE: Duration = Duration::from_secs(10);
const DTMF: u8 = 96;

/// An engine on a port range no other test uses, nor, most likely, another run of the tests beside this one.
fn engine(pairs: u16, threads: usize) -> Engine {
    static NEXT: LazyLock<AtomicU16> =
        LazyLock::new(|| AtomicU16::new(20_000 + (std::process::id() % 40) as u16 * 200));
    let first = NEXT.fetch_add(pairs * 2, Ordering::Relaxed);
    Engine::start(Settings { bind: HOME.into(), ports: first..=first + pairs * 2 - 1, threads }).expect("starts")
}

/// The other end: a socket that sends RTP and keys, and reads what we send.
struct Phone {
    socket: UdpSocket,
    to: SocketAddr,
    sequence: u16,
}

impl Phone {
    fn new(stream: &Stream) -> Phone {
        let socket = UdpSocket::bind((HOME, 0)).expect("a free port");
        socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        Phone { socket, to: (HOME, stream.port()).into(), sequence: 65_530 }
    }

    fn agreed(&self) -> Agreed {
        Agreed {
            remote: self.socket.local_addr().expect("bound"),
            codec: Codec::Pcma,
            payload_type: 8,
            dtmf: Some(DTMF),
            ptime_ms: 20,
            sends: true,
            receives: true,
        }
    }

    fn send(&mut self, payload_type: u8, timestamp: u32, payload: &[u8]) {
        self.sequence = self.sequence.wrapping_add(1);
        let packet = Packet { marker: false, payload_type, sequence: self.sequence, timestamp, ssrc: 9, payload };
        self.socket.send_to(&[&packet.header()[..], payload].concat(), self.to).expect("sent");
    }

    fn press(&mut self, event: u8, timestamp: u32) {
        for _ in 0..3 {
            self.send(DTMF, timestamp, &[event, 0x8A, 3, 32]);
        }
    }

    fn hear(&self) -> Heard {
        let mut bytes = [0; 1500];
        let length = self.socket.recv(&mut bytes).expect("the stream never stops");
        let packet = Packet::parse(&bytes[..length]).expect("RTP");
        let Packet { marker, payload_type, sequence, timestamp, ssrc, payload } = packet;
        Heard { marker, payload_type, sequence, timestamp, ssrc, payload: payload.to_vec() }
    }

    /// The sound of the packets from the first that is not all silence, `length` bytes of it.
    fn hear_sound(&self, length: usize) -> Vec<u8> {
        let mut sound = vec![];
        while sound.len() < length {
            let heard = self.hear();
            if !sound.is_empty() || heard.payload.iter().any(|byte| *byte != g711::SILENCE) {
                sound.extend(heard.payload);
            }
        }
        sound.truncate(length);
        sound
    }
}

struct Heard {
    marker: bool,
    payload_type: u8,
    sequence: u16,
    timestamp: u32,
    ssrc: u32,
    payload: Vec<u8>,
}

fn next(events: &mut Receiver<MediaEvent>) -> MediaEvent {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async { tokio::time::timeout(PATIENCE, events.recv()).await }).expect("in time").expect("open")
}

fn key(event: MediaEvent) -> char {
    match event {
        MediaEvent::Key { key, .. } => key,
        other => panic!("expected a key, got {other:?}"),
    }
}

/// Sound without a byte of silence in it, different everywhere.
fn tune(length: usize, from: u8) -> Arc<[u8]> {
    (0..length).map(|i| from.wrapping_add((i % 97) as u8)).collect()
}

/// Waits on a condition that other threads make true, without a fixed pause.
fn until(condition: impl Fn() -> bool) {
    let start = std::time::Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "never came true");
        std::thread::yield_now();
    }
}

fn call(engine: &Engine) -> (Stream, Phone, Receiver<MediaEvent>) {
    let (events, told) = channel(64);
    let stream = engine.open(events).expect("opens");
    let phone = Phone::new(&stream);
    (stream, phone, told)
}

#[test]
fn silence_flows_from_connect_on_contiguous_and_marked_once() {
    let engine = engine(1, 1);
    let (stream, phone, _told) = call(&engine);
    stream.connect(&phone.agreed());
    let heard: Vec<Heard> = (0..10).map(|_| phone.hear()).collect();
    for pair in heard.windows(2) {
        assert_eq!(pair[1].sequence, pair[0].sequence.wrapping_add(1));
        assert_eq!(pair[1].timestamp, pair[0].timestamp.wrapping_add(160));
        assert_eq!(pair[1].ssrc, pair[0].ssrc);
    }
    assert_eq!(heard.iter().filter(|h| h.marker).count(), 1);
    assert!(heard[0].marker && heard.iter().all(|h| h.payload_type == 8 && h.payload == [g711::SILENCE; 160]));
}

#[test]
fn a_prompt_arrives_whole_in_order_and_is_reported() {
    let engine = engine(1, 1);
    let (stream, phone, mut told) = call(&engine);
    stream.connect(&phone.agreed());
    let (first, second) = (tune(1234, 1), tune(777, 90));
    let pause = Piece::Silence(Duration::from_millis(50));
    stream.play(5, vec![Piece::Sound(first.clone()), pause, Piece::Sound(second.clone())], true);
    let expected = [&first[..], &[g711::SILENCE; 400], &second].concat();
    assert_eq!(phone.hear_sound(expected.len()), expected);
    assert_eq!(next(&mut told), MediaEvent::Played { tag: 5, interrupted: false });
}

#[test]
fn a_prompt_given_before_connect_starts_with_the_first_packet() {
    let engine = engine(1, 1);
    let (stream, phone, _told) = call(&engine);
    stream.play(1, vec![Piece::Sound(tune(160, 1))], true);
    stream.connect(&phone.agreed());
    assert_eq!(phone.hear().payload, tune(160, 1)[..]);
}

#[test]
fn packets_have_the_length_and_the_law_that_were_agreed() {
    for (ptime_ms, length) in [(10, 80), (20, 160), (30, 240), (40, 320)] {
        let engine = engine(1, 1);
        let (stream, phone, _told) = call(&engine);
        stream.play(1, vec![Piece::Sound(tune(640, 1))], true);
        stream.connect(&Agreed { codec: Codec::Pcmu, payload_type: 0, ptime_ms, ..phone.agreed() });
        let (one, two) = (phone.hear(), phone.hear());
        assert_eq!((one.payload_type, one.payload.len()), (0, length));
        assert_eq!(two.timestamp, one.timestamp.wrapping_add(length as u32));
        let expected: Vec<u8> = tune(640, 1)[..length].iter().map(|b| g711::ALAW_TO_ULAW[*b as usize]).collect();
        assert_eq!(one.payload, expected);
    }
}

#[test]
fn a_key_is_told_once_then_the_prompt_it_stopped() {
    let engine = engine(1, 1);
    let (stream, mut phone, mut told) = call(&engine);
    stream.connect(&phone.agreed());
    stream.play(7, vec![Piece::Sound(tune(80_000, 1))], true);
    phone.hear_sound(320);
    phone.press(5, 8000);
    assert_eq!(key(next(&mut told)), '5');
    assert_eq!(next(&mut told), MediaEvent::Played { tag: 7, interrupted: true });
    stream.play(8, vec![Piece::Sound(tune(160, 150))], true);
    assert_eq!(next(&mut told), MediaEvent::Played { tag: 8, interrupted: false }); // no second key between
    // In the socket: what prompt 7 had sent before the key, perhaps silence, then prompt 8 and never 7 again.
    let mut heard = vec![phone.hear()];
    while heard.last().is_some_and(|h| h.payload != tune(160, 150)[..]) {
        heard.push(phone.hear());
    }
    let is_silent = |h: &&Heard| h.payload.iter().all(|byte| *byte == g711::SILENCE);
    let (last, before) = heard.split_last().expect("prompt 8");
    let sound = before.iter().take_while(|h| !is_silent(h)).count();
    assert!(sound < 400 && before[sound..].iter().all(|h| is_silent(&h)));
    assert_eq!(last.timestamp, heard[0].timestamp.wrapping_add(160 * before.len() as u32));
}

#[test]
fn a_prompt_that_may_not_be_interrupted_goes_on_through_keys() {
    let engine = engine(1, 1);
    let (stream, mut phone, mut told) = call(&engine);
    stream.connect(&phone.agreed());
    let sound = tune(3200, 1);
    stream.play(7, vec![Piece::Sound(sound.clone())], false);
    phone.press(0, 8000);
    assert_eq!(key(next(&mut told)), '0');
    assert_eq!(phone.hear_sound(sound.len()), sound[..]);
    assert_eq!(next(&mut told), MediaEvent::Played { tag: 7, interrupted: false });
}

#[test]
fn play_and_stop_replace_what_plays_and_say_so() {
    let engine = engine(1, 1);
    let (stream, phone, mut told) = call(&engine);
    stream.connect(&phone.agreed());
    stream.play(1, vec![Piece::Sound(tune(80_000, 1))], true);
    stream.play(2, vec![Piece::Sound(tune(80_000, 1))], true);
    stream.stop();
    assert_eq!(next(&mut told), MediaEvent::Played { tag: 1, interrupted: true });
    assert_eq!(next(&mut told), MediaEvent::Played { tag: 2, interrupted: true });
}

#[test]
fn a_prompt_after_a_key_is_sent_without_waiting_for_the_tick() {
    // Thirty answers one after another: each brings at most one packet forward, and the stream stays whole.
    let engine = engine(1, 1);
    let (stream, phone, mut told) = call(&engine);
    stream.connect(&phone.agreed());
    let first = phone.hear();
    for tag in 0..30 {
        stream.play(tag, vec![Piece::Sound(tune(160, 1))], true);
        assert_eq!(next(&mut told), MediaEvent::Played { tag, interrupted: false });
    }
    let mut last = first;
    let mut prompts = 0;
    while prompts < 30 {
        let heard = phone.hear();
        assert_eq!(heard.timestamp, last.timestamp.wrapping_add(160));
        prompts += usize::from(heard.payload == tune(160, 1)[..]);
        last = heard;
    }
}

#[test]
fn behind_nat_the_first_good_source_is_theirs_and_gets_our_packets() {
    let engine = engine(1, 1);
    let (stream, mut phone, mut told) = call(&engine);
    let nowhere = UdpSocket::bind((HOME, 0)).expect("a port"); // what the SDP says: behind NAT, not them
    let remote = nowhere.local_addr().expect("bound");
    stream.connect(&Agreed { remote, ..phone.agreed() });
    phone.send(13, 0, &[0]); // not agreed: does not count
    phone.send(8, 0, &[g711::SILENCE; 160]);
    assert_eq!(phone.hear().payload_type, 8);
    phone.press(1, 8000);
    assert_eq!(key(next(&mut told)), '1');
}

#[test]
fn a_stranger_is_not_heard_once_the_caller_is_known() {
    let engine = engine(1, 1);
    let (stream, mut phone, mut told) = call(&engine);
    stream.connect(&phone.agreed());
    phone.press(1, 8000);
    assert_eq!(key(next(&mut told)), '1');
    let mut stranger = Phone::new(&stream);
    stranger.press(2, 16_000);
    phone.press(3, 24_000);
    assert_eq!(key(next(&mut told)), '3');
}

#[test]
fn a_stranger_who_speaks_first_gives_way_to_the_address_that_was_named() {
    let engine = engine(1, 1);
    let (stream, mut phone, mut told) = call(&engine);
    let mut stranger = Phone::new(&stream);
    stream.connect(&phone.agreed());
    stranger.press(2, 16_000);
    assert_eq!(key(next(&mut told)), '2');
    phone.press(1, 8000);
    assert_eq!(key(next(&mut told)), '1');
    stranger.press(4, 32_000);
    phone.press(3, 24_000);
    assert_eq!(key(next(&mut told)), '3');
}

#[test]
fn a_socket_of_both_families_sends_to_an_ipv4_address_before_it_speaks() {
    let ports = 19_904..=19_905;
    let Ok(engine) = Engine::start(Settings { bind: Ipv6Addr::UNSPECIFIED.into(), ports, threads: 1 }) else { return };
    let (events, _told) = channel(64);
    let stream = engine.open(events).expect("opens");
    let phone = Phone::new(&stream);
    stream.connect(&phone.agreed());
    assert_eq!(phone.hear().payload_type, 8);
}

#[test]
fn a_re_invite_to_another_address_is_followed() {
    let engine = engine(1, 1);
    let (stream, mut phone, mut told) = call(&engine);
    stream.connect(&phone.agreed());
    phone.press(1, 8000);
    assert_eq!(key(next(&mut told)), '1');
    let mut other = Phone::new(&stream);
    stream.connect(&other.agreed());
    assert_eq!(other.hear().payload_type, 8);
    other.press(2, 16_000);
    assert_eq!(key(next(&mut told)), '2');
    assert_eq!(other.hear().payload_type, 8);
}

#[test]
fn on_hold_nothing_is_sent_and_the_prompt_waits() {
    let engine = engine(1, 1);
    let (stream, mut phone, mut told) = call(&engine);
    stream.connect(&Agreed { sends: false, ..phone.agreed() });
    stream.play(1, vec![Piece::Sound(tune(160, 1))], true);
    phone.press(4, 8000); // commands and packets are taken in order: by now it has been held
    assert_eq!(key(next(&mut told)), '4');
    assert_eq!(next(&mut told), MediaEvent::Played { tag: 1, interrupted: true });
    assert_eq!(engine.counters().packets_out, 0);
    stream.play(2, vec![Piece::Sound(tune(160, 1))], true);
    stream.connect(&phone.agreed());
    let first = phone.hear();
    assert!(first.marker && first.payload == tune(160, 1)[..]);
}

#[test]
fn junk_and_closed_ports_do_not_disturb_a_call() {
    let engine = engine(1, 1);
    let (stream, mut phone, mut told) = call(&engine);
    let closed = UdpSocket::bind((HOME, 0)).expect("a port").local_addr().expect("bound");
    stream.connect(&Agreed { remote: closed, ..phone.agreed() }); // every packet brings ECONNREFUSED back
    until(|| engine.counters().packets_out > 3);
    let rtcp = SocketAddr::from((HOME, stream.port() + 1));
    for length in 0..64u8 {
        let junk: Vec<u8> = (0..length).map(|i| 0x80 | i.wrapping_mul(37)).collect();
        phone.socket.send_to(&junk, phone.to).expect("sent");
        phone.socket.send_to(&junk, rtcp).expect("sent");
    }
    phone.press(9, 8000);
    // Junk may look like RTP with an unknown payload type, never like a key.
    assert_eq!(key(next(&mut told)), '9');
}

#[test]
fn bye_is_said_when_the_stream_is_dropped_and_the_channel_closes() {
    let engine = engine(1, 1);
    let (stream, _unused, mut told) = call(&engine);
    let (phone, control) = pair_of_ports(&stream);
    stream.connect(&phone.agreed());
    phone.hear();
    drop(stream);
    let mut bytes = [0; 1500];
    let length = control.recv(&mut bytes).expect("a report");
    let heard = rtcp::read(&bytes[..length], 0).expect("RTCP");
    assert!(heard.is_bye && heard.sender_report.is_some());
    assert!(told.blocking_recv().is_none());
}

#[test]
fn a_minute_without_rtp_is_told_once_and_never_while_they_may_not_send() {
    let home = Arc::new(ports::Ports::new(HOME.into(), &(19_000..=19_003)));
    let seed = crate::rtp::playout::Seed { ssrc: 1, sequence: 0, timestamp: 0 };
    let (events, mut told) = channel(8);
    let (rtp, rtcp, pair) = home.take().expect("a pair");
    let mut leg = leg::Leg::new(rtp, rtcp, pair, events, seed);
    let mut turn = leg::Turn::new(std::time::Instant::now(), Arc::default());
    let remote = SocketAddr::from((HOME, 9));
    let agreed =
        Agreed { remote, codec: Codec::Pcma, payload_type: 8, dtmf: None, ptime_ms: 20, sends: false, receives: true };
    leg.connect(agreed.clone(), &turn);
    let mut at = |leg: &mut leg::Leg, now_ms| {
        turn.now_ms = now_ms;
        leg.tick(&mut turn);
        told.try_recv().ok()
    };
    assert_eq!(at(&mut leg, 59_999), None);
    assert_eq!(at(&mut leg, 60_000), Some(MediaEvent::Silent));
    assert_eq!(at(&mut leg, 90_000), None);
    let mut later = leg::Turn::new(std::time::Instant::now(), Arc::default());
    later.now_ms = 100_000;
    leg.connect(Agreed { receives: false, ..agreed.clone() }, &later);
    assert_eq!(at(&mut leg, 300_000), None);
    leg.connect(Agreed { receives: true, ..agreed }, &later);
    assert_eq!(at(&mut leg, 160_000), Some(MediaEvent::Silent));
}

/// A phone whose RTCP port is the next one.
fn pair_of_ports(stream: &Stream) -> (Phone, UdpSocket) {
    loop {
        let phone = Phone::new(stream);
        let port = phone.socket.local_addr().expect("bound").port();
        if let Some(Ok(control)) = port.checked_add(1).map(|port| UdpSocket::bind((HOME, port))) {
            control.set_read_timeout(Some(PATIENCE)).expect("a timeout");
            return (phone, control);
        }
    }
}

#[test]
fn when_the_ports_are_used_up_opening_is_an_error_and_dropping_frees_them() {
    let engine = engine(2, 1);
    let (one, _, _) = call(&engine);
    let (two, _, _) = call(&engine);
    assert!(one.port() % 2 == 0 && one.port() != two.port());
    assert!(matches!(engine.open(channel(1).0), Err(OpenError::Exhausted)));
    drop(one);
    until(|| engine.counters().open_streams == 1);
    call(&engine);
    drop(two);
}

#[test]
fn a_port_just_freed_is_the_last_to_be_used_again() {
    let engine = engine(4, 1);
    let (first, _, _) = call(&engine);
    let port = first.port();
    drop(first);
    until(|| engine.counters().open_streams == 0);
    let later: Vec<_> = (0..4).map(|_| engine.open(channel(1).0).expect("opens")).collect();
    assert_eq!(later.iter().position(|stream| stream.port() == port), Some(3));
}

#[test]
fn a_port_another_program_holds_is_passed_over() {
    let engine = engine(2, 1);
    let first = engine.open(channel(1).0).expect("opens");
    let taken = UdpSocket::bind((HOME, first.port() + 3)).expect("the other RTCP port");
    assert!(matches!(engine.open(channel(1).0), Err(OpenError::Bind { .. })));
    drop(taken);
    assert!(engine.open(channel(1).0).is_ok());
}

#[test]
fn a_range_without_a_pair_is_refused() {
    for ports in [20_001..=20_002, 20_000..=20_000] {
        let settings = Settings { bind: HOME.into(), ports, threads: 1 };
        assert!(matches!(Engine::start(settings), Err(StartError::Ports { .. })));
    }
}

#[test]
fn five_thousand_calls_leave_no_socket_behind() {
    let engine = engine(16, 2);
    let sockets = || std::fs::read_dir("/proc/self/fd").map_or(0, |dir| dir.count());
    let before = sockets();
    for round in 0..500 {
        let calls: Vec<_> = (0..10).map(|_| engine.open(channel(4).0).expect("opens")).collect();
        if round % 10 == 0 {
            let phone = Phone::new(&calls[0]);
            calls.iter().for_each(|stream| stream.connect(&phone.agreed()));
        }
        drop(calls);
        until(|| engine.counters().open_streams == 0);
    }
    // Other tests run beside this one; they hold far fewer than the 10,000 sockets opened here.
    assert!(sockets() < before + 600, "{} then {}", before, sockets());
}

#[test]
fn a_full_channel_loses_events_and_counts_them_but_blocks_nobody() {
    let engine = engine(2, 1);
    let (events, mut full) = channel(5);
    let deaf = engine.open(events).expect("opens");
    let mut phone = Phone::new(&deaf);
    deaf.connect(&phone.agreed());
    for n in 0..5 {
        phone.press(n, u32::from(n) * 8000);
    }
    until(|| engine.counters().dropped_events == 4);
    // Room is kept for what a call waits for.
    deaf.play(7, vec![Piece::Sound(tune(1600, 1))], true);
    deaf.stop();
    assert_eq!(key(next(&mut full)), '0');
    assert_eq!(next(&mut full), MediaEvent::Played { tag: 7, interrupted: true });
    let (stream, mut other, mut told) = call(&engine);
    stream.connect(&other.agreed());
    other.press(1, 0);
    assert_eq!(key(next(&mut told)), '1');
}

#[test]
fn sixty_four_calls_at_once_each_hear_their_own_prompt() {
    let engine = engine(70, 2);
    let mut calls: Vec<_> = (0..64).map(|_| call(&engine)).collect();
    for (n, (stream, phone, _)) in calls.iter().enumerate() {
        stream.connect(&phone.agreed());
        stream.play(n as u32, vec![Piece::Sound(tune(1600, n as u8 + 1))], true);
    }
    for (n, (_, phone, told)) in calls.iter_mut().enumerate() {
        assert_eq!(phone.hear_sound(1600), tune(1600, n as u8 + 1)[..]);
        assert_eq!(next(told), MediaEvent::Played { tag: n as u32, interrupted: false });
        phone.press((n % 10) as u8, 8000);
        assert_eq!(key(next(told)).to_digit(10), Some(n as u32 % 10));
    }
    assert_eq!(engine.counters().open_streams, 64);
}

/// So many packets of 20 ms, as loud as speech.
fn speak(phone: &mut Phone, packets: std::ops::Range<u32>) {
    let sound: Vec<u8> = (0..160).map(|i| g711::linear_to_alaw(if i / 8 % 2 == 0 { 4_000 } else { -4_000 })).collect();
    packets.for_each(|nth| phone.send(8, 7_000 + nth * 160, &sound));
}

fn recorded(event: MediaEvent) -> Option<usize> {
    match event {
        MediaEvent::Recorded { sound } => sound.map(|sound| sound.len()),
        other => panic!("expected a recording, got {other:?}"),
    }
}

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn what_is_said_is_kept_until_a_key_which_is_no_answer() {
    let engine = engine(1, 1);
    let (stream, mut phone, mut told) = call(&engine);
    stream.connect(&phone.agreed());
    stream.record(MINUTE, MINUTE);
    phone.hear(); // the commands before it were obeyed
    speak(&mut phone, 0..50);
    phone.press(11, 7_000 + 50 * 160);
    assert_eq!(
        recorded(next(&mut told)),
        Some(800 + 8_000 - 480),
        "the first tenth of a second is for packets that come late"
    );
    phone.press(5, 20_000);
    assert_eq!(key(next(&mut told)), '5', "the next key is a key again");
}

#[test]
fn zero_and_star_before_anything_is_said_are_keys_and_nothing_is_kept() {
    let engine = engine(1, 1);
    let (stream, mut phone, mut told) = call(&engine);
    stream.connect(&phone.agreed());
    for (event, pressed) in [(0, '0'), (10, '*')] {
        stream.record(MINUTE, MINUTE);
        phone.hear();
        phone.press(event, 9_000 + u32::from(event) * 8_000);
        assert_eq!(key(next(&mut told)), pressed);
    }
    stream.end_recording();
    stream.record(MINUTE, Duration::from_millis(40));
    assert_eq!(recorded(next(&mut told)), None, "who says nothing has said nothing");
}

#[test]
fn what_was_said_at_the_end_of_a_call_is_there() {
    let engine = engine(1, 1);
    let (stream, mut phone, mut told) = call(&engine);
    stream.connect(&phone.agreed());
    stream.record(MINUTE, MINUTE);
    phone.hear();
    speak(&mut phone, 0..25);
    phone.press(1, 1); // the packets before it have arrived
    assert_eq!(recorded(next(&mut told)), Some(800 + 4_000 - 480));
    stream.record(MINUTE, MINUTE);
    stream.end_recording();
    assert_eq!(recorded(next(&mut told)), None);
}

#[test]
fn a_recording_that_was_left_running_does_not_swallow_a_wish_for_a_person() {
    let engine = engine(1, 1);
    let (stream, mut phone, mut told) = call(&engine);
    stream.connect(&phone.agreed());
    stream.record(MINUTE, MINUTE);
    phone.hear();
    // Given up by the conversation; the next prompt is playing, the caller talks to somebody beside them.
    stream.play(1, vec![Piece::Sound(tune(80_000, 1))], true);
    phone.hear_sound(160);
    for nth in 0..5 {
        phone.send(8, nth * 160, &tune(160, 1));
    }
    phone.press(0, 2_000);
    let first = next(&mut told);
    assert!(matches!(first, MediaEvent::Key { key: '0', .. }), "{first:?}");
}

#[test]
fn a_crumb_of_the_keys_own_sound_is_no_message() {
    let engine = engine(1, 1);
    let (stream, mut phone, mut told) = call(&engine);
    stream.connect(&phone.agreed());
    stream.record(MINUTE, MINUTE);
    phone.hear();
    // Gateways let the first 20 to 40 ms of a key's tone pass before they know it for a key.
    phone.send(8, 0, &tune(160, 1));
    phone.press(0, 160);
    let first = next(&mut told);
    assert!(matches!(first, MediaEvent::Key { key: '0', .. }), "{first:?}");
}
