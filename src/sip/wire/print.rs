//! Messages → bytes. A response echoes the request's own bytes where it must (RFC 3261 §8.2.6).

use std::fmt::Display;
use std::io::Write;
use std::net::SocketAddr;

use super::address::Address;
use super::via::Via;
use super::{Message, Method, Name, element_end};

/// The methods this line answers (§20.5).
pub const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS";
/// The one body it reads.
pub const SDP: &str = "application/sdp";
const PRODUCT: &str = concat!("Ligne Claire/", env!("CARGO_PKG_VERSION"));

/// A response being written.
#[derive(Debug)]
pub struct Response<'a> {
    request: &'a Message,
    out: Vec<u8>,
}

impl<'a> Response<'a> {
    /// Begins the response to a request that came from `source`: status line, Vias, From, To (with `tag` when it has none),
    /// Call-ID and CSeq, each where the request has it.
    pub fn new(request: &'a Message, source: SocketAddr, code: u16, reason: Option<&str>, tag: Option<&str>) -> Self {
        let mut response = Self { request, out: Vec::with_capacity(768) };
        response.status(code, reason.unwrap_or_else(|| phrase(code)));
        response.vias(source);
        response.echo(Name::From, "From");
        response.to(tag);
        response.echo(Name::CallId, "Call-ID");
        response.echo(Name::CSeq, "CSeq");
        response
    }

    fn status(&mut self, code: u16, reason: &str) {
        put(&mut self.out, format_args!("SIP/2.0 {code} {reason}\r\n"));
    }

    /// The topmost Via says where we saw the sender; all else is echoed byte for byte.
    fn vias(&mut self, source: SocketAddr) {
        let request = self.request;
        let mut lines = request.lines(Name::Via);
        let Some(first) = lines.next() else { return };
        let (top, rest) = first.split_at(element_end(first, b','));
        match Via::parse(&String::from_utf8_lossy(top)) {
            Some(via) => line(&mut self.out, "Via", &[via.answered(source).as_bytes(), rest].concat()),
            None => line(&mut self.out, "Via", first),
        }
        lines.for_each(|value| line(&mut self.out, "Via", value));
    }

    fn echo(&mut self, name: Name, spelled: &str) {
        for value in self.request.lines(name) {
            line(&mut self.out, spelled, value);
        }
    }

    fn to(&mut self, tag: Option<&str>) {
        let Some(to) = self.request.lines(Name::To).next() else { return };
        let text = String::from_utf8_lossy(to);
        let is_tagged = Address::parse(&text).is_some_and(|to| to.tag().is_some());
        match tag.filter(|_| !is_tagged) {
            Some(tag) => line(&mut self.out, "To", &[to, b";tag=", tag.as_bytes()].concat()),
            None => line(&mut self.out, "To", to),
        }
    }

    /// The route that later requests of the dialog will take (§12.1.1).
    pub fn record_route(mut self) -> Self {
        self.echo(Name::RecordRoute, "Record-Route");
        self
    }

    /// The clock of the sender, in a 100 (§8.2.6.1).
    pub fn timestamp(mut self) -> Self {
        self.echo(Name::Timestamp, "Timestamp");
        self
    }

    /// One more header.
    pub fn header(mut self, name: &str, value: impl Display) -> Self {
        put(&mut self.out, format_args!("{name}: {value}\r\n"));
        self
    }

    /// The bytes, without a body.
    pub fn bytes(self) -> Vec<u8> {
        finish(self.out, None)
    }

    /// The bytes, with a session description.
    pub fn with_sdp(self, sdp: &str) -> Vec<u8> {
        finish(self.out, Some(sdp))
    }
}

/// What a request inside a dialog carries.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Its method.
    pub method: Method,
    /// The remote target.
    pub uri: &'a str,
    /// `UDP` or `TCP`.
    pub transport: &'a str,
    /// Where we are reached: sent-by.
    pub sent_by: SocketAddr,
    /// Unique to the transaction.
    pub branch: &'a str,
    /// Route set, first hop first.
    pub routes: &'a [String],
    /// Our side, with its tag.
    pub from: &'a [u8],
    /// Their side, with its tag.
    pub to: &'a [u8],
    /// The dialog's.
    pub call_id: &'a str,
    /// The number; the method is added.
    pub sequence: u32,
}

impl Request<'_> {
    /// The bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(512);
        let Request { method, uri, transport, sent_by, branch, call_id, sequence, .. } = self;
        put(&mut out, format_args!("{method} {uri} SIP/2.0\r\n"));
        put(&mut out, format_args!("Via: SIP/2.0/{transport} {sent_by};rport;branch={branch}\r\n"));
        put(&mut out, format_args!("Max-Forwards: 70\r\n"));
        for route in self.routes {
            put(&mut out, format_args!("Route: {route}\r\n"));
        }
        line(&mut out, "From", self.from);
        line(&mut out, "To", self.to);
        put(&mut out, format_args!("Call-ID: {call_id}\r\nCSeq: {sequence} {method}\r\n"));
        finish(out, None)
    }
}

fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a vector takes every byte");
}

fn line(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

fn finish(mut out: Vec<u8>, sdp: Option<&str>) -> Vec<u8> {
    let body = sdp.unwrap_or("");
    put(&mut out, format_args!("User-Agent: {PRODUCT}\r\n"));
    if sdp.is_some() {
        put(&mut out, format_args!("Content-Type: {SDP}\r\n"));
    }
    put(&mut out, format_args!("Content-Length: {}\r\n\r\n{body}", body.len()));
    out
}

/// The reason phrases of what we send (§21). `rsip`'s own print as Rust names ("BusyHere").
fn phrase(code: u16) -> &'static str {
    match code {
        100 => "Trying",
        180 => "Ringing",
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        415 => "Unsupported Media Type",
        416 => "Unsupported URI Scheme",
        420 => "Bad Extension",
        480 => "Temporarily Unavailable",
        481 => "Call/Transaction Does Not Exist",
        482 => "Loop Detected",
        483 => "Too Many Hops",
        484 => "Address Incomplete",
        486 => "Busy Here",
        487 => "Request Terminated",
        488 => "Not Acceptable Here",
        491 => "Request Pending",
        500 => "Server Internal Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        504 => "Server Time-out",
        505 => "Version Not Supported",
        600 => "Busy Everywhere",
        603 => "Decline",
        604 => "Does Not Exist Anywhere",
        _ => "See RFC 3261",
    }
}
