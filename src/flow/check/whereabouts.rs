//! "Question two of four": where a caller is in a form, in the line's own words (C13).

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::Deserialize;

use super::super::template::Text;

/// Questions of one form: C13's own example. More in a row are an interrogation, by ear.
pub(in crate::flow) const QUESTIONS_MAX: usize = 4;
/// Forms that are counted: of one question nobody asks which it is.
pub(in crate::flow) const COUNTED: RangeInclusive<usize> = 2..=QUESTIONS_MAX;

/// A whole sentence, recorded as it stands, for each question of each number of questions.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(in crate::flow) struct Whereabouts(BTreeMap<usize, Vec<Text>>);

impl Whereabouts {
    /// Said before the `nth` question of `all`, from 1; nothing when there is only one.
    pub(in crate::flow) fn of(&self, nth: usize, all: usize) -> Option<&Text> {
        self.0.get(&all)?.get(nth.checked_sub(1)?)
    }

    /// Whatever may be said before the field at `index` of a form of `fields`: any other of them may be known.
    pub(in crate::flow) fn before(&self, index: usize, fields: usize) -> impl Iterator<Item = &Text> {
        let left = fields.saturating_sub(index + 1);
        let counts = (0..=index).flat_map(move |before| (0..=left).map(move |after| (before + 1, before + 1 + after)));
        counts.filter_map(|(nth, all)| self.of(nth, all))
    }

    /// Each sentence by its path under the key.
    pub(super) fn texts(&self) -> impl Iterator<Item = (String, &Text)> {
        let each = |(all, texts)| {
            let texts: &Vec<Text> = texts;
            texts.iter().enumerate().map(move |(nth, text)| (format!("{all}/{nth}"), text))
        };
        self.0.iter().flat_map(each)
    }

    /// What is missing or left over: the path under the key, and what to write.
    pub(super) fn faults(&self) -> Vec<(String, String)> {
        let wrong = |all: usize| {
            let said = self.0.get(&all).map_or(0, Vec::len);
            (said != all).then(|| {
                let message = format!(
                    "quand {all} questions se suivent, il faut {all} phrases, et il y en a {said} : écrivez `{all}: [\"…\", …]`, une phrase pour chacune"
                );
                (all.to_string(), message)
            })
        };
        let strange = self.0.keys().filter(|all| !COUNTED.contains(all)).map(|all| {
            let message = format!(
                "aucun parcours ne pose {all} questions de suite, c'est de 2 à {QUESTIONS_MAX} : enlevez cette ligne"
            );
            (all.to_string(), message)
        });
        COUNTED.filter_map(wrong).chain(strange).collect()
    }
}
