//! Every language that a flow declares is complete: each sentence, each choice, each recording, and the flows it calls.

use std::collections::BTreeSet;

use super::super::template::Text;
use super::super::translation::Translation;
use super::library::Source;
use super::places::Place;
use super::texts::{purposes, step_texts};
use super::words::unrecorded;
use super::{Fault, Library};
use crate::speech::{Language, Unit};

/// Sentences without a recording that are told one by one: a new language has hundreds, and other faults would drown.
const TOLD_MAX: usize = 10;

impl Library {
    /// What is missing or left over in the languages beside French.
    pub(super) fn tongues(&self) -> Vec<Fault> {
        let others = Language::ALL.into_iter().filter(|language| *language != Language::French);
        others.flat_map(|language| self.tongue(language)).collect()
    }

    fn tongue(&self, language: Language) -> Vec<Fault> {
        let file = format!("texts.{}.yaml", language.code());
        let mut faults = self.untranslated(language);
        let (texts, options) = self.spoken(language);
        let Some(words) = self.translations.of(language) else {
            if !texts.is_empty() {
                let message = format!("un parcours annonce `{}` : il manque le fichier {file}", language.code());
                faults.push(Fault::new(&file, Place::default(), message));
            }
            return faults;
        };
        let Source { path, places } = &self.tongues[&language];
        let mut fault = |at: Place, message: String| faults.push(Fault::new(path, at, message));
        for text in &texts {
            match words.texts.get(&text.source) {
                None => fault(
                    places.key("texts"),
                    format!("« {} » n'est pas traduit : ajoutez la phrase sous `texts:`", text.source),
                ),
                Some(said) if !says_no_more(said, text) => fault(
                    places.value(&format!("texts/{}", text.source)),
                    format!("« {} » a une accolade `{{…}}` que le français n'a pas : enlevez-la", said.source),
                ),
                Some(_) => {}
            }
        }
        for option in options.iter().filter(|option| !words.options.contains_key(**option)) {
            fault(places.key("options"), format!("« {option} » n'est pas traduit : ajoutez le choix sous `options:`"));
        }
        let values = self.translated_values(words, places).into_iter();
        let messages = self.translated_messages(words, places).into_iter();
        let written = self.translated_for_sms(words, places).into_iter();
        values.chain(messages).chain(written).for_each(|(at, message)| fault(at, message));
        let sources: BTreeSet<&str> = texts.iter().map(|text| text.source.as_str()).collect();
        for left in words.texts.keys().filter(|text| !sources.contains(text.as_str())) {
            fault(
                places.key(&format!("texts/{left}")),
                format!("« {left} » n'est plus dit par aucun parcours : enlevez cette ligne"),
            );
        }
        for left in words.options.keys().filter(|option| !options.contains(option.as_str())) {
            fault(
                places.key(&format!("options/{left}")),
                format!("le choix « {left} » n'existe plus dans aucun parcours : enlevez cette ligne"),
            );
        }
        faults
    }

    /// The languages that can be heard.
    pub fn languages(&self) -> BTreeSet<Language> {
        self.flows.values().flat_map(|flow| flow.languages.iter().copied()).collect()
    }

    /// What the languages beside French still need recorded.
    pub fn unrecorded(&self, is_recorded: &dyn Fn(Language, &str) -> bool) -> Vec<Fault> {
        let mut faults = Vec::new();
        for language in self.languages().into_iter().filter(|language| *language != Language::French) {
            let texts: Vec<String> =
                self.texts(language).into_iter().filter(|text| !is_recorded(language, text)).collect();
            let Some(Source { path, .. }) = self.tongues.get(&language) else { continue };
            let told = texts.iter().take(TOLD_MAX).map(|text| unrecorded(text));
            faults.extend(told.map(|message| Fault::new(path, Place::default(), message)));
            if let Some(more) = texts.len().checked_sub(TOLD_MAX).filter(|more| *more > 0) {
                let code = language.code();
                let message = format!(
                    "{more} autres phrases ne sont pas enregistrées : `ligne prompts missing --language {code}` les donne toutes"
                );
                faults.push(Fault::new(path, Place::default(), message));
            }
        }
        faults
    }

    /// Flows called in a language they do not have.
    fn untranslated(&self, language: Language) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (name, flow) in self.flows.iter().filter(|(_, flow)| flow.languages.contains(&language)) {
            for called in flow.steps.values().filter_map(|step| step.value.call.as_ref()) {
                let is_there = self.flow(&called.value).is_none_or(|other| other.languages.contains(&language));
                if !is_there {
                    let message = format!(
                        "`{name}` se parle aussi en `{0}`, mais pas `{1}` : ajoutez `{0}` aux `languages:` de `{1}`",
                        language.code(),
                        called.value
                    );
                    faults.push(Fault::new(&self.sources[name].path, called.referenced.into(), message));
                }
            }
        }
        faults
    }

    /// Texts and choices that are heard in a language.
    fn spoken(&self, language: Language) -> (Vec<&Text>, BTreeSet<&str>) {
        let flows: Vec<_> = self.flows.values().filter(|flow| flow.languages.contains(&language)).collect();
        let steps = || flows.iter().flat_map(|flow| flow.steps.values());
        let own =
            if flows.is_empty() { Vec::new() } else { self.engine.texts().into_iter().map(|(_, text)| text).collect() };
        let texts = steps().flat_map(|step| step_texts(&step.value)).chain(own).collect();
        (texts, steps().flat_map(|step| purposes(&step.value)).map(|(_, purpose)| purpose).collect())
    }
}

/// Every text that must be recorded for this language, beside dates, numbers and places.
pub(super) fn recorded(words: &Translation) -> BTreeSet<String> {
    let options = words.options.values().filter_map(|option| match words.language.option(option) {
        Unit::Say(text) => Some(text),
        Unit::Pause(_) | Unit::Own(_) | Unit::Tone => None,
    });
    let meetings = [words.language.by_phone(), words.language.by_video()].map(str::to_owned);
    words.recorded().map(str::to_owned).chain(options).chain(meetings).collect()
}

/// Whether it speaks no value that the other does not: a list may leave a town out, to be told in time (C18).
fn says_no_more(one: &Text, other: &Text) -> bool {
    let values = |text: &Text| text.paths().map(str::to_owned).collect::<BTreeSet<String>>();
    values(one).is_subset(&values(other))
}
