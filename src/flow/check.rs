//! Flows as a set, proved fit to be called before anybody hears them.
//!
//! Each [`Fault`] says where, what is wrong and what to write instead, in a coordinator's words. A set with one fault is
//! refused whole. (The exhaustive proofs of `flow-language.md` §Checked come on top of these.)

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;
use serde_saphyr::{Location, Spanned};
use sha2::{Digest, Sha256};

use super::action::ActionCall;
use super::definition::{Exit, Field, Flow, Step};
use super::run::{PERSON, option_unit};
use super::template::Text;
use crate::speech::Unit;

/// People hold two or three things in mind (C3).
const CHOICES_MAX: usize = 3;
/// One prompt (C18).
const WORDS_MAX: usize = 25;
/// The file of the line's own sentences.
const ENGINE: &str = "engine.yaml";

/// Something a coordinator must mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// "flows/book.yaml".
    pub file: String,
    /// From 1; 0 when the whole file is meant.
    pub line: u64,
    /// From 1; 0 when the whole file is meant.
    pub column: u64,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

/// What the line says of its own accord.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Engine {
    pub yes_no: Text,
    pub typed: Text,
    pub right: Text,
    pub not_understood: Text,
    pub take_time: Text,
    pub still_there: Text,
    pub taken: Text,
    pub person: Text,
}

impl Engine {
    fn texts(&self) -> [&Text; 8] {
        let Self { yes_no, typed, right, not_understood, take_time, still_there, taken, person } = self;
        [yes_no, typed, right, not_understood, take_time, still_there, taken, person]
    }
}

/// A checked set of flows.
#[derive(Clone, Debug)]
pub struct Library {
    flows: BTreeMap<String, Flow>,
    engine: Engine,
    version: String,
}

impl Library {
    /// Reads and checks a set of `(path, text)`. `is_recorded` says whether a text has its recording.
    pub fn load(files: &[(String, String)], is_recorded: &dyn Fn(&str) -> bool) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut flows = BTreeMap::new();
        let mut paths = BTreeMap::new();
        let mut engine = None;
        for (path, text) in files {
            if path.ends_with(ENGINE) {
                engine = parse::<Engine>(path, text).map_err(|fault| faults.push(fault)).ok();
            } else {
                match parse::<Flow>(path, text) {
                    Ok(flow) => {
                        paths.insert(flow.flow.clone(), path.clone());
                        flows.insert(flow.flow.clone(), flow);
                    }
                    Err(fault) => faults.push(fault),
                }
            }
        }
        if engine.is_none() && faults.is_empty() {
            faults.push(whole(
                ENGINE,
                "the line's own sentences are missing: put engine.yaml back beside the flows".to_owned(),
            ));
        }
        let (Some(engine), true) = (engine, faults.is_empty()) else { return Err(faults) };
        let library = Self { flows, engine, version: version(files) };
        for (name, flow) in &library.flows {
            Checker { library: &library, flow, path: &paths[name], is_recorded, faults: &mut faults }.check();
        }
        for text in library.engine.texts().into_iter().flat_map(Text::fixed).filter(|text| !is_recorded(text)) {
            faults.push(whole(ENGINE, unrecorded(text)));
        }
        if faults.is_empty() { Ok(library) } else { Err(faults) }
    }

    /// Whether a flow of this name exists.
    pub fn has(&self, flow: &str) -> bool {
        self.flows.contains_key(flow)
    }

    /// The content hash of the whole set: runs are pinned to it.
    pub fn version(&self) -> &str {
        &self.version
    }

    pub(super) fn flow(&self, name: &str) -> Option<&Flow> {
        self.flows.get(name)
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Every text that must be recorded for these flows, beside dates, numbers and places.
    pub fn texts(&self) -> BTreeSet<String> {
        let mut texts: BTreeSet<String> =
            self.engine.texts().into_iter().flat_map(Text::fixed).map(str::to_owned).collect();
        for step in self.flows.values().flat_map(|flow| flow.steps.values()) {
            texts.extend(step_texts(&step.value).into_iter().flat_map(|text| text.fixed().map(str::to_owned)));
            texts.extend(purposes(&step.value).map(|purpose| match option_unit(purpose) {
                Unit::Say(text) => text,
                Unit::Pause(_) => String::new(),
            }));
        }
        texts.insert(super::value::BY_PHONE.to_owned());
        texts
    }
}

fn parse<T: for<'de> Deserialize<'de>>(path: &str, text: &str) -> Result<T, Fault> {
    serde_saphyr::from_str(text).map_err(|error| {
        let at = error.location();
        let (line, column) = at.map_or((0, 0), |at| (at.line(), at.column()));
        let message = error.to_string();
        // The position stands in front already; the snippet below the first line repeats the file.
        let message = message.lines().next().unwrap_or("not readable as YAML").to_owned();
        Fault { file: path.to_owned(), line, column, message }
    })
}

fn version(files: &[(String, String)]) -> String {
    let mut hash = Sha256::new();
    for (path, text) in files {
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn whole(file: &str, message: String) -> Fault {
    Fault { file: file.to_owned(), line: 0, column: 0, message }
}

fn unrecorded(text: &str) -> String {
    format!("no recording of « {text} »: run `ligne prompts render`, or keep a sentence that is recorded")
}

fn fields(step: &Step) -> impl Iterator<Item = (&String, &Field)> {
    step.form.iter().chain(&step.ask).flatten()
}

fn purposes(step: &Step) -> impl Iterator<Item = &String> {
    let menu = step.menu.iter().flatten().map(|(_, choice)| &choice.purpose);
    let among = fields(step).flat_map(|(_, field)| field.among.values().map(|among| &among.purpose));
    menu.chain(among).chain(step.offer.iter().flat_map(|offer| [&offer.more, &offer.neither]))
}

fn exits(step: &Step) -> impl Iterator<Item = &Exit> {
    let named = [
        &step.then,
        &step.otherwise,
        &step.yes,
        &step.no,
        &step.chosen,
        &step.none,
        &step.booked,
        &step.taken,
        &step.already_booked,
        &step.confirmed,
        &step.cancelled,
        &step.gone,
        &step.requested,
        &step.already_requested,
        &step.unavailable,
    ];
    named.into_iter().flatten().chain(step.ends.values())
}

fn step_texts(step: &Step) -> Vec<&Text> {
    let mut texts: Vec<&Text> = [&step.say, &step.confirm, &step.intro].into_iter().flatten().collect();
    texts.extend(step.nomatch.iter().chain(&step.noinput));
    texts.extend(fields(step).flat_map(|(_, field)| field.nomatch.iter().chain(&field.noinput).chain([&field.ask])));
    texts.extend(step.offer.iter().flat_map(|offer| [&offer.say, &offer.each]));
    texts.extend(exits(step).filter_map(|exit| exit.say.as_ref()));
    texts
}

/// One flow under the checker's eyes.
struct Checker<'a> {
    library: &'a Library,
    flow: &'a Flow,
    path: &'a str,
    is_recorded: &'a dyn Fn(&str) -> bool,
    faults: &'a mut Vec<Fault>,
}

impl Checker<'_> {
    fn check(mut self) {
        let start = self.flow.start.clone();
        self.target(&start, start.referenced);
        if let Some(step) = &self.flow.settings.on_failure {
            self.target(step, step.referenced);
        }
        for (name, step) in &self.flow.steps {
            let at = step.referenced;
            self.kind(name, &step.value, at);
            self.targets(&step.value, at);
            self.outcomes(name, &step.value, at);
            self.words(&step.value, at);
        }
        self.reach();
        self.cycles();
        self.filled();
    }

    fn fault(&mut self, at: Location, message: String) {
        self.faults.push(Fault { file: self.path.to_owned(), line: at.line(), column: at.column(), message });
    }

    fn kind(&mut self, name: &str, step: &Step, at: Location) {
        let kinds = [
            step.say.is_some(),
            step.menu.is_some(),
            step.ask.is_some(),
            step.form.is_some(),
            step.offer.is_some(),
            step.confirm.is_some(),
            step.act.is_some(),
            step.condition.is_some(),
            step.call.is_some(),
        ];
        let count = kinds.into_iter().filter(|is| *is).count();
        if count > 1 {
            self.fault(at, format!("step `{name}` does {count} things at once: make a step of each"));
        } else if count == 0 && step.end.is_none() {
            self.fault(
                at,
                format!("step `{name}` does nothing: write say, menu, ask, form, offer, confirm, do, if, call or end"),
            );
        }
        let goes_on = step.say.is_some() || step.ask.is_some() || step.form.is_some();
        if goes_on && step.goto.is_none() && step.end.is_none() {
            self.fault(at, format!("after step `{name}` nothing follows: write `goto: …` or `end: …`"));
        }
    }

    fn targets(&mut self, step: &Step, at: Location) {
        let menu = step.menu.iter().flatten().map(|(_, choice)| &choice.goto);
        let all: Vec<Spanned<String>> =
            menu.chain(&step.goto).chain(&step.on_failure).chain(exits(step).map(|exit| &exit.goto)).cloned().collect();
        for target in all {
            let place = if target.referenced == Location::UNKNOWN { at } else { target.referenced };
            self.target(&target, place);
        }
    }

    fn target(&mut self, target: &Spanned<String>, at: Location) {
        if target.value != PERSON && !self.flow.steps.contains_key(&target.value) {
            let near = nearest(&target.value, self.flow.steps.keys());
            self.fault(at, format!("no step `{}`; {near}", target.value));
        }
    }

    fn outcomes(&mut self, name: &str, step: &Step, at: Location) {
        if step.confirm.is_some() {
            self.wants(name, &[("yes", &step.yes), ("no", &step.no)], at);
        }
        if step.condition.is_some() {
            self.wants(name, &[("then", &step.then), ("else", &step.otherwise)], at);
        }
        let action = step.act.as_ref().or(step.offer.as_ref().map(|offer| &offer.from));
        if let Some(action) = action {
            self.action(name, step, &action.value, at);
        }
        if let Some(called) = &step.call {
            self.called(name, step, called, at);
        }
    }

    fn wants(&mut self, name: &str, exits: &[(&str, &Option<Exit>)], at: Location) {
        for (outcome, _) in exits.iter().filter(|(_, exit)| exit.is_none()) {
            self.fault(at, format!("step `{name}` does not say what follows `{outcome}`: write `{outcome}: …`"));
        }
    }

    fn action(&mut self, name: &str, step: &Step, action: &ActionCall, at: Location) {
        let Some(signature) = action.signature() else {
            let known = super::action::ACTIONS.iter().map(|action| action.name.to_owned()).collect::<Vec<_>>();
            return self.fault(at, format!("no action `{}`; {}", action.name, nearest(&action.name, known.iter())));
        };
        if signature.takes.len() != action.fields.len() {
            let takes = signature.takes.len();
            self.fault(at, format!("`{}` takes {takes} fields, not {}", action.name, action.fields.len()));
        }
        let exits: Vec<(&str, &Option<Exit>)> =
            signature.outcomes.iter().map(|outcome| (*outcome, exit(step, outcome))).collect();
        self.wants(name, &exits, at);
    }

    fn called(&mut self, name: &str, step: &Step, called: &Spanned<String>, at: Location) {
        let Some(flow) = self.library.flow(&called.value) else {
            let near = nearest(&called.value, self.library.flows.keys());
            return self.fault(called.referenced, format!("no flow `{}`; {near}", called.value));
        };
        let goals: BTreeSet<&String> = flow.steps.values().filter_map(|step| step.value.end.as_ref()).collect();
        for goal in goals.iter().filter(|goal| !step.ends.contains_key(**goal)) {
            self.fault(at, format!("step `{name}` does not say what follows when `{}` ends with `{goal}`: write `{goal}: …` under `ends:`", called.value));
        }
        for goal in step.ends.keys().filter(|goal| !goals.contains(goal)) {
            self.fault(at, format!("flow `{}` never ends with `{goal}`: take the line away", called.value));
        }
    }

    fn words(&mut self, step: &Step, at: Location) {
        if step.menu.as_ref().is_some_and(|menu| menu.len() > CHOICES_MAX)
            || fields(step).any(|(_, field)| field.among.len() > CHOICES_MAX)
        {
            self.fault(
                at,
                format!("more than {CHOICES_MAX} choices: people forget the first ones; split the question (C3)"),
            );
        }
        let keys = step
            .menu
            .iter()
            .flatten()
            .map(|(key, _)| *key)
            .chain(fields(step).flat_map(|(_, field)| field.among.keys().copied()));
        for key in keys.filter(|key| !(1..=9).contains(key)) {
            self.fault(at, format!("key {key} cannot be a choice: 0 is a person everywhere (C1); use 1 to 9"));
        }
        for text in step_texts(step).into_iter().flat_map(Text::fixed) {
            let words = text.split_whitespace().count();
            if words > WORDS_MAX {
                self.fault(
                    at,
                    format!("« {text} » has {words} words: at most {WORDS_MAX} (C18); split it over two steps"),
                );
            }
            if ["http", "www.", ".fr", ".com"].iter().any(|link| text.contains(link)) {
                self.fault(at, format!("« {text} » sends people to a web site: they have none (B8); offer a person"));
            }
            if !(self.is_recorded)(text) {
                self.fault(at, unrecorded(text));
            }
        }
        for purpose in purposes(step) {
            if let Unit::Say(text) = option_unit(purpose)
                && !(self.is_recorded)(&text)
            {
                self.fault(at, unrecorded(&text));
            }
        }
    }

    /// Steps that a step can lead to; the rest of the flow hangs on these edges.
    fn next(step: &Step) -> impl Iterator<Item = &str> {
        let menu = step.menu.iter().flatten().map(|(_, choice)| &choice.goto);
        menu.chain(&step.goto).chain(exits(step).map(|exit| &exit.goto)).map(|target| target.value.as_str())
    }

    fn reach(&mut self) {
        let failure = self.flow.settings.on_failure.iter().map(|step| step.value.as_str());
        let mut open: Vec<&str> = failure.chain([self.flow.start.value.as_str()]).collect();
        let mut seen = BTreeSet::new();
        while let Some(name) = open.pop() {
            if let Some(step) = self.flow.steps.get(name)
                && seen.insert(name)
            {
                open.extend(step.value.on_failure.iter().map(|step| step.value.as_str()));
                open.extend(Self::next(&step.value));
            }
        }
        for (name, step) in self.flow.steps.iter().filter(|(name, _)| !seen.contains(name.as_str())) {
            self.fault(step.referenced, format!("nothing leads to step `{name}`: lead to it or take it away"));
        }
    }

    /// No way round without the caller or the store: such a flow would talk for ever.
    fn cycles(&mut self) {
        for (name, step) in &self.flow.steps {
            let mut seen = BTreeSet::new();
            let mut open = vec![name.as_str()];
            while let Some(at) = open.pop() {
                let Some(here) = self.flow.steps.get(at).filter(|here| !waits(&here.value)) else { continue };
                for next in Self::next(&here.value) {
                    if next == name {
                        self.fault(step.referenced, format!("from step `{name}` the flow comes back to it without asking anything: it would never stop"));
                        return;
                    }
                    if seen.insert(next) {
                        open.push(next);
                    }
                }
            }
        }
    }

    /// Every `{field}` and every field of an action is filled on every path that reaches it.
    fn filled(&mut self) {
        let everything: BTreeSet<&str> = self.flow.steps.values().flat_map(|step| fills(&step.value)).collect();
        // A field surely filled at a step: on every way in. Start from "all" and take away until nothing changes.
        let mut sure: BTreeMap<&str, BTreeSet<&str>> =
            self.flow.steps.keys().map(|name| (name.as_str(), everything.clone())).collect();
        let roots = self.flow.settings.on_failure.iter().map(|step| step.value.as_str()).chain([self
            .flow
            .start
            .value
            .as_str()]);
        roots.for_each(|root| drop(sure.insert(root, BTreeSet::new())));
        let mut is_changing = true;
        while is_changing {
            is_changing = false;
            for (name, step) in &self.flow.steps {
                let before = sure[name.as_str()].clone();
                let after: BTreeSet<&str> = before.iter().copied().chain(fills(&step.value)).collect();
                let ways = Self::next(&step.value).map(|next| (next, &after));
                // A question that failed filled nothing.
                let failed = step.value.on_failure.iter().map(|step| (step.value.as_str(), &before));
                for (next, after) in ways.chain(failed) {
                    let Some(known) = sure.get_mut(next) else { continue };
                    let count = known.len();
                    known.retain(|field| after.contains(field));
                    is_changing |= known.len() != count;
                }
            }
        }
        for (name, step) in &self.flow.steps {
            let known = &sure[name.as_str()];
            for field in uses(&step.value).into_iter().filter(|field| !is_given(field) && !known.contains(field)) {
                let message = format!(
                    "step `{name}` needs `{field}`, which is not known on every way here; {}",
                    nearest(field, everything.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>().iter())
                );
                self.fault(step.referenced, message);
            }
        }
    }
}

fn is_given(field: &str) -> bool {
    field == "caller.number" || field == "item" || field.starts_with('\'')
}

fn waits(step: &Step) -> bool {
    step.menu.is_some()
        || step.confirm.is_some()
        || step.offer.is_some()
        || step.act.is_some()
        || step.ask.is_some()
        || step.form.is_some()
        || step.call.is_some()
}

fn fills(step: &Step) -> Vec<&str> {
    let mut names: Vec<&str> = fields(step).map(|(name, _)| name.as_str()).collect();
    names.extend(step.offer.iter().map(|offer| offer.field.as_str()));
    if step.act.as_ref().is_some_and(|act| act.value.name == "appointments.book") {
        names.push("appointment");
    }
    names
}

fn uses(step: &Step) -> Vec<&str> {
    // What a question itself fills may be spoken in its own exits.
    let own = fills(step);
    let mut names: Vec<&str> = step_texts(step).into_iter().flat_map(Text::paths).collect();
    names.extend(step.condition.iter().filter_map(|condition| condition.field()));
    let actions = step.act.iter().chain(step.offer.iter().map(|offer| &offer.from));
    names.extend(actions.flat_map(|action| action.value.fields.iter().map(String::as_str)));
    names.retain(|name| !own.contains(name));
    names
}

fn exit<'a>(step: &'a Step, outcome: &str) -> &'a Option<Exit> {
    match outcome {
        "chosen" => &step.chosen,
        "none" => &step.none,
        "booked" => &step.booked,
        "taken" => &step.taken,
        "already_booked" => &step.already_booked,
        "confirmed" => &step.confirmed,
        "cancelled" => &step.cancelled,
        "gone" => &step.gone,
        "requested" => &step.requested,
        "already_requested" => &step.already_requested,
        _ => &step.unavailable,
    }
}

/// "did you mean `slots`?", or all that exists.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a String>) -> String {
    let known: Vec<&String> = known.collect();
    let near = known.iter().map(|other| (distance(name, other), other)).min();
    match near {
        Some((far, other)) if far <= name.chars().count() / 2 => format!("did you mean `{other}`?"),
        _ => format!("there are {}", known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
    }
}

/// Levenshtein's: names are short.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let here = (corner + usize::from(left != *right)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = std::mem::replace(&mut row[j + 1], here);
        }
    }
    row[b.len()]
}
