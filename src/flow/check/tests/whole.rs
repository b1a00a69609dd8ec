//! The set as a whole: its files, its recordings, flows that call each other.

use super::{Library, files, read, slipped};

#[test]
fn the_flows_of_the_service_have_nothing_to_mend() {
    assert_eq!(read(&files(), &|_| true), [""; 0]);
    assert_eq!(read(&crate::flow::tests::files(), &|_| true), [""; 0]);
}

#[test]
fn two_flows_have_two_names() {
    let wanted = ["manage.yaml:2:7: un autre fichier s'appelle déjà `book` : donnez un autre nom à ce parcours"];
    assert_eq!(read(&slipped("manage", "flow: manage", "flow: book"), &|_| true), wanted);
}

#[test]
fn the_line_needs_its_own_sentences() {
    let files: Vec<_> = files().into_iter().filter(|(path, _)| path != "flows/engine.yaml").collect();
    let wanted = ["engine.yaml: ce fichier manque, avec les phrases de la ligne : remettez-le à côté des parcours"];
    assert_eq!(read(&files, &|_| true), wanted);
}

#[test]
fn an_empty_file_says_what_it_begins_with() {
    for text in ["", "# rien\n"] {
        let mut files = files();
        files.push(("flows/new.yaml".to_owned(), text.to_owned()));
        let wanted = "ce fichier est vide : commencez-le par `flow: …`, `start: …` et `steps:`";
        assert_eq!(read(&files, &|_| true), [format!("new.yaml: {wanted}")], "{text:?}");
    }
}

#[test]
fn a_file_too_long_for_a_flow_is_refused_before_it_is_read_whole() {
    let mut files = files();
    let steps: String = (0..6_000).map(|number| format!("  s{number}:\n    end: over\n")).collect();
    files.push(("flows/new.yaml".to_owned(), format!("flow: new\nstart: s0\nsteps:\n{steps}")));
    let wanted = "le fichier est bien trop long pour un seul parcours : coupez-le en deux fichiers";
    assert_eq!(read(&files, &|_| true), [format!("new.yaml:8001:5: {wanted}")]);
}

#[test]
fn a_step_inside_a_step_inside_a_step_is_refused_before_it_is_followed_down() {
    let mut files = files();
    files.push(("flows/new.yaml".to_owned(), format!("flow: new\nstart: a\nsteps: {}", "{a: ".repeat(10_000))));
    let told = read(&files, &|_| true);
    assert!(told[0].starts_with("new.yaml:3:13: `a` n'existe pas ici ; "), "{told:#?}");
}

#[test]
fn a_missing_recording_is_told_where_its_text_stands() {
    let cases = [
        ("Voici les prochains rendez-vous.", "book.yaml:36:12: "),
        ("Pour venir sur place,", "book.yaml:16:20: "),
        ("Il n'y a pas d'autre date pour l'instant.", "book.yaml:42:17: "),
        ("Très bien.", "engine.yaml:9:9: "),
    ];
    for (text, at) in cases {
        let wanted = format!(
            "{at}« {text} » n'est pas enregistré : lancez `ligne prompts render`, ou reprenez une phrase déjà enregistrée"
        );
        assert_eq!(read(&files(), &|other| other != text), [wanted]);
    }
}

#[test]
fn the_one_text_that_stands_in_no_flow_is_wanted_where_it_is_heard() {
    let told = read(&files(), &|text| text != "par téléphone.");
    assert!(told[0].starts_with("book.yaml:45:14: « par téléphone. » n'est pas enregistré : "), "{told:#?}");
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
    let wanted = [
        "ping.yaml:5:11: `pong` ramène au parcours `ping`, qui s'appellerait lui-même sans fin : écrivez `goto: …` à la place",
        "pong.yaml:5:11: `ping` ramène au parcours `pong`, qui s'appellerait lui-même sans fin : écrivez `goto: …` à la place",
    ];
    assert_eq!(read(&files, &|_| true), wanted);
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
