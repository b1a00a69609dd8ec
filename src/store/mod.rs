//! The shared appointment store: the only place with SQL. One text for SQLite and PostgreSQL.
//!
//! Two guarantees, kept by the tables and not by care: one cell of the grid has one holder, so nothing is booked twice;
//! a request's answer is written in the transaction of its effect, so a request repeated after a crash is done once.

mod find;
mod sample;
#[cfg(test)]
mod tests;
mod write;

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, Executor, Row};

use crate::flow::action::{Reply, Request};

/// The schema this program writes.
const SCHEMA: i64 = 1;
const MIGRATIONS: [&str; 1] = [include_str!("../../migrations/0001_start.sql")];
/// A caller does not wait longer than this for the store.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why the store cannot be opened or used.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum StoreError {
    #[error("{folder}: {source}; make the folder writable, or name another with `data = \"…\"`")]
    Folder { folder: PathBuf, source: std::io::Error },
    #[error(
        "{path}: {source}; is it a database of Ligne Claire, and writable? Name another folder with `data = \"…\"`"
    )]
    Open { path: PathBuf, source: sqlx::Error },
    #[error("{path}: its schema is version {found}, this program knows {SCHEMA}: start the newer program again")]
    Newer { path: PathBuf, found: i64 },
    #[error("the store refused: {0}")]
    Sql(#[from] sqlx::Error),
}

/// The store.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
}

impl Store {
    /// Opens, or makes, the database in a folder, and brings its schema up to date.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder).map_err(|source| StoreError::Folder { folder: folder.to_owned(), source })?;
        let path = folder.join("ligne.db");
        let open = |source| StoreError::Open { path: path.clone(), source };
        sqlx::any::install_default_drivers();
        let url = format!("sqlite://{}?mode=rwc", path.display());
        let pool = AnyPoolOptions::new()
            // One connection: SQLite has one writer, and the reads are short.
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    // WAL so that a crash loses nothing committed; FULL so that "c'est noté" outlives a power cut.
                    connection.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000;").await?;
                    Ok(())
                })
            })
            .connect(&url)
            .await
            .map_err(open)?;
        let store = Self { pool };
        store.migrate(&path).await?;
        Ok(store)
    }

    async fn migrate(&self, path: &Path) -> Result<(), StoreError> {
        let open = |source| StoreError::Open { path: path.to_owned(), source };
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(open)?;
        tx.execute("CREATE TABLE IF NOT EXISTS schema_version(version INTEGER NOT NULL)").await.map_err(open)?;
        let found: i64 = sqlx::query("SELECT COALESCE(MAX(version), 0) FROM schema_version")
            .fetch_one(&mut *tx)
            .await
            .map_err(open)?
            .get(0);
        if found > SCHEMA {
            return Err(StoreError::Newer { path: path.to_owned(), found });
        }
        for (version, sql) in (1_i64..).zip(MIGRATIONS).filter(|(version, _)| *version > found) {
            tx.execute(AssertSqlSafe(for_sqlite(sql))).await.map_err(open)?;
            sqlx::query("INSERT INTO schema_version(version) VALUES($1)")
                .bind(version)
                .execute(&mut *tx)
                .await
                .map_err(open)?;
        }
        tx.commit().await.map_err(open)
    }

    /// Carries out one request of a run, once for each `key`. Any fault, and any wait over two seconds, is
    /// [`Reply::Unavailable`]: the caller is told honestly.
    pub async fn execute(&self, now: Timestamp, run: &str, key: &str, request: &Request) -> Reply {
        match tokio::time::timeout(PATIENCE, self.carry_out(now, run, key, request)).await {
            Ok(Ok(reply)) => reply,
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

    async fn carry_out(&self, now: Timestamp, run: &str, key: &str, request: &Request) -> Result<Reply, sqlx::Error> {
        match request {
            Request::FindSlots { place, modality, limit } => {
                find::slots(&mut *self.pool.acquire().await?, now, place, *modality, usize::from(*limit)).await
            }
            Request::FindAppointments { phone, place } => {
                find::appointments(&mut *self.pool.acquire().await?, now, phone, place).await
            }
            _ => self.write(now, run, key, request).await,
        }
    }

    /// Effect and answer in one transaction: both, or neither.
    async fn write(&self, now: Timestamp, run: &str, key: &str, request: &Request) -> Result<Reply, sqlx::Error> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        if let Some(reply) = replayed(&mut tx, key).await? {
            return Ok(reply);
        }
        let reply = write::apply(&mut tx, now, run, request).await?;
        let text = |value: serde_json::Result<String>| value.map_err(|error| sqlx::Error::Encode(error.into()));
        sqlx::query("INSERT INTO idem(key, request, response, at) VALUES($1, $2, $3, $4)")
            .bind(key)
            .bind(kind(request))
            .bind(text(serde_json::to_string(&reply))?)
            .bind(now.as_second())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// Loads the sample region into an empty store; how many sites there are now.
    pub async fn load_sample(&self) -> Result<i64, StoreError> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let count: i64 = sqlx::query("SELECT COUNT(*) FROM site").fetch_one(&mut *tx).await?.get(0);
        if count == 0 {
            sample::load(&mut tx).await?;
        }
        let count: i64 = sqlx::query("SELECT COUNT(*) FROM site").fetch_one(&mut *tx).await?.get(0);
        tx.commit().await?;
        Ok(count)
    }

    /// Every text that must be recorded for the places of this store.
    pub async fn spoken_places(&self) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query("SELECT say_city, say_address FROM site").fetch_all(&self.pool).await?;
        Ok(rows.iter().flat_map(|row| [row.get(0), row.get(1)]).collect())
    }
}

async fn replayed(connection: &mut AnyConnection, key: &str) -> Result<Option<Reply>, sqlx::Error> {
    let row = sqlx::query("SELECT response FROM idem WHERE key = $1").bind(key).fetch_optional(connection).await?;
    let text: Option<String> = row.map(|row| row.get(0));
    text.map(|text| serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into()))).transpose()
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
    }
}

/// SQLite's dialect of our one text: INTEGER for BIGINT, STRICT tables, so that 'demain' is refused in a number.
fn for_sqlite(sql: &str) -> String {
    let sql = sql.replace("BIGINT", "INTEGER");
    let lines = sql.lines().map(|line| match line.strip_prefix("CREATE TABLE").and(line.split_once(';')) {
        Some((table, comment)) => format!("{table} STRICT;{comment}"),
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}
