//! The longest that each value can be when it is written.

use std::collections::BTreeMap;

use super::super::action::Kind;
use super::super::check::{Kinds, Library};
use super::super::definition::{Field, FieldType};
use super::super::run::longest_name;
use super::super::template::Filter;
use super::width;
use crate::speech::{Language, written};

/// An hour with its minutes.
const HOUR: [&str; 2] = ["14h30", "14:30"];
/// Numbers that a counsellor can dial have ten digits.
const PHONE: &str = "06 39 98 00 00";
const RANK: u16 = u16::MAX;
/// A number of the longest kind there is.
const DIGITS: &str = "0000000000000000";

/// The longest values in a language.
pub(super) struct Longest<'a> {
    library: &'a Library,
    pub language: Language,
    kinds: BTreeMap<&'a str, Kinds<'a>>,
    city: String,
    address: String,
}

impl<'a> Longest<'a> {
    /// `places` are told as they are said: "à Dijon,", "à Dijon, deux rue de la République."
    pub(super) fn new(library: &'a Library, language: Language, places: &[String]) -> Self {
        let remote = [language.by_phone(), language.by_video()].map(|said| said.trim_end_matches('.').to_owned());
        let of = |end: char| {
            let said = places.iter().filter(|said| said.ends_with(end)).map(|said| written::place(said));
            said.chain(remote.clone()).max_by_key(|place| width(place)).unwrap_or_default()
        };
        let kinds = library.flows().map(|(name, flow)| (name, Kinds::read(flow))).collect();
        Self { library, language, kinds, city: of(','), address: of('.') }
    }

    pub(super) fn value(&self, flow: &str, path: &str, filter: Filter) -> String {
        if let Some(number) = path.strip_prefix("line.").and_then(|name| self.library.line().value(name)) {
            return number.written(filter, self.language);
        }
        let is_postal = self.kinds.get(flow).and_then(|kinds| kinds.of(path)) == Some(Kind::Postal);
        self.of(filter, if is_postal { 5 } else { DIGITS.len() })
    }

    /// An answer, as it is read back.
    pub(super) fn answer(&self, field: &Field) -> String {
        match field.kind {
            FieldType::PostalCode => self.of(Filter::Digits, 5),
            FieldType::Digits => self.of(Filter::Digits, field.digits().0.into()),
            FieldType::Phone => self.of(Filter::Pairs, 0),
            FieldType::Date => self.of(Filter::Day, 0),
            FieldType::Time => self.of(Filter::Time, 0),
            FieldType::Name | FieldType::VoiceMessage => self.of(Filter::Voice, 0),
            FieldType::Choice | FieldType::YesNo => String::new(),
        }
    }

    /// Of the kind that a filter writes.
    pub(super) fn of(&self, filter: Filter, digits: usize) -> String {
        let hour = HOUR[self.language as usize];
        match filter {
            Filter::Date => format!("{} {hour}", self.language.longest_day()),
            Filter::Day => self.language.longest_day().to_owned(),
            Filter::Time => hour.to_owned(),
            Filter::City => self.city.clone(),
            Filter::Address => self.address.clone(),
            Filter::Digits => DIGITS[..digits.min(DIGITS.len())].to_owned(),
            Filter::Pairs => PHONE.to_owned(),
            Filter::Rank => self.language.written_rank(RANK),
            Filter::Voice => longest_name(),
        }
    }
}
