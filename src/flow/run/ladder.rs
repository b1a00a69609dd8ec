//! Silence and misunderstanding: two ladders, each of which ends at a person (C8). Never a hang-up, never a loop.
//!
//! ```text
//! silence   8 s   the step's own words, or "prenez votre temps", then the question
//!           8 s   "vous êtes toujours là ?" (C7), then the question
//!          45 s   a person                               61 s in all: a relay's operator is not cut off (B14)
//! ```
//! Whoever has never answered anything may have a telephone without keys that we can hear: one rung less (C26).

use std::time::Duration;

use super::super::definition::{Field, Step};
use super::super::edge::{ON_FAILURE, UNANSWERED};
use super::super::template::Text;
use super::{INPUTS_MAX, Library, PERSON, Run, Turn};

/// The last wait before a person, at least: C7 asks for 20 s, and B14 for a minute in all.
pub(in crate::flow) const LAST_CALL: Duration = Duration::from_secs(45);
/// Silences of somebody from whom no key ever came (C26).
const TRIES_MUTE: u8 = 2;

impl Run {
    pub(super) fn silence(&mut self, turn: &mut Turn<'_>) {
        // Who writes answers when they can.
        if !self.asks() || self.channel.is_written() {
            return;
        }
        self.inputs += 1;
        self.silences += 1;
        self.just_repeated = false;
        if self.silences >= self.patience(turn.library) || self.is_spent(turn) {
            return self.give_up(turn);
        }
        let engine = turn.library.engine();
        let rungs = self.rungs(turn.library, |step, field| field.map_or(&step.noinput, |field| &field.noinput));
        let own = rungs.get(usize::from(self.silences) - 1);
        if self.is_last(turn.library) {
            self.prod(turn, &engine.still_there);
            // The only rung of a short ladder says both.
            own.filter(|_| self.silences == 1).into_iter().for_each(|text| self.prod(turn, text));
        } else {
            self.prod(turn, own.unwrap_or(&engine.take_time));
        }
        self.question(turn);
    }

    pub(super) fn miss(&mut self, turn: &mut Turn<'_>) {
        self.misses += 1;
        if self.misses >= self.care(turn.library).tries {
            return self.give_up(turn);
        }
        let rungs = self.rungs(turn.library, |step, field| field.map_or(&step.nomatch, |field| &field.nomatch));
        // A question in other words has its own way to say what is wanted; what was said by voice would not fit it.
        let own =
            rungs.get(usize::from(self.misses) - 1).or(rungs.last()).filter(|_| !self.has_own_words(turn.library));
        self.prod(turn, own.unwrap_or(&turn.library.engine().not_understood));
        self.question(turn);
    }

    /// Silences at this question before a person.
    fn patience(&self, library: &Library) -> u8 {
        let tries = self.care(library).tries;
        if self.has_answered { tries } else { tries.min(TRIES_MUTE) }
    }

    /// Whether the next silence leads to a person.
    pub(super) fn is_last(&self, library: &Library) -> bool {
        self.silences + 1 == self.patience(library)
    }

    /// Whether a run has had as many answers, or lasted as long, as it may: at the next, a person.
    pub(super) fn is_spent(&self, turn: &Turn<'_>) -> bool {
        self.inputs > INPUTS_MAX || self.is_long(turn)
    }

    /// Whether this has lasted as long as the flow allows.
    fn is_long(&self, turn: &Turn<'_>) -> bool {
        if self.channel.is_written() {
            return false;
        }
        let longest = i64::try_from(self.care(turn.library).longest.as_secs()).unwrap_or(i64::MAX);
        turn.now.as_second() - self.began_at > longest
    }

    fn rungs<'a>(&self, library: &'a Library, of: impl Fn(&'a Step, Option<&'a Field>) -> &'a Vec<Text>) -> &'a [Text] {
        self.step(library).map_or(&[], |step| of(step, self.field(library)))
    }

    /// Whether this question is written in other words than it is said.
    fn has_own_words(&self, library: &Library) -> bool {
        let has_own = |step: &Step| self.field(library).map_or(step.sms.is_some(), |field| field.sms.is_some());
        self.channel.is_written() && self.step(library).is_some_and(has_own)
    }

    /// A ladder at its end: on, where no answer was needed; else as `0`.
    fn give_up(&mut self, turn: &mut Turn<'_>) {
        match self.step(turn.library).and_then(|step| step.unanswered.as_ref()) {
            Some(target) if !self.is_spent(turn) => {
                self.pass_by(UNANSWERED);
                self.lead.clear();
                self.go(turn, &target.value);
            }
            _ => self.fail(turn),
        }
    }

    /// `0`, or a ladder at its end: a person (C1, C8), by the step that the question or its flow names, or by the line.
    pub(super) fn fail(&mut self, turn: &mut Turn<'_>) {
        let step = self.step(turn.library);
        let own = step.and_then(|step| step.on_failure.as_ref());
        if self.asks() {
            self.pass_by(ON_FAILURE);
            // What led to this question leads no further.
            self.lead.clear();
        }
        let flow = self.flow(turn.library);
        let target = own.or_else(|| flow?.settings.on_failure.as_ref()).map_or(PERSON, |step| &step.value);
        self.go(turn, target);
    }
}
