//! What changes a few times a year and is asked at every search: the services, sites and openings, kept in memory for some seconds.
//!
//! Callers choose among places heard a minute ago: a plan some seconds old deceives nobody. What may not be old is read each
//! time: absences and the grid by the search, buffers by the hold.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use tokio::sync::Mutex;

use super::find;
use crate::booking::holidays::Zone;
use crate::booking::places::Place;
use crate::booking::slots::{Opening, Terms, Venue};
use crate::booking::{Modality, PostalCode, SERVICE_FIRST};

/// Seconds a plan is believed.
const FRESH_S: i64 = 5;
/// Sites whose places are offered together.
const SITES_NEAR: usize = 2;

/// The last plan read, and when by the asker's clock.
#[derive(Debug, Default)]
pub(super) struct Shelf(Mutex<Option<(Timestamp, Arc<Plan>)>>);

impl Shelf {
    /// The plan, read again when it is old: by one asker, while the others wait for it.
    pub(super) async fn plan(&self, connection: &mut AnyConnection, now: Timestamp) -> Result<Arc<Plan>, sqlx::Error> {
        let mut shelf = self.0.lock().await;
        if let Some((at, plan)) = &*shelf
            && (at.as_second() - now.as_second()).abs() < FRESH_S
        {
            return Ok(plan.clone());
        }
        let plan = Arc::new(Plan::read(connection).await?);
        *shelf = Some((now, plan.clone()));
        Ok(plan)
    }

    /// Lets the plan go: the tables were just filled.
    pub(super) async fn clear(&self) {
        *self.0.lock().await = None;
    }
}

/// Services, sites and openings.
#[derive(Debug)]
pub(super) struct Plan {
    terms: HashMap<(String, Modality), Terms>,
    /// With where it is.
    sites: Vec<(Place, Venue)>,
    /// By site.
    openings: HashMap<String, Vec<(Vec<Modality>, Opening)>>,
}

/// What a search looks at.
pub(super) struct Near<'a> {
    pub(super) service: &'a str,
    pub(super) terms: &'a Terms,
    pub(super) venues: Vec<Venue>,
    pub(super) openings: Vec<Opening>,
}

impl Plan {
    async fn read(connection: &mut AnyConnection) -> Result<Self, sqlx::Error> {
        let rows = sqlx::query(find::TERMS).fetch_all(&mut *connection).await?;
        let terms = rows
            .iter()
            .map(|row| ((row.get(0), find::modality(&row.get::<String, _>(1))), find::read_terms(row)))
            .collect();
        let sql = "SELECT id, city, say_city, say_address, tz, calendar, postal, insee FROM site ORDER BY id";
        let rows = sqlx::query(sql).fetch_all(&mut *connection).await?;
        let place = |row: &AnyRow| Place::of_site(row.get(6), row.get(7));
        let sites = rows.iter().map(|row| Ok((place(row), venue(row)?))).collect::<Result<_, sqlx::Error>>()?;
        let mut openings: HashMap<String, Vec<_>> = HashMap::new();
        let sql = "SELECT id, counsellor_id, site_id, weekday, every_weeks, start_min, end_min, valid_from, valid_to, modalities \
                   FROM opening ORDER BY id";
        for row in &sqlx::query(sql).fetch_all(connection).await? {
            openings.entry(row.get(2)).or_default().push((modalities(row.get(9)), opening(row)?));
        }
        Ok(Self { terms, sites, openings })
    }

    /// The sites nearest to a postal code, whatever their département, and their openings. A later meeting is as a first one
    /// where nothing is said of it. `None` when the service is not given so.
    pub(super) fn near(&self, place: &PostalCode, service: &str, modality: Modality) -> Option<Near<'_>> {
        let given = |service: &str| self.terms.get_key_value(&(service.to_owned(), modality));
        let ((service, _), terms) = given(service).or_else(|| given(SERVICE_FIRST))?;
        let home = Place::of_code(place);
        let mut sites: Vec<&(Place, Venue)> = self.sites.iter().collect();
        sites.sort_by_cached_key(|(site, _)| home.distance(site));
        let venues: Vec<Venue> = sites.into_iter().take(SITES_NEAR).map(|(_, venue)| venue.clone()).collect();
        let mut openings = Vec::new();
        for (at, venue) in venues.iter().enumerate() {
            let here = self.openings.get(&venue.site.id).into_iter().flatten();
            let fit = here.filter(|(modalities, _)| modalities.contains(&modality));
            openings.extend(fit.map(|(_, opening)| Opening { venue: at, ..opening.clone() }));
        }
        Some(Near { service, terms, venues, openings })
    }
}

const MODALITIES: [Modality; 3] = [Modality::InPerson, Modality::Phone, Modality::Visio];

fn modalities(words: &str) -> Vec<Modality> {
    let is_named = |modality: &Modality| words.split(',').any(|word| word.trim() == find::word(*modality));
    MODALITIES.into_iter().filter(is_named).collect()
}

fn venue(row: &AnyRow) -> Result<Venue, sqlx::Error> {
    let (tz, calendar): (&str, &str) = (row.get(4), row.get(5));
    let unknown = |what: &str| unreadable("site", row, what);
    Ok(Venue {
        site: find::site(row, 0),
        zone: TimeZone::get(tz).map_err(|error| unknown(&error.to_string()))?,
        calendar: Zone::parse(calendar).ok_or_else(|| unknown(&format!("no calendar `{calendar}`")))?,
    })
}

fn opening(row: &AnyRow) -> Result<Opening, sqlx::Error> {
    let day = |text: &str| text.parse::<Date>().map_err(|error| unreadable("opening", row, &error.to_string()));
    Ok(Opening {
        counsellor_id: row.get(1),
        venue: 0,
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
