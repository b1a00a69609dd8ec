//! The file format of a flow. Unknown keys are refused; positions are kept for the checker's messages.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::{self, MapAccess, Visitor, value::MapAccessDeserializer};
use serde_saphyr::Spanned;

use super::action::{ActionCall, Kind};
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
    pub no_input: Seconds<5, 60>,
    /// C16: where something must be looked up.
    pub no_input_number: Seconds<30, 120>,
    /// C6.
    pub between_keys: Seconds<5, 60>,
    /// C8: questions asked this often before a person.
    pub tries: Tries,
    /// `person`, or a step of this flow: where `0` and an exhausted ladder lead (C1, C8).
    pub on_failure: Option<Spanned<String>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            no_input: Seconds(Duration::from_secs(8)),
            no_input_number: Seconds(Duration::from_secs(30)),
            between_keys: Seconds(Duration::from_secs(5)),
            tries: Tries(3),
            on_failure: None,
        }
    }
}

/// "8s", "30min": from `MIN` to `MAX` seconds. Care can be changed, not switched off.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Seconds<const MIN: u64, const MAX: u64>(pub(super) Duration);

impl<const MIN: u64, const MAX: u64> TryFrom<String> for Seconds<MIN, MAX> {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let (count, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let seconds = match (count.parse::<u32>(), unit) {
            (Ok(count), "s") => u64::from(count),
            (Ok(count), "min") => u64::from(count) * 60,
            _ => return Err(format!("`{text}` n'est pas une durée : écrivez par exemple `8s` ou `30min`")),
        };
        if (MIN..=MAX).contains(&seconds) {
            Ok(Self(Duration::from_secs(seconds)))
        } else {
            Err(format!("`{text}` est trop court ou trop long ici : écrivez une durée de `{MIN}s` à `{MAX}s`"))
        }
    }
}

/// How often a question is asked.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "u8")]
pub(super) struct Tries(pub(super) u8);

impl TryFrom<u8> for Tries {
    type Error = String;
    fn try_from(tries: u8) -> Result<Self, String> {
        let is_kind = (2..=5).contains(&tries);
        is_kind
            .then_some(Self(tries))
            .ok_or_else(|| format!("`{tries}` essais : écrivez un nombre de 2 à 5, d'habitude `3`"))
    }
}

/// Items of a page; the key after the last one turns it, and all together are no more than three (C3).
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "u8")]
pub(super) struct Page(pub(super) u8);

impl TryFrom<u8> for Page {
    type Error = String;
    fn try_from(page: u8) -> Result<Self, String> {
        let fits = (1..=2).contains(&page);
        fits.then_some(Self(page)).ok_or_else(|| {
            format!("`{page}` par page : écrivez `1` ou `2`, car une touche de plus sert à entendre la suite")
        })
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
    /// Waiting for a person: refused until it exists, by its name.
    pub queue: Option<de::IgnoredAny>,
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

impl FieldType {
    /// What its answer is to an action.
    pub(super) fn kind(self) -> Kind {
        match self {
            Self::PostalCode => Kind::Postal,
            Self::Phone => Kind::Phone,
            Self::Choice => Kind::Choice,
        }
    }
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
    pub page: Page,
    pub say: Text,
    /// Speaks one of them, as `{item | …}`.
    pub each: Text,
    /// The field that receives the one chosen.
    #[serde(rename = "as")]
    pub field: String,
    #[serde(default)]
    pub hold: Option<Seconds<60, 7200>>,
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
                f.write_str("le nom d'une étape, ou `{say: \"…\", goto: étape}`")
            }
            fn visit_str<E: de::Error>(self, step: &str) -> Result<Exit, E> {
                let nowhere = serde_saphyr::Location::UNKNOWN;
                Ok(Exit { say: None, goto: Spanned::new(step.to_owned(), nowhere, nowhere) })
            }
            // A step may be called `true` or `2`: a name is a name, whatever YAML makes of it.
            fn visit_bool<E: de::Error>(self, step: bool) -> Result<Exit, E> {
                self.visit_str(if step { "true" } else { "false" })
            }
            fn visit_u64<E: de::Error>(self, step: u64) -> Result<Exit, E> {
                self.visit_str(&step.to_string())
            }
            fn visit_i64<E: de::Error>(self, step: i64) -> Result<Exit, E> {
                self.visit_str(&step.to_string())
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Exit, A::Error> {
                let long = Long::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Exit { say: Some(long.say), goto: long.goto })
            }
        }
        /// The visitor's own position is lost on a bare name: it is read around it.
        struct Bare(Exit);
        impl<'de> Deserialize<'de> for Bare {
            fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Either).map(Bare)
            }
        }
        let Spanned { value: Bare(mut exit), referenced, defined } = Spanned::deserialize(deserializer)?;
        if exit.say.is_none() {
            exit.goto = Spanned::new(exit.goto.value, referenced, defined);
        }
        Ok(exit)
    }
}
