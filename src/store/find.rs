//! What the store knows: free places, coming appointments.

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use crate::booking::slots::{Busy, CELL_S, HORIZON_DAYS, Opening, best};
use crate::booking::{Appointment, Modality, PostalCode, Site, Slot};
use crate::flow::action::Reply;
use crate::phone::PhoneNumber;

/// Sites whose places are offered together.
const SITES_NEAR: usize = 2;
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
    let near = nearest(connection, place).await?;
    let mut openings = Vec::new();
    let mut busy = Busy::default();
    for site in near {
        let rows = sqlx::query(
            "SELECT counsellor_id, weekday, start_min, end_min FROM opening WHERE site_id = $1 ORDER BY id",
        )
        .bind(&site.id)
        .fetch_all(&mut *connection)
        .await?;
        openings.extend(rows.iter().map(|row| Opening {
            counsellor_id: row.get(0),
            site: site.clone(),
            weekday: i8::try_from(row.get::<i64, _>(1)).unwrap_or_default(),
            start_min: row.get(2),
            end_min: row.get(3),
        }));
        taken(connection, now, &site.id, &mut busy).await?;
    }
    Ok(Reply::Slots(best(&openings, &busy, modality, now, limit)))
}

async fn taken(connection: &mut AnyConnection, now: Timestamp, site: &str, busy: &mut Busy) -> Result<(), sqlx::Error> {
    let (from, to) = (now.as_second() / CELL_S, (now.as_second() + (HORIZON_DAYS + 1) * 86_400) / CELL_S);
    let cells = "SELECT DISTINCT o.counsellor_id, c.slot FROM opening o JOIN cell c ON c.resource = 'c:' || o.counsellor_id \
                 WHERE o.site_id = $1 AND c.slot >= $2 AND c.slot < $3 AND (c.hold_until IS NULL OR c.hold_until > $4)";
    let rows =
        sqlx::query(cells).bind(site).bind(from).bind(to).bind(now.as_second()).fetch_all(&mut *connection).await?;
    busy.cells.extend(rows.iter().map(|row| (row.get(0), row.get(1))));
    let absences = "SELECT DISTINCT a.counsellor_id, a.starts_at, a.ends_at FROM opening o JOIN absence a ON a.counsellor_id = o.counsellor_id \
                    WHERE o.site_id = $1 AND a.ends_at > $2";
    let rows = sqlx::query(absences).bind(site).bind(now.as_second()).fetch_all(connection).await?;
    busy.absences.extend(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))));
    Ok(())
}

/// The sites nearest to a postal code: its own, then its département's by closeness of code, then the others'. Codes grow
/// roughly with distance from the préfecture; true distances come with the communes' table.
async fn nearest(connection: &mut AnyConnection, place: &PostalCode) -> Result<Vec<Site>, sqlx::Error> {
    let rows = sqlx::query("SELECT id, city, say_city, say_address, tz, postal FROM site ORDER BY id")
        .fetch_all(connection)
        .await?;
    let wanted: i64 = place.as_str().parse().unwrap_or_default();
    let mut sites: Vec<(i64, Site)> = rows
        .iter()
        .map(|row| {
            let code: i64 = row.get::<String, _>(5).parse().unwrap_or_default();
            let other_departement = i64::from(code / 1_000 != wanted / 1_000);
            (other_departement * 1_000_000 + (code - wanted).abs(), site(row, 0))
        })
        .collect();
    sites.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.id.cmp(&b.1.id)));
    Ok(sites.into_iter().take(SITES_NEAR).map(|(_, site)| site).collect())
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
