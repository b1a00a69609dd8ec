//! What the derive says and no coordinator needs: `null` for what may be left out, the sizes of our integers. And what it does
//! not say: which line is missing, in French.

use serde_json::{Map, Value, json};

/// Everywhere in a schema.
pub(super) fn tidy(schema: &mut Value) {
    match schema {
        Value::Array(parts) => parts.iter_mut().for_each(tidy),
        Value::Object(keys) => {
            keys.retain(|key, value| !matches!((key.as_str(), &*value), ("default", _) | ("format", Value::String(_))));
            for list in ["type", "anyOf", "enum"] {
                let Some(Value::Array(parts)) = keys.get_mut(list) else { continue };
                parts.retain(|part| !is_null(part));
                if let [only] = parts.as_mut_slice() {
                    let only = only.take();
                    alone(keys, list, only);
                }
            }
            flat(keys);
            missing(keys);
            // A condition is asked, not told.
            keys.iter_mut().filter(|(key, _)| *key != "if").for_each(|(_, part)| tidy(part));
        }
        _ => {}
    }
}

fn is_null(part: &Value) -> bool {
    part.is_null() || part == "null" || part.get("type").is_some_and(|kind| kind == "null")
}

/// One that is left of several.
fn alone(keys: &mut Map<String, Value>, list: &str, only: Value) {
    keys.remove(list);
    let whole = match list {
        "anyOf" => ("allOf", json!([only])),
        "enum" => ("const", only),
        _ => ("type", only),
    };
    keys.insert(whole.0.to_owned(), whole.1);
}

/// A reference beside its words: draft 7 reads nothing but the reference, and editors read both.
fn flat(keys: &mut Map<String, Value>) {
    let only = keys.get("allOf").and_then(Value::as_array).filter(|all| all.len() == 1).map(|all| all[0].clone());
    if let Some(reference) = only.as_ref().and_then(|only| only.get("$ref")) {
        keys.remove("allOf");
        keys.insert("$ref".to_owned(), reference.clone());
    }
}

/// Each line that must be there, with what to write.
fn missing(keys: &mut Map<String, Value>) {
    if !keys.contains_key("properties") {
        return;
    }
    let Some(Value::Array(required)) = keys.remove("required") else { return };
    let rules = required
        .iter()
        .filter_map(Value::as_str)
        .map(|key| json!({"required": [key], "errorMessage": format!("Il manque `{key}: …`.")}));
    let rules: Vec<Value> = rules.collect();
    match keys.get_mut("allOf") {
        Some(Value::Array(all)) => all.extend(rules),
        _ => drop(keys.insert("allOf".to_owned(), rules.into())),
    }
}
