//! What an SMS costs before anybody writes one: every message of every flow that runs by SMS, with the longest values there
//! are, and how many a goal takes.
//!
//! ```text
//! step ─ legs ─→ what is written on the way in, what is asked, what is written on the way out, where it leads
//! legs ─ walk ─→ one message from answer to answer, through actions, conditions and called flows ─→ its worst case (E11)
//!      ─ counts ─→ messages and segments to each goal
//! ```
//! Composed by the `Writer` that composes what a run sends. The longest values: the widest day, the longest of the places
//! that have a recording (each place of the store must have one), a number of sixteen digits where one is typed.

mod counts;
mod legs;
mod values;
mod walk;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use counts::{Sent, sent};

use super::Channel;
use super::check::{Fault, Library};
use super::written::Writer;
use crate::gsm7::{self, SEGMENTS_MAX};
use crate::speech::Language;
use legs::Sheet;
use values::Longest;
use walk::{Place, Walk};

/// Every message that would not fit, in its worst case over all values: where, what is sent, what to do.
pub fn too_many(library: &Library, language: Language, places: &[String]) -> Vec<Fault> {
    let sheet = Sheet::new(library, Longest::new(library, language, places));
    let mut worst: BTreeMap<Place, String> = BTreeMap::new();
    for (name, flow) in library.flows() {
        if flow.channels.contains(&Channel::Sms) && flow.languages.contains(&language) {
            let mut walk = Walk::new(&sheet);
            walk.from(name);
            walk.worst.into_iter().for_each(|(place, message)| keep_longer(&mut worst, place, message));
        }
    }
    let long = worst.into_iter().filter(|(_, message)| gsm7::size(message).segments > SEGMENTS_MAX);
    long.map(|((flow, step), message)| library.fault(&flow, &format!("steps/{step}"), told(&step, &message))).collect()
}

fn told(step: &str, message: &str) -> String {
    let gsm7::Size { segments, units, .. } = gsm7::size(message);
    let line = message.replace('\n', " / ");
    let room = gsm7::room(SEGMENTS_MAX);
    format!(
        "à l'étape `{step}`, le message peut faire {segments} SMS ({units} signes) : « {line} » ; {SEGMENTS_MAX} SMS et {room} signes au plus : écrivez plus court sous `sms:`, ou `sms: \"\"` à une étape d'avant qui n'a rien à écrire"
    )
}

/// The longer message of a place.
fn keep_longer<K: Ord>(all: &mut BTreeMap<K, String>, key: K, message: String) {
    let known = all.entry(key).or_default();
    if width(&message) > width(known) || known.is_empty() {
        *known = message;
    }
}

/// Septets of a message as it is sent.
fn width(message: &str) -> usize {
    gsm7::septets(&gsm7::fit(message)).unwrap_or_default()
}

/// With the longest values.
fn write<T>(library: &Library, longest: &Longest<'_>, flow: &str, write: impl FnOnce(&Writer<'_>) -> T) -> T {
    let value = |path: &str, filter| longest.value(flow, path, filter);
    write(&Writer { library, language: longest.language, value: &value })
}
