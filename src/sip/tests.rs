//! SIP by script: a far end that writes text, a clock that is turned by hand.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::*;

mod bodies;
mod calls;
mod crowd;
mod hostile;
mod identity;
mod later;
mod replies;
mod requests;

const SDP: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n";

/// The line, its clock, and what it said last.
pub(in crate::sip) struct Rig {
    core: Core,
    now: Instant,
    here: SocketAddr,
    pub source: Source,
    /// The dialog of the last call that came in.
    dialog: Option<DialogId>,
    incoming: Option<Incoming>,
    /// What was sent since the last event: where, and what.
    sent: Vec<(SocketAddr, String)>,
    actions: Vec<Action>,
}

/// One call of a scripted phone.
#[derive(Clone)]
struct Phone {
    via: String,
    name: String,
    from: String,
    to: String,
    more: String,
    body: String,
}

impl Rig {
    pub fn new() -> Rig {
        Rig::with_calls(100)
    }

    fn with_calls(calls: usize) -> Rig {
        Rig {
            core: Core::new(Settings { calls }, [7; 16]),
            now: Instant::now(),
            here: "192.0.2.1:5060".parse().unwrap(),
            source: Source { transport: Transport::Udp, peer: "192.0.2.9:5062".parse().unwrap() },
            dialog: None,
            incoming: None,
            sent: Vec::new(),
            actions: Vec::new(),
        }
    }

    pub fn tcp() -> Rig {
        let mut rig = Rig::with_calls(30_000);
        rig.source.transport = Transport::Tcp(3);
        rig
    }

    /// A message comes; what the line does, in short words.
    pub fn hears(&mut self, text: impl AsRef<[u8]>) -> Vec<String> {
        let (source, here) = (self.source, self.here);
        self.event(Event::Received { source, here, bytes: text.as_ref() })
    }

    /// The call wants something of the last dialog.
    fn does(&mut self, command: Command) -> Vec<String> {
        self.event(Event::Do(self.dialog.unwrap(), command))
    }

    fn answers(&mut self) -> Vec<String> {
        self.does(Command::Answer(SDP.into()))
    }

    /// Time passes: what was done, and at which millisecond of it.
    fn waits(&mut self, time: Duration) -> Vec<(u128, String)> {
        let (from, until) = (self.now, self.now + time);
        let mut seen = Vec::new();
        while let Some(at) = self.core.due_at().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            let at = (self.now - from).as_millis();
            seen.extend(self.event(Event::Timer).into_iter().map(|word| (at, word)));
        }
        self.now = until;
        seen
    }

    fn waits_s(&mut self, seconds: u64) -> Vec<(u128, String)> {
        self.waits(Duration::from_secs(seconds))
    }

    fn event(&mut self, event: Event<'_>) -> Vec<String> {
        self.actions.clear();
        self.sent.clear();
        self.core.input(self.now, event, &mut self.actions);
        let mut words = Vec::new();
        for action in &self.actions {
            words.push(match action {
                Action::Send { to, bytes, .. } => {
                    let text = String::from_utf8_lossy(bytes).into_owned();
                    let first = text.split(' ').next().unwrap();
                    let word = if first == "SIP/2.0" { text.split(' ').nth(1).unwrap() } else { first };
                    let word = word.to_owned();
                    self.sent.push((*to, text));
                    word
                }
                Action::Incoming(incoming) => {
                    self.dialog = Some(incoming.dialog);
                    self.incoming = Some(incoming.clone());
                    "incoming".to_owned()
                }
                Action::Confirmed(_, body) => format!("confirmed{}", if body.is_some() { " sdp" } else { "" }),
                Action::Reinvited(_, body) => format!("reinvited{}", if body.is_some() { " sdp" } else { "" }),
                Action::Ended(_, ended) => format!("ended {ended:?}"),
            });
        }
        words
    }

    /// A header of the last message sent.
    fn header(&self, name: &str) -> String {
        self.headers(name).into_iter().next().unwrap_or_else(|| panic!("no {name} in {}", self.text()))
    }

    fn headers(&self, name: &str) -> Vec<String> {
        let lines = self.text().split("\r\n").filter_map(|line| line.split_once(": "));
        lines.filter(|(other, _)| *other == name).map(|(_, value)| value.to_owned()).collect()
    }

    fn text(&self) -> &str {
        &self.sent.last().expect("something was sent").1
    }

    fn to(&self) -> String {
        self.sent.last().expect("something was sent").0.to_string()
    }

    fn tag(&self) -> String {
        self.dialog.unwrap().to_string()
    }

    /// A call that has been answered and acknowledged.
    fn talks(&mut self, phone: &Phone) {
        assert_eq!(self.hears(phone.invite(1)), ["100", "incoming"]);
        assert_eq!(self.answers(), ["200"]);
        assert_eq!(self.hears(phone.ack(1, &self.tag())), ["confirmed"]);
    }

    /// Everything ends by itself in four minutes (three of patience, and a transaction): nothing is left.
    fn forgets(&mut self) {
        self.waits_s(240);
        assert!(self.core.table.is_empty(), "{:?}", self.core.counters());
        assert_eq!((self.core.dialogs.len(), self.core.timers.len()), (0, 0));
    }
}

impl Rig {
    /// As [`Rig::forgets`], once every call that is left has been hung up.
    fn forgets_all(&mut self) {
        for dialog in self.core.dialogs.keys().copied().collect::<Vec<_>>() {
            self.event(Event::Do(dialog, Command::HangUp));
        }
        self.forgets();
    }
}

impl Phone {
    fn new(name: &str) -> Phone {
        Phone {
            via: "SIP/2.0/UDP 192.0.2.9:5062;rport".into(),
            name: name.into(),
            from: format!("<sip:0639980012@example.net>;tag=f{name}"),
            to: "<sip:0353010000@192.0.2.1>".into(),
            more: "Contact: <sip:0639980012@192.0.2.9:5062>\r\n".into(),
            body: String::new(),
        }
    }

    fn request(&self, method: &str, sequence: u32, branch: &str, tag: &str) -> String {
        let Phone { via, name, from, to, more, body } = self;
        let tag = if tag.is_empty() { String::new() } else { format!(";tag={tag}") };
        let kind =
            if body.is_empty() || more.contains("Content-Type") { "" } else { "Content-Type: application/sdp\r\n" };
        format!(
            "{method} sip:0353010000@192.0.2.1 SIP/2.0\r\nVia: {via};branch=z9hG4bK{branch}{name}\r\nMax-Forwards: 70\r\n\
             From: {from}\r\nTo: {to}{tag}\r\nCall-ID: {name}@example.net\r\nCSeq: {sequence} {method}\r\n{more}{kind}\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    fn invite(&self, sequence: u32) -> String {
        self.request("INVITE", sequence, &format!("i{sequence}"), "")
    }

    fn reinvite(&self, sequence: u32, tag: &str) -> String {
        self.request("INVITE", sequence, &format!("i{sequence}"), tag)
    }

    /// Of a 2xx: a transaction of its own.
    fn ack(&self, sequence: u32, tag: &str) -> String {
        self.request("ACK", sequence, &format!("a{sequence}"), tag)
    }

    /// Of a failure: in the INVITE's transaction.
    fn ack_failure(&self, sequence: u32, tag: &str) -> String {
        self.request("ACK", sequence, &format!("i{sequence}"), tag)
    }

    fn cancel(&self, sequence: u32) -> String {
        self.request("CANCEL", sequence, &format!("i{sequence}"), "")
    }

    fn bye(&self, sequence: u32, tag: &str) -> String {
        self.request("BYE", sequence, &format!("b{sequence}"), tag)
    }
}

/// The line's BYE, answered.
fn answer_to(bye: &str, code: u16) -> String {
    let kept = bye
        .split("\r\n")
        .filter(|line| ["Via:", "From:", "To:", "Call-ID:", "CSeq:"].iter().any(|name| line.starts_with(name)));
    format!("SIP/2.0 {code} Whatever\r\n{}\r\nContent-Length: 0\r\n\r\n", kept.collect::<Vec<_>>().join("\r\n"))
}
