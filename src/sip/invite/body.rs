//! The session description in a body (RFC 3261 §7.4, §8.2.3; RFC 5621 for bodies of several parts).
//!
//! Trunks that carry SS7 inside (SIP-I, Q.1912.5) wrap it together with ISUP in `multipart/mixed`: we take the first SDP part and
//! leave the rest, whatever its `handling` says. A caller is served rather than refused for a part that only a switch reads.

use crate::sip::wire::address::{param, params};
use crate::sip::wire::print::SDP;
use crate::sip::wire::{Message, Name, part};

/// Parts of a body that are looked at.
const PARTS_MAX: usize = 16;

/// What a 415 says that we read (§8.2.3).
pub(in crate::sip) const READABLE: &[(&str, &str)] = &[("Accept", SDP), ("Accept-Encoding", "identity")];

/// What a body asks of us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sip) enum Body {
    None,
    Sdp(Vec<u8>),
    /// 415: not ours to read.
    Foreign,
}

/// The session description of an INVITE or ACK.
pub(in crate::sip) fn body(request: &Message) -> Body {
    if request.body().is_empty() {
        return Body::None;
    }
    match find(request) {
        Some(sdp) => Body::Sdp(sdp),
        None if is_optional(request) => Body::None,
        None => Body::Foreign,
    }
}

fn find(request: &Message) -> Option<Vec<u8>> {
    let kind = request.text(Name::ContentType)?;
    if is_kind(&kind, SDP) {
        return is_plain(request).then(|| request.body().to_vec());
    }
    if !is_plain(request) || !kind.trim_start().get(..10).is_some_and(|kind| kind.eq_ignore_ascii_case("multipart/")) {
        return None;
    }
    let boundary = params(&kind).find(|(name, _)| name.eq_ignore_ascii_case("boundary"))?.1?;
    let parts = split(request.body(), boundary)?;
    let found = parts.into_iter().filter_map(part).find(is_session)?;
    (!found.body().is_empty()).then(|| found.body().to_vec())
}

/// The parts between `--boundary` lines (RFC 2046 §5.1.1); `None` when the last delimiter is missing.
fn split<'a>(body: &'a [u8], boundary: &str) -> Option<Vec<&'a [u8]>> {
    // RFC 2046: 70 characters at most; an empty one would cut anywhere.
    if boundary.is_empty() || boundary.len() > 70 {
        return None;
    }
    let (mut parts, mut begun, mut at) = (Vec::new(), None, 0);
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let start = at;
        at += line.len();
        let Some(after) = line.strip_prefix(b"--").and_then(|line| line.strip_prefix(boundary.as_bytes())) else {
            continue;
        };
        let is_last = match after.trim_ascii_end() {
            b"" => false,
            b"--" => true,
            _ => continue,
        };
        // The line end before a delimiter belongs to the delimiter.
        parts.extend(begun.map(|begun: usize| line_end_off(&body[begun..start.max(begun)])));
        if is_last || parts.len() == PARTS_MAX {
            return Some(parts);
        }
        begun = Some(at);
    }
    None
}

fn line_end_off(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}

fn is_kind(value: &str, wanted: &str) -> bool {
    value.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(wanted))
}

/// A part that is the session description: of the call, not of its early media (RFC 3959) or another use.
fn is_session(part: &Message) -> bool {
    let is_sdp = part.text(Name::ContentType).is_some_and(|kind| is_kind(&kind, SDP));
    is_sdp && is_plain(part) && part.text(Name::ContentDisposition).is_none_or(|use_of| is_kind(&use_of, "session"))
}

/// As it is: neither compressed nor written in another alphabet.
fn is_plain(message: &Message) -> bool {
    let is_one_of = |name, plain: &[&str]| {
        message.text(name).is_none_or(|coding| plain.iter().any(|plain| coding.eq_ignore_ascii_case(plain)))
    };
    is_one_of(Name::ContentEncoding, &["identity"])
        && is_one_of(Name::ContentTransferEncoding, &["binary", "8bit", "7bit"])
}

/// The sender can do without our reading it (§20.11).
fn is_optional(message: &Message) -> bool {
    let disposition = message.text(Name::ContentDisposition).unwrap_or_default();
    disposition
        .split(';')
        .skip(1)
        .any(|part| param(part, "handling").is_some_and(|value| value.eq_ignore_ascii_case("optional")))
}

/// Whether the answer may be a session description: Accept, when it is there, must take it (RFC 4475 §3.3.15).
pub(in crate::sip) fn wants_sdp(request: &Message) -> bool {
    let accepted = request.list(Name::Accept);
    let takes = |kind: &String| is_kind(kind, SDP) || is_kind(kind, "application/*") || is_kind(kind, "*/*");
    accepted.is_empty() || accepted.iter().any(takes)
}
