//! What a run knows, typed.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use super::action::Kind;
use super::template::Filter;
use crate::booking::{Appointment, Group, Modality, PostalCode, Site, Slot};
use crate::phone::PhoneNumber;
use crate::speech::{Language, Unit, written};

/// One known thing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Value {
    Digits(String),
    Postal(PostalCode),
    Phone(PhoneNumber),
    Choice(String),
    Day(Date),
    Time(Time),
    /// Kept by the store under this name.
    Recording(String),
    /// Written where others speak: a name, a message.
    Words(String),
    Slot(Slot),
    Appointment(Appointment),
    Group(Group),
    /// When, and by which clock.
    Promise(Timestamp, String),
    Rank(u16),
    /// Digits of a number that anybody may call.
    Public(String),
}

/// Said instead of an address when the counsellor calls.
pub(super) const BY_PHONE: &str = "par téléphone.";
/// Said instead of an address when both see each other on a screen.
pub(super) const BY_VIDEO: &str = "par vidéo.";

impl Value {
    /// What it is to an action and to a filter.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Digits(_) => Kind::Digits,
            Self::Postal(_) => Kind::Postal,
            Self::Phone(_) => Kind::Phone,
            Self::Choice(_) => Kind::Choice,
            Self::Day(_) => Kind::Day,
            Self::Time(_) => Kind::Time,
            Self::Recording(_) | Self::Words(_) => Kind::Recording,
            Self::Slot(_) => Kind::Slot,
            Self::Appointment(_) => Kind::Appointment,
            Self::Group(_) => Kind::Group,
            Self::Promise(..) => Kind::Promise,
            Self::Rank(_) => Kind::Rank,
            Self::Public(_) => Kind::Public,
        }
    }

    /// Whether it is this word of a list.
    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Choice(choice) | Self::Digits(choice) if choice == word)
    }

    /// As recorded units; nothing where the filter does not fit, which the checker refuses beforehand.
    pub(super) fn spoken(&self, filter: Filter, language: Language) -> Vec<Unit> {
        match (self, filter) {
            (Self::Postal(code), Filter::Digits) => language.digits(code.as_str()),
            (Self::Digits(digits), Filter::Digits) => language.digits(digits),
            (Self::Phone(number), Filter::Pairs) => language.phone_pairs(number),
            (Self::Public(digits), Filter::Pairs) => language.public_number(digits),
            (Self::Day(day), Filter::Day) => language.day(*day),
            (Self::Time(time), Filter::Time) => language.hour(*time),
            (Self::Rank(rank), Filter::Rank) => vec![language.ordinal(*rank)],
            (Self::Recording(id), Filter::Voice) => vec![Unit::Own(id.clone())],
            (Self::Promise(at, zone), Filter::Date) => language.slot_when(*at, zone),
            (Self::Slot(slot), filter) => spoken_meeting(slot.starts_at, &slot.site, slot.modality, filter, language),
            (Self::Appointment(Appointment { slot, .. }), filter) => {
                spoken_meeting(slot.starts_at, &slot.site, slot.modality, filter, language)
            }
            (Self::Group(group), filter) => {
                spoken_meeting(group.starts_at, &group.site, Modality::InPerson, filter, language)
            }
            (_, _) => Vec::new(),
        }
    }
}

impl Value {
    /// As it is written in an SMS, short and in figures; nothing where the filter does not fit, nor of a voice.
    pub(super) fn written(&self, filter: Filter, language: Language) -> String {
        match (self, filter) {
            (Self::Postal(code), Filter::Digits) => code.as_str().to_owned(),
            (Self::Digits(digits), Filter::Digits) => digits.clone(),
            (Self::Phone(number), Filter::Pairs) => written::phone(number),
            (Self::Public(digits), Filter::Pairs) => written::pairs(digits),
            (Self::Day(day), Filter::Day) => language.written_day(*day),
            (Self::Time(time), Filter::Time) => language.written_hour(*time),
            (Self::Rank(rank), Filter::Rank) => language.written_rank(*rank),
            (Self::Words(words), Filter::Voice) => words.clone(),
            (Self::Promise(at, zone), Filter::Date) => language.written_when(*at, zone),
            (Self::Slot(slot), filter) => written_meeting(slot.starts_at, &slot.site, slot.modality, filter, language),
            (Self::Appointment(Appointment { slot, .. }), filter) => {
                written_meeting(slot.starts_at, &slot.site, slot.modality, filter, language)
            }
            (Self::Group(group), filter) => {
                written_meeting(group.starts_at, &group.site, Modality::InPerson, filter, language)
            }
            (_, _) => String::new(),
        }
    }
}

fn written_meeting(at: Timestamp, site: &Site, how: Modality, filter: Filter, language: Language) -> String {
    let told = |said: &str| said.trim_end_matches('.').to_owned();
    match (filter, how) {
        (Filter::Date, _) => language.written_when(at, &site.tz),
        (Filter::City, Modality::InPerson) => written::place(&site.say_city),
        (Filter::Address, Modality::InPerson) => written::place(&site.say_address),
        (Filter::City | Filter::Address, Modality::Phone) => told(language.by_phone()),
        (Filter::City | Filter::Address, Modality::Visio) => told(language.by_video()),
        (_, _) => String::new(),
    }
}

/// Towns and addresses are in French in every language: that is how they are written on the door.
fn spoken_meeting(at: Timestamp, site: &Site, how: Modality, filter: Filter, language: Language) -> Vec<Unit> {
    match (filter, how) {
        (Filter::Date, _) => language.slot_when(at, &site.tz),
        (Filter::City, Modality::InPerson) => vec![Unit::Say(site.say_city.clone())],
        (Filter::Address, Modality::InPerson) => vec![Unit::Say(site.say_address.clone())],
        (Filter::Address, Modality::Phone) => vec![Unit::Say(language.by_phone().to_owned())],
        (Filter::Address, Modality::Visio) => vec![Unit::Say(language.by_video().to_owned())],
        (_, _) => Vec::new(),
    }
}
