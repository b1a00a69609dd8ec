//! "A counsellor calls you before …": the end of a half-day that can be kept, since it is easily said and easily remembered.
//!
//! ```text
//! half-day         Fri ├──── 09:00–12:30 ────┤  ├──── 13:30–18:00 ────┤   Mon is a holiday   Tue ├──── …
//! calls that fit             20 (10:00 on)              32                                         20
//! promised already           20                         31                                          0
//! asked for now                                          ▲ before Friday, 18:00; the next one: before Tuesday, 12:30
//! ```

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::holidays::{Zone, is_holiday};

/// Nobody is promised anything further away than this: there must be somebody who calls.
const DAYS_MAX: i64 = 60;
/// Half-days that end later than this are afternoons, local minutes.
const NOON: i64 = 13 * 60;
/// When people are called, however early the counsellors come: local minutes (D10).
const CALLS: [(i64, i64); 2] = [(10 * 60, 13 * 60), (14 * 60, 20 * 60)];

/// Who calls back.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Half-days of a week, in any order.
    pub hours: Vec<Hours>,
    /// One call, with what is written down after it.
    pub minutes_each: i64,
    /// Their wall clock.
    pub zone: TimeZone,
    /// Their closed days (D12).
    pub calendar: Zone,
}

/// A half-day of each week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// 1 is Monday.
    pub weekday: i8,
    /// First local minute.
    pub start_min: i64,
    /// Minute after the last: what is promised.
    pub end_min: i64,
    /// How many call at once.
    pub counsellors: i64,
}

/// When somebody wishes to be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Before 13:00.
    Morning,
    /// From 13:00 on.
    Afternoon,
    /// Whenever.
    Any,
}

impl Window {
    /// The flow's word; one it does not know wishes for nothing.
    pub fn parse(word: &str) -> Self {
        match word {
            "morning" => Self::Morning,
            "afternoon" => Self::Afternoon,
            _ => Self::Any,
        }
    }

    fn admits(self, end_min: i64) -> bool {
        match self {
            Self::Any => true,
            Self::Morning => end_min <= NOON,
            Self::Afternoon => end_min > NOON,
        }
    }
}

/// A half-day of a certain day.
struct HalfDay {
    starts_at: i64,
    ends_at: Timestamp,
    hours: Hours,
}

impl Desk {
    /// The end of the first half-day wished for in which one more call fits, `promised` being what was promised to those who
    /// wait: promises that have passed are kept first of all. `None`: nobody calls within two months.
    ///
    /// Each half-day takes no more than its own calls, so whoever calls in the order of promises keeps every one of them.
    pub fn promise(&self, now: Timestamp, window: Window, promised: &[Timestamp]) -> Option<Timestamp> {
        let mut late = promised.iter().filter(|promise| **promise <= now).count();
        for half in self.half_days(now) {
            let kept = promised.iter().filter(|promise| **promise == half.ends_at).count();
            let room = self.calls(&half, now).saturating_sub(kept);
            let caught_up = late.min(room);
            late -= caught_up;
            if room > caught_up && window.admits(half.hours.end_min) {
                return Some(half.ends_at);
            }
        }
        None
    }

    /// Calls that can still be made in it, within the hours at which people are called. Once these have begun, everybody may just
    /// have dialled somebody who was promised another half-day: one call each is theirs.
    fn calls(&self, half: &HalfDay, now: Timestamp) -> usize {
        // Minutes on the wall; a half-day of ours never reaches over a change of the clock, at night.
        let passed = (now.as_second() - half.starts_at).max(0);
        let from = half.hours.start_min + (passed + 59) / 60;
        let spans = CALLS.map(|(start, end)| (half.hours.start_min.max(start), half.hours.end_min.min(end)));
        let minutes: i64 = spans.iter().map(|(start, end)| (end - from.max(*start)).max(0)).sum();
        let under_way = i64::from(spans.iter().any(|(start, end)| *start < from && from < *end));
        let rounds = (minutes / self.minutes_each.max(1) - under_way).max(0);
        usize::try_from(rounds * half.hours.counsellors).unwrap_or_default()
    }

    /// Half-days that are not over, soonest first.
    fn half_days(&self, now: Timestamp) -> impl Iterator<Item = HalfDay> {
        let today = now.to_zoned_datetime(self.zone.clone()).date();
        let days = (0..DAYS_MAX).map(move |ahead| today.saturating_add(ahead.days()));
        let open = days.filter(|day| !is_holiday(*day, self.calendar));
        open.flat_map(|day| self.of_day(day)).filter(move |half| half.ends_at > now)
    }

    fn of_day(&self, day: Date) -> Vec<HalfDay> {
        let mut hours: Vec<Hours> = self.hours.clone();
        hours.retain(|hours| hours.weekday == day.weekday().to_monday_one_offset());
        hours.sort_by_key(|hours| hours.end_min);
        let half_day = |hours: Hours| {
            let (starts_at, ends_at) = (self.at(day, hours.start_min)?.as_second(), self.at(day, hours.end_min)?);
            Some(HalfDay { starts_at, ends_at, hours })
        };
        hours.into_iter().filter_map(half_day).collect()
    }

    fn at(&self, day: Date, minute: i64) -> Option<Timestamp> {
        let (day, minute) = (day.saturating_add((minute / 1_440).days()), minute % 1_440);
        let time = Time::new(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0).ok()?;
        self.zone.to_timestamp(day.to_datetime(time)).ok()
    }
}

#[cfg(test)]
mod tests;
