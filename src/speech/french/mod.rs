//! French for the ear: dates, hours, digits and numbers as the texts of recorded units.
//!
//! ```text
//! date   "mercredi deux décembre,"       first of the month "premier"; always a final comma: something follows
//! time   "à quatorze heures trente,"     07:00 to 20:55 on 5-minute lines; 12:xx is "à midi trente,"
//! phone  "zéro trois," … "zéro un."      two digits a unit (C14), the last one falls; so is 39 49
//! digits "sept, un," "un, zéro," "zéro." digit by digit, two a unit; of an even number the last two stand alone
//! rank   "à la deuxième place"           to thirty; "deuxième" alone is badly understood
//! key    "tapez 1."
//! ```
//!
//! **Spelling.** Units are found by their exact text, so one spelling had to be chosen: the traditional one, with "et"
//! between spaces and no hyphen around "cent" and "mille" ("vingt et un", "deux cent un"). The 1990 rectifications, which
//! hyphenate every compound number ("vingt-et-un", "deux-cent-un"), are as correct on paper and sound the same.
//!
//! Nothing here fails: a value without a recording gives the nearest thing that can be heard, as each function says.

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use crate::booking::PostalCode;
use crate::phone::PhoneNumber;
use crate::speech::{HOURS, KEYS, RANKS, Unit, digits_of, local, on_line, say};

mod number;
#[cfg(test)]
mod tests;

pub use number::number;

/// Said instead of an address when the counsellor calls.
pub const BY_PHONE: &str = "par téléphone.";
/// Said instead of an address when both see each other on a screen.
pub const BY_VIDEO: &str = "par vidéo.";
/// Said of every later one: nobody counts that far, and no false rank is told.
const LATER: &str = "au-delà de la trentième place";

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

/// The day at that place: `"mercredi deux décembre,"`. An unknown zone reads as Paris.
pub fn date(at: Timestamp, tz: &str) -> Unit {
    day(local(at, tz).date())
}

/// A day of the calendar: `"mercredi deux décembre,"`.
pub fn day(day: Date) -> Unit {
    let weekday = usize::from(day.weekday().to_monday_zero_offset().unsigned_abs());
    let month = usize::from(day.month().unsigned_abs()) - 1;
    say(date_text(WEEKDAYS[weekday], day.day(), MONTHS[month].0))
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
    let mut units = vec![day(local.date())];
    units.extend(hour(local.time()));
    units
}

/// The time of a clock, all of it recorded: `"à dix-huit heures,"`, or two numbers outside [`HOURS`].
pub fn hour(time: Time) -> Vec<Unit> {
    let (hour, minute) = (time.hour(), on_line(time.minute()));
    if HOURS.contains(&hour) {
        vec![say(time_text(hour, minute))]
    } else {
        [hour, minute].map(|part| say(format!("{},", pair_words(part.unsigned_abs())))).into()
    }
}

/// A number in pairs (C14): `"zéro trois,"` … `"douze."`; another country's begins with `"zéro zéro,"`, and an odd last
/// digit stands alone.
pub fn phone_pairs(number: &PhoneNumber) -> Vec<Unit> {
    pairs(&digits_of(&number.national()))
}

/// A number that anybody may call, in pairs too, whatever its usual spacing: `"trente-neuf," "quarante-neuf."`.
///
/// A free number of ten digits is often read in threes; in pairs it needs no recording of its own, and callers note pairs every day.
/// Three digits are read one by one.
pub fn public_number(digits: &str) -> Vec<Unit> {
    match digits_of(digits)[..] {
        [_, _, _] => self::digits(digits),
        ref all => pairs(all),
    }
}

/// The five digits one by one, as they are typed: `"sept, un," "un, zéro," "zéro."`.
pub fn postal_digits(code: &PostalCode) -> Vec<Unit> {
    digits(code.as_str())
}

/// Digits one by one, as they are typed, sixteen at the most (the longest number that is asked for). An even count ends
/// with two that stand alone, `"sept, un," "zéro," "trois."`: a hundred fewer recordings, and an end that slows down.
pub fn digits(text: &str) -> Vec<Unit> {
    let all = digits_of(text);
    let Some((last, before)) = all.split_last() else { return Vec::new() };
    let mut units: Vec<Unit> = before
        .chunks(2)
        .map(|chunk| match chunk {
            [a, b] => say(two_digits(digit_word(*a), digit_word(*b))),
            _ => say(format!("{},", digit_word(chunk[0]))),
        })
        .collect();
    units.push(say(format!("{}.", digit_word(*last))));
    units
}

/// A mark from one to five: `"quatre."`.
pub fn score(mark: u8) -> Vec<Unit> {
    vec![say(format!("{}.", digit_word(mark)))]
}

/// A place in a row: `"à la deuxième place"`. Recorded for [`RANKS`]; every later one is `"au-delà de la trentième place"`.
pub fn ordinal(rank: u16) -> Unit {
    if rank > *RANKS.end() { say(LATER.to_owned()) } else { say(rank_text(rank.max(1))) }
}

/// The first half of a choice, from what it is for: `"Pour prendre un rendez-vous,"`.
pub fn option(purpose: &str) -> Unit {
    say(format!("Pour {purpose},"))
}

/// The key that a menu choice is on: `"tapez 1."`. Recorded for [`KEYS`].
pub fn key(key: u8) -> Unit {
    say(format!("tapez {key}."))
}

/// Every text that must be recorded whatever the flows say: all that the functions above can give.
pub fn units() -> impl Iterator<Item = String> {
    let keys = KEYS.map(|key| format!("tapez {key}."));
    let ways = [BY_PHONE, BY_VIDEO].map(str::to_owned);
    Kind::ALL.into_iter().flat_map(Kind::texts).chain(keys).chain(ways)
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
    /// Two digits of a postal code, or of another number that was typed.
    Digits,
    /// The last one but one of an even count.
    Digit,
    /// Its last one.
    LastDigit,
    /// "à la deuxième place"
    Rank,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Time, Self::Pair, Self::LastPair, Self::Digits, Self::Digit, Self::LastDigit, Self::Rank, Self::Date];

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
            Self::Digit => (0..10).map(|digit| format!("{},", digit_word(digit))).collect(),
            Self::LastDigit => (0..10).map(|digit| format!("{}.", digit_word(digit))).collect(),
            Self::Rank => RANKS.map(rank_text).chain(std::iter::once(LATER.to_owned())).collect(),
        }
    }
}

fn pairs(digits: &[u8]) -> Vec<Unit> {
    let last = digits.chunks(2).count().saturating_sub(1);
    let words = |pair: &[u8]| match *pair {
        [a, b] => pair_words(10 * a + b),
        _ => digit_word(pair[0]).to_owned(),
    };
    let pairs = digits.chunks(2).enumerate();
    pairs.map(|(i, pair)| say(words(pair) + if i == last { "." } else { "," })).collect()
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

fn rank_text(rank: u16) -> String {
    format!("à la {} place", number::ordinal(rank.into()))
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
