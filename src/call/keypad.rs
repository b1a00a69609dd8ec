//! The caller's keys, gathered into answers.
//!
//! Three limits on time, three on meaning:
//!
//! | situation | rule |
//! |---|---|
//! | no key after the prompt ended | `no_input` (C6, C16), then [`Gathered::Silence`] |
//! | a number begun, then nothing | `between_keys` (C6), then what there is |
//! | the same key again within 700 ms of the answer it gave | a bounce: ignored (C12) |
//! | `#` | ends a number, is never required (C5) |
//! | `*` | says the question again, whatever was keyed before (C5, C9) |
//! | `0` | a person (C1); inside a number, only when nothing follows it |
//!
//! The bounce rule holds *across* questions only: inside one number, `1 1` is two keys. Splits of one press by the
//! network or by a worn contact are mended earlier, by `rtp::telephone_event`, which sees the press lengths.

use std::time::{Duration, Instant};

use crate::flow::{Gather, Length};

/// The same key again, this soon after it answered a question, is one press heard twice (C12).
pub const BOUNCE: Duration = Duration::from_millis(700);

/// What a question got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gathered {
    /// The keys, without `#`.
    Keys(String),
    /// The wait ran out with nothing keyed.
    Silence,
}

/// One open question.
#[derive(Clone, Debug)]
struct Question {
    gather: Gather,
    keys: String,
    /// Set once the prompt has ended, or a key was pressed.
    deadline: Option<Instant>,
}

/// The keys of one call.
#[derive(Debug, Default)]
pub struct Keypad {
    question: Option<Question>,
    /// The last key that ended an answer, and when.
    answered: Option<(char, Instant)>,
}

impl Keypad {
    /// Opens a question: keys count for it from now on, the silence only from [`Keypad::prompt_ended`].
    pub fn ask(&mut self, gather: Gather) {
        self.question = Some(Question { gather, keys: String::new(), deadline: None });
    }

    /// Nobody is being asked anything any more.
    pub fn close(&mut self) {
        self.question = None;
    }

    /// Whether a key pressed now would count.
    pub fn is_open(&self) -> bool {
        self.question.is_some()
    }

    /// Whether some keys of an answer are there.
    pub fn is_begun(&self) -> bool {
        self.question.as_ref().is_some_and(|question| !question.keys.is_empty())
    }

    /// The question has been said to its end: the wait begins.
    pub fn prompt_ended(&mut self, now: Instant) {
        if let Some(question) = &mut self.question
            && question.keys.is_empty()
        {
            question.deadline = Some(now + question.gather.no_input);
        }
    }

    /// The question will be said again from its start: nothing has been keyed and nobody waits yet.
    pub fn restart(&mut self) {
        if let Some(question) = &mut self.question {
            question.keys.clear();
            question.deadline = None;
        }
    }

    /// When [`Keypad::wait_ended`] is due.
    pub fn deadline(&self) -> Option<Instant> {
        self.question.as_ref()?.deadline
    }

    /// Whether this press is the last answer's own key, heard twice (C12).
    pub fn is_bounce(&self, key: char, now: Instant) -> bool {
        let fresh = self.question.as_ref().is_none_or(|question| question.keys.is_empty());
        fresh && self.answered.is_some_and(|(last, at)| last == key && now.saturating_duration_since(at) < BOUNCE)
    }

    /// A key was pressed. The answer, when this key ends it.
    pub fn key(&mut self, key: char, now: Instant) -> Option<Gathered> {
        if self.is_bounce(key, now) {
            return None;
        }
        let question = self.question.as_mut()?;
        let ends = match (key, question.gather.length) {
            ('*', _) => {
                question.keys = "*".to_owned();
                true
            }
            // Never required, so alone it means nothing (C5).
            ('#', _) => !question.keys.is_empty(),
            ('0'..='9', Length::One) => {
                question.keys.push(key);
                true
            }
            ('0'..='9', Length::Exactly(most) | Length::UpTo(most)) => {
                question.keys.push(key);
                question.keys.len() >= usize::from(most)
            }
            // A–D: on no phone that a caller owns.
            _ => return None,
        };
        if ends {
            self.answered = Some((key, now));
            return self.question.take().map(|question| Gathered::Keys(question.keys));
        }
        // A lone `#` must not restart the wait of an untouched question.
        if !question.keys.is_empty() {
            question.deadline = Some(now + question.gather.between_keys);
        }
        None
    }

    /// The deadline has passed: what there is, or silence.
    pub fn wait_ended(&mut self, now: Instant) -> Option<Gathered> {
        self.question.as_ref()?.deadline.filter(|deadline| *deadline <= now)?;
        let question = self.question.take()?;
        Some(if question.keys.is_empty() { Gathered::Silence } else { Gathered::Keys(question.keys) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gather(length: Length) -> Gather {
        Gather { length, no_input: Duration::from_secs(8), between_keys: Duration::from_secs(5) }
    }

    /// Presses `keys` at `ms` each, in one question; what came out, in order.
    fn press(length: Length, presses: &[(u64, char)]) -> Vec<Gathered> {
        let start = Instant::now();
        let mut keypad = Keypad::default();
        keypad.ask(gather(length));
        presses.iter().filter_map(|(ms, key)| keypad.key(*key, start + Duration::from_millis(*ms))).collect()
    }

    fn keys(text: &str) -> Gathered {
        Gathered::Keys(text.to_owned())
    }

    #[test]
    fn one_key_answers_a_menu() {
        assert_eq!(press(Length::One, &[(0, '2')]), [keys("2")]);
    }

    #[test]
    fn five_digits_end_by_themselves_even_when_two_are_alike_and_quick() {
        let typed = [(0, '7'), (150, '1'), (300, '1'), (450, '0'), (600, '0')];
        assert_eq!(press(Length::Exactly(5), &typed), [keys("71100")]);
    }

    #[test]
    fn a_hash_ends_a_short_number_and_means_nothing_alone() {
        assert_eq!(press(Length::UpTo(10), &[(0, '#'), (100, '0'), (200, '3'), (300, '#')]), [keys("03")]);
    }

    #[test]
    fn a_star_asks_again_whatever_was_keyed() {
        assert_eq!(press(Length::Exactly(5), &[(0, '7'), (200, '*')]), [keys("*")]);
    }

    #[test]
    fn letters_of_old_exchanges_are_ignored() {
        assert_eq!(press(Length::One, &[(0, 'A'), (10, 'D')]), []);
    }

    #[test]
    fn the_answers_own_key_heard_again_within_700_ms_does_not_answer_the_next_question() {
        let start = Instant::now();
        let mut keypad = Keypad::default();
        keypad.ask(gather(Length::One));
        assert_eq!(keypad.key('1', start), Some(keys("1")));
        keypad.ask(gather(Length::One));
        assert_eq!(keypad.key('1', start + Duration::from_millis(699)), None);
        assert_eq!(keypad.key('1', start + Duration::from_millis(700)), Some(keys("1")));
    }

    #[test]
    fn another_key_is_never_a_bounce() {
        let start = Instant::now();
        let mut keypad = Keypad::default();
        keypad.ask(gather(Length::One));
        keypad.key('1', start);
        keypad.ask(gather(Length::One));
        assert_eq!(keypad.key('2', start + Duration::from_millis(50)), Some(keys("2")));
    }

    #[test]
    fn silence_counts_from_the_end_of_the_prompt() {
        let start = Instant::now();
        let mut keypad = Keypad::default();
        keypad.ask(gather(Length::One));
        assert_eq!(keypad.deadline(), None);
        let ended = start + Duration::from_secs(4);
        keypad.prompt_ended(ended);
        assert_eq!(keypad.wait_ended(ended + Duration::from_millis(7_999)), None);
        assert_eq!(keypad.wait_ended(ended + Duration::from_secs(8)), Some(Gathered::Silence));
        assert!(!keypad.is_open());
    }

    #[test]
    fn a_number_left_unfinished_is_given_after_five_seconds() {
        let start = Instant::now();
        let mut keypad = Keypad::default();
        keypad.ask(gather(Length::Exactly(5)));
        keypad.key('0', start);
        keypad.prompt_ended(start);
        assert_eq!(keypad.wait_ended(start + Duration::from_millis(4_999)), None);
        assert_eq!(keypad.wait_ended(start + Duration::from_secs(5)), Some(keys("0")));
    }

    #[test]
    fn a_key_with_no_question_open_is_dropped() {
        let mut keypad = Keypad::default();
        assert_eq!(keypad.key('1', Instant::now()), None);
    }
}
