//! A dialog (RFC 3261 §12): who talks to whom, in what order, along which way.

use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::event::{Source, Transport};
use super::timer::Repeat;
use super::wire::address::{Address, Uri, params};
use super::wire::print::Request;
use super::wire::via::{Via, canonical, reachable};
use super::wire::{Message, Method, Name};

/// How long an INVITE may wait for our final response: then 487. A call that forgot to answer costs no place for ever.
pub(super) const PATIENCE: Duration = Duration::from_secs(180);

/// Our tag, which names a dialog among all of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DialogId(pub(super) u64);

impl fmt::Display for DialogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl DialogId {
    /// The dialog that a To tag names, if we could have made it.
    pub(super) fn read(tag: &str) -> Option<DialogId> {
        (tag.len() == 16).then(|| u64::from_str_radix(tag, 16).ok().map(DialogId))?
    }
}

/// One dialog, made by an INVITE of the far end.
#[derive(Debug)]
pub(super) struct Dialog {
    pub call_id: String,
    /// Their tag; an RFC 2543 phone has none.
    remote_tag: Option<String>,
    /// From of their requests, To of ours.
    remote: Vec<u8>,
    /// To of their requests with our tag, From of ours.
    local: Vec<u8>,
    /// Where our requests are addressed: their Contact.
    target: String,
    routes: Vec<String>,
    pub remote_sequence: u32,
    local_sequence: u32,
    /// Where their last INVITE came from, and our address that it came to.
    pub source: Source,
    pub here: SocketAddr,
    /// Their sent-by is not where they are: a NAT stands between.
    is_behind_nat: bool,
    pub state: State,
    /// The call has hung up and waits for the ACK that must come first (§15).
    pub is_leaving: bool,
    /// When the queue wakes it.
    pub planned_at: Option<Instant>,
}

/// Where an INVITE of a dialog stands.
#[derive(Debug)]
pub(super) enum State {
    /// The first INVITE, or a later one, waits for our final response.
    Asked(Box<Pending>),
    /// Our 2xx waits for its ACK, and is repeated (§13.3.1.4).
    Answered(Unacknowledged),
    /// Nothing is open.
    Confirmed,
}

/// An INVITE without final response.
#[derive(Debug)]
pub(super) struct Pending {
    pub invite: u64,
    pub request: Message,
    pub is_first: bool,
    /// Until [`PATIENCE`], or Expires, ends (§13.3.1).
    pub until: Instant,
}

/// A 2xx without ACK.
#[derive(Debug)]
pub(super) struct Unacknowledged {
    pub response: Vec<u8>,
    pub to: SocketAddr,
    pub sequence: u32,
    pub repeat: Repeat,
    pub until: Instant,
    pub is_first: bool,
}

impl State {
    /// The INVITE came now.
    pub fn asked(now: Instant, invite: u64, request: &Message, is_first: bool) -> State {
        let expires = request.text(Name::Expires).and_then(|value| value.parse().ok()).map(Duration::from_secs);
        let until = now + expires.map_or(PATIENCE, |expires| expires.min(PATIENCE));
        State::Asked(Box::new(Pending { invite, request: request.clone(), is_first, until }))
    }
}

impl Dialog {
    /// The dialog that a first INVITE opens.
    pub fn new(id: DialogId, request: &Message, source: Source, here: SocketAddr, state: State) -> Option<Dialog> {
        let from = request.text(Name::From)?;
        let remote_tag = Address::parse(&from)?.tag().map(str::to_owned);
        let to = request.lines(Name::To).next()?;
        let mut dialog = Dialog {
            call_id: request.text(Name::CallId)?.into_owned(),
            remote_tag,
            remote: request.lines(Name::From).next()?.to_vec(),
            local: [to, b";tag=", id.to_string().as_bytes()].concat(),
            // An RFC 2543 phone may send no Contact.
            target: Address::parse(&from)?.uri.to_owned(),
            routes: request.list(Name::RecordRoute),
            remote_sequence: request.sequence()?.0,
            local_sequence: 0,
            source,
            here,
            is_behind_nat: false,
            state,
            is_leaving: false,
            planned_at: None,
        };
        dialog.refresh(request, source, here);
        Some(dialog)
    }

    /// A later INVITE may move their end (§12.2.2).
    pub fn refresh(&mut self, request: &Message, source: Source, here: SocketAddr) {
        let contact = request.first(Name::Contact);
        if let Some(contact) = contact.as_deref().and_then(Address::parse) {
            // §19.1.5: what follows `?` is for another kind of request.
            self.target = contact.uri.split('?').next().unwrap_or(contact.uri).to_owned();
        }
        (self.source, self.here) = (source, here);
        let host = Via::top(request).and_then(|via| via.host.parse().ok());
        self.is_behind_nat = host.map(canonical) != Some(canonical(source.peer.ip()));
    }

    /// What a Contact of ours says: where later requests of the dialog reach us.
    pub fn contact(&self) -> String {
        let here = self.sent_by();
        match self.source.transport {
            Transport::Udp => format!("<sip:{here}>"),
            Transport::Tcp(_) => format!("<sip:{here};transport=tcp>"),
        }
    }

    fn sent_by(&self) -> SocketAddr {
        SocketAddr::new(canonical(self.here.ip()), self.here.port())
    }

    /// When something is due.
    pub fn due_at(&self) -> Option<Instant> {
        match &self.state {
            State::Asked(pending) => Some(pending.until),
            State::Answered(answered) => Some(answered.repeat.at.min(answered.until)),
            State::Confirmed => None,
        }
    }

    /// Whether a request with this Call-ID and From tag belongs here.
    pub fn is_theirs(&self, call_id: &str, tag: Option<&str>) -> bool {
        self.call_id == call_id && self.remote_tag.as_deref() == tag
    }

    /// Whether the INVITE that made this dialog has no final response yet.
    pub fn is_first_asked(&self) -> bool {
        matches!(&self.state, State::Asked(pending) if pending.is_first)
    }

    /// Our next request, and where it goes (§12.2.1.1).
    pub fn request(&mut self, method: Method, branch: &str) -> (Vec<u8>, SocketAddr) {
        self.local_sequence += 1;
        let mut routes = self.routes.clone();
        let (uri, to) = match routes.first().map(|route| route_uri(route).to_owned()) {
            None => (self.target.clone(), self.hop(&self.target)),
            Some(first) if is_loose(&first) => (self.target.clone(), self.hop(&first)),
            // A strict router of RFC 2543 wants itself in the Request-URI and the target last.
            Some(first) => {
                routes.remove(0);
                routes.push(format!("<{}>", self.target));
                let to = self.hop(&first);
                (first, to)
            }
        };
        let transport = if self.source.transport == Transport::Udp { "UDP" } else { "TCP" };
        let request = Request {
            method,
            uri: &uri,
            transport,
            sent_by: self.sent_by(),
            branch,
            routes: &routes,
            from: &self.local,
            to: &self.remote,
            call_id: &self.call_id,
            sequence: self.local_sequence,
        };
        (request.bytes(), to)
    }

    /// The address of the next hop. A name, or a phone behind a NAT without a proxy before it, is reached where its last
    /// INVITE came from: names are looked up when the line places calls itself. So is what no stranger may make us reach.
    fn hop(&self, uri: &str) -> SocketAddr {
        let peer = self.source.peer;
        if self.is_behind_nat && self.routes.is_empty() {
            return peer;
        }
        let place = Uri::parse(uri).ok().and_then(|uri| {
            let port = uri.port.filter(|port| *port != 0).unwrap_or(5060);
            Some(SocketAddr::new(reachable(uri.host.parse().ok()?, peer)?, port))
        });
        place.unwrap_or(peer)
    }
}

fn route_uri(route: &str) -> &str {
    Address::parse(route).map_or(route, |route| route.uri)
}

fn is_loose(uri: &str) -> bool {
    params(uri).skip(1).any(|(name, _)| name.eq_ignore_ascii_case("lr"))
}
