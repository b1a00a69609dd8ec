//! Every five minutes of twelve years, Paris time, clock changes included.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use ligne_claire::speech::{Language, Unit, french};

use super::table::{Table, rows};

const STEP_S: i64 = 300;
const DAY_S: i64 = 86_400;
/// The first day: a Monday, in days since 1970.
const FIRST: i64 = 19_723;
const DAYS: i64 = 4_383;
/// Hours that are said whole; the others are two numbers.
const WHOLE: RangeInclusive<i64> = 7..=20;

/// The days of those years, counted by hand: jiff is what is under trial.
struct Calendar {
    year: i64,
    month: i64,
    day: i64,
    weekday: i64,
}

impl Calendar {
    const FIRST: Self = Self { year: 2024, month: 1, day: 1, weekday: 0 };

    fn turn(&mut self) {
        let is_leap = self.year % 4 == 0; // no centenary in those years
        let days = match self.month {
            2 => 28 + i64::from(is_leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        self.weekday = (self.weekday + 1) % 7;
        self.day = self.day % days + 1;
        self.month = if self.day == 1 { self.month % 12 + 1 } else { self.month };
        self.year += i64::from((self.day, self.month) == (1, 1));
    }

    fn units(&self, table: &Table, language: Language) -> Vec<Unit> {
        let [weekday, day, month] = [("weekday", self.weekday), ("day", self.day), ("month", self.month)]
            .map(|(kind, key)| table.text(language.code(), kind, key));
        match language {
            Language::French => vec![say(format!("{weekday} {day} {month},"))],
            Language::English => vec![say(weekday.to_owned()), say(format!("the {day} of {month},"))],
        }
    }
}

fn say(text: String) -> Unit {
    Unit::Say(text)
}

/// The 288 times of a day, as they should be heard.
fn times(table: &Table, language: Language) -> Vec<Vec<Unit>> {
    let at = |hour: i64, minute: i64| {
        let number = |n: i64| table.text(language.code(), "num2words", n).to_owned();
        let figures = |n: i64| match language {
            Language::French if n < 10 => format!("zéro {},", number(n)),
            Language::French => format!("{},", number(n)),
            Language::English => format!("{}, {},", number(n / 10), number(n % 10)),
        };
        let carrier = if language == Language::French { "à" } else { "at" };
        let whole = table.text(language.code(), "time", format!("{hour}:{minute:02}"));
        match WHOLE.contains(&hour) {
            true => vec![say(format!("{carrier} {whole},"))],
            false => vec![say(figures(hour)), say(figures(minute))],
        }
    };
    (0..24).flat_map(|hour| (0..60).step_by(5).map(move |minute| at(hour, minute))).collect()
}

/// Seconds ahead of UTC, from which second of it on.
fn offsets() -> Vec<(i64, i64)> {
    rows(include_str!("paris.tsv")).map(|row| (row[0].parse().unwrap(), row[1].parse().unwrap())).collect()
}

/// Compares what is said at every instant; gives how many there were.
fn walk(language: Language) -> u32 {
    let (table, offsets) = (Table::read(), offsets());
    let times = times(&table, language);
    let mut calendar = Calendar::FIRST;
    let mut today = FIRST;
    let mut date = calendar.units(&table, language);
    let (mut next_change, mut ahead, mut count) = (0, 0, 0);
    let first = FIRST * DAY_S - 3_600; // Paris is an hour ahead in January
    for at in (first..first + DAYS * DAY_S).step_by(STEP_S as usize) {
        while offsets.get(next_change).is_some_and(|(from, _)| *from <= at) {
            ahead = offsets[next_change].1;
            next_change += 1;
        }
        let local = at + ahead;
        if local / DAY_S > today {
            today += 1;
            calendar.turn();
            date = calendar.units(&table, language);
        }
        let time = &times[(local % DAY_S / STEP_S) as usize];
        let said = language.slot_when(Timestamp::from_second(at).unwrap(), "Europe/Paris");
        let is_right = said.len() == date.len() + time.len() && said.starts_with(&date) && said.ends_with(time);
        assert!(is_right, "{at}: {said:?}, the oracle says {date:?} {time:?}");
        count += 1;
    }
    assert_eq!(next_change, offsets.len(), "every change of the clocks was passed");
    assert_eq!((calendar.year, calendar.month, calendar.day), (2035, 12, 31));
    count
}

#[test]
fn every_five_minutes_of_twelve_years_are_said_in_french_as_the_oracle_says() {
    assert_eq!(walk(Language::French), 1_262_304);
}

#[test]
fn every_five_minutes_of_twelve_years_are_said_in_english_as_the_oracle_says() {
    assert_eq!(walk(Language::English), 1_262_304);
}

#[test]
fn an_hour_out_of_the_ordinary_is_still_right_in_french() {
    let table = Table::read();
    for minute in (0..24 * 60).step_by(5) {
        let at = Timestamp::from_second(FIRST * DAY_S + minute * 60).unwrap();
        let whole = table.text("fr", "time", format!("{}:{:02}", minute / 60, minute % 60));
        assert_eq!(french::time(at, "UTC"), say(format!("à {whole},")));
    }
}
