//! Every `{field}` and every field of an action is filled on every path that reaches it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::definition::Step;
use super::super::template::Text;
use super::Checker;
use super::nearest::nearest;
use super::texts::{fields, own_texts, texts};

/// Fields surely filled on the way into each step.
type Sure<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

impl<'a> Checker<'a> {
    pub(super) fn filled(&mut self) {
        let everything: BTreeSet<&str> = self.flow.steps.values().flat_map(|step| fills(&step.value)).collect();
        let sure = self.sure(&everything);
        for (name, step) in &self.flow.steps {
            let known = &sure[name.as_str()];
            for (path, field) in used(&step.value) {
                if is_given(field) || known.contains(field) {
                    continue;
                }
                let message = if everything.contains(field) {
                    format!(
                        "`{field}` n'est pas toujours connu à l'étape `{name}` : posez la question avant, sur tous les chemins qui y mènent"
                    )
                } else {
                    let near = nearest(field, everything.iter().copied());
                    format!("`{field}` n'est rempli nulle part dans ce parcours ; {near}")
                };
                self.fault(self.value(name, &path), message);
            }
        }
    }

    /// A field is surely filled where it is on every way in: from "all", taken away until nothing changes.
    fn sure(&self, everything: &BTreeSet<&'a str>) -> Sure<'a> {
        let mut sure: Sure<'a> = self.flow.steps.keys().map(|name| (name.as_str(), everything.clone())).collect();
        for root in self.flow.settings.on_failure.iter().chain([&self.flow.start]) {
            sure.insert(root.value.as_str(), BTreeSet::new());
        }
        let mut is_changing = true;
        while is_changing {
            is_changing = false;
            for (name, step) in &self.flow.steps {
                let before = sure[name.as_str()].clone();
                let after: BTreeSet<&str> = before.iter().copied().chain(fills(&step.value)).collect();
                let ways = step.value.ahead().map(|(_, next)| (next.value.as_str(), &after));
                // A question that failed filled nothing.
                let failed = step.value.failures().map(|(_, step)| (step.value.as_str(), &before));
                for (next, after) in ways.chain(failed) {
                    let Some(known) = sure.get_mut(next) else { continue };
                    let count = known.len();
                    known.retain(|field| after.contains(field));
                    is_changing |= known.len() != count;
                }
            }
        }
        sure
    }
}

pub(in crate::flow) fn is_given(field: &str) -> bool {
    field == "caller.number" || field == "item" || field.starts_with('\'') || field.starts_with("line.")
}

pub(in crate::flow) fn fills(step: &Step) -> Vec<&str> {
    let mut names: Vec<&str> = fields(step).map(|(name, _)| name.as_str()).collect();
    names.extend(step.offer.iter().map(|offer| offer.field.as_str()));
    let filled = step.act.as_ref().and_then(|act| act.value.signature());
    names.extend(filled.into_iter().flat_map(|signature| signature.fills).map(|(name, ..)| *name));
    names
}

/// The fields a step needs.
pub(in crate::flow) fn uses(step: &Step) -> Vec<&str> {
    used(step).into_iter().map(|(_, name)| name).collect()
}

/// The same, with the path of what needs them.
fn used(step: &Step) -> Vec<(String, &str)> {
    // What a question itself fills may be spoken in its own exits.
    let own = fills(step);
    let mut names: Vec<(String, &str)> = Vec::new();
    for (path, text) in texts(step).into_iter().chain(own_texts(step)) {
        names.extend(Text::paths(text).map(|name| (path.clone(), name)));
    }
    let compared = step.condition.iter().flat_map(|condition| condition.fields());
    names.extend(compared.map(|field| ("if".to_owned(), field)));
    let actions = step.act.iter().map(|act| ("do", act));
    for (path, action) in actions.chain(step.offer.iter().map(|offer| ("offer/from", &offer.from))) {
        names.extend(action.value.fields.iter().map(|field| (path.to_owned(), field.as_str())));
    }
    names.retain(|(_, name)| !own.contains(name));
    names
}
