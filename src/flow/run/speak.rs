//! What a run says: questions, options, pages, at the caller's pace.

use super::super::definition::{FieldType, Offer, Step};
use super::super::template::{Filter, Part, Text, Written};
use super::super::value::Value;
use super::super::{Effect, Gather, Length};
use super::field::{length, recording};
use super::{LAST_CALL, LEAD_MAX, Library, Run, Turn, Wait};
use crate::speech::{Language, Prompt, Unit};

/// Between an option and its key (C4).
pub(in crate::flow) const OPTION_PAUSE_MS: u16 = 500;
/// Between two options, two items.
pub(in crate::flow) const ITEM_PAUSE_MS: u16 = 400;

impl Run {
    /// Asks the question of `wait` from its beginning: each question has its own ladders, a read-back too.
    pub(super) fn ask(&mut self, turn: &mut Turn<'_>, wait: Wait) {
        self.wait = wait;
        (self.silences, self.misses) = (0, 0);
        self.pass();
        self.whereabouts(turn);
        self.question(turn);
    }

    /// "Deuxième question sur deux" (C13), before a question that is put, and by `*`. Not on the rung of a ladder: who hesitates
    /// has heard it, and hears a nudge before the question already.
    pub(super) fn whereabouts(&self, turn: &mut Turn<'_>) {
        let Wait::Field(index) = self.wait else { return };
        if self.channel.is_written() {
            // What was written before stands above, and each letter is paid for.
            return;
        }
        let Some(before) = self.asked.iter().position(|asked| *asked == index) else { return };
        if let Some(text) = turn.library.engine().where_we_are.of(before + 1, self.asked.len()) {
            self.prod(turn, text);
        }
    }

    pub(super) fn question(&self, turn: &mut Turn<'_>) {
        let Some(step) = self.step(turn.library) else { return };
        if self.channel.is_written() {
            self.write_question(turn, step);
        } else {
            let units = self.asked(turn.library, step);
            turn.out.push(Effect::Say(self.paced(units)));
        }
        let field = self.field(turn.library);
        let care = self.care(turn.library);
        let length = field.map_or(Length::One, length);
        let patience = if length == Length::One { care.no_input } else { care.no_input_number };
        // The last wait before a person is the longest (C7).
        let no_input = if self.is_last(turn.library) { patience.max(LAST_CALL) } else { patience };
        let factor = if self.is_slow { 2 } else { 1 };
        turn.out.push(match field.filter(|field| field.kind.is_spoken() && !self.channel.is_written()) {
            Some(field) => Effect::Record(recording(field, no_input * factor)),
            None => {
                let between_keys = care.between_keys * factor;
                Effect::Gather(Gather { length, no_input: no_input * factor, between_keys })
            }
        });
    }

    fn asked(&self, library: &Library, step: &Step) -> Vec<Unit> {
        let engine = library.engine();
        let mut units = Vec::new();
        match &self.wait {
            Wait::Menu => {
                units.extend(step.intro.iter().flat_map(|intro| self.units(library, intro)));
                self.say_options(library, &mut units);
                for (_, language) in step.languages.iter().filter(|(_, language)| **language != self.language) {
                    units.extend([Unit::Say(library.invitation(*language).to_owned()), Unit::Pause(ITEM_PAUSE_MS)]);
                }
            }
            Wait::Confirm => {
                units.extend(step.confirm.iter().flat_map(|text| self.units(library, text)));
                units.extend(self.units(library, &engine.yes_no));
            }
            Wait::Field(_) => {
                let Some(field) = self.field(library) else { return units };
                units.extend(self.units(library, &field.ask));
                self.say_options(library, &mut units);
                if field.kind == FieldType::YesNo {
                    units.extend(self.units(library, &engine.yes_no));
                }
            }
            Wait::ReadBack(_, value) => {
                let (lead, filter) = read_back(value);
                units.extend(self.units(library, if lead == Lead::Said { &engine.spoken } else { &engine.typed }));
                units.extend(value.spoken(filter, self.language));
                units.extend(self.units(library, &engine.right));
                units.extend(self.units(library, &engine.yes_no));
            }
            Wait::Page { items, first } => {
                if let Some(offer) = &step.offer {
                    self.page(library, offer, items, *first, &mut units);
                }
            }
            Wait::Start | Wait::Found | Wait::Held { .. } | Wait::Renewed | Wait::Act | Wait::Queue | Wait::Over => {}
        }
        units
    }

    /// The choices of the question: its key, what it is for, and what an SMS says instead.
    pub(super) fn options<'a>(&self, library: &'a Library) -> Vec<(u8, &'a str, Option<&'a str>)> {
        let menu = self.step(library).filter(|_| self.wait == Wait::Menu).and_then(|step| step.menu.as_ref());
        let menu = menu.into_iter().flatten();
        let menu = menu.map(|(key, choice)| (*key, choice.purpose.as_str(), choice.sms.as_deref()));
        let among = self.field(library).into_iter().flat_map(|field| &field.among);
        menu.chain(among.map(|(key, one)| (*key, one.purpose.as_str(), one.sms.as_deref()))).collect()
    }

    fn say_options(&self, library: &Library, units: &mut Vec<Unit>) {
        for (key, purpose, _) in self.options(library) {
            option(library, self.language, purpose, key, units);
        }
    }

    fn page(&self, library: &Library, offer: &Offer, items: &[Value], first: usize, units: &mut Vec<Unit>) {
        let shown = &items[first..items.len().min(first + usize::from(offer.page.0))];
        for (item, key) in shown.iter().zip(1..) {
            for part in &library.text(self.language, &offer.each).parts {
                match part {
                    Part::Fixed(text) => units.push(Unit::Say(text.clone())),
                    Part::Value { filter, .. } => units.extend(item.spoken(*filter, self.language)),
                }
            }
            units.extend([Unit::Pause(OPTION_PAUSE_MS), self.language.key(key), Unit::Pause(ITEM_PAUSE_MS)]);
        }
        let purpose = if first + shown.len() < items.len() { &offer.more } else { &offer.neither };
        option(library, self.language, purpose, u8::try_from(shown.len() + 1).unwrap_or(9), units);
    }

    pub(super) fn units(&self, library: &Library, text: &Text) -> Vec<Unit> {
        let mut units = Vec::new();
        for part in &library.text(self.language, text).parts {
            match part {
                Part::Fixed(text) => units.push(Unit::Say(text.clone())),
                Part::Value { path, filter } => {
                    let value = self.value(library, path);
                    units.extend(value.iter().flat_map(|value| value.spoken(*filter, self.language)));
                }
            }
        }
        units.push(Unit::Pause(ITEM_PAUSE_MS));
        units
    }

    /// Part of the message: `*` will say it again.
    pub(super) fn say(&mut self, turn: &mut Turn<'_>, text: &Text) {
        self.tell(turn, text, None);
    }

    /// The same; an SMS may have its own words for it.
    pub(super) fn tell(&mut self, turn: &mut Turn<'_>, text: &Text, sms: Option<&Written>) {
        if self.channel.is_written() {
            return self.write(turn, text, sms);
        }
        let units = self.units(turn.library, text);
        self.lead.extend(units.iter().cloned());
        self.lead.drain(..self.lead.len().saturating_sub(LEAD_MAX));
        turn.out.push(Effect::Say(self.paced(units)));
    }

    /// Beside the message: said once.
    pub(super) fn prod(&self, turn: &mut Turn<'_>, text: &Text) {
        if self.channel.is_written() {
            return self.write_once(turn, text);
        }
        turn.out.push(Effect::Say(self.paced(self.units(turn.library, text))));
    }

    /// `**`: the voice slower, every pause doubled, and one after each unit (C10).
    pub(super) fn paced(&self, units: Vec<Unit>) -> Prompt {
        let (language, is_slow) = (self.language, self.is_slow);
        if !is_slow {
            return Prompt { units, language, is_slow };
        }
        let slow = units.into_iter().flat_map(|unit| match unit {
            Unit::Pause(ms) => vec![Unit::Pause(ms.saturating_mul(2))],
            sound @ (Unit::Say(_) | Unit::Own(_) | Unit::Tone) => vec![sound, Unit::Pause(ITEM_PAUSE_MS)],
        });
        Prompt { units: slow.collect(), language, is_slow }
    }
}

/// How a read-back begins.
#[derive(Clone, Copy, PartialEq)]
pub(in crate::flow) enum Lead {
    Typed,
    Said,
}

/// How an answer is read back (C14).
pub(in crate::flow) fn read_back(value: &Value) -> (Lead, Filter) {
    match value {
        Value::Recording(_) | Value::Words(_) => (Lead::Said, Filter::Voice),
        Value::Phone(_) => (Lead::Typed, Filter::Pairs),
        Value::Day(_) => (Lead::Typed, Filter::Day),
        Value::Time(_) => (Lead::Typed, Filter::Time),
        _ => (Lead::Typed, Filter::Digits),
    }
}

/// "Pour prendre un rendez-vous, … tapez 1." (C4).
fn option(library: &Library, language: Language, purpose: &str, key: u8, units: &mut Vec<Unit>) {
    let unit = language.option(library.purpose(language, purpose));
    units.extend([unit, Unit::Pause(OPTION_PAUSE_MS), language.key(key), Unit::Pause(ITEM_PAUSE_MS)]);
}

/// The recorded half of an option, in the language that flows are written in.
pub(in crate::flow) fn option_unit(purpose: &str) -> Unit {
    Language::French.option(purpose)
}
