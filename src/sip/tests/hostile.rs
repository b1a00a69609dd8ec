//! A hundred thousand spoilt datagrams while people are talking: nobody is cut off, nothing grows without bound.

use super::*;
use crate::sip::wire::frame::{Frame, Frames, Lost, MESSAGE_MAX};

/// Seeded, so that a failure can be seen again (Marsaglia's xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

const PIECES: [&[u8]; 16] = [
    b"\0",
    b"\r",
    b"\n",
    b"\r\n\r\n",
    b"99999999999999999999",
    b"-1",
    b",,,,",
    b";;;;",
    b"\"",
    b"<",
    b">",
    b"\xff\xfe",
    b"%",
    b":",
    b"\r\n ",
    b";tag=",
];

fn spoil(dice: &mut Dice, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = seeds[dice.below(seeds.len())].clone();
    for _ in 0..=dice.below(4) {
        let (at, other) = (dice.below(bytes.len()), dice.below(bytes.len()));
        let (from, until) = (at.min(other), at.max(other));
        match dice.below(9) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << dice.below(8),
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(from..until)),
            3 => drop(bytes.splice(at..at, PIECES[dice.below(PIECES.len())].iter().copied())),
            4 => {
                // A line twice.
                let lines: Vec<Vec<u8>> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
                let line =
                    lines[dice.below(lines.len().max(1)) % lines.len().max(1)..].first().cloned().unwrap_or_default();
                let start = lines.first().map_or(0, Vec::len);
                drop(bytes.splice(start..start, line));
            }
            5 => {
                let with = &seeds[dice.below(seeds.len())];
                bytes.truncate(at);
                bytes.extend_from_slice(&with[dice.below(with.len())..]);
            }
            6 if until - from < 200 => {
                let block = bytes[from..until].repeat(1 + dice.below(20));
                drop(bytes.splice(at..at, block));
            }
            7 => {
                let digit = bytes.iter().skip(from).position(u8::is_ascii_digit).map(|found| from + found);
                drop(digit.map(|digit| bytes.splice(digit..=digit, *b"4294967296")));
            }
            _ => {}
        }
    }
    bytes
}

/// Datagrams of calls in progress and of strangers, to be spoilt. Names repeat, so that many spoilt ones still match.
fn seeds(rig: &Rig, phones: &[(Phone, String)]) -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (phone, tag) in &phones[..4] {
        let mut full = phone.clone();
        full.body = SDP.into();
        full.more += "P-Asserted-Identity: \"x\" <tel:+33199000012>\r\nRecord-Route: <sip:p;lr>,<sip:q;lr>\r\nSupported: timer\r\n";
        seeds.extend([full.reinvite(2, tag), full.ack(2, tag), full.request("OPTIONS", 2, "o", tag)]);
        let stranger = Phone { name: format!("s{}", full.name), ..full };
        seeds.extend([stranger.cancel(1), stranger.ack_failure(1, tag), stranger.bye(2, tag)]);
        seeds.push(stranger.request("REGISTER", 1, "r", ""));
        seeds.push(stranger.invite(1));
    }
    seeds.push(answer_to(&phones[0].0.bye(1, &phones[0].1), 200));
    seeds.push(format!("{}\r\n", rig.tag()));
    seeds.into_iter().map(String::into_bytes).collect()
}

#[test]
fn spoilt_datagrams_harm_nobody_who_is_talking() {
    const CALLS: usize = 40;
    let mut rig = Rig::with_calls(CALLS);
    let phones: Vec<(Phone, String)> = (0..8)
        .map(|n| {
            let phone = Phone::new(&format!("h{n}"));
            rig.talks(&phone);
            (phone, rig.tag())
        })
        .collect();
    let (mut seeds, mut dice) = (seeds(&rig, &phones), Dice(0x5eed));
    let mut incoming = 0;
    for round in 0..100_000 {
        let bytes = spoil(&mut dice, &seeds);
        let (source, here) = (rig.source, rig.here);
        rig.actions.clear();
        rig.core.input(rig.now, Event::Received { source, here, bytes: &bytes }, &mut rig.actions);
        assert!(rig.actions.len() <= 3, "one datagram, few answers");
        for action in std::mem::take(&mut rig.actions) {
            let (dialog, command) = match action {
                Action::Incoming(call) => {
                    incoming += 1;
                    let commands = [Command::Answer(SDP.into()), Command::Refuse(486), Command::Ring, Command::HangUp];
                    (call.dialog, commands[dice.below(4)].clone())
                }
                Action::Reinvited(dialog, _) => (dialog, Command::Answer(SDP.into())),
                Action::Confirmed(dialog, _) if phones.iter().all(|(_, tag)| *tag != dialog.to_string()) => {
                    (dialog, Command::HangUp)
                }
                Action::Send { .. } | Action::Confirmed(..) | Action::Ended(..) => continue,
            };
            rig.core.input(rig.now, Event::Do(dialog, command), &mut rig.actions);
        }
        if round % 10 == 0 {
            rig.waits(Duration::from_millis(100));
            let fresh = Phone { body: SDP.into(), ..Phone::new(&format!("f{round}")) };
            *seeds.last_mut().expect("there are seeds") = fresh.invite(1).into_bytes();
        }
        let Counters { dialogs, transactions, .. } = rig.core.counters();
        assert!(dialogs <= CALLS && transactions < 100_000, "{dialogs} {transactions}");
    }
    assert!(incoming > 500, "the dice must let some through: {incoming}");
    assert!(rig.core.timers.len() < 1_024 + 3 * rig.core.counters().transactions + CALLS);
    // The first four were named in what was spoilt: an intact part of it may have hung them up. Nobody knew the others.
    for (phone, tag) in &phones[4..] {
        assert_eq!(rig.hears(phone.bye(1_000_000_000, tag)), ["200", "ended Bye"], "{}", phone.name);
    }
    rig.forgets_all();
}

#[test]
fn spoilt_streams_are_followed_or_closed_and_harm_nobody() {
    let mut rig = Rig::tcp();
    let phone = Phone::new("h");
    rig.talks(&phone);
    let tag = rig.tag();
    let seeds = seeds(&rig, &vec![(Phone::new("g"), tag.clone()); 4]);
    let mut dice = Dice(0x57ea);
    let (mut closed, mut messages) = (0, 0);
    for _ in 0..10_000 {
        let mut frames = Frames::default();
        let mut stream: Vec<u8> = (0..3).flat_map(|_| seeds[dice.below(seeds.len())].clone()).collect();
        stream.extend(spoil(&mut dice, &seeds));
        let mut rest = &stream[..];
        'stream: while !rest.is_empty() {
            let (chunk, after) = rest.split_at(1 + dice.below(rest.len().min(900)));
            frames.push(chunk);
            rest = after;
            loop {
                match frames.next() {
                    Ok(Some(Frame::Message(message))) => {
                        messages += 1;
                        rig.hears(message);
                    }
                    Ok(Some(Frame::Ping)) => {}
                    Ok(None) => break,
                    Err(Lost) => {
                        closed += 1;
                        break 'stream;
                    }
                }
            }
            assert!(frames.waiting() <= MESSAGE_MAX + 900);
        }
        rig.waits(Duration::from_millis(100));
    }
    assert!(closed > 1_000 && messages > 10_000, "{closed} {messages}");
    assert_eq!(rig.hears(phone.bye(1_000_000_000, &tag)), ["200", "ended Bye"]);
    rig.forgets_all();
}

#[test]
fn the_longest_datagram_of_one_mark_is_read_in_one_go() {
    let options = Phone::new("a").request("OPTIONS", 1, "o", "");
    let start = options.find("From").expect("it has one");
    for mark in [",", ";", "\"", "<", "a,", ";a=b", "\\", "\r\n ", "a:\r\n", ": ", "%", "\0", "(", "="] {
        for header in
            ["Via: SIP/2.0/UDP a;", "v: ", "Contact: ", "Require: ", "Record-Route: ", "Accept: ", "t: ", "X: "]
        {
            let mut text = options.clone();
            text.insert_str(start, &format!("{header}{}\r\n", mark.repeat(60_000 / mark.len())));
            // In the slow profile of tests, together well under a second; twice as long would not be four times as slow.
            Rig::new().hears(&text);
        }
    }
}
