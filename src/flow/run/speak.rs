//! What a run says: questions, options, pages, at the caller's pace.

use std::time::Duration;

use super::super::definition::{FieldType, Offer};
use super::super::template::{Filter, Part, Text};
use super::super::value::Value;
use super::super::{Effect, Gather, Length};
use super::{LEAD_MAX, Library, Run, Wait, fields};
use crate::speech::{Prompt, Unit, french};

/// Between an option and its key (C4).
pub(in crate::flow) const OPTION_PAUSE_MS: u16 = 500;
/// Between two options, two items.
pub(in crate::flow) const ITEM_PAUSE_MS: u16 = 400;
/// The last wait before a person, at least (C7).
pub(in crate::flow) const LAST_CALL: Duration = Duration::from_secs(20);

impl Run {
    /// Asks the question of `wait` from its beginning: each question has its own ladders, a read-back too.
    pub(super) fn ask(&mut self, library: &Library, wait: Wait, out: &mut Vec<Effect>) {
        self.wait = wait;
        (self.silences, self.misses) = (0, 0);
        self.question(library, out);
    }

    pub(super) fn question(&self, library: &Library, out: &mut Vec<Effect>) {
        let (Some(step), Some(settings)) = (self.step(library), self.settings(library)) else { return };
        let mut units = Vec::new();
        let mut length = Length::One;
        match &self.wait {
            Wait::Menu => {
                units.extend(step.intro.iter().flat_map(|intro| self.units(intro)));
                let choices = step.menu.iter().flatten();
                choices.for_each(|(key, choice)| option(&choice.purpose, *key, &mut units));
            }
            Wait::Confirm => {
                units.extend(step.confirm.iter().flat_map(|text| self.units(text)));
                units.extend(self.units(&library.engine().yes_no));
            }
            Wait::Field(index) => {
                let Some((_, field)) = fields(step).and_then(|fields| fields.get_index(*index)) else { return };
                units.extend(self.units(&field.ask));
                field.among.iter().for_each(|(key, among)| option(&among.purpose, *key, &mut units));
                length = match field.kind {
                    FieldType::PostalCode => Length::Exactly(5),
                    FieldType::Phone => Length::UpTo(10),
                    FieldType::Choice => Length::One,
                };
            }
            Wait::ReadBack(_, value) => {
                units.extend(self.units(&library.engine().typed));
                let filter = if matches!(value, Value::Phone(_)) { Filter::Pairs } else { Filter::Digits };
                units.extend(value.spoken(filter));
                units.extend(self.units(&library.engine().right));
                units.extend(self.units(&library.engine().yes_no));
            }
            Wait::Page { items, first } => {
                if let Some(offer) = &step.offer {
                    self.page(offer, items, *first, &mut units);
                }
            }
            Wait::Start | Wait::Found | Wait::Held { .. } | Wait::Act | Wait::Over => return,
        }
        out.push(Effect::Say(self.paced(units)));
        let patience = if length == Length::One { settings.no_input.0 } else { settings.no_input_number.0 };
        let factor = if self.is_slow { 2 } else { 1 };
        // The last wait before a person is the longest (C7: 20 s at least).
        let last_call = if self.silences + 1 == settings.tries.0 { LAST_CALL } else { Duration::ZERO };
        let no_input = patience.max(last_call) * factor;
        out.push(Effect::Gather(Gather { length, no_input, between_keys: settings.between_keys.0 * factor }));
    }

    fn page(&self, offer: &Offer, items: &[Value], first: usize, units: &mut Vec<Unit>) {
        let shown = &items[first..items.len().min(first + usize::from(offer.page.0))];
        for (item, key) in shown.iter().zip(1..) {
            for part in &offer.each.0 {
                match part {
                    Part::Fixed(text) => units.push(Unit::Say(text.clone())),
                    Part::Value { filter, .. } => units.extend(item.spoken(*filter)),
                }
            }
            units.extend([Unit::Pause(OPTION_PAUSE_MS), french::key(key), Unit::Pause(ITEM_PAUSE_MS)]);
        }
        let purpose = if first + shown.len() < items.len() { &offer.more } else { &offer.neither };
        option(purpose, u8::try_from(shown.len() + 1).unwrap_or(9), units);
    }

    fn units(&self, text: &Text) -> Vec<Unit> {
        let mut units = Vec::new();
        for part in &text.0 {
            match part {
                Part::Fixed(text) => units.push(Unit::Say(text.clone())),
                Part::Value { path, filter } => {
                    units.extend(self.value(path).iter().flat_map(|value| value.spoken(*filter)));
                }
            }
        }
        units.push(Unit::Pause(ITEM_PAUSE_MS));
        units
    }

    /// Part of the message: `*` will say it again.
    pub(super) fn say(&mut self, text: &Text, out: &mut Vec<Effect>) {
        let units = self.units(text);
        self.lead.extend(units.iter().cloned());
        self.lead.drain(..self.lead.len().saturating_sub(LEAD_MAX));
        out.push(Effect::Say(self.paced(units)));
    }

    /// A rung of a ladder: said once.
    pub(super) fn prod(&self, text: &Text, out: &mut Vec<Effect>) {
        out.push(Effect::Say(self.paced(self.units(text))));
    }

    /// `**`: every pause doubled, and one after each unit (C10).
    pub(super) fn paced(&self, units: Vec<Unit>) -> Prompt {
        if !self.is_slow {
            return Prompt(units);
        }
        let slow = units.into_iter().flat_map(|unit| match unit {
            Unit::Pause(ms) => vec![Unit::Pause(ms.saturating_mul(2))],
            say @ Unit::Say(_) => vec![say, Unit::Pause(ITEM_PAUSE_MS)],
        });
        Prompt(slow.collect())
    }
}

/// "Pour prendre un rendez-vous, … tapez 1." (C4).
fn option(purpose: &str, key: u8, units: &mut Vec<Unit>) {
    units.extend([option_unit(purpose), Unit::Pause(OPTION_PAUSE_MS), french::key(key), Unit::Pause(ITEM_PAUSE_MS)]);
}

/// The recorded half of an option.
pub(in crate::flow) fn option_unit(purpose: &str) -> Unit {
    Unit::Say(format!("Pour {purpose},"))
}
