//! What is wrong with a request, and the response that says so (RFC 3261 §8.2, §16.3; RFC 4475).

use super::address::{Address, Uri, UriFault};
use super::parse::digits;
use super::via::Via;
use super::{Message, Name, Start};

/// The response due to a request that cannot be taken as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Status.
    pub code: u16,
    /// In the status line, for whoever reads the trace.
    pub reason: &'static str,
}

/// Headers that stand once (§20); a second one could be read two ways.
const ONCE: [(Name, &str); 7] = [
    (Name::CallId, "Call-ID"),
    (Name::CSeq, "CSeq"),
    (Name::From, "From"),
    (Name::To, "To"),
    (Name::MaxForwards, "Max-Forwards"),
    (Name::ContentLength, "Content-Length"),
    (Name::ContentType, "Content-Type"),
];

const fn bad(reason: &'static str) -> Option<Fault> {
    Some(Fault { code: 400, reason })
}

impl Message {
    /// The first fault of a request; a response only has one when it must be dropped.
    pub fn fault(&self) -> Option<Fault> {
        if let Start::Request { is_version_2: false, .. } = self.start {
            return Some(Fault { code: 505, reason: "Version Not Supported" });
        }
        if let Some(reason) = self.broken {
            return bad(reason);
        }
        if ONCE.iter().any(|(name, _)| self.lines(*name).nth(1).is_some()) {
            return bad("A Header Stands Twice");
        }
        if Via::top(self).is_none() {
            return bad("Via Missing Or Malformed");
        }
        if self.elements(Name::Via).any(<[u8]>::is_empty) {
            return bad("Empty Via");
        }
        if self.text(Name::CallId).is_none_or(|id| id.is_empty() || id.contains(char::is_whitespace)) {
            return bad("Call-ID Missing Or Malformed");
        }
        for name in [Name::From, Name::To] {
            if self.text(name).is_none_or(|value| Address::parse(&value).is_none()) {
                return bad("From Or To Missing Or Malformed");
            }
        }
        let Some((_, method)) = self.sequence() else { return bad("CSeq Missing Or Malformed") };
        let is_number = |name| self.text(name).is_none_or(|value| digits(&value).is_some());
        if !is_number(Name::ContentLength) || !is_number(Name::MaxForwards) {
            return bad("A Number Is Malformed");
        }
        match &self.start {
            Start::Request { method: token, .. } if self.bytes[token.clone()] != *method.as_bytes() => {
                bad("CSeq Names Another Method")
            }
            Start::Request { .. } => self.uri_fault(),
            Start::Response { .. } => None,
        }
    }

    fn uri_fault(&self) -> Option<Fault> {
        match Uri::parse(&self.uri()) {
            Err(UriFault::Scheme) if !self.uri().contains([' ', '<', '>']) => {
                Some(Fault { code: 416, reason: "Unsupported URI Scheme" })
            }
            Err(_) => bad("Malformed Request-URI"),
            Ok(uri) if uri.has_headers => bad("Headers In Request-URI"),
            Ok(_) => None,
        }
    }

    /// CSeq: its number, below 2³¹ (§8.1.1.5), and its method.
    pub fn sequence(&self) -> Option<(u32, String)> {
        let text = self.text(Name::CSeq)?;
        let (number, method) = text.split_once(|c: char| c.is_ascii_whitespace())?;
        let number = digits(number)?.parse().ok().filter(|number| *number < 1 << 31)?;
        Some((number, method.trim().to_owned()))
    }
}
