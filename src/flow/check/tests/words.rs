//! What is heard.

use super::{Slip, check};

#[test]
fn few_choices_on_real_keys() {
    check(&[
        Slip {
            flow: "welcome",
            find: "      3: {for",
            replace: "      4: {for: \"rien\", goto: bye}\n      3: {for",
            read: &[
                "welcome.yaml:12:5: 4 choix, c'est trop : on oublie les premiers ; gardez-en 3, ou faites-en deux questions",
            ],
        },
        Slip {
            flow: "welcome",
            find: "      3: {for",
            replace: "      0: {for",
            read: &["welcome.yaml:15:7: la touche 0 sert partout à joindre une personne : prenez une touche de 1 à 9"],
        },
        Slip {
            flow: "welcome",
            find: "      3: {for",
            replace: "      12: {for",
            read: &["welcome.yaml:15:7: il n'y a pas de touche 12 sur un téléphone : prenez une touche de 1 à 9"],
        },
        Slip {
            flow: "welcome",
            find: "      3: {for",
            replace: "      300: {for",
            read: &[r#"welcome.yaml:15:7: ici, écrivez un choix par touche, de 1 à 9, comme `1: {for: "…", goto: …}`"#],
        },
        Slip {
            flow: "call_back",
            find: "          3: {for",
            replace: "          4: {for: \"le soir\", value: any}\n          3: {for",
            read: &[
                "call_back.yaml:30:9: 4 choix, c'est trop : on oublie les premiers ; gardez-en 3, ou faites-en deux questions",
            ],
        },
    ]);
}

#[test]
fn short_texts_and_no_web_site() {
    check(&[
        Slip {
            flow: "welcome",
            find: "Merci de votre appel. Au revoir.",
            replace: "Merci de votre appel. Nous avons bien noté tout ce que vous nous avez dit aujourd'hui, et nous vous souhaitons une très bonne fin de journée. Au revoir à vous.",
            read: &[
                "welcome.yaml:42:10: « Merci de votre appel. Nous avons bien noté tout ce que vous nous avez dit aujourd'hui, et nous vous souhaitons une très bonne fin de journée. Au revoir à vous. » compte 30 mots, c'est trop pour être retenu : 25 au plus ; coupez ce texte en deux étapes",
                "welcome.yaml:42:10: « Nous avons bien noté tout ce que vous nous avez dit aujourd'hui, et nous vous souhaitons une très bonne fin de journée » fait 22 mots d'une traite, et on en perd le début : 15 au plus ; coupez la phrase en deux",
            ],
        },
        Slip {
            flow: "welcome",
            find: "Au revoir.",
            replace: "Voyez www.exemple.org.",
            read: &[
                "welcome.yaml:42:10: « Merci de votre appel. Voyez www.exemple.org. » envoie sur un site Internet, que beaucoup n'ont pas : proposez plutôt de parler à une personne",
            ],
        },
        Slip {
            flow: "welcome",
            find: r#"prendre un rendez-vous""#,
            replace: r#"prendre rendez-vous sur exemple.fr""#,
            read: &[
                "welcome.yaml:13:16: « prendre rendez-vous sur exemple.fr » envoie sur un site Internet, que beaucoup n'ont pas : proposez plutôt de parler à une personne",
            ],
        },
    ]);
}
