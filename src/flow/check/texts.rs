//! What a step says and where it leads, with the path of each in its file: "form/place/nomatch/0".

use super::super::definition::{Exit, Field, Step};
use super::super::template::{Text, Written};

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

/// Everything a step may write in an SMS: its own words for it where it has them, else what is heard.
pub(in crate::flow) fn written(step: &Step) -> Vec<(String, &Text)> {
    let own = own_words(step);
    let is_replaced = |path: &str| own.iter().any(|(_, of, _)| of.contains(&path.to_owned()));
    let heard = texts(step)
        .into_iter()
        .filter(|(path, _)| !is_replaced(path) && !path.contains("noinput/") && path != "queue/whisper");
    let own = own.iter().filter_map(|(path, _, written)| Some((path.clone(), written.0.as_ref()?)));
    own.chain(heard).collect()
}

/// The words of its own that a step has for an SMS.
pub(in crate::flow) fn own_texts(step: &Step) -> Vec<(String, &Text)> {
    own_words(step).into_iter().filter_map(|(path, _, written)| Some((path, written.0.as_ref()?))).collect()
}

/// The same with the paths of what they replace, empty ones included.
fn own_words(step: &Step) -> Vec<(String, Vec<String>, &Written)> {
    let rungs = |path: &str, rungs: &[Text]| (0..rungs.len()).map(|rung| format!("{path}nomatch/{rung}")).collect();
    let mut all = Vec::new();
    if let Some(sms) = &step.sms {
        let mut replaced: Vec<String> = rungs("", &step.nomatch);
        replaced.extend(["say", "confirm", "intro", "queue/say"].map(str::to_owned));
        all.push(("sms".to_owned(), replaced, sms));
    }
    for (path, _, field) in questions(step) {
        if let Some(sms) = &field.sms {
            let mut replaced: Vec<String> = rungs(&format!("{path}/"), &field.nomatch);
            replaced.push(format!("{path}/ask"));
            all.push((format!("{path}/sms"), replaced, sms));
        }
    }
    let offer = step.offer.iter().filter_map(|offer| offer.sms.as_ref());
    for own in offer {
        for (key, written) in [("say", &own.say), ("each", &own.each)] {
            let replaced = vec![format!("offer/{key}")];
            all.extend(written.iter().map(|written| (format!("offer/sms/{key}"), replaced.clone(), written)));
        }
    }
    all
}

/// What each choice is for, in an SMS; and whether these are words of its own for it.
pub(super) fn written_purposes(step: &Step) -> Vec<(String, &str, bool)> {
    let mut all: Vec<(String, &str, bool)> = Vec::new();
    for (key, choice) in step.menu.iter().flatten() {
        all.push(choice_of(&format!("menu/{key}"), &choice.purpose, choice.sms.as_deref()));
    }
    for (path, _, field) in questions(step) {
        for (key, among) in &field.among {
            all.push(choice_of(&format!("{path}/among/{key}"), &among.purpose, among.sms.as_deref()));
        }
    }
    if let Some(offer) = &step.offer {
        let own = offer.sms.as_ref();
        let (more, neither) = (own.and_then(|own| own.more.as_deref()), own.and_then(|own| own.neither.as_deref()));
        for (key, heard, own) in [("more", &offer.more, more), ("neither", &offer.neither, neither)] {
            let path = if own.is_some() { format!("offer/sms/{key}") } else { format!("offer/{key}") };
            all.push((path, own.unwrap_or(heard), own.is_some()));
        }
    }
    all
}

fn choice_of<'a>(path: &str, heard: &'a str, own: Option<&'a str>) -> (String, &'a str, bool) {
    let key = if own.is_some() { "sms" } else { "for" };
    (format!("{path}/{key}"), own.unwrap_or(heard), own.is_some())
}

/// The same without their paths.
pub(super) fn step_texts(step: &Step) -> Vec<&Text> {
    texts(step).into_iter().map(|(_, text)| text).collect()
}
