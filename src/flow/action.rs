//! What a flow may ask of the world, and what the world may answer. Closed lists: that is what makes flows checkable.

use serde::{Deserialize, Serialize};

use crate::booking::{Appointment, Modality, PostalCode, Slot};
use crate::phone::PhoneNumber;

/// One request of a run to the store. Carried out under an idempotency key made of the run and its step count:
/// asked twice with the same key, it is done once and answered alike.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Request {
    /// The next free slots near a postal code, soonest first, spread over days. → `Slots` | `Unavailable`
    FindSlots {
        /// Where the person lives or works (A2).
        place: PostalCode,
        /// On site first (A3).
        modality: Modality,
        /// At most this many.
        limit: u8,
    },
    /// Keeps a slot for this run. → `Held` | `Taken` | `Unavailable`
    Hold {
        /// The one chosen.
        slot: Slot,
        /// For how long, seconds.
        ttl_s: u32,
    },
    /// Gives back whatever this run holds. → `Released` | `Unavailable`
    Release,
    /// Turns this run's hold into an appointment. → `Booked` | `Taken` | `AlreadyBooked` | `Unavailable`
    Book {
        /// The person's number, if known (D16: withheld numbers are served too).
        phone: Option<PhoneNumber>,
        /// The second fact of later calls (D15).
        place: PostalCode,
        /// The one held.
        slot: Slot,
    },
    /// Coming appointments of a number **and** a postal code (D15). → `Appointments` (maybe empty) | `Unavailable`
    FindAppointments {
        /// Whose.
        phone: PhoneNumber,
        /// The second fact.
        place: PostalCode,
    },
    /// "I will come." → `Confirmed` | `Gone` | `Unavailable`
    Confirm {
        /// Which, in the version read out.
        appointment: Appointment,
    },
    /// "I will not come." → `Cancelled` | `Gone` | `Unavailable`
    Cancel {
        /// Which, in the version read out.
        appointment: Appointment,
    },
    /// "Call me back." → `Requested` | `AlreadyRequested` | `Unavailable`
    RequestCallback {
        /// On which number.
        phone: PhoneNumber,
        /// Why, one word of a closed list: "person", "booking" …
        topic: String,
        /// When: any of "morning", "afternoon", "any".
        window: String,
    },
}

/// The store's answer to a [`Request`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each is documented at the request it answers")]
pub enum Reply {
    Slots(Vec<Slot>),
    Held,
    Taken,
    Released,
    Booked(Appointment),
    AlreadyBooked(Appointment),
    Appointments(Vec<Appointment>),
    Confirmed,
    Cancelled,
    Gone,
    Requested,
    AlreadyRequested,
    /// The store did not answer in time, or refused for a reason of its own: nothing was written.
    Unavailable,
}

/// What an action takes and what may come of it.
pub(super) struct Signature {
    pub(super) name: &'static str,
    /// The fields it needs, in order.
    pub(super) takes: &'static [Kind],
    /// The exits a flow must have for it.
    pub(super) outcomes: &'static [&'static str],
    /// The words that its choice may be.
    pub(super) words: &'static [&'static str],
}

impl Signature {
    /// What stands between its parentheses, in a coordinator's words: "(un code postal, une place libre)".
    pub(super) fn wanted(&self) -> String {
        format!("({})", self.takes.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", "))
    }
}

/// The kind of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Postal,
    Phone,
    Choice,
    Slot,
    Appointment,
}

impl Kind {
    /// In a coordinator's words.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Postal => "un code postal",
            Self::Phone => "un numéro de téléphone",
            Self::Choice => "un choix",
            Self::Slot => "une place libre",
            Self::Appointment => "un rendez-vous",
        }
    }
}

/// Every action of the line. A flow can do nothing else.
pub(super) const ACTIONS: &[Signature] = &[
    Signature {
        name: "slots.find",
        takes: &[Kind::Postal, Kind::Choice],
        outcomes: &["chosen", "none", "unavailable"],
        words: &["in_person", "phone", "visio"],
    },
    Signature {
        name: "appointments.find",
        takes: &[Kind::Phone, Kind::Postal],
        outcomes: &["chosen", "none", "unavailable"],
        words: &[],
    },
    Signature {
        name: "appointments.book",
        takes: &[Kind::Postal, Kind::Slot],
        outcomes: &["booked", "taken", "already_booked", "unavailable"],
        words: &[],
    },
    Signature {
        name: "appointments.confirm",
        takes: &[Kind::Appointment],
        outcomes: &["confirmed", "gone", "unavailable"],
        words: &[],
    },
    Signature {
        name: "appointments.cancel",
        takes: &[Kind::Appointment],
        outcomes: &["cancelled", "gone", "unavailable"],
        words: &[],
    },
    Signature {
        name: "callbacks.request",
        takes: &[Kind::Phone, Kind::Choice],
        outcomes: &["requested", "already_requested", "unavailable"],
        words: &["morning", "afternoon", "any"],
    },
];

/// `appointments.book(place, slot)`, parsed; the checker knows whether it exists.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct ActionCall {
    pub(super) name: String,
    pub(super) fields: Vec<String>,
}

impl TryFrom<String> for ActionCall {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let parts = text.strip_suffix(')').and_then(|text| text.split_once('('));
        let (name, fields) = parts.ok_or_else(|| {
            format!("`{text}` n'est pas une action : écrivez par exemple `appointments.book(place, slot)`")
        })?;
        let fields = fields.split(',').map(|field| field.trim().to_owned()).filter(|field| !field.is_empty()).collect();
        Ok(Self { name: name.trim().to_owned(), fields })
    }
}

impl ActionCall {
    /// What it leaves behind, if it does.
    pub(super) fn gives(&self) -> Option<Kind> {
        match self.name.as_str() {
            "slots.find" => Some(Kind::Slot),
            "appointments.find" | "appointments.book" => Some(Kind::Appointment),
            _ => None,
        }
    }

    pub(super) fn signature(&self) -> Option<&'static Signature> {
        ACTIONS.iter().find(|action| action.name == self.name)
    }
}
