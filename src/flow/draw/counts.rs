//! How many calls went where, on the map that says what they could do.
//!
//! The store counts one thing: that a step was left by an exit. The rest follows: who came is who left the steps before,
//! and who came and left by no exit hung up there, or was handed to a person.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::super::check::Library;
use super::super::definition::{Flow, Step};
use super::super::edge::ON_FAILURE;
use super::super::run::PERSON;
use super::words;

/// The exit that [`Counts`] knows for the beginning of a flow, where the step is empty. Without it the first step has seen
/// at least all who left it.
const START: &str = "start";
/// Characters of a version's hash that tell it from the one before.
const HASH: usize = 8;
/// A step that loses this share of who came, of so many at least, is marked: fewer are single calls, not a fault of the flow.
const LOSES: (f64, u64) = (0.1, 5);

/// How many calls left each step by each exit, and when.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    days: String,
    passed: BTreeMap<(String, String), u64>,
}

impl Counts {
    /// Those of one flow by `(step, exit)`, from the first day to the last, of one version.
    pub fn new(days: (Date, Date), version: &str, passed: impl IntoIterator<Item = ((String, String), u64)>) -> Self {
        let hash: String = version.chars().take(HASH).collect();
        let days = format!("{}, version {hash}", words::days(days.0, days.1));
        let mut all = BTreeMap::new();
        passed.into_iter().for_each(|(exit, count)| *all.entry(exit).or_default() += count);
        Self { days, passed: all }
    }

    /// "du 1er au 25 novembre 2026, version 3f2a91c0"
    pub(super) fn days(&self) -> &str {
        &self.days
    }

    pub(super) fn of(&self, step: &str, exit: &str) -> u64 {
        self.passed.get(&(step.to_owned(), exit.to_owned())).copied().unwrap_or(0)
    }

    fn left(&self, flow: &Flow, step: &str) -> u64 {
        // Another language is asked the same question: nobody has left.
        let languages = flow.steps.get(step).map(|step| &step.value.languages);
        let stays = |exit: &str| {
            exit.parse().is_ok_and(|key: u8| languages.is_some_and(|languages| languages.contains_key(&key)))
        };
        let exits = self.passed.iter().filter(|((name, exit), _)| name == step && !stays(exit));
        exits.map(|(_, count)| count).sum()
    }

    /// At the first step.
    pub(super) fn started(&self, flow: &Flow) -> u64 {
        let told = self.of("", START);
        let others = self.entered(flow, &flow.start.value);
        if told > 0 { told } else { self.left(flow, &flow.start.value).saturating_sub(others) }
    }

    /// On the way of `0` and of every ladder, where a question has none of its own.
    pub(super) fn failed_over(&self, flow: &Flow) -> u64 {
        let without = flow.steps.iter().filter(|(_, step)| step.value.on_failure.is_none());
        without.map(|(name, _)| self.of(name, ON_FAILURE)).sum()
    }

    /// What became of those who came to a step.
    pub(super) fn at(&self, library: &Library, flow: &Flow, step: &str) -> Passed {
        let start = if flow.start.value == step { self.started(flow) } else { 0 };
        let came = start + self.entered(flow, step);
        // Who is taken up where their cut call stood leaves by no exit, and is anything but lost (C27).
        let takes_up = flow.steps.get(step).is_some_and(|step| takes_up(library, &step.value));
        let lost = if takes_up { 0 } else { came.saturating_sub(self.left(flow, step)) };
        Passed { came, lost, failed: self.of(step, ON_FAILURE) }
    }

    /// By a way from a step of this flow.
    fn entered(&self, flow: &Flow, to: &str) -> u64 {
        let from = flow.steps.iter().map(|(name, step)| {
            let ways = step.value.ways().filter(|(_, next)| next.value == to);
            ways.map(|(exit, _)| self.of(name, &exit)).sum::<u64>()
        });
        let is_last_resort = flow.settings.on_failure.as_ref().is_some_and(|at| at.value == to && to != PERSON);
        from.sum::<u64>() + if is_last_resort { self.failed_over(flow) } else { 0 }
    }
}

fn takes_up(library: &Library, step: &Step) -> bool {
    let resumes = |step: &Step| step.act.as_ref().is_some_and(|act| act.value.name == "runs.resume");
    let called = step.call.as_ref().and_then(|called| library.flow(&called.value));
    resumes(step) || called.is_some_and(|flow| flow.steps.values().any(|step| resumes(&step.value)))
}

/// What became of those who came to a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Passed {
    pub came: u64,
    /// They left by no exit: they hung up, or a person took over.
    pub lost: u64,
    /// They asked for a person, or did not answer.
    pub failed: u64,
}

impl Passed {
    /// Whether so many go no further that somebody should look at this step.
    pub(super) fn loses(self) -> bool {
        let gone = self.lost + self.failed;
        self.came > 0 && gone >= LOSES.1 && gone as f64 >= LOSES.0 * self.came as f64
    }

    /// "31 s'arrêtent ici (3 %)"
    pub(super) fn told(self) -> Vec<String> {
        let share = |count: u64| words::share(count, self.came);
        let lost = match self.lost {
            0 => None,
            1 => Some(format!("1 s'arrête ici ({})", share(1))),
            count => Some(format!("{} s'arrêtent ici ({})", words::count(count), share(count))),
        };
        let failed = match self.failed {
            0 => None,
            count => Some(format!("0 ou sans réponse : {} ({})", words::count(count), share(count))),
        };
        // Each stays on one line.
        lost.into_iter().chain(failed).map(|told| told.replace(' ', "\u{a0}")).collect()
    }
}
