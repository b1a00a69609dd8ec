//! What the store knows: free places, coming appointments.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::SERVICE;
use crate::booking::holidays::Zone;
use crate::booking::slots::{CELL_S, Diaries, Opening, Search, Terms, Venue};
use crate::booking::{Appointment, Modality, PostalCode, Site, Slot};
use crate::flow::action::Reply;
use crate::phone::PhoneNumber;

/// Sites whose places are offered together.
const SITES_NEAR: i64 = 2;
/// Days looked at first: mostly enough, and their taken cells are a quarter of all.
const DAYS_FIRST: i64 = 14;
const DAY_S: i64 = 86_400;
/// Appointments read out to one person: more is a fault, not a diary.
const APPOINTMENTS_MAX: i64 = 6;

/// The next free places near a postal code.
pub(super) async fn slots(
    connection: &mut AnyConnection,
    now: Timestamp,
    place: &PostalCode,
    modality: Modality,
    limit: usize,
) -> Result<Reply, sqlx::Error> {
    let nothing = Ok(Reply::Slots(Vec::new()));
    let Some(terms) = terms(connection, modality).await? else { return nothing };
    let venues = nearest(connection, place).await?;
    let (Some(first), Some(last)) = (venues.first(), venues.last()) else { return nothing };
    let near = [first.site.id.as_str(), last.site.id.as_str()];
    let openings = openings(connection, &venues, near, modality).await?;
    let mut diaries = Diaries::new();
    absences(connection, now, near, &mut diaries).await?;
    let mut search = Search::new(&venues, &openings, &terms, now, limit);
    for days in [0..DAYS_FIRST.min(terms.horizon_days), DAYS_FIRST..terms.horizon_days] {
        if !days.is_empty() && !search.is_done() {
            // A day more on both sides: local days, and buffers, reach over ours.
            let from = now.as_second() + (days.start - 1) * DAY_S;
            let to = now.as_second() + (days.end + 1) * DAY_S;
            taken(connection, now, near, (from / CELL_S, to / CELL_S), &mut diaries).await?;
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

async fn openings(
    connection: &mut AnyConnection,
    venues: &[Venue],
    near: [&str; 2],
    modality: Modality,
) -> Result<Vec<Opening>, sqlx::Error> {
    let sql = "SELECT id, counsellor_id, site_id, weekday, every_weeks, start_min, end_min, valid_from, valid_to, modalities \
               FROM opening WHERE site_id IN ($1, $2) ORDER BY id";
    let rows = sqlx::query(sql).bind(near[0]).bind(near[1]).fetch_all(connection).await?;
    let is_so = |row: &&AnyRow| row.get::<&str, _>(9).split(',').any(|word_of| word_of.trim() == word(modality));
    rows.iter().filter(is_so).map(|row| opening(row, venues)).collect()
}

fn opening(row: &AnyRow, venues: &[Venue]) -> Result<Opening, sqlx::Error> {
    let day = |text: &str| text.parse::<Date>().map_err(|error| unreadable("opening", row, &error.to_string()));
    let site: &str = row.get(2);
    Ok(Opening {
        counsellor_id: row.get(1),
        venue: venues.iter().position(|venue| venue.site.id == site).unwrap_or_default(),
        weekday: i8::try_from(row.get::<i64, _>(3)).unwrap_or_default(),
        every_weeks: i32::try_from(row.get::<i64, _>(4)).unwrap_or(1),
        start_min: row.get(5),
        end_min: row.get(6),
        valid_from: day(row.get(7))?,
        valid_to: row.get::<Option<&str>, _>(8).map(day).transpose()?,
    })
}

fn unreadable(table: &str, row: &AnyRow, why: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("{table} `{}`: {why}", row.get::<String, _>(0)).into())
}

/// What is taken of the counsellors of these sites, wherever they are then, between two cells. One row a holder: its cells
/// follow each other.
async fn taken(
    connection: &mut AnyConnection,
    now: Timestamp,
    near: [&str; 2],
    (from, to): (i64, i64),
    diaries: &mut Diaries,
) -> Result<(), sqlx::Error> {
    let sql = "SELECT resource, MIN(slot), MAX(slot) FROM cell WHERE resource IN (SELECT 'c:' || counsellor_id FROM opening WHERE site_id IN ($1, $2)) \
               AND slot >= $3 AND slot < $4 AND (hold_until IS NULL OR hold_until > $5) GROUP BY resource, holder_id";
    let query = sqlx::query(sql).bind(near[0]).bind(near[1]).bind(from).bind(to).bind(now.as_second());
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
    near: [&str; 2],
    diaries: &mut Diaries,
) -> Result<(), sqlx::Error> {
    let sql = "SELECT counsellor_id, starts_at, ends_at FROM absence WHERE ends_at > $3 \
               AND counsellor_id IN (SELECT counsellor_id FROM opening WHERE site_id IN ($1, $2))";
    let query = sqlx::query(sql).bind(near[0]).bind(near[1]).bind(now.as_second());
    for row in query.fetch_all(connection).await? {
        diaries.entry(row.get(0)).or_default().away(row.get(1), row.get(2));
    }
    Ok(())
}

/// The sites nearest to a postal code: its own, then its département's by closeness of code, then the others'. Codes grow
/// roughly with distance from the préfecture; true distances come with the communes' table.
async fn nearest(connection: &mut AnyConnection, place: &PostalCode) -> Result<Vec<Venue>, sqlx::Error> {
    let wanted: i64 = place.as_str().parse().unwrap_or_default();
    let sql = "SELECT id, city, say_city, say_address, tz, calendar FROM site \
               ORDER BY CASE WHEN CAST(postal AS BIGINT) / 1000 = $1 / 1000 THEN 0 ELSE 1 END, ABS(CAST(postal AS BIGINT) - $1), id LIMIT $2";
    let rows = sqlx::query(sql).bind(wanted).bind(SITES_NEAR).fetch_all(connection).await?;
    rows.iter().map(venue).collect()
}

fn venue(row: &AnyRow) -> Result<Venue, sqlx::Error> {
    let (tz, calendar): (&str, &str) = (row.get(4), row.get(5));
    let unknown = |what: &str| unreadable("site", row, what);
    Ok(Venue {
        site: site(row, 0),
        zone: TimeZone::get(tz).map_err(|error| unknown(&error.to_string()))?,
        calendar: Zone::parse(calendar).ok_or_else(|| unknown(&format!("no calendar `{calendar}`")))?,
    })
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

fn site(row: &AnyRow, at: usize) -> Site {
    Site {
        id: row.get(at),
        city: row.get(at + 1),
        say_city: row.get(at + 2),
        say_address: row.get(at + 3),
        tz: row.get(at + 4),
    }
}
