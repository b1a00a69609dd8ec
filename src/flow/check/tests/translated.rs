//! A translation beside its French sentence, in the files of the service: its values, and its words in an SMS.

use super::Library;
use crate::flow::tests::files;

/// These words replaced in the English of the service: all that is told. "@«Adieu.»" in what is wanted is the place of that
/// sentence: of its translation, or with a column after it of the French itself.
fn check(slips: &[(&str, &str)], wanted: &[&str]) {
    let mut files = files();
    let english = files.iter_mut().find(|(path, _)| path.ends_with("texts.en.yaml")).unwrap();
    for (find, replace) in slips {
        assert!(english.1.contains(find), "{find}");
        english.1 = english.1.replacen(find, replace, 1);
    }
    let english = english.1.clone();
    let faults = Library::load(&files, &|_| true).err().unwrap_or_default();
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let wanted: Vec<String> = wanted
        .iter()
        .map(|wanted| {
            let (key, rest) = wanted.strip_prefix("@«").and_then(|wanted| wanted.split_once('»')).unwrap();
            let is_it = |line: &&str| line.trim_start().starts_with(&format!("\"{key}\": ")) || *line == key;
            let (line, text) = (1..).zip(english.lines()).find(|(_, text)| is_it(text)).unwrap();
            let value = text.find("\": \"").map_or(0, |at| text[..at].chars().count() + 4);
            let at = if rest.starts_with(": ") { format!("{line}:{value}") } else { line.to_string() };
            format!("flows/texts.en.yaml:{at}{rest}")
        })
        .collect();
    assert_eq!(told, wanted);
}

const TO_CHANGE: &str = "\"Conseil emploi. It is booked: {appointment | sms-date}, {appointment | short-address}.";
const BOOKED: &str = "Conseil emploi. C'est noté : rendez-vous {appointment | sms-date}, {appointment | short-address}. Pour changer : {line.number | sms-pairs}.";

#[test]
fn the_english_of_the_service_is_whole() {
    check(&[], &[]);
}

#[test]
fn what_is_written_is_written_in_every_language() {
    check(
        &[
            ("  \"Merci. Au revoir.\": \"Thank you. Goodbye.\"\n", "  \"Adieu.\": \"Farewell.\"\n"),
            ("\"you work\"", "\"you work ☎\""),
        ],
        &[
            "@«messages:»:1: « Merci. Au revoir. » n'est pas traduit : ajoutez la phrase sous `messages:`",
            "@«Adieu.»:3: « Adieu. » n'est plus écrit par aucun parcours : enlevez cette ligne",
            "@«vous travaillez»: « ☎ » ne passe pas dans un SMS : enlevez ce signe, ou écrivez le texte autrement sous `messages:`",
        ],
    );
}

#[test]
fn a_message_names_the_values_of_the_french_and_no_others() {
    let booked = |said: &str, told: &[&str]| {
        let wanted: Vec<String> = told.iter().map(|told| format!("@«{BOOKED}»: {told}")).collect();
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        check(&[(TO_CHANGE, said)], &wanted);
    };
    booked(
        "\"Booked: {slto | sms-date}, {appointment | short-address}.",
        &[
            "« Booked: {slto | sms-date}, {appointment | short-address}. To change: {line.number | sms-pairs}. » a l'accolade `{slto | sms-date}`, que le français n'a pas : écrivez `{appointment | sms-date}`",
        ],
    );
    booked(
        "\"Booked: {appointment | sms-date}, {appointment | sms-rank}.",
        &[
            "`appointment` est un rendez-vous et ne se dit pas ainsi : écrivez `{appointment | sms-date}` ou `{appointment | sms-city}` ou `{appointment | short-address}`",
        ],
    );
    booked(
        "\"Booked: {appointment | sms-date}.",
        &[
            "« Booked: {appointment | sms-date}. To change: {line.number | sms-pairs}. » n'a pas l'accolade `{appointment | short-address}` du français : ajoutez-la",
        ],
    );
    booked(
        "\"Booked: {appointment | sms-date}, {appointment | short-address}, {caller.number | sms-pairs}.",
        &[
            "« Booked: {appointment | sms-date}, {appointment | short-address}, {caller.number | sms-pairs}. To change: {line.number | sms-pairs}. » a l'accolade `{caller.number | sms-pairs}`, que le français n'a pas : enlevez-la",
        ],
    );
    // In another order, and a town where the French has an address.
    booked("\"Booked: {appointment | sms-city}, {appointment | sms-date}.", &[]);
    check(
        &[("\"Cap emploi: {line.cap_emploi | sms-pairs}.\"", "\"Cap emploi: {line.cap_emploi | sms-day}.\"")],
        &[
            "@«Cap emploi : {line.cap_emploi | sms-pairs}.»: `line.cap_emploi` est un numéro public et ne se dit pas ainsi : écrivez `{line.cap_emploi | sms-pairs}`",
        ],
    );
    // What a list offers has its kind too.
    check(
        &[("\"{item | sms-date} {item | sms-city}\"\n", "\"{item | sms-rank} {item | sms-city}\"\n")],
        &[
            "@«{item | sms-date} {item | sms-city}»: `item` est une place libre et ne se dit pas ainsi : écrivez `{item | sms-date}` ou `{item | sms-city}` ou `{item | short-address}`",
        ],
    );
}

#[test]
fn a_text_that_is_heard_speaks_its_values_as_what_they_are() {
    check(
        &[(
            "\"We will call you before: {promise | spoken-date}\"",
            "\"We will call you before: {promise | spoken-rank}\"",
        )],
        &[
            "@«Vous serez rappelé avant : {promise | spoken-date}»: `promise` est une échéance et ne se dit pas ainsi : écrivez `{promise | spoken-date}`",
        ],
    );
}

#[test]
fn an_sms_tells_nothing_of_the_person_and_sends_nobody_to_a_web_site_in_english_either() {
    check(
        &[("\"A disagreement? Write to the CNIL.\"", "\"Complaints: www.cnil.fr, https://cnil.fr\"")],
        &[
            "@«Un désaccord ? Écrivez à la CNIL.»: « Complaints: www.cnil.fr, https://cnil.fr » envoie sur un site Internet, que beaucoup n'ont pas : proposez plutôt de parler à une personne",
        ],
    );
    check(
        &[("\"A disagreement? Write to the CNIL.\"", "\"Your employer, your dismissal, your disability?\"")],
        &[
            "@«Un désaccord ? Écrivez à la CNIL.»: « employer » dans un SMS peut être lu par quelqu'un d'autre : écrivez sous `messages:` des mots qui ne disent rien de la personne",
        ],
    );
    for (said, part) in [
        ("Retraining after you resigned.", "resign"),
        ("Your dismissal.", "dismiss"),
        ("For disabled people.", "disab"),
        ("Unemployment.", "unemploy"),
        ("Retraining.", "retrain"),
    ] {
        let wanted = format!(
            "@«Un désaccord ? Écrivez à la CNIL.»: « {part} » dans un SMS peut être lu par quelqu'un d'autre : écrivez sous `messages:` des mots qui ne disent rien de la personne"
        );
        check(&[("\"A disagreement? Write to the CNIL.\"", &format!("\"{said}\""))], &[&wanted]);
    }
    check(
        &[("\"A disagreement? Write to the CNIL.\"", "\"Click, or send an e-mail.\"")],
        &["click", "e-mail"].map(|word| format!(
            "@«Un désaccord ? Écrivez à la CNIL.»: « {word} » suppose que la personne lit ou a un ordinateur : dites ce qu'elle peut faire au téléphone"
        )).iter().map(String::as_str).collect::<Vec<_>>(),
    );
}

#[test]
fn what_an_sms_says_in_the_words_that_are_heard_is_looked_at_too() {
    // A text of a flow, a choice, and a sentence of the line.
    check(
        &[("\"It is noted. Your appointment is cancelled.\"", "\"Thank you. www.example.org\"")],
        &[
            "@«C'est noté. Votre rendez-vous est annulé.»: « Thank you. www.example.org » envoie sur un site Internet, que beaucoup n'ont pas : proposez plutôt de parler à une personne",
        ],
    );
    check(
        &[("\"change the date\"", "\"talk of your employer\"")],
        &[
            "@«changer la date»: « employer » dans un SMS peut être lu par quelqu'un d'autre : écrivez sous `sms:` des mots qui ne disent rien de la personne",
        ],
    );
    check(
        &[("\"I did not understand.\"", "\"I did not understand ☎.\"")],
        &[
            "@«Je n'ai pas compris.»: « ☎ » ne passe pas dans un SMS : enlevez ce signe, ou écrivez le texte autrement sous `sms:`",
        ],
    );
    // Only heard: the SMS has other words.
    check(&[("This is the free career guidance service.", "This is the service of your career.")], &[]);
}
