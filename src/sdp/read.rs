//! What a description of theirs says, line by line, and whether we can use it.

use std::net::{IpAddr, SocketAddr};

use sdp_types::{Media, RtpMap, Session};

use super::{Agreed, Direction, Misfit, PTIME_MS, Refusal};
use crate::rtp::g711::Codec;

/// Longest description read. A telephone's has about a thousand, a browser's several.
pub(super) const BYTES_MAX: usize = 16 * 1024;
/// Most `m=` lines read; the answer has as many. A conference offers up to a dozen.
pub(super) const STREAMS_MAX: usize = 32;
/// Attributes that say something to us; the rest (ICE, DTLS, SRTP keys, labels, `X-…`) is not even looked at.
const ATTRIBUTES: [&str; 7] = ["rtpmap:", "ptime:", "maxptime:", "sendrecv", "sendonly", "recvonly", "inactive"];

/// Syntax. Strict about the lines we use, blind to all others.
pub(super) fn parse(text: &[u8]) -> Result<Session, Refusal> {
    if text.len() > BYTES_MAX {
        return Err(Refusal::TooLong);
    }
    let session = Session::parse(&lines_of_use(text)).map_err(|error| Refusal::Malformed(error.to_string()))?;
    if session.medias.len() > STREAMS_MAX {
        return Err(Refusal::TooManyStreams);
    }
    Ok(session)
}

/// Only `v= c= m=` and the attributes of use. What is wrong with a name, a time, a bandwidth or an origin (missing, in
/// Latin-1, without user) is nothing to refuse a caller for: no sound depends on it. Byte order marks, lone CR or LF,
/// doubled spaces, blank and trailing lines and a closing NUL change no meaning and go the same way.
fn lines_of_use(text: &[u8]) -> Vec<u8> {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let mut kept = Vec::with_capacity(text.len());
    for line in text.split(|byte| matches!(byte, b'\r' | b'\n')) {
        let mut words = line.split(|byte| matches!(byte, b' ' | b'\t' | 0)).filter(|word| !word.is_empty());
        let Some(first) = words.next() else { continue };
        let is_of_use = match first {
            [b'v' | b'c' | b'm', b'=', ..] => true,
            [b'a', b'=', name @ ..] => ATTRIBUTES.iter().any(|known| name.starts_with(known.as_bytes())),
            _ => false,
        };
        if is_of_use {
            kept.extend_from_slice(first);
            for word in words {
                kept.push(b' ');
                kept.extend_from_slice(word);
            }
            kept.extend_from_slice(b"\r\n");
        }
    }
    kept
}

/// Whose order of codecs counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Preference {
    /// A-law if they have it at all (G5).
    Alaw,
    /// The first they list that we speak (RFC 3264 §7: what an answer prefers).
    Listed,
}

/// The stream of one `m=` line as both would use it, when we can.
pub(super) fn audio(session: &Session, media: &Media, ours: IpAddr, order: Preference) -> Result<Agreed, Misfit> {
    if media.media != "audio" {
        return Err(Misfit::NoAudio);
    }
    if media.port == 0 {
        return Err(Misfit::Disabled);
    }
    // AVPF is AVP with feedback that each side may leave out: without `a=rtcp-fb` in the answer none is promised (RFC
    // 4585 §4.2). SAVP and the like would need keys; sound in clear under that name would be a lie.
    if !["RTP/AVP", "RTP/AVPF"].iter().any(|known| media.proto.eq_ignore_ascii_case(known)) {
        return Err(Misfit::Transport);
    }
    // Layered streams on several ports (RFC 8866 §5.14): no telephone does.
    if media.num_ports.is_some_and(|ports| ports > 1) {
        return Err(Misfit::Transport);
    }
    let formats = Formats::of(media);
    let (codec, payload_type) = formats.codec(order).ok_or(Misfit::Codec)?;
    let address = address(session, media, ours).ok_or(Misfit::Address)?;
    let theirs = direction(session, media);
    Ok(Agreed {
        remote: SocketAddr::new(address, media.port),
        codec,
        payload_type,
        dtmf: formats.dtmf(),
        ptime_ms: ptime(media),
        // An old way to say hold: send nothing to 0.0.0.0 (RFC 3264 §8.4).
        sends: theirs.receives && !address.is_unspecified(),
        receives: theirs.sends,
    })
}

/// The formats of an `m=` line, in order, with what their payload types mean.
struct Formats {
    listed: Vec<u8>,
    maps: Vec<RtpMap>,
}

impl Formats {
    fn of(media: &Media) -> Self {
        let mut is_listed = [false; 128];
        let numbers = media.fmt.split(' ').filter_map(|word| word.parse::<u8>().ok());
        // Each payload type once: a line of thousands costs no more than one of 128.
        let fresh = |pt: &u8| is_listed.get_mut(usize::from(*pt)).is_some_and(|seen| !std::mem::replace(seen, true));
        let listed = numbers.filter(fresh).collect();
        let maps = values(media, "rtpmap").filter_map(|value| value.trim().parse().ok()).collect();
        Self { listed, maps }
    }

    /// The map of a payload type; of two, the first.
    fn map(&self, payload_type: u8) -> Option<&RtpMap> {
        self.maps.iter().find(|map| map.payload_type == payload_type)
    }

    /// A map has the last word; without one, 0 and 8 mean what RFC 3551 §6 says.
    fn codec_of(&self, payload_type: u8) -> Option<Codec> {
        let Some(map) = self.map(payload_type) else {
            return [Codec::Pcma, Codec::Pcmu].into_iter().find(|codec| codec.payload_type() == payload_type);
        };
        let is_mono = map.encoding_params.as_deref().is_none_or(|channels| channels == "1");
        // Names are the same in either case (RFC 4855 §3).
        match map.encoding_name.to_ascii_uppercase().as_str() {
            "PCMA" if map.clock_rate == 8000 && is_mono => Some(Codec::Pcma),
            "PCMU" if map.clock_rate == 8000 && is_mono => Some(Codec::Pcmu),
            _ => None,
        }
    }

    fn codec(&self, order: Preference) -> Option<(Codec, u8)> {
        let mut spoken = self.listed.iter().filter_map(|pt| self.codec_of(*pt).map(|codec| (codec, *pt)));
        match order {
            Preference::Listed => spoken.next(),
            Preference::Alaw => {
                let spoken: Vec<_> = spoken.collect();
                spoken.iter().find(|(codec, _)| *codec == Codec::Pcma).or(spoken.first()).copied()
            }
        }
    }

    /// Keys, at the clock of our sound: durations of a 48 kHz event would be read six times too long (RFC 4733 §2.3.5).
    fn dtmf(&self) -> Option<u8> {
        let is_event =
            |map: &RtpMap| map.encoding_name.eq_ignore_ascii_case("telephone-event") && map.clock_rate == 8000;
        self.listed.iter().copied().find(|pt| self.map(*pt).is_some_and(is_event))
    }
}

/// Where RTP goes: of the stream, else of the session (RFC 8866 §5.7). `None` for a name (nothing here asks the DNS), the other family (our socket cannot send there), a group, a broadcast or `0.…`. All zeros
/// is an old hold.
fn address(session: &Session, media: &Media, ours: IpAddr) -> Option<IpAddr> {
    let connection = media.connections.first().or(session.connection.as_ref())?;
    let address = connection.connection_address.parse::<IpAddr>().ok()?.to_canonical();
    if address.is_unspecified() {
        return Some(address);
    }
    let is_odd = address.is_multicast()
        || matches!(address, IpAddr::V4(v4) if v4.is_broadcast() || v4.octets()[0] == 0)
        || address.is_ipv4() != ours.to_canonical().is_ipv4();
    (!is_odd).then_some(address)
}

/// As they say it: what they send and receive. Of the stream, else of the session, else both (RFC 3264 §5.1).
fn direction(session: &Session, media: &Media) -> Direction {
    let named = |attribute: &sdp_types::Attribute| Direction::named(&attribute.attribute);
    let of_stream = media.attributes.iter().find_map(named);
    of_stream.or_else(|| session.attributes.iter().find_map(named)).unwrap_or(Direction::BOTH)
}

/// The packet length they want of us, when it is one of ours (G5), cut to `maxptime`.
fn ptime(media: &Media) -> u16 {
    let milliseconds = |name| values(media, name).find_map(|value| value.trim().parse::<u16>().ok());
    let wanted = milliseconds("ptime").filter(|ms| [10, 20, 30, 40].contains(ms)).unwrap_or(PTIME_MS);
    match milliseconds("maxptime") {
        Some(most @ 10..) => wanted.min(most / 10 * 10),
        Some(_) | None => wanted,
    }
}

fn values<'a>(media: &'a Media, name: &'a str) -> impl Iterator<Item = &'a str> {
    media.attributes.iter().filter(move |attribute| attribute.attribute == name).filter_map(|a| a.value.as_deref())
}
