//! What is not YAML, or not the YAML of a flow.

use super::{Slip, check};

#[test]
fn a_name_that_does_not_exist_is_answered_by_the_nearest() {
    check(&[
        Slip {
            flow: "book",
            find: "    taken: {",
            replace: "    takn: {",
            read: &["book.yaml:51:5: `takn` n'existe pas ici ; vouliez-vous dire `taken` ?"],
        },
        Slip {
            flow: "book",
            find: r#"        noinput: ["Prenez votre temps. Le"#,
            replace: r#"        silence: ["Prenez votre temps. Le"#,
            read: &[
                "book.yaml:11:9: `silence` n'existe pas ici ; choisissez parmi `type`, `known`, `ask`, `sms`, `among`, `length`, `from`, `to`, `max`, `nomatch`, `noinput`",
            ],
        },
        Slip {
            flow: "book",
            find: "type: postal-code",
            replace: "type: postcode",
            read: &["book.yaml:8:15: `postcode` n'existe pas ici ; vouliez-vous dire `postal-code` ?"],
        },
        Slip {
            flow: "welcome",
            find: "goto: book}",
            replace: "gto: book}",
            read: &["welcome.yaml:13:42: `gto` n'existe pas ici ; vouliez-vous dire `goto` ?"],
        },
        Slip {
            flow: "call_back",
            find: "on-failure: give_up}",
            replace: "on_failure: give_up}",
            read: &["call_back.yaml:4:12: `on_failure` n'existe pas ici ; vouliez-vous dire `on-failure` ?"],
        },
        Slip {
            flow: "engine",
            find: "person:",
            replace: "prson:",
            read: &["engine.yaml:9:1: `prson` n'existe pas ici ; vouliez-vous dire `person` ?"],
        },
        Slip {
            flow: "book",
            find: "      page: 2\n",
            replace: "      pages: 2\n",
            read: &["book.yaml:35:7: `pages` n'existe pas ici ; vouliez-vous dire `page` ?"],
        },
    ]);
}

#[test]
fn a_name_written_twice_or_not_at_all_is_told() {
    check(&[
        Slip {
            flow: "welcome",
            find: "start: hello",
            replace: "start: hello\nstart: help",
            read: &["welcome.yaml:4:1: `start` est écrit deux fois : gardez une seule des deux lignes"],
        },
        Slip {
            flow: "welcome",
            find: "  bye:\n",
            replace: "  help:\n    end: over\n  bye:\n",
            read: &["welcome.yaml:41:3: `help` est écrit deux fois : gardez une seule des deux lignes"],
        },
        Slip {
            flow: "welcome",
            find: "flow: welcome\n",
            replace: "",
            read: &["welcome.yaml: il manque `flow:` dans ce fichier : ajoutez par exemple `flow: book`"],
        },
        Slip {
            flow: "welcome",
            find: "start: hello\n",
            replace: "",
            read: &["welcome.yaml: il manque `start:` dans ce fichier : ajoutez par exemple `start: hello`"],
        },
        Slip {
            flow: "welcome",
            find: ", goto: book}",
            replace: "}",
            read: &["welcome.yaml:13:7: il manque `goto:` sous `1:` : ajoutez par exemple `goto: bye`"],
        },
        Slip {
            flow: "welcome",
            find: r#"{for: "prendre un rendez-vous", goto: book}"#,
            replace: "{goto: book}",
            read: &[r#"welcome.yaml:13:7: il manque `for:` sous `1:` : ajoutez par exemple `for: "être rappelé"`"#],
        },
        Slip {
            flow: "book",
            find: "        type: postal-code\n",
            replace: "",
            read: &["book.yaml:7:7: il manque `type:` sous `place:` : ajoutez par exemple `type: choice`"],
        },
        Slip {
            flow: "book",
            find: "      page: 2\n",
            replace: "",
            read: &["book.yaml:32:5: il manque `page:` sous `offer:` : ajoutez par exemple `page: 2`"],
        },
        Slip {
            flow: "book",
            find: ", value: in_person}",
            replace: "}",
            read: &["book.yaml:16:11: il manque `value:` sous `1:` : ajoutez par exemple `value: phone`"],
        },
        Slip {
            flow: "book",
            find: "      more: \"entendre d'autres dates\"\n",
            replace: "",
            read: &[
                r#"book.yaml:32:5: il manque `more:` sous `offer:` : ajoutez par exemple `more: "d'autres dates"`"#,
            ],
        },
        Slip {
            flow: "book",
            find: r#"{say: "Ce rendez-vous vient d'être pris. En voici d'autres.", goto: slots}"#,
            replace: r#"{say: "Ce rendez-vous vient d'être pris."}"#,
            read: &["book.yaml:51:5: il manque `goto:` sous `taken:` : ajoutez par exemple `goto: bye`"],
        },
        Slip {
            flow: "engine",
            find: "right: \"C'est bien cela ?\"\n",
            replace: "",
            read: &[r#"engine.yaml: il manque `right:` dans ce fichier : ajoutez par exemple `right: "…"`"#],
        },
    ]);
}

#[test]
fn a_text_where_lines_are_wanted_and_the_reverse_are_told() {
    check(&[
        Slip {
            flow: "welcome",
            find: "    say: \"Merci de votre appel. Au revoir.\"\n",
            replace: "    say:\n      - \"Merci de votre appel.\"\n      - \"Au revoir.\"\n",
            read: &[r#"welcome.yaml:43:7: ici, écrivez une seule phrase entre guillemets, comme `"…"`"#],
        },
        Slip {
            flow: "welcome",
            find: "    say: \"Merci de votre appel. Au revoir.\"\n",
            replace: "    say: {text: \"Au revoir.\"}\n",
            read: &[r#"welcome.yaml:42:10: ici, écrivez une seule phrase entre guillemets, comme `"…"`"#],
        },
        Slip {
            flow: "welcome",
            find: "    say: \"Merci de votre appel. Au revoir.\"\n",
            replace: "    say:\n",
            read: &["welcome.yaml:42:5: rien n'est écrit après `say:` : écrivez la suite, ou enlevez cette ligne"],
        },
        Slip {
            flow: "welcome",
            find: "    say: \"Merci de votre appel. Au revoir.\"\n",
            replace: "    say: \"\"\n",
            read: &[
                "welcome.yaml:42:10: ce texte est vide : écrivez entre guillemets ce que la personne doit entendre",
            ],
        },
        Slip {
            flow: "welcome",
            find: "    nomatch:\n      - \"Je n'ai pas compris. Il y a trois choix.\"\n",
            replace: "    nomatch: \"Je n'ai pas compris.\"\n",
            read: &[r#"welcome.yaml:16:14: ici, écrivez une liste de phrases entre crochets, comme `["…"]`"#],
        },
        Slip {
            flow: "welcome",
            find: "      1: {for: \"prendre un rendez-vous\", goto: book}\n",
            replace: "      un: {for: \"prendre un rendez-vous\", goto: book}\n",
            read: &[r#"welcome.yaml:13:7: ici, écrivez un choix par touche, de 1 à 9, comme `1: {for: "…", goto: …}`"#],
        },
        Slip {
            flow: "welcome",
            find: "      1: {for: \"prendre un rendez-vous\", goto: book}\n",
            replace: "      1: book\n",
            read: &[
                r#"welcome.yaml:13:10: ici, écrivez un choix par touche, de 1 à 9, comme `1: {for: "…", goto: …}`"#,
            ],
        },
        Slip {
            flow: "welcome",
            find: "      1: {for: \"prendre un rendez-vous\", goto: book}\n      2: {for: \"écouter ou annuler votre rendez-vous\", goto: manage}\n      3: {for: \"être rappelé\", goto: call_back}\n",
            replace: "      - {for: \"prendre un rendez-vous\", goto: book}\n",
            read: &[r#"welcome.yaml:13:7: ici, écrivez un choix par touche, de 1 à 9, comme `1: {for: "…", goto: …}`"#],
        },
        Slip {
            flow: "welcome",
            find: "  bye:\n    say: \"Merci de votre appel. Au revoir.\"\n    end: call.finished",
            replace: "  bye: call.finished",
            read: &[
                r#"welcome.yaml:41:8: ici, écrivez les lignes d'une étape, comme `say: "…"` et `goto: …`, avec une espace après les deux-points"#,
            ],
        },
        Slip {
            flow: "welcome",
            find: "  bye:\n    say: \"Merci de votre appel. Au revoir.\"\n    end: call.finished",
            replace: "  bye:\n",
            read: &["welcome.yaml:41:3: rien n'est écrit après `bye:` : écrivez la suite, ou enlevez cette ligne"],
        },
        Slip {
            flow: "welcome",
            find: "    goto: help\n",
            replace: "    goto:\n",
            read: &["welcome.yaml:7:5: rien n'est écrit après `goto:` : écrivez la suite, ou enlevez cette ligne"],
        },
        Slip {
            flow: "welcome",
            find: "    goto: help\n",
            replace: "    goto: [help, choose]\n",
            read: &["welcome.yaml:7:11: ici, écrivez le nom d'une seule étape, comme `goto: bye`"],
        },
        Slip {
            flow: "book",
            find: "    yes: write\n",
            replace: "    yes: [write]\n",
            read: &[r#"book.yaml:46:5: ici, écrivez le nom d'une étape, ou `{say: "…", goto: étape}`"#],
        },
        Slip {
            flow: "book",
            find: "    yes: write\n",
            replace: "    yes:\n",
            read: &["book.yaml:46:5: rien n'est écrit après `yes:` : écrivez la suite, ou enlevez cette ligne"],
        },
        Slip {
            flow: "book",
            find: "      page: 2\n",
            replace: "      page: deux\n",
            read: &["book.yaml:35:13: ici, écrivez `1` ou `2`"],
        },
        Slip {
            flow: "book",
            find: "      page: 2\n",
            replace: "      page: -1\n",
            read: &["book.yaml:35:13: ici, écrivez `1` ou `2`"],
        },
        Slip {
            flow: "call_back",
            find: "settings: {on-failure: give_up}",
            replace: "settings: give_up",
            read: &["call_back.yaml:4:11: ici, écrivez des réglages, comme `settings: {tries: 3}`"],
        },
        Slip {
            flow: "call_back",
            find: "settings: {on-failure: give_up}",
            replace: "settings: {tries: trois, on-failure: give_up}",
            read: &["call_back.yaml:4:19: ici, écrivez un nombre de 2 à 5, d'habitude `3`"],
        },
    ]);
}

#[test]
fn a_slip_of_the_pen_is_told_in_french() {
    check(&[
        Slip {
            flow: "welcome",
            find: r#""Merci de votre appel. Au revoir.""#,
            replace: r#""Merci de votre appel. Au revoir."#,
            read: &[
                r#"welcome.yaml:42:10: un guillemet n'est pas fermé : mettez `"` au début et à la fin du texte, sur la même ligne"#,
            ],
        },
        Slip {
            flow: "welcome",
            find: r#""Merci de votre appel. Au revoir.""#,
            replace: "'Merci d'être venu.'",
            read: &[
                r#"welcome.yaml:42:19: l'apostrophe ferme ici le texte : mettez-le entre guillemets `"…"` plutôt qu'entre apostrophes"#,
            ],
        },
        Slip {
            flow: "welcome",
            find: r#""Merci de votre appel. Au revoir.""#,
            replace: r#""Merci." Au revoir."#,
            read: &[
                r#"welcome.yaml:42:19: quelque chose suit le guillemet qui ferme : mettez tout le texte entre les deux guillemets `"…"`, et une virgule avant ce qui vient après"#,
            ],
        },
        Slip {
            flow: "welcome",
            find: r#""Merci de votre appel. Au revoir.""#,
            replace: "Merci : au revoir: bonne journée",
            read: &[
                "welcome.yaml:42:16: il manque les deux-points, ou il y en a de trop : écrivez `nom: …`, et mettez entre guillemets un texte qui contient `:`",
            ],
        },
        Slip {
            flow: "welcome",
            find: r#""Merci de votre appel. Au revoir.""#,
            replace: "\"Merci \\de votre appel.\"",
            read: &["welcome.yaml:42:10: la barre `\\` a un sens à part entre guillemets : enlevez-la"],
        },
        Slip {
            flow: "welcome",
            find: r#""Merci de votre appel. Au revoir.""#,
            replace: "@vous",
            read: &[
                r#"welcome.yaml:42:10: ce signe a un sens à part en début de texte : mettez le texte entre guillemets `"…"`"#,
            ],
        },
        Slip {
            flow: "welcome",
            find: r#""Merci de votre appel. Au revoir.""#,
            replace: "%vous",
            read: &[
                r#"welcome.yaml:42:10: ce signe a un sens à part en début de texte : mettez le texte entre guillemets `"…"`"#,
            ],
        },
        Slip {
            flow: "welcome",
            find: r#""Merci de votre appel. Au revoir.""#,
            replace: "|\n   Merci.\n  Au revoir.",
            read: &["welcome.yaml:43:4: ce texte est vide : écrivez entre guillemets ce que la personne doit entendre"],
        },
        Slip {
            flow: "welcome",
            find: r#"    say: "Merci de votre appel."#,
            replace: r#"	say: "Merci de votre appel."#,
            read: &["welcome.yaml:42:1: il y a une tabulation : remplacez-la par des espaces, deux par niveau"],
        },
        Slip {
            flow: "welcome",
            find: r#"    say: "Merci de votre appel."#,
            replace: r#"    	say: "Merci de votre appel."#,
            read: &["welcome.yaml:42:5: il y a une tabulation : remplacez-la par des espaces, deux par niveau"],
        },
        Slip {
            flow: "welcome",
            find: r#"    say: "Merci de votre appel."#,
            replace: r#"   say: "Merci de votre appel."#,
            read: &[
                "welcome.yaml:43:5: cette ligne et celle du dessus ne commencent pas à la même distance du bord : alignez-les, avec des espaces",
            ],
        },
        Slip {
            flow: "welcome",
            find: r#"    say: "Merci de votre appel."#,
            replace: r#"     say: "Merci de votre appel."#,
            read: &[
                "welcome.yaml:43:5: cette ligne et celle du dessus ne commencent pas à la même distance du bord : alignez-les, avec des espaces",
            ],
        },
        Slip {
            flow: "welcome",
            find: r#"    say: "Merci de votre appel."#,
            replace: r#"say: "Merci de votre appel."#,
            read: &[
                "welcome.yaml:41:6: ici, écrivez des lignes `nom: …` : deux-points et une espace après le nom, et deux espaces de plus à gauche que sur la ligne du dessus",
            ],
        },
        Slip {
            flow: "welcome",
            find: r#"    say: "Merci de votre appel."#,
            replace: r#"    say "Merci de votre appel."#,
            read: &[
                "welcome.yaml:42:5: ici, écrivez des lignes `nom: …` : deux-points et une espace après le nom, et deux espaces de plus à gauche que sur la ligne du dessus",
            ],
        },
        Slip {
            flow: "welcome",
            find: r#"    say: "Merci de votre appel."#,
            replace: r#"    say:"Merci de votre appel."#,
            read: &[
                "welcome.yaml:42:5: ici, écrivez des lignes `nom: …` : deux-points et une espace après le nom, et deux espaces de plus à gauche que sur la ligne du dessus",
            ],
        },
        Slip {
            flow: "welcome",
            find: "    goto: help\n",
            replace: "    goto help\n",
            read: &[
                "welcome.yaml:7:5: il manque les deux-points, ou il y en a de trop : écrivez `nom: …`, et mettez entre guillemets un texte qui contient `:`",
            ],
        },
        Slip {
            flow: "welcome",
            find: "goto: book}",
            replace: "goto: book",
            read: &[
                "welcome.yaml:13:10: une accolade ou un crochet n'est pas bien fermé : à chaque `{` son `}`, à chaque `[` son `]`, et une virgule entre deux éléments",
            ],
        },
        Slip {
            flow: "welcome",
            find: r#""être rappelé""#,
            replace: r#""être rappelé"#,
            read: &[
                r#"welcome.yaml:15:16: un guillemet n'est pas fermé : mettez `"` au début et à la fin du texte, sur la même ligne"#,
            ],
        },
        Slip {
            flow: "welcome",
            find: r#""être rappelé""#,
            replace: r#"être rappelé""#,
            read: &[
                r#"welcome.yaml:15:16: un guillemet est resté dans « être rappelé" » : effacez-le, ou mettez-en un de chaque côté du texte"#,
            ],
        },
        Slip {
            flow: "welcome",
            find: "goto: book}",
            replace: "goto: book]",
            read: &[
                "welcome.yaml:13:10: une accolade ou un crochet n'est pas bien fermé : à chaque `{` son `}`, à chaque `[` son `]`, et une virgule entre deux éléments",
            ],
        },
        Slip {
            flow: "welcome",
            find: r#"{for: "prendre un rendez-vous", goto: book}"#,
            replace: r#"for: "prendre un rendez-vous", goto: book}"#,
            read: &[
                "welcome.yaml:13:10: ici, écrivez des lignes `nom: …` : deux-points et une espace après le nom, et deux espaces de plus à gauche que sur la ligne du dessus",
            ],
        },
        Slip {
            flow: "welcome",
            find: r#"{for: "prendre un rendez-vous", goto: book}"#,
            replace: r#"{for: "prendre un rendez-vous" goto: book}"#,
            read: &[
                r#"welcome.yaml:13:41: quelque chose suit le guillemet qui ferme : mettez tout le texte entre les deux guillemets `"…"`, et une virgule avant ce qui vient après"#,
            ],
        },
        Slip {
            flow: "book",
            find: r#"["Il faut cinq chiffres. Par exemple : sept, un, un, zéro, zéro."]"#,
            replace: r#""Il faut cinq chiffres."]"#,
            read: &[
                r#"book.yaml:10:42: quelque chose suit le guillemet qui ferme : mettez tout le texte entre les deux guillemets `"…"`, et une virgule avant ce qui vient après"#,
            ],
        },
        Slip {
            flow: "welcome",
            find: "# What every caller",
            replace: "Bonjour\n# What every caller",
            read: &[
                "welcome.yaml:1:1: ici, écrivez des lignes `nom: …` : deux-points et une espace après le nom, et deux espaces de plus à gauche que sur la ligne du dessus",
            ],
        },
        Slip {
            flow: "welcome",
            find: "goto: book}",
            replace: "goto: book}#vite",
            read: &[r#"welcome.yaml:13:53: il faut une espace avant `#`, ou des guillemets autour du texte `"…"`"#],
        },
        Slip {
            flow: "welcome",
            find: "    goto: help\n",
            replace: "    goto: -\n",
            read: &[
                r#"welcome.yaml:7:11: un tiret `-` commence une liste : mettez le texte entre guillemets `"…"`, ou chaque élément de la liste sur sa ligne"#,
            ],
        },
        Slip {
            flow: "welcome",
            find: "    goto: help\n",
            replace: "    ? goto\n",
            read: &["welcome.yaml:7:7: rien n'est écrit après `goto:` : écrivez la suite, ou enlevez cette ligne"],
        },
        Slip {
            flow: "welcome",
            find: "    goto: help\n",
            replace: "    goto: help\u{a0}\n",
            read: &["welcome.yaml:7:11: l'étape `help\u{a0}` n'existe pas ; vouliez-vous dire `help` ?"],
        },
        Slip {
            flow: "book",
            find: r#"["Il faut cinq chiffres. Par exemple : sept, un, un, zéro, zéro."]"#,
            replace: r#"["Il faut cinq chiffres.""#,
            read: &[
                "book.yaml:10:18: une accolade ou un crochet n'est pas bien fermé : à chaque `{` son `}`, à chaque `[` son `]`, et une virgule entre deux éléments",
            ],
        },
        Slip {
            flow: "welcome",
            find: "steps:\n",
            replace: "---\nsteps:\n",
            read: &[
                "welcome.yaml:4:1: `---` ou `...` sépare des documents : enlevez cette ligne, un fichier contient un seul parcours",
            ],
        },
        Slip {
            flow: "welcome",
            find: "    end: call.finished",
            replace: "    end: call.finished\n---\nflow: encore\n",
            read: &[
                "welcome.yaml:44:1: `---` ou `...` sépare des documents : enlevez cette ligne, un fichier contient un seul parcours",
            ],
        },
        Slip {
            flow: "welcome",
            find: "start: hello",
            replace: "start: &x hello",
            read: &[
                r#"welcome.yaml:3:11: un `&` en tête de texte a un sens à part : mettez le texte entre guillemets `"…"`"#,
            ],
        },
        Slip {
            flow: "welcome",
            find: "start: hello",
            replace: "start: *x",
            read: &[
                r#"welcome.yaml:3:8: une étoile `*` en tête de texte a un sens à part : mettez le texte entre guillemets `"…"`"#,
            ],
        },
        Slip {
            flow: "welcome",
            find: "start: hello",
            replace: "start: !exec hello",
            read: &[
                r#"welcome.yaml:3:14: un point d'exclamation `!` en tête de texte a un sens à part : mettez le texte entre guillemets `"…"`"#,
            ],
        },
        Slip {
            flow: "welcome",
            find: r#""Merci de votre appel. Au revoir.""#,
            replace: r#"!vite "Merci.""#,
            read: &[
                r#"welcome.yaml:42:16: un point d'exclamation `!` en tête de texte a un sens à part : mettez le texte entre guillemets `"…"`"#,
            ],
        },
        Slip {
            flow: "welcome",
            find: "    end: call.finished",
            replace: "    <<: bye\n    end: call.finished",
            read: &["welcome.yaml:43:9: `<<` a un sens à part : enlevez cette ligne"],
        },
    ]);
}
