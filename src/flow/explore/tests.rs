//! The exploration finds what is wrong: one crossed wire each, in the interpreter's effects or in the store.

mod defects;
pub(crate) mod wander;

use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;

use super::search::Search;
use super::store::Hold;
use super::world::World;
use super::*;
use crate::call::transcript;
use crate::flow::tests::library;
use crate::speech::{Prompt, Unit};

fn shown(number: &str) -> Caller {
    Caller { number: PhoneNumber::parse(number), ..Caller::default() }
}

/// One call, or two, in a world as small as can be.
fn small(callers: &[Caller], before: usize, places: u8) -> Scope {
    Scope {
        name: "small",
        flow: "book",
        told: Vec::new(),
        again: None,
        has_letters: false,
        by_sms: false,
        digits: "1234",
        callers: callers.to_vec(),
        before: old(before),
        places,
        codes: vec![HERE],
        numbers: vec![A],
        detail: Detail::Folded,
        has_rival: false,
    }
}

fn one() -> Scope {
    small(&[shown(A)], 0, 2)
}

fn run(flow: &str, scope: &Scope, wires: Wires) -> Result<Found, Violation> {
    Search::new(&World::new(library(), wires, flow, scope)).run()
}

/// Found, in these words, on a way that can be read back.
#[track_caller]
fn caught(flow: &str, scope: &Scope, wires: Wires, wanted: &str) -> String {
    let Err(violation) = run(flow, scope, wires) else { panic!("not found: {wanted}") };
    assert!(violation.what.contains(wanted), "{}\n{}", violation.what, violation.transcript);
    transcript::parse(&violation.transcript).unwrap_or_else(|error| panic!("{error}\n{}", violation.transcript));
    violation.transcript
}

fn wanted(wanted: fn(&Run, Vec<Effect>) -> Vec<Effect>) -> Wires {
    Wires { wanted, ..STRAIGHT }
}

fn store(store: fn(&mut Store, &Region, &str, &str, &Request) -> Result<Reply, KeyReused>) -> Wires {
    Wires { store, ..STRAIGHT }
}

fn asks_for(effects: &[Effect], is_it: fn(&Request) -> bool) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Act { request, .. } if is_it(request)))
}

fn is_book(request: &Request) -> bool {
    matches!(request, Request::Book { .. })
}

// ── nothing is wrong ─────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn the_flow_of_last_resort_holds_in_full_and_has_its_bounds() {
    let found = run("person", &Scope { detail: Detail::Full, ..one() }, STRAIGHT).unwrap();
    assert!(found.states > 400, "{}", found.states);
    assert_eq!(found.limits.zero, 2);
    assert_eq!(found.limits.any, 122);
}

#[test]
fn one_call_and_its_appointment_hold_and_reach_every_goal() {
    let found = run("manage", &small(&[shown(A)], 1, 1), STRAIGHT)
        .unwrap_or_else(|violation| panic!("{}\n{}", violation.what, violation.transcript));
    let goals: std::collections::BTreeSet<&str> = found.ways.iter().map(|(goal, _)| goal.as_str()).collect();
    for goal in
        ["appointment.cancelled", "appointment.confirmed", "appointment.known", "appointment.moved", "callback.lost"]
    {
        assert!(goals.contains(goal), "{goal} of {goals:?}");
    }
}

const B: &str = "0353010002";

// ── the interpreter ──────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn noted_said_before_it_is_written_is_found_on_a_shortest_way() {
    let early = |_: &Run, mut effects: Vec<Effect>| {
        if asks_for(&effects, is_book) {
            let words = "C'est noté. Vous avez rendez-vous :".to_owned();
            effects.insert(0, Effect::Say(Prompt { units: vec![Unit::Say(words)], ..Prompt::default() }));
        }
        effects
    };
    let way = caught("book", &one(), wanted(early), "nothing of it is written");
    let keys: Vec<&str> = way.lines().filter_map(|line| line.split_once("keys ")?.1.split(' ').next()).collect();
    assert_eq!(keys, ["71100", "1", "1", "1", "1", "1"], "{way}");
}

#[test]
fn one_key_for_two_requests_is_found() {
    let same = |_: &Run, effects: Vec<Effect>| {
        let one_key = |effect| match effect {
            Effect::Act { request, .. } => Effect::Act { key: "a:1".to_owned(), request },
            other => other,
        };
        effects.into_iter().map(one_key).collect()
    };
    caught("book", &one(), wanted(same), "used again for another request");
}

#[test]
fn an_unavailable_store_taken_for_a_willing_one_is_found() {
    let told = |_: &Run, input| match input {
        Input::Reply(Reply::Unavailable) => Input::Reply(Reply::Requested { promise: Timestamp::UNIX_EPOCH }),
        other => other,
    };
    caught("person", &one(), Wires { told, ..STRAIGHT }, "nothing of it is written");
}

#[test]
fn a_question_after_which_nobody_listens_is_found() {
    let deaf = |run: &Run, mut effects: Vec<Effect>| {
        effects.retain(|effect| run.place().1 != "read_back" || !matches!(effect, Effect::Gather(_)));
        effects
    };
    caught("book", &one(), wanted(deaf), "nobody could go on");
}

#[test]
fn two_questions_at_once_are_found() {
    let twice = |_: &Run, mut effects: Vec<Effect>| {
        effects.extend(effects.last().filter(|last| matches!(last, Effect::Gather(_))).cloned());
        effects
    };
    caught("book", &one(), wanted(twice), "nobody could go on");
}

#[test]
fn a_question_without_a_word_is_found() {
    let mute = |run: &Run, mut effects: Vec<Effect>| {
        effects.retain(|effect| run.place().1 != "window" || !matches!(effect, Effect::Say(_)));
        effects
    };
    caught("person", &one(), wanted(mute), "asks and has said nothing");
}

#[test]
fn hanging_up_without_a_word_is_found() {
    let mute = |_: &Run, mut effects: Vec<Effect>| {
        let is_end = effects.iter().any(|effect| matches!(effect, Effect::End { .. }));
        effects.retain(|effect| !is_end || !matches!(effect, Effect::Say(_)));
        effects
    };
    caught("person", &one(), wanted(mute), "hangs up and has said nothing");
}

#[test]
fn a_goal_counted_and_not_reached_is_found() {
    let proud = |_: &Run, effects: Vec<Effect>| {
        let claim = |effect| match effect {
            Effect::End { .. } => Effect::End { goal: "callback.requested".to_owned() },
            other => other,
        };
        effects.into_iter().map(claim).collect()
    };
    caught("person", &one(), wanted(proud), "« callback.requested » and nothing of it is written");
}

#[test]
fn a_zero_that_does_nothing_is_found() {
    let told = |_: &Run, input| if input == Input::Keys("0".to_owned()) { Input::NoInput } else { input };
    let way = caught("book", &one(), Wires { told, ..STRAIGHT }, "`0` does not lead to a person");
    assert!(way.contains("keys 0   silent 5s"), "alone in a number, it waits for the next: {way}");
}

#[test]
fn a_ladder_without_a_last_rung_is_found() {
    let told = |_: &Run, input| if input == Input::NoInput { Input::Keys("*".to_owned()) } else { input };
    let scope = Scope { detail: Detail::Full, ..one() };
    caught("person", &scope, Wires { told, ..STRAIGHT }, "for ever");
}

#[test]
fn silence_that_answers_for_the_caller_is_found() {
    let told = |_: &Run, input| if input == Input::NoInput { Input::Keys("2".to_owned()) } else { input };
    let scope = Scope { detail: Detail::Full, ..one() };
    caught("person", &scope, Wires { told, ..STRAIGHT }, "leads neither to the question again nor to a person");
}

// ── the store ────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_hold_that_looks_at_nobody_elses_is_found() {
    let blind = |store: &mut Store, region: &Region, run: &str, key: &str, request: &Request| {
        let others = store.holds.extract_if(.., |hold| hold.holder != run).collect::<Vec<_>>();
        let reply = store.execute(region, run, key, request);
        store.holds.extend(others);
        reply
    };
    caught("book", &small(&[shown(A), shown(B)], 0, 1), store(blind), "a place is held that another has");
}

#[test]
fn a_booking_without_a_hold_is_found() {
    let bold = |store: &mut Store, region: &Region, run: &str, key: &str, request: &Request| {
        if let Request::Book { slot, .. } = request
            && store.answers.iter().all(|answer| answer.key != key)
        {
            store.holds.retain(|hold| hold.holder != run);
            store.holds.push(Hold { holder: run.to_owned(), slot: slot.clone(), until: store.now + 1 });
        }
        store.execute(region, run, key, request)
    };
    let scope = Scope { has_rival: true, ..small(&[shown(A)], 0, 1) };
    let way = caught("book", &scope, store(bold), "a place is held that another has");
    assert!(way.contains("lapsed   given appointment 2026-12-02 09:00 for 0199000077 71100   keys 1"), "{way}");
}

#[test]
fn an_answer_not_kept_for_its_key_is_found() {
    let forgetful = |store: &mut Store, region: &Region, run: &str, _: &str, request: &Request| {
        Ok(store.apply(region, run, request))
    };
    caught("book", &one(), store(forgetful), "asked again under its key");
}

#[test]
fn a_hold_that_never_lapses_is_found() {
    let eternal = |store: &mut Store, region: &Region, run: &str, key: &str, request: &Request| {
        let reply = store.execute(region, run, key, request);
        store.holds.iter_mut().filter(|hold| hold.holder == run).for_each(|hold| hold.until = i64::MAX);
        reply
    };
    caught("book", &one(), store(eternal), "outlive");
}

#[test]
fn a_second_hold_beside_the_first_is_found() {
    let greedy = |store: &mut Store, region: &Region, run: &str, key: &str, request: &Request| {
        let before = store.holds.clone();
        let reply = store.execute(region, run, key, request);
        if matches!(request, Request::Hold { .. }) && reply == Ok(Reply::Held) {
            let lost: Vec<_> = before.into_iter().filter(|hold| !store.holds.contains(hold)).collect();
            store.holds.extend(lost);
        }
        reply
    };
    caught("book", &one(), store(greedy), "one call holds two places");
}

#[test]
fn a_commit_that_was_lost_is_found() {
    let lossy = |store: &mut Store, region: &Region, run: &str, key: &str, request: &Request| {
        let reply = store.execute(region, run, key, request);
        store.rows.retain(|row| row.by != run);
        reply
    };
    caught("book", &one(), store(lossy), "nothing of it is written");
}

#[test]
fn a_call_back_answered_and_not_kept_is_found() {
    let lossy = |store: &mut Store, region: &Region, run: &str, key: &str, request: &Request| {
        let reply = store.execute(region, run, key, request);
        store.call_backs.clear();
        reply
    };
    caught("person", &one(), store(lossy), "nothing of it is written");
}

#[test]
fn a_cancellation_and_a_confirmation_not_kept_are_found() {
    let lossy = |store: &mut Store, region: &Region, run: &str, key: &str, request: &Request| {
        let reply = store.execute(region, run, key, request);
        if matches!(request, Request::Cancel { .. }) {
            store.rows.iter_mut().for_each(|row| row.is_excused = false);
        }
        reply
    };
    caught("manage", &small(&[shown(A)], 1, 1), store(lossy), "annulé");
    let vague = |store: &mut Store, region: &Region, run: &str, key: &str, request: &Request| {
        let reply = store.execute(region, run, key, request);
        store.rows.iter_mut().for_each(|row| row.is_confirmed = false);
        reply
    };
    caught("manage", &small(&[shown(A)], 1, 1), store(vague), "« C'est noté. Nous vous attendons. »");
}

#[test]
fn a_person_whose_appointment_is_not_looked_for_is_found() {
    let hasty = |store: &mut Store, region: &Region, run: &str, key: &str, request: &Request| {
        let phones: Vec<_> = store.rows.iter_mut().map(|row| row.phone.take()).collect();
        let reply = store.execute(region, run, key, request);
        store.rows.iter_mut().zip(phones).for_each(|(row, phone)| row.phone = phone);
        reply
    };
    let told = vec![HERE, "1", "1"];
    let scope = Scope { told, detail: Detail::Places, digits: "12", ..small(&[shown(A), shown(A)], 0, 2) };
    caught("book", &scope, store(hasty), "one person is booked twice");
}

type Explored = (Scope, Result<Found, Violation>);

/// What `ligne flow explore` runs, once for all tests that look at it.
pub(crate) fn explored() -> &'static [Explored] {
    static ALL: LazyLock<Vec<Explored>> = LazyLock::new(|| {
        let scopes = scopes();
        let next = AtomicUsize::new(0);
        let work = || {
            let mine = std::iter::from_fn(|| scopes.get(next.fetch_add(1, Ordering::Relaxed)));
            mine.map(|scope| (scope.clone(), explore(library(), scope))).collect::<Vec<_>>()
        };
        std::thread::scope(|threads| {
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            let threads: Vec<_> = (0..cores).map(|_| threads.spawn(work)).collect();
            threads.into_iter().flat_map(|thread| thread.join().expect("no exploration panics")).collect()
        })
    });
    &ALL
}

/// So that no change of a flow or of the interpreter lands against it.
#[test]
fn every_scope_of_the_command_holds() {
    for (scope, found) in explored() {
        if let Err(violation) = found {
            panic!("{}: {}\n{}", scope.name, violation.what, violation.transcript);
        }
    }
}

/// The numbers of every scope, by hand: `cargo test --lib numbers_of_every_scope -- --ignored --nocapture`.
#[test]
#[ignore = "the whole exploration: `ligne flow explore` runs it in release"]
fn numbers_of_every_scope() {
    let only = std::env::var("SCOPE").unwrap_or_default();
    for scope in scopes().into_iter().filter(|scope| scope.name.contains(&only)) {
        let began = std::time::Instant::now();
        match explore(library(), &scope) {
            Ok(found) => eprintln!(
                "{:<52} {} {} {:?} {:?}",
                scope.name,
                found.states,
                found.calls,
                found.limits,
                began.elapsed()
            ),
            Err(violation) => eprintln!("{:<52} VIOLATED {}\n{}", scope.name, violation.what, violation.transcript),
        }
    }
}
