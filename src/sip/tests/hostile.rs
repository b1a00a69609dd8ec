//! A hundred thousand spoilt datagrams while people are talking: nobody is cut off, nothing grows without bound.

use super::*;

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
        seeds.extend([stranger.invite(1), stranger.cancel(1), stranger.ack_failure(1, tag), stranger.bye(2, tag)]);
        seeds.push(stranger.request("REGISTER", 1, "r", ""));
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
    let (seeds, mut dice) = (seeds(&rig, &phones), Dice(0x5eed));
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
            rig.waits(Duration::from_millis(20));
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
