//! What offer and answer agreed on: the shape `sdp` hands over.

use std::net::SocketAddr;

use crate::rtp::g711::Codec;

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
