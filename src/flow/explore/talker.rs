//! One call: the interpreter itself, what it waits for, and what it has told its caller. What can be seen to be wrong
//! without looking at the store is found here.

use std::time::Duration;

use jiff::Timestamp;

use super::store::Rest;
use super::{CALL_BACK, Detail, PERSON, Wires};
use crate::booking::PostalCode;
use crate::flow::action::{Reply, Request, SLOW};
use crate::flow::check::is_promise;
use crate::flow::{Caller, Channel, Effect, Gather, Input, Library, Recording, Run};
use crate::speech::{Prompt, Unit};

/// Times one call may ask for a person: the call-back flow never does, so once is enough.
const TRANSFERS_MAX: u8 = 2;

/// A call, as far as its future depends on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Talker {
    /// Which call it is.
    pub(super) name: &'static str,
    /// Whose keys and holds they are, to the store: another call's, once that is taken up (C27).
    pub(super) root: String,
    pub(super) run: Run,
    /// What it waits for.
    pub(super) waits: Option<Waits>,
    /// Asked of the store and not answered: the key, the request.
    pub(super) pending: Option<(String, Request)>,
    /// The last of each kind that was to be written: what a promise stands for.
    pub(super) asked: Vec<Asked>,
    /// Cut off, and to be kept for whoever calls again.
    pub(super) rest: Option<Rest>,
    pub(super) transfers: u8,
    /// Something was said since the caller's last answer.
    pub(super) has_spoken: bool,
    pub(super) is_over: bool,
    /// Its flow is one that others call: who called it has the last word.
    pub(super) is_part: bool,
}

/// The flows that the line itself begins with.
const WHOLE: [&str; 2] = ["welcome", PERSON];

/// What a call waits for, but for the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Waits {
    Keys(Gather),
    /// What is said after the tone.
    Voice(Recording),
    /// Somebody who picks up.
    Counsellor,
}

/// A request, and the run whose it is.
pub(super) type Asked = (String, Request);

/// What a caller is told is done.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Claim {
    /// The words, or the goal.
    pub(super) words: String,
    /// One of these must be in the store.
    pub(super) stands_for: Vec<Asked>,
}

/// What a promise, or a goal, stands for in the store.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Booked,
    Moved,
    Confirmed,
    Cancelled,
    CallBack,
    /// A voice message, with a request to be called back.
    Message,
    /// A seat.
    Joined,
    /// The pace of the next calls.
    Pace,
    /// Something.
    Any,
}

/// Words of a promise that say what was promised; the first that fits.
pub(super) const MEANINGS: [(&str, Kind); 8] = [
    ("parlerons", Kind::Pace),
    ("annulé", Kind::Cancelled),
    ("message", Kind::Message),
    ("une place", Kind::Joined),
    ("nouveau rendez-vous", Kind::Moved),
    ("rappel", Kind::CallBack),
    ("attendons", Kind::Confirmed),
    ("rendez-vous", Kind::Booked),
];
/// What a call is counted as when it was done.
pub(super) const GOALS: [(&str, Kind); 6] = [
    ("appointment.booked", Kind::Booked),
    ("appointment.moved", Kind::Moved),
    ("appointment.confirmed", Kind::Confirmed),
    ("appointment.cancelled", Kind::Cancelled),
    ("callback.requested", Kind::CallBack),
    ("group.joined", Kind::Joined),
];

impl Kind {
    /// Whether a request is one that this stands for.
    fn fits(self, request: &Request) -> bool {
        match request {
            Request::Book { .. } => matches!(self, Self::Booked | Self::Any),
            Request::Move { .. } => matches!(self, Self::Moved | Self::Any),
            Request::Confirm { .. } => matches!(self, Self::Confirmed | Self::Any),
            Request::Cancel { .. } => matches!(self, Self::Cancelled | Self::Any),
            Request::RequestCallback { .. } => matches!(self, Self::CallBack | Self::Any),
            Request::AttachMessage { .. } => matches!(self, Self::Message | Self::Any),
            Request::JoinGroup { .. } => matches!(self, Self::Joined | Self::Any),
            Request::RecordConsent { topic, .. } if topic == SLOW => matches!(self, Self::Pace | Self::Any),
            _ => false,
        }
    }
}

/// What came of one input.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) next: Talker,
    pub(super) said: Vec<Prompt>,
    pub(super) claims: Vec<Claim>,
    pub(super) goal: Option<String>,
    /// What must not be.
    pub(super) broken: Option<String>,
}

impl Talker {
    /// The phone rings.
    pub(super) fn new(name: &'static str, flow: &str, caller: Caller, channel: Channel) -> Self {
        let (root, run, rest) = (name.to_owned(), Run::new(name.to_owned(), flow, caller, channel), None);
        let (asked, is_part) = (Vec::new(), !WHOLE.contains(&flow));
        let (waits, pending) = (None, None);
        Self { name, root, run, waits, pending, asked, rest, transfers: 0, has_spoken: false, is_over: false, is_part }
    }

    /// One input, and all that follows without another: a person asked for is the call-back flow, as in
    /// `call::Conversation`.
    pub(super) fn feed(&self, library: &Library, wires: &Wires, detail: Detail, input: Input) -> Step {
        let is_zero = matches!(&input, Input::Keys(keys) if keys == "0")
            || matches!(&input, Input::Words(words) if words == "CONSEILLER");
        let is_hangup = input == Input::Hangup;
        let mut next = Self { waits: None, ..self.clone() };
        if matches!(input, Input::Keys(_) | Input::Words(_) | Input::NoInput | Input::Start) {
            next.has_spoken = false;
        }
        if let Input::Reply(reply) = &input {
            let asked = next.pending.take();
            // Not done, it is nothing that a promise could stand for.
            if let Some((_, asked)) = asked.filter(|_| is_refused(reply)) {
                next.asked.retain(|(_, other)| *other != asked);
            }
            if let Reply::Resumed(kept) = reply {
                next.asked = promised(kept);
            }
        }
        let mut step = Step { next, said: Vec::new(), claims: Vec::new(), goal: None, broken: None };
        let mut input = Some((wires.told)(&self.run, input));
        while let Some(given) = input.take() {
            let before = step.next.run.reached().map(str::to_owned);
            let effects = step.next.run.input(library, Timestamp::UNIX_EPOCH, given);
            let effects = (wires.wanted)(&step.next.run, effects);
            let is_stuck = !is_hangup && stops(&effects) != 1;
            step.broken = step.broken.or(is_stuck.then(|| {
                "neither asks one thing, nor waits for the store, nor ends: nobody could go on from here".to_owned()
            }));
            for effect in effects {
                input = step.effect(effect).or(input);
            }
            step.reached(before.as_deref());
        }
        if is_zero && step.broken.is_none() && !is_person(self, &step.next) {
            step.broken = Some("`0` does not lead to a person, nor to being called back".to_owned());
        }
        step.next.settle(is_hangup, detail, library.minds_language());
        step
    }

    /// Words that come once more, or late, while the store is at work: nothing may come of them.
    pub(super) fn echo(&self, library: &Library, wires: &Wires, words: &str) -> Option<String> {
        let mut run = self.run.clone();
        let effects = run.input(library, Timestamp::UNIX_EPOCH, Input::Words(words.to_owned()));
        let effects = (wires.wanted)(&run, effects);
        let is_nothing = effects.is_empty() && run == self.run;
        (!is_nothing).then(|| "words that came twice are taken for an answer while the store is at work".to_owned())
    }

    fn settle(&mut self, is_hangup: bool, detail: Detail, minds_language: bool) {
        self.is_over |= is_hangup;
        if !self.is_over {
            self.root = self.run.id().split('-').next().unwrap_or_default().to_owned();
            if detail == Detail::Places && [CALL_BACK, PERSON].contains(&self.run.place().0) {
                (self.is_over, self.pending) = (true, None);
            }
        }
        if self.is_over {
            // What the caller knew is of no more use; what the store was asked for may still be carried out.
            let run = Run::new(self.name.to_owned(), "", Caller::default(), Channel::Call);
            (self.run, self.has_spoken, self.transfers, self.waits) = (run, false, 0, None);
            self.asked.clear();
            return;
        }
        self.run = match detail {
            Detail::Full => self.run.clone().normal(),
            Detail::Folded | Detail::Places => self.run.clone().folded(minds_language),
        };
        match &mut self.waits {
            Some(Waits::Keys(gather)) if detail.is_folded() => {
                (gather.no_input, gather.between_keys) = (Duration::ZERO, Duration::ZERO);
            }
            Some(Waits::Voice(recording)) if detail.is_folded() => recording.no_input = Duration::ZERO,
            _ => {}
        }
    }

    /// Whether the caller is to answer.
    pub(super) fn is_asking(&self) -> bool {
        matches!(self.waits, Some(Waits::Keys(_) | Waits::Voice(_)))
    }

    /// Without rungs, pace and language.
    pub(super) fn folded(&self) -> Self {
        let mut folded = self.clone();
        folded.settle(false, Detail::Folded, false);
        folded
    }
}

impl Step {
    /// Notes an effect; the input it brings about at once, if it does.
    fn effect(&mut self, effect: Effect) -> Option<Input> {
        let next = &mut self.next;
        match effect {
            Effect::Say(prompt) => {
                next.has_spoken |= prompt.text().chars().any(char::is_alphanumeric);
                let promises: Vec<_> = prompt.units.iter().filter_map(promise).collect();
                promises.into_iter().for_each(|(words, kind)| self.claim(words, kind));
                self.said.push(prompt);
            }
            // What is written counts as what is said.
            Effect::Write(text) => {
                let prompt = Prompt { units: vec![Unit::Say(text)], ..Prompt::default() };
                return self.effect(Effect::Say(prompt));
            }
            Effect::Gather(gather) => {
                next.waits = Some(Waits::Keys(gather));
                self.heard("asks");
            }
            Effect::Record(recording) => {
                next.waits = Some(Waits::Voice(recording));
                self.heard("asks");
            }
            Effect::Queue { .. } => {
                next.waits = Some(Waits::Counsellor);
                // By SMS nobody is rung (`call::dialogue`): what follows is one message with this.
                if !next.run.channel().is_written() {
                    self.heard("rings somebody");
                }
            }
            Effect::Rest { keep, fact } => next.rest = Rest::of(&next.run, &next.asked, keep, fact),
            Effect::Act { key, request } => {
                if Kind::Any.fits(&request) {
                    next.asked.retain(|(_, other)| std::mem::discriminant(other) != std::mem::discriminant(&request));
                    next.asked.push((next.run.id().to_owned(), request.clone()));
                }
                next.pending = Some((paired(&key), request));
            }
            Effect::Transfer => {
                next.transfers += 1;
                self.heard("passes to a person");
                if self.next.transfers > TRANSFERS_MAX {
                    self.broken = Some("a person is asked for again and again, and none comes".to_owned());
                    return None;
                }
                let id = format!("{}-{}", self.next.name, self.next.transfers);
                self.next.run = self.next.run.succeed(id, PERSON);
                self.next.is_part = false;
                return Some(Input::Start);
            }
            Effect::End { goal } => {
                next.is_over = true;
                // Who writes STOP has said the last word.
                if !next.is_part && goal != "stopped" {
                    self.heard("hangs up");
                }
                let kind = GOALS.iter().find(|(name, _)| *name == goal).map(|(_, kind)| *kind);
                if let Some(kind) = kind {
                    self.claim(&goal, kind);
                }
                self.goal = Some(goal);
            }
        }
        None
    }

    /// A goal that counts from here on, should the caller hang up (`definition::Step::reached`, or a flow that was called).
    fn reached(&mut self, before: Option<&str>) {
        let now = self.next.run.reached().filter(|now| Some(*now) != before).map(str::to_owned);
        let kind = now.as_deref().and_then(|goal| GOALS.iter().find(|(name, _)| *name == goal));
        if let (Some(goal), Some((_, kind))) = (now, kind) {
            self.claim(&goal, *kind);
        }
    }

    fn claim(&mut self, words: &str, kind: Kind) {
        let stands_for = self.next.asked.iter().filter(|(_, request)| kind.fits(request)).cloned().collect();
        self.claims.push(Claim { words: words.to_owned(), stands_for });
    }

    fn heard(&mut self, what: &str) {
        if !self.next.has_spoken && self.broken.is_none() {
            self.broken = Some(format!("the line {what} and has said nothing since the caller's last answer"));
        }
    }
}

/// The field that rests beside a run: what was promised before the call was cut off. [`Run`] reads over it.
const PROMISED: &str = "promised";

impl Rest {
    fn of(run: &Run, asked: &[Asked], keep: Duration, fact: PostalCode) -> Option<Self> {
        let mut kept = serde_json::to_value(run).ok()?;
        kept.as_object_mut()?.insert(PROMISED.to_owned(), serde_json::to_value(asked).ok()?);
        let keep_s = u32::try_from(keep.as_secs()).unwrap_or(u32::MAX);
        let phone = run.caller().callable()?.clone();
        Some(Self { run: run.id().to_owned(), phone, fact, keep_s, json: kept.to_string(), misses: 0 })
    }
}

/// Whether a store says that it has not done what it was asked.
fn is_refused(reply: &Reply) -> bool {
    matches!(reply, Reply::Unavailable | Reply::Taken | Reply::Gone | Reply::Full | Reply::AlreadyBooked(_))
}

fn promised(kept: &str) -> Vec<Asked> {
    let kept: Option<serde_json::Value> = serde_json::from_str(kept).ok();
    let asked = kept.as_ref().and_then(|kept| kept.get(PROMISED)).cloned();
    asked.and_then(|asked| serde_json::from_value(asked).ok()).unwrap_or_default()
}

/// A key with its count's parity alone, as [`Run::normal`] leaves it: that tells the last request from the one before.
fn paired(key: &str) -> String {
    let Some((run, count)) = key.rsplit_once(':') else { return key.to_owned() };
    count.parse::<u32>().map_or_else(|_| key.to_owned(), |count| format!("{run}:{}", count % 2))
}

/// How many ways of going on these effects are: it should be one, and the last.
fn stops(effects: &[Effect]) -> usize {
    let is_stop = |effect: &&Effect| !matches!(effect, Effect::Say(_) | Effect::Write(_));
    let is_last = effects.last().is_some_and(|last| is_stop(&last));
    if is_last { effects.iter().filter(is_stop).count() } else { 0 }
}

/// C1: the call-back flow is the person while nobody can be rung; in it, `0` writes the request down, or says the number.
fn is_person(before: &Talker, after: &Talker) -> bool {
    let is_call_back = |talker: &Talker| [CALL_BACK, PERSON].contains(&talker.run.place().0);
    let is_asked = matches!(after.pending, Some((_, Request::RequestCallback { .. })));
    after.transfers > before.transfers || is_asked || is_call_back(after) || (is_call_back(before) && after.is_over)
}

fn promise(unit: &Unit) -> Option<(&str, Kind)> {
    let Unit::Say(text) = unit else { return None };
    let lower = text.to_lowercase();
    let meaning = || MEANINGS.iter().find(|(word, _)| lower.contains(word)).map_or(Kind::Any, |(_, kind)| *kind);
    is_promise(text).then(|| (text.as_str(), meaning()))
}
