//! What the kind of an answer allows beside it.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::super::check::COUNTED;
use super::super::definition::Among;
use super::super::template::Text;

/// Keys of a telephone that may be given a meaning: 0 is a person, everywhere (C1).
const KEY: &str = "^[1-9]$";
/// Choices of one question (C3).
const CHOICES_MAX: usize = 3;

/// A choice by key.
pub(super) fn keys<T: JsonSchema>(generator: &mut SchemaGenerator, max: usize) -> Schema {
    let each = generator.subschema_for::<T>();
    json_schema!({
        "type": "object",
        "patternProperties": {KEY: each},
        "additionalProperties": false,
        "minProperties": 1,
        "maxProperties": max,
        "errorMessage": "Une touche de 1 à 9, trois choix au plus.",
    })
}

/// The choices of a question or a menu.
pub(super) fn choices<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    keys::<T>(generator, CHOICES_MAX)
}

/// `where-we-are`: a sentence for each question of each number of questions (C13).
pub(in crate::flow) fn counts(generator: &mut SchemaGenerator) -> Schema {
    let text = generator.subschema_for::<Text>();
    let sentences = |all: usize| {
        let words = format!("Une phrase pour chaque question, quand {all} questions se suivent.");
        let list = json!({"type": "array", "items": text, "minItems": all, "maxItems": all, "description": words});
        (all.to_string(), list)
    };
    let properties: serde_json::Map<String, Value> = COUNTED.map(sentences).collect();
    let all: Vec<&String> = properties.keys().collect();
    json_schema!({"type": "object", "required": all, "additionalProperties": false, "properties": properties})
}

/// `among`.
pub(in crate::flow) fn among(generator: &mut SchemaGenerator) -> Schema {
    choices::<Among>(generator)
}

/// A `choice` has choices, a number its limits, what is said its length; nothing else has.
pub(in crate::flow) fn limits(schema: &mut Schema) {
    // Not an `enum`: an editor would show it as what may be written.
    let is = |types: &[&str]| json!({"pattern": format!("^(?:{})$", types.join("|"))});
    let only = |types: &[&str], keys: &[&str]| {
        let none: serde_json::Map<String, Value> = keys.iter().map(|key| ((*key).to_owned(), false.into())).collect();
        json!({"if": {"properties": {"type": is(types)}}, "else": {"properties": none}})
    };
    let choice =
        json!({"if": {"properties": {"type": is(&["choice"])}, "required": ["type"]}, "then": {"required": ["among"]}});
    let rules = [
        choice,
        only(&["choice"], &["among"]),
        only(&["digits"], &["length", "from", "to"]),
        only(&["name", "voice-message"], &["max"]),
    ];
    schema.insert("allOf".into(), rules.to_vec().into());
}
