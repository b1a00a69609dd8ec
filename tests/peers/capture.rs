//! A capture file for `sipp` to play: Ethernet, IPv4 and UDP around our own beats (sipp puts its own addresses in).

use std::path::Path;

use crate::kit::Beat;

const BEAT_US: u64 = 20_000;

/// Writes a libpcap file in which each beat stands at its time.
pub fn write(path: &Path, beats: &[Beat]) {
    // Microseconds, version 2.4, whole packets, Ethernet.
    let mut out = Vec::new();
    for word in [0xA1B2_C3D4u32, 0x0004_0002, 0, 0, 65_535, 1] {
        out.extend(word.to_le_bytes());
    }
    for (datagram, at) in (0u64..).zip(beats).flat_map(|(n, beat)| beat.iter().map(move |d| (d, n * BEAT_US))) {
        let frame = frame(&datagram.bytes);
        let length = frame.len() as u32;
        for word in [(at / 1_000_000) as u32, (at % 1_000_000) as u32, length, length] {
            out.extend(word.to_le_bytes());
        }
        out.extend(frame);
    }
    std::fs::write(path, out).unwrap();
}

fn frame(payload: &[u8]) -> Vec<u8> {
    const IPV4: [u8; 2] = [8, 0];
    const UDP: u8 = 17;
    const LOCALHOST: [u8; 4] = [127, 0, 0, 1];
    let word = |value: usize| (value as u16).to_be_bytes();
    let mut out = vec![0; 12];
    out.extend(IPV4);
    out.extend([0x45, 0]);
    out.extend(word(20 + 8 + payload.len()));
    out.extend([0, 0, 0, 0, 64, UDP, 0, 0]);
    out.extend([LOCALHOST, LOCALHOST].concat());
    out.extend([word(6_000), word(6_000), word(8 + payload.len()), [0, 0]].concat());
    out.extend(payload);
    out
}
