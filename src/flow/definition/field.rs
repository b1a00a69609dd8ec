//! One question of a form.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::action::Kind;
use super::super::schema;
use super::super::template::{Text, Written};
use super::settings::Seconds;

/// What a field may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "type", description = "Ce qu'on répond.")]
pub(in crate::flow) enum FieldType {
    /// Any number: `length`, or `from` and `to`.
    #[schemars(description = "Un nombre : `length`, ou `from` et `to`.")]
    Digits,
    /// Five digits.
    #[schemars(description = "Cinq chiffres.")]
    PostalCode,
    /// Ten digits that a counsellor can dial.
    #[schemars(description = "Dix chiffres, à rappeler.")]
    Phone,
    /// Day and month, four digits: the next such day.
    #[schemars(description = "Un jour : quatre chiffres, jour et mois.")]
    Date,
    /// Hour and minute, four digits.
    #[schemars(description = "Une heure : quatre chiffres.")]
    Time,
    /// One of a list.
    #[schemars(description = "Un des choix de `among`.")]
    Choice,
    /// One key.
    #[schemars(description = "Oui ou non, par une touche.")]
    YesNo,
    /// Said aloud after the tone, and heard again.
    #[schemars(description = "Un nom, dit après le signal et réécouté.")]
    Name,
    /// Said aloud after the tone.
    #[schemars(description = "Un message, dit après le signal.")]
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
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "question", description = "Une question, et la réponse qu'elle attend.", transform = schema::limits)]
pub(in crate::flow) struct Field {
    #[schemars(description = "Ce qu'on répond : un choix, des chiffres, un jour, sa voix …")]
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Where the answer may already stand: `caller.number`.
    #[schemars(
        with = "String",
        description = "D'où vient la réponse quand elle est déjà connue : le nom de la question, ou `caller.number`. Alors on ne demande rien."
    )]
    #[serde(default)]
    pub known: Option<String>,
    #[schemars(description = "La question, comme on l'entend.")]
    pub ask: Text,
    #[schemars(
        description = "La question, comme elle est écrite dans un SMS ; sans cette ligne : la même. Dites-y comment répondre."
    )]
    #[serde(default)]
    pub sms: Option<Written>,
    #[schemars(
        schema_with = "schema::among",
        description = "Les réponses possibles, par touche : `1: {for: \"venir sur place\", value: in_person}`."
    )]
    #[serde(default)]
    pub among: BTreeMap<u8, Among>,
    /// Of `digits`: how many.
    #[schemars(description = "Combien de chiffres.")]
    #[serde(default)]
    pub length: Option<u8>,
    /// Of `digits`: the smallest number.
    #[schemars(description = "Le plus petit nombre.")]
    #[serde(default)]
    pub from: Option<u32>,
    /// Of `digits`: the largest number.
    #[schemars(description = "Le plus grand nombre.")]
    #[serde(default)]
    pub to: Option<u32>,
    /// Of what is said aloud: how long at most.
    #[schemars(description = "Combien de temps on peut parler.")]
    #[serde(default)]
    pub max: Option<Seconds<3, 120>>,
    #[schemars(description = "Ce qu'on entend quand la réponse n'est pas comprise, essai après essai.")]
    #[serde(default)]
    pub nomatch: Vec<Text>,
    #[schemars(description = "Ce qu'on entend quand on ne répond pas, essai après essai.")]
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
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "answer", description = "Une réponse possible : `{for: \"venir sur place\", value: in_person}`.")]
pub(in crate::flow) struct Among {
    #[schemars(description = "À quoi sert cette touche. « Pour …, tapez 1 » s'ajoute tout seul.")]
    #[serde(rename = "for")]
    pub purpose: String,
    #[schemars(description = "À quoi sert cette touche, comme c'est écrit dans un SMS ; sans cette ligne : pareil.")]
    #[serde(default)]
    pub sms: Option<String>,
    #[schemars(with = "schema::AnswerName", description = "Le mot que cette réponse vaut dans le parcours.")]
    pub value: String,
}
