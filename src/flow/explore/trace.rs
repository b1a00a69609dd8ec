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

/// Plays a way again, call by call, and writes it down.
pub(super) fn transcript(world: &World<'_>, way: &[Move], violation: Option<&str>) -> String {
    let talkers = world.talkers().collect();
    let mut scribe = Scribe { world, talkers, store: world.store(), lines: Vec::new(), goal: None };
    scribe.lines.push(format!("# {}", world.scope.name));
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
            Move::Silence(call) => {
                let seconds = match self.talkers[usize::from(call)].waits {
                    Some(Waits::Keys(gather)) => gather.no_input.as_secs(),
                    Some(Waits::Voice(recording)) => recording.no_input.as_secs(),
                    Some(Waits::Counsellor) | None => 0,
                };
                self.feed(call, Input::NoInput, format!("silent {seconds}s"));
            }
            Move::Speaks(call) => {
                let input = Input::Recorded { id: Some(super::VOICE.to_owned()), seconds: 2 };
                self.feed(call, input, "says 2s".to_owned());
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
            Move::Dropped(call) => self.comment(call, "gone, and what was asked with them"),
            Move::Lapse(_) | Move::Struck(_) | Move::RivalHolds(_) | Move::RivalBooks(_) | Move::RivalLetsGo => {
                let holder = |nth: u8| self.store.holds[usize::from(nth)].holder.clone();
                let words = match by {
                    Move::Lapse(nth) => format!("time passes: the hold of call {} lapses", holder(nth)),
                    Move::Struck(nth) => format!("a counsellor cancels {}", self.store.rows[usize::from(nth)].id),
                    Move::RivalHolds(nth) => format!("somebody else wants to hold place {}", nth + 1),
                    Move::RivalBooks(nth) => format!("somebody else wants to book place {}", nth + 1),
                    _ => "somebody else lets their hold go".to_owned(),
                };
                self.lines.push(format!("# {words}"));
                self.world.meddle(&mut self.store, by);
            }
        }
        super::search::tidy(&mut self.store);
    }

    /// Carries a pending request out on the model, and says so beside.
    fn carry(&mut self, call: u8) -> Reply {
        let Talker { name, pending, .. } = self.talkers[usize::from(call)].clone();
        let Some((key, request)) = pending else { return Reply::Unavailable };
        let reply = self.world.carry(&mut self.store, name, &key, &request).unwrap_or(Reply::Unavailable);
        let word = |debug: String| debug.split([' ', '(', '{']).next().unwrap_or_default().to_owned();
        self.comment(call, &format!("asks {}, answered {}", word(format!("{request:?}")), word(format!("{reply:?}"))));
        reply
    }

    fn feed(&mut self, call: u8, input: Input, clause: String) {
        let talker = &mut self.talkers[usize::from(call)];
        let Step { next, said, goal, .. } = talker.feed(self.world, Detail::Full, input);
        *talker = next;
        let words = said.first().and_then(first).map_or(String::new(), |text| format!("hears \"{text}\""));
        let line = [clause, words].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("   ");
        if call == 0 {
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
    let number = scope.callers[usize::from(call)].number.as_ref();
    let number = number.map_or("withheld".to_owned(), crate::phone::PhoneNumber::national);
    let at = if call == 0 { "at 2026-11-30 09:00   " } else { "" };
    format!("{at}call {number}")
}

/// The first recording of a prompt: a flow's own words, not a date.
fn first(prompt: &Prompt) -> Option<&str> {
    prompt.units.iter().find_map(|unit| if let Unit::Say(text) = unit { Some(text.as_str()) } else { None })
}
