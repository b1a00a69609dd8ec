//! A dialog (RFC 3261 §12): who talks to whom, in what order, along which way.

use std::fmt;
use std::net::SocketAddr;
use std::time::Instant;

use super::core::{Source, Transport};
use super::timer::Repeat;
use super::wire::address::{Address, Uri};
use super::wire::print::Request;
use super::wire::{Message, Method, Name};

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
}

/// Where an INVITE of a dialog stands.
#[derive(Debug)]
pub(super) enum State {
    /// The first INVITE, or a later one, waits for our final response.
    Asked { invite: u64, request: Box<Message>, is_first: bool },
    /// Our 2xx waits for its ACK, and is repeated (§13.3.1.4).
    Answered { response: Vec<u8>, to: SocketAddr, repeat: Repeat, until: Instant, is_first: bool },
    /// Nothing is open.
    Confirmed,
}

impl Dialog {
    /// The dialog that a first INVITE opens.
    pub fn new(id: DialogId, request: &Message, source: Source, here: SocketAddr, invite: u64) -> Option<Dialog> {
        let from = request.text(Name::From)?;
        let remote_tag = Address::parse(&from)?.tag().map(str::to_owned);
        let to = request.lines(Name::To).next()?;
        let mut dialog = Dialog {
            call_id: request.text(Name::CallId)?.into_owned(),
            remote_tag,
            remote: request.lines(Name::From).next()?.to_vec(),
            local: [to, b";tag=", id.to_string().as_bytes()].concat(),
            target: Address::parse(&from)?.uri.to_owned(),
            routes: request.list(Name::RecordRoute),
            remote_sequence: request.sequence()?.0,
            local_sequence: 0,
            source,
            here,
            is_behind_nat: false,
            state: State::Asked { invite, request: Box::new(request.clone()), is_first: true },
            is_leaving: false,
        };
        dialog.refresh(request, source);
        Some(dialog)
    }

    /// A later INVITE may move their end (§12.2.2).
    pub fn refresh(&mut self, request: &Message, source: Source) {
        let contact = request.list(Name::Contact).into_iter().next();
        if let Some(uri) = contact.as_deref().and_then(Address::parse).map(|contact| contact.uri.to_owned()) {
            self.target = uri;
        }
        self.source = source;
        let via = super::wire::via::Via::top(request);
        self.is_behind_nat = via.is_some_and(|via| via.host.parse() != Ok(source.peer.ip()));
    }

    /// Whether a request with this Call-ID and From tag belongs here.
    pub fn is_theirs(&self, call_id: &str, tag: Option<&str>) -> bool {
        self.call_id == call_id && self.remote_tag.as_deref() == tag
    }

    /// Whether the INVITE that made this dialog has no final response yet.
    pub fn is_first_asked(&self) -> bool {
        matches!(self.state, State::Asked { is_first: true, .. })
    }

    /// Our next request, and where it goes.
    pub fn request(&mut self, method: Method, branch: &str) -> (Vec<u8>, SocketAddr) {
        self.local_sequence += 1;
        let is_loose = |route: &String| route.to_ascii_lowercase().contains(";lr");
        let mut routes = self.routes.clone();
        let mut uri = self.target.clone();
        if routes.first().is_some_and(|route| !is_loose(route)) {
            // A strict router of RFC 2543 wants itself in the Request-URI and the target last (§12.2.1.1).
            let first = routes.remove(0);
            let first = Address::parse(&first).map_or(first.as_str(), |route| route.uri).to_owned();
            routes.push(format!("<{}>", std::mem::replace(&mut uri, first)));
        }
        let next = routes.first().filter(|route| is_loose(route));
        let hop = next.and_then(|route| Address::parse(route)).map_or(uri.as_str(), |route| route.uri);
        let to = self.hop(hop);
        let transport = if self.source.transport == Transport::Udp { "UDP" } else { "TCP" };
        let request = Request {
            method,
            uri: &uri,
            transport,
            sent_by: self.here,
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
    /// INVITE came from: names are looked up when the line places calls itself.
    fn hop(&self, uri: &str) -> SocketAddr {
        let uri = Uri::parse(uri).ok();
        let place = uri.and_then(|uri| Some(SocketAddr::new(uri.host.parse().ok()?, uri.port.unwrap_or(5060))));
        match place {
            Some(place) if !self.is_behind_nat || !self.routes.is_empty() => place,
            _ => self.source.peer,
        }
    }
}
