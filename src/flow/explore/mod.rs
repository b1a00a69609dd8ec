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
//! | caller | each digit at a one-key question; a right number or code, another one, a short one, a premium one; `0`; `*`; silence, also until the line gives up; a word after the tone; hanging up at every question and while the store works |
//! | store | answers · is unavailable · does it and the answer is lost, so that it is asked again under the same key · does it and is believed not to have |
//! | caller gone | what was asked is still done, or never; their run is put at rest, or is lost |
//! | caller back | (`again`) tells the right code, a wrong one up to three times, or does something else |
//! | the line | (`again`) dies between any two effects: the run is lost, and with it what it had asked or not |
//! | writer | (`has_letters`) OUI, NON, CONSEILLER, RETOUR, AIDE, STOP, each once or delivered twice; (`by_sms`) by SMS: never silent, called back |
//! | time | any hold, and the runs at rest, lapse at any moment |
//! | counsellor | cancels any appointment at any moment; answers, is busy or gone home when rung |
//! | others | a rival who holds, books and lets go places at any moment; a second call, whole |
//!
//! # What must hold
//!
//! See [`INVARIANTS`]. The last two are checked over the graph of a call, the others in each state or at each word.
//!
//! # Why a small world is enough
//!
//! - *Values that nothing ahead looks at* are dropped (`migrate::alive`, as a run taken up in changed flows is judged).
//! - *Counters.* A run's count of answers decides one thing: past its limit each answer is as the last silence. That is
//!   tried at every question (`world`), so the count itself need not be in a state. Its count of requests only makes keys; the
//!   store is asked its last key again and no older one, so answers to older keys are forgotten and the count's parity is kept.
//! - *Time.* A hold may lapse at any moment, whatever its length: more than time can do. So the clock stands still.
//! - *Rungs, pace and language* are left out ([`Detail::Folded`]) where more than one call, or much else, is looked at. The pace
//!   decides one thing: whether `slow`, or the end of `call_back`, asks for the next call's; both are explored with it. In one
//!   call in full, each silence, each key that fits nothing or chooses a language and each `*` is seen either to stay at its question
//!   or to lead where `0` or the last silence leads; both of those are tried at each folded question.
//! - *What `*` says* before it asks again is left out: it asks all the same.
//! - *From where the question lies.* A flow that another calls is explored from its own start: what it may know by then it asks of
//!   nobody else (`known:` takes the same value from a question before), and its ends are all that its caller sees of it.
//! - *Two calls, a rival and a call taken up end at a person* ([`Detail::Places`]): after that no flow asks for a place or a seat, and
//!   none comes back (C25); what does follow is explored whole with one call. What they hold stays held until it lapses.
//! - *Digits.* Where a scope tries fewer than nine, those left out fit nothing at any of its questions, or are the marks 5 of
//!   `satisfaction`, which lead where 4 leads.
//! - *One order of answers.* What a caller answers changes nothing for the store nor for others: it is tried before what others do
//!   and not after it as well, unless it leads to nothing new (Peled 1993).
//! - *Answers of the store* are kept until the call was told; then it never asks again under that key, and that the key was used
//!   is all that is kept. A request refused stands for no promise.
//! - *Runs at rest* are kept where somebody calls again, with what they knew; elsewhere only what they hold is.
//! - *One cut.* A call taken up and cut off again rests under the same name, with the same keys and holds: nothing a third call
//!   could meet that the second did not.
//! - *Two steps back.* Of the questions that RETOUR can go back over, the last two: each step back is like the one before it.
//! - *Two cancelled appointments*: where there are two, whoever cancelled them, a counsellor cancels no other. And four versions of an appointment, told apart by equality: nobody's is older than by
//!   one change of theirs and one of each other.
//! - *Marks and consents* are written and read by nobody here: forgotten once written, but for the pace of a number, which is
//!   promised. That the next call begins with it is the shell's matter (`store`, tests).
//! - *One to three places, five minutes, no buffers; one or two postal codes, one to three numbers; however people meet; one
//!   group.* The interpreter compares none of them with anything; the model compares them for equality and overlap. A third place
//!   turns a page; it is there in one scope. Several counsellors, buffers and holidays are the store's own tests' matter.
//! - *Not here:* sound, keys' timing and holds of the line (`call` has them), a run taken up in changed flows (`migrate`),
//!   searches by distance, counsellors who move appointments.

mod bound;
mod judge;
mod search;
pub mod store;
mod talker;
#[cfg(test)]
pub(crate) mod tests;
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
pub const INVARIANTS: [&str; 11] = [
    "one place, one booking; one call, one place held, one booking, and one for another person; one person, one appointment",
    "who had an appointment has one, unless they or a counsellor cancelled it",
    "a meeting has no more people than seats",
    "« c'est noté » is heard, and a goal counted, only of what is in the store",
    "a hold is freed, or lapses within two hours",
    "a key of the store is never used for two requests",
    "a call cut off is taken up once, by who tells its code in three guesses, and asks again what it had asked under the same key",
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
    /// Without rungs of ladders, pace, language and what `*` repeats.
    Folded,
    /// Folded, and over once a person is asked for: what follows asks for no place, and never leads back (C25).
    Places,
}

impl Detail {
    fn is_folded(self) -> bool {
        self != Self::Full
    }
}

/// One small world.
#[derive(Clone, Debug)]
pub struct Scope {
    /// What it is, in a few words.
    pub name: &'static str,
    /// The flow it begins with.
    pub flow: &'static str,
    /// Keys of its first questions that every call has answered already.
    pub told: Vec<&'static str>,
    /// Cut off, the first caller calls again, and this flow answers (C27).
    pub again: Option<&'static str>,
    /// One writes, and what one writes may come twice.
    pub has_letters: bool,
    /// By SMS: no silence is counted, and nobody is rung.
    pub by_sms: bool,
    /// Keys tried at a question of one key, beside `0` and `*`.
    pub digits: &'static str,
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
pub fn explore(library: &Library, scope: &Scope) -> Result<Found, Violation> {
    let world = world::World::new(library, STRAIGHT, scope.flow, scope);
    search::Search::new(&world).run()
}

const A: &str = "0353010001";
const C: &str = "0353010003";
const M: &str = "0639980001";
const HERE: &str = "71100";
const ELSEWHERE: &str = "21000";

/// The worlds that are explored, each from where its question lies.
pub fn scopes() -> Vec<Scope> {
    let shown = |number: &str| Caller { number: PhoneNumber::parse(number), ..Caller::default() };
    let withheld = Caller::default;
    // Three choices (C3), and a key that mostly is none.
    let whole = |name, flow, caller: Caller, before: usize| Scope {
        name,
        flow,
        told: Vec::new(),
        again: None,
        has_letters: false,
        by_sms: false,
        digits: "1234",
        callers: vec![caller],
        before: old(before),
        places: 2,
        codes: vec![HERE],
        numbers: vec![C],
        detail: Detail::Full,
        has_rival: false,
    };
    let folded = |name, flow, caller: Caller, before: usize| Scope {
        digits: "123456789",
        numbers: vec![A],
        detail: Detail::Folded,
        ..whole(name, flow, caller, before)
    };
    let rival = |name, flow, caller: Caller, before: usize| Scope {
        has_rival: true,
        detail: Detail::Places,
        digits: "123",
        ..folded(name, flow, caller, before)
    };
    let again = |name, flow, before: usize| Scope {
        again: Some("resume"),
        digits: "123",
        places: 1,
        codes: vec![HERE, ELSEWHERE],
        detail: Detail::Places,
        ..folded(name, flow, shown(A), before)
    };
    let two = |name, flow, one: &str, other: &str| Scope {
        callers: vec![shown(one), shown(other)],
        detail: Detail::Places,
        places: 1,
        digits: "123",
        ..folded(name, flow, shown(one), 0)
    };
    let letters = |name, flow, before: usize| Scope {
        has_letters: true,
        digits: "123",
        places: 1,
        ..folded(name, flow, shown(A), before)
    };
    // From a mobile: no other is written to (B5).
    let sms = |scope: Scope| {
        let phone = PhoneNumber::parse(M);
        let before = scope.before.into_iter().map(|row| Row { phone: phone.clone(), ..row }).collect();
        Scope { by_sms: true, callers: vec![shown(M)], before, numbers: vec![M], ..scope }
    };
    vec![
        whole("a person, number shown", PERSON, shown(A), 0),
        whole("a person, number withheld", PERSON, withheld(), 0),
        whole("group, number shown", "group", shown(A), 0),
        whole("group, number withheld", "group", withheld(), 0),
        whole("sort", "sort", shown(A), 0),
        whole("other", "other", shown(A), 0),
        whole("satisfaction", "satisfaction", shown(A), 0),
        whole("slow, spoken to slowly", "slow", Caller { slow: true, ..shown(A) }, 0),
        whole("slow, spoken to slowly, number withheld", "slow", Caller { slow: true, ..withheld() }, 0),
        rival("book and a rival", "book", shown(A), 0),
        rival("book and a rival, number withheld", "book", withheld(), 0),
        rival("book and a rival, an appointment before", "book", shown(A), 1),
        rival("manage and a rival, an appointment before", "manage", shown(A), 1),
        two("two callers, one seat", "group", A, "0353010002"),
        again("book, cut off and taken up", "book", 0),
        again("manage, cut off and taken up", "manage", 1),
        Scope { places: 1, ..whole("book, number shown", "book", shown(A), 0) },
        Scope { places: 1, ..whole("book, number withheld", "book", withheld(), 0) },
        Scope { places: 1, ..whole("book, an appointment before", "book", shown(A), 1) },
        Scope { places: 1, ..whole("manage, an appointment before", "manage", shown(A), 1) },
        Scope { places: 1, ..whole("manage, two appointments before", "manage", shown(A), 2) },
        Scope { places: 1, ..whole("welcome, an appointment before", "welcome", shown(A), 1) },
        Scope {
            places: 3,
            codes: vec![HERE, ELSEWHERE],
            ..folded("book, two codes, three places", "book", shown(A), 1)
        },
        Scope { told: vec![HERE, "1", "1"], ..two("two callers, one place", "book", A, "0353010002") },
        Scope { told: vec![HERE, "1", "1"], ..two("one person calls twice at once", "book", A, A) },
        again("book for another person, cut off and taken up", "book", 1),
        letters("book, written, delivered twice", "book", 0),
        letters("manage, written, delivered twice", "manage", 1),
        sms(whole("a person, by SMS", PERSON, shown(M), 0)),
        sms(whole("group, by SMS", "group", shown(M), 0)),
        sms(whole("other, by SMS", "other", shown(M), 0)),
        sms(rival("book by SMS and a rival", "book", shown(A), 0)),
        sms(rival("manage by SMS and a rival", "manage", shown(A), 1)),
        sms(letters("book by SMS, delivered twice", "book", 0)),
        sms(letters("manage by SMS, delivered twice", "manage", 1)),
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
