//! A small telephone of ours: it calls a line and hangs up. For the bench and for the tests' phone.
//!
//! Independent of `sip` on purpose: a measure or a test that shared the server's parser would share its faults. So it
//! reads only what a well-behaved server writes, and where RFC 3261 leaves a choice it takes the plainest.
//!
//! Text and `now` in, text out: who holds the socket sends every [`Out::Send`] to the line, feeds back what comes for
//! this call ([`token`] tells which), and calls [`Dialer::timer`] at [`Dialer::deadline`].

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

mod message;
#[cfg(test)]
mod tests;
pub mod voice;

use message::Message;

/// Round-trip estimate (RFC 3261 §17.1.1.1); retransmissions begin with it.
pub const T1: Duration = Duration::from_millis(500);
/// Longest wait between two BYE or CANCEL (§17.1.2.2).
pub const T2: Duration = Duration::from_secs(4);
/// Nobody answers after this: 64·T1 (timers B and F).
pub const PATIENCE: Duration = Duration::from_secs(32);

/// Whom to call, and from where.
#[derive(Clone, Debug)]
pub struct Dial {
    /// Unique among our calls, letters and digits: it becomes the Call-ID, our tag and our branches.
    pub token: String,
    /// Our signalling address.
    pub local: SocketAddr,
    /// The line's.
    pub remote: SocketAddr,
    /// Our number as a trunk writes it, `0353010001`; `None` is withheld (D16).
    pub from: Option<String>,
    /// The number dialled.
    pub to: String,
    /// Where we hear.
    pub rtp: SocketAddr,
    /// Our payload type of telephone-event, 96–127.
    pub dtmf: u8,
    /// Milliseconds of a packet.
    pub ptime_ms: u16,
    /// False: a 200 is never acknowledged, until [`Dialer::acknowledge`].
    pub acks: bool,
}

/// Their session description, as far as we use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Where they hear.
    pub rtp: SocketAddr,
    /// Their payload type of telephone-event.
    pub dtmf: Option<u8>,
}

/// What a step of a call gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Out {
    /// Send this to the line.
    Send(String),
    /// 180 or 183.
    Ringing,
    /// 200: the call stands. Told once.
    Answered(Answer),
    /// A final answer that is no 2xx; also of a call we cancelled (487).
    Refused(u16),
    /// The call is over after it stood.
    Ended(By),
    /// Nobody answered our request for 32 s, or the 200 had no description we could use.
    Failed(&'static str),
}

/// Who hung up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// We sent BYE and it was answered.
    Us,
    /// They sent BYE.
    Them,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// INVITE is out, not a word back.
    Calling,
    /// A provisional answer came.
    Proceeding,
    /// CANCEL is out.
    Cancelling,
    /// 200 came.
    Standing,
    /// BYE is out.
    Leaving,
    /// Over; what comes late is still answered.
    Over,
}

/// The request that waits for an answer, and when it is sent again.
#[derive(Clone, Debug)]
struct Pending {
    text: String,
    again_at: Instant,
    wait: Duration,
    wait_max: Duration,
    gives_up_at: Instant,
}

/// One call, from INVITE to the end.
#[derive(Clone, Debug)]
pub struct Dialer {
    dial: Dial,
    state: State,
    cseq: u32,
    pending: Option<Pending>,
    wants_cancel: bool,
    /// `To` with their tag, once known.
    to: String,
    /// Their Contact, and the proxies between, nearest first (§12.1.2).
    target: String,
    routes: Vec<String>,
    /// The ACK of the last final answer, to send again when that comes again.
    ack: Option<String>,
}

impl Dialer {
    /// Calls: the INVITE is the first output.
    pub fn call(dial: Dial, now: Instant) -> (Dialer, Vec<Out>) {
        let to = format!("<sip:{}@{}>", dial.to, dial.remote);
        let target = format!("sip:{}@{}", dial.to, dial.remote);
        let (pending, ack, routes) = (None, None, Vec::new());
        let mut dialer =
            Dialer { dial, state: State::Calling, cseq: 1, pending, wants_cancel: false, to, target, routes, ack };
        let offer = dialer.description();
        let more = format!("Contact: {}\r\nContent-Type: application/sdp\r\n", dialer.contact());
        let invite = dialer.request("INVITE", 1, "i", &more, &offer);
        // Timer A doubles without a ceiling until timer B (§17.1.1.2).
        dialer.await_answer(invite.clone(), PATIENCE, now);
        (dialer, vec![Out::Send(invite)])
    }

    /// True once nothing more will happen by itself.
    pub fn is_over(&self) -> bool {
        self.state == State::Over
    }

    /// True from the 200 to either BYE.
    pub fn is_standing(&self) -> bool {
        self.state == State::Standing
    }

    /// When [`Dialer::timer`] is wanted.
    pub fn deadline(&self) -> Option<Instant> {
        self.pending.as_ref().map(|pending| pending.again_at.min(pending.gives_up_at))
    }

    /// Sends again what has no answer, or gives up.
    pub fn timer(&mut self, now: Instant) -> Vec<Out> {
        let Some(pending) = &mut self.pending else { return Vec::new() };
        if now >= pending.gives_up_at {
            self.pending = None;
            self.state = State::Over;
            return vec![Out::Failed("no answer for 32 s")];
        }
        if now < pending.again_at {
            return Vec::new();
        }
        pending.wait = (pending.wait * 2).min(pending.wait_max);
        pending.again_at = now + pending.wait;
        vec![Out::Send(pending.text.clone())]
    }

    /// Hangs up a call that stands: BYE, with or without its ACK sent.
    pub fn hang_up(&mut self, now: Instant) -> Vec<Out> {
        if self.state != State::Standing {
            return Vec::new();
        }
        self.state = State::Leaving;
        self.cseq += 1;
        let bye = self.request("BYE", self.cseq, "b", "", "");
        self.await_answer(bye.clone(), T2, now);
        vec![Out::Send(bye)]
    }

    /// Gives up before the answer. CANCEL waits for a first provisional answer (§9.1); should the 200 have won, the
    /// call is acknowledged and ended at once.
    pub fn cancel(&mut self, now: Instant) -> Vec<Out> {
        match self.state {
            State::Calling => {
                self.wants_cancel = true;
                Vec::new()
            }
            State::Proceeding => {
                self.wants_cancel = true;
                self.state = State::Cancelling;
                // The branch of the INVITE, the To without tag: that is what finds its transaction (§9.1).
                let cancel = self.request("CANCEL", 1, "i", "", "");
                self.await_answer(cancel.clone(), T2, now);
                vec![Out::Send(cancel)]
            }
            State::Cancelling | State::Standing | State::Leaving | State::Over => Vec::new(),
        }
    }

    /// Sends the ACK that [`Dial::acks`] held back.
    pub fn acknowledge(&mut self) -> Vec<Out> {
        self.dial.acks = true;
        self.ack.clone().map(Out::Send).into_iter().collect()
    }

    /// A message of this call.
    pub fn receive(&mut self, text: &str, now: Instant) -> Vec<Out> {
        let Some(message) = Message::read(text) else { return Vec::new() };
        match message.status() {
            Some(status) => match message.method_of_cseq() {
                "INVITE" if status < 200 => self.provisional(status, now),
                "INVITE" if status < 300 => self.success(&message, now),
                "INVITE" => self.refusal(status, &message),
                "BYE" if status >= 200 => self.left(),
                "CANCEL" => self.cancelled(),
                _ => Vec::new(),
            },
            None => self.request_of_theirs(&message),
        }
    }

    fn provisional(&mut self, status: u16, now: Instant) -> Vec<Out> {
        let mut out = Vec::new();
        if self.state == State::Calling {
            self.state = State::Proceeding;
            self.pending = None; // timer A stops; ringing may last (§17.1.1.2)
            if self.wants_cancel {
                out.extend(self.cancel(now));
            }
        }
        if status > 100 {
            out.push(Out::Ringing);
        }
        out
    }

    fn success(&mut self, message: &Message<'_>, now: Instant) -> Vec<Out> {
        match self.state {
            State::Calling | State::Proceeding | State::Cancelling => {}
            // Our ACK was lost (§13.2.2.4): the same again, and only that.
            State::Standing | State::Leaving | State::Over => return self.again(),
        }
        self.pending = None;
        self.to = message.header("To").unwrap_or_default().to_owned();
        self.target = message.header("Contact").map(message::uri).unwrap_or(&self.target).to_owned();
        self.routes = message.headers("Record-Route").map(str::to_owned).collect();
        self.routes.reverse();
        // An ACK of a 2xx is a transaction of its own: another branch, through the route set (§13.2.2.4).
        self.ack = Some(self.request("ACK", 1, "a", "", ""));
        self.state = State::Standing;
        let mut out = self.again();
        match message.answer() {
            Some(answer) if !self.wants_cancel => out.push(Out::Answered(answer)),
            Some(_) => out.extend(self.hang_up(now)),
            None => {
                out.push(Out::Failed("a 200 without a description we can use"));
                out.extend(self.hang_up(now));
            }
        }
        out
    }

    fn refusal(&mut self, status: u16, message: &Message<'_>) -> Vec<Out> {
        match self.state {
            State::Calling | State::Proceeding | State::Cancelling => {}
            State::Standing | State::Leaving => return Vec::new(),
            State::Over => return self.again(),
        }
        self.pending = None;
        self.state = State::Over;
        self.to = message.header("To").unwrap_or_default().to_owned();
        // In the INVITE's own transaction: its branch, its request line (§17.1.1.3).
        self.ack = Some(self.request("ACK", 1, "i", "", ""));
        let mut out = self.again();
        out.push(Out::Refused(status));
        out
    }

    fn again(&self) -> Vec<Out> {
        self.ack.iter().filter(|_| self.dial.acks).cloned().map(Out::Send).collect()
    }

    fn left(&mut self) -> Vec<Out> {
        if self.state != State::Leaving {
            return Vec::new();
        }
        self.pending = None;
        self.state = State::Over;
        vec![Out::Ended(By::Us)]
    }

    /// CANCEL was taken: the 487 is still to come, on the INVITE.
    fn cancelled(&mut self) -> Vec<Out> {
        if self.state == State::Cancelling {
            self.pending = None;
        }
        Vec::new()
    }

    fn request_of_theirs(&mut self, message: &Message<'_>) -> Vec<Out> {
        match message.method() {
            "ACK" => Vec::new(),
            "BYE" => {
                let was_standing = self.state == State::Standing || self.state == State::Leaving;
                self.state = State::Over;
                self.pending = None;
                let mut out = vec![Out::Send(message.reply("200 OK", "", ""))];
                // A BYE that comes again is answered again, and told once.
                out.extend(was_standing.then_some(Out::Ended(By::Them)));
                out
            }
            // Hold, a session refresh: nothing changes on our side.
            "INVITE" | "UPDATE" if message.has_body() => {
                let more = format!("Contact: {}\r\nContent-Type: application/sdp\r\n", self.contact());
                vec![Out::Send(message.reply("200 OK", &more, &self.description()))]
            }
            "UPDATE" | "OPTIONS" | "INFO" | "NOTIFY" => vec![Out::Send(message.reply("200 OK", "", ""))],
            _ => vec![Out::Send(message.reply("501 Not Implemented", "", ""))],
        }
    }

    fn await_answer(&mut self, text: String, wait_max: Duration, now: Instant) {
        self.pending = Some(Pending { text, again_at: now + T1, wait: T1, wait_max, gives_up_at: now + PATIENCE });
    }

    fn request(&self, method: &str, cseq: u32, branch: &str, more: &str, body: &str) -> String {
        let Dial { token, local, .. } = &self.dial;
        let from = self.from();
        let (to, target) = (&self.to, &self.target);
        let routes: String = self.routes.iter().map(|route| format!("Route: {route}\r\n")).collect();
        let length = body.len();
        format!(
            "{method} {target} SIP/2.0\r\n\
             Via: SIP/2.0/UDP {local};branch=z9hG4bK{token}{branch};rport\r\n\
             Max-Forwards: 70\r\n{routes}\
             From: {from};tag={token}\r\n\
             To: {to}\r\n\
             Call-ID: {token}@{}\r\n\
             CSeq: {cseq} {method}\r\n{more}\
             Content-Length: {length}\r\n\r\n{body}",
            local.ip()
        )
    }

    fn from(&self) -> String {
        match &self.dial.from {
            Some(number) => format!("<sip:{number}@{}>", self.dial.local.ip()),
            None => "\"Anonymous\" <sip:anonymous@anonymous.invalid>".to_owned(),
        }
    }

    fn contact(&self) -> String {
        format!("<sip:{}>", self.dial.local)
    }

    fn description(&self) -> String {
        let Dial { rtp, dtmf, ptime_ms, .. } = self.dial;
        let family = if matches!(rtp.ip(), IpAddr::V4(_)) { "IP4" } else { "IP6" };
        let (ip, port) = (rtp.ip(), rtp.port());
        format!(
            "v=0\r\no=- 1 1 IN {family} {ip}\r\ns=-\r\nc=IN {family} {ip}\r\nt=0 0\r\n\
             m=audio {port} RTP/AVP 8 {dtmf}\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:{dtmf} telephone-event/8000\r\n\
             a=fmtp:{dtmf} 0-15\r\na=ptime:{ptime_ms}\r\na=sendrecv\r\n"
        )
    }
}

/// The token of the call a message belongs to: what stands before `@` in its Call-ID.
pub fn token(text: &str) -> Option<&str> {
    let id = Message::read(text)?.header("Call-ID")?;
    Some(id.split_once('@').map_or(id, |(token, _)| token))
}

/// An OPTIONS to ask whether a line is up (G9); any answer says yes.
pub fn options(token: &str, local: SocketAddr, remote: SocketAddr) -> String {
    format!(
        "OPTIONS sip:{remote} SIP/2.0\r\nVia: SIP/2.0/UDP {local};branch=z9hG4bK{token}o;rport\r\nMax-Forwards: 70\r\n\
         From: <sip:bench@{local}>;tag={token}\r\nTo: <sip:{remote}>\r\nCall-ID: {token}@{}\r\nCSeq: 1 OPTIONS\r\n\
         Content-Length: 0\r\n\r\n",
        local.ip()
    )
}
