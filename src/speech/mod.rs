//! Values and texts → what is spoken: a list of recorded units.

use serde::{Deserialize, Serialize};

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
        let words: Vec<&str> =
            self.0.iter().filter_map(|unit| if let Unit::Say(text) = unit { Some(text.as_str()) } else { None }).collect();
        words.join(" ")
    }
}
