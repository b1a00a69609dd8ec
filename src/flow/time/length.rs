//! How long what is said lasts: recordings one by one; a value by the recordings of its kind, since nobody knows today
//! which date will be offered.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use super::super::check::Library;
use super::super::run::{ITEM_PAUSE_MS, OPTION_PAUSE_MS, option_unit};
use super::super::template::{Filter, Part, Text};
use crate::speech::{Unit, french};

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
    French(french::Kind),
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

/// What callers say when asked for their name: at most (`Field::longest`).
const NAME: Duration = Duration::from_secs(6);

/// The lengths of the recordings.
pub struct Recordings {
    by_text: HashMap<String, Duration>,
    kinds: BTreeMap<Kind, Range>,
}

impl Recordings {
    /// From every recording with its length. One that is neither the flows' nor a number or date is a place: those are
    /// parts of a sentence, so they begin small; a town ends in a comma, an address in a full stop.
    pub fn new(library: &Library, all: impl Iterator<Item = (String, Duration)>) -> Self {
        let by_text: HashMap<String, Duration> = all.collect();
        let mut texts: BTreeMap<Kind, Vec<String>> =
            french::Kind::ALL.into_iter().map(|kind| (Kind::French(kind), kind.texts())).collect();
        let known: std::collections::HashSet<String> = library.texts().into_iter().chain(french::units()).collect();
        for text in by_text.keys().filter(|text| !known.contains(*text) && text.starts_with(char::is_lowercase)) {
            let kind = if text.ends_with(',') { Kind::City } else { Kind::Address };
            texts.entry(kind).or_default().push(text.clone());
        }
        let kinds = texts.into_iter().map(|(kind, texts)| (kind, range(&by_text, &texts))).collect();
        Self { by_text, kinds }
    }

    /// A text with its values, and the pause after it.
    pub(super) fn text(&self, text: &Text, pace: Pace) -> Duration {
        self.parts(text, pace) + pause(ITEM_PAUSE_MS)
    }

    /// A text with its values.
    pub(super) fn parts(&self, text: &Text, pace: Pace) -> Duration {
        text.parts
            .iter()
            .map(|part| match part {
                Part::Fixed(text) => self.fixed(text),
                Part::Value { filter, .. } => self.value(*filter, pace),
            })
            .sum()
    }

    /// Words of a text, those of its longest values included.
    pub(super) fn words(&self, text: &Text) -> usize {
        text.parts
            .iter()
            .map(|part| match part {
                Part::Fixed(text) => {
                    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
                }
                Part::Value { filter, .. } => kinds(*filter).iter().map(|kind| self.range(*kind).words).sum(),
            })
            .sum()
    }

    /// "Pour …, tapez 1.", and the pauses of it.
    pub(super) fn option(&self, purpose: &str, key: u8) -> Duration {
        self.unit(&option_unit(purpose)) + self.key(key)
    }

    /// The pause, "tapez 1." and the pause after it.
    pub(super) fn key(&self, key: u8) -> Duration {
        pause(OPTION_PAUSE_MS) + self.unit(&french::key(key)) + pause(ITEM_PAUSE_MS)
    }

    /// A value alone.
    pub(super) fn value(&self, filter: Filter, pace: Pace) -> Duration {
        let longest = pace == Pace::Longest;
        let own = if filter == Filter::Voice { NAME } else { Duration::ZERO };
        let lengths = kinds(filter).iter().map(|kind| self.range(*kind));
        own + lengths.map(|range| if longest { range.longest } else { range.median }).sum::<Duration>()
    }

    fn unit(&self, unit: &Unit) -> Duration {
        match unit {
            Unit::Say(text) => self.fixed(text),
            Unit::Pause(ms) => pause(*ms),
            Unit::Own(_) => NAME,
        }
    }

    /// Nothing for a text without a recording: the checker has refused it before.
    fn fixed(&self, text: &str) -> Duration {
        self.by_text.get(text).copied().unwrap_or_default()
    }

    fn range(&self, kind: Kind) -> Range {
        self.kinds.get(&kind).copied().unwrap_or_default()
    }
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

/// What a value is spoken with. Of an appointment by telephone neither town nor address is said, but "par
/// téléphone.", which is shorter than any address.
fn kinds(filter: Filter) -> &'static [Kind] {
    use french::Kind::{Date, Digits, LastDigit, LastPair, Pair, Time};
    match filter {
        Filter::Date => &[Kind::French(Date), Kind::French(Time)],
        Filter::Day => &[Kind::French(Date)],
        Filter::Time => &[Kind::French(Time)],
        Filter::Rank => &[Kind::French(LastPair)],
        Filter::Voice => &[],
        Filter::City => &[Kind::City],
        Filter::Address => &[Kind::Address],
        Filter::Digits => &[Kind::French(Digits), Kind::French(Digits), Kind::French(LastDigit)],
        Filter::Pairs => {
            &[Kind::French(Pair), Kind::French(Pair), Kind::French(Pair), Kind::French(Pair), Kind::French(LastPair)]
        }
    }
}
