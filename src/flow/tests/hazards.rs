//! What could trap, mislead or cost a caller: each test is one way it could happen.

use super::*;

#[test]
fn a_star_after_the_appointment_reads_the_appointment_again() {
    let mut talk = Talk::new("manage", LANDLINE);
    talk.keys("71100").keys("1").hears("Votre rendez-vous :");
    talk.keys("*").hears("Votre rendez-vous :").hears("douze rue de la Liberté").hears("Pour annuler");
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
fn flows_that_would_trap_or_mislead_a_caller_are_refused() {
    const CANNOT_WRITE: &str =
        "    unavailable: {say: \"Excusez-nous, le rendez-vous n'a pas pu être écrit.\", goto: call_back}";
    const NONE_LEFT: &str = "    none: {say: \"Il n'y a pas d'autre date pour l'instant.\", goto: call_back}";
    const BY_PHONE: &str = "          2: {for: \"être appelé au téléphone\", value: phone}\n";
    let cases = [
        // rounds
        (
            "book",
            CANNOT_WRITE,
            "    unavailable: write",
            "49:5: from step `write` the flow comes back to it without asking",
        ),
        ("book", NONE_LEFT, "    none: slots", "32:5: from step `slots` the flow comes back to it without asking"),
        (
            "call_back",
            "on-failure: give_up",
            "on-failure: same_number",
            "a caller who stays silent comes back to it for ever",
        ),
        (
            "call_back",
            "    on-failure: write_typed\n",
            "    on-failure: window\n",
            "from step `window` a caller who stays silent",
        ),
        ("call_back", "settings: {on-failure: give_up}\n", "", "this flow is where 0 and silence lead"),
        ("call_back", "    no: ask_number", "    no: person", "step `same_number` leads to `person`"),
        ("manage", "    end: appointment.known\n", "    goto: kept\n", "from step `kept` the flow comes back to it"),
        (
            "manage",
            "      3: {for: \"ne rien changer\", goto: kept}",
            "      3: {for: \"ne rien changer\", goto: what}",
            "nothing leads to step `kept`",
        ),
        // promises
        (
            "call_back",
            "    unavailable: sorry\n",
            "    unavailable: done\n",
            "step `done` says « C'est noté. Un conseiller vous rappellera. » where nothing may",
        ),
        (
            "manage",
            "    no: what\n",
            "    no: cancelled\n",
            "step `cancelled` says « C'est noté. Votre rendez-vous est annulé. » where",
        ),
        (
            "book",
            "le rendez-vous n'a pas pu être écrit.",
            "votre demande est notée. C'est noté.",
            "step `write` says «",
        ),
        // meaning
        (
            "book",
            "{slot | spoken-address}",
            "{slot | spoken-pairs}",
            "write `{slot | spoken-date}` or `{slot | spoken-address}`",
        ),
        (
            "book",
            "book(place, slot)",
            "book(slot, place)",
            "`appointments.book` needs a postal code where `slot` stands, which is a free place",
        ),
        ("book", "if: caller.withheld", "if: how = fone", "20:5: `how` is never `fone`; did you mean `phone`?"),
        ("book", "value: phone}", "value: telephone}", "`slots.find` does not know `telephone`; did you mean `phone`?"),
        (
            "call_back",
            "'any'",
            "'soon'",
            "`callbacks.request` does not know `soon`; there are `morning`, `afternoon`, `any`",
        ),
        ("book", "      as: slot", "      as: place", "`place` is "),
        ("manage", "known: caller.number", "known: caller.numbre", "cannot be known from `caller.numbre`"),
        ("manage", "  kept:\n", "  kept:\n    yes: who\n", "`yes` means nothing in step `kept`, which is a `say`"),
        ("book", "    goto: number\n", "    end: over\n", "after step `where` nothing follows: write `goto: …`"),
        ("book", "type: choice", "type: postal-code", "`how` is typed, not chosen"),
        ("book", BY_PHONE, "", "`how` leaves no choice"),
        (
            "book",
            "  done:\n",
            "  person:\n    goto: done\n    say: \"Bonjour.\"\n  done:\n",
            "`person` always means somebody to talk to",
        ),
        (
            "book",
            "  again:\n    say:",
            "  again:\n    queue: people\n    say:",
            "`queue` comes with the next version: write `goto: person`",
        ),
        ("manage", "flow: manage", "flow: book", "another file is called `book` already"),
        // care
        ("book", "      page: 2", "      page: 3", "35:13: page: 3: write 1 or 2"),
        ("book", "      page: 2", "      page: 0", "35:13: page: 0: write 1 or 2"),
        ("book", "start: where", "start: where\nsettings: {tries: 0}", "4:19: 0 tries: write 2 to 5 (C8 asks for 3)"),
        (
            "book",
            "start: where",
            "start: where\nsettings: {no-input: 0s}",
            "4:22: `0s` is too short or too long here: write 5s to 60s",
        ),
        (
            "book",
            "start: where",
            "start: where\nsettings: {no-input-number: 8s}",
            "`8s` is too short or too long here: write 30s to 120s",
        ),
        ("book", "hold: 30min", "hold: 1s", "write 60s to 7200s"),
        (
            "welcome",
            "    menu:\n",
            "    intro: \"Tapez votre choix.\"\n    menu:\n",
            "« Tapez votre choix. » begins with the key",
        ),
        (
            "welcome",
            "prendre un rendez-vous\"",
            "prendre rendez-vous sur www.exemple.org\"",
            "sends people to a web site",
        ),
        // spelling
        ("book", "    yes: write\n", "    yes: wrte\n", "46:10: no step `wrte`; did you mean `write`?"),
        ("book", "    taken: {", "    takn: {", "51:5: no key `takn` here; did you mean `taken`?"),
        ("welcome", "start: hello", "start: hello\nstart: help", "4:1: `start` is written twice here: keep one"),
        ("welcome", "start: hello", "start: &x hello", "`&` has a meaning of its own in YAML"),
        ("welcome", "start: hello", "start: !exec hello", "`!` has a meaning of its own in YAML"),
        ("engine", "person:", "prson:", "9:1: no key `prson` here"),
    ];
    let mut wrong = Vec::new();
    for (flow, find, replace, wanted) in cases {
        let mut files = files();
        let file = files.iter_mut().find(|(path, _)| path.ends_with(&format!("{flow}.yaml"))).unwrap();
        assert!(file.1.contains(find), "{find}");
        file.1 = file.1.replacen(find, replace, 1);
        let faults: Vec<String> =
            Library::load(&files, &|_| true).err().unwrap_or_default().iter().map(ToString::to_string).collect();
        if !faults.iter().any(|fault| fault.contains(wanted)) {
            wrong.push(format!("{flow}: {find} → {replace}\n  wanted {wanted}\n  got {faults:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_flow_that_comes_back_into_itself_is_refused() {
    let mut files = files();
    for (name, called) in [("ping", "pong"), ("pong", "ping")] {
        let text = format!(
            "flow: {name}\nstart: on\nsteps:\n  on:\n    call: {called}\n    ends: {{over: off}}\n  off:\n    end: over\n"
        );
        files.push((format!("flows/{name}.yaml"), text));
    }
    let faults = Library::load(&files, &|_| true).unwrap_err();
    assert!(
        faults.iter().any(|fault| fault.to_string().contains("5:11: `pong` leads back into `ping`")),
        "{faults:#?}"
    );
}

#[test]
fn a_step_may_be_called_no_or_off_or_01() {
    for name in ["no", "off", "01", "2", "true"] {
        let mut files = files();
        let file = files.iter_mut().find(|(path, _)| path.ends_with("book.yaml")).unwrap();
        file.1 = file.1.replace("callback.lost: lost", &format!("callback.lost: {name}"));
        file.1 = file.1.replace("  lost:\n", &format!("  {name}:\n"));
        let faults = Library::load(&files, &|_| true).err();
        assert!(faults.is_none(), "{name}: {faults:#?}");
    }
}

#[test]
fn the_one_text_that_stands_in_no_flow_is_wanted_too() {
    let faults = Library::load(&files(), &|text| text != "par téléphone.").unwrap_err();
    assert!(faults[0].to_string().contains("no recording of « par téléphone. »"), "{faults:#?}");
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
