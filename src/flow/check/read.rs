//! YAML in, typed values out; what the reader refuses, in a coordinator's words.

use serde::Deserialize;
use serde_saphyr::Error;

use super::nearest::nearest;
use super::places::{Place, Places};
use super::{Fault, scanner, slips};

/// YAML events of one file: forty times our longest flow.
const EVENTS_MAX: usize = 20_000;
/// Deeper than any flow: a slip of the indentation, or malice.
const DEPTH_MAX: usize = 32;

const EMPTY: &str = "ce fichier est vide : commencez-le par `flow: …`, `start: …` et `steps:`";

/// One file, with the places of what stands in it.
pub(super) fn parse<T: for<'de> Deserialize<'de>>(path: &str, text: &str, places: &Places) -> Result<T, Fault> {
    if let Some(at) = slips::divided(text) {
        return Err(Fault::new(path, at, scanner::DOCUMENT.to_owned()));
    }
    if let Some(empty) = places.empty().next() {
        if empty.is_empty() {
            return Err(Fault::new(path, Place::default(), EMPTY.to_owned()));
        }
        let name = empty.rsplit('/').next().unwrap_or(empty);
        let message = format!("rien n'est écrit après `{name}:` : écrivez la suite, ou enlevez cette ligne");
        return Err(Fault::new(path, places.key(empty), message));
    }
    yaml(text).map_err(|error| fault(path, text, places, error.without_snippet()))
}

fn fault(path: &str, text: &str, places: &Places, error: &Error) -> Fault {
    let at = error.location().map_or_else(Place::default, Place::from);
    match error {
        Error::SerdeMissingField { field, .. } => missing(path, places, at, field),
        Error::ExternalMessage { .. } => {
            let tab = slips::tab(text, at).map(|at| (at, scanner::TAB));
            let found = tab.or_else(|| slips::unclosed(text, at));
            let (at, message) = found.map_or_else(|| (at, plain(error, None)), |(at, plain)| (at, plain.to_owned()));
            Fault::new(path, at, message)
        }
        error => Fault::new(path, at, plain(error, slips::wanted(places, at))),
    }
}

/// The reader points at the last line of what lacks one: the name above is where to look.
fn missing(path: &str, places: &Places, at: Place, field: &str) -> Fault {
    let above = places.path(at).and_then(|inner| inner.rsplit_once('/')).map(|(above, _)| above);
    let (at, under) = match above {
        Some(above) => (places.key(above), format!("sous `{}:`", above.rsplit('/').next().unwrap_or(above))),
        None => (Place::default(), "dans ce fichier".to_owned()),
    };
    Fault::new(path, at, format!("il manque `{field}:` {under} : ajoutez par exemple `{}`", example(field)))
}

/// No anchors, no tags: what stands in the file is what is heard.
pub(super) fn yaml<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, Error> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_anchors: 0, max_aliases: 0, max_events: EVENTS_MAX, max_depth: DEPTH_MAX,
        },
        reject_unsupported_tags: true,
        // YAML 1.2: `no`, `off`, `non` and `0123` are words.
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options)
}

/// The position stands in front already; `here` is what a flow has there.
fn plain(error: &Error, here: Option<&str>) -> String {
    match error {
        // What our own types say of a value they refuse.
        Error::Message { msg, .. } if msg.starts_with("failed to parse") => {
            "ici, écrivez une date, comme `2026-12-24`".to_owned()
        }
        Error::Message { msg, .. } => msg.clone(),
        Error::NullIntoString { .. } => "il manque un nom devant les deux-points : écrivez `nom: …`".to_owned(),
        Error::SerdeUnknownField { field, expected, .. }
        | Error::SerdeUnknownVariant { variant: field, expected, .. } => {
            format!("`{field}` n'existe pas ici ; {}", nearest(field, expected.iter().copied()))
        }
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            format!("`{key}` est écrit deux fois : gardez une seule des deux lignes")
        }
        Error::DuplicateMappingKey { key: None, .. } => {
            "ce nom est écrit deux fois : gardez une seule des deux lignes".to_owned()
        }
        Error::SerdeInvalidType { expected, .. } | Error::SerdeInvalidValue { expected, .. } => {
            format!("ici, écrivez {}", here.unwrap_or_else(|| wanted(expected)))
        }
        Error::InvalidScalar { .. } => format!("ici, écrivez {}", here.unwrap_or("un nombre entier en chiffres")),
        Error::Unexpected { expected, .. } => format!("ici, écrivez {}", here.unwrap_or_else(|| wanted(expected))),
        Error::Eof { .. } => EMPTY.to_owned(),
        Error::MultipleDocuments { .. } => scanner::DOCUMENT.to_owned(),
        Error::UnknownAnchor { .. } => {
            "une étoile `*` en tête de texte a un sens à part : mettez le texte entre guillemets `\"…\"`".to_owned()
        }
        Error::UnsupportedTag { .. } | Error::TaggedScalarCannotDeserializeIntoString { .. } => {
            "un point d'exclamation `!` en tête de texte a un sens à part : mettez le texte entre guillemets `\"…\"`"
                .to_owned()
        }
        Error::Budget { breach, .. } => budget(&format!("{breach:?}")),
        other => {
            let said = other.to_string();
            let said = scanner::message(&said);
            scanner::plain(said).map_or_else(|| unknown(said), str::to_owned)
        }
    }
}

/// A message without a translation is shown as it is, with the little that is sure.
fn unknown(said: &str) -> String {
    format!(
        "cette ligne n'est pas lisible (« {said} ») : comparez-la aux lignes voisines, guillemets et espaces compris"
    )
}

fn budget(breach: &str) -> String {
    let plain = match breach.split([' ', '{']).next().unwrap_or_default() {
        "Anchors" => "un `&` en tête de texte a un sens à part : mettez le texte entre guillemets `\"…\"`",
        "Aliases" => "une étoile `*` en tête de texte a un sens à part : mettez le texte entre guillemets `\"…\"`",
        "Depth" => "il y a trop de niveaux les uns dans les autres : remettez les étapes à deux espaces du bord",
        _ => "le fichier est bien trop long pour un seul parcours : coupez-le en deux fichiers",
    };
    plain.to_owned()
}

/// A line to copy for each key that must be there.
fn example(key: &str) -> String {
    let value = match key {
        "flow" => "book",
        "start" => "hello",
        "goto" => "bye",
        "steps" => return "steps:` puis, deux espaces plus loin, la première étape `hello:".to_owned(),
        "where-we-are" => {
            return "where-we-are:` puis, deux espaces plus loin, `2: [\"Première question sur deux.\", \"Deuxième question sur deux.\"]"
                .to_owned();
        }
        "type" => "choice",
        "value" => "phone",
        "for" => "\"être rappelé\"",
        "from" => "slots.find(place, how)",
        "page" => "2",
        "fact" => "place",
        "keep" => "30min",
        "number" => "\"09 72 01 02 03\"",
        "zone" => "Europe/Paris",
        "holidays" => "metropole",
        "as" => "slot",
        "each" => "\"{item | spoken-date} {item | spoken-city}\"",
        "more" => "\"d'autres dates\"",
        "neither" => "\"ne rien choisir\"",
        _ => "\"…\"",
    };
    format!("{key}: {value}")
}

/// Anything made of lines below a name.
const LINES: &str = "des lignes `nom: …` : deux-points et une espace après le nom, et deux espaces de plus à gauche que sur la ligne du dessus";

/// What the reader would have liked.
fn wanted(expected: &str) -> &str {
    match expected {
        "a string" | "string" | "str" | "string scalar" | "a borrowed string" => "un texte, entre guillemets `\"…\"`",
        "a sequence" | "sequence start" | "sequence" => "une liste, entre crochets : `[\"…\"]`",
        "a map" | "mapping start" | "mapping" => LINES,
        "scalar" | "key" => "un mot ou un texte",
        _ if expected.starts_with("struct ") => LINES,
        _ if matches!(expected, "u8" | "u16" | "u32" | "u64" | "an integer") => "un nombre entier en chiffres",
        // Said by our own visitors, in French.
        other => other,
    }
}
