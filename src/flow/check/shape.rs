//! What one step may be made of: keys that belong together, fields of the right kind, words that can be followed.

use std::collections::{BTreeMap, BTreeSet};

use serde_saphyr::Location;

use super::super::action::{ActionCall, Kind};
use super::super::definition::{FieldType, Step, YES_NO, exit_names};
use super::super::template::{Filter, Part, Text};
use super::super::value::BY_PHONE;
use super::ways::asks_caller;
use super::{Checker, PERSON, fields, nearest, purposes, step_texts, unrecorded};

/// Facts that the network tells.
const KNOWN: &str = "caller.number";

/// What the fields of a flow hold.
#[derive(Default)]
pub(in crate::flow) struct Kinds<'a> {
    kinds: BTreeMap<&'a str, Kind>,
    /// The values of the choices.
    words: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl Checker<'_> {
    pub(super) fn shape(&mut self, name: &str, step: &Step, kinds: &Kinds<'_>, at: Location) {
        if name == PERSON {
            self.fault(at, "`person` always means somebody to talk to: give the step another name".to_owned());
        }
        self.belongings(name, step, at);
        self.questions(step, at);
        self.fields(step, kinds, at);
    }

    /// Keys that would be ignored in this step are refused: the coordinator meant something by them.
    fn belongings(&mut self, name: &str, step: &Step, at: Location) {
        let kind = kind(step);
        let action = step.action();
        let own: &[&str] = match kind {
            "if" => &["then", "else"],
            "confirm" => &["yes", "no"],
            "queue" => &["answered", "closed", "busy", "callback"],
            "do" | "offer" => match action.and_then(|action| action.value.signature()) {
                Some(signature) => signature.outcomes,
                None => return,
            },
            _ => &[],
        };
        let strangers = exit_names().filter(|outcome| step.exit(outcome).is_some() && !own.contains(outcome));
        let mut strange: Vec<&str> = strangers.collect();
        let goes_on = matches!(kind, "say" | "ask" | "form");
        let ladder = !step.nomatch.is_empty() || !step.noinput.is_empty();
        strange.extend((step.goto.is_some() && !goes_on).then_some("goto"));
        strange.extend((step.end.is_some() && !matches!(kind, "say" | "end")).then_some("end"));
        strange.extend((!step.ends.is_empty() && kind != "call").then_some("ends"));
        strange.extend((step.intro.is_some() && kind != "menu").then_some("intro"));
        strange.extend((ladder && !asks_caller(step)).then_some("nomatch/noinput"));
        strange.extend((step.on_failure.is_some() && !asks_caller(step)).then_some("on-failure"));
        for key in strange {
            self.fault(at, format!("`{key}` means nothing in step `{name}`, which is a `{kind}`: take it away"));
        }
        if step.goto.is_some() && step.end.is_some() {
            self.fault(at, format!("step `{name}` has both `goto` and `end`: keep one"));
        }
    }

    fn questions(&mut self, step: &Step, at: Location) {
        if step.menu.as_ref().is_some_and(|menu| menu.is_empty()) {
            self.fault(at, "a menu without choices: write `1: {for: \"…\", goto: …}` under it".to_owned());
        }
        for (name, field) in fields(step) {
            let is_choice = field.kind == FieldType::Choice;
            if is_choice && field.among.len() < 2 {
                self.fault(at, format!("`{name}` leaves no choice: write two or three answers under `among:`"));
            }
            if !is_choice && !field.among.is_empty() {
                self.fault(at, format!("`{name}` is typed, not chosen: take `among:` away, or write `type: choice`"));
            }
            match &field.known {
                Some(fact) if fact != name && (fact != KNOWN || field.kind != FieldType::Phone) => {
                    let message = format!(
                        "`{name}` cannot be known from `{fact}`: only from `{name}` itself, or a `phone` from `{KNOWN}`"
                    );
                    self.fault(at, message);
                }
                Some(_) | None => {}
            }
        }
        let asked = fields(step).filter(|(_, field)| field.kind == FieldType::Choice).map(|(_, field)| &field.ask);
        let first = step.intro.iter().chain(asked).flat_map(Text::fixed);
        for text in first.chain(purposes(step).map(String::as_str)) {
            if text.trim().to_lowercase().starts_with("tapez") {
                let message =
                    format!("« {text} » begins with the key: say first what it is for, the line adds \"tapez\" (C4)");
                self.fault(at, message);
            }
        }
        for purpose in purposes(step) {
            if purpose.contains(['{', '}']) {
                self.fault(at, format!("« {purpose} » is said as it stands: an option cannot hold a `{{field}}`"));
            }
        }
    }

    /// Each value is spoken by a filter that fits it, compared with a word it can be, given to an action that takes it.
    fn fields(&mut self, step: &Step, kinds: &Kinds<'_>, at: Location) {
        let item = step.offer.as_ref().and_then(|offer| offer.from.value.lists());
        for part in step_texts(step).into_iter().flat_map(|text| &text.parts) {
            let Part::Value { path, filter } = part else { continue };
            let kind = if path == "item" { item } else { kinds.of(path) };
            if let Some(name) = path.strip_prefix("line.").filter(|name| self.library.line().value(name).is_none()) {
                let known: Vec<String> = self.library.line().names().map(|name| format!("line.{name}")).collect();
                self.fault(at, format!("no number `line.{name}`; {}", nearest(path, known.iter())));
            }
            if let Some(kind) = kind.filter(|kind| !filter.fits(*kind)) {
                self.fault(
                    at,
                    format!("`{path}` is {}: it cannot be spoken this way; write {}", kind.name(), remedy(path, kind)),
                );
            }
            if *filter == Filter::Address && !(self.is_recorded)(BY_PHONE) {
                self.fault(at, unrecorded(BY_PHONE));
            }
        }
        for (field, word) in step.condition.iter().flat_map(|condition| condition.compared()) {
            if let Some(words) = kinds.words.get(field).filter(|words| !words.contains(word)) {
                let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
                self.fault(at, format!("`{field}` is never `{word}`; {}", nearest(word, words.iter())));
            }
        }
        if let Some(action) = step.action() {
            self.arguments(&action.value, kinds, at);
        }
    }

    fn arguments(&mut self, action: &ActionCall, kinds: &Kinds<'_>, at: Location) {
        let Some(signature) = action.signature() else { return };
        let mut words = signature.words.iter();
        for (field, wanted) in action.fields.iter().zip(signature.takes) {
            if let Some(kind) = kinds.of(field).filter(|kind| kind != wanted) {
                let message = format!(
                    "`{}` needs {} where `{field}` stands, which is {}",
                    action.name,
                    wanted.name(),
                    kind.name()
                );
                self.fault(at, message);
            }
            if *wanted != Kind::Choice {
                continue;
            }
            let known = words.next().copied().unwrap_or_default();
            let literal = field.strip_prefix('\'').map(|field| field.trim_end_matches('\''));
            let given: Vec<&str> = match literal {
                Some(word) => vec![word],
                None => kinds.words.get(field.as_str()).into_iter().flatten().copied().collect(),
            };
            let allowed: Vec<String> = known.iter().map(|word| (*word).to_owned()).collect();
            for word in given.into_iter().filter(|word| !known.contains(word)) {
                self.fault(at, format!("`{}` does not know `{word}`; {}", action.name, nearest(word, allowed.iter())));
            }
        }
    }
}

impl<'a> Kinds<'a> {
    /// Reads a flow. The steps that fill a field with another kind than an earlier step did.
    pub(in crate::flow) fn read(flow: &'a super::super::definition::Flow) -> (Self, Vec<(Location, String)>) {
        let mut all = Self::default();
        let mut clashes = Vec::new();
        for step in flow.steps.values() {
            let mut filled: Vec<(&str, Kind)> = Vec::new();
            for (name, field) in fields(&step.value) {
                filled.push((name, field.kind.kind()));
                let words = field.among.values().map(|among| among.value.as_str());
                all.words.entry(name).or_default().extend(words);
                if field.kind == FieldType::YesNo {
                    all.words.entry(name).or_default().extend(YES_NO);
                }
            }
            let offer = step.value.offer.as_ref();
            filled.extend(offer.and_then(|offer| Some((offer.field.as_str(), offer.from.value.lists()?))));
            let act = step.value.act.as_ref().and_then(|act| act.value.signature());
            filled.extend(act.into_iter().flat_map(|act| act.fills).map(|(name, kind, _)| (*name, *kind)));
            for (name, kind) in filled {
                let before = *all.kinds.entry(name).or_insert(kind);
                if before != kind {
                    let message = format!("`{name}` is {} elsewhere: give this one another name", before.name());
                    clashes.push((step.referenced, message));
                }
            }
        }
        (all, clashes)
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
}

fn kind(step: &Step) -> &'static str {
    let kinds = [
        ("say", step.say.is_some()),
        ("menu", step.menu.is_some()),
        ("ask", step.ask.is_some()),
        ("form", step.form.is_some()),
        ("offer", step.offer.is_some()),
        ("confirm", step.confirm.is_some()),
        ("do", step.act.is_some()),
        ("if", step.condition.is_some()),
        ("call", step.call.is_some()),
        ("queue", step.queue.is_some()),
    ];
    kinds.iter().find(|(_, is)| *is).map_or("end", |(name, _)| name)
}

fn remedy(path: &str, kind: Kind) -> String {
    let filters: Vec<String> = Filter::of(kind).map(|filter| format!("`{{{path} | {filter}}}`")).collect();
    if filters.is_empty() { "an `if:` with a sentence for each choice".to_owned() } else { filters.join(" or ") }
}
