//! Words of the language: what is a name, a text, a duration, an action. Each with what an editor says when it is not.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::super::Channel;
use super::super::action::{ACTIONS, ActionCall, Signature};
use super::super::definition::{Exit, Page, Seconds, Tries};
use super::super::expression::Expression;
use super::super::template::{FILTERS, Filter, Text, WRITTEN, Written};
use crate::booking::holidays::Zone;
use crate::speech::Language;

/// A type written where it is used: an editor shows what stands at the key, not what it refers to.
macro_rules! inline {
    ($($type:ty => $schema:expr;)*) => {$(
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    )*};
}

/// A step of this flow, or `person`.
pub(in crate::flow) struct StepName;
/// What an end is called.
pub(in crate::flow) struct Goal;
/// The name of another flow.
pub(in crate::flow) struct FlowName;
/// The name under which an answer is known.
pub(in crate::flow) struct AnswerName;
/// An action that lists something.
pub(in crate::flow) struct ActName;
/// What may stand in `numbers`.
pub(in crate::flow) struct Numbers;
/// The hours of a day.
pub(in crate::flow) struct Spans;
/// The clock of the line.
pub(in crate::flow) struct TimeZoneName;
/// Whose public holidays.
pub(in crate::flow) struct Zones;

/// What any name of a flow looks like.
const NAME: &str = "^[^\\s:#{}]+$";

inline! {
    StepName => pattern(NAME, "Écrivez le nom d'une étape de ce parcours, ou `person`.");
    Goal => pattern(NAME, "Écrivez un but, comme `appointment.booked`.");
    FlowName => pattern(NAME, "Écrivez le nom d'un autre parcours, comme `call_back`.");
    AnswerName => pattern(NAME, "Écrivez un nom d'un seul mot.");
    Text => text(&FILTERS, "+");
    Written => text(&WRITTEN, "*");
    Tries => json_schema!({"type": "integer", "minimum": 2, "maximum": 5});
    Page => json_schema!({"type": "integer", "minimum": 1, "maximum": 2});
    Expression => json_schema!({
        "type": "string",
        "minLength": 1,
        "examples": FACTS,
    });
    ActName => action(|action| action.lists.is_some());
    ActionCall => action(|action| action.lists.is_none());
    Language => json_schema!({"type": "string", "enum": Language::ALL.map(Language::code)});
    Channel => json_schema!({"type": "string", "enum": Channel::ALL.map(Channel::name)});
    Numbers => pattern("^(?:[0-9][ .]*){4,10}$", "Écrivez un numéro entre guillemets, comme \"09 72 01 02 03\" ou \"39 49\".");
    TimeZoneName => json_schema!({"type": "string", "examples": ["Europe/Paris"]});
    Zones => json_schema!({"type": "string", "enum": Zone::ALL.map(|(name, _)| name)});
    Spans => json_schema!({
        "type": "array",
        "items": pattern(
            "^\\s*[0-9]{1,2}:[0-9]{2}\\s*-\\s*[0-9]{1,2}:[0-9]{2}\\s*$",
            "Écrivez une plage d'heures entre guillemets, comme \"09:00-12:30\".",
        ),
        "examples": [["09:00-12:30", "13:30-18:00"]],
    });
}

/// Facts that a condition may look at, as an editor proposes them.
const FACTS: [&str; 9] = [
    "caller.withheld",
    "caller.mobile",
    "caller.landline",
    "caller.dropped",
    "caller.slow",
    "line.open",
    "line.holiday",
    "phone is known",
    "how = in_person",
];

impl<const MIN: u64, const MAX: u64> JsonSchema for Seconds<MIN, MAX> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("from {MIN}s to {MAX}s").into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let (min, max) = (length(MIN), length(MAX));
        let mut schema = pattern("^[0-9]+(?:s|min)$", &format!("Écrivez une durée de `{min}` à `{max}`."));
        schema.insert("description".into(), format!("Une durée de `{min}` à `{max}`.").into());
        schema
    }
}

/// As it is written: whole minutes as minutes.
pub(super) fn length(seconds: u64) -> String {
    if seconds.is_multiple_of(60) { format!("{}min", seconds / 60) } else { format!("{seconds}s") }
}

impl JsonSchema for Exit {
    fn schema_name() -> Cow<'static, str> {
        "exit".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (say, goto) = (generator.subschema_for::<Text>(), generator.subschema_for::<StepName>());
        // Both forms in one: what belongs to an object says nothing about a word.
        json_schema!({
            "description": "Où cela mène : le nom d'une étape, ou `{say: \"…\", goto: étape}` pour dire d'abord quelques mots.",
            "type": ["string", "object"],
            "pattern": NAME,
            "patternErrorMessage": "Écrivez le nom d'une étape, ou `{say: \"…\", goto: étape}`.",
            "properties": {
                "say": described(say, "Ce qu'on entend d'abord."),
                "goto": described(goto, "L'étape qui suit."),
            },
            "required": ["say", "goto"],
            "additionalProperties": false,
        })
    }
}

/// A schema with its words for whoever points at the key.
pub(super) fn described(mut schema: Schema, words: &str) -> Schema {
    if schema.get("$ref").is_some() {
        // Draft 7 reads nothing beside a reference.
        return json_schema!({"description": words, "allOf": [schema]});
    }
    let bounds = schema.get("description").and_then(Value::as_str).map(|own| format!("{words} {own}"));
    schema.insert("description".into(), bounds.unwrap_or_else(|| words.to_owned()).into());
    schema
}

fn pattern(pattern: &str, message: &str) -> Schema {
    json_schema!({"type": "string", "pattern": pattern, "patternErrorMessage": message})
}

/// Words, and `{value | filter}` between them.
fn text(filters: &[(&str, Filter)], many: &str) -> Schema {
    let filters: Vec<&str> = filters.iter().map(|(name, _)| *name).collect();
    let known = filters.join("|");
    let message = format!("Dans les accolades : `{{nom | façon de le dire}}`, avec {}.", filters.join(", "));
    pattern(&format!("^(?:[^{{]|\\{{[^{{}}|]+\\|\\s*(?:{known})\\s*\\}}){many}$"), &message)
}

/// The actions of the line that are such, each with as much between its parentheses as it takes.
fn action(is: impl Fn(&Signature) -> bool) -> Schema {
    let all: Vec<&Signature> = ACTIONS.iter().filter(|action| is(action)).collect();
    let patterns: Vec<String> = all.iter().map(|action| called(action)).collect();
    let written: Vec<String> = all.iter().map(|action| format!("{}{}", action.name, action.wanted())).collect();
    let mut schema = pattern(
        &format!("^\\s*(?:{})$", patterns.join("|")),
        &format!("Écrivez une de ces actions : {}.", written.join(" ; ")),
    );
    schema.insert("defaultSnippets".into(), all.iter().map(|action| snippet(action)).collect::<Vec<_>>().into());
    schema
}

/// One action, called rightly.
pub(super) fn called(action: &Signature) -> String {
    let fields = vec!["[^(),]+"; action.takes.len()].join(",");
    format!("{}\\s*\\({fields}\\)", action.name.replace('.', "\\."))
}

fn snippet(action: &Signature) -> Value {
    let places = action.takes.iter().enumerate().map(|(at, kind)| format!("${{{}:{}}}", at + 1, kind.name()));
    let body = format!("{}({})", action.name, places.collect::<Vec<_>>().join(", "));
    json!({"label": action.name, "description": action.wanted(), "body": body})
}
