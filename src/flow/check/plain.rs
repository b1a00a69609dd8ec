//! Plain words (B10): what somebody of eighty follows by ear, at once. Each message says why, not only how many.

use super::texts::{asks_caller, purposes, texts};
use super::{Checker, Library, PERSON};
use crate::flow::definition::Step;
use crate::speech::Language;

/// Words of one sentence (B10).
const SENTENCE_MAX: usize = 15;
/// The flow that callers hear first, where they must learn that it is free (A1).
const WELCOME: &str = "welcome";
/// In capitals, and yet plain: words to type, and names that everybody says so.
const CAPITALS: [&str; 9] = ["SMS", "AIDE", "CONSEILLER", "RETOUR", "STOP", "OUI", "NON", "RAPPEL", "CNIL"];
/// Short for something that is longer to write, not to say.
const SHORT: [(&str, &str); 12] = [
    ("RDV", "rendez-vous"),
    ("CEP", "conseil en évolution professionnelle"),
    ("CPF", "compte de formation"),
    ("CDD", "contrat à durée déterminée"),
    ("CDI", "contrat à durée indéterminée"),
    ("RSA", "revenu de solidarité active"),
    ("tél", "téléphone"),
    ("n°", "numéro"),
    ("etc", "et d'autres"),
    ("svp", "s'il vous plaît"),
    ("rdv", "rendez-vous"),
    ("infos", "informations"),
];
/// What needs a screen or a page (A6, B8).
const READ: [&str; 5] = ["cliquez", "ci-dessous", "ci-dessus", "à l'écran", "e-mail"];
/// The same in English.
const READ_IN_ENGLISH: [&str; 6] = ["click", "see below", "see above", "on the screen", "e-mail", "email"];

impl Checker<'_> {
    pub(super) fn plain(&mut self, name: &str, step: &Step) {
        let texts = texts(step);
        let parts = texts.iter().flat_map(|(path, text)| text.fixed().map(move |text| (path.clone(), text)));
        let parts: Vec<(String, &str)> = parts.chain(purposes(step)).collect();
        for (path, text) in parts {
            for message in lint(text) {
                self.fault(self.value(name, &path), message);
            }
        }
        for (path, text) in texts.iter().filter(|(_, text)| text.source.matches('?').count() > 1) {
            let message = format!(
                "« {} » pose deux questions : on ne peut répondre qu'à une à la fois ; faites-en deux étapes",
                text.heard()
            );
            self.fault(self.value(name, path), message);
        }
        self.yes_and_no(name, step);
    }

    /// The same key means the same in every menu: 1 is yes, 2 is no (C20).
    fn yes_and_no(&mut self, name: &str, step: &Step) {
        for (path, purpose) in purposes(step) {
            let key = path.strip_suffix("/for").and_then(|path| path.rsplit('/').next()).unwrap_or_default();
            let first = purpose.trim_start_matches("dire ").split([' ', ',']).next().unwrap_or_default();
            let wanted = match first {
                "oui" => "1",
                "non" => "2",
                _ => continue,
            };
            if key != wanted {
                let message = format!(
                    "« {purpose} » est sur la touche {key} : partout, 1 veut dire oui et 2 veut dire non ; mettez-le sur la touche {wanted}"
                );
                self.fault(self.value(name, &path), message);
            }
        }
    }

    /// Before the first question, callers learn that the service is free (A1).
    pub(super) fn free(&mut self) {
        if self.flow.flow != WELCOME || before_a_question(self.flow).any(says_free) {
            return;
        }
        let message = "l'accueil ne dit pas que c'est gratuit : ajoutez « C'est gratuit. » à une phrase avant la première question";
        self.fault(self.places.value("start"), message);
    }
}

impl Library {
    /// What is wrong with the line's own sentences: the key, and what to say.
    pub(super) fn own_words(&self) -> Vec<(String, String)> {
        let mut faults: Vec<(String, String)> = Vec::new();
        for (key, text) in self.engine().texts() {
            faults.extend(text.fixed().flat_map(lint).map(|message| (key.clone(), message)));
        }
        let said = self.engine().yes_no.source.to_lowercase();
        let (yes, no) = (said.find("oui, tapez 1"), said.find("non, tapez 2"));
        if !matches!((yes, no), (Some(yes), Some(no)) if yes < no) {
            let message = "partout, 1 veut dire oui et 2 veut dire non : écrivez « Si oui, tapez 1. Si non, tapez 2. »";
            faults.push(("yes-no".to_owned(), message.to_owned()));
        }
        let counts = self.engine().where_we_are.faults().into_iter();
        faults.extend(counts.map(|(path, message)| (format!("where-we-are/{path}"), message)));
        faults
    }
}

fn says_free(step: &Step) -> bool {
    step.say.iter().flat_map(|text| text.fixed()).any(|text| text.to_lowercase().contains("gratuit"))
}

/// The steps that are passed from the start without an answer.
fn before_a_question(flow: &crate::flow::definition::Flow) -> impl Iterator<Item = &Step> {
    let mut seen: Vec<&str> = Vec::new();
    let mut open = vec![flow.start.value.as_str()];
    while let Some(name) = open.pop() {
        let Some(step) = flow.steps.get(name).map(|step| &step.value) else { continue };
        if name == PERSON || seen.contains(&name) || asks_caller(step) || step.call.is_some() {
            continue;
        }
        seen.push(name);
        open.extend(step.ahead().map(|(_, target)| target.value.as_str()));
    }
    seen.into_iter().filter_map(|name| flow.steps.get(name).map(|step| &step.value))
}

/// What is wrong with a text that is heard.
fn lint(text: &str) -> Vec<String> {
    let mut faults = long_sentences(text);
    if text.contains('"') {
        faults.push(format!(
            "un guillemet est resté dans « {text} » : effacez-le, ou mettez-en un de chaque côté du texte"
        ));
    }
    if text.contains(['(', ')', '[', ']']) {
        faults.push(format!("« {text} » : une parenthèse ne s'entend pas ; faites-en une phrase, ou enlevez-la"));
    }
    if text.contains(['/', '&', '+', '=']) {
        faults
            .push(format!("« {text} » : les signes `/`, `&`, `+` et `=` ne s'entendent pas ; écrivez « ou », « et »"));
    }
    faults.extend(abbreviations(text).map(|(short, long)| match long {
        Some(long) => format!("« {short} » est une abréviation, que tout le monde ne connaît pas : dites « {long} »"),
        None => format!("« {short} » est une abréviation, que tout le monde ne connaît pas : dites-la en entier"),
    }));
    faults.extend(needs_a_screen(text, Language::French));
    faults.extend(number(&text.to_lowercase()));
    faults
}

/// Sentences that are too long (B10).
pub(super) fn long_sentences(text: &str) -> Vec<String> {
    let sentences = text.split(['.', '?', '!']).map(|sentence| (sentence.trim(), sentence.split_whitespace().count()));
    sentences
        .filter(|(_, words)| *words > SENTENCE_MAX)
        .map(|(sentence, words)| {
            format!(
                "« {sentence} » fait {words} mots d'une traite, et on en perd le début : {SENTENCE_MAX} au plus ; coupez la phrase en deux"
            )
        })
        .collect()
}

/// Words for whoever has a computer (A6, B8).
pub(super) fn needs_a_screen(text: &str, language: Language) -> Vec<String> {
    let lower = text.to_lowercase();
    let words: &[&str] = match language {
        Language::French => &READ,
        Language::English => &READ_IN_ENGLISH,
    };
    let words = words.iter().filter(|word| lower.contains(**word));
    words
        .map(|word| {
            format!(
                "« {word} » suppose que la personne lit ou a un ordinateur : dites ce qu'elle peut faire au téléphone"
            )
        })
        .collect()
}

fn abbreviations(text: &str) -> impl Iterator<Item = (&str, Option<&'static str>)> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '°' && c != '-');
    words.filter_map(|word| {
        let long = SHORT.iter().find(|(short, _)| *short == word).map(|(_, long)| *long);
        let is_shouted = word.chars().count() > 1 && word.chars().all(char::is_uppercase);
        (long.is_some() || (is_shouted && !CAPITALS.contains(&word))).then_some((word, long))
    })
}

/// A number in a text is checked by nobody, and read out in whatever way (D1, C14).
fn number(text: &str) -> Option<String> {
    let costs = text.match_indices("zéro huit").any(|(at, found)| {
        let next = text[at + found.len()..].trim_start_matches([',', ' ']);
        !next.starts_with("zéro")
    });
    if costs || text.contains("cent dix-huit") {
        return Some(
            "ce texte donne un numéro surtaxé : donnez un numéro au prix d'un appel normal, `{line.number | spoken-pairs}`"
                .to_owned(),
        );
    }
    let digits = text.split(|c: char| !c.is_ascii_digit() && c != ' ' && c != '.');
    let is_long = |run: &str| run.chars().filter(char::is_ascii_digit).count() > 3;
    digits.into_iter().any(is_long).then(|| {
        "un numéro écrit en chiffres n'est pas vérifié et se lit mal : mettez-le dans line.yaml, et écrivez `{line.number | spoken-pairs}`"
            .to_owned()
    })
}
