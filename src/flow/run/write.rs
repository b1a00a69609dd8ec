//! What a run writes where nothing is said, and what it reads of words that answer no list: a name, a message.

use super::super::Effect;
use super::super::action::Request;
use super::super::definition::{FieldType, Step};
use super::super::template::{Filter, Text, Written};
use super::super::value::Value;
use super::super::written::Writer;
use super::request::HOLD_S;
use super::speak::read_back;
use super::{LEAD_MAX, Library, Run, Turn, Wait};
use crate::gsm7;
use crate::speech::Unit;

/// Letters of a name that is read back in one SMS with its question.
const NAME_MAX: usize = 40;
/// Letters of a message that are kept: ten SMS, more than telephones join.
const MESSAGE_MAX: usize = gsm7::room(10);
/// Of a message without a letter.
const DIGITS_MIN: usize = 3;

impl Run {
    /// Part of the message, which `*` writes again.
    pub(super) fn write(&mut self, turn: &mut Turn<'_>, text: &Text, own: Option<&Written>) {
        let written = self.writer(turn.library, |writer| writer.text(text, own));
        if written.is_empty() {
            return;
        }
        self.lead.push(Unit::Say(written.clone()));
        self.lead.drain(..self.lead.len().saturating_sub(LEAD_MAX));
        turn.out.push(Effect::Write(written));
    }

    /// The same, once.
    pub(super) fn write_once(&self, turn: &mut Turn<'_>, text: &Text) {
        turn.out.push(Effect::Write(self.writer(turn.library, |writer| writer.text(text, None))));
    }

    /// What `*` writes before the question.
    pub(super) fn write_again(&self, turn: &mut Turn<'_>) {
        let lead =
            self.lead.iter().filter_map(|unit| if let Unit::Say(text) = unit { Some(text.clone()) } else { None });
        turn.out.extend(lead.map(Effect::Write));
    }

    pub(super) fn write_question(&self, turn: &mut Turn<'_>, step: &Step) {
        let question = self.writer(turn.library, |writer| match &self.wait {
            Wait::Menu => writer.menu(step),
            Wait::Confirm => writer.confirm(step),
            Wait::Field(_) => self.field(turn.library).map(|field| writer.field(field)).unwrap_or_default(),
            Wait::ReadBack(_, value) => writer.read_back(&value.written(read_back(value).1, self.language)),
            Wait::Page { items, first } => {
                let Some(offer) = &step.offer else { return String::new() };
                let shown = &items[*first..items.len().min(first + usize::from(offer.page.0))];
                let written = |item: &Value, filter: Filter| item.written(filter, self.language);
                let shown_as: Vec<_> = shown.iter().map(|item| move |filter| written(item, filter)).collect();
                let each: Vec<&dyn Fn(Filter) -> String> = shown_as.iter().map(|item| item as _).collect();
                writer.page(offer, &each, first + shown.len() >= items.len())
            }
            Wait::Start | Wait::Found | Wait::Held { .. } | Wait::Renewed | Wait::Act | Wait::Queue | Wait::Over => {
                String::new()
            }
        });
        turn.out.push(Effect::Write(question));
    }

    /// An answer by SMS may come an hour later, when what was held is held no more, and yet free: it is held again first, so that
    /// nobody is told that it is taken when it is not. A call that was taken up has its hold still; again is no more than longer.
    pub(super) fn renewal(&self, request: &Request) -> Option<Request> {
        let slot = match request {
            Request::Book { slot, .. } | Request::Move { slot, .. } if self.channel.is_written() => slot.clone(),
            _ => return None,
        };
        Some(Request::Hold { slot, ttl_s: HOLD_S })
    }

    /// It is held: on with what was asked.
    pub(super) fn renewed(&mut self, turn: &mut Turn<'_>) {
        match self.step(turn.library).and_then(|step| self.request(turn, &step.action()?.value)) {
            Some(request) => self.act(turn, request, Wait::Act),
            None => self.fail(turn),
        }
    }

    fn writer<T>(&self, library: &Library, write: impl FnOnce(&Writer<'_>) -> T) -> T {
        let value = |path: &str, filter| {
            let value = self.value(library, path);
            value.map(|value| value.written(filter, self.language)).unwrap_or_default()
        };
        write(&Writer { library, language: self.language, value: &value })
    }

    /// What was written where a voice would have answered; whether it was such a question.
    pub(super) fn heard_in_letters(&mut self, turn: &mut Turn<'_>, words: &str) -> bool {
        let (Wait::Field(index), Some(field)) = (&self.wait, self.field(turn.library)) else { return false };
        let index = *index;
        if !self.channel.is_written() || !field.kind.is_spoken() {
            return false;
        }
        self.inputs += 1;
        self.has_answered = true;
        self.just_repeated = false;
        if self.is_spent(turn) {
            self.fail(turn);
            return true;
        }
        let lead = std::mem::take(&mut self.lead);
        match in_letters(field.kind, words) {
            Some(value) => self.answered(turn, index, field, value),
            None => {
                self.lead = lead;
                self.miss(turn);
            }
        }
        true
    }
}

/// What stands for a voice, if it is one: of a name only what a name is made of, since it is written back (B8).
pub(super) fn in_letters(kind: FieldType, words: &str) -> Option<Value> {
    let (most, fits): (usize, fn(char) -> bool) = match kind {
        FieldType::Name => (NAME_MAX, |letter| letter.is_alphabetic() || matches!(letter, ' ' | '-' | '\'' | '’')),
        _ => (usize::MAX, |letter| !letter.is_control()),
    };
    let words = gsm7::composed(words);
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    // "1" answers another question; a number to call, or an hour, is a message.
    let digits = words.chars().filter(char::is_ascii_digit).count();
    let is_told = words.chars().any(char::is_alphabetic) || digits >= DIGITS_MIN;
    let is_one = is_told && words.chars().all(fits) && words.chars().count() <= most;
    is_one.then(|| Value::Words(words.chars().take(MESSAGE_MAX).collect()))
}

/// A name as long as any: for whoever measures messages.
pub(in crate::flow) fn longest_name() -> String {
    "n".repeat(NAME_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_whose_accents_came_apart_is_a_name() {
        let zoe = in_letters(FieldType::Name, " Zoe\u{308}  Łucja ");
        assert_eq!(zoe, Some(Value::Words("Zoë Łucja".to_owned())));
        assert_eq!(in_letters(FieldType::Name, "\u{308} 3"), None);
    }

    #[test]
    fn ten_sms_of_a_message_are_kept() {
        let Some(Value::Words(kept)) = in_letters(FieldType::VoiceMessage, &"é".repeat(2_000)) else {
            panic!("no words")
        };
        assert_eq!(gsm7::size(&kept).segments, 10);
    }
}
