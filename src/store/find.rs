//! What the store knows: free places, coming appointments.

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::SERVICE;
use super::plan::{Near, Plan};
use crate::booking::slots::{CELL_S, Diaries, Search, Terms};
use crate::booking::{Appointment, Modality, PostalCode, Site, Slot};
use crate::flow::action::Reply;
use crate::phone::PhoneNumber;

/// Days looked at first: mostly enough, and their taken cells are a quarter of all.
const DAYS_FIRST: i64 = 14;
const DAY_S: i64 = 86_400;
/// Appointments read out to one person: more is a fault, not a diary.
const APPOINTMENTS_MAX: i64 = 6;

/// The next free places near a postal code.
pub(super) async fn slots(
    connection: &mut AnyConnection,
    plan: &Plan,
    now: Timestamp,
    place: &PostalCode,
    modality: Modality,
    limit: usize,
) -> Result<Reply, sqlx::Error> {
    let Some(Near { terms, venues, openings }) = plan.near(place, modality) else {
        return Ok(Reply::Slots(Vec::new()));
    };
    let (Some(first), Some(last)) = (venues.first(), venues.last()) else { return Ok(Reply::Slots(Vec::new())) };
    let sites = [first.site.id.as_str(), last.site.id.as_str()];
    let mut diaries = Diaries::new();
    absences(connection, now, sites, &mut diaries).await?;
    let mut search = Search::new(&venues, &openings, terms, now, limit);
    for days in [0..DAYS_FIRST.min(terms.horizon_days), DAYS_FIRST..terms.horizon_days] {
        if !days.is_empty() && !search.is_done() {
            // A day more on both sides: local days, and buffers, reach over ours.
            let from = now.as_second() + (days.start - 1) * DAY_S;
            let to = now.as_second() + (days.end + 1) * DAY_S;
            taken(connection, now, sites, (from / CELL_S, to / CELL_S), &mut diaries).await?;
            search.look(days, &diaries);
        }
    }
    Ok(Reply::Slots(search.slots(modality)))
}

/// The service in this modality, if it is offered so.
pub(super) async fn terms(connection: &mut AnyConnection, modality: Modality) -> Result<Option<Terms>, sqlx::Error> {
    let sql = "SELECT m.duration_min, s.buf_before, s.buf_after, s.notice_min, s.horizon_days FROM service s \
               JOIN service_modality m ON m.service_id = s.id WHERE s.id = $1 AND m.modality = $2";
    let row = sqlx::query(sql).bind(SERVICE).bind(word(modality)).fetch_optional(connection).await?;
    Ok(row.map(|row| Terms {
        duration_min: row.get(0),
        buf_before_min: row.get(1),
        buf_after_min: row.get(2),
        notice_min: row.get(3),
        horizon_days: row.get(4),
    }))
}

/// The word of the tables.
pub(super) fn word(modality: Modality) -> &'static str {
    match modality {
        Modality::InPerson => "in_person",
        Modality::Phone => "phone",
        Modality::Visio => "visio",
    }
}

/// What is taken of the counsellors of these sites, wherever they are then, between two cells. One row a holder: its cells
/// follow each other.
async fn taken(
    connection: &mut AnyConnection,
    now: Timestamp,
    sites: [&str; 2],
    (from, to): (i64, i64),
    diaries: &mut Diaries,
) -> Result<(), sqlx::Error> {
    let sql = "SELECT resource, MIN(slot), MAX(slot) FROM cell WHERE resource IN (SELECT 'c:' || counsellor_id FROM opening WHERE site_id IN ($1, $2)) \
               AND slot >= $3 AND slot < $4 AND (hold_until IS NULL OR hold_until > $5) GROUP BY resource, holder_id";
    let query = sqlx::query(sql).bind(sites[0]).bind(sites[1]).bind(from).bind(to).bind(now.as_second());
    for row in query.fetch_all(connection).await? {
        let counsellor = row.get::<&str, _>(0).trim_start_matches("c:").to_owned();
        let (first, last): (i64, i64) = (row.get(1), row.get(2));
        diaries.entry(counsellor).or_default().take(first..last + 1);
    }
    Ok(())
}

async fn absences(
    connection: &mut AnyConnection,
    now: Timestamp,
    sites: [&str; 2],
    diaries: &mut Diaries,
) -> Result<(), sqlx::Error> {
    let sql = "SELECT counsellor_id, starts_at, ends_at FROM absence WHERE ends_at > $3 \
               AND counsellor_id IN (SELECT counsellor_id FROM opening WHERE site_id IN ($1, $2))";
    let query = sqlx::query(sql).bind(sites[0]).bind(sites[1]).bind(now.as_second());
    for row in query.fetch_all(connection).await? {
        diaries.entry(row.get(0)).or_default().away(row.get(1), row.get(2));
    }
    Ok(())
}

/// Coming appointments of a number and a postal code: both must match (D15).
pub(super) async fn appointments(
    connection: &mut AnyConnection,
    now: Timestamp,
    phone: &PhoneNumber,
    place: &PostalCode,
) -> Result<Reply, sqlx::Error> {
    let sql = format!(
        "{APPOINTMENT} JOIN person_phone t ON t.person_id = a.person_id JOIN person p ON p.id = a.person_id \
         WHERE t.e164 = $1 AND p.postal_code = $2 AND a.starts_at > $3 AND a.status IN('booked','confirmed') ORDER BY a.starts_at LIMIT {APPOINTMENTS_MAX}"
    );
    let query = sqlx::query(AssertSqlSafe(sql)).bind(phone.dialable()).bind(place.as_str()).bind(now.as_second());
    Ok(Reply::Appointments(query.fetch_all(connection).await?.iter().map(appointment).collect()))
}

/// The columns [`appointment`] reads.
pub(super) const APPOINTMENT: &str = "SELECT a.id, a.version, a.counsellor_id, a.modality, a.starts_at, a.ends_at, a.status, \
     s.id AS site, s.city, s.say_city, s.say_address, s.tz FROM appointment a JOIN site s ON s.id = a.site_id";

pub(super) fn appointment(row: &AnyRow) -> Appointment {
    let instant = |at: usize| Timestamp::from_second(row.get(at)).unwrap_or(Timestamp::UNIX_EPOCH);
    let modality = match row.get::<String, _>(3).as_str() {
        "phone" => Modality::Phone,
        "visio" => Modality::Visio,
        _ => Modality::InPerson,
    };
    let slot =
        Slot { counsellor_id: row.get(2), site: site(row, 7), modality, starts_at: instant(4), ends_at: instant(5) };
    Appointment { id: row.get(0), version: row.get(1), slot, is_confirmed: row.get::<String, _>(6) == "confirmed" }
}

pub(super) fn site(row: &AnyRow, at: usize) -> Site {
    Site {
        id: row.get(at),
        city: row.get(at + 1),
        say_city: row.get(at + 2),
        say_address: row.get(at + 3),
        tz: row.get(at + 4),
    }
}
