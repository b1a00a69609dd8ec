//! What an SMS may say: it lies open on a table, is kept by others, and has one alphabet (A12, B8, E9, E20). How long it may
//! be depends on where it comes from and on the places there are: see `messages`.

use std::collections::BTreeSet;

use super::super::definition::{Flow, Step};
use super::super::edge::reached_on;
use super::super::template::Text;
use super::super::translation::Translation;
use super::nearest::nearest;
use super::places::{Place, Places};
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
            for message in lint(text) {
                self.fault(self.value(name, &path), message);
            }
        }
        for (path, text) in own_texts(step) {
            for message in text.fixed().flat_map(own_lint) {
                self.fault(self.value(name, &path), message);
            }
        }
        for (path, purpose, _) in written_purposes(step).into_iter().filter(|(.., is_own)| *is_own) {
            for message in own_lint(purpose) {
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
            let found = text.into_iter().flat_map(Text::fixed).flat_map(lint);
            faults.extend(found.map(|message| (key.clone(), message)));
        }
        for (key, own) in &self.engine().sms {
            let texts = self.engine().texts();
            let at = format!("sms/{key}");
            if texts.iter().all(|(known, _)| known != key) {
                let keys = texts.iter().map(|(key, _)| key.as_str());
                faults.push((at, format!("`{key}` n'existe pas ici ; {}", nearest(key, keys))));
            } else {
                let found = own.0.iter().flat_map(|text| text.fixed()).flat_map(own_lint);
                faults.extend(found.map(|message| (at.clone(), message)));
            }
        }
        faults
    }
}

impl Library {
    /// What is missing, left over or wrong in the messages of another language.
    pub(super) fn translated_messages(&self, words: &Translation, places: &Places) -> Vec<(Place, String)> {
        let mut faults = Vec::new();
        let at = |text: &str| places.value(&format!("messages/{text}"));
        let written = self.sms_words(words.language);
        for text in &written {
            let Some(said) = words.messages.get(*text) else {
                let message = format!("« {text} » n'est pas traduit : ajoutez la phrase sous `messages:`");
                faults.push((places.key("messages"), message));
                continue;
            };
            let said = said.0.as_ref().map_or("", |said| &said.source);
            if said.matches('{').count() != text.matches('{').count() {
                let message =
                    format!("« {said} » n'a pas les mêmes accolades `{{…}}` que le français : écrivez-les toutes");
                faults.push((at(text), message));
            }
        }
        for left in words.messages.keys().filter(|text| !written.contains(text.as_str())) {
            let message = format!("« {left} » n'est plus écrit par aucun parcours : enlevez cette ligne");
            faults.push((places.key(&format!("messages/{left}")), message));
        }
        for (text, said) in &words.messages {
            let found = said.0.iter().flat_map(Text::fixed).flat_map(lint);
            faults.extend(found.map(|message| (at(text), message)));
        }
        faults
    }

    /// What an SMS says in its own words in a language, texts and choices.
    fn sms_words(&self, language: Language) -> BTreeSet<&str> {
        let by_sms = |flow: &&Flow| flow.languages.contains(&language) && flow.channels.contains(&Channel::Sms);
        let flows: Vec<_> = self.flows.values().filter(by_sms).collect();
        let steps = flows.iter().flat_map(|flow| flow.steps.values()).map(|step| &step.value);
        let own = self.engine.sms.values().filter_map(|own| own.0.as_ref()).filter(|_| !flows.is_empty());
        let texts = steps.clone().flat_map(own_texts).map(|(_, text)| text).chain(own);
        let purposes = steps.flat_map(written_purposes).filter(|(.., is_own)| *is_own).map(|(_, purpose, _)| purpose);
        texts.map(|text| text.source.as_str()).chain(purposes).collect()
    }
}

/// What is wrong with any text in an SMS.
fn lint(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let telling = TELLING.iter().find(|word| lower.contains(**word)).map(|word| {
        format!(
            "« {word} » dans un SMS peut être lu par quelqu'un d'autre : écrivez sous `sms:` des mots qui ne disent rien de la personne"
        )
    });
    let stranger = gsm7::stranger(text).map(|letter| {
        format!("« {letter} » ne passe pas dans un SMS : enlevez ce signe, ou écrivez le texte autrement sous `sms:`")
    });
    telling.into_iter().chain(stranger).collect()
}

/// What else is wrong with words that are only ever written.
fn own_lint(text: &str) -> Vec<String> {
    link(text).into_iter().chain(long_sentences(text)).chain(needs_a_screen(text)).collect()
}
