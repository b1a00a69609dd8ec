//! Where a flow can lead.

use super::{Slip, check};

#[test]
fn what_goes_round_without_the_caller_is_refused() {
    check(&[
        Slip {
            flow: "book",
            find: r#"    unavailable: {say: "Excusez-nous, le rendez-vous n'a pas pu être écrit.", goto: call_back}"#,
            replace: "    unavailable: write",
            read: &[
                "book.yaml:48:3: l'étape `write` revient à elle-même sans que la personne ait rien à répondre, et l'appel ne finirait jamais : posez une question en chemin, ou menez ailleurs",
            ],
        },
        Slip {
            flow: "book",
            find: r#"    none: {say: "Il n'y a pas d'autre date pour l'instant.", goto: call_back}"#,
            replace: "    none: slots",
            read: &[
                "book.yaml:31:3: l'étape `slots` revient à elle-même sans que la personne ait rien à répondre, et l'appel ne finirait jamais : posez une question en chemin, ou menez ailleurs",
            ],
        },
        Slip {
            flow: "welcome",
            find: "    goto: help\n",
            replace: "    goto: hello\n",
            read: &[
                "welcome.yaml:5:3: l'étape `hello` revient à elle-même sans que la personne ait rien à répondre, et l'appel ne finirait jamais : posez une question en chemin, ou menez ailleurs",
            ],
        },
        Slip {
            flow: "manage",
            find: "    end: appointment.known\n",
            replace: "    goto: kept\n",
            read: &[
                "manage.yaml:84:3: l'étape `kept` revient à elle-même sans que la personne ait rien à répondre, et l'appel ne finirait jamais : posez une question en chemin, ou menez ailleurs",
                "welcome.yaml:32:7: le parcours `manage` ne finit jamais par `appointment.known` : enlevez cette ligne, ou changez ce nom ; vouliez-vous dire `appointment.wanted` ?",
            ],
        },
        Slip {
            flow: "call_back",
            find: "on-failure: give_up",
            replace: "on-failure: same_number",
            read: &[
                "call_back.yaml:13:3: à l'étape `same_number`, une personne qui ne répond pas tourne en rond sans fin : écrivez `on-failure: …`, avec une étape qui finit l'appel",
            ],
        },
        Slip {
            flow: "call_back",
            find: "    on-failure: write_typed\n",
            replace: "    on-failure: window\n",
            read: &[
                "call_back.yaml:25:3: à l'étape `window`, une personne qui ne répond pas tourne en rond sans fin : écrivez `on-failure: …`, avec une étape qui finit l'appel",
            ],
        },
    ]);
}

#[test]
fn what_nothing_leads_to_or_never_ends_is_refused() {
    check(&[
        Slip {
            flow: "book",
            find: "start: where",
            replace: "start: number",
            read: &[
                "book.yaml:5:3: rien ne mène à l'étape `where` : écrivez `goto: where` à l'étape qui la précède, ou enlevez-la",
            ],
        },
        Slip {
            flow: "manage",
            find: r#"      3: {for: "ne rien changer", goto: kept}"#,
            replace: r#"      3: {for: "ne rien changer", goto: what}"#,
            read: &[
                "manage.yaml:84:3: rien ne mène à l'étape `kept` : écrivez `goto: kept` à l'étape qui la précède, ou enlevez-la",
            ],
        },
        Slip {
            flow: "welcome",
            find: "    say: \"Merci de votre appel. Au revoir.\"\n    end: call.finished",
            replace: r#"    menu: {1: {for: "recommencer", goto: choose}}"#,
            read: &[
                "welcome.yaml:20:3: à partir de l'étape `book`, aucune réponse ne mène à la fin de l'appel : écrivez `end: …` dans une des étapes qui suivent",
            ],
        },
    ]);
}

#[test]
fn the_last_resort_ends_by_itself() {
    check(&[
        Slip {
            flow: "call_back",
            find: "settings: {on-failure: give_up}\n",
            replace: "",
            read: &[
                "call_back.yaml:3:1: ce parcours est celui où mènent le 0 et le silence : ajoutez `settings: {on-failure: …}`, avec une étape qui finit l'appel",
            ],
        },
        Slip {
            flow: "call_back",
            find: "    no: ask_number",
            replace: "    no: person",
            read: &[
                "call_back.yaml:13:3: l'étape `same_number` mène à `person`, qui ramène ici : menez à une étape qui finit l'appel (`end: …`)",
            ],
        },
    ]);
}
