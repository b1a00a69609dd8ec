//! The real flows, run by made-up callers against a made-up store.

use std::sync::LazyLock;

use jiff::Timestamp;
use proptest::prelude::*;

mod hazards;
mod where_we_are;

use super::action::{Reply, Request, SLOW};
use super::*;
use crate::booking::{Appointment, Group, Modality, Site, Slot};

/// Every file of the service.
pub(crate) fn files() -> Vec<(String, String)> {
    let folder = std::fs::read_dir(format!("{}/flows", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let paths =
        folder.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|is| is == "yaml"));
    let mut files: Vec<_> = paths
        .map(|path| (format!("flows/{}", path.file_name().unwrap().display()), std::fs::read_to_string(path).unwrap()))
        .collect();
    files.sort();
    files
}

/// A flow `small`, beside the files that every flow needs; French is enough.
pub(crate) fn beside(small: &str) -> Vec<(String, String)> {
    let shared = ["engine", "line", "person", "call_back"].map(|name| format!("flows/{name}.yaml"));
    let files = files().into_iter().filter(|(path, _)| shared.contains(path));
    let files = files.map(|(path, text)| (path, text.replace("languages: [fr, en]\n", "")));
    files.chain([("small.yaml".to_owned(), small.to_owned())]).collect()
}

/// The same, read: what stands above `steps:`, and the steps.
pub(crate) fn small(head: &str, steps: &str) -> Library {
    let files = beside(&format!("flow: small\n{head}\nsteps:\n{steps}"));
    Library::load(&files, &|_| true).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

pub(crate) fn library() -> &'static Library {
    static LIBRARY: LazyLock<Library> =
        LazyLock::new(|| Library::load(&files(), &|_| true).unwrap_or_else(|faults| panic!("{faults:#?}")));
    &LIBRARY
}

fn slot(hours: i64, modality: Modality) -> Slot {
    let start = Timestamp::from_second(1_796_200_200 + hours * 3_600).unwrap();
    let site = Site {
        id: "s".into(),
        city: "Dijon".into(),
        say_city: "à Dijon,".into(),
        say_address: "à Dijon, douze rue de la Liberté.".into(),
        tz: "Europe/Paris".into(),
    };
    Slot { service: "first".into(), counsellor_id: "c".into(), site, modality, starts_at: start, ends_at: start }
}

fn appointment() -> Appointment {
    Appointment { id: "a".into(), version: 1, slot: slot(0, Modality::InPerson), is_confirmed: false }
}

/// The store's best day.
pub(crate) fn yes(request: &Request) -> Reply {
    match request {
        Request::FindSlots { modality, .. } => Reply::Slots((0..5).map(|day| slot(day * 24, *modality)).collect()),
        Request::Hold { .. } => Reply::Held,
        Request::Release => Reply::Released,
        Request::Book { slot, .. } => Reply::Booked(Appointment { slot: slot.clone(), ..appointment() }),
        Request::FindAppointments { .. } => Reply::Appointments(vec![appointment()]),
        Request::Confirm { .. } => Reply::Confirmed,
        Request::Cancel { .. } => Reply::Cancelled,
        Request::RequestCallback { .. } => Reply::Requested { promise: Timestamp::UNIX_EPOCH },
        Request::FindDays { .. } => Reply::Days(vec![day("2026-12-02"), day("2026-12-03")]),
        Request::Move { slot, .. } => Reply::Moved(Appointment { slot: slot.clone(), ..appointment() }),
        Request::AttachMessage { .. } => Reply::Kept,
        Request::FindCallback { .. } => Reply::Waiting { position: 2, promise: Timestamp::UNIX_EPOCH },
        Request::FindGroups { .. } => Reply::Groups(vec![group()]),
        Request::JoinGroup { .. } => Reply::Joined(group()),
        Request::Rate { .. } => Reply::Rated,
        Request::RecordConsent { .. } => Reply::Recorded,
        Request::Resume { .. } => Reply::Gone,
    }
}

fn day(text: &str) -> jiff::civil::Date {
    text.parse().unwrap()
}

fn group() -> Group {
    let Slot { site, starts_at, ends_at, .. } = slot(0, Modality::InPerson);
    Group { id: "g".into(), site, starts_at, ends_at }
}

/// One caller in one run: what they heard, and what came of it.
struct Talk {
    library: &'static Library,
    run: Run,
    heard: String,
    /// All of it by the slow voice.
    is_slow: bool,
    acts: Vec<Request>,
    end: Option<String>,
    is_transferred: bool,
    replies: fn(&Request) -> Reply,
}

impl Talk {
    fn new(flow: &str, number: Option<&str>) -> Self {
        let number = number.map(|number| PhoneNumber::parse(number).unwrap());
        Self::of(flow, Caller { number, ..Caller::default() })
    }

    fn of(flow: &str, caller: Caller) -> Self {
        let run = Run::new("r".into(), flow, caller, Channel::Call);
        let mut talk = Self {
            library: library(),
            run,
            heard: String::new(),
            is_slow: false,
            acts: vec![],
            end: None,
            is_transferred: false,
            replies: yes,
        };
        talk.input(Input::Start);
        talk
    }

    fn input(&mut self, input: Input) -> &mut Self {
        // A run is plain data at every wait.
        let kept = serde_json::to_string(&self.run).unwrap();
        self.run = serde_json::from_str(&kept).unwrap();
        self.heard.clear();
        self.is_slow = true;
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            for effect in self.run.input(self.library, Timestamp::UNIX_EPOCH, input) {
                match effect {
                    Effect::Say(prompt) => {
                        self.heard += &format!("{} ", prompt.text());
                        self.is_slow &= prompt.is_slow;
                    }
                    Effect::Write(text) => panic!("written on a call: {text}"),
                    Effect::Gather(_) => {}
                    Effect::Act { request, .. } => {
                        inputs.push(Input::Reply((self.replies)(&request)));
                        self.acts.push(request);
                    }
                    Effect::Record(_) | Effect::Rest { .. } => {}
                    Effect::Queue { .. } => inputs.push(Input::Queued(Queued::Busy)),
                    Effect::Transfer => self.is_transferred = true,
                    Effect::End { goal } => self.end = Some(goal),
                }
            }
        }
        self
    }

    fn keys(&mut self, keys: &str) -> &mut Self {
        self.input(Input::Keys(keys.into()))
    }

    fn hears(&mut self, words: &str) -> &mut Self {
        assert!(self.heard.contains(words), "wanted « {words} », heard « {} » at {:?}", self.heard, self.run.place());
        self
    }
}

/// Where a call may begin.
const FLOWS: [&str; 12] = [
    "welcome",
    "book",
    "manage",
    "call_back",
    "sort",
    "group",
    "other",
    "my_call_back",
    "person",
    "resume",
    "satisfaction",
    "slow",
];
const LANDLINE: Option<&str> = Some("0353010001");

#[test]
fn a_caller_books_by_ear_from_a_landline() {
    let mut talk = Talk::new("welcome", LANDLINE);
    talk.hears("C'est gratuit").hears("Pour prendre un rendez-vous, tapez 1.");
    talk.keys("1").hears("Pour dire que vous travaillez, tapez 1.");
    talk.keys("1").hears("cinq chiffres de votre code postal");
    talk.keys("71100").hears("Vous avez tapé : sept, un, un, zéro, zéro. C'est bien cela ?");
    talk.keys("1").hears("Pour venir sur place, tapez 1.");
    talk.keys("1").hears("Pour entendre les premières dates libres, tapez 1.");
    talk.keys("1").hears("à Dijon, tapez 1.").hears("Pour d'autres dates, tapez 3.");
    talk.keys("2").hears("Vous avez choisi :").hears("à Dijon, douze rue de la Liberté.");
    talk.keys("1").hears("C'est noté.").hears("Je répète").hears("Cet appel vous a-t-il aidé ?");
    talk.keys("5").hears("Merci pour votre note.").hears("Au revoir");
    assert_eq!(talk.end.as_deref(), Some("appointment.booked"));
    assert!(talk.acts.iter().any(|act| matches!(act, Request::Book { phone: Some(_), .. })));
}

#[test]
fn no_at_a_read_back_asks_that_question_only() {
    let mut talk = Talk::new("book", LANDLINE);
    talk.keys("71100").keys("2").hears("Tapez les cinq chiffres");
    talk.keys("21000").keys("1").hears("Comment voulez-vous rencontrer");
}

#[test]
fn pages_go_on_and_end_with_neither() {
    let mut talk = Talk::new("book", LANDLINE);
    talk.keys("71100").keys("1").keys("2").keys("1").keys("3").hears("tapez 3.");
    talk.keys("3").hears("Pour ne rien choisir, tapez 2.");
    talk.keys("2").hears("Il n'y a pas d'autre date").hears("Un conseiller va vous rappeler");
}

#[test]
fn a_slot_taken_meanwhile_is_said_and_others_are_offered() {
    let mut talk = Talk::new("book", LANDLINE);
    talk.keys("71100").keys("1").keys("1").keys("1");
    talk.replies = |request| if matches!(request, Request::Hold { .. }) { Reply::Taken } else { yes(request) };
    talk.keys("1").hears("Cette place vient d'être prise").hears("Voici les prochains rendez-vous");
}

#[test]
fn a_dead_store_leads_to_honest_words_and_never_to_noted() {
    let mut talk = Talk::new("book", LANDLINE);
    talk.replies = |_| Reply::Unavailable;
    talk.keys("71100").keys("1").keys("1").keys("1").hears("ne répond pas").hears("Un conseiller va vous rappeler");
    talk.keys("1").keys("3").hears("nous n'avons pas pu noter").hears("soixante-douze");
    assert_eq!(talk.end.as_deref(), Some("callback.lost"));
}

#[test]
fn a_withheld_number_is_served_and_asked_only_to_find_the_appointment_again() {
    let mut talk = Talk::new("book", None);
    talk.keys("71100").keys("1").keys("2").hears("Votre numéro est masqué");
    talk.keys("0353010002").hears("zéro trois, cinquante-trois, zéro un, zéro zéro, zéro deux.");
    talk.keys("1").keys("1").keys("1").keys("1").hears("par téléphone.");
    assert_eq!(talk.end.as_deref(), Some("appointment.booked"));
}

#[test]
fn my_appointment_needs_the_postal_code_then_can_be_cancelled() {
    let mut talk = Talk::new("manage", LANDLINE);
    talk.hears("Pour vous reconnaître");
    talk.keys("71100").keys("1").hears("Votre rendez-vous :").hears("Pour changer ou annuler ce rendez-vous, tapez 2.");
    talk.keys("2").keys("2").hears("Voulez-vous vraiment annuler").keys("2").hears("Pour ne rien changer, tapez 3.");
    talk.keys("2").keys("2").keys("1").hears("Votre rendez-vous est annulé");
    assert_eq!(talk.end.as_deref(), Some("appointment.cancelled"));
}

#[test]
fn two_wrong_postal_codes_lead_to_a_person_not_to_an_answer() {
    let mut talk = Talk::new("manage", LANDLINE);
    talk.replies = |request| match request {
        Request::FindAppointments { .. } => Reply::Appointments(vec![]),
        other => yes(other),
    };
    talk.keys("71100").keys("1").keys("1").keys("21000").keys("1").hears("Je ne trouve toujours pas");
}

#[test]
fn silence_is_answered_kindly_then_by_a_person() {
    let mut talk = Talk::new("welcome", LANDLINE);
    talk.keys("2").input(Input::NoInput).hears("Le code postal est écrit sur vos courriers.");
    talk.input(Input::NoInput).hears("Vous êtes toujours là ?");
    talk.input(Input::NoInput);
    assert!(talk.is_transferred);
}

#[test]
fn who_never_pressed_a_key_may_have_none_we_hear_and_two_silences_are_enough() {
    let mut talk = Talk::new("welcome", LANDLINE);
    talk.input(Input::NoInput).hears("Vous êtes toujours là ?").hears("Vous pouvez appuyer sur une touche");
    talk.input(Input::NoInput);
    assert!(talk.is_transferred, "C26");
}

#[test]
fn a_silent_caller_called_back_needs_no_key_at_all() {
    let mut talk = Talk::new("call_back", LANDLINE);
    (0..2).for_each(|_| drop(talk.input(Input::NoInput).heard.clone()));
    talk.hears("C'est noté. Un conseiller vous rappellera au numéro de cet appel.");
    assert_eq!(talk.end.as_deref(), Some("callback.requested"));
}

#[test]
fn a_silent_caller_without_a_number_hears_ours_before_the_end() {
    let mut talk = Talk::new("call_back", None);
    (0..2).for_each(|_| drop(talk.input(Input::NoInput).heard.clone()));
    talk.hears("zéro neuf, soixante-douze").hears("Je répète");
    assert_eq!(talk.end.as_deref(), Some("callback.lost"));
}

#[test]
fn zero_is_a_person_from_every_question() {
    for keys in [
        &[][..],
        &["1"],
        &["1", "71100"],
        &["1", "71100", "1"],
        &["1", "71100", "1", "1"],
        &["1", "1", "71100", "1", "1", "1", "1"],
        &["2"],
    ] {
        let mut talk = Talk::new("welcome", LANDLINE);
        keys.iter().for_each(|keys| drop(talk.keys(keys).heard.clone()));
        assert!(talk.keys("0").is_transferred, "after {keys:?}");
    }
}

#[test]
fn star_repeats_and_twice_repeats_slower() {
    let mut talk = Talk::new("welcome", LANDLINE);
    talk.keys("*").hears("Pour prendre un rendez-vous, tapez 1.");
    assert!(!talk.is_slow);
    talk.keys("*").hears("Pour prendre un rendez-vous, tapez 1.");
    assert!(talk.is_slow, "the voice itself is slower, beside the pauses and waits");
    talk.keys("1").keys("*").keys("*").keys("*");
    assert!(talk.is_slow, "and stays so: whoever wants it said once more is never hurried");
}

#[test]
fn every_text_of_the_flows_is_short_and_plain() {
    for text in library().texts(Default::default()) {
        for sentence in text.split(['.', '?', '!']) {
            assert!(sentence.split_whitespace().count() <= 15, "B10: « {sentence} »");
        }
        assert!(!text.contains("http") && !text.contains('(') && !text.contains('/'), "« {text} »");
    }
}

/// Whether this turn's « noté » has its write in this very turn: an earlier write excuses nothing.
fn noted_is_written(talk: &Talk, before: usize) -> bool {
    let is_write = |act: &&Request| {
        use Request::{AttachMessage, Book, Cancel, Confirm, JoinGroup, Move, RecordConsent, RequestCallback};
        // Of consents, the pace of a number is the one that is promised (C10).
        let is_pace = matches!(act, RecordConsent { topic, .. } if topic == SLOW);
        is_pace
            || matches!(
                act,
                Book { .. }
                    | Move { .. }
                    | Confirm { .. }
                    | Cancel { .. }
                    | RequestCallback { .. }
                    | AttachMessage { .. }
                    | JoinGroup { .. }
            )
    };
    let is_done = talk.acts[before..].iter().filter(is_write).any(|act| (talk.replies)(act) != Reply::Unavailable);
    is_done || !talk.heard.contains("C'est noté")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever is pressed and whatever the store answers: an end or a person, and "noté" only with a write behind it.
    #[test]
    fn any_caller_reaches_an_end(
        flow in 0_usize..FLOWS.len(),
        presses in proptest::collection::vec(0_usize..12, 0..150),
        moods in proptest::collection::vec(0_u8..4, 1..40),
        is_withheld in any::<bool>(),
    ) {
        let flow = FLOWS[flow];
        let mut talk = Talk::new(flow, if is_withheld { None } else { LANDLINE });
        // After the last press the caller stays silent.
        for (turn, press) in presses.iter().copied().chain([5; 16]).enumerate() {
            if talk.end.is_some() || talk.is_transferred { break; }
            talk.replies = match moods[turn % moods.len()] { 0 => |_| Reply::Unavailable, _ => yes };
            let before = talk.acts.len();
            let answer = ["1", "2", "3", "*", "71100", "99", "0353010003", "1", "1", "0", "1", "71100"][press];
            if press == 5 { talk.input(Input::NoInput); } else { talk.keys(answer); }
            // `*` says again what was said before.
            prop_assert!(answer == "*" || noted_is_written(&talk, before), "« {} » without a write", talk.heard);
        }
        prop_assert!(talk.end.is_some() || talk.is_transferred, "still at {:?}", talk.run.place());
    }
}
