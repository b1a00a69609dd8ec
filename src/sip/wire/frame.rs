//! Messages out of a stream: TCP gives bytes, Content-Length says where each message ends (RFC 3261 §18.3).

use super::parse::digits;
use super::{Name, parse};

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

/// Cuts one stream into messages. Each byte is looked at once, however small the pieces it comes in.
#[derive(Debug, Default)]
pub struct Frames {
    bytes: Vec<u8>,
    /// What lies before is done with.
    start: usize,
    /// No header section ends before this.
    searched: usize,
    /// Where the message at `start` ends, once its header section is here.
    end: Option<usize>,
}

impl Frames {
    /// More bytes came. At most [`MESSAGE_MAX`] wait here: past it, [`Frames::next`] loses the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.start);
        self.searched = self.searched.saturating_sub(self.start);
        self.end = self.end.map(|end| end - self.start);
        self.start = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// Bytes that wait for more.
    pub fn waiting(&self) -> usize {
        self.bytes.len() - self.start
    }

    /// The next whole message, if it is here; ask until there is none.
    #[expect(clippy::should_implement_trait, reason = "it can fail, and more may come after `None`")]
    pub fn next(&mut self) -> Result<Option<Frame>, Lost> {
        if self.end.is_none() {
            let waiting = &self.bytes[self.start..];
            if waiting.starts_with(b"\r\n\r\n") {
                self.start += 4;
                return Ok(Some(Frame::Ping));
            }
            let blank = waiting.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if blank == waiting.len() && blank < 4 {
                return Ok(None); // perhaps half a ping
            }
            self.start += blank;
            self.end = self.find_end()?;
        }
        match self.end {
            Some(end) if end <= self.bytes.len() => {
                let message = self.bytes[self.start..end].to_vec();
                (self.start, self.searched, self.end) = (end, end, None);
                Ok(Some(Frame::Message(message)))
            }
            _ => Ok(None),
        }
    }

    fn find_end(&mut self) -> Result<Option<usize>, Lost> {
        let from = self.searched.max(self.start);
        let Some(head) = head_end(&self.bytes, from) else {
            // The empty line may have begun: "\n\r" came, "\n" did not.
            self.searched = self.bytes.len().saturating_sub(2).max(from);
            return if self.waiting() > MESSAGE_MAX { Err(Lost) } else { Ok(None) };
        };
        let length = content_length(&self.bytes[self.start..head])?;
        let end = head.checked_add(length).filter(|end| end - self.start <= MESSAGE_MAX).ok_or(Lost)?;
        Ok(Some(end))
    }
}

/// Just behind the empty line that begins at `from` or later.
fn head_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == b'\n')? + 1;
        match bytes[at..] {
            [b'\n', ..] => return Some(at + 1),
            [b'\r', b'\n', ..] => return Some(at + 2),
            _ => {}
        }
    }
}

/// Of a header section; a stream without it has no next message (§20.14), nor has one that says it twice.
fn content_length(head: &[u8]) -> Result<usize, Lost> {
    let message = parse(head).map_err(|_| Lost)?;
    let mut values = message.lines(Name::ContentLength);
    let (Some(value), None) = (values.next(), values.next()) else { return Err(Lost) };
    std::str::from_utf8(value).ok().and_then(digits).and_then(|value| value.parse().ok()).ok_or(Lost)
}
