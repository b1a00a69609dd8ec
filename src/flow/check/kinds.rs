//! What the answers of a flow hold, and whether each is spoken, compared and used as what it is.

use std::collections::{BTreeMap, BTreeSet};

use serde_saphyr::Spanned;

use super::super::action::{ActionCall, Kind};
use super::super::definition::{FieldType, Flow, Step, YES_NO};
use super::super::template::{FILTERS, Filter, Part, WRITTEN};
use super::super::value::BY_PHONE;
use super::Checker;
use super::nearest::nearest;
use super::texts::{own_texts, questions, texts};
use super::words::unrecorded;

/// Facts that the network tells.
pub(super) const KNOWN: &str = "caller.number";

/// What the fields of a flow hold.
#[derive(Default)]
pub(in crate::flow) struct Kinds<'a> {
    kinds: BTreeMap<&'a str, Kind>,
    /// The values of the choices.
    words: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// A field filled with another kind than an earlier step did: its path, and what to say.
    pub(super) clashes: Vec<(String, String)>,
}

impl<'a> Kinds<'a> {
    pub(in crate::flow) fn read(flow: &'a Flow) -> Self {
        let mut all = Self::default();
        // In the order of the file: the second use of a name is the one to change.
        let mut steps: Vec<_> = flow.steps.iter().collect();
        steps.sort_by_key(|(_, step)| step.referenced.line());
        for (step_name, step) in steps {
            let step = &step.value;
            for (path, name, field) in questions(step) {
                let words = field.among.values().map(|among| among.value.as_str());
                all.words.entry(name).or_default().extend(words);
                if field.kind == FieldType::YesNo {
                    all.words.entry(name).or_default().extend(YES_NO);
                }
                all.fills(format!("steps/{step_name}/{path}/type"), name, field.kind.kind());
            }
            if let Some((offer, kind)) = step.offer.as_ref().and_then(|offer| Some((offer, offer.from.value.lists()?)))
            {
                all.fills(format!("steps/{step_name}/offer/as"), &offer.field, kind);
            }
            let act = step.act.as_ref().and_then(|act| act.value.signature());
            for (name, kind, _) in act.into_iter().flat_map(|act| act.fills) {
                all.fills(format!("steps/{step_name}/do"), name, *kind);
            }
        }
        all
    }

    fn fills(&mut self, path: String, name: &'a str, kind: Kind) {
        let before = *self.kinds.entry(name).or_insert(kind);
        if before != kind {
            let message =
                format!("`{name}` est déjà {} plus haut, et ici {} : changez ce nom-ci", before.name(), kind.name());
            self.clashes.push((path, message));
        }
    }

    /// What a field holds.
    pub(in crate::flow) fn of(&self, path: &str) -> Option<Kind> {
        match path {
            KNOWN => Some(Kind::Phone),
            _ if path.starts_with('\'') => Some(Kind::Choice),
            _ if path.starts_with("line.") => Some(Kind::Public),
            _ => self.kinds.get(path).copied(),
        }
    }

    /// The same, in a step: `item` is what it offers.
    pub(super) fn at(&self, step: &Step, path: &str) -> Option<Kind> {
        match path {
            "item" => step.offer.as_ref().and_then(|offer| offer.from.value.lists()),
            path => self.of(path),
        }
    }
}

impl Checker<'_> {
    /// Each value is spoken by a filter that fits it, compared with a word it can be, given to an action that takes it.
    pub(super) fn fields(&mut self, name: &str, step: &Step, kinds: &Kinds<'_>) {
        self.spoken(name, step, kinds);
        for (field, word) in step.condition.iter().flat_map(|condition| condition.compared()) {
            if let Some(words) = kinds.words.get(field).filter(|words| !words.contains(word)) {
                let near = nearest(word, words.iter().copied());
                self.fault(self.value(name, "if"), format!("`{field}` ne vaut jamais `{word}` ; {near}"));
            }
        }
        if let Some(action) = step.action() {
            self.arguments(action, kinds);
        }
    }

    fn spoken(&mut self, name: &str, step: &Step, kinds: &Kinds<'_>) {
        let heard = texts(step).into_iter().map(|(at, text)| (at, text, &FILTERS[..]));
        for (at, text, filters) in heard.chain(own_texts(step).into_iter().map(|(at, text)| (at, text, &WRITTEN[..]))) {
            for part in &text.parts {
                let Part::Value { path, filter } = part else { continue };
                if let Some(number) =
                    path.strip_prefix("line.").filter(|name| self.library.line().value(name).is_none())
                {
                    let near = nearest(number, self.library.line().names());
                    let message = format!("le numéro `{number}` n'est pas dans line.yaml ; {near}");
                    self.fault(self.value(name, &at), message);
                }
                if let Some(message) = kinds.at(step, path).and_then(|kind| misfit(path, kind, *filter, filters)) {
                    self.fault(self.value(name, &at), message);
                }
                if *filter == Filter::Address && !(self.is_recorded)(BY_PHONE) {
                    self.fault(self.value(name, &at), unrecorded(BY_PHONE));
                }
            }
        }
    }

    fn arguments(&mut self, action: &Spanned<ActionCall>, kinds: &Kinds<'_>) {
        let at = action.referenced.into();
        let action = &action.value;
        let Some(signature) = action.signature() else { return };
        let mut words = signature.words.iter();
        for (field, wanted) in action.fields.iter().zip(signature.takes) {
            if let Some(kind) = kinds.of(field).filter(|kind| kind != wanted) {
                let message = format!(
                    "`{field}` est {}, et `{}` attend {} à cet endroit : mettez entre les parenthèses {}",
                    kind.name(),
                    action.name,
                    wanted.name(),
                    signature.wanted()
                );
                self.fault(at, message);
                // Two that changed places are one mistake.
                return;
            }
            if *wanted != Kind::Choice {
                continue;
            }
            let allowed = words.next().copied().unwrap_or_default();
            let literal = field.strip_prefix('\'').map(|field| field.trim_end_matches('\''));
            let given: Vec<&str> = match literal {
                Some(word) => vec![word],
                None => kinds.words.get(field.as_str()).into_iter().flatten().copied().collect(),
            };
            for word in given.into_iter().filter(|word| !allowed.contains(word)) {
                let near = nearest(word, allowed.iter().copied());
                self.fault(at, format!("`{}` ne connaît pas `{word}` ; {near}", action.name));
            }
        }
    }
}

/// What is wrong with a value whose filter speaks another kind.
pub(super) fn misfit(path: &str, kind: Kind, filter: Filter, filters: &[(&str, Filter)]) -> Option<String> {
    (!filter.fits(kind)).then(|| {
        format!("`{path}` est {} et ne se dit pas ainsi : écrivez {}", kind.name(), remedy(path, kind, filters))
    })
}

fn remedy(path: &str, kind: Kind, filters: &[(&str, Filter)]) -> String {
    let fitting = filters.iter().filter(|(_, filter)| filter.fits(kind));
    let filters: Vec<String> = fitting.map(|(filter, _)| format!("`{{{path} | {filter}}}`")).collect();
    if filters.is_empty() {
        "une étape `if:`, avec une phrase pour chaque choix".to_owned()
    } else {
        filters.join(" ou ")
    }
}
