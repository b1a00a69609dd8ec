//! Runs at rest (C27): a call was cut off, its run waits here with its hold until the person calls again and tells the second
//! fact (D15). Two of one landline may rest at once; of one person the newest is taken up.
//!
//! A row is personal: it goes when it is taken up, and with its time (F5). Each call leaves one at the most, for two hours at
//! the most: that is the table's bound.

use jiff::Timestamp;
use sqlx::{AnyConnection, Row};

use super::write::HOLD_MAX_S;
use crate::booking::PostalCode;
use crate::call::conversation::Rest;
use crate::flow::action::Reply;
use crate::phone::PhoneNumber;

/// Wrong second facts, after which nobody can take the run up by telling one (D15).
const MISSES_MAX: i64 = 3;
/// As long as the hold that rests with it can last.
pub(super) const KEPT_MAX_S: u32 = HOLD_MAX_S;

/// Puts a run at rest, or the same run again, and lets what it holds last just as long; rows written.
pub(super) async fn put(tx: &mut AnyConnection, now: Timestamp, rest: &Rest) -> Result<u64, sqlx::Error> {
    let keep_s = u32::try_from(rest.keep.as_secs()).unwrap_or(KEPT_MAX_S).min(KEPT_MAX_S);
    // No shorter, and no longer: nobody could take the place afterwards.
    let held = "UPDATE cell SET hold_until = $1 WHERE holder_id = $2 AND hold_until > $3";
    let held = sqlx::query(held).bind(now.as_second() + i64::from(keep_s)).bind(&rest.run).bind(now.as_second());
    held.execute(&mut *tx).await?;
    // Who put it at rest again had told the second fact: the count begins anew.
    let sql = "INSERT INTO rest(id, e164, postal_code, run, kept_at, kept_until) VALUES($1, $2, $3, $4, $5, $6) \
               ON CONFLICT(id) DO UPDATE SET e164 = excluded.e164, postal_code = excluded.postal_code, run = excluded.run, \
               kept_at = excluded.kept_at, kept_until = excluded.kept_until, misses = 0";
    let put = sqlx::query(sql)
        .bind(&rest.run)
        .bind(rest.phone.dialable())
        .bind(rest.fact.as_str())
        .bind(&rest.json)
        .bind(now.as_second())
        .bind(now.as_second() + i64::from(keep_s))
        .execute(tx)
        .await?;
    Ok(put.rows_affected())
}

/// Whether a run of this number is still at rest. Until the second fact is told, nothing more of it is for anybody's ears.
pub(super) async fn has(
    connection: &mut AnyConnection,
    now: Timestamp,
    phone: &PhoneNumber,
) -> Result<bool, sqlx::Error> {
    let sql = "SELECT 1 FROM rest WHERE e164 = $1 AND kept_until > $2 LIMIT 1";
    let row = sqlx::query(sql).bind(phone.dialable()).bind(now.as_second()).fetch_optional(connection).await?;
    Ok(row.is_some())
}

/// Gives the run to whoever tells the second fact, and to nobody after them.
pub(super) async fn resume(
    tx: &mut AnyConnection,
    now: Timestamp,
    phone: &PhoneNumber,
    place: &PostalCode,
) -> Result<Reply, sqlx::Error> {
    // One statement: of two who take up the same run at once, one finds it gone.
    let taken = "DELETE FROM rest WHERE id = (SELECT id FROM rest WHERE e164 = $1 AND postal_code = $2 AND kept_until > $3 \
                 ORDER BY kept_at DESC, id DESC LIMIT 1) RETURNING run";
    let run = sqlx::query(taken).bind(phone.dialable()).bind(place.as_str()).bind(now.as_second());
    if let Some(row) = run.fetch_optional(&mut *tx).await? {
        return Ok(Reply::Resumed(row.get(0)));
    }
    // Nobody knows whose it was to be: a wrong fact counts against all that rest under this number.
    let missed = "UPDATE rest SET misses = misses + 1 WHERE e164 = $1 AND kept_until > $2";
    let missed = sqlx::query(missed).bind(phone.dialable()).bind(now.as_second()).execute(&mut *tx).await?;
    let spent = "DELETE FROM rest WHERE e164 = $1 AND misses >= $2";
    sqlx::query(spent).bind(phone.dialable()).bind(MISSES_MAX).execute(tx).await?;
    Ok(if missed.rows_affected() > 0 { Reply::Wrong } else { Reply::Gone })
}

/// Removes what nobody came back for; how many rows.
pub(super) async fn purge(tx: &mut AnyConnection, now: Timestamp) -> Result<u64, sqlx::Error> {
    let sql = "DELETE FROM rest WHERE kept_until <= $1";
    sqlx::query(sql).bind(now.as_second()).execute(tx).await.map(|done| done.rows_affected())
}
