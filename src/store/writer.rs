//! One writer, many askers: what waits together is committed together, and nobody is answered before the commit.
//!
//! ```text
//! askers   ─ hold ─┐  book ─┐ ┌─ record      ┌ … the next batch gathers while this one is synced
//! queue            ▼        ▼ ▼              ▼
//! writer   BEGIN ─ hold ─ book ─ record ─ COMMIT ─▶ all three answered       one fsync, not three
//! ```

use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use sqlx::{AnyConnection, AnyPool, Row};
use tokio::sync::{mpsc, oneshot};

use super::engine::{Engine, is_conflict};
use super::{PATIENCE, Passage, counts, keep, rest, voice, write};
use crate::call::CallRecord;
use crate::call::conversation::Rest;
use crate::flow::action::{Reply, Request};

/// Jobs that may wait; the next asker waits for room, within [`PATIENCE`].
const QUEUE: usize = 1_024;
/// Jobs of one commit: some 20 ms of work.
const BATCH: usize = 64;
/// A job that could not begin within this is not begun: what is left of [`PATIENCE`] is for the commit, so that "unavailable" is
/// said of what was not written.
const START_WITHIN: Duration = Duration::from_millis(1_000);

/// What may be written.
#[derive(Debug)]
pub(super) enum Work {
    Request { now: Timestamp, run: String, key: String, request: Request },
    Records(Vec<CallRecord>),
    Steps { now: Timestamp, passages: Vec<Passage> },
    Renew { now: Timestamp, run: String, ttl_s: u32 },
    Rest { now: Timestamp, rest: Rest },
    Voice { now: Timestamp, id: String, sound: Vec<u8> },
    PurgeLapsed { now: Timestamp },
    PurgeOld { now: Timestamp },
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Done {
    Reply(Reply),
    Rows(u64),
}

struct Job {
    work: Work,
    asked_at: Instant,
    /// `None`: not done, and not to be done.
    done: oneshot::Sender<Option<Done>>,
}

/// The askers' end of the queue.
#[derive(Clone, Debug)]
pub(super) struct Desk(mpsc::Sender<Job>);

impl Desk {
    /// Waits for the commit, at most [`PATIENCE`]. `None`: not written. (Or, when the disk alone took what was left of the patience
    /// for one sync, perhaps written and not known: the same key asked again tells.)
    pub(super) async fn ask(&self, work: Work) -> Option<Done> {
        let (done, answer) = oneshot::channel();
        let job = Job { work, asked_at: Instant::now(), done };
        let asked = async {
            self.0.send(job).await.ok()?;
            answer.await.ok()?
        };
        tokio::time::timeout(PATIENCE, asked).await.unwrap_or_else(|_| {
            tracing::error!("the store did not write within {PATIENCE:?}");
            None
        })
    }
}

/// The file written to: one that was removed or replaced would take our rows and lose them without an error.
#[derive(Debug)]
pub(super) struct File {
    path: PathBuf,
    /// Device and inode.
    known: (u64, u64),
}

impl File {
    pub(super) fn at(path: PathBuf) -> std::io::Result<Self> {
        let known = std::fs::metadata(&path).map(|file| (file.dev(), file.ino()))?;
        Ok(Self { path, known })
    }

    fn is_there(&self) -> bool {
        std::fs::metadata(&self.path).is_ok_and(|file| (file.dev(), file.ino()) == self.known)
    }
}

/// Starts the writer; it ends when every [`Desk`] is gone.
pub(super) fn start(pool: AnyPool, engine: Engine, file: Option<File>) -> Desk {
    let (desk, mut jobs) = mpsc::channel(QUEUE);
    tokio::spawn(async move {
        let writer = Arc::new(Writer { pool, engine, file });
        let mut batch = Vec::with_capacity(BATCH);
        while jobs.recv_many(&mut batch, BATCH).await > 0 {
            let (writer, jobs) = (writer.clone(), std::mem::take(&mut batch));
            // In a task of its own: a row of a shape never written by us would panic, and must cost its batch, not the line.
            if let Err(error) = tokio::spawn(async move { writer.all(jobs).await }).await {
                tracing::error!(%error, "the store's writer failed");
            }
        }
    });
    Desk(desk)
}

struct Writer {
    pool: AnyPool,
    engine: Engine,
    /// Of SQLite.
    file: Option<File>,
}

impl Writer {
    /// One bad job fails the whole transaction, on Postgres at once: then each goes alone.
    async fn all(&self, jobs: Vec<Job>) {
        for job in self.commit(jobs).await {
            self.commit(vec![job]).await;
        }
    }

    /// Does these jobs in one transaction and answers them; gives back the ones to be tried alone.
    async fn commit(&self, mut jobs: Vec<Job>) -> Vec<Job> {
        // Who gave up was told "unavailable", or hung up: nothing may be written any more.
        jobs.retain(|job| !job.done.is_closed() && job.asked_at.elapsed() < START_WITHIN);
        if jobs.is_empty() {
            return jobs;
        }
        if let Some(file) = self.file.as_ref().filter(|file| !file.is_there()) {
            tracing::error!("{}: removed or replaced under the program; restart it", file.path.display());
            return refuse(jobs);
        }
        let outcome = match self.attempt(&jobs).await {
            // Another program came between: all of it is undone, and done once more from its first look, under the same keys.
            Err(fault) if jobs.len() == 1 && is_conflict(fault.error()) => self.attempt(&jobs).await,
            outcome => outcome,
        };
        match outcome {
            Ok(done) => jobs.into_iter().zip(done).for_each(|(job, done)| drop(job.done.send(Some(done)))),
            Err(Fault::Job(_)) if jobs.len() > 1 => return jobs,
            Err(Fault::Job(error) | Fault::Store(error)) => {
                tracing::error!(%error, jobs = jobs.len(), "the store did not write");
                return refuse(jobs);
            }
        }
        Vec::new()
    }

    async fn attempt(&self, jobs: &[Job]) -> Result<Vec<Done>, Fault> {
        let mut tx = self.engine.begin(&self.pool).await.map_err(Fault::Store)?;
        let mut done = Vec::with_capacity(jobs.len());
        for job in jobs {
            done.push(carry_out(&mut tx, &job.work).await.map_err(Fault::Job)?);
        }
        tx.commit().await.map_err(Fault::Store)?;
        Ok(done)
    }
}

enum Fault {
    /// A job's own statement failed.
    Job(sqlx::Error),
    /// No transaction could begin, or end: trying again would only wait again.
    Store(sqlx::Error),
}

impl Fault {
    fn error(&self) -> &sqlx::Error {
        match self {
            Self::Job(error) | Self::Store(error) => error,
        }
    }
}

fn refuse(jobs: Vec<Job>) -> Vec<Job> {
    jobs.into_iter().for_each(|job| drop(job.done.send(None)));
    Vec::new()
}

async fn carry_out(tx: &mut AnyConnection, work: &Work) -> Result<Done, sqlx::Error> {
    match work {
        Work::Request { now, run, key, request } => once(tx, *now, run, key, request).await.map(Done::Reply),
        Work::Records(records) => keep::record(tx, records).await.map(Done::Rows),
        Work::Steps { now, passages } => counts::add(tx, *now, passages).await.map(Done::Rows),
        Work::Renew { now, run, ttl_s } => write::renew(tx, *now, run, *ttl_s).await.map(Done::Rows),
        Work::Rest { now, rest } => rest::put(tx, *now, rest).await.map(Done::Rows),
        Work::Voice { now, id, sound } => voice::put(tx, *now, id, sound).await.map(Done::Rows),
        Work::PurgeLapsed { now } => keep::purge_lapsed(tx, *now).await.map(Done::Rows),
        Work::PurgeOld { now } => keep::purge_old(tx, *now).await.map(Done::Rows),
    }
}

/// Effect and answer in one transaction, once a key.
async fn once(
    tx: &mut AnyConnection,
    now: Timestamp,
    run: &str,
    key: &str,
    request: &Request,
) -> Result<Reply, sqlx::Error> {
    let known = sqlx::query("SELECT response FROM idem WHERE key = $1").bind(key).fetch_optional(&mut *tx).await?;
    if let Some(row) = known {
        return serde_json::from_str(&row.get::<String, _>(0)).map_err(|error| sqlx::Error::Decode(error.into()));
    }
    let reply = write::apply(tx, now, run, request).await?;
    let text = serde_json::to_string(&reply).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query("INSERT INTO idem(key, request, response, at) VALUES($1, $2, $3, $4)")
        .bind(key)
        .bind(kind(request))
        .bind(text)
        .bind(now.as_second())
        .execute(tx)
        .await?;
    Ok(reply)
}

/// The request's name only: its values may be personal (F7).
fn kind(request: &Request) -> &'static str {
    match request {
        Request::FindSlots { .. } => "find_slots",
        Request::Hold { .. } => "hold",
        Request::Release => "release",
        Request::Book { .. } => "book",
        Request::FindAppointments { .. } => "find_appointments",
        Request::Confirm { .. } => "confirm",
        Request::Cancel { .. } => "cancel",
        Request::RequestCallback { .. } => "request_callback",
        Request::FindDays { .. } => "find_days",
        Request::Move { .. } => "move",
        Request::AttachMessage { .. } => "attach_message",
        Request::FindCallback { .. } => "find_callback",
        Request::FindGroups { .. } => "find_groups",
        Request::JoinGroup { .. } => "join_group",
        Request::Rate { .. } => "rate",
        Request::RecordConsent { .. } => "record_consent",
        Request::Resume { .. } => keep::RESUME,
    }
}
