//! One step: exactly one of the kinds, and its exits.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{self, MapAccess, Visitor};
use serde_saphyr::Spanned;

use super::super::action::{ActionCall, OUTCOMES};
use super::super::edge::GOTO;
use super::super::expression::Expression;
use super::super::schema;
use super::super::template::{Text, Written};
use super::exit::Exit;
use super::field::Field;
use super::settings::{Page, Seconds, Settings};
use crate::speech::Language;

/// Exits that are no outcome of an action.
pub(in crate::flow) const OWN_EXITS: [&str; 8] =
    ["then", "else", "yes", "no", "answered", "closed", "busy", "callback"];

/// One step.
#[derive(Clone, Debug, Default)]
pub(in crate::flow) struct Step {
    // kinds
    pub say: Option<Text>,
    pub menu: Option<BTreeMap<u8, Choice>>,
    pub ask: Option<IndexMap<String, Field>>,
    pub form: Option<IndexMap<String, Field>>,
    pub offer: Option<Offer>,
    pub confirm: Option<Text>,
    pub act: Option<Spanned<ActionCall>>,
    pub condition: Option<Expression>,
    pub call: Option<Spanned<String>>,
    pub queue: Option<Queue>,
    /// Written instead of what is said here: by `say`, `confirm` and `queue`, or before the choices of a menu.
    pub sms: Option<Written>,
    // rungs of a question's ladders
    pub intro: Option<Text>,
    /// Of a menu: keys that change the language, told in that language.
    pub languages: BTreeMap<u8, Language>,
    pub nomatch: Vec<Text>,
    pub noinput: Vec<Text>,
    /// For this step alone.
    pub settings: Option<Settings>,
    /// Instead of the flow's own, where something is known here that should not be lost.
    pub on_failure: Option<Spanned<String>>,
    /// Of a question that need not be answered: where silence and misunderstanding lead in the end; `0` is still a person (C1).
    pub unanswered: Option<Spanned<String>>,
    // where it leads
    pub goto: Option<Spanned<String>>,
    pub end: Option<String>,
    /// A goal that counts from here on, whatever else is asked.
    pub reached: Option<String>,
    /// By outcome: [`OWN_EXITS`] and those of the actions.
    pub exits: BTreeMap<String, Exit>,
    /// By goal of the called flow.
    pub ends: BTreeMap<String, Exit>,
}

/// Every key of a step but its exits.
pub(in crate::flow) const KEYS: [&str; 22] = [
    "say",
    "menu",
    "ask",
    "form",
    "offer",
    "confirm",
    "do",
    "if",
    "call",
    "queue",
    "sms",
    "intro",
    "languages",
    "nomatch",
    "noinput",
    "settings",
    "on-failure",
    "unanswered",
    "goto",
    "end",
    "reached",
    "ends",
];

/// Every word that can lead somewhere, but for the goals of called flows.
pub(in crate::flow) fn exit_names() -> impl Iterator<Item = &'static str> {
    OWN_EXITS.into_iter().chain(OUTCOMES.iter().copied())
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// Exits are a closed list of words beside the keys: a map of their own, without `flatten`, which would lose positions.
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Step;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("les lignes d'une étape, comme `say: \"…\"` et `goto: …`")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Step, A::Error> {
                let mut step = Step::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "say" => step.say = Some(map.next_value()?),
                        "menu" => step.menu = Some(map.next_value()?),
                        "ask" => step.ask = Some(map.next_value()?),
                        "form" => step.form = Some(map.next_value()?),
                        "offer" => step.offer = Some(map.next_value()?),
                        "confirm" => step.confirm = Some(map.next_value()?),
                        "do" => step.act = Some(map.next_value()?),
                        "if" => step.condition = Some(map.next_value()?),
                        "call" => step.call = Some(map.next_value()?),
                        "queue" => step.queue = Some(map.next_value()?),
                        "sms" => step.sms = Some(map.next_value()?),
                        "intro" => step.intro = Some(map.next_value()?),
                        "languages" => step.languages = map.next_value()?,
                        "nomatch" => step.nomatch = map.next_value()?,
                        "noinput" => step.noinput = map.next_value()?,
                        "settings" => step.settings = Some(map.next_value()?),
                        "unanswered" => step.unanswered = Some(map.next_value()?),
                        "on-failure" => step.on_failure = Some(map.next_value()?),
                        "goto" => step.goto = Some(map.next_value()?),
                        "end" => step.end = Some(map.next_value()?),
                        "reached" => step.reached = Some(map.next_value()?),
                        "ends" => step.ends = map.next_value()?,
                        exit if exit_names().any(|name| name == exit) => {
                            step.exits.insert(key, map.next_value()?);
                        }
                        unknown => return Err(de::Error::unknown_field(unknown, expected())),
                    }
                }
                Ok(step)
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

fn expected() -> &'static [&'static str] {
    static ALL: std::sync::LazyLock<Vec<&'static str>> =
        std::sync::LazyLock::new(|| KEYS.into_iter().chain(exit_names()).collect());
    &ALL
}

impl Step {
    /// Where an outcome leads.
    pub(in crate::flow) fn exit(&self, outcome: &str) -> Option<&Exit> {
        self.exits.get(outcome)
    }

    /// Where it leads without an answer, by its own keys: such a way fills nothing.
    pub(in crate::flow) fn failures(&self) -> impl Iterator<Item = (&'static str, &Spanned<String>)> {
        let keys = [("on-failure", &self.on_failure), ("unanswered", &self.unanswered)];
        keys.into_iter().filter_map(|(key, target)| Some((key, target.as_ref()?)))
    }

    /// Where it leads once it is done, by key, [`GOTO`], outcome, or goal of the flow it calls.
    pub(in crate::flow) fn ahead(&self) -> impl Iterator<Item = (Cow<'_, str>, &Spanned<String>)> {
        let menu = self.menu.iter().flatten().map(|(key, choice)| (Cow::Owned(key.to_string()), &choice.goto));
        let goto = self.goto.iter().map(|next| (Cow::Borrowed(GOTO), next));
        let exits = self.exits.iter().chain(&self.ends);
        menu.chain(goto).chain(exits.map(|(name, exit)| (Cow::Borrowed(name.as_str()), &exit.goto)))
    }

    /// Where it can lead at all by what is written in it: ahead, or by a failure of its own.
    pub(in crate::flow) fn ways(&self) -> impl Iterator<Item = (Cow<'_, str>, &Spanned<String>)> {
        self.ahead().chain(self.failures().map(|(key, next)| (Cow::Borrowed(key), next)))
    }

    /// The action it asks of the store, if it does.
    pub(in crate::flow) fn action(&self) -> Option<&Spanned<ActionCall>> {
        self.act.as_ref().or(self.offer.as_ref().map(|offer| &offer.from))
    }
}

/// One key of a menu.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "choice", description = "Une touche d'un menu : `{for: \"être rappelé\", goto: call_back}`.")]
pub(in crate::flow) struct Choice {
    /// "prendre un rendez-vous": the engine says "Pour …, tapez 1." (C4).
    #[schemars(description = "À quoi sert cette touche. « Pour …, tapez 1 » s'ajoute tout seul.")]
    #[serde(rename = "for")]
    pub purpose: String,
    #[schemars(description = "À quoi sert cette touche, comme c'est écrit dans un SMS ; sans cette ligne : pareil.")]
    #[serde(default)]
    pub sms: Option<String>,
    #[schemars(with = "schema::StepName", description = "L'étape qui suit.")]
    pub goto: Spanned<String>,
}

/// A list of the store, paged.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "offer", description = "Une liste que la ligne cherche, proposée page par page.")]
pub(in crate::flow) struct Offer {
    #[schemars(with = "schema::ActName", description = "Ce que la ligne cherche : `slots.find(place, how)`.")]
    pub from: Spanned<ActionCall>,
    #[schemars(description = "Combien de propositions à la fois : 1 ou 2.")]
    pub page: Page,
    #[schemars(description = "Ce qu'on entend avant la liste.")]
    pub say: Text,
    /// Speaks one of them, as `{item | …}`.
    #[schemars(description = "Comment chaque proposition se dit : `{item | spoken-date}`.")]
    pub each: Text,
    /// The field that receives the one chosen.
    #[schemars(
        with = "schema::AnswerName",
        description = "Le nom sous lequel la proposition choisie est connue ensuite."
    )]
    #[serde(rename = "as")]
    pub field: String,
    #[schemars(description = "Combien de temps la place choisie est gardée.")]
    #[serde(default)]
    pub hold: Option<Seconds<60, 7200>>,
    /// "d'autres dates".
    #[schemars(description = "À quoi sert la touche d'après : « d'autres dates ».")]
    pub more: String,
    /// "aucune de ces dates ne vous convient": on the last page.
    #[schemars(description = "À quoi sert la dernière touche de la dernière page : « ne rien choisir ».")]
    pub neither: String,
    #[schemars(description = "Ce qui est écrit autrement dans un SMS.")]
    #[serde(default)]
    pub sms: Option<WrittenOffer>,
}

/// What an SMS writes otherwise of a list.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(
    rename = "written-offer",
    description = "Ce qui est écrit autrement dans un SMS ; ce qui manque reste pareil."
)]
pub(in crate::flow) struct WrittenOffer {
    #[schemars(description = "Ce qui est écrit avant la liste.")]
    pub say: Option<Written>,
    #[schemars(description = "Comment chaque proposition s'écrit : `{item | sms-date}`.")]
    pub each: Option<Written>,
    #[schemars(description = "À quoi sert la touche d'après : « voir d'autres dates ».")]
    pub more: Option<String>,
    #[schemars(description = "À quoi sert la dernière touche de la dernière page.")]
    pub neither: Option<String>,
}

/// A person to talk to, if one can be had.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "queue", description = "On appelle un conseiller.")]
pub(in crate::flow) struct Queue {
    /// Said while it rings.
    #[schemars(description = "Ce qu'on entend pendant que cela sonne.")]
    pub say: Text,
    /// Said to the counsellor who picks up, and not to the caller.
    #[schemars(description = "Ce qu'entend le conseiller qui décroche, et lui seul.")]
    #[serde(default)]
    pub whisper: Option<Text>,
}
