//! Conditions: total, over a closed list of facts. `caller.withheld`, `not caller.mobile`, `how = phone`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Caller;
use super::value::Value;
use crate::phone::LineKind;

/// One condition.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Expression {
    is_negated: bool,
    term: Term,
}

/// What a condition looks at.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Term {
    Withheld,
    Mobile,
    Landline,
    Equals { field: String, choice: String },
}

impl TryFrom<String> for Expression {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text = text.trim();
        let (is_negated, rest) = text.strip_prefix("not ").map_or((false, text), |rest| (true, rest.trim()));
        let term = match (rest, rest.split_once('=')) {
            ("caller.withheld", _) => Term::Withheld,
            ("caller.mobile", _) => Term::Mobile,
            ("caller.landline", _) => Term::Landline,
            (_, Some((field, choice))) => {
                Term::Equals { field: field.trim().to_owned(), choice: choice.trim().to_owned() }
            }
            _ => {
                return Err(format!(
                    "la condition `{text}` n'existe pas : écrivez `caller.withheld` (numéro masqué), `caller.mobile` (portable), `caller.landline` (fixe) ou `réponse = mot` ; `not` devant dit le contraire"
                ));
            }
        };
        Ok(Self { is_negated, term })
    }
}

impl Expression {
    /// What it looks at, without its `not`.
    pub(super) fn term(&self) -> &Term {
        &self.term
    }

    /// Whether `not` stands in front.
    pub(super) fn is_negated(&self) -> bool {
        self.is_negated
    }

    /// The field it looks at, if it does.
    pub(super) fn field(&self) -> Option<&str> {
        if let Term::Equals { field, .. } = &self.term { Some(field) } else { None }
    }

    /// The field it looks at and the word it compares it with.
    pub(super) fn compared(&self) -> Option<(&str, &str)> {
        if let Term::Equals { field, choice } = &self.term { Some((field, choice)) } else { None }
    }

    /// True or false, never neither: a field not filled equals nothing.
    pub(super) fn holds(&self, caller: &Caller, values: &BTreeMap<String, Value>) -> bool {
        let holds = match &self.term {
            Term::Withheld => caller.callable().is_none(),
            Term::Mobile => caller.line() == Some(LineKind::Mobile),
            Term::Landline => caller.line() == Some(LineKind::Landline),
            Term::Equals { field, choice } => {
                matches!(values.get(field), Some(Value::Choice(value)) if value == choice)
            }
        };
        holds != self.is_negated
    }
}
