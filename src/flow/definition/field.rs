//! One question of a form.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use serde::Deserialize;

use super::super::action::Kind;
use super::super::template::Text;
use super::settings::Seconds;

/// What a field may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::flow) enum FieldType {
    /// Any number: `length`, or `from` and `to`.
    Digits,
    /// Five digits.
    PostalCode,
    /// Ten digits that a counsellor can dial.
    Phone,
    /// Day and month, four digits: the next such day.
    Date,
    /// Hour and minute, four digits.
    Time,
    /// One of a list.
    Choice,
    /// One key.
    YesNo,
    /// Said aloud after the tone, and heard again.
    Name,
    /// Said aloud after the tone.
    VoiceMessage,
}

/// The two words of a `yes-no`.
pub(in crate::flow) const YES_NO: [&str; 2] = ["yes", "no"];

impl FieldType {
    /// What its answer is to an action.
    pub(in crate::flow) fn kind(self) -> Kind {
        match self {
            Self::Digits => Kind::Digits,
            Self::PostalCode => Kind::Postal,
            Self::Phone => Kind::Phone,
            Self::Date => Kind::Day,
            Self::Time => Kind::Time,
            Self::Choice | Self::YesNo => Kind::Choice,
            Self::Name | Self::VoiceMessage => Kind::Recording,
        }
    }

    /// Whether the caller speaks, rather than types.
    pub(in crate::flow) fn is_spoken(self) -> bool {
        matches!(self, Self::Name | Self::VoiceMessage)
    }
}

/// One question of a form.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::flow) struct Field {
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Where the answer may already stand: `caller.number`.
    #[serde(default)]
    pub known: Option<String>,
    pub ask: Text,
    #[serde(default)]
    pub among: BTreeMap<u8, Among>,
    /// Of `digits`: how many.
    #[serde(default)]
    pub length: Option<u8>,
    /// Of `digits`: the smallest number.
    #[serde(default)]
    pub from: Option<u32>,
    /// Of `digits`: the largest number.
    #[serde(default)]
    pub to: Option<u32>,
    /// Of what is said aloud: how long at most.
    #[serde(default)]
    pub max: Option<Seconds<3, 120>>,
    #[serde(default)]
    pub nomatch: Vec<Text>,
    #[serde(default)]
    pub noinput: Vec<Text>,
}

/// Digits of a number whose length is not told.
pub(in crate::flow) const DIGITS_MAX: u8 = 16;

impl Field {
    /// The numbers that answer a `digits`, of this many digits.
    pub(in crate::flow) fn digits(&self) -> (u8, RangeInclusive<u32>) {
        let (from, to) = (self.from.unwrap_or(0), self.to.unwrap_or(u32::MAX));
        let written = u8::try_from(to.to_string().len()).unwrap_or(DIGITS_MAX);
        (self.length.unwrap_or(if self.to.is_some() { written } else { DIGITS_MAX }), from..=to)
    }

    /// Whether these keys answer a `digits`.
    pub(in crate::flow) fn takes(&self, keys: &str) -> bool {
        let (length, range) = self.digits();
        let fits = self.length.is_none() || keys.len() == usize::from(length);
        // A number too long to be counted with is a reference: it has no range.
        let is_within = keys.parse().is_ok_and(|number| range.contains(&number)) || self.to.is_none();
        fits && is_within && !keys.is_empty() && keys.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// How long somebody may speak: a name, a message.
    pub(in crate::flow) fn longest(&self) -> Duration {
        let own = if self.kind == FieldType::Name { Duration::from_secs(6) } else { Duration::from_secs(60) };
        self.max.map_or(own, |length| length.0)
    }

    /// Whether the answer is read back before it counts (C14): all but a single key, and a message, which was heard by
    /// nobody and may be said again by calling again.
    pub(in crate::flow) fn is_read_back(&self) -> bool {
        match self.kind {
            FieldType::Digits => self.digits().0 > 1,
            FieldType::PostalCode | FieldType::Phone | FieldType::Date | FieldType::Time | FieldType::Name => true,
            FieldType::Choice | FieldType::YesNo | FieldType::VoiceMessage => false,
        }
    }
}

/// One answer of a fixed list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::flow) struct Among {
    #[serde(rename = "for")]
    pub purpose: String,
    pub value: String,
}
