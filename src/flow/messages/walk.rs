//! From answer to answer: what is written in between is one message, whatever flows it passes.

use std::collections::BTreeMap;

use super::super::run::PERSON;
use super::super::written::join;
use super::legs::{Leg, Sheet, To, target};
use super::{keep_longer, width};

/// Where a message ends: a question of a step, or an end.
pub(super) type Place = (String, String);
/// The flows that called each other, each with its step.
pub(super) type Frames = Vec<Place>;

/// Nodes looked at again: no flow of ours needs a hundredth. Past it, what was found stands.
const LOOKS_MAX: usize = 100_000;

/// Looks for the longest message of every place.
pub(super) struct Walk<'a> {
    sheet: &'a Sheet<'a>,
    /// The longest that is written already on the way to a step, since the last answer.
    entered: BTreeMap<Frames, String>,
    open: Vec<Frames>,
    pub worst: BTreeMap<Place, String>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(sheet: &'a Sheet<'a>) -> Self {
        Self { sheet, entered: BTreeMap::new(), open: Vec::new(), worst: BTreeMap::new() }
    }

    /// From the start of a flow, also of one whose questions must be asked anew (C27).
    pub(super) fn from(&mut self, flow: &str) {
        let Some(start) = self.sheet.start(flow) else { return };
        let restarted = self.sheet.said("", &self.sheet.library.engine().restarted);
        for pending in [String::new(), restarted] {
            self.enter(vec![start.clone()], pending);
        }
        for _ in 0..LOOKS_MAX {
            let Some(frames) = self.open.pop() else { return };
            self.look(&frames);
        }
    }

    /// Comes to a step with this much written.
    fn enter(&mut self, frames: Frames, pending: String) {
        let known = self.entered.get(&frames);
        if known.is_none_or(|known| width(&pending) > width(known)) {
            self.entered.insert(frames.clone(), pending);
            self.open.push(frames);
        }
    }

    fn look(&mut self, frames: &Frames) {
        let Some(place) = frames.last() else { return };
        let looked = self.sheet.step(place);
        let help = self.sheet.said("", &self.sheet.library.engine().help);
        let entered = self.entered[frames].clone();
        for leg in &looked.legs {
            for pending in looked.before.iter().chain([&entered]) {
                self.follow(frames, place, leg, pending);
            }
            for asked in &leg.asked {
                for first in asked.misses.iter().chain([&help]) {
                    self.record(place, first, &asked.text);
                }
            }
        }
    }

    fn follow(&mut self, frames: &Frames, place: &Place, leg: &Leg, pending: &str) {
        let mut written = pending.to_owned();
        join(&mut written, &leg.lead);
        for asked in &leg.asked {
            self.record(place, &written, &asked.text);
            written.clear();
        }
        join(&mut written, &leg.after);
        self.lead(frames, place, &leg.to, written);
    }

    fn lead(&mut self, frames: &Frames, place: &Place, to: &To, mut written: String) {
        match to {
            To::Step(step) => self.enter(beside(frames, step), written),
            To::Call(flow) => {
                let Some(start) = self.sheet.start(flow) else { return };
                self.enter(frames.iter().cloned().chain([start]).collect(), written);
            }
            To::Person => {
                join(&mut written, &self.sheet.said("", &self.sheet.library.engine().person));
                let Some(start) = self.sheet.start(PERSON) else { return };
                self.enter(vec![start], written);
            }
            To::Goal(goal) => {
                let mut outer = frames.clone();
                outer.pop();
                let Some((flow_name, step_name)) = outer.last().cloned() else {
                    return self.record(place, &written, "");
                };
                let step = self.sheet.library.flow(&flow_name).and_then(|flow| flow.steps.get(&step_name));
                let Some(exit) = step.and_then(|step| step.value.ends.get(goal)) else { return };
                if let Some(say) = &exit.say {
                    join(&mut written, &self.sheet.said(&flow_name, say));
                }
                self.lead(&outer, place, &target(&exit.goto.value), written);
            }
        }
    }

    fn record(&mut self, place: &Place, before: &str, asked: &str) {
        let mut message = before.to_owned();
        join(&mut message, asked);
        keep_longer(&mut self.worst, place.clone(), crate::gsm7::as_sent(&message));
    }
}

/// The same flows, at another step of the innermost.
pub(super) fn beside(frames: &Frames, step: &str) -> Frames {
    let mut frames = frames.clone();
    if let Some(last) = frames.last_mut() {
        step.clone_into(&mut last.1);
    }
    frames
}
