//! The tone after which a caller speaks.

use std::f64::consts::TAU;
use std::sync::{Arc, LazyLock};

use super::g711::linear_to_alaw;

/// Samples of a second.
const RATE: f64 = 8_000.0;
/// The A of a French answering machine.
const PITCH: f64 = 440.0;
/// 300 ms.
const LENGTH: usize = 2_400;
/// Begins and ends softly, or it would click: 10 ms.
const RAMP: usize = 80;
/// About −15 dBov: as loud as speech, no louder.
const HEIGHT: f64 = 5_800.0;

/// A-law sound of the tone.
pub fn beep() -> Arc<[u8]> {
    static BEEP: LazyLock<Arc<[u8]>> = LazyLock::new(|| (0..LENGTH).map(sample).collect());
    Arc::clone(&BEEP)
}

fn sample(at: usize) -> u8 {
    let edge = at.min(LENGTH - 1 - at).min(RAMP) as f64 / RAMP as f64;
    linear_to_alaw((HEIGHT * edge * (TAU * PITCH * at as f64 / RATE).sin()) as i16)
}

#[cfg(test)]
mod tests {
    use super::super::g711::alaw_to_linear;
    use super::*;

    #[test]
    fn the_tone_begins_and_ends_softly() {
        let samples: Vec<i32> = beep().iter().map(|byte| i32::from(alaw_to_linear(*byte))).collect();
        assert!(samples[..4].iter().chain(&samples[LENGTH - 4..]).all(|sample| sample.abs() < 400));
        assert!(samples.iter().any(|sample| *sample > 5_000));
    }
}
