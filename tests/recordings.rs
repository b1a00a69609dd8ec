//! Every committed recording, measured (C18, C22).

use std::path::Path;

use ligne_claire::media::Sounds;
use ligne_claire::rtp::g711::alaw_to_linear;

fn index() -> Vec<(f64, String)> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("prompts/fr/index.tsv")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let columns: Vec<&str> = line.splitn(4, '\t').collect();
            (columns[2].parse::<f64>().unwrap() / 1_000.0, columns[3].to_owned())
        })
        .collect()
}

fn sounds() -> Sounds {
    Sounds::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("prompts/fr")).unwrap()
}

#[test]
fn every_recording_is_at_the_same_level_and_none_clips() {
    let sounds = sounds();
    for (_, text) in index() {
        let samples: Vec<f64> =
            sounds.sound(&text).unwrap().iter().map(|byte| f64::from(alaw_to_linear(*byte))).collect();
        let peak = samples.iter().fold(0.0_f64, |peak, sample| peak.max(sample.abs()));
        assert!(peak < 32_000.0, "« {text} » clips");
        let frames: Vec<f64> =
            samples.chunks_exact(80).map(|frame| (frame.iter().map(|s| s * s).sum::<f64>() / 80.0).sqrt()).collect();
        let loudest = frames.iter().fold(0.0_f64, |a, b| a.max(*b));
        let active: Vec<f64> = frames.into_iter().filter(|rms| *rms > loudest * 0.05).collect();
        let level =
            20.0 * ((active.iter().map(|rms| rms * rms).sum::<f64>() / active.len() as f64).sqrt() / 32_768.0).log10();
        assert!((-32.0..=-22.0).contains(&level), "« {text} » is at {level:.1} dBov, wanted −26 ± 4");
    }
}

#[test]
fn no_recording_lasts_longer_than_a_prompt_may() {
    for (seconds, text) in index() {
        assert!(seconds <= 12.0, "« {text} » lasts {seconds} s (C18)");
    }
}

#[test]
fn the_pace_is_calm() {
    let long: Vec<(f64, usize)> = index()
        .into_iter()
        .map(|(seconds, text)| (seconds, text.split_whitespace().count()))
        .filter(|(_, words)| *words >= 8)
        .collect();
    let (seconds, words) = long.iter().fold((0.0, 0), |(s, w), (seconds, words)| (s + seconds, w + words));
    let pace = words as f64 * 60.0 / seconds;
    println!("{pace:.0} words a minute over {} recordings", long.len());
    assert!((120.0..=170.0).contains(&pace), "{pace:.0} words a minute (C22)");
}
