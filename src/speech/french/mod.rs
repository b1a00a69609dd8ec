//! French for the ear: dates, hours, digits and numbers as the texts of recorded units.
//!
//! ```text
//! date   "mercredi deux décembre,"       first of the month "premier"; always a final comma: something follows
//! time   "à quatorze heures trente,"     07:00 to 20:55 on 5-minute lines; 12:xx is "à midi trente,"
//! phone  "zéro trois," … "zéro un."      two digits a unit (C14), the last one falls
//! postal "sept, un," "un, zéro," "zéro." digit by digit, two a unit
//! key    "tapez 1."
//! ```
//!
//! **Spelling.** Units are found by their exact text, so one spelling had to be chosen: the traditional one, with "et"
//! between spaces and no hyphen around "cent" and "mille" ("vingt et un", "deux cent un"). The 1990 rectifications, which
//! hyphenate every compound number ("vingt-et-un", "deux-cent-un"), are as correct on paper and sound the same.
//!
//! Nothing here fails: a value without a recording gives the nearest thing that can be heard, as each function says.

use std::ops::RangeInclusive;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use crate::booking::PostalCode;
use crate::phone::PhoneNumber;
use crate::speech::Unit;

mod number;
#[cfg(test)]
mod tests;

pub use number::number;

/// Hours at which an appointment can be said whole: openings outside them have no recording.
pub const HOURS: RangeInclusive<i8> = 7..=20;
/// Appointments are said on this line, minutes; they begin on it too (see [`crate::booking::Slot`]).
pub const MINUTES_STEP: i8 = 5;
/// Keys that a menu offers by name: 0 and `*` are explained by whole sentences.
pub const KEYS: RangeInclusive<u8> = 1..=9;

const WEEKDAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
const MONTHS: [(&str, i8); 12] = [
    ("janvier", 31),
    ("février", 29),
    ("mars", 31),
    ("avril", 30),
    ("mai", 31),
    ("juin", 30),
    ("juillet", 31),
    ("août", 31),
    ("septembre", 30),
    ("octobre", 31),
    ("novembre", 30),
    ("décembre", 31),
];
/// Where a wrong zone name leads: the clock of the line's own country.
const HOME_ZONE: &str = "Europe/Paris";

/// The day at that place: `"mercredi deux décembre,"`. An unknown zone reads as Paris.
pub fn date(at: Timestamp, tz: &str) -> Unit {
    let local = local(at, tz);
    let weekday = usize::from(local.weekday().to_monday_zero_offset().unsigned_abs());
    let month = usize::from(local.month().unsigned_abs()) - 1;
    say(date_text(WEEKDAYS[weekday], local.day(), MONTHS[month].0))
}

/// The hour at that place: `"à quatorze heures trente,"`, cut down to the 5-minute line (nobody is late by that).
///
/// Outside [`HOURS`] the text is still right, but was not recorded: [`slot_when`] knows what to say instead.
pub fn time(at: Timestamp, tz: &str) -> Unit {
    let local = local(at, tz);
    say(time_text(local.hour(), on_line(local.minute())))
}

/// Day and hour of an appointment, all of it recorded: outside [`HOURS`] the hour is read as two numbers,
/// `"zéro six," "trente,"`.
pub fn slot_when(at: Timestamp, tz: &str) -> Vec<Unit> {
    let local = local(at, tz);
    let mut units = vec![date(at, tz)];
    if HOURS.contains(&local.hour()) {
        units.push(time(at, tz));
    } else {
        units.extend(
            [local.hour(), on_line(local.minute())].map(|part| say(format!("{},", pair_words(part.unsigned_abs())))),
        );
    }
    units
}

/// A number in pairs (C14): `"zéro trois,"` … `"douze."`; another country's begins with `"zéro zéro,"`, and an odd last
/// digit stands alone.
pub fn phone_pairs(number: &PhoneNumber) -> Vec<Unit> {
    let pairs = number.pairs();
    let last = pairs.len().saturating_sub(1);
    let words = |pair: &str| match pair.parse() {
        Ok(digit) if pair.len() == 1 => digit_word(digit).to_owned(),
        Ok(value) => pair_words(value),
        Err(_) => String::new(), // pairs are digits, by construction of the type
    };
    pairs.iter().enumerate().map(|(i, pair)| say(words(pair) + if i == last { "." } else { "," })).collect()
}

/// The five digits one by one, as they are typed: `"sept, un," "un, zéro," "zéro."`.
pub fn postal_digits(code: &PostalCode) -> Vec<Unit> {
    let [a, b, c, d, e] = std::array::from_fn(|i| digit_word(code.as_str().as_bytes()[i] - b'0'));
    vec![say(two_digits(a, b)), say(two_digits(c, d)), say(format!("{e}."))]
}

/// The key that a menu choice is on: `"tapez 1."`. Recorded for [`KEYS`].
pub fn key(key: u8) -> Unit {
    say(format!("tapez {key}."))
}

/// Every text that must be recorded whatever the flows say: all that the functions above can give.
pub fn units() -> impl Iterator<Item = String> {
    let keys = KEYS.map(|key| format!("tapez {key}."));
    Kind::ALL.into_iter().flat_map(Kind::texts).chain(keys)
}

/// What a unit of a value is, by how it is used: every text of a kind can stand where another of it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// "mercredi deux décembre,"
    Date,
    /// "à quatorze heures trente,"
    Time,
    /// Two digits of a telephone number.
    Pair,
    /// Its last two.
    LastPair,
    /// Two digits of a postal code.
    Digits,
    /// Its last one.
    LastDigit,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Time, Self::Pair, Self::LastPair, Self::Digits, Self::LastDigit, Self::Date];

    /// Every text of this kind.
    pub fn texts(self) -> Vec<String> {
        match self {
            Self::Date => MONTHS
                .into_iter()
                .flat_map(|(month, days)| {
                    (1..=days).flat_map(move |day| WEEKDAYS.map(|weekday| date_text(weekday, day, month)))
                })
                .collect(),
            Self::Time => {
                HOURS.flat_map(|hour| (0..60).step_by(5).map(move |minute| time_text(hour, minute))).collect()
            }
            Self::Pair => (0..100).map(|pair| pair_words(pair) + ",").collect(),
            Self::LastPair => (0..100).map(|pair| pair_words(pair) + ".").collect(),
            Self::Digits => {
                (0..10).flat_map(|a| (0..10).map(move |b| two_digits(digit_word(a), digit_word(b)))).collect()
            }
            Self::LastDigit => (0..10).map(|digit| format!("{}.", digit_word(digit))).collect(),
        }
    }
}

fn say(text: String) -> Unit {
    Unit::Say(text)
}

fn local(at: Timestamp, tz: &str) -> ZonedDateTime {
    let zone = TimeZone::get(tz).or_else(|_| TimeZone::get(HOME_ZONE)).unwrap_or(TimeZone::UTC);
    at.to_zoned_datetime(zone)
}

fn on_line(minute: i8) -> i8 {
    minute - minute % MINUTES_STEP
}

fn date_text(weekday: &str, day: i8, month: &str) -> String {
    let day = if day == 1 { "premier".to_owned() } else { number(day.unsigned_abs().into()) };
    format!("{weekday} {day} {month},")
}

fn time_text(hour: i8, minute: i8) -> String {
    let hour = match hour {
        12 => "midi".to_owned(),
        0 => "minuit".to_owned(),
        1 => "une heure".to_owned(),
        21 => "vingt et une heures".to_owned(),
        _ => format!("{} heures", number(hour.unsigned_abs().into())),
    };
    match minute {
        0 => format!("à {hour},"),
        _ => format!("à {hour} {},", number(minute.unsigned_abs().into())),
    }
}

/// 00 to 99 as a pair of a telephone number: the zero in front is said.
fn pair_words(pair: u8) -> String {
    let words = number(pair.into());
    if pair < 10 { format!("zéro {words}") } else { words }
}

fn two_digits(a: &str, b: &str) -> String {
    format!("{a}, {b},")
}

fn digit_word(digit: u8) -> &'static str {
    number::SMALL[usize::from(digit % 10)]
}
