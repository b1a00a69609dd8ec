//! What a flow may ask of the world, and what the world may answer. Closed lists: that is what makes flows checkable.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::booking::{Appointment, Group, Modality, PostalCode, Slot, When};
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
        /// In which days and hours.
        when: When,
        /// Whose: who met a counsellor before needs less time (A17).
        phone: Option<PhoneNumber>,
        /// At most this many.
        limit: u8,
    },
    /// The days that have a free slot, soonest first. → `Days` | `Unavailable`
    FindDays {
        /// Where the person lives or works (A2).
        place: PostalCode,
        /// On site first (A3).
        modality: Modality,
        /// Among which days, at which hours.
        when: When,
        /// As for the slots.
        phone: Option<PhoneNumber>,
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
        /// For somebody else of the same number, who said this name: never `AlreadyBooked`.
        other: Option<OtherPerson>,
    },
    /// Puts an appointment on the slot that this run holds, in one transaction: should it fail, the old one stands.
    /// → `Moved` | `Taken` | `Gone` | `Unavailable`
    Move {
        /// Which, in the version read out.
        appointment: Appointment,
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
    /// "Call me back." → `Requested { promise }` | `AlreadyRequested { promise }` | `Unavailable`
    RequestCallback {
        /// On which number.
        phone: PhoneNumber,
        /// Why, one word of a closed list: "person", "booking" …
        topic: String,
        /// When: any of "morning", "afternoon", "any".
        window: String,
    },
    /// Lays a voice message with the open call-back requests of a number. → `Kept` | `Gone` (no request is open) |
    /// `Unavailable`
    AttachMessage {
        /// Whose request.
        phone: PhoneNumber,
        /// The recording, kept by the store.
        recording: String,
    },
    /// "When will you call me?" → `Waiting { position, promise }` | `NotWaiting` | `Unavailable`
    FindCallback {
        /// Whose request.
        phone: PhoneNumber,
    },
    /// Coming group meetings near a postal code that have a seat, soonest first. → `Groups` | `Unavailable`
    FindGroups {
        /// Where the person lives or works (A2).
        place: PostalCode,
        /// At most this many.
        limit: u8,
    },
    /// Takes a seat. → `Joined` | `AlreadyJoined` | `Full` | `Unavailable`
    JoinGroup {
        /// The person's number, if known.
        phone: Option<PhoneNumber>,
        /// The second fact of later calls (D15).
        place: PostalCode,
        /// Which.
        group: Group,
    },
    /// How the call was, 1 to 5; kept without a number (A8). → `Rated` | `Unavailable`
    Rate {
        /// 1 to 5.
        score: u8,
    },
    /// What somebody agreed to, or did not; rows are only added (A12, D13). → `Recorded` | `Unavailable`
    RecordConsent {
        /// Whose.
        phone: PhoneNumber,
        /// To what: "voicemail" …
        topic: String,
        /// Whether they agree.
        agrees: bool,
    },
    /// Takes up the run of a dropped call, once the second fact is told (C27, D15). → `Resumed(run)` | `Wrong` | `Gone` |
    /// `Unavailable`
    Resume {
        /// The number that called.
        phone: PhoneNumber,
        /// The second fact.
        place: PostalCode,
    },
}

/// Somebody of the same number who is not the one known by it: a couple, a hostel, a helper's next person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OtherPerson {
    /// Their name, as they said it: a recording kept by the store.
    pub name: Option<String>,
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
    Days(Vec<Date>),
    Moved(Appointment),
    Requested {
        /// A counsellor calls before this.
        promise: Timestamp,
    },
    AlreadyRequested {
        /// As first promised.
        promise: Timestamp,
    },
    Kept,
    Waiting {
        /// 1 is next.
        position: u16,
        /// A counsellor calls before this.
        promise: Timestamp,
    },
    NotWaiting,
    Groups(Vec<Group>),
    Joined(Group),
    AlreadyJoined(Group),
    Full,
    Rated,
    Recorded,
    /// The run as JSON: its holds and its keys are its own again.
    Resumed(String),
    /// The second fact does not fit.
    Wrong,
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
            Self::Postal => "a postal code",
            Self::Phone => "a telephone number",
            Self::Choice => "a choice",
            Self::Slot => "a free place",
            Self::Appointment => "an appointment",
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
        let (name, fields) =
            parts.ok_or_else(|| format!("`{text}` is no action: write it as `appointments.book(place, slot)`"))?;
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
