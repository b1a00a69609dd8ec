//! What is counted and never says who: how calls were, how often each step was left by which exit (F3). And what people agreed to,
//! which does say who.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sqlx::{AnyConnection, Row};
use ulid::Ulid;

use crate::flow::action::Reply;
use crate::phone::PhoneNumber;

/// A step that a run left by an exit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passage {
    /// Name of the flow.
    pub flow: String,
    /// Its content hash: counts are drawn on the map they were counted on.
    pub version: String,
    /// Name of the step.
    pub step: String,
    /// Name of the exit: "goto", "yes", "taken" …
    pub exit: String,
}

/// How often a step was left by an exit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepCount {
    /// Name of the step.
    pub step: String,
    /// Name of the exit.
    pub exit: String,
    /// By how many runs, or by one again and again.
    pub passed: u64,
}

/// Adds to the counts of the day.
pub(super) async fn add(tx: &mut AnyConnection, now: Timestamp, passages: &[Passage]) -> Result<u64, sqlx::Error> {
    let mut counts: BTreeMap<&Passage, i64> = BTreeMap::new();
    passages.iter().for_each(|passage| *counts.entry(passage).or_default() += 1);
    // In the order of the map: on Postgres two callers of the same steps wait, they do not deadlock.
    let sql = "INSERT INTO step_count(flow, version, step, exit, day, passed) VALUES($1, $2, $3, $4, $5, $6) \
               ON CONFLICT(flow, version, step, exit, day) DO UPDATE SET passed = step_count.passed + excluded.passed";
    for (passage, passed) in &counts {
        sqlx::query(sql)
            .bind(&passage.flow)
            .bind(&passage.version)
            .bind(&passage.step)
            .bind(&passage.exit)
            .bind(day(now))
            .bind(passed)
            .execute(&mut *tx)
            .await?;
    }
    Ok(u64::try_from(counts.len()).unwrap_or(u64::MAX))
}

/// The counts of one version of a flow from a day on, in the order of steps' and exits' names.
pub(super) async fn of(
    connection: &mut AnyConnection,
    flow: &str,
    version: &str,
    from: Date,
) -> Result<Vec<StepCount>, sqlx::Error> {
    let sql = "SELECT step, exit, CAST(SUM(passed) AS BIGINT) FROM step_count WHERE flow = $1 AND version = $2 AND day >= $3 GROUP BY step, exit ORDER BY step, exit";
    let rows = sqlx::query(sql).bind(flow).bind(version).bind(from.to_string()).fetch_all(connection).await?;
    let count = |row: &sqlx::any::AnyRow| StepCount {
        step: row.get(0),
        exit: row.get(1),
        passed: row.get::<i64, _>(2).unsigned_abs(),
    };
    Ok(rows.iter().map(count).collect())
}

/// One more answer of that score today: no row of its own, whose order would tell the call.
pub(super) async fn rate(tx: &mut AnyConnection, now: Timestamp, score: u8) -> Result<Reply, sqlx::Error> {
    if !(1..=5).contains(&score) {
        return Ok(Reply::Unavailable);
    }
    let sql = "INSERT INTO rating(day, score, answers) VALUES($1, $2, 1) ON CONFLICT(day, score) DO UPDATE SET answers = rating.answers + 1";
    sqlx::query(sql).bind(day(now)).bind(i64::from(score)).execute(tx).await?;
    Ok(Reply::Rated)
}

/// Adds what somebody agreed to, or did not (A12, D13).
pub(super) async fn consent(
    tx: &mut AnyConnection,
    now: Timestamp,
    phone: &PhoneNumber,
    topic: &str,
    agrees: bool,
) -> Result<Reply, sqlx::Error> {
    sqlx::query("INSERT INTO consent(id, e164, topic, agrees, at) VALUES($1, $2, $3, $4, $5)")
        .bind(Ulid::generate().to_string())
        .bind(phone.dialable())
        .bind(topic)
        .bind(i64::from(agrees))
        .bind(now.as_second())
        .execute(tx)
        .await?;
    Ok(Reply::Recorded)
}

/// What a number said last under a topic; no, when nothing.
pub(super) async fn agrees(
    connection: &mut AnyConnection,
    phone: &PhoneNumber,
    topic: &str,
) -> Result<bool, sqlx::Error> {
    let sql = "SELECT agrees FROM consent WHERE e164 = $1 AND topic = $2 ORDER BY at DESC, id DESC LIMIT 1";
    let row = sqlx::query(sql).bind(phone.dialable()).bind(topic).fetch_optional(connection).await?;
    Ok(row.is_some_and(|row| row.get::<i64, _>(0) == 1))
}

/// The line's day: its reports are read in France.
pub(super) fn day(now: Timestamp) -> String {
    now.to_zoned_datetime(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC)).date().to_string()
}
