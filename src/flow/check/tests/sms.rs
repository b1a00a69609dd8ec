//! What is written: open on a table, kept by others, in one alphabet; and which flows it may come from.

use super::Library;
use crate::flow::tests::beside;

/// One small flow by SMS, beside the files that every flow needs.
const SMALL: &str = r#"flow: small
channels: [call, sms]
start: hello
steps:
  hello: {say: "Bonjour. Ici le conseil.", sms: "Bonjour.", goto: choose}
  choose:
    menu:
      1: {for: "entendre les dates", sms: "voir les dates", goto: ask}
      2: {for: "être rappelé", goto: call_back}
  ask:
    ask:
      name: {type: name, ask: "Après le signal, dites votre nom.", sms: "Votre nom ?"}
    goto: place
  place:
    ask:
      place: {type: postal-code, ask: "Votre code postal ?", nomatch: ["Il faut cinq chiffres."]}
    goto: slots
  slots:
    offer:
      from: slots.find(place, 'phone')
      as: slot
      page: 2
      say: "Voici les dates."
      each: "{item | spoken-date}"
      more: "entendre d'autres dates"
      neither: "aucune de ces dates"
      sms: {each: "{item | sms-date}", more: "voir d'autres dates"}
    chosen: sure
    none: bye
    unavailable: bye
  sure: {confirm: "Vous avez choisi : {slot | spoken-date}", sms: "Le {slot | sms-date} ?", yes: write, no: slots}
  write: {do: "appointments.book(place, slot)", booked: done, taken: slots, already_booked: bye, unavailable: bye}
  done: {say: "C'est noté.", sms: "C'est noté : {appointment | sms-date}.", goto: bye}
  call_back: {call: call_back, ends: {callback.requested: bye, callback.lost: bye}}
  bye: {say: "Au revoir.", end: call.finished}
"#;

fn read(change: impl Fn(&str, String) -> String) -> Vec<String> {
    let files: Vec<_> = beside(SMALL).into_iter().map(|(path, text)| (path.clone(), change(&path, text))).collect();
    let faults = Library::load(&files, &|_| true).err().unwrap_or_default();
    faults.iter().map(ToString::to_string).collect()
}

/// `find` in the small flow replaced by `replace`: all that its author reads, each line without "small.yaml:".
fn check(slips: &[(&str, &str, &[&str])]) {
    assert_eq!(read(|_, text| text), [""; 0]);
    let mut wrong = String::new();
    for (find, replace, wanted) in slips {
        assert!(SMALL.contains(find), "{find}");
        let got = read(|path, text| if path == "small.yaml" { text.replacen(find, replace, 1) } else { text });
        let got: Vec<String> = got.iter().map(|line| line.replacen("small.yaml:", "", 1)).collect();
        if got != *wanted {
            wrong += &format!("\n{find:?} → {replace:?}\n  wanted {wanted:#?}\n  got {got:#?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn words_that_tell_something_of_the_person_are_refused() {
    check(&[
        (
            "sms: \"Bonjour.\"",
            "sms: \"Votre reconversion.\"",
            &[
                "5:49: « reconversion » dans un SMS peut être lu par quelqu'un d'autre : écrivez sous `sms:` des mots qui ne disent rien de la personne",
            ],
        ),
        // Of a text that is heard, too, where an SMS has no other.
        (
            "\"Au revoir.\"",
            "\"Votre employeur n'en saura rien.\"",
            &[
                "35:14: « employeur » dans un SMS peut être lu par quelqu'un d'autre : écrivez sous `sms:` des mots qui ne disent rien de la personne",
            ],
        ),
        ("say: \"Bonjour. Ici le conseil.\"", "say: \"Le conseil en évolution professionnelle.\"", &[]),
        (
            "for: \"être rappelé\"",
            "for: \"parler de votre santé\"",
            &[
                "9:16: « santé » dans un SMS peut être lu par quelqu'un d'autre : écrivez sous `sms:` des mots qui ne disent rien de la personne",
            ],
        ),
    ]);
}

#[test]
fn links_long_sentences_and_signs_outside_the_alphabet_are_refused() {
    check(&[
        (
            "sms: \"Bonjour.\"",
            "sms: \"Voyez www.exemple.org.\"",
            &[
                "5:49: « Voyez www.exemple.org. » envoie sur un site Internet, que beaucoup n'ont pas : proposez plutôt de parler à une personne",
            ],
        ),
        (
            "sms: \"Bonjour.\"",
            "sms: \"Exemple.ORG vous répond.\"",
            &[
                "5:49: « Exemple.ORG vous répond. » envoie sur un site Internet, que beaucoup n'ont pas : proposez plutôt de parler à une personne",
            ],
        ),
        (
            "sms: \"voir les dates\"",
            "sms: \"cliquez\"",
            &[
                "8:43: « cliquez » suppose que la personne lit ou a un ordinateur : dites ce qu'elle peut faire au téléphone",
            ],
        ),
        (
            "sms: \"Votre nom ?\"",
            "sms: \"Votre nom ☎ ?\"",
            &["12:73: « ☎ » ne passe pas dans un SMS : enlevez ce signe, ou écrivez le texte autrement sous `sms:`"],
        ),
        ("sms: \"Votre nom ?\"", "sms: \"Votre nom, s’il vous plaît – où ça ?\"", &[]),
        (
            "sms: \"Bonjour.\"",
            "sms: \"un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize\"",
            &[
                "5:49: « un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize » fait 16 mots d'une traite, et on en perd le début : 15 au plus ; coupez la phrase en deux",
            ],
        ),
    ]);
}

#[test]
fn values_are_known_and_written_in_their_short_form() {
    check(&[
        (
            "{slot | sms-date} ?\"",
            "{slot | spoken-date} ?\"",
            &["31:67: `spoken-date` n'existe pas ici ; vouliez-vous dire `sms-date` ?"],
        ),
        (
            "{slot | sms-date} ?\"",
            "{slot | sms-dat} ?\"",
            &["31:67: `sms-dat` n'existe pas ici ; vouliez-vous dire `sms-date` ?"],
        ),
        (
            "{slot | sms-date} ?\"",
            "{slot} ?\"",
            &["31:67: `{slot}` ne dit pas comment l'écrire : écrivez par exemple `{slot | sms-date}`"],
        ),
        (
            "sms: \"Bonjour.\"",
            "sms: \"Bonjour. {slot | sms-date}\"",
            &[
                "5:49: `slot` n'est pas toujours connu à l'étape `hello` : posez la question avant, sur tous les chemins qui y mènent",
            ],
        ),
        (
            "sms: \"Le {slot | sms-date} ?\"",
            "sms: \"Le {place | sms-date} ?\"",
            &["31:67: `place` est un code postal et ne se dit pas ainsi : écrivez `{place | sms-digits}`"],
        ),
        (
            "sms: \"Bonjour.\"",
            "sms: \"Bonjour. C'est noté.\"",
            &[
                "5:49: « Bonjour. C'est noté. » est dit alors que rien n'est peut-être écrit : n'y menez qu'après `booked:`",
            ],
        ),
    ]);
}

#[test]
fn a_line_that_nobody_would_read_is_refused() {
    check(&[
        (
            "channels: [call, sms]",
            "channels: [call]",
            &[
                "5:44: rien n'est envoyé par SMS d'ici : ajoutez `sms` aux `channels:` du parcours, ou enlevez cette ligne",
                "8:38: rien n'est envoyé par SMS d'ici : ajoutez `sms` aux `channels:` du parcours, ou enlevez cette ligne",
                "12:68: rien n'est envoyé par SMS d'ici : ajoutez `sms` aux `channels:` du parcours, ou enlevez cette ligne",
                "27:13: rien n'est envoyé par SMS d'ici : ajoutez `sms` aux `channels:` du parcours, ou enlevez cette ligne",
                "31:62: rien n'est envoyé par SMS d'ici : ajoutez `sms` aux `channels:` du parcours, ou enlevez cette ligne",
                "33:30: rien n'est envoyé par SMS d'ici : ajoutez `sms` aux `channels:` du parcours, ou enlevez cette ligne",
            ],
        ),
        (
            "    goto: place\n",
            "    sms: \"Votre nom.\"\n    goto: place\n",
            &["13:5: `sms` ne sert à rien dans une étape `ask` : enlevez cette ligne"],
        ),
        (
            "channels: [call, sms]",
            "channels: [call, smss]",
            &["2:18: `smss` n'existe pas ici ; vouliez-vous dire `sms` ?"],
        ),
    ]);
}

#[test]
fn a_flow_goes_on_by_sms_wherever_it_leads_and_zero_is_a_person_there() {
    let without = |flow: &'static str| {
        move |path: &str, text: String| {
            let is_it = path == format!("flows/{flow}.yaml");
            if is_it { text.replace("channels: [call, sms, terminal]\n", "").replace("sms: ", "# ") } else { text }
        }
    };
    let got = read(|path, text| {
        let text = without("call_back")(path, text);
        if path == "flows/call_back.yaml" {
            text.replace(", # \"le matin, de 9h à 12h30\"", "").replace(", # \"l'après-midi, de 13h30 à 18h\"", "")
        } else {
            text
        }
    });
    assert_eq!(
        got,
        [
            "flows/person.yaml:23:11: `person` se fait aussi par `sms`, mais pas `call_back` : ajoutez `sms` aux `channels:` de `call_back`",
            "small.yaml:34:21: `small` se fait aussi par `sms`, mais pas `call_back` : ajoutez `sms` aux `channels:` de `call_back`",
        ]
    );
    let got = read(without("person"));
    let wanted = |file: &str, place: &str| {
        format!(
            "{file}:{place}: la touche 0 mène d'ici au parcours `person`, qui ne se fait pas par `sms` : ajoutez `sms` aux `channels:` de `person`"
        )
    };
    assert_eq!(got, [wanted("flows/call_back.yaml", "4:11"), wanted("small.yaml", "2:11")]);
}

#[test]
fn the_lines_own_sentences_are_looked_at_too() {
    let engine = |find: &'static str, replace: &'static str| {
        read(move |path, text| if path == "flows/engine.yaml" { text.replacen(find, replace, 1) } else { text })
    };
    assert_eq!(
        engine("  resumed: \"Nous", "  resumer: \"Nous"),
        ["flows/engine.yaml:23:12: `resumer` n'existe pas ici ; vouliez-vous dire `resumed` ?"]
    );
    assert_eq!(
        engine("taken: \"Cette place", "taken: \"Votre employeur. Cette place"),
        [
            "flows/engine.yaml:10:8: « employeur » dans un SMS peut être lu par quelqu'un d'autre : écrivez sous `sms:` des mots qui ne disent rien de la personne"
        ]
    );
}
