//! The schema beside the files it is for: right ones pass, slips are seen, and the committed copy is the one made here.

use jsonschema::Validator;
use serde_json::Value;

use super::super::definition::{KEYS, exit_names};
use super::*;
use crate::flow::tests::files;

fn validator() -> Validator {
    jsonschema::validator_for(&serde_json::from_str(&schema()).unwrap()).unwrap()
}

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

fn refused(text: &str) -> Vec<String> {
    let at = |error: jsonschema::ValidationError<'_>| format!("{}: {error}", error.instance_path());
    validator().iter_errors(&yaml(text)).map(at).collect()
}

fn book() -> String {
    files().into_iter().find(|(path, _)| path.ends_with("/book.yaml")).unwrap().1
}

#[test]
fn the_committed_schema_is_the_one_made_of_the_types() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/flows/schema.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == schema(), "write it anew: `ligne flow schema > flows/schema.json`");
}

#[test]
fn every_file_of_the_service_passes() {
    let all = files();
    assert!(all.len() > 10);
    for (path, text) in all {
        assert_eq!(refused(&text), [""; 0], "{path}");
    }
}

/// One slip in a flow that passes.
fn slip(right: &str, wrong: &str) -> String {
    let text = book();
    assert!(text.contains(right), "{right}");
    refused(&text.replacen(right, wrong, 1)).join("\n")
}

#[test]
fn a_key_misspelt_is_refused_where_it_stands() {
    let errors = slip("        nomatch: [\"Il faut cinq", "        nomach: [\"Il faut cinq");
    assert!(errors.contains("/steps/where/form/place") && errors.contains("nomach"), "{errors}");
    let errors = slip("    goto: number", "    gotto: number");
    assert!(errors.contains("/steps/where") && errors.contains("gotto"), "{errors}");
    assert!(slip("start: where", "strat: where").contains("start"), "and so is the one that is missing then");
}

#[test]
fn a_filter_an_action_or_a_type_that_does_not_exist_is_refused() {
    assert!(slip("{item | spoken-day}", "{item | spoken-dya}").contains("/steps/days/offer/each"));
    assert!(slip("appointments.book(place, slot)", "appointment.book(place, slot)").contains("/steps/write/do"));
    assert!(slip("appointments.book(place, slot)", "appointments.book(place)").contains("/steps/write/do"));
    assert!(slip("slots.find(place, how)", "appointments.book(place, slot)").contains("/steps/slots/offer/from"));
    assert!(slip("type: postal-code", "type: post-code").contains("/steps/where/form/place/type"));
}

#[test]
fn an_outcome_that_is_forgotten_or_of_another_action_is_refused() {
    assert!(slip("    already_booked: already\n", "").contains("already_booked"));
    assert!(slip("    already_booked: already\n", "    already_booked: already\n    moved: done\n").contains("moved"));
    assert!(slip("    yes: write\n", "").contains("/steps/read_back"));
}

#[test]
fn a_step_that_does_two_things_or_none_is_refused() {
    assert!(slip("    say: \"C'est noté.", "    confirm: \"Oui ?\"\n    say: \"C'est noté.").contains("/steps/done"));
    assert!(
        slip("  keep:\n    say:", "  keep:\n    settings: {tries: 3}\n  keep_not:\n    say:").contains("/steps/keep")
    );
}

#[test]
fn a_limit_out_of_bounds_and_a_fourth_choice_are_refused() {
    assert!(slip("page: 2", "page: 3").contains("/steps/days/offer/page"));
    assert!(slip("keep: 30min", "keep: 30 minutes").contains("/on-drop/keep"));
    let fourth = "      3: {for: \"venir à une réunion de groupe\", goto: group}\n";
    assert!(slip(fourth, &format!("{fourth}      4: {{for: \"partir\", goto: keep}}\n")).contains("/steps/when/menu"));
    assert!(slip("      1: {for: \"entendre", "      0: {for: \"entendre").contains("/steps/when/menu"));
    assert!(
        slip("        type: choice\n        ask: \"Quelle", "        type: date\n        ask: \"Quelle")
            .contains("/among")
    );
}

#[test]
fn the_other_files_have_definitions_of_their_own() {
    let all = files();
    let of = |name: &str| all.iter().find(|(path, _)| path.ends_with(name)).unwrap().1.as_str();
    assert!(refused(&of("engine.yaml").replacen("take-time:", "taketime:", 1)).join("\n").contains("taketime"));
    let counted = |from: &str, to: &str| refused(&of("engine.yaml").replacen(from, to, 1)).join("\n");
    assert!(counted("Première question sur deux.\", \"", "").contains("/where-we-are/2"));
    assert!(counted("  2: [", "  5: [").contains("/where-we-are"));
    assert!(refused(&of("line.yaml").replacen("monday", "lundi", 1)).join("\n").contains("lundi"));
    assert!(refused(&of("line.yaml").replacen("09:00-12:30", "9h-12h", 1)).join("\n").contains("/hours/monday/0"));
    assert!(
        refused(&of("texts.en.yaml").replacen("language: en", "language: eng", 1)).join("\n").contains("/language")
    );
}

#[test]
fn whoever_points_at_a_key_reads_french() {
    fn walk(path: &str, schema: &Value) {
        for (key, part) in schema.as_object().into_iter().flatten() {
            let path = format!("{path}/{key}");
            let properties = part.as_object().filter(|_| key == "properties");
            for (name, property) in properties.into_iter().flatten() {
                let is_shown = property.as_object().is_some_and(|keys| {
                    !keys.contains_key("enum")
                        && !keys.contains_key("const")
                        && keys.len() > 1
                        && !path.contains("/if/")
                });
                let words = property["description"].as_str().unwrap_or_default();
                assert!(!is_shown || words.ends_with(['.', '…']) || words.ends_with('`'), "{path}/{name}: {words:?}");
                assert!(![" the ", " is ", "What ", " of "].iter().any(|english| words.contains(english)), "{words}");
            }
            if key != "if" {
                walk(&path, part);
            }
        }
        schema.as_array().into_iter().flatten().for_each(|part| walk(path, part));
    }
    walk("", &serde_json::from_str(&schema()).unwrap());
}

#[test]
fn every_key_and_exit_that_a_step_reads_is_in_its_schema() {
    let whole: Value = serde_json::from_str(&schema()).unwrap();
    let step = whole["definitions"]["step"].to_string();
    for key in KEYS.into_iter().chain(exit_names()) {
        assert!(step.contains(&format!("\"{key}\":{{")), "{key}");
    }
}
