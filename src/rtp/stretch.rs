//! The same voice, slower: a recording takes 1.3 times as long, at its own pitch (C10).
//!
//! Waveform similarity overlap-add (W. Verhelst and M. Roelands, "An overlap-add technique based on waveform similarity
//! (WSOLA) for high quality time-scale modification of speech", ICASSP 1993), with their sum of magnitude differences as the
//! measure of likeness. Sound is laid down in hops of 16 ms. While the recording's own next hop is near where the slower
//! clock wants it, it is copied, byte for byte; when it has run too far ahead, the hop within reach that is most like it takes
//! its place and is faded in: about one period of the voice is said twice. Where nothing within reach is like it (the burst of
//! a "t", a turn of the voice) it is said once, as it is, and the next hop is tried: 5 fades in 100 join what is unlike, instead
//! of 16.
//!
//! ```text
//!   recording  │ a │ b │ c │ d │ e │ …            ▲ the next hop has run ahead of the clock:
//!   slower     │ a │ b │ c │ c'│ d │ e │ …        └ c' begins a few periods before d, and sounds like it
//! ```
//! Nothing is allocated and nothing read but the recording itself, which is in memory: one call's whole state is a hop and
//! a few numbers. The same recording always gives the same bytes.
//!
//! (Crates that do this, `wsola` 0.1 and `timestretch` among them, take floating point in pushes and give it back out of
//! buffers of their own. Here the whole recording is at hand, in A-law: nothing but an index needs to move.)

use super::g711;

/// How much longer a slow recording takes: [`LONGER`] `/` [`LONGER_OF`]. The French recordings say 156 words a minute, so a
/// slow call hears 120; the English ones 175, so 134.
pub const LONGER: usize = 13;
/// See [`LONGER`].
pub const LONGER_OF: usize = 10;

/// Laid down at once: 16 ms, some periods of any voice.
const HOP: usize = 128;
/// How far from its clock sound may be taken: 10 ms either way, which together hold a period of the deepest voice (80 Hz).
const REACH: usize = 80;
/// How far ahead of its clock the recording may run where nothing fits: 20 ms.
const AHEAD_MAX: usize = 2 * REACH;
/// A fade's weights are parts of this.
const WHOLE: i32 = 1 << 15;

/// The rising half of a window in whole numbers; with the falling half it is exactly [`WHOLE`], so a level is kept.
static RISE: [i32; HOP] = rise();

/// 3t² − 2t³: a raised cosine to within a hundredth, without a cosine.
const fn rise() -> [i32; HOP] {
    let (mut out, mut at) = ([0; HOP], 0);
    while at < HOP {
        // Of 2·HOP parts, in their middles: the first and the last weigh alike.
        let (t, all) = (2 * at as i64 + 1, 2 * HOP as i64);
        out[at] = (WHOLE as i64 * t * t * (3 * all - 2 * t) / (all * all * all)) as i32;
        at += 1;
    }
    out
}

/// One recording being said slowly. Whoever reads gives the same recording each time.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// Laid down, to be read.
    hop: [u8; HOP],
    /// How much of it there is, and how much was read.
    laid: usize,
    read: usize,
    /// The byte of the recording after the last one laid down.
    next: usize,
    hops: usize,
}

impl Default for Stretch {
    fn default() -> Self {
        Self { hop: [g711::SILENCE; HOP], laid: 0, read: 0, next: 0, hops: 0 }
    }
}

impl Stretch {
    /// Fills `out` with the next A-law bytes of `recording`; how many, fewer only at its end.
    pub fn read(&mut self, recording: &[u8], out: &mut [u8]) -> usize {
        let mut written = 0;
        while written < out.len() && !self.is_over(recording) {
            if self.read == self.laid {
                self.lay(recording);
            }
            let count = (self.laid - self.read).min(out.len() - written);
            out[written..written + count].copy_from_slice(&self.hop[self.read..self.read + count]);
            (self.read, written) = (self.read + count, written + count);
        }
        written
    }

    /// Whether all of it was read.
    pub fn is_over(&self, recording: &[u8]) -> bool {
        self.read == self.laid && self.next >= recording.len()
    }

    fn lay(&mut self, recording: &[u8]) {
        let own = self.next;
        let clock = self.hops * HOP * LONGER_OF / LONGER;
        let laid = HOP.min(recording.len() - own);
        self.hop[..laid].copy_from_slice(&recording[own..own + laid]);
        self.next = own + laid;
        // At its end it is said as it is: no last letter is lost.
        let is_ahead = laid == HOP && own > clock + REACH;
        if let Some(from) = is_ahead.then(|| alike(recording, own, clock)).flatten() {
            let new = &recording[from..from + HOP];
            for ((byte, new), rise) in self.hop.iter_mut().zip(new).zip(RISE) {
                let (old, new) = (g711::alaw_to_linear(*byte), g711::alaw_to_linear(*new));
                let mixed = (i32::from(old) * (WHOLE - rise) + i32::from(new) * rise) / WHOLE;
                // Between two samples: it is a sample.
                *byte = g711::linear_to_alaw(mixed as i16);
            }
            self.next = from + HOP;
        }
        (self.laid, self.read, self.hops) = (laid, 0, self.hops + 1);
    }
}

/// Where the hop within reach of the clock begins that is most like the one at `own`; of equals, the first. None when it
/// differs by half of what is heard, while there is time to wait for a better one.
fn alike(recording: &[u8], own: usize, clock: usize) -> Option<usize> {
    let first = clock.saturating_sub(REACH);
    // Before `own`: a whole hop is there.
    let last = clock + REACH;
    let mut near = [0i16; 2 * REACH + HOP];
    for (sample, byte) in near.iter_mut().zip(&recording[first..last + HOP]) {
        *sample = g711::alaw_to_linear(*byte);
    }
    let mut wanted = [0i16; HOP];
    for (sample, byte) in wanted.iter_mut().zip(&recording[own..own + HOP]) {
        *sample = g711::alaw_to_linear(*byte);
    }
    let apart =
        |from: usize| -> u32 { near[from..from + HOP].iter().zip(wanted).map(|(a, b)| u32::from(a.abs_diff(b))).sum() };
    let (least, from) = (0..=last - first).map(|from| (apart(from), from)).min()?;
    let loudness: u32 = wanted.iter().map(|sample| u32::from(sample.unsigned_abs())).sum();
    (2 * least <= loudness || own > clock + AHEAD_MAX).then_some(first + from)
}

#[cfg(test)]
mod tests;
