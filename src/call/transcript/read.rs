//! One clause, read; or what should stand there, in a coordinator's words.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::{Calling, Clause, Given};
use crate::booking::PostalCode;
use crate::flow::Queued;
use crate::phone::{LineKind, PhoneNumber};
use crate::speech::Language;

/// The clock on the transcript's wall.
const ZONE: &str = "Europe/Paris";
/// Every verb.
const VERBS: &str = "at, call, hears, keys, words, says, silent, drops, sms, reads, writes, later, store, given, taken, gone, lapsed, counsellor, then, holds ou wrote";
/// What can be written, by the outcome that says so; or nothing.
const WROTE: [&str; 9] =
    ["nothing", "booked", "moved", "confirmed", "cancelled", "requested", "kept", "joined", "recorded"];
/// Nobody waits longer in a test.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);

type Read<T> = Result<T, String>;

pub(super) fn clause(words: &str) -> Read<Clause> {
    let (verb, rest) = words.split_once(' ').unwrap_or((words, ""));
    let rest = rest.trim();
    match verb {
        "at" => moment(rest).map(Clause::At),
        "call" => call(rest).map(Clause::Call),
        "hears" => match rest.strip_prefix("slowly ") {
            Some(words) => quoted("hears slowly", words.trim()).map(Clause::HearsSlowly),
            None => quoted(verb, rest).map(Clause::Hears),
        },
        "keys" if !rest.is_empty() && rest.chars().all(|key| key.is_ascii_digit() || key == '*' || key == '#') => {
            Ok(Clause::Keys(rest.to_owned()))
        }
        "keys" => Err("après `keys`, écrivez des chiffres, * ou #".to_owned()),
        "words" => quoted(verb, rest).map(Clause::Words),
        "sms" => sms(rest),
        "writes" => quoted(verb, rest).map(Clause::Writes),
        "reads" => quoted(verb, rest).map(Clause::Reads),
        "says" => duration(rest).map(Clause::Says),
        "silent" => duration(rest).map(Clause::Silent),
        "later" => duration(rest).map(Clause::Later),
        "store" => match rest {
            "up" | "down" => Ok(Clause::Store { is_up: rest == "up" }),
            _ => Err("après `store`, écrivez `down` (le carnet ne répond plus) ou `up`".to_owned()),
        },
        "given" => given(rest).map(Clause::Given),
        "counsellor" => match rest {
            "answers" => Ok(Clause::Counsellor(Queued::Answered)),
            "busy" => Ok(Clause::Counsellor(Queued::Busy)),
            "closed" => Ok(Clause::Counsellor(Queued::Closed)),
            "call-back" => Ok(Clause::Counsellor(Queued::Callback)),
            _ => Err("après `counsellor`, écrivez `answers`, `busy`, `closed` ou `call-back`".to_owned()),
        },
        "then" if !rest.is_empty() && !rest.contains(' ') => Ok(Clause::Then(rest.to_owned())),
        "then" => Err("après `then`, écrivez un seul but, comme `appointment.booked`".to_owned()),
        "holds" => rest.parse().map(Clause::Holds).map_err(|_| "après `holds`, écrivez un nombre, comme 0".to_owned()),
        "wrote" if WROTE.contains(&rest) => Ok(Clause::Wrote(rest.to_owned())),
        "wrote" => Err(format!("après `wrote`, écrivez {}", WROTE.map(|outcome| format!("`{outcome}`")).join(", "))),
        "drops" | "taken" | "gone" | "lapsed" if !rest.is_empty() => {
            Err(format!("rien ne suit `{verb}` : séparez deux indications par deux espaces au moins"))
        }
        "drops" => Ok(Clause::Drops),
        "taken" => Ok(Clause::Taken),
        "gone" => Ok(Clause::Gone),
        "lapsed" => Ok(Clause::Lapsed),
        _ => Err(format!("`{words}` : une indication commence par {VERBS}")),
    }
}

/// `0353010001`, `withheld`, then perhaps `in en` and `to group`.
fn call(text: &str) -> Read<Calling> {
    let expected = || "après `call`, écrivez un numéro comme 0353010001, ou `withheld` (numéro masqué)".to_owned();
    let mut words = text.split_whitespace();
    let number = match words.next().ok_or_else(expected)? {
        "withheld" => None,
        shown => Some(PhoneNumber::parse(shown).ok_or_else(expected)?),
    };
    let mut calling = Calling { number, ..Calling::default() };
    while let Some(word) = words.next() {
        match (word, words.next()) {
            ("in", Some(code)) => {
                let unknown = || format!("`in {code}` : écrivez la langue par ses deux lettres, comme `in en`");
                calling.language = Some(Language::from_code(code).ok_or_else(unknown)?);
            }
            ("to", Some(flow)) => calling.flow = Some(flow.to_owned()),
            _ => return Err(format!("`{text}` : après le numéro, écrivez `in en` ou `to` et le nom d'un parcours")),
        }
    }
    Ok(calling)
}

/// `0639980001 "RDV"`, a mobile's: no other is written to (B5).
fn sms(text: &str) -> Read<Clause> {
    let expected = || "après `sms`, écrivez le numéro d'un mobile, puis ses mots : `0639980001 \"RDV\"`".to_owned();
    let (number, words) = text.split_once(' ').ok_or_else(expected)?;
    let number = PhoneNumber::parse(number).filter(|number| number.kind() == LineKind::Mobile).ok_or_else(expected)?;
    let to = words.trim().strip_prefix("to ").and_then(|to| to.trim().split_once(' '));
    let (flow, words) = to.map_or((None, words), |(flow, words)| (Some(flow.to_owned()), words));
    Ok(Clause::Sms { number, words: quoted("sms", words.trim())?, flow })
}

fn given(text: &str) -> Read<Given> {
    let expected = || {
        "après `given`, écrivez `appointment 2026-12-01 09:00 for 0353010001 71100`, `call-back for 0353010001`, `slow for 0353010001`, `cancelled 2026-12-01 09:00 for 0353010001 71100`, `place 2026-12-01 09:00` ou `meeting 2026-12-08 14:00`"
            .to_owned()
    };
    match text.split_once(' ') {
        Some(("place", at)) => return Ok(Given::Place { at: moment(at.trim())? }),
        Some(("meeting", at)) => return Ok(Given::Meeting { at: moment(at.trim())? }),
        _ => {}
    }
    let (what, whose) = text.split_once(" for ").ok_or_else(expected)?;
    let mut whose = whose.split_whitespace();
    let number = whose.next().and_then(PhoneNumber::parse).ok_or_else(expected)?;
    match (what.trim().split_once(' '), whose.next(), whose.next()) {
        (Some(("appointment", at)), Some(place), None) => {
            let place = PostalCode::parse(place).ok_or_else(expected)?;
            Ok(Given::Appointment { at: moment(at.trim())?, number, place })
        }
        (Some(("cancelled", at)), Some(place), None) => {
            let place = PostalCode::parse(place).ok_or_else(expected)?;
            Ok(Given::Cancelled { at: moment(at.trim())?, number, place })
        }
        (None, None, None) if what.trim() == "call-back" => Ok(Given::CallBack { number }),
        (None, None, None) if what.trim() == "slow" => Ok(Given::Slow { number }),
        _ => Err(expected()),
    }
}

fn moment(text: &str) -> Read<Timestamp> {
    let expected = || format!("`{text}` : écrivez un jour et une heure, comme 2026-11-30 09:00");
    let local = DateTime::strptime("%Y-%m-%d %H:%M", text).map_err(|_| expected())?;
    let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
    zone.to_timestamp(local).map_err(|_| expected())
}

fn quoted(verb: &str, text: &str) -> Read<String> {
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).filter(|words| !words.is_empty());
    inner.map(str::to_owned).ok_or_else(|| format!("après `{verb}`, écrivez des mots entre guillemets droits : \"…\""))
}

fn duration(text: &str) -> Read<Duration> {
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let expected = || format!("`{text}` : écrivez une durée, comme 8s, 4min ou 2h");
    let count = text[..split].parse::<u32>().map_err(|_| expected())?;
    let length = match &text[split..] {
        "s" => Duration::from_secs(count.into()),
        "min" => Duration::from_secs(u64::from(count) * 60),
        "h" => Duration::from_secs(u64::from(count) * 3600),
        _ => return Err(expected()),
    };
    if length <= LONGEST { Ok(length) } else { Err(expected()) }
}
