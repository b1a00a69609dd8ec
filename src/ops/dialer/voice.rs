//! What a phone sends once it talks: silence every 20 ms, and keys as RFC 4733 events in its place.
//!
//! ```text
//!   tick      0     1     2     3     4     5     6     7 … 14    15
//!   packet   M 160  320   480   640  E 800 E 800 E 800  silence  next key
//! ```

use std::collections::VecDeque;

use crate::rtp::g711::SILENCE;
use crate::rtp::packet::{HEADER_LEN, Packet};

/// Samples of a packet: 20 ms.
pub const FRAME: usize = 160;
/// The longest packet we send.
pub const PACKET_MAX: usize = HEADER_LEN + FRAME;
/// Packets of a key that grow: 100 ms, an ordinary press (G6 wants 40 ms at least).
const GROWING: u16 = 5;
/// The last of them is sent this often (RFC 4733 §2.5.1.4).
const ENDS: u16 = 3;
/// From the start of one key to the next: 300 ms, long after any bounce (`rtp::telephone_event`).
const EVERY: u16 = 15;
/// Keys that wait to be sent; a phone number is the longest answer.
const KEYS_MAX: usize = 32;
/// −10 dBm0 (§2.3.5).
const VOLUME: u8 = 10;

/// The sending half of one call's sound.
#[derive(Clone, Debug)]
pub struct Voice {
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
    payload_type: u8,
    dtmf: u8,
    is_first: bool,
    keys: VecDeque<char>,
    /// The key being sent: its code, its first timestamp, its ticks so far.
    key: Option<(u8, u32, u16)>,
}

/// A packet that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Bytes of it.
    pub length: usize,
    /// The key whose first packet it is, and how many wait behind it.
    pub key: Option<(char, usize)>,
}

impl Voice {
    /// A voice that has sent nothing; `seed` sets the stream's numbers.
    pub fn new(seed: u32, dtmf: u8) -> Voice {
        let (sequence, timestamp) = (seed as u16, seed.rotate_left(16));
        Voice {
            ssrc: seed,
            sequence,
            timestamp,
            payload_type: 8,
            dtmf,
            is_first: true,
            keys: VecDeque::new(),
            key: None,
        }
    }

    /// Presses keys, one after the other from the next packet on.
    pub fn press(&mut self, keys: &str) {
        self.keys.extend(keys.chars().filter(|key| code(*key).is_some()).take(KEYS_MAX - self.keys.len()));
    }

    /// Whether keys are still being sent.
    pub fn is_pressing(&self) -> bool {
        self.key.is_some() || !self.keys.is_empty()
    }

    /// Writes the packet of the next 20 ms.
    pub fn write(&mut self, out: &mut [u8; PACKET_MAX]) -> Sent {
        let mut begun = None;
        if self.key.is_none_or(|(.., tick)| tick >= EVERY) {
            self.key = self.keys.pop_front().and_then(|key| {
                begun = Some((key, self.keys.len()));
                Some((code(key)?, self.timestamp, 0))
            });
        }
        let length = match &mut self.key {
            Some((code, start, tick)) if *tick < GROWING + ENDS - 1 => {
                let duration = (*tick + 1).min(GROWING) * FRAME as u16;
                let end = if *tick + 1 >= GROWING { 0x80 } else { 0 };
                let [high, low] = duration.to_be_bytes();
                let (start, marker, event) = (*start, *tick == 0, [*code, end | VOLUME, high, low]);
                *tick += 1;
                out[HEADER_LEN..HEADER_LEN + 4].copy_from_slice(&event);
                self.header(out, marker, self.dtmf, start);
                HEADER_LEN + 4
            }
            key => {
                if let Some((.., tick)) = key {
                    *tick += 1;
                }
                out[HEADER_LEN..].fill(SILENCE);
                self.header(out, self.is_first, self.payload_type, self.timestamp);
                PACKET_MAX
            }
        };
        self.is_first = false;
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(FRAME as u32);
        Sent { length, key: begun }
    }

    fn header(&self, out: &mut [u8; PACKET_MAX], marker: bool, payload_type: u8, timestamp: u32) {
        let packet = Packet { marker, payload_type, sequence: self.sequence, timestamp, ssrc: self.ssrc, payload: &[] };
        out[..HEADER_LEN].copy_from_slice(&packet.header());
    }
}

/// Event codes of RFC 4733 §3.2.
fn code(key: char) -> Option<u8> {
    "0123456789*#ABCD".find(key).and_then(|at| u8::try_from(at).ok())
}
