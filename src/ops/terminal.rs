//! `ligne call`: the line played in a terminal, by the interpreter, the keypad and the store that a telephone would meet.
//!
//! Only time differs: what is said is printed at once, and an empty line is the silence that a caller would let pass.

use std::io::{BufRead, Write};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::call::conversation::{Conversation, Event, Output};
use crate::clock::Now;
use crate::flow::{Caller, Channel, Library};
use crate::rtp::g711::SILENCE;
use crate::store::Store;

/// Between two keys of a line: no bounce (C12).
const KEY: Duration = Duration::from_secs(1);

/// One try-out: a conversation and its pretended clock.
struct Tryout<'a, W> {
    library: &'a Library,
    store: &'a Store,
    runtime: &'a tokio::runtime::Runtime,
    conversation: Conversation,
    /// What is typed next is said.
    speaks: bool,
    started: Instant,
    /// Silences skipped.
    ahead: Duration,
    out: W,
}

/// Plays one call; the goal reached, if one was.
pub fn play(
    library: &Library,
    store: &Store,
    runtime: &tokio::runtime::Runtime,
    call: (&str, &str, Caller),
    input: impl BufRead,
    mut out: impl Write,
) -> std::io::Result<Option<String>> {
    let (id, flow, caller) = call;
    writeln!(
        out,
        "Chiffres puis Entrée : vos touches. Entrée seule : silence. Des mots : CONSEILLER, RETOUR, oui … r : raccrocher.\n"
    )?;
    let conversation = Conversation::new(id, flow, caller, Channel::Terminal);
    let started = Instant::now();
    let mut tryout =
        Tryout { library, store, runtime, conversation, speaks: false, started, ahead: Duration::ZERO, out };
    let mut is_over = tryout.feed(Event::Started)?;
    for line in input.lines() {
        if is_over {
            break;
        }
        is_over = tryout.line(line?.trim())?;
    }
    if !is_over {
        tryout.feed(Event::HungUp)?;
        writeln!(tryout.out, "— raccroché")?;
    }
    Ok(tryout.conversation.goal().map(str::to_owned))
}

impl<W: Write> Tryout<'_, W> {
    fn line(&mut self, line: &str) -> std::io::Result<bool> {
        if std::mem::take(&mut self.speaks) && !matches!(line, "r" | "0" | "*") {
            return self.said(line);
        }
        if line == "r" {
            self.feed(Event::HungUp)?;
            writeln!(self.out, "— raccroché")?;
            return Ok(true);
        }
        if line.chars().any(char::is_alphabetic) {
            return self.feed(Event::Words(line.to_owned()));
        }
        for key in line.chars() {
            self.ahead += KEY;
            if self.feed(Event::Key(key))? {
                return Ok(true);
            }
        }
        // Enter ends a number, as the pause after it would; an empty line is silence.
        if line.is_empty() || self.conversation.is_begun() {
            return self.silence();
        }
        Ok(false)
    }

    /// The sound of the words is not here: as much silence is kept.
    fn said(&mut self, words: &str) -> std::io::Result<bool> {
        let seconds = u32::try_from(words.len() / 12).unwrap_or(u32::MAX).clamp(1, 60);
        let sound = vec![SILENCE; seconds as usize * 8_000];
        let kept = self.runtime.block_on(self.store.keep_voice(self.now().wall, sound));
        let id = kept.ok().filter(|_| !words.is_empty());
        self.feed(Event::Recorded { id, seconds })
    }

    fn silence(&mut self) -> std::io::Result<bool> {
        let Some(deadline) = self.conversation.deadline() else { return Ok(false) };
        self.ahead += deadline.saturating_duration_since(self.now().at);
        self.feed(Event::Timer)
    }

    fn now(&self) -> Now {
        let passed = self.started.elapsed() + self.ahead;
        Now { at: self.started + passed, wall: Timestamp::now() }
    }

    /// Feeds one event and carries out all that follows; whether the line hung up.
    fn feed(&mut self, event: Event) -> std::io::Result<bool> {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            for output in self.conversation.input(self.library, self.now(), event) {
                match output {
                    Output::Play { tag, prompt, .. } => {
                        let pace = if prompt.is_slow { "(lentement) " } else { "" };
                        writeln!(self.out, "☎ {pace}{}", prompt.text())?;
                        events.insert(0, Event::Played { tag });
                    }
                    Output::Act { run, key, request } => {
                        let now = self.now().wall;
                        let reply = self.runtime.block_on(self.store.execute(now, &run, &key, &request));
                        events.push(Event::Replied(reply));
                    }
                    Output::Record(_) => {
                        writeln!(self.out, "[parlez : tapez une phrase, puis Entrée]")?;
                        self.speaks = true;
                    }
                    Output::EndRecording => {}
                    Output::Rest(rest) => {
                        let kept = self.runtime.block_on(self.store.put_at_rest(self.now().wall, &rest));
                        let words = if kept.is_ok() { "rappelez pour reprendre" } else { "rien n'a pu être gardé" };
                        writeln!(self.out, "— coupé : {words}")?;
                    }
                    Output::HangUp => {
                        writeln!(self.out, "— la ligne raccroche")?;
                        return Ok(true);
                    }
                }
            }
        }
        self.out.flush()?;
        Ok(false)
    }
}
