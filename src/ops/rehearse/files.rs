//! From files and folders to transcripts.

use std::path::{Path, PathBuf};

use anyhow::Context;

/// More transcripts than this are a mistaken folder.
const FILES_MAX: usize = 1_000;
/// More bytes than this are no transcript.
const BYTES_MAX: u64 = 64 * 1024;

/// One file.
#[derive(Clone, Debug)]
pub struct Transcript {
    /// Where it is.
    pub path: PathBuf,
    /// All of it.
    pub text: String,
}

/// Every transcript of these files, and of these folders, by name.
pub fn read(paths: &[PathBuf]) -> anyhow::Result<Vec<Transcript>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let entries = std::fs::read_dir(path).with_context(|| path.display().to_string())?;
            for entry in entries {
                let file = entry.with_context(|| path.display().to_string())?.path();
                files.extend(is_transcript(&file).then_some(file));
            }
        } else {
            files.push(path.clone());
        }
        anyhow::ensure!(files.len() <= FILES_MAX, "{} : plus de {FILES_MAX} fichiers", path.display());
    }
    files.sort();
    files.dedup();
    anyhow::ensure!(
        !files.is_empty(),
        "aucun fichier `.call` ni `.sms` : indiquez un fichier ou un dossier, comme `flows/tests`"
    );
    files.into_iter().map(transcript).collect()
}

/// Editors leave hidden files beside the one they write.
fn is_transcript(path: &Path) -> bool {
    let is_hidden = path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
    !is_hidden && path.extension().is_some_and(|extension| extension == "call" || extension == "sms")
}

fn transcript(path: PathBuf) -> anyhow::Result<Transcript> {
    let named = || path.display().to_string();
    let length = std::fs::metadata(&path).with_context(named)?.len();
    anyhow::ensure!(length <= BYTES_MAX, "{} : trop long pour une transcription", path.display());
    let text = std::fs::read_to_string(&path).with_context(named)?;
    Ok(Transcript { path, text })
}
