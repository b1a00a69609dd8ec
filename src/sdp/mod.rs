//! Session descriptions: what both ends agree to send (RFC 8866 syntax, RFC 3264 offer and answer).

use std::net::{IpAddr, SocketAddr};

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
