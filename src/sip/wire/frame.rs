//! Messages out of a stream: TCP gives bytes, Content-Length says where each message ends (RFC 3261 §18.3).

use super::parse::digits;
use super::{Message, Name};

/// Longest message of a stream: a UDP datagram's own limit.
pub const MESSAGE_MAX: usize = 65_535;

/// The stream cannot be followed any more: close it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stream holds no SIP message within {MESSAGE_MAX} bytes, or one without a readable Content-Length")]
pub struct Lost;

/// What a stream gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// One message, whole.
    Message(Vec<u8>),
    /// A double line end: the far end asks whether we live, and wants one back (RFC 5626 §3.5.1).
    Ping,
}

/// Cuts one stream into messages.
#[derive(Debug, Default)]
pub struct Frames {
    bytes: Vec<u8>,
}

impl Frames {
    /// More bytes came. At most [`MESSAGE_MAX`] wait here: past it, [`Frames::next`] loses the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole message, if it is here.
    #[expect(clippy::should_implement_trait, reason = "it can fail, and more may come after `None`")]
    pub fn next(&mut self) -> Result<Option<Frame>, Lost> {
        if self.bytes.starts_with(b"\r\n\r\n") {
            self.bytes.drain(..4);
            return Ok(Some(Frame::Ping));
        }
        let blank = self.bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        if blank == self.bytes.len() && blank < 4 {
            return Ok(None); // perhaps half a ping
        }
        self.bytes.drain(..blank);
        let Some(head) = head_end(&self.bytes) else {
            return if self.bytes.len() > MESSAGE_MAX { Err(Lost) } else { Ok(None) };
        };
        let length = content_length(&self.bytes[..head])?;
        let end = head.checked_add(length).filter(|end| *end <= MESSAGE_MAX).ok_or(Lost)?;
        if self.bytes.len() < end {
            return Ok(None);
        }
        let rest = self.bytes.split_off(end);
        Ok(Some(Frame::Message(std::mem::replace(&mut self.bytes, rest))))
    }
}

/// Just behind the empty line.
fn head_end(bytes: &[u8]) -> Option<usize> {
    let mut line = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' {
            let text = &bytes[line..at];
            if text.is_empty() || text == b"\r" {
                return Some(at + 1);
            }
            line = at + 1;
        }
    }
    None
}

/// Of a header section; a stream without it has no next message (§20.14).
fn content_length(head: &[u8]) -> Result<usize, Lost> {
    let lines = head.split(|byte| *byte == b'\n');
    let values: Vec<&[u8]> = lines
        .filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            (Name::read(line[..colon].trim_ascii()) == Name::ContentLength).then(|| line[colon + 1..].trim_ascii())
        })
        .collect();
    let [value] = values[..] else { return Err(Lost) };
    std::str::from_utf8(value).ok().and_then(digits).and_then(|value| value.parse().ok()).ok_or(Lost)
}

impl Message {
    /// Whether a stream may carry it: it says where it ends.
    pub fn is_framed(&self) -> bool {
        self.content_length().is_some()
    }
}
