//! What a coordinator calls things: outcomes, goals, actions, conditions.

use jiff::civil::Date;

use super::super::Channel;
use super::super::action::Kind;
use super::super::definition::{Seconds, Settings, Step, YES_NO};
use super::super::expression::{Expression, Term};
use crate::speech::Language;

/// What happened, on the line that leads away from it.
pub(in crate::flow) fn outcome(step: &Step, name: &str) -> String {
    let lists = step.offer.as_ref().and_then(|offer| offer.from.value.lists());
    let words = match (name, lists) {
        ("yes" | "then", _) => "oui",
        ("no" | "else", _) => "non",
        ("chosen", Some(Kind::Slot)) => "une date est choisie",
        ("chosen", Some(Kind::Day)) => "un jour est choisi",
        ("chosen", Some(Kind::Group)) => "une réunion est choisie",
        ("chosen", _) => "un rendez-vous est trouvé",
        ("none", Some(Kind::Appointment)) => "rien n'est trouvé",
        ("none", _) => "rien, ou rien ne convient",
        ("booked", _) => "c'est écrit",
        ("taken", _) => "place prise entre-temps",
        ("already_booked", _) => "a déjà un rendez-vous",
        ("moved", _) => "c'est déplacé",
        ("confirmed", _) => "c'est confirmé",
        ("cancelled", _) => "c'est annulé",
        ("gone", _) => "cela a changé entre-temps",
        ("requested", _) => "c'est noté",
        ("already_requested", _) => "c'était déjà demandé",
        ("kept", _) => "le message est gardé",
        ("waiting", _) => "un rappel est prévu",
        ("not_waiting", _) => "aucun rappel n'est prévu",
        ("joined", _) => "la place est prise",
        ("already_joined", _) => "y était déjà inscrit",
        ("full", _) => "la réunion est complète",
        ("rated" | "recorded", _) => "c'est écrit",
        ("wrong", _) => "ce n'est pas la bonne réponse",
        ("answered", _) => "quelqu'un a répondu",
        ("closed", _) => "c'est fermé",
        ("busy", _) => "personne n'est libre",
        ("callback", _) => "préfère être rappelé",
        ("unavailable", _) => "le carnet ne répond pas",
        (goal_name, _) => return goal(goal_name),
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
        "appointment.moved" => "rendez-vous déplacé",
        "appointment.wanted" => "veut un rendez-vous",
        "callback.known" => "rappel déjà prévu",
        "group.joined" => "inscrit à une réunion",
        "person.reached" => "a parlé à quelqu'un",
        "redirected" => "orienté vers un autre service",
        "callback.requested" => "rappel demandé",
        "callback.lost" => "rappel impossible à noter",
        "appointment.changing" => "veut changer son rendez-vous",
        "callback.none" => "aucun rappel prévu",
        "group.none" => "aucune réunion choisie",
        "resume.other" => "l'appel coupé n'est pas repris",
        "sort.ours" => "c'est bien pour nous",
        "sort.elsewhere" => "orienté vers un autre service",
        "slow.done" => "vitesse retenue, ou non",
        "satisfaction.done" => "note donnée, ou non",
        "other.done" => "demande terminée",
        "call.finished" => "fin de l'appel",
        other => other,
    };
    words.to_owned()
}

/// What the line does, without a word.
pub(in crate::flow) fn action(name: &str) -> String {
    let words = match name {
        "slots.find" | "slots.on" | "slots.move" => "cherche les dates libres",
        "days.find" => "cherche les jours libres",
        "groups.find" => "cherche les réunions de groupe",
        "appointments.book_other" => "Écrit le rendez-vous d'une autre personne",
        "appointments.move" => "Déplace le rendez-vous dans le carnet",
        "callbacks.attach" => "Joint le message à la demande de rappel",
        "callbacks.find" => "Cherche la demande de rappel",
        "groups.join" => "Inscrit la personne à la réunion",
        "feedback.rate" => "Garde la note, sans le numéro",
        "consents.record" => "Écrit ce que la personne accepte",
        "runs.resume" => "Reprend l'appel coupé",
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
pub(super) fn condition(condition: &Expression, choices: &dyn Fn(&str, &str) -> Option<String>) -> String {
    match condition {
        Expression::Any(parts) => joined(parts, " Ou bien : ", choices),
        Expression::All(parts) => joined(parts, " Et aussi : ", choices),
        Expression::Not(part) => match part.as_ref() {
            Expression::Term(term) => self::term(term, true, choices),
            part => format!("Le contraire de : {}", self::condition(part, choices)),
        },
        Expression::Term(term) => self::term(term, false, choices),
    }
}

fn joined(parts: &[Expression], between: &str, choices: &dyn Fn(&str, &str) -> Option<String>) -> String {
    parts.iter().map(|part| condition(part, choices)).collect::<Vec<_>>().join(between)
}

fn term(term: &Term, is_negated: bool, choices: &dyn Fn(&str, &str) -> Option<String>) -> String {
    let or = |yes: &str, no: &str| if is_negated { no.to_owned() } else { yes.to_owned() };
    match term {
        Term::Withheld => or("Le numéro est-il masqué ?", "Le numéro est-il montré ?"),
        Term::Mobile => or("Appelle-t-on d'un mobile ?", "Appelle-t-on d'autre chose qu'un mobile ?"),
        Term::Landline => or("Appelle-t-on d'un fixe ?", "Appelle-t-on d'autre chose qu'un fixe ?"),
        Term::Dropped => or("Un appel vient-il d'être coupé ?", "Aucun appel n'a-t-il été coupé ?"),
        Term::Slow => or("Parle-t-on lentement ?", "Parle-t-on à la vitesse habituelle ?"),
        Term::Open => or("Est-ce ouvert en ce moment ?", "Est-ce fermé en ce moment ?"),
        Term::Holiday => or("Est-ce un jour férié ?", "Est-ce un jour ordinaire ?"),
        Term::Language(Language::French) => {
            or("Parle-t-on français ?", "Parle-t-on une autre langue que le français ?")
        }
        Term::Language(Language::English) => or("Parle-t-on anglais ?", "Parle-t-on une autre langue que l'anglais ?"),
        Term::Channel(Channel::Call) => or("Est-ce au téléphone ?", "Est-ce ailleurs qu'au téléphone ?"),
        Term::Channel(Channel::Sms) => or("Est-ce par SMS ?", "Est-ce ailleurs que par SMS ?"),
        Term::Channel(Channel::Terminal) => or("Est-ce un essai ?", "Est-ce un vrai appel ?"),
        Term::IsKnown(field) => {
            or(&format!("Connaît-on déjà « {field} » ?"), &format!("Ne connaît-on pas encore « {field} » ?"))
        }
        Term::Equals { field, word } => match choices(field, word) {
            Some(purpose) => {
                or(&format!("A-t-on choisi « {purpose} » ?"), &format!("A-t-on choisi autre chose que « {purpose} » ?"))
            }
            None if word == YES_NO[0] => or("A-t-on répondu oui ?", "A-t-on répondu non ?"),
            None if word == YES_NO[1] => or("A-t-on répondu non ?", "A-t-on répondu oui ?"),
            None => or(&format!("{field} = {word} ?"), &format!("{field} ≠ {word} ?")),
        },
    }
}

/// "du 1er au 25 novembre 2026"
pub(super) fn days(from: Date, to: Date) -> String {
    let day = |day: Date| if day.day() == 1 { "1er".to_owned() } else { day.day().to_string() };
    let month = |day: Date| MONTHS[usize::from(day.month().unsigned_abs()) - 1];
    let last = format!("{} {} {}", day(to), month(to), to.year());
    if from == to {
        format!("le {last}")
    } else if from.first_of_month() == to.first_of_month() {
        format!("du {} au {last}", day(from))
    } else if from.year() == to.year() {
        format!("du {} {} au {last}", day(from), month(from))
    } else {
        format!("du {} {} {} au {last}", day(from), month(from), from.year())
    }
}

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// "12 345": in threes, which do not part at the end of a line.
pub(super) fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

/// "3 %", of those who came; what is not nothing is never told as nothing.
pub(super) fn share(part: u64, whole: u64) -> String {
    match part.saturating_mul(100).saturating_add(whole / 2) / whole.max(1) {
        0 if part > 0 => "moins de 1\u{a0}%".to_owned(),
        share => format!("{share}\u{a0}%"),
    }
}

/// What a step wants otherwise than usual: "attend 12 s, 4 essais".
pub(super) fn settings(settings: &Settings) -> Option<String> {
    fn wait<const MIN: u64, const MAX: u64>(words: &str, length: Option<Seconds<MIN, MAX>>) -> Option<String> {
        length.map(|length| format!("{words} {} s", length.0.as_secs()))
    }
    let all = [
        wait("attend", settings.no_input),
        wait("attend un numéro", settings.no_input_number),
        wait("entre deux touches", settings.between_keys),
        settings.tries.map(|tries| format!("{} essais", tries.0)),
        wait("au plus", settings.longest),
    ];
    let all: Vec<String> = all.into_iter().flatten().collect();
    (!all.is_empty()).then(|| format!("ici : {}", all.join(", ")))
}

/// What a key of another language says.
pub(super) fn language(language: Language) -> &'static str {
    match language {
        Language::French => "en français",
        Language::English => "en anglais",
    }
}
