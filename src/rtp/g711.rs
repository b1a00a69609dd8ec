//! G.711: the two companded 8-bit laws of the telephone and their tables (ITU-T G.711; requirement G5).
//!
//! Inside, all sound is A-law: French trunks speak it and recordings are kept in it, so a call on PCMA copies
//! bytes. A call on PCMU goes through one 256-byte table. The tables are computed at compile time.

/// The two codecs a call may use; both are 8 kHz, one byte per sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// A-law, static payload type 8 (RFC 3551 §6).
    Pcma,
    /// µ-law, static payload type 0 (RFC 3551 §6).
    Pcmu,
}

impl Codec {
    /// The static payload type of RFC 3551 §6: 8 or 0.
    pub const fn payload_type(self) -> u8 {
        match self {
            Codec::Pcma => 8,
            Codec::Pcmu => 0,
        }
    }
}

/// A-law silence: the byte of the smallest positive step.
pub const SILENCE: u8 = 0xD5;

/// µ-law byte for each A-law byte.
pub static ALAW_TO_ULAW: [u8; 256] = law_table(true);
/// A-law byte for each µ-law byte.
pub static ULAW_TO_ALAW: [u8; 256] = law_table(false);
static ALAW_LINEAR: [i16; 256] = linear_table(true);
static ULAW_LINEAR: [i16; 256] = linear_table(false);

/// A-law byte to a 16-bit sample.
pub fn alaw_to_linear(byte: u8) -> i16 {
    ALAW_LINEAR[byte as usize]
}

/// µ-law byte to a 16-bit sample.
pub fn ulaw_to_linear(byte: u8) -> i16 {
    ULAW_LINEAR[byte as usize]
}

/// 16-bit sample to its A-law byte: sign, segment of 3 bits, step of 4 bits, even bits inverted.
pub const fn linear_to_alaw(sample: i16) -> u8 {
    // 13-bit magnitude; negative values mirror around −1 so that both halves have 128 steps.
    let sign = if sample >= 0 { 0x80 } else { 0 };
    let magnitude = (if sample >= 0 { sample } else { !sample } >> 3) as u16;
    let segment = segment(magnitude, 0x20);
    let step = if segment < 2 { magnitude >> 1 } else { magnitude >> segment } & 0x0F;
    ((sign | (segment << 4) | step) as u8) ^ 0x55
}

/// 16-bit sample to its µ-law byte: biased by 33 steps, clipped at 8159, all bits inverted.
pub const fn linear_to_ulaw(sample: i16) -> u8 {
    const BIAS: i32 = 0x84;
    const CLIP: i32 = 32_635;
    let sign = if sample < 0 { 0x80 } else { 0 };
    let plain = if sample < 0 { -(sample as i32) } else { sample as i32 };
    let biased = if plain > CLIP { CLIP } else { plain } + BIAS;
    let segment = segment((biased >> 2) as u16, 0x40);
    let step = ((biased >> (segment + 3)) & 0x0F) as u16;
    !((sign | (segment << 4) | step) as u8)
}

/// Which of the 8 logarithmic segments holds `magnitude`, the first ending below `end`.
const fn segment(magnitude: u16, end: u16) -> u16 {
    let (mut segment, mut end) = (0, end);
    while segment < 7 && magnitude >= end {
        segment += 1;
        end <<= 1;
    }
    segment
}

const fn expand_alaw(byte: u8) -> i16 {
    let byte = byte ^ 0x55;
    let segment = (byte & 0x70) >> 4;
    let step = ((byte & 0x0F) as i16) << 4;
    let magnitude = match segment {
        0 => step + 8,
        _ => (step + 0x108) << (segment - 1),
    };
    if byte & 0x80 != 0 { magnitude } else { -magnitude }
}

const fn expand_ulaw(byte: u8) -> i16 {
    let byte = !byte;
    let magnitude = ((((byte & 0x0F) as i16) << 3) + 0x84) << ((byte & 0x70) >> 4);
    if byte & 0x80 != 0 { 0x84 - magnitude } else { magnitude - 0x84 }
}

const fn linear_table(alaw: bool) -> [i16; 256] {
    let mut out = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        out[byte] = if alaw { expand_alaw(byte as u8) } else { expand_ulaw(byte as u8) };
        byte += 1;
    }
    out
}

const fn law_table(from_alaw: bool) -> [u8; 256] {
    let mut out = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let code = byte as u8;
        out[byte] = if from_alaw { linear_to_ulaw(expand_alaw(code)) } else { linear_to_alaw(expand_ulaw(code)) };
        byte += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alaw_byte_survives_the_trip_through_linear() {
        for byte in 0..=255 {
            assert_eq!(linear_to_alaw(alaw_to_linear(byte)), byte, "{byte:#04x}");
        }
    }

    #[test]
    fn every_ulaw_byte_but_negative_zero_survives_the_trip() {
        for byte in (0..=255).filter(|&b| b != 0x7F) {
            assert_eq!(linear_to_ulaw(ulaw_to_linear(byte)), byte, "{byte:#04x}");
        }
        assert_eq!(ulaw_to_linear(0x7F), 0);
    }

    #[test]
    fn known_points_of_g711() {
        assert_eq!(linear_to_alaw(0), SILENCE);
        assert_eq!(alaw_to_linear(SILENCE), 8);
        assert_eq!(linear_to_ulaw(0), 0xFF);
        assert_eq!(alaw_to_linear(0xAA), 32_256);
        assert_eq!(alaw_to_linear(0x2A), -32_256);
        assert_eq!(ulaw_to_linear(0x80), 32_124);
        assert_eq!(ulaw_to_linear(0x00), -32_124);
    }

    #[test]
    fn companding_error_stays_under_four_per_cent() {
        for sample in i16::MIN..=i16::MAX {
            let limit = (i32::from(sample).abs() / 25).max(16);
            let alaw = i32::from(alaw_to_linear(linear_to_alaw(sample)));
            let ulaw = i32::from(ulaw_to_linear(linear_to_ulaw(sample)));
            assert!((alaw - i32::from(sample)).abs() <= limit, "A-law {sample}");
            assert!((ulaw - i32::from(sample)).abs() <= limit, "µ-law {sample}");
        }
    }

    #[test]
    fn alaw_to_ulaw_keeps_sign_and_level() {
        for byte in 0..=255u8 {
            let (from, to) = (alaw_to_linear(byte), ulaw_to_linear(ALAW_TO_ULAW[byte as usize]));
            assert!((from >= 0) == (to >= 0) || from.abs() < 16, "{byte:#04x}");
            assert!((i32::from(from) - i32::from(to)).abs() <= i32::from(from.unsigned_abs()) / 20 + 16);
        }
        assert!(ulaw_to_linear(ALAW_TO_ULAW[SILENCE as usize]).abs() <= 8);
    }
}
