//! `ligne bench flows`, also `cargo bench`: what the pure core costs, each beside a bare cost of the same kind, measured in
//! the same run on the same machine. A ratio says more than a figure of a machine that nobody else has.
//!
//! | ours | beside | because |
//! |---|---|---|
//! | one answer of a call interpreted | its run written as JSON and read again | that is what keeping it at a wait costs, however little is done |
//! | the whole set read and checked | the same YAML read, and nothing made of it | below that no checker gets |
//! | a state explored | a run hashed and remembered | below that no search gets that sees each state once |
//!
//! One core, one thread. Ours and theirs take turns, and the best of some rounds counts: noise only ever adds.

mod calls;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde::de::IgnoredAny;

use calls::{Call, NOW, played};

use crate::flow::explore::{explore, scopes};
use crate::flow::{Library, Run};

/// Of everything that takes milliseconds.
const ROUNDS: usize = 15;
/// Made-up calls: enough for each step of our flows to be met.
const CALLS: u64 = 400;

/// One thing, and what it is held against.
struct Measured {
    /// "answers of a call"
    what: &'static str,
    beside: &'static str,
    /// How many of it.
    count: usize,
    ours: Duration,
    theirs: Duration,
}

/// Measures and prints. `flow` is the one that answers calls; the files are those of the set.
pub fn flows(files: &[(String, String)], flow: &str) -> anyhow::Result<()> {
    anyhow::ensure!(!cfg!(debug_assertions), "a debug build measures itself: use `cargo bench`, or a release build");
    // Recordings are looked up in a table of the shell's: they are no part of this.
    let library = Library::load(files, &|_| true).map_err(|faults| anyhow::anyhow!("{}", faults[0]))?;
    anyhow::ensure!(library.has(flow), "no flow `{flow}`");
    let calls: Vec<Call> = (0..CALLS).map(|seed| played(&library, flow, seed)).collect();
    let mut all = vec![interpreted(&library, flow, &calls)?, checked(files)?];
    eprintln!("exploring …");
    all.push(explored(&library, flow, &calls)?);
    let steps: usize = calls.iter().map(|call| call.steps).sum();
    print!("{}", table(&all, steps, (files.len(), library.steps())));
    Ok(())
}

fn interpreted(library: &Library, flow: &str, calls: &[Call]) -> anyhow::Result<Measured> {
    let waits: Vec<&Run> = calls.iter().flat_map(|call| &call.waits).collect();
    let (mut ours, mut theirs) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        let began = Instant::now();
        for call in calls {
            let mut run = call.begin(flow);
            for input in &call.inputs {
                black_box(run.input(library, NOW, input.clone()));
            }
        }
        ours = ours.min(began.elapsed());
        let began = Instant::now();
        for run in &waits {
            let text = serde_json::to_string(run).context("a run is plain data")?;
            black_box(serde_json::from_str::<Run>(&text).context("and reads back")?);
        }
        theirs = theirs.min(began.elapsed());
    }
    let (what, beside) = ("answers interpreted", "its run to JSON and back");
    Ok(Measured { what, beside, count: waits.len(), ours, theirs })
}

fn checked(files: &[(String, String)]) -> anyhow::Result<Measured> {
    let (mut ours, mut theirs) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        let began = Instant::now();
        anyhow::ensure!(black_box(Library::load(files, &|_| true)).is_ok(), "it was whole a moment ago");
        ours = ours.min(began.elapsed());
        let began = Instant::now();
        for (path, text) in files {
            black_box(serde_saphyr::from_str::<IgnoredAny>(text).with_context(|| path.clone())?);
        }
        theirs = theirs.min(began.elapsed());
    }
    Ok(Measured { what: "sets checked", beside: "the same YAML, only read", count: 1, ours, theirs })
}

fn explored(library: &Library, flow: &str, calls: &[Call]) -> anyhow::Result<Measured> {
    let began = Instant::now();
    let mut states = 0;
    for scope in scopes() {
        let found = explore(library, flow, &scope);
        states += found.map_err(|violation| anyhow::anyhow!("{}: {}", scope.name, violation.what))?.states;
    }
    let ours = began.elapsed();
    let waits: Vec<&Run> = calls.iter().flat_map(|call| &call.waits).collect();
    let began = Instant::now();
    let mut seen = HashSet::new();
    for (nth, run) in waits.iter().cycle().take(states).enumerate() {
        let mut hasher = DefaultHasher::new();
        (nth, run).hash(&mut hasher);
        seen.insert(hasher.finish());
    }
    black_box(seen.len());
    let theirs = began.elapsed();
    Ok(Measured { what: "states explored", beside: "a run hashed and remembered", count: states, ours, theirs })
}

fn table(all: &[Measured], steps: usize, (files, of): (usize, usize)) -> String {
    let mut out = format!("{:<22}{:>14}{:>12}  {:<30}{:>12}{:>9}\n", "", "a second", "each", "beside", "each", "ratio");
    for Measured { what, beside, count, ours, theirs } in all {
        let (a_second, each) = (*count as f64 / ours.as_secs_f64(), |all: &Duration| each(*all, *count));
        let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
        // Writing to a String does not fail.
        let (ours, theirs) = (each(ours), each(theirs));
        let _ = writeln!(out, "{what:<22}{a_second:>14.0}{ours:>12}  {beside:<30}{theirs:>12}{ratio:>7.1} ×");
    }
    if let Some(Measured { count, ours, .. }) = all.first() {
        let a_second = steps as f64 / ours.as_secs_f64();
        let _ =
            writeln!(out, "\n{CALLS} made-up calls, {count} answers, {steps} steps left: {a_second:.0} steps a second");
    }
    if let Some(Measured { count, ours, .. }) = all.last() {
        let _ = writeln!(out, "{count} states in {:.1} s; {files} files, {of} steps in the set", ours.as_secs_f64());
    }
    out
}

fn each(all: Duration, count: usize) -> String {
    let us = all.as_secs_f64() * 1e6 / count.max(1) as f64;
    if us < 1_000.0 { format!("{us:.2} µs") } else { format!("{:.2} ms", us / 1_000.0) }
}
