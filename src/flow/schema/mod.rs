//! What an editor knows of the files in `flows/`: one JSON Schema, made of the types that read them.
//!
//! ```text
//! definition, line, translation, engine ─ derive ─┐
//! step: KEYS, exits, ACTIONS ─ by hand ───────────┴→ flows/schema.json ─→ completion, hover, red lines while one writes
//! ```
//! It knows shapes, never what holds between two places of a file (a target, a field, a recording): that is `check`, whose
//! messages come with their remedy. So what the schema refuses, the checker refuses too, but for a name that YAML takes for
//! something else (`true`), which an editor wants in quotes.

mod field;
mod step;
#[cfg(test)]
mod tests;
mod tidy;
mod words;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

pub(super) use field::{among, counts, limits};
pub(super) use words::{ActName, AnswerName, FlowName, Goal, Numbers, Spans, StepName, TimeZoneName, Zones};

use super::check::Engine;
use super::definition::Flow;
use super::line::LineFile;
use super::translation::Translation;

/// The schema of every file in `flows/`, as it is committed there.
pub fn schema() -> String {
    let mut generator = SchemaSettings::draft07().into_generator();
    let files = generator.subschema_for::<File>();
    let mut whole = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "description": "Écrit par `ligne flow schema > flows/schema.json` : ne pas changer à la main.",
        "definitions": generator.take_definitions(true),
    });
    whole["allOf"] = json!([files]);
    tidy::tidy(&mut whole);
    // A map of strings and numbers has no value that JSON cannot write.
    format!("{}\n", serde_json::to_string_pretty(&whole).unwrap_or_default())
}

/// Any file of the folder, told apart by the keys that only its kind has: the name of a file is nothing that a schema knows.
struct File;

impl JsonSchema for File {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "file".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let flow = generator.subschema_for::<Flow>();
        let others = [
            generator.subschema_for::<Engine>(),
            generator.subschema_for::<LineFile>(),
            generator.subschema_for::<Translation>(),
        ];
        let any = others.into_iter().fold(flow.to_value(), |or, then| {
            let keys = keys(generator, &then);
            json!({"if": {"anyOf": keys}, "then": then, "else": or})
        });
        json_schema!({"description": "Un fichier du dossier des parcours.", "allOf": [any]})
    }
}

/// "Has one of these", for the keys of what is referred to.
fn keys(generator: &SchemaGenerator, of: &Schema) -> Vec<Value> {
    let name = of.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
    let definition = name.and_then(|name| generator.definitions().get(name));
    let keys = definition.and_then(|definition| definition["properties"].as_object());
    keys.into_iter().flat_map(|keys| keys.keys()).map(|key| json!({"required": [key]})).collect()
}
