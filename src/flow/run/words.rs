//! Words, on a channel that has letters: four that always mean the same, then whatever answers the question.

use std::collections::BTreeSet;

use super::super::Effect;
use super::super::definition::FieldType;
use super::{Library, Question, Run, TRAIL_MAX, Turn, Wait};
use crate::phone::PhoneNumber;
use crate::speech::Language;

/// What STOP comes to.
const STOPPED: &str = "stopped";
/// A shorter word fits too many options.
const WORD_MIN: usize = 4;

impl Run {
    pub(super) fn words(&mut self, turn: &mut Turn<'_>, words: &str) {
        if words.trim() == "*" {
            return self.keys(turn, "*");
        }
        let (raw, words) = (words, plain(words));
        match words.as_str() {
            "conseiller" | "conseillere" => self.keys(turn, "0"),
            "aide" | "retour" if self.asks() => {
                self.inputs += 1;
                if self.is_spent(turn) {
                    // However little it asks for, a machine that answers by itself would ask for ever (C8, E18).
                    self.fail(turn);
                } else if words == "retour" {
                    self.back(turn);
                } else {
                    self.prod(turn, &turn.library.engine().help);
                    self.question(turn);
                }
            }
            "stop" => {
                self.say(turn, &turn.library.engine().person);
                // As who hangs up: what was written stands.
                let goal = self.reached.take().unwrap_or_else(|| STOPPED.to_owned());
                turn.out.push(Effect::End { goal });
                self.wait = Wait::Over;
            }
            // A figure to go elsewhere is no name: `0` is a person everywhere (C1).
            plain if plain != "0" && self.heard_in_letters(turn, raw) => {}
            _ => {
                let keys = self.dialled(turn.library, raw).or_else(|| self.meant(turn.library, &words));
                self.keys(turn, &keys.unwrap_or(words));
            }
        }
    }

    /// A telephone number as telephones write it: "+33 6 39 98 00 04".
    fn dialled(&self, library: &Library, words: &str) -> Option<String> {
        self.field(library).filter(|field| field.kind == FieldType::Phone)?;
        PhoneNumber::parse(words.trim()).map(|number| number.national())
    }

    /// The key that a word stands for, when it stands for one alone.
    fn meant(&self, library: &Library, words: &str) -> Option<String> {
        let digits: String = words.split_whitespace().collect();
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(digits);
        }
        let yes_no = [Language::French, self.language].into_iter().flat_map(Language::written_yes_no);
        if let Some((key, _)) = yes_no.into_iter().find(|(_, word)| *word == words) {
            return Some(key.to_string());
        }
        if words.chars().count() < WORD_MIN {
            return None;
        }
        // Whole words: "travail" is no answer to "vous travaillez".
        let wanted = format!(" {words} ");
        let named = self.named(library).into_iter().filter(|(_, name)| format!(" {} ", plain(name)).contains(&wanted));
        let keys: BTreeSet<u8> = named.map(|(key, _)| key).collect();
        keys.first().filter(|_| keys.len() == 1).map(u8::to_string)
    }

    /// What each key of the question is for: as it is heard, as it is written, and in French; and the other languages' names.
    fn named<'a>(&self, library: &'a Library) -> Vec<(u8, &'a str)> {
        let named = self.options(library).into_iter().flat_map(|(key, purpose, own)| {
            let written = library.written_purpose(self.language, purpose, own);
            [purpose, library.purpose(self.language, purpose), written].map(|name| (key, name))
        });
        let languages = self.step(library).filter(|_| self.wait == Wait::Menu).map(|step| &step.languages);
        named.chain(languages.into_iter().flatten().map(|(key, language)| (*key, language.own_name()))).collect()
    }

    /// The question before this one; the first one again, at the first.
    fn back(&mut self, turn: &mut Turn<'_>) {
        if self.is_noted() {
            self.trail.pop();
        }
        let Some(Question { frames, field, asked }) = self.trail.pop() else {
            self.pass();
            self.whereabouts(turn);
            return self.question(turn);
        };
        // What led to the question after it leads to no other.
        self.lead.clear();
        (self.frames, self.asked) = (frames, asked);
        match field {
            Some(index) => self.ask(turn, Wait::Field(index)),
            None => {
                let name = self.place().1.to_owned();
                self.go(turn, &name);
            }
        }
    }

    /// Notes the question that is being put.
    pub(super) fn pass(&mut self) {
        if !self.channel.has_letters() {
            return;
        }
        let field = if let Wait::Field(index) = self.wait { Some(index) } else { None };
        if !self.is_noted() {
            return;
        }
        let question = Question { frames: self.frames.clone(), field, asked: self.asked.clone() };
        if self.trail.last() != Some(&question) {
            self.trail.push(question);
            self.trail.drain(..self.trail.len().saturating_sub(TRAIL_MAX));
        }
    }

    /// A read-back goes back to its question, a page to what came before its list.
    fn is_noted(&self) -> bool {
        matches!(self.wait, Wait::Field(_) | Wait::Menu | Wait::Confirm)
    }
}

/// Whether these words lead out of any question: to a person, or to the end.
pub fn leads_away(words: &str) -> bool {
    matches!(plain(words).as_str(), "conseiller" | "conseillere" | "stop" | "0")
}

/// Whether these words end it.
pub fn stops(words: &str) -> bool {
    plain(words) == "stop"
}

/// Small letters without accents, single spaces.
fn plain(text: &str) -> String {
    let fold = |c: char| match c {
        'à' | 'â' => 'a',
        'ç' => 'c',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' => 'o',
        'ù' | 'û' => 'u',
        c if c.is_alphanumeric() => c,
        _ => ' ',
    };
    let folded: String = text.to_lowercase().chars().map(fold).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}
