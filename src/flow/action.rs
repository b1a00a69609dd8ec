//! What a flow may ask of the world, and what the world may answer. Closed lists: that is what makes flows checkable.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::booking::{Appointment, Group, Modality, PostalCode, Slot, When};
use crate::phone::PhoneNumber;

/// What stands before words that were written, where else the name of a recording stands: a name, a message.
pub const WRITTEN: &str = "words:";

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
        /// The recording, kept by the store; or what was written, after [`WRITTEN`].
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
        /// To what: "voicemail", or [`SLOW`].
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

/// The topic under which a number agrees to be spoken to slowly in its next calls (C10).
pub const SLOW: &str = "slow";

/// Somebody of the same number who is not the one known by it: a couple, a hostel, a helper's next person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OtherPerson {
    /// Their name, as they said it: a recording kept by the store; or as they wrote it, after [`WRITTEN`].
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
    /// The words that a choice may be, in the order of the choices.
    pub(super) words: &'static [&'static [&'static str]],
    /// What an `offer` of it lists.
    pub(super) lists: Option<Kind>,
    /// Fields that are filled by it, and after which outcomes.
    pub(super) fills: &'static [(&'static str, Kind, &'static [&'static str])],
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
    Digits,
    Postal,
    Phone,
    Choice,
    Day,
    Time,
    Recording,
    Slot,
    Appointment,
    Group,
    /// When something will have been done.
    Promise,
    /// A place in a row.
    Rank,
    /// A number that anybody may call.
    Public,
}

impl Kind {
    /// In a coordinator's words.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Digits => "un nombre",
            Self::Postal => "un code postal",
            Self::Phone => "un numéro de téléphone",
            Self::Choice => "un choix",
            Self::Day => "un jour",
            Self::Time => "une heure",
            Self::Recording => "un enregistrement",
            Self::Slot => "une place libre",
            Self::Appointment => "un rendez-vous",
            Self::Group => "une réunion",
            Self::Promise => "une échéance",
            Self::Rank => "un rang",
            Self::Public => "un numéro public",
        }
    }
}

/// Every outcome of an action, once.
pub(super) const OUTCOMES: [&str; 21] = [
    "chosen",
    "none",
    "booked",
    "taken",
    "already_booked",
    "moved",
    "confirmed",
    "cancelled",
    "gone",
    "requested",
    "already_requested",
    "kept",
    "waiting",
    "not_waiting",
    "joined",
    "already_joined",
    "full",
    "rated",
    "recorded",
    "wrong",
    "unavailable",
];

const HOW: &[&str] = &["in_person", "phone", "visio"];
const WEEK: &[&str] = &["any", "this_week", "next_week", "later"];
const HALF: &[&str] = &["any", "morning", "afternoon"];
const WINDOW: &[&str] = &["morning", "afternoon", "any"];

/// Every action of the line. A flow can do nothing else.
#[rustfmt::skip]
pub(super) const ACTIONS: &[Signature] = &[
    list("slots.find", &[Kind::Postal, Kind::Choice], &[HOW], Kind::Slot),
    list("slots.on", &[Kind::Postal, Kind::Choice, Kind::Day, Kind::Choice], &[HOW, HALF], Kind::Slot),
    list("slots.move", &[Kind::Postal, Kind::Appointment], &[], Kind::Slot),
    list("days.find", &[Kind::Postal, Kind::Choice, Kind::Choice, Kind::Choice], &[HOW, WEEK, HALF], Kind::Day),
    list("appointments.find", &[Kind::Phone, Kind::Postal], &[], Kind::Appointment),
    list("groups.find", &[Kind::Postal], &[], Kind::Group),
    Signature {
        fills: &[("appointment", Kind::Appointment, &["booked", "already_booked"])],
        ..act("appointments.book", &[Kind::Postal, Kind::Slot], &["booked", "taken", "already_booked", "unavailable"])
    },
    Signature {
        fills: &[("appointment", Kind::Appointment, &["booked"])],
        ..act("appointments.book_other", &[Kind::Postal, Kind::Slot, Kind::Recording], &["booked", "taken", "unavailable"])
    },
    Signature {
        fills: &[("appointment", Kind::Appointment, &["moved"])],
        ..act("appointments.move", &[Kind::Appointment, Kind::Slot], &["moved", "taken", "gone", "unavailable"])
    },
    act("appointments.confirm", &[Kind::Appointment], &["confirmed", "gone", "unavailable"]),
    act("appointments.cancel", &[Kind::Appointment], &["cancelled", "gone", "unavailable"]),
    Signature {
        words: &[WINDOW],
        fills: &[("promise", Kind::Promise, &["requested", "already_requested"])],
        ..act("callbacks.request", &[Kind::Phone, Kind::Choice], &["requested", "already_requested", "unavailable"])
    },
    act("callbacks.attach", &[Kind::Phone, Kind::Recording], &["kept", "gone", "unavailable"]),
    Signature {
        fills: &[("rank", Kind::Rank, &["waiting"]), ("promise", Kind::Promise, &["waiting"])],
        ..act("callbacks.find", &[Kind::Phone], &["waiting", "not_waiting", "unavailable"])
    },
    Signature {
        fills: &[("group", Kind::Group, &["joined", "already_joined"])],
        ..act("groups.join", &[Kind::Postal, Kind::Group], &["joined", "already_joined", "full", "unavailable"])
    },
    act("feedback.rate", &[Kind::Digits], &["rated", "unavailable"]),
    Signature {
        words: &[&["voicemail", SLOW], &super::definition::YES_NO],
        ..act("consents.record", &[Kind::Phone, Kind::Choice, Kind::Choice], &["recorded", "unavailable"])
    },
    act("runs.resume", &[Kind::Postal], &["wrong", "gone", "unavailable"]),
];

const fn act(name: &'static str, takes: &'static [Kind], outcomes: &'static [&'static str]) -> Signature {
    Signature { name, takes, outcomes, words: &[], lists: None, fills: &[] }
}

/// An action whose answer a caller chooses from.
const fn list(
    name: &'static str,
    takes: &'static [Kind],
    words: &'static [&'static [&'static str]],
    lists: Kind,
) -> Signature {
    Signature { name, takes, outcomes: &["chosen", "none", "unavailable"], words, lists: Some(lists), fills: &[] }
}

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
    /// What an `offer` of it lists.
    pub(super) fn lists(&self) -> Option<Kind> {
        self.signature()?.lists
    }

    pub(super) fn signature(&self) -> Option<&'static Signature> {
        ACTIONS.iter().find(|action| action.name == self.name)
    }
}
