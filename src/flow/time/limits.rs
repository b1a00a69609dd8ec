//! What lasts too long for one hearing (C18), measured on the recordings.

use std::collections::HashMap;
use std::time::Duration;

use super::super::check::{Fault, Library, questions, texts};
use super::super::definition::Step;
use super::super::run::ITEM_PAUSE_MS;
use super::super::template::Text;
use super::length::{Pace, Recordings};
use super::steps;

/// One prompt.
const PROMPT: Duration = Duration::from_secs(12);
/// A question with the answers it offers.
const MENU: Duration = Duration::from_secs(20);
/// One prompt, its values included.
const WORDS: usize = 25;

/// Something longer than C18 allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// Where, and what to write instead.
    pub fault: Fault,
    /// Whether it must not go live: a prompt too long with its longest values, a menu too long with values in the middle of
    /// their kind. A menu that only its longest values make too long (the longest town on the longest day, twice) is told,
    /// and goes live.
    pub is_refused: bool,
}

/// Every prompt longer than 12 s or 25 words, and every menu longer than 20 s.
pub fn too_long(library: &Library, recordings: &Recordings) -> Vec<TooLong> {
    let mut all = Vec::new();
    for (flow_name, flow) in library.flows() {
        for (name, step) in &flow.steps {
            let fault = |path: &str, message| library.fault(flow_name, &format!("steps/{name}{path}"), message);
            let counted = counted(library, recordings, &step.value);
            for (path, text) in texts(&step.value) {
                let message = prompt(recordings, counted.get(path.as_str()).copied(), text);
                all.extend(
                    message.map(|message| TooLong { fault: fault(&format!("/{path}"), message), is_refused: true }),
                );
            }
            let usual = menus(library, recordings, &step.value, Pace::Median);
            for (longest, usual) in menus(library, recordings, &step.value, Pace::Longest).into_iter().zip(usual) {
                let is_refused = usual > MENU;
                let message = menu(name, longest);
                all.extend(message.map(|message| TooLong { fault: fault("", message), is_refused }));
            }
        }
    }
    all
}

/// The longest that may be said before each question of a form (C13), by the question's path: one hearing with it.
fn counted<'a>(library: &'a Library, recordings: &Recordings, step: &'a Step) -> HashMap<String, &'a Text> {
    let counts = &library.engine().where_we_are;
    let all = questions(step).count();
    let longest = |index| counts.before(index, all).max_by_key(|text| recordings.text(text, Pace::Longest));
    let each = questions(step).enumerate();
    each.filter_map(|(index, (path, ..))| Some((format!("{path}/ask"), longest(index)?))).collect()
}

fn prompt(recordings: &Recordings, before: Option<&Text>, text: &Text) -> Option<String> {
    let before_length = before.map_or(Duration::ZERO, |before| recordings.text(before, Pace::Longest));
    let length = before_length + recordings.parts(text, Pace::Longest);
    let words = before.map_or(0, |before| recordings.words(before)) + recordings.words(text);
    let heard = before.map(Text::heard).into_iter().chain([text.heard()]).collect::<Vec<_>>().join(" ");
    if length > PROMPT {
        let (length, most) = (french(length), PROMPT.as_secs());
        Some(format!(
            "« {heard} » dure jusqu'à {length} s, c'est trop pour être retenu : {most} s au plus ; coupez ce texte en deux étapes"
        ))
    } else if words > WORDS {
        Some(format!(
            "« {heard} » compte jusqu'à {words} mots, c'est trop pour être retenu : {WORDS} au plus ; coupez ce texte en deux étapes"
        ))
    } else {
        None
    }
}

/// "12,1"
fn french(length: Duration) -> String {
    format!("{:.1}", length.as_secs_f64()).replace('.', ",")
}

fn menu(name: &str, length: Duration) -> Option<String> {
    let (seconds, most) = (french(length), MENU.as_secs());
    let message = format!(
        "la question de l'étape `{name}` dure jusqu'à {seconds} s avec ses réponses : {most} s au plus ; raccourcissez les réponses, ou proposez-en moins"
    );
    (length > MENU).then_some(message)
}

/// Each question of a step that is said with its answers, to its last word.
fn menus(library: &Library, recordings: &Recordings, step: &Step, pace: Pace) -> Vec<Duration> {
    let text = |text: &Text| recordings.text(text, pace);
    let intro = step.intro.iter().map(text).sum::<Duration>();
    let menu = step.menu.iter().map(|menu| {
        intro + menu.iter().map(|(key, choice)| recordings.option(&choice.purpose, *key)).sum::<Duration>()
    });
    let counted = counted(library, recordings, step);
    let choices = questions(step).map(|(path, _, field)| {
        let options = field.among.iter().map(|(key, among)| recordings.option(&among.purpose, *key));
        let before = counted.get(&format!("{path}/ask")).map_or(Duration::ZERO, |before| text(before));
        before + text(&field.ask) + options.sum::<Duration>()
    });
    let confirm = step.confirm.iter().map(|said| text(said) + text(&library.engine().yes_no));
    let pages = step.offer.iter().map(|offer| steps::page(recordings, offer, pace));
    let pause = Duration::from_millis(ITEM_PAUSE_MS.into());
    menu.chain(choices).chain(confirm).chain(pages).map(|length| length.saturating_sub(pause)).collect()
}
