//! One person talking with one run, by voice: prompts out, keys in, the store beside.
//!
//! The same conversation runs behind a SIP call, in a terminal and in the tests' transcripts; they differ only in who
//! carries out the [`Output`]s.

use std::collections::VecDeque;
use std::time::Instant;

use super::keypad::{Gathered, Keypad};
use crate::clock::Now;
use crate::flow::action::{Reply, Request};
use crate::flow::{Caller, Channel, Effect, Input, Library, Run};
use crate::speech::Prompt;

/// What the world tells a conversation.
#[derive(Clone, Debug)]
pub enum Event {
    /// The caller can hear us.
    Started,
    /// A key was pressed. Whoever plays the sound has already stopped it, if it was interruptible.
    Key(char),
    /// The prompt with this tag was played to its end, or stopped.
    Played {
        /// Of the [`Output::Play`].
        tag: u32,
    },
    /// The store answered.
    Replied(Reply),
    /// [`Conversation::deadline`] is here.
    Timer,
    /// The caller is gone.
    HungUp,
}

/// What a conversation wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Say this, instead of whatever is being said; report [`Event::Played`] with the tag.
    Play {
        /// Grows by one each time.
        tag: u32,
        /// What to say.
        prompt: Prompt,
        /// Any key stops it (C11).
        is_interruptible: bool,
    },
    /// Ask the store; exactly one [`Event::Replied`] comes back.
    Act {
        /// Asked twice with the same key, it is done once.
        key: String,
        /// What is asked.
        request: Request,
    },
    /// All is said: hang up.
    HangUp,
}

/// Where a conversation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Not started, or waiting for a key (see the keypad).
    Asking,
    /// The store is at work; the caller may still be hearing something.
    Acting,
    /// The last words are being said.
    Ending,
    /// Over.
    Ended,
}

/// One conversation.
#[derive(Debug)]
pub struct Conversation {
    run: Run,
    id: String,
    caller: Caller,
    channel: Channel,
    keypad: Keypad,
    state: State,
    /// What is yet to be said, after what is being said.
    queue: VecDeque<Prompt>,
    playing: Option<u32>,
    tag: u32,
    /// `0` pressed while the store was at work: kept for the next question (C1, C11).
    wants_person: bool,
    /// Times a person was asked for; each starts the call-back flow once.
    transfers: u32,
    goal: Option<String>,
}

/// The flow that answers "a person, please" while nobody can be rung.
pub const CALL_BACK_FLOW: &str = "call_back";

impl Conversation {
    /// A conversation that will run `flow` for `caller` under `id`.
    pub fn new(id: &str, flow: &str, caller: Caller, channel: Channel) -> Self {
        Self {
            run: Run::new(id.to_owned(), flow, caller.clone(), channel),
            id: id.to_owned(),
            caller,
            channel,
            keypad: Keypad::default(),
            state: State::Asking,
            queue: VecDeque::new(),
            playing: None,
            tag: 0,
            wants_person: false,
            transfers: 0,
            goal: None,
        }
    }

    /// What was reached, once it was.
    pub fn goal(&self) -> Option<&str> {
        self.goal.as_deref()
    }

    /// The run, to keep it at rest.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Whether a key pressed now would be an answer.
    pub fn is_asking(&self) -> bool {
        self.keypad.is_open()
    }

    /// Whether a number has been begun and not ended.
    pub fn is_begun(&self) -> bool {
        self.keypad.is_begun()
    }

    /// When [`Event::Timer`] is wanted.
    pub fn deadline(&self) -> Option<Instant> {
        self.keypad.deadline()
    }

    /// One event in, what to do out, in order.
    pub fn input(&mut self, library: &Library, now: Now, event: Event) -> Vec<Output> {
        let mut out = Vec::new();
        match (self.state, event) {
            (State::Ended, _) => {}
            (_, Event::HungUp) => {
                self.state = State::Ended;
                self.keypad.close();
                // The run may free what it holds or keep it; nobody hears an answer any more.
                let effects = self.run.input(library, now.wall, Input::Hangup);
                out.extend(effects.into_iter().filter_map(act));
            }
            (_, Event::Started) => self.feed(library, now, Input::Start, &mut out),
            (_, Event::Played { tag }) => self.played(tag, now, &mut out),
            (State::Acting, Event::Replied(reply)) => {
                self.state = State::Asking;
                self.feed(library, now, Input::Reply(reply), &mut out);
            }
            (State::Asking | State::Ending, Event::Replied(_)) => {}
            (State::Asking, Event::Key(key)) => self.key(library, now, key, &mut out),
            (State::Acting, Event::Key(key)) => self.wants_person |= key == '0',
            (State::Ending, Event::Key(_)) => {}
            (_, Event::Timer) => {
                if let Some(gathered) = self.keypad.wait_ended(now.at) {
                    self.answer(library, now, gathered, &mut out);
                }
            }
        }
        out
    }

    fn key(&mut self, library: &Library, now: Now, key: char, out: &mut Vec<Output>) {
        if self.keypad.is_bounce(key, now.at) {
            return;
        }
        // The sound has stopped under the key; what was still to be said of this question is moot.
        self.queue.clear();
        if let Some(gathered) = self.keypad.key(key, now.at) {
            self.answer(library, now, gathered, out);
        }
    }

    fn answer(&mut self, library: &Library, now: Now, gathered: Gathered, out: &mut Vec<Output>) {
        self.queue.clear();
        let input = match gathered {
            Gathered::Keys(keys) => Input::Keys(keys),
            Gathered::Silence => Input::NoInput,
        };
        // Whatever still sounds belongs to the question just answered: the next prompt replaces it.
        self.playing = None;
        self.feed(library, now, input, out);
    }

    /// Feeds the run and carries its effects out, until it waits.
    fn feed(&mut self, library: &Library, now: Now, input: Input, out: &mut Vec<Output>) {
        let effects = self.run.input(library, now.wall, input);
        for effect in effects {
            match effect {
                Effect::Say(prompt) => self.queue.push_back(prompt),
                Effect::Gather(gather) => self.keypad.ask(gather),
                Effect::Act { key, request } => {
                    self.state = State::Acting;
                    out.push(Output::Act { key, request });
                }
                Effect::Transfer => return self.transfer(library, now, out),
                Effect::End { goal } => {
                    self.state = State::Ending;
                    self.goal = Some(goal);
                }
            }
        }
        if self.wants_person && self.keypad.is_open() {
            self.wants_person = false;
            self.keypad.close();
            self.queue.clear();
            return self.feed(library, now, Input::Keys("0".to_owned()), out);
        }
        self.speak(now, out);
    }

    /// Nobody can be rung yet (the trunk comes later): a person calls back instead. Never a dead end (C2, C8).
    fn transfer(&mut self, library: &Library, now: Now, out: &mut Vec<Output>) {
        self.transfers += 1;
        let id = format!("{}-{}", self.id, self.transfers);
        self.run = Run::new(id, CALL_BACK_FLOW, self.caller.clone(), self.channel);
        self.feed(library, now, Input::Start, out);
    }

    /// Says the next thing, or lets the wait begin.
    fn speak(&mut self, now: Now, out: &mut Vec<Output>) {
        if self.playing.is_some() {
            return;
        }
        // One play for all that is queued: no gap between sentences, one report at the end.
        let units: Vec<_> = self.queue.drain(..).flat_map(|prompt| prompt.0).collect();
        if !units.is_empty() {
            self.tag += 1;
            self.playing = Some(self.tag);
            out.push(Output::Play { tag: self.tag, prompt: Prompt(units), is_interruptible: self.keypad.is_open() });
        } else if self.state == State::Ending {
            self.state = State::Ended;
            out.push(Output::HangUp);
        } else {
            self.keypad.prompt_ended(now.at);
        }
    }

    fn played(&mut self, tag: u32, now: Now, out: &mut Vec<Output>) {
        if self.playing == Some(tag) {
            self.playing = None;
            self.speak(now, out);
        }
    }
}

/// Only the store's part of an effect.
fn act(effect: Effect) -> Option<Output> {
    match effect {
        Effect::Act { key, request } => Some(Output::Act { key, request }),
        Effect::Say(_) | Effect::Gather(_) | Effect::Transfer | Effect::End { .. } => None,
    }
}
