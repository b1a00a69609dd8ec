//! One call's sound, as its media thread holds it: two sockets, what plays, and whom we believe.
//!
//! Symmetric RTP (G16): until the first good packet we send where their SDP says; the first source that sends RTP
//! with an agreed payload type is then theirs, NAT or not. When it is the one their SDP names, the socket connects to it,
//! and the kernel refuses the rest; any other has only come first, and gives way to the named one if that speaks at all.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::mpsc::Sender;

use super::engine::{MediaEvent, Tally};
use super::pace::Pace;
use super::ports::PortPair;
use crate::rtp::packet::{HEADER_LEN, Packet};
use crate::rtp::playout::{Ended, FRAME_MAX, Piece, Playout, SAMPLES_PER_MS, Seed};
use crate::rtp::recorder::Recorder;
use crate::rtp::rtcp::{self, REPORT_MAX, Reception, Sent};
use crate::rtp::telephone_event::Events;
use crate::sdp::Agreed;

/// Time between our RTCP reports, as RFC 3550 §6.2 has it for two parties.
const REPORT_MS: u64 = 5000;
/// No RTP for this long and the call is told (G10).
const SILENT_MS: u64 = 60_000;
/// A packet sent later than this is counted.
const LATE_MS: u64 = 5;
/// Longest datagram read; RTP of 40 ms G.711 is 332 bytes, the rest is cut and refused.
const DATAGRAM_MAX: usize = 1500;
/// Packets of an old address thrown away at once: more than a second of sound.
const STALE_MAX: usize = 64;
/// Places in a call's channel that no key takes.
const KEPT_FROM_KEYS: usize = 4;
/// Seconds from 1900 (NTP) to 1970.
const NTP_TO_UNIX_S: u64 = 2_208_988_800;

/// What a turn of the media thread lends to each leg.
pub(super) struct Turn {
    pub now: Instant,
    pub now_ms: u64,
    pub tally: Arc<Tally>,
    /// A key was told to its call in this turn.
    pub heard_key: bool,
    inbox: [u8; DATAGRAM_MAX],
    outbox: [u8; HEADER_LEN + FRAME_MAX],
}

impl Turn {
    pub fn new(now: Instant, tally: Arc<Tally>) -> Turn {
        Turn { now, now_ms: 0, tally, heard_key: false, inbox: [0; DATAGRAM_MAX], outbox: [0; HEADER_LEN + FRAME_MAX] }
    }
}

/// One call. Field order matters: the sockets close before the ports are free.
#[derive(Debug)]
pub(super) struct Leg {
    rtp: UdpSocket,
    rtcp: UdpSocket,
    _ports: PortPair,
    events: Sender<MediaEvent>,
    playout: Playout,
    keys: Events,
    reception: Reception,
    /// What they say is being kept.
    recorder: Option<Box<Recorder>>,
    line: Option<Line>,
    packets: u32,
    octets: u32,
}

/// The connected state.
#[derive(Debug)]
struct Line {
    agreed: Agreed,
    latched: Option<SocketAddr>,
    pace: Pace,
    report_ms: u64,
    heard_ms: u64,
    is_silence_told: bool,
}

impl Leg {
    pub fn new(rtp: UdpSocket, rtcp: UdpSocket, ports: PortPair, events: Sender<MediaEvent>, seed: Seed) -> Leg {
        let playout = Playout::new(seed);
        let (keys, reception) = Default::default();
        Leg {
            rtp,
            rtcp,
            _ports: ports,
            events,
            playout,
            keys,
            reception,
            recorder: None,
            line: None,
            packets: 0,
            octets: 0,
        }
    }

    pub fn rtp(&self) -> &UdpSocket {
        &self.rtp
    }

    pub fn rtcp(&self) -> &UdpSocket {
        &self.rtcp
    }

    /// When the next packet is due; `None` before `connect`.
    pub fn due_ms(&self) -> Option<u64> {
        self.line.as_ref().map(|line| line.pace.due_ms())
    }

    /// Offer and answer agreed, for the first time or again.
    pub fn connect(&mut self, mut agreed: Agreed, turn: &Turn) {
        if let (IpAddr::V4(ip), Ok(SocketAddr::V6(_))) = (agreed.remote.ip(), self.rtp.local_addr()) {
            agreed.remote.set_ip(ip.to_ipv6_mapped().into()); // as the socket writes it
        }
        let frame_ms = u64::from(agreed.ptime_ms.clamp(10, 40) / 10 * 10);
        match &mut self.line {
            None => {
                let pace = Pace::starting(turn.now_ms, frame_ms);
                // The first report comes early and at another moment for each call (RFC 3550 §6.2).
                let report_ms = turn.now_ms + REPORT_MS / 2 + u64::from(self.playout.ssrc() % 2000);
                let heard_ms = turn.now_ms;
                self.line = Some(Line { agreed, latched: None, pace, report_ms, heard_ms, is_silence_told: false });
            }
            Some(line) => {
                if line.agreed.remote != agreed.remote && line.latched.take().is_some() {
                    // A new address (transfer, media moved): believe the first good packet again.
                    let _ = rustix::net::connect_unspec(&self.rtp);
                    // What waits here was sent before: it would make the old address the new one.
                    let _ = (0..STALE_MAX).try_for_each(|_| self.rtp.recv(&mut [0]).map(drop));
                }
                line.agreed = agreed;
                line.pace.reframe(frame_ms);
                (line.heard_ms, line.is_silence_told) = (turn.now_ms, false);
            }
        }
    }

    /// Starts a prompt; the pending packet comes forward.
    pub fn play(&mut self, tag: u32, sound: Vec<Piece>, interruptible: bool, turn: &Turn) {
        // Whoever is spoken to is not recorded (D13).
        self.recorder = None;
        let replaced = self.playout.play(tag, sound, interruptible);
        self.tell_ended(replaced, turn);
        if let Some(line) = &mut self.line {
            line.pace.hurry(turn.now_ms);
        }
    }

    /// Silence.
    pub fn stop(&mut self, turn: &Turn) {
        let stopped = self.playout.stop();
        self.tell_ended(stopped, turn);
    }

    /// From now on.
    pub fn record(&mut self, max: Duration, no_input: Duration, turn: &Turn) {
        self.recorder = Some(Box::new(Recorder::new(max, no_input, turn.now_ms)));
    }

    /// What was said until now.
    pub fn end_recording(&mut self, turn: &Turn) {
        if let Some(recorder) = self.recorder.take() {
            self.tell(MediaEvent::Recorded { sound: recorder.finish() }, turn);
        }
    }

    /// The thread was stopped by the system: the beat moves by as much.
    pub fn delay(&mut self, by_ms: u64) {
        if let Some(line) = &mut self.line {
            line.pace.delay(by_ms);
        }
    }

    /// Sends the packet that is due, and what else its time brings.
    pub fn tick(&mut self, turn: &mut Turn) {
        let Some(line) = &mut self.line else { return };
        let samples = line.pace.frame_ms() as usize * SAMPLES_PER_MS;
        let mut ended = None;
        if line.agreed.sends {
            let Agreed { codec, payload_type, remote, .. } = line.agreed;
            let length;
            (length, ended) = self.playout.write(codec, payload_type, samples, &mut turn.outbox);
            let packet = &turn.outbox[..length];
            let is_connected = line.latched == Some(remote);
            let sent = if is_connected { self.rtp.send(packet) } else { self.rtp.send_to(packet, line.peer()) };
            // A port that is closed for now (ICMP), a full buffer: the next packet may pass.
            add(if sent.is_ok() { &turn.tally.packets_out } else { &turn.tally.unsent });
            self.packets = self.packets.wrapping_add(1);
            self.octets = self.octets.wrapping_add(samples as u32);
        } else {
            self.playout.skip(samples);
        }
        if turn.now_ms > line.pace.due_ms() + LATE_MS {
            add(&turn.tally.late);
        }
        line.pace.sent();
        self.tell_ended(ended, turn);
        if self.recorder.as_ref().is_some_and(|recorder| recorder.ended(turn.now_ms).is_some()) {
            self.end_recording(turn);
        }
        self.watch(turn);
    }

    /// Takes one datagram from the RTP socket; readiness that comes to nothing is no harm.
    pub fn receive(&mut self, turn: &mut Turn) {
        let Ok((length, source)) = self.rtp.recv_from(&mut turn.inbox) else { return };
        add(&turn.tally.packets_in);
        let packet = Packet::parse(&turn.inbox[..length]);
        let (Some(packet), Some(line)) = (packet, &mut self.line) else { return add(&turn.tally.refused) };
        if !line.believes(&self.rtp, source, packet.payload_type) {
            return add(&turn.tally.refused);
        }
        (line.heard_ms, line.is_silence_told) = (turn.now_ms, false);
        self.reception.received(&packet, turn.now_ms);
        if line.agreed.dtmf != Some(packet.payload_type) {
            if let Some(recorder) = self.recorder.as_mut().filter(|_| packet.payload_type == line.agreed.payload_type) {
                recorder.packet(packet.timestamp, line.agreed.codec, packet.payload, turn.now_ms);
            }
            return;
        }
        for key in self.keys.receive(&packet) {
            // Any key ends what was said; but who has said nothing yet may want a person, or the question again (C1, C9).
            let is_wish = matches!(key.key, '0' | '*');
            if let Some(recorder) = self.recorder.take_if(|recorder| !is_wish || recorder.has_speech()) {
                self.tell(MediaEvent::Recorded { sound: recorder.finish_before_key() }, turn);
                continue;
            }
            self.recorder = None;
            let at = turn.now.checked_sub(key.held).unwrap_or(turn.now);
            self.tell(MediaEvent::Key { key: key.key, at }, turn);
            turn.heard_key = true;
            let ended = self.playout.barge_in();
            self.tell_ended(ended, turn);
        }
    }

    /// Takes one datagram from the RTCP socket; only the address we talk to is listened to.
    pub fn receive_report(&mut self, turn: &mut Turn) {
        let Ok((length, source)) = self.rtcp.recv_from(&mut turn.inbox) else { return };
        let Some(line) = &self.line else { return };
        if line.peer().ip() != source.ip() {
            return add(&turn.tally.refused);
        }
        let heard = rtcp::read(&turn.inbox[..length], self.playout.ssrc());
        if let Some(middle) = heard.and_then(|heard| heard.sender_report) {
            self.reception.reported(middle, turn.now_ms);
        }
    }

    /// Says BYE. The sockets close when the leg is dropped.
    pub fn close(&mut self, turn: &Turn) {
        if self.line.is_some() && self.packets > 0 {
            self.report(turn, true);
        }
    }

    fn watch(&mut self, turn: &Turn) {
        let Some(line) = &mut self.line else { return };
        let is_silent = line.agreed.receives && turn.now_ms.saturating_sub(line.heard_ms) >= SILENT_MS;
        let is_news = is_silent && !std::mem::replace(&mut line.is_silence_told, is_silent);
        let is_report_due = turn.now_ms >= line.report_ms;
        if is_report_due {
            line.report_ms = turn.now_ms + REPORT_MS;
        }
        if is_news {
            self.tell(MediaEvent::Silent, turn);
        }
        if is_report_due {
            self.report(turn, false);
        }
    }

    fn report(&mut self, turn: &Turn, is_last: bool) {
        let Some(line) = &self.line else { return };
        let peer = line.peer();
        let Some(port) = peer.port().checked_add(1) else { return };
        let sent = Sent {
            ssrc: self.playout.ssrc(),
            ntp: ntp(),
            timestamp: self.playout.timestamp(),
            packets: self.packets,
            octets: self.octets,
        };
        let mut out = [0; REPORT_MAX];
        if let Ok(length) = rtcp::write(sent, &mut self.reception, turn.now_ms, is_last, &mut out) {
            let _ = self.rtcp.send_to(&out[..length], (peer.ip(), port)); // tolerated, never needed (G16)
        }
    }

    fn tell_ended(&self, ended: Option<Ended>, turn: &Turn) {
        if let Some(Ended { tag, interrupted }) = ended {
            self.tell(MediaEvent::Played { tag, interrupted }, turn);
        }
    }

    fn tell(&self, event: MediaEvent, turn: &Turn) {
        // A flood of keys leaves room for the ends of prompts: a call that missed one would wait for it for ever.
        let is_crowded = matches!(event, MediaEvent::Key { .. }) && self.events.capacity() <= KEPT_FROM_KEYS;
        if is_crowded || self.events.try_send(event).is_err() {
            add(&turn.tally.dropped_events);
        }
    }
}

impl Line {
    /// Is this their packet? The first good one decides, unless the address that their SDP names speaks too: a stranger may
    /// be faster than the caller, but not take a place that was promised. From then on only that source is believed, here
    /// as well, for what strangers sent before the socket connected is still in its queue.
    fn believes(&mut self, socket: &UdpSocket, source: SocketAddr, payload_type: u8) -> bool {
        let is_named = source == self.agreed.remote;
        if let Some(theirs) = self.latched.filter(|theirs| *theirs == source || !is_named) {
            return theirs == source;
        }
        let is_agreed = payload_type == self.agreed.payload_type || Some(payload_type) == self.agreed.dtmf;
        if !is_agreed || is_named && socket.connect(source).is_err() {
            return false;
        }
        self.latched = Some(source);
        true
    }

    fn peer(&self) -> SocketAddr {
        self.latched.unwrap_or(self.agreed.remote)
    }
}

fn add(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}

/// The wall clock as NTP has it.
fn ntp() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let fraction = (u64::from(since.subsec_nanos()) << 32) / 1_000_000_000;
    since.as_secs().wrapping_add(NTP_TO_UNIX_S) << 32 | fraction
}
