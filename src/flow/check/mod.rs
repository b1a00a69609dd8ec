//! Flows as a set, proved fit to be called before anybody hears them.
//!
//! ```text
//! read ─ YAML, refused in French ─→ Flow ─┐
//! places ─ where each word stands ────────┴→ shape, kinds, targets, words ─ then the map: ways, promises, filled
//! ```
//! Each [`Fault`] says where, what is wrong and what to write instead, in the words of a coordinator who does not program.
//! A set with one fault is refused whole. (`explore` proves on top of these what only trying everything can.)

use std::fmt;

use super::definition::Flow;
use super::run::PERSON;
pub(super) use kinds::Kinds;
use places::{Place, Places};

mod filled;
mod head;
mod kinds;
mod library;
mod nearest;
mod places;
mod plain;
mod promises;
mod read;
mod scanner;
mod shape;
mod slips;
mod sms;
mod targets;
#[cfg(test)]
mod tests;
mod texts;
mod tongues;
mod translated;
mod ways;
mod whereabouts;
mod words;

pub(super) use filled::{fills, is_given, uses};
pub(super) use library::Engine;
pub use library::Library;
pub(super) use nearest::nearest;
pub(super) use promises::is_promise;
pub(super) use texts::{asks_caller, edges_named, fields, questions, texts};
pub(super) use whereabouts::{COUNTED, QUESTIONS_MAX};

/// Something a coordinator must mend. Faults sort by file and place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// "flows/book.yaml".
    pub file: String,
    /// From 1; 0 when the whole file is meant.
    pub line: u64,
    /// From 1; 0 when the whole file is meant.
    pub column: u64,
    /// What is wrong and what to do, in French.
    pub message: String,
}

impl Fault {
    pub(super) fn new(file: &str, at: Place, message: String) -> Self {
        Self { file: file.to_owned(), line: at.line, column: at.column, message }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.message),
            line => write!(f, "{}:{line}:{}: {}", self.file, self.column, self.message),
        }
    }
}

/// One flow under the checker's eyes.
struct Checker<'a> {
    library: &'a Library,
    flow: &'a Flow,
    path: &'a str,
    places: &'a Places,
    is_recorded: &'a dyn Fn(&str) -> bool,
    faults: &'a mut Vec<Fault>,
}

impl Checker<'_> {
    fn check(mut self) {
        let before = self.faults.len();
        self.roots();
        let kinds = Kinds::read(self.flow);
        self.head(&kinds);
        for (path, message) in &kinds.clashes {
            self.fault(self.places.value(path), message.clone());
        }
        for (name, step) in &self.flow.steps {
            self.shape(name, &step.value);
            if kinds.clashes.is_empty() {
                self.fields(name, &step.value, &kinds);
            }
            self.targets(name, &step.value);
            self.words(name, &step.value);
            self.plain(name, &step.value);
            self.sms(name, &step.value);
        }
        self.free();
        self.channels();
        // With a wrong target the rest of the map means nothing yet: one message, not ten.
        if self.faults.len() == before {
            self.ways();
        }
        if self.faults.len() == before {
            self.promises();
            self.filled();
        }
    }

    fn fault(&mut self, at: Place, message: impl Into<String>) {
        self.faults.push(Fault::new(self.path, at, message.into()));
    }

    /// Where the name of a step stands.
    fn step(&self, step: &str) -> Place {
        self.places.key(&format!("steps/{step}"))
    }

    /// Where a key of a step stands.
    fn key(&self, step: &str, path: &str) -> Place {
        self.places.key(&format!("steps/{step}/{path}"))
    }

    /// Where the value of a key of a step stands.
    fn value(&self, step: &str, path: &str) -> Place {
        self.places.value(&format!("steps/{step}/{path}"))
    }
}
