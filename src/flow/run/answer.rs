//! What the caller did, and where it leads.

use super::super::Queued;
use super::super::definition::YES_NO;
use super::super::value::Value;
use super::request::hold_ttl;
use super::{Run, Turn, Wait, fields};
use crate::flow::action::Request;

impl Run {
    pub(super) fn keys(&mut self, turn: &mut Turn<'_>, keys: &str) {
        if !self.asks() {
            return;
        }
        self.inputs += 1;
        self.has_answered = true;
        if keys == "0" {
            return self.fail(turn);
        }
        if self.is_spent(turn) {
            return self.fail(turn);
        }
        if keys == "*" {
            self.is_slow |= self.just_repeated && !self.channel.is_written();
            self.just_repeated = true;
            return self.repeat(turn);
        }
        self.just_repeated = false;
        let lead = std::mem::take(&mut self.lead);
        if !self.answer(turn, keys) {
            self.lead = lead;
            self.miss(turn);
        }
    }

    /// The last message whole: what led to the question, then the question (C9). Whoever asks for it is there: the silences
    /// before count no more, as often as they like (C7).
    fn repeat(&mut self, turn: &mut Turn<'_>) {
        self.silences = 0;
        if self.channel.is_written() {
            self.write_again(turn);
        } else if !self.lead.is_empty() {
            let lead = self.paced(self.lead.clone());
            turn.out.push(super::Effect::Say(lead));
        }
        self.whereabouts(turn);
        self.question(turn);
    }

    pub(in crate::flow) fn asks(&self) -> bool {
        matches!(self.wait, Wait::Menu | Wait::Confirm | Wait::Field(_) | Wait::ReadBack(..) | Wait::Page { .. })
    }

    /// Whether the keys were an answer to the question.
    fn answer(&mut self, turn: &mut Turn<'_>, keys: &str) -> bool {
        let Some(step) = self.step(turn.library) else { return false };
        let digit = keys.parse::<u8>().ok().filter(|_| keys.len() == 1);
        match self.wait.clone() {
            Wait::Menu => {
                if let Some(language) = digit.and_then(|digit| step.languages.get(&digit)) {
                    self.language = *language;
                    self.pass_by(keys);
                    self.ask(turn, Wait::Menu);
                    return true;
                }
                let choice = digit.and_then(|digit| step.menu.as_ref()?.get(&digit));
                let Some(choice) = choice else { return false };
                self.pass_by(keys);
                self.go(turn, &choice.goto.value);
                true
            }
            Wait::Confirm => yes_no(digit).map(|yes| self.exit(turn, YES_NO[usize::from(!yes)])).is_some(),
            Wait::Field(index) => self.field_answer(turn, index, keys),
            Wait::ReadBack(index, value) => match yes_no(digit) {
                Some(true) => {
                    self.fill(turn, index, value);
                    true
                }
                Some(false) => {
                    // One step back, to that question only (C13).
                    self.ask(turn, Wait::Field(index));
                    true
                }
                None => false,
            },
            Wait::Page { items, first } => self.pick(turn, digit, items, first),
            Wait::Start | Wait::Found | Wait::Held { .. } | Wait::Renewed | Wait::Act | Wait::Queue | Wait::Over => {
                false
            }
        }
    }

    /// A key on a page: an item, the next page, or none of them.
    fn pick(&mut self, turn: &mut Turn<'_>, digit: Option<u8>, items: Vec<Value>, first: usize) -> bool {
        let Some(step) = self.step(turn.library) else { return false };
        let (Some(offer), Some(digit)) = (&step.offer, digit) else { return false };
        let shown = items[first..].len().min(usize::from(offer.page.0));
        let digit = usize::from(digit);
        if digit == shown + 1 {
            let next = first + shown;
            if next < items.len() {
                self.ask(turn, Wait::Page { items, first: next });
            } else {
                self.exit(turn, "none");
            }
            return true;
        }
        let Some(item) = digit.checked_sub(1).filter(|at| *at < shown).map(|at| items[first + at].clone()) else {
            return false;
        };
        if let Value::Slot(slot) = &item {
            let request = Request::Hold { slot: slot.clone(), ttl_s: hold_ttl(offer) };
            self.act(turn, request, Wait::Held { item });
        } else {
            self.values.insert(offer.field.clone(), item);
            self.exit(turn, "chosen");
        }
        true
    }

    pub(super) fn queued(&mut self, turn: &mut Turn<'_>, queued: Queued) {
        if self.wait != Wait::Queue {
            return;
        }
        let outcome = match queued {
            Queued::Answered => "answered",
            Queued::Closed => "closed",
            Queued::Busy => "busy",
            Queued::Callback => "callback",
        };
        self.exit(turn, outcome);
    }

    pub(super) fn fill(&mut self, turn: &mut Turn<'_>, index: usize, value: Value) {
        let Some(step) = self.step(turn.library) else { return };
        if let Some((name, _)) = fields(step).and_then(|fields| fields.get_index(index)) {
            self.values.insert(name.clone(), value);
        }
        if let Some(next) = self.next_field(turn, step, index + 1) {
            self.go(turn, &next);
        }
    }
}

pub(super) fn yes_no(digit: Option<u8>) -> Option<bool> {
    match digit {
        Some(1) => Some(true),
        Some(2) => Some(false),
        _ => None,
    }
}
