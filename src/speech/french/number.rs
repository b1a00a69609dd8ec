//! Numbers in words.

/// Zero to nineteen, the words that all the others are made of.
pub(super) const SMALL: [&str; 20] = [
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
];
const TENS: [&str; 7] = ["", "", "vingt", "trente", "quarante", "cinquante", "soixante"];

/// Whether "vingt" and "cent" take the mark of the plural, which they lose before another number word, "mille" included:
/// "quatre-vingts", "quatre-vingt mille", "deux cents millions" (a million is a noun).
#[derive(Clone, Copy, PartialEq)]
enum Before {
    NumberWord,
    Anything,
}

/// A number as it is read, masculine: `"vingt et un"`, `"deux cent un"`, `"mille neuf cents"`.
pub fn number(n: u32) -> String {
    let scales = [(1_000_000_000, "milliard"), (1_000_000, "million")];
    let mut words = Vec::new();
    let mut rest = n;
    for (scale, name) in scales {
        let count = rest / scale;
        if count > 0 {
            let plural = if count > 1 { "s" } else { "" };
            words.push(format!("{} {name}{plural}", below_thousand(count, Before::Anything)));
        }
        rest %= scale;
    }
    match rest / 1000 {
        0 => {}
        1 => words.push("mille".to_owned()),
        count => words.push(format!("{} mille", below_thousand(count, Before::NumberWord))),
    }
    if !rest.is_multiple_of(1000) || n == 0 {
        words.push(below_thousand(rest % 1000, Before::Anything));
    }
    words.join(" ")
}

/// A place in a row, feminine, as "place" is: `"première"`, `"deuxième"`, `"vingt et unième"`.
pub(super) fn ordinal(n: u32) -> String {
    let words = number(n);
    if n == 1 {
        return "première".to_owned();
    }
    // "cinquième", "neuvième", "quatrième", "quatre-vingtième", "deux centième", and "vingt et unième".
    let stem = match words.as_str() {
        words if words.ends_with("cinq") => format!("{words}u"),
        words if words.ends_with("neuf") => format!("{}v", &words[..words.len() - 1]),
        words if words.ends_with('e') => words[..words.len() - 1].to_owned(),
        words if words.ends_with("vingts") || words.ends_with("cents") => words[..words.len() - 1].to_owned(),
        words => words.to_owned(),
    };
    format!("{stem}ième")
}

fn below_thousand(n: u32, before: Before) -> String {
    let (hundreds, rest) = (n / 100, n % 100);
    let cent = match hundreds {
        0 => return below_hundred(rest, before),
        1 => "cent".to_owned(),
        _ if rest == 0 && before == Before::Anything => format!("{} cents", small(hundreds)),
        _ => format!("{} cent", small(hundreds)),
    };
    if rest == 0 { cent } else { format!("{cent} {}", below_hundred(rest, before)) }
}

fn below_hundred(n: u32, before: Before) -> String {
    match n {
        0..=19 => small(n).to_owned(),
        80 if before == Before::Anything => "quatre-vingts".to_owned(),
        80 => "quatre-vingt".to_owned(),
        81..=99 => format!("quatre-vingt-{}", small(n - 80)),
        70..=79 => joined("soixante", n - 60),
        _ => joined(TENS[(n / 10) as usize], n % 10),
    }
}

/// "vingt et un", "soixante et onze", but "vingt-deux", "soixante-douze".
fn joined(ten: &str, rest: u32) -> String {
    match rest {
        0 => ten.to_owned(),
        1 | 11 => format!("{ten} et {}", small(rest)),
        _ => format!("{ten}-{}", small(rest)),
    }
}

fn small(n: u32) -> &'static str {
    SMALL[n as usize]
}
