//! One caller's way through the line: what is heard → which keys, after which pause. Pure.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What the line must do before the prompt that answers a key can begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Nothing but the flow.
    Flow,
    /// Ask the store: places, a hold, a booking.
    Store,
}

/// What a call came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// « C'est noté. Vous avez rendez-vous … »
    Booked,
    /// This number had booked before.
    Known,
    /// No place left, or the store had trouble: a person will call back.
    CalledBack,
    /// Ended otherwise.
    Other,
}

/// Keys that a sentence calls for.
#[derive(Clone, Copy, Debug)]
enum Reaction {
    Keys(&'static str, Work),
    PostalCode,
    Modality,
    Choice,
    /// The line has not understood, or we were silent: the last keys once more.
    Again,
    Listen(Outcome),
}

/// By the beginning of the sentence; only sentences that begin a prompt are of use.
const REACTIONS: [(&str, Reaction); 24] = [
    ("Bonjour. Ici", Reaction::Keys("1", Work::Flow)),
    ("Quelle est votre situation", Reaction::Keys("1", Work::Flow)),
    ("Tapez les cinq chiffres de votre", Reaction::PostalCode),
    ("Vous avez tapé :", Reaction::Keys("1", Work::Flow)),
    ("Comment voulez-vous rencontrer", Reaction::Modality),
    ("Pour entendre les premières", Reaction::Keys("1", Work::Store)),
    ("Voici les prochains", Reaction::Choice),
    ("Cette place vient d'être prise.", Reaction::Choice),
    ("Ce rendez-vous vient d'être pris.", Reaction::Choice),
    ("Vous avez choisi :", Reaction::Keys("1", Work::Store)),
    ("Il n'y a pas d'autre date", Reaction::Keys("1", Work::Flow)),
    ("Excusez-nous, le", Reaction::Keys("1", Work::Flow)),
    ("Un conseiller va vous rappeler.", Reaction::Keys("1", Work::Flow)),
    ("Quand pouvons-nous", Reaction::Keys("3", Work::Store)),
    ("Si vous ne répondez pas", Reaction::Keys("1", Work::Store)),
    ("Voulez-vous dire un mot", Reaction::Keys("2", Work::Flow)),
    ("Pour garder ce rendez-vous", Reaction::Keys("1", Work::Flow)),
    ("Cet appel vous a-t-il aidé", Reaction::Keys("5", Work::Store)),
    ("Je n'ai pas compris.", Reaction::Again),
    ("Prenez votre temps.", Reaction::Again),
    ("Vous êtes toujours là", Reaction::Again),
    ("C'est noté. Vous avez", Reaction::Listen(Outcome::Booked)),
    ("C'est noté. Un conseiller", Reaction::Listen(Outcome::CalledBack)),
    ("Vous avez déjà", Reaction::Listen(Outcome::Known)),
];

/// Codes of the sample region: all of its 42 sites have callers.
const POSTAL_CODES: [&str; 42] = [
    "21000", "21200", "21500", "21400", "21140", "21210", "21130", "25000", "25200", "25300", "25500", "25110",
    "25800", "39000", "39100", "39200", "39300", "39800", "58000", "58200", "58300", "58500", "58120", "70000",
    "70100", "70200", "70300", "70400", "71000", "71100", "71200", "71300", "71400", "71600", "71500", "71700",
    "89000", "89100", "89200", "89300", "89700", "90000",
];

/// People answer a familiar question after this and up to three times as long.
const PAUSE_MS: u64 = 1_500;
/// The first sentence is listened to longer: people do not know it.
const WELCOME_MS: u64 = 3_000;
/// Callers do not all take the first dates: up to three leaf on, so that a thousand do not want the same place at once.
const PAGES: u64 = 4;
/// « Pour d'autres dates, tapez 3. »
const MORE: &str = "3";
/// Nothing known for this long: the caller hangs up.
const LOST: Duration = Duration::from_secs(40);

/// The keys of an answer, to be pressed now; the last of them ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Press {
    /// `71100`.
    pub keys: &'static str,
    /// What the next prompt waits for; `None` when that prompt begins with no sentence of its own (another page).
    pub work: Option<Work>,
}

/// One caller.
#[derive(Debug)]
pub struct Walk {
    chance: u64,
    due: VecDeque<(Instant, Press)>,
    last: Option<Press>,
    heard_at: Instant,
    outcome: Outcome,
    taken: u64,
}

/// Whether the walk would know what to do.
pub fn knows(sentence: &str) -> bool {
    reaction(sentence).is_some()
}

fn reaction(sentence: &str) -> Option<Reaction> {
    REACTIONS.iter().find(|(beginning, _)| sentence.starts_with(beginning)).map(|(_, reaction)| *reaction)
}

impl Walk {
    /// A caller of its own temper, from `seed`.
    pub fn new(seed: u64, now: Instant) -> Walk {
        Walk { chance: seed, due: VecDeque::new(), last: None, heard_at: now, outcome: Outcome::Other, taken: 0 }
    }

    /// A prompt has begun.
    pub fn hear(&mut self, sentence: &str, now: Instant) {
        self.heard_at = now;
        let press = |keys, work| Press { keys, work: Some(work) };
        let answer = match reaction(sentence) {
            None => return,
            Some(Reaction::Listen(outcome)) => {
                self.outcome = outcome;
                return;
            }
            Some(Reaction::Again) => self.last.unwrap_or(press("1", Work::Flow)),
            Some(Reaction::Keys(keys, work)) => press(keys, work),
            Some(Reaction::PostalCode) => {
                press(POSTAL_CODES[self.draw(POSTAL_CODES.len() as u64) as usize], Work::Flow)
            }
            Some(Reaction::Modality) => press(self.one_or_two(), Work::Flow),
            Some(Reaction::Choice) => press(self.one_or_two(), Work::Store),
        };
        self.taken += u64::from(sentence.ends_with("d'autres dates.") || sentence.ends_with("En voici d'autres."));
        self.due.clear();
        let mut at = now;
        if let Some(Reaction::Choice) = reaction(sentence) {
            for _ in 0..self.draw(PAGES) {
                at += self.pause(PAUSE_MS);
                self.due.push_back((at, Press { keys: MORE, work: None }));
            }
        }
        at += self.pause(if sentence.starts_with("Bonjour") { WELCOME_MS } else { PAUSE_MS });
        self.due.push_back((at, answer));
    }

    /// The answer that is due.
    pub fn press(&mut self, now: Instant) -> Option<Press> {
        let (_, press) = self.due.pop_front_if(|(at, _)| *at <= now)?;
        self.last = Some(press);
        Some(press)
    }

    /// Nothing known was heard for too long: hang up.
    pub fn is_lost(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.heard_at) > LOST
    }

    /// What it came to.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Times a place was taken by somebody else meanwhile.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    fn pause(&mut self, least_ms: u64) -> Duration {
        Duration::from_millis(least_ms + self.draw(2 * PAUSE_MS))
    }

    fn one_or_two(&mut self) -> &'static str {
        if self.draw(2) == 0 { "1" } else { "2" }
    }

    /// 0 to `below`, by splitmix64: the same seed walks the same way.
    fn draw(&mut self, below: u64) -> u64 {
        self.chance = self.chance.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.chance;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ mixed >> 31) % below
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_answered_after_a_pause_and_once() {
        let now = Instant::now();
        let mut walk = Walk::new(1, now);
        walk.hear("Vous avez choisi :", now);
        assert_eq!(walk.press(now + Duration::from_secs(1)), None);
        let later = now + Duration::from_secs(5);
        assert_eq!(walk.press(later), Some(Press { keys: "1", work: Some(Work::Store) }));
        assert_eq!(walk.press(later), None);
    }

    #[test]
    fn what_was_not_understood_is_pressed_again() {
        let (now, later) = (Instant::now(), Instant::now() + Duration::from_secs(6));
        let mut walk = Walk::new(2, now);
        walk.hear("Tapez les cinq chiffres de votre code postal.", now);
        let first = walk.press(later);
        assert!(first.is_some_and(|press| press.keys.len() == 5));
        walk.hear("Prenez votre temps. Le code postal est écrit sur vos courriers.", later);
        assert_eq!(walk.press(later + Duration::from_secs(6)), first);
    }

    #[test]
    fn every_postal_code_is_one_of_the_sample_region() {
        let sites = include_str!("../../store/sample/sites.csv");
        let wanted: Vec<&str> = sites.lines().filter_map(|line| line.split(';').nth(2)).skip(1).collect();
        assert_eq!(wanted.len(), POSTAL_CODES.len());
        assert!(wanted.iter().all(|code| POSTAL_CODES.contains(code)), "{wanted:?}");
    }
}
