//! Every `tests/calls/*.call`, played in memory: the real flows, keypad and store, on a pretended clock.

use std::path::Path;
use std::time::{Duration, Instant};

use ligne_claire::call::conversation::{Conversation, Event, Output};
use ligne_claire::call::transcript::{self, Clause, plain};
use ligne_claire::clock::Now;
use ligne_claire::flow::{Caller, Channel};
use ligne_claire::server::{Line, runtime};

const KEY: Duration = Duration::from_secs(1);

/// One transcript being played.
struct Stage<'a> {
    line: &'a Line,
    runtime: &'a tokio::runtime::Runtime,
    began: Instant,
    wall: jiff::Timestamp,
    passed: Duration,
    call: Option<Conversation>,
    calls: u32,
    said: String,
    goal: Option<String>,
}

impl Stage<'_> {
    fn now(&self) -> Now {
        Now { at: self.began + self.passed, wall: self.wall + self.passed }
    }

    fn event(&mut self, event: Event) {
        let now = self.now();
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            let Some(call) = &mut self.call else { return };
            for output in call.input(&self.line.library, now, event) {
                match output {
                    Output::Play { tag, prompt, .. } => {
                        self.said += &format!(" {}", prompt.text());
                        events.insert(0, Event::Played { tag });
                    }
                    Output::Act { key, request } => {
                        let run = format!("run-{}", self.calls);
                        let reply = self.runtime.block_on(self.line.store.execute(now.wall, &run, &key, &request));
                        events.push(Event::Replied(reply));
                    }
                    Output::HangUp => {}
                }
            }
            self.goal = self.call.as_ref().and_then(|call| call.goal().map(str::to_owned));
        }
    }

    fn pass(&mut self, wait: Duration) {
        self.said.clear();
        self.passed += wait;
        let is_due = self.call.as_ref().and_then(Conversation::deadline).is_some_and(|due| due <= self.now().at);
        if is_due {
            self.event(Event::Timer);
        }
    }

    fn play(&mut self, clause: &Clause) -> Result<(), String> {
        match clause {
            Clause::At(at) => self.wall = *at,
            Clause::Later(wait) => self.passed += *wait,
            Clause::Call(number) => {
                self.calls += 1;
                let caller = Caller { number: number.clone() };
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

#[test]
fn every_transcript_is_heard_as_it_is_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut played = 0;
    for path in std::fs::read_dir(root.join("tests/calls")).unwrap().map(|entry| entry.unwrap().path()) {
        let clauses = transcript::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let runtime = runtime().unwrap();
        let config = ligne_claire::config::Config {
            data: folder.path().to_owned(),
            flows: root.join("flows"),
            prompts: root.join("prompts"),
            ..Default::default()
        };
        let line = runtime.block_on(Line::open(&config)).unwrap();
        let mut stage = Stage {
            line: &line,
            runtime: &runtime,
            began: Instant::now(),
            wall: jiff::Timestamp::UNIX_EPOCH,
            passed: Duration::ZERO,
            call: None,
            calls: 0,
            said: String::new(),
            goal: None,
        };
        for (number, clause) in clauses {
            stage.play(&clause).unwrap_or_else(|error| panic!("{}:{number}: {error}", path.display()));
        }
        played += 1;
    }
    assert!(played >= 5, "the transcripts are missing");
}
