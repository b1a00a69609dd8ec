//! `ligne flow test`: transcripts played on every channel of the flow that answers, and what they have left untried. One with
//! an SMS in it is played once, what is called in it as a call.
//!
//! ```text
//! flows/tests/*.{call,sms} ─ call::transcript ─→ clauses
//! clauses + the real flows, keypad and store ─ Memory ─→ ✓, or the line that did not come true; the ways taken
//! the ways of all ─ Coverage ─→ what no transcript has tried
//! ```

mod coverage;
mod desk;
mod files;
mod memory;
mod offered;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

pub use coverage::Coverage;
pub use desk::Desk;
pub use files::{Transcript, read};
pub use memory::{KEY, Memory};

use super::check::counted;
use crate::call::transcript::{self, Calling, Clause};
use crate::flow::{Channel, Edge, Library};
use crate::store::Store;
use coverage::by;

/// Stages at once, at most: more cores do not make a disk quicker.
const THREADS_MAX: usize = 8;
/// The store's files: the second holds what was written last.
const DATABASE: [&str; 2] = ["ligne.db", "ligne.db-wal"];

/// What came of all of them.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Transcripts that did not come true.
    pub failed: usize,
    /// Ways that none has tried.
    pub missing: usize,
}

/// One transcript on its channels: what did not come true, and the ways taken.
#[derive(Debug)]
struct Played {
    faults: Vec<String>,
    taken: Vec<(Channel, BTreeSet<Edge>)>,
}

/// A store with the sample region, made once and copied for each transcript.
#[derive(Debug)]
pub struct Pattern {
    folder: tempfile::TempDir,
    /// Open as long as it is copied: closing it would move what was written last from one file to the other.
    _store: Store,
}

impl Pattern {
    /// Makes it.
    pub fn make(runtime: &tokio::runtime::Runtime) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let store = runtime.block_on(async {
            let store = Store::open(folder.path()).await?;
            store.load_sample().await.map(|_| store)
        })?;
        Ok(Self { folder, _store: store })
    }

    /// A folder with a store like it, for one transcript.
    pub fn copy(&self) -> std::io::Result<tempfile::TempDir> {
        let folder = tempfile::tempdir()?;
        for name in DATABASE {
            let from = self.folder.path().join(name);
            if from.exists() {
                std::fs::copy(from, folder.path().join(name))?;
            }
        }
        Ok(folder)
    }
}

/// Plays all of them and tells, in French, what came of each and what none has tried. `flow` answers the line.
pub fn rehearse(
    library: &Library,
    flow: &str,
    runtime: &tokio::runtime::Runtime,
    transcripts: &[Transcript],
    mut out: impl Write,
) -> anyhow::Result<Outcome> {
    let pattern = Pattern::make(runtime)?;
    let (mut outcome, mut coverage) = (Outcome::default(), Coverage::default());
    for (transcript, played) in transcripts.iter().zip(play_all(library, flow, runtime, &pattern, transcripts)) {
        let path = transcript.path.display();
        if played.faults.is_empty() {
            let channels: Vec<&str> = played.taken.iter().map(|(channel, _)| by(*channel)).collect();
            writeln!(out, "✓ {path} ({})", channels.join(", "))?;
        } else {
            outcome.failed += 1;
            played.faults.iter().try_for_each(|fault| writeln!(out, "✗ {path}, {fault}"))?;
        }
        played.taken.into_iter().for_each(|(channel, taken)| coverage.add(channel, taken));
    }
    let missing = coverage.missing(library);
    outcome.missing = missing.len();
    writeln!(out, "\n{}", coverage.table(library))?;
    missing.iter().try_for_each(|line| writeln!(out, "{line}"))?;
    writeln!(out, "{}", summary(transcripts.len(), &outcome))?;
    Ok(outcome)
}

fn summary(count: usize, outcome: &Outcome) -> String {
    let calls = counted(count, "transcription", "transcriptions");
    let calls = match outcome.failed {
        0 => format!("{calls} : tout se passe comme c'est écrit."),
        failed => format!("{calls}, dont {failed} à revoir."),
    };
    let ways = match outcome.missing {
        0 => "Chaque issue de chaque parcours est essayée.".to_owned(),
        missing => format!("{} sans essai.", counted(missing, "issue", "issues")),
    };
    format!("{calls}\n{ways}")
}

/// In the order of the transcripts, played side by side.
fn play_all(
    library: &Library,
    flow: &str,
    runtime: &tokio::runtime::Runtime,
    pattern: &Pattern,
    transcripts: &[Transcript],
) -> Vec<Played> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut played = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(transcript) = transcripts.get(at) else { return played };
            played.push((at, play(library, flow, runtime, pattern, &transcript.text)));
        }
    };
    let mut all: Vec<(usize, Played)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, played)| played).collect()
}

fn play(library: &Library, flow: &str, runtime: &tokio::runtime::Runtime, pattern: &Pattern, text: &str) -> Played {
    let mut played = Played { faults: Vec::new(), taken: Vec::new() };
    let clauses = match transcript::parse(text) {
        Ok(clauses) => clauses,
        Err(broken) => {
            played.faults.push(broken);
            return played;
        }
    };
    for channel in channels(library, flow, &clauses) {
        let stage = || -> anyhow::Result<_> {
            let folder = pattern.copy()?;
            let stage = Memory::open(library, flow, runtime, folder.path(), channel)?;
            Ok((stage, folder))
        };
        let (mut stage, _folder) = match stage() {
            Ok(stage) => stage,
            Err(error) => {
                played.faults.push(format!("le carnet d'essai ne s'ouvre pas : {error:#}"));
                return played;
            }
        };
        if let Err(fault) = transcript::play(text, &mut stage) {
            played.faults.push(format!("{} : {fault}", by(channel)));
        }
        played.taken.extend(stage.taken());
    }
    played
}

/// Of every flow that answers in it; words need letters.
fn channels(library: &Library, flow: &str, clauses: &[transcript::Numbered]) -> Vec<Channel> {
    let named = clauses.iter().filter_map(|(_, clause)| match clause {
        Clause::Call(Calling { flow, .. }) | Clause::Sms { flow, .. } => {
            flow.as_deref().filter(|flow| library.has(flow))
        }
        _ => None,
    });
    let named: Vec<&str> = named.collect();
    let is_of_all = |channel: &Channel| named.iter().all(|flow| library.channels(flow).contains(channel));
    let own = library.channels(flow).iter().copied();
    own.filter(|channel| is_of_all(channel) && transcript::fits(clauses, *channel)).collect()
}

/// Where a line's transcripts are, when none are named: beside its flows.
pub fn beside(flows: &Path) -> PathBuf {
    flows.join("tests")
}
