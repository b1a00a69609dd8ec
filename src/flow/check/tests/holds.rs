//! What the answers of a flow hold.

use super::{Slip, check};

#[test]
fn what_is_said_is_said_as_what_it_is() {
    check(&[
        Slip {
            flow: "book",
            find: "{slot | spoken-address}",
            replace: "{slot | spoken-adress}",
            read: &["book.yaml:45:14: `spoken-adress` n'existe pas ici ; vouliez-vous dire `spoken-address` ?"],
        },
        Slip {
            flow: "book",
            find: "{slot | spoken-address}",
            replace: "{slot | spoken-pairs}",
            read: &[
                "book.yaml:45:14: `slot` est une place libre et ne se dit pas ainsi : écrivez `{slot | spoken-date}` ou `{slot | spoken-city}` ou `{slot | spoken-address}`",
            ],
        },
        Slip {
            flow: "book",
            find: "{slot | spoken-address}",
            replace: "{slot}",
            read: &[
                "book.yaml:45:14: `{slot}` ne dit pas comment le prononcer : écrivez par exemple `{slot | spoken-date}`",
            ],
        },
        Slip {
            flow: "book",
            find: "{slot | spoken-address}",
            replace: "{slot | spoken-address",
            read: &[
                "book.yaml:45:14: il manque `}` après `{` dans « Vous avez choisi : {slot | spoken-date} {slot | spoken-address C'est bien cela ? »",
            ],
        },
        Slip {
            flow: "book",
            find: "{slot | spoken-address}",
            replace: "{place | spoken-address}",
            read: &[
                "book.yaml:45:14: `place` est un code postal et ne se dit pas ainsi : écrivez `{place | spoken-digits}`",
            ],
        },
        Slip {
            flow: "book",
            find: "{slot | spoken-address}",
            replace: "{how | spoken-address}",
            read: &[
                "book.yaml:45:14: `how` est un choix et ne se dit pas ainsi : écrivez une étape `if:`, avec une phrase pour chaque choix",
            ],
        },
        Slip {
            flow: "call_back",
            find: "{caller.number | spoken-pairs}",
            replace: "{caller.number | spoken-digits}",
            read: &[
                "call_back.yaml:14:14: `caller.number` est un numéro de téléphone et ne se dit pas ainsi : écrivez `{caller.number | spoken-pairs}`",
            ],
        },
        Slip {
            flow: "person",
            find: "{line.number | spoken-pairs}",
            replace: "{line.numero | spoken-pairs}",
            read: &["person.yaml:9:19: le numéro `numero` n'est pas dans line.yaml ; vouliez-vous dire `number` ?"],
        },
        Slip {
            flow: "person",
            find: "{line.number | spoken-pairs}",
            replace: "{line.apecc | spoken-pairs}",
            read: &["person.yaml:9:19: le numéro `apecc` n'est pas dans line.yaml ; vouliez-vous dire `apec` ?"],
        },
        Slip {
            flow: "person",
            find: "{line.number | spoken-pairs}",
            replace: "{line.number | spoken-date}",
            read: &[
                "person.yaml:9:19: `line.number` est un numéro public et ne se dit pas ainsi : écrivez `{line.number | spoken-pairs}`",
            ],
        },
    ]);
}

#[test]
fn what_is_compared_and_used_is_what_it_is() {
    check(&[
        Slip {
            flow: "book",
            find: "if: caller.withheld",
            replace: "if: caller.rich",
            read: &[
                "book.yaml:20:9: la condition `caller.rich` n'est pas comprise : écrivez `caller.withheld` (numéro masqué), `caller.mobile` (portable), `caller.landline` (fixe), `caller.dropped` (appel coupé), `caller.slow` (on parle lentement), `line.open` (ouvert), `line.holiday` (férié), `question = mot`, `question != mot` ou `question is known`, reliés par `and` (et), `or` (ou), `not` (non)",
            ],
        },
        Slip {
            flow: "book",
            find: "if: caller.withheld",
            replace: "if: how = fone",
            read: &["book.yaml:20:9: `how` ne vaut jamais `fone` ; vouliez-vous dire `phone` ?"],
        },
        Slip {
            flow: "book",
            find: "if: caller.withheld",
            replace: "if: line.open and how = fone",
            read: &["book.yaml:20:9: `how` ne vaut jamais `fone` ; vouliez-vous dire `phone` ?"],
        },
        Slip {
            flow: "book",
            find: "if: caller.withheld",
            replace: "if: line.open and",
            read: &[
                "book.yaml:20:9: la condition `line.open and` n'est pas comprise : écrivez `caller.withheld` (numéro masqué), `caller.mobile` (portable), `caller.landline` (fixe), `caller.dropped` (appel coupé), `caller.slow` (on parle lentement), `line.open` (ouvert), `line.holiday` (férié), `question = mot`, `question != mot` ou `question is known`, reliés par `and` (et), `or` (ou), `not` (non)",
            ],
        },
        Slip {
            flow: "book",
            find: "book(place, slot)",
            replace: "book(slot, place)",
            read: &[
                "book.yaml:49:9: `slot` est une place libre, et `appointments.book` attend un code postal à cet endroit : mettez entre les parenthèses (un code postal, une place libre)",
            ],
        },
        Slip {
            flow: "book",
            find: "value: phone}",
            replace: "value: telephone}",
            read: &["book.yaml:33:13: `slots.find` ne connaît pas `telephone` ; vouliez-vous dire `phone` ?"],
        },
        Slip {
            flow: "call_back",
            find: "'any'",
            replace: "'soon'",
            read: &[
                "call_back.yaml:38:9: `callbacks.request` ne connaît pas `soon` ; choisissez parmi `morning`, `afternoon`, `any`",
            ],
        },
        Slip {
            flow: "book",
            find: "      as: slot",
            replace: "      as: place",
            read: &[
                "book.yaml:34:11: `place` est déjà un code postal plus haut, et ici une place libre : changez ce nom-ci",
            ],
        },
    ]);
}

#[test]
fn what_is_used_is_known_on_every_way_there() {
    check(&[
        Slip {
            flow: "book",
            find: "appointments.book(place, slot)",
            replace: "appointments.book(place, sloot)",
            read: &["book.yaml:49:9: `sloot` n'est rempli nulle part dans ce parcours ; vouliez-vous dire `slot` ?"],
        },
        Slip {
            flow: "book",
            find: "{slot | spoken-date}",
            replace: "{slott | spoken-date}",
            read: &["book.yaml:45:14: `slott` n'est rempli nulle part dans ce parcours ; vouliez-vous dire `slot` ?"],
        },
        Slip {
            flow: "book",
            find: "    then: ask_number\n    else: slots\n",
            replace: "    then: ask_number\n    else: read_back\n",
            read: &[
                "book.yaml:45:14: `slot` n'est pas toujours connu à l'étape `read_back` : posez la question avant, sur tous les chemins qui y mènent",
                "book.yaml:49:9: `slot` n'est pas toujours connu à l'étape `write` : posez la question avant, sur tous les chemins qui y mènent",
            ],
        },
        Slip {
            flow: "call_back",
            find: "callbacks.request(phone, 'any')",
            replace: "callbacks.request(phone, when)",
            read: &[
                "call_back.yaml:38:9: `when` n'est pas toujours connu à l'étape `write_typed` : posez la question avant, sur tous les chemins qui y mènent",
            ],
        },
        Slip {
            flow: "call_back",
            find: "    then: sorry\n",
            replace: "    then: write_typed\n",
            read: &[
                "call_back.yaml:38:9: `phone` n'est pas toujours connu à l'étape `write_typed` : posez la question avant, sur tous les chemins qui y mènent",
            ],
        },
        Slip {
            flow: "book",
            find: "if: caller.withheld",
            replace: "if: why = work",
            read: &[
                "book.yaml:20:9: `why` n'est rempli nulle part dans ce parcours ; choisissez parmi `appointment`, `how`, `phone`, `place`, `slot`",
            ],
        },
    ]);
}
