//! The lines of a flow above its steps: what it is for, and what is kept of a call that was cut off.

use std::collections::BTreeSet;

use super::super::action::Kind;
use super::nearest::nearest;
use super::{Checker, Kinds};

impl Checker<'_> {
    pub(super) fn head(&mut self, kinds: &Kinds<'_>) {
        let ends: BTreeSet<&str> = self.flow.steps.values().filter_map(|step| step.value.end.as_deref()).collect();
        if let Some(goal) = self.flow.goal.as_ref().filter(|goal| !ends.contains(goal.value.as_str())) {
            let near = nearest(&goal.value, ends);
            self.fault(goal.referenced.into(), format!("aucune étape ne finit par `{}` ; {near}", goal.value));
        }
        let Some(fact) = self.flow.on_drop.as_ref().map(|drop| &drop.fact) else { return };
        if kinds.of(&fact.value) != Some(Kind::Postal) {
            let message = format!(
                "`{}` n'est pas un code postal demandé dans ce parcours : écrivez le nom de la question `type: postal-code`",
                fact.value
            );
            self.fault(fact.referenced.into(), message);
        }
    }
}
