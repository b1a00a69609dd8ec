//! Where each way out leads, and whether every outcome has one.

use std::collections::BTreeSet;

use serde_saphyr::{Location, Spanned};

use super::super::action::{ACTIONS, ActionCall};
use super::super::definition::Step;
use super::nearest::nearest;
use super::places::Place;
use super::shape::kinds;
use super::texts::exits;
use super::{Checker, PERSON};

/// What may come of waiting for a person.
pub(super) const QUEUED: [&str; 4] = ["answered", "closed", "busy", "callback"];

impl Checker<'_> {
    pub(super) fn roots(&mut self) {
        self.target(&self.flow.start, self.places.value("start"));
        if let Some(step) = &self.flow.settings.on_failure {
            self.target(step, self.places.value("settings/on-failure"));
        }
    }

    pub(super) fn targets(&mut self, name: &str, step: &Step) {
        for (key, choice) in step.menu.iter().flatten() {
            self.target(&choice.goto, self.value(name, &format!("menu/{key}/goto")));
        }
        for (key, target) in [("goto", &step.goto), ("on-failure", &step.on_failure), ("unanswered", &step.unanswered)]
        {
            if let Some(target) = target {
                self.target(target, self.value(name, key));
            }
        }
        for (path, exit) in exits(step) {
            self.target(&exit.goto, self.value(name, &path));
        }
        // Of a step that does two things, it is not known yet which exits it should have.
        if kinds(step).len() < 2 {
            self.outcomes(name, step);
        }
    }

    fn target(&mut self, target: &Spanned<String>, or_at: Place) {
        if target.value != PERSON && !self.flow.steps.contains_key(&target.value) {
            let at = if target.referenced == Location::UNKNOWN { or_at } else { target.referenced.into() };
            let near = nearest(&target.value, self.flow.steps.keys().map(String::as_str));
            self.fault(at, format!("l'étape `{}` n'existe pas ; {near}", target.value));
        }
    }

    fn outcomes(&mut self, name: &str, step: &Step) {
        if step.confirm.is_some() {
            self.wants(name, "confirm", step, &["yes", "no"]);
        }
        if step.condition.is_some() {
            self.wants(name, "if", step, &["then", "else"]);
        }
        if step.queue.is_some() {
            self.wants(name, "queue", step, &QUEUED);
        }
        if let Some(action) = &step.act {
            self.action(name, "do", step, action);
        }
        if let Some(offer) = &step.offer {
            self.action(name, "offer", step, &offer.from);
        }
        if let Some(called) = &step.call {
            self.called(name, step, called);
        }
    }

    fn wants(&mut self, name: &str, kind: &str, step: &Step, outcomes: &[&str]) {
        for outcome in outcomes.iter().filter(|outcome| step.exit(outcome).is_none()) {
            let message = format!(
                "l'étape `{name}` ne dit pas ce qui suit {} : ajoutez `{outcome}: …`, avec le nom d'une étape",
                when(outcome)
            );
            self.fault(self.key(name, kind), message);
        }
    }

    fn action(&mut self, name: &str, kind: &str, step: &Step, action: &Spanned<ActionCall>) {
        let at = action.referenced.into();
        let action = &action.value;
        let Some(signature) = action.signature() else {
            let near = nearest(&action.name, ACTIONS.iter().map(|action| action.name));
            return self.fault(at, format!("l'action `{}` n'existe pas ; {near}", action.name));
        };
        if signature.takes.len() != action.fields.len() {
            let message = format!(
                "`{}` a besoin de {} informations et non de {} : mettez entre les parenthèses {}",
                action.name,
                signature.takes.len(),
                action.fields.len(),
                signature.wanted()
            );
            self.fault(at, message);
        }
        self.wants(name, kind, step, signature.outcomes);
    }

    fn called(&mut self, name: &str, step: &Step, called: &Spanned<String>) {
        let Some(flow) = self.library.flow(&called.value) else {
            let near = nearest(&called.value, self.library.names());
            return self
                .fault(called.referenced.into(), format!("le parcours `{}` n'existe pas ; {near}", called.value));
        };
        let goals: BTreeSet<&str> = flow.steps.values().filter_map(|step| step.value.end.as_deref()).collect();
        for goal in goals.iter().filter(|goal| !step.ends.contains_key(**goal)) {
            let message = format!(
                "le parcours `{}` peut finir par `{goal}` : ajoutez sous `ends:` la ligne `{goal}: …`, avec le nom d'une étape",
                called.value
            );
            self.fault(self.key(name, "ends"), message);
        }
        for goal in step.ends.keys().filter(|goal| !goals.contains(goal.as_str())) {
            let message = format!(
                "le parcours `{}` ne finit jamais par `{goal}` : enlevez cette ligne, ou changez ce nom ; {}",
                called.value,
                nearest(goal, goals.iter().copied())
            );
            self.fault(self.key(name, &format!("ends/{goal}")), message);
        }
    }
}

/// What an outcome means, after "ne dit pas ce qui suit".
fn when(outcome: &str) -> &'static str {
    match outcome {
        "then" => "quand la condition est vraie",
        "else" => "quand la condition est fausse",
        "yes" => "quand la réponse est oui",
        "no" => "quand la réponse est non",
        "chosen" => "quand un choix est fait",
        "none" => "quand il n'y a rien à proposer",
        "booked" => "quand le rendez-vous est pris",
        "taken" => "quand la place vient d'être prise",
        "already_booked" => "quand la personne a déjà un rendez-vous",
        "confirmed" => "quand le rendez-vous est confirmé",
        "cancelled" => "quand le rendez-vous est annulé",
        "gone" => "quand le rendez-vous a changé entre-temps",
        "requested" => "quand la demande de rappel est notée",
        "already_requested" => "quand une demande de rappel existe déjà",
        "moved" => "quand le rendez-vous est déplacé",
        "kept" => "quand le message est gardé",
        "waiting" => "quand un rappel est attendu",
        "not_waiting" => "quand aucun rappel n'est attendu",
        "joined" => "quand la place à la réunion est prise",
        "already_joined" => "quand la personne a déjà sa place à la réunion",
        "full" => "quand la réunion est complète",
        "rated" => "quand la note est gardée",
        "recorded" => "quand l'accord est noté",
        "wrong" => "quand le code postal n'est pas le bon",
        "answered" => "quand une personne a répondu",
        "closed" => "quand personne ne travaille à cette heure",
        "busy" => "quand personne n'est libre",
        "callback" => "quand un rappel est préféré",
        "unavailable" => "quand le carnet de rendez-vous ne répond pas",
        _ => "dans un des cas possibles",
    }
}
