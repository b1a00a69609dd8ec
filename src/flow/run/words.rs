//! Words, on a channel that has letters: four that always mean the same, then whatever answers the question.

use super::super::Effect;
use super::{Question, Run, TRAIL_MAX, Turn, Wait};

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
            "aide" if self.asks() => {
                self.prod(turn, &turn.library.engine().help);
                self.question(turn);
            }
            "retour" => self.back(turn),
            "stop" => {
                self.say(turn, &turn.library.engine().person);
                turn.out.push(Effect::End { goal: STOPPED.to_owned() });
                self.wait = Wait::Over;
            }
            // A figure to go elsewhere is no name: `0` is a person everywhere (C1).
            plain if plain != "0" && self.heard_in_letters(turn, raw) => {}
            _ => {
                let keys = self.meant(turn, &words).unwrap_or(words);
                self.keys(turn, &keys);
            }
        }
    }

    /// The key that a word stands for, when it stands for one alone.
    fn meant(&self, turn: &Turn<'_>, words: &str) -> Option<String> {
        let digits: String = words.split_whitespace().collect();
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(digits);
        }
        match words {
            "oui" => return Some("1".to_owned()),
            "non" => return Some("2".to_owned()),
            _ if words.chars().count() < WORD_MIN => return None,
            _ => {}
        }
        let mut fits = self.options(turn.library).into_iter().filter(|(_, purpose)| plain(purpose).contains(words));
        let only = fits.next().filter(|_| fits.next().is_none());
        only.map(|(key, _)| key.to_string())
    }

    /// The question before this one; the first one again, at the first.
    fn back(&mut self, turn: &mut Turn<'_>) {
        if !self.asks() {
            return;
        }
        self.inputs += 1;
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
