//! `ligne prompts …`: which texts must be recorded, and recording them.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};

use crate::flow::Library;
use crate::media::{Sounds, text_hash};
use crate::speech::Language;

/// A file's name says its text, for the ear that looks for it: letters kept of the text.
const SLUG_MAX: usize = 40;

/// Every text the line may say in a language: the flows' and the places', which are written in French, and the dates,
/// hours and numbers.
pub fn wanted(language: Language, library: &Library, places: Vec<String>) -> BTreeSet<String> {
    let places = if language == Language::French { places } else { Vec::new() };
    library.texts(language).into_iter().chain(places).chain(language.units()).collect()
}

/// `file<TAB>text` of every text without a recording: what `prompts/render.py` reads.
pub fn missing(wanted: &BTreeSet<String>, sounds: &Sounds) -> Vec<String> {
    wanted.iter().filter(|text| !sounds.has(text)).map(|text| format!("{}\t{text}", file(text))).collect()
}

/// Records what is missing, by the script beside the recordings, and adds it to the index.
pub fn render(folder: &Path, language: Language, voice: &Path, missing: &[String]) -> anyhow::Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let script = folder.join("render.py");
    let mut child = Command::new("python3")
        .arg(&script)
        .args(["--language", language.code(), "--voice"])
        .arg(voice)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("python3 {}: see prompts/README.md for what to install", script.display()))?;
    let mut input = child.stdin.take().context("the script's standard input is piped")?;
    let lines = missing.join("\n") + "\n";
    // Written beside the reading, or a long list would fill both pipes.
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("{} failed: its message stands above; see prompts/README.md", script.display());
    }
    ensure!(writer.join().is_ok_and(|written| written.is_ok()), "the script did not read every text");
    let path = folder.join(language.code()).join("index.tsv");
    let mut index = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    index.push_str(&String::from_utf8(output.stdout).context("the script's lines are UTF-8")?);
    // Beside, then over: a reader sees the old index or the new one.
    let beside = path.with_extension("new");
    std::fs::write(&beside, index)?;
    std::fs::rename(&beside, &path).with_context(|| path.display().to_string())
}

fn file(text: &str) -> String {
    let mut slug = String::new();
    for letter in text.chars().flat_map(char::to_lowercase).map(plain) {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug: String = slug.trim_end_matches('-').chars().take(SLUG_MAX).collect();
    format!("phrases/{}-{}.wav", slug.trim_end_matches('-'), &text_hash(text)[..8])
}

fn plain(letter: char) -> char {
    match letter {
        'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' | 'œ' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_says_its_text() {
        let name = file("C'est noté. Nous vous attendons.");
        assert!(name.starts_with("phrases/c-est-note-nous-vous-attendons-") && name.ends_with(".wav"), "{name}");
    }
}
