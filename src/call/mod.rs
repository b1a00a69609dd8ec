//! One call: a SIP leg, a stream of sound and a conversation, joined. Pure: events in, effects out.
//!
//! ```text
//!  INVITE ─→ port opened ─→ 180, 200 ──→ ACK ─→ conversation: Play ⇄ Key, Act ⇄ Replied ─→ BYE ─→ record
//!            (shell)        sdp answer          (nothing is said before the ACK: G8)
//! ```

pub mod conversation;
pub mod keypad;
pub mod record;

use std::time::{Duration, Instant};

pub use conversation::{Conversation, Output};
pub use record::CallRecord;

use crate::clock::Now;
use crate::flow::action::Reply;
use crate::flow::{Caller, Channel, Library};
use crate::sdp::{self, Agreed, Local};

/// A call that has lasted this long is a fault of ours or of the network: it is ended, so that nobody pays for it.
pub const LONGEST: Duration = Duration::from_secs(60 * 60);

/// What happened to a call.
#[derive(Debug)]
pub enum Event {
    /// The caller's ACK came: they hear us. Its body, when the INVITE had none.
    Confirmed(Option<Vec<u8>>),
    /// The dialog offers other media (hold, another address), or asks what we offer.
    Reinvited(Option<Vec<u8>>),
    /// The dialog is over, in these words.
    Ended(&'static str),
    /// Something of the conversation: a key, a prompt's end, a store's answer, the timer.
    Talk(conversation::Event),
    /// No sound has come for a minute (G10).
    Deaf,
}

/// What a call wants done.
#[derive(Debug)]
pub enum Effect {
    /// 200 with this session description.
    Answer(String),
    /// Refuse with this status.
    Refuse(u16),
    /// Accept the new offer.
    Reanswer(String),
    /// Refuse the new offer; the call goes on.
    Rerefuse(u16),
    /// Send and receive sound as agreed.
    Connect(Agreed),
    /// Of the conversation.
    Talk(Output),
    /// BYE.
    HangUp,
    /// The call is over: free everything, write this.
    Close(Box<CallRecord>),
}

/// Who calls, and how they reached us.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Our name for the call; the run and its idempotency keys carry it.
    pub id: String,
    /// The caller, as far as the network tells (D15: it proves nothing).
    pub caller: Caller,
    /// The flow that answers the dialled number.
    pub flow: String,
    /// Our end of the sound.
    pub local: Local,
}

/// How far a call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// 200 sent, with our answer or, when the INVITE had no offer, with ours (G7).
    Answered { offered_by_us: bool },
    Talking,
    /// BYE sent.
    Leaving,
    Closed,
}

/// One call.
#[derive(Debug)]
pub struct Call {
    state: State,
    local: Local,
    conversation: Conversation,
    record: CallRecord,
    ends_by: Instant,
}

impl Call {
    /// A call that just came in, with its offer if it made one. `Err` is the refusal: 488 when no sound fits.
    pub fn new(now: Now, incoming: Incoming, offer: Option<&[u8]>) -> Result<(Self, Vec<Effect>), u16> {
        let mut effects = Vec::new();
        match offer {
            Some(offer) => {
                let (answer, agreed) = sdp::answer(offer, &incoming.local).map_err(|_| 488_u16)?;
                effects.push(Effect::Connect(agreed));
                effects.push(Effect::Answer(answer));
            }
            None => effects.push(Effect::Answer(sdp::offer(&incoming.local))),
        }
        let call = Self {
            state: State::Answered { offered_by_us: offer.is_none() },
            local: incoming.local,
            record: CallRecord::begin(&incoming, now.wall),
            conversation: Conversation::new(&incoming.id, &incoming.flow, incoming.caller, Channel::Call),
            ends_by: now.at + LONGEST,
        };
        Ok((call, effects))
    }

    /// When [`conversation::Event::Timer`] is wanted.
    pub fn deadline(&self) -> Instant {
        self.conversation.deadline().map_or(self.ends_by, |deadline| deadline.min(self.ends_by))
    }

    /// The conversation, to keep its run at rest.
    pub fn conversation(&self) -> &Conversation {
        &self.conversation
    }

    /// One event in, what to do out, in order.
    pub fn input(&mut self, library: &Library, now: Now, event: Event) -> Vec<Effect> {
        match (self.state, event) {
            (State::Closed, _) => Vec::new(),
            (_, Event::Ended(why)) => self.close(library, now, why),
            (State::Answered { offered_by_us }, Event::Confirmed(sdp)) => {
                self.confirmed(library, now, offered_by_us, sdp.as_deref())
            }
            // A repeated ACK changes nothing.
            (State::Talking | State::Leaving, Event::Confirmed(_)) => Vec::new(),
            (State::Leaving, Event::Reinvited(_)) => vec![Effect::Rerefuse(481)],
            (State::Answered { .. } | State::Talking, Event::Reinvited(sdp)) => self.reinvited(sdp.as_deref()),
            (State::Answered { .. } | State::Talking, Event::Deaf) => self.leave("silence"),
            (State::Leaving, Event::Deaf) => Vec::new(),
            (State::Talking, Event::Talk(event)) => self.talk(library, now, event),
            // A reply that comes after we hung up still moves the run on: its effects are not heard.
            (State::Leaving | State::Answered { .. }, Event::Talk(_)) => Vec::new(),
        }
    }

    fn confirmed(&mut self, library: &Library, now: Now, offered_by_us: bool, sdp: Option<&[u8]>) -> Vec<Effect> {
        let mut effects = Vec::new();
        if offered_by_us {
            // RFC 3261 §13.3.1: an offer in the 2xx is answered in the ACK. Without an answer there is no sound to share.
            match sdp.map(|sdp| sdp::agree(sdp, &self.local)) {
                Some(Ok(agreed)) => effects.push(Effect::Connect(agreed)),
                Some(Err(_)) | None => return self.leave("no media"),
            }
        }
        self.state = State::Talking;
        effects.extend(self.talk(library, now, conversation::Event::Started));
        effects
    }

    fn reinvited(&mut self, sdp: Option<&[u8]>) -> Vec<Effect> {
        self.local.version += 1;
        match sdp.map(|sdp| sdp::answer(sdp, &self.local)) {
            Some(Ok((answer, agreed))) => vec![Effect::Connect(agreed), Effect::Reanswer(answer)],
            // T.38 and the like: refused, and the call goes on (G7).
            Some(Err(_)) => vec![Effect::Rerefuse(488)],
            None => vec![Effect::Reanswer(sdp::offer(&self.local))],
        }
    }

    fn talk(&mut self, library: &Library, now: Now, event: conversation::Event) -> Vec<Effect> {
        if now.at >= self.ends_by {
            return self.leave("too long");
        }
        let outputs = self.conversation.input(library, now, event);
        let mut effects = Vec::with_capacity(outputs.len());
        for output in outputs {
            match output {
                Output::HangUp => effects.extend(self.leave("finished")),
                output @ (Output::Play { .. } | Output::Act { .. }) => effects.push(Effect::Talk(output)),
            }
        }
        effects
    }

    fn leave(&mut self, why: &'static str) -> Vec<Effect> {
        self.state = State::Leaving;
        self.record.ended = why;
        vec![Effect::HangUp]
    }

    fn close(&mut self, library: &Library, now: Now, why: &'static str) -> Vec<Effect> {
        let outputs = self.conversation.input(library, now, conversation::Event::HungUp);
        let mut effects: Vec<Effect> = outputs.into_iter().map(Effect::Talk).collect();
        if self.state != State::Leaving {
            self.record.ended = why;
        }
        self.state = State::Closed;
        let goal = self.conversation.goal().map(str::to_owned);
        effects.push(Effect::Close(Box::new(self.record.clone().close(now.wall, goal))));
        effects
    }
}
