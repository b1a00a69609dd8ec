//! One way in to every language: who speaks asks [`Language`], so a language is added here and nowhere else.

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::{Language, Unit, english, french};
use crate::phone::PhoneNumber;

/// A kind of value, by how it is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spoken {
    /// Day and hour, [`Language::slot_when`].
    When,
    /// [`Language::day`]
    Day,
    /// [`Language::hour`]
    Hour,
    /// [`Language::phone_pairs`] of ten digits.
    Phone,
    /// [`Language::digits`] of five.
    Postal,
    /// [`Language::ordinal`]
    Rank,
    /// [`Language::score`]
    Score,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::French, Self::English];

    /// `fr`, `en`: see [`Language::from_code`].
    pub fn code(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }

    /// Day and hour of an appointment at its place. An unknown zone reads as Paris.
    pub fn slot_when(self, at: Timestamp, tz: &str) -> Vec<Unit> {
        match self {
            Self::French => french::slot_when(at, tz),
            Self::English => english::slot_when(at, tz),
        }
    }

    /// A day of the calendar.
    pub fn day(self, day: Date) -> Vec<Unit> {
        match self {
            Self::French => vec![french::day(day)],
            Self::English => english::day(day),
        }
    }

    /// The time of a clock, on the 5-minute line.
    pub fn hour(self, time: Time) -> Vec<Unit> {
        match self {
            Self::French => french::hour(time),
            Self::English => english::hour(time),
        }
    }

    /// A telephone number in pairs (C14).
    pub fn phone_pairs(self, number: &PhoneNumber) -> Vec<Unit> {
        match self {
            Self::French => french::phone_pairs(number),
            Self::English => english::phone_pairs(number),
        }
    }

    /// A number that anybody may call, `"3949"`, in pairs.
    pub fn public_number(self, digits: &str) -> Vec<Unit> {
        match self {
            Self::French => french::public_number(digits),
            Self::English => english::digits(digits),
        }
    }

    /// Digits one by one, as they are typed: a postal code.
    pub fn digits(self, digits: &str) -> Vec<Unit> {
        match self {
            Self::French => french::digits(digits),
            Self::English => english::digits(digits),
        }
    }

    /// A place in a row, `"à la deuxième place"`, to thirty; every later one has one text.
    pub fn ordinal(self, rank: u16) -> Unit {
        match self {
            Self::French => french::ordinal(rank),
            Self::English => english::ordinal(rank),
        }
    }

    /// A mark from one to five.
    pub fn score(self, mark: u8) -> Vec<Unit> {
        match self {
            Self::French => french::score(mark),
            Self::English => english::score(mark),
        }
    }

    /// The first half of a choice (C4), from what it is for: `"Pour prendre un rendez-vous,"`.
    pub fn option(self, purpose: &str) -> Unit {
        match self {
            Self::French => french::option(purpose),
            Self::English => english::option(purpose),
        }
    }

    /// The second half of a choice: `"tapez 1."`.
    pub fn key(self, key: u8) -> Unit {
        match self {
            Self::French => french::key(key),
            Self::English => english::key(key),
        }
    }

    /// Said instead of an address when the counsellor calls.
    pub fn by_phone(self) -> &'static str {
        match self {
            Self::French => french::BY_PHONE,
            Self::English => english::BY_PHONE,
        }
    }

    /// Said instead of an address when both see each other on a screen.
    pub fn by_video(self) -> &'static str {
        match self {
            Self::French => french::BY_VIDEO,
            Self::English => english::BY_VIDEO,
        }
    }

    /// Every text that must be recorded whatever the flows say.
    pub fn units(self) -> Vec<String> {
        match self {
            Self::French => french::units().collect(),
            Self::English => english::units().collect(),
        }
    }

    /// What a value of this kind is spoken with: for each of its units, every text that may stand there. Lengths of
    /// values not known yet are measured on it.
    pub fn made_of(self, spoken: Spoken) -> Vec<Vec<String>> {
        match self {
            Self::French => french_kinds(spoken).iter().map(|kind| kind.texts()).collect(),
            Self::English => english_kinds(spoken).iter().map(|kind| kind.texts()).collect(),
        }
    }
}

fn french_kinds(spoken: Spoken) -> &'static [french::Kind] {
    use french::Kind::{Date, Digits, LastDigit, LastPair, Pair, Rank, Time};
    match spoken {
        Spoken::When => &[Date, Time],
        Spoken::Day => &[Date],
        Spoken::Hour => &[Time],
        Spoken::Phone => &[Pair, Pair, Pair, Pair, LastPair],
        Spoken::Postal => &[Digits, Digits, LastDigit],
        Spoken::Rank => &[Rank],
        Spoken::Score => &[LastDigit],
    }
}

fn english_kinds(spoken: Spoken) -> &'static [english::Kind] {
    use english::Kind::{Date, LastDigit, LastPair, Pair, Rank, Time, Weekday};
    match spoken {
        Spoken::When => &[Weekday, Date, Time],
        Spoken::Day => &[Weekday, Date],
        Spoken::Hour => &[Time],
        Spoken::Phone => &[Pair, Pair, Pair, Pair, LastPair],
        Spoken::Postal => &[Pair, Pair, LastDigit],
        Spoken::Rank => &[Rank],
        Spoken::Score => &[LastDigit],
    }
}
