//! A checked set of flows, and what the line says of its own accord.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::super::definition::Flow;
use super::super::expression::Term;
use super::super::run::option_unit;
use super::super::schema;
use super::super::template::{Text, Written};
use super::super::translation::{Translation, Translations};
use super::super::value::{BY_PHONE, BY_VIDEO};
use super::super::{Channel, Hours, line::LineFile};
use super::places::{Place, Places};
use super::texts::{purposes, step_texts};
use super::whereabouts::Whereabouts;
use super::words::unrecorded;
use super::{Checker, Fault, PERSON, read, tongues};
use crate::speech::{Language, Unit};

/// The file of the line's own sentences.
const ENGINE: &str = "engine.yaml";
/// The file of the line's number and hours.
const LINE: &str = "line.yaml";
/// What the file of another language begins with.
const TEXTS: &str = "texts.";

/// What the line says of its own accord.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "engine", description = "Ce que la ligne dit d'elle-même, dans tous les parcours.")]
pub(in crate::flow) struct Engine {
    #[schemars(description = "Comment répondre oui ou non.")]
    pub yes_no: Text,
    #[schemars(description = "Avant de relire ce qui a été tapé.")]
    pub typed: Text,
    #[schemars(description = "Après l'avoir relu : la question.")]
    pub right: Text,
    #[schemars(description = "Quand la réponse n'est pas comprise.")]
    pub not_understood: Text,
    #[schemars(description = "Quand on ne répond pas.")]
    pub take_time: Text,
    #[schemars(description = "Avant la dernière attente.")]
    pub still_there: Text,
    #[schemars(description = "Quand la place choisie vient d'être prise.")]
    pub taken: Text,
    #[schemars(description = "Avant de mener à une personne.")]
    pub person: Text,
    /// "Vous avez dit :"
    #[schemars(description = "Avant de réécouter ce qui a été dit.")]
    pub spoken: Text,
    /// AIDE, where there are letters.
    #[schemars(description = "Réponse au mot AIDE, là où l'on écrit.")]
    pub help: Text,
    /// A call that was cut off is taken up.
    #[schemars(description = "Quand un appel coupé reprend où il en était.")]
    pub resumed: Text,
    /// It cannot be taken up as it was.
    #[schemars(description = "Quand un appel coupé ne peut pas reprendre tel quel.")]
    pub restarted: Text,
    /// "Première question sur deux."
    #[schemars(
        schema_with = "schema::counts",
        description = "Où l'on en est : une phrase avant chaque question, quand 2, 3 ou 4 se suivent."
    )]
    pub where_we_are: Whereabouts,
    /// By their keys.
    #[schemars(description = "Les mêmes phrases, écrites autrement dans un SMS : `restarted: \"…\"`.")]
    #[serde(default)]
    pub sms: BTreeMap<String, Written>,
}

impl Engine {
    /// By their keys.
    pub(super) fn texts(&self) -> Vec<(String, &Text)> {
        let Self { yes_no, typed, right, not_understood, take_time, still_there, taken, person, .. } = self;
        let Self { spoken, help, resumed, restarted, where_we_are, .. } = self;
        let single = [
            ("yes-no", yes_no),
            ("typed", typed),
            ("right", right),
            ("not-understood", not_understood),
            ("take-time", take_time),
            ("still-there", still_there),
            ("taken", taken),
            ("person", person),
            ("spoken", spoken),
            ("help", help),
            ("resumed", resumed),
            ("restarted", restarted),
        ];
        let counts = where_we_are.texts().map(|(path, text)| (format!("where-we-are/{path}"), text));
        single.into_iter().map(|(key, text)| (key.to_owned(), text)).chain(counts).collect()
    }

    /// What an SMS says instead of one of them.
    pub(in crate::flow) fn written(&self, text: &Text) -> Option<&Written> {
        let (key, _) = self.texts().into_iter().find(|(_, own)| own.source == text.source)?;
        self.sms.get(&key)
    }
}

/// Where one file of the set came from.
#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    pub(super) path: String,
    pub(super) places: Places,
}

/// A checked set of flows.
#[derive(Clone, Debug)]
pub struct Library {
    pub(super) flows: BTreeMap<String, Flow>,
    /// The file of each flow.
    pub(super) sources: BTreeMap<String, Source>,
    pub(super) engine: Engine,
    line: LineFile,
    pub(super) translations: Translations,
    /// The files of the other languages.
    pub(super) tongues: BTreeMap<Language, Source>,
    version: String,
    minds_language: bool,
}

/// What was read of a set, before it is known to be whole.
#[derive(Default)]
struct Set {
    flows: BTreeMap<String, Flow>,
    sources: BTreeMap<String, Source>,
    engine: Option<(Engine, Source)>,
    line: Option<LineFile>,
    translations: Translations,
    tongues: BTreeMap<Language, Source>,
    faults: Vec<Fault>,
}

impl Library {
    /// Reads and checks a set of `(path, text)`. `is_recorded` says whether a text has its recording. The faults are
    /// sorted by file and line.
    pub fn load(files: &[(String, String)], is_recorded: &dyn Fn(&str) -> bool) -> Result<Self, Vec<Fault>> {
        let mut set = Set::default();
        files.iter().for_each(|(path, text)| set.read(path, text));
        let (library, engine) = set.whole(version(files)).map_err(sorted)?;
        let mut faults = library.tongues();
        for (name, flow) in &library.flows {
            let Source { path, places } = &library.sources[name];
            Checker { library: &library, flow, path, places, is_recorded, faults: &mut faults }.check();
        }
        for (key, text) in library.engine.texts() {
            for text in text.fixed().filter(|text| !is_recorded(text)) {
                faults.push(Fault::new(&engine.path, engine.places.value(&key), unrecorded(text)));
            }
        }
        let own = library.own_words().into_iter().chain(library.own_messages());
        faults.extend(own.map(|(key, message)| Fault::new(&engine.path, engine.places.value(&key), message)));
        if faults.is_empty() { Ok(library) } else { Err(sorted(faults)) }
    }

    /// Whether a flow of this name exists.
    pub fn has(&self, flow: &str) -> bool {
        self.flows.contains_key(flow)
    }

    /// The names of the flows, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.flows.keys().map(String::as_str)
    }

    /// On which a flow runs.
    pub fn channels(&self, flow: &str) -> &[Channel] {
        self.flow(flow).map_or(&[], |flow| &flow.channels)
    }

    /// The key that chooses a language in a flow, if one does.
    pub fn language_key(&self, flow: &str, language: Language) -> Option<u8> {
        let mut keys = self.flow(flow)?.steps.values().flat_map(|step| &step.value.languages);
        keys.find(|(_, chosen)| **chosen == language).map(|(key, _)| *key)
    }

    /// How many steps there are in all.
    pub fn steps(&self) -> usize {
        self.flows.values().map(|flow| flow.steps.len()).sum()
    }

    /// The content hash of the whole set, wherever its folder is. A run records the one it runs in, and is compared with it
    /// when it is taken up after a rest.
    pub fn version(&self) -> &str {
        &self.version
    }

    pub(in crate::flow) fn flow(&self, name: &str) -> Option<&Flow> {
        self.flows.get(name)
    }

    /// Whether a condition asks which language is talked.
    pub(in crate::flow) fn minds_language(&self) -> bool {
        self.minds_language
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

    pub(in crate::flow) fn line(&self) -> &LineFile {
        &self.line
    }

    /// When counsellors can be talked to.
    pub fn hours(&self) -> &Hours {
        self.line.hours()
    }

    /// A text in a language: the French one where there is no other, which the checker refuses.
    pub(in crate::flow) fn text<'a>(&'a self, language: Language, text: &'a Text) -> &'a Text {
        self.translations.of(language).and_then(|words| words.texts.get(&text.source)).unwrap_or(text)
    }

    /// What a choice is for, in a language.
    pub(in crate::flow) fn purpose<'a>(&'a self, language: Language, purpose: &'a str) -> &'a str {
        self.translations.of(language).and_then(|words| words.options.get(purpose)).map_or(purpose, String::as_str)
    }

    /// What an SMS says instead, in a language; `None` where that is not translated, which the checker refuses.
    pub(in crate::flow) fn written<'a>(&'a self, language: Language, own: &'a Written) -> Option<&'a Written> {
        match (&own.0, self.translations.of(language)) {
            (Some(text), Some(words)) => words.messages.get(&text.source),
            (None, _) | (_, None) => Some(own),
        }
    }

    /// What an SMS says of a choice, in a language.
    pub(in crate::flow) fn written_purpose<'a>(
        &'a self,
        language: Language,
        purpose: &'a str,
        own: Option<&'a str>,
    ) -> &'a str {
        let Some(own) = own else { return self.purpose(language, purpose) };
        let Some(words) = self.translations.of(language) else { return own };
        let said = words.messages.get(own).and_then(|written| written.0.as_ref());
        said.map_or_else(|| self.purpose(language, purpose), |text| &text.source)
    }

    /// All that is said in a language, by the French text, and its choices.
    pub(in crate::flow) fn translated(&self, language: Language) -> (HashMap<String, Text>, HashMap<String, String>) {
        let Some(words) = self.translations.of(language) else { return Default::default() };
        (words.texts.clone().into_iter().collect(), words.options.clone().into_iter().collect())
    }

    /// "For English, press 9."
    pub(in crate::flow) fn invitation(&self, language: Language) -> &str {
        self.translations.of(language).map_or("", |words| &words.invitation)
    }

    /// Every text that must be recorded for these flows in a language, beside dates, numbers and places.
    pub fn texts(&self, language: Language) -> BTreeSet<String> {
        if language != Language::French {
            return self.translations.of(language).map(tongues::recorded).unwrap_or_default();
        }
        let engine = self.engine.texts().into_iter().map(|(_, text)| text);
        let mut texts: BTreeSet<String> = engine.flat_map(Text::fixed).map(str::to_owned).collect();
        for step in self.flows.values().flat_map(|flow| flow.steps.values()) {
            texts.extend(step_texts(&step.value).into_iter().flat_map(|text| text.fixed().map(str::to_owned)));
            texts.extend(purposes(&step.value).into_iter().map(|(_, purpose)| match option_unit(purpose) {
                Unit::Say(text) => text,
                Unit::Pause(_) | Unit::Own(_) | Unit::Tone => String::new(),
            }));
        }
        texts.extend([BY_PHONE, BY_VIDEO].map(str::to_owned));
        texts
    }
}

impl Set {
    fn read(&mut self, path: &str, text: &str) {
        let source = Source { path: path.to_owned(), places: Places::read(text) };
        let name = path.rsplit('/').next().unwrap_or(path);
        let read = if name == ENGINE {
            self.engine(source, text)
        } else if name == LINE {
            read::parse(path, text, &source.places).map(|line| self.line = Some(line))
        } else if name.starts_with(TEXTS) {
            self.tongue(source, text)
        } else {
            self.flow(source, text)
        };
        self.faults.extend(read.err());
    }

    fn engine(&mut self, source: Source, text: &str) -> Result<(), Fault> {
        let engine = read::parse(&source.path, text, &source.places)?;
        self.engine = Some((engine, source));
        Ok(())
    }

    fn tongue(&mut self, source: Source, text: &str) -> Result<(), Fault> {
        let translation: Translation = read::parse(&source.path, text, &source.places)?;
        let language = translation.language;
        if !self.translations.add(translation) {
            let message = "un autre fichier est déjà dans cette langue : gardez un seul des deux";
            return Err(Fault::new(&source.path, source.places.value("language"), message.to_owned()));
        }
        self.tongues.insert(language, source);
        Ok(())
    }

    fn flow(&mut self, source: Source, text: &str) -> Result<(), Fault> {
        let flow: Flow = read::parse(&source.path, text, &source.places)?;
        if self.flows.contains_key(&flow.flow) {
            let message =
                format!("un autre fichier s'appelle déjà `{}` : donnez un autre nom à ce parcours", flow.flow);
            return Err(Fault::new(&source.path, source.places.value("flow"), message));
        }
        self.sources.insert(flow.flow.clone(), source);
        self.flows.insert(flow.flow.clone(), flow);
        Ok(())
    }

    fn whole(self, version: String) -> Result<(Library, Source), Vec<Fault>> {
        let Self { flows, sources, engine, line, translations, tongues, faults } = self;
        if !faults.is_empty() {
            return Err(faults);
        }
        let missing = |file: &str, what: &str| {
            let message = format!("ce fichier manque, avec {what} : remettez-le à côté des parcours");
            vec![Fault::new(file, Place::default(), message)]
        };
        let (engine, source) = engine.ok_or_else(|| missing(ENGINE, "les phrases de la ligne"))?;
        let line = line.ok_or_else(|| missing(LINE, "le numéro et les heures de la ligne"))?;
        if !flows.contains_key(PERSON) {
            return Err(missing("person.yaml", "le parcours `person`, qui mène à quelqu'un"));
        }
        let steps = flows.values().flat_map(|flow| flow.steps.values());
        let mut conditions = steps.filter_map(|step| step.value.condition.as_ref());
        let minds_language =
            conditions.any(|condition| condition.terms().iter().any(|term| matches!(term, Term::Language(_))));
        Ok((Library { flows, sources, engine, line, translations, tongues, version, minds_language }, source))
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
        hash.update(path.rsplit('/').next().unwrap_or(path).as_bytes());
        hash.update([0]);
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
