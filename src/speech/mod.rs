//! Values and texts → what is spoken: a list of recorded units.
//!
//! A recording is named by its own text, so there is no table of identifiers to keep in step: [`french`] writes and
//! [`english`] write the text of a date or a number, a flow writes its own sentences. Who speaks asks [`Language`].

use std::ops::RangeInclusive;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use serde::{Deserialize, Serialize};

pub mod english;
pub mod french;
mod language;
pub mod written;

pub use language::Spoken;

/// Hours at which an appointment can be said whole: openings outside them have no recording.
pub const HOURS: RangeInclusive<i8> = 7..=20;
/// Keys that a menu offers by name: 0 and `*` are explained by whole sentences.
pub const KEYS: RangeInclusive<u8> = 1..=9;
/// Ranks with a recording of their own.
pub const RANKS: RangeInclusive<u16> = 1..=30;

/// A language that the line speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    /// The one that flows are written in.
    #[default]
    #[serde(rename = "fr")]
    French,
    /// British English.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// `fr`, `en`: the names of the folders of recordings.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "fr" => Some(Self::French),
            "en" => Some(Self::English),
            _ => None,
        }
    }
}

/// The smallest piece of speech: one recording, named by its own text, or silence.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Unit {
    /// A recording, found by exactly this text (punctuation included: it carries the intonation).
    Say(String),
    /// Silence, milliseconds.
    Pause(u16),
    /// The tone after which a caller speaks.
    Tone,
    /// What a caller said after the tone, kept by the store under this name.
    Own(String),
}

/// What is said in one go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// In order.
    pub units: Vec<Unit>,
    /// Whose recordings they are.
    pub language: Language,
    /// The recordings themselves are played more slowly (C10); its pauses are as long as they say.
    #[serde(default)]
    pub is_slow: bool,
}

impl Prompt {
    /// What is heard, as text: "Pour prendre un rendez-vous, tapez 1."
    pub fn text(&self) -> String {
        let words: Vec<&str> = self
            .units
            .iter()
            .filter_map(|unit| match unit {
                Unit::Say(text) => Some(text.as_str()),
                Unit::Own(_) => Some("[enregistrement]"),
                Unit::Tone => Some("[signal]"),
                Unit::Pause(_) => None,
            })
            .collect();
        words.join(" ")
    }
}

/// Where a wrong zone name leads: the clock of the line's own country.
const HOME_ZONE: &str = "Europe/Paris";
/// Appointments are said on this line, minutes; they begin on it too (see [`crate::booking::Slot`]).
const MINUTES_STEP: i8 = 5;

fn say(text: String) -> Unit {
    Unit::Say(text)
}

fn local(at: Timestamp, tz: &str) -> ZonedDateTime {
    let zone = TimeZone::get(tz).or_else(|_| TimeZone::get(HOME_ZONE)).unwrap_or(TimeZone::UTC);
    at.to_zoned_datetime(zone)
}

/// Down to the line: nobody is late by that.
fn on_line(minute: i8) -> i8 {
    minute - minute % MINUTES_STEP
}

/// The digits of a text, as numbers.
fn digits_of(text: &str) -> Vec<u8> {
    text.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect()
}
