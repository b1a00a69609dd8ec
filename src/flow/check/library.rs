//! A checked set of flows, and what the line says of its own accord.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::super::definition::Flow;
use super::super::run::option_unit;
use super::super::template::Text;
use super::super::value::BY_PHONE;
use super::places::{Place, Places};
use super::texts::{purposes, step_texts};
use super::words::unrecorded;
use super::{Checker, Fault, read};
use crate::speech::Unit;

/// The file of the line's own sentences.
const ENGINE: &str = "engine.yaml";

/// What the line says of its own accord.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::flow) struct Engine {
    pub yes_no: Text,
    pub typed: Text,
    pub right: Text,
    pub not_understood: Text,
    pub take_time: Text,
    pub still_there: Text,
    pub taken: Text,
    pub person: Text,
}

impl Engine {
    fn texts(&self) -> [(&'static str, &Text); 8] {
        let Self { yes_no, typed, right, not_understood, take_time, still_there, taken, person } = self;
        [
            ("yes-no", yes_no),
            ("typed", typed),
            ("right", right),
            ("not-understood", not_understood),
            ("take-time", take_time),
            ("still-there", still_there),
            ("taken", taken),
            ("person", person),
        ]
    }
}

/// Where one file of the set came from.
#[derive(Clone, Debug, Default)]
struct Source {
    path: String,
    places: Places,
}

/// A checked set of flows.
#[derive(Clone, Debug)]
pub struct Library {
    flows: BTreeMap<String, Flow>,
    /// The file of each flow.
    sources: BTreeMap<String, Source>,
    engine: Engine,
    version: String,
}

impl Library {
    /// Reads and checks a set of `(path, text)`. `is_recorded` says whether a text has its recording. The faults are
    /// sorted by file and line.
    pub fn load(files: &[(String, String)], is_recorded: &dyn Fn(&str) -> bool) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let (library, engine) = Self::read(files, &mut faults).map_err(sorted)?;
        for (name, flow) in &library.flows {
            let Source { path, places } = &library.sources[name];
            Checker { library: &library, flow, path, places, is_recorded, faults: &mut faults }.check();
        }
        for (key, text) in library.engine.texts() {
            for text in text.fixed().filter(|text| !is_recorded(text)) {
                faults.push(Fault::new(&engine.path, engine.places.value(key), unrecorded(text)));
            }
        }
        if faults.is_empty() { Ok(library) } else { Err(sorted(faults)) }
    }

    fn read(files: &[(String, String)], faults: &mut Vec<Fault>) -> Result<(Self, Source), Vec<Fault>> {
        let (mut flows, mut sources, mut engine) = (BTreeMap::new(), BTreeMap::new(), None);
        for (path, text) in files {
            let source = Source { path: path.clone(), places: Places::read(text) };
            if path.ends_with(ENGINE) {
                engine = read::parse::<Engine>(path, text, &source.places)
                    .map_err(|fault| faults.push(fault))
                    .ok()
                    .zip(Some(source));
                continue;
            }
            match read::parse::<Flow>(path, text, &source.places) {
                Ok(flow) if flows.contains_key(&flow.flow) => {
                    let message =
                        format!("un autre fichier s'appelle déjà `{}` : donnez un autre nom à ce parcours", flow.flow);
                    faults.push(Fault::new(path, source.places.value("flow"), message));
                }
                Ok(flow) => {
                    sources.insert(flow.flow.clone(), source);
                    flows.insert(flow.flow.clone(), flow);
                }
                Err(fault) => faults.push(fault),
            }
        }
        match engine {
            Some((engine, source)) if faults.is_empty() => {
                Ok((Self { flows, sources, engine, version: version(files) }, source))
            }
            None if faults.is_empty() => {
                let message = "ce fichier manque, avec les phrases de la ligne : remettez-le à côté des parcours";
                Err(vec![Fault::new(ENGINE, Place::default(), message.to_owned())])
            }
            Some(_) | None => Err(std::mem::take(faults)),
        }
    }

    /// Whether a flow of this name exists.
    pub fn has(&self, flow: &str) -> bool {
        self.flows.contains_key(flow)
    }

    /// The names of the flows, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.flows.keys().map(String::as_str)
    }

    /// How many steps there are in all.
    pub fn steps(&self) -> usize {
        self.flows.values().map(|flow| flow.steps.len()).sum()
    }

    /// The content hash of the whole set. A run records the one it began with; nothing compares them yet, since a set is
    /// loaded once and never changed under a run.
    pub fn version(&self) -> &str {
        &self.version
    }

    pub(in crate::flow) fn flow(&self, name: &str) -> Option<&Flow> {
        self.flows.get(name)
    }

    /// Every flow.
    pub(in crate::flow) fn flows(&self) -> impl Iterator<Item = (&str, &Flow)> {
        self.flows.iter().map(|(name, flow)| (name.as_str(), flow))
    }

    /// A fault of a step that only its recordings show.
    pub(in crate::flow) fn fault(&self, flow: &str, path: &str, message: String) -> Fault {
        let Source { path: file, places } = &self.sources[flow];
        Fault::new(file, places.value(path), message)
    }

    pub(in crate::flow) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Every text that must be recorded for these flows, beside dates, numbers and places.
    pub fn texts(&self) -> BTreeSet<String> {
        let engine = self.engine.texts().into_iter().map(|(_, text)| text);
        let mut texts: BTreeSet<String> = engine.flat_map(Text::fixed).map(str::to_owned).collect();
        for step in self.flows.values().flat_map(|flow| flow.steps.values()) {
            texts.extend(step_texts(&step.value).into_iter().flat_map(|text| text.fixed().map(str::to_owned)));
            texts.extend(purposes(&step.value).into_iter().map(|(_, purpose)| match option_unit(purpose) {
                Unit::Say(text) => text,
                Unit::Pause(_) => String::new(),
            }));
        }
        texts.insert(BY_PHONE.to_owned());
        texts
    }
}

/// By file and place, each once.
fn sorted(mut faults: Vec<Fault>) -> Vec<Fault> {
    faults.sort();
    faults.dedup();
    faults
}

fn version(files: &[(String, String)]) -> String {
    let mut hash = Sha256::new();
    for (path, text) in files {
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
