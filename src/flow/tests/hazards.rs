//! What could trap, mislead or cost a caller: each test is one way it could happen.

use super::*;

#[test]
fn a_star_after_the_appointment_reads_the_appointment_again() {
    let mut talk = Talk::new("manage", LANDLINE);
    talk.keys("71100").keys("1").hears("Votre rendez-vous :");
    talk.keys("*").hears("Votre rendez-vous :").hears("douze rue de la Liberté").hears("Pour changer ou annuler");
}

#[test]
fn a_premium_or_foreign_number_is_not_a_number_to_call_back() {
    // Spelled apart: no premium number is to be written down whole, here either.
    for number in [format!("08{}", "99700000"), format!("00{}", "44123456"), format!("00{}", "33353010")] {
        let mut talk = Talk::new("call_back", None);
        talk.keys(&number);
        assert!(!talk.heard.contains("C'est bien cela"), "{number}: {}", talk.heard);
    }
}

#[test]
fn a_premium_caller_is_not_called_back_in_silence() {
    let mut talk = Talk::new("call_back", Some(&format!("08{}", "99700000")));
    (0..6).for_each(|_| drop(talk.input(Input::NoInput).heard.clone()));
    assert!(talk.acts.is_empty(), "{:?}", talk.acts);
}

#[test]
fn the_number_that_was_typed_is_the_one_called_back_even_if_silence_follows() {
    for number in [LANDLINE, None] {
        let mut talk = Talk::new("call_back", number);
        if number.is_some() {
            talk.keys("2");
        }
        talk.keys("0639980001").keys("1").hears("Quand pouvons-nous");
        (0..3).for_each(|_| drop(talk.input(Input::NoInput).heard.clone()));
        let wanted = PhoneNumber::parse("0639980001").unwrap();
        assert!(
            talk.acts.iter().any(|act| matches!(act, Request::RequestCallback { phone, .. } if *phone == wanted)),
            "{number:?} {:?} {}",
            talk.acts,
            talk.heard
        );
    }
}

#[test]
fn a_star_a_silence_and_a_star_are_not_two_stars_in_a_row() {
    let mut talk = Talk::new("welcome", LANDLINE);
    talk.keys("*").input(Input::NoInput).keys("*");
    assert!(!talk.run.is_slow);
}

#[test]
fn who_asked_for_slower_speech_keeps_it_with_the_next_flow() {
    let mut talk = Talk::new("welcome", LANDLINE);
    talk.keys("*").keys("*").keys("0");
    assert!(talk.is_transferred && talk.run.succeed("r-1".into(), "call_back").is_slow);
}

#[test]
fn a_number_that_agreed_is_spoken_to_slowly_from_the_first_word_and_asked_again_at_the_end() {
    let number = LANDLINE.and_then(PhoneNumber::parse);
    let mut talk = Talk::of("welcome", Caller { number: number.clone(), slow: true, ..Caller::default() });
    talk.hears("Bonjour.");
    assert!(talk.is_slow);
    talk.keys("1").keys("2").keys("1").keys("3").hears("faut-il encore parler lentement ?");
    talk.keys("2").hears("nous parlerons comme d'habitude.").hears("Au revoir.");
    let said = Request::RecordConsent { phone: number.unwrap(), topic: "slow".into(), agrees: false };
    assert_eq!(talk.acts, [said]);
}

#[test]
fn nothing_is_asked_about_the_next_call_of_a_number_that_is_withheld_or_premium() {
    // A premium number may be shown by a fraudster (D1): as withheld (D16).
    let premium = format!("08{}", "99700000");
    for number in [None, Some(premium.as_str())] {
        for (flow, keys) in
            [("welcome", vec!["1", "2", "1", "3"]), ("call_back", vec!["0353010003", "1", "1", "1", "2"])]
        {
            let mut talk = Talk::new(flow, number);
            talk.keys("*").keys("*");
            keys.iter().for_each(|keys| drop(talk.keys(keys).heard.clone()));
            assert!(talk.run.is_slow && talk.end.is_some(), "{number:?} {flow} at {:?}", talk.run.place());
            assert!(
                !talk.acts.iter().any(|act| matches!(act, Request::RecordConsent { topic, .. } if topic == "slow"))
            );
        }
    }
}

#[test]
fn a_silent_caller_ends_in_a_bounded_number_of_waits_from_every_question() {
    for number in [LANDLINE, None] {
        for flow in super::FLOWS {
            for answers in
                [&[][..], &["71100"], &["71100", "1"], &["71100", "1", "1"], &["71100", "1", "1", "1"], &["2"]]
            {
                let mut talk = Talk::new(flow, number);
                for keys in answers {
                    talk.keys(keys);
                }
                let mut waits = 0;
                while talk.end.is_none() && waits <= 12 {
                    if std::mem::take(&mut talk.is_transferred) {
                        // What the line does of it: the call-back flow.
                        talk.run = talk.run.succeed("r-1".into(), "call_back");
                        talk.input(Input::Start);
                    }
                    talk.input(Input::NoInput);
                    waits += 1;
                }
                assert!(talk.end.is_some(), "{flow} after {answers:?}: still at {:?}", talk.run.place());
            }
        }
    }
}
