//! What the answers of a flow hold, and whether each is spoken, compared and used as what it is.

use std::collections::{BTreeMap, BTreeSet};

use serde_saphyr::Spanned;

use super::super::action::{ActionCall, Kind};
use super::super::definition::{Flow, Step};
use super::super::template::{Filter, Part};
use super::super::value::BY_PHONE;
use super::Checker;
use super::nearest::nearest;
use super::places::Places;
use super::texts::{questions, texts};
use super::words::unrecorded;

/// Facts that the network tells.
pub(super) const KNOWN: &str = "caller.number";

/// What the fields of a flow hold.
#[derive(Default)]
pub(super) struct Kinds<'a> {
    kinds: BTreeMap<&'a str, Kind>,
    /// The values of the choices.
    words: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// A field filled with another kind than an earlier step did: its path, and what to say.
    pub(super) clashes: Vec<(String, String)>,
}

impl<'a> Kinds<'a> {
    pub(super) fn read(flow: &'a Flow, places: &Places) -> Self {
        let mut all = Self::default();
        // In the order of the file: the second use of a name is the one to change.
        let mut steps: Vec<_> = flow.steps.iter().collect();
        steps.sort_by_key(|(name, _)| places.key(&format!("steps/{name}")).line);
        for (step_name, step) in steps {
            let step = &step.value;
            for (path, name, field) in questions(step) {
                let words = field.among.values().map(|among| among.value.as_str());
                all.words.entry(name).or_default().extend(words);
                all.fills(format!("steps/{step_name}/{path}/type"), name, field.kind.kind());
            }
            if let Some((offer, kind)) = step.offer.as_ref().and_then(|offer| Some((offer, offer.from.value.gives()?)))
            {
                all.fills(format!("steps/{step_name}/offer/as"), &offer.field, kind);
            }
            if let Some(kind) = step.act.as_ref().and_then(|act| act.value.gives()) {
                all.fills(format!("steps/{step_name}/do"), "appointment", kind);
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

    fn of(&self, path: &str) -> Option<Kind> {
        match path {
            KNOWN => Some(Kind::Phone),
            _ if path.starts_with('\'') => Some(Kind::Choice),
            _ => self.kinds.get(path).copied(),
        }
    }
}

impl Checker<'_> {
    /// Each value is spoken by a filter that fits it, compared with a word it can be, given to an action that takes it.
    pub(super) fn fields(&mut self, name: &str, step: &Step, kinds: &Kinds<'_>) {
        self.spoken(name, step, kinds);
        if let Some((field, word)) = step.condition.as_ref().and_then(|condition| condition.compared())
            && let Some(words) = kinds.words.get(field).filter(|words| !words.contains(word))
        {
            let near = nearest(word, words.iter().copied());
            self.fault(self.value(name, "if"), format!("`{field}` ne vaut jamais `{word}` ; {near}"));
        }
        for action in step.act.iter().chain(step.offer.iter().map(|offer| &offer.from)) {
            self.arguments(action, kinds);
        }
    }

    fn spoken(&mut self, name: &str, step: &Step, kinds: &Kinds<'_>) {
        let item = step.offer.as_ref().and_then(|offer| offer.from.value.gives());
        for (at, text) in texts(step) {
            for part in &text.0 {
                let Part::Value { path, filter } = part else { continue };
                let kind = if path == "item" { item } else { kinds.of(path) };
                if let Some(kind) = kind.filter(|kind| !fits(*filter, *kind)) {
                    let message =
                        format!("`{path}` est {} et ne se dit pas ainsi : écrivez {}", kind.name(), remedy(path, kind));
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
            if *wanted == Kind::Choice {
                let literal = field.strip_prefix('\'').map(|field| field.trim_end_matches('\''));
                let given: Vec<&str> = match literal {
                    Some(word) => vec![word],
                    None => kinds.words.get(field.as_str()).into_iter().flatten().copied().collect(),
                };
                for word in given.into_iter().filter(|word| !signature.words.contains(word)) {
                    let near = nearest(word, signature.words.iter().copied());
                    self.fault(at, format!("`{}` ne connaît pas `{word}` ; {near}", action.name));
                }
            }
        }
    }
}

fn fits(filter: Filter, kind: Kind) -> bool {
    match filter {
        Filter::Date | Filter::City | Filter::Address => matches!(kind, Kind::Slot | Kind::Appointment),
        Filter::Digits => kind == Kind::Postal,
        Filter::Pairs => kind == Kind::Phone,
    }
}

fn remedy(path: &str, kind: Kind) -> String {
    match kind {
        Kind::Postal => format!("`{{{path} | spoken-digits}}`"),
        Kind::Phone => format!("`{{{path} | spoken-pairs}}`"),
        Kind::Slot | Kind::Appointment => format!("`{{{path} | spoken-date}}` ou `{{{path} | spoken-address}}`"),
        Kind::Choice => "une étape `if:`, avec une phrase pour chaque choix".to_owned(),
    }
}
