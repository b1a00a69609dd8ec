//! A text of a flow: fixed fragments, each one recording, and `{value | filter}` between them.

use serde::Deserialize;

use super::action::Kind;
use super::check::nearest;

/// One part of a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    /// Recorded as it stands.
    Fixed(String),
    /// Spoken from what the run knows.
    Value { path: String, filter: Filter },
}

/// The same, with its punctuation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Value { path: &'a str, filter: Filter },
}

/// How a value is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    /// Day and hour of a slot, an appointment, a meeting or a promise.
    Date,
    /// A day alone.
    Day,
    /// An hour alone.
    Time,
    /// Town of a slot on site; nothing for one by phone.
    City,
    /// Full address on site, "par téléphone." otherwise. Ends the sentence.
    Address,
    /// A postal code, a number, as it is typed.
    Digits,
    /// A telephone number in pairs (C14).
    Pairs,
    /// A place in a row: "deuxième".
    Rank,
    /// What the caller said, in their own voice.
    Voice,
}

pub(super) const FILTERS: [(&str, Filter); 9] = [
    ("spoken-date", Filter::Date),
    ("spoken-day", Filter::Day),
    ("spoken-time", Filter::Time),
    ("spoken-rank", Filter::Rank),
    ("own-voice", Filter::Voice),
    ("spoken-city", Filter::City),
    ("spoken-address", Filter::Address),
    ("spoken-digits", Filter::Digits),
    ("spoken-pairs", Filter::Pairs),
];

/// The same in a text that is only ever written, where what is short has its own name.
pub(super) const WRITTEN: [(&str, Filter); 8] = [
    ("sms-date", Filter::Date),
    ("sms-day", Filter::Day),
    ("sms-time", Filter::Time),
    ("sms-rank", Filter::Rank),
    ("sms-city", Filter::City),
    ("short-address", Filter::Address),
    ("sms-digits", Filter::Digits),
    ("sms-pairs", Filter::Pairs),
];

/// What an SMS says instead of a text that is heard: other words, or nothing.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Written(pub(super) Option<Text>);

impl TryFrom<String> for Written {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self(None));
        }
        let mut parts = Vec::new();
        for part in braced(&text)? {
            match part {
                // As it stands: on paper a comma after a value is a comma.
                Braced::Outside("") => {}
                Braced::Outside(fixed) => parts.push(Part::Fixed(fixed.to_owned())),
                Braced::Inside(value) => parts.push(value_part(value, "l'écrire", &WRITTEN)?),
            }
        }
        Ok(Self(Some(Text { parts, source: text })))
    }
}

/// A parsed text.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Text {
    pub(super) parts: Vec<Part>,
    /// As it is written in the flow: the name under which other languages know it.
    pub(super) source: String,
}

impl TryFrom<String> for Text {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut parts = Vec::new();
        for part in braced(&text)? {
            match part {
                Braced::Outside(fixed) => push_fixed(&mut parts, fixed),
                Braced::Inside(value) => parts.push(value_part(value, "le prononcer", &FILTERS)?),
            }
        }
        if parts.is_empty() {
            Err("ce texte est vide : écrivez entre guillemets ce que la personne doit entendre".to_owned())
        } else {
            Ok(Self { parts, source: text })
        }
    }
}

impl Filter {
    /// Whether it speaks values of this kind.
    pub(super) fn fits(self, kind: Kind) -> bool {
        match self {
            Self::Date => matches!(kind, Kind::Slot | Kind::Appointment | Kind::Group | Kind::Promise),
            Self::City | Self::Address => matches!(kind, Kind::Slot | Kind::Appointment | Kind::Group),
            Self::Day => matches!(kind, Kind::Day),
            Self::Time => kind == Kind::Time,
            Self::Digits => matches!(kind, Kind::Postal | Kind::Digits),
            Self::Pairs => matches!(kind, Kind::Phone | Kind::Public),
            Self::Rank => kind == Kind::Rank,
            Self::Voice => kind == Kind::Recording,
        }
    }
}

impl Text {
    /// The fragments that must have been recorded.
    pub(super) fn fixed(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| if let Part::Fixed(text) = part { Some(text.as_str()) } else { None })
    }

    /// What is heard, with the kinds of its values in their places, for whoever reads it.
    pub(super) fn heard(&self) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Fixed(text) => text.as_str(),
            Part::Value { filter: Filter::Date, .. } => "[date et heure]",
            Part::Value { filter: Filter::Day, .. } => "[jour]",
            Part::Value { filter: Filter::Time, .. } => "[heure]",
            Part::Value { filter: Filter::Rank, .. } => "[rang]",
            Part::Value { filter: Filter::Voice, .. } => "[sa voix]",
            Part::Value { filter: Filter::City, .. } => "[ville]",
            Part::Value { filter: Filter::Address, .. } => "[adresse]",
            Part::Value { filter: Filter::Digits, .. } => "[chiffres]",
            Part::Value { filter: Filter::Pairs, .. } => "[numéro]",
        });
        parts.collect::<Vec<_>>().join(" ")
    }

    /// As it stands in the flow, with the punctuation that a voice does not need.
    pub(super) fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        let mut values = self.parts.iter().filter_map(|part| match part {
            Part::Value { path, filter } => Some((path.as_str(), *filter)),
            Part::Fixed(_) => None,
        });
        // It was read once: it has its braces.
        let all = braced(&self.source).unwrap_or_default().into_iter();
        all.filter_map(move |piece| match piece {
            Braced::Outside(text) => Some(Piece::Text(text)),
            Braced::Inside(_) => values.next().map(|(path, filter)| Piece::Value { path, filter }),
        })
    }

    /// The values it speaks.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.parts
            .iter()
            .filter_map(|part| if let Part::Value { path, .. } = part { Some(path.as_str()) } else { None })
    }
}

/// A piece of a text that is not parsed yet.
enum Braced<'a> {
    Outside(&'a str),
    Inside(&'a str),
}

fn braced(text: &str) -> Result<Vec<Braced<'_>>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((fixed, after)) = rest.split_once('{') {
        let (value, tail) =
            after.split_once('}').ok_or_else(|| format!("il manque `}}` après `{{` dans « {text} »"))?;
        pieces.extend([Braced::Outside(fixed), Braced::Inside(value)]);
        rest = tail;
    }
    pieces.push(Braced::Outside(rest));
    Ok(pieces)
}

/// Punctuation glued to a value belongs to the value's own recording.
fn push_fixed(parts: &mut Vec<Part>, text: &str) {
    let text = if parts.is_empty() { text } else { text.trim_start_matches([',', '.', ':', ';', ' ']) };
    let text = text.trim();
    if text.chars().any(char::is_alphanumeric) {
        parts.push(Part::Fixed(text.to_owned()));
    }
}

/// `how`: what its filter says of a value.
fn value_part(value: &str, how: &str, filters: &[(&'static str, Filter)]) -> Result<Part, String> {
    let (path, name) = value.split_once('|').ok_or_else(|| {
        let first = filters.first().map_or("", |(name, _)| name);
        format!("`{{{value}}}` ne dit pas comment {how} : écrivez par exemple `{{{value} | {first}}}`")
    })?;
    let name = name.trim();
    let filter = filters.iter().find(|(known, _)| *known == name).map(|(_, filter)| *filter).ok_or_else(|| {
        format!("`{name}` n'existe pas ici ; {}", nearest(name, filters.iter().map(|(known, _)| *known)))
    })?;
    Ok(Part::Value { path: path.trim().to_owned(), filter })
}
