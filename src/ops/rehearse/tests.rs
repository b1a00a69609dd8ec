mod replay;

use std::path::PathBuf;

use super::*;
use crate::flow::tests::library;

/// What is told of these transcripts, and what came of them.
fn told(texts: &[&str]) -> (String, Outcome) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let transcript = |(at, text): (usize, &&str)| {
        let path = PathBuf::from(format!("{at}.call"));
        Transcript { path, text: (*text).to_owned() }
    };
    let transcripts: Vec<Transcript> = texts.iter().enumerate().map(transcript).collect();
    let mut out = Vec::new();
    let outcome = rehearse(library(), "welcome", &runtime, &transcripts, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), outcome)
}

fn check(text: &str, wanted: &str) {
    let (told, _) = told(&[text]);
    let first = told.lines().next().unwrap();
    assert!(first.starts_with(wanted), "wanted « {wanted} », told « {first} »");
}

#[test]
fn each_transcript_has_its_line_with_its_channels_or_with_what_did_not_come_true() {
    let (told, outcome) = told(&[
        "call 0353010001\nhears \"Bonjour.\"",
        "call 0353010001\nwords \"conseiller\"   hears \"Je cherche un conseiller.\"",
        "call 0353010001\nhears \"Bonsoir.\"",
        "call 0353010001\nsings",
    ]);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[0], "✓ 0.call (au téléphone, au terminal)");
    assert_eq!(lines[1], "✓ 1.call (au terminal)");
    assert!(lines[2].starts_with("✗ 2.call, au téléphone : ligne 2 : attendu « Bonsoir. », entendu « Bonjour."));
    assert!(lines[3].starts_with("✗ 2.call, au terminal : ligne 2 : attendu « Bonsoir. »"));
    assert!(lines[4].starts_with("✗ 3.call, ligne 2 : `sings` : une indication commence par at, call"));
    assert!(told.contains("welcome : l'étape `choose`, touche 1 n'est jamais essayée\n"), "{told}");
    assert!(told.contains("n'est jamais essayée (au téléphone)"), "words were tried in the terminal alone");
    assert!(told.contains("4 transcriptions, dont 2 à revoir."));
    assert_eq!(outcome.failed, 2);
    assert!(outcome.missing > 200, "{outcome:?}");
}

const TO_THE_DATES: &str =
    "at 2026-11-30 09:00   call 0353010001   keys 1   keys 1   keys 71100   keys 1   keys 1   keys 1";

#[test]
fn a_place_taken_while_its_page_is_read_is_told_and_another_can_be_had() {
    let text = format!(
        "{TO_THE_DATES}\ntaken   keys 1   hears \"Cette place vient d'être prise. Voici d'autres dates.\"   holds 0\n\
         keys 1   hears \"Vous avez choisi :\"   holds 1   keys 1   hears \"C'est noté.\"   drops\nthen appointment.booked"
    );
    check(&text, "✓");
}

#[test]
fn a_store_that_is_down_answers_nothing_and_one_that_is_up_again_does() {
    check(&format!("{TO_THE_DATES}\nstore down   keys 1   hears \"ne répond pas.\"   holds 0"), "✓");
    check(&format!("{TO_THE_DATES}\nstore down   store up   keys 1   hears \"Vous avez choisi :\"   holds 1"), "✓");
}

#[test]
fn only_the_places_and_meetings_that_are_given_are_offered() {
    let one = "given place 2026-12-02 09:00\n";
    check(
        &format!("{one}{TO_THE_DATES}   hears \"mercredi deux décembre\"   hears \"Pour ne rien choisir, tapez 2.\""),
        "✓",
    );
    let week = TO_THE_DATES.strip_suffix("keys 1").unwrap();
    check(&format!("{one}{week}keys 2   keys 1   keys 2   hears \"Il n'y a pas d'autre jour libre.\""), "✓");
    check(&format!("{one}{week}keys 2   keys 1   keys 1   hears \"Pour ne rien choisir, tapez 2.\""), "✓");
    // One counsellor's: another who is free at that hour is not offered instead.
    check(
        &format!(
            "{one}{TO_THE_DATES}   keys 1   drops\ncall 0353010002   keys 1   keys 1   keys 71100   keys 1   keys 1   keys 1   hears \"Il n'y a pas d'autre date pour l'instant.\""
        ),
        "✓",
    );
    let meetings =
        "at 2026-11-30 09:00   given meeting 2026-12-08 14:00   call 0353010001 to group   keys 71100   keys 1";
    check(&format!("{meetings}   hears \"Pour ne rien choisir, tapez 2.\""), "✓");
}

#[test]
fn a_place_kept_no_longer_cannot_be_booked_and_can_be_had_by_another() {
    let read_back =
        format!("given place 2026-12-02 09:00\n{TO_THE_DATES}   keys 1   hears \"Vous avez choisi :\"   holds 1");
    check(&format!("{read_back}   lapsed   holds 0   keys 1   hears \"vient d'être pris.\"   wrote nothing"), "✓");
    check(
        &format!(
            "{read_back}   lapsed   given appointment 2026-12-02 09:00 for 0199000077 71100   keys 1   hears \"Il n'y a pas d'autre date\""
        ),
        "✓",
    );
}

#[test]
fn what_was_written_in_this_call_is_told_and_nothing_else() {
    let text = format!(
        "{TO_THE_DATES}   keys 1   wrote nothing   keys 1   wrote booked   drops\ncall 0353010001   wrote nothing"
    );
    check(&text, "✓");
    check(&format!("{TO_THE_DATES}   keys 1\nwrote booked"), {
        "✗ 0.call, au téléphone : ligne 2 : attendu `booked` dans le carnet, écrit pendant cet appel : rien"
    });
    check(&format!("{TO_THE_DATES}   keys 1   keys 1\nwrote nothing"), {
        "✗ 0.call, au téléphone : ligne 2 : attendu `nothing` dans le carnet, écrit pendant cet appel : booked"
    });
}

#[test]
fn an_appointment_that_a_counsellor_cancels_is_gone_at_once() {
    let given = "at 2026-11-30 09:00   given appointment 2026-12-03 09:00 for 0353010001 71100";
    let cancelled = "given cancelled 2026-12-03 09:00 for 0353010001 71100";
    check(
        &format!("{given}   {cancelled}   call 0353010001   keys 2   keys 71100   keys 1   hears \"Je ne trouve pas\""),
        "✓",
    );
    check(
        &format!(
            "{given}   call 0353010001   keys 2   keys 71100   keys 1   {cancelled}   keys 1   hears \"a changé depuis.\""
        ),
        "✓",
    );
    check(cancelled, "✗ 0.call, au téléphone : ligne 1 : ce rendez-vous n'existe pas");
}

#[test]
fn what_ringing_a_counsellor_comes_to_can_be_told_before_the_call() {
    let open = "at 2026-11-30 09:00   ";
    check(
        &format!("{open}counsellor answers   call 0353010001 to person   hears \"Je cherche\"\nthen person.reached"),
        "✓",
    );
    check(&format!("{open}call 0353010001   counsellor closed   keys 0   hears \"du lundi au vendredi\""), "✓");
    check("at 2026-11-30 20:00   counsellor busy   call 0353010001   keys 0   hears \"sont occupés.\"", "✓");
}

#[test]
fn what_does_not_fit_where_the_call_stands_is_told() {
    check("given appointment 2026-12-06 09:00 for 0353010001 71100", "✗ 0.call, au téléphone : ligne 1 : ");
    check("at 2026-11-30 09:00\ngiven appointment 2026-12-01 03:00 for 0353010001 71100", {
        "✗ 0.call, au téléphone : ligne 2 : aucune place n'est libre à cette heure ; le même jour : 09:00,"
    });
    check("call 0353010001   says 2s", "✗ 0.call, au téléphone : ligne 1 : la ligne n'attend pas qu'on parle");
    check("keys 1", "✗ 0.call, au téléphone : ligne 1 : personne n'appelle");
    check("call 0353010001 to nowhere", "✗ 0.call, au téléphone : ligne 1 : aucun parcours ne s'appelle `nowhere`");
    check("call 0353010001 in en to book", "✗ 0.call, au téléphone : ligne 1 : le parcours `book` n'a pas de touche");
    check("call 0353010001   drops   keys 1", "✗ 0.call, au téléphone : ligne 1 : personne n'appelle");
    check(
        "call 0353010001\nthen call.finished",
        "✗ 0.call, au téléphone : ligne 2 : attendu `call.finished`, la ligne attend",
    );
    check("call 0353010001   counsellor answers   keys 0\nkeys 1", {
        "✗ 0.call, au téléphone : ligne 2 : la ligne a déjà raccroché"
    });
}
