//! Care can be changed, not switched off.

use super::{Slip, check};

#[test]
fn settings_stay_within_what_a_caller_can_bear() {
    check(&[
        Slip {
            flow: "book",
            find: "      page: 2",
            replace: "      page: 3",
            read: &[
                "book.yaml:35:13: `3` par page : écrivez `1` ou `2`, car une touche de plus sert à entendre la suite",
            ],
        },
        Slip {
            flow: "book",
            find: "      page: 2",
            replace: "      page: 0",
            read: &[
                "book.yaml:35:13: `0` par page : écrivez `1` ou `2`, car une touche de plus sert à entendre la suite",
            ],
        },
        Slip {
            flow: "book",
            find: "start: where",
            replace: "start: where\nsettings: {tries: 0}",
            read: &["book.yaml:4:19: `0` essais : écrivez un nombre de 2 à 5, d'habitude `3`"],
        },
        Slip {
            flow: "book",
            find: "start: where",
            replace: "start: where\nsettings: {no-input: 0s}",
            read: &["book.yaml:4:22: `0s` est trop court ou trop long ici : écrivez une durée de `5s` à `60s`"],
        },
        Slip {
            flow: "book",
            find: "start: where",
            replace: "start: where\nsettings: {no-input-number: 8s}",
            read: &["book.yaml:4:29: `8s` est trop court ou trop long ici : écrivez une durée de `30s` à `120s`"],
        },
        Slip {
            flow: "book",
            find: "start: where",
            replace: "start: where\nsettings: {between-keys: 8}",
            read: &["book.yaml:4:26: `8` n'est pas une durée : écrivez par exemple `8s` ou `30min`"],
        },
        Slip {
            flow: "book",
            find: "hold: 30min",
            replace: "hold: 1s",
            read: &["book.yaml:38:13: `1s` est trop court ou trop long ici : écrivez une durée de `60s` à `7200s`"],
        },
        Slip {
            flow: "book",
            find: "hold: 30min",
            replace: "hold: 30 minutes",
            read: &["book.yaml:38:13: `30 minutes` n'est pas une durée : écrivez par exemple `8s` ou `30min`"],
        },
    ]);
}
