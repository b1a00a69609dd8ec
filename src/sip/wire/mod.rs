//! Bytes ↔ messages (RFC 3261 §7, §25). The one room that knows how SIP is written; the rest sees names and values.
//!
//! A [`Message`] keeps the bytes it came in and where each header stands in them: values are echoed byte for byte, whatever
//! alphabet an old exchange wrote a display name in. Reading is lenient where a misprint harms nobody, strict where two
//! readings are possible (two Content-Length, a space in the Request-URI): then [`Message::fault`] names the response due.

pub mod address;
mod fault;
pub mod frame;
mod name;
mod parse;
pub mod print;
#[cfg(test)]
mod tests;
pub mod via;

use std::borrow::Cow;
use std::ops::Range;

pub use fault::Fault;
pub use name::Name;
pub(super) use parse::part;
pub use parse::{Junk, parse};
pub use rsip::Method;

/// One SIP message.
#[derive(Clone, Debug)]
pub struct Message {
    bytes: Vec<u8>,
    start: Start,
    headers: Vec<(Name, Range<usize>)>,
    body: Range<usize>,
    /// A line without a colon, a header section without its end, a Content-Length that promises more than came.
    broken: Option<&'static str>,
}

/// The first line.
#[derive(Clone, Debug)]
enum Start {
    Request { method: Range<usize>, uri: Range<usize>, is_version_2: bool },
    Response { code: u16 },
}

impl Message {
    /// The method of a request: `Err` when this program has no word for it, `None` when it is a response.
    pub fn method(&self) -> Option<Result<Method, &[u8]>> {
        match &self.start {
            Start::Request { method, .. } => Some(known_method(&self.bytes[method.clone()])),
            Start::Response { .. } => None,
        }
    }

    /// The Request-URI.
    pub fn uri(&self) -> Cow<'_, str> {
        match &self.start {
            Start::Request { uri, .. } => String::from_utf8_lossy(&self.bytes[uri.clone()]),
            Start::Response { .. } => Cow::Borrowed(""),
        }
    }

    /// The status of a response.
    pub fn status(&self) -> Option<u16> {
        match self.start {
            Start::Request { .. } => None,
            Start::Response { code } => Some(code),
        }
    }

    /// Every value of a header, as it was written, a line at a time.
    pub fn lines(&self, name: Name) -> impl Iterator<Item = &[u8]> {
        self.headers.iter().filter(move |(other, _)| *other == name).map(|(_, range)| &self.bytes[range.clone()])
    }

    /// The first value of a header, readable.
    pub fn text(&self, name: Name) -> Option<Cow<'_, str>> {
        self.lines(name).next().map(String::from_utf8_lossy)
    }

    /// Every element of a list header, comma-joined or a line each (§7.3.1).
    pub fn list(&self, name: Name) -> Vec<String> {
        self.elements(name).filter(|element| !element.is_empty()).map(|element| lossy(element).into_owned()).collect()
    }

    /// The first element of a list header.
    pub fn first(&self, name: Name) -> Option<Cow<'_, str>> {
        self.elements(name).next().map(lossy)
    }

    /// The elements as they were written, empty ones too.
    pub fn elements(&self, name: Name) -> impl Iterator<Item = &[u8]> {
        self.lines(name).flat_map(|line| {
            let mut rest = Some(line);
            std::iter::from_fn(move || {
                let text = rest?;
                let end = element_end(text, b',');
                rest = text.get(end + 1..);
                Some(text[..end].trim_ascii())
            })
        })
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        &self.bytes[self.body.clone()]
    }
}

fn known_method(token: &[u8]) -> Result<Method, &[u8]> {
    // Exact: method names are case-sensitive (§7.1).
    Ok(match token {
        b"INVITE" => Method::Invite,
        b"ACK" => Method::Ack,
        b"BYE" => Method::Bye,
        b"CANCEL" => Method::Cancel,
        b"OPTIONS" => Method::Options,
        b"REGISTER" => Method::Register,
        b"PRACK" => Method::PRack,
        b"SUBSCRIBE" => Method::Subscribe,
        b"NOTIFY" => Method::Notify,
        b"PUBLISH" => Method::Publish,
        b"INFO" => Method::Info,
        b"REFER" => Method::Refer,
        b"MESSAGE" => Method::Message,
        b"UPDATE" => Method::Update,
        other => return Err(other),
    })
}

fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// Splits at `mark` where it stands outside quotes and angle brackets; the parts are trimmed.
pub fn split(text: &str, mark: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = element_end(text.as_bytes(), mark);
        rest = text.get(end + 1..);
        Some(text[..end].trim())
    })
}

/// Where the first element ends: at a `mark` outside quotes and angle brackets, or with the text. Marks are ASCII, so text
/// in any alphabet may be cut there.
fn element_end(text: &[u8], mark: u8) -> usize {
    let (mut is_quoted, mut is_escaped, mut depth) = (false, false, 0_u32);
    for (at, letter) in text.iter().enumerate() {
        match letter {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            b'<' if !is_quoted => depth += 1,
            b'>' if !is_quoted => depth = depth.saturating_sub(1),
            _ if *letter == mark && !is_quoted && depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}
