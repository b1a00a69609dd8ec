//! Everything that can happen to a call, tried: `ligne flow explore`.
//!
//! The interpreter is the one that callers meet ([`Run`]); the store is a [model](store) of ours, which a property test
//! holds against the real one. A state is each call's run with the request it waits for, and the tables. Breadth first,
//! each state once; so whatever is found wrong comes with a shortest way to it.
//!
//! # What may happen
//!
//! | who | moves |
//! |---|---|
//! | caller | each digit at a one-key question (1 to 4 where rungs are not folded); a right number or code, another one, a short one, a premium one; `0`; `*`; silence; hanging up at every question and while the store works |
//! | store | answers · is unavailable · does it and the answer is lost, so that it is asked again under the same key · does it and is believed not to have |
//! | caller gone | what was asked is still done, or never |
//! | time | any hold lapses at any moment |
//! | counsellor | cancels any appointment at any moment |
//! | others | a rival who holds, books and lets go places at any moment |
//!
//! # What must hold
//!
//! See [`INVARIANTS`]. The first four are checked in each state or at each word, the last two over the graph of a call.
//!
//! # Why a small world is enough
//!
//! - *Counters.* A run's count of answers decides one thing: past its limit each answer is a `0`. That is tried at every
//!   question (`world`), so the count itself need not be in a state. Its count of requests only makes keys; the store is
//!   asked its last key again and no older one, so answers to older keys are forgotten and the parity of the count is kept.
//! - *Time.* A hold may lapse at any moment, whatever its length: more than time can do. So the clock stands still.
//! - *A rival, and a second code, are explored without rungs and pace* ([`Detail::Folded`]): with one call, where nothing is
//!   folded, each silence, each key that fits nothing and each `*` is seen either to stay at its question or to lead where
//!   `0` leads. Two whole calls at once are too many states for `scopes`: the rival stands for the second caller.
//! - *Two places, five minutes, no buffers; one or two postal codes, one to three numbers; on site or by phone.* The interpreter
//!   compares none of them with anything; the model compares them for equality and overlap. A third place turns a page; it
//!   is there in one scope of one call. Several counsellors, buffers and holidays are the store's own tests' matter.
//! - *Not here:* sound, keys' timing and holds of the line (`call` has them), a crash of the whole line with its calls
//!   taken up again (runs are not kept yet), searches by distance.

mod bound;
pub(super) mod live;
mod search;
pub mod store;
mod talker;
#[cfg(test)]
mod tests;
mod trace;
mod world;

use super::action::{Reply, Request};
use super::{Caller, Effect, Input, Library, Run};
use crate::booking::PostalCode;
use crate::phone::PhoneNumber;
pub use bound::Limits;
use store::{KeyReused, Region, Row, Store};

/// The flow that answers "a person, please" (`call::conversation`).
const PERSON: &str = "person";
/// Where it leads while nobody can be rung.
const CALL_BACK: &str = "call_back";
/// What somebody said after a tone.
const VOICE: &str = "v";
/// Somebody else, who books for another person each time.
const RIVAL: &str = "x";
/// Who made the appointments of before: a counsellor.
const COUNSELLOR: &str = "old";

/// What holds in everything that was explored.
pub const INVARIANTS: [&str; 8] = [
    "one place, one booking; one call, one place held, one booking; one person, one appointment",
    "« c'est noté » is heard, and a goal counted, only of what is in the store",
    "a hold is freed, or lapses within two hours",
    "a key of the store is never used for two requests",
    "after each answer the line asks one thing, waits for the store or ends: it is never stuck",
    "nobody is asked, passed on or hung up on in silence",
    "0 is a person or a call back, at every question, in one key",
    "every call ends, whatever is pressed or not",
];

/// How much of a run makes a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// All that can be heard.
    Full,
    /// Without rungs of ladders, pace and what `*` repeats.
    Folded,
}

/// One small world.
#[derive(Clone, Debug)]
pub struct Scope {
    /// What it is, in a few words.
    pub name: &'static str,
    /// One caller or two.
    pub callers: Vec<Caller>,
    /// Appointments made before, of the number and code they are told by.
    pub before: Vec<Row>,
    /// Free places at the start.
    pub places: u8,
    /// Postal codes that are typed.
    pub codes: Vec<&'static str>,
    /// Numbers that are typed.
    pub numbers: Vec<&'static str>,
    /// How much is looked at.
    pub detail: Detail,
    /// Somebody takes, holds and frees places meanwhile.
    pub has_rival: bool,
}

/// A scope explored whole, and nothing wrong in it.
#[derive(Debug)]
pub struct Found {
    /// States.
    pub states: usize,
    /// Different calls among them: runs with what they wait for.
    pub calls: usize,
    /// Answers a call can take; nothing where rungs are folded.
    pub limits: Limits,
    /// A shortest way to each goal, as a transcript.
    pub ways: Vec<(String, String)>,
}

/// Something that must not be, and a shortest way to it.
#[derive(Debug)]
pub struct Violation {
    /// What is wrong.
    pub what: String,
    /// A `.call` transcript; what the transcript language cannot say stands in comments.
    pub transcript: String,
}

/// What goes between interpreter, exploration and store: as it comes, but for tests, which cross it to be caught.
#[derive(Clone, Copy)]
struct Wires {
    told: fn(&Run, Input) -> Input,
    wanted: fn(&Run, Vec<Effect>) -> Vec<Effect>,
    store: fn(&mut Store, &Region, &str, &str, &Request) -> Result<Reply, KeyReused>,
}

const STRAIGHT: Wires = Wires { told: |_, input| input, wanted: |_, effects| effects, store: Store::execute };

/// Explores one scope, whole.
pub fn explore(library: &Library, flow: &str, scope: &Scope) -> Result<Found, Violation> {
    let world = world::World::new(library, STRAIGHT, flow, scope);
    search::Search::new(&world).run()
}

const A: &str = "0353010001";
const C: &str = "0353010003";
const HERE: &str = "71100";
const ELSEWHERE: &str = "21000";

/// The worlds that are explored: one call in full, then one and a rival. Two real calls (`callers` takes two) are not yet
/// explored whole: too many states for half a minute.
pub fn scopes() -> Vec<Scope> {
    let shown = |number: &str| Caller { number: PhoneNumber::parse(number), ..Caller::default() };
    let withheld = Caller::default;
    let alone = |name, caller: Caller, before: usize| Scope {
        name,
        callers: vec![caller],
        before: old(before),
        places: 2,
        codes: vec![HERE],
        numbers: vec![C],
        detail: Detail::Full,
        has_rival: false,
    };
    let rival = |name, caller: Caller, before: usize| Scope {
        numbers: vec![A],
        detail: Detail::Folded,
        has_rival: true,
        ..alone(name, caller, before)
    };
    vec![
        alone("one call, number shown", shown(A), 0),
        alone("one call, number withheld", withheld(), 0),
        Scope { places: 1, ..alone("one call, an appointment before", shown(A), 1) },
        Scope { places: 1, ..alone("one call, two appointments before", shown(A), 2) },
        Scope {
            places: 3,
            codes: vec![HERE, ELSEWHERE],
            numbers: vec![A, C],
            detail: Detail::Folded,
            ..alone("one call, two codes, two numbers, three places", shown(A), 1)
        },
        rival("one call and a rival", shown(A), 0),
        rival("one call and a rival, an appointment before", shown(A), 1),
        rival("one call and a rival, number withheld", withheld(), 0),
    ]
}

/// Appointments of [`A`], far from the places on offer.
fn old(count: usize) -> Vec<Row> {
    let place = PostalCode::parse(HERE).expect("five digits");
    let row = |nth: usize| Row {
        id: format!("{COUNSELLOR}.{nth}"),
        by: COUNSELLOR.to_owned(),
        slot: world::slot(100 + i64::try_from(nth).unwrap_or_default()),
        phone: PhoneNumber::parse(A),
        place: place.clone(),
        other: None,
        version: 1,
        is_confirmed: false,
        is_excused: false,
    };
    (0..count).map(row).collect()
}
