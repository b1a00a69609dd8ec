//! A run without what only grows: two runs that behave alike from now on are one to the exploration.

use std::collections::BTreeSet;

use super::super::migrate::alive;
use super::{INPUTS_MAX, Library, Run, Wait};
use crate::speech::Language;

impl Run {
    /// Without its counters. `inputs` decides nothing but whether it is past [`INPUTS_MAX`], where each input is a `0`
    /// (`explore` tries both). `acts` only makes keys, of which the store is asked the last one again and no other: its
    /// parity tells that one from the next.
    pub(in crate::flow) fn normal(mut self) -> Self {
        self.inputs = 0;
        self.acts %= 2;
        self
    }

    /// Also without the rungs climbed, the pace and the language: what is left decides where answers lead, but for the one
    /// question that is put only at the slow pace (`explore`).
    pub(in crate::flow) fn folded(mut self) -> Self {
        (self.silences, self.misses) = (0, 0);
        (self.is_slow, self.just_repeated) = (false, false);
        self.lead.clear();
        self.has_answered = true;
        // No flow asks which language it is: it chooses words.
        self.language = Language::default();
        if self.wait == Wait::Over {
            self.values.clear();
        }
        self.normal()
    }

    /// Where it stands, as far as that decides which values may still be looked at.
    pub(in crate::flow) fn spot(&self) -> String {
        let field = self.stand().field;
        self.frames.iter().map(|frame| format!("{}/{} ", frame.flow, frame.step)).collect::<String>()
            + &format!("{field:?}")
    }

    /// Without the values that nothing ahead looks at.
    pub(in crate::flow) fn keep(&mut self, alive: &BTreeSet<String>) {
        self.values.retain(|name, _| alive.contains(name));
    }

    /// What is alive where it stands.
    pub(in crate::flow) fn alive(&self, library: &Library) -> BTreeSet<String> {
        alive(&self.stand(), library).into_iter().map(str::to_owned).collect()
    }

    /// As if the caller had answered as often as a run allows.
    pub(in crate::flow) fn worn(&self) -> Self {
        Self { inputs: INPUTS_MAX, ..self.clone() }
    }
}
