//! Where a flow can lead: what nothing leads to, what never ends, what goes round without the caller, and what is said
//! before it is true.

use std::collections::{BTreeMap, BTreeSet};

use super::super::action::Kind;
use super::super::definition::{Flow, Step};
use super::{Checker, Library, PERSON, fields};

/// The flow that answers "a person" while nobody can be rung: it must end by itself (C8).
const CALL_BACK: &str = "call_back";
/// Said only of what is in the store.
const WRITTEN: [&str; 4] = ["est noté", "est annulé", "est confirmé", "est pris."];
/// Outcomes after which it is.
const WRITES: [&str; 10] = [
    "booked",
    "moved",
    "confirmed",
    "cancelled",
    "requested",
    "already_requested",
    "kept",
    "joined",
    "already_joined",
    "recorded",
];
/// Flows calling flows: a caller remembers no deeper tree, and a circle is refused before it is followed this far.
const DEPTH_MAX: usize = 8;

/// What must happen for a step to lead to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The caller answers.
    Answer,
    /// The caller gives no answer that fits, or presses 0.
    Failure,
    /// Nothing: the line goes on by itself.
    Alone,
    /// The store answers; whether something is now written.
    Store { is_written: bool },
}

impl Checker<'_> {
    pub(super) fn ways(&mut self) {
        let is_alone = |way| matches!(way, Way::Alone | Way::Store { .. });
        let never_stops = "the flow comes back to it without asking anything: it would never stop; ask a question on the way, or lead elsewhere";
        let silent = "a caller who stays silent comes back to it for ever: lead `on-failure` to a step that ends";
        // One round, one message: the first kind is also of the second.
        let _is_found = self.rounds(is_alone, never_stops) || self.rounds(|way| way != Way::Answer, silent);
        self.ends();
        self.noted();
        self.last_resort();
        self.circle();
        self.reach();
    }

    fn reach(&mut self) {
        let mut open: Vec<&str> = roots(self.flow).collect();
        let mut seen = BTreeSet::new();
        while let Some(name) = open.pop() {
            if let Some(step) = self.flow.steps.get(name)
                && seen.insert(name)
            {
                open.extend(edges(self.library, self.flow, &step.value, 0).into_iter().map(|(target, _)| target));
            }
        }
        for (name, step) in self.flow.steps.iter().filter(|(name, _)| !seen.contains(name.as_str())) {
            self.fault(step.referenced, format!("nothing leads to step `{name}`: lead to it or take it away"));
        }
    }

    /// The first step that ways of this kind lead back to; whether there is one.
    fn rounds(&mut self, counts: impl Fn(Way) -> bool, message: &str) -> bool {
        for (name, step) in &self.flow.steps {
            let mut seen = BTreeSet::new();
            let mut open = vec![name.as_str()];
            while let Some(at) = open.pop() {
                let Some(here) = self.flow.steps.get(at) else { continue };
                for (next, _) in
                    edges(self.library, self.flow, &here.value, 0).into_iter().filter(|(_, way)| counts(*way))
                {
                    if next == name {
                        self.fault(step.referenced, format!("from step `{name}` {message}"));
                        return true;
                    }
                    if seen.insert(next) {
                        open.push(next);
                    }
                }
            }
        }
        false
    }

    /// Every step has a way to an end or a person that is not a failure.
    fn ends(&mut self) {
        let mut good: BTreeSet<&str> = BTreeSet::from([PERSON]);
        let mut count = 0;
        while count != good.len() {
            count = good.len();
            for (name, step) in &self.flow.steps {
                let edges = edges(self.library, self.flow, &step.value, 0);
                // What failed in a called flow is that flow's own matter.
                let counts = |way: Way| way != Way::Failure || step.value.call.is_some();
                let leads = edges.iter().any(|(next, way)| counts(*way) && good.contains(next));
                if leads || step.value.end.is_some() {
                    good.insert(name);
                }
            }
        }
        let trapped = self.flow.steps.iter().find(|(name, _)| !good.contains(name.as_str()));
        if let Some((name, step)) = trapped {
            let at = step.referenced;
            self.fault(
                at,
                format!("from step `{name}` no answer ever leads to an end: write `end: …` on one of its ways"),
            );
        }
    }

    /// "C'est noté" only after the store said so.
    fn noted(&mut self) {
        let states = states(self.library, self.flow, 0);
        for (name, is_written) in states {
            let Some(step) = self.flow.steps.get(&name) else { continue };
            let own = step.value.say.iter().filter(|_| !is_written);
            let later = edges_named(&step.value).into_iter().filter_map(|(outcome, exit)| {
                let after = written_after(self.library, &step.value, outcome, is_written, 0);
                exit.say.as_ref().filter(|_| !after)
            });
            let early = own.chain(later).flat_map(|text| text.fixed()).find(|text| is_promise(text));
            if let Some(text) = early {
                let message = format!(
                    "step `{name}` says « {text} » where nothing may have been written: lead there only from {}",
                    WRITES.map(|outcome| format!("`{outcome}`")).join(", ")
                );
                self.fault(step.referenced, message);
            }
        }
    }

    fn last_resort(&mut self) {
        if self.flow.flow != CALL_BACK {
            return;
        }
        let start = self.flow.start.referenced;
        if self.flow.settings.on_failure.is_none() {
            let message =
                "this flow is where 0 and silence lead: write `settings: {on-failure: …}` with a step that ends";
            self.fault(start, message.to_owned());
        }
        for (name, step) in &self.flow.steps {
            if edges(self.library, self.flow, &step.value, 0).iter().any(|(target, _)| *target == PERSON) {
                let message =
                    format!("step `{name}` leads to `person`, which leads back to this flow: lead to a step that ends");
                self.fault(step.referenced, message);
            }
        }
    }

    /// A flow that calls itself, at once or through others, would never come back.
    fn circle(&mut self) {
        for step in self.flow.steps.values() {
            let Some(called) = &step.value.call else { continue };
            let mut seen = BTreeSet::new();
            let mut open = vec![called.value.as_str()];
            while let Some(name) = open.pop() {
                if name == self.flow.flow {
                    let message =
                        format!("`{}` leads back into `{name}`: a flow cannot call itself; use `goto`", called.value);
                    self.fault(called.referenced, message);
                    break;
                }
                if seen.insert(name) {
                    let steps = self.library.flow(name).into_iter().flat_map(|flow| flow.steps.values());
                    open.extend(steps.filter_map(|step| Some(step.value.call.as_ref()?.value.as_str())));
                }
            }
        }
    }
}

/// Whether a text tells the caller that something is written.
pub(in crate::flow) fn is_promise(text: &str) -> bool {
    let text = text.to_lowercase();
    WRITTEN.iter().any(|promise| text.contains(promise))
}

fn roots(flow: &Flow) -> impl Iterator<Item = &str> {
    flow.settings.on_failure.iter().chain([&flow.start]).map(|step| step.value.as_str())
}

/// Exits by the name of the outcome that takes them.
pub(in crate::flow) fn edges_named(step: &Step) -> Vec<(&str, &super::Exit)> {
    step.exits.iter().chain(&step.ends).map(|(outcome, exit)| (outcome.as_str(), exit)).collect()
}

/// Where a step can lead, and by what.
fn edges<'a>(library: &Library, flow: &'a Flow, step: &'a Step, depth: usize) -> Vec<(&'a str, Way)> {
    let mut edges: Vec<(&str, Way)> = Vec::new();
    edges.extend(step.menu.iter().flatten().map(|(_, choice)| (choice.goto.value.as_str(), Way::Answer)));
    // A form whose every field may be known asks nothing.
    let asks = fields(step).any(|(_, field)| field.known.is_none());
    let goto = if asks { Way::Answer } else { Way::Alone };
    edges.extend(step.goto.iter().map(|target| (target.value.as_str(), goto)));
    let by_caller = step.confirm.is_some();
    // The only appointment is taken without a question; of other things, even one is.
    let asks_always = step.offer.as_ref().is_some_and(|offer| offer.from.value.lists() != Some(Kind::Appointment));
    for (name, exit) in edges_named(step) {
        let way = match name {
            "yes" | "no" if by_caller => Way::Answer,
            "chosen" if asks_always => Way::Answer,
            _ if step.act.is_some() => Way::Store { is_written: WRITES.contains(&name) },
            goal if step.call.is_some() => within(library, step, goal, depth),
            _ => Way::Alone,
        };
        edges.push((&exit.goto.value, way));
    }
    if asks_caller(step) {
        let failure = step.on_failure.as_ref().or(flow.settings.on_failure.as_ref());
        edges.extend(failure.map(|target| (target.value.as_str(), Way::Failure)));
    }
    edges
}

/// What it takes, at the least, for a called flow to come to this goal.
fn within(library: &Library, step: &Step, goal: &str, depth: usize) -> Way {
    let called = step.call.as_ref().and_then(|called| library.flow(&called.value));
    let Some(flow) = called.filter(|_| depth < DEPTH_MAX) else { return Way::Alone };
    let comes = |counts: fn(Way) -> bool| {
        let mut seen = BTreeSet::new();
        let mut open = vec![flow.start.value.as_str()];
        while let Some(name) = open.pop() {
            let Some(step) = flow.steps.get(name).map(|step| &step.value).filter(|_| seen.insert(name)) else {
                continue;
            };
            if step.end.as_deref() == Some(goal) {
                return true;
            }
            let ways = edges(library, flow, step, depth + 1).into_iter();
            open.extend(ways.filter(|(_, way)| counts(*way)).map(|(next, _)| next));
        }
        false
    };
    if comes(|way| matches!(way, Way::Alone | Way::Store { .. })) {
        Way::Alone
    } else if comes(|way| way != Way::Answer) {
        Way::Failure
    } else {
        Way::Answer
    }
}

/// Whether a step waits for the caller.
pub(in crate::flow) fn asks_caller(step: &Step) -> bool {
    step.menu.is_some() || step.confirm.is_some() || step.offer.is_some() || fields(step).next().is_some()
}

/// Every step that can be reached, and whether what was promised is written by then.
fn states(library: &Library, flow: &Flow, depth: usize) -> BTreeSet<(String, bool)> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<(String, bool)> = roots(flow).map(|root| (root.to_owned(), false)).collect();
    while let Some(state) = open.pop() {
        let Some(step) = flow.steps.get(&state.0).map(|step| &step.value) else { continue };
        if !seen.insert(state.clone()) {
            continue;
        }
        let named = edges_named(step);
        let exits: BTreeMap<&str, bool> =
            named.iter().map(|(name, _)| (*name, written_after(library, step, name, state.1, depth))).collect();
        open.extend(named.iter().map(|(name, exit)| (exit.goto.value.clone(), exits[name])));
        let menu = step.menu.iter().flatten().map(|(_, choice)| &choice.goto);
        let plain = menu.chain(&step.goto).chain(&step.on_failure);
        open.extend(plain.map(|target| (target.value.clone(), state.1)));
    }
    seen
}

fn written_after(library: &Library, step: &Step, outcome: &str, before: bool, depth: usize) -> bool {
    if step.act.is_some() {
        return WRITES.contains(&outcome);
    }
    let Some(called) = step.call.as_ref().and_then(|called| library.flow(&called.value)) else { return before };
    if depth >= DEPTH_MAX {
        return before;
    }
    // Written when every way to that goal has written.
    let ends = states(library, called, depth + 1);
    let mut reached = ends
        .iter()
        .filter(|(name, _)| called.steps.get(name).is_some_and(|step| step.value.end.as_deref() == Some(outcome)))
        .peekable();
    reached.peek().is_some() && reached.all(|(_, is_written)| *is_written)
}
