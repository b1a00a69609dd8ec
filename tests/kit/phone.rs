//! A phone that does what a test says, over real sockets. It waits by reading a socket, never by sleeping.

use std::collections::{BTreeMap, VecDeque};
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use ligne_claire::call::transcript::plain;
use ligne_claire::ops::dialer::{Answer, By, Dial, Dialer, Out};
use ligne_claire::rtp::packet::Packet;
use ligne_claire::speech::Unit;

use super::ear::{Ear, Notes, TONE};
use super::signal::{Signal, Transport};
use super::train::{Beat, Typist};
use super::wire::{Fault, Wire};

/// Longer than any message of the line; a loaded machine has it too.
const PATIENCE: Duration = Duration::from_secs(40);
const TICK: Duration = Duration::from_millis(20);
/// The line takes the same key again within 700 ms for a bounce (C12): people are slower.
const BETWEEN_ANSWERS: Duration = Duration::from_millis(900);
/// What follows begins this soon, keys typed meanwhile included, in samples. The line asks again after 8 s of silence at
/// the earliest (C6): found later, it was found in a repetition, and the order would prove nothing.
pub const SOON: usize = 6 * 8_000;
/// Packets that may wait for an earlier one.
const AHEAD_MAX: usize = 5;

/// How the phone behaves.
#[derive(Clone, Copy)]
pub struct Manners {
    /// False: the 200 gets no ACK until [`Phone::acknowledge`].
    pub acks: bool,
    /// Its signalling.
    pub transport: Transport,
    /// The payload type that it offers for keys.
    pub events: u8,
    /// What the network does to its sound and keys, and the seed of it.
    pub fault: (Fault, u32),
    /// The voice that it understands.
    pub ear: &'static Ear,
}

impl Default for Manners {
    fn default() -> Self {
        let (transport, fault) = Default::default();
        Manners { acks: true, transport, events: 101, fault, ear: Ear::french() }
    }
}

/// One phone, one call.
pub struct Phone {
    sip: Signal,
    rtp: UdpSocket,
    dialer: Dialer,
    invite: String,
    events: u8,
    /// Once the call stands.
    typist: Option<Typist>,
    sending: VecDeque<Beat>,
    wire: Wire,
    next_at: Instant,
    pressed_at: Option<Instant>,
    /// The sequence number that continues what was heard, and packets that came before it, by their distance to it.
    next: Option<u16>,
    ahead: BTreeMap<u16, Vec<u8>>,
    notes: Notes,
    /// Up to here all was recognised, in samples.
    understood: usize,
    /// 200s to the INVITE that came, with their repetitions.
    pub answers: usize,
    /// 200s to the CANCEL that came.
    pub cancels: usize,
    /// Of a call that was refused.
    pub refused: Option<u16>,
    /// Of a call that stood.
    pub ended: Option<By>,
    failed: Option<&'static str>,
}

impl Phone {
    /// Calls and waits for the answer.
    pub fn call(line: SocketAddr, from: Option<&str>, to: &str) -> Phone {
        let mut phone = Phone::dial(line, from, to, Manners::default());
        phone.until("an answer", Phone::stands).expect("the line answers");
        phone
    }

    /// Calls, and leaves the waiting to the test.
    pub fn dial(line: SocketAddr, from: Option<&str>, to: &str, manners: Manners) -> Phone {
        static CALLS: AtomicU32 = AtomicU32::new(0);
        let sip = Signal::open(manners.transport, line);
        let rtp = UdpSocket::bind(("127.0.0.1", 0)).expect("a free port");
        let dial = Dial {
            token: format!("t{}x{}", std::process::id(), CALLS.fetch_add(1, Ordering::Relaxed)),
            local: sip.local(),
            remote: line,
            from: from.map(str::to_owned),
            to: to.to_owned(),
            rtp: rtp.local_addr().expect("bound"),
            dtmf: manners.events,
            ptime_ms: 20,
            acks: manners.acks,
        };
        let now = Instant::now();
        let (dialer, out) = Dialer::call(dial, now);
        let mut phone = Phone {
            sip,
            rtp,
            dialer,
            invite: String::new(),
            events: manners.events,
            typist: None,
            sending: VecDeque::new(),
            wire: Wire::new(manners.fault.0, manners.fault.1),
            next_at: now,
            pressed_at: None,
            next: None,
            ahead: BTreeMap::new(),
            notes: Notes::new(manners.ear),
            understood: 0,
            answers: 0,
            cancels: 0,
            refused: None,
            ended: None,
            failed: None,
        };
        phone.carry_out(out);
        phone
    }

    /// Presses keys under whatever is said; returns when the last has left. What was said before is forgotten.
    pub fn press(&mut self, keys: &str) -> Result<(), String> {
        if let Some(at) = self.pressed_at {
            self.until("a moment between two answers", |_| at.elapsed() >= BETWEEN_ANSWERS)?;
        }
        self.types(keys)
    }

    /// The same, without a moment's rest before it.
    pub fn types(&mut self, keys: &str) -> Result<(), String> {
        self.notes.forget();
        self.sending = self.typist.as_mut().ok_or("no call stands")?.keys(keys).into();
        self.until("the keys to leave", |phone| phone.sending.is_empty())?;
        self.notes.listen_anew();
        self.pressed_at = Some(Instant::now());
        Ok(())
    }

    /// Speaks: A-law bytes, as long as they last.
    pub fn says(&mut self, sound: &[u8]) -> Result<(), String> {
        self.sending = self.typist.as_mut().ok_or("no call stands")?.speech(sound).into();
        self.until("the words to leave", |phone| phone.sending.is_empty())
    }

    /// Waits for the end of the tone after which one speaks, since the last key.
    pub fn hears_tone(&mut self) -> Result<(), String> {
        self.until("the tone", Phone::has_heard_tone)
    }

    /// Whether it has sounded to its end, since the last key.
    pub fn has_heard_tone(&self) -> bool {
        self.notes.said.iter().any(|(text, _)| text == TONE)
    }

    /// Whether the line has answered.
    pub fn stands(&self) -> bool {
        self.typist.is_some()
    }

    /// Waits until this recording was heard whole and unchanged, soon after what was heard before.
    pub fn hears_next(&mut self, text: &str) -> Result<(), String> {
        self.hears_within(text, SOON)
    }

    /// The same, when it begins in at most `within` samples.
    pub fn hears_within(&mut self, text: &str, within: usize) -> Result<(), String> {
        let (from, last) = (self.understood, self.understood + within);
        let place = |phone: &Phone| {
            let said = phone.notes.said.iter().find(|(said, place)| said == text && place.start >= from);
            said.map(|(_, place)| place.clone())
        };
        let over = last + self.notes.sound(text).len();
        self.until(text, |phone| place(phone).is_some() || phone.notes.length() > over)?;
        match place(self).filter(|place| place.start <= last) {
            Some(place) => self.understood = place.end,
            None => return Err(format!("not heard, or too late: « {text} »; heard « {} »", self.heard())),
        }
        Ok(())
    }

    /// These, in this order, with or without pauses between.
    pub fn hears_units(&mut self, units: &[Unit]) -> Result<(), String> {
        units.iter().try_for_each(|unit| if let Unit::Say(text) = unit { self.hears_next(text) } else { Ok(()) })
    }

    /// Waits until these words were said to their end, since the last key: letters and digits count, in order.
    pub fn hears(&mut self, words: &str) -> Result<(), String> {
        self.until(words, |phone| phone.has_heard(words))
    }

    /// Whether they were.
    pub fn has_heard(&self, words: &str) -> bool {
        plain(&self.heard()).contains(&plain(words))
    }

    /// Whether they were said slowly (C10).
    pub fn has_heard_slowly(&self, words: &str) -> bool {
        plain(&self.notes.said_slowly.join(" ")).contains(&plain(words))
    }

    /// All that was said to its end since the last key.
    pub fn heard(&self) -> String {
        self.notes.said.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// How long nothing was to be heard, up to now and since the last key.
    pub fn quiet(&self) -> Duration {
        self.notes.quiet()
    }

    /// As if nothing had been said.
    pub fn forget(&mut self) {
        self.notes.forget();
    }

    /// Whether the line has begun to say this, since the last key.
    pub fn has_begun(&self, text: &str) -> bool {
        self.notes.begun.iter().any(|begun| begun == text)
    }

    /// Waits until the line has begun to say something, since the last key.
    pub fn hears_something(&mut self) -> Result<(), String> {
        self.until("anything", Phone::has_heard_something)
    }

    /// Whether it has.
    pub fn has_heard_something(&self) -> bool {
        !self.notes.begun.is_empty()
    }

    /// Hangs up and waits for the answer to our BYE.
    pub fn hang_up(&mut self) -> Result<(), String> {
        let out = self.dialer.hang_up(Instant::now());
        self.carry_out(out);
        self.until("the answer to BYE", |phone| phone.ended.is_some())
    }

    /// Gives up before the answer, and waits for the end of it.
    pub fn cancel(&mut self) -> Result<(), String> {
        let out = self.dialer.cancel(Instant::now());
        self.carry_out(out);
        self.until("the end of a cancelled call", |phone| phone.dialer.is_over())
    }

    /// CANCEL in the same breath as the INVITE, before any answer to it. True when the line gave up with 487; else it had
    /// answered, and the call is hung up (RFC 3261 §9.2).
    pub fn cancels_at_once(&mut self) -> Result<bool, String> {
        // The INVITE's own branch, tag and number, which make it its CANCEL (§9.1), and no body.
        let head = self.invite.split("\r\n\r\n").next().unwrap_or_default();
        let is_kept = |line: &&str| !line.starts_with("Content-") && !line.starts_with("Contact");
        let lines: Vec<&str> = head.split("\r\n").filter(is_kept).collect();
        let cancel = format!("{}\r\nContent-Length: 0\r\n\r\n", lines.join("\r\n"));
        self.sip.send(&cancel.replacen("INVITE ", "CANCEL ", 1).replace("CSeq: 1 INVITE", "CSeq: 1 CANCEL"));
        self.lives_until(|phone| phone.cancels > 0 && (phone.refused.is_some() || phone.stands()));
        match (self.cancels, self.refused) {
            (0, _) => Err("the CANCEL was not answered with 200".to_owned()),
            (_, Some(487)) => Ok(true),
            (_, Some(status)) => Err(format!("refused with {status}")),
            (_, None) => self.hang_up().map(|()| false),
        }
    }

    /// The ACK that was held back.
    pub fn acknowledge(&mut self) {
        let out = self.dialer.acknowledge();
        self.carry_out(out);
    }

    /// Waits for the line's BYE.
    pub fn is_left(&mut self) -> Result<(), String> {
        self.until("the line to hang up", |phone| phone.ended == Some(By::Them))
    }

    /// Lives on until `is_true`; says what was wanted and what was heard when it never is.
    pub fn until(&mut self, wanted: &str, is_true: impl Fn(&Phone) -> bool) -> Result<(), String> {
        let until = Instant::now() + PATIENCE;
        while !is_true(self) {
            let end = match (self.failed, self.refused, self.ended) {
                (Some(why), ..) => Some(why.to_owned()),
                (_, Some(status), _) => Some(format!("refused with {status}")),
                (_, _, Some(by)) => Some(format!("the call was ended by {by:?}")),
                _ => (Instant::now() > until).then(|| format!("nothing for {PATIENCE:?}")),
            };
            if let Some(end) = end {
                return Err(format!("wanted « {wanted} », {end}; heard « {} »", self.heard()));
            }
            self.turn();
        }
        Ok(())
    }

    /// Lives on, whatever becomes of the call, until it is true or nobody has the patience.
    pub fn lives_until(&mut self, mut is_true: impl FnMut(&Phone) -> bool) {
        let until = Instant::now() + PATIENCE;
        while !is_true(self) && Instant::now() < until {
            self.turn();
        }
    }

    /// Up to 20 ms: one read, and what is due.
    fn turn(&mut self) {
        let wait = self.next_at.saturating_duration_since(Instant::now()).max(Duration::from_micros(100));
        let mut message = None;
        if self.stands() {
            let mut bytes = [0; 4096];
            self.rtp.set_read_timeout(Some(wait)).expect("not zero");
            if let Ok(length) = self.rtp.recv(&mut bytes) {
                self.hear(&bytes[..length]);
            }
        } else {
            message = self.sip.receive(Some(wait));
        }
        if let Some(text) = message.or_else(|| self.sip.receive(None)) {
            let is_success = text.starts_with("SIP/2.0 200 ");
            self.answers += usize::from(is_success && text.contains(" INVITE\r\n"));
            self.cancels += usize::from(is_success && text.contains(" CANCEL\r\n"));
            let out = self.dialer.receive(&text, Instant::now());
            self.carry_out(out);
        }
        let now = Instant::now();
        if now >= self.next_at {
            self.next_at += TICK;
            let out = self.dialer.timer(now);
            self.carry_out(out);
            self.speak();
        }
    }

    fn speak(&mut self) {
        let Some(typist) = &mut self.typist else { return };
        let beat = self.sending.pop_front().unwrap_or_else(|| typist.silence());
        // A line that was killed hears nothing more: the test that killed it knows.
        self.wire.pass(beat).iter().for_each(|datagram| drop(self.rtp.send(&datagram.bytes)));
    }

    /// Sound in the order it was sent: a loaded kernel may swap two packets even at home, and loses none.
    fn hear(&mut self, datagram: &[u8]) {
        let packet = Packet::parse(datagram).expect("RTP");
        assert_eq!(packet.payload_type, 8, "the line sends what was agreed, and only that");
        let next = *self.next.get_or_insert(packet.sequence);
        self.ahead.insert(packet.sequence.wrapping_sub(next), packet.payload.to_vec());
        let mut taken = 0;
        for (distance, payload) in std::mem::take(&mut self.ahead) {
            if distance == taken {
                self.notes.hear(&payload);
                taken += 1;
            } else {
                self.ahead.insert(distance.wrapping_sub(taken), payload);
            }
        }
        self.next = Some(next.wrapping_add(taken));
        assert!(self.ahead.len() < AHEAD_MAX, "the line's stream has a gap after packet {next}");
    }

    fn carry_out(&mut self, out: Vec<Out>) {
        for out in out {
            match out {
                Out::Send(text) => {
                    self.sip.send(&text);
                    if text.starts_with("INVITE ") {
                        self.invite = text;
                    }
                }
                Out::Ringing => {}
                Out::Answered(Answer { rtp, dtmf }) => {
                    self.rtp.connect(rtp).expect("an address of loopback");
                    assert_eq!(dtmf, Some(self.events), "keys by the payload type that was offered");
                    self.typist = Some(Typist::new(self.events));
                    self.next_at = Instant::now();
                }
                Out::Refused(status) => self.refused = Some(status),
                Out::Ended(by) => self.ended = Some(by),
                Out::Failed(why) => self.failed = Some(why),
            }
        }
    }
}
