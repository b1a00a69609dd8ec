//! What a flow is for, what is kept of a call that was cut off, and limits of answers.

use super::{Slip, check};

#[test]
fn a_goal_is_one_of_the_ends() {
    check(&[
        Slip {
            flow: "book",
            find: "start: where",
            replace: "goal: appointment.boked\nstart: where",
            read: &[
                "book.yaml:3:7: aucune étape ne finit par `appointment.boked` ; vouliez-vous dire `appointment.booked` ?",
            ],
        },
        Slip {
            flow: "book",
            find: "start: where",
            replace: "goal: rendez-vous\nstart: where",
            read: &[
                "book.yaml:3:7: aucune étape ne finit par `rendez-vous` ; choisissez parmi `appointment.booked`, `appointment.known`, `callback.lost`, `callback.requested`",
            ],
        },
    ]);
}

#[test]
fn a_call_cut_off_is_known_again_by_its_postal_code() {
    check(&[
        Slip {
            flow: "book",
            find: "start: where",
            replace: "start: where\non-drop: {keep: 30min, fact: how}",
            read: &[
                "book.yaml:4:30: `how` n'est pas un code postal demandé dans ce parcours : écrivez le nom de la question `type: postal-code`",
            ],
        },
        Slip {
            flow: "book",
            find: "start: where",
            replace: "start: where\non-drop: {keep: 5s, fact: place}",
            read: &["book.yaml:4:17: `5s` est trop court ou trop long ici : écrivez une durée de `60s` à `7200s`"],
        },
        Slip {
            flow: "book",
            find: "start: where",
            replace: "start: where\non-drop: {keep: 30min}",
            read: &["book.yaml:4:1: il manque `fact:` sous `on-drop:` : ajoutez par exemple `fact: place`"],
        },
    ]);
}

#[test]
fn limits_are_of_the_kind_they_limit() {
    check(&[
        Slip {
            flow: "book",
            find: "        type: postal-code\n",
            replace: "        type: postal-code\n        length: 5\n",
            read: &["book.yaml:9:9: `length` ne sert qu'à une question `type: digits` : enlevez cette ligne"],
        },
        Slip {
            flow: "call_back",
            find: "        type: phone\n",
            replace: "        type: phone\n        max: 30s\n",
            read: &["call_back.yaml:21:9: `max` ne sert qu'à une question `type: voice-message` : enlevez cette ligne"],
        },
        Slip {
            flow: "manage",
            find: "        type: postal-code\n        ask: \"Tapez",
            replace: "        type: digits\n        from: 5\n        to: 1\n        ask: \"Tapez",
            read: &[
                "manage.yaml:38:7: aucun nombre ne convient : écrivez `from:` plus petit que `to:`, comme `from: 1` et `to: 5`",
                "manage.yaml:48:13: `other_place` est un nombre, et `appointments.find` attend un code postal à cet endroit : mettez entre les parenthèses (un numéro de téléphone, un code postal)",
            ],
        },
    ]);
}

#[test]
fn a_language_has_a_key_of_its_own() {
    check(&[
        Slip {
            flow: "welcome",
            find: "    nomatch:\n",
            replace: "    languages: {1: fr}\n    nomatch:\n",
            read: &[
                "welcome.yaml:16:17: la touche 1 a déjà un choix dans ce menu : prenez-en une autre pour la langue",
            ],
        },
        Slip {
            flow: "welcome",
            find: "    nomatch:\n",
            replace: "    languages: {9: de}\n    nomatch:\n",
            read: &["welcome.yaml:16:20: `de` n'existe pas ici ; choisissez parmi `fr`, `en`"],
        },
        Slip {
            flow: "book",
            find: "    yes: write\n",
            replace: "    yes: write\n    languages: {9: fr}\n",
            read: &["book.yaml:47:5: `languages` ne sert à rien dans une étape `confirm` : enlevez cette ligne"],
        },
    ]);
}
