//! A text of a flow: fixed fragments, each one recording, and `{value | filter}` between them.

use serde::Deserialize;

use super::check::nearest;

/// One part of a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    /// Recorded as it stands.
    Fixed(String),
    /// Spoken from what the run knows.
    Value { path: String, filter: Filter },
}

/// How a value is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    /// Day and hour of a slot or an appointment.
    Date,
    /// Town of a slot on site; nothing for one by phone.
    City,
    /// Full address on site, "par téléphone." otherwise. Ends the sentence.
    Address,
    /// A postal code as it is typed.
    Digits,
    /// A telephone number in pairs (C14).
    Pairs,
}

const FILTERS: [(&str, Filter); 5] = [
    ("spoken-date", Filter::Date),
    ("spoken-city", Filter::City),
    ("spoken-address", Filter::Address),
    ("spoken-digits", Filter::Digits),
    ("spoken-pairs", Filter::Pairs),
];

/// A parsed text.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Text(pub(super) Vec<Part>);

impl TryFrom<String> for Text {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some((fixed, after)) = rest.split_once('{') {
            push_fixed(&mut parts, fixed);
            let (value, tail) =
                after.split_once('}').ok_or_else(|| format!("il manque `}}` après `{{` dans « {text} »"))?;
            parts.push(value_part(value)?);
            rest = tail;
        }
        push_fixed(&mut parts, rest);
        if parts.is_empty() {
            Err("ce texte est vide : écrivez entre guillemets ce que la personne doit entendre".to_owned())
        } else {
            Ok(Self(parts))
        }
    }
}

impl Text {
    /// The fragments that must have been recorded.
    pub(super) fn fixed(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| if let Part::Fixed(text) = part { Some(text.as_str()) } else { None })
    }

    /// What is heard, with the kinds of its values in their places, for whoever reads it.
    pub(super) fn heard(&self) -> String {
        let parts = self.0.iter().map(|part| match part {
            Part::Fixed(text) => text.as_str(),
            Part::Value { filter: Filter::Date, .. } => "[date et heure]",
            Part::Value { filter: Filter::City, .. } => "[ville]",
            Part::Value { filter: Filter::Address, .. } => "[adresse]",
            Part::Value { filter: Filter::Digits, .. } => "[code postal]",
            Part::Value { filter: Filter::Pairs, .. } => "[numéro]",
        });
        parts.collect::<Vec<_>>().join(" ")
    }

    /// The values it speaks.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| if let Part::Value { path, .. } = part { Some(path.as_str()) } else { None })
    }
}

/// Punctuation glued to a value belongs to the value's own recording.
fn push_fixed(parts: &mut Vec<Part>, text: &str) {
    let text = if parts.is_empty() { text } else { text.trim_start_matches([',', '.', ':', ';', ' ']) };
    let text = text.trim();
    if text.chars().any(char::is_alphanumeric) {
        parts.push(Part::Fixed(text.to_owned()));
    }
}

fn value_part(value: &str) -> Result<Part, String> {
    let (path, name) = value.split_once('|').ok_or_else(|| {
        format!("`{{{value}}}` ne dit pas comment le prononcer : écrivez par exemple `{{{value} | spoken-date}}`")
    })?;
    let name = name.trim();
    let filter = FILTERS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, filter)| *filter)
        .ok_or_else(|| format!("`{name}` n'existe pas ici ; {}", nearest(name, FILTERS.map(|(known, _)| known))))?;
    Ok(Part::Value { path: path.trim().to_owned(), filter })
}
