//! British English for the ear: dates, hours, digits and numbers as the texts of recorded units.
//!
//! ```text
//! date   "Wednesday" "the second of December,"    two units, 7 + 366 recordings instead of 2,562
//! time   "at two thirty in the afternoon,"        07:00 to 20:55 on 5-minute lines; no a.m. or p.m. to mishear
//! phone  "zero, three," … "zero, one."            digit by digit, two a unit (C14), the last one falls
//! digits "seven, one," "one, zero," "zero."       the same; the last of an odd count stands alone
//! rank   "in second place"                        to thirty; "second" alone is badly understood
//! key    "press 1."
//! ```
//!
//! "zero", not "oh": the key is a figure, and for many who choose English here it is a second language too.
//!
//! Nothing here fails: a value without a recording gives the nearest thing that can be heard, as each function says.

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use crate::phone::PhoneNumber;
use crate::speech::{HOURS, KEYS, RANKS, Unit, digits_of, local, on_line, say};

mod number;
#[cfg(test)]
mod tests;

pub use number::number;

/// Said instead of an address when the counsellor calls.
pub const BY_PHONE: &str = "by telephone.";
/// Said instead of an address when both see each other on a screen.
pub const BY_VIDEO: &str = "by video call.";
/// Said of every later one: nobody counts that far, and no false rank is told.
const LATER: &str = "beyond the thirtieth place";

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [(&str, i8); 12] = [
    ("January", 31),
    ("February", 29),
    ("March", 31),
    ("April", 30),
    ("May", 31),
    ("June", 30),
    ("July", 31),
    ("August", 31),
    ("September", 30),
    ("October", 31),
    ("November", 30),
    ("December", 31),
];

/// A day of the calendar: `"Wednesday" "the second of December,"`.
pub fn day(day: Date) -> Vec<Unit> {
    let weekday = usize::from(day.weekday().to_monday_zero_offset().unsigned_abs());
    let month = usize::from(day.month().unsigned_abs()) - 1;
    vec![say(WEEKDAYS[weekday].to_owned()), say(date_text(day.day(), MONTHS[month].0))]
}

/// The time of a clock, all of it recorded: `"at two thirty in the afternoon,"`. Outside [`HOURS`], which appointments
/// are not, the figures of the 24-hour clock: `"two, one," "three, zero,"`.
pub fn hour(time: Time) -> Vec<Unit> {
    let (hour, minute) = (time.hour(), on_line(time.minute()));
    if HOURS.contains(&hour) {
        vec![say(time_text(hour, minute))]
    } else {
        [hour, minute].map(|part| say(pair_words(part.unsigned_abs()) + ",")).into()
    }
}

/// Day and hour at that place, all of it recorded. An unknown zone reads as Paris.
pub fn slot_when(at: Timestamp, tz: &str) -> Vec<Unit> {
    let local = local(at, tz);
    let mut units = day(local.date());
    units.extend(hour(local.time()));
    units
}

/// A number as it is dialled, two digits a unit (C14): `"zero, three,"` … `"one, two."`.
pub fn phone_pairs(number: &PhoneNumber) -> Vec<Unit> {
    digits(&number.national())
}

/// Digits one by one, as they are typed, two a unit: `"seven, one," "one, zero," "zero."`.
pub fn digits(text: &str) -> Vec<Unit> {
    let all = digits_of(text);
    let last = all.chunks(2).count().saturating_sub(1);
    let chunks = all.chunks(2).enumerate();
    chunks
        .map(|(i, chunk)| {
            let words = Vec::from_iter(chunk.iter().map(|digit| digit_word(*digit)));
            say(words.join(", ") + if i == last { "." } else { "," })
        })
        .collect()
}

/// A mark from one to five: `"four."`.
pub fn score(mark: u8) -> Vec<Unit> {
    vec![say(format!("{}.", digit_word(mark)))]
}

/// A place in a row: `"in second place"`. Recorded for [`RANKS`]; every later one is `"beyond the thirtieth place"`.
pub fn ordinal(rank: u16) -> Unit {
    if rank > *RANKS.end() { say(LATER.to_owned()) } else { say(rank_text(rank.max(1))) }
}

/// The key that a menu choice is on: `"press 1."`. Recorded for [`KEYS`].
pub fn key(key: u8) -> Unit {
    say(format!("press {key}."))
}

/// The first half of a choice, from what it is for: `"To book an appointment,"`.
pub fn option(purpose: &str) -> Unit {
    say(format!("To {purpose},"))
}

/// Every text that must be recorded whatever the flows say: all that the functions above can give.
pub fn units() -> impl Iterator<Item = String> {
    let keys = KEYS.map(|key| format!("press {key}."));
    let ways = [BY_PHONE, BY_VIDEO].map(str::to_owned);
    Kind::ALL.into_iter().flat_map(Kind::texts).chain(keys).chain(ways)
}

/// What a unit of a value is, by how it is used: every text of a kind can stand where another of it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// "Wednesday"
    Weekday,
    /// "the second of December,"
    Date,
    /// "at two thirty in the afternoon,"
    Time,
    /// Two digits of any number.
    Pair,
    /// Its last two.
    LastPair,
    /// Its last one, of an odd count.
    LastDigit,
    /// "in second place"
    Rank,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Weekday, Self::Time, Self::Pair, Self::LastPair, Self::LastDigit, Self::Rank, Self::Date];

    /// Every text of this kind.
    pub fn texts(self) -> Vec<String> {
        match self {
            Self::Weekday => WEEKDAYS.map(str::to_owned).into(),
            Self::Date => {
                MONTHS.into_iter().flat_map(|(month, days)| (1..=days).map(move |day| date_text(day, month))).collect()
            }
            Self::Time => {
                HOURS.flat_map(|hour| (0..60).step_by(5).map(move |minute| time_text(hour, minute))).collect()
            }
            Self::Pair => (0..100).map(|pair| pair_words(pair) + ",").collect(),
            Self::LastPair => (0..100).map(|pair| pair_words(pair) + ".").collect(),
            Self::LastDigit => (0..10).map(|digit| format!("{}.", digit_word(digit))).collect(),
            Self::Rank => RANKS.map(rank_text).chain(std::iter::once(LATER.to_owned())).collect(),
        }
    }
}

fn date_text(day: i8, month: &str) -> String {
    format!("the {} of {month},", number::ordinal(day.unsigned_abs().into()))
}

/// Of the twelve-hour clock, with the part of the day in words; noon has its own name.
fn time_text(hour: i8, minute: i8) -> String {
    let part = match hour {
        12 if minute == 0 => return "at noon,".to_owned(),
        0..12 => "in the morning",
        12..18 => "in the afternoon",
        _ => "in the evening",
    };
    let hour = number(u32::from((hour.unsigned_abs() + 11) % 12 + 1));
    match minute {
        0 => format!("at {hour} {part},"),
        1..10 => format!("at {hour} oh {} {part},", number(minute.unsigned_abs().into())),
        _ => format!("at {hour} {} {part},", number(minute.unsigned_abs().into())),
    }
}

fn rank_text(rank: u16) -> String {
    format!("in {} place", number::ordinal(rank.into()))
}

fn pair_words(pair: u8) -> String {
    format!("{}, {}", digit_word(pair / 10), digit_word(pair))
}

fn digit_word(digit: u8) -> &'static str {
    number::SMALL[usize::from(digit % 10)]
}
