//! Flows: what a coordinator writes, and the pure interpreter that runs it.
//!
//! ```text
//! flows/*.yaml ─ definition (positions kept) ─ check ─→ Library
//! Run + Library + Input ─ run ─→ effects: Say, Gather, Act, Transfer, End
//! ```
//! A [`Run`] is plain data: it can be kept at every wait and taken up elsewhere. It never looks at a clock, a store or a
//! line: it says what it wants, and is told what came of it.

pub mod action;
pub mod check;
mod definition;
pub mod draw;
mod edge;
pub mod explore;
mod expression;
mod line;
pub mod messages;
mod migrate;
mod run;
pub mod schema;
mod template;
#[cfg(test)]
pub(crate) mod tests;
pub mod time;
mod translation;
mod value;
mod written;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use check::{Fault, Library};
pub use edge::{END, Edge, GOTO, ON_FAILURE, UNANSWERED};
pub use line::Hours;
pub use run::{INPUTS_MAX, Run, leads_away, stops};
pub(crate) use written::join;

use crate::booking::PostalCode;
use crate::phone::{LineKind, PhoneNumber};
use crate::speech::Prompt;
use action::{Reply, Request};

/// Who talks to us, as far as the network tells (D15: it proves nothing; D16: it may tell nothing).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Caller {
    /// The number shown, unless withheld.
    pub number: Option<PhoneNumber>,
    /// A call from this number was cut off a moment ago, and is kept (C27).
    #[serde(default)]
    pub dropped: bool,
    /// Somebody of this number asked that it be spoken to slowly (C10). Of a number shared by many it says so of nobody.
    #[serde(default)]
    pub slow: bool,
}

impl Caller {
    /// The number shown, if a counsellor may call it back: never a premium-rate or foreign one, which a fraudster can
    /// show too (D1, D15, G18). Without it the caller is served as one whose number is withheld (D16).
    pub fn callable(&self) -> Option<&PhoneNumber> {
        self.number.as_ref().filter(|number| number.kind() != LineKind::Special)
    }

    /// What kind of line they call from (B6).
    pub fn line(&self) -> Option<LineKind> {
        self.number.as_ref().map(PhoneNumber::kind)
    }
}

/// How a run talks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A telephone call.
    Call,
    /// A dialogue by SMS: what is told between two answers is one message.
    Sms,
    /// The operator's or coordinator's terminal.
    Terminal,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Call, Self::Sms, Self::Terminal];

    /// Whether words can be written on it.
    pub fn has_letters(self) -> bool {
        self != Self::Call
    }

    /// Whether all that is told on it is written, nothing is said, and nobody waits for an answer.
    pub fn is_written(self) -> bool {
        self == Self::Sms
    }

    /// As it is called in a flow.
    pub fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Sms => "sms",
            Self::Terminal => "terminal",
        }
    }
}

/// What happened to a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The caller hears us.
    Start,
    /// The keys that answered the last [`Gather`]; `"*"` asks to repeat, `"0"` alone asks for a person.
    Keys(String),
    /// Words that were written, on a channel that has letters.
    Words(String),
    /// The last [`Gather`] waited in vain.
    NoInput,
    /// What came of the last [`Effect::Record`].
    Recorded {
        /// The recording, kept by the store; none when nothing was said.
        id: Option<String>,
        /// How long it is.
        seconds: u32,
    },
    /// What came of the last [`Effect::Queue`].
    Queued(Queued),
    /// The store's answer to the last [`Effect::Act`].
    Reply(Reply),
    /// The caller is gone.
    Hangup,
}

/// What a run wants done, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Say this; any key may interrupt it when a [`Effect::Gather`] follows (C11).
    Say(Prompt),
    /// Write this; all that is written until the run waits is one message. A line of its own begins with a line break.
    Write(String),
    /// Then wait for keys.
    Gather(Gather),
    /// Ask the store beside the sound; exactly one [`Input::Reply`] comes back.
    Act {
        /// Idempotency key, unique to this request of this run.
        key: String,
        /// What is asked.
        request: Request,
    },
    /// Then a tone, and what the caller says is kept; a key ends it. [`Input::Recorded`] comes back.
    Record(Recording),
    /// Rings a counsellor; [`Input::Queued`] comes back.
    Queue {
        /// Said to the counsellor who picks up.
        whisper: Option<Prompt>,
    },
    /// A person, please (C1, C2): the flow `person` takes over.
    Transfer,
    /// The caller is gone, and may come back: keep this run (C27).
    Rest {
        /// How long, with what it holds.
        keep: Duration,
        /// What they will be asked before it is taken up (D15).
        fact: PostalCode,
    },
    /// Hang up once all is said; this was reached.
    End {
        /// As the flow names it: "appointment.booked".
        goal: String,
    },
}

/// What is to be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Recording {
    /// At most.
    pub max: Duration,
    /// How long nothing may be said.
    pub no_input: Duration,
}

/// What came of ringing a counsellor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Queued {
    /// They spoke with one another.
    Answered,
    /// Nobody works at this hour.
    Closed,
    /// Nobody is free.
    Busy,
    /// The caller would rather be called back, and keeps their rank.
    Callback,
}

/// What keys are waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Gather {
    /// How many.
    pub length: Length,
    /// From the end of the prompt to [`Input::NoInput`] (C6: 8 s; C16: 30 s where a number must be looked up).
    pub no_input: Duration,
    /// From a key to the end of the number (C6: 5 s).
    pub between_keys: Duration,
}

/// How many keys answer a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Length {
    /// One key.
    One,
    /// This many; it ends by itself (C15).
    Exactly(u8),
    /// At most this many; `#` or a pause ends it (C5).
    UpTo(u8),
}
