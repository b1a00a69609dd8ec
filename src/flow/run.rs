//! One person in one flow: what is answered, where it leads. What is said is in [`speak`].

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::action::{ActionCall, Reply, Request};
use super::check::Library;
use super::definition::{Exit, Field, FieldType, Flow, Offer, Settings, Step};

use super::migrate::Stand;
use super::template::Text;
use super::value::Value;
use super::{Caller, Channel, Effect, Input};
use crate::booking::{Modality, PostalCode};
use crate::phone::{LineKind, PhoneNumber};
use crate::speech::Unit;

mod normal;
mod speak;

pub(super) use speak::{ITEM_PAUSE_MS, LAST_CALL, OPTION_PAUSE_MS, option_unit};

/// Answers in one run: no conversation of ours needs a quarter of it; past it, a person (C8: never a loop).
pub(super) const INPUTS_MAX: u32 = 120;
/// Steps passed without the caller: the checker refuses cycles, this is the belt.
const HOPS_MAX: usize = 64;
/// Slots asked of the store at once.
pub(super) const SLOTS_ASKED: u8 = 12;
/// Kept for the person when the flow does not say otherwise.
const HOLD_S: u32 = 5 * 60;
/// Units of the last message kept for `*` (C9): a menu after an appointment read out has a dozen.
const LEAD_MAX: usize = 32;
/// The reserved target: a person.
pub(super) const PERSON: &str = "person";

/// One person in one flow: plain data, kept at every wait.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Run {
    id: String,
    caller: Caller,
    channel: Channel,
    /// The innermost flow last. Never empty before the end.
    frames: Vec<Frame>,
    /// Of the flows as they were when this run began.
    version: Option<String>,
    wait: Wait,
    /// Rungs climbed on each ladder of this question (C8).
    silences: u8,
    misses: u8,
    acts: u32,
    inputs: u32,
    /// `**`: longer pauses, remembered (C10).
    pub(super) is_slow: bool,
    just_repeated: bool,
    /// Said since the caller's last answer, before the question: `*` says it again too (C9).
    lead: Vec<Unit>,
    values: BTreeMap<String, Value>,
    /// The last goal of a called flow: what the whole run is counted as.
    reached: Option<String>,
}

/// Where a flow stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Frame {
    flow: String,
    step: String,
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
    /// An action.
    Act,
    Over,
}

impl Run {
    /// A run of `flow` that has not begun. `id` makes its idempotency keys.
    pub fn new(id: String, flow: &str, caller: Caller, channel: Channel) -> Self {
        Self {
            id,
            caller,
            channel,
            frames: vec![Frame { flow: flow.to_owned(), step: String::new() }],
            version: None,
            wait: Wait::Start,
            silences: 0,
            misses: 0,
            acts: 0,
            inputs: 0,
            is_slow: false,
            just_repeated: false,
            lead: Vec::new(),
            values: BTreeMap::new(),
            reached: None,
        }
    }

    /// The run that takes over when this one asked for a person: same caller, and as slow as they wanted it (C10).
    pub fn succeed(&self, id: String, flow: &str) -> Self {
        Self { is_slow: self.is_slow, ..Self::new(id, flow, self.caller.clone(), self.channel) }
    }

    /// One input in, what to do out. An input that does not fit where the run stands changes nothing.
    pub fn input(&mut self, library: &Library, _now: Timestamp, input: Input) -> Vec<Effect> {
        let mut out = Vec::new();
        if self.wait == Wait::Over {
            return out;
        }
        match input {
            Input::Hangup => self.wait = Wait::Over,
            Input::Start if self.wait == Wait::Start => {
                self.version = Some(library.version().to_owned());
                let start = self.flow(library).map(|flow| flow.start.value.clone());
                self.go(library, start.as_deref().unwrap_or(PERSON), &mut out);
            }
            Input::Start => {}
            Input::Reply(reply) => self.reply(library, reply, &mut out),
            Input::Keys(keys) => self.keys(library, &keys, &mut out),
            Input::NoInput => self.silence(library, &mut out),
        }
        out
    }

    /// The names of the flow and the step it stands in, for traces.
    pub fn place(&self) -> (&str, &str) {
        self.frames.last().map_or(("", ""), |frame| (&frame.flow, &frame.step))
    }

    /// Of the flows it runs in.
    pub(super) fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Where it stands, for [`migrate`](super::migrate).
    pub(super) fn stand(&self) -> Stand<'_> {
        let frames = self.frames.iter().map(|frame| (frame.flow.as_str(), frame.step.as_str())).collect();
        let field = if let Wait::Field(index) | Wait::ReadBack(index, _) = self.wait { Some(index) } else { None };
        Stand { frames, field, values: &self.values }
    }

    fn flow<'a>(&self, library: &'a Library) -> Option<&'a Flow> {
        library.flow(&self.frames.last()?.flow)
    }

    fn step<'a>(&self, library: &'a Library) -> Option<&'a Step> {
        Some(&self.flow(library)?.steps.get(&self.frames.last()?.step)?.value)
    }

    fn settings<'a>(&self, library: &'a Library) -> Option<&'a Settings> {
        self.flow(library).map(|flow| &flow.settings)
    }

    // ── what the caller did ──────────────────────────────────────────────────────────────────────────────────────

    fn keys(&mut self, library: &Library, keys: &str, out: &mut Vec<Effect>) {
        if !self.asks() {
            return;
        }
        self.inputs += 1;
        if keys == "0" || self.inputs > INPUTS_MAX {
            return self.fail(library, out);
        }
        if keys == "*" {
            self.is_slow |= self.just_repeated;
            self.just_repeated = true;
            return self.repeat(library, out);
        }
        self.just_repeated = false;
        let lead = std::mem::take(&mut self.lead);
        if !self.answer(library, keys, out) {
            self.lead = lead;
            self.miss(library, out);
        }
    }

    /// The last message whole: what led to the question, then the question (C9).
    fn repeat(&mut self, library: &Library, out: &mut Vec<Effect>) {
        if !self.lead.is_empty() {
            out.push(Effect::Say(self.paced(self.lead.clone())));
        }
        self.question(library, out);
    }

    pub(super) fn asks(&self) -> bool {
        matches!(self.wait, Wait::Menu | Wait::Confirm | Wait::Field(_) | Wait::ReadBack(..) | Wait::Page { .. })
    }

    /// Whether the keys were an answer to the question.
    fn answer(&mut self, library: &Library, keys: &str, out: &mut Vec<Effect>) -> bool {
        let Some(step) = self.step(library) else { return false };
        let digit = keys.parse::<u8>().ok().filter(|_| keys.len() == 1);
        match self.wait.clone() {
            Wait::Menu => {
                let choice = digit.and_then(|digit| step.menu.as_ref()?.get(&digit));
                choice.map(|choice| self.go(library, &choice.goto.value, out)).is_some()
            }
            Wait::Confirm => {
                let exit = yes_no(digit).and_then(|yes| if yes { step.yes.as_ref() } else { step.no.as_ref() });
                exit.map(|exit| self.leave(library, exit, out)).is_some()
            }
            Wait::Field(index) => self.field_answer(library, index, keys, out),
            Wait::ReadBack(index, value) => match yes_no(digit) {
                Some(true) => {
                    self.fill(library, index, value, out);
                    true
                }
                Some(false) => {
                    // One step back, to that question only (C13).
                    self.ask(library, Wait::Field(index), out);
                    true
                }
                None => false,
            },
            Wait::Page { items, first } => self.pick(library, digit, items, first, out),
            Wait::Start | Wait::Found | Wait::Held { .. } | Wait::Act | Wait::Over => false,
        }
    }

    fn field_answer(&mut self, library: &Library, index: usize, keys: &str, out: &mut Vec<Effect>) -> bool {
        let Some((_, field)) = self.step(library).and_then(|step| fields(step)?.get_index(index)) else { return false };
        let value = match field.kind {
            FieldType::PostalCode => PostalCode::parse(keys).map(Value::Postal),
            FieldType::Phone => typed_phone(keys).map(Value::Phone),
            FieldType::Choice => {
                let digit = keys.parse().ok();
                digit.and_then(|digit: u8| field.among.get(&digit)).map(|among| Value::Choice(among.value.clone()))
            }
        };
        match value {
            Some(value @ Value::Choice(_)) => self.fill(library, index, value, out),
            Some(value) => self.ask(library, Wait::ReadBack(index, value), out),
            None => return false,
        }
        true
    }

    fn silence(&mut self, library: &Library, out: &mut Vec<Effect>) {
        if !self.asks() {
            return;
        }
        self.inputs += 1;
        self.silences += 1;
        self.just_repeated = false;
        let rungs = self.rungs(library, |step, field| field.map_or(&step.noinput, |field| &field.noinput));
        let engine = library.engine();
        match self.silences {
            rung if rung >= self.tries(library) || self.inputs > INPUTS_MAX => return self.fail(library, out),
            // Before the wait acts, a word and more time (C7).
            rung if rung + 1 == self.tries(library) => self.prod(&engine.still_there, out),
            rung => self.prod(rungs.get(usize::from(rung) - 1).unwrap_or(&engine.take_time), out),
        }
        self.question(library, out);
    }

    fn miss(&mut self, library: &Library, out: &mut Vec<Effect>) {
        self.misses += 1;
        if self.misses >= self.tries(library) {
            return self.fail(library, out);
        }
        let rungs = self.rungs(library, |step, field| field.map_or(&step.nomatch, |field| &field.nomatch));
        let words =
            rungs.get(usize::from(self.misses) - 1).or(rungs.last()).unwrap_or(&library.engine().not_understood);
        self.prod(words, out);
        self.question(library, out);
    }

    fn tries(&self, library: &Library) -> u8 {
        self.settings(library).map_or(3, |settings| settings.tries.0)
    }

    fn rungs<'a>(&self, library: &'a Library, of: impl Fn(&'a Step, Option<&'a Field>) -> &'a Vec<Text>) -> &'a [Text] {
        let Some(step) = self.step(library) else { return &[] };
        let field = match &self.wait {
            Wait::Field(index) => fields(step).and_then(|fields| fields.get_index(*index)).map(|(_, field)| field),
            _ => None,
        };
        of(step, field)
    }

    /// `0`, or a ladder at its end: a person (C1, C8), by the step that the question or its flow names, or by the line.
    fn fail(&mut self, library: &Library, out: &mut Vec<Effect>) {
        let own = self.step(library).and_then(|step| step.on_failure.as_ref());
        let step = own.or_else(|| self.settings(library)?.on_failure.as_ref()).map(|step| step.value.clone());
        self.go(library, step.as_deref().unwrap_or(PERSON), out);
    }

    // ── what the store said ──────────────────────────────────────────────────────────────────────────────────────

    fn reply(&mut self, library: &Library, reply: Reply, out: &mut Vec<Effect>) {
        let Some(step) = self.step(library) else { return };
        match (self.wait.clone(), reply) {
            (Wait::Found, Reply::Slots(slots)) => {
                self.found(library, slots.into_iter().map(Value::Slot).collect(), out)
            }
            (Wait::Found, Reply::Appointments(found)) => {
                self.found(library, found.into_iter().map(Value::Appointment).collect(), out);
            }
            (Wait::Held { item }, Reply::Held) => {
                if let Some(offer) = &step.offer {
                    self.values.insert(offer.field.clone(), item);
                }
                self.exit(library, step.chosen.as_ref(), out);
            }
            (Wait::Held { .. }, Reply::Taken) => {
                self.say(&library.engine().taken, out);
                let name = self.place().1.to_owned();
                self.go(library, &name, out);
            }
            (Wait::Act, reply) => self.acted(library, step, reply, out),
            (Wait::Found | Wait::Held { .. }, _) => self.exit(library, step.unavailable.as_ref(), out),
            // A reply nobody waits for: the run has moved on.
            (_, _) => {}
        }
    }

    fn acted(&mut self, library: &Library, step: &Step, reply: Reply, out: &mut Vec<Effect>) {
        let exit = match reply {
            Reply::Booked(appointment) => {
                self.values.insert("appointment".to_owned(), Value::Appointment(appointment));
                &step.booked
            }
            Reply::AlreadyBooked(appointment) => {
                self.values.insert("appointment".to_owned(), Value::Appointment(appointment));
                &step.already_booked
            }
            Reply::Taken => &step.taken,
            Reply::Confirmed => &step.confirmed,
            Reply::Cancelled => &step.cancelled,
            Reply::Gone => &step.gone,
            Reply::Requested => &step.requested,
            Reply::AlreadyRequested => &step.already_requested,
            Reply::Unavailable
            | Reply::Slots(_)
            | Reply::Held
            | Reply::Released
            | Reply::Appointments(_)
            | Reply::Resumed(_)
            | Reply::Wrong => &step.unavailable,
        };
        self.exit(library, exit.as_ref(), out);
    }

    fn found(&mut self, library: &Library, items: Vec<Value>, out: &mut Vec<Effect>) {
        let Some(step) = self.step(library) else { return };
        let Some(offer) = &step.offer else { return };
        match items.as_slice() {
            [] => self.exit(library, step.none.as_ref(), out),
            // The only appointment is the one meant; a slot is always chosen by the person.
            [only @ Value::Appointment(_)] => {
                self.values.insert(offer.field.clone(), only.clone());
                self.exit(library, step.chosen.as_ref(), out);
            }
            _ => {
                self.say(&offer.say, out);
                self.ask(library, Wait::Page { items, first: 0 }, out);
            }
        }
    }

    /// A key on a page: an item, the next page, or none of them.
    fn pick(
        &mut self,
        library: &Library,
        digit: Option<u8>,
        items: Vec<Value>,
        first: usize,
        out: &mut Vec<Effect>,
    ) -> bool {
        let Some(step) = self.step(library) else { return false };
        let (Some(offer), Some(digit)) = (&step.offer, digit) else { return false };
        let shown = items[first..].len().min(usize::from(offer.page.0));
        let digit = usize::from(digit);
        if digit == shown + 1 {
            let next = first + shown;
            if next < items.len() {
                self.ask(library, Wait::Page { items, first: next }, out);
            } else {
                self.exit(library, step.none.as_ref(), out);
            }
            return true;
        }
        let Some(item) = digit.checked_sub(1).filter(|at| *at < shown).map(|at| items[first + at].clone()) else {
            return false;
        };
        match &item {
            Value::Slot(slot) => {
                let ttl_s = offer.hold.map_or(HOLD_S, |hold| u32::try_from(hold.0.as_secs()).unwrap_or(HOLD_S));
                let request = Request::Hold { slot: slot.clone(), ttl_s };
                self.act(request, Wait::Held { item }, out);
            }
            Value::Appointment(_) | Value::Postal(_) | Value::Phone(_) | Value::Choice(_) => {
                self.values.insert(offer.field.clone(), item);
                self.exit(library, step.chosen.as_ref(), out);
            }
        }
        true
    }

    // ── moving on ────────────────────────────────────────────────────────────────────────────────────────────────

    fn exit(&mut self, library: &Library, exit: Option<&Exit>, out: &mut Vec<Effect>) {
        match exit {
            Some(exit) => self.leave(library, exit, out),
            // The checker refuses a flow with an open exit; should one pass, a person is never wrong.
            None => self.fail(library, out),
        }
    }

    fn leave(&mut self, library: &Library, exit: &Exit, out: &mut Vec<Effect>) {
        if let Some(say) = &exit.say {
            self.say(say, out);
        }
        self.go(library, &exit.goto.value, out);
    }

    /// Enters a step, and those after it until one waits.
    fn go(&mut self, library: &Library, target: &str, out: &mut Vec<Effect>) {
        let mut next = Some(target.to_owned());
        for _ in 0..HOPS_MAX {
            let Some(target) = next else { return };
            if target == PERSON {
                return self.person(library, out);
            }
            self.just_repeated = false;
            if let Some(frame) = self.frames.last_mut() {
                frame.step = target;
            }
            let Some(step) = self.step(library) else { return self.person(library, out) };
            next = self.enter(library, step, out);
        }
        if next.is_some() {
            self.person(library, out);
        }
    }

    fn person(&mut self, library: &Library, out: &mut Vec<Effect>) {
        self.say(&library.engine().person, out);
        out.push(Effect::Transfer);
        self.wait = Wait::Over;
    }

    /// Does what a step does; the next step, if it does not wait.
    fn enter(&mut self, library: &Library, step: &Step, out: &mut Vec<Effect>) -> Option<String> {
        if let Some(text) = &step.say {
            self.say(text, out);
        } else if step.menu.is_some() {
            self.ask(library, Wait::Menu, out);
            return None;
        } else if step.confirm.is_some() {
            self.ask(library, Wait::Confirm, out);
            return None;
        } else if let Some(fields) = fields(step) {
            // A form entered again asks again, but for what the network or an earlier form already knows.
            for (name, field) in fields {
                if let (true, Some(number)) = (field.known.is_some(), self.caller.callable()) {
                    self.values.insert(name.clone(), Value::Phone(number.clone()));
                }
            }
            return self.next_field(library, step, 0, out);
        } else if let Some(offer) = &step.offer {
            self.find(library, offer, out);
            return None;
        } else if let Some(action) = &step.act {
            match self.request(&action.value) {
                Some(request) => self.act(request, Wait::Act, out),
                None => self.fail(library, out),
            }
            return None;
        } else if let Some(condition) = &step.condition {
            let exit = if condition.holds(&self.caller, &self.values) { &step.then } else { &step.otherwise };
            return exit.as_ref().map(|exit| self.through(exit, out));
        } else if let Some(flow) = &step.call {
            let start = library.flow(&flow.value)?.start.value.clone();
            self.frames.push(Frame { flow: flow.value.clone(), step: String::new() });
            return Some(start);
        }
        match &step.end {
            Some(goal) => self.end(library, goal, out),
            None => step.goto.as_ref().map(|step| step.value.clone()),
        }
    }

    fn through(&mut self, exit: &Exit, out: &mut Vec<Effect>) -> String {
        if let Some(say) = &exit.say {
            self.say(say, out);
        }
        exit.goto.value.clone()
    }

    /// A flow reached its end: back to its caller, or the end of the run.
    fn end(&mut self, library: &Library, goal: &str, out: &mut Vec<Effect>) -> Option<String> {
        if self.frames.len() > 1 {
            self.frames.pop();
            self.reached = Some(goal.to_owned());
            let step = self.step(library)?;
            return Some(step.ends.get(goal).map_or_else(|| PERSON.to_owned(), |exit| self.through(exit, out)));
        }
        let goal = self.reached.take().unwrap_or_else(|| goal.to_owned());
        out.push(Effect::End { goal });
        self.wait = Wait::Over;
        None
    }

    fn fill(&mut self, library: &Library, index: usize, value: Value, out: &mut Vec<Effect>) {
        let Some(step) = self.step(library) else { return };
        if let Some((name, _)) = fields(step).and_then(|fields| fields.get_index(index)) {
            self.values.insert(name.clone(), value);
        }
        if let Some(next) = self.next_field(library, step, index + 1, out) {
            self.go(library, &next, out);
        }
    }

    /// Asks the next field that is not known; the step after the form when there is none.
    fn next_field(&mut self, library: &Library, step: &Step, from: usize, out: &mut Vec<Effect>) -> Option<String> {
        let open = fields(step)?
            .iter()
            .enumerate()
            .skip(from)
            .find(|(_, (name, field))| !(field.known.is_some() && self.values.contains_key(name.as_str())));
        match open {
            Some((index, _)) => {
                self.ask(library, Wait::Field(index), out);
                None
            }
            None => step.goto.as_ref().map(|step| step.value.clone()),
        }
    }

    fn find(&mut self, library: &Library, offer: &Offer, out: &mut Vec<Effect>) {
        match self.request(&offer.from.value) {
            Some(request) => self.act(request, Wait::Found, out),
            None => self.fail(library, out),
        }
    }

    fn act(&mut self, request: Request, wait: Wait, out: &mut Vec<Effect>) {
        self.acts += 1;
        out.push(Effect::Act { key: format!("{}:{}", self.id, self.acts), request });
        self.wait = wait;
    }

    /// The request an action stands for; `None` when a field is not filled, which the checker refuses.
    fn request(&self, action: &ActionCall) -> Option<Request> {
        let field = |at: usize| self.value(action.fields.get(at)?);
        Some(match (action.name.as_str(), field(0)?, field(1)) {
            ("slots.find", Value::Postal(place), Some(Value::Choice(how))) => {
                Request::FindSlots { place, modality: modality(&how), limit: SLOTS_ASKED }
            }
            ("appointments.find", Value::Phone(phone), Some(Value::Postal(place))) => {
                Request::FindAppointments { phone, place }
            }
            ("appointments.book", Value::Postal(place), Some(Value::Slot(slot))) => {
                let typed =
                    if let Some(Value::Phone(phone)) = self.values.get("phone") { Some(phone.clone()) } else { None };
                Request::Book { phone: typed.or_else(|| self.caller.callable().cloned()), place, slot }
            }
            ("appointments.confirm", Value::Appointment(appointment), _) => Request::Confirm { appointment },
            ("appointments.cancel", Value::Appointment(appointment), _) => Request::Cancel { appointment },
            ("callbacks.request", Value::Phone(phone), Some(Value::Choice(window))) => {
                Request::RequestCallback { phone, topic: PERSON.to_owned(), window }
            }
            _ => return None,
        })
    }

    fn value(&self, path: &str) -> Option<Value> {
        if let Some(literal) = path.strip_prefix('\'').and_then(|path| path.strip_suffix('\'')) {
            return Some(Value::Choice(literal.to_owned()));
        }
        match path {
            "caller.number" => self.caller.callable().cloned().map(Value::Phone),
            _ => self.values.get(path).cloned(),
        }
    }
}

fn fields(step: &Step) -> Option<&indexmap::IndexMap<String, Field>> {
    step.form.as_ref().or(step.ask.as_ref())
}

/// Ten keys that a counsellor can dial: neither a premium-rate number (D1, G18: somebody would earn by it) nor another
/// country's.
fn typed_phone(keys: &str) -> Option<PhoneNumber> {
    let is_national = keys.len() == 10 && keys.starts_with('0');
    PhoneNumber::parse(keys).filter(|number| is_national && number.kind() != LineKind::Special)
}

fn yes_no(digit: Option<u8>) -> Option<bool> {
    match digit {
        Some(1) => Some(true),
        Some(2) => Some(false),
        _ => None,
    }
}

fn modality(choice: &str) -> Modality {
    match choice {
        "phone" => Modality::Phone,
        "visio" => Modality::Visio,
        _ => Modality::InPerson,
    }
}
