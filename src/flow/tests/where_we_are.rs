//! Where we are in a form (C13): what is said of it is true, whatever is known, gone back over, or taken up.

use super::*;
use crate::booking::PostalCode;

/// "Deuxième question sur trois" as (2, 3), of all that was heard.
fn counts(heard: &str) -> Vec<(usize, usize)> {
    let nth = ["Première", "Deuxième", "Troisième", "Quatrième"];
    let all = ["", "deux", "trois", "quatre"];
    let place = |words: &[&str], word: &str| words.iter().position(|known| *known == word).unwrap() + 1;
    let said = heard.match_indices(" question sur ").map(|(at, between)| {
        let before = heard[..at].rsplit(' ').next().unwrap();
        let after = heard[at + between.len()..].split('.').next().unwrap();
        (place(&nth, before), place(&all, after))
    });
    said.collect()
}

fn small(steps: &str) -> Library {
    super::small("start: first", steps)
}

#[test]
fn each_question_of_a_form_says_which_it_is_also_after_no_and_by_star() {
    let mut talk = Talk::new("book", LANDLINE);
    talk.hears("Première question sur deux. Tapez les cinq chiffres");
    talk.keys("71100");
    assert_eq!(counts(&talk.heard), [], "a read-back is no other question");
    talk.keys("2").hears("Première question sur deux. Tapez les cinq chiffres");
    talk.keys("*").hears("Première question sur deux. Tapez les cinq chiffres");
    talk.keys("71100").keys("1").hears("Deuxième question sur deux. Comment voulez-vous");
    talk.keys("1").hears("Il reste à choisir une date.");
    talk.keys("2").hears("Première question sur deux. Quelle semaine");
}

#[test]
fn on_a_rung_the_question_is_said_again_without_its_place() {
    let mut talk = Talk::new("book", LANDLINE);
    talk.keys("7").hears("Il faut cinq chiffres.").hears("Tapez les cinq chiffres");
    assert_eq!(counts(&talk.heard), []);
    talk.input(Input::NoInput).hears("Prenez votre temps.").hears("Tapez les cinq chiffres");
    assert_eq!(counts(&talk.heard), []);
}

#[test]
fn what_is_known_is_neither_asked_nor_counted() {
    let mut shown = Talk::new("manage", LANDLINE);
    shown.hears("Pour vous reconnaître");
    assert_eq!(counts(&shown.heard), [], "one question is asked");
    let mut withheld = Talk::new("manage", None);
    withheld.hears("Première question sur deux. Tapez les dix chiffres");
    withheld.keys("0353010001").keys("1").hears("Deuxième question sur deux. Pour vous reconnaître");
}

/// Four yes-or-no questions, of which some were asked before.
fn four(known: u8) -> Library {
    let names: Vec<char> = ('a'..='d').collect();
    let is_known = |nth: usize| known >> nth & 1 == 1;
    let field = |name: char, known: &str| format!("      {name}: {{type: yes-no, {known}ask: \"Est-ce {name} ?\"}}\n");
    let before: String = (0..4).filter(|nth| is_known(*nth)).map(|nth| field(names[nth], "")).collect();
    let all: String = names.iter().map(|name| field(*name, &format!("known: {name}, "))).collect();
    let first = if before.is_empty() {
        "  first: {say: \"Bonjour.\", goto: all}\n".to_owned()
    } else {
        format!("  first:\n    form:\n{before}    goto: all\n")
    };
    small(&format!(
        "{first}  all:\n    form:\n{all}    goto: bye\n  bye: {{say: \"Au revoir.\", end: call.finished}}\n"
    ))
}

#[test]
fn whichever_fields_are_known_the_others_are_counted_from_the_first_to_the_last() {
    for known in 0_u8..16 {
        let library: &'static Library = Box::leak(Box::new(four(known)));
        let run = Run::new("r".into(), "small", Caller::default(), Channel::Call);
        let mut talk = Talk { library, run, ..Talk::new("book", None) };
        talk.input(Input::Start);
        let mut heard = vec![talk.heard.clone()];
        while talk.end.is_none() {
            talk.keys("1");
            heard.push(talk.heard.clone());
        }
        let counted = |all: usize| (1..=all).filter(move |_| all > 1).map(move |nth| (nth, all));
        let before = known.count_ones() as usize;
        let wanted: Vec<_> = counted(before).chain(counted(4 - before)).collect();
        assert_eq!(counts(&heard.concat()), wanted, "{known:04b}: {heard:#?}");
        assert_eq!(heard.concat().matches("Est-ce").count(), 4, "{known:04b}");
    }
}

#[test]
fn who_goes_back_is_asked_again_what_follows_as_it_was_counted() {
    let none = |request: &Request| match request {
        Request::FindAppointments { .. } => Reply::Appointments(vec![]),
        other => yes(other),
    };
    let run = Run::new("r".into(), "manage", Caller::default(), Channel::Terminal);
    let mut talk = Talk { run, replies: none, ..Talk::new("book", None) };
    let back = || Input::Words("RETOUR".to_owned());
    talk.input(Input::Start).hears("Première question sur deux.");
    talk.input(back()).hears("Première question sur deux. Tapez les dix chiffres");
    talk.keys("0353010001").keys("1").keys("71100").keys("1").hears("Pour essayer un autre code postal");
    talk.input(back()).hears("Deuxième question sur deux. Pour vous reconnaître");
    talk.input(back()).hears("Première question sur deux. Tapez les dix chiffres");
    // The postal code is known by now; two questions were announced, and two come.
    talk.keys("0353010002").keys("1").hears("Deuxième question sur deux. Pour vous reconnaître");
}

/// Cut off at the second question, and taken up by the next call, after something was done to what was kept.
fn taken_up(library: &'static Library, change: fn(String) -> String) -> String {
    let mut before = Talk::new("book", LANDLINE);
    before.keys("71100").keys("1").hears("Deuxième question sur deux.");
    let effects = before.run.input(before.library, Timestamp::UNIX_EPOCH, Input::Hangup);
    let [Effect::Rest { fact, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(Some(fact.clone()), PostalCode::parse("71100"));
    let kept = change(serde_json::to_string(&before.run).unwrap());
    let mut after = Talk { library, ..Talk::new("resume", LANDLINE) };
    after.keys("1").keys("71100");
    after.run.input(library, Timestamp::UNIX_EPOCH, Input::Keys("1".into()));
    after.input(Input::Reply(Reply::Resumed(kept)));
    after.heard.clone()
}

#[test]
fn a_call_taken_up_is_where_it_was() {
    let heard = taken_up(library(), |kept| kept);
    assert!(heard.contains("Nous reprenons où vous en étiez. Deuxième question sur deux. Comment"), "{heard}");
}

#[test]
fn a_call_taken_up_in_other_flows_is_where_it_was_whatever_counts_as_known_there() {
    let files = files().into_iter().map(|(path, text)| match path.as_str() {
        "flows/book.yaml" => {
            (path, text.replacen("        type: choice\n", "        type: choice\n        known: how\n", 1))
        }
        _ => (path, text),
    });
    let other = Library::load(&files.collect::<Vec<_>>(), &|_| true).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let heard = taken_up(Box::leak(Box::new(other)), |kept| kept);
    assert!(heard.contains("Deuxième question sur deux. Comment"), "{heard}");
}

#[test]
fn a_call_kept_by_an_older_line_is_taken_up_and_no_place_is_made_up() {
    let heard = taken_up(library(), |kept| kept.replacen(r#""asked":[0,1],"#, "", 1));
    assert!(heard.contains("Nous reprenons où vous en étiez. Comment voulez-vous"), "{heard}");
}
