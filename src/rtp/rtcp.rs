//! RTCP (RFC 3550 §6): what we report every few seconds, the BYE at the end, and a tolerant ear.
//!
//! Trunks use these reports for their quality counters and some cut calls that never send any (G16). What a
//! stranger writes here can change nothing but the numbers of our next report.

use rtcp_types::{
    Bye, Compound, Packet, ReportBlock, RtcpPacketWriterExt, RtcpWriteError, Sdes, SdesChunk, SdesItem, SenderReport,
};

use super::packet;

/// Room for a compound packet of ours: SR with one block, SDES, BYE.
pub const REPORT_MAX: usize = 256;

/// Our side of a sender report.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    /// Our source identifier.
    pub ssrc: u32,
    /// Now, as NTP: seconds since 1900 in the high 32 bits, fraction in the low.
    pub ntp: u64,
    /// Now, in our stream's timestamps.
    pub timestamp: u32,
    /// Packets sent so far, modulo 2³².
    pub packets: u32,
    /// Payload bytes sent so far, modulo 2³².
    pub octets: u32,
}

/// What a received compound packet told us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Middle 32 bits of the NTP time in their sender report, to be returned to them.
    pub sender_report: Option<u32>,
    /// Share of our packets they lost since their last report, in 1/256.
    pub fraction_lost: Option<u8>,
    /// They said BYE: their stream ends. The call's end is SIP's to say.
    pub is_bye: bool,
}

/// Reads a datagram; packets of unknown type are passed over, junk ends the reading without an error.
pub fn read(datagram: &[u8], our_ssrc: u32) -> Option<Heard> {
    let mut heard = Heard::default();
    for packet in Compound::parse(datagram).ok()?.map_while(Result::ok) {
        match packet {
            Packet::Sr(report) => {
                heard.sender_report = Some((report.ntp_timestamp() >> 16) as u32);
                heard.fraction_lost = lost(report.report_blocks(), our_ssrc).or(heard.fraction_lost);
            }
            Packet::Rr(report) => heard.fraction_lost = lost(report.report_blocks(), our_ssrc).or(heard.fraction_lost),
            Packet::Bye(_) => heard.is_bye = true,
            _ => {}
        }
    }
    Some(heard)
}

fn lost<'a>(mut blocks: impl Iterator<Item = ReportBlock<'a>>, our_ssrc: u32) -> Option<u8> {
    blocks.find(|block| block.ssrc() == our_ssrc).map(|block| block.fraction_lost())
}

/// Writes SR + SDES (CNAME, required in every compound by §6.1), and BYE when `is_last`. Returns the length.
pub fn write(
    sent: Sent,
    reception: &mut Reception,
    now_ms: u64,
    is_last: bool,
    out: &mut [u8; REPORT_MAX],
) -> Result<usize, RtcpWriteError> {
    let mut report = SenderReport::builder(sent.ssrc)
        .ntp_timestamp(sent.ntp)
        .rtp_timestamp(sent.timestamp)
        .packet_count(sent.packets)
        .octet_count(sent.octets);
    if let Some(block) = reception.block(now_ms) {
        let builder = ReportBlock::builder(block.ssrc)
            .fraction_lost(block.fraction_lost)
            .cumulative_lost(block.cumulative_lost)
            .extended_sequence_number(block.highest)
            .interarrival_jitter(block.jitter)
            .last_sender_report_timestamp(block.last_report)
            .delay_since_last_sender_report_timestamp(block.delay);
        report = report.add_report_block(builder);
    }
    let name = format!("{:08x}", sent.ssrc); // RFC 7022 §4.2: a per-call name says nothing of who we are
    let chunk = SdesChunk::builder(sent.ssrc).add_item(SdesItem::builder(SdesItem::CNAME, &name));
    let mut compound = Compound::builder().add_packet(report).add_packet(Sdes::builder().add_chunk(chunk));
    if is_last {
        compound = compound.add_packet(Bye::builder().add_source(sent.ssrc));
    }
    compound.write_into(out)
}

/// What we received, for the report block (RFC 3550 §6.4.1, A.3, A.8).
#[derive(Clone, Debug, Default)]
pub struct Reception {
    source: Option<Source>,
}

#[derive(Clone, Debug)]
struct Source {
    ssrc: u32,
    base: u32,
    highest: u32,
    received: u32,
    expected_before: u32,
    received_before: u32,
    /// Jitter × 16, in timestamp units; the transit time of the last packet.
    jitter_16: u32,
    transit: u32,
    last_report: Option<(u32, u64)>,
}

struct Block {
    ssrc: u32,
    fraction_lost: u8,
    cumulative_lost: u32,
    highest: u32,
    jitter: u32,
    last_report: u32,
    delay: u32,
}

impl Reception {
    /// Counts a received RTP packet; `now_ms` on any clock that never steps. A new SSRC starts the count anew.
    pub fn received(&mut self, packet: &packet::Packet<'_>, now_ms: u64) {
        let transit = (now_ms as u32).wrapping_mul(8).wrapping_sub(packet.timestamp);
        match &mut self.source {
            Some(source) if source.ssrc == packet.ssrc => source.count(packet.sequence, transit),
            other => *other = Some(Source::new(packet, transit)),
        }
    }

    /// Their sender report came: its middle 32 bits go back to them.
    pub fn reported(&mut self, middle: u32, now_ms: u64) {
        if let Some(source) = &mut self.source {
            source.last_report = Some((middle, now_ms));
        }
    }

    fn block(&mut self, now_ms: u64) -> Option<Block> {
        let source = self.source.as_mut()?;
        let expected = source.highest.wrapping_sub(source.base).wrapping_add(1);
        let expected_since = expected.wrapping_sub(source.expected_before);
        let received_since = source.received.wrapping_sub(source.received_before);
        (source.expected_before, source.received_before) = (expected, source.received);
        let lost_since = expected_since.saturating_sub(received_since);
        let (last_report, delay) = match source.last_report {
            Some((middle, at_ms)) => (middle, (now_ms.saturating_sub(at_ms).saturating_mul(65_536) / 1000) as u32),
            None => (0, 0),
        };
        Some(Block {
            ssrc: source.ssrc,
            fraction_lost: (u64::from(lost_since) * 256 / u64::from(expected_since.max(1))).min(255) as u8,
            cumulative_lost: expected.saturating_sub(source.received).min(0x7F_FFFF),
            highest: source.highest,
            jitter: source.jitter_16 >> 4,
            last_report,
            delay,
        })
    }
}

impl Source {
    fn new(packet: &packet::Packet<'_>, transit: u32) -> Source {
        let first = u32::from(packet.sequence);
        Source {
            ssrc: packet.ssrc,
            base: first,
            highest: first,
            received: 1,
            expected_before: 0,
            received_before: 0,
            jitter_16: 0,
            transit,
            last_report: None,
        }
    }

    fn count(&mut self, sequence: u16, transit: u32) {
        self.received = self.received.wrapping_add(1);
        if packet::is_after(sequence, self.highest as u16) {
            self.highest = self.highest.wrapping_add(u32::from(sequence.wrapping_sub(self.highest as u16)));
        }
        let change = (transit.wrapping_sub(self.transit) as i32).unsigned_abs();
        self.transit = transit;
        // RFC 3550 A.8: J += (|D| − J)/16, kept × 16 to stay in integers.
        self.jitter_16 = self.jitter_16.wrapping_add(change).wrapping_sub((self.jitter_16 + 8) >> 4);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sent(ssrc: u32) -> Sent {
        Sent { ssrc, ntp: 0x0102_0304_0506_0708, timestamp: 160, packets: 3, octets: 480 }
    }

    fn heard(sequence: u16, timestamp: u32) -> packet::Packet<'static> {
        packet::Packet { marker: false, payload_type: 8, sequence, timestamp, ssrc: 42, payload: &[] }
    }

    fn written(reception: &mut Reception, is_last: bool) -> Vec<u8> {
        let mut out = [0; REPORT_MAX];
        let length = write(sent(7), reception, 2000, is_last, &mut out).expect("fits");
        out[..length].to_vec()
    }

    #[test]
    fn a_report_is_read_back_and_bye_comes_last() {
        let open = read(&written(&mut Reception::default(), false), 1).expect("valid");
        assert_eq!(open, Heard { sender_report: Some(0x0304_0506), fraction_lost: None, is_bye: false });
        assert!(read(&written(&mut Reception::default(), true), 1).expect("valid").is_bye);
    }

    #[test]
    fn loss_is_reported_over_the_sequence_wrap() {
        let mut reception = Reception::default();
        for (sequence, timestamp) in [(65_534u16, 0u32), (65_535, 160), (1, 480)] {
            reception.received(&heard(sequence, timestamp), u64::from(timestamp / 8));
        }
        let datagram = written(&mut reception, false);
        assert_eq!(read(&datagram, 42).expect("valid").fraction_lost, Some(64)); // 1 of 4
        assert_eq!(reception.block(0).expect("heard").highest, 65_537);
    }

    #[test]
    fn a_steady_stream_has_no_jitter_and_their_report_is_returned() {
        let mut reception = Reception::default();
        for n in 0..20u32 {
            reception.received(&heard(n as u16, n * 160), u64::from(n) * 20);
        }
        reception.reported(0xABCD, 1000);
        let block = reception.block(1500).expect("heard");
        assert_eq!((block.jitter, block.fraction_lost, block.last_report, block.delay), (0, 0, 0xABCD, 32_768));
    }

    proptest! {
        #[test]
        fn no_datagram_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes, 7);
        }

        #[test]
        fn no_damaged_report_panics(at in 0usize..60, with: u8, cut in 0usize..70) {
            let mut datagram = written(&mut Reception::default(), true);
            let last = datagram.len() - 1;
            datagram[at.min(last)] = with;
            datagram.truncate(cut);
            let _ = read(&datagram, 7);
        }

        #[test]
        fn no_stream_of_packets_panics(packets in proptest::collection::vec((any::<u16>(), any::<u32>(), any::<u32>()), 0..50)) {
            let mut reception = Reception::default();
            for (sequence, timestamp, now_ms) in packets {
                reception.received(&heard(sequence, timestamp), u64::from(now_ms));
                let _ = reception.block(u64::from(now_ms));
            }
        }
    }
}
