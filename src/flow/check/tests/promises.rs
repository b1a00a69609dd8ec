//! "C'est noté" only of what is written.

use super::{Slip, check};

#[test]
fn nothing_is_promised_before_it_is_written() {
    check(&[
        Slip {
            flow: "call_back",
            find: "    unavailable: sorry\n",
            replace: "    unavailable: done\n",
            read: &[
                "call_back.yaml:63:10: « C'est noté. Un conseiller vous rappellera. » est dit alors que rien n'est peut-être écrit : n'y menez qu'après `requested:` ou `already_requested:`",
            ],
        },
        Slip {
            flow: "manage",
            find: "    no: what\n",
            replace: "    no: cancelled\n",
            read: &[
                "manage.yaml:82:10: « C'est noté. Votre rendez-vous est annulé. » est dit alors que rien n'est peut-être écrit : n'y menez qu'après `confirmed:` ou `cancelled:`",
            ],
        },
        Slip {
            flow: "book",
            find: "le rendez-vous n'a pas pu être écrit.",
            replace: "votre demande est notée. C'est noté.",
            read: &[
                "book.yaml:53:24: « Excusez-nous, votre demande est notée. C'est noté. » est dit alors que rien n'est peut-être écrit : n'y menez qu'après `booked:`",
            ],
        },
    ]);
}
