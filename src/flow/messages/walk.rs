//! From answer to answer: what is written in between is one message, whatever flows it passes.

use std::collections::BTreeMap;

use super::super::check::Library;
use super::super::run::PERSON;
use super::super::written::join;
use super::legs::{Leg, Stepping, To};
use super::values::Longest;
use super::{keep_longer, width, write};

/// Where a message ends: a question of a step, or an end.
pub(super) type Place = (String, String);
/// The flows that called each other, each with its step.
pub(super) type Frames = Vec<Place>;

/// Nodes looked at again: no flow of ours needs a hundredth. Past it, what was found stands.
const LOOKS_MAX: usize = 100_000;

/// Looks for the longest message of every place.
pub(super) struct Walk<'a> {
    library: &'a Library,
    longest: &'a Longest<'a>,
    /// The longest that is written already on the way to a step, since the last answer.
    entered: BTreeMap<Frames, String>,
    open: Vec<Frames>,
    pub worst: BTreeMap<Place, String>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(library: &'a Library, longest: &'a Longest<'a>) -> Self {
        Self { library, longest, entered: BTreeMap::new(), open: Vec::new(), worst: BTreeMap::new() }
    }

    /// From the start of a flow, also of one whose questions must be asked anew (C27).
    pub(super) fn from(&mut self, flow: &str) {
        let Some(start) = self.library.flow(flow).map(|flow| flow.start.value.clone()) else { return };
        let restarted = self.said(|engine| &engine.restarted);
        for pending in [String::new(), restarted] {
            self.enter(vec![(flow.to_owned(), start.clone())], pending);
        }
        for _ in 0..LOOKS_MAX {
            let Some(frames) = self.open.pop() else { return };
            self.look(&frames);
        }
    }

    fn said(&self, text: fn(&super::super::check::Engine) -> &super::super::template::Text) -> String {
        let text = text(self.library.engine());
        write(self.library, self.longest, "", |writer| writer.text(text, None))
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
        let Some((flow_name, step_name)) = frames.last() else { return };
        let Some(flow) = self.library.flow(flow_name) else { return };
        let Some(step) = flow.steps.get(step_name).map(|step| &step.value) else { return };
        let stepping = Stepping { library: self.library, longest: self.longest, flow, step };
        let place = (flow_name.clone(), step_name.clone());
        let mut before = stepping.before();
        before.push(self.entered[frames].clone());
        let help = self.said(|engine| &engine.help);
        for leg in stepping.legs() {
            for pending in &before {
                self.follow(frames, &place, &leg, pending);
            }
            for asked in &leg.asked {
                for first in asked.misses.iter().chain([&help]) {
                    self.record(&place, first, &asked.text);
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
                let Some(start) = self.library.flow(flow).map(|flow| flow.start.value.clone()) else { return };
                let mut inner = frames.clone();
                inner.push((flow.clone(), start));
                self.enter(inner, written);
            }
            To::Person => {
                join(&mut written, &self.said(|engine| &engine.person));
                let Some(start) = self.library.flow(PERSON).map(|flow| flow.start.value.clone()) else { return };
                self.enter(vec![(PERSON.to_owned(), start)], written);
            }
            To::Goal(goal) => {
                let mut outer = frames.clone();
                outer.pop();
                let Some((flow_name, step_name)) = outer.last().cloned() else {
                    return self.record(place, &written, "");
                };
                let step = self.library.flow(&flow_name).and_then(|flow| flow.steps.get(&step_name));
                let Some(exit) = step.and_then(|step| step.value.ends.get(goal)) else { return };
                if let Some(say) = &exit.say {
                    let said = write(self.library, self.longest, &flow_name, |writer| writer.text(say, None));
                    join(&mut written, &said);
                }
                let target = exit.goto.value.clone();
                let to = if target == PERSON { To::Person } else { To::Step(target) };
                self.lead(&outer, place, &to, written);
            }
        }
    }

    fn record(&mut self, place: &Place, before: &str, asked: &str) {
        let mut message = before.to_owned();
        join(&mut message, asked);
        keep_longer(&mut self.worst, place.clone(), crate::gsm7::fit(message.trim()));
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
