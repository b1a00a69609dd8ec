//! French public holidays, computed (D12): the mainland's eleven and Alsace-Moselle's two more.

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// Which holidays a site keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// The eleven of the Code du travail, L3133-1.
    Metropole,
    /// With Good Friday and 26 December.
    AlsaceMoselle,
}

/// Easter Sunday, by the anonymous Gregorian algorithm (Meeus, *Astronomical Algorithms*, ch. 8).
fn easter(year: i16) -> Date {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e, f) = (b / 4, b % 4, (b + 8) / 25);
    let h = (19 * a + b - d - (b - f + 1) / 3 + 15) % 30;
    let l = (32 + 2 * e + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    date(year, i8::try_from(n / 31).unwrap_or(4), i8::try_from(n % 31 + 1).unwrap_or(1))
}

/// Whether everything is closed that day.
pub fn is_holiday(day: Date, zone: Zone) -> bool {
    const FIXED: [(i8, i8); 8] = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];
    let easter = easter(day.year());
    let moved = [1, 39, 50].map(|days| easter.saturating_add(days.days()));
    let local = [easter.saturating_sub(2.days()), date(day.year(), 12, 26)];
    FIXED.contains(&(day.month(), day.day()))
        || moved.contains(&day)
        || (zone == Zone::AlsaceMoselle && local.contains(&day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_monday_ascension_and_whit_monday_are_where_the_calendar_has_them() {
        let known = [
            (2024, 4, 1),
            (2024, 5, 9),
            (2024, 5, 20),
            (2025, 4, 21),
            (2026, 4, 6),
            (2026, 5, 14),
            (2026, 5, 25),
            (2027, 3, 29),
            (2030, 4, 22),
            (2035, 3, 26),
        ];
        for (year, month, day) in known {
            assert!(is_holiday(date(year, month, day), Zone::Metropole), "{year}-{month}-{day}");
        }
    }

    #[test]
    fn the_day_after_christmas_is_open_in_dijon_and_closed_in_strasbourg() {
        assert!(!is_holiday(date(2025, 12, 26), Zone::Metropole));
        assert!(is_holiday(date(2025, 12, 26), Zone::AlsaceMoselle));
        assert!(is_holiday(date(2026, 4, 3), Zone::AlsaceMoselle));
    }

    #[test]
    fn eleven_days_a_year_are_closed() {
        for year in 2024..=2035 {
            let days = (0..365).map(|n| date(year, 1, 1).saturating_add(i64::from(n).days()));
            let closed = days.filter(|day| is_holiday(*day, Zone::Metropole)).count();
            // Ascension and 8 May, or Whit Monday and another, may fall together.
            assert!((10..=11).contains(&closed), "{year}: {closed}");
        }
    }
}
