//! Conditions: total, over a closed list of facts. `caller.withheld`, `not caller.mobile`, `how = phone and line.open`.
//!
//! ```text
//! any  = all { "or" all }          fact = caller.withheld | caller.mobile | caller.landline | caller.dropped
//! all  = one { "and" one }              | caller.slow | line.open | line.holiday
//! one  = "not" one | "(" any ")"        | field = word | field != word | field is known
//!      | fact                           | language = en | channel = call
//! ```

use std::collections::BTreeMap;

use serde::Deserialize;

use super::value::Value;
use super::{Caller, Channel};
use crate::phone::LineKind;
use crate::speech::Language;

/// `not`s and brackets in one another: nobody writes four.
const DEPTH_MAX: usize = 8;

/// One condition.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub(super) enum Expression {
    Any(Vec<Self>),
    All(Vec<Self>),
    Not(Box<Self>),
    Term(Term),
}

/// What a condition looks at.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Term {
    Withheld,
    Mobile,
    Landline,
    /// A call of theirs was cut off, and is kept (C27).
    Dropped,
    /// They are spoken to slowly now (C10).
    Slow,
    /// Counsellors are there now.
    Open,
    /// Today is a public holiday (D12).
    Holiday,
    Language(Language),
    Channel(Channel),
    Equals {
        field: String,
        word: String,
    },
    IsKnown(String),
}

/// What is known when a condition is looked at.
pub(super) struct Facts<'a> {
    pub caller: &'a Caller,
    pub values: &'a BTreeMap<String, Value>,
    pub language: Language,
    pub channel: Channel,
    pub is_slow: bool,
    pub is_open: bool,
    pub is_holiday: bool,
}

impl TryFrom<String> for Expression {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let spaced = text.replace("!=", " ≠ ").replace('=', " = ").replace('(', " ( ").replace(')', " ) ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let mut reader = Reader { words: &words, text: text.trim() };
        let read = reader.any(0)?;
        if reader.words.is_empty() { Ok(read) } else { Err(reader.refusal()) }
    }
}

impl Expression {
    /// True or false, never neither: a field not filled equals nothing.
    pub(super) fn holds(&self, facts: &Facts<'_>) -> bool {
        match self {
            Self::Any(parts) => parts.iter().any(|part| part.holds(facts)),
            Self::All(parts) => parts.iter().all(|part| part.holds(facts)),
            Self::Not(part) => !part.holds(facts),
            Self::Term(term) => term.holds(facts),
        }
    }

    /// Whether it asks for a withheld number, and nothing else.
    pub(super) fn is_withheld(&self) -> bool {
        *self == Self::Term(Term::Withheld)
    }

    /// Whether it always holds on a channel, or never; `None` where that depends on more.
    pub(super) fn on(&self, channel: Channel) -> Option<bool> {
        let any = |parts: &[Self], deciding: bool| {
            let mut known = parts.iter().map(|part| part.on(channel));
            let is_decided = known.clone().any(|part| part == Some(deciding));
            if is_decided { Some(deciding) } else { known.all(|part| part == Some(!deciding)).then_some(!deciding) }
        };
        match self {
            Self::Any(parts) => any(parts, true),
            Self::All(parts) => any(parts, false),
            Self::Not(part) => part.on(channel).map(|holds| !holds),
            Self::Term(Term::Channel(one)) => Some(*one == channel),
            // Only mobiles are written to (B5), and each shows its number; a pace is the voice's.
            Self::Term(Term::Mobile) if channel.is_written() => Some(true),
            Self::Term(Term::Withheld | Term::Landline | Term::Slow) if channel.is_written() => Some(false),
            Self::Term(_) => None,
        }
    }

    /// Everything it looks at.
    pub(super) fn terms(&self) -> Vec<&Term> {
        match self {
            Self::Any(parts) | Self::All(parts) => parts.iter().flat_map(Self::terms).collect(),
            Self::Not(part) => part.terms(),
            Self::Term(term) => vec![term],
        }
    }

    /// The fields it compares with a word: they must be filled. (One that may be, `is known` asks about.)
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        self.compared().map(|(field, _)| field)
    }

    /// The fields it looks at and the words it compares them with.
    pub(super) fn compared(&self) -> impl Iterator<Item = (&str, &str)> {
        self.terms().into_iter().filter_map(|term| match term {
            Term::Equals { field, word } => Some((field.as_str(), word.as_str())),
            _ => None,
        })
    }
}

impl Term {
    fn holds(&self, facts: &Facts<'_>) -> bool {
        match self {
            Self::Withheld => facts.caller.callable().is_none(),
            Self::Mobile => facts.caller.line() == Some(LineKind::Mobile),
            Self::Landline => facts.caller.line() == Some(LineKind::Landline),
            Self::Dropped => facts.caller.dropped,
            Self::Slow => facts.is_slow,
            Self::Open => facts.is_open,
            Self::Holiday => facts.is_holiday,
            Self::Language(language) => facts.language == *language,
            Self::Channel(channel) => facts.channel == *channel,
            Self::Equals { field, word } => facts.values.get(field).is_some_and(|value| value.is_word(word)),
            Self::IsKnown(field) => facts.values.contains_key(field),
        }
    }
}

/// Words yet to be read.
struct Reader<'a> {
    words: &'a [&'a str],
    text: &'a str,
}

impl<'a> Reader<'a> {
    fn any(&mut self, depth: usize) -> Result<Expression, String> {
        let mut parts = vec![self.all(depth)?];
        while self.takes("or") {
            parts.push(self.all(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Any(parts) })
    }

    fn all(&mut self, depth: usize) -> Result<Expression, String> {
        let mut parts = vec![self.one(depth)?];
        while self.takes("and") {
            parts.push(self.one(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::All(parts) })
    }

    fn one(&mut self, depth: usize) -> Result<Expression, String> {
        if depth > DEPTH_MAX {
            return Err(self.refusal());
        }
        if self.takes("not") {
            return Ok(Expression::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.takes("(") {
            let inner = self.any(depth + 1)?;
            return if self.takes(")") { Ok(inner) } else { Err(self.refusal()) };
        }
        self.term()
    }

    fn term(&mut self) -> Result<Expression, String> {
        let fact = match self.words {
            ["caller.withheld", ..] => Some(Term::Withheld),
            ["caller.mobile", ..] => Some(Term::Mobile),
            ["caller.landline", ..] => Some(Term::Landline),
            ["caller.dropped", ..] => Some(Term::Dropped),
            ["caller.slow", ..] => Some(Term::Slow),
            ["line.open", ..] => Some(Term::Open),
            ["line.holiday", ..] => Some(Term::Holiday),
            _ => None,
        };
        if let Some(term) = fact {
            self.words = &self.words[1..];
            return Ok(Expression::Term(term));
        }
        let [left, middle, right, rest @ ..] = self.words else { return Err(self.refusal()) };
        let is_name = |word: &str| word.chars().all(|c| c.is_alphanumeric() || c == '_');
        let right = right.trim_matches('\'');
        if !is_name(left) || !is_name(right) {
            return Err(self.refusal());
        }
        let term = match (*left, *middle, right) {
            ("language", "=" | "≠", code) => Term::Language(Language::from_code(code).ok_or_else(|| self.refusal())?),
            ("channel", "=" | "≠", "call") => Term::Channel(Channel::Call),
            ("channel", "=" | "≠", "sms") => Term::Channel(Channel::Sms),
            ("channel", "=" | "≠", "terminal") => Term::Channel(Channel::Terminal),
            (field, "is", "known") => Term::IsKnown(field.to_owned()),
            (field, "=" | "≠", word) => Term::Equals { field: field.to_owned(), word: word.to_owned() },
            _ => return Err(self.refusal()),
        };
        let is_negated = *middle == "≠";
        self.words = rest;
        let term = Expression::Term(term);
        Ok(if is_negated { Expression::Not(Box::new(term)) } else { term })
    }

    fn takes(&mut self, word: &str) -> bool {
        let is_next = self.words.first() == Some(&word);
        if is_next {
            self.words = &self.words[1..];
        }
        is_next
    }

    fn refusal(&self) -> String {
        format!(
            "la condition `{}` n'est pas comprise : écrivez `caller.withheld` (numéro masqué), `caller.mobile` (portable), \
             `caller.landline` (fixe), `caller.dropped` (appel coupé), `caller.slow` (on parle lentement), \
             `line.open` (ouvert), `line.holiday` (férié), \
             `question = mot`, `question != mot` ou `question is known`, reliés par `and` (et), `or` (ou), `not` (non)",
            self.text
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Expression, String> {
        Expression::try_from(text.to_owned())
    }

    fn holds(text: &str) -> bool {
        let caller = Caller::default();
        let values = BTreeMap::from([("how".to_owned(), Value::Choice("phone".to_owned()))]);
        read(text).unwrap().holds(&Facts {
            caller: &caller,
            values: &values,
            language: Language::French,
            channel: Channel::Call,
            is_slow: false,
            is_open: true,
            is_holiday: false,
        })
    }

    #[test]
    fn and_binds_closer_than_or_and_brackets_closer_still() {
        assert!(holds("line.open or how = visio and line.holiday"));
        assert!(!holds("(line.open or how = visio) and line.holiday"));
        assert!(holds("not line.holiday and caller.withheld"));
        assert!(!holds("not (line.open and caller.withheld)"));
    }

    #[test]
    fn a_field_equals_its_word_and_one_not_filled_equals_nothing() {
        assert!(holds("how = phone") && holds("how='phone'") && holds("how != visio"));
        assert!(!holds("week = later") && holds("week != later"));
        assert!(holds("how is known") && !holds("week is known"));
        assert!(holds("language = fr") && holds("channel != terminal"));
    }

    #[test]
    fn what_is_no_condition_is_refused_with_all_that_is() {
        for text in [
            "",
            "how",
            "how =",
            "and",
            "how = phone or",
            "(line.open",
            "line.open line.open",
            "how > 3",
            "language = xx",
        ] {
            let refused = read(text).unwrap_err();
            assert!(refused.starts_with(&format!("la condition `{text}` n'est pas comprise : ")), "{refused}");
        }
        assert!(read(&format!("{}line.open", "not ".repeat(40))).is_err(), "depth is bounded");
        assert!(read(&format!("{}line.open", "( ".repeat(10_000))).is_err());
    }

    #[test]
    fn what_a_channel_decides_is_known_before_anybody_comes() {
        let on = |text: &str, channel| Expression::try_from(text.to_owned()).unwrap().on(channel);
        for (text, call, sms) in [
            ("channel = sms", Some(false), Some(true)),
            ("channel != sms", Some(true), Some(false)),
            ("caller.withheld", None, Some(false)),
            ("not caller.mobile", None, Some(false)),
            ("caller.slow", None, Some(false)),
            ("caller.landline or line.open", None, None),
            ("channel = sms and line.open", Some(false), None),
            ("channel = sms or line.open", None, Some(true)),
            ("caller.withheld and not phone is known", None, Some(false)),
        ] {
            assert_eq!((on(text, Channel::Call), on(text, Channel::Sms)), (call, sms), "{text}");
        }
    }
}
