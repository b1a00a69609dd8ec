//! The file format of a flow. Unknown keys are refused; positions are kept for the checker's messages.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::{Channel, schema};
use crate::speech::Language;

mod exit;
mod field;
mod settings;
mod step;

pub(super) use exit::Exit;
pub(super) use field::{Among, Field, FieldType, YES_NO};
pub(super) use settings::{Care, Page, Seconds, Settings, Tries};
pub(super) use step::{Choice, KEYS, Offer, Queue, Step, exit_names};

/// One file.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "flow", description = "Un parcours : ce qu'on entend, et ce qu'on peut y faire.")]
pub(super) struct Flow {
    /// Its name, by which other flows call it.
    #[schemars(with = "schema::FlowName", description = "Le nom de ce parcours : d'autres l'appellent par ce nom.")]
    pub flow: String,
    /// What it is for: one of its ends.
    #[schemars(with = "schema::Goal", description = "À quoi sert ce parcours : une de ses fins.")]
    #[serde(default)]
    pub goal: Option<Spanned<String>>,
    /// In which it can be heard; French when nothing is said.
    #[schemars(description = "Les langues dans lesquelles on peut l'entendre ; sans cette ligne : le français.")]
    #[serde(default = "french")]
    pub languages: Vec<Language>,
    /// On which it runs; by voice when nothing is said.
    #[schemars(
        description = "Où il fonctionne : `call` (téléphone), `sms`, `terminal` (essai) ; sans cette ligne : `[call, terminal]`."
    )]
    #[serde(default = "by_voice")]
    pub channels: Vec<Channel>,
    #[schemars(with = "schema::StepName", description = "La première étape.")]
    pub start: Spanned<String>,
    #[schemars(description = "Réglages de tout le parcours.")]
    #[serde(default)]
    pub settings: Settings,
    #[schemars(description = "Ce qui est gardé quand le réseau coupe l'appel.")]
    #[serde(default)]
    pub on_drop: Option<OnDrop>,
    #[schemars(with = "BTreeMap<String, Step>", description = "Les étapes, chacune avec son nom.")]
    pub steps: BTreeMap<String, Spanned<Step>>,
}

impl Flow {
    /// A flow that names no goal is an aside: what was reached before it stands.
    pub(super) fn is_aside(&self) -> bool {
        self.goal.is_none()
    }
}

fn french() -> Vec<Language> {
    vec![Language::French]
}

/// An SMS is paid for, has 306 letters and is kept by others (E11, E20): a flow that nobody wrote for it is not sent by it.
fn by_voice() -> Vec<Channel> {
    vec![Channel::Call, Channel::Terminal]
}

/// What becomes of somebody whom the network cut off (C27).
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "on-drop", description = "Ce qui est gardé quand le réseau coupe l'appel.")]
pub(super) struct OnDrop {
    /// How long their answers and their place are kept.
    #[schemars(description = "Combien de temps ses réponses et sa place sont gardées.")]
    pub keep: Seconds<60, 7200>,
    /// The postal code that they typed: asked again before anything is taken up (D15).
    #[schemars(
        with = "schema::AnswerName",
        description = "La question `type: postal-code` qui est reposée avant de reprendre."
    )]
    pub fact: Spanned<String>,
}
