//! What is free: openings in local time, minus holidays, absences and what is taken.
//!
//! ```text
//! opening      09:00 ├──────────────────────────────────────┤ 12:00      when people may come
//! appointments       ├────────┤    ├────────┤    ├────────┤              duration
//! counsellor       ▒▒├────────┤▒▒▒▒├────────┤▒▒▒▒├────────┤▒▒            buffers: the counsellor's cells, not the person's
//! ```

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::holidays::{Zone, is_holiday};
use super::wish::AFTERNOON;
use super::{Modality, Site, Slot, When};

/// The grid of the store: 5 minutes.
pub const CELL_S: i64 = 300;
const DAY_S: i64 = 86_400;

/// A service in one modality: how long, how soon, how far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Minutes of the meeting (A17).
    pub duration_min: i64,
    /// The counsellor's minutes before it.
    pub buf_before_min: i64,
    /// The counsellor's minutes after it.
    pub buf_after_min: i64,
    /// Nobody is offered a place sooner than this.
    pub notice_min: i64,
    /// Days ahead a place is offered, today counted.
    pub horizon_days: i64,
}

impl Terms {
    /// The counsellor's grid cells of a meeting: its own and its buffers'.
    pub fn cells(&self, starts_at: Timestamp, ends_at: Timestamp) -> Range<i64> {
        let own = cells(starts_at, ends_at);
        own.start - self.buf_before_min * 60 / CELL_S..own.end + self.buf_after_min * 60 / CELL_S
    }

    /// From one start to the next of the same opening.
    fn step(&self) -> i64 {
        (self.duration_min + self.buf_before_min + self.buf_after_min).max(5)
    }
}

/// The grid cells of a meeting itself: the person's.
pub fn cells(starts_at: Timestamp, ends_at: Timestamp) -> Range<i64> {
    starts_at.as_second().div_euclid(CELL_S)..ends_at.as_second().div_euclid(CELL_S)
}

/// A site with its wall clock and its closed days.
#[derive(Clone, Debug)]
pub struct Venue {
    /// What is said of it.
    pub site: Site,
    /// Its wall clock.
    pub zone: TimeZone,
    /// Its closed days.
    pub calendar: Zone,
}

/// An opening of one counsellor, local minutes of the day.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Whose.
    pub counsellor_id: String,
    /// Where: an index into the venues.
    pub venue: usize,
    /// 1 is Monday.
    pub weekday: i8,
    /// Every so many weeks, counted from the week of `valid_from`.
    pub every_weeks: i32,
    /// First minute.
    pub start_min: i64,
    /// Minute after the last.
    pub end_min: i64,
    /// First day.
    pub valid_from: Date,
    /// Last day, if it ends.
    pub valid_to: Option<Date>,
}

impl Opening {
    fn is_open(&self, day: Date) -> bool {
        let monday = |day: Date| day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days());
        let weeks = || monday(self.valid_from).duration_until(monday(day)).as_hours() / (7 * 24);
        day.weekday().to_monday_one_offset() == self.weekday
            && self.valid_from <= day
            && self.valid_to.is_none_or(|last| day <= last)
            && (self.every_weeks <= 1 || weeks() % i64::from(self.every_weeks) == 0)
    }
}

/// What is not free in one counsellor's days, at whatever site: a counsellor is one resource.
#[derive(Debug, Default)]
pub struct Diary {
    /// Cells in order, apart from each other.
    taken: Vec<Range<i64>>,
}

impl Diary {
    /// Marks grid cells as taken.
    pub fn take(&mut self, cells: Range<i64>) {
        let from = self.taken.partition_point(|range| range.end < cells.start);
        let to = self.taken.partition_point(|range| range.start <= cells.end);
        let touched = &self.taken[from..to.max(from)];
        let start = touched.first().map_or(cells.start, |range| range.start.min(cells.start));
        let end = touched.last().map_or(cells.end, |range| range.end.max(cells.end));
        self.taken.splice(from..to.max(from), std::iter::once(start..end));
    }

    /// Marks an absence, epoch seconds: every cell it touches.
    pub fn away(&mut self, from: i64, to: i64) {
        self.take(from.div_euclid(CELL_S)..(to + CELL_S - 1).div_euclid(CELL_S));
    }

    fn is_free(&self, wanted: &Range<i64>) -> bool {
        let until = self.taken.partition_point(|range| range.start < wanted.end);
        until == 0 || self.taken[until - 1].end <= wanted.start
    }
}

/// Diaries by counsellor; who has none is free.
pub type Diaries = HashMap<String, Diary>;

/// A place found, not yet worth a [`Slot`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    starts_at: i64,
    /// Nearest site first at equal times.
    venue: usize,
    opening: usize,
}

/// A search for the next free places, day by day, so that it may stop as soon as it has enough: at most one a half-day before a
/// second one, because people choose a day before an hour.
#[derive(Debug)]
pub struct Search<'a> {
    venues: &'a [Venue],
    openings: &'a [Opening],
    terms: &'a Terms,
    now: Timestamp,
    limit: usize,
    when: When,
    /// Whole days are asked for, not hours: one place of each is enough.
    is_by_day: bool,
    days: BTreeSet<Date>,
    halves: BTreeSet<(Date, bool)>,
    first: Vec<Place>,
    second: Vec<Place>,
}

impl<'a> Search<'a> {
    /// A search among these openings, of venues given nearest first, for at most `limit` places.
    pub fn new(venues: &'a [Venue], openings: &'a [Opening], terms: &'a Terms, now: Timestamp, limit: usize) -> Self {
        let (when, days, halves) = (When::default(), BTreeSet::new(), BTreeSet::new());
        let (first, second) = (Vec::new(), Vec::new());
        Self { venues, openings, terms, now, limit, when, is_by_day: false, days, halves, first, second }
    }

    /// Only places that are wished for.
    #[must_use]
    pub fn among(self, when: When) -> Self {
        Self { when, ..self }
    }

    /// For [`Search::days`]: `limit` counts days.
    #[must_use]
    pub fn by_day(self) -> Self {
        Self { is_by_day: true, ..self }
    }

    /// The days that are worth a look, counted from today.
    pub fn span(&self) -> Range<i64> {
        let spans = self.venues.iter().map(|venue| self.when.days.ahead(self.today(venue)));
        let whole = spans.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end)).unwrap_or(0..0);
        whole.start..whole.end.min(self.terms.horizon_days)
    }

    fn today(&self, venue: &Venue) -> Date {
        self.now.to_zoned_datetime(venue.zone.clone()).date()
    }

    /// Whether no later day can better what was found.
    pub fn is_done(&self) -> bool {
        let found = if self.is_by_day { self.days.len() } else { self.first.len() };
        found >= self.limit
    }

    /// Looks at days, counted from today: call with ranges that follow each other. `diaries` must know what is taken in them.
    pub fn look(&mut self, ahead: Range<i64>, diaries: &Diaries) {
        for ahead in ahead.start..ahead.end.min(self.terms.horizon_days) {
            if self.is_done() {
                return;
            }
            let mut found = Vec::new();
            for venue in 0..self.venues.len() {
                self.look_at(venue, ahead, diaries, &mut found);
            }
            found.sort_unstable_by_key(|(place, _)| *place);
            found.dedup_by_key(|(place, _)| (place.starts_at, place.venue));
            for (place, half) in found {
                self.days.insert(half.0);
                if self.halves.insert(half) { &mut self.first } else { &mut self.second }.push(place);
            }
        }
    }

    fn look_at(&self, venue: usize, ahead: i64, diaries: &Diaries, found: &mut Vec<(Place, (Date, bool))>) {
        let today = self.today(&self.venues[venue]);
        if !self.when.days.ahead(today).contains(&ahead) {
            return;
        }
        let Venue { zone, calendar, .. } = &self.venues[venue];
        let day = today.saturating_add(ahead.days());
        let is_open = |opening: &&Opening| opening.venue == venue && opening.is_open(day);
        let mut open = self.openings.iter().enumerate().filter(|(_, opening)| is_open(opening)).peekable();
        if open.peek().is_none() || is_holiday(day, *calendar) {
            return;
        }
        let wall = WallDay::new(day, zone);
        let earliest = self.now.as_second() + self.terms.notice_min * 60;
        let nothing = Diary::default();
        for (at, opening) in open {
            let diary = diaries.get(&opening.counsellor_id).unwrap_or(&nothing);
            for minute in self.starts(opening).filter(|minute| self.when.half.admits(*minute)) {
                let Some((starts_at, ends_at)) = wall.span(minute, self.terms.duration_min) else { continue };
                let wanted = self.terms.cells(starts_at, ends_at);
                if starts_at.as_second() >= earliest && diary.is_free(&wanted) {
                    let place = Place { starts_at: starts_at.as_second(), venue, opening: at };
                    found.push((place, (day, minute >= AFTERNOON)));
                    if self.is_by_day {
                        return;
                    }
                }
            }
        }
    }

    fn starts(&self, opening: &Opening) -> impl Iterator<Item = i64> + use<> {
        let step = usize::try_from(self.terms.step()).unwrap_or(usize::MAX);
        (opening.start_min..=opening.end_min - self.terms.duration_min).step_by(step)
    }

    /// What was found, soonest first.
    pub fn slots(self, service: &str, modality: Modality) -> Vec<Slot> {
        let mut chosen: Vec<Place> = self.first.into_iter().chain(self.second).take(self.limit).collect();
        chosen.sort_unstable();
        let instant = |second: i64| Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
        let slot = |place: Place| Slot {
            service: service.to_owned(),
            counsellor_id: self.openings[place.opening].counsellor_id.clone(),
            site: self.venues[place.venue].site.clone(),
            modality,
            starts_at: instant(place.starts_at),
            ends_at: instant(place.starts_at + self.terms.duration_min * 60),
        };
        chosen.into_iter().map(slot).collect()
    }

    /// The days that have a place, soonest first.
    pub fn days(self) -> Vec<Date> {
        self.days.into_iter().take(self.limit).collect()
    }
}

/// A local day: where its wall clock falls in time.
struct WallDay<'a> {
    day: Date,
    zone: &'a TimeZone,
    /// Midnight, when the day has its 24 hours: then minutes simply add up.
    even: Option<i64>,
}

impl<'a> WallDay<'a> {
    fn new(day: Date, zone: &'a TimeZone) -> Self {
        let midnight = |day: Date| zone.to_timestamp(day.to_datetime(Time::midnight())).ok().map(Timestamp::as_second);
        let even = midnight(day).filter(|start| midnight(day.saturating_add(1.days())) == Some(start + DAY_S));
        Self { day, zone, even }
    }

    /// A meeting's start and end. On a night of clock change, one whose wall hours do not exist, come twice, or do not last what
    /// they say is no meeting: nobody could be told its hour.
    fn span(&self, minute: i64, minutes: i64) -> Option<(Timestamp, Timestamp)> {
        let start = match self.even {
            Some(midnight) => Timestamp::from_second(midnight + minute * 60).ok()?,
            None => self.exactly(minute)?,
        };
        let end = Timestamp::from_second(start.as_second() + minutes * 60).ok()?;
        (self.even.is_some() || self.exactly(minute + minutes) == Some(end)).then_some((start, end))
    }

    fn exactly(&self, minute: i64) -> Option<Timestamp> {
        let (ahead, minute) = (minute / 1_440, minute % 1_440);
        let time = Time::new(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0).ok()?;
        let local = self.day.saturating_add(ahead.days()).to_datetime(time);
        self.zone.to_ambiguous_timestamp(local).unambiguous().ok()
    }
}

#[cfg(test)]
mod tests;
