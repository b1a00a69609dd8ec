//! The ways out of steps: what transcripts try, and what is counted on the map.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

use super::Channel;
use super::check::{Library, asks_caller, edges_named, fields};
use super::definition::{Flow, Step};

/// Ways noted of one run and not yet asked for: more than a run of [`INPUTS_MAX`](super::run) answers passes.
const TAKEN_MAX: usize = 2_048;

/// Out of every question: `0`, or its ladder at its end (C1, C8).
pub const ON_FAILURE: &str = "on-failure";
/// Out of a question that need not be answered: its ladder at its end.
pub const UNANSWERED: &str = "unanswered";
/// On to the next step.
pub const GOTO: &str = "goto";
/// The end of the flow.
pub const END: &str = "end";

/// One way out of one step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// Name of the flow.
    pub flow: String,
    /// Name of the step.
    pub step: String,
    /// A menu's or a language's key, an outcome, a goal of the flow it calls, [`GOTO`], [`END`], [`ON_FAILURE`] or
    /// [`UNANSWERED`].
    pub exit: String,
}

impl Edge {
    /// In a coordinator's words, without its flow.
    pub fn told(&self) -> String {
        let Self { step, exit, .. } = self;
        match exit.as_str() {
            GOTO => format!("l'étape `{step}`, la suite (`goto`)"),
            END => format!("l'étape `{step}`, la fin (`end`)"),
            ON_FAILURE => format!("l'étape `{step}`, la touche 0 ou le silence"),
            UNANSWERED => format!("l'étape `{step}`, l'absence de réponse"),
            key if key.bytes().all(|byte| byte.is_ascii_digit()) => format!("l'étape `{step}`, touche {key}"),
            outcome => format!("l'étape `{step}`, issue `{outcome}`"),
        }
    }
}

impl Library {
    /// Every way out of every step of a flow that a call can take.
    pub fn edges(&self, flow: &str) -> BTreeSet<Edge> {
        let Some(flow) = self.flow(flow) else { return BTreeSet::new() };
        let mute = mute(flow);
        let edge =
            |step: &str, exit: &str| Edge { flow: flow.flow.clone(), step: step.to_owned(), exit: exit.to_owned() };
        let of = |(name, step): (&String, &Step)| {
            let mut edges: Vec<Edge> = edges_named(step).into_iter().map(|(exit, _)| edge(name, exit)).collect();
            let keys = step.menu.iter().flatten().map(|(key, _)| key).chain(step.languages.keys());
            edges.extend(keys.map(|key| edge(name, &key.to_string())));
            edges.extend(step.goto.iter().map(|_| edge(name, GOTO)));
            edges.extend(step.end.iter().map(|_| edge(name, END)));
            let asks = asks_caller(step) && !mute.contains(name.as_str());
            edges.extend(asks.then(|| edge(name, ON_FAILURE)));
            edges.extend(step.unanswered.iter().filter(|_| asks).map(|_| edge(name, UNANSWERED)));
            edges
        };
        flow.steps.iter().flat_map(|(name, step)| of((name, &step.value))).collect()
    }
}

impl Library {
    /// Those of them that a conversation on this channel can take: where a number is always shown, nobody is asked for
    /// theirs, and nobody is rung for a message.
    pub fn edges_on(&self, flow: &str, channel: Channel) -> BTreeSet<Edge> {
        let Some(own) = self.flow(flow) else { return BTreeSet::new() };
        let seen = reached_on(own, channel);
        let is_taken = |edge: &Edge| {
            let step = own.steps.get(&edge.step).filter(|_| seen.contains(edge.step.as_str()));
            let step = step.map(|step| &step.value).filter(|step| !is_never(step, &edge.exit, channel));
            let is_asked = |step: &Step| edge.exit != ON_FAILURE || !channel.is_written() || !is_told(step);
            step.is_some_and(is_asked)
        };
        self.edges(flow).into_iter().filter(is_taken).collect()
    }
}

/// The steps that a conversation on this channel can come to.
pub(super) fn reached_on(flow: &Flow, channel: Channel) -> BTreeSet<&str> {
    let roots = flow.settings.on_failure.iter().chain([&flow.start]);
    let mut open: Vec<&str> = roots.map(|root| root.value.as_str()).collect();
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        let Some(step) = flow.steps.get(name).map(|step| &step.value).filter(|_| seen.insert(name)) else { continue };
        let ways = step.ways().filter(|(exit, _)| !is_never(step, exit, channel));
        open.extend(ways.map(|(_, to)| to.value.as_str()));
    }
    seen
}

/// Whether a way out of a step is never taken on this channel.
pub(super) fn is_never(step: &Step, exit: &str, channel: Channel) -> bool {
    if step.queue.is_some() {
        return channel.is_written() && exit != "callback";
    }
    match (step.condition.as_ref().and_then(|condition| condition.on(channel)), exit) {
        (Some(holds), "then") => !holds,
        (Some(holds), "else") => holds,
        _ => false,
    }
}

/// Steps that ask for nothing but the caller's number, where the network has told it.
fn mute(flow: &Flow) -> BTreeSet<&str> {
    // With whether the number is surely shown there.
    let mut seen: BTreeSet<(&str, bool)> = BTreeSet::new();
    let roots = flow.settings.on_failure.iter().chain([&flow.start]);
    let mut open: Vec<(&str, bool)> = roots.map(|root| (root.value.as_str(), false)).collect();
    while let Some((name, is_shown)) = open.pop() {
        let Some(step) = flow.steps.get(name).map(|step| &step.value) else { continue };
        if !seen.insert((name, is_shown)) {
            continue;
        }
        let asks_withheld = step.condition.as_ref().is_some_and(super::expression::Expression::is_withheld);
        let ways = step.ways();
        open.extend(ways.map(|(exit, to)| (to.value.as_str(), is_shown || asks_withheld && exit == "else")));
    }
    let steps = flow.steps.iter().filter(|(_, step)| is_told(&step.value)).map(|(name, _)| name.as_str());
    steps.filter(|name| !seen.contains(&(*name, false))).collect()
}

/// Whether it asks for nothing but the caller's number.
fn is_told(step: &Step) -> bool {
    let mut fields = fields(step).peekable();
    fields.peek().is_some() && fields.all(|(_, field)| field.known.as_deref() == Some("caller.number"))
}

/// What a run has passed, where somebody counts. It is no part of what the run is: two that stand alike are alike.
#[derive(Clone, Debug, Default)]
pub(super) struct Taken(Option<Vec<Edge>>);

impl Taken {
    /// Of a run that is counted.
    pub(super) fn counted() -> Self {
        Self(Some(Vec::new()))
    }

    pub(super) fn note(&mut self, edge: impl FnOnce() -> Edge) {
        if let Some(edges) = self.0.as_mut().filter(|edges| edges.len() < TAKEN_MAX) {
            edges.push(edge());
        }
    }

    pub(super) fn drain(&mut self) -> Vec<Edge> {
        self.0.as_mut().map(std::mem::take).unwrap_or_default()
    }
}

impl PartialEq for Taken {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Taken {}

impl Hash for Taken {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::tests::library;
    use super::super::{Caller, Channel, Input, Run};
    use super::*;

    #[test]
    fn every_way_out_of_a_step_is_one() {
        let exits = |flow: &str, step: &str| {
            let edges = library().edges(flow).into_iter();
            edges.filter(|edge| edge.step == step).map(|edge| edge.exit).collect::<Vec<_>>()
        };
        assert_eq!(exits("welcome", "choose"), ["1", "2", "3", "9", "on-failure"]);
        assert_eq!(exits("book", "write"), ["already_booked", "booked", "taken", "unavailable"]);
        assert_eq!(exits("book", "call_back"), ["callback.lost", "callback.requested"]);
        assert_eq!(exits("sort", "ours"), ["end"]);
        assert_eq!(exits("satisfaction", "ask"), ["goto", "on-failure", "unanswered"]);
        assert_eq!(exits("call_back", "ask_number"), ["goto", "on-failure"]);
        assert_eq!(exits("call_back", "this_number"), ["goto"], "the number is known there: nothing is asked");
    }

    #[test]
    fn a_way_that_a_channel_never_takes_is_not_one_of_its_ways() {
        let lost = |flow: &str, channel| {
            let own = library().edges_on(flow, channel);
            let lost = library().edges(flow).into_iter().filter(|edge| !own.contains(edge));
            lost.map(|edge| format!("{}.{}", edge.step, edge.exit)).collect::<Vec<_>>()
        };
        // A number is always shown, so nobody is asked for theirs; and nobody is rung for a message.
        let number = ["ask_number.goto", "ask_number.on-failure", "number.then"];
        assert_eq!(lost("book", Channel::Sms), number);
        assert_eq!(lost("my_call_back", Channel::Sms), ["who.on-failure"]);
        assert_eq!(lost("person", Channel::Sms)[..3], ["reached.end", "ring.answered", "ring.busy"]);
        assert_eq!(
            lost("welcome", Channel::Sms),
            ["mark.else", "parting.else", "satisfaction.satisfaction.done", "slow.slow.done", "slow_bye.slow.done"]
        );
        // Which channel it is, is known.
        assert_eq!(lost("welcome", Channel::Call), ["mark.then", "parting.then"]);
        assert_eq!(lost("book", Channel::Terminal), [""; 0]);
    }

    #[test]
    fn what_a_run_has_passed_is_noted_once_and_is_no_part_of_it() {
        let run = || Run::new("r".into(), "sort", Caller::default(), Channel::Call);
        let (mut plain, mut counted) = (run(), run().counted());
        for input in [Input::Start, Input::Keys("1".into())] {
            for run in [&mut plain, &mut counted] {
                run.input(library(), Timestamp::UNIX_EPOCH, input.clone());
            }
        }
        assert_eq!(plain, counted);
        assert_eq!(serde_json::to_string(&plain).unwrap(), serde_json::to_string(&counted).unwrap());
        let edge = |step: &str, exit: &str| Edge { flow: "sort".into(), step: step.into(), exit: exit.into() };
        assert_eq!(counted.taken(), [edge("situation", "1"), edge("ours", END)]);
        assert!(counted.taken().is_empty() && plain.taken().is_empty());
    }

    #[test]
    fn a_way_is_told_in_a_coordinators_words() {
        let told = |exit: &str| Edge { flow: "f".into(), step: "move".into(), exit: exit.into() }.told();
        assert_eq!(told("gone"), "l'étape `move`, issue `gone`");
        assert_eq!(told("3"), "l'étape `move`, touche 3");
        assert_eq!(told("on-failure"), "l'étape `move`, la touche 0 ou le silence");
    }
}
