//! Where a flow can lead: what nothing leads to, what never ends, what goes round without the caller.

use std::collections::BTreeSet;

use super::super::action::Kind;
use super::super::definition::{Flow, Step};
use super::promises::DEPTH_MAX;
use super::texts::{asks_caller, edges_named, fields};
use super::{Checker, Library, PERSON};

/// The flow that answers "a person" while nobody can be rung: it must end by itself (C8).
const CALL_BACK: &str = "call_back";

/// What must happen for a step to lead to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The caller answers.
    Answer,
    /// The caller gives no answer that fits, or presses 0.
    Failure,
    /// Nothing that the caller does: the line goes on by itself, or the store answers.
    Alone,
}

impl Checker<'_> {
    pub(super) fn ways(&mut self) {
        let before = self.faults.len();
        let never_stops = |name: &str| {
            format!(
                "l'étape `{name}` revient à elle-même sans que la personne ait rien à répondre, et l'appel ne finirait jamais : posez une question en chemin, ou menez ailleurs"
            )
        };
        let silent = |name: &str| {
            format!(
                "à l'étape `{name}`, une personne qui ne répond pas tourne en rond sans fin : écrivez `on-failure: …`, avec une étape qui finit l'appel"
            )
        };
        // One round, one message: the first kind is also of the second.
        let _is_found =
            self.rounds(|way| way == Way::Alone, never_stops) || self.rounds(|way| way != Way::Answer, silent);
        self.last_resort();
        self.circle();
        // What a round cuts off, or a missing last resort, leads nowhere only because of it: one message, not ten.
        if self.faults.len() == before {
            self.ends();
            self.reach();
        }
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
        let lost: Vec<&str> = self.flow.steps.keys().map(String::as_str).filter(|name| !seen.contains(name)).collect();
        // What only a lost step leads to is found again with it.
        let led: BTreeSet<&str> = lost
            .iter()
            .flat_map(|name| {
                edges(self.library, self.flow, &self.flow.steps[*name].value, 0)
                    .into_iter()
                    .map(move |(to, _)| (*name, to))
            })
            .filter(|(name, to)| name != to)
            .map(|(_, to)| to)
            .collect();
        let heads: Vec<&str> = lost.iter().copied().filter(|name| !led.contains(name)).collect();
        for name in if heads.is_empty() { lost } else { heads } {
            let message = format!(
                "rien ne mène à l'étape `{name}` : écrivez `goto: {name}` à l'étape qui la précède, ou enlevez-la"
            );
            self.fault(self.step(name), message);
        }
    }

    /// The first step that ways of this kind lead back to; whether there is one.
    fn rounds(&mut self, counts: impl Fn(Way) -> bool, message: impl Fn(&str) -> String) -> bool {
        for name in self.flow.steps.keys() {
            let mut seen = BTreeSet::new();
            let mut open = vec![name.as_str()];
            while let Some(at) = open.pop() {
                let Some(here) = self.flow.steps.get(at) else { continue };
                for (next, _) in
                    edges(self.library, self.flow, &here.value, 0).into_iter().filter(|(_, way)| counts(*way))
                {
                    if next == name {
                        self.fault(self.step(name), message(name));
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
        if let Some(name) = self.flow.steps.keys().find(|name| !good.contains(name.as_str())) {
            let message = format!(
                "à partir de l'étape `{name}`, aucune réponse ne mène à la fin de l'appel : écrivez `end: …` dans une des étapes qui suivent"
            );
            self.fault(self.step(name), message);
        }
    }

    fn last_resort(&mut self) {
        if self.flow.flow != CALL_BACK {
            return;
        }
        if self.flow.settings.on_failure.is_none() {
            let message = "ce parcours est celui où mènent le 0 et le silence : ajoutez `settings: {on-failure: …}`, avec une étape qui finit l'appel";
            self.fault(self.places.key("start"), message);
        }
        for (name, step) in &self.flow.steps {
            if edges(self.library, self.flow, &step.value, 0).iter().any(|(target, _)| *target == PERSON) {
                let message = format!(
                    "l'étape `{name}` mène à `person`, qui ramène ici : menez à une étape qui finit l'appel (`end: …`)"
                );
                self.fault(self.step(name), message);
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
                    let message = format!(
                        "`{}` ramène au parcours `{name}`, qui s'appellerait lui-même sans fin : écrivez `goto: …` à la place",
                        called.value
                    );
                    self.fault(called.referenced.into(), message);
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

pub(super) fn roots(flow: &Flow) -> impl Iterator<Item = &str> {
    flow.settings.on_failure.iter().chain([&flow.start]).map(|step| step.value.as_str())
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
            goal if step.call.is_some() => within(library, step, goal, depth),
            _ => Way::Alone,
        };
        edges.push((&exit.goto.value, way));
    }
    if asks_caller(step) {
        let failure = step.on_failure.as_ref().or(flow.settings.on_failure.as_ref());
        edges.extend(failure.map(|target| (target.value.as_str(), Way::Failure)));
        edges.extend(step.unanswered.iter().map(|target| (target.value.as_str(), Way::Failure)));
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
    if comes(|way| way == Way::Alone) {
        Way::Alone
    } else if comes(|way| way != Way::Answer) {
        Way::Failure
    } else {
        Way::Answer
    }
}
