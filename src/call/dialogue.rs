//! One person talking with one run by SMS: what they wrote in, one message out, the store beside.
//!
//! ```text
//! "RDV"   ─→ the flow begins            ─→ "Bonjour. …\n1 = prendre un rendez-vous\n2 = …"     one message, however many
//! "1"     ─→ Run: an answer ─→ the store ─→ "…" + "…" + the next question                      texts there are on the way
//! nothing ─→ nothing: who writes answers when they can; no silence is counted
//! ```
//! No network is here: whoever carries messages gives them one by one, a repetition only once, and sends what comes back.
//! Between two messages a dialogue is at rest; when its person calls instead, it is left, and the call takes it up (C27).

#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use super::conversation::{PERSON_FLOW, Rest};
use crate::flow::action::{Reply, Request};
use crate::flow::{Caller, Channel, Edge, Effect, Input, Library, Queued, Run, join, leads_away, stops};
use crate::gsm7;

/// After this long, what is written begins anew: no provider carries an answer later (E15).
pub const STALE: Duration = Duration::from_secs(48 * 3600);

/// What the world tells a dialogue.
#[derive(Clone, Debug)]
pub enum Event {
    /// They wrote this.
    Received(String),
    /// The store answered.
    Replied(Reply),
    /// They are talking to us in another way now, or will not come back: what they hold rests for them (C27).
    Left,
}

/// What a dialogue wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Send this.
    Send(Message),
    /// Ask the store; exactly one [`Event::Replied`] comes back.
    Act {
        /// Whose holds it is about.
        run: String,
        /// Asked twice with the same key, it is done once.
        key: String,
        /// What is asked.
        request: Request,
    },
    /// Keep their run (C27).
    Rest(Box<Rest>),
}

/// One message, every letter of it in the alphabet of SMS (E9, E10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// As it is sent.
    pub text: String,
    /// SMS that it takes (E11).
    pub segments: u32,
}

impl Message {
    fn of(text: &str) -> Self {
        let text = gsm7::as_sent(text);
        let segments = gsm7::size(&text).segments;
        Self { text, segments }
    }
}

/// Where a dialogue stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum State {
    /// Nothing came yet.
    Begun,
    /// Theirs is the turn.
    Waiting,
    /// The store is at work.
    Acting,
    /// All is said; what is written next begins another.
    Over,
}

/// A run that was kept counts its ways again.
fn counted<'de, D: Deserializer<'de>>(kept: D) -> Result<Run, D::Error> {
    Run::deserialize(kept).map(Run::counted)
}

/// One dialogue: plain data, kept between two messages. Its ways must have been asked for by then.
#[derive(Debug, Serialize, Deserialize)]
pub struct Dialogue {
    #[serde(deserialize_with = "counted")]
    run: Run,
    id: String,
    state: State,
    /// What will be sent once the run waits.
    message: String,
    /// Came while the store was at work, and means the same at any question (C11).
    early: Option<String>,
    transfers: u32,
    goal: Option<String>,
    #[serde(skip)]
    taken: Vec<Edge>,
    last_at: Timestamp,
}

impl Dialogue {
    /// A dialogue that will run `flow` for `caller` under `id`, begun by their first message. The caller shows the number of a
    /// mobile: to no other is anything sent (B5).
    pub fn new(id: &str, flow: &str, caller: Caller, now: Timestamp) -> Self {
        Self {
            run: Run::new(id.to_owned(), flow, caller, Channel::Sms).counted(),
            id: id.to_owned(),
            state: State::Begun,
            message: String::new(),
            early: None,
            transfers: 0,
            goal: None,
            taken: Vec::new(),
            last_at: now,
        }
    }

    /// What was reached, once it was; also of somebody who wrote no more after it.
    pub fn goal(&self) -> Option<&str> {
        self.goal.as_deref().or(self.run.reached())
    }

    /// Whether what is written now begins another.
    pub fn is_over(&self, now: Timestamp) -> bool {
        let since = now.duration_since(self.last_at);
        self.state == State::Over || since.unsigned_abs() > STALE
    }

    /// The ways through the flows that were taken since this was asked last, in order.
    pub fn taken(&mut self) -> Vec<Edge> {
        let mut taken = std::mem::take(&mut self.taken);
        taken.extend(self.run.taken());
        taken
    }

    /// One event in, what to do out, in order.
    pub fn input(&mut self, library: &Library, now: Timestamp, event: Event) -> Vec<Output> {
        let mut out = Vec::new();
        if matches!(event, Event::Received(_)) {
            self.last_at = now;
        }
        match (self.state, event) {
            (State::Begun, Event::Received(words)) => {
                self.feed(library, now, Input::Start, &mut out);
                // What always means the same means it at once; any other first word is a greeting.
                if leads_away(&words) && self.state == State::Waiting {
                    out.clear();
                    self.feed(library, now, Input::Words(words), &mut out);
                } else if self.state == State::Acting {
                    self.comes_early(words);
                }
            }
            (State::Waiting, Event::Received(words)) => self.feed(library, now, Input::Words(words), &mut out),
            (State::Acting, Event::Received(words)) => self.comes_early(words),
            (State::Acting, Event::Replied(reply)) => {
                self.state = State::Waiting;
                self.feed(library, now, Input::Reply(reply), &mut out);
                if self.state == State::Waiting
                    && let Some(words) = self.early.take()
                {
                    self.feed(library, now, Input::Words(words), &mut out);
                }
            }
            (State::Begun | State::Waiting | State::Over, Event::Replied(_)) => {}
            (State::Begun | State::Waiting | State::Acting, Event::Left) => {
                self.state = State::Over;
                let effects = self.run.input(library, now, Input::Hangup);
                out.extend(effects.into_iter().filter_map(|effect| self.rest(effect)));
            }
            (State::Over, Event::Received(_) | Event::Left) => {}
        }
        out
    }

    /// Kept until the store has answered, if it means the same at any question; the last of them, but nothing undoes STOP.
    fn comes_early(&mut self, words: String) {
        if leads_away(&words) && !self.early.as_deref().is_some_and(stops) {
            self.early = Some(words);
        }
    }

    /// Feeds the run and carries its effects out; what it has written goes out once it waits.
    fn feed(&mut self, library: &Library, now: Timestamp, input: Input, out: &mut Vec<Output>) {
        self.state = State::Waiting;
        let effects = self.run.input(library, now, input);
        for effect in effects {
            match effect {
                Effect::Write(text) => join(&mut self.message, &text),
                Effect::Act { key, request } => {
                    self.state = State::Acting;
                    out.push(Output::Act { run: self.run.id().to_owned(), key, request });
                }
                // Nobody is rung for a message: a counsellor calls back (B15, C2).
                Effect::Queue { .. } => return self.feed(library, now, Input::Queued(Queued::Callback), out),
                Effect::Transfer => return self.transfer(library, now, out),
                Effect::End { goal } => {
                    self.state = State::Over;
                    self.goal = Some(goal);
                }
                Effect::Gather(_) | Effect::Rest { .. } => {}
                // Of a voice: a run by SMS says nothing and hears nothing.
                Effect::Say(_) | Effect::Record(_) => {}
            }
        }
        if self.state != State::Acting && !self.message.is_empty() {
            out.push(Output::Send(Message::of(&std::mem::take(&mut self.message))));
        }
    }

    /// The flow that knows how to reach somebody, as by telephone.
    fn transfer(&mut self, library: &Library, now: Timestamp, out: &mut Vec<Output>) {
        self.transfers += 1;
        let id = format!("{}-{}", self.id, self.transfers);
        self.taken.extend(self.run.taken());
        self.run = self.run.succeed(id, PERSON_FLOW).counted();
        self.feed(library, now, Input::Start, out);
    }

    fn rest(&self, effect: Effect) -> Option<Output> {
        let Effect::Rest { keep, fact } = effect else { return None };
        Rest::of(&self.run, keep, fact).map(|rest| Output::Rest(Box::new(rest)))
    }
}
