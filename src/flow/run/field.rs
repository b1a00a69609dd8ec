//! One typed question: which keys answer it, and what they mean.

use jiff::civil::{Date, Time};

use super::super::definition::{Field, FieldType, Step, YES_NO};
use super::super::value::Value;
use super::super::{Length, Recording};
use super::answer::yes_no;
use super::{Run, Turn, Wait, fields};
use crate::booking::PostalCode;
use crate::phone::{LineKind, PhoneNumber};

/// Years looked ahead for the 29th of February.
const LEAP_MAX: i16 = 8;

impl Run {
    pub(super) fn field_answer(&mut self, turn: &mut Turn<'_>, index: usize, keys: &str) -> bool {
        let step = self.step(turn.library);
        let Some((_, field)) = step.and_then(|step| fields(step)?.get_index(index)) else { return false };
        let Some(value) = typed(field, keys, turn.library.line().hours().today(turn.now)) else { return false };
        self.answered(turn, index, field, value);
        true
    }

    /// What was said after the tone; nothing, if nothing was.
    pub(super) fn recorded(&mut self, turn: &mut Turn<'_>, id: Option<String>) {
        let Wait::Field(index) = self.wait else { return };
        let step = self.step(turn.library);
        let Some((_, field)) = step.and_then(|step| fields(step)?.get_index(index)) else { return };
        match id.filter(|_| field.kind.is_spoken()) {
            Some(id) => {
                self.inputs += 1;
                self.has_answered = true;
                self.just_repeated = false;
                self.lead.clear();
                self.answered(turn, index, field, Value::Recording(id));
            }
            None => self.silence(turn),
        }
    }

    pub(super) fn answered(&mut self, turn: &mut Turn<'_>, index: usize, field: &Field, value: Value) {
        if field.is_read_back() {
            self.ask(turn, Wait::ReadBack(index, value));
        } else {
            self.fill(turn, index, value);
        }
    }

    /// Asks the next field of those that this caller is asked; the step after the form when there is none.
    pub(super) fn next_field(&mut self, turn: &mut Turn<'_>, step: &Step, from: usize) -> Option<String> {
        match self.asked.iter().copied().find(|index| *index >= from) {
            Some(index) => {
                self.ask(turn, Wait::Field(index));
                None
            }
            None => self.goto(step),
        }
    }

    /// The fields from this one on that are not known.
    pub(super) fn open(&self, step: &Step, from: usize) -> Vec<usize> {
        let all = fields(step).into_iter().flatten().enumerate().skip(from);
        let is_known = |name: &str, field: &Field| field.known.is_some() && self.values.contains_key(name);
        all.filter(|(_, (name, field))| !is_known(name, field)).map(|(index, _)| index).collect()
    }

    /// A form taken up asks on from this field, and also what is known no more: then there are more of them.
    pub(super) fn recount(&mut self, step: &Step, index: usize) {
        let open = self.open(step, index + 1);
        self.asked.extend(open.into_iter().chain([index]));
        self.asked.sort_unstable();
        self.asked.dedup();
    }
}

/// How many keys answer a field.
pub(super) fn length(field: &Field) -> Length {
    match field.kind {
        FieldType::PostalCode => Length::Exactly(5),
        FieldType::Date | FieldType::Time => Length::Exactly(4),
        FieldType::Phone => Length::UpTo(10),
        FieldType::Digits => match field.digits().0 {
            1 => Length::One,
            most if field.length.is_some() => Length::Exactly(most),
            most => Length::UpTo(most),
        },
        FieldType::Choice | FieldType::YesNo | FieldType::Name | FieldType::VoiceMessage => Length::One,
    }
}

/// What is recorded for a field that is spoken.
pub(super) fn recording(field: &Field, no_input: std::time::Duration) -> Recording {
    Recording { max: field.longest(), no_input }
}

/// What the keys mean, if they answer the field.
fn typed(field: &Field, keys: &str, today: Date) -> Option<Value> {
    let digit = || keys.parse::<u8>().ok().filter(|_| keys.len() == 1);
    match field.kind {
        FieldType::PostalCode => PostalCode::parse(keys).map(Value::Postal),
        FieldType::Phone => typed_phone(keys).map(Value::Phone),
        FieldType::Digits => field.takes(keys).then(|| Value::Digits(keys.to_owned())),
        FieldType::Date => typed_date(keys, today).map(Value::Day),
        FieldType::Time => typed_time(keys).map(Value::Time),
        FieldType::Choice => {
            digit().and_then(|digit| field.among.get(&digit)).map(|one| Value::Choice(one.value.clone()))
        }
        FieldType::YesNo => yes_no(digit()).map(|yes| Value::Choice(YES_NO[usize::from(!yes)].to_owned())),
        FieldType::Name | FieldType::VoiceMessage => None,
    }
}

/// Ten keys that a counsellor can dial: neither a premium-rate number (D1, G18: somebody would earn by it) nor another
/// country's.
fn typed_phone(keys: &str) -> Option<PhoneNumber> {
    let is_national = keys.len() == 10 && keys.starts_with('0');
    PhoneNumber::parse(keys).filter(|number| is_national && number.kind() != LineKind::Special)
}

/// "0212" is the next 2 December, today included: nobody types a year.
fn typed_date(keys: &str, today: Date) -> Option<Date> {
    let (day, month) = two_pairs(keys)?;
    (today.year()..=today.year().saturating_add(LEAP_MAX))
        .filter_map(|year| Date::new(year, month, day).ok())
        .find(|date| *date >= today)
}

fn typed_time(keys: &str) -> Option<Time> {
    let (hour, minute) = two_pairs(keys)?;
    Time::new(hour, minute, 0, 0).ok()
}

fn two_pairs(keys: &str) -> Option<(i8, i8)> {
    let is_four = keys.len() == 4 && keys.bytes().all(|byte| byte.is_ascii_digit());
    is_four.then(|| Some((keys[..2].parse().ok()?, keys[2..].parse().ok()?)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_typed_is_the_next_such_day() {
        let today = day("2026-11-30");
        assert_eq!(typed_date("3011", today), Some(day("2026-11-30")), "today counts");
        assert_eq!(typed_date("0212", today), Some(day("2026-12-02")));
        assert_eq!(typed_date("2911", today), Some(day("2027-11-29")));
        assert_eq!(typed_date("2902", today), Some(day("2028-02-29")));
    }

    #[test]
    fn what_is_no_day_and_no_hour_is_none() {
        let today = day("2026-11-30");
        for keys in ["3002", "0013", "1313", "012", "01123", "1 12", ""] {
            assert_eq!(typed_date(keys, today), None, "{keys}");
        }
        assert_eq!(typed_time("1430"), Time::new(14, 30, 0, 0).ok());
        assert_eq!((typed_time("2460"), typed_time("1460"), typed_time("143")), (None, None, None));
    }

    #[test]
    fn a_premium_or_foreign_number_is_none() {
        assert!(typed_phone("0353010001").is_some());
        assert!(
            typed_phone(&["08", "99000000"].concat()).is_none() && typed_phone(&["00", "35301000"].concat()).is_none()
        );
    }
}
