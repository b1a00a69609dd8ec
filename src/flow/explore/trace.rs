//! A way through the exploration, written down as a `.call` transcript.
//!
//! The first call is played; what the transcript language has no clause for (a second call at the same time, the store's
//! faults, other people, time) stands in comments beside it.

use super::search::Move;
use super::store::Store;
use super::talker::{Step, Talker, Waits};
use super::world::World;
use super::{Detail, Scope};
use crate::flow::action::Reply;
use crate::flow::{Gather, Input, Length};
use crate::speech::{Prompt, Unit};

/// More silences than any ladder has.
const RUNGS_MAX: u8 = 9;

/// Plays a way again, call by call, and writes it down.
pub(super) fn transcript(world: &World<'_>, way: &[Move], violation: Option<&str>) -> String {
    let talkers = world.fresh().collect();
    let mut scribe = Scribe { world, talkers, store: world.store(), lines: Vec::new(), goal: None };
    scribe.lines.push(format!("# {}", world.scope.name));
    if !world.scope.told.is_empty() {
        scribe.tell();
    }
    for by in way {
        scribe.play(*by);
    }
    match (violation, scribe.goal.take()) {
        (Some(what), _) => scribe.lines.push(format!("# violated: {what}")),
        (None, Some(goal)) => scribe.lines.push(format!("then {goal}")),
        (None, None) => {}
    }
    scribe.lines.join("\n") + "\n"
}

struct Scribe<'a> {
    world: &'a World<'a>,
    talkers: Vec<Talker>,
    store: Store,
    lines: Vec<String>,
    goal: Option<String>,
}

impl Scribe<'_> {
    /// What is told in each call before the exploration begins.
    fn tell(&mut self) {
        for call in (0_u8..).take(self.world.scope.callers.len()) {
            self.feed(call, Input::Start, begin(self.world.scope, call));
            for keys in &self.world.scope.told {
                self.feed(call, Input::Keys((*keys).to_owned()), format!("keys {keys}"));
            }
        }
    }

    fn play(&mut self, by: Move) {
        match by {
            Move::Start(call) => {
                let line = begin(self.world.scope, call);
                self.feed(call, Input::Start, line);
            }
            Move::Keys(call, keys) => {
                let keys = self.world.keys[usize::from(keys)].clone();
                let gather = self.gather(call);
                let is_short = gather.is_some_and(|gather| match gather.length {
                    Length::One => false,
                    Length::Exactly(most) | Length::UpTo(most) => keys != "*" && keys.len() < usize::from(most),
                });
                let wait = gather.filter(|_| is_short).map(|gather| gather.between_keys.as_secs());
                let wait = wait.map_or(String::new(), |seconds| format!("   silent {seconds}s"));
                self.feed(call, Input::Keys(keys.clone()), format!("keys {keys}{wait}"));
            }
            Move::Silence(call) => self.silence(call),
            Move::Worn(call) => {
                let before = self.talkers[usize::from(call)].folded();
                for _ in 0..RUNGS_MAX {
                    if self.world.scope.by_sms {
                        self.feed(call, Input::Keys(String::new()), "words \"?\"".to_owned());
                    } else {
                        self.silence(call);
                    }
                    if self.talkers[usize::from(call)].folded() != before {
                        break;
                    }
                }
            }
            Move::Speaks(call) => {
                let input = Input::Recorded { id: Some(super::VOICE.to_owned()), seconds: 2 };
                self.feed(call, input, "says 2s".to_owned());
            }
            Move::Words(call, words, is_twice) => {
                let words = super::search::WORDS[usize::from(words)];
                for _ in 0..=u8::from(is_twice) {
                    self.comment(call, &format!("words \"{words}\""));
                    if self.talkers[usize::from(call)].is_asking() {
                        self.feed(call, Input::Words(words.to_owned()), String::new());
                    }
                }
            }
            Move::Cut(call) => {
                self.comment(call, "the line dies, and this run is lost");
                let talker = &mut self.talkers[usize::from(call)];
                (talker.pending, talker.is_over, talker.waits) = (None, true, None);
            }
            Move::Rests(call) => {
                self.comment(call, "the run is put at rest");
                if let Some(rest) = self.talkers[usize::from(call)].rest.take() {
                    self.store.put_at_rest(rest);
                }
            }
            Move::Queue(call, queued) => {
                self.comment(call, &format!("ringing a counsellor comes to {queued:?}"));
                self.feed(call, Input::Queued(queued), String::new());
            }
            Move::HangUp(call) => self.feed(call, Input::Hangup, "drops".to_owned()),
            Move::Answered(call) => {
                let reply = self.carry(call);
                self.feed(call, Input::Reply(reply), String::new());
            }
            Move::Unavailable(call) => {
                self.comment(call, "the store is unavailable");
                self.feed(call, Input::Reply(Reply::Unavailable), String::new());
            }
            Move::Lost(call) => {
                self.carry(call);
                self.comment(call, "the store does it, and its answer is lost: asked again under the same key");
            }
            Move::Unsure(call) => {
                self.carry(call);
                self.comment(call, "the store does it, and is believed not to have");
                self.feed(call, Input::Reply(Reply::Unavailable), String::new());
            }
            Move::Finished(call) => {
                self.carry(call);
                self.comment(call, "gone; the store still does what was asked");
            }
            Move::Dropped(call) => self.comment(call, "gone, and what was to be done for them"),
            Move::RestsLapse
            | Move::Lapse(_)
            | Move::Struck(_)
            | Move::RivalHolds(_)
            | Move::RivalBooks(_)
            | Move::RivalLetsGo => {
                let holder = |nth: u8| self.store.holds[usize::from(nth)].holder.clone();
                let words = match by {
                    Move::Lapse(nth) => format!("time passes: the hold of call {} lapses", holder(nth)),
                    Move::Struck(nth) => format!("a counsellor cancels {}", self.store.rows[usize::from(nth)].id),
                    Move::RivalHolds(nth) => format!("somebody else wants to hold place {}", nth + 1),
                    Move::RivalBooks(nth) => format!("somebody else wants to book place {}", nth + 1),
                    Move::RestsLapse => "time passes: nobody can take the call up any more".to_owned(),
                    _ => "somebody else lets their hold go".to_owned(),
                };
                self.lines.push(format!("# {words}"));
                self.world.meddle(&mut self.store, by);
            }
        }
        super::search::tidy(&mut self.store);
    }

    fn silence(&mut self, call: u8) {
        let seconds = match self.talkers[usize::from(call)].waits {
            Some(Waits::Keys(gather)) => gather.no_input.as_secs(),
            Some(Waits::Voice(recording)) => recording.no_input.as_secs(),
            Some(Waits::Counsellor) | None => 0,
        };
        self.feed(call, Input::NoInput, format!("silent {seconds}s"));
    }

    /// Carries a pending request out on the model, and says so beside.
    fn carry(&mut self, call: u8) -> Reply {
        let Some((key, request)) = self.talkers[usize::from(call)].pending.clone() else { return Reply::Unavailable };
        // As in the search: of a run's answers, only its last is ever read again.
        let root = |key: &str| key.split([':', '-']).next().unwrap_or_default().to_owned();
        self.store.answers.retain(|answer| answer.key == key || root(&answer.key) != root(&key));
        let reply = self.world.carry(&mut self.store, &key, &request).unwrap_or(Reply::Unavailable);
        let word = |debug: String| debug.split([' ', '(', '{']).next().unwrap_or_default().to_owned();
        self.comment(call, &format!("asks {}, answered {}", word(format!("{request:?}")), word(format!("{reply:?}"))));
        reply
    }

    fn feed(&mut self, call: u8, input: Input, clause: String) {
        let talker = &mut self.talkers[usize::from(call)];
        let Step { next, said, goal, .. } = talker.feed(self.world.library, &self.world.wires, Detail::Full, input);
        *talker = next;
        let words = said.first().and_then(first).map_or(String::new(), |text| format!("hears \"{text}\""));
        let line = [clause, words].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("   ");
        if call == 0 || self.world.scope.again.is_some() {
            self.goal = goal.or(self.goal.take());
            self.lines.extend((!line.is_empty()).then_some(line));
        } else if !line.is_empty() {
            self.comment(call, &line);
        }
    }

    fn gather(&self, call: u8) -> Option<Gather> {
        if let Some(Waits::Keys(gather)) = self.talkers[usize::from(call)].waits { Some(gather) } else { None }
    }

    fn comment(&mut self, call: u8, words: &str) {
        let who = if self.talkers.len() > 1 {
            format!("call {}: ", self.talkers[usize::from(call)].name)
        } else {
            String::new()
        };
        self.lines.push(format!("# {who}{words}"));
    }
}

fn begin(scope: &Scope, call: u8) -> String {
    let caller = scope.callers.get(usize::from(call)).or(scope.callers.first());
    let number = caller.and_then(|caller| caller.number.as_ref());
    let number = number.map_or("withheld".to_owned(), crate::phone::PhoneNumber::national);
    let at = match (call, scope.again) {
        (0, _) => "at 2026-11-30 09:00   ",
        (_, Some(_)) => "later 1min   ",
        (_, None) => "",
    };
    format!("{at}call {number}")
}

/// The first recording of a prompt: a flow's own words, not a date.
fn first(prompt: &Prompt) -> Option<&str> {
    prompt.units.iter().find_map(|unit| if let Unit::Say(text) = unit { Some(text.as_str()) } else { None })
}
