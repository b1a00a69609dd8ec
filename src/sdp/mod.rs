//! Session descriptions: what both ends agree to send (RFC 8866 syntax, RFC 3264 offer and answer).
//!
//! ```text
//!  they offer:  INVITE(offer) → answer(offer) → 200(answer)        → Agreed
//!  we offer:    INVITE        → offer()       → 200(offer) → ACK(answer) → agree(answer) → Agreed
//!  in a dialog: the same again; our offer is then reoffer(what we last sent)
//! ```
//!
//! One stream of audio, G.711, with RFC 4733 keys. Whatever else is offered (video, real-time text C23, fax) is refused
//! alone, in its own line, and the call goes on; when nothing is left the whole offer is refused (SIP 488).

mod read;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

use read::Preference;
use sdp_types::Media;

use crate::rtp::g711::Codec;

/// Our end of a call's sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// Where we are reached.
    pub address: IpAddr,
    /// Our RTP port; RTCP is the next.
    pub port: u16,
    /// Of the `o=` line; one for the whole dialog (RFC 3264 §8).
    pub session_id: u64,
    /// Grows by one with each description we send (RFC 3264 §8).
    pub version: u64,
}

/// One agreed audio stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// Where their SDP says RTP goes; their packets may come from elsewhere (NAT).
    pub remote: SocketAddr,
    /// What both speak.
    pub codec: Codec,
    /// Its payload type in both directions.
    pub payload_type: u8,
    /// Payload type of telephone-event, when they have it.
    pub dtmf: Option<u8>,
    /// Length of the packets we send: 10, 20, 30 or 40 ms.
    pub ptime_ms: u16,
    /// We may send (false: they put us on hold).
    pub sends: bool,
    /// They may send.
    pub receives: bool,
}

/// Why a description cannot be used. 488 in SIP; [`Refusal::Malformed`] may as well be a 400.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not a session description.
    #[error("the session description cannot be read: {0}")]
    Malformed(String),
    /// More bytes than any telephone sends.
    #[error("the session description has more than {} bytes", read::BYTES_MAX)]
    TooLong,
    /// More `m=` lines than any telephone sends.
    #[error("the session description has more than {} streams", read::STREAMS_MAX)]
    TooManyStreams,
    /// Understood, but nothing in it that we can share.
    #[error("no usable sound: {0}")]
    NothingFits(Misfit),
}

/// What is wrong with the stream that came nearest to fit. In that order: the later, the nearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Misfit {
    /// Fax, video, text only.
    #[error("no audio stream is offered")]
    NoAudio,
    /// Port 0 (RFC 3264 §5.1).
    #[error("the audio stream is disabled")]
    Disabled,
    /// SRTP, DTLS, TCP, several ports.
    #[error("the audio stream is not plain RTP/AVP")]
    Transport,
    /// Neither law of G.711.
    #[error("neither PCMA nor PCMU is offered")]
    Codec,
    /// None, a name, a group, the other IP family.
    #[error("the audio stream has no address we can send to")]
    Address,
}

/// Length of the packets we ask for, and send unless told otherwise (G5).
const PTIME_MS: u16 = 20;
/// Our own number for keys, the usual one (G6).
const DTMF: u8 = 101;

/// Our answer to their offer, and what is agreed by it.
///
/// RFC 3264 §6.1 recommends the offer's order of codecs unless there is a reason. Ours: A-law is what French networks
/// carry and what our recordings are in, so it costs neither end a conversion; it wins over a µ-law listed before it
/// (Twilio, G5). One codec is answered, so that neither side can change it in mid-sentence.
pub fn answer(offer: &[u8], local: &Local) -> Result<(String, Agreed), Refusal> {
    let session = read::parse(offer)?;
    let mut text = head(local);
    let mut agreed = None;
    let mut nearest = Misfit::NoAudio;
    for media in &session.medias {
        // The first that fits; a second audio stream would be a second ear.
        let fit = if agreed.is_none() {
            read::audio(&session, media, local.address, Preference::Alaw)
        } else {
            Err(Misfit::NoAudio)
        };
        match fit {
            Ok(stream) => {
                let codecs = [(stream.codec, stream.payload_type)];
                let direction = Direction { sends: stream.sends, receives: stream.receives };
                write_audio(&mut text, local, &media.proto, &codecs, stream.dtmf, direction);
                agreed = Some(stream);
            }
            Err(misfit) => {
                nearest = nearest.max(misfit);
                write_refused(&mut text, media);
            }
        }
    }
    agreed.map(|agreed| (text, agreed)).ok_or(Refusal::NothingFits(nearest))
}

/// Our offer, to an INVITE without one (G7).
pub fn offer(local: &Local) -> String {
    let mut text = head(local);
    write_offered(&mut text, local, "RTP/AVP");
    text
}

/// Our offer inside a dialog, after `last`, the description we sent before: as many lines in the same order, so that a
/// refused video keeps its place (RFC 3264 §8).
pub fn reoffer(last: &str, local: &Local) -> String {
    let Ok(session) = read::parse(last.as_bytes()) else { return offer(local) };
    let mut text = head(local);
    for media in &session.medias {
        if media.port == 0 {
            write_refused(&mut text, media);
        } else {
            write_offered(&mut text, local, &media.proto);
        }
    }
    text
}

/// What their answer to our offer agrees to.
pub fn agree(answer: &[u8], local: &Local) -> Result<Agreed, Refusal> {
    let session = read::parse(answer)?;
    let mut nearest = Misfit::NoAudio;
    for media in &session.medias {
        match read::audio(&session, media, local.address, Preference::Listed) {
            // Keys come with the number that we offered, whatever number theirs go by (RFC 3264 §6.1).
            Ok(stream) => return Ok(Agreed { dtmf: stream.dtmf.map(|_| DTMF), ..stream }),
            Err(misfit) => nearest = nearest.max(misfit),
        }
    }
    Err(Refusal::NothingFits(nearest))
}

/// Who sends and who listens, from the side of whoever says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Direction {
    sends: bool,
    receives: bool,
}

impl Direction {
    const BOTH: Self = Self { sends: true, receives: true };

    fn named(name: &str) -> Option<Self> {
        let (sends, receives) = match name {
            "sendrecv" => (true, true),
            "sendonly" => (true, false),
            "recvonly" => (false, true),
            "inactive" => (false, false),
            _ => return None,
        };
        Some(Self { sends, receives })
    }

    fn name(self) -> &'static str {
        match (self.sends, self.receives) {
            (true, true) => "sendrecv",
            (true, false) => "sendonly",
            (false, true) => "recvonly",
            (false, false) => "inactive",
        }
    }
}

/// The session's own lines.
fn head(local: &Local) -> String {
    let Local { address, session_id, version, .. } = local;
    let family = if address.is_ipv4() { "IP4" } else { "IP6" };
    format!("v=0\r\no=- {session_id} {version} IN {family} {address}\r\ns=-\r\nc=IN {family} {address}\r\nt=0 0\r\n")
}

/// A stream we offer: both laws, the better first (G5).
fn write_offered(text: &mut String, local: &Local, proto: &str) {
    let codecs = [Codec::Pcma, Codec::Pcmu].map(|codec| (codec, codec.payload_type()));
    write_audio(text, local, proto, &codecs, Some(DTMF), Direction::BOTH);
}

/// One stream of ours.
fn write_audio(
    text: &mut String,
    local: &Local,
    proto: &str,
    codecs: &[(Codec, u8)],
    dtmf: Option<u8>,
    direction: Direction,
) {
    let mut formats = String::new();
    let mut attributes = String::new();
    for (codec, payload_type) in codecs {
        let name = match codec {
            Codec::Pcma => "PCMA",
            Codec::Pcmu => "PCMU",
        };
        put(&mut formats, format_args!(" {payload_type}"));
        put(&mut attributes, format_args!("a=rtpmap:{payload_type} {name}/8000\r\n"));
    }
    if let Some(dtmf) = dtmf {
        put(&mut formats, format_args!(" {dtmf}"));
        put(&mut attributes, format_args!("a=rtpmap:{dtmf} telephone-event/8000\r\na=fmtp:{dtmf} 0-15\r\n"));
    }
    put(text, format_args!("m=audio {} {proto}{formats}\r\n{attributes}", local.port));
    put(text, format_args!("a=ptime:{PTIME_MS}\r\na={}\r\n", direction.name()));
}

/// A stream we do not take: the same line with port 0 (RFC 3264 §6).
fn write_refused(text: &mut String, Media { media, proto, fmt, .. }: &Media) {
    put(text, format_args!("m={media} 0 {proto} {fmt}\r\n"));
}

fn put(text: &mut String, what: std::fmt::Arguments<'_>) {
    text.write_fmt(what).expect("a String grows");
}
