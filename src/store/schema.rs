//! The schema: brought up to date when the store is opened, and checked for what no constraint can check.

use jiff::tz::TimeZone;
use sqlx::{AnyPool, AssertSqlSafe, Executor, Row};

use super::{Place, StoreError};
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
pub(super) async fn migrate(pool: &AnyPool, place: &Place) -> Result<(), StoreError> {
    let (engine, open) = (place.engine(), |source| StoreError::Open { place: place.name(), source });
    // Of two lines that start at once, the second finds it done.
    let mut tx = engine.begin_start(pool).await.map_err(open)?;
    // INTEGER on both, as it always was: versions are small.
    tx.execute("CREATE TABLE IF NOT EXISTS schema_version(version INTEGER NOT NULL)").await.map_err(open)?;
    let found: i64 = sqlx::query("SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) FROM schema_version")
        .fetch_one(&mut *tx)
        .await
        .map_err(open)?
        .get(0);
    if found > SCHEMA {
        return Err(StoreError::Newer { place: place.name(), found, known: SCHEMA });
    }
    for (version, sql) in MIGRATIONS.into_iter().filter(|(version, _)| *version > found) {
        tx.execute(AssertSqlSafe(engine.dialect(sql))).await.map_err(open)?;
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
