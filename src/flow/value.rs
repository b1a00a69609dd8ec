//! What a run knows, typed.

use serde::{Deserialize, Serialize};

use super::action::Kind;
use super::template::Filter;
use crate::booking::{Appointment, Modality, PostalCode, Slot};
use crate::phone::PhoneNumber;
use crate::speech::{Unit, french};

/// One known thing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Value {
    Postal(PostalCode),
    Phone(PhoneNumber),
    Choice(String),
    Slot(Slot),
    Appointment(Appointment),
}

/// Said instead of an address when the counsellor calls.
pub(super) const BY_PHONE: &str = "par téléphone.";

impl Value {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Postal(_) => Kind::Postal,
            Self::Phone(_) => Kind::Phone,
            Self::Choice(_) => Kind::Choice,
            Self::Slot(_) => Kind::Slot,
            Self::Appointment(_) => Kind::Appointment,
        }
    }

    /// As recorded units; nothing where the filter does not fit, which the checker refuses beforehand.
    pub(super) fn spoken(&self, filter: Filter) -> Vec<Unit> {
        match (self, filter) {
            (Self::Postal(code), Filter::Digits) => french::postal_digits(code),
            (Self::Phone(number), Filter::Pairs) => french::phone_pairs(number),
            (Self::Slot(slot), filter) => spoken_slot(slot, filter),
            (Self::Appointment(appointment), filter) => spoken_slot(&appointment.slot, filter),
            (Self::Postal(_) | Self::Phone(_) | Self::Choice(_), _) => Vec::new(),
        }
    }
}

fn spoken_slot(slot: &Slot, filter: Filter) -> Vec<Unit> {
    let is_on_site = slot.modality == Modality::InPerson;
    match filter {
        Filter::Date => french::slot_when(slot.starts_at, &slot.site.tz),
        Filter::City if is_on_site => vec![Unit::Say(slot.site.say_city.clone())],
        Filter::Address if is_on_site => vec![Unit::Say(slot.site.say_address.clone())],
        Filter::Address => vec![Unit::Say(BY_PHONE.to_owned())],
        Filter::City | Filter::Digits | Filter::Pairs => Vec::new(),
    }
}
