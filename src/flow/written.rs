//! What is written where nothing is said: the texts of a flow as one message, with values in their short form.
//!
//! ```text
//! say, confirm …  the step's `sms:`, else the text that is heard, with stops and commas where a voice would have made them
//! menu, choice    what it is for, a line each: "1 = prendre un rendez-vous"
//! read-back       "Vous avez écrit : 71100. C'est bien cela ?", then "1 = oui", "2 = non"
//! ```
//! One composer for the run, which has the values, and for the checker and the clock, which take the longest of each kind:
//! what is measured is what is sent.

use super::check::Library;
use super::definition::{Field, FieldType, Offer, Step};
use super::template::{Filter, Part, Piece, Text, Written};
use crate::speech::Language;

/// Items of a page, and how each value of them is written.
pub(super) type Items<'a> = &'a [&'a dyn Fn(Filter) -> String];

/// Writes in a language, with these values.
pub(super) struct Writer<'a> {
    pub library: &'a Library,
    pub language: Language,
    /// A value by its name; empty where it is not known.
    pub value: &'a dyn Fn(&str, Filter) -> String,
}

impl Writer<'_> {
    /// A text, or what an SMS says instead of it.
    pub(super) fn text(&self, text: &Text, own: Option<&Written>) -> String {
        self.with(text, own, self.value)
    }

    fn with(&self, text: &Text, own: Option<&Written>, value: &dyn Fn(&str, Filter) -> String) -> String {
        let own = own.or_else(|| self.library.engine().written(text));
        match own.and_then(|own| self.library.written(self.language, own)) {
            Some(Written(None)) => String::new(),
            Some(Written(Some(own))) => as_it_stands(own, value),
            None => as_it_is_said(self.library.text(self.language, text), value),
        }
    }

    /// The choices, and in which other languages one may go on.
    pub(super) fn menu(&self, step: &Step) -> String {
        let mut message = match (&step.intro, &step.sms) {
            (Some(intro), own) => self.text(intro, own.as_ref()),
            (None, Some(own)) => match self.library.written(self.language, own) {
                Some(Written(Some(own))) => as_it_stands(own, self.value),
                _ => String::new(),
            },
            (None, None) => String::new(),
        };
        for (key, choice) in step.menu.iter().flatten() {
            self.option(&mut message, *key, &choice.purpose, choice.sms.as_deref());
        }
        for (key, language) in step.languages.iter().filter(|(_, language)| **language != self.language) {
            line(&mut message, &language.written_option(*key, language.own_name()));
        }
        message
    }

    pub(super) fn confirm(&self, step: &Step) -> String {
        let said = step.confirm.as_ref().map(|text| self.text(text, step.sms.as_ref()));
        self.yes_no(said.unwrap_or_default())
    }

    /// A question of a form.
    pub(super) fn field(&self, field: &Field) -> String {
        let mut message = self.text(&field.ask, field.sms.as_ref());
        for (key, among) in &field.among {
            self.option(&mut message, *key, &among.purpose, among.sms.as_deref());
        }
        if field.kind == FieldType::YesNo { self.yes_no(message) } else { message }
    }

    /// What they wrote, and whether it is right (C14).
    pub(super) fn read_back(&self, value: &str) -> String {
        let right = self.text(&self.library.engine().right, None);
        self.yes_no(format!("{} {value}. {right}", self.language.written_lead()))
    }

    /// A page of a list, without what is said before it.
    pub(super) fn page(&self, offer: &Offer, items: Items<'_>, is_last: bool) -> String {
        let mut message = String::new();
        let own = offer.sms.as_ref();
        for (item, key) in items.iter().zip(1..) {
            let value = |path: &str, filter| if path == "item" { item(filter) } else { (self.value)(path, filter) };
            let each = self.with(&offer.each, own.and_then(|own| own.each.as_ref()), &value);
            line(&mut message, &self.language.written_option(key, each.trim_end_matches('.')));
        }
        let key = u8::try_from(items.len() + 1).unwrap_or(9);
        let (purpose, own) = if is_last {
            (&offer.neither, own.and_then(|own| own.neither.as_deref()))
        } else {
            (&offer.more, own.and_then(|own| own.more.as_deref()))
        };
        self.option(&mut message, key, purpose, own);
        message
    }

    fn option(&self, message: &mut String, key: u8, purpose: &str, own: Option<&str>) {
        let purpose = self.library.written_purpose(self.language, purpose, own);
        line(message, &self.language.written_option(key, purpose));
    }

    fn yes_no(&self, mut message: String) -> String {
        for (key, word) in self.language.written_yes_no() {
            line(&mut message, &self.language.written_option(key, word));
        }
        message
    }
}

/// Before a list.
pub(super) fn of_offer(offer: &Offer) -> Option<&Written> {
    offer.sms.as_ref().and_then(|own| own.say.as_ref())
}

/// One more piece of a message.
pub(crate) fn join(message: &mut String, piece: &str) {
    if !message.is_empty() && !piece.is_empty() && !piece.starts_with('\n') {
        message.push(' ');
    }
    message.push_str(piece);
}

fn line(message: &mut String, line: &str) {
    message.push('\n');
    message.push_str(line);
}

fn as_it_stands(text: &Text, value: &dyn Fn(&str, Filter) -> String) -> String {
    let parts = text.parts.iter().map(|part| match part {
        Part::Fixed(fixed) => fixed.clone(),
        Part::Value { path, filter } => value(path, *filter),
    });
    parts.collect()
}

/// A recorded value carries its own comma or fall; on paper there is one between two values, and a stop before a new sentence
/// and at the end.
fn as_it_is_said(text: &Text, value: &dyn Fn(&str, Filter) -> String) -> String {
    let mut message = String::new();
    let mut is_after_value = false;
    for piece in text.pieces() {
        match piece {
            Piece::Text(said) => {
                let said = said.trim();
                if is_after_value && said.starts_with(char::is_uppercase) {
                    message.push('.');
                }
                is_after_value &= said.is_empty();
                let is_close = said.starts_with(['.', ',']);
                if is_close { message.push_str(said) } else { join(&mut message, said) }
            }
            Piece::Value { path, filter } => {
                let written = value(path, filter);
                if is_after_value && !written.is_empty() {
                    message.push(',');
                }
                join(&mut message, &written);
                is_after_value = true;
            }
        }
    }
    if is_after_value {
        message.push('.');
    }
    message
}
