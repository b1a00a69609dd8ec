//! A run without what only grows: two runs that behave alike from now on are one to the exploration.

use super::{INPUTS_MAX, Run, Wait};
use crate::flow::explore::live::Live;

impl Run {
    /// Without its counters. `inputs` decides nothing but whether it is past [`INPUTS_MAX`], where each input is a `0`
    /// (`explore` tries both). `acts` only makes keys, of which the store is asked the last one again and no other: its
    /// parity tells that one from the next.
    pub(in crate::flow) fn normal(mut self) -> Self {
        self.inputs = 0;
        self.acts %= 2;
        self
    }

    /// Without the values that nothing ahead looks at.
    pub(in crate::flow) fn forget(&mut self, live: &Live) {
        let stand = self.stand();
        let is_dead = |name: &&String| !live.may_be_read(&stand.frames, stand.field, name);
        let dead: Vec<String> = stand.values.keys().filter(is_dead).cloned().collect();
        dead.iter().for_each(|name| drop(self.values.remove(name)));
    }

    /// Also without the rungs climbed and the pace: what is left decides where answers lead.
    pub(in crate::flow) fn folded(mut self) -> Self {
        (self.silences, self.misses) = (0, 0);
        (self.is_slow, self.just_repeated) = (false, false);
        self.lead.clear();
        self.has_answered = true;
        if self.wait == Wait::Over {
            self.values.clear();
        }
        self.normal()
    }

    /// As if the caller had answered as often as a run allows.
    pub(in crate::flow) fn worn(&self) -> Self {
        Self { inputs: INPUTS_MAX, ..self.clone() }
    }
}
