use super::*;

fn number(text: &str) -> PhoneNumber {
    PhoneNumber::parse(text).unwrap_or_else(|| panic!("`{text}` is a number"))
}

#[test]
fn every_written_form_of_a_number_is_the_same_number() {
    let forms = [
        ("0353010012", "+33353010012"),
        ("03 53 01 00 12", "+33353010012"),
        ("03.53.01.00.12", "+33353010012"),
        ("03-53-01-00-12", "+33353010012"),
        ("03/53/01/00/12", "+33353010012"),
        ("03\u{a0}53\u{a0}01\u{a0}00\u{a0}12", "+33353010012"),
        ("03\u{202f}53\u{202f}01\u{202f}00\u{202f}12", "+33353010012"),
        ("(03) 53 01 00 12", "+33353010012"),
        ("(0)3 53 01 00 12", "+33353010012"),
        ("  0353010012 ", "+33353010012"),
        ("+33353010012", "+33353010012"),
        ("+33 3 53 01 00 12", "+33353010012"),
        ("+33 (0)3 53 01 00 12", "+33353010012"),
        ("+33(0)353010012", "+33353010012"),
        ("+33 03 53 01 00 12", "+33353010012"),
        ("0033353010012", "+33353010012"),
        ("00 33 3 53 01 00 12", "+33353010012"),
        ("00 33 (0)3 53 01 00 12", "+33353010012"),
        ("33353010012", "+33353010012"),
        ("tel:+33353010012", "+33353010012"),
        ("TEL:+33-3-53-01-00-12;phone-context=x", "+33353010012"),
        ("+33353010012;user=phone", "+33353010012"),
        ("%2B33353010012", "+33353010012"),
        ("%2b33353010012", "+33353010012"),
        ("0639980012", "+33639980012"),
        ("+33639980012", "+33639980012"),
        ("0692000012", "+262692000012"),
        ("+262692000012", "+262692000012"),
        ("+33692000012", "+262692000012"),
        ("262692000012", "+262692000012"),
        ("+262 (0)692 00 00 12", "+262692000012"),
        ("0639000012", "+262639000012"),
        ("0690000012", "+590690000012"),
        ("0594000012", "+594594000012"),
        ("00596696000012", "+596696000012"),
        ("0800000012", "+33800000012"),
        ("+41220000012", "+41220000012"),
        ("0041 22 000 00 12", "+41220000012"),
        ("+1 (555) 010-0012", "+15550100012"),
    ];
    for (written, dialable) in forms {
        assert_eq!(number(written).dialable(), dialable, "{written}");
    }
}

#[test]
fn what_nobody_can_be_called_back_on_is_not_a_number() {
    let refused = [
        "",
        " ",
        "+",
        "0",
        "00",
        "15",
        "17",
        "18",
        "112",
        "115",
        "119",
        "3919",
        "3008",
        "118000",
        "1000",
        "116117",
        "035301001",
        "03530100120",
        "353010012",
        "+3335301001",
        "+333530100120",
        "+33053010012",
        "+330000000000",
        "+33",
        "0012345",
        "+123456",
        "+1234567890123456",
        "+0353010012",
        "+0033353010012",
        "26269200001",
        "anonymous",
        "unavailable",
        "Restricted",
        "03 53 01 00 1O",
        "0353010012x12",
        "*21*0353010012#",
        "03530100\u{661}2",
        "++33353010012",
        "0353010012+",
        "sip:0353010012@example.net",
    ];
    for written in refused {
        assert_eq!(PhoneNumber::parse(written), None, "{written}");
    }
    assert_eq!(PhoneNumber::parse(&"0".repeat(1_000_000)), None);
}

#[test]
fn the_number_alone_tells_who_can_receive_an_sms() {
    use LineKind::{Landline, Mobile, Special};
    let kinds = [
        ("0199000012", Landline),
        ("0261910012", Landline),
        ("0353010012", Landline),
        ("0465710012", Landline),
        ("0536490012", Landline),
        ("0900000012", Landline),
        ("0162000012", Landline),
        ("0639980012", Mobile),
        ("0700000012", Mobile),
        ("0639000012", Mobile),
        ("0690000012", Mobile),
        ("0691000012", Mobile),
        ("0692000012", Mobile),
        ("0693000012", Mobile),
        ("0694000012", Mobile),
        ("0696000012", Mobile),
        ("0697000012", Mobile),
        ("+262692000012", Mobile),
        ("+596697000012", Mobile),
        ("0262000012", Landline),
        ("0269000012", Landline),
        ("0590000012", Landline),
        ("+594594000012", Landline),
        ("+596596000012", Landline),
        ("0800000012", Special),
        ("0892000012", Special),
        ("+41790000012", Special),
        ("+447700900012", Special),
    ];
    for (written, kind) in kinds {
        assert_eq!(number(written).kind(), kind, "{written}");
    }
}

#[test]
fn only_08_beyond_the_local_price_is_premium() {
    for written in ["0810000012", "0820000012", "0826000012", "0892000012", "0899000012", "+33892000012"] {
        assert!(number(written).is_premium_rate(), "{written}");
    }
    for third in 0..=9 {
        assert!(!number(&format!("080{third}000012")).is_premium_rate());
    }
    for written in ["0353010012", "0639980012", "0900000012", "+41892000012", "+262892000012"] {
        assert_eq!(number(written).is_premium_rate(), written == "+262892000012", "{written}");
    }
}

#[test]
fn automated_calls_have_their_ranges() {
    let inside = [
        "0162", "0163", "0270", "0271", "0377", "0378", "0424", "0425", "0568", "0569", "0948", "0949", "09475",
        "09476", "09477", "09478", "09479", "0937", "0938", "0939",
    ];
    for range in inside {
        assert!(number(&format!("{range:0<10}")).is_platform(), "{range}");
    }
    for range in
        ["0161", "0164", "0272", "0376", "0379", "0426", "0567", "0570", "0936", "0940", "09474", "0947", "0950"]
    {
        assert!(!number(&format!("{range:0<10}")).is_platform(), "{range}");
    }
}

#[test]
fn a_displayed_number_is_masked() {
    for (written, shown) in [
        ("0639980012", "06 •• •• •• 12"),
        ("+262692000012", "06 •• •• •• 12"),
        ("+41220000034", "+41 •• •• •• 34"),
        ("+1234567", "+12 •• •• •• 67"),
    ] {
        assert_eq!(number(written).to_string(), shown);
        assert_eq!(format!("{:?}", number(written)), shown);
        assert_eq!(format!("{:?}", Some(number(written))), format!("Some({shown})"));
    }
}

#[test]
fn numbers_are_read_in_pairs() {
    assert_eq!(number("+33353010012").pairs(), ["03", "53", "01", "00", "12"]);
    assert_eq!(number("+262692000012").pairs(), ["06", "92", "00", "00", "12"]);
    assert_eq!(number("+41220000012").pairs(), ["00", "41", "22", "00", "00", "01", "2"]);
    assert_eq!(number("+1234567").pairs(), ["00", "12", "34", "56", "7"]);
}

#[test]
fn a_stored_number_has_one_spelling() {
    let stored = serde_json::to_string(&number("0353010012")).unwrap();
    assert_eq!(stored, "\"+33353010012\"");
    assert_eq!(serde_json::from_str::<PhoneNumber>(&stored).unwrap(), number("0353010012"));
    for other in ["\"0353010012\"", "\"+33 353010012\"", "\"+33692000012\"", "\"12\"", "12"] {
        let refusal = serde_json::from_str::<PhoneNumber>(other).unwrap_err().to_string();
        assert!(!refusal.contains("0353010012"), "a refusal does not repeat the number");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_refused_or_round_trips(text in "[-+0-9(). %2Btel:;]{0,40}|\\PC{0,40}") {
        if let Some(number) = PhoneNumber::parse(&text) {
            proptest::prop_assert_eq!(PhoneNumber::parse(number.dialable()), Some(number.clone()));
            proptest::prop_assert_eq!(PhoneNumber::parse(&number.national()), Some(number.clone()));
            let (_, _, _) = (number.kind(), number.is_premium_rate(), number.pairs());
        }
    }
}
