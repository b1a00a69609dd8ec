//! What a telephone sends: 20 ms of sound a beat, and a train of RFC 4733 packets for each key.

use ligne_claire::rtp::g711;
use ligne_claire::rtp::packet::Packet;

/// Samples in a beat of 20 ms.
const BEAT: u32 = 160;
/// A key is down for 100 ms …
const KEY_BEATS: u16 = 5;
/// … and up for 120 ms: as quick as people type.
const REST_BEATS: usize = 6;
/// §2.5.1.4: the last packet is sent three times.
const ENDS: usize = 3;
const PCMA: u8 = 8;

/// One datagram, and whether it says that its key was let go.
#[derive(Clone, Debug, PartialEq)]
pub struct Datagram {
    pub bytes: Vec<u8>,
    pub is_end: bool,
}

/// All that goes out in one beat.
pub type Beat = Vec<Datagram>;

/// The sending half of a telephone.
#[derive(Debug)]
pub struct Typist {
    events: u8,
    sequence: u16,
    timestamp: u32,
}

impl Typist {
    /// `events` is the payload type that both ends agreed on for telephone-event.
    pub fn new(events: u8) -> Typist {
        // Both wrap within the first keys.
        Typist { events, sequence: 65_530, timestamp: u32::MAX - 10 * BEAT }
    }

    /// A beat of sound in which nobody speaks.
    pub fn silence(&mut self) -> Beat {
        let packet = self.packet(PCMA, self.timestamp, false, &[g711::SILENCE; BEAT as usize], false);
        self.timestamp = self.timestamp.wrapping_add(BEAT);
        vec![packet]
    }

    /// This A-law sound, as beats.
    pub fn speech(&mut self, sound: &[u8]) -> Vec<Beat> {
        let mut beats = Vec::new();
        for payload in sound.chunks(BEAT as usize) {
            beats.push(vec![self.packet(PCMA, self.timestamp, false, payload, false)]);
            self.timestamp = self.timestamp.wrapping_add(BEAT);
        }
        beats
    }

    /// These keys, as beats.
    pub fn keys(&mut self, keys: &str) -> Vec<Beat> {
        keys.chars().flat_map(|key| self.key(key)).collect()
    }

    fn key(&mut self, key: char) -> Vec<Beat> {
        let code = "0123456789*#".find(key).and_then(|at| u8::try_from(at).ok()).expect("a key of a telephone");
        let start = self.timestamp;
        let mut beats: Vec<Beat> = (1..KEY_BEATS).map(|n| vec![self.event(code, start, n, false)]).collect();
        beats.push((0..ENDS).map(|_| self.event(code, start, KEY_BEATS, true)).collect());
        self.timestamp = start.wrapping_add(u32::from(KEY_BEATS) * BEAT);
        beats.extend((0..REST_BEATS).map(|_| self.silence()));
        beats
    }

    fn event(&mut self, code: u8, start: u32, beats: u16, is_end: bool) -> Datagram {
        let [high, low] = (beats * BEAT as u16).to_be_bytes();
        // Volume −10 dBm0, as nearly everybody has it; the top bit is E (§2.3).
        let flags = 10 | u8::from(is_end) << 7;
        self.packet(self.events, start, beats == 1, &[code, flags, high, low], is_end)
    }

    fn packet(&mut self, payload_type: u8, timestamp: u32, marker: bool, payload: &[u8], is_end: bool) -> Datagram {
        self.sequence = self.sequence.wrapping_add(1);
        let header =
            Packet { marker, payload_type, sequence: self.sequence, timestamp, ssrc: 0x1199_0042, payload: &[] }
                .header();
        Datagram { bytes: [&header[..], payload].concat(), is_end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_event_with_a_growing_duration_and_three_ends() {
        let beats = Typist::new(96).keys("7");
        let packets: Vec<&Datagram> = beats.iter().flatten().collect();
        let events: Vec<Packet<'_>> = packets
            .iter()
            .filter_map(|datagram| Packet::parse(&datagram.bytes))
            .filter(|packet| packet.payload_type == 96)
            .collect();
        assert_eq!(events.len(), 4 + ENDS);
        assert!(events.iter().all(|packet| packet.timestamp == events[0].timestamp && packet.payload[0] == 7));
        let durations: Vec<u8> = events.iter().map(|packet| packet.payload[3]).collect();
        assert_eq!(durations[..4], [160, 64, 224, 128]);
        assert_eq!(events.iter().filter(|packet| packet.marker).count(), 1);
        assert_eq!(packets.iter().filter(|datagram| datagram.is_end).count(), ENDS);
    }
}
