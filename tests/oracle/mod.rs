//! What we say, against other people's rules: see `tests/oracle/README.md`.

mod places;
mod table;
mod walk;

use ligne_claire::speech::{Language, Unit, english, french};
use sha2::{Digest, Sha256};

use table::Table;

fn text(unit: &Unit) -> &str {
    match unit {
        Unit::Say(text) => text,
        _ => panic!("a recording was expected, not {unit:?}"),
    }
}

#[test]
fn numbers_are_those_of_two_authors() {
    let table = Table::read();
    for n in 0..1000 {
        for author in ["icu", "num2words"] {
            assert_eq!(french::number(n), table.text("fr", author, n));
            assert_eq!(english::number(n), table.text("en", author, n));
        }
    }
    let joined = Vec::from_iter((0..10_000).map(french::number)).join("\n");
    let digest: String = Sha256::digest(joined).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, table.text("fr", "digest", "0-9999"), "0 to 9999, as num2words writes them");
}

#[test]
fn ranks_are_the_oracles() {
    let table = Table::read();
    for rank in 1..=30 {
        let french = format!("à la {} place", table.text("fr", "rank", rank));
        let english = format!("in {} place", table.text("en", "rank", rank));
        assert_eq!(Language::ALL.map(|language| text(&language.ordinal(rank)).to_owned()), [french, english]);
    }
}

#[test]
fn digits_and_pairs_are_made_of_the_oracles_numbers() {
    let table = Table::read();
    let word = |language: Language, n: u32| table.text(language.code(), "num2words", n).to_owned();
    for pair in 0..100 {
        let zero = if pair < 10 { "zéro " } else { "" };
        let (digits, french) = (format!("{pair:02}"), format!("{zero}{}", word(Language::French, pair)));
        let number = format!("{digits}{digits}");
        let said = Language::French.public_number(&number);
        assert_eq!(Vec::from_iter(said.iter().map(text)), [format!("{french},"), format!("{french}.")]);
        let english = [pair / 10, pair % 10].map(|digit| word(Language::English, digit)).join(", ");
        let said = Language::English.public_number(&number);
        assert_eq!(Vec::from_iter(said.iter().map(text)), [format!("{english},"), format!("{english}.")]);
    }
    for number in ["7", "71", "711", "71100", "0123456789", "0123456789987654"] {
        for language in Language::ALL {
            let wanted = Vec::from_iter(number.bytes().map(|digit| word(language, u32::from(digit - b'0'))));
            let said = Vec::from_iter(language.digits(number).iter().map(|unit| text(unit).to_owned())).join(" ");
            assert_eq!(said, wanted.join(", ") + ".");
        }
    }
}
