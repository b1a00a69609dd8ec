//! The composition root: settings → recordings, flows, store. All of it stands, or nothing is started.

use std::path::Path;

use anyhow::{Context, bail};

use crate::config::Config;
use crate::flow::Library;
use crate::media::Sounds;
use crate::store::Store;

/// A flow set larger than this is a mistaken folder.
const FLOWS_MAX: usize = 200;

/// Everything a conversation needs.
#[derive(Debug)]
pub struct Line {
    /// The checked flows.
    pub library: Library,
    /// The appointment store.
    pub store: Store,
    /// The recordings.
    pub sounds: Sounds,
    /// Sites open to callers.
    pub sites: i64,
}

impl Line {
    /// Opens all of it. An error names what to mend.
    pub async fn open(config: &Config) -> anyhow::Result<Self> {
        let sounds = sounds(config)?;
        let library = library(config, &sounds)?;
        let store = store(config).await?;
        let sites = store.load_sample().await?;
        if let Some(text) = store.spoken_places().await?.iter().find(|text| !sounds.has(text)) {
            bail!("no recording of the place « {text} »: run `ligne prompts render`");
        }
        Ok(Self { library, store, sounds, sites })
    }
}

/// The recordings.
pub fn sounds(config: &Config) -> anyhow::Result<Sounds> {
    Ok(Sounds::load(&config.prompts.join("fr"))?)
}

/// The flows, checked against the recordings.
pub fn library(config: &Config, sounds: &Sounds) -> anyhow::Result<Library> {
    library_with(config, &|text| sounds.has(text))
}

/// The flows, checked with this idea of what is recorded.
pub fn library_with(config: &Config, is_recorded: &dyn Fn(&str) -> bool) -> anyhow::Result<Library> {
    let files = flow_files(&config.flows)?;
    Library::load(&files, is_recorded).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("the flows cannot go live:\n{}", lines.join("\n"))
    })
}

/// The store, with its sample region when it is empty.
pub async fn store(config: &Config) -> anyhow::Result<Store> {
    let store = Store::open(&config.data).await?;
    store.load_sample().await?;
    Ok(store)
}

/// The runtime of the shell.
pub fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

/// A name for a new call, sorted by time.
pub fn new_id() -> String {
    ulid::Ulid::generate().to_string()
}

fn flow_files(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("{}: name the folder of the flows with `flows = \"…\"`", folder.display()))?;
    let mut files = Vec::new();
    for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            files.push((path.display().to_string(), text));
        }
    }
    anyhow::ensure!(files.len() <= FLOWS_MAX, "{}: more than {FLOWS_MAX} flows", folder.display());
    files.sort();
    Ok(files)
}
