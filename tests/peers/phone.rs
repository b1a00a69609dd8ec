//! A telephone of ours: it hears every byte that the line sends, and presses keys through a [`Wire`].
//!
//! It has no clock. The line's packets, one every 20 ms, are its beat: for each one heard, one beat is sent.

use std::collections::{BTreeMap, VecDeque};
use std::net::{SocketAddr, UdpSocket};

use ligne_claire::rtp::g711;
use ligne_claire::rtp::packet::Packet;
use ligne_claire::speech::Unit;

use super::PATIENCE;
use super::line::{DIALLED, HOME};
use super::listen::{SOON, alaw, exact};
use super::sip::{Dialog, Transport};
use super::train::{Beat, Typist};
use super::wire::Wire;

/// Packets that may wait for an earlier one.
const AHEAD_MAX: usize = 5;

/// One call.
pub struct Phone {
    dialog: Dialog,
    rtp: UdpSocket,
    to: SocketAddr,
    typist: Typist,
    wire: Wire,
    sending: VecDeque<Beat>,
    heard: Vec<u8>,
    /// Up to here all was recognised.
    understood: usize,
    /// The sequence number that continues `heard`, and packets that came before it, by their distance to it.
    next: Option<u16>,
    ahead: BTreeMap<u16, Vec<u8>>,
}

impl Phone {
    /// Dials the line; returns once it has answered. `events` is the payload type offered for keys.
    pub fn dial(line: SocketAddr, transport: Transport, number: &str, events: u8, wire: Wire) -> Phone {
        let rtp = UdpSocket::bind((HOME, 0)).unwrap();
        rtp.set_read_timeout(Some(PATIENCE)).unwrap();
        let port = rtp.local_addr().unwrap().port();
        let offer = format!(
            "v=0\r\no=phone 1 1 IN IP4 {HOME}\r\ns=-\r\nc=IN IP4 {HOME}\r\nt=0 0\r\n\
             m=audio {port} RTP/AVP 8 {events}\r\na=rtpmap:8 PCMA/8000\r\n\
             a=rtpmap:{events} telephone-event/8000\r\na=fmtp:{events} 0-15\r\na=ptime:20\r\na=sendrecv\r\n"
        );
        let mut dialog = Dialog::new(line, transport, number, DIALLED);
        let answer = dialog.invite(&offer);
        let audio = answer.lines().find_map(|line| line.strip_prefix("m=audio ")).expect("an audio stream");
        let port: u16 = audio.split(' ').next().and_then(|port| port.parse().ok()).expect("a port");
        assert!(answer.contains(&format!("a=rtpmap:{events} telephone-event/8000")), "{answer}");
        Phone {
            dialog,
            rtp,
            to: (HOME, port).into(),
            typist: Typist::new(events),
            wire,
            sending: VecDeque::new(),
            heard: Vec::new(),
            understood: 0,
            next: None,
            ahead: BTreeMap::new(),
        }
    }

    /// Hears one packet, sends one beat.
    fn beat(&mut self) {
        let mut bytes = [0; 1500];
        let length = self.rtp.recv(&mut bytes).expect("the line's stream never stops");
        let packet = Packet::parse(&bytes[..length]).expect("RTP");
        assert_eq!(packet.payload_type, 8, "the line sends what was agreed, and only that");
        let next = *self.next.get_or_insert(packet.sequence);
        self.ahead.insert(packet.sequence.wrapping_sub(next), packet.payload.to_vec());
        self.take_in(next);
        let beat = self.sending.pop_front().unwrap_or_else(|| self.typist.silence());
        for datagram in beat {
            self.rtp.send_to(&datagram.bytes, self.to).unwrap();
        }
    }

    /// Sound in the order it was sent: a loaded kernel may swap two packets even at home, and loses none.
    fn take_in(&mut self, next: u16) {
        let ahead = std::mem::take(&mut self.ahead);
        let mut taken = 0;
        for (distance, payload) in ahead {
            if distance == taken {
                self.heard.extend(payload);
                taken += 1;
            } else {
                self.ahead.insert(distance.wrapping_sub(taken), payload);
            }
        }
        self.next = Some(next.wrapping_add(taken));
        assert!(self.ahead.len() < AHEAD_MAX, "the line's stream has a gap after packet {next}");
    }

    /// Presses these keys, now.
    pub fn keys(&mut self, keys: &str) {
        let beats = self.typist.keys(keys);
        self.sending.extend(self.wire.pass(beats));
        while !self.sending.is_empty() {
            self.beat();
        }
    }

    /// Waits until this recording was heard whole and unchanged, soon after what was heard before.
    pub fn hears(&mut self, text: &str) -> &mut Phone {
        self.hears_within(text, SOON)
    }

    /// The same, when it begins in at most `within` samples.
    pub fn hears_within(&mut self, text: &str, within: usize) -> &mut Phone {
        let sound = alaw(text);
        let mut looked = self.understood;
        let place = loop {
            if let Some(place) = exact(&self.heard, sound, looked) {
                break place;
            }
            looked = looked.max((self.heard.len() + 1).saturating_sub(sound.len()));
            assert!(looked <= self.understood + within, "not heard: « {text} »");
            self.beat();
        };
        assert!(place.start <= self.understood + within, "heard too late: « {text} »");
        self.understood = place.end;
        self
    }

    /// Waits for the first sound: somebody is speaking, so keys will count.
    pub fn hears_a_voice(&mut self) -> &mut Phone {
        while self.heard.iter().all(|byte| *byte == g711::SILENCE) {
            assert!(self.heard.len() < SOON, "nobody speaks");
            self.beat();
        }
        self
    }

    /// These, in this order, with or without pauses between.
    pub fn hears_units(&mut self, units: &[Unit]) -> &mut Phone {
        for unit in units {
            if let Unit::Say(text) = unit {
                self.hears(text);
            }
        }
        self
    }

    pub fn hang_up(&mut self) {
        self.dialog.bye();
    }

    /// Stays on the line until it hangs up.
    pub fn await_bye(&mut self) {
        self.dialog.await_bye();
    }
}
