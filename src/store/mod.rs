//! The shared appointment store: the only place with SQL. One text for SQLite and PostgreSQL; what differs is in `engine`.
//!
//! Two guarantees, kept by the tables and not by care: one cell of the grid has one holder, so nothing is booked twice;
//! a request's answer is written in the transaction of its effect, so a request repeated after a crash is done once.

mod call_backs;
mod counts;
mod engine;
mod find;
mod groups;
mod keep;
mod moves;
mod plan;
mod rest;
mod sample;
mod schema;
#[cfg(test)]
mod tests;
mod voice;
mod write;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::{AnyPool, Row};

use crate::call::CallRecord;
use crate::call::conversation::Rest;
use crate::flow::Caller;
use crate::flow::action::{Reply, Request, SLOW};
use crate::phone::PhoneNumber;
pub use counts::{Passage, StepCount};
pub use engine::Place;
use engine::{Engine, readers, writers};
use find::Wanted;
use plan::Shelf;
use writer::{Desk, Done, File, Work};

/// A caller does not wait longer than this for the store.
const PATIENCE: Duration = Duration::from_secs(2);
/// Connections for reading.
const READERS: u32 = 2;

/// Why the store cannot be opened or used.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum StoreError {
    #[error("{folder}: {source}; make the folder writable, or name another with `data = \"…\"`")]
    Folder { folder: PathBuf, source: std::io::Error },
    #[error(
        "{place}: {source}; is it a database of Ligne Claire, and writable? Name another folder with `data = \"…\"`, or another server with DATABASE_URL"
    )]
    Open { place: String, source: sqlx::Error },
    #[error("{place}: its schema is version {found}, this program knows {known}: start the newer program again")]
    Newer { place: String, found: i64, known: i64 },
    #[error("site `{site}`: no holidays are known for the calendar `{calendar}`; set site.calendar to one of {known}")]
    Calendar { site: String, calendar: String, known: String },
    #[error("site `{site}`: there is no time zone `{tz}`; set site.tz to a name such as Europe/Paris")]
    Clock { site: String, tz: String },
    #[error("the store did not write; the log above says why")]
    Unwritten,
    #[error("the store refused: {0}")]
    Sql(#[from] sqlx::Error),
}

/// The store.
#[derive(Clone, Debug)]
pub struct Store {
    readers: AnyPool,
    /// One connection: a line has one writer.
    writers: AnyPool,
    engine: Engine,
    desk: Desk,
    shelf: Arc<Shelf>,
}

impl Store {
    /// Opens, or makes, the SQLite database in a folder, and brings its schema up to date. What is written later is written by a
    /// task of this runtime.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        Self::open_at(&Place::Folder(folder.to_owned())).await
    }

    /// The same of either engine. Several lines may open one PostgreSQL database, also at once.
    pub async fn open_at(place: &Place) -> Result<Self, StoreError> {
        // FULL so that "c'est noté" outlives a power cut.
        Self::open_synced(place, "FULL").await
    }

    async fn open_synced(place: &Place, synchronous: &str) -> Result<Self, StoreError> {
        let open = |source| StoreError::Open { place: place.name(), source };
        if let Place::Folder(folder) = place {
            let error = |source| StoreError::Folder { folder: folder.clone(), source };
            std::fs::create_dir_all(folder).map_err(error)?;
        }
        sqlx::any::install_default_drivers();
        let (engine, writers) = (place.engine(), writers(place, synchronous).await.map_err(open)?);
        schema::migrate(&writers, place).await?;
        let readers = readers(place, READERS).await.map_err(open)?;
        schema::check_sites(&readers).await?;
        let file = place.file().map(File::at).transpose();
        let file = file.map_err(|source| StoreError::Folder { folder: place.name().into(), source })?;
        let desk = writer::start(writers.clone(), engine, file);
        Ok(Self { readers, writers, engine, desk, shelf: Arc::default() })
    }

    /// Carries out one request of a run, once for each `key`. Any fault, and any wait over two seconds, is
    /// [`Reply::Unavailable`]: the caller is told honestly.
    pub async fn execute(&self, now: Timestamp, run: &str, key: &str, request: &Request) -> Reply {
        match tokio::time::timeout(PATIENCE, self.read(now, request)).await {
            Ok(Ok(Some(reply))) => reply,
            Ok(Ok(None)) => {
                let (run, key) = (run.to_owned(), key.to_owned());
                match self.desk.ask(Work::Request { now, run, key, request: request.clone() }).await {
                    Some(Done::Reply(reply)) => reply,
                    Some(Done::Rows(_)) | None => Reply::Unavailable,
                }
            }
            Ok(Err(error)) => {
                tracing::error!(run.id = run, %error, "the store did not carry out a request");
                Reply::Unavailable
            }
            Err(_) => {
                tracing::error!(run.id = run, "the store did not answer within {PATIENCE:?}");
                Reply::Unavailable
            }
        }
    }

    /// The answer to a request that only reads; `None` for the others.
    async fn read(&self, now: Timestamp, request: &Request) -> Result<Option<Reply>, sqlx::Error> {
        let reader = || self.readers.acquire();
        match request {
            Request::FindSlots { place, modality, when, phone, limit }
            | Request::FindDays { place, modality, when, phone, limit } => {
                let (modality, when, phone, limit) = (*modality, *when, phone.as_ref(), *limit);
                let wanted = Wanted { place, modality, when, phone, limit };
                let mut reader = reader().await?;
                let plan = self.shelf.plan(&mut reader, now).await?;
                match request {
                    Request::FindDays { .. } => find::days(&mut reader, &plan, now, wanted).await.map(Some),
                    _ => find::slots(&mut reader, &plan, now, wanted).await.map(Some),
                }
            }
            Request::FindAppointments { phone, place } => {
                find::appointments(&mut *reader().await?, now, phone, place).await.map(Some)
            }
            Request::FindCallback { phone } => call_backs::find(&mut *reader().await?, now, phone).await.map(Some),
            Request::FindGroups { place, limit } => {
                groups::near(&mut *reader().await?, now, place, *limit).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Writes calls' lines in the journal, all or none. Told again under the same id, the later end counts: no second line.
    pub async fn record(&self, records: &[CallRecord]) -> Result<(), StoreError> {
        self.rows(Work::Records(records.to_vec())).await.map(drop)
    }

    /// Counts the steps that runs left, by day: for the end of each call. Nothing of who it was is kept (F3).
    pub async fn count_steps(&self, now: Timestamp, passages: &[Passage]) -> Result<(), StoreError> {
        self.rows(Work::Steps { now, passages: passages.to_vec() }).await.map(drop)
    }

    /// What was counted of one version of a flow from a day on.
    pub async fn step_counts(&self, flow: &str, version: &str, from: Date) -> Result<Vec<StepCount>, StoreError> {
        Ok(counts::of(&mut *self.readers.acquire().await?, flow, version, from).await?)
    }

    /// Makes the hold of a run last until `now + ttl_s`, if it has one that has not lapsed; whether it had. A hold is never
    /// shortened, and never outlives two hours unrenewed.
    pub async fn renew(&self, now: Timestamp, run: &str, ttl_s: u32) -> Result<bool, StoreError> {
        self.rows(Work::Renew { now, run: run.to_owned(), ttl_s }).await.map(|cells| cells > 0)
    }

    /// Puts the run of a call that was cut off at rest for so long (C27), two hours at the most, with what it holds. The same
    /// run again takes the place of the first.
    pub async fn put_at_rest(&self, now: Timestamp, rest: &Rest) -> Result<(), StoreError> {
        self.rows(Work::Rest { now, rest: rest.clone() }).await.map(drop)
    }

    /// Keeps what a caller said after a tone; the name under which a request may speak of it.
    pub async fn keep_voice(&self, now: Timestamp, sound: Vec<u8>) -> Result<String, StoreError> {
        let id = ulid::Ulid::generate().to_string();
        let sound = if sound.len() > voice::SOUND_MAX { sound[..voice::SOUND_MAX].to_vec() } else { sound };
        self.rows(Work::Voice { now, id: id.clone(), sound }).await.map(|_| id)
    }

    /// The A-law sound of a recording; none when there is none, or the store does not answer.
    pub async fn voice(&self, id: &str) -> Option<Vec<u8>> {
        let reading = async { voice::sound(&mut *self.readers.acquire().await?, id).await };
        tokio::time::timeout(PATIENCE, reading).await.ok()?.unwrap_or_else(|error| {
            tracing::error!(%error, "a recording cannot be read");
            None
        })
    }

    /// Who calls, with what is known of the number: whether a run of it waits to be taken up ([`Request::Resume`], after the
    /// second fact), and whether it is spoken to slowly (C10). A store that does not answer in time knows nothing: the call
    /// goes on as any other.
    pub async fn caller(&self, now: Timestamp, number: Option<PhoneNumber>) -> Caller {
        let Some(phone) = &number else { return Caller::default() };
        let reading = async {
            let mut connection = self.readers.acquire().await?;
            let dropped = rest::has(&mut connection, now, phone).await?;
            Ok::<_, sqlx::Error>((dropped, counts::agrees(&mut connection, phone, SLOW).await?))
        };
        let (dropped, slow) = match tokio::time::timeout(PATIENCE, reading).await {
            Ok(Ok(known)) => known,
            Ok(Err(error)) => {
                tracing::error!(%error, "the store could not say what it knows of a number");
                (false, false)
            }
            Err(_) => {
                tracing::error!("the store did not answer within {PATIENCE:?}");
                (false, false)
            }
        };
        Caller { number, dropped, slow }
    }

    /// Removes lapsed holds from the grid, and runs at rest whose time is over; how many rows. They count for nothing with or
    /// without this: it keeps the tables small, and nothing personal longer than it may be (F5). For a job of every minute.
    pub async fn purge_lapsed(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.rows(Work::PurgeLapsed { now }).await
    }

    /// Removes what may be kept no longer (F5); how many rows. For a job of every night.
    pub async fn purge_old(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut removed = 0;
        loop {
            // Small bites: callers write in between.
            let some = self.rows(Work::PurgeOld { now }).await?;
            removed += some;
            if some < keep::PURGE_MAX.unsigned_abs() {
                return Ok(removed);
            }
        }
    }

    /// Runs that hold a place now.
    pub async fn holds(&self, now: Timestamp) -> Result<i64, StoreError> {
        let sql = "SELECT COUNT(DISTINCT holder_id) FROM cell WHERE hold_until > $1";
        Ok(sqlx::query(sql).bind(now.as_second()).fetch_one(&self.readers).await?.get(0))
    }

    async fn rows(&self, work: Work) -> Result<u64, StoreError> {
        match self.desk.ask(work).await {
            Some(Done::Rows(rows)) => Ok(rows),
            Some(Done::Reply(_)) | None => Err(StoreError::Unwritten),
        }
    }

    /// Loads the sample region into an empty store; how many sites there are now.
    pub async fn load_sample(&self) -> Result<i64, StoreError> {
        let mut tx = self.engine.begin_start(&self.writers).await?;
        let count: i64 = sqlx::query("SELECT COUNT(*) FROM site").fetch_one(&mut *tx).await?.get(0);
        if count == 0 {
            sample::load(&mut tx).await?;
        }
        let count: i64 = sqlx::query("SELECT COUNT(*) FROM site").fetch_one(&mut *tx).await?.get(0);
        tx.commit().await?;
        self.shelf.clear().await;
        Ok(count)
    }

    /// Every text that must be recorded for the places of this store.
    pub async fn spoken_places(&self) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query("SELECT say_city, say_address FROM site").fetch_all(&self.readers).await?;
        Ok(rows.iter().flat_map(|row| [row.get(0), row.get(1)]).collect())
    }
}
