//! "C'est noté" only after the store said so.

use std::collections::{BTreeMap, BTreeSet};

use super::super::definition::{Flow, Step};
use super::texts::edges_named;
use super::ways::roots;
use super::{Checker, Library};

/// Said only of what is in the store.
const WRITTEN: [&str; 4] = ["est noté", "est annulé", "est confirmé", "est pris."];
/// Outcomes after which it is.
const WRITES: [&str; 10] = [
    "booked",
    "moved",
    "confirmed",
    "cancelled",
    "requested",
    "already_requested",
    "kept",
    "joined",
    "already_joined",
    "recorded",
];
/// Flows calling flows: a caller remembers no deeper tree, and a circle is refused before it is followed this far.
pub(super) const DEPTH_MAX: usize = 8;

/// Whether a text tells the caller that something is written.
pub(in crate::flow) fn is_promise(text: &str) -> bool {
    let text = text.to_lowercase();
    WRITTEN.iter().any(|promise| text.contains(promise))
}

impl Checker<'_> {
    /// The outcomes of this flow after which something is written.
    fn writes(&self) -> String {
        let steps = self.flow.steps.values();
        let outcomes: BTreeSet<&str> = steps.flat_map(|step| step.value.exits.keys()).map(String::as_str).collect();
        let here: Vec<String> = WRITES
            .iter()
            .filter(|outcome| outcomes.contains(*outcome))
            .map(|outcome| format!("`{outcome}:`"))
            .collect();
        if here.is_empty() { "une étape `do:` qui a réussi".to_owned() } else { here.join(" ou ") }
    }

    pub(super) fn promises(&mut self) {
        for (name, is_written) in states(self.library, self.flow, 0) {
            let Some(step) = self.flow.steps.get(&name) else { continue };
            let said = step.value.say.iter().map(|text| ("say", text));
            let own = step.value.sms.iter().filter_map(|own| Some(("sms", own.0.as_ref()?)));
            let own = said.chain(own).filter(|_| !is_written).map(|(path, text)| (path.to_owned(), text));
            let later = edges_named(&step.value).into_iter().filter_map(|(outcome, exit)| {
                let after = written_after(self.library, &step.value, outcome, is_written, 0);
                let text = exit.say.as_ref().filter(|_| !after)?;
                let ends = if step.value.ends.contains_key(outcome) { "ends/" } else { "" };
                Some((format!("{ends}{outcome}/say"), text))
            });
            let early = own.chain(later).flat_map(|(path, text)| text.fixed().map(move |text| (path.clone(), text)));
            if let Some((path, text)) = early.into_iter().find(|(_, text)| is_promise(text)) {
                let message = format!(
                    "« {text} » est dit alors que rien n'est peut-être écrit : n'y menez qu'après {}",
                    self.writes()
                );
                self.fault(self.value(&name, &path), message);
            }
        }
    }
}

/// Every step that can be reached, and whether what was promised is written by then.
fn states(library: &Library, flow: &Flow, depth: usize) -> BTreeSet<(String, bool)> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<(String, bool)> = roots(flow).map(|root| (root.to_owned(), false)).collect();
    while let Some(state) = open.pop() {
        let Some(step) = flow.steps.get(&state.0).map(|step| &step.value) else { continue };
        if !seen.insert(state.clone()) {
            continue;
        }
        let named = edges_named(step);
        let exits: BTreeMap<&str, bool> =
            named.iter().map(|(name, _)| (*name, written_after(library, step, name, state.1, depth))).collect();
        let after = |way: &str| exits.get(way).copied().unwrap_or(state.1);
        open.extend(step.ways().map(|(way, target)| (target.value.clone(), after(&way))));
    }
    seen
}

fn written_after(library: &Library, step: &Step, outcome: &str, before: bool, depth: usize) -> bool {
    if step.act.is_some() {
        return WRITES.contains(&outcome);
    }
    let Some(called) = step.call.as_ref().and_then(|called| library.flow(&called.value)) else { return before };
    if depth >= DEPTH_MAX {
        return before;
    }
    // Written when every way to that goal has written.
    let ends = states(library, called, depth + 1);
    let mut reached = ends
        .iter()
        .filter(|(name, _)| called.steps.get(name).is_some_and(|step| step.value.end.as_deref() == Some(outcome)))
        .peekable();
    reached.peek().is_some() && reached.all(|(_, is_written)| *is_written)
}
