//! Which days and hours are wished for, on the wall of the place: a week begins on Monday, an afternoon at 13:00.

use std::ops::Range;

use jiff::civil::Date;

use super::{Days, Half, When};

/// An afternoon begins here, local minutes.
pub(super) const AFTERNOON: i64 = 13 * 60;
const WEEK: i64 = 7;

impl Days {
    /// The days meant, counted from today. No place is further ahead than a horizon, so the last may be open.
    pub fn ahead(self, today: Date) -> Range<i64> {
        let monday = WEEK - i64::from(today.weekday().to_monday_zero_offset());
        match self {
            Self::Any => 0..i64::MAX,
            Self::ThisWeek => 0..monday,
            Self::NextWeek => monday..monday + WEEK,
            Self::Later => monday + WEEK..i64::MAX,
            Self::On(day) => match today.duration_until(day).as_hours() / 24 {
                past if past < 0 => 0..0,
                ahead => ahead..ahead + 1,
            },
        }
    }
}

impl Half {
    /// Whether a meeting that begins at this local minute of the day is meant.
    pub fn admits(self, minute: i64) -> bool {
        match self {
            Self::Any => true,
            Self::Morning => minute < AFTERNOON,
            Self::Afternoon => minute >= AFTERNOON,
        }
    }
}

impl When {
    /// Whether a meeting of that local day and minute is meant.
    pub fn admits(self, today: Date, day: Date, minute: i64) -> bool {
        let ahead = today.duration_until(day).as_hours() / 24;
        self.days.ahead(today).contains(&ahead) && self.half.admits(minute)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn ahead(days: Days, today: (i16, i8, i8)) -> Range<i64> {
        days.ahead(date(today.0, today.1, today.2))
    }

    #[test]
    fn this_week_ends_on_sunday_whatever_day_it_is() {
        assert_eq!(ahead(Days::ThisWeek, (2026, 11, 30)), 0..7, "on Monday");
        assert_eq!(ahead(Days::ThisWeek, (2026, 12, 4)), 0..3, "on Friday");
        assert_eq!(ahead(Days::ThisWeek, (2026, 12, 6)), 0..1, "on Sunday: today");
        assert_eq!(ahead(Days::NextWeek, (2026, 12, 6)), 1..8);
        assert_eq!(ahead(Days::Later, (2026, 12, 6)).start, 8);
    }

    #[test]
    fn a_week_of_clock_change_has_seven_days() {
        assert_eq!(ahead(Days::ThisWeek, (2027, 3, 22)), 0..7);
        assert_eq!(ahead(Days::NextWeek, (2026, 10, 22)), 4..11);
        assert_eq!(ahead(Days::On(date(2027, 3, 29)), (2027, 3, 27)), 2..3);
    }

    #[test]
    fn a_day_that_is_over_is_no_day() {
        assert!(ahead(Days::On(date(2026, 11, 29)), (2026, 11, 30)).is_empty());
        let today = date(2026, 11, 30);
        assert!(!When { days: Days::Any, half: Half::Any }.admits(today, date(2026, 11, 29), 600));
    }

    #[test]
    fn thirteen_is_afternoon() {
        assert!(Half::Morning.admits(779) && !Half::Morning.admits(780));
        assert!(Half::Afternoon.admits(780) && !Half::Afternoon.admits(779));
    }
}
