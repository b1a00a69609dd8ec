//! Where one is in a form (C13): a sentence for each question, and not too many questions.

use super::{Slip, check, files, read};

#[test]
fn a_sentence_is_written_for_each_question_of_each_number_of_questions() {
    check(&[
        Slip {
            flow: "engine",
            find: "Première question sur deux.\", \"",
            replace: "",
            read: &[
                r#"engine.yaml:15:6: quand 2 questions se suivent, il faut 2 phrases, et il y en a 1 : écrivez `2: ["…", …]`, une phrase pour chacune"#,
            ],
        },
        Slip {
            flow: "engine",
            find: "  2: [\"Première",
            replace: "  5: [\"Première",
            read: &[
                r#"engine.yaml:15:3: quand 2 questions se suivent, il faut 2 phrases, et il y en a 0 : écrivez `2: ["…", …]`, une phrase pour chacune"#,
                "engine.yaml:15:6: aucun parcours ne pose 5 questions de suite, c'est de 2 à 4 : enlevez cette ligne",
            ],
        },
        Slip {
            flow: "engine",
            find: "Deuxième question sur deux.",
            replace: "Question n° 2 sur deux.",
            read: &[
                "engine.yaml:15:38: « n° » est une abréviation, que tout le monde ne connaît pas : dites « numéro »",
            ],
        },
    ]);
}

#[test]
fn the_line_without_them_is_told_what_to_write() {
    let mut files = files();
    let (_, engine) = files.iter_mut().find(|(path, _)| path.ends_with("engine.yaml")).unwrap();
    engine.truncate(engine.find("where-we-are").unwrap());
    let wanted = r#"engine.yaml: il manque `where-we-are:` dans ce fichier : ajoutez par exemple `where-we-are:` puis, deux espaces plus loin, `2: ["Première question sur deux.", "Deuxième question sur deux."]`"#;
    assert_eq!(read(&files, &|_| true), [wanted]);
}

#[test]
fn a_sentence_without_its_recording_is_told_where_it_stands() {
    let told = read(&files(), &|text| text != "Troisième question sur quatre.");
    let wanted = "engine.yaml:17:73: « Troisième question sur quatre. » n'est pas enregistré : lancez `ligne prompts render`, ou reprenez une phrase déjà enregistrée";
    assert_eq!(told, [wanted]);
}

#[test]
fn more_than_four_questions_in_a_row_are_two_steps() {
    let ask = "{type: yes-no, ask: \"Oui ?\"}";
    let more: String = ["b", "c", "d"].map(|name| format!("      {name}: {ask}\n")).concat();
    let mut files = files();
    let (_, book) = files.iter_mut().find(|(path, _)| path.ends_with("book.yaml")).unwrap();
    *book = book.replacen("    goto: number\n", &format!("{more}    goto: number\n"), 1);
    let wanted =
        "book.yaml:5:3: l'étape `where` pose 5 questions de suite, c'est trop : 4 au plus ; faites-en deux étapes";
    assert_eq!(read(&files, &|_| true), [wanted]);
}
