//! An appointment put on another place: the old one is let go only where the new one is surely taken.

use jiff::Timestamp;
use sqlx::{AnyConnection, Row};

use super::engine::lost;
use super::find;
use super::write::{counts, release, settle, take};
use crate::booking::slots::{Terms, cells};
use crate::booking::{Appointment, Slot};
use crate::flow::action::Reply;

/// Everything that may be in the way is looked at first; what is written afterwards cannot be refused, only fail, and then
/// the transaction is undone with the answer. Same appointment, next version; whether it was confirmed is asked again.
pub(super) async fn to(
    tx: &mut AnyConnection,
    now: Timestamp,
    run: &str,
    appointment: &Appointment,
    slot: &Slot,
) -> Result<Reply, sqlx::Error> {
    let Some(person) = person(tx, now, appointment).await? else {
        release(tx, run).await?;
        return Ok(Reply::Gone);
    };
    let terms = match find::terms(tx, slot).await? {
        Some(terms) if is_free(tx, now, run, &appointment.id, &person, slot, &terms).await? => terms,
        _ => {
            release(tx, run).await?;
            return Ok(Reply::Taken);
        }
    };
    sqlx::query("DELETE FROM cell WHERE holder_id = $1").bind(&appointment.id).execute(&mut *tx).await?;
    let wanted = terms.cells(slot.starts_at, slot.ends_at);
    let is_ours = settle(tx, now, run, &slot.counsellor_id, &wanted, &appointment.id).await?;
    let own = cells(slot.starts_at, slot.ends_at);
    let is_whole = is_ours
        && take(tx, now, &format!("p:{person}"), own, &appointment.id, None).await?
        && rewrite(tx, now, appointment, slot).await?;
    if !is_whole {
        // Never seen among lines, which share a lock: another program wrote in between, so all of it is undone and asked anew.
        return Err(lost("the place of a move, between looking and taking"));
    }
    let meet = "UPDATE person SET last_contact_at = $1 WHERE id = $2";
    sqlx::query(meet).bind(now.as_second()).bind(person).execute(tx).await?;
    let (id, version) = (appointment.id.clone(), appointment.version + 1);
    Ok(Reply::Moved(Appointment { id, version, slot: slot.clone(), is_confirmed: false }))
}

/// Whose appointment it is, if it is still as it was read out and still to come.
async fn person(
    tx: &mut AnyConnection,
    now: Timestamp,
    appointment: &Appointment,
) -> Result<Option<String>, sqlx::Error> {
    let sql = "SELECT person_id FROM appointment WHERE id = $1 AND version = $2 AND starts_at > $3 AND status IN('booked','confirmed')";
    let query = sqlx::query(sql).bind(&appointment.id).bind(appointment.version).bind(now.as_second());
    Ok(query.fetch_optional(tx).await?.map(|row| row.get(0)))
}

/// Whether the run holds every cell of the place, and the person is nowhere else then: leaving the old place aside, since old
/// and new may overlap with different counsellors.
async fn is_free(
    tx: &mut AnyConnection,
    now: Timestamp,
    run: &str,
    appointment: &str,
    person: &str,
    slot: &Slot,
    terms: &Terms,
) -> Result<bool, sqlx::Error> {
    let wanted = terms.cells(slot.starts_at, slot.ends_at);
    let held = "SELECT COUNT(*) FROM cell WHERE holder_id = $1 AND resource = $2 AND slot >= $3 AND slot < $4 AND hold_until > $5";
    let held: i64 = sqlx::query(held)
        .bind(run)
        .bind(format!("c:{}", slot.counsellor_id))
        .bind(wanted.start)
        .bind(wanted.end)
        .bind(now.as_second())
        .fetch_one(&mut *tx)
        .await?
        .get(0);
    let own = cells(slot.starts_at, slot.ends_at);
    let busy = "SELECT COUNT(*) FROM cell WHERE holder_id <> $1 AND resource = $2 AND slot >= $3 AND slot < $4 AND (hold_until IS NULL OR hold_until > $5)";
    let busy: i64 = sqlx::query(busy)
        .bind(appointment)
        .bind(format!("p:{person}"))
        .bind(own.start)
        .bind(own.end)
        .bind(now.as_second())
        .fetch_one(tx)
        .await?
        .get(0);
    Ok(counts(held.unsigned_abs(), &wanted) && busy == 0)
}

/// Later than the service allows is better than not told: it is moved, and marked as a late cancel is, for nobody else may come in
/// time to the old place.
async fn rewrite(
    tx: &mut AnyConnection,
    now: Timestamp,
    appointment: &Appointment,
    slot: &Slot,
) -> Result<bool, sqlx::Error> {
    let sql = "UPDATE appointment SET service_id = $1, counsellor_id = $2, site_id = $3, modality = $4, starts_at = $5, ends_at = $6, \
               status = 'booked', version = version + 1, \
               reason = CASE WHEN starts_at - $7 < (SELECT s.move_min * 60 FROM service s WHERE s.id = service_id) THEN 'late' ELSE reason END \
               WHERE id = $8 AND version = $9 AND starts_at > $7 AND status IN('booked','confirmed')";
    let written = sqlx::query(sql)
        .bind(&slot.service)
        .bind(&slot.counsellor_id)
        .bind(&slot.site.id)
        .bind(find::word(slot.modality))
        .bind(slot.starts_at.as_second())
        .bind(slot.ends_at.as_second())
        .bind(now.as_second())
        .bind(&appointment.id)
        .bind(appointment.version)
        .execute(tx)
        .await?;
    Ok(written.rows_affected() == 1)
}
