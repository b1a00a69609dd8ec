//! The schema: brought up to date when the store is opened, and checked for what no constraint can check.

use std::path::Path;

use jiff::tz::TimeZone;
use sqlx::{AnyPool, AssertSqlSafe, Executor, Row};

use super::StoreError;
use crate::booking::holidays::Zone;

/// The schema this program writes.
const SCHEMA: i64 = 4;
/// By version.
const MIGRATIONS: [(i64, &str); 4] = [
    (1, include_str!("../../migrations/0001_start.sql")),
    (2, include_str!("../../migrations/0002_rest.sql")),
    (3, include_str!("../../migrations/0003_flows.sql")),
    (4, include_str!("../../migrations/0004_voice.sql")),
];

/// Runs the migrations that this database has not seen.
pub(super) async fn migrate(pool: &AnyPool, path: &Path) -> Result<(), StoreError> {
    let open = |source| StoreError::Open { path: path.to_owned(), source };
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.map_err(open)?;
    tx.execute("CREATE TABLE IF NOT EXISTS schema_version(version INTEGER NOT NULL)").await.map_err(open)?;
    let found: i64 = sqlx::query("SELECT COALESCE(MAX(version), 0) FROM schema_version")
        .fetch_one(&mut *tx)
        .await
        .map_err(open)?
        .get(0);
    if found > SCHEMA {
        return Err(StoreError::Newer { path: path.to_owned(), found, known: SCHEMA });
    }
    for (version, sql) in MIGRATIONS.into_iter().filter(|(version, _)| *version > found) {
        tx.execute(AssertSqlSafe(for_sqlite(sql))).await.map_err(open)?;
        sqlx::query("INSERT INTO schema_version(version) VALUES($1)")
            .bind(version)
            .execute(&mut *tx)
            .await
            .map_err(open)?;
    }
    tx.commit().await.map_err(open)
}

/// Refuses a site whose closed days or wall clock this program cannot compute: it would offer places on holidays, or at
/// wrong hours (D12).
pub(super) async fn check_sites(pool: &AnyPool) -> Result<(), StoreError> {
    for row in sqlx::query("SELECT id, calendar, tz FROM site ORDER BY id").fetch_all(pool).await? {
        let (site, calendar, tz): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        if Zone::parse(&calendar).is_none() {
            let known = Zone::ALL.map(|(name, _)| name).join(", ");
            return Err(StoreError::Calendar { site, calendar, known });
        }
        if TimeZone::get(&tz).is_err() {
            return Err(StoreError::Clock { site, tz });
        }
    }
    Ok(())
}

/// SQLite's dialect of our one text: INTEGER for BIGINT, STRICT tables, so that 'demain' is refused in a number, and a table of a
/// composite key stored in that key's order, so that a cell is written once and not twice.
pub(super) fn for_sqlite(sql: &str) -> String {
    let sql = sql.replace("BIGINT", "INTEGER").replace("BYTEA", "BLOB");
    let lines = sql.lines().map(|line| match line.strip_prefix("CREATE TABLE").and(line.split_once(';')) {
        Some((table, comment)) if table.contains("PRIMARY KEY(") => format!("{table} STRICT, WITHOUT ROWID;{comment}"),
        Some((table, comment)) => format!("{table} STRICT;{comment}"),
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}
