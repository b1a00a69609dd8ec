//! Every `tests/calls/*.call`, played twice: in memory, and over SIP and RTP. Both go by a pretended clock.

mod memory;
mod telephone;

use std::path::{Path, PathBuf};
use std::time::Duration;

use ligne_claire::call::transcript::{self, Clause};
use ligne_claire::config::Config;

use memory::Memory;
use telephone::Telephone;

/// People are slower than a bounce (C12).
const KEY: Duration = Duration::from_secs(1);

/// Where a transcript is played.
trait Stage {
    /// The error says what was wanted and what came instead.
    fn play(&mut self, clause: &Clause) -> Result<(), String>;
}

/// Plays a transcript; the error begins with the line that did not come true.
fn play(text: &str, stage: &mut dyn Stage) -> Result<(), String> {
    for (number, clause) in transcript::parse(text)? {
        stage.play(&clause).map_err(|error| format!("line {number}: {error}"))?;
    }
    Ok(())
}

/// The settings of a line with its data in this folder.
fn settings(folder: &Path) -> Config {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    Config { data: folder.to_owned(), flows: root.join("flows"), prompts: root.join("prompts"), ..Default::default() }
}

fn transcripts() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/calls");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let calls = paths.filter(|path| path.extension().is_some_and(|extension| extension == "call"));
    let all: Vec<_> = calls.map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect();
    assert!(all.len() >= 10, "the transcripts are missing");
    all
}

#[test]
fn every_transcript_is_heard_as_it_is_written() {
    for (path, text) in transcripts() {
        play(&text, &mut Memory::open()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

#[test]
fn every_transcript_is_heard_as_it_is_written_over_sip_and_rtp() {
    let all = transcripts();
    let failures: Vec<String> = std::thread::scope(|scope| {
        let play = |(path, text): &(PathBuf, String)| {
            play(text, &mut Telephone::open()).map_err(|error| format!("{}: {error}", path.display()))
        };
        let playing: Vec<_> = all.iter().map(|transcript| scope.spawn(move || play(transcript))).collect();
        playing.into_iter().filter_map(|played| played.join().expect("its error is told, not a panic").err()).collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_transcript_that_does_not_come_true_fails_on_both_stages_with_its_line() {
    for (text, wanted) in [
        ("call 0353010001\nhears \"Bonjour.\"\nhears \"Bonsoir.\"", "line 3: wanted « Bonsoir. », heard «"),
        ("call 0353010001\nkeys 1\nhears \"Bonjour.\"", "line 3: wanted « Bonjour. », heard «"),
        (
            "call 0353010001\nsilent 7s\nhears \"Prenez votre temps.\"",
            "line 3: wanted « Prenez votre temps. », heard «",
        ),
        ("call 0353010001\nkeys 1\nthen appointment.booked", "line 3: wanted appointment.booked, "),
        ("call 0353010001\nkeys 1   drops\nthen appointment.booked", "line 3: wanted appointment.booked, reached"),
        (
            "call 0353010001\nkeys 3   keys 1   keys 1   hears \"C'est noté.\"\nthen callback.lost",
            "line 3: wanted callback.lost, reached",
        ),
    ] {
        let stages: [Box<dyn Stage>; 2] = [Box::new(Memory::open()), Box::new(Telephone::open())];
        for mut stage in stages {
            let error = play(text, &mut *stage).unwrap_err();
            assert!(error.starts_with(wanted), "{error}");
        }
    }
}
