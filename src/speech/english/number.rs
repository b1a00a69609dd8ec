//! Numbers in words, below a thousand: days, hours, minutes, ranks.

/// Zero to nineteen, the words that all the others are made of.
pub(super) const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
/// Ordinals that are more than the number and "th".
const IRREGULAR: [(&str, &str); 7] = [
    ("one", "first"),
    ("two", "second"),
    ("three", "third"),
    ("five", "fifth"),
    ("eight", "eighth"),
    ("nine", "ninth"),
    ("twelve", "twelfth"),
];

/// A number as it is read in Britain: `"twenty-one"`, `"one hundred and five"`. From a thousand on, its last three
/// figures: nothing here counts that far.
pub fn number(n: u32) -> String {
    match n {
        0..20 => SMALL[n as usize].to_owned(),
        20..100 if n.is_multiple_of(10) => TENS[(n / 10) as usize].to_owned(),
        20..100 => format!("{}-{}", TENS[(n / 10) as usize], SMALL[(n % 10) as usize]),
        100..1000 if n.is_multiple_of(100) => format!("{} hundred", SMALL[(n / 100) as usize]),
        100..1000 => format!("{} hundred and {}", SMALL[(n / 100) as usize], number(n % 100)),
        _ => number(n % 1000),
    }
}

/// A place in a row: `"first"`, `"twenty-second"`, `"thirtieth"`.
pub fn ordinal(n: u32) -> String {
    let words = number(n);
    for (cardinal, ordinal) in IRREGULAR {
        if let Some(before) = words.strip_suffix(cardinal) {
            return format!("{before}{ordinal}");
        }
    }
    match words.strip_suffix('y') {
        Some(stem) => format!("{stem}ieth"),
        None => format!("{words}th"),
    }
}
