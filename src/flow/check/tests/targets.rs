//! Where each way out leads.

use super::{Slip, check};

#[test]
fn a_step_that_does_not_exist_is_answered_by_the_nearest() {
    check(&[
        Slip {
            flow: "book",
            find: "goto: number\n",
            replace: "goto: numbre\n",
            read: &["book.yaml:18:11: l'étape `numbre` n'existe pas ; vouliez-vous dire `number` ?"],
        },
        Slip {
            flow: "book",
            find: "start: where",
            replace: "start: wher",
            read: &["book.yaml:3:8: l'étape `wher` n'existe pas ; vouliez-vous dire `where` ?"],
        },
        Slip {
            flow: "book",
            find: "    yes: write\n",
            replace: "    yes: wrte\n",
            read: &["book.yaml:46:10: l'étape `wrte` n'existe pas ; vouliez-vous dire `write` ?"],
        },
        Slip {
            flow: "book",
            find: r#"En voici d'autres.", goto: slots}"#,
            replace: r#"En voici d'autres.", goto: slot}"#,
            read: &["book.yaml:51:80: l'étape `slot` n'existe pas ; vouliez-vous dire `slots` ?"],
        },
        Slip {
            flow: "welcome",
            find: r#"for: "être rappelé", goto: call_back}"#,
            replace: r#"for: "être rappelé", goto: callback}"#,
            read: &["welcome.yaml:15:38: l'étape `callback` n'existe pas ; vouliez-vous dire `call_back` ?"],
        },
        Slip {
            flow: "call_back",
            find: "settings: {on-failure: give_up}",
            replace: "settings: {on-failure: giveup}",
            read: &["call_back.yaml:4:24: l'étape `giveup` n'existe pas ; vouliez-vous dire `give_up` ?"],
        },
        Slip {
            flow: "call_back",
            find: "    on-failure: write_typed\n",
            replace: "    on-failure: conseiller\n",
            read: &[
                "call_back.yaml:35:17: l'étape `conseiller` n'existe pas ; choisissez parmi `ask_number`, `done`, `done_anyway`, `give_up`, `hello`, `known`, `number_again`, `number_to_call`, `same_number`, `sorry`, `window`, `window_same` …",
            ],
        },
        Slip {
            flow: "book",
            find: "callback.lost: lost\n",
            replace: "callback.lost: losst\n",
            read: &["book.yaml:67:22: l'étape `losst` n'existe pas ; vouliez-vous dire `lost` ?"],
        },
    ]);
}

#[test]
fn each_outcome_has_its_way() {
    check(&[
        Slip {
            flow: "book",
            find: "    yes: write\n",
            replace: "",
            read: &[
                "book.yaml:45:5: l'étape `read_back` ne dit pas ce qui suit quand la réponse est oui : ajoutez `yes: …`, avec le nom d'une étape",
            ],
        },
        Slip {
            flow: "book",
            find: "    no: slots\n",
            replace: "",
            read: &[
                "book.yaml:45:5: l'étape `read_back` ne dit pas ce qui suit quand la réponse est non : ajoutez `no: …`, avec le nom d'une étape",
            ],
        },
        Slip {
            flow: "book",
            find: "    else: slots\n",
            replace: "",
            read: &[
                "book.yaml:20:5: l'étape `number` ne dit pas ce qui suit quand la condition est fausse : ajoutez `else: …`, avec le nom d'une étape",
            ],
        },
        Slip {
            flow: "book",
            find: "    none: {say: \"Il n'y a pas d'autre date pour l'instant.\", goto: call_back}\n",
            replace: "",
            read: &[
                "book.yaml:32:5: l'étape `slots` ne dit pas ce qui suit quand il n'y a rien à proposer : ajoutez `none: …`, avec le nom d'une étape",
            ],
        },
        Slip {
            flow: "book",
            find: "    already_booked: already\n",
            replace: "",
            read: &[
                "book.yaml:49:5: l'étape `write` ne dit pas ce qui suit quand la personne a déjà un rendez-vous : ajoutez `already_booked: …`, avec le nom d'une étape",
            ],
        },
        Slip {
            flow: "book",
            find: "    unavailable: {say: \"Excusez-nous, le rendez-vous n'a pas pu être écrit.\", goto: call_back}\n",
            replace: "",
            read: &[
                "book.yaml:49:5: l'étape `write` ne dit pas ce qui suit quand le carnet de rendez-vous ne répond pas : ajoutez `unavailable: …`, avec le nom d'une étape",
            ],
        },
        Slip {
            flow: "manage",
            find: "    confirmed: confirmed\n",
            replace: "",
            read: &[
                "manage.yaml:65:5: l'étape `confirm` ne dit pas ce qui suit quand le rendez-vous est confirmé : ajoutez `confirmed: …`, avec le nom d'une étape",
            ],
        },
        Slip {
            flow: "call_back",
            find: "    already_requested: done\n",
            replace: "",
            read: &[
                "call_back.yaml:38:5: l'étape `write_typed` ne dit pas ce qui suit quand une demande de rappel existe déjà : ajoutez `already_requested: …`, avec le nom d'une étape",
            ],
        },
        Slip {
            flow: "person",
            find: "    busy: {say: \"Tous nos conseillers sont occupés.\", goto: call_back}\n",
            replace: "",
            read: &[
                "person.yaml:6:5: l'étape `ring` ne dit pas ce qui suit quand personne n'est libre : ajoutez `busy: …`, avec le nom d'une étape",
            ],
        },
        Slip {
            flow: "person",
            find: "    closed: {say: \"Nos bureaux sont fermés. Vous pouvez rappeler au : {line.number | spoken-pairs}\", goto: call_back}\n",
            replace: "",
            read: &[
                "person.yaml:6:5: l'étape `ring` ne dit pas ce qui suit quand personne ne travaille à cette heure : ajoutez `closed: …`, avec le nom d'une étape",
            ],
        },
    ]);
}

#[test]
fn an_action_and_a_flow_are_called_by_their_names() {
    check(&[
        Slip {
            flow: "book",
            find: "appointments.book(place, slot)",
            replace: "appointments.boook(place, slot)",
            read: &[
                "book.yaml:49:9: l'action `appointments.boook` n'existe pas ; vouliez-vous dire `appointments.book` ?",
            ],
        },
        Slip {
            flow: "book",
            find: "appointments.book(place, slot)",
            replace: "appointments.book place",
            read: &[
                "book.yaml:49:9: `appointments.book place` n'est pas une action : écrivez par exemple `appointments.book(place, slot)`",
            ],
        },
        Slip {
            flow: "book",
            find: "appointments.book(place, slot)",
            replace: "appointments.book(place)",
            read: &[
                "book.yaml:49:9: `appointments.book` a besoin de 2 informations et non de 1 : mettez entre les parenthèses (un code postal, une place libre)",
            ],
        },
        Slip {
            flow: "book",
            find: "from: slots.find(place, how)",
            replace: "from: places.list(place, how)",
            read: &[
                "book.yaml:33:13: l'action `places.list` n'existe pas ; choisissez parmi `slots.find`, `slots.on`, `slots.move`, `days.find`, `appointments.find`, `groups.find`, `appointments.book`, `appointments.book_other`, `appointments.move`, `appointments.confirm`, `appointments.cancel`, `callbacks.request` …",
            ],
        },
        Slip {
            flow: "book",
            find: "    call: call_back\n",
            replace: "    call: callback\n",
            read: &["book.yaml:64:11: le parcours `callback` n'existe pas ; vouliez-vous dire `call_back` ?"],
        },
        Slip {
            flow: "book",
            find: "      callback.lost: lost\n",
            replace: "",
            read: &[
                "book.yaml:65:5: le parcours `call_back` peut finir par `callback.lost` : ajoutez sous `ends:` la ligne `callback.lost: …`, avec le nom d'une étape",
            ],
        },
        Slip {
            flow: "welcome",
            find: "      appointment.wanted: book\n",
            replace: "      appointment.sold: book\n",
            read: &[
                "welcome.yaml:29:5: le parcours `manage` peut finir par `appointment.wanted` : ajoutez sous `ends:` la ligne `appointment.wanted: …`, avec le nom d'une étape",
                "welcome.yaml:33:7: le parcours `manage` ne finit jamais par `appointment.sold` : enlevez cette ligne, ou changez ce nom ; vouliez-vous dire `appointment.known` ?",
            ],
        },
        Slip {
            flow: "welcome",
            find: "    call: call_back\n    ends:\n      callback.requested: bye\n      callback.lost: bye\n",
            replace: "    call: call_back\n",
            read: &[
                "welcome.yaml:36:3: le parcours `call_back` peut finir par `callback.lost` : ajoutez sous `ends:` la ligne `callback.lost: …`, avec le nom d'une étape",
                "welcome.yaml:36:3: le parcours `call_back` peut finir par `callback.requested` : ajoutez sous `ends:` la ligne `callback.requested: …`, avec le nom d'une étape",
            ],
        },
    ]);
}
