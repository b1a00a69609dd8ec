//! Every `flows/tests/*.call`, played as `ligne flow test` does, and over SIP and RTP. All go by a pretended clock.

mod telephone;

use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use ligne_claire::call::transcript::{self, Stage};
use ligne_claire::config::Config;
use ligne_claire::flow::{Channel, Library};
use ligne_claire::ops::rehearse::{self, Memory, Pattern, Transcript};
use ligne_claire::server;

use telephone::Telephone;

/// Lines at once: what each of them says is paced by the clock on the wall, and takes little of a core.
const LINES: usize = 12;

/// The settings of a line with its data in this folder.
fn settings(folder: &Path) -> Config {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    Config { data: folder.to_owned(), flows: root.join("flows"), prompts: root.join("prompts"), ..Default::default() }
}

fn library() -> &'static Library {
    static LIBRARY: LazyLock<Library> =
        LazyLock::new(|| server::library_with(&settings(Path::new("")), &|_| true).unwrap());
    &LIBRARY
}

fn pattern() -> &'static Pattern {
    static PATTERN: LazyLock<Pattern> = LazyLock::new(|| Pattern::make(&server::runtime().unwrap()).unwrap());
    &PATTERN
}

fn transcripts() -> Vec<Transcript> {
    let all = rehearse::read(&[rehearse::beside(&settings(Path::new("")).flows)]).unwrap();
    assert!(all.len() >= 10, "the transcripts are missing");
    all
}

#[test]
fn every_transcript_is_heard_as_it_is_written_on_every_channel_and_nothing_is_left_untried() {
    let mut told = Vec::new();
    let outcome =
        rehearse::rehearse(library(), "welcome", &server::runtime().unwrap(), &transcripts(), &mut told).unwrap();
    assert!(outcome.failed == 0 && outcome.missing == 0, "{}", String::from_utf8(told).unwrap());
}

#[test]
fn every_transcript_of_a_telephone_is_heard_as_it_is_written_over_sip_and_rtp() {
    let all: Vec<Transcript> = transcripts().into_iter().filter(|one| telephone::can_play(&one.text)).collect();
    assert!(all.len() >= 10, "too few are of a telephone");
    let next = AtomicUsize::new(0);
    let work = || {
        let mut failures = Vec::new();
        while let Some(Transcript { path, text }) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            let played = transcript::play(text, &mut Telephone::open());
            failures.extend(played.err().map(|error| format!("{}: {error}", path.display())));
        }
        failures
    };
    let failures: Vec<String> = std::thread::scope(|scope| {
        let lines: Vec<_> = (0..LINES).map(|_| scope.spawn(work)).collect();
        lines.into_iter().flat_map(|line| line.join().expect("its error is told, not a panic")).collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_transcript_that_does_not_come_true_fails_on_both_stages_with_its_line() {
    let runtime = server::runtime().unwrap();
    for (text, wanted) in [
        ("call 0353010001\nhears \"Bonjour.\"\nhears \"Bonsoir.\"", "ligne 3 : attendu « Bonsoir. », entendu «"),
        ("call 0353010001\nkeys 1\nhears \"Bonjour.\"", "ligne 3 : attendu « Bonjour. », entendu «"),
        (
            "call 0353010001\nsilent 7s\nhears \"Prenez votre temps.\"",
            "ligne 3 : attendu « Prenez votre temps. », entendu «",
        ),
        ("call 0353010001\nkeys 1\nthen appointment.booked", "ligne 3 : attendu `appointment.booked`, "),
        (
            "call 0353010001\nkeys 1   drops\nthen appointment.booked",
            "ligne 3 : attendu `appointment.booked`, arrivé à : rien n'était fini",
        ),
        (
            "call 0353010001\nkeys 3   keys 1   keys 1   keys 1   hears \"C'est noté.\"   drops\nthen callback.lost",
            "ligne 3 : attendu `callback.lost`, arrivé à : callback.requested",
        ),
        ("call 0353010001\nkeys 1   keys 1\nsays 2s", "ligne 3 : la ligne n'attend pas qu'on parle"),
        ("call 0353010001\nholds 1", "ligne 2 : attendu 1 place(s) gardée(s), il y en a 0"),
        ("keys 1", "ligne 1 : personne n'appelle"),
    ] {
        let folder = pattern().copy().unwrap();
        let memory = Memory::open(library(), "welcome", &runtime, folder.path(), Channel::Call).unwrap();
        let stages: [Box<dyn Stage>; 2] = [Box::new(memory), Box::new(Telephone::open())];
        for mut stage in stages {
            let error = transcript::play(text, &mut *stage).unwrap_err();
            assert!(error.starts_with(wanted), "{error}");
        }
    }
}
