//! What one step may be made of.

use super::{Slip, check};

#[test]
fn a_step_does_one_thing_and_leads_on() {
    check(&[
        Slip {
            flow: "welcome",
            find: r#"    say: "Merci"#,
            replace: "    menu: {}\n    say: \"Merci",
            read: &[
                "welcome.yaml:41:3: l'étape `bye` fait plusieurs choses (`say` et `menu`) : faites une étape de chacune",
                r#"welcome.yaml:42:5: ce menu n'offre aucun choix : écrivez en dessous `1: {for: "…", goto: …}`"#,
            ],
        },
        Slip {
            flow: "welcome",
            find: "    say: \"Merci de votre appel. Au revoir.\"\n    end: call.finished",
            replace: "    nomatch: []",
            read: &[
                r#"welcome.yaml:41:3: l'étape `bye` ne fait rien : écrivez-y `say: "…"`, `menu:`, `ask:`, `form:`, `offer:`, `confirm:`, `do:`, `if:`, `call:`, `queue:` ou `end: …`"#,
            ],
        },
        Slip {
            flow: "welcome",
            find: "    end: call.finished",
            replace: "",
            read: &[
                "welcome.yaml:41:3: rien ne suit l'étape `bye` : ajoutez `goto: …`, avec le nom de l'étape suivante, ou `end: …` si l'appel finit là",
            ],
        },
        Slip {
            flow: "book",
            find: "    goto: number\n",
            replace: "    end: over\n",
            read: &[
                "book.yaml:5:3: rien ne suit l'étape `where` : ajoutez `goto: …`, avec le nom de l'étape suivante",
                "book.yaml:18:5: `end` ne sert à rien dans une étape `form` : enlevez cette ligne",
                "welcome.yaml:22:5: le parcours `book` peut finir par `over` : ajoutez sous `ends:` la ligne `over: …`, avec le nom d'une étape",
            ],
        },
        Slip {
            flow: "book",
            find: "    goto: again\n",
            replace: "    goto: again\n    end: over\n",
            read: &[
                "book.yaml:57:5: l'étape `done` continue (`goto`) et finit l'appel (`end`) : gardez une des deux lignes",
                "welcome.yaml:22:5: le parcours `book` peut finir par `over` : ajoutez sous `ends:` la ligne `over: …`, avec le nom d'une étape",
            ],
        },
        Slip {
            flow: "book",
            find: "  done:\n",
            replace: "  person:\n    goto: done\n    say: \"Bonjour.\"\n  done:\n",
            read: &[
                "book.yaml:54:3: `person` veut toujours dire « parler à quelqu'un » : donnez un autre nom à cette étape",
            ],
        },
        Slip {
            flow: "book",
            find: "  again:\n    say:",
            replace: "  again:\n    queue: {say: \"Un instant.\"}\n    say:",
            read: &[
                "book.yaml:57:3: l'étape `again` fait plusieurs choses (`say` et `queue`) : faites une étape de chacune",
            ],
        },
    ]);
}

#[test]
fn a_line_that_would_be_ignored_is_refused() {
    check(&[
        Slip {
            flow: "manage",
            find: "  kept:\n",
            replace: "  kept:\n    yes: who\n",
            read: &["manage.yaml:85:5: `yes` ne sert à rien dans une étape `say` : enlevez cette ligne"],
        },
        Slip {
            flow: "manage",
            find: "  kept:\n",
            replace: "  kept:\n    nomatch: [\"Pardon ?\"]\n",
            read: &["manage.yaml:85:5: `nomatch` ne sert à rien dans une étape `say` : enlevez cette ligne"],
        },
        Slip {
            flow: "manage",
            find: "  kept:\n",
            replace: "  kept:\n    on-failure: call_back\n",
            read: &["manage.yaml:85:5: `on-failure` ne sert à rien dans une étape `say` : enlevez cette ligne"],
        },
        Slip {
            flow: "book",
            find: "    no: slots\n",
            replace: "    no: slots\n    goto: slots\n",
            read: &["book.yaml:48:5: `goto` ne sert à rien dans une étape `confirm` : enlevez cette ligne"],
        },
        Slip {
            flow: "book",
            find: "    booked: done\n",
            replace: "    booked: done\n    confirmed: done\n",
            read: &["book.yaml:51:5: `confirmed` ne sert à rien dans une étape `do` : enlevez cette ligne"],
        },
        Slip {
            flow: "call_back",
            find: "    no: ask_number\n",
            replace: "    no: ask_number\n    intro: \"Bonjour.\"\n",
            read: &["call_back.yaml:17:5: `intro` ne sert à rien dans une étape `confirm` : enlevez cette ligne"],
        },
        Slip {
            flow: "call_back",
            find: "    else: same_number\n",
            replace: "    else: same_number\n    ends: {over: hello}\n",
            read: &["call_back.yaml:13:5: `ends` ne sert à rien dans une étape `if` : enlevez cette ligne"],
        },
    ]);
}

#[test]
fn a_question_has_answers_and_says_them_before_their_key() {
    check(&[
        Slip {
            flow: "welcome",
            find: "    menu:\n      1: {for: \"prendre un rendez-vous\", goto: book}\n      2: {for: \"écouter ou annuler votre rendez-vous\", goto: manage}\n      3: {for: \"être rappelé\", goto: call_back}\n",
            replace: "    menu: {}\n",
            read: &[r#"welcome.yaml:12:5: ce menu n'offre aucun choix : écrivez en dessous `1: {for: "…", goto: …}`"#],
        },
        Slip {
            flow: "book",
            find: "          2: {for: \"être appelé au téléphone\", value: phone}\n",
            replace: "",
            read: &[
                r#"book.yaml:12:7: la question `how` n'offre pas de choix : écrivez deux ou trois réponses sous `among:`, comme `1: {for: "…", value: …}`"#,
            ],
        },
        Slip {
            flow: "book",
            find: "type: choice",
            replace: "type: postal-code",
            read: &[
                "book.yaml:15:9: la réponse à `how` se tape, elle ne se choisit pas : enlevez `among:`, ou écrivez `type: choice`",
                "book.yaml:33:13: `how` est un code postal, et `slots.find` attend un choix à cet endroit : mettez entre les parenthèses (un code postal, un choix)",
            ],
        },
        Slip {
            flow: "manage",
            find: "known: caller.number",
            replace: "known: caller.numbre",
            read: &["manage.yaml:9:16: `caller.numbre` n'est pas connu d'avance : écrivez `known: caller.number`"],
        },
        Slip {
            flow: "manage",
            find: "        type: postal-code\n        ask: \"Pour vous",
            replace: "        type: postal-code\n        known: caller.number\n        ask: \"Pour vous",
            read: &["manage.yaml:15:16: `caller.number` ne donne pas la réponse à `place` : écrivez `known: place`"],
        },
        Slip {
            flow: "welcome",
            find: "    menu:\n",
            replace: "    intro: \"Tapez votre choix.\"\n    menu:\n",
            read: &[
                "welcome.yaml:12:12: « Tapez votre choix. » commence par la touche : dites d'abord à quoi elle sert ; « tapez 1 » s'ajoute tout seul à la fin",
            ],
        },
        Slip {
            flow: "book",
            find: r#"ask: "Comment voulez"#,
            replace: r#"ask: "Tapez comment voulez"#,
            read: &[
                "book.yaml:14:14: « Tapez comment voulez-vous rencontrer votre conseiller ? » commence par la touche : dites d'abord à quoi elle sert ; « tapez 1 » s'ajoute tout seul à la fin",
            ],
        },
        Slip {
            flow: "welcome",
            find: r#"for: "être rappelé""#,
            replace: r#"for: "tapez 3 pour être rappelé""#,
            read: &[
                "welcome.yaml:15:16: « tapez 3 pour être rappelé » commence par la touche : dites d'abord à quoi elle sert ; « tapez 1 » s'ajoute tout seul à la fin",
            ],
        },
        Slip {
            flow: "welcome",
            find: r#"for: "être rappelé""#,
            replace: r#"for: "être rappelé au {caller.number}""#,
            read: &[
                "welcome.yaml:15:16: « être rappelé au {caller.number} » est lu tel quel : enlevez les accolades `{` et `}`",
            ],
        },
    ]);
}
