//! A flow as boxes and lines, in a coordinator's words.

use std::collections::BTreeMap;

use super::super::check::{Library, fields};
use super::super::check::{asks_caller, edges_named};
use super::super::definition::{Care, FieldType, Flow, Step};
use super::super::edge::{END, GOTO, ON_FAILURE};
use super::super::run::PERSON;
use super::super::template::Text;
use super::counts::{Counts, Passed};
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
    /// Somebody to talk to is called.
    Queue,
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

/// One step in a box.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// Its name in the file; empty for what is no step.
    pub step: String,
    /// What is heard or done.
    pub paragraphs: Vec<Paragraph>,
    /// What became of those who came, where they were counted.
    pub passed: Option<Passed>,
}

/// One box.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub kind: Kind,
    /// Never empty. Sentences that always follow one another stand in one box.
    pub parts: Vec<Part>,
    /// The rungs of its ladders, folded into one mark.
    pub ladder: Option<Ladder>,
    /// The goal reached once it is said.
    pub goal: Option<String>,
    /// The flow it hands over to.
    pub calls: Option<String>,
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
    /// The step that a line to the box leads to.
    pub(super) fn step(&self) -> &str {
        self.parts.first().map_or("", |part| &part.step)
    }

    /// The step that a line from the box leads away from.
    pub(super) fn last(&self) -> &str {
        self.parts.last().map_or("", |part| &part.step)
    }

    fn bare(kind: Kind, words: &str) -> Self {
        let parts = vec![Part { step: String::new(), paragraphs: vec![heard(words.to_owned())], passed: None }];
        Self { kind, parts, ladder: None, goal: None, calls: None }
    }
}

impl Part {
    /// All that is in it.
    pub(super) fn text(&self) -> String {
        self.paragraphs.iter().map(|paragraph| paragraph.text.as_str()).collect::<Vec<_>>().join(" ")
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
    /// How many went this way, where they were counted.
    pub passed: Option<u64>,
}

/// Boxes and lines; the first box is where a call comes in.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
    /// The step that 0 leads to, where it is no person.
    pub last_resort: Option<String>,
    /// When they were counted.
    pub days: Option<String>,
    places: BTreeMap<String, usize>,
}

/// What is drawn.
#[derive(Clone, Copy)]
struct Drawn<'a> {
    library: &'a Library,
    flow: &'a Flow,
    counts: Option<&'a Counts>,
}

impl Graph {
    /// Steps in the order in which a caller meets them.
    pub(super) fn read(library: &Library, flow: &Flow, counts: Option<&Counts>) -> Self {
        let drawn = Drawn { library, flow, counts };
        let mut graph = Self { days: counts.map(|counts| counts.days().to_owned()), ..Self::default() };
        let start = graph.entry("Début");
        graph.place(drawn, &flow.start.value);
        let started = counts.map(|counts| counts.started(flow));
        graph.connect(start, &flow.start.value, ("start", started), None, false);
        if let Some(step) = flow.settings.on_failure.as_ref().filter(|step| step.value != PERSON) {
            let entry = graph.entry("À toute question : 0, ou pas de réponse");
            graph.place(drawn, &step.value);
            graph.last_resort = Some(step.value.clone());
            let failed = counts.map(|counts| counts.failed_over(flow));
            graph.connect(entry, &step.value, (ON_FAILURE, failed), None, true);
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
    fn place(&mut self, drawn: Drawn<'_>, name: &str) {
        if self.places.contains_key(name) {
            return;
        }
        let Some(mut step) = drawn.step(name) else {
            // The only target that is no step of a checked flow.
            let person = self.push(Node::bare(Kind::Person, "une personne"));
            self.places.insert(name.to_owned(), person);
            return;
        };
        let at = self.push(node(drawn, name, step));
        self.places.insert(name.to_owned(), at);
        let mut name = name;
        while let Some((next, following)) = drawn.said_next(step) {
            self.nodes[at].parts.push(drawn.part(next, following));
            self.nodes[at].goal = drawn.goal(next, following);
            self.places.insert(next.to_owned(), at);
            (name, step) = (next, following);
        }
        self.ways(drawn, at, name, step);
    }

    /// The lines from a box, and what they lead to.
    fn ways(&mut self, drawn: Drawn<'_>, at: usize, from: &str, step: &Step) {
        let counted = |exit: &str| drawn.counts.map(|counts| counts.of(from, exit));
        for (key, choice) in step.menu.iter().flatten() {
            self.place(drawn, &choice.goto.value);
            let (label, key) = (format!("Pour {}, tapez\u{a0}{key}", choice.purpose), key.to_string());
            self.connect(at, &choice.goto.value, (&key, counted(&key)), Some(label), false);
        }
        if let Some(next) = &step.goto {
            self.place(drawn, &next.value);
            self.connect(at, &next.value, (GOTO, counted(GOTO)), None, false);
        }
        for (name, exit) in edges_named(step) {
            self.place(drawn, &exit.goto.value);
            let said = exit.say.as_ref().map(|text| format!(" : « {} »", text.heard())).unwrap_or_default();
            let label = format!("{}{said}", words::outcome(step, name));
            self.connect(at, &exit.goto.value, (name, counted(name)), Some(label), false);
        }
        for (key, next) in step.failures() {
            self.place(drawn, &next.value);
            let label = match (key, &step.unanswered) {
                ("unanswered", _) => "pas de réponse",
                (_, Some(_)) => "0",
                (_, None) => "0, ou pas de réponse",
            };
            self.connect(at, &next.value, (key, counted(key)), Some(label.to_owned()), true);
        }
    }

    /// Outcomes that lead to the same step share one line.
    fn connect(
        &mut self,
        from: usize,
        to: &str,
        (outcome, passed): (&str, Option<u64>),
        label: Option<String>,
        is_failure: bool,
    ) {
        let Some(&to) = self.places.get(to) else { return };
        let label = match (passed.map(words::count), label) {
            (Some(count), Some(label)) => Some(format!("{count} · {label}")),
            (count, label) => label.or(count),
        };
        let same = |edge: &&mut Edge| edge.from == from && edge.to == to && edge.is_failure == is_failure;
        match self.edges.iter_mut().find(same) {
            Some(edge) => {
                edge.outcomes.push(outcome.to_owned());
                edge.label.extend(label);
                edge.passed = edge.passed.zip(passed).map(|(one, other)| one + other);
            }
            None => {
                let (outcomes, label) = (vec![outcome.to_owned()], label.into_iter().collect());
                self.edges.push(Edge { from, to, outcomes, label, is_failure, passed });
            }
        }
    }
}

impl<'a> Drawn<'a> {
    fn step(self, name: &str) -> Option<&'a Step> {
        self.flow.steps.get(name).map(|step| &step.value)
    }

    /// The sentence that always follows this one, and follows no other.
    fn said_next(self, step: &'a Step) -> Option<(&'a str, &'a Step)> {
        let next = step.goto.as_ref().filter(|_| kind(step) == Kind::Say)?.value.as_str();
        let following = self.step(next).filter(|step| kind(step) == Kind::Say)?;
        (self.ways_to(next) == 1).then_some((next, following))
    }

    fn ways_to(self, name: &str) -> usize {
        let steps = self.flow.steps.values().map(|step| &step.value);
        let from = steps.map(|step| step.ways().filter(|(_, next)| next.value == name).count());
        let entries = std::iter::once(&self.flow.start).chain(&self.flow.settings.on_failure);
        from.sum::<usize>() + entries.filter(|entry| entry.value == name).count()
    }

    fn part(self, name: &str, step: &Step) -> Part {
        let passed = self.counts.map(|counts| counts.at(self.library, self.flow, name));
        Part { step: name.to_owned(), paragraphs: paragraphs(self, name, step), passed }
    }

    /// What is reached at a step that says or asks something first.
    fn goal(self, name: &str, step: &Step) -> Option<String> {
        let goal = step.end.as_deref().filter(|_| kind(step) != Kind::Goal).map(words::goal)?;
        Some(self.with_count(goal, name, END))
    }

    fn with_count(self, words: String, step: &str, exit: &str) -> String {
        match self.counts {
            Some(counts) => format!("{} · {words}", words::count(counts.of(step, exit))),
            None => words,
        }
    }
}

fn kind(step: &Step) -> Kind {
    match step {
        Step { act: Some(_), .. } => Kind::Act,
        Step { queue: Some(_), .. } => Kind::Queue,
        Step { condition: Some(_), .. } => Kind::Fact,
        Step { call: Some(_), .. } => Kind::Flow,
        Step { say: Some(_), .. } => Kind::Say,
        step if asks_caller(step) => Kind::Question,
        _ => Kind::Goal,
    }
}

fn node(drawn: Drawn<'_>, name: &str, step: &Step) -> Node {
    Node {
        kind: kind(step),
        parts: vec![drawn.part(name, step)],
        ladder: asks_caller(step).then(|| ladder(drawn.library, drawn.flow, step)),
        goal: drawn.goal(name, step),
        calls: step.call.as_ref().map(|called| called.value.clone()),
    }
}

fn heard(text: String) -> Paragraph {
    Paragraph { text, is_answer: false }
}

fn answer(text: String) -> Paragraph {
    Paragraph { text, is_answer: true }
}

fn paragraphs(drawn: Drawn<'_>, name: &str, step: &Step) -> Vec<Paragraph> {
    let flow = drawn.flow;
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
            FieldType::VoiceMessage => {
                Some(answer(format!("→ enregistré après le signal, {} s au plus", field.longest().as_secs())))
            }
            FieldType::Name => Some(answer(format!(
                "→ enregistré après le signal, {} s au plus, réécouté, puis oui ou non",
                field.longest().as_secs()
            ))),
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
    for (key, language) in &step.languages {
        let words = format!("{} « {} »", words::language(*language), drawn.library.invitation(*language));
        all.push(answer(format!("{key} → {}", drawn.with_count(words, name, &key.to_string()))));
    }
    if let Some(queue) = &step.queue {
        all.push(heard(queue.say.heard()));
        all.push(answer("→ un conseiller est appelé".to_owned()));
        all.extend(queue.whisper.iter().map(|text| answer(format!("→ à lui seul : « {} »", text.heard()))));
    }
    all.extend(step.settings.as_ref().and_then(words::settings).map(answer));
    all.extend(step.call.as_ref().map(|called| heard(format!("Parcours « {} »", called.value))));
    if all.is_empty() {
        all.extend(step.end.as_deref().map(|goal| heard(drawn.with_count(words::goal(goal), name, END))));
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
