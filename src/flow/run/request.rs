//! The request that an action of a flow stands for.

use super::super::action::{ActionCall, OtherPerson, Request, WRITTEN};
use super::super::definition::{Offer, YES_NO};
use super::super::value::Value;
use super::{Library, PERSON, Run, Turn};
use crate::booking::{Days, Half, Modality, When};
use crate::phone::PhoneNumber;

/// Items asked of the store at once.
pub(in crate::flow) const LISTED_MAX: u8 = 12;
/// Kept for the person when the flow does not say otherwise.
pub(super) const HOLD_S: u32 = 5 * 60;

/// How long a place is kept for whoever chose it.
pub(super) fn hold_ttl(offer: &Offer) -> u32 {
    offer.hold.map_or(HOLD_S, |hold| u32::try_from(hold.0.as_secs()).unwrap_or(HOLD_S))
}

impl Run {
    /// `None` when a field is not filled, or with something else, which the checker refuses.
    pub(super) fn request(&self, turn: &Turn<'_>, action: &ActionCall) -> Option<Request> {
        use Value::{Appointment, Choice, Day, Digits, Group, Phone, Postal, Recording, Slot, Words};
        // What is written stands where a recording's name does.
        let said = |value| match value {
            Words(words) => Recording(format!("{WRITTEN}{words}")),
            other => other,
        };
        let mut fields = action.fields.iter().map(|field| self.value(turn.library, field).map(said));
        let fields: [Option<Value>; 4] = std::array::from_fn(|_| fields.next().flatten());
        let [first, second, third, fourth] = fields;
        let limit = LISTED_MAX;
        Some(match (action.name.as_str(), first?, second, third, fourth) {
            ("slots.find", Postal(place), Some(Choice(how)), None, None) => {
                let (modality, when, phone) = (modality(&how), When::default(), self.phone());
                Request::FindSlots { place, modality, when, phone, limit }
            }
            ("slots.on", Postal(place), Some(Choice(how)), Some(Day(day)), Some(Choice(part))) => {
                let when = When { days: Days::On(day), half: half(&part) };
                Request::FindSlots { place, modality: modality(&how), when, phone: self.phone(), limit }
            }
            ("slots.move", Postal(place), Some(Appointment(appointment)), ..) => {
                let (modality, when) = (appointment.slot.modality, When::default());
                Request::FindSlots { place, modality, when, phone: self.phone(), limit }
            }
            ("days.find", Postal(place), Some(Choice(how)), Some(Choice(week)), Some(Choice(part))) => {
                let when = When { days: days(&week), half: half(&part) };
                Request::FindDays { place, modality: modality(&how), when, phone: self.phone(), limit }
            }
            ("appointments.find", Phone(phone), Some(Postal(place)), ..) => Request::FindAppointments { phone, place },
            ("groups.find", Postal(place), ..) => Request::FindGroups { place, limit },
            ("appointments.book", Postal(place), Some(Slot(slot)), ..) => {
                Request::Book { phone: self.phone(), place, slot, other: None }
            }
            ("appointments.book_other", Postal(place), Some(Slot(slot)), Some(Recording(name)), _) => {
                Request::Book { phone: self.phone(), place, slot, other: Some(OtherPerson { name: Some(name) }) }
            }
            ("appointments.move", Appointment(appointment), Some(Slot(slot)), ..) => {
                Request::Move { appointment, slot }
            }
            ("appointments.confirm", Appointment(appointment), ..) => Request::Confirm { appointment },
            ("appointments.cancel", Appointment(appointment), ..) => Request::Cancel { appointment },
            ("callbacks.request", Phone(phone), Some(Choice(window)), ..) => {
                Request::RequestCallback { phone, topic: PERSON.to_owned(), window }
            }
            ("callbacks.attach", Phone(phone), Some(Recording(recording)), ..) => {
                Request::AttachMessage { phone, recording }
            }
            ("callbacks.find", Phone(phone), ..) => Request::FindCallback { phone },
            ("groups.join", Postal(place), Some(Group(group)), ..) => {
                Request::JoinGroup { phone: self.phone(), place, group }
            }
            ("feedback.rate", Digits(score), ..) => Request::Rate { score: score.parse().ok()? },
            ("consents.record", Phone(phone), Some(Choice(topic)), Some(Choice(agrees)), _) => {
                Request::RecordConsent { phone, topic, agrees: agrees == YES_NO[0] }
            }
            ("runs.resume", Postal(place), ..) => Request::Resume { phone: self.caller.callable()?.clone(), place },
            _ => return None,
        })
    }

    /// The number that was typed, or the one they call from.
    fn phone(&self) -> Option<PhoneNumber> {
        match self.values.get("phone") {
            Some(Value::Phone(phone)) => Some(phone.clone()),
            _ => self.caller.callable().cloned(),
        }
    }

    pub(super) fn value(&self, library: &Library, path: &str) -> Option<Value> {
        if let Some(literal) = path.strip_prefix('\'').and_then(|path| path.strip_suffix('\'')) {
            return Some(Value::Choice(literal.to_owned()));
        }
        if let Some(name) = path.strip_prefix("line.") {
            return library.line().value(name);
        }
        match path {
            "caller.number" => self.caller.callable().cloned().map(Value::Phone),
            _ => self.values.get(path).cloned(),
        }
    }
}

fn modality(choice: &str) -> Modality {
    match choice {
        "phone" => Modality::Phone,
        "visio" => Modality::Visio,
        _ => Modality::InPerson,
    }
}

fn days(choice: &str) -> Days {
    match choice {
        "this_week" => Days::ThisWeek,
        "next_week" => Days::NextWeek,
        "later" => Days::Later,
        _ => Days::Any,
    }
}

fn half(choice: &str) -> Half {
    match choice {
        "morning" => Half::Morning,
        "afternoon" => Half::Afternoon,
        _ => Half::Any,
    }
}
