//! The recordings of every language. The same letters may be another word elsewhere ("six."), so a text is found by its
//! language; what a language has not recorded, a town or an address, is said by the French voice.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::{SoundError, Sounds};
use crate::speech::Language;

/// Every recording.
#[derive(Debug, Default)]
pub struct Voices(BTreeMap<Language, Sounds>);

/// French alone.
impl From<Sounds> for Voices {
    fn from(french: Sounds) -> Self {
        Self(BTreeMap::from([(Language::French, french)]))
    }
}

impl Voices {
    /// Reads the folder of each language, `fr` at least; see [`Sounds::load_after`].
    pub fn load_after(folder: &Path, before: &Self) -> Result<Self, SoundError> {
        let none = Sounds::default();
        let mut voices = BTreeMap::new();
        for language in Language::ALL {
            let own = folder.join(language.code());
            if language == Language::French || own.exists() {
                let sounds = Sounds::load_after(&own, before.0.get(&language).unwrap_or(&none))?;
                voices.insert(language, sounds);
            }
        }
        Ok(Self(voices))
    }

    /// The same, from nothing.
    pub fn load(folder: &Path) -> Result<Self, SoundError> {
        Self::load_after(folder, &Self::default())
    }

    /// Whether this text was recorded in this language.
    pub fn has(&self, language: Language, text: &str) -> bool {
        self.0.get(&language).is_some_and(|sounds| sounds.has(text))
    }

    /// The A-law bytes of one unit.
    pub fn sound(&self, language: Language, text: &str) -> Option<&Arc<[u8]>> {
        let own = self.0.get(&language).and_then(|sounds| sounds.sound(text));
        own.or_else(|| self.0.get(&Language::French)?.sound(text))
    }

    /// Every text of a language with how long its recording lasts; with the French ones, where it falls back on them.
    pub fn lengths(&self, language: Language) -> impl Iterator<Item = (String, Duration)> {
        let french = self.0.get(&Language::French).filter(|_| language != Language::French);
        // The language's own comes last: it stands, where both have the same letters.
        french.into_iter().chain(self.0.get(&language)).flat_map(Sounds::lengths)
    }

    /// How many texts sound otherwise than `before`.
    pub fn changes(&self, before: &Self) -> usize {
        let none = Sounds::default();
        Language::ALL
            .into_iter()
            .map(|language| {
                let (now, then) = (self.0.get(&language), before.0.get(&language));
                now.unwrap_or(&none).changes(then.unwrap_or(&none))
            })
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sounds(texts: &[(&str, u8)]) -> Sounds {
        texts.iter().map(|(text, byte)| ((*text).to_owned(), Arc::from([*byte; 8].as_slice()))).collect()
    }

    #[test]
    fn the_same_letters_sound_as_their_language_says_and_a_town_as_in_french() {
        let voices = Voices(BTreeMap::from([
            (Language::French, sounds(&[("six.", 1), ("à Dijon,", 2)])),
            (Language::English, sounds(&[("six.", 3)])),
        ]));
        assert_eq!(voices.sound(Language::French, "six.").unwrap()[0], 1);
        assert_eq!(voices.sound(Language::English, "six.").unwrap()[0], 3);
        assert_eq!(voices.sound(Language::English, "à Dijon,").unwrap()[0], 2);
        assert!(!voices.has(Language::English, "à Dijon,"));
    }
}
