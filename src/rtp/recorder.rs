//! What a caller says after the tone: put together from packets, cut to what was said.
//!
//! ```text
//! tone │ silence  ├── speech ──┤ silence 3 s        → speech with a little around it
//! tone │ silence, as long as the question waits      → nothing was said
//! tone │ speech … a key, `max`, or the end of the call → what was said until then
//! ```
//! A packet goes where its timestamp says: lost ones leave silence, late and repeated ones fall into their place. Speech
//! is told from silence by its energy against the line's own noise, which needs no more than a frame.

use std::time::Duration;

use super::g711::{Codec, SILENCE, ULAW_TO_ALAW, alaw_to_linear};

/// A second of sound: A-law bytes.
const SECOND: usize = 8_000;
/// Energy is measured over 20 ms.
const FRAME: usize = SECOND / 50;
/// Nothing quieter is speech: −44 dBov, where a telephone's own noise may be.
const QUIETEST: f64 = 200.0;
/// Speech is this much louder than the noise of the line.
const ABOVE_NOISE: f64 = 2.5;
/// The noise is what was quietest, and may rise a tenth in a second.
const NOISE_RISE: f64 = 1.002;
/// Less is no noise of a line, but a pause that the far end did not send.
const DIGITAL_SILENCE: f64 = 20.0;
/// Nobody has begun to speak so soon: this is the echo of our own tone.
const ECHO: usize = SECOND * 3 / 10;
/// A click, the first crumb of a key's tone: words last longer.
const WORD_MIN: usize = SECOND * 4 / 25;
/// Packets of before the first one that came find their place; more is another clock.
const EARLY: usize = SECOND / 10;
/// A gateway lets so much of a key's own tone pass before it knows it for a key.
const KEY_TONE: usize = SECOND * 3 / 50;
/// After this long without speech, all is said.
const PAUSE_MS: u64 = 3_000;
/// Kept before the first and after the last speech: a word begins and ends softly.
const MARGIN: usize = SECOND / 4;

/// Why a recording ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Nothing more was said.
    Pause,
    /// Nothing was said at all.
    Nothing,
    /// As long as it may be.
    Full,
}

/// One recording.
#[derive(Debug)]
pub struct Recorder {
    sound: Vec<u8>,
    /// RTP timestamp of the first byte.
    first: Option<u32>,
    max: usize,
    max_ms: u64,
    began_ms: u64,
    no_input_ms: u64,
    noise: f64,
    /// First and last byte of speech.
    speech: Option<(usize, usize)>,
    /// Bytes of it, but for an echo.
    loud: usize,
    spoke_ms: u64,
}

impl Recorder {
    /// Begins at `now_ms`; two minutes at the most, whatever is asked.
    pub fn new(max: Duration, no_input: Duration, now_ms: u64) -> Self {
        let ms = |length: Duration| u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
        let max_ms = ms(max.min(Duration::from_secs(120)));
        let max = usize::try_from(max_ms / 1_000).unwrap_or(120) * SECOND;
        Self {
            sound: Vec::new(),
            first: None,
            max,
            max_ms,
            began_ms: now_ms,
            no_input_ms: ms(no_input),
            noise: QUIETEST,
            speech: None,
            loud: 0,
            spoke_ms: now_ms,
        }
    }

    /// Whether anything was said yet.
    pub fn has_speech(&self) -> bool {
        self.loud >= WORD_MIN
    }

    /// One packet of their sound.
    pub fn packet(&mut self, timestamp: u32, codec: Codec, payload: &[u8], now_ms: u64) {
        if self.first.is_none() {
            self.sound.resize(EARLY, SILENCE);
        }
        let first = *self.first.get_or_insert(timestamp.wrapping_sub(EARLY as u32));
        // Before the first one, or far away: another stream's clock. What it says is at the end of what we have.
        let at = usize::try_from(timestamp.wrapping_sub(first)).unwrap_or(usize::MAX);
        let at = if at > self.sound.len() + 5 * SECOND {
            let length = u32::try_from(self.sound.len()).unwrap_or_default();
            self.first = Some(timestamp.wrapping_sub(length));
            self.sound.len()
        } else {
            at
        };
        let payload = &payload[..payload.len().min(self.max.saturating_sub(at))];
        if payload.is_empty() {
            return;
        }
        if self.sound.len() < at + payload.len() {
            self.sound.resize(at + payload.len(), SILENCE);
        }
        for (place, byte) in self.sound[at..].iter_mut().zip(payload) {
            *place = if codec == Codec::Pcmu { ULAW_TO_ALAW[usize::from(*byte)] } else { *byte };
        }
        for begin in (at..at + payload.len()).step_by(FRAME) {
            let end = (begin + FRAME).min(at + payload.len());
            self.listen(begin, end, now_ms);
        }
    }

    fn listen(&mut self, begin: usize, end: usize, now_ms: u64) {
        let samples = self.sound[begin..end].iter().map(|byte| f64::from(alaw_to_linear(*byte)));
        let energy = (samples.map(|sample| sample * sample).sum::<f64>() / (end - begin).max(1) as f64).sqrt();
        if energy > (self.noise * ABOVE_NOISE).max(QUIETEST) {
            let (first, last) = self.speech.unwrap_or((begin, end));
            self.speech = Some((first.min(begin), last.max(end)));
            if begin >= EARLY + ECHO {
                self.loud += end - begin;
                self.spoke_ms = now_ms;
            }
        }
        if energy > DIGITAL_SILENCE {
            self.noise = (self.noise * NOISE_RISE).min(energy).max(QUIETEST / ABOVE_NOISE);
        }
    }

    /// Whether it has ended by itself.
    pub fn ended(&self, now_ms: u64) -> Option<Ended> {
        let elapsed_ms = now_ms.saturating_sub(self.began_ms);
        if self.sound.len() >= self.max {
            Some(Ended::Full)
        } else if !self.has_speech() {
            (elapsed_ms >= self.no_input_ms).then_some(Ended::Nothing)
        } else if elapsed_ms >= self.max_ms {
            // By the clock too: a source whose timestamps stand still fills nothing.
            Some(Ended::Full)
        } else {
            (now_ms.saturating_sub(self.spoke_ms) >= PAUSE_MS).then_some(Ended::Pause)
        }
    }

    /// The same, ended by a key: without the beginning of the key's own tone.
    pub fn finish_before_key(mut self) -> Option<Vec<u8>> {
        let length = self.sound.len().saturating_sub(KEY_TONE);
        self.sound.truncate(length);
        self.speech = self.speech.map(|(first, last)| (first.min(length), last.min(length)));
        self.finish()
    }

    /// The A-law sound of what was said; nothing, if nothing was.
    pub fn finish(mut self) -> Option<Vec<u8>> {
        let (first, last) = self.speech.filter(|_| self.has_speech())?;
        self.sound.truncate(last + MARGIN);
        self.sound.drain(..first.saturating_sub(MARGIN));
        Some(self.sound)
    }
}

#[cfg(test)]
mod tests {
    use super::super::g711::linear_to_alaw;
    use super::*;

    /// So many milliseconds of a tone of this height.
    fn tone(ms: usize, height: f64) -> Vec<u8> {
        let sample = |at: usize| (height * (at as f64 * 0.6).sin()) as i16;
        (0..ms * 8).map(|at| linear_to_alaw(sample(at))).collect()
    }

    fn recorder() -> Recorder {
        Recorder::new(Duration::from_secs(6), Duration::from_secs(8), 0)
    }

    /// In packets of 20 ms, one a beat; those of `lost` never come.
    fn says(recorder: &mut Recorder, from_ms: u64, sound: &[u8], lost: &[usize]) -> u64 {
        for (nth, payload) in sound.chunks(160).enumerate().filter(|(nth, _)| !lost.contains(nth)) {
            let now_ms = from_ms + nth as u64 * 20;
            recorder.packet(1_000 + (now_ms * 8) as u32, Codec::Pcma, payload, now_ms);
        }
        from_ms + sound.len() as u64 / 8
    }

    #[test]
    fn what_was_said_is_kept_without_the_silence_around_it() {
        let mut recorder = recorder();
        let now = says(&mut recorder, 0, &tone(1_000, 20.0), &[]);
        let now = says(&mut recorder, now, &tone(2_000, 5_000.0), &[]);
        assert_eq!(recorder.ended(now + 2_900), None);
        let now = says(&mut recorder, now, &tone(2_000, 20.0), &[]);
        assert_eq!(recorder.ended(now + 990), Some(Ended::Pause));
        let kept = recorder.finish().unwrap();
        assert!((2_000..=2_600).contains(&(kept.len() / 8)), "{} ms", kept.len() / 8);
    }

    #[test]
    fn who_says_nothing_has_said_nothing_however_the_line_hums() {
        for hum in [0.0, 20.0, 150.0] {
            let mut recorder = recorder();
            let now = says(&mut recorder, 0, &tone(5_000, hum), &[]);
            assert_eq!(recorder.ended(now), None);
            assert_eq!(recorder.ended(8_000), Some(Ended::Nothing), "{hum}");
            assert_eq!(recorder.finish(), None);
        }
    }

    #[test]
    fn a_lost_packet_is_silence_and_a_late_one_comes_to_its_place() {
        let (whole, mut holed, mut shuffled) = (tone(1_000, 5_000.0), recorder(), recorder());
        says(&mut holed, 0, &whole, &[5]);
        let holed = holed.finish().unwrap();
        let holed = &holed[EARLY..];
        assert!(holed[800..960].iter().all(|byte| *byte == SILENCE));
        assert_eq!(holed[960..], whole[960..]);
        let packets: Vec<&[u8]> = whole.chunks(160).collect();
        for nth in [0, 2, 1, 3, 3].into_iter().chain(4..50) {
            shuffled.packet(7 + nth as u32 * 160, Codec::Pcma, packets[nth], 0);
        }
        assert_eq!(shuffled.finish().unwrap()[EARLY..], whole);
    }

    #[test]
    fn timestamps_go_round_and_another_clock_goes_on_at_the_end() {
        let sound = tone(40, 5_000.0);
        let mut recorder = recorder();
        recorder.packet(u32::MAX - 79, Codec::Pcma, &sound[..160], 0);
        recorder.packet(80, Codec::Pcma, &sound[160..], 20);
        recorder.packet(3_000_000_000, Codec::Pcma, &tone(800, 5_000.0), 40);
        assert_eq!(recorder.finish().unwrap().len(), EARLY + 320 + 6_400);
    }

    #[test]
    fn it_is_never_longer_than_it_may_be() {
        let mut recorder = recorder();
        let now = says(&mut recorder, 0, &tone(9_000, 5_000.0), &[]);
        assert_eq!(recorder.ended(now), Some(Ended::Full));
        assert_eq!(recorder.finish().unwrap().len(), 6 * SECOND);
    }

    #[test]
    fn a_click_is_not_speech() {
        let mut recorder = recorder();
        let now = says(&mut recorder, 0, &tone(1_000, 20.0), &[]);
        let now = says(&mut recorder, now, &tone(20, 3_000.0), &[]);
        says(&mut recorder, now, &tone(6_000, 20.0), &[]);
        assert_eq!(recorder.finish(), None);
    }

    #[test]
    fn the_echo_of_our_own_tone_is_not_speech() {
        // 440 Hz of 300 ms, 14 dB below what we sent, 150 ms after the recording began.
        let mut recorder = recorder();
        let now = says(&mut recorder, 0, &tone(150, 20.0), &[]);
        let now = says(&mut recorder, now, &tone(150, 1_160.0), &[]);
        says(&mut recorder, now, &tone(5_000, 20.0), &[]);
        assert!(!recorder.has_speech());
    }

    #[test]
    fn a_moment_of_digital_silence_does_not_make_the_noise_of_the_line_speech() {
        let mut recorder = recorder();
        let now = says(&mut recorder, 0, &[SILENCE; 160], &[]);
        // 300 RMS, −41 dBov: by itself it is none, as the first test of hum has it for 150.
        says(&mut recorder, now, &tone(5_900, 424.0), &[]);
        assert_eq!(recorder.finish(), None);
    }

    #[test]
    fn the_same_noise_alone_is_none() {
        let mut recorder = recorder();
        says(&mut recorder, 0, &tone(5_900, 424.0), &[]);
        assert_eq!(recorder.finish(), None);
    }

    #[test]
    fn the_first_two_packets_may_come_in_the_other_order() {
        let (whole, mut recorder) = (tone(1_000, 5_000.0), recorder());
        let packets: Vec<&[u8]> = whole.chunks(160).collect();
        for nth in [1, 0].into_iter().chain(2..50) {
            recorder.packet(7 + nth as u32 * 160, Codec::Pcma, packets[nth], 0);
        }
        assert_eq!(recorder.finish().unwrap()[EARLY - 160..], whole);
    }

    #[test]
    fn a_source_whose_clock_stands_still_ends_too() {
        let mut recorder = recorder();
        for now_ms in (0..20_000).step_by(20) {
            recorder.packet(7, Codec::Pcma, &tone(20, 5_000.0), now_ms);
        }
        assert!(recorder.ended(20_000).is_some());
    }
}
