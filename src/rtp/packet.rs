//! RTP packets (RFC 3550 §5.1): `rtp-types` reads them; the 12 bytes we send we write ourselves.
//!
//! Reading strangers' bytes is where a library earns its place (CSRC lists, extensions, padding). Our own header
//! never has any of these, and the library's builder gathers payloads in lists where we already hold the frame in
//! its final place, 50 times a second for each call.

use rtp_types::RtpPacket;

/// Length of the header we send: no CSRC, no extension.
pub const HEADER_LEN: usize = 12;

/// What we use of a received packet; `payload` is without padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// Marker bit.
    pub marker: bool,
    /// 0–127.
    pub payload_type: u8,
    /// Wraps at 16 bits.
    pub sequence: u16,
    /// In samples (8 kHz), wraps at 32 bits.
    pub timestamp: u32,
    /// The source.
    pub ssrc: u32,
    /// May be empty.
    pub payload: &'a [u8],
}

impl<'a> Packet<'a> {
    /// Reads a datagram; `None` when it is not RTP version 2 or is cut short anywhere.
    pub fn parse(datagram: &'a [u8]) -> Option<Packet<'a>> {
        let read = RtpPacket::parse(datagram).ok()?;
        let start = read.payload_offset();
        let end = datagram.len().checked_sub(usize::from(read.padding().unwrap_or(0)))?;
        Some(Packet {
            marker: read.marker_bit(),
            payload_type: read.payload_type(),
            sequence: read.sequence_number(),
            timestamp: read.timestamp(),
            ssrc: read.ssrc(),
            payload: datagram.get(start..end)?,
        })
    }

    /// The header of this packet, as sent: version 2, no padding, no extension, no CSRC.
    pub fn header(&self) -> [u8; HEADER_LEN] {
        let mut out = [0; HEADER_LEN];
        out[0] = 0x80;
        out[1] = u8::from(self.marker) << 7 | self.payload_type & 0x7F;
        out[2..4].copy_from_slice(&self.sequence.to_be_bytes());
        out[4..8].copy_from_slice(&self.timestamp.to_be_bytes());
        out[8..12].copy_from_slice(&self.ssrc.to_be_bytes());
        out
    }
}

/// True when sequence number `a` comes after `b`, over the wrap (RFC 1982 arithmetic).
pub fn is_after(a: u16, b: u16) -> bool {
    (a.wrapping_sub(b) as i16) > 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn padding_extension_and_csrc_are_not_payload() {
        let mut datagram = vec![0xB1, 0x88, 0, 7, 0, 0, 0, 160, 1, 2, 3, 4]; // P, X, one CSRC; M, PCMA
        datagram.extend([9, 9, 9, 9, 0xBE, 0xDE, 0, 1, 5, 5, 5, 5, 0xAA, 0xBB, 0, 2]);
        let packet = Packet::parse(&datagram).expect("valid");
        assert_eq!((packet.marker, packet.payload_type, packet.sequence), (true, 8, 7));
        assert_eq!(packet.payload, [0xAA, 0xBB]);
    }

    #[test]
    fn sequence_order_holds_over_the_wrap() {
        assert!(is_after(0, 65_535) && is_after(1, 0) && !is_after(65_535, 0) && !is_after(3, 3));
    }

    proptest! {
        #[test]
        fn no_datagram_panics(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = Packet::parse(&bytes);
        }

        #[test]
        fn no_datagram_of_version_2_panics(mut bytes in proptest::collection::vec(any::<u8>(), 1..64)) {
            bytes[0] = bytes[0] & 0x3F | 0x80;
            let _ = Packet::parse(&bytes);
        }

        #[test]
        fn what_we_write_is_read_back(marker: bool, payload_type in 0u8..128, sequence: u16, timestamp: u32, ssrc: u32,
                                      payload in proptest::collection::vec(any::<u8>(), 0..200)) {
            let sent = Packet { marker, payload_type, sequence, timestamp, ssrc, payload: &payload };
            let datagram = [&sent.header()[..], &payload].concat();
            prop_assert_eq!(Packet::parse(&datagram), Some(sent));
        }
    }
}
