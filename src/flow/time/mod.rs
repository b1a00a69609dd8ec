//! Time to goal: keys pressed, and seconds from the flow's first word to the end of its last one, by the lengths of the
//! recordings.
//!
//! | | keys | median | worst |
//! |---|---|---|---|
//! | way | the fewest keys, of those the shortest | the same way | the longest on which no step comes twice |
//! | prompts | | heard to their end | heard to their end, each time |
//! | values | | the middle recording of their kind | the longest recording of their kind |
//! | keys | | one a second | at the last moment of each wait (C6, C7, C16) |
//! | ladders | | not climbed | every rung of both, at every question |
//! | pages | | the first | all of them |
//! | caller | number shown, from a landline, if they can get there | the same | whoever takes longest |
//!
//! Left out, since the caller decides: `*`, `**` (the voice 1.3 times as long, pauses and waits twice, and a question more at
//! the end, C10), "non" at a read-back, hold. The store answers at once: it takes milliseconds, beside the sound. "A person"
//! is `0`, or a ladder at its end; what the call back that follows takes is `call_back`'s own row. No way is taken twice, so
//! `worst` has an end; the line's own limit of an hour comes first where it is longer.

mod length;
mod limits;
mod longest;
mod question;
mod steps;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

pub use length::Recordings;
pub use limits::{TooLong, too_long};

use super::Caller;
use super::check::Library;
use crate::phone::PhoneNumber;
pub(super) use longest::{Hop, longest};
pub(super) use steps::To;
use steps::{Watch, Way};

/// What a flow can come to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Goal {
    /// As the flow names it.
    Reached(String),
    /// Somebody to talk to.
    Person,
}

impl Goal {
    /// What a called flow reached counts, as in the record of a call.
    pub(super) fn counted((goal, reached): Ends) -> Self {
        match goal {
            Self::Reached(own) => Self::Reached(reached.unwrap_or(own)),
            Self::Person => Self::Person,
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reached(name) => f.write_str(name),
            Self::Person => f.write_str("a person"),
        }
    }
}

/// What it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Took {
    /// The fewest.
    pub keys: u32,
    /// On the way with the fewest keys.
    pub median: Duration,
    /// On the longest way.
    pub worst: Duration,
}

/// By goal.
pub type Times = BTreeMap<Goal, Took>;

/// The times of one flow, from its first word; `None` when there is no flow of this name. What a called flow reached counts
/// as reached, as in the record of a call.
pub fn times(library: &Library, recordings: &Recordings, flow: &str) -> Option<Times> {
    library.flow(flow)?;
    let mut all = Times::new();
    // In the order in which they are asked for the ordinary way: the first who gets there gives it.
    let callers = [Some("0353010001"), Some("0639980001"), None];
    let callers = callers.map(|number| Caller { number: number.and_then(PhoneNumber::parse), ..Caller::default() });
    for caller in &callers {
        let clock = Clock { library, recordings, caller, known: RefCell::default() };
        let mut theirs = Times::new();
        for (ends, took) in clock.flow(flow) {
            merge(&mut theirs, Goal::counted(ends), took, fewer);
        }
        theirs.into_iter().for_each(|(goal, took)| merge(&mut all, goal, took, |_, _| false));
    }
    Some(all)
}

/// Own goal of a flow, and the last goal of a flow it called.
pub(super) type Ends = (Goal, Option<String>);
/// A step and what a called flow has reached.
type State = (String, Option<String>);

/// The longer worst; the way that is `better` for the ordinary one.
fn merge<K: Ord>(all: &mut BTreeMap<K, Took>, key: K, took: Took, better: impl Fn(&Took, &Took) -> bool) {
    all.entry(key)
        .and_modify(|known| {
            let worst = known.worst.max(took.worst);
            *known = Took { worst, ..if better(&took, known) { took } else { *known } };
        })
        .or_insert(took);
}

fn fewer(a: &Took, b: &Took) -> bool {
    (a.keys, a.median) < (b.keys, b.median)
}

/// One caller under the watch.
struct Clock<'a> {
    library: &'a Library,
    recordings: &'a Recordings,
    caller: &'a Caller,
    known: RefCell<BTreeMap<String, BTreeMap<Ends, Took>>>,
}

impl Clock<'_> {
    /// Of a called flow, by its own goals and what those it called have reached. Flows cannot call each other in a circle: the
    /// checker refuses it.
    fn called(&self, name: &str) -> BTreeMap<Ends, Took> {
        let known = self.known.borrow().get(name).cloned();
        known.unwrap_or_else(|| {
            let times = self.flow(name);
            self.known.borrow_mut().insert(name.to_owned(), times.clone());
            times
        })
    }

    fn flow(&self, name: &str) -> BTreeMap<Ends, Took> {
        let Some(flow) = self.library.flow(name) else { return BTreeMap::new() };
        let called = |name: &str| self.called(name);
        let watch =
            Watch { library: self.library, recordings: self.recordings, flow, caller: self.caller, called: &called };
        let ways: BTreeMap<&str, Vec<Way>> =
            flow.steps.iter().map(|(name, step)| (name.as_str(), watch.ways(&step.value))).collect();
        // Somebody who answers; `0` and silence only where nothing else leads.
        let answered = shortest(&ways, &flow.start.value, false);
        let mut all = shortest(&ways, &flow.start.value, true);
        all.extend(answered);
        let hop = |way: &Way| Hop { to: way.to.clone(), cost: way.worst, reached: way.reached.clone() };
        let hops = ways.iter().map(|(step, ways)| (*step, ways.iter().map(hop).collect())).collect();
        let longest = longest(&hops, &flow.start.value);
        for (ends, took) in &mut all {
            took.worst = longest.get(ends).copied().unwrap_or(took.median).max(took.median);
        }
        all
    }
}

/// The fewest keys, then the least time, to every end.
fn shortest(ways: &BTreeMap<&str, Vec<Way>>, start: &str, fails: bool) -> BTreeMap<Ends, Took> {
    let zero = Took { keys: 0, median: Duration::ZERO, worst: Duration::ZERO };
    let mut best: BTreeMap<State, Took> = BTreeMap::from([((start.to_owned(), None), zero)]);
    let mut ends = BTreeMap::new();
    let mut open: Vec<State> = best.keys().cloned().collect();
    while let Some(state) = open.pop() {
        let so_far = best[&state];
        for way in ways.get(state.0.as_str()).into_iter().flatten().filter(|way| fails || !way.is_failure) {
            let took = Took { keys: so_far.keys + way.keys, median: so_far.median + way.median, worst: Duration::ZERO };
            let reached = way.reached.clone().or(state.1.clone());
            match &way.to {
                To::Goal(goal) => merge(&mut ends, (goal.clone(), reached), took, fewer),
                To::Step(step) => {
                    let next = (step.clone(), reached);
                    if best.get(&next).is_none_or(|known| fewer(&took, known)) {
                        best.insert(next.clone(), took);
                        open.push(next);
                    }
                }
            }
        }
    }
    ends
}
