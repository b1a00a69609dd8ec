//! `.call` transcripts: a call written down so that a coordinator can read it, and a test can play it.
//!
//! ```text
//! # A caller stays silent, then books.
//! at 2026-11-30 09:00   call 0353010001
//! hears "votre code postal"   silent 8s
//! hears "Prenez votre temps."   keys 71100
//! drops
//! later 4min   call 0353010001
//! then appointment.booked
//! ```
//! Clauses stand two spaces or more apart; `#` begins a comment line. `call withheld` shows no number.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::phone::PhoneNumber;

/// The clock on the transcript's wall.
const ZONE: &str = "Europe/Paris";

/// One clause.
#[derive(Clone, Debug, PartialEq)]
pub enum Clause {
    /// The day and hour it begins, Paris time.
    At(Timestamp),
    /// The phone rings; the number shown, unless withheld.
    Call(Option<PhoneNumber>),
    /// These words are among those said since the last key or silence.
    Hears(String),
    /// These keys are pressed, a second apart.
    Keys(String),
    /// Nothing is pressed for this long after the prompt's end.
    Silent(Duration),
    /// The caller hangs up.
    Drops,
    /// This much time passes between two calls.
    Later(Duration),
    /// What the last call came to.
    Then(String),
}

/// A clause and its line, from 1.
pub type Numbered = (usize, Clause);

/// Reads a transcript. The error is "line 3: …", with what was expected.
pub fn parse(text: &str) -> Result<Vec<Numbered>, String> {
    let mut clauses = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        for words in line.split("  ").map(str::trim).filter(|words| !words.is_empty()) {
            if words.starts_with('#') {
                break;
            }
            clauses.push((number, clause(words).map_err(|what| format!("line {number}: {what}"))?));
        }
    }
    Ok(clauses)
}

fn clause(words: &str) -> Result<Clause, String> {
    let (verb, rest) = words.split_once(' ').unwrap_or((words, ""));
    match verb {
        "at" => at(rest),
        "call" if rest == "withheld" => Ok(Clause::Call(None)),
        "call" => PhoneNumber::parse(rest)
            .map(|number| Clause::Call(Some(number)))
            .ok_or_else(|| "after `call`, expected a number such as 0353010001, or `withheld`".to_owned()),
        "hears" => quoted(rest).map(Clause::Hears),
        "keys" if !rest.is_empty() && rest.chars().all(|key| key.is_ascii_digit() || key == '*' || key == '#') => {
            Ok(Clause::Keys(rest.to_owned()))
        }
        "keys" => Err("after `keys`, expected digits, * or #".to_owned()),
        "silent" => duration(rest).map(Clause::Silent),
        "drops" => Ok(Clause::Drops),
        "later" => duration(rest).map(Clause::Later),
        "then" if !rest.is_empty() => Ok(Clause::Then(rest.to_owned())),
        _ => Err(format!("`{words}`: expected at, call, hears, keys, silent, drops, later or then")),
    }
}

fn at(text: &str) -> Result<Clause, String> {
    let expected = || format!("`{text}`: expected a day and an hour, as 2026-11-30 09:00");
    let local = DateTime::strptime("%Y-%m-%d %H:%M", text).map_err(|_| expected())?;
    let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
    zone.to_timestamp(local).map(Clause::At).map_err(|_| expected())
}

fn quoted(text: &str) -> Result<String, String> {
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inner.map(str::to_owned).ok_or_else(|| "after `hears`, expected words between \"quotes\"".to_owned())
}

fn duration(text: &str) -> Result<Duration, String> {
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    match (text[..split].parse::<u32>(), &text[split..]) {
        (Ok(count), "s") => Ok(Duration::from_secs(count.into())),
        (Ok(count), "min") => Ok(Duration::from_secs(u64::from(count) * 60)),
        _ => Err(format!("`{text}`: expected a length of time, as 8s or 4min")),
    }
}

/// Words as they are compared: letters and digits only, without case.
pub fn plain(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_read_in_order_with_their_lines() {
        let text = "# one\nat 2026-11-30 09:00   call withheld\nhears \"bonjour\"   silent 8s\nkeys 71100   drops\nlater 4min\nthen a.b";
        let clauses = parse(text).unwrap();
        assert_eq!(clauses[0], (2, Clause::At("2026-11-30T08:00:00Z".parse().unwrap())));
        assert_eq!(clauses[1], (2, Clause::Call(None)));
        assert_eq!(clauses[3], (3, Clause::Silent(Duration::from_secs(8))));
        assert_eq!(clauses[5], (4, Clause::Drops));
        assert_eq!(clauses[7], (6, Clause::Then("a.b".into())));
    }

    #[test]
    fn a_broken_clause_is_refused_with_its_line() {
        for (text, wanted) in [
            ("\nkeys ab", "line 2: after `keys`"),
            ("at tomorrow", "2026-11-30 09:00"),
            ("silent 8", "8s or 4min"),
            ("hears bonjour", "\"quotes\""),
            ("sings", "expected at, call"),
            ("call 12", "0353010001"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(wanted), "{error}");
        }
    }

    #[test]
    fn words_are_compared_without_case_and_punctuation() {
        assert_eq!(plain("C'est bien cela ? Sept, un."), plain("c’est BIEN cela, sept un"));
    }
}
