//! The line's own file.

use super::{Slip, check};

#[test]
fn a_premium_number_is_given_to_nobody() {
    check(&[
        Slip {
            flow: "line",
            find: r#""39 49""#,
            replace: r#""0899 70 00 00""#,
            read: &[
                "line.yaml:13:19: `0899 70 00 00` est un numéro surtaxé : donnez un numéro au prix d'un appel normal",
            ],
        },
        Slip {
            flow: "line",
            find: r#""39 49""#,
            replace: r#""118 218""#,
            read: &["line.yaml:13:19: `118 218` est un numéro surtaxé : donnez un numéro au prix d'un appel normal"],
        },
        Slip {
            flow: "line",
            find: r#""39 49""#,
            replace: r#""15""#,
            read: &[r#"line.yaml:13:19: `15` n'est pas un numéro : écrivez par exemple "09 72 01 02 03" ou "39 49""#],
        },
        Slip {
            flow: "line",
            find: r#""39 49""#,
            replace: r#""bonjour""#,
            read: &[
                r#"line.yaml:13:19: `bonjour` n'est pas un numéro : écrivez par exemple "09 72 01 02 03" ou "39 49""#,
            ],
        },
    ]);
}

#[test]
fn hours_are_hours_and_days_are_days() {
    check(&[
        Slip {
            flow: "line",
            find: r#"tuesday: ["09:00-12:30", "13:30-18:00"]"#,
            replace: r#"tuesday: ["9h-12h30"]"#,
            read: &[r#"line.yaml:8:13: `9h-12h30` n'est pas une plage d'heures : écrivez "09:00-12:30""#],
        },
        Slip {
            flow: "line",
            find: r#"tuesday: ["09:00-12:30", "13:30-18:00"]"#,
            replace: r#"tuesday: ["12:30-09:00"]"#,
            read: &[r#"line.yaml:8:13: `12:30-09:00` n'est pas une plage d'heures : écrivez "09:00-12:30""#],
        },
        Slip {
            flow: "line",
            find: r#"tuesday: ["09:00-12:30", "13:30-18:00"]"#,
            replace: r#"tuesday: "09:00-12:30""#,
            read: &[r#"line.yaml:8:12: ici, écrivez une liste, entre crochets : `["…"]`"#],
        },
        Slip {
            flow: "line",
            find: "  tuesday:",
            replace: "  mardi:",
            read: &[
                "line.yaml:8:3: `mardi` n'existe pas ici ; choisissez parmi `zone`, `holidays`, `closed`, `monday`, `tuesday`, `wednesday`, `thursday`, `friday`, `saturday`, `sunday`",
            ],
        },
        Slip {
            flow: "line",
            find: "zone: Europe/Paris",
            replace: "zone: Europe/Lyon",
            read: &["line.yaml:5:9: `Europe/Lyon` n'est pas un fuseau horaire : écrivez par exemple Europe/Paris"],
        },
        Slip {
            flow: "line",
            find: "holidays: metropole",
            replace: "holidays: france",
            read: &[
                "line.yaml:6:13: `france` n'est pas un calendrier connu : écrivez metropole, alsace-moselle, guadeloupe, guyane, la-reunion, martinique, mayotte, saint-barthelemy, saint-martin",
            ],
        },
        Slip {
            flow: "line",
            find: "  monday:",
            replace: "  closed: [24/12/2026]\n  monday:",
            read: &["line.yaml:7:12: ici, écrivez une date, comme `2026-12-24`"],
        },
        Slip {
            flow: "line",
            find: "number: \"09 72 01 02 03\"\n",
            replace: "",
            read: &[
                r#"line.yaml: il manque `number:` dans ce fichier : ajoutez par exemple `number: "09 72 01 02 03"`"#,
            ],
        },
    ]);
}
