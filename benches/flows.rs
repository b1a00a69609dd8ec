//! `cargo bench --bench flows`: how fast flows run, are checked and are explored, each beside a baseline of the same run.
//!
//! | measure | is | its baseline |
//! |---|---|---|
//! | interpreter | one input of a whole booking, store's answers given at once | the same run at each wait to JSON and back, as it is kept |
//! | check | all files read and checked, recordings taken to be there | the YAML of the same files parsed, and no more |
//! | explore | one scope whole, states and graph | as many runs cloned, hashed and put into a set |
//!
//! The machine is shared and its clock moves: a ratio says more than a time. Both sides of it are taken in turn, [`ROUNDS`]
//! times, and the median of each counts.

use std::collections::HashSet;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use jiff::Timestamp;
use ligne_claire::booking::{Appointment, Modality, Site, Slot};
use ligne_claire::flow::action::{Reply, Request};
use ligne_claire::flow::explore::{explore, scopes};
use ligne_claire::flow::{Caller, Channel, Effect, Input, Library, Run};
use ligne_claire::phone::PhoneNumber;
use ligne_claire::server::edition;

const ROUNDS: usize = 5;
/// Bookings of one round.
const CALLS: usize = 2_000;
/// Checks of one round.
const CHECKS: usize = 10;
/// From the first word to "c'est noté".
const KEYS: [&str; 9] = ["1", "1", "71100", "1", "1", "1", "2", "1", "5"];

fn main() {
    let files = edition::files(Path::new("flows")).expect("the flows of this repository, beside its Cargo.toml");
    let library = edition::with(&files, &|_| true).expect("they are checked by the tests");
    println!(
        "{} flows, {} steps; medians of {ROUNDS} rounds, baseline in turn with each",
        library.names().count(),
        library.steps()
    );
    println!("{:<12} {:>28} {:>34} {:>8}", "", "this", "baseline", "ratio");
    interpreter(&library);
    check(&files);
    exploration(&library);
}

/// Seconds of each, one after the other.
fn in_turn(mut this: impl FnMut(), mut baseline: impl FnMut()) -> (f64, f64) {
    let seconds = |work: &mut dyn FnMut()| {
        let began = Instant::now();
        work();
        began.elapsed().as_secs_f64()
    };
    let rounds: Vec<(f64, f64)> = (0..ROUNDS).map(|_| (seconds(&mut this), seconds(&mut baseline))).collect();
    let median = |mut all: Vec<f64>| {
        all.sort_by(f64::total_cmp);
        all[ROUNDS / 2]
    };
    (median(rounds.iter().map(|round| round.0).collect()), median(rounds.iter().map(|round| round.1).collect()))
}

fn row(name: &str, this: &str, baseline: &str, ratio: f64) {
    println!("{name:<12} {this:>28} {baseline:>34} {ratio:>7.2}×");
}

fn interpreter(library: &Library) {
    let mut waits = Vec::new();
    let inputs = book(library, &mut |run| waits.push(run.clone()));
    let (ours, json) = in_turn(
        || {
            for _ in 0..CALLS {
                black_box(book(library, &mut |_| {}));
            }
        },
        || {
            for run in (0..CALLS).flat_map(|_| &waits) {
                let kept = serde_json::to_string(run).expect("a run is plain data");
                black_box(serde_json::from_str::<Run>(&kept).expect("it was just written"));
            }
        },
    );
    let (each, json) = (ours / (CALLS * inputs) as f64, json / (CALLS * waits.len()) as f64);
    let this = format!("{:.0} inputs/s ({:.2} µs)", 1.0 / each, each * 1e6);
    row("interpreter", &this, &format!("run to JSON and back {:.2} µs", json * 1e6), each / json);
}

/// One caller books by ear, and the store says yes; how many inputs that took.
fn book(library: &Library, at_wait: &mut dyn FnMut(&Run)) -> usize {
    let caller = Caller { number: PhoneNumber::parse("0353010001"), ..Caller::default() };
    let mut run = Run::new("bench".to_owned(), "welcome", caller, Channel::Call);
    let (mut inputs, mut is_over) = (0, false);
    for input in std::iter::once(Input::Start).chain(KEYS.map(|keys| Input::Keys(keys.to_owned()))) {
        let mut next = Some(input);
        while let Some(input) = next.take() {
            inputs += 1;
            for effect in run.input(library, Timestamp::UNIX_EPOCH, input) {
                match effect {
                    Effect::Act { request, .. } => next = Some(Input::Reply(yes(&request))),
                    Effect::End { goal } => is_over = goal == "appointment.booked",
                    other => drop(black_box(other)),
                }
            }
        }
        at_wait(&run);
    }
    assert!(is_over, "the keys of this bench book no more: look at flows/, then at KEYS");
    inputs
}

fn yes(request: &Request) -> Reply {
    match request {
        Request::FindSlots { modality, .. } => Reply::Slots((0..5).map(|day| slot(day, *modality)).collect()),
        Request::Hold { .. } => Reply::Held,
        Request::Book { slot, .. } => {
            Reply::Booked(Appointment { id: "a".to_owned(), version: 1, slot: slot.clone(), is_confirmed: false })
        }
        Request::Rate { .. } => Reply::Rated,
        _ => Reply::Unavailable,
    }
}

fn slot(day: i64, modality: Modality) -> Slot {
    let starts_at = Timestamp::from_second(1_796_200_200 + day * 86_400).expect("a day of 2026");
    let site = Site {
        id: "s".to_owned(),
        city: "Dijon".to_owned(),
        say_city: "à Dijon,".to_owned(),
        say_address: "à Dijon, douze rue de la Liberté.".to_owned(),
        tz: "Europe/Paris".to_owned(),
    };
    Slot { service: "first".to_owned(), counsellor_id: "c".to_owned(), site, modality, starts_at, ends_at: starts_at }
}

fn check(files: &edition::Files) {
    let (ours, yaml) = in_turn(
        || (0..CHECKS).for_each(|_| drop(black_box(Library::load(files, &|_| true)))),
        || {
            for (_, text) in (0..CHECKS).flat_map(|_| files) {
                black_box(serde_saphyr::from_str::<serde_json::Value>(text).expect("it was checked"));
            }
        },
    );
    let (ours, yaml) = (ours * 1e3 / CHECKS as f64, yaml * 1e3 / CHECKS as f64);
    row("check", &format!("{ours:.1} ms, all files"), &format!("their YAML parsed {yaml:.1} ms"), ours / yaml);
}

/// The first scope: one call, its number shown, nothing folded.
fn exploration(library: &Library) {
    let scope = &scopes()[0];
    let mut waits = Vec::new();
    book(library, &mut |run| waits.push(run.clone()));
    let states = explore(library, scope).expect("the tests explore it").states;
    // As many different runs as there were states, each as large as one of a booking.
    let runs: Vec<Run> = (0..states).map(|at| waits[at % waits.len()].succeed(at.to_string(), "book")).collect();
    let (ours, hashing) = in_turn(
        || drop(black_box(explore(library, scope))),
        || {
            let mut set = HashSet::with_capacity(runs.len());
            set.extend(runs.iter().cloned());
            black_box(set.len());
        },
    );
    let a_second = |seconds: f64| states as f64 / seconds;
    let this = format!("{:.0} states/s of {states}", a_second(ours));
    row("explore", &this, &format!("runs into a set {:.0}/s", a_second(hashing)), ours / hashing);
}
