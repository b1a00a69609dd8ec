//! One question: how long until it is answered, at best and at worst.

use std::time::Duration;

use super::super::check::Engine;
use super::super::definition::{Care, Step};
use super::super::run::LAST_CALL;
use super::super::template::Text;
use super::length::{Pace, Recordings};

/// From one key to the next, and from the end of a prompt to the first: somebody who types calmly.
pub(super) const KEY: Duration = Duration::from_secs(1);

/// What is said, and what would answer it.
pub(super) struct Question<'a> {
    /// Of the prompt.
    pub median: Duration,
    /// Of the prompt, with the longest values.
    pub longest: Duration,
    /// How many keys answer it.
    pub keys: u32,
    pub noinput: &'a [Text],
    pub nomatch: &'a [Text],
}

/// How long it took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub keys: u32,
    pub median: Duration,
    pub worst: Duration,
    /// Until a ladder's end.
    pub failed: Duration,
}

impl Asked {
    /// The same after something that is said once, and on no rung.
    pub(super) fn after(self, median: Duration, longest: Duration) -> Self {
        let Self { keys, median: own, worst, failed } = self;
        Self { keys, median: median + own, worst: longest + worst, failed: longest + failed }
    }
}

impl<'a> Question<'a> {
    /// A question of one key, with the step's own ladders.
    pub(super) fn one(step: &'a Step, median: Duration, longest: Duration) -> Self {
        Self { median, longest, keys: 1, noinput: &step.noinput, nomatch: &step.nomatch }
    }

    /// ```text
    /// median   prompt to its end, then the keys, one a second
    /// worst    (tries − 1) × [prompt, the whole wait, a rung of silence]
    ///        + (tries − 1) × [prompt, the whole last wait (C7), keys as slow as allowed (C6), a rung of misunderstanding]
    ///        +               [prompt, the whole last wait, keys as slow as allowed]
    /// failed   the same, without the last keys
    /// ```
    pub(super) fn asked(&self, recordings: &Recordings, engine: &Engine, care: Care) -> Asked {
        let patience = if self.keys <= 1 { care.no_input } else { care.no_input_number };
        let last_wait = patience.max(LAST_CALL);
        let typing = care.between_keys * self.keys.saturating_sub(1);
        let climbed = usize::from(care.tries - 1);
        let length = |text: &Text| recordings.text(text, Pace::Longest);
        let silent = |rung: usize| match rung + 1 {
            next if next == climbed => &engine.still_there,
            _ => self.noinput.get(rung).unwrap_or(&engine.take_time),
        };
        let missed = |rung: usize| self.nomatch.get(rung).or(self.nomatch.last()).unwrap_or(&engine.not_understood);
        let silences: Duration = (0..climbed).map(|rung| self.longest + patience + length(silent(rung))).sum();
        let misses: Duration = (0..climbed).map(|rung| self.longest + last_wait + typing + length(missed(rung))).sum();
        let failed = silences + misses + self.longest + last_wait;
        Asked { keys: self.keys, median: self.median + KEY * self.keys, worst: failed + typing, failed }
    }
}
