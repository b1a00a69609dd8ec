//! What a coordinator calls things: outcomes, goals, actions, conditions.

use super::super::definition::Step;
use super::super::expression::{Expression, Term};

/// What happened, on the line that leads away from it.
pub(super) fn outcome(step: &Step, name: &str) -> String {
    let lists_slots = step.offer.as_ref().is_some_and(|offer| offer.from.value.name == "slots.find");
    let is_negated = step.condition.as_ref().is_some_and(Expression::is_negated);
    let words = match name {
        "yes" => "oui",
        "no" => "non",
        "then" => {
            if is_negated {
                "non"
            } else {
                "oui"
            }
        }
        "else" => {
            if is_negated {
                "oui"
            } else {
                "non"
            }
        }
        "chosen" if lists_slots => "une date est choisie",
        "chosen" => "un rendez-vous est trouvé",
        "none" if lists_slots => "aucune date, ou aucune ne convient",
        "none" => "rien n'est trouvé",
        "booked" => "c'est écrit",
        "taken" => "place prise entre-temps",
        "already_booked" => "a déjà un rendez-vous",
        "confirmed" => "c'est confirmé",
        "cancelled" => "c'est annulé",
        "gone" => "le rendez-vous a changé entre-temps",
        "requested" => "c'est noté",
        "already_requested" => "c'était déjà demandé",
        "unavailable" => "le carnet ne répond pas",
        goal_name => return goal(goal_name),
    };
    words.to_owned()
}

/// What was reached.
pub(super) fn goal(name: &str) -> String {
    let words = match name {
        "appointment.booked" => "rendez-vous pris",
        "appointment.known" => "rendez-vous gardé tel quel",
        "appointment.confirmed" => "venue confirmée",
        "appointment.cancelled" => "rendez-vous annulé",
        "appointment.wanted" => "veut un rendez-vous",
        "callback.requested" => "rappel demandé",
        "callback.lost" => "rappel impossible à noter",
        "call.finished" => "fin de l'appel",
        other => other,
    };
    words.to_owned()
}

/// What the line does, without a word.
pub(super) fn action(name: &str) -> String {
    let words = match name {
        "slots.find" => "cherche les dates libres",
        "appointments.find" => "cherche les rendez-vous de la personne",
        "appointments.book" => "Écrit le rendez-vous dans le carnet",
        "appointments.confirm" => "Écrit que la personne viendra",
        "appointments.cancel" => "Annule le rendez-vous dans le carnet",
        "callbacks.request" => "Écrit la demande de rappel",
        other => other,
    };
    words.to_owned()
}

/// A condition as a question; `choices` gives the words of a choice's value.
pub(super) fn condition(condition: &Expression, choices: impl Fn(&str, &str) -> Option<String>) -> String {
    match condition.term() {
        Term::Withheld => "Le numéro est-il masqué ?".to_owned(),
        Term::Mobile => "Appelle-t-on d'un mobile ?".to_owned(),
        Term::Landline => "Appelle-t-on d'un fixe ?".to_owned(),
        Term::Equals { field, choice } => match choices(field, choice) {
            Some(purpose) => format!("A-t-on choisi « {purpose} » ?"),
            None => format!("{field} = {choice} ?"),
        },
    }
}
