//! How many answers a call can take, at the most.

use std::collections::HashMap;

use super::search::{Search, Stimulus};
use crate::flow::run::INPUTS_MAX;

/// Bounds of one scope, in answers (keys of one question, or one silence).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Of a caller who does whatever they like.
    pub any: u32,
    /// Of one who never answers what was asked: silence, or keys that fit nothing.
    pub unanswering: u32,
    /// Of one who presses `0` at each question.
    pub zero: u32,
}

/// Longest ways, over every call that was seen; or the call from which one has no end.
pub(super) fn limits(search: &mut Search<'_>) -> Result<Limits, (u32, String)> {
    // Who writes is never silent.
    let unfit = if search.world.scope.by_sms { &[Stimulus::Unfit][..] } else { &[Stimulus::Silence, Stimulus::Unfit] };
    let ways = [unfit, &[Stimulus::Keys(0)]];
    let mut longest = [0; 2];
    for (inputs, longest) in ways.into_iter().zip(&mut longest) {
        let mut walk = Walk { search, inputs, lengths: HashMap::new() };
        for number in walk.search.asking() {
            *longest = walk.length(number)?.max(*longest);
        }
    }
    let [unanswering, zero] = longest;
    // Past INPUTS_MAX each answer is a `0` (tried at every question, see `World::ladders`); a person asked for begins a
    // run of its own, once.
    let asking = search.asking();
    let runs = asking.iter().map(|number| u32::from(search.talker(*number).transfers) + 1).max().unwrap_or(1);
    Ok(Limits { any: runs * (INPUTS_MAX + zero), unanswering, zero })
}

struct Walk<'a, 'b> {
    search: &'a mut Search<'b>,
    inputs: &'a [Stimulus],
    /// `None`: being walked.
    lengths: HashMap<u32, Option<u32>>,
}

impl Walk<'_, '_> {
    fn length(&mut self, number: u32) -> Result<u32, (u32, String)> {
        match self.lengths.get(&number) {
            Some(Some(length)) => return Ok(*length),
            Some(None) => {
                let place = self.search.talker(number).run.place();
                let who = if self.inputs.len() == 1 { "who presses 0 each time" } else { "who never answers" };
                return Err((number, format!("a caller {who} comes back to `{}`, `{}` for ever", place.0, place.1)));
            }
            None => {}
        }
        self.lengths.insert(number, None);
        let mut longest = 0;
        for (next, inputs) in self.search.onward(number, self.inputs) {
            longest = longest.max(inputs + self.length(next)?);
        }
        self.lengths.insert(number, Some(longest));
        Ok(longest)
    }
}
