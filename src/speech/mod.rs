//! Values and texts → what is spoken: a list of recorded units.
//!
//! A recording is named by its own text, so there is no table of identifiers to keep in step: [`french`] writes the text
//! of a date or a number, a flow writes its own sentences.

use serde::{Deserialize, Serialize};

pub mod french;

/// The smallest piece of speech: one recording, named by its own text, or silence.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Unit {
    /// A recording, found by exactly this text (punctuation included: it carries the intonation).
    Say(String),
    /// Silence, milliseconds.
    Pause(u16),
}

/// What is said in one go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt(pub Vec<Unit>);

impl Prompt {
    /// What is heard, as text: "Pour prendre un rendez-vous, tapez 1."
    pub fn text(&self) -> String {
        let words: Vec<&str> = self
            .0
            .iter()
            .filter_map(|unit| if let Unit::Say(text) = unit { Some(text.as_str()) } else { None })
            .collect();
        words.join(" ")
    }
}
