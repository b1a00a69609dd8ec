//! What is free: openings in local time, minus holidays, absences and what is taken.

use std::collections::{BTreeSet, HashSet};

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::holidays::{Zone, is_holiday};
use super::{Modality, Site, Slot};

/// The grid of the store: 5 minutes.
pub const CELL_S: i64 = 300;
/// How far ahead a caller is offered a place.
pub const HORIZON_DAYS: i64 = 60;
/// Nobody is offered a place earlier than this.
pub const NOTICE_S: i64 = 24 * 3_600;

/// Minutes of a first meeting (A17): face to face, or shorter from afar.
pub const fn minutes(modality: Modality) -> i64 {
    match modality {
        Modality::InPerson => 90,
        Modality::Phone | Modality::Visio => 45,
    }
}

/// A weekly opening of one counsellor at one site, local minutes of the day.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Whose.
    pub counsellor_id: String,
    /// Where.
    pub site: Site,
    /// 1 is Monday.
    pub weekday: i8,
    /// First minute.
    pub start_min: i64,
    /// Minute after the last.
    pub end_min: i64,
}

/// What is not free.
#[derive(Debug, Default)]
pub struct Busy {
    /// `(counsellor, cell)`.
    pub cells: HashSet<(String, i64)>,
    /// `(counsellor, from, to)`, epoch seconds.
    pub absences: Vec<(String, i64, i64)>,
}

/// The grid cells of an appointment.
pub fn cells(starts_at: Timestamp, ends_at: Timestamp) -> std::ops::Range<i64> {
    starts_at.as_second() / CELL_S..ends_at.as_second() / CELL_S
}

/// Free places in these openings, soonest first, at most one a half-day of a site before a second one: people choose a day
/// before an hour. `openings` come nearest site first; equal times keep that order.
pub fn best(openings: &[Opening], busy: &Busy, modality: Modality, now: Timestamp, limit: usize) -> Vec<Slot> {
    let mut free: Vec<Slot> =
        openings.iter().flat_map(|opening| expand(opening, modality, now)).filter(|slot| is_free(slot, busy)).collect();
    free.sort_by_key(|slot| slot.starts_at);
    free.dedup_by(|a, b| a.starts_at == b.starts_at && a.site.id == b.site.id);
    let mut halves = BTreeSet::new();
    let (first, second): (Vec<Slot>, Vec<Slot>) = free.into_iter().partition(|slot| {
        let local = slot.starts_at.to_zoned_datetime(zone(&slot.site));
        halves.insert((local.date(), local.hour() >= 13))
    });
    let mut chosen: Vec<Slot> = first.into_iter().chain(second).take(limit).collect();
    chosen.sort_by_key(|slot| slot.starts_at);
    chosen
}

fn zone(site: &Site) -> TimeZone {
    TimeZone::get(&site.tz).unwrap_or(TimeZone::UTC)
}

/// Every place of one opening within the horizon. Local wall time is converted day by day, so both nights of the clock
/// change keep their hours.
fn expand(opening: &Opening, modality: Modality, now: Timestamp) -> Vec<Slot> {
    let zone = zone(&opening.site);
    let today = now.to_zoned_datetime(zone.clone()).date();
    let earliest = now.as_second() + NOTICE_S;
    let length = minutes(modality);
    (0..HORIZON_DAYS)
        .map(|ahead| today.saturating_add(ahead.days()))
        .filter(|day| day.weekday().to_monday_one_offset() == opening.weekday && !is_holiday(*day, Zone::Metropole))
        .flat_map(|day| {
            let starts = (opening.start_min..=opening.end_min - length).step_by(usize::try_from(length).unwrap_or(90));
            starts.filter_map(|minute| instant(day, minute, &zone)).collect::<Vec<_>>()
        })
        .filter(|starts_at| starts_at.as_second() >= earliest)
        .map(|starts_at| Slot {
            counsellor_id: opening.counsellor_id.clone(),
            site: opening.site.clone(),
            modality,
            starts_at,
            ends_at: starts_at + length.minutes(),
        })
        .collect()
}

fn instant(day: Date, minute: i64, zone: &TimeZone) -> Option<Timestamp> {
    let time = Time::new(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0).ok()?;
    zone.to_timestamp(day.to_datetime(time)).ok()
}

fn is_free(slot: &Slot, busy: &Busy) -> bool {
    let (start, end) = (slot.starts_at.as_second(), slot.ends_at.as_second());
    let away = |(who, from, to): &(String, i64, i64)| *who == slot.counsellor_id && *from < end && start < *to;
    !busy.absences.iter().any(away)
        && !cells(slot.starts_at, slot.ends_at).any(|cell| busy.cells.contains(&(slot.counsellor_id.clone(), cell)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opening(weekday: i8, start_min: i64, end_min: i64) -> Opening {
        let site = Site {
            id: "s".into(),
            city: "Dijon".into(),
            say_city: "à Dijon,".into(),
            say_address: "à Dijon.".into(),
            tz: "Europe/Paris".into(),
        };
        Opening { counsellor_id: "c".into(), site, weekday, start_min, end_min }
    }

    fn local(slots: &[Slot]) -> Vec<String> {
        slots
            .iter()
            .map(|slot| slot.starts_at.to_zoned_datetime(zone(&slot.site)).strftime("%F %H:%M").to_string())
            .collect()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn places_follow_each_other_within_the_opening() {
        let slots = best(&[opening(3, 540, 720)], &Busy::default(), Modality::InPerson, at("2026-11-30T08:00:00Z"), 2);
        assert_eq!(local(&slots), ["2026-12-02 09:00", "2026-12-09 09:00"]);
    }

    #[test]
    fn remote_meetings_are_shorter_and_more_numerous() {
        let places = |modality| {
            best(&[opening(3, 540, 720)], &Busy::default(), modality, at("2026-11-30T08:00:00Z"), 1_000).len()
        };
        assert_eq!(places(Modality::Phone), 2 * places(Modality::InPerson));
    }

    #[test]
    fn the_hour_on_the_wall_stays_over_the_clock_change() {
        let slots = best(&[opening(1, 540, 630)], &Busy::default(), Modality::InPerson, at("2026-10-16T08:00:00Z"), 2);
        assert_eq!(local(&slots), ["2026-10-19 09:00", "2026-10-26 09:00"]);
        assert_eq!(slots[1].starts_at.as_second() - slots[0].starts_at.as_second(), 7 * 86_400 + 3_600);
    }

    #[test]
    fn holidays_absences_and_taken_cells_are_not_offered() {
        let now = at("2026-12-23T08:00:00Z");
        let mut busy = Busy::default();
        busy.absences.push((
            "c".into(),
            at("2027-01-01T00:00:00Z").as_second(),
            at("2027-01-09T00:00:00Z").as_second(),
        ));
        busy.cells.insert(("c".into(), at("2027-01-15T08:30:00Z").as_second() / CELL_S));
        // Fridays: 25 December and 1 January are holidays, the 8th is an absence, the 15th is taken.
        let slots = best(&[opening(5, 540, 630)], &busy, Modality::InPerson, now, 1);
        assert_eq!(local(&slots), ["2027-01-22 09:00"]);
    }

    #[test]
    fn nothing_sooner_than_the_notice() {
        let slots = best(&[opening(3, 540, 630)], &Busy::default(), Modality::InPerson, at("2026-12-01T08:30:00Z"), 1);
        assert_eq!(local(&slots), ["2026-12-09 09:00"]);
    }

    #[test]
    fn another_day_comes_before_another_hour() {
        let slots = best(
            &[opening(3, 540, 1080), opening(4, 540, 1080)],
            &Busy::default(),
            Modality::InPerson,
            at("2026-11-30T08:00:00Z"),
            3,
        );
        assert_eq!(local(&slots), ["2026-12-02 09:00", "2026-12-02 13:30", "2026-12-03 09:00"]);
    }
}
