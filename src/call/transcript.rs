//! `.call` transcripts: a call written down so that a coordinator can read it, and a test can play it.
//!
//! ```text
//! # Une personne se tait, puis prend rendez-vous.
//! at 2026-11-30 09:00   call 0353010001
//! hears "votre code postal"   silent 8s
//! hears "Prenez votre temps."   keys 71100
//! drops
//! later 4min   call 0353010001
//! then appointment.booked   holds 0
//! ```
//! Clauses stand two spaces or more apart; `#` begins a comment line. What is read here is French: its writers are coordinators.

use std::time::Duration;

use jiff::Timestamp;

use crate::booking::PostalCode;
use crate::flow::{Channel, Queued};
use crate::phone::PhoneNumber;
use crate::speech::Language;

mod read;
#[cfg(test)]
mod tests;

/// One clause.
#[derive(Clone, Debug, PartialEq)]
pub enum Clause {
    /// `at 2026-11-30 09:00`: the day and hour it is now, Paris time.
    At(Timestamp),
    /// `call 0353010001`, `call withheld`, `call 0353010001 in en`, `call 0353010001 to group`: the phone rings.
    Call(Calling),
    /// `hears "…"`: these words are among those said since the last key, word or silence.
    Hears(String),
    /// `hears slowly "…"`: the same, by the slow voice (C10).
    HearsSlowly(String),
    /// `sms 0639980001 "RDV"`, `sms 0639980001 to group "RDV"`: somebody writes to the line, first of all or for the next time.
    Sms {
        /// Who.
        number: PhoneNumber,
        /// What.
        words: String,
        /// Answered by this flow, instead of the line's own.
        flow: Option<String>,
    },
    /// `writes "1"`: the same person writes.
    Writes(String),
    /// `reads "…"`: these words are in what the line answered to that.
    Reads(String),
    /// `keys 71100`: pressed, a second apart.
    Keys(String),
    /// `words "oui"`: written, on a channel that has letters.
    Words(String),
    /// `says 2s`: speaks for so long after the tone, then ends it with a key.
    Says(Duration),
    /// `silent 8s`: nothing is pressed for this long after the prompt's end.
    Silent(Duration),
    /// `drops`: the caller hangs up.
    Drops,
    /// `later 4min`: so much time passes between two calls.
    Later(Duration),
    /// `store down`, `store up`: whether the store answers.
    Store {
        /// It does.
        is_up: bool,
    },
    /// `given …`: what was there before anybody called.
    Given(Given),
    /// `taken`: somebody else takes what the caller is about to take.
    Taken,
    /// `gone`: what the caller is about to speak of is no more.
    Gone,
    /// `lapsed`: what is kept for the caller is kept no longer.
    Lapsed,
    /// `counsellor answers`, `busy`, `closed`, `call-back`: what ringing one comes to, in this call or at the beginning of the next.
    Counsellor(Queued),
    /// `then appointment.booked`: what the last call came to.
    Then(String),
    /// `holds 0`: places kept for somebody now.
    Holds(i64),
    /// `wrote booked`: this outcome of an action was written for the last call. `wrote nothing`: none was.
    Wrote(String),
}

/// A call about to be made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calling {
    /// Shown, unless withheld.
    pub number: Option<PhoneNumber>,
    /// Chosen by its key, first of all.
    pub language: Option<Language>,
    /// Answered by this flow, instead of the line's own.
    pub flow: Option<String>,
}

/// What was there before.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// `given appointment 2026-12-01 09:00 for 0353010001 71100`, on site.
    Appointment {
        /// When.
        at: Timestamp,
        /// Whose.
        number: PhoneNumber,
        /// Of their home.
        place: PostalCode,
    },
    /// `given call-back for 0353010001`.
    CallBack {
        /// Whose.
        number: PhoneNumber,
    },
    /// `given slow for 0353010001`: it is spoken to slowly from the start (C10).
    Slow {
        /// Who asked for it.
        number: PhoneNumber,
    },
    /// `given cancelled 2026-12-01 09:00 for 0353010001 71100`: by a counsellor, before the caller does anything more.
    Cancelled {
        /// When it was to be.
        at: Timestamp,
        /// Whose.
        number: PhoneNumber,
        /// Of their home.
        place: PostalCode,
    },
    /// `given place 2026-12-01 09:00`: no other place is offered than those that are given, each of one counsellor.
    Place {
        /// When.
        at: Timestamp,
    },
    /// `given meeting 2026-12-08 14:00`: no other meeting is offered than those that are given.
    Meeting {
        /// When.
        at: Timestamp,
    },
}

/// A clause and its line, from 1.
pub type Numbered = (usize, Clause);

/// Where a transcript is played.
pub trait Stage {
    /// The error says what was wanted and what came instead, in French.
    fn play(&mut self, clause: &Clause) -> Result<(), String>;
}

/// Reads a transcript. The error is "ligne 3 : …", with what was expected.
pub fn parse(text: &str) -> Result<Vec<Numbered>, String> {
    let mut clauses = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        for words in line.split("  ").map(str::trim).filter(|words| !words.is_empty()) {
            if words.starts_with('#') {
                break;
            }
            clauses.push((number, read::clause(words).map_err(|what| format!("ligne {number} : {what}"))?));
        }
    }
    Ok(clauses)
}

/// Plays a transcript; the error begins with the line that did not come true.
pub fn play(text: &str, stage: &mut dyn Stage) -> Result<(), String> {
    for (number, clause) in parse(text)? {
        stage.play(&clause).map_err(|error| format!("ligne {number} : {error}"))?;
    }
    Ok(())
}

/// Whether it can be played there: words need letters, an SMS is one.
pub fn fits(clauses: &[Numbered], channel: Channel) -> bool {
    let is_written = |clause: &Clause| matches!(clause, Clause::Sms { .. });
    if channel.is_written() || clauses.iter().any(|(_, clause)| is_written(clause)) {
        return channel.is_written() && clauses.iter().any(|(_, clause)| is_written(clause));
    }
    channel.has_letters() || !clauses.iter().any(|(_, clause)| matches!(clause, Clause::Words(_)))
}

/// Words as they are compared: letters and digits only, without case.
pub fn plain(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}
