//! `ligne call --sms`: the line played in a terminal as SMS: a line typed is a message, and each answer says what it costs.

use std::io::{BufRead, Write};

use jiff::Timestamp;

use crate::call::dialogue::{Dialogue, Event, Output};
use crate::flow::{Caller, Library};
use crate::store::Store;

/// Plays one dialogue; the goal reached, if one was.
pub fn play(
    library: &Library,
    store: &Store,
    runtime: &tokio::runtime::Runtime,
    dialogue: (&str, &str, Caller),
    input: impl BufRead,
    mut out: impl Write,
) -> std::io::Result<Option<String>> {
    let (id, flow, caller) = dialogue;
    writeln!(out, "Chaque ligne est un SMS que vous envoyez : écrivez le premier.\n")?;
    let mut dialogue = Dialogue::new(id, flow, caller, Timestamp::now());
    let mut lines = input.lines();
    while !dialogue.is_over(Timestamp::now()) {
        let Some(line) = lines.next().transpose()? else {
            feed(library, store, runtime, &mut dialogue, Event::Left, &mut out)?;
            break;
        };
        feed(library, store, runtime, &mut dialogue, Event::Received(line), &mut out)?;
    }
    Ok(dialogue.goal().map(str::to_owned))
}

/// Feeds one event and carries out all that follows.
fn feed(
    library: &Library,
    store: &Store,
    runtime: &tokio::runtime::Runtime,
    dialogue: &mut Dialogue,
    event: Event,
    out: &mut impl Write,
) -> std::io::Result<()> {
    let mut events = vec![event];
    while let Some(event) = events.pop() {
        for output in dialogue.input(library, Timestamp::now(), event) {
            match output {
                Output::Send(message) => {
                    let signs = message.text.chars().count();
                    writeln!(out, "✉ {}\n  — {signs} signes, {} SMS", message.text, message.segments)?;
                }
                Output::Act { run, key, request } => {
                    let reply = runtime.block_on(store.execute(Timestamp::now(), &run, &key, &request));
                    events.push(Event::Replied(reply));
                }
                Output::Rest(rest) => {
                    let kept = runtime.block_on(store.put_at_rest(Timestamp::now(), &rest));
                    let words =
                        if kept.is_ok() { "appelez ou écrivez pour reprendre" } else { "rien n'a pu être gardé" };
                    writeln!(out, "— interrompu : {words}")?;
                }
            }
        }
    }
    out.flush()
}
