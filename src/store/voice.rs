//! What callers said after a tone (D13: nothing else of a call is ever kept).

use jiff::Timestamp;
use sqlx::{AnyConnection, Row};

use super::keep::PURGE_MAX;

/// Two minutes of A-law: the longest recording there is.
pub(super) const SOUND_MAX: usize = 120 * 8_000;
/// Until it is named: by a request that the caller is about to make. Also after a request or a person let go of it.
const UNNAMED_S: i64 = 86_400;

pub(super) async fn put(tx: &mut AnyConnection, now: Timestamp, id: &str, sound: &[u8]) -> Result<u64, sqlx::Error> {
    let sql = "INSERT INTO voice(id, recorded_at, sound) VALUES($1, $2, $3)";
    let put = sqlx::query(sql).bind(id).bind(now.as_second()).bind(sound.to_vec()).execute(tx).await?;
    Ok(put.rows_affected())
}

pub(super) async fn sound(connection: &mut AnyConnection, id: &str) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let row = sqlx::query("SELECT sound FROM voice WHERE id = $1").bind(id).fetch_optional(connection).await?;
    Ok(row.map(|row| row.get(0)))
}

/// Recordings that no request and no person names.
pub(super) async fn purge(tx: &mut AnyConnection, now: Timestamp) -> Result<u64, sqlx::Error> {
    let sql = "DELETE FROM voice WHERE id IN (SELECT v.id FROM voice v WHERE v.recorded_at < $1 \
               AND NOT EXISTS(SELECT 1 FROM callback_message m WHERE m.recording = v.id) \
               AND NOT EXISTS(SELECT 1 FROM person p WHERE p.said_name = v.id) LIMIT $2)";
    let before = now.as_second() - UNNAMED_S;
    Ok(sqlx::query(sql).bind(before).bind(PURGE_MAX).execute(tx).await?.rows_affected())
}
