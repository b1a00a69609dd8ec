//! A run without what only grows: two runs that behave alike from now on are one to the exploration.

use std::collections::BTreeSet;

use super::super::migrate::{Stand, alive};
use super::{INPUTS_MAX, Library, Question, Run, Wait};
use crate::speech::Language;

/// Questions that are remembered for RETOUR where runs are folded: two steps back, each of which is like the next.
const TRAIL_KEPT: usize = 3;

impl Run {
    /// Without its counters. `inputs` decides nothing but whether it is past [`INPUTS_MAX`], where each input is a `0`
    /// (`explore` tries both). `acts` only makes keys, of which the store is asked the last one again and no other: its
    /// parity tells that one from the next. Also without what `*` says before it asks again: it asks all the same.
    pub(in crate::flow) fn normal(mut self) -> Self {
        self.inputs = 0;
        self.acts %= 2;
        self.lead.clear();
        self
    }

    /// Also without the rungs climbed, the pace, the language and most of the way back: what is left decides where answers lead,
    /// but for the one question that is put only at the slow pace (`explore`).
    /// The language stays where a flow asks for it.
    pub(in crate::flow) fn folded(mut self, minds_language: bool) -> Self {
        (self.silences, self.misses) = (0, 0);
        (self.is_slow, self.just_repeated) = (false, false);
        self.trail.drain(..self.trail.len().saturating_sub(TRAIL_KEPT));
        self.has_answered = true;
        if !minds_language {
            // It chooses words.
            self.language = Language::default();
        }
        if self.wait == Wait::Over {
            self.values.clear();
        }
        self.normal()
    }

    /// Where it stands, as far as that decides which values may still be looked at.
    pub(in crate::flow) fn spot(&self) -> String {
        let place = |stand: Stand<'_>| {
            let frames = stand.frames.iter().map(|(flow, step)| format!("{flow}/{step} "));
            frames.collect::<String>() + &format!("{:?}; ", stand.field)
        };
        place(self.stand()) + &self.behind().map(place).collect::<String>()
    }

    /// Where RETOUR can lead.
    fn behind(&self) -> impl Iterator<Item = Stand<'_>> {
        self.trail.iter().map(|Question { frames, field, .. }| Stand {
            frames: frames.iter().map(|frame| (frame.flow.as_str(), frame.step.as_str())).collect(),
            field: *field,
            values: &self.values,
        })
    }

    /// Without the values that nothing ahead looks at.
    pub(in crate::flow) fn keep(&mut self, alive: &BTreeSet<String>) {
        self.values.retain(|name, _| alive.contains(name));
    }

    /// What is alive where it stands, or where RETOUR leads.
    pub(in crate::flow) fn alive(&self, library: &Library) -> BTreeSet<String> {
        let stands = std::iter::once(self.stand()).chain(self.behind());
        stands.flat_map(|stand| alive(&stand, library).into_iter().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    /// As if the caller had been silent, or misunderstood, as often as a question lets them, but for once.
    pub(in crate::flow) fn mute(&self) -> Self {
        Self { silences: u8::MAX - 1, misses: u8::MAX - 1, ..self.clone() }
    }

    /// As if the caller had answered as often as a run allows.
    pub(in crate::flow) fn worn(&self) -> Self {
        Self { inputs: INPUTS_MAX, ..self.clone() }
    }
}
