//! In memory: the real flows, keypad and store. A prompt takes no time, a key one second.

use std::time::Duration;

use ligne_claire::call::conversation::{Conversation, Event, Output};
use ligne_claire::call::transcript::{Clause, plain};
use ligne_claire::flow::{Caller, Channel};
use ligne_claire::net::Clock;
use ligne_claire::server::{Line, runtime};

use super::{KEY, Stage};

pub struct Memory {
    line: Line,
    runtime: tokio::runtime::Runtime,
    clock: Clock,
    call: Option<Conversation>,
    calls: u32,
    said: String,
    goal: Option<String>,
    _folder: tempfile::TempDir,
}

impl Memory {
    pub fn open() -> Memory {
        let folder = tempfile::tempdir().unwrap();
        let runtime = runtime().unwrap();
        let line = runtime.block_on(Line::open(&super::settings(folder.path()))).unwrap();
        let clock = Clock::pretended(jiff::Timestamp::UNIX_EPOCH);
        Memory { line, runtime, clock, call: None, calls: 0, said: String::new(), goal: None, _folder: folder }
    }

    fn event(&mut self, event: Event) {
        let now = self.clock.now();
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            let Some(call) = &mut self.call else { return };
            for output in call.input(&self.line.edition.library, now, event) {
                match output {
                    Output::Play { tag, prompt, .. } => {
                        self.said += &format!(" {}", prompt.text());
                        events.insert(0, Event::Played { tag });
                    }
                    Output::Act { run, key, request } => {
                        let reply = self.runtime.block_on(self.line.store.execute(now.wall, &run, &key, &request));
                        events.push(Event::Replied(reply));
                    }
                    Output::Rest(rest) => {
                        self.runtime.block_on(self.line.store.put_at_rest(now.wall, &rest)).unwrap();
                    }
                    Output::Record(_) | Output::EndRecording | Output::HangUp => {}
                }
            }
            self.goal = self.call.as_ref().and_then(|call| call.goal().map(str::to_owned));
        }
    }

    fn pass(&mut self, wait: Duration) {
        self.said.clear();
        self.clock.pass(wait);
        let is_due = self.call.as_ref().and_then(Conversation::deadline).is_some_and(|due| due <= self.clock.now().at);
        if is_due {
            self.event(Event::Timer);
        }
    }
}

impl Stage for Memory {
    fn play(&mut self, clause: &Clause) -> Result<(), String> {
        match clause {
            Clause::At(at) => self.clock.set_wall(*at),
            Clause::Later(wait) => self.clock.pass(*wait),
            Clause::Call(number) => {
                self.calls += 1;
                let wall = self.clock.now().wall;
                let dropped =
                    number.as_ref().map(|number| self.runtime.block_on(self.line.store.dropped(wall, number)));
                let caller = Caller { number: number.clone(), dropped: dropped.flatten().is_some() };
                let id = format!("run-{}", self.calls);
                self.call = Some(Conversation::new(&id, "welcome", caller, Channel::Call));
                self.said.clear();
                self.event(Event::Started);
            }
            Clause::Hears(words) if !plain(&self.said).contains(&plain(words)) => {
                return Err(format!("wanted « {words} », heard «{} »", self.said));
            }
            Clause::Hears(_) => {}
            Clause::Keys(keys) => {
                for key in keys.chars() {
                    self.pass(KEY);
                    self.event(Event::Key(key));
                }
            }
            Clause::Silent(wait) => self.pass(*wait),
            Clause::Drops => {
                self.event(Event::HungUp);
                self.call = None;
            }
            Clause::Then(goal) if self.goal.as_ref() != Some(goal) => {
                return Err(format!("wanted {goal}, reached {:?}", self.goal));
            }
            Clause::Then(_) => {}
        }
        Ok(())
    }
}
