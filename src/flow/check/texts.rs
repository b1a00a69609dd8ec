//! What a step says and where it leads, with the path of each in its file: "form/place/nomatch/0".

use super::super::definition::{Exit, Field, Step};
use super::super::template::Text;

/// Exits by the name of the outcome that takes them.
pub(in crate::flow) fn edges_named(step: &Step) -> Vec<(&str, &Exit)> {
    step.exits.iter().chain(&step.ends).map(|(outcome, exit)| (outcome.as_str(), exit)).collect()
}

/// Exits by their path.
pub(super) fn exits(step: &Step) -> impl Iterator<Item = (String, &Exit)> {
    let named = step.exits.iter().map(|(outcome, exit)| (outcome.clone(), exit));
    named.chain(step.ends.iter().map(|(goal, exit)| (format!("ends/{goal}"), exit)))
}

/// Whether a step waits for the caller.
pub(in crate::flow) fn asks_caller(step: &Step) -> bool {
    step.menu.is_some() || step.confirm.is_some() || step.offer.is_some() || fields(step).next().is_some()
}

/// The questions of a step.
pub(in crate::flow) fn fields(step: &Step) -> impl Iterator<Item = (&String, &Field)> {
    step.form.iter().chain(&step.ask).flatten()
}

/// The same with their paths.
pub(in crate::flow) fn questions(step: &Step) -> impl Iterator<Item = (String, &String, &Field)> {
    let kinds = [("form", &step.form), ("ask", &step.ask)];
    kinds
        .into_iter()
        .flat_map(|(kind, all)| all.iter().flatten().map(move |(name, field)| (format!("{kind}/{name}"), name, field)))
}

/// What each choice is for.
pub(super) fn purposes(step: &Step) -> Vec<(String, &str)> {
    let mut all: Vec<(String, &str)> = Vec::new();
    let menu = step.menu.iter().flatten();
    all.extend(menu.map(|(key, choice)| (format!("menu/{key}/for"), choice.purpose.as_str())));
    for (path, _, field) in questions(step) {
        let among = field.among.iter();
        all.extend(among.map(|(key, among)| (format!("{path}/among/{key}/for"), among.purpose.as_str())));
    }
    if let Some(offer) = &step.offer {
        all.extend([("offer/more".to_owned(), &*offer.more), ("offer/neither".to_owned(), &*offer.neither)]);
    }
    all
}

/// Everything a step may say.
pub(in crate::flow) fn texts(step: &Step) -> Vec<(String, &Text)> {
    let own = [("say", &step.say), ("confirm", &step.confirm), ("intro", &step.intro)];
    let mut all: Vec<(String, &Text)> =
        own.into_iter().filter_map(|(key, text)| Some((key.to_owned(), text.as_ref()?))).collect();
    if let Some(queue) = &step.queue {
        all.push(("queue/say".to_owned(), &queue.say));
        all.extend(queue.whisper.iter().map(|text| ("queue/whisper".to_owned(), text)));
    }
    let ladder = |path: &str, texts: &mut Vec<_>, nomatch, noinput| {
        for (key, rungs) in [("nomatch", nomatch), ("noinput", noinput)] {
            let rungs: &[Text] = rungs;
            texts.extend(rungs.iter().enumerate().map(|(rung, text)| (format!("{path}{key}/{rung}"), text)));
        }
    };
    ladder("", &mut all, &step.nomatch, &step.noinput);
    for (path, _, field) in questions(step) {
        all.push((format!("{path}/ask"), &field.ask));
        ladder(&format!("{path}/"), &mut all, &field.nomatch, &field.noinput);
    }
    if let Some(offer) = &step.offer {
        all.extend([("offer/say".to_owned(), &offer.say), ("offer/each".to_owned(), &offer.each)]);
    }
    all.extend(exits(step).filter_map(|(path, exit)| Some((format!("{path}/say"), exit.say.as_ref()?))));
    all
}

/// The same without their paths.
pub(super) fn step_texts(step: &Step) -> Vec<&Text> {
    texts(step).into_iter().map(|(_, text)| text).collect()
}
