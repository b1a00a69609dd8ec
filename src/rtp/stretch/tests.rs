use std::f64::consts::TAU;

use proptest::prelude::*;

use super::*;

/// All of a recording, slowed.
fn slowed(recording: &[u8]) -> Vec<u8> {
    let (mut stretch, mut out) = (Stretch::default(), vec![0; recording.len() * 2 + HOP]);
    let length = stretch.read(recording, &mut out);
    out.truncate(length);
    assert!(stretch.is_over(recording));
    out
}

fn alaw(samples: impl Iterator<Item = f64>) -> Vec<u8> {
    samples.map(|sample| g711::linear_to_alaw(sample as i16)).collect()
}

fn linear(sound: &[u8]) -> Vec<f64> {
    sound.iter().map(|byte| f64::from(g711::alaw_to_linear(*byte))).collect()
}

/// So many seconds of a note.
fn sine(hertz: f64, seconds: f64) -> Vec<u8> {
    alaw((0..(seconds * 8_000.0) as usize).map(|n| 9_000.0 * (TAU * hertz * n as f64 / 8_000.0).sin()))
}

/// A deep voice that rises, with eight overtones, in syllables of a quarter of a second.
fn voice() -> Vec<u8> {
    let mut phase = 0.0;
    alaw((0..16_000).map(move |n| {
        phase += TAU * (90.0 + f64::from(n) / 400.0) / 8_000.0;
        let syllable = (TAU * f64::from(n) / 4_000.0).sin().max(0.0);
        (1..=9).map(|nth| (phase * f64::from(nth)).sin() / f64::from(nth)).sum::<f64>() * 6_000.0 * syllable
    }))
}

fn rms(sound: &[u8]) -> f64 {
    let samples = linear(sound);
    (samples.iter().map(|sample| sample * sample).sum::<f64>() / samples.len() as f64).sqrt()
}

fn largest_step(sound: &[u8]) -> f64 {
    linear(sound).windows(2).map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f64::max)
}

/// How much of this frequency there is (Goertzel), of one.
fn share(sound: &[u8], hertz: f64) -> f64 {
    let samples = linear(sound);
    let (mut real, mut imaginary) = (0.0, 0.0);
    for (n, sample) in samples.iter().enumerate() {
        let angle = TAU * hertz * n as f64 / 8_000.0;
        real += sample * angle.cos();
        imaginary += sample * angle.sin();
    }
    let energy: f64 = samples.iter().map(|sample| sample * sample).sum();
    2.0 * (real * real + imaginary * imaginary) / (samples.len() as f64 * energy)
}

/// The period that a hundred milliseconds repeat best, in samples.
fn period(sound: &[u8]) -> usize {
    let samples = linear(sound);
    let likeness = |lag: &usize| samples.iter().zip(&samples[*lag..]).map(|(a, b)| a * b).sum::<f64>();
    (40..120).max_by(|a, b| likeness(a).total_cmp(&likeness(b))).expect("a range")
}

#[test]
fn it_takes_thirteen_tenths_of_the_time_to_within_36_ms() {
    for recording in [voice(), sine(200.0, 3.0), vec![g711::SILENCE; 20_000]] {
        let wanted = recording.len() * LONGER / LONGER_OF;
        let length = slowed(&recording).len();
        assert!(length.abs_diff(wanted) <= HOP + AHEAD_MAX, "{length} for {wanted}");
    }
}

#[test]
fn a_note_stays_the_same_note() {
    for hertz in [110.0, 200.0, 440.0, 1_000.0, 2_500.0] {
        let slow = slowed(&sine(hertz, 2.0));
        // A tenth of a second each, for seams may turn the phase: next to nothing is at any other frequency.
        for part in slow.chunks_exact(800) {
            assert!(share(part, hertz) > 0.97, "{hertz} Hz: {}", share(part, hertz));
        }
    }
}

#[test]
fn a_voice_keeps_its_pitch_where_it_was() {
    let (own, slow) = (voice(), slowed(&voice()));
    for at in [1_000, 5_000, 9_000, 13_000] {
        let (before, after) = (period(&own[at - 400..at + 400]), period(&slow[at * 13 / 10 - 400..at * 13 / 10 + 400]));
        assert!(before.abs_diff(after) <= 2, "{before} and {after} samples at {at}");
    }
}

#[test]
fn nothing_clicks_and_the_level_is_kept() {
    for own in [voice(), sine(200.0, 2.0), sine(1_000.0, 2.0)] {
        let slow = slowed(&own);
        assert!(largest_step(&slow) <= 1.05 * largest_step(&own));
        let level_db = 20.0 * (rms(&slow) / rms(&own)).log10();
        assert!(level_db.abs() < 0.5, "{level_db} dB");
    }
}

#[test]
fn silence_stays_silence_and_both_ends_are_its_own() {
    assert!(slowed(&[g711::SILENCE; 5_000]).iter().all(|byte| *byte == g711::SILENCE));
    let (own, slow) = (voice(), slowed(&voice()));
    assert_eq!((&own[..HOP], &own[own.len() - 16..]), (&slow[..HOP], &slow[slow.len() - 16..]));
}

#[test]
fn the_two_halves_of_a_fade_are_a_whole() {
    let is_whole = |at: usize| (RISE[at] + RISE[HOP - 1 - at] - WHOLE).abs() <= 1;
    assert!((0..HOP).all(is_whole) && RISE.is_sorted());
}

proptest! {
    #[test]
    fn whatever_it_is_and_however_it_is_read_it_ends_in_time_with_the_same_bytes(
        own in proptest::collection::vec(any::<u8>(), 0..3_000), parts in proptest::collection::vec(1usize..400, 1..40)) {
        let whole = slowed(&own);
        prop_assert!(whole.len() >= own.len() && whole.len() <= own.len() * LONGER / LONGER_OF + HOP + REACH);
        let (mut stretch, mut heard) = (Stretch::default(), vec![]);
        for length in parts.iter().cycle().take(whole.len() + 1) {
            let mut part = vec![0; *length];
            let read = stretch.read(&own, &mut part);
            prop_assert!(read == *length || stretch.is_over(&own));
            heard.extend_from_slice(&part[..read]);
            if stretch.is_over(&own) { break; }
        }
        prop_assert_eq!(heard, whole);
    }
}
