//! Bytes → [`Message`]: lines, folds, names. What the values mean is read later, by who needs them.

use std::ops::Range;

use super::{Message, Name, Start};

/// More headers than any honest message has.
const HEADERS_MAX: usize = 256;
const VERSION: &[u8] = b"SIP/2.0";

/// Not a SIP message: nobody to answer, it is counted and dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Junk {
    /// Line ends only: a keep-alive (RFC 5626 §3.5.1).
    #[error("a keep-alive")]
    KeepAlive,
    /// The first line is neither a request's nor a response's.
    #[error("no SIP start line")]
    StartLine,
    /// More headers than we read.
    #[error("more than {HEADERS_MAX} headers")]
    TooLong,
}

/// Reads one whole message: a datagram, or what [`super::frame::Frames`] cut out of a stream.
pub fn parse(datagram: &[u8]) -> Result<Message, Junk> {
    let lead = datagram.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let mut bytes = datagram[lead..].to_vec();
    if bytes.is_empty() {
        return Err(Junk::KeepAlive);
    }
    let (first, at) = line(&mut bytes, 0).unwrap_or((0..bytes.len(), bytes.len()));
    let start = start(&bytes, first).ok_or(Junk::StartLine)?;
    headers(bytes, at, start)
}

/// Reads a part of a body of several: headers, an empty line, the rest.
pub(in crate::sip) fn part(bytes: &[u8]) -> Option<Message> {
    headers(bytes.to_vec(), 0, Start::Response { code: 0 }).ok().filter(|part| part.broken.is_none())
}

fn headers(mut bytes: Vec<u8>, mut at: usize, start: Start) -> Result<Message, Junk> {
    let (mut headers, mut broken) = (Vec::with_capacity(16), None);
    loop {
        let Some((header, next)) = line(&mut bytes, at) else {
            broken = Some("Header Section Without End");
            at = bytes.len();
            break;
        };
        at = next;
        if header.is_empty() {
            break;
        }
        if headers.len() == HEADERS_MAX {
            return Err(Junk::TooLong);
        }
        let text = &bytes[header.clone()];
        if text.contains(&b'\r') {
            // The next hop might see a line end there. Other control characters may stand in quotes (§25.1 quoted-pair).
            broken = Some("Carriage Return In A Header");
        }
        match text.iter().position(|byte| *byte == b':') {
            Some(colon) => {
                let name = trim(&bytes, header.start..header.start + colon);
                headers.push((Name::read(&bytes[name]), trim(&bytes, header.start + colon + 1..header.end)));
            }
            None => broken = Some("Header Line Without Colon"),
        }
    }
    let mut message = Message { body: at..bytes.len(), bytes, start, headers, broken };
    match message.content_length() {
        Some(length) if length <= message.body.len() => message.body.end = message.body.start + length,
        Some(_) => message.broken = Some("Body Shorter Than Content-Length"),
        None => {}
    }
    Ok(message)
}

impl Message {
    /// Content-Length, when it is a number.
    pub fn content_length(&self) -> Option<usize> {
        self.text(Name::ContentLength).and_then(|value| digits(&value)?.parse().ok())
    }
}

/// The text, when it is digits only.
pub(super) fn digits(text: &str) -> Option<&str> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

/// The line that begins at `at`, unfolded in place (§7.3.1), and where the next begins.
fn line(bytes: &mut [u8], at: usize) -> Option<(Range<usize>, usize)> {
    let mut from = at;
    loop {
        let end = from + bytes.get(from..)?.iter().position(|byte| *byte == b'\n')?;
        let text_end = if end > at && bytes[end - 1] == b'\r' { end - 1 } else { end };
        let is_folded = text_end > at && matches!(bytes.get(end + 1), Some(b' ' | b'\t'));
        if !is_folded {
            return Some((at..text_end, end + 1));
        }
        bytes[text_end..=end].fill(b' ');
        from = end + 1;
    }
}

fn trim(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let text = &bytes[range.clone()];
    let start = range.start + (text.len() - text.trim_ascii_start().len());
    start..start + text.trim_ascii().len()
}

fn start(bytes: &[u8], line: Range<usize>) -> Option<Start> {
    let line = trim(bytes, line);
    let text = &bytes[line.clone()];
    if let Some(rest) = text.get(..4).filter(|head| head.eq_ignore_ascii_case(b"SIP/")).map(|_| &text[4..]) {
        let code = rest.strip_prefix(b"2.0 ")?.get(..3)?;
        let is_alone = rest.get(7).is_none_or(|after| *after == b' ');
        let code = std::str::from_utf8(code).ok().and_then(digits)?.parse().ok()?;
        return (is_alone && (100..700).contains(&code)).then_some(Start::Response { code });
    }
    let method = line.start..line.start + text.iter().position(|byte| *byte == b' ')?;
    let version = line.start + text.iter().rposition(|byte| *byte == b' ')? + 1;
    let is_sip = bytes[version..line.end].get(..4).is_some_and(|head| head.eq_ignore_ascii_case(b"SIP/"));
    if !is_sip || version <= method.end + 1 || !bytes[method.clone()].iter().all(|byte| is_token(*byte)) {
        return None;
    }
    let is_version_2 = bytes[version..line.end].eq_ignore_ascii_case(VERSION);
    Some(Start::Request { uri: method.end + 1..version - 1, method, is_version_2 })
}

/// §25.1 `token`.
pub(super) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte)
}
