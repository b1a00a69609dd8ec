//! A changed flow or recording goes live while people talk: all of it is read and checked as at start-up, then the next call
//! takes it. One fault, and the old version stays.
//!
//! ```text
//!   SIGHUP ────────────────┐
//!   flows/, index.tsv ──watch──▶ quiet for 300 ms ──▶ read all, check all ──▶ good: swapped, said in one line
//!                                                                            bad: each fault in a line; the old stays
//! ```
//! A call in progress is pinned to the edition of its INVITE (see [`crate::net::Edition`]).

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::signal::unix::Signal;
use tokio::sync::{mpsc, watch};

use super::edition::{self, Files, Refusal};
use crate::config::Config;
use crate::net::Edition;
use crate::speech::Language;
use crate::store::Store;

/// An editor's save is several events, a copied folder hundreds: it counts once it has been quiet for so long.
const QUIET: Duration = Duration::from_millis(300);
/// A folder that is never quiet is read all the same.
const QUIET_MAX: Duration = Duration::from_secs(3);

/// What came of reading everything again.
#[derive(Debug)]
pub enum Reloaded {
    /// The next call hears it.
    Live {
        /// The names of the files that are new, other or gone, without `.yaml`.
        flows: Vec<String>,
        /// Recordings that are new, other or gone.
        recordings: usize,
    },
    /// Nothing had changed.
    Same,
    /// The old one stays.
    Refused(Refusal),
}

/// Whoever replaces the edition: the only one.
#[derive(Debug)]
pub struct Reload {
    config: Config,
    store: Store,
    live: watch::Sender<Arc<Edition>>,
    /// What the live edition was read from.
    files: Files,
    /// When it went live.
    since: Timestamp,
}

impl Reload {
    /// Begins with this edition, read from these files.
    pub fn new(config: Config, store: Store, edition: Edition, files: Files) -> Self {
        let (live, _) = watch::channel(Arc::new(edition));
        Self { config, store, live, files, since: Timestamp::now() }
    }

    /// Where calls take the edition from.
    pub fn live(&self) -> watch::Receiver<Arc<Edition>> {
        self.live.subscribe()
    }

    /// Reads again on SIGHUP and when something changed. Until it is dropped.
    pub async fn run(mut self, mut hang_up: Signal) {
        let mut eye = Eye::open(&self.config);
        loop {
            tokio::select! {
                _ = hang_up.recv() => {}
                () = eye.change() => eye.quiet().await,
            }
            // Before reading: what changes after this is seen, what changed before is read.
            eye.look_again();
            let began = Instant::now();
            let outcome = self.again().await;
            self.tell(&outcome, began.elapsed());
        }
    }

    /// Reads and checks everything once more.
    pub async fn again(&mut self) -> Reloaded {
        match self.read().await {
            Err(refusal) => Reloaded::Refused(refusal),
            Ok((edition, files)) => self.replace(edition, files),
        }
    }

    async fn read(&self) -> Result<(Edition, Files), Refusal> {
        let places = self.store.spoken_places().await.map_err(|error| Refusal::Store { error })?;
        let (config, live) = (self.config.clone(), self.live.borrow().clone());
        let reading = move || {
            let (edition, files) = edition::read(&config, &live.sounds)?;
            edition::fits(&edition, &config, &places)?;
            Ok((edition, files))
        };
        // Files and proofs take a while; the signalling task shares these threads.
        tokio::task::spawn_blocking(reading).await.unwrap_or(Err(Refusal::Broken))
    }

    fn replace(&mut self, edition: Edition, files: Files) -> Reloaded {
        let flows = changed(&self.files, &files);
        let recordings = edition.sounds.changes(&self.live.borrow().sounds);
        if flows.is_empty() && recordings == 0 {
            return Reloaded::Same;
        }
        // The old one goes with its last call.
        self.live.send_replace(Arc::new(edition));
        (self.files, self.since) = (files, Timestamp::now());
        Reloaded::Live { flows, recordings }
    }

    fn tell(&self, outcome: &Reloaded, took: Duration) {
        let live = self.live.borrow();
        let (version, duration_ms) = (live.library.version(), took.as_millis() as u64);
        match outcome {
            Reloaded::Live { flows, recordings } => {
                let flows = if flows.is_empty() { "none".to_owned() } else { flows.join(", ") };
                tracing::info!(
                    version,
                    flows,
                    recordings,
                    duration_ms,
                    "a new version is live: the next call hears it"
                );
            }
            Reloaded::Same => tracing::info!(version, "read again: nothing has changed"),
            Reloaded::Refused(refusal) => {
                refusal.faults().iter().for_each(|fault| tracing::error!("{fault}"));
                let since = self.since;
                tracing::error!(version, "the change is refused: the version of {since:.0} stays");
            }
        }
    }
}

/// The stems of the files that are only in one of the two, or differ.
fn changed(before: &Files, after: &Files) -> Vec<String> {
    let only_in = |these: &Files, others: &Files| -> Vec<String> {
        let stem = |path: &String| Path::new(path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        these.iter().filter(|file| !others.contains(file)).map(|(path, _)| stem(path)).collect()
    };
    let mut names = only_in(before, after);
    names.extend(only_in(after, before));
    names.sort();
    names.dedup();
    names
}

/// Sees that something changed, never what: everything is read again anyway.
struct Eye {
    /// None where the system cannot watch: SIGHUP still works.
    watcher: Option<RecommendedWatcher>,
    changes: mpsc::Receiver<()>,
    folders: Vec<PathBuf>,
}

impl Eye {
    fn open(config: &Config) -> Self {
        let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        let flows = absolute(config.flows.clone());
        let recordings = Language::ALL.map(|language| absolute(edition::recordings(config, language)));
        // One place is enough: a change not yet taken stands for the next ones too.
        let (noted, changes) = mpsc::channel(1);
        let (inside, folders) = (flows.clone(), recordings.clone());
        let indexes = recordings.clone().map(|folder| folder.join("index.tsv"));
        let is_ours = move |path: &PathBuf| {
            indexes.contains(path)
                || folders.contains(path)
                || inside == *path
                || (path.parent() == Some(&inside) && edition::is_flow(path))
        };
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| match event {
            // Events were lost: anything may have changed.
            Ok(event) if event.need_rescan() => drop(noted.try_send(())),
            Ok(event) if is_change(event.kind) && event.paths.iter().any(&is_ours) => drop(noted.try_send(())),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "a change of the flows may go unnoticed: `kill -HUP` has them read"),
        });
        let above = |path: &Path| path.parent().unwrap_or(path).to_owned();
        let mut folders = vec![above(&flows), above(&recordings[0]), flows];
        folders.extend(recordings);
        let mut eye = Self { watcher: watcher.map_err(unwatched).ok(), changes, folders };
        eye.look_again();
        eye
    }

    /// Watches the folders that stand there now. They may be others of the same name, and the one above tells of it: a
    /// deployment replaces a folder or turns a link, and a watch stays with what was there.
    fn look_again(&mut self) {
        let Some(watcher) = &mut self.watcher else { return };
        for folder in &self.folders {
            // One that is gone: the folder above has told, or will tell when it is back.
            let _ = watcher.unwatch(folder);
            let watched = watcher.watch(folder, RecursiveMode::NonRecursive);
            if let Err(error) = watched
                && !matches!(error.kind, notify::ErrorKind::PathNotFound)
            {
                unwatched(error);
            }
        }
    }

    async fn change(&mut self) {
        // The watcher holds the other end; without one, there is nothing to wait for.
        if self.changes.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }

    /// Until nothing has changed for a while.
    async fn quiet(&mut self) {
        let since = Instant::now();
        while since.elapsed() < QUIET_MAX
            && tokio::time::timeout(QUIET, self.changes.recv()).await.is_ok_and(|change| change.is_some())
        {}
    }
}

fn unwatched(error: notify::Error) {
    tracing::warn!(%error, "changes of the flows go unnoticed: after one, `kill -HUP` has them read");
}

/// Our own reading is none.
fn is_change(kind: EventKind) -> bool {
    !matches!(kind, EventKind::Access(access) if access != AccessKind::Close(AccessMode::Write))
}

#[cfg(test)]
mod tests;
