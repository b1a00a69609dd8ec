//! A phone that does what a test says, over real sockets. It waits by reading a socket, never by sleeping.

use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use ligne_claire::call::transcript::plain;
use ligne_claire::ops::dialer::voice::{PACKET_MAX, Voice};
use ligne_claire::ops::dialer::{Answer, By, Dial, Dialer, Out};
use ligne_claire::rtp::packet::{Packet, is_after};

use super::ear::{Ear, Notes};

/// Longer than any message of the line; a loaded machine has it too.
const PATIENCE: Duration = Duration::from_secs(40);
const TICK: Duration = Duration::from_millis(20);
/// The line takes the same key again within 700 ms for a bounce (C12): people are slower.
const BETWEEN_ANSWERS: Duration = Duration::from_millis(900);
const DTMF: u8 = 101;

/// How the phone treats the packets it sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sound {
    /// One every 20 ms.
    #[default]
    Whole,
    /// None leaves.
    Dropped,
    /// Each is sent three times.
    Tripled,
    /// Each pair changes places.
    Swapped,
}

/// How the phone behaves.
#[derive(Clone, Copy)]
pub struct Manners {
    /// False: the 200 gets no ACK until [`Phone::acknowledge`].
    pub acks: bool,
    /// Its RTP.
    pub sound: Sound,
    /// The voice that it understands.
    pub ear: &'static Ear,
}

impl Default for Manners {
    fn default() -> Self {
        Manners { acks: true, sound: Sound::Whole, ear: Ear::french() }
    }
}

/// One phone, one call.
pub struct Phone {
    sip: UdpSocket,
    rtp: UdpSocket,
    line: SocketAddr,
    dialer: Dialer,
    sound: Sound,
    voice: Option<Voice>,
    /// A packet that waits for the next one to overtake it.
    held: Option<Vec<u8>>,
    next_at: Instant,
    pressed_at: Option<Instant>,
    newest: Option<u16>,
    notes: Notes,
    /// 200s to the INVITE that came, with their repetitions.
    pub answers: usize,
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
        phone.until("an answer", |phone| phone.voice.is_some()).expect("the line answers");
        phone
    }

    /// Calls, and leaves the waiting to the test.
    pub fn dial(line: SocketAddr, from: Option<&str>, to: &str, manners: Manners) -> Phone {
        static CALLS: AtomicU32 = AtomicU32::new(0);
        let open = || UdpSocket::bind(("127.0.0.1", 0)).expect("a free port");
        let (sip, rtp) = (open(), open());
        let address = |socket: &UdpSocket| socket.local_addr().expect("bound");
        let dial = Dial {
            token: format!("t{}x{}", std::process::id(), CALLS.fetch_add(1, Ordering::Relaxed)),
            local: address(&sip),
            remote: line,
            from: from.map(str::to_owned),
            to: to.to_owned(),
            rtp: address(&rtp),
            dtmf: DTMF,
            ptime_ms: 20,
            acks: manners.acks,
        };
        let now = Instant::now();
        let (dialer, out) = Dialer::call(dial, now);
        let mut phone = Phone {
            sip,
            rtp,
            line,
            dialer,
            sound: manners.sound,
            voice: None,
            held: None,
            next_at: now,
            pressed_at: None,
            newest: None,
            notes: Notes::new(manners.ear),
            answers: 0,
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
        self.notes.forget();
        self.voice.as_mut().ok_or("no call stands")?.press(keys);
        self.until("the keys to leave", |phone| phone.voice.as_ref().is_none_or(|voice| !voice.is_pressing()))?;
        self.pressed_at = Some(Instant::now());
        Ok(())
    }

    /// Waits until these words were said to their end, since the last key: letters and digits count, in order.
    pub fn hears(&mut self, words: &str) -> Result<(), String> {
        self.until(words, |phone| phone.has_heard(words))
    }

    /// Whether they were.
    pub fn has_heard(&self, words: &str) -> bool {
        plain(&self.heard()).contains(&plain(words))
    }

    /// All that was said to its end since the last key.
    pub fn heard(&self) -> String {
        self.notes.said.join(" ")
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
        let mut bytes = [0; 4096];
        if self.voice.is_some() {
            self.rtp.set_read_timeout(Some(wait)).expect("not zero");
            if let Ok(length) = self.rtp.recv(&mut bytes) {
                self.hear(&bytes[..length]);
            }
            self.sip.set_nonblocking(true).expect("a socket");
        } else {
            self.sip.set_nonblocking(false).expect("a socket");
            self.sip.set_read_timeout(Some(wait)).expect("not zero");
        }
        if let Ok(length) = self.sip.recv(&mut bytes) {
            let text = String::from_utf8_lossy(&bytes[..length]);
            self.answers += usize::from(text.starts_with("SIP/2.0 200 ") && text.contains(" INVITE\r\n"));
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
        let Some(voice) = &mut self.voice else { return };
        let mut bytes = [0; PACKET_MAX];
        let length = voice.write(&mut bytes).length;
        let packet = bytes[..length].to_vec();
        let out = match self.sound {
            Sound::Whole => vec![packet],
            Sound::Dropped => vec![],
            Sound::Tripled => vec![packet; 3],
            Sound::Swapped => match self.held.take() {
                Some(held) => vec![packet, held],
                None => {
                    self.held = Some(packet);
                    vec![]
                }
            },
        };
        out.iter().for_each(|packet| drop(self.rtp.send(packet)));
    }

    fn hear(&mut self, datagram: &[u8]) {
        let Some(packet) = Packet::parse(datagram) else { return };
        let is_new = self.newest.is_none_or(|newest| is_after(packet.sequence, newest));
        if is_new {
            self.newest = Some(packet.sequence);
            self.notes.hear(packet.payload);
        }
    }

    fn carry_out(&mut self, out: Vec<Out>) {
        for out in out {
            match out {
                Out::Send(text) => drop(self.sip.send_to(text.as_bytes(), self.line).expect("loopback takes it")),
                Out::Ringing => {}
                Out::Answered(Answer { rtp, dtmf }) => {
                    self.rtp.connect(rtp).expect("an address of loopback");
                    self.voice = Some(Voice::new(std::process::id(), dtmf.expect("keys were agreed")));
                    self.next_at = Instant::now();
                }
                Out::Refused(status) => self.refused = Some(status),
                Out::Ended(by) => self.ended = Some(by),
                Out::Failed(why) => self.failed = Some(why),
            }
        }
    }
}
