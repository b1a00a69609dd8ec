//! One person talking with one run, by voice: prompts out, keys in, the store beside.
//!
//! The same conversation runs behind a SIP call, in a terminal and in the tests' transcripts; they differ only in who
//! carries out the [`Output`]s.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::keypad::{Gathered, Keypad};
use crate::booking::PostalCode;
use crate::clock::Now;
use crate::flow::action::{Reply, Request};
use crate::flow::{Caller, Channel, Edge, Effect, Input, Library, Queued, Recording, Run};
use crate::phone::PhoneNumber;
use crate::speech::{Prompt, Unit};

/// What the world tells a conversation.
#[derive(Clone, Debug)]
pub enum Event {
    /// The caller can hear us.
    Started,
    /// A key was pressed. Whoever plays the sound has already stopped it, if it was interruptible.
    Key(char),
    /// Words were written, on a channel that has letters.
    Words(String),
    /// What was said after the tone is kept; none when nothing was said.
    Recorded {
        /// Its name in the store.
        id: Option<String>,
        /// How long it is.
        seconds: u32,
    },
    /// The prompt with this tag was played to its end, or stopped.
    Played {
        /// Of the [`Output::Play`].
        tag: u32,
    },
    /// The store answered.
    Replied(Reply),
    /// [`Conversation::deadline`] is here.
    Timer,
    /// The caller put us on hold: they hear nothing, and nobody waits for their keys.
    Held,
    /// They are back.
    Resumed,
    /// This has lasted long enough: a person takes over at the next question.
    TimeUp,
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
        /// Whose holds it is about.
        run: String,
        /// Asked twice with the same key, it is done once.
        key: String,
        /// What is asked.
        request: Request,
    },
    /// Keep what they say from now on; [`Event::Recorded`] comes of it, or [`Event::Key`] for `0` or `*` at once.
    Record(Recording),
    /// Enough was said: [`Event::Recorded`] is wanted now.
    EndRecording,
    /// The caller is gone and may come back: keep their run (C27).
    Rest(Box<Rest>),
    /// All is said: hang up.
    HangUp,
}

/// A run whose caller was cut off.
#[derive(Clone, Debug, PartialEq)]
pub struct Rest {
    /// The number that called: who may take it up.
    pub phone: PhoneNumber,
    /// The second fact, as they told it (D15).
    pub fact: PostalCode,
    /// For how long, with what it holds.
    pub keep: Duration,
    /// Whose holds they are.
    pub run: String,
    /// The run, as JSON.
    pub json: String,
}

impl Rest {
    /// Of whoever shows a number.
    pub(super) fn of(run: &Run, keep: Duration, fact: PostalCode) -> Option<Self> {
        Some(Self {
            phone: run.caller().callable()?.clone(),
            fact,
            keep,
            run: run.id().to_owned(),
            json: serde_json::to_string(run).ok()?,
        })
    }
}

/// Where a conversation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Not started, or waiting for a key (see the keypad).
    Asking,
    /// The caller speaks, or is about to.
    Recording,
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
    keypad: Keypad,
    state: State,
    /// What is yet to be said, after what is being said.
    queue: VecDeque<Prompt>,
    playing: Option<u32>,
    /// What was said last, until it is answered: said again after a hold.
    said: Option<Prompt>,
    is_held: bool,
    tag: u32,
    /// `0` pressed while the store was at work, or the time is up: kept for the next question (C1, C11).
    wants_person: bool,
    /// Times a person was asked for; each starts the call-back flow once.
    transfers: u32,
    goal: Option<String>,
    /// What is to be kept once the question is said.
    recording: Option<Recording>,
    /// When a recording is given up that nobody tells us the end of.
    recording_ends_at: Option<Instant>,
    /// They hung up while they spoke: a message is ended so by most people, and it counts.
    owes_recording: bool,
    /// Ways that the runs before this one took.
    taken: Vec<Edge>,
    /// What ringing a counsellor comes to, where somebody pretends to be one.
    pretended: Option<Queued>,
}

/// Longer than what is heard takes to be kept.
const RECORDING_LATE: Duration = Duration::from_secs(10);

/// Silence after the last words: the far end still holds them back when we have sent them (G16: jitter buffers of up to
/// 100 ms, once or twice on the way), and a BYE would overtake them.
const TAIL_MS: u16 = 400;
/// The flow that answers "a person, please".
pub const PERSON_FLOW: &str = "person";

impl Conversation {
    /// A conversation that will run `flow` for `caller` under `id`.
    pub fn new(id: &str, flow: &str, caller: Caller, channel: Channel) -> Self {
        Self {
            run: Run::new(id.to_owned(), flow, caller, channel).counted(),
            id: id.to_owned(),
            keypad: Keypad::default(),
            state: State::Asking,
            queue: VecDeque::new(),
            playing: None,
            said: None,
            is_held: false,
            tag: 0,
            wants_person: false,
            transfers: 0,
            goal: None,
            recording: None,
            recording_ends_at: None,
            owes_recording: false,
            taken: Vec::new(),
            pretended: None,
        }
    }

    /// What was reached, once it was: also of somebody who hung up at a later question.
    pub fn goal(&self) -> Option<&str> {
        self.goal.as_deref().or(self.run.reached())
    }

    /// The run, to keep it at rest.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// The ways through the flows that were taken since this was asked last, in order: for the counts and for transcripts.
    pub fn taken(&mut self) -> Vec<Edge> {
        let mut taken = std::mem::take(&mut self.taken);
        taken.extend(self.run.taken());
        taken
    }

    /// Makes believe that a counsellor's telephone can be rung, and what comes of it.
    pub fn pretend(&mut self, queued: Queued) {
        self.pretended = Some(queued);
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
        self.keypad.deadline().or(self.recording_ends_at).filter(|_| !self.is_held)
    }

    /// Whether the last words are being said.
    pub fn is_ending(&self) -> bool {
        self.state == State::Ending
    }

    /// One event in, what to do out, in order.
    pub fn input(&mut self, library: &Library, now: Now, event: Event) -> Vec<Output> {
        let mut out = Vec::new();
        match (self.state, event) {
            (State::Ended, _) => {}
            (State::Recording, Event::HungUp) => {
                (self.state, self.owes_recording) = (State::Ended, true);
            }
            (_, Event::HungUp) => {
                self.state = State::Ended;
                self.keypad.close();
                // The run may free what it holds or keep it; nobody hears an answer any more.
                let effects = self.run.input(library, now.wall, Input::Hangup);
                out.extend(effects.into_iter().filter_map(|effect| self.afterwards(effect)));
            }
            (_, Event::Started) => self.feed(library, now, Input::Start, &mut out),
            (_, Event::Played { tag }) => self.played(tag, now, &mut out),
            (State::Acting, Event::Replied(reply)) => {
                self.state = State::Asking;
                self.feed(library, now, Input::Reply(reply), &mut out);
            }
            (State::Recording, Event::Recorded { id, seconds }) => {
                self.spoke();
                self.feed(library, now, Input::Recorded { id, seconds }, &mut out);
            }
            (State::Asking | State::Acting | State::Ending, Event::Recorded { .. }) => {}
            (State::Asking | State::Ending | State::Recording, Event::Replied(_)) => {}
            // Meant for whoever plays them music.
            (_, Event::Key(_)) if self.is_held => {}
            (State::Asking, Event::Key(key)) if self.recording.is_some() => {
                self.key_before(library, now, key, &mut out)
            }
            (State::Recording, Event::Key(key)) => {
                self.spoke();
                // It came before the recording was made.
                out.push(Output::EndRecording);
                self.feed(library, now, Input::Keys(key.to_string()), &mut out);
            }
            (State::Asking, Event::Key(key)) => self.key(library, now, key, &mut out),
            (State::Acting, Event::Key(key)) => self.wants_person |= key == '0',
            (State::Ending, Event::Key(_)) => {}
            (State::Asking, Event::Words(words)) => self.words(library, now, words, &mut out),
            (State::Recording, Event::Words(words)) => {
                self.spoke();
                out.push(Output::EndRecording);
                self.words(library, now, words, &mut out);
            }
            (State::Acting | State::Ending, Event::Words(_)) => {}
            (_, Event::Held) => {
                self.is_held = true;
                self.playing = None;
                // What they say on hold is for somebody else.
                out.extend((self.state == State::Recording).then_some(Output::EndRecording));
            }
            (_, Event::Resumed) => self.resumed(now, &mut out),
            // The question being asked may still be answered; as if `0` were pressed at the next one. The last words
            // have no next one, and the call back that `0` leads to is under way already after a transfer.
            (_, Event::TimeUp) => self.wants_person |= self.transfers == 0,
            (_, Event::Timer) if self.is_held => {}
            (State::Recording, Event::Timer) => {
                if self.recording_ends_at.is_some_and(|ends_at| ends_at <= now.at) {
                    self.spoke();
                    out.push(Output::EndRecording);
                    self.feed(library, now, Input::Recorded { id: None, seconds: 0 }, &mut out);
                }
            }
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
        self.said = None;
        self.feed(library, now, input, out);
    }

    fn words(&mut self, library: &Library, now: Now, words: String, out: &mut Vec<Output>) {
        self.keypad.close();
        self.queue.clear();
        (self.playing, self.said, self.recording) = (None, None, None);
        self.feed(library, now, Input::Words(words), out);
    }

    /// A key under the question that asks them to speak: `0` and `*` as ever, any other only cuts it short.
    fn key_before(&mut self, library: &Library, now: Now, key: char, out: &mut Vec<Output>) {
        if self.keypad.is_bounce(key, now.at) {
            return;
        }
        self.queue.clear();
        (self.playing, self.said) = (None, None);
        if matches!(key, '0' | '*') {
            self.recording = None;
            return self.feed(library, now, Input::Keys(key.to_string()), out);
        }
        self.queue.push_back(Prompt { units: vec![Unit::Pause(TAIL_MS)], ..Prompt::default() });
        self.speak(now, out);
    }

    /// The recording is over.
    fn spoke(&mut self) {
        self.state = State::Asking;
        self.recording_ends_at = None;
        // It was answered: a hold does not bring it back.
        self.said = None;
    }

    /// Whether what was being said at the hang-up is still to be told by [`Conversation::last_recording`].
    pub fn owes_recording(&self) -> bool {
        self.owes_recording
    }

    /// What was said until the hang-up, and what is left to do with it; nobody hears more.
    pub fn last_recording(&mut self, library: &Library, now: Now, id: Option<String>, seconds: u32) -> Vec<Output> {
        if !std::mem::take(&mut self.owes_recording) {
            return Vec::new();
        }
        let mut effects = self.run.input(library, now.wall, Input::Recorded { id, seconds });
        // What the store is asked for now has its own answer; the run is not asked again.
        if !effects.iter().any(|effect| matches!(effect, Effect::Act { .. })) {
            effects.extend(self.run.input(library, now.wall, Input::Hangup));
        }
        effects.into_iter().filter_map(|effect| self.afterwards(effect)).collect()
    }

    /// Whoever comes back from a hold has missed what was said, or forgotten it: it is said again from its start, a
    /// number begun is begun anew, and the waits start over.
    fn resumed(&mut self, now: Now, out: &mut Vec<Output>) {
        if !std::mem::take(&mut self.is_held) {
            return;
        }
        self.keypad.restart();
        if let Some(said) = self.said.take() {
            self.queue.push_front(said);
        }
        self.speak(now, out);
    }

    /// Feeds the run and carries its effects out, until it waits.
    fn feed(&mut self, library: &Library, now: Now, input: Input, out: &mut Vec<Output>) {
        let effects = self.run.input(library, now.wall, input);
        for effect in effects {
            match effect {
                Effect::Say(prompt) => self.queue.push_back(prompt),
                // Of a run by SMS: see `dialogue`.
                Effect::Write(_) => {}
                Effect::Gather(gather) => self.keypad.ask(gather),
                Effect::Act { key, request } => {
                    self.state = State::Acting;
                    out.push(Output::Act { run: self.run.id().to_owned(), key, request });
                }
                Effect::Queue { .. } => {
                    // No counsellor's telephone can be rung from here yet: the honest answer is whether anybody is there.
                    let is_open = library.hours().is_open(now.wall);
                    let queued = if is_open { Queued::Busy } else { Queued::Closed };
                    let queued = self.pretended.take().unwrap_or(queued);
                    return self.feed(library, now, Input::Queued(queued), out);
                }
                Effect::Transfer => return self.transfer(library, now, out),
                Effect::Record(recording) => self.recording = Some(recording),
                Effect::Rest { .. } => {}
                Effect::End { goal } => {
                    self.state = State::Ending;
                    self.goal = Some(goal);
                }
            }
        }
        if self.wants_person && (self.keypad.is_open() || self.recording.take().is_some()) {
            self.wants_person = false;
            self.keypad.close();
            self.queue.clear();
            return self.feed(library, now, Input::Keys("0".to_owned()), out);
        }
        self.speak(now, out);
    }

    /// The flow that knows how to reach somebody. Never a dead end (C2, C8).
    fn transfer(&mut self, library: &Library, now: Now, out: &mut Vec<Output>) {
        self.transfers += 1;
        self.wants_person = false;
        let id = format!("{}-{}", self.id, self.transfers);
        self.taken.extend(self.run.taken());
        self.run = self.run.succeed(id, PERSON_FLOW).counted();
        self.feed(library, now, Input::Start, out);
    }

    /// Says the next thing, or lets the wait begin.
    fn speak(&mut self, now: Now, out: &mut Vec<Output>) {
        if self.is_held || self.playing.is_some() {
            return;
        }
        // One play for all that is queued: no gap between sentences, one report at the end.
        let (language, is_slow) = self.queue.back().map(|prompt| (prompt.language, prompt.is_slow)).unwrap_or_default();
        let mut units: Vec<_> = self.queue.drain(..).flat_map(|prompt| prompt.units).collect();
        if !units.is_empty() {
            if self.state == State::Ending {
                units.push(Unit::Pause(TAIL_MS));
            }
            units.extend(self.recording.map(|_| Unit::Tone));
            let prompt = Prompt { units, language, is_slow };
            self.tag += 1;
            self.playing = Some(self.tag);
            self.said = Some(prompt.clone());
            out.push(Output::Play {
                tag: self.tag,
                prompt,
                is_interruptible: self.keypad.is_open() || self.recording.is_some(),
            });
        } else if self.state == State::Ending {
            self.state = State::Ended;
            out.push(Output::HangUp);
        } else if let Some(recording) = self.recording.take() {
            self.state = State::Recording;
            self.recording_ends_at = Some(now.at + recording.max + recording.no_input + RECORDING_LATE);
            out.push(Output::Record(recording));
        } else {
            self.keypad.prompt_ended(now.at);
        }
    }

    /// What is left to do when nobody listens.
    fn afterwards(&self, effect: Effect) -> Option<Output> {
        match effect {
            Effect::Act { key, request } => Some(Output::Act { run: self.run.id().to_owned(), key, request }),
            Effect::Rest { keep, fact } => Rest::of(&self.run, keep, fact).map(|rest| Output::Rest(Box::new(rest))),
            Effect::Say(_)
            | Effect::Write(_)
            | Effect::Gather(_)
            | Effect::Record(_)
            | Effect::Queue { .. }
            | Effect::Transfer
            | Effect::End { .. } => None,
        }
    }

    fn played(&mut self, tag: u32, now: Now, out: &mut Vec<Output>) {
        if self.playing == Some(tag) {
            self.playing = None;
            self.speak(now, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;
    use crate::flow::tests::library;
    use crate::phone::PhoneNumber;
    use crate::speech::Unit;

    /// One caller on a pretended clock; what is being said, what was asked of the store.
    struct Talk {
        conversation: Conversation,
        now: Instant,
        saying: Option<(u32, String, bool)>,
        /// Pauses of the last prompt.
        silence_ms: u32,
        acts: Vec<Request>,
        rests: Vec<Rest>,
        recording: Option<Recording>,
        has_hung_up: bool,
    }

    impl Talk {
        fn new(flow: &str) -> Self {
            let caller = Caller { number: PhoneNumber::parse("0353010001"), ..Caller::default() };
            let conversation = Conversation::new("c", flow, caller, Channel::Call);
            let mut talk = Self {
                conversation,
                now: Instant::now(),
                saying: None,
                silence_ms: 0,
                acts: Vec::new(),
                rests: Vec::new(),
                recording: None,
                has_hung_up: false,
            };
            talk.event(Event::Started);
            talk
        }

        fn event(&mut self, event: Event) -> &mut Self {
            let now = Now { at: self.now, wall: Timestamp::UNIX_EPOCH };
            for output in self.conversation.input(library(), now, event) {
                match output {
                    Output::Play { tag, prompt, is_interruptible } => {
                        let pause = |unit: &Unit| if let Unit::Pause(ms) = unit { u32::from(*ms) } else { 0 };
                        self.silence_ms = prompt.units.iter().map(pause).sum();
                        self.saying = Some((tag, prompt.text(), is_interruptible));
                    }
                    Output::Act { request, .. } => self.acts.push(request),
                    Output::Record(recording) => self.recording = Some(recording),
                    Output::EndRecording => {}
                    Output::Rest(rest) => self.rests.push(*rest),
                    Output::HangUp => self.has_hung_up = true,
                }
            }
            self
        }

        fn wait(&mut self, seconds: u64) -> &mut Self {
            self.now += Duration::from_secs(seconds);
            if self.conversation.deadline().is_some_and(|deadline| deadline <= self.now) {
                self.event(Event::Timer);
            }
            self
        }

        /// The prompt is heard to its end.
        fn listen(&mut self) -> &mut Self {
            while let Some((tag, ..)) = self.saying.take() {
                self.event(Event::Played { tag });
            }
            self
        }

        /// Keys a second apart.
        fn keys(&mut self, keys: &str) -> &mut Self {
            for key in keys.chars() {
                self.wait(1).event(Event::Key(key));
            }
            self
        }

        fn says(&mut self, words: &str) -> &mut Self {
            let said = self.saying.as_ref().map_or("", |(_, text, _)| text);
            assert!(said.contains(words), "wanted « {words} », said « {said} »");
            self
        }
    }

    #[test]
    fn a_key_under_the_prompt_is_the_answer_to_it() {
        let mut talk = Talk::new("welcome");
        talk.says("Bonjour").keys("2").says("code postal");
    }

    #[test]
    fn the_silence_counts_from_the_end_of_the_prompt() {
        let mut talk = Talk::new("welcome");
        assert_eq!(talk.conversation.deadline(), None, "nobody is timed while we speak");
        talk.listen().wait(7);
        assert!(talk.saying.is_none());
        talk.wait(1).says("Prenez votre temps.");
    }

    #[test]
    fn one_press_heard_twice_answers_one_question() {
        let mut talk = Talk::new("welcome");
        talk.event(Event::Key('2')).event(Event::Key('2'));
        talk.now += Duration::from_millis(300);
        talk.event(Event::Key('2')).keys("71100").says("sept, un, un, zéro, zéro.");
    }

    #[test]
    fn sound_goes_on_while_the_store_works_and_the_answer_follows() {
        let mut talk = Talk::new("book");
        talk.keys("71100").keys("1").keys("1").keys("1");
        assert!(matches!(talk.acts[..], [Request::FindSlots { .. }]));
        talk.listen().event(Event::Replied(Reply::Unavailable)).says("ne répond pas");
    }

    #[test]
    fn zero_pressed_while_the_store_works_reaches_a_person_once_it_answered() {
        let mut talk = Talk::new("book");
        talk.keys("71100").keys("1").keys("1").keys("1").event(Event::Key('0'));
        talk.event(Event::Replied(Reply::Slots(Vec::new())));
        // The call-back flow treats 0 as "call me on this number": nothing more is asked.
        assert!(talk.acts.iter().any(|act| matches!(act, Request::RequestCallback { .. })), "{:?}", talk.acts);
    }

    #[test]
    fn other_keys_pressed_while_the_store_works_answer_nothing() {
        let mut talk = Talk::new("book");
        talk.keys("71100").keys("1").keys("1").keys("1").event(Event::Key('1')).event(Event::Key('2'));
        assert_eq!(talk.acts.len(), 1);
        talk.event(Event::Replied(Reply::Slots(Vec::new()))).says("Il n'y a pas d'autre date");
        assert_eq!(talk.acts.len(), 1);
    }

    #[test]
    fn zero_at_a_menu_starts_the_call_back() {
        let mut talk = Talk::new("welcome");
        talk.keys("0").says("Un conseiller va vous rappeler.").says("Faut-il vous rappeler à ce numéro ?");
    }

    #[test]
    fn slow_speech_asked_for_before_a_transfer_stays_slow_after_it() {
        // One more star: all of what it says again is the second run's, none of it the first's.
        let mut quick = Talk::new("welcome");
        quick.keys("0*").says("Faut-il vous rappeler");
        let mut slow = Talk::new("welcome");
        slow.keys("**0*").says("Faut-il vous rappeler");
        assert!(slow.silence_ms > quick.silence_ms, "{} ms, {} ms", slow.silence_ms, quick.silence_ms);
    }

    #[test]
    fn zero_alone_inside_a_number_is_a_person_after_the_pause() {
        let mut talk = Talk::new("book");
        talk.keys("0").wait(4).says("code postal");
        talk.wait(1).says("Un conseiller va vous rappeler.");
    }

    #[test]
    fn the_line_hangs_up_only_after_its_last_word() {
        let mut talk = Talk::new("person");
        talk.keys("1")
            .keys("3")
            .event(Event::Replied(Reply::Requested { promise: Timestamp::UNIX_EPOCH }))
            .says("C'est noté.")
            .keys("2")
            .event(Event::Replied(Reply::Recorded))
            .says("Voulez-vous dire un mot")
            .keys("2")
            .says("Au revoir.");
        assert!(!talk.has_hung_up);
        assert!(talk.saying.as_ref().is_some_and(|(.., is_interruptible)| !is_interruptible));
        talk.listen();
        assert!(talk.has_hung_up);
        assert_eq!(talk.conversation.goal(), Some("callback.requested"));
    }

    #[test]
    fn after_the_caller_hung_up_nothing_is_said_or_asked() {
        let mut talk = Talk::new("book");
        talk.keys("71100").keys("1").keys("1").keys("1").event(Event::HungUp);
        talk.saying = None;
        talk.event(Event::Replied(Reply::Slots(Vec::new()))).event(Event::Key('1')).event(Event::Timer);
        assert!(talk.saying.is_none() && talk.acts.len() == 1);
    }

    #[test]
    fn an_old_report_of_a_replaced_prompt_changes_nothing() {
        let mut talk = Talk::new("welcome");
        let (first, ..) = talk.saying.clone().unwrap();
        talk.keys("1").event(Event::Played { tag: first });
        assert_eq!(talk.conversation.deadline(), None, "the question asked now is still being said");
    }
    /// At the question that asks for a message, heard to its tone.
    fn at_the_tone() -> Talk {
        let mut talk = Talk::new("person");
        talk.keys("1").keys("3").event(Event::Replied(Reply::Requested { promise: Timestamp::UNIX_EPOCH }));
        talk.keys("1")
            .event(Event::Replied(Reply::Recorded))
            .keys("1")
            .says("Parlez après le signal.")
            .says("[signal]");
        assert!(talk.recording.is_none(), "nothing is kept before the tone");
        talk.listen();
        assert!(talk.recording.is_some());
        talk
    }

    fn said() -> Event {
        Event::Recorded { id: Some("v".to_owned()), seconds: 2 }
    }

    #[test]
    fn what_is_said_after_the_tone_is_laid_with_the_request() {
        let mut talk = at_the_tone();
        talk.event(said());
        assert!(matches!(talk.acts.last(), Some(Request::AttachMessage { recording, .. }) if recording == "v"));
        talk.event(Event::Replied(Reply::Kept)).says("Votre message est gardé.");
    }

    #[test]
    fn who_hangs_up_while_they_speak_has_left_their_message() {
        let mut talk = at_the_tone();
        talk.event(Event::HungUp);
        assert!(talk.conversation.owes_recording());
        let now = Now { at: talk.now, wall: Timestamp::UNIX_EPOCH };
        let left = talk.conversation.last_recording(library(), now, Some("v".to_owned()), 2);
        assert!(matches!(&left[..], [Output::Act { request: Request::AttachMessage { .. }, .. }]), "{left:?}");
        assert!(!talk.conversation.owes_recording());
        assert_eq!(talk.conversation.goal(), Some("callback.requested"));
    }

    #[test]
    fn zero_instead_of_a_message_is_no_message_and_the_request_stands() {
        let mut talk = at_the_tone();
        talk.event(Event::Key('0')).says("Au revoir.");
        assert_eq!(talk.conversation.goal(), Some("callback.requested"));
    }

    #[test]
    fn words_written_instead_of_a_message_are_read_before_the_tone_and_after_it() {
        for is_heard in [false, true] {
            let mut talk = at_the_tone();
            if !is_heard {
                talk = Talk::new("person");
                talk.keys("1").keys("3").event(Event::Replied(Reply::Requested { promise: Timestamp::UNIX_EPOCH }));
                talk.keys("1").event(Event::Replied(Reply::Recorded)).keys("1").says("[signal]");
            }
            talk.recording = None;
            talk.event(Event::Words("conseiller".to_owned())).says("Au revoir.").listen();
            assert!(talk.recording.is_none() && talk.has_hung_up, "C1: CONSEILLER, and the request stands");
            assert_eq!(talk.conversation.goal(), Some("callback.requested"));
        }
    }

    #[test]
    fn a_recording_of_which_nobody_tells_the_end_is_given_up() {
        let mut talk = at_the_tone();
        talk.wait(200).says("Parlez après le signal.");
    }

    #[test]
    fn a_key_under_the_question_cuts_it_short_and_the_tone_comes() {
        let mut talk = Talk::new("person");
        talk.keys("1").keys("3").event(Event::Replied(Reply::Requested { promise: Timestamp::UNIX_EPOCH }));
        talk.keys("1").event(Event::Replied(Reply::Recorded)).keys("1").says("Parlez après le signal.");
        talk.keys("5");
        assert_eq!(talk.saying.as_ref().map(|(_, text, _)| text.as_str()), Some("[signal]"));
        talk.listen();
        assert!(talk.recording.is_some());
    }

    #[test]
    fn who_held_us_after_their_message_is_not_asked_for_it_again() {
        let mut talk = at_the_tone();
        talk.event(said()).event(Event::Held).event(Event::Replied(Reply::Kept)).event(Event::Resumed);
        let heard = talk.saying.clone().unwrap().1;
        assert!(heard.contains("gardé") && !heard.contains("[signal]"), "{heard}");
    }

    #[test]
    fn who_holds_us_while_they_speak_is_asked_at_most_once_and_hears_one_tone() {
        let mut talk = at_the_tone();
        talk.event(Event::Held).event(Event::Recorded { id: None, seconds: 0 }).event(Event::Resumed);
        let heard = talk.saying.clone().unwrap().1;
        assert_eq!(heard.matches("[signal]").count(), 1, "{heard}");
    }

    #[test]
    fn a_press_heard_twice_does_not_cut_the_question_that_asks_to_speak() {
        let mut talk = Talk::new("person");
        talk.keys("1").keys("3").event(Event::Replied(Reply::Requested { promise: Timestamp::UNIX_EPOCH }));
        talk.keys("1").event(Event::Replied(Reply::Recorded)).keys("1").says("Parlez après le signal.");
        talk.now += Duration::from_millis(300);
        talk.event(Event::Key('1')).says("Parlez après le signal.");
    }

    #[test]
    fn a_recording_given_up_is_ended_where_it_is_made_too() {
        let mut talk = at_the_tone();
        talk.now += Duration::from_secs(200);
        let now = Now { at: talk.now, wall: Timestamp::UNIX_EPOCH };
        let out = talk.conversation.input(library(), now, Event::Timer);
        assert!(out.contains(&Output::EndRecording), "{out:?}");
    }

    #[test]
    fn a_key_that_came_before_the_recording_was_made_ends_it_too() {
        let mut talk = at_the_tone();
        let now = Now { at: talk.now, wall: Timestamp::UNIX_EPOCH };
        let out = talk.conversation.input(library(), now, Event::Key('5'));
        assert!(out.contains(&Output::EndRecording), "{out:?}");
    }
}
