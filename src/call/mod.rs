//! One call: a SIP leg, a stream of sound and a conversation, joined. Pure: events in, effects out.
//!
//! ```text
//!  INVITE ─→ port opened ─→ 180, 200 ──→ ACK ─→ conversation: Play ⇄ Key, Act ⇄ Replied ─→ BYE ─→ record
//!            (shell)        sdp answer          (nothing is said before the ACK: G8)
//! ```
//!
//! | state | Confirmed (ACK) | Reinvited | Talk | Timer | Deaf | Ended |
//! |---|---|---|---|---|---|---|
//! | Answered | conversation starts | answered; 491 while we offer | nothing | limits | BYE | record |
//! | Talking | ends our offer | answered; 491 while we offer | conversation | limits, conversation | BYE, not on hold | record |
//! | Leaving | nothing | 481 | nothing | record, if no one reports the end | nothing | record |
//! | Closed | nothing | nothing | nothing | nothing | nothing | nothing |
//!
//! A reply of the store that comes after the hang-up is dropped. What was promised is safe: « c'est noté » is said only
//! after the commit, so whatever is still on its way was not promised; the store keeps what it wrote, and the next call
//! finds it.

pub mod conversation;
pub mod dialogue;
pub mod keypad;
pub mod record;
pub mod transcript;

#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

pub use conversation::{Conversation, Output};
pub use record::CallRecord;

use crate::clock::Now;
use crate::flow::{Caller, Channel, Edge, Library};
use crate::sdp::{self, Agreed, Local};

/// After this long a person takes over at the next question (C8): whoever has not found their way by now is called
/// back, not cut off.
pub const LONGEST: Duration = Duration::from_secs(60 * 60);
/// What is left then to arrange the call back, two questions and their silences, at the slow pace too.
pub const LONGEST_GOODBYE: Duration = Duration::from_secs(10 * 60);
/// What is left at the least to last words already begun: « c'est noté », the date, the address, twice (C9).
pub const LAST_WORDS: Duration = Duration::from_secs(2 * 60);
/// On hold for longer is forgotten: a hold costs us as much as a talk.
pub const LONGEST_HOLD: Duration = Duration::from_secs(10 * 60);
/// A BYE is answered, or given up, within 64·T1 = 32 s (RFC 3261 §17.1.2.2); twice that, and nobody will tell.
const LEAVING: Duration = Duration::from_secs(64);

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
#[derive(Debug, PartialEq)]
pub enum Effect {
    /// 200 with this session description.
    Answer(String),
    /// 200 to the re-INVITE, with this session description.
    Reanswer(String),
    /// Refuse the re-INVITE with this status; the call goes on.
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

/// How far a call has come. `is_offering`: a 200 of ours carried an offer, its ACK has to bring the answer (G7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// 200 sent.
    Answered {
        is_offering: bool,
    },
    Talking {
        is_offering: bool,
    },
    /// BYE sent.
    Leaving,
    Closed,
}

/// One call.
#[derive(Debug)]
pub struct Call {
    state: State,
    local: Local,
    /// The description we sent last.
    described: String,
    agreed: Option<Agreed>,
    conversation: Conversation,
    record: CallRecord,
    /// When a person takes over; none once one was asked for.
    person_at: Option<Instant>,
    /// When a hold has lasted too long.
    hold_ends_at: Option<Instant>,
    ends_at: Instant,
    /// Why, if it comes to that.
    ends_for: &'static str,
}

impl Call {
    /// A call that just came in, with its offer if it made one. `Err` is the refusal: 488 when no sound fits.
    pub fn new(now: Now, incoming: Incoming, offer: Option<&[u8]>) -> Result<(Self, Vec<Effect>), u16> {
        let Incoming { id, caller, flow, local } = incoming;
        let (described, agreed) = match offer {
            Some(offer) => {
                sdp::answer(offer, &local).map(|(answer, agreed)| (answer, Some(agreed))).map_err(|_| 488_u16)?
            }
            None => (sdp::offer(&local), None),
        };
        let effects = vec![Effect::Answer(described.clone())];
        let call = Self {
            state: State::Answered { is_offering: offer.is_none() },
            local,
            described,
            agreed,
            record: CallRecord::begin(&id, &flow, caller.number.as_ref(), now.wall),
            conversation: Conversation::new(&id, &flow, caller, Channel::Call),
            person_at: Some(now.at + LONGEST),
            hold_ends_at: None,
            ends_at: now.at + LONGEST + LONGEST_GOODBYE,
            ends_for: "too long",
        };
        Ok((call, effects))
    }

    /// When [`conversation::Event::Timer`] is wanted. After [`Effect::Close`] it never is: the call can be dropped.
    pub fn deadline(&self) -> Instant {
        let waits = [self.conversation.deadline(), self.person_at, self.hold_ends_at];
        match self.state {
            State::Talking { .. } => waits.into_iter().flatten().fold(self.ends_at, Instant::min),
            State::Answered { .. } | State::Leaving | State::Closed => self.ends_at,
        }
    }

    /// What was being said after a tone when the call ended, and is kept by now: see [`Conversation::last_recording`].
    pub fn last_recording(&mut self, library: &Library, now: Now, id: Option<String>, seconds: u32) -> Vec<Effect> {
        self.conversation.last_recording(library, now, id, seconds).into_iter().map(Effect::Talk).collect()
    }

    /// See [`Conversation::taken`].
    pub fn taken(&mut self) -> Vec<Edge> {
        self.conversation.taken()
    }

    /// The conversation, to keep its run at rest.
    pub fn conversation(&self) -> &Conversation {
        &self.conversation
    }

    /// One event in, what to do out, in order.
    pub fn input(&mut self, library: &Library, now: Now, event: Event) -> Vec<Effect> {
        use conversation::Event as Talk;
        match (self.state, event) {
            (State::Closed, _) => Vec::new(),
            (_, Event::Ended(why)) => self.close(library, now, why),
            (State::Answered { is_offering }, Event::Confirmed(sdp)) => {
                self.confirmed(library, now, is_offering, sdp.as_deref())
            }
            (State::Talking { is_offering: true }, Event::Confirmed(sdp)) => {
                self.reconfirmed(library, now, sdp.as_deref())
            }
            // A repeated ACK, or that of a re-INVITE which brought its own offer.
            (State::Talking { is_offering: false } | State::Leaving, Event::Confirmed(_)) => Vec::new(),
            // Glare (RFC 3264 §4): one offer at a time, they try again in a moment (RFC 3261 §14.2).
            (State::Answered { is_offering: true } | State::Talking { is_offering: true }, Event::Reinvited(_)) => {
                vec![Effect::Rerefuse(491)]
            }
            // Our first answer's ACK is late or lost. An offer of theirs can be answered; one of ours would take that
            // ACK for its own, so it waits.
            (State::Answered { is_offering: false }, Event::Reinvited(None)) => vec![Effect::Rerefuse(491)],
            (State::Answered { is_offering: false } | State::Talking { .. }, Event::Reinvited(Some(offer))) => {
                self.reoffered(library, now, &offer)
            }
            (State::Talking { is_offering: false }, Event::Reinvited(None)) => self.reoffer(),
            (State::Leaving, Event::Reinvited(_)) => vec![Effect::Rerefuse(481)],
            (State::Answered { .. } | State::Talking { .. }, Event::Deaf) => self.deaf(library, now),
            (State::Leaving, Event::Deaf) => Vec::new(),
            (State::Answered { .. } | State::Talking { .. }, Event::Talk(Talk::Timer)) => self.timer(library, now),
            (State::Leaving, Event::Talk(Talk::Timer)) if now.at >= self.ends_at => self.close(library, now, "lost"),
            (State::Leaving, Event::Talk(Talk::Timer)) => Vec::new(),
            // These follow from the call's own events, and are said here.
            (
                State::Talking { .. },
                Event::Talk(Talk::Started | Talk::Words(_) | Talk::Held | Talk::Resumed | Talk::TimeUp | Talk::HungUp),
            ) => Vec::new(),
            (
                State::Talking { .. },
                Event::Talk(event @ (Talk::Key(_) | Talk::Played { .. } | Talk::Replied(_) | Talk::Recorded { .. })),
            ) => self.talk(library, now, event),
            // Before the ACK nothing was asked; after the BYE nobody hears the answer.
            (State::Answered { .. } | State::Leaving, Event::Talk(_)) => Vec::new(),
        }
    }

    fn confirmed(&mut self, library: &Library, now: Now, is_offering: bool, sdp: Option<&[u8]>) -> Vec<Effect> {
        let mut effects = Vec::new();
        if is_offering {
            // RFC 3261 §13.2.1: an offer in the 2xx is answered in the ACK. Without an answer there is no sound to
            // share.
            match sdp.map(|sdp| sdp::agree(sdp, &self.local)) {
                Some(Ok(agreed)) => self.agreed = Some(agreed),
                Some(Err(_)) | None => return self.leave(library, now, "no media"),
            }
        }
        // Not before: an INVITE of a forged source would have us send 50 packets a second to whoever its description names.
        effects.extend(self.agreed.clone().map(Effect::Connect));
        self.state = State::Talking { is_offering: false };
        // A call set up by a third party may begin on hold (RFC 3725): the greeting waits.
        if self.is_held() {
            effects.extend(self.held(library, now));
        }
        effects.extend(self.talk(library, now, conversation::Event::Started));
        effects
    }

    /// The answer to an offer made inside the dialog. A broken one, or none, leaves the sound as it was (RFC 3261
    /// §14.1).
    fn reconfirmed(&mut self, library: &Library, now: Now, sdp: Option<&[u8]>) -> Vec<Effect> {
        self.state = State::Talking { is_offering: false };
        match sdp.map(|sdp| sdp::agree(sdp, &self.local)) {
            Some(Ok(agreed)) => self.connect(library, now, agreed, None),
            Some(Err(_)) | None => Vec::new(),
        }
    }

    /// T.38 and the like are refused, and the call goes on as it was (G7).
    fn reoffered(&mut self, library: &Library, now: Now, offer: &[u8]) -> Vec<Effect> {
        match sdp::answer(offer, &self.local) {
            Ok((same, agreed)) if same == self.described => {
                // A mere refresh (G10): the same description, so the same version (RFC 3264 §8).
                self.connect(library, now, agreed, Some(same))
            }
            Ok(_) => {
                let next = Local { version: self.local.version + 1, ..self.local.clone() };
                let Ok((answer, agreed)) = sdp::answer(offer, &next) else { return vec![Effect::Rerefuse(488)] };
                self.local = next;
                self.described.clone_from(&answer);
                self.connect(library, now, agreed, Some(answer))
            }
            Err(_) => vec![Effect::Rerefuse(488)],
        }
    }

    fn reoffer(&mut self) -> Vec<Effect> {
        self.local.version += 1;
        self.described = sdp::reoffer(&self.described, &self.local);
        self.state = State::Talking { is_offering: true };
        vec![Effect::Reanswer(self.described.clone())]
    }

    /// Sound as newly agreed, with what a hold or its end means to the conversation.
    fn connect(&mut self, library: &Library, now: Now, agreed: Agreed, answer: Option<String>) -> Vec<Effect> {
        let was_held = self.is_held();
        let is_talking = matches!(self.state, State::Talking { .. });
        self.agreed = Some(agreed.clone());
        let mut effects: Vec<Effect> = is_talking.then_some(Effect::Connect(agreed)).into_iter().collect();
        effects.extend(answer.map(Effect::Reanswer));
        match (was_held, self.is_held()) {
            (false, true) if is_talking => effects.extend(self.held(library, now)),
            (true, false) if is_talking => {
                self.hold_ends_at = None;
                effects.extend(self.talk(library, now, conversation::Event::Resumed));
            }
            // Before the ACK, `confirmed` looks at how things stand then.
            (false, true) | (true, false) | (true, true) | (false, false) => {}
        }
        effects
    }

    /// They do not hear us. Someone on hold expects to find the line where they left it: nobody counts their silence.
    fn is_held(&self) -> bool {
        self.agreed.as_ref().is_some_and(|agreed| !agreed.sends)
    }

    fn held(&mut self, library: &Library, now: Now) -> Vec<Effect> {
        self.hold_ends_at = Some(now.at + LONGEST_HOLD);
        self.talk(library, now, conversation::Event::Held)
    }

    /// A relay's operator may stay silent as long as they need (B14), but their telephone sends sound all the while; a
    /// minute with none at all is a dead path. Not on hold, whatever the hold's direction says: a telephone
    /// that announces music may send nothing.
    fn deaf(&mut self, library: &Library, now: Now) -> Vec<Effect> {
        let is_expected = self.agreed.as_ref().is_some_and(|agreed| !agreed.receives);
        if is_expected || self.is_held() {
            return Vec::new();
        }
        // They may still hear « c'est noté », on a line that is dead in one direction only.
        if self.conversation.is_ending() {
            self.ends_at = self.ends_at.min(now.at + LAST_WORDS);
            self.ends_for = "silence";
            return Vec::new();
        }
        self.leave(library, now, "silence")
    }

    fn timer(&mut self, library: &Library, now: Now) -> Vec<Effect> {
        let is_due = |at: Option<Instant>| at.is_some_and(|at| at <= now.at);
        if now.at >= self.ends_at {
            return self.leave(library, now, self.ends_for);
        }
        if is_due(self.hold_ends_at) {
            return self.leave(library, now, "left on hold");
        }
        if matches!(self.state, State::Answered { .. }) {
            return Vec::new();
        }
        let event = if is_due(self.person_at) {
            self.person_at = None;
            conversation::Event::TimeUp
        } else {
            conversation::Event::Timer
        };
        self.talk(library, now, event)
    }

    fn talk(&mut self, library: &Library, now: Now, event: conversation::Event) -> Vec<Effect> {
        let was_ending = self.conversation.is_ending();
        let outputs = self.conversation.input(library, now, event);
        if self.conversation.is_ending() && !was_ending {
            // Whatever the clock says, what was done is told to its end.
            self.ends_at = self.ends_at.max(now.at + LAST_WORDS);
        }
        let mut effects = Vec::with_capacity(outputs.len());
        for output in outputs {
            match output {
                Output::HangUp => effects.extend(self.leave(library, now, "finished")),
                output @ (Output::Play { .. }
                | Output::Act { .. }
                | Output::Rest(_)
                | Output::Record(_)
                | Output::EndRecording) => effects.push(Effect::Talk(output)),
            }
        }
        effects
    }

    /// Hangs up. The conversation ends here, not when the BYE is answered: nobody hears it any more.
    fn leave(&mut self, library: &Library, now: Now, why: &'static str) -> Vec<Effect> {
        let mut effects = self.hung_up(library, now);
        self.state = State::Leaving;
        self.record.ended = why;
        self.ends_at = now.at + LEAVING;
        effects.push(Effect::HangUp);
        effects
    }

    fn close(&mut self, library: &Library, now: Now, why: &'static str) -> Vec<Effect> {
        let mut effects = self.hung_up(library, now);
        // Whoever hung up first gave the reason.
        if self.state != State::Leaving {
            self.record.ended = why;
        }
        self.state = State::Closed;
        self.ends_at = now.at + LONGEST;
        let goal = self.conversation.goal().map(str::to_owned);
        effects.push(Effect::Close(Box::new(self.record.clone().close(now.wall, goal))));
        effects
    }

    /// The run may still free what it holds, or keep it for the next call; only the flow knows.
    fn hung_up(&mut self, library: &Library, now: Now) -> Vec<Effect> {
        let outputs = self.conversation.input(library, now, conversation::Event::HungUp);
        outputs.into_iter().map(Effect::Talk).collect()
    }
}
