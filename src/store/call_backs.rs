//! "Call me back": one open request a number and topic, with a promise that is kept in its row.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sqlx::{AnyConnection, Row};
use ulid::Ulid;

use crate::booking::holidays::Zone;
use crate::booking::promise::{Desk, Hours, Window};
use crate::flow::action::Reply;
use crate::phone::PhoneNumber;

/// The desk of this line in `callback_desk`.
const DESK: &str = "line";

/// Asking again adds a window, not a row, and the promise stands; one that has passed is owned up to: there is a new one, and
/// `missed` counts.
pub(super) async fn request(
    tx: &mut AnyConnection,
    now: Timestamp,
    phone: &PhoneNumber,
    topic: &str,
    window: &str,
) -> Result<Reply, sqlx::Error> {
    let sql = "SELECT id, windows, promised_by FROM callback WHERE e164 = $1 AND topic = $2 AND status IN('queued','claimed')";
    let Some(row) = sqlx::query(sql).bind(phone.dialable()).bind(topic).fetch_optional(&mut *tx).await? else {
        return queue(tx, now, phone, topic, window).await;
    };
    let (id, mut windows): (String, String) = (row.get(0), row.get(1));
    if !windows.split(',').any(|known| known == window) {
        windows = format!("{windows},{window}");
        sqlx::query("UPDATE callback SET windows = $1 WHERE id = $2")
            .bind(&windows)
            .bind(&id)
            .execute(&mut *tx)
            .await?;
    }
    let known: Option<i64> = row.get(2);
    if let Some(promise) = standing(known, now) {
        return Ok(Reply::AlreadyRequested { promise });
    }
    let promise = promise(tx, now, &windows, &id).await?;
    sqlx::query("UPDATE callback SET promised_by = $1, missed = missed + $2 WHERE id = $3")
        .bind(promise.as_second())
        .bind(i64::from(known.is_some()))
        .bind(id)
        .execute(tx)
        .await?;
    Ok(Reply::AlreadyRequested { promise })
}

async fn queue(
    tx: &mut AnyConnection,
    now: Timestamp,
    phone: &PhoneNumber,
    topic: &str,
    window: &str,
) -> Result<Reply, sqlx::Error> {
    let id = Ulid::generate().to_string();
    let promise = promise(tx, now, window, &id).await?;
    sqlx::query("INSERT INTO callback(id, e164, topic, windows, requested_at, status, promised_by) VALUES($1, $2, $3, $4, $5, 'queued', $6)")
        .bind(id)
        .bind(phone.dialable())
        .bind(topic)
        .bind(window)
        .bind(now.as_second())
        .bind(promise.as_second())
        .execute(tx)
        .await?;
    Ok(Reply::Requested { promise })
}

/// Lays a message with every open request of a number: whoever calls back has heard it.
pub(super) async fn attach(
    tx: &mut AnyConnection,
    now: Timestamp,
    phone: &PhoneNumber,
    recording: &str,
) -> Result<Reply, sqlx::Error> {
    let sql = "SELECT id FROM callback WHERE e164 = $1 AND status IN('queued','claimed')";
    let open = sqlx::query(sql).bind(phone.dialable()).fetch_all(&mut *tx).await?;
    for row in &open {
        sqlx::query(
            "INSERT INTO callback_message(callback_id, recording, at) VALUES($1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind(row.get::<String, _>(0))
        .bind(recording)
        .bind(now.as_second())
        .execute(&mut *tx)
        .await?;
    }
    Ok(if open.is_empty() { Reply::Gone } else { Reply::Kept })
}

/// The place in the queue of a number's first request: by promise, then by who asked first, as counsellors call.
pub(super) async fn find(
    connection: &mut AnyConnection,
    now: Timestamp,
    phone: &PhoneNumber,
) -> Result<Reply, sqlx::Error> {
    let sql = "SELECT id, COALESCE(promised_by, 0), requested_at, windows, promised_by FROM callback \
               WHERE e164 = $1 AND status IN('queued','claimed') ORDER BY 2, 3, 1 LIMIT 1";
    let Some(row) = sqlx::query(sql).bind(phone.dialable()).fetch_optional(&mut *connection).await? else {
        return Ok(Reply::NotWaiting);
    };
    let (id, order, requested_at): (String, i64, i64) = (row.get(0), row.get(1), row.get(2));
    let before = "SELECT COUNT(*) FROM callback WHERE status IN('queued','claimed') AND (COALESCE(promised_by, 0), requested_at, id) < ($1, $2, $3)";
    let query = sqlx::query(before).bind(order).bind(requested_at).bind(&id);
    let before: i64 = query.fetch_one(&mut *connection).await?.get(0);
    let promise = match standing(row.get(4), now) {
        Some(promise) => promise,
        None => promise(connection, now, &row.get::<String, _>(3), &id).await?,
    };
    Ok(Reply::Waiting { position: u16::try_from(before + 1).unwrap_or(u16::MAX), promise })
}

/// A promise that can still be kept.
fn standing(promised_by: Option<i64>, now: Timestamp) -> Option<Timestamp> {
    promised_by.and_then(|second| Timestamp::from_second(second).ok()).filter(|promise| *promise > now)
}

/// What can be promised to one request, those of all others being kept.
async fn promise(
    connection: &mut AnyConnection,
    now: Timestamp,
    windows: &str,
    id: &str,
) -> Result<Timestamp, sqlx::Error> {
    let desk = desk(connection).await?;
    let sql = "SELECT COALESCE(promised_by, 0) FROM callback WHERE status IN('queued','claimed') AND id <> $1";
    let rows = sqlx::query(sql).bind(id).fetch_all(connection).await?;
    let promised: Vec<Timestamp> =
        rows.iter().map(|row| Timestamp::from_second(row.get(0)).unwrap_or_default()).collect();
    // Several windows are any: the earliest that suits.
    desk.promise(now, Window::parse(windows), &promised).ok_or_else(|| {
        unable("nobody can call back within two months: see to those who wait, or set callback_hours.counsellors")
    })
}

async fn desk(connection: &mut AnyConnection) -> Result<Desk, sqlx::Error> {
    let sql = "SELECT minutes_each, tz, calendar FROM callback_desk WHERE id = $1";
    let row = sqlx::query(sql).bind(DESK).fetch_optional(&mut *connection).await?;
    let row = row.ok_or_else(|| unable("callback_desk has no row `line`: who calls back, and when?"))?;
    let (minutes_each, tz, calendar): (i64, String, String) = (row.get(0), row.get(1), row.get(2));
    let zone = TimeZone::get(&tz).map_err(|_| unable("callback_desk.tz is no time zone such as Europe/Paris"))?;
    let calendar =
        Zone::parse(&calendar).ok_or_else(|| unable("callback_desk.calendar is not one this program knows"))?;
    let sql = "SELECT weekday, start_min, end_min, counsellors FROM callback_hours WHERE desk_id = $1";
    let hours = sqlx::query(sql).bind(DESK).fetch_all(connection).await?;
    let hours = hours.iter().map(|row| Hours {
        weekday: i8::try_from(row.get::<i64, _>(0)).unwrap_or_default(),
        start_min: row.get(1),
        end_min: row.get(2),
        counsellors: row.get(3),
    });
    Ok(Desk { hours: hours.collect(), minutes_each, zone, calendar })
}

/// Somebody must act: the log has it, the caller hears that the line cannot.
fn unable(why: &str) -> sqlx::Error {
    sqlx::Error::Protocol(why.to_owned())
}
