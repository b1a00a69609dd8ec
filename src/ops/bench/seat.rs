//! One seat of the load: a telephone that calls, walks through the line, and calls again as somebody else.

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use super::ear::{Ear, Hearing};
use super::stats::Stats;
use super::walk::{Walk, Work};
use crate::ops::dialer::voice::{PACKET_MAX, Voice};
use crate::ops::dialer::{Answer, Dial, Dialer, Out};
use crate::rtp::packet::Packet;

/// Our payload type of telephone-event, another than the line's habit: the offer decides.
const DTMF: u8 = 101;
/// Between two calls of a seat.
const BREAK_MS: u64 = 20;
/// Datagrams read at once when we are behind.
const READS_MAX: usize = 16;
/// The longest RTP datagram read.
const DATAGRAM_MAX: usize = 1500;
/// A packet this long after the one before it was late by more than any jitter of pace.
const GAP: Duration = Duration::from_millis(25);
/// One whole packet was missed.
const LONG_GAP: Duration = Duration::from_millis(45);

/// What all seats share for one step.
pub struct Shared<'a> {
    pub ear: &'a Ear,
    pub sip: &'a UdpSocket,
    pub local: SocketAddr,
    pub remote: SocketAddr,
    pub dialled: &'a str,
    pub stats: &'a mut Stats,
    /// Calls that stand now.
    pub talking: &'a mut usize,
    /// The generator itself last stood still until then: what seems late across it is not the line's.
    pub stood_until: Option<Instant>,
    /// It is at this moment behind its time.
    pub is_behind: bool,
}

/// A telephone.
#[derive(Debug)]
pub struct Seat {
    number: usize,
    serial: usize,
    pub rtp: UdpSocket,
    dialer: Option<Dialer>,
    /// The last call's, for what comes late.
    before: Option<Dialer>,
    next_at: Instant,
    talk: Option<Talk>,
}

/// A call that stands.
#[derive(Debug)]
struct Talk {
    voice: Voice,
    walk: Walk,
    hearing: Hearing,
    /// The key that ended an answer, and what the line has to do.
    asked: Option<(Instant, Work)>,
    work: Option<Work>,
    heard: Option<(Instant, u16)>,
}

impl Seat {
    /// A telephone that will first call at `next_at`.
    pub fn new(number: usize, rtp: UdpSocket, next_at: Instant) -> Seat {
        Seat { number, serial: 0, rtp, dialer: None, before: None, next_at, talk: None }
    }

    /// Whether a call stands.
    pub fn is_talking(&self) -> bool {
        self.talk.is_some()
    }

    /// Whether a call is anywhere between INVITE and its end.
    pub fn is_busy(&self) -> bool {
        self.dialer.as_ref().is_some_and(|dialer| !dialer.is_over())
    }

    /// The 20 ms of this seat: a packet when a call stands, a retransmission, a new call.
    pub fn tick(&mut self, now: Instant, is_open: bool, shared: &mut Shared<'_>) {
        if let Some(dialer) = &mut self.dialer
            && dialer.deadline().is_some_and(|at| at <= now)
        {
            let out = dialer.timer(now);
            self.carry_out(out, now, shared);
        }
        let Some(talk) = &mut self.talk else {
            if is_open && !self.is_busy() && now >= self.next_at {
                self.dial(now, shared);
            }
            return;
        };
        talk.speak(&self.rtp, now, shared.stats);
        if talk.walk.is_lost(now) {
            shared.stats.lost += 1;
            self.hang_up(now, shared);
        }
    }

    /// Ends the call, if one stands.
    pub fn hang_up(&mut self, now: Instant, shared: &mut Shared<'_>) {
        self.fall_silent(shared);
        if let Some(dialer) = &mut self.dialer {
            let out = dialer.hang_up(now);
            self.carry_out(out, now, shared);
        }
    }

    /// A SIP message for this seat.
    pub fn signal(&mut self, token: &str, text: &str, now: Instant, shared: &mut Shared<'_>) {
        let is_now = token == self.token(self.serial);
        let dialer = if is_now { &mut self.dialer } else { &mut self.before };
        let Some(dialer) = dialer else { return };
        let mut out = dialer.receive(text, now);
        if !is_now {
            out.retain(|out| matches!(out, Out::Send(_)));
        }
        self.carry_out(out, now, shared);
    }

    /// An RTP datagram is there; more than one only when we come late.
    pub fn hear(&mut self, now: Instant, shared: &mut Shared<'_>) {
        let mut bytes = [0; DATAGRAM_MAX];
        let reads = if shared.is_behind { READS_MAX } else { 1 };
        for _ in 0..reads {
            let Ok(length) = self.rtp.recv(&mut bytes) else { return };
            if let (Some(talk), Some(packet)) = (&mut self.talk, Packet::parse(&bytes[..length])) {
                talk.hear(&packet, now, shared);
            }
        }
    }

    fn token(&self, serial: usize) -> String {
        format!("b{}x{}x{serial}", std::process::id(), self.number)
    }

    fn dial(&mut self, now: Instant, shared: &mut Shared<'_>) {
        self.serial += 1;
        // The fiction range of the region: ten thousand callers before anybody calls again.
        let caller = format!("035301{:04}", shared.stats.next_caller() % 10_000);
        let Ok(rtp) = self.rtp.local_addr() else { return };
        let dial = Dial {
            token: self.token(self.serial),
            local: shared.local,
            remote: shared.remote,
            from: Some(caller),
            to: shared.dialled.to_owned(),
            rtp,
            dtmf: DTMF,
            ptime_ms: 20,
            acks: true,
        };
        let (dialer, out) = Dialer::call(dial, now);
        self.before = self.dialer.replace(dialer);
        shared.stats.placed += 1;
        self.carry_out(out, now, shared);
    }

    fn carry_out(&mut self, out: Vec<Out>, now: Instant, shared: &mut Shared<'_>) {
        for out in out {
            match out {
                // A full socket is a lost datagram: SIP sends it again.
                Out::Send(text) => drop(shared.sip.send_to(text.as_bytes(), shared.remote)),
                Out::Ringing => {}
                Out::Answered(answer) => self.answered(answer, now, shared),
                Out::Refused(status) => {
                    shared.stats.refused(status);
                    self.rest(now, shared);
                }
                Out::Failed(_) => {
                    shared.stats.unanswered += 1;
                    self.rest(now, shared);
                }
                Out::Ended(_) => {
                    if let Some(talk) = &self.talk {
                        shared.stats.ended(talk.walk.outcome(), talk.walk.taken());
                    }
                    self.rest(now, shared);
                }
            }
        }
    }

    fn answered(&mut self, answer: Answer, now: Instant, shared: &mut Shared<'_>) {
        let mut bytes = [0; DATAGRAM_MAX];
        while self.rtp.recv(&mut bytes).is_ok() {} // of the call before
        if self.rtp.connect(answer.rtp).is_err() {
            shared.stats.unanswered += 1;
            return;
        }
        let seed = (self.number as u64) << 20 | self.serial as u64;
        self.talk = Some(Talk {
            voice: Voice::new(seed as u32, answer.dtmf.unwrap_or(DTMF)),
            walk: Walk::new(seed, now),
            hearing: Hearing::default(),
            asked: None,
            work: None,
            heard: None,
        });
        shared.stats.answered += 1;
        *shared.talking += 1;
    }

    fn fall_silent(&mut self, shared: &mut Shared<'_>) {
        *shared.talking -= usize::from(self.talk.take().is_some());
    }

    fn rest(&mut self, now: Instant, shared: &mut Shared<'_>) {
        self.fall_silent(shared);
        self.next_at = now + Duration::from_millis(BREAK_MS);
    }
}

impl Talk {
    fn speak(&mut self, rtp: &UdpSocket, now: Instant, stats: &mut Stats) {
        if let Some(press) = self.walk.press(now) {
            self.voice.press(press.keys);
            self.work = press.work;
        }
        let mut out = [0; PACKET_MAX];
        let sent = self.voice.write(&mut out);
        if let Some((_, 0)) = sent.key {
            // The moment before the packet of the answer's last key leaves.
            stats.keys_unanswered += u64::from(self.asked.is_some());
            self.asked = self.work.map(|work| (Instant::now(), work));
        }
        match rtp.send(&out[..sent.length]) {
            Ok(_) => stats.packets_out += 1,
            Err(_) => stats.unsent += 1,
        }
    }

    fn hear(&mut self, packet: &Packet<'_>, now: Instant, shared: &mut Shared<'_>) {
        let stats = &mut *shared.stats;
        stats.packets_in += 1;
        if let Some((at, sequence)) = self.heard.replace((now, packet.sequence)) {
            let gap = now.saturating_duration_since(at);
            if gap > GAP {
                let is_ours = shared.stood_until.is_some_and(|until| until > at);
                stats.late(gap > LONG_GAP, is_ours);
            }
            stats.missing += u64::from(packet.sequence.wrapping_sub(sequence).wrapping_sub(1));
        }
        if let Some((sentence, began_at)) = self.hearing.hear(shared.ear, packet.payload, now) {
            self.walk.hear(sentence, now);
            if let Some((asked_at, work)) = self.asked.take_if(|(asked_at, _)| *asked_at < began_at) {
                let is_ours = shared.stood_until.is_some_and(|until| until > asked_at);
                stats.replied(work, began_at - asked_at, is_ours);
            }
        }
    }
}
