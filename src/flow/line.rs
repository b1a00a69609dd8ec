//! `line.yaml`: what this line is, for every flow: its number, its hours, the numbers of others.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;

use super::schema;
use super::value::Value;
use crate::booking::holidays::{Zone, is_holiday};

/// The file, as it is written.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "line", description = "La ligne : son numéro, ses heures, les numéros des autres services.")]
pub(in crate::flow) struct LineFile {
    /// The number to call when nothing else works (A16).
    #[schemars(with = "schema::Numbers", description = "Le numéro à rappeler quand rien d'autre ne marche.")]
    number: Public,
    /// When counsellors can be talked to.
    #[schemars(description = "Quand un conseiller peut répondre.")]
    hours: Hours,
    /// Those of other services, by name (A9).
    #[schemars(
        with = "BTreeMap<String, schema::Numbers>",
        description = "Les numéros d'autres services, chacun avec son nom : `{line.nom | spoken-pairs}`."
    )]
    #[serde(default)]
    numbers: BTreeMap<String, Public>,
}

impl LineFile {
    /// `line.number`, or a number of the list: `line.france_travail`.
    pub(in crate::flow) fn value(&self, name: &str) -> Option<Value> {
        let number = if name == "number" { Some(&self.number) } else { self.numbers.get(name) };
        number.map(|number| Value::Public(number.0.clone()))
    }

    /// The names under which [`LineFile::value`] knows a number.
    pub(in crate::flow) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once("number").chain(self.numbers.keys().map(String::as_str))
    }

    /// When counsellors can be talked to.
    pub(in crate::flow) fn hours(&self) -> &Hours {
        &self.hours
    }
}

/// A number that anybody may call, four to ten digits; never a premium-rate one (D1).
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
struct Public(String);

/// Not to be given to anybody: 08 1, 08 2 and 08 9 cost, and 118 is a directory (D1). 0 809 is at the price of a local call.
const PREMIUM: [&str; 6] = ["081", "082", "083", "084", "089", "118"];
/// What a caller cannot be sent to by a machine, and the emergency numbers are in nobody's list (C28).
const DIGITS: std::ops::RangeInclusive<usize> = 4..=10;

impl TryFrom<String> for Public {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '.')).collect();
        if !DIGITS.contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(format!("`{text}` n'est pas un numéro : écrivez par exemple \"09 72 01 02 03\" ou \"39 49\""));
        }
        if PREMIUM.iter().any(|premium| digits.starts_with(premium)) {
            return Err(format!("`{text}` est un numéro surtaxé : donnez un numéro au prix d'un appel normal"));
        }
        Ok(Self(digits))
    }
}

/// When counsellors can be talked to.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "hours", description = "Quand un conseiller peut répondre.")]
pub struct Hours {
    /// The clock they go by.
    #[schemars(with = "schema::TimeZoneName", description = "Le fuseau horaire : Europe/Paris.")]
    #[serde(deserialize_with = "zone")]
    zone: TimeZone,
    /// The public holidays on which nobody works (D12).
    #[schemars(with = "schema::Zones", description = "Les jours fériés de quel territoire.")]
    #[serde(deserialize_with = "calendar")]
    holidays: Zone,
    /// Other days on which nobody works.
    #[schemars(with = "Vec<String>", description = "D'autres jours fermés : `[2026-12-24]`.")]
    #[serde(default)]
    closed: Vec<Date>,
    #[schemars(with = "schema::Spans", description = "Les heures du lundi ; sans cette ligne : fermé.")]
    #[serde(default)]
    monday: Vec<Span>,
    #[schemars(with = "schema::Spans", description = "Les heures du mardi ; sans cette ligne : fermé.")]
    #[serde(default)]
    tuesday: Vec<Span>,
    #[schemars(with = "schema::Spans", description = "Les heures du mercredi ; sans cette ligne : fermé.")]
    #[serde(default)]
    wednesday: Vec<Span>,
    #[schemars(with = "schema::Spans", description = "Les heures du jeudi ; sans cette ligne : fermé.")]
    #[serde(default)]
    thursday: Vec<Span>,
    #[schemars(with = "schema::Spans", description = "Les heures du vendredi ; sans cette ligne : fermé.")]
    #[serde(default)]
    friday: Vec<Span>,
    #[schemars(with = "schema::Spans", description = "Les heures du samedi ; sans cette ligne : fermé.")]
    #[serde(default)]
    saturday: Vec<Span>,
    #[schemars(with = "schema::Spans", description = "Les heures du dimanche ; sans cette ligne : fermé.")]
    #[serde(default)]
    sunday: Vec<Span>,
}

impl Hours {
    /// Whether somebody works now.
    pub fn is_open(&self, now: Timestamp) -> bool {
        let local = now.to_zoned_datetime(self.zone.clone());
        !self.is_closed_all(local.date()) && self.of(local.weekday()).iter().any(|span| span.holds(local.time()))
    }

    /// Whether today is a public holiday, or a day closed by hand.
    pub fn is_holiday(&self, now: Timestamp) -> bool {
        self.is_closed_all(now.to_zoned_datetime(self.zone.clone()).date())
    }

    /// The day it is there.
    pub fn today(&self, now: Timestamp) -> Date {
        now.to_zoned_datetime(self.zone.clone()).date()
    }

    /// The clock they go by.
    pub fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("Europe/Paris")
    }

    fn is_closed_all(&self, day: Date) -> bool {
        self.closed.contains(&day) || is_holiday(day, self.holidays)
    }

    fn of(&self, day: Weekday) -> &[Span] {
        match day {
            Weekday::Monday => &self.monday,
            Weekday::Tuesday => &self.tuesday,
            Weekday::Wednesday => &self.wednesday,
            Weekday::Thursday => &self.thursday,
            Weekday::Friday => &self.friday,
            Weekday::Saturday => &self.saturday,
            Weekday::Sunday => &self.sunday,
        }
    }
}

/// "09:00-12:30".
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
struct Span {
    from: Time,
    to: Time,
}

impl Span {
    fn holds(self, time: Time) -> bool {
        self.from <= time && time < self.to
    }
}

impl TryFrom<String> for Span {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let time = |text: &str| Time::strptime("%H:%M", text.trim()).ok();
        let span = text.split_once('-').and_then(|(from, to)| Some(Self { from: time(from)?, to: time(to)? }));
        span.filter(|span| span.from < span.to)
            .ok_or_else(|| format!("`{text}` n'est pas une plage d'heures : écrivez \"09:00-12:30\""))
    }
}

fn zone<'de, D: serde::Deserializer<'de>>(input: D) -> Result<TimeZone, D::Error> {
    let name = String::deserialize(input)?;
    let unknown = || format!("`{name}` n'est pas un fuseau horaire : écrivez par exemple Europe/Paris");
    TimeZone::get(&name).map_err(|_| serde::de::Error::custom(unknown()))
}

fn calendar<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Zone, D::Error> {
    let name = String::deserialize(input)?;
    let known = Zone::ALL.map(|(name, _)| name).join(", ");
    Zone::parse(&name)
        .ok_or_else(|| serde::de::Error::custom(format!("`{name}` n'est pas un calendrier connu : écrivez {known}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours() -> Hours {
        let text = "{zone: Europe/Paris, holidays: metropole, closed: [2026-12-24], monday: [\"09:00-12:30\", \"13:30-18:00\"], thursday: [\"09:00-12:30\"], friday: [\"09:00-12:30\"]}";
        serde_saphyr::from_str(text).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        let paris = TimeZone::get("Europe/Paris").unwrap();
        paris.to_timestamp(text.parse().unwrap()).unwrap()
    }

    #[test]
    fn it_is_open_from_the_first_minute_to_the_last_but_not_at_it() {
        let hours = hours();
        let open = ["2026-11-30T09:00", "2026-11-30T12:29", "2026-11-30T17:59"];
        let closed = ["2026-11-30T08:59", "2026-11-30T12:30", "2026-11-30T18:00", "2026-12-01T10:00"];
        assert!(open.iter().all(|time| hours.is_open(at(time))));
        assert!(closed.iter().all(|time| !hours.is_open(at(time))));
    }

    #[test]
    fn it_is_closed_on_public_holidays_and_on_days_closed_by_hand() {
        let hours = hours();
        for day in ["2026-12-25T10:00", "2026-12-24T10:00", "2027-03-29T10:00"] {
            assert!(!hours.is_open(at(day)) && hours.is_holiday(at(day)), "{day}");
        }
    }

    #[test]
    fn a_premium_number_is_refused_and_others_keep_their_digits() {
        let public = |text: &str| Public::try_from(text.to_owned());
        assert_eq!(public("09 72 01 02 03").unwrap().0, "0972010203");
        assert_eq!(public("39 49").unwrap().0, "3949");
        assert!(public("0899 70 00 00").unwrap_err().contains("surtaxé"));
        assert!(public("15").unwrap_err().contains("n'est pas un numéro"));
        assert!(public("bonjour").is_err());
    }
}
