//! Every `flows/tests/*.call`, played as `ligne flow test` does, and over SIP and RTP. All go by a pretended clock.

mod telephone;

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::time::Instant;

use ligne_claire::call::transcript::{self, Stage};
use ligne_claire::config::Config;
use ligne_claire::flow::{Channel, Library};
use ligne_claire::ops::rehearse::{self, Memory, Pattern, Transcript};
use ligne_claire::server;

use telephone::Telephone;

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
    let play = |Transcript { path, text }: &Transcript| {
        let began = Instant::now();
        let played = transcript::play(text, &mut Telephone::open());
        println!("{:>5.1} s  {}", began.elapsed().as_secs_f64(), path.display());
        played.map_err(|error| format!("{}: {error}", path.display()))
    };
    // All at once: what a line says takes its time, and little of a core.
    let failures: Vec<String> = std::thread::scope(|scope| {
        let playing: Vec<_> = all.iter().map(|one| scope.spawn(move || play(one))).collect();
        playing.into_iter().filter_map(|played| played.join().expect("its error is told, not a panic").err()).collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn flow_test_ends_with_1_when_a_transcript_fails_or_when_all_must_be_tried_and_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let (good, bad) = (folder.path().join("good.call"), folder.path().join("bad.call"));
    std::fs::write(&good, "call 0353010001   hears \"Bonjour.\"   drops").unwrap();
    std::fs::write(&bad, "call 0353010001\nhears \"Bonsoir.\"").unwrap();
    let test = |arguments: &[&Path]| {
        let mut ligne = Command::new(env!("CARGO_BIN_EXE_ligne"));
        ligne.env_remove("DATABASE_URL");
        ligne.current_dir(env!("CARGO_MANIFEST_DIR")).args(["flow", "test"]).args(arguments);
        let output = ligne.output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(test(&[&good]).0, Some(0));
    assert_eq!(test(&[&good, Path::new("--full")]).0, Some(1));
    let (code, told) = test(&[folder.path()]);
    assert_eq!(code, Some(1));
    assert!(told.contains("bad.call, au téléphone : ligne 2 : attendu « Bonsoir. », entendu « Bonjour."), "{told}");
    assert_eq!(test(&[Path::new("nowhere.call")]).0, Some(2));
}

/// `explore` finds a flow that lies, and writes down the call that shows it; `test` plays that file, up to the lie.
#[test]
fn what_flow_explore_saves_flow_test_plays() {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("flows")).unwrap() {
        let entry = entry.unwrap();
        let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
        // A request that could not be written is counted as one that was.
        let lying = text.replace(
            "already_requested: done\n    unavailable: sorry\n  write:",
            "already_requested: done\n    unavailable: requested\n  write:",
        );
        std::fs::write(folder.path().join(entry.file_name()), lying).unwrap();
    }
    let (config, saved) = (folder.path().join("ligne.toml"), folder.path().join("lie.call"));
    std::fs::write(&config, format!("flows = {:?}\n", folder.path())).unwrap();
    let ligne = |arguments: &[&std::ffi::OsStr]| {
        let mut ligne = Command::new(env!("CARGO_BIN_EXE_ligne"));
        ligne.env_remove("DATABASE_URL");
        let output = ligne.arg("--config").arg(&config).arg("flow").args(arguments).output().unwrap();
        let told = [output.stdout, output.stderr].map(|told| String::from_utf8(told).unwrap()).concat();
        (output.status.code(), told)
    };
    let (code, told) = ligne(&["explore".as_ref(), "--save".as_ref(), saved.as_ref()]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("« callback.requested » and nothing of it is written"), "{told}");
    let (code, told) = ligne(&["test".as_ref(), saved.as_ref()]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("attendu `requested` dans le carnet, écrit pendant cet appel : rien"), "{told}");
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
