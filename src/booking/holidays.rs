//! French public holidays by zone, computed (D12): the eleven of the Code du travail and what a territory adds.

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// Which holidays a site keeps. Saint-Pierre-et-Miquelon and the Pacific have their own rules and are not here yet: a site there is
/// refused by name, never given the mainland's days in silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "they are names of territories")]
pub enum Zone {
    Metropole,
    /// With Good Friday and 26 December (Code du travail, L3134-13).
    AlsaceMoselle,
    Guadeloupe,
    Guyane,
    LaReunion,
    Martinique,
    Mayotte,
    SaintBarthelemy,
    SaintMartin,
}

impl Zone {
    /// Every zone under its name in the official data set and in `site.calendar`.
    pub const ALL: [(&str, Self); 9] = [
        ("metropole", Self::Metropole),
        ("alsace-moselle", Self::AlsaceMoselle),
        ("guadeloupe", Self::Guadeloupe),
        ("guyane", Self::Guyane),
        ("la-reunion", Self::LaReunion),
        ("martinique", Self::Martinique),
        ("mayotte", Self::Mayotte),
        ("saint-barthelemy", Self::SaintBarthelemy),
        ("saint-martin", Self::SaintMartin),
    ];

    /// The zone of that name, if there is one.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, zone)| *zone)
    }

    /// Fixed days beside the eleven, `(month, day)`: the abolition of slavery (Code du travail, L3422-2), and where the official data
    /// set has it, Victor Schœlcher's 21 July.
    const fn own(self) -> &'static [(i8, i8)] {
        match self {
            Self::Metropole => &[],
            Self::AlsaceMoselle => &[(12, 26)],
            Self::Guadeloupe => &[(5, 27), (7, 21)],
            Self::Guyane => &[(6, 10)],
            Self::LaReunion => &[(12, 20)],
            Self::Martinique => &[(5, 22), (7, 21)],
            Self::Mayotte => &[(4, 27)],
            Self::SaintBarthelemy => &[(10, 9)],
            Self::SaintMartin => &[(5, 28)],
        }
    }
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
    let this = (day.month(), day.day());
    if FIXED.contains(&this) || zone.own().contains(&this) {
        return true;
    }
    let easter = easter(day.year());
    let after = |days: i64| easter.saturating_add(days.days()) == day;
    after(1) || after(39) || after(50) || (zone == Zone::AlsaceMoselle && after(-2))
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

    #[test]
    fn each_territory_keeps_its_abolition_day_and_no_other() {
        let days = [
            ("guadeloupe", 5, 27),
            ("guyane", 6, 10),
            ("la-reunion", 12, 20),
            ("martinique", 5, 22),
            ("mayotte", 4, 27),
            ("saint-barthelemy", 10, 9),
            ("saint-martin", 5, 28),
        ];
        for (name, month, day) in days {
            let day = date(2027, month, day);
            let keep: Vec<&str> =
                Zone::ALL.iter().filter(|(_, zone)| is_holiday(day, *zone)).map(|(name, _)| *name).collect();
            assert_eq!(keep, [name], "{day}");
        }
    }

    #[test]
    fn a_calendar_nobody_computes_is_no_zone() {
        assert_eq!(Zone::parse("alsace-moselle"), Some(Zone::AlsaceMoselle));
        assert_eq!(Zone::parse("polynesie-francaise"), None);
        assert_eq!(Zone::parse("Metropole"), None);
    }
}
