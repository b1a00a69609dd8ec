//! Which values of a run may still be looked at: two runs that differ only in the others behave alike from now on.
//!
//! A step looks at what its texts, conditions and actions name, and a way ahead at what the steps on it name before they are
//! filled again (`migrate::needed`: liveness, backwards). Beside these, a flow may look at what an earlier one left: a field
//! with `known:`, a condition `is known`, and `phone`, by which the store knows people.

use std::collections::{BTreeMap, BTreeSet};

use crate::flow::Library;
use crate::flow::check::fields;
use crate::flow::expression::Term;
use crate::flow::migrate::needed;

/// Looked at wherever somebody is written down.
const PHONE: &str = "phone";

/// Of every step of every flow.
#[derive(Debug)]
pub(in crate::flow) struct Live {
    at: BTreeMap<(String, String, Option<usize>), BTreeSet<String>>,
    always: BTreeSet<String>,
}

impl Live {
    pub(super) fn new(library: &Library) -> Self {
        let mut at = BTreeMap::new();
        let mut always = BTreeSet::from([PHONE.to_owned()]);
        for (name, flow) in library.flows() {
            for (step, found) in &flow.steps {
                let asked = fields(&found.value).count();
                for field in std::iter::once(None).chain((0..asked).map(Some)) {
                    let needed = needed(flow, step, field).into_iter().map(str::to_owned).collect();
                    at.insert((name.to_owned(), step.clone(), field), needed);
                }
                let known = fields(&found.value).filter(|(_, field)| field.known.is_some());
                always.extend(known.map(|(name, _)| name.clone()));
                let terms = found.value.condition.iter().flat_map(|condition| condition.terms());
                always.extend(terms.filter_map(|term| match term {
                    Term::IsKnown(field) => Some(field.clone()),
                    _ => None,
                }));
            }
        }
        Self { at, always }
    }

    /// Whether a value may be looked at from these frames on, the innermost last; `field` of a form that is being asked.
    pub(in crate::flow) fn may_be_read(&self, frames: &[(&str, &str)], field: Option<usize>, name: &str) -> bool {
        let last = frames.len().saturating_sub(1);
        let needs = |(depth, (flow, step)): (usize, &(&str, &str))| {
            let field = field.filter(|_| depth == last);
            // A step that is not known is left alone.
            let key = ((*flow).to_owned(), (*step).to_owned(), field);
            self.at.get(&key).is_none_or(|needed| needed.contains(name))
        };
        self.always.contains(name) || frames.iter().enumerate().any(needs)
    }
}
