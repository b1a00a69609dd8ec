//! A translation beside its French sentence: the same values, spoken as what they are, and nothing in an SMS that an SMS may
//! not say.
//!
//! ```text
//! an SMS says, of a French sentence   its own words for it ─→ `messages:`
//!                                     else what is heard   ─→ `texts:`, `options:`
//! ```

use std::collections::BTreeMap;

use super::super::action::Kind;
use super::super::definition::{Flow, Step};
use super::super::template::{FILTERS, Filter, Part, Text, WRITTEN};
use super::super::translation::Translation;
use super::Library;
use super::kinds::{Kinds, misfit};
use super::places::{Place, Places};
use super::sms::{lint, own_lint, to_a_screen};
use super::texts::{own_texts, step_texts, written, written_purposes};
use crate::flow::Channel;
use crate::speech::Language;

/// Where something stands in the file of a language, and what is wrong with it.
type Told = Vec<(Place, String)>;

/// What is said in French.
struct Sentence<'a> {
    source: &'a str,
    /// `None` of a choice, which has no values.
    text: Option<&'a Text>,
    /// What its values are, where that is known.
    kinds: BTreeMap<&'a str, Kind>,
    /// Words that only an SMS says.
    is_own: bool,
}

impl<'a> Sentence<'a> {
    fn of_step(text: &'a Text, step: &Step, kinds: &Kinds<'_>, is_own: bool) -> Self {
        let kinds = text.paths().filter_map(|path| Some((path, kinds.at(step, path)?))).collect();
        Self { source: &text.source, text: Some(text), kinds, is_own }
    }

    fn of_line(text: &'a Text, is_own: bool) -> Self {
        let line = Kinds::default();
        let kinds = text.paths().filter_map(|path| Some((path, line.of(path)?))).collect();
        Self { source: &text.source, text: Some(text), kinds, is_own }
    }

    fn of_choice(source: &'a str, is_own: bool) -> Self {
        Self { source, text: None, kinds: BTreeMap::new(), is_own }
    }

    fn misfits(&self, said: &Text, filters: &[(&str, Filter)]) -> Vec<String> {
        let values = values(said).into_iter();
        values.filter_map(|(path, filter)| misfit(path, *self.kinds.get(path)?, filter, filters)).collect()
    }
}

impl Library {
    /// What is heard, whose values are spoken as something they are not.
    pub(super) fn translated_values(&self, words: &Translation, places: &Places) -> Told {
        let flows = self.flows.values().filter(|flow| flow.languages.contains(&words.language));
        let flows: Vec<_> = flows.map(|flow| (flow, Kinds::read(flow))).collect();
        let mut heard = Vec::new();
        for (flow, kinds) in &flows {
            for step in flow.steps.values().map(|step| &step.value) {
                let texts = step_texts(step).into_iter();
                heard.extend(texts.map(|text| Sentence::of_step(text, step, kinds, false)));
            }
        }
        let mut faults = Told::new();
        for (source, sentences) in by_source(heard) {
            let Some(said) = words.texts.get(source) else { continue };
            let at = places.value(&format!("texts/{source}"));
            faults.extend(misfits(&sentences, said, &FILTERS).into_iter().map(|message| (at, message)));
        }
        faults
    }

    /// What is missing, left over or wrong in the messages of another language.
    pub(super) fn translated_messages(&self, words: &Translation, places: &Places) -> Told {
        let mut faults = Told::new();
        let at = |text: &str| places.value(&format!("messages/{text}"));
        let flows = self.by_sms(words.language);
        let own = by_source(self.sentences(&flows).into_iter().filter(|sentence| sentence.is_own));
        for (source, sentences) in &own {
            let Some(said) = words.messages.get(*source) else {
                let message = format!("« {source} » n'est pas traduit : ajoutez la phrase sous `messages:`");
                faults.push((places.key("messages"), message));
                continue;
            };
            let french = sentences.iter().find_map(|sentence| sentence.text);
            let mut wrong = unlike(french, said.0.as_ref());
            wrong.extend(said.0.iter().flat_map(|said| misfits(sentences, said, &WRITTEN)));
            faults.extend(wrong.into_iter().map(|message| (at(source), message)));
        }
        for left in words.messages.keys().filter(|text| !own.contains_key(text.as_str())) {
            let message = format!("« {left} » n'est plus écrit par aucun parcours : enlevez cette ligne");
            faults.push((places.key(&format!("messages/{left}")), message));
        }
        for (text, said) in &words.messages {
            for fixed in said.0.iter().flat_map(Text::fixed) {
                let wrong = lint(fixed, words.language, "messages").into_iter().chain(own_lint(fixed, words.language));
                faults.extend(wrong.map(|message| (at(text), message)));
            }
        }
        faults
    }

    /// What is wrong in an SMS with what is heard, where it has no other words.
    pub(super) fn translated_for_sms(&self, words: &Translation, places: &Places) -> Told {
        let mut faults = Told::new();
        let flows = self.by_sms(words.language);
        for Sentence { source, text, .. } in self.sentences(&flows).into_iter().filter(|sentence| !sentence.is_own) {
            let (under, said): (_, Vec<&str>) = match text {
                Some(_) => ("texts", words.texts.get(source).into_iter().flat_map(Text::fixed).collect()),
                None => ("options", words.options.get(source).map(String::as_str).into_iter().collect()),
            };
            let at = places.value(&format!("{under}/{source}"));
            for said in said {
                let wrong = lint(said, words.language, "sms").into_iter().chain(to_a_screen(said, words.language));
                faults.extend(wrong.map(|message| (at, message)));
            }
        }
        faults
    }

    /// The flows that run by SMS in a language.
    fn by_sms(&self, language: Language) -> Vec<(&Flow, Kinds<'_>)> {
        let is_it = |flow: &&Flow| flow.languages.contains(&language) && flow.channels.contains(&Channel::Sms);
        self.flows.values().filter(is_it).map(|flow| (flow, Kinds::read(flow))).collect()
    }

    /// All that an SMS says in these flows.
    fn sentences<'a>(&'a self, flows: &[(&'a Flow, Kinds<'a>)]) -> Vec<Sentence<'a>> {
        let mut all = Vec::new();
        for (flow, kinds) in flows {
            for step in flow.steps.values().map(|step| &step.value) {
                let own = own_texts(step);
                let is_own = |path: &str| own.iter().any(|(own, _)| own == path);
                let said = written(step).into_iter().map(|(path, text)| (is_own(&path), text));
                // A sentence of the line has its words there.
                let said = said.filter(|(is_own, text)| *is_own || self.engine.written(text).is_none());
                all.extend(said.map(|(is_own, text)| Sentence::of_step(text, step, kinds, is_own)));
                let choices = written_purposes(step).into_iter();
                all.extend(choices.map(|(_, purpose, is_own)| Sentence::of_choice(purpose, is_own)));
            }
        }
        if !flows.is_empty() {
            let own = self.engine.sms.values().filter_map(|own| own.0.as_ref());
            all.extend(own.map(|text| Sentence::of_line(text, true)));
            let heard = self.engine.texts().into_iter().filter(|(key, _)| !self.engine.sms.contains_key(key));
            all.extend(heard.map(|(_, text)| Sentence::of_line(text, false)));
        }
        all
    }
}

fn by_source<'a>(sentences: impl IntoIterator<Item = Sentence<'a>>) -> BTreeMap<&'a str, Vec<Sentence<'a>>> {
    let mut all: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    sentences.into_iter().for_each(|sentence| all.entry(sentence.source).or_default().push(sentence));
    all
}

/// Values of a translation whose filters speak another kind, so that nothing would be heard. Said in several places it is one
/// mistake: it is told of the first.
fn misfits(sentences: &[Sentence<'_>], said: &Text, filters: &[(&str, Filter)]) -> Vec<String> {
    let mut all = sentences.iter().map(|sentence| sentence.misfits(said, filters));
    all.find(|wrong| !wrong.is_empty()).unwrap_or_default()
}

/// Values that one of the two names and the other does not, each as often.
fn unlike(french: Option<&Text>, said: Option<&Text>) -> Vec<String> {
    let (mut missing, mut more) = (french.map(values).unwrap_or_default(), said.map(values).unwrap_or_default());
    let said = said.map_or("", |said| &said.source);
    // The very same first, then those that are written in another way.
    more.retain(|value| take(&mut missing, |other| other == value).is_none());
    more.retain(|(path, _)| take(&mut missing, |(other, _)| other == path).is_none());
    let mut faults = Vec::new();
    for value in more {
        let meant = take(&mut missing, |(_, filter)| *filter == value.1).or_else(|| take(&mut missing, |_| true));
        let remedy = meant.map_or("enlevez-la".to_owned(), |meant| format!("écrivez `{}`", braces(meant)));
        faults.push(format!("« {said} » a l'accolade `{}`, que le français n'a pas : {remedy}", braces(value)));
    }
    let missing = missing.into_iter().map(braces);
    faults.extend(missing.map(|value| format!("« {said} » n'a pas l'accolade `{value}` du français : ajoutez-la")));
    faults
}

type Value<'a> = (&'a str, Filter);

fn values(text: &Text) -> Vec<Value<'_>> {
    let parts = text.parts.iter();
    parts
        .filter_map(|part| if let Part::Value { path, filter } = part { Some((path.as_str(), *filter)) } else { None })
        .collect()
}

fn take<'a>(values: &mut Vec<Value<'a>>, is_it: impl Fn(&Value<'a>) -> bool) -> Option<Value<'a>> {
    values.iter().position(is_it).map(|at| values.remove(at))
}

/// As it is written in a message.
fn braces((path, filter): Value<'_>) -> String {
    let name = WRITTEN.iter().find(|(_, known)| *known == filter).map_or("", |(name, _)| name);
    format!("{{{path} | {name}}}")
}
