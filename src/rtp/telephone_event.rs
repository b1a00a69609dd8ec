//! Keys as RFC 4733 telephone events: each key once, at once, whatever the network does (G6).
//!
//! What a well-behaved sender puts on the wire for one key of 100 ms, packets every 20 ms:
//!
//! ```text
//!   ms   M  E  timestamp  duration  seq
//!    0   1  0    8000        160      1   first packet: the key is reported here  (§2.5.1.2: M set, timestamp fixed)
//!   20   0  0    8000        320      2   same timestamp, growing duration        (§2.5.1.2)
//!   40   0  0    8000        480      3
//!   60   0  0    8000        640      4
//!   80   0  1    8000        800      5   end; sent three times                   (§2.5.1.4)
//!   80   0  1    8000        800      6
//!   80   0  1    8000        800      7
//!  300   1  0   10400        160     18   same digit again: a new timestamp       (§2.5.2.1: new start = new event)
//!
//!   longer than 8.191 s (§2.5.1.3): no end at 0xFFFF, a new segment starts where the old one stopped
//!    0   1  0    8000        160          reported here
//!    …   0  0    8000      65535          full segment, no E
//!    …   0  0   73535        160          M clear, timestamp = 8000 + 0xFFFF: same key, nothing to report
//! ```
//!
//! Any of these may be lost, doubled or late. An event is known by its first packet seen, whichever it is; then
//! (timestamp, event) identifies it. **Bounce (C12).** A worn contact, or a gateway that splits a tone, shows two
//! events for one press. The boundary, on the sender's clock so that network jitter cannot move it:
//!
//! * same digit starting less than [`BOUNCE_GAP_MS`] after the previous event's last known moment: bounce;
//! * less than [`BOUNCE_AFTER_BLIP_MS`] when that event *ended* before 40 ms, too short for a finger: bounce;
//! * otherwise two keys: nobody lifts and presses again faster, and `1 1` of a postal code stays two.
//!
//! The wider rule of C12 (same key within 700 ms at a menu of single keys) belongs to the conversation.

use std::time::Duration;

use super::packet::{Packet, is_after};

/// Same digit after less than this silence: one key. People who press twice leave 120 ms and more.
pub const BOUNCE_GAP_MS: u32 = 80;
/// The same, after an event that ended before [`BLIP_MS`].
pub const BOUNCE_AFTER_BLIP_MS: u32 = 120;
/// Shorter than this is no whole press (ITU-T Q.24: receivers need 40 ms; G6).
pub const BLIP_MS: u32 = 40;
/// Events remembered to recognise their late packets; three ends each, so this is long past any reordering.
const REMEMBERED: usize = 8;
/// An event that started up to this long before the last one came too late to be put in order: dropped, for a
/// postal code with two digits swapped is worse than one digit to ask again.
const LATE_MS: u32 = 1000;
/// Events packed in one packet (§2.5.1.5); more is nonsense.
const EVENTS_PER_PACKET: usize = 4;
const SEGMENT: u32 = 0xFFFF;
const PER_MS: u32 = 8;
const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D'];

/// A key, reported once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// `0`–`9`, `*`, `#`, `A`–`D`.
    pub key: char,
    /// How long it had been down when first seen: its start is this much before now.
    pub held: Duration,
}

/// Receives the telephone events of one call.
#[derive(Debug, Default)]
pub struct Events {
    ssrc: Option<u32>,
    newest: u16,
    last: Option<Event>,
    seen: [Option<(u32, u8)>; REMEMBERED],
    next_seen: usize,
}

/// The latest event: its start (of the running segment), how far it is known to reach, and whether it ended.
#[derive(Clone, Copy, Debug)]
struct Event {
    code: u8,
    start: u32,
    duration: u32,
    has_ended: bool,
    /// Length of segments and bounces before this one, 1/8 ms: a long key split late is no blip.
    before: u32,
}

/// One 4-byte report (§2.3).
#[derive(Clone, Copy)]
struct Report {
    code: u8,
    start: u32,
    duration: u32,
    is_end: bool,
}

impl Events {
    /// Takes a packet whose payload type is telephone-event. At most one packet in a press yields a key; each
    /// element of the answer is a key in order, nearly always one or none.
    pub fn receive(&mut self, packet: &Packet<'_>) -> impl Iterator<Item = Key> + use<> {
        if self.ssrc != Some(packet.ssrc) {
            // A new source has its own clock (transfer, re-INVITE): nothing remembered applies.
            *self = Events { ssrc: Some(packet.ssrc), newest: packet.sequence.wrapping_sub(1), ..Events::default() };
        }
        let is_new = is_after(packet.sequence, self.newest);
        if is_new {
            self.newest = packet.sequence;
        }
        let mut keys = [None; EVENTS_PER_PACKET];
        let mut start = packet.timestamp;
        for (key, bytes) in keys.iter_mut().zip(packet.payload.chunks_exact(4)) {
            let duration = u32::from(u16::from_be_bytes([bytes[2], bytes[3]]));
            let report = Report { code: bytes[0], start, duration, is_end: bytes[1] & 0x80 != 0 };
            start = start.wrapping_add(duration); // §2.5.1.5: packed events follow one another without pause
            *key = self.report(report, is_new);
        }
        keys.into_iter().flatten()
    }

    fn report(&mut self, report: Report, is_new: bool) -> Option<Key> {
        let key = *DIGITS.get(usize::from(report.code))?; // 16 is hook flash, above are tones: not keys
        let Some(last) = &mut self.last else { return self.begin(report, 0, key) };
        if (last.start, last.code) == (report.start, report.code) {
            last.duration = last.duration.max(report.duration);
            last.has_ended |= report.is_end;
            return None;
        }
        let since_start = report.start.wrapping_sub(last.start) as i32;
        let is_late = since_start < 0 && since_start.unsigned_abs() < LATE_MS * PER_MS && !is_new;
        if self.seen.contains(&Some((report.start, report.code))) || is_late {
            return None;
        }
        let last = *last;
        if last.code == report.code && since_start > 0 && last.goes_on_at(report.start) {
            // Another segment or a bounce: the same press, now reaching further.
            self.begin(report, last.before.saturating_add(since_start.unsigned_abs()), key);
            return None;
        }
        self.begin(report, 0, key)
    }

    fn begin(&mut self, report: Report, before: u32, key: char) -> Option<Key> {
        let Report { code, start, duration, is_end } = report;
        self.seen[self.next_seen] = Some((start, code));
        self.next_seen = (self.next_seen + 1) % REMEMBERED;
        self.last = Some(Event { code, start, duration, has_ended: is_end, before });
        Some(Key { key, held: Duration::from_millis(u64::from(duration / PER_MS)) })
    }
}

impl Event {
    /// Does an event of the same digit starting at `start` continue this press?
    fn goes_on_at(&self, start: u32) -> bool {
        let since_start = start.wrapping_sub(self.start);
        let is_segment = !self.has_ended && since_start.is_multiple_of(SEGMENT);
        let is_blip = self.has_ended && self.before + self.duration < BLIP_MS * PER_MS;
        let limit_ms = if is_blip { BOUNCE_AFTER_BLIP_MS } else { BOUNCE_GAP_MS };
        is_segment || since_start < self.duration.saturating_add(limit_ms * PER_MS)
    }
}

#[cfg(test)]
mod tests;
