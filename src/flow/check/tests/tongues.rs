//! A language is whole, or nobody hears it.

use super::{files, read};

const ENGLISH: &str = "language: en
invitation: \"For English, press 9.\"
options: {}
texts:
";

/// The service, with the flow `person` in English too, and these lines in its translation.
fn in_english(texts: &str) -> Vec<String> {
    let mut files = files();
    for (_, text) in files.iter_mut().filter(|(path, _)| path.contains("person") || path.contains("call_back")) {
        *text = text.replacen("start:", "languages: [fr, en]\nstart:", 1);
    }
    files.push(("flows/texts.en.yaml".to_owned(), format!("{ENGLISH}{texts}")));
    let mut told = read(&files, &|_| true);
    told.retain(|line| {
        line.contains("conseiller.") || line.contains("adviser") || line.contains("Adieu") || line.contains("rappel au")
    });
    told
}

#[test]
fn a_sentence_without_its_translation_is_told() {
    let wanted =
        ["texts.en.yaml:4:1: « Je cherche un conseiller. » n'est pas traduit : ajoutez la phrase sous `texts:`"];
    assert_eq!(in_english("  \"Prenez votre temps.\": \"Take your time.\"\n"), wanted);
}

#[test]
fn a_translation_that_nothing_says_any_more_is_told() {
    let texts = "  \"Je cherche un conseiller.\": \"I am looking for somebody.\"\n  \"Adieu.\": \"Farewell.\"\n";
    let wanted = ["texts.en.yaml:6:3: « Adieu. » n'est plus dit par aucun parcours : enlevez cette ligne"];
    assert_eq!(in_english(texts), wanted);
}

#[test]
fn a_translation_keeps_the_braces_of_the_french() {
    let texts = "  \"Je cherche un conseiller.\": \"I am looking for an adviser at {line.number | spoken-pairs}\"\n";
    let wanted = [
        "texts.en.yaml:5:32: « I am looking for an adviser at {line.number | spoken-pairs} » a une accolade `{…}` que le français n'a pas : enlevez-la",
    ];
    assert_eq!(in_english(texts), wanted);
}

#[test]
fn a_flow_calls_only_flows_of_its_own_languages() {
    let mut files = files();
    for (_, text) in files.iter_mut().filter(|(path, _)| path.contains("person")) {
        *text = text.replacen("start:", "languages: [fr, en]\nstart:", 1);
    }
    let told = read(&files, &|_| true);
    let wanted = [
        "person.yaml:16:11: `person` se parle aussi en `en`, mais pas `call_back` : ajoutez `en` aux `languages:` de `call_back`",
        "texts.en.yaml: un parcours annonce `en` : il manque le fichier texts.en.yaml",
    ];
    assert_eq!(told, wanted);
}
