//! A sample region: 42 true communes of Bourgogne-Franche-Comté, invented addresses, people and openings.

use jiff::ToSpan;
use jiff::civil::Date;
use sqlx::AnyConnection;

use crate::booking::holidays::{Zone, is_holiday};

const SITES: &str = include_str!("sample/sites.csv");
const FIRST_NAMES: [&str; 12] =
    ["Agnès", "Bruno", "Camille", "Denis", "Élise", "Farid", "Gaëlle", "Hugo", "Inès", "Jean", "Karine", "Luc"];
const LAST_NAMES: [&str; 11] = [
    "Perrin",
    "Mougin",
    "Vuillemin",
    "Rousset",
    "Cordier",
    "Boillot",
    "Gauthey",
    "Jacquet",
    "Bonnot",
    "Marchal",
    "Lambey",
];
/// Counsellors at each site: 126 in all.
const EACH: usize = 3;
/// Local hours, minutes of the day, by turns: early, ordinary, late (A5).
const DAYS: [[(i64, i64); 2]; 3] = [[(480, 720), (810, 990)], [(540, 720), (810, 1_020)], [(600, 780), (870, 1_170)]];

/// A first meeting and the later, shorter ones (A17): a day of notice, two months ahead, a day to cancel or move.
const SERVICE: &str = "INSERT INTO service(id, label, notice_min, horizon_days, cancel_min, move_min) VALUES('first', 'Premier rendez-vous', 1440, 60, 1440, 1440), ('later', 'Rendez-vous suivant', 1440, 60, 1440, 1440)";
const MODALITIES: &str = "INSERT INTO service_modality(service_id, modality, duration_min) VALUES('first', 'in_person', 90), ('first', 'phone', 45), ('first', 'visio', 45), ('later', 'in_person', 60), ('later', 'phone', 30), ('later', 'visio', 30)";

/// Meetings of a site, and the first.
const MEETINGS: i64 = 30;
const MEETINGS_FROM: Date = Date::constant(2026, 12, 8);
/// Twelve to a meeting.
const SEATS: &str = "WITH RECURSIVE seat(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM seat WHERE n < 12) \
                     INSERT INTO group_seat(group_id, seat_no) SELECT g.id, seat.n FROM group_meeting g CROSS JOIN seat";

/// Writes the region into an empty store. The same rows each time.
pub(super) async fn load(tx: &mut AnyConnection) -> Result<(), sqlx::Error> {
    sqlx::query(SERVICE).execute(&mut *tx).await?;
    sqlx::query(MODALITIES).execute(&mut *tx).await?;
    for (rank, line) in SITES.lines().filter(|line| !line.starts_with('#')).enumerate() {
        let columns: Vec<&str> = line.split(';').collect();
        let [id, city, postal, insee, say_city, say_address] = columns[..] else {
            return Err(sqlx::Error::Protocol(format!("sites.csv: expected six columns in `{line}`")));
        };
        sqlx::query("INSERT INTO site(id, city, postal, insee, say_city, say_address) VALUES($1, $2, $3, $4, $5, $6)")
            .bind(id)
            .bind(city)
            .bind(postal)
            .bind(insee)
            .bind(say_city)
            .bind(say_address)
            .execute(&mut *tx)
            .await?;
        for n in 0..EACH {
            counsellor(tx, id, rank * EACH + n).await?;
        }
        // Their département's main one.
        if postal.ends_with("000") {
            meetings(tx, id).await?;
        }
    }
    sqlx::query(SEATS).execute(tx).await.map(drop)
}

/// A meeting every second Tuesday afternoon.
async fn meetings(tx: &mut AnyConnection, site: &str) -> Result<(), sqlx::Error> {
    let days = (0..MEETINGS).map(|n| MEETINGS_FROM.saturating_add((n * 14).days()));
    for day in days.filter(|day| !is_holiday(*day, Zone::Metropole)) {
        let at = |hour| day.at(hour, 0, 0, 0).in_tz("Europe/Paris").map(|at| at.timestamp().as_second());
        let (Ok(starts_at), Ok(ends_at)) = (at(14), at(16)) else { continue };
        sqlx::query("INSERT INTO group_meeting(id, site_id, starts_at, ends_at) VALUES($1, $2, $3, $4)")
            .bind(format!("{site}-{day}"))
            .bind(site)
            .bind(starts_at)
            .bind(ends_at)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

async fn counsellor(tx: &mut AnyConnection, site: &str, rank: usize) -> Result<(), sqlx::Error> {
    let id = format!("{site}-{rank}");
    let name = format!("{} {}", FIRST_NAMES[rank % FIRST_NAMES.len()], LAST_NAMES[(rank * 7) % LAST_NAMES.len()]);
    sqlx::query("INSERT INTO counsellor(id, name) VALUES($1, $2)").bind(&id).bind(name).execute(&mut *tx).await?;
    for weekday in 1..=5 {
        for (start, end) in DAYS[rank % DAYS.len()] {
            opening(tx, &id, site, weekday, start, end).await?;
        }
    }
    if rank.is_multiple_of(9) {
        opening(tx, &id, site, 6, 540, 720).await?;
    }
    Ok(())
}

async fn opening(
    tx: &mut AnyConnection,
    counsellor: &str,
    site: &str,
    weekday: i64,
    start: i64,
    end: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO opening(id, counsellor_id, site_id, weekday, start_min, end_min, valid_from, modalities) \
         VALUES($1, $2, $3, $4, $5, $6, '2026-01-01', 'in_person,phone,visio')",
    )
    .bind(format!("{counsellor}-{weekday}-{start}"))
    .bind(counsellor)
    .bind(site)
    .bind(weekday)
    .bind(start)
    .bind(end)
    .execute(tx)
    .await
    .map(drop)
}
