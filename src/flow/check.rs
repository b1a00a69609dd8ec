//! Flows as a set, proved fit to be called before anybody hears them.
//!
//! Each [`Fault`] says where, what is wrong and what to write instead, in a coordinator's words. A set with one fault is
//! refused whole. (The exhaustive proofs of `flow-language.md` §Checked come on top of these.)

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use serde::Deserialize;
use serde_saphyr::{Location, Spanned};
use sha2::{Digest, Sha256};

use super::action::ActionCall;
use super::definition::{Exit, Field, Flow, Step};
pub(super) use shape::Kinds;

use super::line::LineFile;
use super::run::{PERSON, option_unit};
use super::template::Text;
use super::translation::{Translation, Translations};
use crate::speech::{Language, Unit};

mod shape;
mod tongues;
pub(super) mod ways;

pub(super) use ways::is_promise;

/// People hold two or three things in mind (C3).
const CHOICES_MAX: usize = 3;
/// One prompt (C18).
const WORDS_MAX: usize = 25;
/// YAML events of one file: forty times our longest flow.
const EVENTS_MAX: usize = 20_000;
/// The file of the line's own sentences.
const ENGINE: &str = "engine.yaml";
/// The file of the line's number and hours.
const LINE: &str = "line.yaml";

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
pub(in crate::flow) struct Engine {
    pub yes_no: Text,
    pub typed: Text,
    pub right: Text,
    pub not_understood: Text,
    pub take_time: Text,
    pub still_there: Text,
    pub taken: Text,
    pub person: Text,
    /// "Vous avez dit :"
    pub spoken: Text,
    /// AIDE, where there are letters.
    pub help: Text,
    /// A call that was cut off is taken up.
    pub resumed: Text,
    /// It cannot be taken up as it was.
    pub restarted: Text,
}

impl Engine {
    fn texts(&self) -> [&Text; 12] {
        let Self { yes_no, typed, right, not_understood, take_time, still_there, taken, person, .. } = self;
        let Self { spoken, help, resumed, restarted, .. } = self;
        [yes_no, typed, right, not_understood, take_time, still_there, taken, person, spoken, help, resumed, restarted]
    }
}

/// A checked set of flows.
#[derive(Clone, Debug)]
pub struct Library {
    flows: BTreeMap<String, Flow>,
    /// The file of each flow.
    paths: BTreeMap<String, String>,
    engine: Engine,
    line: LineFile,
    translations: Translations,
    version: String,
}

impl Library {
    /// Reads and checks a set of `(path, text)`. `is_recorded` says whether a text has its recording.
    pub fn load(files: &[(String, String)], is_recorded: &dyn Fn(&str) -> bool) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut flows = BTreeMap::new();
        let mut paths = BTreeMap::new();
        let (mut engine, mut line, mut translations) = (None, None, Translations::default());
        for (path, text) in files {
            let name = path.rsplit('/').next().unwrap_or(path);
            if name == ENGINE {
                engine = parse::<Engine>(path, text).map_err(|fault| faults.push(fault)).ok();
            } else if name == LINE {
                line = parse::<LineFile>(path, text).map_err(|fault| faults.push(fault)).ok();
            } else if name.starts_with("texts.") {
                match parse::<Translation>(path, text) {
                    Ok(translation) => drop(translations.add(translation)),
                    Err(fault) => faults.push(fault),
                }
            } else {
                match parse::<Flow>(path, text) {
                    Ok(flow) if flows.contains_key(&flow.flow) => {
                        let message =
                            format!("another file is called `{}` already: give this flow its own name", flow.flow);
                        faults.push(whole(path, message));
                    }
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
        if line.is_none() && faults.is_empty() {
            faults.push(whole(LINE, "il manque line.yaml, avec le numéro et les heures de la ligne".to_owned()));
        }
        let (Some(engine), Some(line), true) = (engine, line, faults.is_empty()) else { return Err(faults) };
        if !flows.contains_key(PERSON) {
            let message =
                "il manque le parcours `person`, celui qui mène à quelqu'un : remettez person.yaml avec les autres";
            return Err(vec![whole("person.yaml", message.to_owned())]);
        }
        let library = Self { flows, paths, engine, line, translations, version: version(files) };
        for (name, flow) in &library.flows {
            Checker { library: &library, flow, path: &library.paths[name], is_recorded, faults: &mut faults }.check();
        }
        faults.extend(library.tongues());
        for text in library.engine.texts().into_iter().flat_map(Text::fixed).filter(|text| !is_recorded(text)) {
            faults.push(whole(ENGINE, unrecorded(text)));
        }
        if faults.is_empty() { Ok(library) } else { Err(faults) }
    }

    /// Whether a flow of this name exists.
    pub fn has(&self, flow: &str) -> bool {
        self.flows.contains_key(flow)
    }

    /// The names of the flows, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.flows.keys().map(String::as_str)
    }

    /// The content hash of the whole set, wherever its folder is. A run records the one it runs in, and is compared with it
    /// when it is taken up after a rest.
    pub fn version(&self) -> &str {
        &self.version
    }

    pub(super) fn flow(&self, name: &str) -> Option<&Flow> {
        self.flows.get(name)
    }

    /// Every flow with the path of its file.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &Flow)> {
        self.flows.iter().map(|(name, flow)| (self.paths[name].as_str(), flow))
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(super) fn line(&self) -> &LineFile {
        &self.line
    }

    /// When counsellors can be talked to.
    pub fn hours(&self) -> &super::Hours {
        self.line.hours()
    }

    /// A text in a language: the French one where there is no other, which the checker refuses.
    pub(super) fn text<'a>(&'a self, language: Language, text: &'a Text) -> &'a Text {
        self.translations.of(language).and_then(|words| words.texts.get(&text.source)).unwrap_or(text)
    }

    /// What a choice is for, in a language.
    pub(super) fn purpose<'a>(&'a self, language: Language, purpose: &'a str) -> &'a str {
        self.translations.of(language).and_then(|words| words.options.get(purpose)).map_or(purpose, String::as_str)
    }

    /// All that is said in a language, by the French text, and its choices.
    pub(super) fn translated(&self, language: Language) -> (HashMap<String, Text>, HashMap<String, String>) {
        let Some(words) = self.translations.of(language) else { return Default::default() };
        (words.texts.clone().into_iter().collect(), words.options.clone().into_iter().collect())
    }

    /// "For English, press 9."
    pub(super) fn invitation(&self, language: Language) -> &str {
        self.translations.of(language).map_or("", |words| &words.invitation)
    }

    /// Every text that must be recorded for these flows in a language, beside dates, numbers and places.
    pub fn texts(&self, language: Language) -> BTreeSet<String> {
        if language != Language::French {
            return self.translations.of(language).map(tongues::recorded).unwrap_or_default();
        }
        let mut texts: BTreeSet<String> =
            self.engine.texts().into_iter().flat_map(Text::fixed).map(str::to_owned).collect();
        for step in self.flows.values().flat_map(|flow| flow.steps.values()) {
            texts.extend(step_texts(&step.value).into_iter().flat_map(|text| text.fixed().map(str::to_owned)));
            texts.extend(purposes(&step.value).map(|purpose| match option_unit(purpose) {
                Unit::Say(text) => text,
                Unit::Pause(_) | Unit::Own(_) | Unit::Tone => String::new(),
            }));
        }
        texts.insert(super::value::BY_PHONE.to_owned());
        texts.insert(super::value::BY_VIDEO.to_owned());
        texts
    }
}

fn parse<T: for<'de> Deserialize<'de>>(path: &str, text: &str) -> Result<T, Fault> {
    // No anchors, no tags: what stands in the file is what is heard.
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_anchors: 0, max_aliases: 0, max_events: EVENTS_MAX },
        reject_unsupported_tags: true,
        // YAML 1.2: `no`, `off`, `non` and `0123` are words.
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let at = error.location();
        let (line, column) = at.map_or((0, 0), |at| (at.line(), at.column()));
        Fault { file: path.to_owned(), line, column, message: plain(&error.to_string()) }
    })
}

/// The reader's message in a coordinator's words; the position stands in front already.
fn plain(message: &str) -> String {
    let first = message.lines().next().unwrap_or("not readable as YAML");
    let first = first.strip_prefix("error: ").unwrap_or(first);
    let first = match first.split_once(": ") {
        Some((place, rest)) if place.starts_with("line ") => rest,
        _ => first,
    };
    let first = first.rsplit_once(" at line ").map_or(first, |(said, _)| said);
    if first.starts_with("budget breached: Anchors") {
        return "`&` has a meaning of its own in YAML: put the text between quotes".to_owned();
    }
    if first.starts_with("unsupported tag") {
        return "`!` has a meaning of its own in YAML: put the text between quotes".to_owned();
    }
    if let Some(key) = first.strip_prefix("duplicate mapping key: ") {
        let key = key.split(',').next().unwrap_or(key);
        return format!("`{key}` is written twice here: keep one");
    }
    if first.starts_with("budget breached") {
        return format!("the file is far too long for one flow ({EVENTS_MAX} words and keys): split it in two");
    }
    let Some((name, list)) =
        first.strip_prefix("unknown field `").and_then(|rest| rest.split_once("`, expected one of "))
    else {
        return first.to_owned();
    };
    let known: Vec<String> = list.split(", ").map(|key| key.trim_matches('`').to_owned()).collect();
    format!("no key `{name}` here; {}", nearest(name, known.iter()))
}

fn version(files: &[(String, String)]) -> String {
    let mut hash = Sha256::new();
    for (path, text) in files {
        hash.update(path.rsplit('/').next().unwrap_or(path).as_bytes());
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

pub(super) fn fields(step: &Step) -> impl Iterator<Item = (&String, &Field)> {
    step.form.iter().chain(&step.ask).flatten()
}

fn purposes(step: &Step) -> impl Iterator<Item = &String> {
    let menu = step.menu.iter().flatten().map(|(_, choice)| &choice.purpose);
    let among = fields(step).flat_map(|(_, field)| field.among.values().map(|among| &among.purpose));
    menu.chain(among).chain(step.offer.iter().flat_map(|offer| [&offer.more, &offer.neither]))
}

fn exits(step: &Step) -> impl Iterator<Item = &Exit> {
    step.exits.values().chain(step.ends.values())
}

pub(super) fn step_texts(step: &Step) -> Vec<&Text> {
    let mut texts: Vec<&Text> = [&step.say, &step.confirm, &step.intro].into_iter().flatten().collect();
    texts.extend(step.queue.iter().flat_map(|queue| queue.whisper.iter().chain([&queue.say])));
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
        let before = self.faults.len();
        let start = self.flow.start.clone();
        self.target(&start, start.referenced);
        if let Some(step) = &self.flow.settings.on_failure {
            self.target(step, step.referenced);
        }
        let (kinds, clashes) = Kinds::read(self.flow);
        clashes.into_iter().for_each(|(at, message)| self.fault(at, message));
        for (name, step) in &self.flow.steps {
            let at = step.referenced;
            self.kind(name, &step.value, at);
            self.shape(name, &step.value, &kinds, at);
            self.targets(&step.value, at);
            self.outcomes(name, &step.value, at);
            self.words(&step.value, at);
        }
        // With a wrong target the rest of the map means nothing yet: one message, not ten.
        if self.faults.len() == before {
            self.ways();
            self.filled();
        }
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
            step.queue.is_some(),
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
        let asks = step.ask.is_some() || step.form.is_some();
        if step.goto.is_none() && (asks || (step.say.is_some() && step.end.is_none())) {
            let or_end = if asks { "" } else { " or `end: …`" };
            self.fault(at, format!("after step `{name}` nothing follows: write `goto: …`{or_end}"));
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
            self.wants(name, step, &["yes", "no"], at);
        }
        if step.condition.is_some() {
            self.wants(name, step, &["then", "else"], at);
        }
        if step.queue.is_some() {
            self.wants(name, step, &["answered", "closed", "busy", "callback"], at);
        }
        if let Some(action) = step.action() {
            self.action(name, step, &action.value, at);
        }
        if let Some(called) = &step.call {
            self.called(name, step, called, at);
        }
    }

    fn wants(&mut self, name: &str, step: &Step, outcomes: &[&str], at: Location) {
        for outcome in outcomes.iter().filter(|outcome| step.exit(outcome).is_none()) {
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
        self.wants(name, step, signature.outcomes, at);
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
        for text in step_texts(step) {
            let words = text.fixed().flat_map(str::split_whitespace).count();
            if words > WORDS_MAX {
                let text = text.fixed().collect::<Vec<_>>().join(" … ");
                self.fault(
                    at,
                    format!("« {text} » has {words} words: at most {WORDS_MAX} (C18); split it over two steps"),
                );
            }
        }
        for text in step_texts(step).into_iter().flat_map(Text::fixed) {
            if !(self.is_recorded)(text) {
                self.fault(at, unrecorded(text));
            }
        }
        let texts = step_texts(step).into_iter().flat_map(Text::fixed);
        for text in texts.chain(purposes(step).map(String::as_str)) {
            if ["http", "www.", ".fr", ".com"].iter().any(|link| text.contains(link)) {
                self.fault(at, format!("« {text} » sends people to a web site: they have none (B8); offer a person"));
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

pub(super) fn is_given(field: &str) -> bool {
    field == "caller.number" || field == "item" || field.starts_with('\'') || field.starts_with("line.")
}

pub(super) fn fills(step: &Step) -> Vec<&str> {
    let mut names: Vec<&str> = fields(step).map(|(name, _)| name.as_str()).collect();
    names.extend(step.offer.iter().map(|offer| offer.field.as_str()));
    let filled = step.act.as_ref().and_then(|act| act.value.signature());
    names.extend(filled.into_iter().flat_map(|signature| signature.fills).map(|(name, ..)| *name));
    names
}

pub(super) fn uses(step: &Step) -> Vec<&str> {
    // What a question itself fills may be spoken in its own exits.
    let own = fills(step);
    let mut names: Vec<&str> = step_texts(step).into_iter().flat_map(Text::paths).collect();
    names.extend(step.condition.iter().flat_map(|condition| condition.fields()));
    let actions = step.act.iter().chain(step.offer.iter().map(|offer| &offer.from));
    names.extend(actions.flat_map(|action| action.value.fields.iter().map(String::as_str)));
    names.retain(|name| !own.contains(name));
    names
}

/// "did you mean `slots`?", or all that exists.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a String>) -> String {
    let known: Vec<&String> = known.collect();
    let near = known.iter().map(|other| (distance(name, other), other)).min();
    match near {
        Some((far, other)) if far <= name.chars().count() / 2 => format!("did you mean `{other}`?"),
        _ if known.is_empty() => "nothing of the kind is known in this flow".to_owned(),
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
