use jiff::Timestamp;

use super::*;
use crate::booking::{Appointment, Modality, Site, Slot};
use crate::flow::action::{Reply, Request};
use crate::flow::{Caller, Channel, Effect, Input};
use crate::phone::PhoneNumber;

const WELCOME: &str = r#"
flow: welcome
start: hello
steps:
  hello: {say: "C'est gratuit.", goto: choose}
  choose:
    menu:
      1: {for: "prendre un rendez-vous", goto: book}
      2: {for: "être rappelé", goto: call_back}
      3: {for: "partir", goto: bye}
  book:
    call: book
    ends: {appointment.booked: bye, callback.requested: bye}
  call_back:
    call: call_back
    ends: {callback.requested: bye}
  bye: {say: "Au revoir.", end: call.finished}
"#;
const BOOK: &str = r#"
flow: book
start: where
steps:
  where:
    form:
      place: {type: postal-code, ask: "Votre code postal ?"}
      how:
        type: choice
        ask: "Comment ?"
        among:
          1: {for: "venir sur place", value: in_person}
          2: {for: "être appelé", value: phone}
    goto: slots
  slots:
    offer:
      from: slots.find(place, how)
      as: slot
      page: 2
      say: "Voici."
      each: "{item | spoken-date}"
      hold: 30min
      more: "d'autres"
      neither: "aucun"
    chosen: read_back
    none: call_back
    unavailable: call_back
  read_back:
    confirm: "{slot | spoken-date} C'est bien cela ?"
    yes: write
    no: slots
  write:
    do: appointments.book(place, slot)
    booked: done
    taken: slots
    already_booked: already
    unavailable: call_back
  already: {say: "Vous avez déjà un rendez-vous.", end: appointment.booked}
  done: {say: "C'est noté. {appointment | spoken-date}", end: appointment.booked}
  call_back:
    call: call_back
    ends: {callback.requested: requested}
  requested: {end: callback.requested}
"#;
const CALL_BACK: &str = r#"
flow: call_back
start: known
settings: {on-failure: give_up}
steps:
  known:
    if: caller.withheld
    then: give_up
    else: window
  window:
    ask:
      when:
        type: choice
        ask: "Quand ?"
        among:
          1: {for: "le matin", value: morning}
          2: {for: "n'importe quand", value: any}
    goto: write
  write:
    do: callbacks.request(caller.number, when)
    requested: done
    already_requested: done
    unavailable: give_up
  done: {say: "C'est noté.", end: callback.requested}
  give_up: {say: "Rappelez-nous.", end: callback.requested}
"#;

const PERSON: &str = r#"
flow: person
start: call_back
steps:
  call_back: {call: call_back, ends: {callback.requested: requested}}
  requested: {end: callback.requested}
"#;

/// These flows, each with its edits: (flow, from, to).
fn library(edits: &[(&str, &str, &str)]) -> Result<Library, Vec<crate::flow::Fault>> {
    let mut files = vec![
        ("engine.yaml".to_owned(), include_str!("../../../flows/engine.yaml").to_owned()),
        ("line.yaml".to_owned(), include_str!("../../../flows/line.yaml").to_owned()),
    ];
    for (name, text) in [("welcome", WELCOME), ("book", BOOK), ("call_back", CALL_BACK), ("person", PERSON)] {
        let mut text = text.to_owned();
        for (_, from, to) in edits.iter().filter(|(flow, ..)| *flow == name) {
            assert!(text.contains(from), "{name} has no « {from} »");
            text = text.replace(from, to);
        }
        files.push((format!("{name}.yaml"), text));
    }
    Library::load(&files, &|_| true)
}

fn slot() -> Slot {
    let site = Site {
        id: "s".into(),
        city: "Dijon".into(),
        say_city: "à Dijon,".into(),
        say_address: "à Dijon.".into(),
        tz: "Europe/Paris".into(),
    };
    let starts_at = Timestamp::UNIX_EPOCH;
    Slot {
        counsellor_id: "c".into(),
        service: "first".into(),
        site,
        modality: Modality::InPerson,
        starts_at,
        ends_at: starts_at,
    }
}

fn yes(request: &Request) -> Option<Reply> {
    Some(match request {
        Request::FindSlots { .. } => Reply::Slots(vec![slot(), slot(), slot()]),
        Request::Hold { .. } => Reply::Held,
        Request::Book { slot, .. } => {
            Reply::Booked(Appointment { id: "a".into(), version: 1, slot: slot.clone(), is_confirmed: false })
        }
        Request::RequestCallback { .. } => Reply::Requested { promise: Timestamp::UNIX_EPOCH },
        _ => return None,
    })
}

/// A caller who has given these answers; `waits` for the store's answer to the last of them.
fn run(library: &Library, answers: &[&str], waits: bool) -> Run {
    let caller = Caller { number: PhoneNumber::parse("0353010001"), ..Caller::default() };
    let mut run = Run::new("r".into(), "welcome", caller, Channel::Call);
    let mut inputs = vec![Input::Start];
    inputs.extend(answers.iter().map(|keys| Input::Keys((*keys).to_owned())));
    let last = inputs.len() - 1;
    for (at, input) in inputs.into_iter().enumerate() {
        let mut next = Some(input);
        while let Some(input) = next.take() {
            for effect in run.input(library, Timestamp::UNIX_EPOCH, input) {
                if let Effect::Act { request, .. } = effect
                    && !(waits && at == last)
                {
                    next = yes(&request).map(Input::Reply);
                }
            }
        }
    }
    run
}

/// What becomes of a caller who had given these answers, after these edits.
fn after(answers: &[&str], edits: &[(&str, &str, &str)]) -> Migration {
    let (old, new) = (library(&[]).unwrap(), library(edits).unwrap_or_else(|faults| panic!("{faults:?}")));
    let run = run(&old, answers, false);
    migrate(&run, &footing(&run.stand(), &old), &new)
}

/// Answers up to the postal code, its read-back, the next question, the page, the last question.
const MENU: &[&str] = &[];
const PLACE: &[&str] = &["1"];
const TYPED: &[&str] = &["1", "71100"];
const HOW: &[&str] = &["1", "71100", "1"];
const PAGE: &[&str] = &["1", "71100", "1", "1"];
const SURE: &[&str] = &["1", "71100", "1", "1", "1"];
const ALL: [&[&str]; 6] = [MENU, PLACE, TYPED, HOW, PAGE, SURE];

#[test]
fn in_flows_that_did_not_change_it_is_as_it_was() {
    for answers in ALL {
        assert_eq!(after(answers, &[]), Migration::Same);
    }
}

#[test]
fn other_texts_waits_and_purposes_are_safe_everywhere() {
    let texts = [
        ("book", "Comment ?", "De quelle façon ?"),
        ("book", "C'est bien cela ?", "Est-ce juste ?"),
        ("welcome", "start: hello", "start: hello\nsettings: {no-input: 20s}"),
        ("welcome", "prendre un rendez-vous", "réserver"),
    ];
    for answers in ALL {
        assert_eq!(after(answers, &texts), Migration::Safe, "{answers:?}");
    }
}

#[test]
fn a_renamed_step_restarts_who_stands_on_it_and_nobody_else() {
    let renamed = [("book", "read_back:", "check_it:"), ("book", "chosen: read_back", "chosen: check_it")];
    for answers in &ALL[..5] {
        assert_eq!(after(answers, &renamed), Migration::Safe, "{answers:?}");
    }
    assert_eq!(after(SURE, &renamed), Migration::Restart);
}

#[test]
fn a_renamed_step_of_the_flow_that_called_restarts() {
    let renamed = [("welcome", "goto: book}", "goto: meet}"), ("welcome", "  book:\n    call", "  meet:\n    call")];
    assert_eq!(after(MENU, &renamed), Migration::Safe);
    assert_eq!(after(SURE, &renamed), Migration::Restart);
}

#[test]
fn a_choice_taken_away_from_the_menu_where_they_wait_is_safe() {
    let removed = [("welcome", "      3: {for: \"partir\", goto: bye}\n", "")];
    assert_eq!(after(MENU, &removed), Migration::Safe);
    assert_eq!(after(SURE, &removed), Migration::Safe);
}

#[test]
fn a_flow_that_is_gone_restarts_whoever_is_in_it() {
    let gone = [
        ("welcome", "  book:\n    call: book\n    ends: {appointment.booked: bye, callback.requested: bye}\n", ""),
        ("welcome", "goto: book}", "goto: bye}"),
    ];
    assert_eq!(after(SURE, &gone), Migration::Restart);
    assert_eq!(after(MENU, &gone), Migration::Safe);
}

#[test]
fn a_field_added_to_the_form_they_fill_in_restarts_and_one_added_before_restarts_who_needs_it() {
    let among =
        "{type: choice, ask: \"Où ?\", among: {1: {for: \"ici\", value: in_person}, 2: {for: \"là\", value: phone}}}";
    let added = format!("      where_to: {among}\n      place: {{type");
    let added = [("book", "      place: {type", added.as_str())];
    assert_eq!(after(TYPED, &added), Migration::Restart);
    assert_eq!(after(PAGE, &added), Migration::Safe, "nobody asks for it any more");
    let needed = [added[0], ("book", "slots.find(place, how)", "slots.find(place, where_to)")];
    assert_eq!(after(MENU, &needed), Migration::Safe);
    assert_eq!(after(SURE, &needed), Migration::Restart, "« no » leads back to the list, which needs it");
}

#[test]
fn an_action_with_other_arguments_restarts_who_waits_for_it_and_who_lacks_them() {
    let (old, new) =
        (library(&[]).unwrap(), library(&[("book", "slots.find(place, how)", "slots.find(place, 'phone')")]).unwrap());
    let run = run(&old, &["1", "71100", "1", "1"], true);
    assert_eq!(run.place(), ("book", "slots"));
    let on = footing(&run.stand(), &old);
    assert_eq!(on, ["call book", "offer slots.find(place, how) as slot, held"]);
    assert_eq!(migrate(&run, &on, &new), Migration::Restart);
    assert_eq!(after(SURE, &[("book", "slots.find(place, how)", "slots.find(place, 'phone')")]), Migration::Safe);
}

#[test]
fn a_field_of_another_kind_or_a_choice_that_is_no_more_restarts_whoever_had_chosen_it() {
    let other = [
        ("book", "as: slot", "as: meeting"),
        ("book", "{slot |", "{meeting |"),
        ("book", "book(place, slot)", "book(place, meeting)"),
    ];
    assert_eq!(after(SURE, &other), Migration::Restart);
    assert_eq!(after(HOW, &other), Migration::Safe);
    let gone = [("book", "value: in_person", "value: visio")];
    assert_eq!(after(HOW, &gone), Migration::Safe, "they are asked anew");
    assert_eq!(after(SURE, &gone), Migration::Restart, "they chose what there is no more");
}

#[test]
fn a_form_half_filled_in_keeps_its_answers_only_while_they_are_what_is_asked() {
    let swapped = [
        ("book", "      place: {type: postal-code, ask: \"Votre code postal ?\"}\n", ""),
        (
            "book",
            "    goto: slots\n",
            "      place: {type: postal-code, ask: \"Votre code postal ?\"}\n    goto: slots\n",
        ),
    ];
    assert_eq!(after(HOW, &swapped), Migration::Restart);
    assert_eq!(after(SURE, &swapped), Migration::Safe);
}

mod mutants;
