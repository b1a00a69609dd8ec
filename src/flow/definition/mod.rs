//! The file format of a flow. Unknown keys are refused; positions are kept for the checker's messages.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_saphyr::Spanned;

use super::Channel;
use crate::speech::Language;

mod exit;
mod field;
mod settings;
mod step;

pub(super) use exit::Exit;
pub(super) use field::{Field, FieldType, YES_NO};
pub(super) use settings::{Care, Seconds, Settings};
pub(super) use step::{Offer, Step, exit_names};

/// One file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Flow {
    /// Its name, by which other flows call it.
    pub flow: String,
    /// What it is for: one of its ends.
    #[serde(default)]
    pub goal: Option<Spanned<String>>,
    /// In which it can be heard; French when nothing is said.
    #[serde(default = "french")]
    pub languages: Vec<Language>,
    /// On which it runs; all of them when nothing is said.
    #[serde(default = "everywhere")]
    pub channels: Vec<Channel>,
    pub start: Spanned<String>,
    #[serde(default)]
    pub settings: Settings,
    #[serde(default)]
    pub on_drop: Option<OnDrop>,
    pub steps: BTreeMap<String, Spanned<Step>>,
}

fn french() -> Vec<Language> {
    vec![Language::French]
}

fn everywhere() -> Vec<Channel> {
    vec![Channel::Call, Channel::Terminal]
}

/// What becomes of somebody whom the network cut off (C27).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct OnDrop {
    /// How long their answers and their place are kept.
    pub keep: Seconds<60, 7200>,
    /// The postal code that they typed: asked again before anything is taken up (D15).
    pub fact: Spanned<String>,
}
