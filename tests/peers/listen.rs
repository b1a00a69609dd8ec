//! An ear: finds recordings in what was heard, in order. "Some sound" is not enough.
//!
//! For other programs' ears: their decoder and jitter buffer may do something to it (another level, a frame dropped or
//! doubled). Three windows of a recording, at its start, middle and end, must each correlate by [`LIKE_ENOUGH`], each at
//! its place but for [`DRIFT`]. Our own phone wants every byte as it was recorded (`kit::Ear`).

use std::ops::Range;

use ligne_claire::rtp::g711;

use crate::kit::{Ear, SOON};

/// Normalised correlation of a window; another recording of the same voice stays below 0.5.
const LIKE_ENOUGH: f64 = 0.9;
/// 250 ms.
const WINDOW: usize = 2_000;
/// A jitter buffer may drop or double three frames in a recording.
const DRIFT: usize = 3 * 160;
/// The loudest 20 ms of the first window: cheap to look for everywhere.
const PROBE: usize = 160;
/// A frame below this part of the loudest one is no speech: its correlation would be chance.
const SPEECH: f64 = 0.05;
const FRAME: usize = 80;

/// The A-law bytes of a text.
fn alaw(text: &str) -> &'static [u8] {
    Ear::french().sound(text)
}

/// One recording to be found in growing sound. Each sample is looked at once.
pub struct Recording {
    samples: Vec<f32>,
    /// Starts of the compared windows, in `samples`; the first is the anchor.
    windows: Vec<usize>,
    length: usize,
    probe: usize,
    next: usize,
    last: usize,
}

impl Recording {
    /// The recording of `text`, that should begin in `within` samples from `from` on.
    pub fn of(text: &str, from: usize, within: usize) -> Recording {
        let samples: Vec<f32> = alaw(text).iter().map(|byte| f32::from(g711::alaw_to_linear(*byte))).collect();
        let speech = speech(&samples);
        let length = WINDOW.min(speech.len());
        let last = speech.end - length;
        let windows = vec![speech.start, (speech.start + last) / 2, last];
        let loudest = (speech.start..=speech.start + length - PROBE.min(length)).step_by(FRAME).max_by(|a, b| {
            let energy = |at: usize| energy(&samples[at..at + PROBE.min(length)]);
            energy(*a).total_cmp(&energy(*b))
        });
        let probe = loudest.unwrap_or(speech.start);
        Recording { samples, windows, length, probe, next: from, last: from.saturating_add(within) }
    }

    /// Where it stands in `heard`, once it was heard whole.
    pub fn find(&mut self, heard: &[f32]) -> Option<Range<usize>> {
        // Whole, and the drift that we allow: an offset is looked at when nothing more can come to it.
        while !self.is_missed() && self.next + self.samples.len() + DRIFT <= heard.len() {
            let at = self.next;
            self.next += 1;
            let probed = likeness(&self.samples[self.probe..], &heard[at + self.probe..], PROBE.min(self.length));
            if probed >= LIKE_ENOUGH && self.is_at(at, heard) {
                return Some(at..at + self.samples.len());
            }
        }
        None
    }

    /// Whether the time in which it should have begun is over.
    pub fn is_missed(&self) -> bool {
        self.next > self.last
    }

    fn is_at(&self, at: usize, heard: &[f32]) -> bool {
        let window = |start: usize, place: usize| {
            let there = heard.get(place..).unwrap_or_default();
            likeness(&self.samples[start..], there, self.length) >= LIKE_ENOUGH
        };
        let anchor = self.windows[0];
        window(anchor, at + anchor)
            && self.windows[1..].iter().all(|start| {
                let middle = at + start;
                // In place nearly always; a drift is looked for outwards.
                (0..=DRIFT).any(|drift| window(*start, middle + drift) || window(*start, middle.saturating_sub(drift)))
            })
    }
}

/// From the first to the last frame that holds speech.
fn speech(samples: &[f32]) -> Range<usize> {
    let frames: Vec<f64> = samples.chunks_exact(FRAME).map(|frame| energy(frame).sqrt()).collect();
    let loudest = frames.iter().copied().fold(0.0, f64::max);
    let is_speech = |level: &f64| *level > loudest * SPEECH;
    let start = frames.iter().position(is_speech).unwrap_or(0);
    let end = frames.iter().rposition(is_speech).map_or(frames.len(), |last| last + 1);
    start * FRAME..end * FRAME
}

fn energy(samples: &[f32]) -> f64 {
    samples.iter().map(|sample| f64::from(sample * sample)).sum()
}

/// Normalised correlation of the first `length` samples: 1 is the same but for its level, 0 is silence or chance.
fn likeness(a: &[f32], b: &[f32], length: usize) -> f64 {
    let (Some(a), Some(b)) = (a.get(..length), b.get(..length)) else { return 0.0 };
    let (mut both, mut of_a, mut of_b) = (0.0f32, 0.0f32, 0.0f32);
    for (x, y) in a.iter().zip(b) {
        (both, of_a, of_b) = (both + x * y, of_a + x * x, of_b + y * y);
    }
    let scale = f64::from(of_a).sqrt() * f64::from(of_b).sqrt();
    // Below one step of A-law a sample there is no sound to compare.
    if of_b < 64.0 * length as f32 * 4.0 || scale == 0.0 { 0.0 } else { f64::from(both) / scale }
}

/// Whether these texts were heard whole, in this order, each soon after the one before; the first that was not.
pub fn in_order<'a>(heard: &[f32], texts: &[&'a str]) -> Result<usize, &'a str> {
    let mut from = 0;
    for (n, text) in texts.iter().enumerate() {
        let within = if n == 0 { heard.len() } else { SOON };
        from = Recording::of(text, from, within).find(heard).ok_or(*text)?.end;
    }
    Ok(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MENU: [&str; 4] = ["Vous avez tapé :", "sept, un,", "un, zéro,", "zéro."];

    fn linear(bytes: &[u8]) -> Vec<f32> {
        bytes.iter().map(|byte| f32::from(g711::alaw_to_linear(*byte))).collect()
    }

    /// What is heard when these are played, with a pause before and after.
    fn played(texts: &[&str]) -> Vec<f32> {
        let pause = vec![g711::SILENCE; 3_333];
        let parts = texts.iter().flat_map(|text| [&pause[..], alaw(text)]).chain([&pause[..]]);
        linear(&parts.collect::<Vec<_>>().concat())
    }

    #[test]
    fn recordings_are_found_in_order() {
        assert!(in_order(&played(&MENU), &MENU).is_ok());
    }

    #[test]
    fn another_order_is_refused() {
        assert_eq!(in_order(&played(&["un, zéro,", "sept, un,"]), &["sept, un,", "un, zéro,"]), Err("un, zéro,"));
    }

    #[test]
    fn another_recording_is_refused_even_one_that_ends_alike() {
        let date = played(&["mardi premier décembre,", "à neuf heures,"]);
        assert!(in_order(&date, &["mardi premier décembre,", "à neuf heures,"]).is_ok());
        for other in ["mercredi premier décembre,", "mardi deux décembre,", "mardi premier novembre,"] {
            assert_eq!(in_order(&date, &[other]), Err(other));
        }
        assert_eq!(in_order(&date, &["à neuf heures trente,"]), Err("à neuf heures trente,"));
        assert_eq!(in_order(&played(&["un, un,"]), &["un, zéro,"]), Err("un, zéro,"));
    }

    #[test]
    fn the_right_order_across_a_repetition_is_refused() {
        let long = "Bonjour. Ici le conseil en évolution professionnelle. C'est gratuit et confidentiel.";
        let heard = played(&["un, zéro,", "sept, un,", long, "un, zéro,", "sept, un,"]);
        assert_eq!(in_order(&heard, &["sept, un,", "un, zéro,"]), Err("un, zéro,"));
    }

    #[test]
    fn silence_and_noise_are_refused() {
        assert_eq!(in_order(&linear(&[g711::SILENCE; 80_000]), &MENU), Err(MENU[0]));
        assert_eq!(in_order(&vec![0.0; 80_000], &MENU), Err(MENU[0]));
        let mut seed = 1u32;
        let noise = (0..80_000).map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) as i16 as f32
        });
        assert_eq!(in_order(&noise.collect::<Vec<f32>>(), &MENU), Err(MENU[0]));
    }

    #[test]
    fn a_recording_cut_short_is_refused() {
        let heard = played(&[MENU[0]]);
        let cut = &heard[..3_333 + alaw(MENU[0]).len() * 3 / 4];
        let silent_end = [cut, &vec![8.0; 20_000]].concat();
        assert_eq!(in_order(&silent_end, &MENU[..1]), Err(MENU[0]));
    }

    #[test]
    fn a_dropped_frame_and_another_level_are_no_harm() {
        let mut heard = played(&MENU);
        let middle = 3_333 + alaw(MENU[0]).len() * 3 / 10;
        heard.drain(middle..middle + 160);
        heard.iter_mut().for_each(|sample| *sample *= 0.7);
        assert!(in_order(&heard, &MENU).is_ok());
    }
}
