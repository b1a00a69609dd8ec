//! What the derive says and no coordinator needs: `null` for what may be left out, the sizes of our integers.

use serde_json::Value;

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
            keys.values_mut().for_each(tidy);
        }
        _ => {}
    }
}

fn is_null(part: &Value) -> bool {
    part.is_null() || part == "null" || part.get("type").is_some_and(|kind| kind == "null")
}

/// One that is left of several.
fn alone(keys: &mut serde_json::Map<String, Value>, list: &str, only: Value) {
    keys.remove(list);
    let whole = match list {
        "anyOf" => ("allOf", Value::Array(vec![only])),
        "enum" => ("const", only),
        _ => ("type", only),
    };
    keys.insert(whole.0.to_owned(), whole.1);
}
