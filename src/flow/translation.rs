//! `texts.en.yaml`: what the flows say, in another language. French is the name of a sentence; so a language is data, and a
//! sentence that changed in French is one that is missing here.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::template::{Text, Written};
use crate::speech::Language;

/// One file.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "texts", description = "Ce que disent les parcours, dans une autre langue que le français.")]
pub(super) struct Translation {
    #[schemars(description = "La langue de ce fichier.")]
    pub language: Language,
    /// Said in this language after a menu that offers it: "For English, press 9."
    #[schemars(description = "Ce qu'on entend dans cette langue après un menu qui la propose.")]
    pub invitation: String,
    /// By the French sentence, as it is written in the flow.
    #[schemars(description = "Chaque phrase française, comme elle est dans le parcours, puis sa traduction.")]
    pub texts: BTreeMap<String, Text>,
    /// By what a choice is for, as it is written in the flow.
    #[schemars(description = "Chaque choix (`for:`), comme il est dans le parcours, puis sa traduction.")]
    pub options: BTreeMap<String, String>,
    /// By what an SMS says in French instead of what is heard, as it is written in the flow: texts and choices.
    #[schemars(description = "Chaque texte écrit sous `sms:`, comme il est dans le parcours, puis sa traduction.")]
    #[serde(default)]
    pub messages: BTreeMap<String, Written>,
}

/// Every language but French.
#[derive(Clone, Debug, Default)]
pub(super) struct Translations(BTreeMap<Language, Translation>);

impl Translations {
    /// One more; `false` when that language is there already.
    pub(super) fn add(&mut self, translation: Translation) -> bool {
        self.0.insert(translation.language, translation).is_none()
    }

    pub(super) fn of(&self, language: Language) -> Option<&Translation> {
        self.0.get(&language)
    }
}

impl Translation {
    /// Every text that must be recorded for this language.
    pub(super) fn recorded(&self) -> impl Iterator<Item = &str> {
        self.texts.values().flat_map(Text::fixed).chain([self.invitation.as_str()])
    }
}
