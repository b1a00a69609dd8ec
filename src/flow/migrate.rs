//! A run at rest whose flows have changed meanwhile: taken up where it stopped only when that is provably safe.
//!
//! ```text
//!   old flows, at the hang-up ─ footing ─→ kept with the run: "form place:postal-code how:choice", "call book" …
//!   new flows, at the next call ─ the same steps, the same footing, and every value that may still be needed ─→ Safe
//! ```
//! The old flows are gone by then: what a step did is kept as words, one line a frame. Texts, keys, waits and ladders may
//! differ, for the question is asked anew. What the steps ahead need is read from the new flows, and the values are there or
//! they are not: a run that passes knows at each of them what the checker wants known there.

use std::collections::{BTreeMap, BTreeSet};

use super::action::ActionCall;
use super::check::{Kinds, Library, fields, fills, is_given, uses};
use super::definition::{Field, FieldType, Flow, Step, YES_NO};
use super::run::Run;
use super::value::Value;

/// The field that requests take their number from, if it is filled.
const NUMBER: &str = "phone";

#[cfg(test)]
mod tests;

/// What becomes of a run at rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Migration {
    /// The flows are those it began with.
    Same,
    /// They are others, and it can go on where it stopped.
    Safe,
    /// It begins its first flow again, with what it holds.
    Restart,
}

/// Where a run stands: all that matters here.
#[derive(Debug)]
pub(super) struct Stand<'a> {
    /// Flow and step, the innermost last.
    pub frames: Vec<(&'a str, &'a str)>,
    /// The field of a form that is being asked: those before it are not asked again.
    pub field: Option<usize>,
    pub values: &'a BTreeMap<String, Value>,
}

/// Whether a run goes on where it stood, on this footing, in these flows.
pub(super) fn migrate(run: &Run, footing: &[String], library: &Library) -> Migration {
    if run.version() == Some(library.version()) {
        Migration::Same
    } else if is_safe(&run.stand(), footing, library) {
        Migration::Safe
    } else {
        Migration::Restart
    }
}

/// What each step under the run does, in words that are the same as long as it does the same.
pub(super) fn footing(stand: &Stand<'_>, library: &Library) -> Vec<String> {
    stand
        .frames
        .iter()
        .map(|(flow, step)| find(library, flow, step).map_or_else(String::new, |(_, step)| does(step)))
        .collect()
}

fn is_safe(stand: &Stand<'_>, footing: &[String], library: &Library) -> bool {
    let Some(last) = stand.frames.len().checked_sub(1) else { return false };
    footing.len() == stand.frames.len()
        && stand.frames.iter().enumerate().all(|(depth, (flow, step))| {
            let Some((flow, found)) = find(library, flow, step) else { return false };
            // A step that is no frame's end calls the next one: the checker has seen that it handles all its goals.
            let inner = stand.frames.get(depth + 1).map(|(flow, _)| *flow);
            let calls = found.call.as_ref().map(|call| call.value.as_str());
            let field = stand.field.filter(|_| depth == last);
            does(found) == footing[depth] && calls == inner && knows(stand.values, flow, step, field)
        })
}

fn find<'a>(library: &'a Library, flow: &str, step: &str) -> Option<(&'a Flow, &'a Step)> {
    let flow = library.flow(flow)?;
    Some((flow, &flow.steps.get(step)?.value))
}

/// One line: the kind of a step, and what it asks for or wants done.
fn does(step: &Step) -> String {
    let asked = fields(step).map(|(name, field)| match field.kind {
        FieldType::Digits => format!(" {name}:{:?}", field.digits()),
        kind => format!(" {name}:{kind:?}"),
    });
    let asked = asked.collect::<String>();
    if let Some(offer) = &step.offer {
        let held = if offer.hold.is_some() { ", held" } else { "" };
        return format!("offer {} as {}{held}", action(&offer.from.value), offer.field);
    }
    match (&step.act, &step.call) {
        (Some(act), _) => format!("do {}", action(&act.value)),
        (None, Some(call)) => format!("call {}", call.value),
        (None, None) if !asked.is_empty() => format!("ask{asked}"),
        (None, None) if step.menu.is_some() => "menu".to_owned(),
        (None, None) if step.confirm.is_some() => "confirm".to_owned(),
        (None, None) if step.queue.is_some() => "queue".to_owned(),
        // Nobody waits there.
        (None, None) => "passes".to_owned(),
    }
}

fn action(call: &ActionCall) -> String {
    format!("{}({})", call.name, call.fields.join(", "))
}

/// Whether every value that may be needed from this step on is there, and what it has to be in these flows.
fn knows(values: &BTreeMap<String, Value>, flow: &Flow, step: &str, field: Option<usize>) -> bool {
    let needed = needed(flow, step, field);
    needed.iter().all(|name| values.get(*name).is_some_and(|value| suits(name, value, flow)))
}

/// Values that some flow could take for an answer to a question that is no longer the one they answered: to be asked again.
/// What a safe run stands on is none of them.
pub(super) fn stale(run: &Run, migration: Migration, library: &Library) -> Vec<String> {
    let Stand { frames, field, values } = run.stand();
    let frames = if migration == Migration::Restart { &[] } else { frames.as_slice() };
    let found = frames.iter().filter_map(|(flow, step)| Some((library.flow(flow)?, *step)));
    let kept: BTreeSet<&str> = found.flat_map(|(flow, step)| needed(flow, step, field)).collect();
    let is_stale = |name: &str, value: &Value| library.flows().any(|(_, flow)| !suits(name, value, flow));
    let names = values.iter().filter(|(name, value)| !kept.contains(name.as_str()) && is_stale(name, value));
    names.map(|(name, _)| name.clone()).collect()
}

/// Whether a value is one that this flow could have filled in itself.
fn suits(name: &str, value: &Value, flow: &Flow) -> bool {
    let kinds = Kinds::read(flow);
    let mut asked =
        flow.steps.values().flat_map(|step| fields(&step.value)).filter(|(other, _)| *other == name).peekable();
    let is_answer = asked.peek().is_none() || asked.any(|(_, field)| answers(field, value));
    is_answer && kinds.of(name).is_none_or(|kind| kind == value.kind())
}

fn answers(field: &Field, value: &Value) -> bool {
    match (field.kind, value) {
        (FieldType::Choice, Value::Choice(word)) => field.among.values().any(|among| among.value == *word),
        (FieldType::YesNo, Value::Choice(word)) => YES_NO.contains(&word.as_str()),
        (FieldType::Digits, Value::Digits(digits)) => field.takes(digits),
        (kind, value) => kind.kind() == value.kind(),
    }
}

/// Of all that a run knows, what may still be looked at: for the exploration, to which the rest makes no difference.
pub(super) fn alive<'a>(stand: &Stand<'a>, library: &'a Library) -> BTreeSet<&'a str> {
    // An answer to a question before is taken over by any flow's `known:`, and the number goes with each request.
    let every = library.flows().flat_map(|(_, flow)| flow.steps.values());
    let known = every.flat_map(|step| fields(&step.value)).filter(|(_, field)| field.known.is_some());
    let known = known.map(|(name, _)| name.as_str()).chain([NUMBER]);
    let last = stand.frames.len().saturating_sub(1);
    let frames = (0..).zip(&stand.frames).filter_map(|(depth, (flow, step))| {
        let flow = library.flow(flow)?;
        let field = stand.field.filter(|_| depth == last);
        let failed = flow.settings.on_failure.as_ref().map(|target| needed(flow, &target.value, None));
        Some(needed(flow, step, field).into_iter().chain(failed.into_iter().flatten()))
    });
    frames.flatten().chain(known).collect()
}

/// The fields that may be looked at from this step on before anything fills them: those of each step, and backwards along each
/// way those that the step before does not fill, until nothing changes. The checker goes the other way, from the start.
pub(super) fn needed<'a>(flow: &'a Flow, from: &str, field: Option<usize>) -> BTreeSet<&'a str> {
    let mut needed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut is_changing = true;
    while is_changing {
        is_changing = false;
        for (name, step) in &flow.steps {
            let before = needs(&needed, &step.value, &fills(&step.value));
            is_changing |= needed.get(name.as_str()) != Some(&before);
            needed.insert(name, before);
        }
    }
    // Of a form half filled in, only what is still to be asked will be filled.
    let Some(step) = flow.steps.get(from).map(|step| &step.value) else { return BTreeSet::new() };
    let skipped = field.unwrap_or(0);
    let asked: Vec<&str> = fields(step).map(|(name, _)| name.as_str()).skip(skipped).collect();
    let filled = if fields(step).next().is_some() { asked } else { fills(step) };
    needs(&needed, step, &filled)
}

fn needs<'a>(needed: &BTreeMap<&'a str, BTreeSet<&'a str>>, step: &'a Step, filled: &[&str]) -> BTreeSet<&'a str> {
    let at = |target: &str| needed.get(target).into_iter().flatten().copied();
    let ahead = step.ahead().flat_map(|(_, target)| at(&target.value));
    let own = uses(step).into_iter().filter(|name| !is_given(name));
    // A question that failed filled nothing.
    let failed = step.failures().flat_map(|(_, target)| at(&target.value));
    ahead.filter(|name| !filled.contains(name)).chain(own).chain(failed).collect()
}
