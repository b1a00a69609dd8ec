//! A small flow computed by hand, and the real ones with their recordings.

use super::*;
use crate::flow::tests::library;
use crate::speech::Language;

/// Every recording lasts one second, but for those named.
fn lengths(library: &Library, named: &[(&str, u64)]) -> Recordings {
    let units = library.texts(Default::default()).into_iter().chain(crate::speech::french::units());
    let all = units.map(|text| (text, 1_000)).chain(named.iter().map(|(text, ms)| ((*text).to_owned(), *ms)));
    Recordings::new(library, Language::French, all.map(|(text, ms)| (text, Duration::from_millis(ms))))
}

fn flow(steps: &str) -> Library {
    crate::flow::tests::small("start: hello", steps)
}

const MENU: &str = r#"
  hello: {say: "Bonjour.", goto: choose}
  choose:
    menu:
      1: {for: "finir", goto: bye}
      2: {for: "attendre", goto: person}
  bye: {say: "Au revoir.", end: call.finished}
"#;

fn took(keys: u32, median_ms: u64, worst_ms: u64) -> Took {
    Took { keys, median: Duration::from_millis(median_ms), worst: Duration::from_millis(worst_ms) }
}

#[test]
fn a_menu_is_heard_whole_then_answered_and_at_worst_after_every_rung() {
    let library = flow(MENU);
    let times = times(&library, &lengths(&library, &[("Bonjour.", 2_000)]), "small").unwrap();
    // "Bonjour." 2.4; each option 1 + 0.5 + 1 + 0.4; the key 1; "Au revoir." 1.4.
    let (hello, menu, bye) = (2_400, 5_800, 1_400);
    let finished = hello + menu + 1_000 + bye;
    // Two silences: the menu, 8 s, a rung of 1.4. Two misses: the menu, 45 s, 1.4. Then the menu, 45 s and the answer.
    let climbed = 2 * (menu + 8_000 + 1_400) + 2 * (menu + 45_000 + 1_400) + menu + 45_000;
    assert_eq!(times[&Goal::Reached("call.finished".into())], took(1, finished, hello + climbed + bye));
    // "Très bien." 1.4, by key 2 or in the end by saying nothing.
    assert_eq!(times[&Goal::Person], took(1, hello + menu + 1_000 + 1_400, hello + climbed + 1_400));
}

#[test]
fn values_are_as_long_as_the_middle_and_the_longest_of_their_kind() {
    let library = flow(
        r#"
  hello:
    confirm: "Vous appelez du : {caller.number | spoken-pairs} C'est juste ?"
    yes: bye
    no: person
  bye: {end: call.finished}
"#,
    );
    let took = times(&library, &lengths(&library, &[("zéro trois,", 3_000)]), "small").unwrap();
    let finished = took[&Goal::Reached("call.finished".into())];
    // 1 + five pairs + 1 + 0.4, "si oui …" 1.4, the key 1; the longest pair stands for four of the five.
    assert_eq!(finished.median, Duration::from_millis(1_000 + 5_000 + 1_400 + 1_400 + 1_000));
    let longest = 1_000 + 4 * 3_000 + 1_000 + 1_400 + 1_400;
    assert_eq!(finished.worst.as_millis(), 2 * (longest + 9_400) + 2 * (longest + 46_400) + longest + 45_000);
}

#[test]
fn a_typed_number_takes_its_keys_and_one_for_yes() {
    let library = flow(
        r#"
  hello:
    ask: {place: {type: postal-code, ask: "Votre code postal ?"}}
    goto: bye
  bye: {end: call.finished}
"#,
    );
    let times = times(&library, &lengths(&library, &[]), "small").unwrap();
    let finished = times[&Goal::Reached("call.finished".into())];
    // The question 1.4 and five keys; "vous avez tapé" 1.4, three units, "c'est bien cela" 1.4, "si oui …" 1.4, one key.
    assert_eq!(
        (finished.keys, finished.median.as_millis()),
        (6, 1_400 + 5_000 + 1_400 + 3_000 + 1_400 + 1_400 + 1_000)
    );
    assert_eq!(times[&Goal::Person].keys, 1, "0 at the first question");
}

#[test]
fn a_way_back_is_not_taken_twice() {
    let library = flow(
        r#"
  hello: {confirm: "Encore ?", yes: again, no: bye}
  again: {say: "Encore.", goto: hello}
  bye: {end: call.finished}
"#,
    );
    let times = times(&library, &lengths(&library, &[]), "small").unwrap();
    assert_eq!(times[&Goal::Reached("call.finished".into())].keys, 1);
}

#[test]
fn booking_takes_thirteen_keys_from_the_welcome_and_a_person_one() {
    let times = times(library(), &lengths(library(), &[]), "welcome").unwrap();
    // 1; 1 working; five digits, 1; 1 on site; 1 the first dates; 1 the first of them; 1 yes; 1 the mark.
    assert_eq!(times[&Goal::Reached("appointment.booked".into())].keys, 13);
    assert_eq!(times[&Goal::Person].keys, 1);
    assert!(times.values().all(|took| took.median <= took.worst));
    // What a called flow reached counts; the mark at the end is an aside, and only the notice comes to nothing else.
    assert!(!times.contains_key(&Goal::Reached("satisfaction.done".into())));
}

#[test]
fn the_longest_towns_and_addresses_are_measured_too() {
    let places = [("à Dijon,", 1_000), ("à Cosne,", 4_000), ("à Cosne, deux rue du Moulin.", 9_000)];
    let short = too_long(library(), &lengths(library(), &[]));
    assert_eq!(short, []);
    let long = too_long(library(), &lengths(library(), &places));
    let messages: Vec<String> = long.iter().map(|long| long.fault.to_string()).collect();
    let wanted = "flows/book.yaml:104:14: « Vous avez choisi : [date et heure] [adresse] C'est bien cela ? » dure jusqu'à 13,0 s, c'est trop pour être retenu : 12 s au plus ; coupez ce texte en deux étapes";
    assert!(messages.iter().any(|message| message == wanted), "{messages:#?}");
}

#[test]
fn a_prompt_too_long_is_refused_with_its_place_and_remedy() {
    let library = flow(MENU);
    let found = too_long(&library, &lengths(&library, &[("Bonjour.", 12_100)]));
    let wanted = "small.yaml:5:16: « Bonjour. » dure jusqu'à 12,1 s, c'est trop pour être retenu : 12 s au plus ; coupez ce texte en deux étapes";
    assert_eq!(
        found.iter().map(|long| (long.fault.to_string(), long.is_refused)).collect::<Vec<_>>(),
        [(wanted.to_owned(), true)]
    );
    assert_eq!(too_long(&library, &lengths(&library, &[("Bonjour.", 12_000)])), []);
}

#[test]
fn a_menu_too_long_is_refused_with_its_place_and_remedy() {
    let library = flow(MENU);
    let found = too_long(&library, &lengths(&library, &[("Pour finir,", 11_900), ("Pour attendre,", 5_000)]));
    let wanted = "small.yaml:7:5: la question de l'étape `choose` dure jusqu'à 20,3 s avec ses réponses : 20 s au plus ; raccourcissez les réponses, ou proposez-en moins";
    assert_eq!(
        found.iter().map(|long| (long.fault.to_string(), long.is_refused)).collect::<Vec<_>>(),
        [(wanted.to_owned(), true)]
    );
}

#[test]
fn more_than_twenty_five_words_with_its_values_are_too_many() {
    let words = "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze";
    let library = flow(&format!(
        r#"
  hello: {{confirm: "{words} {{caller.number | spoken-pairs}} C'est juste ?", yes: bye, no: person}}
  bye: {{end: call.finished}}
"#
    ));
    let found = too_long(&library, &lengths(&library, &[]));
    assert!(found[0].fault.message.contains("mots, c'est trop pour être retenu : 25 au plus"), "{found:?}");
}

/// Two questions, of which the first is known of who shows their number.
const FORM: &str = r#"
  hello:
    form:
      phone: {type: phone, known: caller.number, ask: "Votre numéro ?"}
      sure: {type: yes-no, ask: "Êtes-vous sûr ?"}
    goto: bye
  bye: {end: call.finished}
"#;

#[test]
fn where_we_are_is_said_once_a_question_and_only_of_two() {
    let library = flow(FORM);
    let named = [("Première question sur deux.", 5_000), ("Deuxième question sur deux.", 7_000)];
    let finished = |named: &[(&str, u64)]| {
        let recordings = lengths(&library, named);
        let times = times(&library, &recordings, "small").unwrap();
        times[&Goal::Reached("call.finished".into())]
    };
    // Of who shows their number, one question is asked: the question 1.4, "si oui …" 1.4, the key 1.
    assert_eq!(finished(&named).median.as_millis(), 1_400 + 1_400 + 1_000);
    // Whoever takes longest is asked both, and hears each place once, however often the question comes again.
    let counted = finished(&named).worst - finished(&[]).worst;
    assert_eq!(counted.as_millis(), 4_000 + 6_000);
}

#[test]
fn a_question_is_measured_with_its_place_before_it() {
    let library = flow(FORM);
    let too_long_of = |named: &[(&str, u64)]| {
        let found = too_long(&library, &lengths(&library, named));
        found.iter().map(|long| long.fault.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(too_long_of(&[("Êtes-vous sûr ?", 10_600)]), [""; 0]);
    // With the pause after "Deuxième question sur deux.", 12.1 s.
    let wanted = "small.yaml:8:33: « Deuxième question sur deux. Êtes-vous sûr ? » dure jusqu'à 12,1 s, c'est trop pour être retenu : 12 s au plus ; coupez ce texte en deux étapes";
    assert_eq!(too_long_of(&[("Êtes-vous sûr ?", 10_700)]), [wanted]);
}
