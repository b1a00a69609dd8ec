//! The file format of a flow. Unknown keys are refused; positions are kept for the checker's messages.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::{self, MapAccess, Visitor, value::MapAccessDeserializer};
use serde_saphyr::Spanned;

use super::action::ActionCall;
use super::expression::Expression;
use super::template::Text;

/// One file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Flow {
    /// Its name, by which other flows call it.
    pub flow: String,
    pub start: Spanned<String>,
    #[serde(default)]
    pub settings: Settings,
    pub steps: BTreeMap<String, Spanned<Step>>,
}

/// Care by default, overridable, never absent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Settings {
    /// C6.
    pub no_input: Seconds,
    /// C16: where something must be looked up.
    pub no_input_number: Seconds,
    /// C6.
    pub between_keys: Seconds,
    /// C8: questions asked this often before a person.
    pub tries: u8,
    /// `person`, or a step of this flow: where `0` and an exhausted ladder lead (C1, C8).
    pub on_failure: Option<Spanned<String>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            no_input: Seconds(Duration::from_secs(8)),
            no_input_number: Seconds(Duration::from_secs(30)),
            between_keys: Seconds(Duration::from_secs(5)),
            tries: 3,
            on_failure: None,
        }
    }
}

/// "8s", "30min".
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Seconds(pub(super) Duration);

impl TryFrom<String> for Seconds {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let (count, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let seconds = match (count.parse::<u32>(), unit) {
            (Ok(count), "s") => count,
            (Ok(count), "min") => count.saturating_mul(60),
            _ => return Err(format!("`{text}` is not a length of time: write 8s or 30min")),
        };
        Ok(Self(Duration::from_secs(u64::from(seconds))))
    }
}

/// One step: exactly one of the kinds, and its exits.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Step {
    // kinds
    pub say: Option<Text>,
    pub menu: Option<BTreeMap<u8, Choice>>,
    pub ask: Option<IndexMap<String, Field>>,
    pub form: Option<IndexMap<String, Field>>,
    pub offer: Option<Offer>,
    pub confirm: Option<Text>,
    #[serde(rename = "do")]
    pub act: Option<Spanned<ActionCall>>,
    #[serde(rename = "if")]
    pub condition: Option<Expression>,
    pub call: Option<Spanned<String>>,
    // rungs of a question's ladders
    pub intro: Option<Text>,
    pub nomatch: Vec<Text>,
    pub noinput: Vec<Text>,
    /// Instead of the flow's own, where something is known here that should not be lost.
    pub on_failure: Option<Spanned<String>>,
    // exits
    pub goto: Option<Spanned<String>>,
    pub end: Option<String>,
    pub then: Option<Exit>,
    #[serde(rename = "else")]
    pub otherwise: Option<Exit>,
    pub yes: Option<Exit>,
    pub no: Option<Exit>,
    pub chosen: Option<Exit>,
    pub none: Option<Exit>,
    pub ends: BTreeMap<String, Exit>,
    // outcomes of actions: a closed list, see `action`
    pub booked: Option<Exit>,
    pub taken: Option<Exit>,
    #[serde(rename = "already_booked")]
    pub already_booked: Option<Exit>,
    pub confirmed: Option<Exit>,
    pub cancelled: Option<Exit>,
    pub gone: Option<Exit>,
    pub requested: Option<Exit>,
    #[serde(rename = "already_requested")]
    pub already_requested: Option<Exit>,
    pub unavailable: Option<Exit>,
}

/// One key of a menu.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Choice {
    /// "prendre un rendez-vous": the engine says "Pour …, tapez 1." (C4).
    #[serde(rename = "for")]
    pub purpose: String,
    pub goto: Spanned<String>,
}

/// One answer of a fixed list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Among {
    #[serde(rename = "for")]
    pub purpose: String,
    pub value: String,
}

/// What a field may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum FieldType {
    PostalCode,
    Phone,
    Choice,
}

/// One question of a form.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Field {
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Where the answer may already stand: `caller.number`.
    #[serde(default)]
    pub known: Option<String>,
    pub ask: Text,
    #[serde(default)]
    pub among: BTreeMap<u8, Among>,
    #[serde(default)]
    pub nomatch: Vec<Text>,
    #[serde(default)]
    pub noinput: Vec<Text>,
}

/// A list of the store, paged.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Offer {
    pub from: Spanned<ActionCall>,
    pub page: u8,
    pub say: Text,
    /// Speaks one of them, as `{item | …}`.
    pub each: Text,
    /// The field that receives the one chosen.
    #[serde(rename = "as")]
    pub field: String,
    #[serde(default)]
    pub hold: Option<Seconds>,
    /// "d'autres dates".
    pub more: String,
    /// "aucune de ces dates ne vous convient": on the last page.
    pub neither: String,
}

/// Where an outcome leads: a step, perhaps after a few words.
#[derive(Clone, Debug)]
pub(super) struct Exit {
    pub say: Option<Text>,
    pub goto: Spanned<String>,
}

impl<'de> Deserialize<'de> for Exit {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// `goto: step`, or `{say: …, goto: step}`: told apart without an untagged enum, which would lose positions.
        struct Either;
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Long {
            say: Text,
            goto: Spanned<String>,
        }
        impl<'de> Visitor<'de> for Either {
            type Value = Exit;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a step, or {say: \"…\", goto: step}")
            }
            fn visit_str<E: de::Error>(self, step: &str) -> Result<Exit, E> {
                let nowhere = serde_saphyr::Location::UNKNOWN;
                Ok(Exit { say: None, goto: Spanned::new(step.to_owned(), nowhere, nowhere) })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Exit, A::Error> {
                let long = Long::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Exit { say: Some(long.say), goto: long.goto })
            }
        }
        deserializer.deserialize_any(Either)
    }
}
