//! One person in one flow. What is answered is in [`answer`], what is said in [`speak`], what the store says in [`reply`].

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::action::Request;
use super::check::Library;
use super::definition::{Care, Exit, Field, Flow, Step};
use super::edge::{END, Edge, GOTO, Taken};
use super::expression::Facts;
use super::migrate::Stand;
use super::value::Value;
use super::{Caller, Channel, Effect, Input};
use crate::speech::{Language, Prompt, Unit};

mod answer;
mod field;
mod ladder;
mod normal;
mod reply;
mod request;
mod rest;
mod speak;
mod words;
mod write;

pub(super) use ladder::LAST_CALL;
pub(super) use request::LISTED_MAX;
pub(super) use speak::{ITEM_PAUSE_MS, OPTION_PAUSE_MS, option_unit};
pub use words::{leads_away, stops};
pub(super) use write::longest_name;

/// Answers in one run: no conversation of ours needs a quarter of it; past it, a person (C8: never a loop).
pub const INPUTS_MAX: u32 = 120;
/// Steps passed without the caller: the checker refuses cycles, this is the belt.
const HOPS_MAX: usize = 64;
/// Units of the last message kept for `*` (C9): a menu after an appointment read out has a dozen.
const LEAD_MAX: usize = 32;
/// Questions that RETOUR can go back over.
const TRAIL_MAX: usize = 8;
/// The reserved target: a person.
pub(super) const PERSON: &str = "person";

/// One person in one flow: plain data, kept at every wait.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Run {
    id: String,
    caller: Caller,
    channel: Channel,
    language: Language,
    /// The innermost flow last. Never empty before the end.
    frames: Vec<Frame>,
    /// Of the flows as they were when this run began.
    version: Option<String>,
    wait: Wait,
    /// Of its steps, as they were when the caller was cut off: see [`migrate`](super::migrate).
    #[serde(default)]
    footing: Vec<String>,
    /// The fields of its form that this caller is asked, by their place in it: settled when the form is entered, so that what
    /// is said of how many there are stays true (C13).
    #[serde(default)]
    asked: Vec<usize>,
    /// Rungs climbed on each ladder of this question (C8).
    silences: u8,
    misses: u8,
    acts: u32,
    inputs: u32,
    /// Epoch seconds.
    began_at: i64,
    /// A key, a word or their voice came from them: they can answer at all (C26).
    has_answered: bool,
    /// `**`, or agreed in a call before: a slower voice, longer pauses and waits, to the end of the call (C10).
    pub(super) is_slow: bool,
    just_repeated: bool,
    /// Said since the caller's last answer, before the question: `*` says it again too (C9).
    lead: Vec<Unit>,
    values: BTreeMap<String, Value>,
    /// The last goal of a called flow: what the whole run is counted as.
    reached: Option<String>,
    /// Questions before this one, for RETOUR, where there are letters to write it with.
    trail: Vec<Question>,
    #[serde(skip)]
    taken: Taken,
}

/// Where a flow stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Frame {
    flow: String,
    step: String,
}

/// A question, to be asked again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Question {
    frames: Vec<Frame>,
    /// Of a form.
    field: Option<usize>,
    /// As in [`Run`].
    #[serde(default)]
    asked: Vec<usize>,
}

/// What a run waits for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Wait {
    Start,
    Menu,
    Confirm,
    /// The n-th field of a form.
    Field(usize),
    /// Its answer, read back (C14).
    ReadBack(usize, Value),
    /// A list from the store.
    Found,
    /// A page of it, spoken.
    Page {
        items: Vec<Value>,
        first: usize,
    },
    /// The one chosen, being held.
    Held {
        item: Value,
    },
    /// What was chosen, being held once more before it is written: see [`write`].
    Renewed,
    /// An action.
    Act,
    /// A counsellor who picks up.
    Queue,
    Over,
}

/// One input being worked out.
struct Turn<'a> {
    library: &'a Library,
    now: Timestamp,
    out: Vec<Effect>,
}

impl Run {
    /// A run of `flow` that has not begun. `id` makes its idempotency keys.
    pub fn new(id: String, flow: &str, caller: Caller, channel: Channel) -> Self {
        Self {
            id,
            is_slow: caller.slow,
            caller,
            channel,
            language: Language::default(),
            frames: vec![Frame { flow: flow.to_owned(), step: String::new() }],
            version: None,
            wait: Wait::Start,
            footing: Vec::new(),
            asked: Vec::new(),
            silences: 0,
            misses: 0,
            acts: 0,
            inputs: 0,
            began_at: 0,
            has_answered: false,
            just_repeated: false,
            lead: Vec::new(),
            values: BTreeMap::new(),
            reached: None,
            trail: Vec::new(),
            taken: Taken::default(),
        }
    }

    /// The same, in another language.
    pub fn in_language(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// The same, with the ways it takes noted for [`Run::taken`].
    pub fn counted(self) -> Self {
        Self { taken: Taken::counted(), ..self }
    }

    /// The ways it took since this was asked last, in order; none of a run that is not [`Run::counted`].
    pub fn taken(&mut self) -> Vec<Edge> {
        self.taken.drain()
    }

    /// The run that takes over when this one asked for a person: same caller, in their language, as slow as they wanted it
    /// (C10). What they typed is not asked again.
    pub fn succeed(&self, id: String, flow: &str) -> Self {
        let new = Self::new(id, flow, self.caller.clone(), self.channel).in_language(self.language);
        Self { is_slow: self.is_slow, has_answered: self.has_answered, reached: self.reached.clone(), ..new }
    }

    /// One input in, what to do out. An input that does not fit where the run stands changes nothing.
    pub fn input(&mut self, library: &Library, now: Timestamp, input: Input) -> Vec<Effect> {
        let mut turn = Turn { library, now, out: Vec::new() };
        if self.wait == Wait::Over {
            return turn.out;
        }
        match input {
            Input::Hangup => self.hang_up(&mut turn),
            Input::Start if self.wait == Wait::Start => self.start(&mut turn),
            Input::Start => {}
            Input::Reply(reply) => self.reply(&mut turn, reply),
            Input::Keys(keys) => self.keys(&mut turn, &keys),
            Input::Words(words) => self.words(&mut turn, &words),
            Input::NoInput => self.silence(&mut turn),
            Input::Recorded { id, .. } => self.recorded(&mut turn, id),
            Input::Queued(queued) => self.queued(&mut turn, queued),
        }
        turn.out
    }

    /// The names of the flow and the step it stands in, for traces.
    pub fn place(&self) -> (&str, &str) {
        self.frames.last().map_or(("", ""), |frame| (&frame.flow, &frame.step))
    }

    /// Of the flows it runs in.
    pub(super) fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Whose keys and holds they are, to the store.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where it stands.
    pub(super) fn stand(&self) -> Stand<'_> {
        let frames = self.frames.iter().map(|frame| (frame.flow.as_str(), frame.step.as_str())).collect();
        let field = if let Wait::Field(index) | Wait::ReadBack(index, _) = self.wait { Some(index) } else { None };
        Stand { frames, field, values: &self.values }
    }

    /// Of whoever talks.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// What counts as reached, should it end now.
    pub fn reached(&self) -> Option<&str> {
        self.reached.as_deref()
    }

    /// By which it talks.
    pub(super) fn channel(&self) -> Channel {
        self.channel
    }

    /// In which it talks.
    pub fn language(&self) -> Language {
        self.language
    }

    fn start(&mut self, turn: &mut Turn<'_>) {
        self.version = Some(turn.library.version().to_owned());
        self.began_at = turn.now.as_second();
        let start = self.flow(turn.library).map(|flow| flow.start.value.clone());
        self.go(turn, start.as_deref().unwrap_or(PERSON));
    }

    fn flow<'a>(&self, library: &'a Library) -> Option<&'a Flow> {
        library.flow(&self.frames.last()?.flow)
    }

    fn step<'a>(&self, library: &'a Library) -> Option<&'a Step> {
        Some(&self.flow(library)?.steps.get(&self.frames.last()?.step)?.value)
    }

    /// The field that is being asked.
    fn field<'a>(&self, library: &'a Library) -> Option<&'a Field> {
        let Wait::Field(index) = self.wait else { return None };
        fields(self.step(library)?)?.get_index(index).map(|(_, field)| field)
    }

    /// What holds at this step: its own settings, before its flow's, before those of the flows that called it.
    fn care(&self, library: &Library) -> Care {
        let flows = self.frames.iter().filter_map(|frame| library.flow(&frame.flow));
        let care = flows.fold(Care::default(), |care, flow| care.under(&flow.settings));
        let own = self.step(library).and_then(|step| step.settings.as_ref());
        own.map_or(care, |own| care.under(own))
    }

    // ── moving on ────────────────────────────────────────────────────────────────────────────────────────────────

    /// Out by an outcome.
    fn exit(&mut self, turn: &mut Turn<'_>, outcome: &str) {
        match self.step(turn.library).and_then(|step| step.exit(outcome)) {
            Some(exit) => {
                self.pass_by(outcome);
                self.leave(turn, exit);
            }
            // The checker refuses a flow with an open exit; should one pass, a person is never wrong.
            None => self.fail(turn),
        }
    }

    /// Notes the way that is being taken.
    fn pass_by(&mut self, exit: &str) {
        let Some(Frame { flow, step }) = self.frames.last() else { return };
        self.taken.note(|| Edge { flow: flow.clone(), step: step.clone(), exit: exit.to_owned() });
    }

    fn leave(&mut self, turn: &mut Turn<'_>, exit: &Exit) {
        let target = self.through(turn, exit);
        self.go(turn, &target);
    }

    fn through(&mut self, turn: &mut Turn<'_>, exit: &Exit) -> String {
        if let Some(say) = &exit.say {
            self.say(turn, say);
        }
        exit.goto.value.clone()
    }

    /// Enters a step, and those after it until one waits.
    fn go(&mut self, turn: &mut Turn<'_>, target: &str) {
        let mut next = Some(target.to_owned());
        for _ in 0..HOPS_MAX {
            let Some(target) = next else { return };
            if target == PERSON {
                return self.person(turn);
            }
            self.just_repeated = false;
            if let Some(frame) = self.frames.last_mut() {
                frame.step = target;
            }
            let Some(step) = self.step(turn.library) else { return self.person(turn) };
            next = self.enter(turn, step);
        }
        if next.is_some() {
            self.person(turn);
        }
    }

    fn person(&mut self, turn: &mut Turn<'_>) {
        self.say(turn, &turn.library.engine().person);
        turn.out.push(Effect::Transfer);
        self.wait = Wait::Over;
    }

    /// Does what a step does; the next step, if it does not wait.
    fn enter(&mut self, turn: &mut Turn<'_>, step: &Step) -> Option<String> {
        self.asked.clear();
        if let Some(goal) = &step.reached {
            self.reached = Some(goal.clone());
        }
        if let Some(text) = &step.say {
            self.tell(turn, text, step.sms.as_ref());
        } else if step.menu.is_some() {
            self.ask(turn, Wait::Menu);
            return None;
        } else if step.confirm.is_some() {
            self.ask(turn, Wait::Confirm);
            return None;
        } else if let Some(fields) = fields(step) {
            // A form entered again asks again, but for what the network or an earlier question already knows.
            for (name, field) in fields {
                if let Some(known) = field.known.as_ref().and_then(|known| self.value(turn.library, known)) {
                    self.values.insert(name.clone(), known);
                }
            }
            self.asked = self.open(step, 0);
            return self.next_field(turn, step, 0);
        } else if let Some(action) = step.action() {
            let wait = if step.offer.is_some() { Wait::Found } else { Wait::Act };
            match self.request(turn, &action.value) {
                Some(request) => match self.renewal(&request) {
                    Some(hold) => self.act(turn, hold, Wait::Renewed),
                    None => self.act(turn, request, wait),
                },
                None => self.fail(turn),
            }
            return None;
        } else if let Some(condition) = &step.condition {
            let outcome = if condition.holds(&self.facts(turn)) { "then" } else { "else" };
            self.pass_by(outcome);
            return step.exit(outcome).map(|exit| self.through(turn, exit));
        } else if let Some(flow) = &step.call {
            let start = turn.library.flow(&flow.value)?.start.value.clone();
            self.frames.push(Frame { flow: flow.value.clone(), step: String::new() });
            return Some(start);
        } else if let Some(queue) = &step.queue {
            self.tell(turn, &queue.say, step.sms.as_ref());
            // A counsellor hears it: as everybody speaks.
            let units =
                |text| Prompt { units: self.units(turn.library, text), language: self.language, is_slow: false };
            let whisper = queue.whisper.as_ref().map(units);
            turn.out.push(Effect::Queue { whisper });
            self.wait = Wait::Queue;
            return None;
        }
        match &step.end {
            Some(goal) => self.end(turn, goal),
            None => self.goto(step),
        }
    }

    /// On to the next step.
    fn goto(&mut self, step: &Step) -> Option<String> {
        let next = step.goto.as_ref()?;
        self.pass_by(GOTO);
        Some(next.value.clone())
    }

    fn facts(&self, turn: &Turn<'_>) -> Facts<'_> {
        let hours = turn.library.line().hours();
        Facts {
            caller: &self.caller,
            values: &self.values,
            language: self.language,
            channel: self.channel,
            // A pace is the voice's.
            is_slow: self.is_slow && !self.channel.is_written(),
            is_open: hours.is_open(turn.now),
            is_holiday: hours.is_holiday(turn.now),
        }
    }

    /// A flow reached its end: back to its caller, or the end of the run.
    fn end(&mut self, turn: &mut Turn<'_>, goal: &str) -> Option<String> {
        self.pass_by(END);
        if self.frames.len() > 1 {
            if self.flow(turn.library).is_some_and(|flow| !flow.is_aside()) {
                self.reached = Some(goal.to_owned());
            }
            self.frames.pop();
            let step = self.step(turn.library)?;
            self.pass_by(goal);
            return Some(step.ends.get(goal).map_or_else(|| PERSON.to_owned(), |exit| self.through(turn, exit)));
        }
        let goal = self.reached.take().unwrap_or_else(|| goal.to_owned());
        turn.out.push(Effect::End { goal });
        self.wait = Wait::Over;
        None
    }

    fn act(&mut self, turn: &mut Turn<'_>, request: Request, wait: Wait) {
        self.acts += 1;
        // The question is answered.
        (self.silences, self.misses) = (0, 0);
        turn.out.push(Effect::Act { key: self.key(), request });
        self.wait = wait;
    }

    /// Of the last request.
    fn key(&self) -> String {
        format!("{}:{}", self.id, self.acts)
    }
}

fn fields(step: &Step) -> Option<&indexmap::IndexMap<String, Field>> {
    step.form.as_ref().or(step.ask.as_ref())
}
