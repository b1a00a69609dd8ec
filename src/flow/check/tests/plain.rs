//! Plain words (B10), free of charge (A1), the same keys everywhere (C20), numbers that cost nothing (D1).

use super::{Slip, check};

#[test]
fn sentences_are_short_and_hold_one_question() {
    check(&[
        Slip {
            flow: "welcome",
            find: "Merci de votre appel.",
            replace: "Merci de votre appel et de la confiance que vous nous faites chaque jour dans toute la région.",
            read: &[
                "welcome.yaml:42:10: « Merci de votre appel et de la confiance que vous nous faites chaque jour dans toute la région » fait 18 mots d'une traite, et on en perd le début : 15 au plus ; coupez la phrase en deux",
            ],
        },
        Slip {
            flow: "welcome",
            find: "Merci de votre appel.",
            replace: "Avez-vous fini ? Voulez-vous autre chose ?",
            read: &[
                "welcome.yaml:42:10: « Avez-vous fini ? Voulez-vous autre chose ? Au revoir. » pose deux questions : on ne peut répondre qu'à une à la fois ; faites-en deux étapes",
            ],
        },
        Slip {
            flow: "welcome",
            find: r#"for: "être rappelé""#,
            replace: r#"for: "être rappelé par la personne qui vous a reçu la dernière fois que vous êtes venu""#,
            read: &[
                "welcome.yaml:15:16: « être rappelé par la personne qui vous a reçu la dernière fois que vous êtes venu » fait 16 mots d'une traite, et on en perd le début : 15 au plus ; coupez la phrase en deux",
            ],
        },
    ]);
}

#[test]
fn what_cannot_be_heard_is_not_written() {
    check(&[
        Slip {
            flow: "welcome",
            find: "Merci de votre appel.",
            replace: "Merci (vraiment).",
            read: &[
                "welcome.yaml:42:10: « Merci (vraiment). Au revoir. » : une parenthèse ne s'entend pas ; faites-en une phrase, ou enlevez-la",
            ],
        },
        Slip {
            flow: "welcome",
            find: "Merci de votre appel.",
            replace: "Merci monsieur/madame.",
            read: &[
                "welcome.yaml:42:10: « Merci monsieur/madame. Au revoir. » : les signes `/`, `&`, `+` et `=` ne s'entendent pas ; écrivez « ou », « et »",
            ],
        },
        Slip {
            flow: "welcome",
            find: "Merci de votre appel.",
            replace: "Merci & bonne journée.",
            read: &[
                "welcome.yaml:42:10: « Merci & bonne journée. Au revoir. » : les signes `/`, `&`, `+` et `=` ne s'entendent pas ; écrivez « ou », « et »",
            ],
        },
        Slip {
            flow: "engine",
            find: r#""Prenez votre temps.""#,
            replace: r#""Prenez votre temps (sans crainte).""#,
            read: &[
                "engine.yaml:6:12: « Prenez votre temps (sans crainte). » : une parenthèse ne s'entend pas ; faites-en une phrase, ou enlevez-la",
            ],
        },
    ]);
}

#[test]
fn abbreviations_are_said_in_full() {
    check(&[
        Slip {
            flow: "welcome",
            find: "Merci de votre appel.",
            replace: "Votre RDV est gardé.",
            read: &[
                "welcome.yaml:42:10: « RDV » est une abréviation, que tout le monde ne connaît pas : dites « rendez-vous »",
            ],
        },
        Slip {
            flow: "welcome",
            find: "Merci de votre appel.",
            replace: "Ici le CEP.",
            read: &[
                "welcome.yaml:42:10: « CEP » est une abréviation, que tout le monde ne connaît pas : dites « conseil en évolution professionnelle »",
            ],
        },
        Slip {
            flow: "welcome",
            find: "Merci de votre appel.",
            replace: "Ici la DREETS.",
            read: &[
                "welcome.yaml:42:10: « DREETS » est une abréviation, que tout le monde ne connaît pas : dites-la en entier",
            ],
        },
        Slip {
            flow: "welcome",
            find: "Merci de votre appel.",
            replace: "Donnez votre n° de tél.",
            read: &[
                "welcome.yaml:42:10: « n° » est une abréviation, que tout le monde ne connaît pas : dites « numéro »",
                "welcome.yaml:42:10: « tél » est une abréviation, que tout le monde ne connaît pas : dites « téléphone »",
            ],
        },
        Slip {
            flow: "welcome",
            find: r#"for: "prendre un rendez-vous""#,
            replace: r#"for: "prendre un rdv""#,
            read: &[
                "welcome.yaml:13:16: « rdv » est une abréviation, que tout le monde ne connaît pas : dites « rendez-vous »",
            ],
        },
    ]);
}

#[test]
fn nobody_needs_to_read() {
    check(&[
        Slip {
            flow: "welcome",
            find: "Merci de votre appel.",
            replace: "Cliquez sur la touche.",
            read: &[
                "welcome.yaml:42:10: « cliquez » suppose que la personne lit ou a un ordinateur : dites ce qu'elle peut faire au téléphone",
            ],
        },
        Slip {
            flow: "welcome",
            find: "Merci de votre appel.",
            replace: "Donnez votre e-mail.",
            read: &[
                "welcome.yaml:42:10: « e-mail » suppose que la personne lit ou a un ordinateur : dites ce qu'elle peut faire au téléphone",
            ],
        },
    ]);
}

#[test]
fn numbers_cost_nothing_and_stand_in_one_place() {
    check(&[
        Slip {
            flow: "welcome",
            find: "Merci de votre appel.",
            replace: "Rappelez au 09 72 01 02 03.",
            read: &[
                "welcome.yaml:42:10: un numéro écrit en chiffres n'est pas vérifié et se lit mal : mettez-le dans line.yaml, et écrivez `{line.number | spoken-pairs}`",
            ],
        },
        Slip {
            flow: "welcome",
            find: "Merci de votre appel.",
            replace: "Rappelez au 0972010203.",
            read: &[
                "welcome.yaml:42:10: un numéro écrit en chiffres n'est pas vérifié et se lit mal : mettez-le dans line.yaml, et écrivez `{line.number | spoken-pairs}`",
            ],
        },
        Slip {
            flow: "welcome",
            find: "Merci de votre appel.",
            replace: "Rappelez au zéro huit, quatre-vingt-dix-neuf, zéro zéro.",
            read: &[
                "welcome.yaml:42:10: ce texte donne un numéro surtaxé : donnez un numéro au prix d'un appel normal, `{line.number | spoken-pairs}`",
            ],
        },
        Slip {
            flow: "welcome",
            find: "Merci de votre appel.",
            replace: "Rappelez le cent dix-huit.",
            read: &[
                "welcome.yaml:42:10: ce texte donne un numéro surtaxé : donnez un numéro au prix d'un appel normal, `{line.number | spoken-pairs}`",
            ],
        },
    ]);
}

#[test]
fn callers_learn_that_it_is_free_before_the_first_question() {
    check(&[Slip {
        flow: "welcome",
        find: " C'est gratuit et confidentiel.",
        replace: " C'est confidentiel.",
        read: &[
            "welcome.yaml:3:8: l'accueil ne dit pas que c'est gratuit : ajoutez « C'est gratuit. » à une phrase avant la première question",
        ],
    }]);
}

#[test]
fn one_is_yes_and_two_is_no_everywhere() {
    check(&[
        Slip {
            flow: "engine",
            find: "Si oui, tapez 1. Si non, tapez 2.",
            replace: "Si oui, tapez 2. Si non, tapez 1.",
            read: &[
                "engine.yaml:2:9: partout, 1 veut dire oui et 2 veut dire non : écrivez « Si oui, tapez 1. Si non, tapez 2. »",
            ],
        },
        Slip {
            flow: "engine",
            find: "Si oui, tapez 1. Si non, tapez 2.",
            replace: "Tapez 1 ou 2.",
            read: &[
                "engine.yaml:2:9: partout, 1 veut dire oui et 2 veut dire non : écrivez « Si oui, tapez 1. Si non, tapez 2. »",
            ],
        },
        Slip {
            flow: "welcome",
            find: r#"1: {for: "prendre un rendez-vous""#,
            replace: r#"1: {for: "dire non, et prendre un rendez-vous""#,
            read: &[
                "welcome.yaml:13:16: « dire non, et prendre un rendez-vous » est sur la touche 1 : partout, 1 veut dire oui et 2 veut dire non ; mettez-le sur la touche 2",
            ],
        },
        Slip {
            flow: "book",
            find: r#"2: {for: "être appelé au téléphone""#,
            replace: r#"2: {for: "oui, être appelé""#,
            read: &[
                "book.yaml:17:20: « oui, être appelé » est sur la touche 2 : partout, 1 veut dire oui et 2 veut dire non ; mettez-le sur la touche 1",
            ],
        },
    ]);
}
