use std::collections::HashSet;

use jiff::ToSpan;
use jiff::civil::{DateTime, date as civil_date};

use super::*;

fn text(unit: &Unit) -> &str {
    match unit {
        Unit::Say(text) => text,
        Unit::Pause(_) | Unit::Own(_) | Unit::Tone => panic!("a recording was expected, not a pause"),
    }
}

fn paris(at: DateTime) -> Timestamp {
    at.in_tz("Europe/Paris").unwrap().timestamp()
}

fn recorded() -> HashSet<String> {
    units().collect()
}

#[test]
fn every_day_and_slot_time_of_twelve_years_is_recorded() {
    let recorded = recorded();
    let mut day = civil_date(2024, 1, 1);
    while day.year() < 2036 {
        let at = paris(day.at(12, 0, 0, 0));
        assert!(recorded.contains(text(&date(at, "Europe/Paris"))), "{day}");
        day = day.tomorrow().unwrap();
    }
    for day in [civil_date(2026, 1, 5), civil_date(2026, 7, 6), civil_date(2028, 2, 29)] {
        let open = day.at(7, 0, 0, 0);
        for step in 0..14 * 12 {
            let at = paris(open + (5 * step).minutes());
            for unit in slot_when(at, "Europe/Paris") {
                assert!(recorded.contains(text(&unit)), "{}", text(&unit));
            }
        }
    }
}

#[test]
fn any_minute_of_a_day_is_heard_in_recorded_units() {
    let recorded = recorded();
    for minute in 0..24 * 60 {
        let at = paris(civil_date(2026, 11, 30).at(0, 0, 0, 0) + minute.minutes());
        assert!(slot_when(at, "Europe/Paris").iter().all(|unit| recorded.contains(text(unit))), "{at}");
        let _ = time(at, "Europe/Paris");
    }
    let _ = slot_when(Timestamp::MIN, "Nowhere/Land");
    let _ = slot_when(Timestamp::MAX, "");
}

#[test]
fn a_date_is_said_with_its_weekday() {
    for (day, said) in [
        (civil_date(2026, 12, 2), "mercredi deux décembre,"),
        (civil_date(2026, 1, 1), "jeudi premier janvier,"),
        (civil_date(2024, 2, 29), "jeudi vingt-neuf février,"),
        (civil_date(2026, 8, 21), "vendredi vingt et un août,"),
        (civil_date(2026, 5, 31), "dimanche trente et un mai,"),
    ] {
        assert_eq!(text(&date(paris(day.at(9, 0, 0, 0)), "Europe/Paris")), said);
    }
}

#[test]
fn an_hour_is_said_as_people_say_it() {
    for (hour, minute, said) in [
        (7, 0, "à sept heures,"),
        (9, 5, "à neuf heures cinq,"),
        (12, 0, "à midi,"),
        (12, 30, "à midi trente,"),
        (14, 30, "à quatorze heures trente,"),
        (20, 55, "à vingt heures cinquante-cinq,"),
        (14, 33, "à quatorze heures trente,"),
        (1, 0, "à une heure,"),
        (21, 20, "à vingt et une heures vingt,"),
        (0, 0, "à minuit,"),
    ] {
        assert_eq!(text(&time(paris(civil_date(2026, 3, 2).at(hour, minute, 0, 0)), "Europe/Paris")), said);
    }
    let early = slot_when(paris(civil_date(2026, 3, 2).at(6, 30, 0, 0)), "Europe/Paris");
    assert_eq!(early.iter().map(text).collect::<Vec<_>>(), ["lundi deux mars,", "zéro six,", "trente,"]);
}

#[test]
fn the_place_decides_the_hour_and_the_day() {
    let at: Timestamp = "2026-07-31T22:30:00Z".parse().unwrap();
    assert_eq!(text(&date(at, "Europe/Paris")), "samedi premier août,");
    assert_eq!(text(&date(at, "America/Martinique")), "vendredi trente et un juillet,");
    assert_eq!(text(&time(at, "America/Martinique")), "à dix-huit heures trente,");
    assert_eq!(date(at, "Europe/Nowhere"), date(at, "Europe/Paris"));
    let winter: Timestamp = "2026-01-15T13:30:00Z".parse().unwrap();
    let summer: Timestamp = "2026-07-15T12:30:00Z".parse().unwrap();
    assert_eq!(time(winter, "Europe/Paris"), time(summer, "Europe/Paris"));
}

#[test]
fn numbers_and_postal_codes_are_read_in_pairs_and_fall_at_the_end() {
    let phone = |written: &str| {
        let number = PhoneNumber::parse(written).unwrap();
        Vec::from_iter(phone_pairs(&number).iter().map(|unit| text(unit).to_owned()))
    };
    assert_eq!(phone("0353018001"), ["zéro trois,", "cinquante-trois,", "zéro un,", "quatre-vingts,", "zéro un."]);
    assert_eq!(
        phone("0639987100"),
        ["zéro six,", "trente-neuf,", "quatre-vingt-dix-huit,", "soixante et onze,", "zéro zéro."]
    );
    assert_eq!(phone("+1234567"), ["zéro zéro,", "douze,", "trente-quatre,", "cinquante-six,", "sept."]);
    let code = PostalCode::parse("71100").unwrap();
    assert_eq!(postal_digits(&code).iter().map(text).collect::<Vec<_>>(), ["sept, un,", "un, zéro,", "zéro."]);
    assert_eq!(text(&key(1)), "tapez 1.");
}

#[test]
fn every_number_and_postal_code_is_recorded() {
    let recorded = recorded();
    for pair in 0..100 {
        let number = PhoneNumber::parse(&format!("035301{pair:02}{pair:02}")).unwrap();
        assert!(phone_pairs(&number).iter().all(|unit| recorded.contains(text(unit))), "{pair}");
    }
    for code in (0..100_000).step_by(7) {
        let code = PostalCode::parse(&format!("{code:05}")).unwrap();
        assert!(postal_digits(&code).iter().all(|unit| recorded.contains(text(unit))));
    }
    assert!({ KEYS }.all(|digit| recorded.contains(text(&key(digit)))));
}

#[test]
fn digits_of_any_number_are_recorded_and_fall_at_the_end() {
    let said = |number: &str| Vec::from_iter(digits(number).iter().map(|unit| text(unit).to_owned()));
    assert_eq!(said("7"), ["sept."]);
    assert_eq!(said("71"), ["sept,", "un."]);
    assert_eq!(said("7103"), ["sept, un,", "zéro,", "trois."]);
    assert_eq!(said(""), Vec::<String>::new());
    let recorded = recorded();
    for length in 0..=16 {
        for shift in 0..10 {
            let number: String = (0..length).map(|i| char::from(b'0' + (i * 7 + shift) % 10)).collect();
            assert!(said(&number).iter().all(|unit| recorded.contains(unit)), "{number}");
        }
    }
}

#[test]
fn a_public_number_is_read_in_pairs_without_a_recording_of_its_own() {
    let said = |number: &str| Vec::from_iter(public_number(number).iter().map(|unit| text(unit).to_owned()));
    assert_eq!(said("3949"), ["trente-neuf,", "quarante-neuf."]);
    assert_eq!(said("39 49"), said("3949"));
    assert_eq!(said("0809 361 212"), ["zéro huit,", "zéro neuf,", "trente-six,", "douze,", "douze."]);
    assert_eq!(said("112"), ["un, un,", "deux."]);
    assert_eq!(said("116117"), ["onze,", "soixante et un,", "dix-sept."]);
    assert_eq!(said(""), Vec::<String>::new());
}

#[test]
fn a_rank_is_a_place_with_its_feminine_ordinal_and_none_is_invented() {
    for (rank, said) in [
        (0, "à la première place"),
        (1, "à la première place"),
        (2, "à la deuxième place"),
        (4, "à la quatrième place"),
        (5, "à la cinquième place"),
        (9, "à la neuvième place"),
        (21, "à la vingt et unième place"),
        (30, "à la trentième place"),
        (31, "au-delà de la trentième place"),
        (u16::MAX, "au-delà de la trentième place"),
    ] {
        assert_eq!(text(&ordinal(rank)), said);
    }
}

#[test]
fn a_mark_and_a_choice_are_recorded_units() {
    let recorded = recorded();
    for mark in 1..=5 {
        assert!(score(mark).iter().all(|unit| recorded.contains(text(unit))));
    }
    assert_eq!(text(&score(4)[0]), "quatre.");
    assert_eq!(text(&option("prendre un rendez-vous")), "Pour prendre un rendez-vous,");
}

#[test]
fn units_are_listed_once_and_carry_their_punctuation() {
    let all: Vec<String> = units().collect();
    // 14 h × 12, 100 pairs twice, 100 pairs of digits, 10 digits twice, 30 ranks and the later ones, 366 days × 7,
    // 9 keys, 2 ways to meet
    assert_eq!(all.len(), 168 + 200 + 100 + 20 + 31 + 2562 + 9 + 2);
    assert_eq!(recorded().len(), all.len(), "a text recorded twice");
    assert!(all.iter().all(|text| !text.contains("  ")));
    // A rank goes on as it is: "Vous êtes : à la deuxième place dans la file."
    let ranks = Kind::Rank.texts();
    assert!(all.iter().filter(|text| !ranks.contains(text)).all(|text| text.ends_with([',', '.'])));
}

#[test]
fn numbers_follow_traditional_spelling() {
    for (n, words) in [
        (0, "zéro"),
        (1, "un"),
        (16, "seize"),
        (17, "dix-sept"),
        (20, "vingt"),
        (21, "vingt et un"),
        (22, "vingt-deux"),
        (61, "soixante et un"),
        (70, "soixante-dix"),
        (71, "soixante et onze"),
        (72, "soixante-douze"),
        (79, "soixante-dix-neuf"),
        (80, "quatre-vingts"),
        (81, "quatre-vingt-un"),
        (91, "quatre-vingt-onze"),
        (99, "quatre-vingt-dix-neuf"),
        (100, "cent"),
        (101, "cent un"),
        (180, "cent quatre-vingts"),
        (200, "deux cents"),
        (201, "deux cent un"),
        (999, "neuf cent quatre-vingt-dix-neuf"),
        (1000, "mille"),
        (1001, "mille un"),
        (1900, "mille neuf cents"),
        (2026, "deux mille vingt-six"),
        (71_100, "soixante et onze mille cent"),
        (80_000, "quatre-vingt mille"),
        (200_000, "deux cent mille"),
        (999_999, "neuf cent quatre-vingt-dix-neuf mille neuf cent quatre-vingt-dix-neuf"),
        (1_000_000, "un million"),
        (80_000_000, "quatre-vingts millions"),
        (200_000_001, "deux cents millions un"),
        (
            u32::MAX,
            "quatre milliards deux cent quatre-vingt-quatorze millions neuf cent soixante-sept mille deux cent quatre-vingt-quinze",
        ),
    ] {
        assert_eq!(number(n), words);
    }
}

/// Reads words back by the rules of grammar alone, with none of the writer's tables of exceptions.
fn value(words: &str) -> u32 {
    let tens = ["vingt", "trente", "quarante", "cinquante", "soixante"];
    let (mut thousands, mut hundreds, mut below) = (0, 0, 0);
    for word in words.replace("quatre-vingt", "huitante").split([' ', '-']) {
        let singular = word.trim_end_matches('s');
        if word == "mille" {
            thousands = (hundreds + below).max(1);
            (hundreds, below) = (0, 0);
        } else if singular == "cent" {
            (hundreds, below) = (100 * below.max(1), 0);
        } else if singular == "huitante" {
            below += 80;
        } else if let Some(ten) = tens.iter().position(|ten| *ten == word) {
            below += 10 * (ten as u32 + 2);
        } else if word != "et" {
            below += number::SMALL.iter().position(|small| *small == word).expect("a number word") as u32;
        }
    }
    1000 * thousands + hundreds + below
}

#[test]
fn words_read_back_give_the_number() {
    for n in (0..10_000).chain((10_000..1_000_000).step_by(997)) {
        assert_eq!(value(&number(n)), n, "{}", number(n));
    }
}

#[test]
fn the_plural_marks_stand_only_at_the_end() {
    for n in 0..10_000 {
        let words = number(n);
        let body = words.strip_suffix('s').unwrap_or(&words);
        assert!(!body.contains("cents") && !body.contains("vingts"), "{words}");
        let has_bare_end = (n % 100 == 0 && n % 1000 > 100) || n % 100 == 80;
        assert_eq!(words.ends_with("cents") || words.ends_with("vingts"), has_bare_end, "{words}");
        assert!(!words.starts_with("un cent") && !words.starts_with("un mille"), "{words}");
    }
}
