//! A step: one kind, and with it the keys and exits that belong to it. By hand, as it is read by hand.
//!
//! ```text
//! if say ─→ say, goto, end …      else if menu ─→ menu, intro …      else … nothing yet: the kinds, to begin with
//! ```
//! So an editor proposes after `do: appointments.book(…)` what may come of it, and nothing else.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::super::action::{ACTIONS, ActionCall};
use super::super::check::QUESTIONS_MAX;
use super::super::definition::{Choice, Exit, Field, KEYS, Offer, Queue, Settings, Step};
use super::super::draw::words;
use super::super::expression::Expression;
use super::super::template::{Text, Written};
use super::field::{choices, keys};
use super::words::{FlowName, Goal, StepName, called, described};
use crate::speech::Language;

/// One kind of step.
struct Kind {
    key: &'static str,
    /// What may stand beside it, besides [`ASKED`] where it asks.
    keys: &'static [&'static str],
    /// One of each of these must.
    needs: &'static [&'static [&'static str]],
}

/// What belongs to any question.
const ASKED: [&str; 5] = ["nomatch", "noinput", "on-failure", "unanswered", "settings"];
const QUEUED: [&str; 5] = ["sms", "answered", "closed", "busy", "callback"];
const LISTED: [&str; 3] = ["chosen", "none", "unavailable"];

#[rustfmt::skip]
const KINDS: [Kind; 10] = [
    Kind { key: "say", keys: &["sms", "goto", "end", "reached"], needs: &[&["goto", "end"]] },
    Kind { key: "menu", keys: &["intro", "sms", "languages"], needs: &[] },
    Kind { key: "ask", keys: &["goto"], needs: &[&["goto"]] },
    Kind { key: "form", keys: &["goto"], needs: &[&["goto"]] },
    Kind { key: "offer", keys: &LISTED, needs: &[&["chosen"], &["none"], &["unavailable"]] },
    Kind { key: "confirm", keys: &["sms", "yes", "no"], needs: &[&["yes"], &["no"]] },
    Kind { key: "do", keys: &[], needs: &[] },
    Kind { key: "if", keys: &["then", "else"], needs: &[&["then"], &["else"]] },
    Kind { key: "call", keys: &["ends"], needs: &[&["ends"]] },
    Kind { key: "queue", keys: &QUEUED, needs: &[&["answered"], &["closed"], &["busy"], &["callback"]] },
];

impl Kind {
    fn asks(&self) -> bool {
        matches!(self.key, "menu" | "ask" | "form" | "offer" | "confirm")
    }
}

impl JsonSchema for Step {
    fn schema_name() -> Cow<'static, str> {
        "step".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let begin = KINDS.iter().map(|kind| kind.key).chain(["end"]);
        let mut chain = json!({
            "properties": properties(generator, begin),
            "required": ["end"],
            "additionalProperties": false,
            "errorMessage": "Une étape commence par say, menu, ask, form, offer, confirm, do, if, call ou queue ; ou elle finit : `end: …`.",
        });
        for kind in KINDS.iter().rev() {
            let then = if kind.key == "do" { acts(generator) } else { self::kind(generator, kind) };
            chain = json!({"if": {"required": [kind.key]}, "then": then, "else": chain});
        }
        json_schema!({
            "description": "Une étape : une seule chose, puis où elle mène.",
            "type": "object",
            "allOf": [chain],
        })
    }
}

fn kind(generator: &mut SchemaGenerator, kind: &Kind) -> Value {
    let asked = ASKED.iter().filter(|_| kind.asks()).copied();
    let all = [kind.key].into_iter().chain(kind.keys.iter().copied()).chain(asked);
    let needs = kind.needs.iter().map(|keys| match keys {
        [one] => json!({"required": [one], "errorMessage": format!("Il manque `{one}: …`.")}),
        some => {
            let some: Vec<Value> = some.iter().map(|key| json!({"required": [key]})).collect();
            json!({"anyOf": some, "errorMessage": format!("Il manque `{}: …`.", keys.join(": …` ou `"))})
        }
    });
    let needs: Vec<Value> = needs.collect();
    let mut schema = json!({
        "properties": properties(generator, all),
        "additionalProperties": false,
    });
    if !needs.is_empty() {
        schema["allOf"] = needs.into();
    }
    schema
}

/// An action, and a way for all that may come of it.
fn acts(generator: &mut SchemaGenerator) -> Value {
    let any = json!({"properties": properties(generator, ["do"].into_iter())});
    ACTIONS.iter().filter(|action| action.lists.is_none()).rev().fold(any, |or, action| {
        let keys = action.outcomes.iter().copied();
        let mut properties = properties(generator, keys);
        properties.insert("do".to_owned(), json!({"description": format!("{}.", words::action(action.name))}));
        let then = json!({
            "properties": properties,
            "required": action.outcomes,
            "additionalProperties": false,
        });
        let is = json!({"properties": {"do": {"type": "string", "pattern": format!("^\\s*{}$", called(action))}}});
        json!({"if": is, "then": then, "else": or})
    })
}

fn properties(generator: &mut SchemaGenerator, keys: impl Iterator<Item = &'static str>) -> Map<String, Value> {
    keys.map(|key| (key.to_owned(), property(generator, key).to_value())).collect()
}

/// What stands at a key, and what a coordinator reads about it.
pub(super) fn property(generator: &mut SchemaGenerator, key: &str) -> Schema {
    match key {
        "menu" => described(choices::<Choice>(generator), said(key)),
        "ask" | "form" => described(asked(generator), said(key)),
        "languages" => described(keys::<Language>(generator, 9), said(key)),
        "nomatch" | "noinput" => described(generator.subschema_for::<Vec<Text>>(), said(key)),
        "ends" => {
            let each = generator.subschema_for::<Exit>();
            described(json_schema!({"type": "object", "additionalProperties": each, "minProperties": 1}), said(key))
        }
        _ => match value(generator, key) {
            Some(schema) => described(schema, said(key)),
            None => described(generator.subschema_for::<Exit>(), &exit(key)),
        },
    }
}

fn asked(generator: &mut SchemaGenerator) -> Schema {
    let each = generator.subschema_for::<Field>();
    json_schema!({
        "type": "object",
        "additionalProperties": each,
        "minProperties": 1,
        "maxProperties": QUESTIONS_MAX,
        "errorMessage": format!("Une à {QUESTIONS_MAX} questions."),
    })
}

fn value(generator: &mut SchemaGenerator, key: &str) -> Option<Schema> {
    Some(match key {
        "say" | "confirm" | "intro" => generator.subschema_for::<Text>(),
        "sms" => generator.subschema_for::<Written>(),
        "offer" => generator.subschema_for::<Offer>(),
        "do" => generator.subschema_for::<ActionCall>(),
        "if" => generator.subschema_for::<Expression>(),
        "call" => generator.subschema_for::<FlowName>(),
        "queue" => generator.subschema_for::<Queue>(),
        "settings" => generator.subschema_for::<Settings>(),
        "goto" | "on-failure" | "unanswered" => generator.subschema_for::<StepName>(),
        "end" | "reached" => generator.subschema_for::<Goal>(),
        _ => return None,
    })
}

#[rustfmt::skip]
const SAID: [&str; KEYS.len()] = [
    "Ce qu'on entend. Une phrase courte : 25 mots au plus.",
    "Des choix par touche, trois au plus. « Pour …, tapez 1 » s'ajoute tout seul.",
    "Une question, et le nom sous lequel sa réponse est connue ensuite.",
    "Plusieurs questions de suite. Ce qui est déjà connu n'est pas redemandé.",
    "Une liste que la ligne cherche (dates, rendez-vous, réunions), proposée page par page.",
    "Une question à laquelle on répond par oui ou par non.",
    "La ligne écrit dans le carnet. Chaque issue possible a sa ligne en dessous.",
    "La ligne regarde un fait, sans rien dire.",
    "Un autre parcours. Chacune de ses fins a sa ligne sous `ends:`.",
    "On appelle un conseiller.",
    "Ce qui est écrit dans un SMS à la place de ce qu'on entend ; `\"\"` : rien.",
    "Ce qu'on entend avant les choix.",
    "Touches qui changent de langue : `{9: en}`.",
    "Ce qu'on entend quand la réponse n'est pas comprise, essai après essai.",
    "Ce qu'on entend quand on ne répond pas, essai après essai.",
    "Réglages de cette étape seulement.",
    "Où mènent ici la touche 0 et les questions restées sans réponse, au lieu d'une personne.",
    "Où mène une question à laquelle on peut ne pas répondre ; la touche 0 reste une personne.",
    "L'étape qui suit.",
    "Le parcours finit ici, sur ce but.",
    "Un but atteint dès ici, même si l'on raccroche ensuite.",
    "Où mène chaque fin du parcours appelé : `appointment.booked: merci`.",
];

fn said(key: &str) -> &'static str {
    KEYS.iter().position(|known| *known == key).map_or("", |at| SAID[at])
}

/// "Quand : c'est écrit."
fn exit(name: &str) -> String {
    let when = match name {
        "chosen" => "on a choisi".to_owned(),
        "none" => "il n'y a rien, ou rien ne convient".to_owned(),
        "then" => "c'est vrai".to_owned(),
        "else" => "ce n'est pas vrai".to_owned(),
        name => words::outcome(&Step::default(), name),
    };
    format!("Quand : {when}. Le nom d'une étape, ou `{{say: \"…\", goto: étape}}`.")
}
