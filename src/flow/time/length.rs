//! How long what is said lasts: recordings one by one; a value by the recordings of its kind, since nobody knows today
//! which date will be offered.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use super::super::check::Library;
use super::super::run::{ITEM_PAUSE_MS, OPTION_PAUSE_MS};
use super::super::template::{Filter, Part, Text};
use crate::speech::{Language, Spoken, Unit};

/// Which recording stands for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// The one in the middle of its kind.
    Median,
    /// The longest of its kind.
    Longest,
}

/// A kind of unit that values are spoken with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Value(Spoken, usize),
    City,
    Address,
}

/// What a kind's recordings are like.
#[derive(Clone, Copy, Debug, Default)]
struct Range {
    median: Duration,
    longest: Duration,
    words: usize,
}

/// Every kind of value that is measured.
const SPOKEN: [Spoken; 6] = [Spoken::When, Spoken::Day, Spoken::Hour, Spoken::Phone, Spoken::Postal, Spoken::Rank];
/// The tone after which they speak.
const TONE: Duration = Duration::from_millis(300);
/// What callers say when asked for their name: at most (`Field::longest`).
const NAME: Duration = Duration::from_secs(6);

/// The lengths of the recordings.
pub struct Recordings {
    by_text: HashMap<String, Duration>,
    kinds: BTreeMap<Kind, Range>,
    places: Vec<String>,
    /// In which it is heard.
    language: Language,
    /// What is said in it, by the French text; and what its choices are for.
    texts: HashMap<String, Text>,
    options: HashMap<String, String>,
}

impl Recordings {
    /// From every recording with its length. One that is neither the flows' nor a number or date is a place: those are
    /// parts of a sentence, so they begin small; a town ends in a comma, an address in a full stop.
    pub fn new(library: &Library, language: Language, all: impl Iterator<Item = (String, Duration)>) -> Self {
        let by_text: HashMap<String, Duration> = all.collect();
        let mut texts = BTreeMap::new();
        for spoken in SPOKEN {
            let made_of = language.made_of(spoken).into_iter().enumerate();
            texts.extend(made_of.map(|(nth, all)| (Kind::Value(spoken, nth), all)));
        }
        let places = places(library, by_text.keys());
        for text in &places {
            let kind = if text.ends_with(',') { Kind::City } else { Kind::Address };
            texts.entry(kind).or_default().push(text.clone());
        }
        let kinds = texts.into_iter().map(|(kind, texts)| (kind, range(&by_text, &texts))).collect();
        let (said, options) = library.translated(language);
        Self { by_text, kinds, places, language, texts: said, options }
    }

    /// The places that are recorded, towns and addresses.
    pub fn places(&self) -> &[String] {
        &self.places
    }

    /// In which they are.
    pub fn language(&self) -> Language {
        self.language
    }

    /// A text with its values, and the pause after it.
    pub(super) fn text(&self, text: &Text, pace: Pace) -> Duration {
        self.parts(text, pace) + pause(ITEM_PAUSE_MS)
    }

    /// A text with its values.
    pub(super) fn parts(&self, text: &Text, pace: Pace) -> Duration {
        self.said(text)
            .parts
            .iter()
            .map(|part| match part {
                Part::Fixed(text) => self.fixed(text),
                Part::Value { filter, .. } => self.value(*filter, pace),
            })
            .sum()
    }

    /// Words of a text, those of its longest values included.
    pub(super) fn words(&self, text: &Text) -> usize {
        self.said(text)
            .parts
            .iter()
            .map(|part| match part {
                Part::Fixed(text) => {
                    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
                }
                Part::Value { filter, .. } => self.kinds(*filter).into_iter().map(|kind| self.range(kind).words).sum(),
            })
            .sum()
    }

    /// "Pour …, tapez 1.", and the pauses of it.
    pub(super) fn option(&self, purpose: &str, key: u8) -> Duration {
        let purpose = self.options.get(purpose).map_or(purpose, String::as_str);
        self.unit(&self.language.option(purpose)) + self.key(key)
    }

    /// The pause, "tapez 1." and the pause after it.
    pub(super) fn key(&self, key: u8) -> Duration {
        pause(OPTION_PAUSE_MS) + self.unit(&self.language.key(key)) + pause(ITEM_PAUSE_MS)
    }

    /// A value alone.
    pub(super) fn value(&self, filter: Filter, pace: Pace) -> Duration {
        let longest = pace == Pace::Longest;
        let own = if filter == Filter::Voice { NAME } else { Duration::ZERO };
        let lengths = self.kinds(filter).into_iter().map(|kind| self.range(kind));
        own + lengths.map(|range| if longest { range.longest } else { range.median }).sum::<Duration>()
    }

    fn unit(&self, unit: &Unit) -> Duration {
        match unit {
            Unit::Say(text) => self.fixed(text),
            Unit::Pause(ms) => pause(*ms),
            Unit::Own(_) => NAME,
            Unit::Tone => TONE,
        }
    }

    /// Nothing for a text without a recording: the checker has refused it before.
    fn fixed(&self, text: &str) -> Duration {
        self.by_text.get(text).copied().unwrap_or_default()
    }

    /// A text as this language says it.
    fn said<'a>(&'a self, text: &'a Text) -> &'a Text {
        self.texts.get(&text.source).unwrap_or(text)
    }

    /// What a value is spoken with. Of an appointment by telephone neither town nor address is said, but "par
    /// téléphone.", which is shorter than any address.
    fn kinds(&self, filter: Filter) -> Vec<Kind> {
        let spoken = match filter {
            Filter::City => return vec![Kind::City],
            Filter::Address => return vec![Kind::Address],
            Filter::Voice => return Vec::new(),
            Filter::Date => Spoken::When,
            Filter::Day => Spoken::Day,
            Filter::Time => Spoken::Hour,
            Filter::Rank => Spoken::Rank,
            Filter::Digits => Spoken::Postal,
            Filter::Pairs => Spoken::Phone,
        };
        (0..self.language.made_of(spoken).len()).map(|nth| Kind::Value(spoken, nth)).collect()
    }

    fn range(&self, kind: Kind) -> Range {
        self.kinds.get(&kind).copied().unwrap_or_default()
    }
}

/// Recordings that no flow and no value needs, and that begin small.
fn places<'a>(library: &Library, recorded: impl Iterator<Item = &'a String>) -> Vec<String> {
    let known: std::collections::HashSet<String> =
        Language::ALL.into_iter().flat_map(|other| library.texts(other).into_iter().chain(other.units())).collect();
    let places = recorded.filter(|text| !known.contains(*text) && text.starts_with(char::is_lowercase));
    places.cloned().collect()
}

fn pause(ms: u16) -> Duration {
    Duration::from_millis(ms.into())
}

fn range(by_text: &HashMap<String, Duration>, texts: &[String]) -> Range {
    let mut lengths: Vec<Duration> = texts.iter().filter_map(|text| by_text.get(text).copied()).collect();
    lengths.sort();
    Range {
        median: lengths.get(lengths.len() / 2).copied().unwrap_or_default(),
        longest: lengths.last().copied().unwrap_or_default(),
        words: texts.iter().map(|text| text.split_whitespace().count()).max().unwrap_or_default(),
    }
}
