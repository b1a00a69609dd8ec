//! What is kept, and for how long (F5).

use jiff::Timestamp;
use sqlx::AnyConnection;

use super::{counts, rest, voice};
use crate::call::CallRecord;

/// Detailed call logs: a year at most (F5).
const RECORDS_KEPT_S: i64 = 365 * 86_400;
/// A voice message goes this long after its request was closed (F5).
const MESSAGES_KEPT_S: i64 = 30 * 86_400;
/// Everything else: the active base's two years (F5).
const ACTIVE_KEPT_S: i64 = 2 * 365 * 86_400;
/// Answers kept for a repeated request: far longer than any call or restart.
const ANSWERS_KEPT_S: i64 = 7 * 86_400;
/// The name under which answers are kept that hold a whole run.
pub(super) const RESUME: &str = "resume";
/// Rows of one purge of each kind: callers wait behind it.
pub(super) const PURGE_MAX: i64 = 2_000;

/// What goes when it is older than so many seconds; in the order of who points to whom.
const OLD: [(&str, i64); 6] = [
    (
        "DELETE FROM callback_message WHERE (callback_id, recording) IN (SELECT m.callback_id, m.recording FROM callback_message m JOIN callback b ON b.id = m.callback_id \
         WHERE b.status NOT IN('queued','claimed') AND COALESCE(b.closed_at, b.requested_at) < $1 LIMIT $2)",
        MESSAGES_KEPT_S,
    ),
    (
        "DELETE FROM callback WHERE id IN (SELECT b.id FROM callback b WHERE b.status NOT IN('queued','claimed') AND b.requested_at < $1 \
         AND NOT EXISTS(SELECT 1 FROM callback_message m WHERE m.callback_id = b.id) LIMIT $2)",
        ACTIVE_KEPT_S,
    ),
    (
        "DELETE FROM group_seat WHERE (group_id, seat_no) IN (SELECT s.group_id, s.seat_no FROM group_seat s JOIN group_meeting g ON g.id = s.group_id WHERE g.ends_at < $1 LIMIT $2)",
        ACTIVE_KEPT_S,
    ),
    (
        "DELETE FROM group_meeting WHERE id IN (SELECT g.id FROM group_meeting g WHERE g.ends_at < $1 AND NOT EXISTS(SELECT 1 FROM group_seat s WHERE s.group_id = g.id) LIMIT $2)",
        ACTIVE_KEPT_S,
    ),
    (
        "UPDATE person SET said_name = NULL WHERE id IN (SELECT id FROM person WHERE said_name IS NOT NULL AND last_contact_at < $1 LIMIT $2)",
        ACTIVE_KEPT_S,
    ),
    ("DELETE FROM consent WHERE id IN (SELECT id FROM consent WHERE at < $1 LIMIT $2)", ACTIVE_KEPT_S),
];
/// The same of what is counted by day.
const OLD_DAYS: [&str; 2] = [
    "DELETE FROM rating WHERE (day, score) IN (SELECT day, score FROM rating WHERE day < $1 LIMIT $2)",
    "DELETE FROM step_count WHERE (flow, version, step, exit, day) IN (SELECT flow, version, step, exit, day FROM step_count WHERE day < $1 LIMIT $2)",
];

/// Writes calls' lines. Told again under the same id, the later end counts.
pub(super) async fn record(tx: &mut AnyConnection, records: &[CallRecord]) -> Result<u64, sqlx::Error> {
    let sql = "INSERT INTO call_record(id, flow, caller, began_at, ended_at, ended, goal) VALUES($1, $2, $3, $4, $5, $6, $7) \
               ON CONFLICT(id) DO UPDATE SET ended_at = excluded.ended_at, ended = excluded.ended, goal = excluded.goal \
               WHERE excluded.ended_at >= call_record.ended_at";
    let mut rows = 0;
    for record in records {
        let written = sqlx::query(sql)
            .bind(&record.id)
            .bind(&record.flow)
            .bind(record.caller.as_ref().map(|number| number.dialable().to_owned()))
            .bind(record.began_at.as_second())
            // The wall clock may step back within a call; a call does not.
            .bind(record.ended_at.max(record.began_at).as_second())
            .bind(record.ended)
            .bind(&record.goal)
            .execute(&mut *tx)
            .await?;
        rows += written.rows_affected();
    }
    Ok(rows)
}

/// Takes lapsed holds out of the grid, and runs at rest that nobody came back for: no one is waiting for them.
pub(super) async fn purge_lapsed(tx: &mut AnyConnection, now: Timestamp) -> Result<u64, sqlx::Error> {
    let sql = "DELETE FROM cell WHERE hold_until <= $1";
    let lapsed = sqlx::query(sql).bind(now.as_second()).execute(&mut *tx).await?.rows_affected();
    Ok(lapsed + rest::purge(tx, now).await?)
}

/// Removes what may not be kept any longer, at most [`PURGE_MAX`] rows of each kind.
pub(super) async fn purge_old(tx: &mut AnyConnection, now: Timestamp) -> Result<u64, sqlx::Error> {
    let records = "DELETE FROM call_record WHERE id IN (SELECT id FROM call_record WHERE began_at < $1 LIMIT $2)";
    let answers = "DELETE FROM idem WHERE key IN (SELECT key FROM idem WHERE at < $1 LIMIT $2)";
    let mut removed = 0;
    for (sql, kept_s) in [(records, RECORDS_KEPT_S), (answers, ANSWERS_KEPT_S)].into_iter().chain(OLD) {
        let before = now.as_second() - kept_s;
        removed += sqlx::query(sql).bind(before).bind(PURGE_MAX).execute(&mut *tx).await?.rows_affected();
    }
    // A run that was taken up is in the answer that gave it: no longer than it could have rested.
    let runs = "DELETE FROM idem WHERE key IN (SELECT key FROM idem WHERE at < $1 AND request = $3 LIMIT $2)";
    let before = now.as_second() - i64::from(rest::KEPT_MAX_S);
    removed += sqlx::query(runs).bind(before).bind(PURGE_MAX).bind(RESUME).execute(&mut *tx).await?.rows_affected();
    let before = counts::day(Timestamp::from_second(now.as_second() - ACTIVE_KEPT_S).unwrap_or(now));
    for sql in OLD_DAYS {
        removed += sqlx::query(sql).bind(&before).bind(PURGE_MAX).execute(&mut *tx).await?.rows_affected();
    }
    Ok(removed + voice::purge(tx, now).await?)
}
