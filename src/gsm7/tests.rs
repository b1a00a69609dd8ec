use super::*;

/// Figure of TS 23.038 §6.2.1 as it is printed: sixteen rows (b4 to b1) of eight columns (b7 to b5).
const PRINTED: [&str; 16] = [
    "@Δ 0¡P¿p",
    "£_!1AQaq",
    "$Φ\"2BRbr",
    "¥Γ#3CScs",
    "èΛ¤4DTdt",
    "éΩ%5EUeu",
    "ùΠ&6FVfv",
    "ìΨ'7GWgw",
    "òΣ(8HXhx",
    "ÇΘ)9IYiy",
    "\nΞ*:JZjz",
    "Ø\u{1b}+;KÄkä",
    "øÆ,<LÖlö",
    "\ræ-=MÑmñ",
    "Åß.>NÜnü",
    "åÉ/?O§oà",
];

#[test]
fn every_code_is_the_letter_of_the_printed_table() {
    for (row, letters) in PRINTED.iter().enumerate() {
        for (column, letter) in letters.chars().enumerate() {
            assert_eq!(ALPHABET[column * 16 + row], letter, "code {:#04x}", column * 16 + row);
        }
    }
    let distinct: std::collections::BTreeSet<char> = ALPHABET.into_iter().collect();
    assert_eq!(distinct.len(), 128, "each once");
}

#[test]
fn of_every_letter_there_is_127_cost_one_and_ten_cost_two() {
    let all = || (0..=u32::from(char::MAX)).filter_map(char::from_u32);
    assert_eq!(all().filter(|letter| septets_of(*letter) == Some(1)).count(), 127, "the escape is no letter");
    let two: String = all().filter(|letter| septets_of(*letter) == Some(2)).collect();
    assert_eq!(two, "\u{c}[\\]^{|}~€");
    let codes: std::collections::BTreeSet<u8> = EXTENSION.map(|(_, code)| code).into();
    assert_eq!(codes.len(), EXTENSION.len());
}

#[test]
fn whatever_is_written_goes_out_in_the_alphabet() {
    for letter in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
        let fitted = fit(&letter.to_string());
        assert!(septets(&fitted).is_some(), "{letter:?} → {fitted:?}");
        assert_eq!(fit(&fitted), fitted, "{letter:?} once more");
    }
}

#[test]
fn french_keeps_the_accents_that_fit_and_loses_the_others() {
    for (french, wanted) in [
        ("août à Besançon, Mâcon, Noël", "aout à Besancon, Macon, Noel"),
        ("reçu, être, où, là, déjà, élève", "recu, etre, où, là, déjà, élève"),
        ("l’œuf «cœur»…", "l'oeuf \"coeur\"..."),
        ("À l’Église – ÇA", "A l'Église - ÇA"),
        ("10\u{202f}h\u{a0}30", "10 h 30"),
        ("naïf, île, hôtel, sûr, Ÿ, n° 3", "naif, ile, hotel, sur, Y, no 3"),
        ("☎ 日", "? ?"),
    ] {
        assert_eq!(fit(french), wanted);
    }
    assert_eq!(stranger("Besançon, 3 € ☎"), Some('☎'));
    assert_eq!(stranger("Besançon – « août »"), None);
}

#[test]
fn names_from_elsewhere_keep_the_letters_under_their_accents() {
    for (name, wanted) in [
        ("Łucja Çelebioğlu", "Lucja Çelebioglu"),
        ("ă ą č ć ď ě ę ğ ı ł ń ň ő ř ș ş š ț ť ů ű ž ź ż đ", "a a c c d e e g i l n n o r s s s t t u u z z z d"),
        ("Ă Ą Č Ć Ď Ě Ę Ğ İ Ł Ń Ň Ő Ř Ș Ş Š Ț Ť Ů Ű Ž Ź Ż Đ", "A A C C D E E G I L N N O R S S S T T U U Z Z Z D"),
        ("Nguyễn Thị Ánh, Þórður, Ørsted", "Nguyen Thi Anh, Thordur, Ørsted"),
        // Whoever sends letters and accents apart.
        ("Zoe\u{308}, e\u{301}le\u{300}ve, c\u{327}a", "Zoe, élève, ca"),
        ("n\u{303}, u\u{308}, Łu\u{328}, q\u{301}, \u{301}", "ñ, ü, Lu, q, "),
        // A sign is not the sign under it, and what has no letter here has none.
        ("≠ ά 각 ☎\u{fe0f}", "? ? ? ?"),
    ] {
        assert_eq!(fit(name), wanted);
    }
    assert_eq!(stranger("Łucja Çelebiog\u{306}lu"), None);
    assert_eq!(stranger("Ło\u{301} ά"), Some('ά'));
}

#[test]
fn what_is_sent_has_no_blank_around_it_and_a_room() {
    assert_eq!((as_sent(" Noël \n"), segments(&format!(" {}\n", "ê".repeat(160)))), ("Noel".to_owned(), 1));
    assert_eq!([0, 1, 2, 3].map(room), [0, 160, 306, 459]);
    for count in [1, 2, 3] {
        let full = "é".repeat(room(count));
        assert_eq!((segments(&full), segments(&format!("{full}é"))), (count, count + 1));
    }
}

#[test]
fn segments_are_160_alone_153_of_several_and_70_and_67_outside_the_alphabet() {
    let gsm = |count: usize| size(&"é".repeat(count)).segments;
    assert_eq!([0, 1, 160, 161, 306, 307, 459, 460].map(gsm), [0, 1, 1, 2, 2, 3, 3, 4]);
    let ucs = |count: usize| size(&"ê".repeat(count)).segments;
    assert_eq!([1, 70, 71, 134, 135, 201, 202].map(ucs), [1, 1, 2, 2, 3, 3, 4]);
    assert_eq!(size(&("é".repeat(69) + "ê")), Size { segments: 1, units: 70, is_gsm7: false });
}

#[test]
fn a_letter_of_two_septets_is_not_cut_in_two() {
    assert_eq!(size(&"€".repeat(80)).segments, 1);
    // 76 of them fill 152 of 153 septets, twice; the last one needs a third.
    assert_eq!(size(&"€".repeat(152)).segments, 2);
    assert_eq!(size(&"€".repeat(153)), Size { segments: 3, units: 306, is_gsm7: true });
    // So with a letter of two UCS-2 units: 33 of them in 67.
    assert_eq!(size(&"😀".repeat(35)).segments, 1);
    assert_eq!(size(&"😀".repeat(67)).segments, 3);
}

#[test]
fn the_sample_of_the_rules_fits_one_sms() {
    // E13
    let sample = "Conseil emploi. Votre rendez-vous : mardi 14 mai à 10 h 30. Lieu : 5 rue Victor Hugo, Chalon. Pour changer : appelez le 09 72 01 02 03.";
    assert_eq!((size(sample).segments, size(sample).units), (1, sample.chars().count()));
}
