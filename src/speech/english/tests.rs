use std::collections::HashSet;

use jiff::civil::{DateTime, date, time};

use super::*;

fn text(unit: &Unit) -> &str {
    match unit {
        Unit::Say(text) => text,
        _ => panic!("a recording was expected, not {unit:?}"),
    }
}

fn texts(units: &[Unit]) -> Vec<&str> {
    units.iter().map(text).collect()
}

fn paris(at: DateTime) -> Timestamp {
    at.in_tz("Europe/Paris").unwrap().timestamp()
}

#[test]
fn a_day_is_a_weekday_and_a_date() {
    assert_eq!(texts(&day(date(2026, 12, 2))), ["Wednesday", "the second of December,"]);
    assert_eq!(texts(&day(date(2028, 2, 29))), ["Tuesday", "the twenty-ninth of February,"]);
    let at = paris(date(2026, 8, 1).at(14, 30, 0, 0));
    assert_eq!(
        texts(&slot_when(at, "Europe/Paris")),
        ["Saturday", "the first of August,", "at two thirty in the afternoon,"]
    );
}

#[test]
fn an_hour_has_its_part_of_the_day() {
    for (hours, minutes, said) in [
        (7, 0, "at seven in the morning,"),
        (9, 5, "at nine oh five in the morning,"),
        (11, 55, "at eleven fifty-five in the morning,"),
        (12, 0, "at noon,"),
        (12, 5, "at twelve oh five in the afternoon,"),
        (14, 33, "at two thirty in the afternoon,"),
        (18, 0, "at six in the evening,"),
        (20, 55, "at eight fifty-five in the evening,"),
    ] {
        assert_eq!(texts(&hour(time(hours, minutes, 0, 0))), [said]);
    }
    assert_eq!(texts(&hour(time(21, 30, 0, 0))), ["two, one,", "three, zero,"]);
}

#[test]
fn numbers_are_read_digit_by_digit_and_fall_at_the_end() {
    let number = PhoneNumber::parse("0353010012").unwrap();
    assert_eq!(
        texts(&phone_pairs(&number)),
        ["zero, three,", "five, three,", "zero, one,", "zero, zero,", "one, two."]
    );
    assert_eq!(texts(&digits("71100")), ["seven, one,", "one, zero,", "zero."]);
    assert_eq!(texts(&digits("3949")), ["three, nine,", "four, nine."]);
    assert_eq!(texts(&digits("")), Vec::<&str>::new());
    assert_eq!(texts(&score(4)), ["four."]);
}

#[test]
fn a_choice_has_its_purpose_then_its_key() {
    assert_eq!(texts(&[option("book an appointment"), key(1)]), ["To book an appointment,", "press 1."]);
}

#[test]
fn a_rank_is_an_ordinal() {
    let ranks = [0, 1, 2, 3, 12, 20, 21, 30, 31, u16::MAX].map(ordinal);
    assert_eq!(
        texts(&ranks),
        [
            "in first place",
            "in first place",
            "in second place",
            "in third place",
            "in twelfth place",
            "in twentieth place",
            "in twenty-first place",
            "in thirtieth place",
            LATER,
            LATER,
        ]
    );
}

#[test]
fn all_that_is_said_is_listed_once() {
    let all = Vec::from_iter(units());
    let listed = HashSet::<&str>::from_iter(all.iter().map(String::as_str));
    // 7 weekdays, 366 days, 14 h × 12, 100 pairs twice, 10 last digits, 30 ranks and the later ones, 9 keys, 2 ways
    assert_eq!(all.len(), 7 + 366 + 168 + 200 + 10 + 31 + 9 + 2);
    assert_eq!(listed.len(), all.len(), "a text recorded twice");
    let midnight = paris(date(2028, 2, 28).at(0, 0, 0, 0));
    for step in 0..2 * 24 * 12 {
        let units = slot_when(midnight + jiff::SignedDuration::from_mins(5 * step), "Europe/Paris");
        assert!(texts(&units).iter().all(|text| listed.contains(text)), "{units:?}");
    }
    for length in 0..=16 {
        for shift in 0..10 {
            let number: String = (0..length).map(|i| char::from(b'0' + (i * 7 + shift) % 10)).collect();
            assert!(texts(&digits(&number)).iter().all(|text| listed.contains(text)), "{number}");
        }
    }
}
