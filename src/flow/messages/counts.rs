//! How many messages and SMS each goal takes.
//!
//! | | messages | segments | worst |
//! |---|---|---|---|
//! | way | the fewest answers, of those the fewest SMS | the same way | the most SMS on which no step comes twice |
//! | values | | the longest of their kind | the longest of their kind |
//! | ladders | | not climbed | every question misunderstood as often as it may be |
//! | pages | | the first | all of them |
//!
//! Each message of theirs has one answer of ours, so `messages` is both: the first of them begins the dialogue. `worst` counts
//! each question with the longest that can stand before it, and the last message as the longest allowed.

use std::collections::BTreeMap;

use super::super::Channel;
use super::super::check::Library;
use super::super::time::{self, Ends, Goal, Hop, longest};
use super::super::written::join;
use super::legs::{Leg, Sheet, To, target};
use super::values::Longest;
use super::walk::{Frames, Place, Walk, beside};
use super::width;
use crate::gsm7::{self, SEGMENTS_MAX};
use crate::speech::Language;

/// What it takes to reach a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Theirs, and as many of ours.
    pub messages: u32,
    /// SMS that ours take.
    pub segments: u32,
    /// On the longest way.
    pub worst: u32,
}

/// By goal; `None` of a flow that does not run by SMS in this language.
pub fn sent(library: &Library, language: Language, places: &[String], flow: &str) -> Option<BTreeMap<Goal, Sent>> {
    let own = library.flow(flow)?;
    if !own.channels.contains(&Channel::Sms) || !own.languages.contains(&language) {
        return None;
    }
    let sheet = Sheet::new(library, Longest::new(library, language, places));
    let mut walk = Walk::new(&sheet);
    walk.from(flow);
    let mut most = Most { sheet: &sheet, first: &walk.worst, known: BTreeMap::new() };
    let worst = by_goal(most.of(flow).into_iter().map(|(ends, segments)| (ends, segments + SEGMENTS_MAX)), u32::max);
    let fewest = Fewest { sheet: &sheet };
    let mut all = fewest.of(flow, true);
    all.extend(fewest.of(flow, false));
    let all = by_goal(all, std::cmp::Ord::min);
    let row = |(goal, (messages, segments)): (Goal, (u32, u32))| {
        let worst = worst.get(&goal).copied().unwrap_or_default().max(segments);
        (goal, Sent { messages, segments, worst })
    };
    Some(all.into_iter().map(row).collect())
}

fn by_goal<T: Copy>(ends: impl IntoIterator<Item = (Ends, T)>, better: impl Fn(T, T) -> T) -> BTreeMap<Goal, T> {
    let mut all = BTreeMap::new();
    for (ends, cost) in ends {
        all.entry(Goal::counted(ends)).and_modify(|known| *known = better(*known, cost)).or_insert(cost);
    }
    all
}

fn counts(library: &Library, flow: &str) -> bool {
    library.flow(flow).is_some_and(|flow| !flow.is_aside())
}

/// The fewest answers, then the fewest SMS.
struct Fewest<'a> {
    sheet: &'a Sheet<'a>,
}

/// Messages, segments, and what is written since the last answer.
type Cost = (u32, u32, String);

impl Fewest<'_> {
    fn of(&self, flow: &str, fails: bool) -> BTreeMap<Ends, (u32, u32)> {
        let Some(start) = self.sheet.start(flow) else { return BTreeMap::new() };
        let first: (Frames, Option<String>) = (vec![start], None);
        let mut best: BTreeMap<_, Cost> = BTreeMap::from([(first.clone(), (1, 0, String::new()))]);
        let mut ends = BTreeMap::new();
        let mut open = vec![first];
        while let Some((frames, reached)) = open.pop() {
            let Some(place) = frames.last() else { continue };
            for leg in &self.sheet.step(place).legs {
                if leg.is_short || (leg.is_failure && !fails) {
                    continue;
                }
                let cost = passed(best[&(frames.clone(), reached.clone())].clone(), leg);
                let (to, reached, cost) = self.out(&frames, &leg.to, reached.clone(), cost);
                match to {
                    Out::Step(frames) => {
                        let state = (frames, reached);
                        if best.get(&state).is_none_or(|known| fewer(&cost, known)) {
                            best.insert(state.clone(), cost);
                            open.push(state);
                        }
                    }
                    Out::End(goal) => {
                        let all = (cost.0, cost.1 + gsm7::segments(&cost.2));
                        let known = ends.entry((goal, reached)).or_insert(all);
                        *known = (*known).min(all);
                    }
                }
            }
        }
        ends
    }

    fn out(&self, frames: &Frames, to: &To, reached: Option<String>, cost: Cost) -> (Out, Option<String>, Cost) {
        match to {
            To::Step(step) => (Out::Step(beside(frames, step)), reached, cost),
            To::Call(flow) => {
                let inner = frames.iter().cloned().chain(self.sheet.start(flow));
                (Out::Step(inner.collect()), reached, cost)
            }
            To::Person => {
                let (messages, segments, mut pending) = cost;
                join(&mut pending, &self.sheet.said("", &self.sheet.library.engine().person));
                (Out::End(Goal::Person), reached, (messages, segments, pending))
            }
            To::Goal(goal) => {
                let mut outer = frames.clone();
                let own = outer.pop().map(|(flow, _)| flow).unwrap_or_default();
                let Some((flow, step)) = outer.last().cloned() else {
                    return (Out::End(Goal::Reached(goal.clone())), reached, cost);
                };
                let reached = if counts(self.sheet.library, &own) { Some(goal.clone()) } else { reached };
                let step = self.sheet.library.flow(&flow).and_then(|flow| flow.steps.get(&step));
                let exit = step.and_then(|step| step.value.ends.get(goal));
                let (messages, segments, mut pending) = cost;
                if let Some(say) = exit.and_then(|exit| exit.say.as_ref()) {
                    join(&mut pending, &self.sheet.said(&flow, say));
                }
                let to = exit.map_or(To::Person, |exit| target(&exit.goto.value));
                self.out(&outer, &to, reached, (messages, segments, pending))
            }
        }
    }
}

enum Out {
    Step(Frames),
    End(Goal),
}

fn fewer(a: &Cost, b: &Cost) -> bool {
    (a.0, a.1, width(&a.2)) < (b.0, b.1, width(&b.2))
}

/// Through a step: each question ends a message.
fn passed((mut messages, mut segments, mut pending): Cost, leg: &Leg) -> Cost {
    join(&mut pending, &leg.lead);
    for asked in &leg.asked {
        join(&mut pending, &asked.text);
        segments += gsm7::segments(&pending);
        messages += 1;
        pending.clear();
    }
    join(&mut pending, &leg.after);
    (messages, segments, pending)
}

/// Where a way leads within its flow; a flow that is called leads on by its own ends.
fn ahead(to: &To) -> time::To {
    match to {
        To::Step(next) => time::To::Step(next.clone()),
        To::Goal(goal) => time::To::Goal(Goal::Reached(goal.clone())),
        To::Person | To::Call(_) => time::To::Goal(Goal::Person),
    }
}

/// The most SMS to every end of a flow, by way of its steps.
struct Most<'a> {
    sheet: &'a Sheet<'a>,
    /// The longest message of each place.
    first: &'a BTreeMap<Place, String>,
    known: BTreeMap<String, BTreeMap<Ends, u32>>,
}

impl Most<'_> {
    fn of(&mut self, flow: &str) -> BTreeMap<Ends, u32> {
        if let Some(known) = self.known.get(flow) {
            return known.clone();
        }
        let Some(own) = self.sheet.library.flow(flow) else { return BTreeMap::new() };
        let mut hops: BTreeMap<&str, Vec<Hop<u32>>> = BTreeMap::new();
        for name in own.steps.keys() {
            let looked = self.sheet.step(&(flow.to_owned(), name.clone()));
            let worst = looked.legs.iter().filter(|leg| !leg.is_short);
            let worst: Vec<Hop<u32>> = worst.flat_map(|leg| self.leg(flow, name, leg)).collect();
            hops.insert(name, worst);
        }
        let found = longest(&hops, &own.start.value);
        self.known.insert(flow.to_owned(), found.clone());
        found
    }

    fn leg(&mut self, flow: &str, step: &str, leg: &Leg) -> Vec<Hop<u32>> {
        let place = (flow.to_owned(), step.to_owned());
        let mut segments = 0;
        for (nth, asked) in leg.asked.iter().enumerate() {
            let own = gsm7::segments(&asked.text);
            let first = self.first.get(&place).filter(|_| nth == 0).map_or(own, |message| gsm7::segments(message));
            let missed: u32 = asked.misses.iter().map(|miss| gsm7::segments(&format!("{miss} {}", asked.text))).sum();
            segments += first + missed + asked.again * (own + missed);
        }
        let To::Call(called) = &leg.to else { return vec![Hop { to: ahead(&leg.to), cost: segments, reached: None }] };
        let step = self.sheet.library.flow(flow).and_then(|flow| flow.steps.get(step)).map(|step| &step.value);
        let is_counted = counts(self.sheet.library, called);
        let ends = self.of(called).into_iter().filter_map(|((goal, reached), inner)| {
            let to = match &goal {
                Goal::Person => To::Person,
                Goal::Reached(name) => target(&step?.ends.get(name)?.goto.value),
            };
            let reached = if let (Goal::Reached(name), true) = (goal, is_counted) { Some(name) } else { reached };
            Some(Hop { to: ahead(&to), cost: segments + inner, reached })
        });
        ends.collect()
    }
}
