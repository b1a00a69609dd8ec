//! From the folders to an [`Edition`] that callers may hear. Start-up and reload go through the same door.

use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::flow::time::{self, Recordings};
use crate::flow::{Fault, Library, messages};
use crate::media::{SoundError, Voices};
use crate::net::Edition;
use crate::speech::Language;

/// A flow set larger than this is a mistaken folder.
const FLOWS_MAX: usize = 200;

/// Files of flows, each with its text, sorted by path.
pub type Files = Vec<(String, String)>;

/// Why nobody may hear it.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum Refusal {
    #[error("{path}: {source}; name the folder of the flows with `flows = \"…\"`", path = path.display())]
    NoFolder { path: PathBuf, source: std::io::Error },
    #[error("{path}: {source}", path = path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{path}: more than {FLOWS_MAX} flows", path = path.display())]
    TooMany { path: PathBuf },
    #[error(transparent)]
    Sounds(#[from] SoundError),
    #[error("les parcours ne peuvent pas être mis en service\n{}", crate::ops::check::faults(faults))]
    Flows { faults: Vec<Fault> },
    #[error("[line] flow = \"{flow}\": no such flow in {path}", path = path.display())]
    NoEntry { flow: String, path: PathBuf },
    #[error("no recording of the place « {text} »: run `ligne prompts render`")]
    Place { text: String },
    #[error("the places of the store cannot be read: {error}")]
    Store { error: crate::store::StoreError },
    #[error("the checker stopped half-way: please report it with these flows")]
    Broken,
}

impl Refusal {
    /// Each fault by itself, with its place in front where it has one.
    pub fn faults(&self) -> Vec<String> {
        match self {
            Self::Flows { faults } => faults.iter().map(Fault::to_string).collect(),
            other => vec![other.to_string()],
        }
    }
}

/// Reads and checks all of it: flows, recordings, and each against the other (C18). Recordings whose files are as they were
/// for `before` are taken from there.
pub fn read(config: &Config, before: &Voices) -> Result<(Edition, Files), Refusal> {
    let sounds = Voices::load_after(&config.prompts, before)?;
    let files = files(&config.flows)?;
    let library = timed(with(&files, &|text| sounds.has(Language::French, text))?, &sounds)?;
    Ok((Edition { library, sounds }, files))
}

/// What an edition owes to the rest of the line: the flow that answers, and the name of every place.
pub fn fits(edition: &Edition, config: &Config, places: &[String]) -> Result<(), Refusal> {
    let flow = &config.line.flow;
    if !edition.library.has(flow) {
        return Err(Refusal::NoEntry { flow: flow.clone(), path: config.flows.clone() });
    }
    match places.iter().find(|text| !edition.sounds.has(Language::French, text)) {
        Some(text) => Err(Refusal::Place { text: text.clone() }),
        None => Ok(()),
    }
}

/// The folder of a language's recordings.
pub fn recordings(config: &Config, language: Language) -> PathBuf {
    config.prompts.join(language.code())
}

/// The flows, checked with this idea of what is recorded.
pub fn with(files: &Files, is_recorded: &dyn Fn(&str) -> bool) -> Result<Library, Refusal> {
    Library::load(files, is_recorded).map_err(|faults| Refusal::Flows { faults })
}

/// The flows, if nothing in them lasts too long (C18), and everything in the other languages is recorded too.
pub fn timed(library: Library, sounds: &Voices) -> Result<Library, Refusal> {
    let mut faults = library.unrecorded(&|language, text| sounds.has(language, text));
    for language in library.languages() {
        let recordings = Recordings::new(&library, language, sounds.lengths(language));
        let too_long = time::too_long(&library, &recordings);
        faults.extend(messages::too_many(&library, recordings.language(), recordings.places()));
        faults.extend(too_long.into_iter().filter(|long| long.is_refused).map(|long| long.fault));
    }
    if faults.is_empty() { Ok(library) } else { Err(Refusal::Flows { faults }) }
}

/// Whether a file of the flows' folder is a flow. Editors leave hidden files beside the one they write: `.#book.yaml`.
pub fn is_flow(path: &Path) -> bool {
    let is_hidden = path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
    !is_hidden && path.extension().is_some_and(|extension| extension == "yaml")
}

/// Every flow of the folder, unread by any checker.
pub fn files(folder: &Path) -> Result<Files, Refusal> {
    let no_folder = |source| Refusal::NoFolder { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(no_folder)? {
        let path = entry.map_err(no_folder)?.path();
        if !is_flow(&path) {
            continue;
        }
        if files.len() == FLOWS_MAX {
            return Err(Refusal::TooMany { path: folder.to_owned() });
        }
        let text =
            std::fs::read_to_string(&path).map_err(|source| Refusal::Unreadable { path: path.clone(), source })?;
        files.push((path.display().to_string(), text));
    }
    files.sort();
    Ok(files)
}
