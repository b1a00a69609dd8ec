//! What is heard: short, few choices, recorded, and never a web site.

use super::super::definition::Step;
use super::super::run::option_unit;
use super::super::template::Text;
use super::Checker;
use super::texts::{purposes, questions, texts};
use crate::speech::Unit;

/// People hold two or three things in mind (C3).
const CHOICES_MAX: usize = 3;
/// One prompt (C18).
const WORDS_MAX: usize = 25;
/// What a web address looks like (B8).
const LINKS: [&str; 6] = ["http", "www.", ".fr", ".com", ".org", ".net"];

impl Checker<'_> {
    pub(super) fn words(&mut self, name: &str, step: &Step) {
        self.choices(name, step);
        for (path, text) in texts(step) {
            self.text(name, &path, text);
        }
        for (path, purpose) in purposes(step) {
            self.purpose(name, &path, purpose);
        }
    }

    fn choices(&mut self, name: &str, step: &Step) {
        let menu = step.menu.iter().map(|menu| ("menu".to_owned(), menu.keys().copied().collect()));
        let among = questions(step).map(|(path, _, field)| {
            let keys: Vec<u8> = field.among.keys().copied().collect();
            (format!("{path}/among"), keys)
        });
        for (path, keys) in menu.chain(among) {
            if keys.len() > CHOICES_MAX {
                let message = format!(
                    "{} choix, c'est trop : on oublie les premiers ; gardez-en {CHOICES_MAX}, ou faites-en deux questions",
                    keys.len()
                );
                self.fault(self.key(name, &path), message);
            }
            for key in keys.into_iter().filter(|key| !(1..=9).contains(key)) {
                let message = match key {
                    0 => "la touche 0 sert partout à joindre une personne : prenez une touche de 1 à 9".to_owned(),
                    key => format!("il n'y a pas de touche {key} sur un téléphone : prenez une touche de 1 à 9"),
                };
                self.fault(self.key(name, &format!("{path}/{key}")), message);
            }
        }
    }

    fn text(&mut self, name: &str, path: &str, text: &Text) {
        let at = self.value(name, path);
        let words = text.fixed().flat_map(str::split_whitespace).count();
        if words > WORDS_MAX {
            let text = text.fixed().collect::<Vec<_>>().join(" … ");
            let message = format!(
                "« {text} » compte {words} mots, c'est trop pour être retenu : {WORDS_MAX} au plus ; coupez ce texte en deux étapes"
            );
            self.fault(at, message);
        }
        for fixed in text.fixed() {
            if !(self.is_recorded)(fixed) {
                self.fault(at, unrecorded(fixed));
            }
            self.link(name, path, fixed);
        }
    }

    fn purpose(&mut self, name: &str, path: &str, purpose: &str) {
        self.link(name, path, purpose);
        if let Unit::Say(text) = option_unit(purpose)
            && !(self.is_recorded)(&text)
        {
            self.fault(self.value(name, path), unrecorded(&text));
        }
    }

    fn link(&mut self, name: &str, path: &str, text: &str) {
        if let Some(message) = link(text) {
            self.fault(self.value(name, path), message);
        }
    }
}

/// What is wrong with a text that sends to a web site.
pub(super) fn link(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    LINKS.iter().any(|link| lower.contains(link)).then(|| {
        format!(
            "« {text} » envoie sur un site Internet, que beaucoup n'ont pas : proposez plutôt de parler à une personne"
        )
    })
}

pub(super) fn unrecorded(text: &str) -> String {
    format!("« {text} » n'est pas enregistré : lancez `ligne prompts render`, ou reprenez une phrase déjà enregistrée")
}
