//! What one step may be made of: one kind, and the keys that belong to it.

use super::super::definition::{Field, FieldType, Step, exit_names};
use super::super::template::Text;
use super::kinds::KNOWN;
use super::targets::QUEUED;
use super::texts::{asks_caller, purposes, questions};
use super::whereabouts::QUESTIONS_MAX;
use super::{Checker, PERSON};

impl Checker<'_> {
    pub(super) fn shape(&mut self, name: &str, step: &Step) {
        if name == PERSON {
            let message = "`person` veut toujours dire « parler à quelqu'un » : donnez un autre nom à cette étape";
            self.fault(self.step(name), message);
        }
        self.kind(name, step);
        self.belongings(name, step);
        self.questions(name, step);
        self.order(name, step);
    }

    fn kind(&mut self, name: &str, step: &Step) {
        let all = kinds(step);
        if all.len() > 1 {
            let all = all.iter().map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(" et ");
            self.fault(
                self.step(name),
                format!("l'étape `{name}` fait plusieurs choses ({all}) : faites une étape de chacune"),
            );
        } else if all.is_empty() && step.end.is_none() {
            let message = format!(
                "l'étape `{name}` ne fait rien : écrivez-y `say: \"…\"`, `menu:`, `ask:`, `form:`, `offer:`, `confirm:`, `do:`, `if:`, `call:`, `queue:` ou `end: …`"
            );
            self.fault(self.step(name), message);
        }
        let asks = step.ask.is_some() || step.form.is_some();
        if step.goto.is_none() && (asks || (step.say.is_some() && step.end.is_none())) {
            let or_end = if asks { "" } else { ", ou `end: …` si l'appel finit là" };
            let message =
                format!("rien ne suit l'étape `{name}` : ajoutez `goto: …`, avec le nom de l'étape suivante{or_end}");
            self.fault(self.step(name), message);
        }
        if step.goto.is_some() && step.end.is_some() {
            let message =
                format!("l'étape `{name}` continue (`goto`) et finit l'appel (`end`) : gardez une des deux lignes");
            self.fault(self.key(name, "end"), message);
        }
    }

    /// Keys that would be ignored in this step are refused: the coordinator meant something by them.
    fn belongings(&mut self, name: &str, step: &Step) {
        let kind = kinds(step).first().copied().unwrap_or("end");
        let action = step.action();
        let own: &[&str] = match kind {
            "if" => &["then", "else"],
            "confirm" => &["yes", "no"],
            "queue" => &QUEUED,
            "do" | "offer" => match action.and_then(|action| action.value.signature()) {
                Some(signature) => signature.outcomes,
                None => return,
            },
            _ => &[],
        };
        let strangers = exit_names().filter(|outcome| step.exit(outcome).is_some() && !own.contains(outcome));
        let mut strange: Vec<&str> = strangers.collect();
        let goes_on = matches!(kind, "say" | "ask" | "form");
        strange.extend((step.goto.is_some() && !goes_on).then_some("goto"));
        strange.extend((step.end.is_some() && !matches!(kind, "say" | "end")).then_some("end"));
        strange.extend((step.reached.is_some() && kind != "say").then_some("reached"));
        strange.extend((step.settings.is_some() && !asks_caller(step)).then_some("settings"));
        strange.extend((!step.ends.is_empty() && kind != "call").then_some("ends"));
        strange.extend((step.sms.is_some() && !matches!(kind, "say" | "menu" | "confirm" | "queue")).then_some("sms"));
        strange.extend((step.intro.is_some() && kind != "menu").then_some("intro"));
        strange.extend((!step.languages.is_empty() && kind != "menu").then_some("languages"));
        if !asks_caller(step) {
            strange.extend((!step.nomatch.is_empty()).then_some("nomatch"));
            strange.extend((!step.noinput.is_empty()).then_some("noinput"));
            strange.extend(step.failures().map(|(key, _)| key));
        }
        for key in strange {
            let message = format!("`{key}` ne sert à rien dans une étape `{kind}` : enlevez cette ligne");
            self.fault(self.key(name, key), message);
        }
    }

    fn questions(&mut self, name: &str, step: &Step) {
        if step.menu.as_ref().is_some_and(|menu| menu.is_empty()) {
            let message = "ce menu n'offre aucun choix : écrivez en dessous `1: {for: \"…\", goto: …}`";
            self.fault(self.key(name, "menu"), message);
        }
        let menu = step.menu.iter().flatten();
        for key in menu.map(|(key, _)| key).filter(|key| step.languages.contains_key(key)) {
            let message = format!("la touche {key} a déjà un choix dans ce menu : prenez-en une autre pour la langue");
            self.fault(self.key(name, &format!("languages/{key}")), message);
        }
        for (path, field_name, field) in questions(step) {
            self.question(name, &path, field_name, field);
        }
        let fields = questions(step).count();
        if fields > QUESTIONS_MAX {
            let message = format!(
                "l'étape `{name}` pose {fields} questions de suite, c'est trop : {QUESTIONS_MAX} au plus ; faites-en deux étapes"
            );
            self.fault(self.step(name), message);
        }
    }

    fn question(&mut self, step: &str, path: &str, name: &str, field: &Field) {
        let is_choice = field.kind == FieldType::Choice;
        if is_choice && field.among.len() < 2 {
            let message = format!(
                "la question `{name}` n'offre pas de choix : écrivez deux ou trois réponses sous `among:`, comme `1: {{for: \"…\", value: …}}`"
            );
            self.fault(self.key(step, path), message);
        }
        if !is_choice && !field.among.is_empty() {
            let message = format!(
                "la réponse à `{name}` se tape, elle ne se choisit pas : enlevez `among:`, ou écrivez `type: choice`"
            );
            self.fault(self.key(step, &format!("{path}/among")), message);
        }
        self.limits(step, path, field);
        if let Some(fact) = field.known.as_ref().filter(|fact| *fact != name) {
            let at = self.value(step, &format!("{path}/known"));
            if field.kind != FieldType::Phone {
                self.fault(at, format!("`{fact}` ne donne pas la réponse à `{name}` : écrivez `known: {name}`"));
            } else if fact != KNOWN {
                self.fault(at, format!("`{fact}` n'est pas connu d'avance : écrivez `known: {KNOWN}`"));
            }
        }
    }

    /// Limits of an answer that is not of their kind.
    fn limits(&mut self, step: &str, path: &str, field: &Field) {
        let digits = [("length", field.length.is_some()), ("from", field.from.is_some()), ("to", field.to.is_some())];
        let spoken = [("max", field.max.is_some())];
        let strange = digits.into_iter().filter(|_| field.kind != FieldType::Digits).map(|limit| (limit, "digits"));
        let strange =
            strange.chain(spoken.into_iter().filter(|_| !field.kind.is_spoken()).map(|limit| (limit, "voice-message")));
        for ((key, _), kind) in strange.filter(|((_, is), _)| *is) {
            let message = format!("`{key}` ne sert qu'à une question `type: {kind}` : enlevez cette ligne");
            self.fault(self.key(step, &format!("{path}/{key}")), message);
        }
        let (length, range) = field.digits();
        if field.kind == FieldType::Digits && (range.is_empty() || length == 0) {
            let message = "aucun nombre ne convient : écrivez `from:` plus petit que `to:`, comme `from: 1` et `to: 5`";
            self.fault(self.key(step, path), message);
        }
    }

    /// What a choice is for comes before its key, and is said as it stands.
    fn order(&mut self, name: &str, step: &Step) {
        let intro = step.intro.iter().map(|text| ("intro".to_owned(), text));
        let asked = questions(step).filter(|(_, _, field)| field.kind == FieldType::Choice);
        let first = intro.chain(asked.map(|(path, _, field)| (format!("{path}/ask"), &field.ask)));
        let first: Vec<(String, &str)> =
            first.flat_map(|(path, text)| Text::fixed(text).map(move |text| (path.clone(), text))).collect();
        for (path, text) in first.into_iter().chain(purposes(step)) {
            if text.trim().to_lowercase().starts_with("tapez") {
                let message = format!(
                    "« {text} » commence par la touche : dites d'abord à quoi elle sert ; « tapez 1 » s'ajoute tout seul à la fin"
                );
                self.fault(self.value(name, &path), message);
            }
        }
        for (path, purpose) in purposes(step) {
            if purpose.contains(['{', '}']) {
                let message = format!("« {purpose} » est lu tel quel : enlevez les accolades `{{` et `}}`");
                self.fault(self.value(name, &path), message);
            }
        }
    }
}

/// The kinds a step has: one, if it is well.
pub(super) fn kinds(step: &Step) -> Vec<&'static str> {
    let kinds = [
        ("say", step.say.is_some()),
        ("menu", step.menu.is_some()),
        ("ask", step.ask.is_some()),
        ("form", step.form.is_some()),
        ("offer", step.offer.is_some()),
        ("confirm", step.confirm.is_some()),
        ("do", step.act.is_some()),
        ("if", step.condition.is_some()),
        ("call", step.call.is_some()),
        ("queue", step.queue.is_some()),
    ];
    kinds.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect()
}
