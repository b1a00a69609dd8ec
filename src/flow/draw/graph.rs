//! A flow as boxes and lines, in a coordinator's words.

use std::collections::BTreeMap;

use super::super::check::{Library, fields};
use super::super::check::{asks_caller, edges_named};
use super::super::definition::{Care, FieldType, Flow, Step};
use super::super::run::PERSON;
use super::super::template::Text;
use super::words;

/// What a box stands for; each has its own shape, so that a copy in black and white reads as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Where a call comes in, or where 0 and silence lead.
    Entry,
    /// Heard; nothing is asked.
    Say,
    /// Waits for keys.
    Question,
    /// The line writes something.
    Act,
    /// The line looks at a fact.
    Fact,
    /// Another flow.
    Flow,
    /// A goal.
    Goal,
    /// Somebody to talk to.
    Person,
}

/// One thing in a box.
#[derive(Clone, Debug)]
pub(super) struct Paragraph {
    pub text: String,
    /// It stands under the question it answers.
    pub is_answer: bool,
}

/// One box.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The step's name in the file; empty for what is no step.
    pub step: String,
    pub kind: Kind,
    /// What is heard or done.
    pub paragraphs: Vec<Paragraph>,
    /// The rungs of its ladders, folded into one mark.
    pub ladder: Option<Ladder>,
    /// The goal reached once it is said.
    pub goal: Option<String>,
    /// The flow it hands over to.
    pub calls: Option<String>,
    /// Whoever does not come back from here may have been taken up where their cut call stood (C27): not lost.
    pub takes_up: bool,
}

/// What happens without an answer.
#[derive(Clone, Debug)]
pub(super) struct Ladder {
    /// How often the question is asked.
    pub tries: u8,
    /// What is said in between.
    pub rungs: String,
}

impl Node {
    /// All that is in the box.
    pub(super) fn text(&self) -> String {
        self.paragraphs.iter().map(|paragraph| paragraph.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn bare(kind: Kind, words: &str) -> Self {
        let paragraphs = vec![heard(words.to_owned())];
        Self { step: String::new(), kind, paragraphs, ladder: None, goal: None, calls: None, takes_up: false }
    }
}

/// One line: every outcome that leads from a step to another.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub from: usize,
    pub to: usize,
    /// As the file names them: `booked`, `1`, `goto`.
    pub outcomes: Vec<String>,
    /// One paragraph for each, where there is something to say.
    pub label: Vec<String>,
    /// 0, or no answer.
    pub is_failure: bool,
}

/// Boxes and lines; the first box is where a call comes in.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
    /// The step that 0 leads to, where it is no person.
    pub last_resort: Option<String>,
    places: BTreeMap<String, usize>,
}

impl Graph {
    /// Steps in the order in which a caller meets them.
    pub(super) fn read(library: &Library, flow: &Flow) -> Self {
        let mut graph = Self::default();
        let start = graph.entry("Début");
        graph.place(library, flow, &flow.start.value);
        graph.connect(start, &flow.start.value, "start", None, false);
        if let Some(step) = flow.settings.on_failure.as_ref().filter(|step| step.value != PERSON) {
            let entry = graph.entry("À toute question : 0, ou pas de réponse");
            graph.place(library, flow, &step.value);
            graph.last_resort = Some(step.value.clone());
            graph.connect(entry, &step.value, "on-failure", None, true);
        }
        graph
    }

    fn entry(&mut self, words: &str) -> usize {
        self.push(Node::bare(Kind::Entry, words))
    }

    fn push(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// Draws a step and all that it leads to, once.
    fn place(&mut self, library: &Library, flow: &Flow, name: &str) {
        if self.places.contains_key(name) {
            return;
        }
        let Some(step) = flow.steps.get(name).map(|step| &step.value) else {
            // The only target that is no step of a checked flow.
            let person = self.push(Node::bare(Kind::Person, "une personne"));
            self.places.insert(name.to_owned(), person);
            return;
        };
        let at = self.push(node(library, flow, name, step));
        self.places.insert(name.to_owned(), at);
        for (key, choice) in step.menu.iter().flatten() {
            self.place(library, flow, &choice.goto.value);
            let label = format!("Pour {}, tapez\u{a0}{key}", choice.purpose);
            self.connect(at, &choice.goto.value, &key.to_string(), Some(label), false);
        }
        if let Some(next) = &step.goto {
            self.place(library, flow, &next.value);
            self.connect(at, &next.value, "goto", None, false);
        }
        for (name, exit) in edges_named(step) {
            self.place(library, flow, &exit.goto.value);
            let said = exit.say.as_ref().map(|text| format!(" : « {} »", text.heard())).unwrap_or_default();
            let label = format!("{}{said}", words::outcome(step, name));
            self.connect(at, &exit.goto.value, name, Some(label), false);
        }
        for (key, next) in step.failures() {
            self.place(library, flow, &next.value);
            let label = match (key, &step.unanswered) {
                ("unanswered", _) => "pas de réponse",
                (_, Some(_)) => "0",
                (_, None) => "0, ou pas de réponse",
            };
            self.connect(at, &next.value, key, Some(label.to_owned()), true);
        }
    }

    /// Outcomes that lead to the same step share one line.
    fn connect(&mut self, from: usize, to: &str, outcome: &str, label: Option<String>, is_failure: bool) {
        let Some(&to) = self.places.get(to) else { return };
        let same = |edge: &&mut Edge| edge.from == from && edge.to == to && edge.is_failure == is_failure;
        match self.edges.iter_mut().find(same) {
            Some(edge) => {
                edge.outcomes.push(outcome.to_owned());
                edge.label.extend(label);
            }
            None => {
                let outcomes = vec![outcome.to_owned()];
                self.edges.push(Edge { from, to, outcomes, label: label.into_iter().collect(), is_failure });
            }
        }
    }
}

fn node(library: &Library, flow: &Flow, name: &str, step: &Step) -> Node {
    let kind = match step {
        Step { act: Some(_), .. } => Kind::Act,
        Step { queue: Some(_), .. } => Kind::Person,
        Step { condition: Some(_), .. } => Kind::Fact,
        Step { call: Some(_), .. } => Kind::Flow,
        Step { say: Some(_), .. } => Kind::Say,
        step if asks_caller(step) => Kind::Question,
        _ => Kind::Goal,
    };
    Node {
        step: name.to_owned(),
        kind,
        paragraphs: paragraphs(flow, step),
        ladder: asks_caller(step).then(|| ladder(library, flow, step)),
        goal: step.end.as_deref().filter(|_| kind != Kind::Goal).map(words::goal),
        calls: step.call.as_ref().map(|called| called.value.clone()),
        takes_up: takes_up(step)
            || step
                .call
                .as_ref()
                .and_then(|called| library.flow(&called.value))
                .is_some_and(|called| called.steps.values().any(|step| takes_up(&step.value))),
    }
}

fn takes_up(step: &Step) -> bool {
    step.act.as_ref().is_some_and(|act| act.value.name == "runs.resume")
}

fn heard(text: String) -> Paragraph {
    Paragraph { text, is_answer: false }
}

fn answer(text: String) -> Paragraph {
    Paragraph { text, is_answer: true }
}

fn paragraphs(flow: &Flow, step: &Step) -> Vec<Paragraph> {
    let mut all: Vec<Paragraph> =
        [&step.say, &step.intro, &step.confirm].into_iter().flatten().map(|text| heard(text.heard())).collect();
    if let Some(menu) = step.menu.as_ref().filter(|_| step.intro.is_none()) {
        all.push(heard(format!("{} choix", ["Aucun", "Un", "Deux", "Trois"].get(menu.len()).unwrap_or(&"Des"))));
    }
    for (_, field) in fields(step) {
        let known = match field.known.as_deref() {
            Some("caller.number") => " (si le numéro est masqué)",
            Some(_) => " (si ce n'est pas déjà connu)",
            None => "",
        };
        all.push(heard(format!("{}{known}", field.ask.heard())));
        all.extend(field.among.iter().map(|(key, among)| answer(format!("{key} → {}", among.purpose))));
        all.extend(match field.kind {
            FieldType::YesNo => Some(answer("1 → oui, 2 → non".to_owned())),
            FieldType::VoiceMessage => Some(answer("→ enregistré après le signal".to_owned())),
            FieldType::Name => Some(answer("→ enregistré, réécouté, puis oui ou non".to_owned())),
            _ => field.is_read_back().then(|| answer("→ relu, puis oui ou non".to_owned())),
        });
    }
    if let Some(offer) = &step.offer {
        all.push(heard(format!("La ligne {}.", words::action(&offer.from.value.name))));
        all.push(heard(offer.say.heard()));
        let keys: Vec<String> = (1..=offer.page.0).map(|key| key.to_string()).collect();
        all.push(answer(format!("{} → {}", keys.join(", "), offer.each.heard())));
        let next = offer.page.0 + 1;
        all.push(answer(format!("{next} → {} ; à la fin : {}", offer.more, offer.neither)));
    }
    all.extend(step.act.as_ref().map(|act| heard(words::action(&act.value.name))));
    all.extend(step.condition.as_ref().map(|condition| {
        heard(words::condition(condition, &|field, choice| {
            let all = flow.steps.values().flat_map(|step| fields(&step.value));
            let mut choices = all.filter(|(name, _)| *name == field).flat_map(|(_, field)| field.among.values());
            choices.find(|among| among.value == choice).map(|among| among.purpose.clone())
        }))
    }));
    all.extend(step.queue.as_ref().map(|queue| heard(format!("{} (on appelle un conseiller)", queue.say.heard()))));
    all.extend(step.call.as_ref().map(|called| heard(format!("Parcours « {} »", called.value))));
    if all.is_empty() {
        all.extend(step.end.as_deref().map(|goal| heard(words::goal(goal))));
    }
    all
}

/// What the mark stands for, in full.
fn ladder(library: &Library, flow: &Flow, step: &Step) -> Ladder {
    let silent: Vec<String> =
        step.noinput.iter().chain(fields(step).flat_map(|(_, field)| &field.noinput)).map(Text::heard).collect();
    let missed: Vec<String> =
        step.nomatch.iter().chain(fields(step).flat_map(|(_, field)| &field.nomatch)).map(Text::heard).collect();
    let engine = library.engine();
    let care = Care::default().under(&flow.settings);
    let tries = step.settings.as_ref().map_or(care, |own| care.under(own)).tries;
    let or = |rungs: Vec<String>, own: &Text| {
        if rungs.is_empty() { own.heard() } else { rungs.join(" / ") }
    };
    let rungs = format!(
        "Silence : « {} » puis « {} » Pas compris : « {} » À la {}e fois : {}.",
        or(silent, &engine.take_time),
        engine.still_there.heard(),
        or(missed, &engine.not_understood),
        tries,
        match step.on_failure.as_ref().or(flow.settings.on_failure.as_ref()) {
            Some(step) if step.value != PERSON => format!("l'étape {}", step.value),
            _ => "une personne".to_owned(),
        }
    );
    Ladder { tries, rungs }
}
