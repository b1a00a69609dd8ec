use super::*;

#[test]
fn clauses_are_read_in_order_with_their_lines() {
    let text = "# one\nat 2026-11-30 09:00   call withheld\nhears \"bonjour\"   silent 8s\nkeys 71100   drops\nlater 4min\nthen a.b";
    let clauses = parse(text).unwrap();
    assert_eq!(clauses[0], (2, Clause::At("2026-11-30T08:00:00Z".parse().unwrap())));
    assert_eq!(clauses[1], (2, Clause::Call(Calling::default())));
    assert_eq!(clauses[3], (3, Clause::Silent(Duration::from_secs(8))));
    assert_eq!(clauses[5], (4, Clause::Drops));
    assert_eq!(clauses[7], (6, Clause::Then("a.b".into())));
}

fn only(text: &str) -> Clause {
    parse(text).unwrap().remove(0).1
}

#[test]
fn a_call_says_its_language_and_its_flow() {
    let number = PhoneNumber::parse("0353010001");
    let calling = |language, flow: Option<&str>| {
        Clause::Call(Calling { number: number.clone(), language, flow: flow.map(str::to_owned) })
    };
    assert_eq!(only("call 0353010001"), calling(None, None));
    assert_eq!(only("call 0353010001 in en"), calling(Some(Language::English), None));
    assert_eq!(only("call 0353010001 in en to group"), calling(Some(Language::English), Some("group")));
}

#[test]
fn what_is_there_before_and_what_happens_meanwhile() {
    let number = PhoneNumber::parse("0353010001").unwrap();
    let given = Given::Appointment {
        at: "2026-12-01T08:00:00Z".parse().unwrap(),
        number: number.clone(),
        place: PostalCode::parse("71100").unwrap(),
    };
    assert_eq!(only("given appointment 2026-12-01 09:00 for 0353010001 71100"), Clause::Given(given));
    assert_eq!(only("given call-back for 0353010001"), Clause::Given(Given::CallBack { number: number.clone() }));
    assert_eq!(only("given slow for 0353010001"), Clause::Given(Given::Slow { number }));
    assert_eq!(only("store down"), Clause::Store { is_up: false });
    assert_eq!(only("store up"), Clause::Store { is_up: true });
    assert_eq!(only("taken"), Clause::Taken);
    assert_eq!(only("gone"), Clause::Gone);
    assert_eq!(only("counsellor answers"), Clause::Counsellor(Queued::Answered));
    assert_eq!(only("says 2s"), Clause::Says(Duration::from_secs(2)));
    assert_eq!(only("words \"oui\""), Clause::Words("oui".into()));
    assert_eq!(only("hears slowly \"oui\""), Clause::HearsSlowly("oui".into()));
    let cancelled = Given::Cancelled {
        at: "2026-12-01T08:00:00Z".parse().unwrap(),
        number: PhoneNumber::parse("0353010001").unwrap(),
        place: PostalCode::parse("71100").unwrap(),
    };
    assert_eq!(only("given cancelled 2026-12-01 09:00 for 0353010001 71100"), Clause::Given(cancelled));
    let at = "2026-12-08T13:00:00Z".parse().unwrap();
    assert_eq!(only("given place 2026-12-08 14:00"), Clause::Given(Given::Place { at }));
    assert_eq!(only("given meeting 2026-12-08 14:00"), Clause::Given(Given::Meeting { at }));
    assert_eq!(only("lapsed"), Clause::Lapsed);
    assert_eq!(only("counsellor busy"), Clause::Counsellor(Queued::Busy));
    assert_eq!(only("counsellor closed"), Clause::Counsellor(Queued::Closed));
    assert_eq!(only("wrote booked"), Clause::Wrote("booked".into()));
    assert_eq!(only("holds 1"), Clause::Holds(1));
    let number = PhoneNumber::parse("0639980001").unwrap();
    let sms = |flow: Option<&str>| Clause::Sms {
        number: number.clone(),
        words: "RDV demain".into(),
        flow: flow.map(str::to_owned),
    };
    assert_eq!(only("sms 0639980001 \"RDV demain\""), sms(None));
    assert_eq!(only("sms 0639980001 to group \"RDV demain\""), sms(Some("group")));
    assert_eq!(only("reads \"oui\""), Clause::Reads("oui".into()));
    assert_eq!(only("writes \"1\""), Clause::Writes("1".into()));
}

#[test]
fn a_broken_clause_is_refused_with_its_line_and_what_to_write() {
    for (text, wanted) in [
        ("\nkeys ab", "ligne 2 : après `keys`"),
        ("at tomorrow", "2026-11-30 09:00"),
        ("silent 8", "8s, 4min ou 2h"),
        ("later 9999h", "8s, 4min ou 2h"),
        ("hears bonjour", "après `hears`, écrivez des mots entre guillemets"),
        ("words oui", "après `words`"),
        ("hears slowly oui", "après `hears slowly`"),
        ("sms 0639980001", "le numéro d'un mobile"),
        ("sms 0353010001 \"RDV\"", "le numéro d'un mobile"),
        ("sms 0639980001 RDV", "après `sms`, écrivez des mots entre guillemets"),
        ("reads bonjour", "après `reads`, écrivez des mots entre guillemets"),
        ("writes 1", "après `writes`, écrivez des mots entre guillemets"),
        ("sings", "`sings` : une indication commence par at, call"),
        ("call 12", "0353010001"),
        ("call 0353010001 en", "`in en`"),
        ("call 0353010001 in xx", "deux lettres"),
        ("store gone", "`down`"),
        ("given appointment for 0353010001", "après `given`"),
        ("given appointment 2026-12-01 09:00 for 0353010001", "après `given`"),
        ("given call-back for 0353010001 71100", "après `given`"),
        ("given place tomorrow", "2026-11-30 09:00"),
        ("given cancelled 2026-12-01 09:00 for 0353010001", "après `given`"),
        ("wrote it down", "après `wrote`, écrivez `nothing`, `booked`"),
        ("lapsed now", "rien ne suit `lapsed`"),
        ("taken now", "rien ne suit `taken`"),
        ("counsellor sleeps", "`answers`"),
        ("holds many", "un nombre"),
        ("then", "un seul but"),
    ] {
        let error = parse(text).unwrap_err();
        assert!(error.starts_with("ligne ") && error.contains(wanted), "{error}");
    }
}

#[test]
fn words_are_compared_without_case_and_punctuation() {
    assert_eq!(plain("C'est bien cela ? Sept, un."), plain("c’est BIEN cela, sept un"));
}

#[test]
fn words_are_played_only_where_there_are_letters() {
    let clauses = parse("call withheld   words \"oui\"").unwrap();
    assert!(fits(&clauses, Channel::Terminal) && !fits(&clauses, Channel::Call));
    // One with an SMS in it is played once, its calls as calls.
    let written = parse("call withheld   drops   sms 0639980001 \"RDV\"").unwrap();
    assert!(fits(&written, Channel::Sms) && !fits(&written, Channel::Call) && !fits(&clauses, Channel::Sms));
}
