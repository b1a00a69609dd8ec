//! What a run may change, each inside the caller's transaction.

use jiff::Timestamp;
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use ulid::Ulid;

use super::find;
use crate::booking::slots::cells;
use crate::booking::{Appointment, Modality, PostalCode, Slot};
use crate::flow::action::{Reply, Request};
use crate::phone::PhoneNumber;

/// Applies a writing request; reading ones are not for here.
pub(super) async fn apply(
    tx: &mut AnyConnection,
    now: Timestamp,
    run: &str,
    request: &Request,
) -> Result<Reply, sqlx::Error> {
    match request {
        Request::Hold { slot, ttl_s } => hold(tx, now, run, slot, *ttl_s).await,
        Request::Release => release(tx, run).await.map(|()| Reply::Released),
        Request::Book { phone, place, slot } => book(tx, now, run, phone.as_ref(), place, slot).await,
        Request::Confirm { appointment } => confirm(tx, now, appointment).await,
        Request::Cancel { appointment } => cancel(tx, now, appointment).await,
        Request::RequestCallback { phone, topic, window } => call_back(tx, now, phone, topic, window).await,
        Request::FindSlots { .. } | Request::FindAppointments { .. } => Ok(Reply::Unavailable),
    }
}

/// Takes the counsellor's cells until `now + ttl`. Lapsed holds of the wanted cells go first, in the same transaction: of
/// forty callers stealing one lapsed place, one wins.
async fn hold(
    tx: &mut AnyConnection,
    now: Timestamp,
    run: &str,
    slot: &Slot,
    ttl_s: u32,
) -> Result<Reply, sqlx::Error> {
    release(tx, run).await?;
    let until = now.as_second() + i64::from(ttl_s);
    Ok(if take(tx, now, &format!("c:{}", slot.counsellor_id), slot, run, Some(until)).await? {
        Reply::Held
    } else {
        Reply::Taken
    })
}

/// Takes every cell of a slot for one resource, or none.
async fn take(
    tx: &mut AnyConnection,
    now: Timestamp,
    resource: &str,
    slot: &Slot,
    holder: &str,
    until: Option<i64>,
) -> Result<bool, sqlx::Error> {
    let wanted = cells(slot.starts_at, slot.ends_at);
    sqlx::query("DELETE FROM cell WHERE resource = $1 AND slot >= $2 AND slot < $3 AND hold_until <= $4")
        .bind(resource)
        .bind(wanted.start)
        .bind(wanted.end)
        .bind(now.as_second())
        .execute(&mut *tx)
        .await?;
    let row = sqlx::query("SELECT COUNT(*) FROM cell WHERE resource = $1 AND slot >= $2 AND slot < $3")
        .bind(resource)
        .bind(wanted.start)
        .bind(wanted.end)
        .fetch_one(&mut *tx)
        .await?;
    if row.get::<i64, _>(0) > 0 {
        return Ok(false);
    }
    for cell in wanted {
        sqlx::query("INSERT INTO cell(resource, slot, holder_id, hold_until) VALUES($1, $2, $3, $4)")
            .bind(resource)
            .bind(cell)
            .bind(holder)
            .bind(until)
            .execute(&mut *tx)
            .await?;
    }
    Ok(true)
}

async fn release(tx: &mut AnyConnection, run: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM cell WHERE holder_id = $1 AND hold_until IS NOT NULL")
        .bind(run)
        .execute(tx)
        .await
        .map(drop)
}

/// Turns this run's hold into an appointment. A lapsed hold is nobody's: the answer is "taken", never a guess.
async fn book(
    tx: &mut AnyConnection,
    now: Timestamp,
    run: &str,
    phone: Option<&PhoneNumber>,
    place: &PostalCode,
    slot: &Slot,
) -> Result<Reply, sqlx::Error> {
    let person = person(tx, now, phone, place).await?;
    if let Some(found) = coming(tx, now, &person).await? {
        release(tx, run).await?;
        return Ok(Reply::AlreadyBooked(found));
    }
    let wanted = cells(slot.starts_at, slot.ends_at);
    let id = Ulid::generate().to_string();
    let booked = sqlx::query("UPDATE cell SET holder_id = $1, hold_until = NULL WHERE holder_id = $2 AND resource = $3 AND slot >= $4 AND slot < $5 AND hold_until > $6")
        .bind(&id)
        .bind(run)
        .bind(format!("c:{}", slot.counsellor_id))
        .bind(wanted.start)
        .bind(wanted.end)
        .bind(now.as_second())
        .execute(&mut *tx)
        .await?
        .rows_affected();
    if i64::try_from(booked).ok() != Some(wanted.end - wanted.start) {
        // Some cells may have moved to `id`: give them back, the place is not ours.
        sqlx::query("DELETE FROM cell WHERE holder_id = $1").bind(&id).execute(&mut *tx).await?;
        return Ok(Reply::Taken);
    }
    if !take(tx, now, &format!("p:{person}"), slot, &id, None).await? {
        sqlx::query("DELETE FROM cell WHERE holder_id = $1").bind(&id).execute(&mut *tx).await?;
        return Ok(Reply::Taken);
    }
    sqlx::query("INSERT INTO appointment(id, counsellor_id, site_id, person_id, modality, status, starts_at, ends_at, created_via) VALUES($1, $2, $3, $4, $5, 'booked', $6, $7, 'call')")
        .bind(&id)
        .bind(&slot.counsellor_id)
        .bind(&slot.site.id)
        .bind(&person)
        .bind(modality(slot.modality))
        .bind(slot.starts_at.as_second())
        .bind(slot.ends_at.as_second())
        .execute(&mut *tx)
        .await?;
    Ok(Reply::Booked(Appointment { id, version: 1, slot: slot.clone(), is_confirmed: false }))
}

/// The person of this number and postal code, or a new one. A withheld number is a new person each time (D16).
async fn person(
    tx: &mut AnyConnection,
    now: Timestamp,
    phone: Option<&PhoneNumber>,
    place: &PostalCode,
) -> Result<String, sqlx::Error> {
    if let Some(phone) = phone {
        let known = "SELECT p.id FROM person p JOIN person_phone t ON t.person_id = p.id WHERE t.e164 = $1 AND p.postal_code = $2 ORDER BY p.id";
        if let Some(row) =
            sqlx::query(known).bind(phone.dialable()).bind(place.as_str()).fetch_optional(&mut *tx).await?
        {
            let id: String = row.get(0);
            sqlx::query("UPDATE person SET last_contact_at = $1 WHERE id = $2")
                .bind(now.as_second())
                .bind(&id)
                .execute(tx)
                .await?;
            return Ok(id);
        }
    }
    let id = Ulid::generate().to_string();
    sqlx::query("INSERT INTO person(id, postal_code, last_contact_at) VALUES($1, $2, $3)")
        .bind(&id)
        .bind(place.as_str())
        .bind(now.as_second())
        .execute(&mut *tx)
        .await?;
    if let Some(phone) = phone {
        sqlx::query("INSERT INTO person_phone(person_id, e164) VALUES($1, $2)")
            .bind(&id)
            .bind(phone.dialable())
            .execute(tx)
            .await?;
    }
    Ok(id)
}

async fn coming(tx: &mut AnyConnection, now: Timestamp, person: &str) -> Result<Option<Appointment>, sqlx::Error> {
    let sql = format!(
        "{} WHERE a.person_id = $1 AND a.starts_at > $2 AND a.status IN('booked','confirmed') ORDER BY a.starts_at LIMIT 1",
        find::APPOINTMENT
    );
    let row = sqlx::query(AssertSqlSafe(sql)).bind(person).bind(now.as_second()).fetch_optional(tx).await?;
    Ok(row.as_ref().map(find::appointment))
}

/// Moves an appointment on, if it is still as it was read out and still to come.
async fn change(
    tx: &mut AnyConnection,
    now: Timestamp,
    appointment: &Appointment,
    status: &str,
) -> Result<bool, sqlx::Error> {
    let changed = sqlx::query("UPDATE appointment SET status = $1, version = version + 1 WHERE id = $2 AND version = $3 AND starts_at > $4 AND status IN('booked','confirmed')")
        .bind(status)
        .bind(&appointment.id)
        .bind(appointment.version)
        .bind(now.as_second())
        .execute(tx)
        .await?;
    Ok(changed.rows_affected() == 1)
}

async fn confirm(tx: &mut AnyConnection, now: Timestamp, appointment: &Appointment) -> Result<Reply, sqlx::Error> {
    Ok(if change(tx, now, appointment, "confirmed").await? { Reply::Confirmed } else { Reply::Gone })
}

async fn cancel(tx: &mut AnyConnection, now: Timestamp, appointment: &Appointment) -> Result<Reply, sqlx::Error> {
    if !change(tx, now, appointment, "excused").await? {
        return Ok(Reply::Gone);
    }
    sqlx::query("DELETE FROM cell WHERE holder_id = $1").bind(&appointment.id).execute(tx).await?;
    Ok(Reply::Cancelled)
}

/// One open request a number and topic: asking again adds a window, not a row.
async fn call_back(
    tx: &mut AnyConnection,
    now: Timestamp,
    phone: &PhoneNumber,
    topic: &str,
    window: &str,
) -> Result<Reply, sqlx::Error> {
    let open = "SELECT id, windows FROM callback WHERE e164 = $1 AND topic = $2 AND status IN('queued','claimed')";
    if let Some(row) = sqlx::query(open).bind(phone.dialable()).bind(topic).fetch_optional(&mut *tx).await? {
        let (id, windows): (String, String) = (row.get(0), row.get(1));
        if !windows.split(',').any(|known| known == window) {
            sqlx::query("UPDATE callback SET windows = $1 WHERE id = $2")
                .bind(format!("{windows},{window}"))
                .bind(id)
                .execute(tx)
                .await?;
        }
        return Ok(Reply::AlreadyRequested);
    }
    sqlx::query(
        "INSERT INTO callback(id, e164, topic, windows, requested_at, status) VALUES($1, $2, $3, $4, $5, 'queued')",
    )
    .bind(Ulid::generate().to_string())
    .bind(phone.dialable())
    .bind(topic)
    .bind(window)
    .bind(now.as_second())
    .execute(tx)
    .await?;
    Ok(Reply::Requested)
}

fn modality(modality: Modality) -> &'static str {
    match modality {
        Modality::InPerson => "in_person",
        Modality::Phone => "phone",
        Modality::Visio => "visio",
    }
}
