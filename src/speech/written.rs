//! Values as they are written in an SMS, short and in figures (B10): `mer 2 dec 14h30`, `06 39 98 00 01`,
//! `8 rue du Moulin, Chalon-sur-Saône`. Letters stay French here; what no SMS can carry is replaced when it is sent.

use std::sync::LazyLock;

use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan};

use super::{Language, french, local, on_line};
use crate::phone::PhoneNumber;

const WEEKDAYS: [[&str; 7]; 2] =
    [["lun", "mar", "mer", "jeu", "ven", "sam", "dim"], ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]];
const MONTHS: [[&str; 12]; 2] = [
    ["janv", "fev", "mars", "avril", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec"],
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
];
/// House numbers that are looked for at the head of a street.
const HOUSE_MAX: u32 = 999;
/// A leap year that begins on each day of the week has every date: 28 of them in a row have them all.
const YEARS: i64 = 28;

impl Language {
    /// Day and hour at its place: `"mer 2 dec 14h30"`. An unknown zone reads as Paris.
    pub fn written_when(self, at: Timestamp, tz: &str) -> String {
        let local = local(at, tz);
        format!("{} {}", self.written_day(local.date()), self.written_hour(local.time()))
    }

    /// `"mer 2 dec"`
    pub fn written_day(self, day: Date) -> String {
        let weekday = usize::from(day.weekday().to_monday_zero_offset().unsigned_abs());
        let month = usize::from(day.month().unsigned_abs()) - 1;
        let first = if self == Self::French && day.day() == 1 { "er" } else { "" };
        format!("{} {}{first} {}", WEEKDAYS[self as usize][weekday], day.day(), MONTHS[self as usize][month])
    }

    /// `"14h30"`, `"9h"`; `"14:30"`. On the 5-minute line, as it is said.
    pub fn written_hour(self, time: Time) -> String {
        let (hour, minute) = (time.hour(), on_line(time.minute()));
        match (self, minute) {
            (Self::French, 0) => format!("{hour}h"),
            (Self::French, _) => format!("{hour}h{minute:02}"),
            (Self::English, _) => format!("{hour}:{minute:02}"),
        }
    }

    /// `"2e"`, `"1er"`
    pub fn written_rank(self, rank: u16) -> String {
        let end = match (self, rank % 10, rank % 100) {
            (Self::French, ..) if rank == 1 => "er",
            (Self::French, ..) => "e",
            (Self::English, 1, except) if except != 11 => "st",
            (Self::English, 2, except) if except != 12 => "nd",
            (Self::English, 3, except) if except != 13 => "rd",
            (Self::English, ..) => "th",
        };
        format!("{rank}{end}")
    }

    /// `"1 = prendre un rendez-vous"`
    pub fn written_option(self, key: u8, purpose: &str) -> String {
        format!("{key} = {purpose}")
    }

    /// The two answers to a closed question, always on the same keys (C20).
    pub fn written_yes_no(self) -> [(u8, &'static str); 2] {
        match self {
            Self::French => [(1, "oui"), (2, "non")],
            Self::English => [(1, "yes"), (2, "no")],
        }
    }

    /// Before what they wrote is read back.
    pub fn written_lead(self) -> &'static str {
        match self {
            Self::French => "Vous avez écrit :",
            Self::English => "You wrote:",
        }
    }

    /// What it calls itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::French => "français",
            Self::English => "English",
        }
    }

    /// The longest day there is: no date to come is longer.
    pub fn longest_day(self) -> &'static str {
        static LONGEST: LazyLock<[String; 2]> = LazyLock::new(|| Language::ALL.map(longest_day));
        &LONGEST[self as usize]
    }
}

fn longest_day(language: Language) -> String {
    let first = Date::constant(2024, 1, 1);
    let days = first.series(1.day()).take_while(|day| i64::from(day.year()) < 2024 + YEARS);
    days.map(|day| language.written_day(day)).max_by_key(String::len).unwrap_or_default()
}

/// A number that anybody dials, in pairs: `"09 72 01 02 03"`, `"39 49"`; of three digits as it stands.
pub fn pairs(digits: &str) -> String {
    if digits.len() <= 3 {
        return digits.to_owned();
    }
    let pairs = digits.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair));
    pairs.collect::<Vec<_>>().join(" ")
}

/// A telephone number, in pairs.
pub fn phone(number: &PhoneNumber) -> String {
    number.pairs().join(" ")
}

/// A place from what is said of it: `"à Mâcon,"` → `"Mâcon"`; `"à Mâcon, vingt rue des Lilas."` → `"20 rue des Lilas, Mâcon"`.
/// (The store knows no other address yet than the one that is said.)
pub fn place(said: &str) -> String {
    let said = said.trim_end_matches([',', '.']);
    let (town, street) = said.split_once(", ").map_or((said, None), |(town, street)| (town, Some(street)));
    let town = town.strip_prefix("à ").unwrap_or(town);
    street.map_or_else(|| town.to_owned(), |street| format!("{}, {town}", house(street)))
}

/// `"vingt et un rue …"` → `"21 rue …"`
fn house(street: &str) -> String {
    static WORDS: LazyLock<Vec<(String, u32)>> = LazyLock::new(|| {
        let mut words: Vec<(String, u32)> = (1..=HOUSE_MAX).map(|n| (french::number(n) + " ", n)).collect();
        // "vingt et un" before "vingt"
        words.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        words
    });
    let found = WORDS.iter().find_map(|(words, n)| Some((street.strip_prefix(words.as_str())?, n)));
    found.map_or_else(|| street.to_owned(), |(rest, n)| format!("{n} {rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gsm7;

    fn when(at: &str, language: Language) -> String {
        language.written_when(at.parse().unwrap(), "Europe/Paris")
    }

    #[test]
    fn a_day_and_its_hour_are_short_and_in_figures() {
        assert_eq!(when("2026-12-02T13:30:00Z", Language::French), "mer 2 dec 14h30");
        assert_eq!(when("2027-08-01T07:00:00Z", Language::French), "dim 1er aout 9h");
        assert_eq!(when("2027-03-31T10:05:00Z", Language::French), "mer 31 mars 12h05");
        assert_eq!(when("2026-12-02T13:30:00Z", Language::English), "Wed 2 Dec 14:30");
        assert_eq!(when("2026-12-02T08:00:00Z", Language::English), "Wed 2 Dec 9:00");
    }

    #[test]
    fn no_day_of_a_year_is_longer_than_the_longest() {
        assert_eq!(Language::French.longest_day().len(), "jeu 1er avril".len());
        assert_eq!(Language::English.longest_day().len(), "Wed 30 Dec".len());
        assert!(gsm7::septets(Language::French.longest_day()).is_some());
    }

    #[test]
    fn numbers_are_in_pairs_and_ranks_have_their_ends() {
        assert_eq!(pairs("0972010203"), "09 72 01 02 03");
        assert_eq!((pairs("3949"), pairs("115")), ("39 49".to_owned(), "115".to_owned()));
        assert_eq!(phone(&PhoneNumber::parse("0639980001").unwrap()), "06 39 98 00 01");
        assert_eq!([1, 2, 21].map(|rank| Language::French.written_rank(rank)), ["1er", "2e", "21e"]);
        let english = [1, 2, 3, 4, 11, 12, 13, 21, 22, 111].map(|rank| Language::English.written_rank(rank));
        assert_eq!(english, ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "111th"]);
    }

    #[test]
    fn a_place_is_written_from_what_is_said_of_it() {
        for (said, written) in [
            ("à Chalon-sur-Saône,", "Chalon-sur-Saône"),
            ("au Creusot,", "au Creusot"),
            ("à Chalon-sur-Saône, huit rue du Moulin.", "8 rue du Moulin, Chalon-sur-Saône"),
            ("au Creusot, vingt et un rue de la République.", "21 rue de la République, au Creusot"),
            ("à Sens, cent vingt place du Marché.", "120 place du Marché, Sens"),
            ("à Sens, place de la Mairie.", "place de la Mairie, Sens"),
            ("à Sens, quatre-vingt-dix-neuf rue Cinq.", "99 rue Cinq, Sens"),
        ] {
            assert_eq!(place(said), written);
        }
    }
}
