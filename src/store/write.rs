//! What a run may change, each inside the caller's transaction.

use std::ops::Range;

use jiff::Timestamp;
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use ulid::Ulid;

use super::{call_backs, counts, find, groups, moves, rest};
use crate::booking::slots::cells;
use crate::booking::{Appointment, PostalCode, Slot};
use crate::flow::action::{OtherPerson, Reply, Request};
use crate::phone::PhoneNumber;

/// No flow asks for a longer hold (`hold:` of an offer), and none outlives this.
pub(super) const HOLD_MAX_S: u32 = 2 * 3_600;

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
        Request::Book { phone, place, slot, other } => {
            let who = Who { phone: phone.as_ref(), place, other: other.as_ref() };
            book(tx, now, run, who, slot).await
        }
        Request::Move { appointment, slot } => moves::to(tx, now, run, appointment, slot).await,
        Request::Confirm { appointment } => confirm(tx, now, appointment).await,
        Request::Cancel { appointment } => cancel(tx, now, appointment).await,
        Request::RequestCallback { phone, topic, window } => call_backs::request(tx, now, phone, topic, window).await,
        Request::AttachMessage { phone, recording } => call_backs::attach(tx, now, phone, recording).await,
        Request::JoinGroup { phone, place, group } => {
            let who = Who { phone: phone.as_ref(), place, other: None };
            groups::join(tx, now, who, group).await
        }
        Request::Rate { score } => counts::rate(tx, now, *score).await,
        Request::RecordConsent { phone, topic, agrees } => counts::consent(tx, now, phone, topic, *agrees).await,
        Request::Resume { phone, place } => rest::resume(tx, now, phone, place).await,
        Request::FindSlots { .. }
        | Request::FindDays { .. }
        | Request::FindAppointments { .. }
        | Request::FindCallback { .. }
        | Request::FindGroups { .. } => Ok(Reply::Unavailable),
    }
}

/// Takes the counsellor's cells, buffers included, until `now + ttl`, in place of what this run held: one place a run. Asked
/// again for the same place, it is renewed. After a hang-up it stays until then (C27), and not longer.
async fn hold(
    tx: &mut AnyConnection,
    now: Timestamp,
    run: &str,
    slot: &Slot,
    ttl_s: u32,
) -> Result<Reply, sqlx::Error> {
    release(tx, run).await?;
    let Some(terms) = find::terms(tx, slot).await? else { return Ok(Reply::Taken) };
    let wanted = terms.cells(slot.starts_at, slot.ends_at);
    let counsellor = format!("c:{}", slot.counsellor_id);
    let is_held = take(tx, now, &counsellor, wanted, run, Some(lapse(now, ttl_s))).await?;
    Ok(if is_held { Reply::Held } else { Reply::Taken })
}

fn lapse(now: Timestamp, ttl_s: u32) -> i64 {
    now.as_second() + i64::from(ttl_s.min(HOLD_MAX_S))
}

/// Lets a run's hold last longer; how many cells.
pub(super) async fn renew(tx: &mut AnyConnection, now: Timestamp, run: &str, ttl_s: u32) -> Result<u64, sqlx::Error> {
    let sql = "UPDATE cell SET hold_until = CASE WHEN hold_until < $1 THEN $1 ELSE hold_until END WHERE holder_id = $2 AND hold_until > $3";
    let renewed = sqlx::query(sql).bind(lapse(now, ttl_s)).bind(run).bind(now.as_second()).execute(tx).await?;
    Ok(renewed.rows_affected())
}

/// Takes every wanted cell of one resource, or none. Lapsed holds of these cells go first, in the same transaction: of forty callers
/// stealing one lapsed place, one wins.
pub(super) async fn take(
    tx: &mut AnyConnection,
    now: Timestamp,
    resource: &str,
    wanted: Range<i64>,
    holder: &str,
    until: Option<i64>,
) -> Result<bool, sqlx::Error> {
    sqlx::query("DELETE FROM cell WHERE resource = $1 AND slot >= $2 AND slot < $3 AND hold_until <= $4")
        .bind(resource)
        .bind(wanted.start)
        .bind(wanted.end)
        .bind(now.as_second())
        .execute(&mut *tx)
        .await?;
    // One statement, in order of cells: on Postgres two takers of the same ones wait, they do not deadlock.
    let sql = "WITH RECURSIVE wanted(slot) AS (SELECT CAST($2 AS BIGINT) UNION ALL SELECT slot + 1 FROM wanted WHERE slot + 1 < $3) \
               INSERT INTO cell(resource, slot, holder_id, hold_until) \
               SELECT CAST($1 AS TEXT), slot, CAST($4 AS TEXT), CAST($5 AS BIGINT) FROM wanted WHERE TRUE ON CONFLICT DO NOTHING";
    let taken = sqlx::query(sql)
        .bind(resource)
        .bind(wanted.start)
        .bind(wanted.end)
        .bind(holder)
        .bind(until)
        .execute(&mut *tx)
        .await?
        .rows_affected();
    if counts(taken, &wanted) {
        return Ok(true);
    }
    // Some are another's: ours among them go back.
    sqlx::query("DELETE FROM cell WHERE holder_id = $1 AND resource = $2")
        .bind(holder)
        .bind(resource)
        .execute(tx)
        .await?;
    Ok(false)
}

pub(super) fn counts(rows: u64, cells: &Range<i64>) -> bool {
    i64::try_from(rows) == Ok(cells.end - cells.start)
}

pub(super) async fn release(tx: &mut AnyConnection, run: &str) -> Result<(), sqlx::Error> {
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
    who: Who<'_>,
    slot: &Slot,
) -> Result<Reply, sqlx::Error> {
    let known = known(tx, who).await?;
    if let Some(person) = &known
        && let Some(found) = coming(tx, now, person).await?
    {
        release(tx, run).await?;
        return Ok(Reply::AlreadyBooked(found));
    }
    let Some(terms) = find::terms(tx, slot).await? else { return Ok(Reply::Taken) };
    let id = Ulid::generate().to_string();
    let person = known.clone().unwrap_or_else(|| Ulid::generate().to_string());
    let wanted = terms.cells(slot.starts_at, slot.ends_at);
    let is_ours = settle(tx, now, run, &slot.counsellor_id, &wanted, &id).await?;
    let own = cells(slot.starts_at, slot.ends_at);
    if !is_ours || !take(tx, now, &format!("p:{person}"), own, &id, None).await? {
        // Some cells may have moved to `id`: give them back, the place is not ours.
        sqlx::query("DELETE FROM cell WHERE holder_id = $1").bind(&id).execute(&mut *tx).await?;
        return Ok(Reply::Taken);
    }
    meet(tx, now, &person, known.is_none().then_some(who)).await?;
    sqlx::query("INSERT INTO appointment(id, service_id, counsellor_id, site_id, person_id, modality, status, starts_at, ends_at, created_via) VALUES($1, $2, $3, $4, $5, $6, 'booked', $7, $8, 'call')")
        .bind(&id)
        .bind(&slot.service)
        .bind(&slot.counsellor_id)
        .bind(&slot.site.id)
        .bind(&person)
        .bind(find::word(slot.modality))
        .bind(slot.starts_at.as_second())
        .bind(slot.ends_at.as_second())
        .execute(&mut *tx)
        .await?;
    Ok(Reply::Booked(Appointment { id, version: 1, slot: slot.clone(), is_confirmed: false }))
}

/// Gives the cells a run holds to an appointment, for good; whether they were all there.
pub(super) async fn settle(
    tx: &mut AnyConnection,
    now: Timestamp,
    run: &str,
    counsellor: &str,
    wanted: &Range<i64>,
    appointment: &str,
) -> Result<bool, sqlx::Error> {
    let settled = sqlx::query("UPDATE cell SET holder_id = $1, hold_until = NULL WHERE holder_id = $2 AND resource = $3 AND slot >= $4 AND slot < $5 AND hold_until > $6")
        .bind(appointment)
        .bind(run)
        .bind(format!("c:{counsellor}"))
        .bind(wanted.start)
        .bind(wanted.end)
        .bind(now.as_second())
        .execute(tx)
        .await?;
    Ok(counts(settled.rows_affected(), wanted))
}

/// Who something is for, as the caller told it.
#[derive(Clone, Copy)]
pub(super) struct Who<'a> {
    pub(super) phone: Option<&'a PhoneNumber>,
    pub(super) place: &'a PostalCode,
    /// Not the one known by the number.
    pub(super) other: Option<&'a OtherPerson>,
}

/// The person of this number and postal code. Two of one landline with different codes are two persons, and so is everybody
/// who is told to be somebody else: nobody can tell whether they were told before.
pub(super) async fn known(tx: &mut AnyConnection, who: Who<'_>) -> Result<Option<String>, sqlx::Error> {
    let Who { phone: Some(phone), place, other: None } = who else { return Ok(None) };
    let sql = "SELECT p.id FROM person p JOIN person_phone t ON t.person_id = p.id WHERE t.e164 = $1 AND p.postal_code = $2 AND p.is_other = 0 ORDER BY p.id LIMIT 1";
    let row = sqlx::query(sql).bind(phone.dialable()).bind(place.as_str()).fetch_optional(tx).await?;
    Ok(row.map(|row| row.get(0)))
}

/// Writes a person down, or their contact of today. A withheld number is a new person each time (D16).
pub(super) async fn meet(
    tx: &mut AnyConnection,
    now: Timestamp,
    person: &str,
    new: Option<Who<'_>>,
) -> Result<(), sqlx::Error> {
    let Some(Who { phone, place, other }) = new else {
        let sql = "UPDATE person SET last_contact_at = $1 WHERE id = $2";
        return sqlx::query(sql).bind(now.as_second()).bind(person).execute(tx).await.map(drop);
    };
    sqlx::query("INSERT INTO person(id, postal_code, last_contact_at, is_other, said_name) VALUES($1, $2, $3, $4, $5)")
        .bind(person)
        .bind(place.as_str())
        .bind(now.as_second())
        .bind(i64::from(other.is_some()))
        .bind(other.and_then(|other| other.name.clone()))
        .execute(&mut *tx)
        .await?;
    let Some(phone) = phone else { return Ok(()) };
    let sql = "INSERT INTO person_phone(person_id, e164) VALUES($1, $2)";
    sqlx::query(sql).bind(person).bind(phone.dialable()).execute(tx).await.map(drop)
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
    set: &str,
) -> Result<bool, sqlx::Error> {
    let sql = format!(
        "UPDATE appointment SET {set}, version = version + 1 WHERE id = $1 AND version = $2 AND starts_at > $3 AND status IN('booked','confirmed')"
    );
    let changed = sqlx::query(AssertSqlSafe(sql))
        .bind(&appointment.id)
        .bind(appointment.version)
        .bind(now.as_second())
        .execute(tx)
        .await?;
    Ok(changed.rows_affected() == 1)
}

async fn confirm(tx: &mut AnyConnection, now: Timestamp, appointment: &Appointment) -> Result<Reply, sqlx::Error> {
    Ok(if change(tx, now, appointment, "status = 'confirmed'").await? { Reply::Confirmed } else { Reply::Gone })
}

/// A late cancel frees the place all the same: better told than not. It is marked, because nobody else may come in time.
async fn cancel(tx: &mut AnyConnection, now: Timestamp, appointment: &Appointment) -> Result<Reply, sqlx::Error> {
    let excused = "status = 'excused', reason = CASE WHEN starts_at - $3 < (SELECT s.cancel_min * 60 FROM service s WHERE s.id = service_id) THEN 'late' END";
    if !change(tx, now, appointment, excused).await? {
        return Ok(Reply::Gone);
    }
    sqlx::query("DELETE FROM cell WHERE holder_id = $1").bind(&appointment.id).execute(tx).await?;
    Ok(Reply::Cancelled)
}
