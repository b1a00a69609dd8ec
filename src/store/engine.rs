//! What differs between the two engines, and nothing else of the store does.
//!
//! | | SQLite | PostgreSQL 15 and later |
//! |---|---|---|
//! | one writer at a time, of all programs | `BEGIN IMMEDIATE` | an advisory lock, first in each writing transaction |
//! | a look sees the last commit | its snapshot begins with the lock | READ COMMITTED: each statement after the lock has its own |
//! | the lock is another's | `busy_timeout` | `lock_timeout` |
//! | survives a power cut | `synchronous=FULL` | `synchronous_commit=on` |
//!
//! Several lines on one PostgreSQL therefore write one after the other, batch by batch, and whatever is looked at before it is
//! written stays so until the commit. What relies on that, since its look and its write are two statements:
//!
//! - `write::book`: a person has one coming appointment, and a number and postal code are one person (no constraint can say it,
//!   since somebody else of the same number is another person);
//! - `call_backs::request`: one open request a number and topic, and a promise that counts all others;
//! - `moves::to`: the new place is looked at before the old one goes;
//! - `groups::join`: the lowest free seat, and a person sits once;
//! - `rest::resume`: a wrong second fact counts only when nobody took the run up;
//! - `writer::once`: the answer to a key is looked up before the work is done;
//! - `schema::migrate` and `Store::load_sample`: two lines that start at once.
//!
//! The lock binds whoever takes it. Other programs are held by the constraints alone; what they make us lose comes as one of
//! [`CONFLICTS`], is undone and done once more ([`is_conflict`]).

use std::path::{Path, PathBuf};

use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, AssertSqlSafe, Executor, Transaction};

use super::PATIENCE;

/// How long a statement waits for another program's transaction: within [`PATIENCE`], after the wait in the queue.
const LOCK_WAIT_MS: u32 = 900;
/// Of a line that starts: another may be at its schema or its sample.
const START_WAIT_MS: u32 = 60_000;
/// The writers' lock, in this database only ("ligne" in ASCII).
const WRITERS: i64 = 0x6c_69_67_6e_65;
/// Unique violation, serialization failure, deadlock, a statement after a failed one.
const CONFLICTS: [&str; 4] = ["23505", "40001", "40P01", "25P02"];
/// How [`lost`] begins.
const LOST: &str = "lost to another program: ";

/// Where a store is. (No `Debug`: the address may hold a password.)
#[derive(Clone)]
pub enum Place {
    /// SQLite, in `ligne.db` of this folder.
    Folder(PathBuf),
    /// PostgreSQL, at this address: `postgres://…`.
    Server(String),
}

impl Place {
    /// The server of `DATABASE_URL`, if it names one; a file of this folder otherwise.
    pub fn chosen(folder: &Path) -> Self {
        Self::from(std::env::var("DATABASE_URL").ok(), folder)
    }

    fn from(url: Option<String>, folder: &Path) -> Self {
        let is_ours = |url: &String| url.starts_with("postgres://") || url.starts_with("postgresql://");
        url.filter(is_ours).map_or_else(|| Self::Folder(folder.to_owned()), Self::Server)
    }

    pub(super) fn file(&self) -> Option<PathBuf> {
        match self {
            Self::Folder(folder) => Some(folder.join("ligne.db")),
            Self::Server(_) => None,
        }
    }

    /// For messages: never the address.
    pub fn name(&self) -> String {
        self.file().map_or_else(|| "PostgreSQL (DATABASE_URL)".to_owned(), |file| file.display().to_string())
    }

    pub(super) fn engine(&self) -> Engine {
        match self {
            Self::Folder(_) => Engine::Sqlite,
            Self::Server(_) => Engine::Postgres,
        }
    }
}

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// A writing transaction: from here on no other line writes.
    pub(super) async fn begin(self, pool: &AnyPool) -> Result<Transaction<'static, sqlx::Any>, sqlx::Error> {
        self.begin_within(pool, LOCK_WAIT_MS).await
    }

    /// The same at start-up, where another line that starts may be making schema and sample: nobody is on the telephone yet.
    pub(super) async fn begin_start(self, pool: &AnyPool) -> Result<Transaction<'static, sqlx::Any>, sqlx::Error> {
        self.begin_within(pool, START_WAIT_MS).await
    }

    async fn begin_within(self, pool: &AnyPool, wait_ms: u32) -> Result<Transaction<'static, sqlx::Any>, sqlx::Error> {
        match self {
            Self::Sqlite => pool.begin_with("BEGIN IMMEDIATE").await,
            Self::Postgres => {
                let mut tx = pool.begin_with("BEGIN").await?;
                let lock = format!("SET LOCAL lock_timeout = {wait_ms}; SELECT pg_advisory_xact_lock({WRITERS})");
                tx.execute(AssertSqlSafe(lock)).await?;
                Ok(tx)
            }
        }
    }

    /// Our one text in this engine's dialect. SQLite: INTEGER for BIGINT, STRICT tables, so that 'demain' is refused in a number,
    /// and a table of a composite key stored in that key's order, so that a cell is written once and not twice.
    pub(super) fn dialect(self, sql: &str) -> String {
        if self == Self::Postgres {
            return sql.to_owned();
        }
        let sql = sql.replace("BIGINT", "INTEGER").replace("BYTEA", "BLOB");
        let lines = sql.lines().map(|line| match line.strip_prefix("CREATE TABLE").and(line.split_once(';')) {
            Some((table, comment)) if table.contains("PRIMARY KEY(") => {
                format!("{table} STRICT, WITHOUT ROWID;{comment}")
            }
            Some((table, comment)) => format!("{table} STRICT;{comment}"),
            None => line.to_owned(),
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Connections for reading: in WAL, and on PostgreSQL, they see the last commit and wait for no fsync.
pub(super) async fn readers(place: &Place, connections: u32) -> Result<AnyPool, sqlx::Error> {
    match place {
        Place::Folder(_) => pool(place, "rw", connections, "PRAGMA query_only=ON;").await,
        Place::Server(_) => pool(place, "", connections, "SET default_transaction_read_only = on;").await,
    }
}

/// One connection: a line has one writer. `synchronous` is SQLite's, FULL so that "c'est noté" outlives a power cut.
pub(super) async fn writers(place: &Place, synchronous: &str) -> Result<AnyPool, sqlx::Error> {
    // WAL so that a crash loses nothing committed and readers do not wait.
    let sqlite = format!("PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA foreign_keys=ON;");
    match place {
        Place::Folder(_) => pool(place, "rwc", 1, &sqlite).await,
        // Whatever the server's administrator set for others.
        Place::Server(_) => pool(place, "", 1, "SET synchronous_commit = on;").await,
    }
}

/// Connections of one kind, opened once and kept: reopening a file that was removed would make an empty one.
pub(super) async fn pool(place: &Place, mode: &str, connections: u32, settings: &str) -> Result<AnyPool, sqlx::Error> {
    let (url, waits) = match place {
        Place::Folder(folder) => (
            format!("sqlite://{}?mode={mode}", folder.join("ligne.db").display()),
            format!("PRAGMA busy_timeout={LOCK_WAIT_MS};"),
        ),
        Place::Server(url) => (
            url.clone(),
            format!("SET default_transaction_isolation = 'read committed'; SET lock_timeout = {LOCK_WAIT_MS};"),
        ),
    };
    let settings = format!("{waits} {settings}");
    AnyPoolOptions::new()
        .max_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(PATIENCE)
        .after_connect(move |connection, _| {
            let settings = settings.clone();
            Box::pin(async move { connection.execute(AssertSqlSafe(settings)).await.map(drop) })
        })
        .connect(&url)
        .await
}

/// Somebody who does not take our lock wrote between a look and its write.
pub(super) fn lost(what: &str) -> sqlx::Error {
    sqlx::Error::Protocol(format!("{LOST}{what}"))
}

/// Whether the same work, done once more from its first look, may well succeed.
pub(super) fn is_conflict(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(refused) => refused.code().is_some_and(|code| CONFLICTS.contains(&code.as_ref())),
        sqlx::Error::Protocol(text) => text.starts_with(LOST),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_of_a_server_leaves_the_folder_and_it_is_never_named() {
        let place = |url: Option<&str>| Place::from(url.map(str::to_owned), Path::new("data"));
        assert_eq!(place(None).name(), "data/ligne.db");
        assert_eq!(place(Some("sqlite://elsewhere.db")).name(), "data/ligne.db");
        let server = place(Some("postgres://line:secret@db/line"));
        assert_eq!(server.engine(), Engine::Postgres);
        assert!(!server.name().contains("secret"));
    }
}
