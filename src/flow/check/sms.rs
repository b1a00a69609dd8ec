//! What an SMS may say: it lies open on a table, is kept by others, and has one alphabet (A12, B8, E9, E20). How long it may
//! be depends on where it comes from and on the places there are: see `messages`.

use super::super::definition::Step;
use super::super::edge::reached_on;
use super::super::template::Text;
use super::nearest::nearest;
use super::plain::{long_sentences, needs_a_screen};
use super::texts::{own_texts, written, written_purposes};
use super::words::link;
use super::{Checker, Library, PERSON};
use crate::flow::Channel;
use crate::gsm7;
use crate::speech::Language;

/// What nobody else may read on somebody's telephone: their employer first (A12), and no operator keeps what is about
/// health, employer or project (E20). The name of the service itself says too much: "Conseil emploi" (E13).
const TELLING: [&str; 15] = [
    "reconversion",
    "démission",
    "licenci",
    "rupture",
    "chômage",
    "employeur",
    "patron",
    "votre entreprise",
    "votre travail",
    "bilan de compétences",
    "évolution professionnelle",
    "handicap",
    "maladie",
    "santé",
    "invalidité",
];
/// The same in English. Parts of words, so that "resigned" and "disabled" are found.
const TELLING_IN_ENGLISH: [&str; 20] = [
    "employer",
    "your boss",
    "your company",
    "your job",
    "your work",
    "dismiss",
    "redundan",
    "laid off",
    "resign",
    "unemploy",
    "jobless",
    "retrain",
    "career",
    "skills assessment",
    "disab",
    "handicap",
    "illness",
    "sickness",
    "sick leave",
    "health",
];

fn telling(language: Language) -> &'static [&'static str] {
    match language {
        Language::French => &TELLING,
        Language::English => &TELLING_IN_ENGLISH,
    }
}

impl Checker<'_> {
    /// Whoever comes from one flow to another goes on where they are, and `0` is a person there too (C1).
    pub(super) fn channels(&mut self) {
        let missing = |library: &Library, other: &str, channel: Channel| {
            library.flow(other).is_some_and(|flow| !flow.channels.contains(&channel))
        };
        for channel in &self.flow.channels {
            let name = channel.name();
            if missing(self.library, PERSON, *channel) {
                let message = format!(
                    "la touche 0 mène d'ici au parcours `{PERSON}`, qui ne se fait pas par `{name}` : ajoutez `{name}` aux `channels:` de `{PERSON}`"
                );
                self.fault(self.places.value("channels"), message);
            }
            let reached = reached_on(self.flow, *channel).into_iter().filter_map(|name| self.flow.steps.get(name));
            for called in reached.filter_map(|step| step.value.call.as_ref()) {
                if missing(self.library, &called.value, *channel) {
                    let message = format!(
                        "`{}` se fait aussi par `{name}`, mais pas `{1}` : ajoutez `{name}` aux `channels:` de `{1}`",
                        self.flow.flow, called.value
                    );
                    self.fault(called.referenced.into(), message);
                }
            }
        }
    }

    pub(super) fn sms(&mut self, name: &str, step: &Step) {
        if !self.flow.channels.contains(&Channel::Sms) {
            let own = own_texts(step).into_iter().map(|(path, _)| path);
            let purposes = written_purposes(step).into_iter().filter(|(.., is_own)| *is_own).map(|(path, ..)| path);
            if let Some(path) = own.chain(purposes).next() {
                let message = "rien n'est envoyé par SMS d'ici : ajoutez `sms` aux `channels:` du parcours, ou enlevez cette ligne";
                self.fault(self.key(name, &path), message);
            }
            return;
        }
        let texts = written(step).into_iter();
        let texts = texts.flat_map(|(path, text)| text.fixed().map(move |text| (path.clone(), text)));
        let purposes = written_purposes(step).into_iter().map(|(path, purpose, _)| (path, purpose));
        for (path, text) in texts.chain(purposes) {
            for message in french(text) {
                self.fault(self.value(name, &path), message);
            }
        }
        for (path, text) in own_texts(step) {
            for message in text.fixed().flat_map(own_french) {
                self.fault(self.value(name, &path), message);
            }
        }
        for (path, purpose, _) in written_purposes(step).into_iter().filter(|(.., is_own)| *is_own) {
            for message in own_french(purpose) {
                self.fault(self.value(name, &path), message);
            }
        }
    }
}

impl Library {
    /// What is wrong in an SMS with the line's own sentences: the key, and what to say.
    pub(super) fn own_messages(&self) -> Vec<(String, String)> {
        if !self.flows().any(|(_, flow)| flow.channels.contains(&Channel::Sms)) {
            return Vec::new();
        }
        let mut faults: Vec<(String, String)> = Vec::new();
        for (key, text) in self.engine().texts() {
            let text = match self.engine().sms.get(&key) {
                Some(own) => own.0.as_ref(),
                None => Some(text),
            };
            let found = text.into_iter().flat_map(Text::fixed).flat_map(french);
            faults.extend(found.map(|message| (key.clone(), message)));
        }
        for (key, own) in &self.engine().sms {
            let texts = self.engine().texts();
            let at = format!("sms/{key}");
            if texts.iter().all(|(known, _)| known != key) {
                let keys = texts.iter().map(|(key, _)| key.as_str());
                faults.push((at, format!("`{key}` n'existe pas ici ; {}", nearest(key, keys))));
            } else {
                let found = own.0.iter().flat_map(|text| text.fixed()).flat_map(own_french);
                faults.extend(found.map(|message| (at.clone(), message)));
            }
        }
        faults
    }
}

/// What is wrong with any text in an SMS; `under`: where other words for it are written.
pub(super) fn lint(text: &str, language: Language, under: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let telling = telling(language).iter().find(|word| lower.contains(**word)).map(|word| {
        format!(
            "« {word} » dans un SMS peut être lu par quelqu'un d'autre : écrivez sous `{under}:` des mots qui ne disent rien de la personne"
        )
    });
    let stranger = gsm7::stranger(text).map(|letter| {
        format!(
            "« {letter} » ne passe pas dans un SMS : enlevez ce signe, ou écrivez le texte autrement sous `{under}:`"
        )
    });
    telling.into_iter().chain(stranger).collect()
}

/// What else is wrong with words that are only ever written.
pub(super) fn own_lint(text: &str, language: Language) -> Vec<String> {
    long_sentences(text).into_iter().chain(to_a_screen(text, language)).collect()
}

/// Words that lead to a web site or a screen, which nothing else looks for in a translation.
pub(super) fn to_a_screen(text: &str, language: Language) -> Vec<String> {
    link(text).into_iter().chain(needs_a_screen(text, language)).collect()
}

fn french(text: &str) -> Vec<String> {
    lint(text, Language::French, "sms")
}

fn own_french(text: &str) -> Vec<String> {
    own_lint(text, Language::French)
}
