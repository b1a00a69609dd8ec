//! The appointment book's rules, pure: what is free, for whom, until when.

pub mod holidays;
pub mod places;
pub mod promise;
pub mod slots;
mod wish;

use serde::{Deserialize, Serialize};

use jiff::Timestamp;
use jiff::civil::Date;

/// How the person and the counsellor meet. A property of the appointment, never of the service (A3, A4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Modality {
    /// On site, face to face: the default offer (A3).
    InPerson,
    /// The counsellor calls.
    Phone,
    /// By video.
    Visio,
}

/// Which days and hours somebody wishes for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct When {
    /// Which days.
    pub days: Days,
    /// Which half of them.
    pub half: Half,
}

/// Days, as the caller's calendar counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Days {
    /// The first that are free.
    #[default]
    Any,
    /// Up to Sunday.
    ThisWeek,
    /// Monday to Sunday after that.
    NextWeek,
    /// From the Monday after that on.
    Later,
    /// This day.
    On(Date),
}

/// Halves of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Half {
    /// Either.
    #[default]
    Any,
    /// Begins before 13:00.
    Morning,
    /// Begins at 13:00 or later.
    Afternoon,
}

/// Five digits, as on every letter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PostalCode([u8; 5]);

impl PostalCode {
    /// The one constructor: exactly five ASCII digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: [u8; 5] = text.as_bytes().try_into().ok()?;
        digits.iter().all(u8::is_ascii_digit).then_some(Self(digits))
    }

    /// `"71100"`.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("ASCII digits, checked by parse")
    }
}

impl TryFrom<String> for PostalCode {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("a postal code is five digits, not `{text}`"))
    }
}

impl From<PostalCode> for String {
    fn from(code: PostalCode) -> Self {
        code.as_str().to_owned()
    }
}

/// A place where counsellors receive people, with what is said of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Site {
    /// Identifier in the store.
    pub id: String,
    /// "Chalon-sur-Saône".
    pub city: String,
    /// Spoken after a date, as one recorded unit: "à Chalon-sur-Saône,".
    pub say_city: String,
    /// Spoken in a read-back, as one recorded unit: "à Chalon-sur-Saône, cinq rue Victor Hugo."
    pub say_address: String,
    /// IANA zone of its wall clock: "Europe/Paris".
    pub tz: String,
}

/// A free place in a counsellor's day.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Slot {
    /// What for: its length, buffers and deadlines (A17).
    #[serde(default = "first")]
    pub service: String,
    /// Who would receive the person.
    pub counsellor_id: String,
    /// Where; also the counsellor's base when the meeting is by phone.
    pub site: Site,
    /// How.
    pub modality: Modality,
    /// Begins, on a 5-minute line.
    pub starts_at: Timestamp,
    /// Ends, on a 5-minute line.
    pub ends_at: Timestamp,
}

/// What was kept before slots named their service was a first meeting.
fn first() -> String {
    SERVICE_FIRST.to_owned()
}

/// The service of a first meeting (A17): the store must have it.
pub const SERVICE_FIRST: &str = "first";
/// The one of later meetings, where the store has it: else they are as the first.
pub const SERVICE_LATER: &str = "later";

/// A written appointment, as the line may speak of it once the second fact matched (D15).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Appointment {
    /// Identifier in the store.
    pub id: String,
    /// For optimistic writes: a change names the version it saw.
    pub version: i64,
    /// When, where, how, with whom.
    pub slot: Slot,
    /// Already confirmed by the person.
    pub is_confirmed: bool,
}

/// A meeting of several people with a counsellor.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Group {
    /// Identifier in the store.
    pub id: String,
    /// Where.
    pub site: Site,
    /// Begins.
    pub starts_at: Timestamp,
    /// Ends.
    pub ends_at: Timestamp,
}
