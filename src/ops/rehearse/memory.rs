//! In memory: the real flows, keypad and store, on a pretended clock. A prompt takes no time, a key one second, an SMS ten.
//!
//! Who writes has a dialogue of their own, by their number; when they call, it is left and its run rests (C27).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::desk::Desk;
use crate::call::conversation::{Conversation, Event, Output, Rest};
use crate::call::dialogue::{self, Dialogue};
use crate::call::transcript::{Calling, Clause, Stage, plain};
use crate::clock::Now;
use crate::flow::{Caller, Channel, Edge, Library, Queued, Recording};
use crate::gsm7::{self, SEGMENTS_MAX};
use crate::phone::PhoneNumber;
use crate::rtp::g711::SILENCE;

/// People are slower than a bounce (C12).
pub const KEY: Duration = Duration::from_secs(1);
/// From an answer to what is written next.
const TYPING: Duration = Duration::from_secs(10);

/// One transcript's stage.
#[derive(Debug)]
pub struct Memory<'a> {
    library: &'a Library,
    /// The line's own flow.
    flow: &'a str,
    runtime: &'a tokio::runtime::Runtime,
    channel: Channel,
    desk: Desk,
    now: Now,
    call: Option<Conversation>,
    calls: u32,
    said: String,
    /// Of that, what the slow voice said (C10).
    said_slowly: String,
    goal: Option<String>,
    /// The line waits for a voice.
    recording: Option<Recording>,
    has_ended: bool,
    /// What ringing one comes to, in the next call.
    counsellor: Option<Queued>,
    dialogues: BTreeMap<PhoneNumber, Dialogue>,
    /// Who wrote last.
    writer: Option<PhoneNumber>,
    taken: BTreeMap<Channel, BTreeSet<Edge>>,
}

impl<'a> Memory<'a> {
    /// A stage whose store is in this folder; `flow` answers.
    pub fn open(
        library: &'a Library,
        flow: &'a str,
        runtime: &'a tokio::runtime::Runtime,
        folder: &Path,
        channel: Channel,
    ) -> Result<Self, crate::store::StoreError> {
        Ok(Self {
            library,
            flow,
            runtime,
            channel,
            desk: runtime.block_on(Desk::open(folder))?,
            now: Now { at: Instant::now(), wall: Timestamp::UNIX_EPOCH },
            call: None,
            calls: 0,
            said: String::new(),
            said_slowly: String::new(),
            goal: None,
            recording: None,
            has_ended: false,
            counsellor: None,
            dialogues: BTreeMap::new(),
            writer: None,
            taken: BTreeMap::from([(channel, BTreeSet::new())]),
        })
    }

    /// Every way through the flows that was taken, by channel.
    pub fn taken(self) -> BTreeMap<Channel, BTreeSet<Edge>> {
        self.taken
    }

    fn event(&mut self, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            let Some(call) = &mut self.call else { return };
            let outputs = call.input(self.library, self.now, event);
            self.carry_out(outputs, &mut events);
        }
        if let Some(call) = &mut self.call {
            // A call among SMS is a call.
            let channel = if self.channel.is_written() { Channel::Call } else { self.channel };
            self.taken.entry(channel).or_default().extend(call.taken());
            self.goal = call.goal().map(str::to_owned);
        }
    }

    fn carry_out(&mut self, outputs: Vec<Output>, events: &mut Vec<Event>) {
        for output in outputs {
            match output {
                Output::Play { tag, prompt, .. } => {
                    self.said += &format!(" {}", prompt.text());
                    if prompt.is_slow {
                        self.said_slowly += &format!(" {}", prompt.text());
                    }
                    events.insert(0, Event::Played { tag });
                }
                Output::Act { run, key, request } => {
                    let asked = self.desk.execute(self.now.wall, &run, &key, &request);
                    events.push(Event::Replied(self.runtime.block_on(asked)));
                }
                Output::Rest(rest) => self.rests(&rest),
                Output::Record(recording) => self.recording = Some(recording),
                Output::EndRecording => {}
                Output::HangUp => self.has_ended = true,
            }
        }
    }

    fn rings(&mut self, calling: &Calling) -> Result<(), String> {
        let flow = calling.flow.as_deref().unwrap_or(self.flow);
        if !self.library.has(flow) {
            return Err(format!("aucun parcours ne s'appelle `{flow}`"));
        }
        if let Some(number) = &calling.number {
            self.leaves(number);
        }
        let caller = self.caller(calling.number.clone());
        let channel = if self.channel.is_written() { Channel::Call } else { self.channel };
        let mut call = Conversation::new(&format!("run-{}", self.calls), flow, caller, channel);
        self.counsellor.take().into_iter().for_each(|queued| call.pretend(queued));
        self.call = Some(call);
        self.desk.begin();
        self.writer = None;
        (self.recording, self.has_ended) = (None, false);
        self.forget();
        self.event(Event::Started);
        let Some(language) = calling.language else { return Ok(()) };
        let key = self.library.language_key(flow, language);
        let key = key.ok_or_else(|| format!("le parcours `{flow}` n'a pas de touche pour cette langue"))?;
        self.keys(&key.to_string())
    }

    /// Who comes, and whether something of theirs is at rest.
    fn caller(&mut self, number: Option<PhoneNumber>) -> Caller {
        self.calls += 1;
        match self.desk.store() {
            Some(store) => self.runtime.block_on(store.caller(self.now.wall, number)),
            None => Caller { number, ..Caller::default() },
        }
    }

    fn rests(&self, rest: &Rest) {
        if let Some(store) = self.desk.store() {
            // A store that fails here is heard at the next call, which is not taken up.
            let _ = self.runtime.block_on(store.put_at_rest(self.now.wall, rest));
        }
    }

    /// Whoever calls has left what they were writing.
    fn leaves(&mut self, number: &PhoneNumber) {
        let Some(mut dialogue) = self.dialogues.remove(number) else { return };
        for output in dialogue.input(self.library, self.now.wall, dialogue::Event::Left) {
            if let dialogue::Output::Rest(rest) = output {
                self.rests(&rest);
            }
        }
    }

    fn sms(&mut self, number: &PhoneNumber, words: &str, flow: Option<&str>) -> Result<(), String> {
        let now = self.now.wall;
        let flow = flow.unwrap_or(self.flow);
        if !self.library.has(flow) {
            return Err(format!("aucun parcours ne s'appelle `{flow}`"));
        }
        if self.dialogues.get(number).is_none_or(|dialogue| dialogue.is_over(now)) {
            let caller = self.caller(Some(number.clone()));
            let dialogue = Dialogue::new(&format!("run-{}", self.calls), flow, caller, now);
            self.desk.begin();
            self.dialogues.insert(number.clone(), dialogue);
        }
        // They have one telephone.
        if self.call.is_some() && !self.has_ended {
            return Err("la personne est encore au téléphone : écrivez d'abord `drops`".to_owned());
        }
        (self.call, self.writer) = (None, Some(number.clone()));
        self.writes(words)
    }

    fn writes(&mut self, words: &str) -> Result<(), String> {
        let nobody = || "personne n'écrit : écrivez d'abord `sms`, un numéro et des mots".to_owned();
        let number = self.writer.clone().ok_or_else(nobody)?;
        self.now = after(self.now, TYPING);
        self.said.clear();
        let mut dialogue = self.dialogues.remove(&number).ok_or_else(nobody)?;
        if dialogue.is_over(self.now.wall) {
            return Err("la conversation est finie : pour en commencer une autre, écrivez `sms`".to_owned());
        }
        let mut events = vec![dialogue::Event::Received(words.to_owned())];
        while let Some(event) = events.pop() {
            for output in dialogue.input(self.library, self.now.wall, event) {
                match output {
                    dialogue::Output::Send(message) => {
                        self.said += &format!(" {}", message.text);
                        if message.segments > SEGMENTS_MAX {
                            let (text, segments) = (&message.text, message.segments);
                            return Err(format!("ce message fait {segments} SMS, {SEGMENTS_MAX} au plus : « {text} »"));
                        }
                    }
                    dialogue::Output::Act { run, key, request } => {
                        let asked = self.desk.execute(self.now.wall, &run, &key, &request);
                        events.push(dialogue::Event::Replied(self.runtime.block_on(asked)));
                    }
                    dialogue::Output::Rest(rest) => self.rests(&rest),
                }
            }
        }
        self.taken.entry(Channel::Sms).or_default().extend(dialogue.taken());
        self.goal = dialogue.goal().map(str::to_owned);
        self.has_ended = dialogue.is_over(self.now.wall);
        self.dialogues.insert(number, dialogue);
        Ok(())
    }

    fn reads(&self, words: &str) -> Result<(), String> {
        // What no SMS can carry was replaced in it, so it is in what is looked for.
        let (wanted, said) = (plain(&gsm7::fit(words)), plain(&self.said));
        if said.contains(&wanted) { Ok(()) } else { Err(format!("attendu « {words} », lu «{} »", self.said)) }
    }

    fn keys(&mut self, keys: &str) -> Result<(), String> {
        for key in keys.chars() {
            self.is_on()?;
            self.pass(KEY);
            // After the tone, any other key ends a message in which nothing was said.
            let is_over = self.recording.take().is_some() && !matches!(key, '0' | '*');
            self.event(if is_over { Event::Recorded { id: None, seconds: 0 } } else { Event::Key(key) });
        }
        Ok(())
    }

    fn words(&mut self, words: &str) -> Result<(), String> {
        self.is_on()?;
        self.recording = None;
        self.pass(KEY);
        self.event(Event::Words(words.to_owned()));
        Ok(())
    }

    /// The sound of the words is not here: as much silence is kept.
    fn says(&mut self, length: Duration) -> Result<(), String> {
        self.is_on()?;
        self.recording.take().ok_or_else(|| format!("la ligne n'attend pas qu'on parle ; entendu «{} »", self.said))?;
        self.forget();
        self.now = after(self.now, length);
        let seconds = u32::try_from(length.as_secs()).unwrap_or(u32::MAX);
        let sound = vec![SILENCE; seconds as usize * 8_000];
        let id = self.runtime.block_on(self.desk.keep_voice(self.now.wall, sound));
        self.event(Event::Recorded { id, seconds });
        Ok(())
    }

    fn silent(&mut self, length: Duration) -> Result<(), String> {
        self.is_on()?;
        self.pass(length);
        if self.recording.take_if(|recording| recording.no_input <= length).is_some() {
            self.event(Event::Recorded { id: None, seconds: 0 });
        }
        Ok(())
    }

    fn hangs_up(&mut self) -> Result<(), String> {
        self.is_on()?;
        self.event(Event::HungUp);
        let now = self.now;
        if let Some(call) = &mut self.call {
            let outputs = call.last_recording(self.library, now, None, 0);
            self.carry_out(outputs, &mut Vec::new());
        }
        self.event(Event::HungUp);
        self.call = None;
        Ok(())
    }

    fn came_to(&self, goal: &str) -> Result<(), String> {
        let reached = self.goal.as_deref().unwrap_or("rien n'était fini");
        // Who writes may never answer the last question: what was reached, was.
        if self.writer.is_none() && self.is_on().is_ok() {
            Err(format!("attendu `{goal}`, la ligne attend ; entendu «{} »", self.said))
        } else if reached != goal {
            Err(format!("attendu `{goal}`, arrivé à : {reached} ; entendu «{} »", self.said))
        } else {
            Ok(())
        }
    }

    /// What is said from now on is listened to anew.
    fn forget(&mut self) {
        self.said.clear();
        self.said_slowly.clear();
    }

    /// Whether somebody is on the line.
    fn is_on(&self) -> Result<(), String> {
        match (&self.call, self.has_ended) {
            (None, _) => Err("personne n'appelle : écrivez d'abord `call` et un numéro".to_owned()),
            (Some(_), true) => Err(format!("la ligne a déjà raccroché ; entendu «{} »", self.said)),
            (Some(_), false) => Ok(()),
        }
    }

    fn pass(&mut self, length: Duration) {
        self.forget();
        self.now = after(self.now, length);
        let due = self.call.as_ref().and_then(Conversation::deadline);
        if due.is_some_and(|due| due <= self.now.at) {
            self.event(Event::Timer);
        }
    }
}

fn after(now: Now, length: Duration) -> Now {
    Now { at: now.at + length, wall: now.wall + length }
}

impl Stage for Memory<'_> {
    fn play(&mut self, clause: &Clause) -> Result<(), String> {
        match clause {
            Clause::At(at) => self.now.wall = *at,
            Clause::Later(length) => self.now = after(self.now, *length),
            Clause::Call(calling) => self.rings(calling)?,
            Clause::Hears(words) if plain(&self.said).contains(&plain(words)) => {}
            Clause::Hears(words) => return Err(format!("attendu « {words} », entendu «{} »", self.said)),
            Clause::HearsSlowly(words) if plain(&self.said_slowly).contains(&plain(words)) => {}
            Clause::HearsSlowly(words) => {
                let said = &self.said_slowly;
                return Err(format!("attendu lentement « {words} », entendu lentement «{said} »"));
            }
            Clause::Sms { number, words, flow } => self.sms(number, words, flow.as_deref())?,
            Clause::Writes(words) => self.writes(words)?,
            Clause::Reads(words) => self.reads(words)?,
            Clause::Keys(keys) => self.keys(keys)?,
            Clause::Words(words) => self.words(words)?,
            Clause::Says(length) => self.says(*length)?,
            Clause::Silent(length) => self.silent(*length)?,
            Clause::Drops => self.hangs_up()?,
            Clause::Store { is_up } => self.desk.set_up(*is_up),
            Clause::Given(given) => self.runtime.block_on(self.desk.give(self.now.wall, given))?,
            Clause::Taken => self.desk.set_taken(),
            Clause::Gone => self.desk.set_gone(),
            Clause::Lapsed => self.runtime.block_on(self.desk.lapse(self.now.wall)),
            Clause::Counsellor(queued) => match (self.is_on(), &mut self.call) {
                (Ok(()), Some(call)) => call.pretend(*queued),
                _ => self.counsellor = Some(*queued),
            },
            Clause::Wrote(outcome) => self.desk.has_written(outcome)?,
            Clause::Then(goal) => self.came_to(goal)?,
            Clause::Holds(wanted) => {
                let held = self.runtime.block_on(self.desk.holds(self.now.wall))?;
                if held != *wanted {
                    return Err(format!("attendu {wanted} place(s) gardée(s), il y en a {held}"));
                }
            }
        }
        Ok(())
    }
}
