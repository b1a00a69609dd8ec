//! What the store knows: free places, coming appointments.

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::plan::{Near, Plan};
use crate::booking::slots::{CELL_S, Diaries, Search, Terms};
use crate::booking::{Appointment, Modality, PostalCode, SERVICE_FIRST, SERVICE_LATER, Site, Slot, When};
use crate::flow::action::Reply;
use crate::phone::PhoneNumber;

/// Days looked at first: mostly enough, and their taken cells are a quarter of all.
const DAYS_FIRST: i64 = 14;
const DAY_S: i64 = 86_400;
/// Appointments read out to one person: more is a fault, not a diary.
const APPOINTMENTS_MAX: i64 = 6;

/// What a caller looks for.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) place: &'a PostalCode,
    pub(super) modality: Modality,
    pub(super) when: When,
    pub(super) phone: Option<&'a PhoneNumber>,
    pub(super) limit: u8,
}

/// The next free places near a postal code.
pub(super) async fn slots(
    connection: &mut AnyConnection,
    plan: &Plan,
    now: Timestamp,
    wanted: Wanted<'_>,
) -> Result<Reply, sqlx::Error> {
    let Some(near) = near(connection, plan, now, wanted).await? else { return Ok(Reply::Slots(Vec::new())) };
    let search = searched(connection, now, &near, search(&near, now, wanted)).await?;
    Ok(Reply::Slots(search.slots(near.service, wanted.modality)))
}

/// The days that have one.
pub(super) async fn days(
    connection: &mut AnyConnection,
    plan: &Plan,
    now: Timestamp,
    wanted: Wanted<'_>,
) -> Result<Reply, sqlx::Error> {
    let Some(near) = near(connection, plan, now, wanted).await? else { return Ok(Reply::Days(Vec::new())) };
    let search = searched(connection, now, &near, search(&near, now, wanted).by_day()).await?;
    Ok(Reply::Days(search.days()))
}

/// Where and how long one of theirs would be, if the service is given near them.
async fn near<'a>(
    connection: &mut AnyConnection,
    plan: &'a Plan,
    now: Timestamp,
    wanted: Wanted<'_>,
) -> Result<Option<Near<'a>>, sqlx::Error> {
    Ok(plan.near(wanted.place, service(connection, now, wanted).await?, wanted.modality))
}

fn search<'a>(near: &'a Near<'_>, now: Timestamp, wanted: Wanted<'_>) -> Search<'a> {
    Search::new(&near.venues, &near.openings, near.terms, now, usize::from(wanted.limit)).among(wanted.when)
}

/// Reads of the grid what a search looks at, and no more.
async fn searched<'a>(
    connection: &mut AnyConnection,
    now: Timestamp,
    near: &Near<'_>,
    mut search: Search<'a>,
) -> Result<Search<'a>, sqlx::Error> {
    let (Some(first), Some(last)) = (near.venues.first(), near.venues.last()) else { return Ok(search) };
    let sites = [first.site.id.as_str(), last.site.id.as_str()];
    let mut diaries = Diaries::new();
    absences(connection, now, sites, &mut diaries).await?;
    let span = search.span();
    let soon = span.end.min(span.start.saturating_add(DAYS_FIRST));
    for days in [span.start..soon, soon..span.end] {
        if !days.is_empty() && !search.is_done() {
            // A day more on both sides: local days, and buffers, reach over ours.
            let from = now.as_second() + (days.start - 1) * DAY_S;
            let to = now.as_second() + (days.end + 1) * DAY_S;
            taken(connection, now, sites, (from / CELL_S, to / CELL_S), &mut diaries).await?;
            search.look(days, &diaries);
        }
    }
    Ok(search)
}

/// Who met a counsellor before needs less time (A17): known by number and postal code, in an appointment that is over and was
/// not cancelled.
async fn service(
    connection: &mut AnyConnection,
    now: Timestamp,
    wanted: Wanted<'_>,
) -> Result<&'static str, sqlx::Error> {
    let Some(phone) = wanted.phone else { return Ok(SERVICE_FIRST) };
    let sql = "SELECT a.id FROM person_phone t JOIN person p ON p.id = t.person_id JOIN appointment a ON a.person_id = p.id \
               WHERE t.e164 = $1 AND p.postal_code = $2 AND p.is_other = 0 AND a.ends_at <= $3 AND a.status IN('booked','confirmed') LIMIT 1";
    let query = sqlx::query(sql).bind(phone.dialable()).bind(wanted.place.as_str()).bind(now.as_second());
    Ok(if query.fetch_optional(connection).await?.is_some() { SERVICE_LATER } else { SERVICE_FIRST })
}

/// Every service in every modality it is given in.
pub(super) const TERMS: &str = "SELECT s.id, m.modality, m.duration_min, s.buf_before, s.buf_after, s.notice_min, s.horizon_days FROM service s \
                                JOIN service_modality m ON m.service_id = s.id";

pub(super) fn read_terms(row: &AnyRow) -> Terms {
    Terms {
        duration_min: row.get(2),
        buf_before_min: row.get(3),
        buf_after_min: row.get(4),
        notice_min: row.get(5),
        horizon_days: row.get(6),
    }
}

/// The terms of a place, if its service is still given so.
pub(super) async fn terms(connection: &mut AnyConnection, slot: &Slot) -> Result<Option<Terms>, sqlx::Error> {
    let sql = format!("{TERMS} WHERE s.id = $1 AND m.modality = $2");
    let query = sqlx::query(AssertSqlSafe(sql)).bind(&slot.service).bind(word(slot.modality));
    Ok(query.fetch_optional(connection).await?.as_ref().map(read_terms))
}

/// The word of the tables.
pub(super) fn word(modality: Modality) -> &'static str {
    match modality {
        Modality::InPerson => "in_person",
        Modality::Phone => "phone",
        Modality::Visio => "visio",
    }
}

pub(super) fn modality(word: &str) -> Modality {
    match word {
        "phone" => Modality::Phone,
        "visio" => Modality::Visio,
        _ => Modality::InPerson,
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
     s.id AS site, s.city, s.say_city, s.say_address, s.tz, a.service_id FROM appointment a JOIN site s ON s.id = a.site_id";

pub(super) fn appointment(row: &AnyRow) -> Appointment {
    let instant = |at: usize| Timestamp::from_second(row.get(at)).unwrap_or(Timestamp::UNIX_EPOCH);
    let slot = Slot {
        service: row.get(12),
        counsellor_id: row.get(2),
        site: site(row, 7),
        modality: modality(&row.get::<String, _>(3)),
        starts_at: instant(4),
        ends_at: instant(5),
    };
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
