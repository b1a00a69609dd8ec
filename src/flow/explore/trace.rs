//! A way through the exploration, written down as a `.call` transcript that the player plays again (`ligne flow test FILE`).
//!
//! ```text
//! moves ─ Scribe ─→ turns: what happens first · what the caller does · what is heard · comments
//!            └ a second store, which knows only what the transcript tells the player: where it would answer otherwise, the
//!              clause that brings it about is written (`taken`, `gone`), or a comment that there is none
//! ```
//! | in the exploration | in the transcript |
//! |---|---|
//! | places, meetings, appointments and paces of the scope | `given place`, `given meeting`, `given appointment`, on days that the sample region has; `given slow` |
//! | the store is unavailable, or is believed to be | `store down`, and `store up` after the answer |
//! | somebody else takes the place or the seat (a rival, the second call) | `given appointment` for a rival, or `taken` before the answer that wants it |
//! | a hold's time is up | `lapsed` |
//! | a counsellor cancels an appointment; or has called back | `given cancelled`; `gone` before the answer that speaks of it |
//! | a counsellor is rung | `counsellor answers`, `busy`, `closed`, `call-back` |
//! | by SMS: what is written, and the first line of what comes back | `sms`, `writes`, `reads` |
//! | what is said, written, pressed, left out; hanging up; calling again | `says`, `words`, `keys`, `silent`, `drops`, `later` … `to resume` |
//! | something is told or counted as done that is not | `wrote booked` at the end: what does not come true |
//!
//! # What has no clause
//!
//! Each stands in a comment that begins with `# no clause`: what a second call does at the same time, but for what it takes away;
//! the line that dies and loses its run; hanging up while the store is at work (the player's store answers at once); a store that
//! fails, or a hold that lapses, between two requests of one answer; a store that writes and is believed not to have; a rival who
//! lets a place go again; an appointment without a number that is cancelled. Time passes on the player's clock only by what is written. A fault of the model's
//! own tables (a place booked twice) is none of the player's store: its transcript comes true, and says in a comment what was wrong.

mod turn;

use super::search::Move;
use super::store::{HOLD_MAX_S, Row, Store};
use super::talker::{Claim, GOALS, Step, Talker, Waits};
use super::world::World;
use super::{COUNSELLOR, Detail, RIVAL, Scope};
use crate::booking::PostalCode;
use crate::flow::action::{Reply, Request};
use crate::flow::{Caller, Gather, Input, Length};
use crate::phone::PhoneNumber;
use crate::speech::{Prompt, Unit};
use turn::{Turn, caller, is_alike, outcome, read, rung};

/// More silences than any ladder has.
const RUNGS_MAX: u8 = 9;
/// What begins a comment on what the player cannot be told.
pub const NO_CLAUSE: &str = "# no clause";
/// Days of December 2026 on which the sample region has the scope's places, at nine. None of a weekend, and none that the notice
/// of a day could take away while somebody hesitates.
const DAYS: [u8; 6] = [2, 3, 4, 7, 8, 9];
/// Of the appointments made before, a week later.
const BEFORE: u8 = 10;
/// The scope's one meeting.
const MEETING: &str = "given meeting 2026-12-08 14:00";
/// Whose name the rival's appointments are under: a number kept for fiction.
const RIVAL_NUMBER: &str = "0199000077";

/// Plays a way again, call by call, and writes it down.
pub(super) fn transcript(world: &World<'_>, way: &[Move], violation: Option<&str>) -> String {
    let mut scribe = Scribe::new(world, way.iter().rev().find_map(|by| caller(*by)).unwrap_or(0));
    if !world.scope.told.is_empty() {
        scribe.tell();
    }
    for by in way {
        scribe.play(*by);
    }
    scribe.whole(violation)
}

pub(super) struct Scribe<'a> {
    world: &'a World<'a>,
    /// Of two calls at once, the one that the player plays: it has the last word, so what is wrong is wrong there.
    played: u8,
    pub(super) talkers: Vec<Talker>,
    pub(super) store: Store,
    /// As the player's store is, told only what stands in the transcript.
    told: Store,
    turn: Turn,
    lines: Vec<String>,
    /// Of the last input.
    claims: Vec<Claim>,
    goal: Option<String>,
    /// Whether places and meetings are ever looked for.
    wants: (bool, bool),
}

impl<'a> Scribe<'a> {
    pub(super) fn new(world: &'a World<'a>, played: u8) -> Self {
        let (store, talkers) = (world.store(), world.fresh().collect());
        let told = store.clone();
        let (turn, lines, claims) = (Turn::default(), Vec::new(), Vec::new());
        Self { world, played, talkers, store, told, turn, lines, claims, goal: None, wants: (false, false) }
    }

    /// The transcript, with what was there before, and what it came to.
    pub(super) fn whole(mut self, violation: Option<&str>) -> String {
        if let Some(what) = violation {
            self.violated(what);
        } else {
            self.turn_over();
            self.lines.extend(self.goal.take().map(|goal| format!("then {goal}")));
        }
        self.before().into_iter().chain(self.lines).collect::<Vec<_>>().join("\n") + "\n"
    }

    /// What was there before anybody called.
    fn before(&self) -> Vec<String> {
        let mut lines = vec![format!("# {}", self.world.scope.name), "at 2026-11-30 09:00".to_owned()];
        let places = DAYS.iter().take(self.world.region.places.len()).filter(|_| self.wants.0);
        lines.extend(places.map(|day| format!("given place 2026-12-{day:02} 09:00")));
        lines.extend(self.wants.1.then(|| MEETING.to_owned()));
        let appointments = (BEFORE..).zip(&self.world.scope.before).map(|(day, row)| {
            let number = row.phone.as_ref().map_or("withheld".to_owned(), PhoneNumber::national);
            format!("given appointment 2026-12-{day} 09:00 for {number} {}", row.place.as_str())
        });
        lines.extend(appointments);
        let slow = self.world.scope.callers.iter().filter(|caller| caller.slow).filter_map(Caller::callable);
        lines.extend(slow.map(|number| format!("given slow for {}", number.national())));
        lines
    }

    /// What should have come true, and does not.
    fn violated(&mut self, what: &str) {
        if self.is_at_store() && self.turn.asked == 0 {
            // What is said before the store has answered is said whatever it answers.
            self.turn.down();
        }
        if what.starts_with("`0`") {
            let person = self.world.library.flow(super::PERSON).into_iter().flat_map(|flow| flow.steps.values());
            let mut words = person.filter_map(|step| step.value.queue.as_ref()?.say.fixed().next());
            self.turn.hears.extend(words.next().map(str::to_owned));
        }
        self.turn_over();
        let claimed = self.claims.iter().find(|claim| what.contains(&claim.words)).map(|claim| &claim.words);
        let line = claimed.and_then(|words| Some(format!("{}wrote {}", self.counted(words), outcome(words)?)));
        self.lines.extend(line.into_iter().chain([format!("# violated: {what}")]));
    }

    /// The goal that is counted, when it is one that is claimed.
    fn counted(&self, words: &str) -> String {
        match &self.goal {
            Some(goal) if goal == words => format!("then {words}   "),
            _ if GOALS.iter().any(|(goal, _)| *goal == words) => format!("drops   then {words}   "),
            _ => String::new(),
        }
    }

    /// What is told in each call before the exploration begins.
    fn tell(&mut self) {
        for call in (0_u8..).take(self.world.scope.callers.len()) {
            self.feed(call, Input::Start, self.begin(call));
            for keys in &self.world.scope.told {
                self.feed(call, Input::Keys((*keys).to_owned()), format!("keys {keys}"));
            }
        }
    }

    // ── what happens ─────────────────────────────────────────────────────────────────────────────────────────────

    pub(super) fn play(&mut self, by: Move) {
        match by {
            Move::Start(call) => self.feed(call, Input::Start, self.begin(call)),
            Move::Keys(call, keys) => self.keys(call, &self.world.keys[usize::from(keys)].clone()),
            Move::Silence(call) => self.silence(call),
            Move::Worn(call) => self.worn(call),
            Move::Speaks(call) => {
                let input = Input::Recorded { id: Some(super::VOICE.to_owned()), seconds: 2 };
                self.feed(call, input, "says 2s".to_owned());
            }
            Move::Words(call, words, is_twice) => self.words(call, super::search::WORDS[usize::from(words)], is_twice),
            Move::Cut(call) => {
                self.no_clause(call, "the line dies, and this run is lost");
                let talker = &mut self.talkers[usize::from(call)];
                (talker.pending, talker.is_over, talker.waits) = (None, true, None);
            }
            Move::Rests(call) => {
                if let Some(rest) = self.talkers[usize::from(call)].rest.take() {
                    self.store.put_at_rest(rest.clone());
                    self.told.put_at_rest(rest);
                }
            }
            Move::Queue(call, queued) => {
                if self.world.scope.by_sms {
                    self.comment(call, "nobody is rung for a message");
                } else if self.is_played(call) {
                    self.turn.before.push(format!("counsellor {}", rung(queued)));
                } else {
                    self.comment(call, &format!("ringing a counsellor comes to {}", rung(queued)));
                }
                self.feed(call, Input::Queued(queued), String::new());
            }
            Move::HangUp(call) => {
                if self.talkers[usize::from(call)].pending.is_some() {
                    self.no_clause(call, "hangs up while the store is at work");
                }
                let clause = if self.world.scope.by_sms { "# writes no more" } else { "drops" };
                self.feed(call, Input::Hangup, clause.to_owned());
            }
            Move::Answered(call) => {
                let reply = self.carry(call, true);
                self.feed(call, Input::Reply(reply), String::new());
            }
            Move::Unavailable(call) => self.unavailable(call),
            Move::Lost(call) => {
                self.carry(call, false);
                self.comment(call, "the answer is lost: asked again under the same key");
            }
            Move::Unsure(call) => {
                self.carry(call, false);
                self.no_clause(call, "the store does it, and is believed not to have: the player's store does not");
                self.unavailable(call);
            }
            Move::Finished(call) => {
                self.carry(call, true);
                self.comment(call, "gone; the store still does what was asked");
            }
            Move::Dropped(call) => self.no_clause(call, "gone, and what was to be done or kept for them"),
            Move::RestsLapse
            | Move::Lapse(_)
            | Move::Struck(_)
            | Move::RivalHolds(_)
            | Move::RivalBooks(_)
            | Move::RivalLetsGo => self.others(by),
        }
        super::judge::tidy(&mut self.store);
        super::judge::tidy(&mut self.told);
    }

    fn keys(&mut self, call: u8, keys: &str) {
        if self.world.scope.by_sms {
            let words = if keys.is_empty() { "?" } else { keys };
            return self.feed(call, Input::Keys(keys.to_owned()), format!("writes \"{words}\""));
        }
        let gather = self.gather(call);
        let is_short = gather.is_some_and(|gather| match gather.length {
            Length::One => false,
            Length::Exactly(most) | Length::UpTo(most) => keys != "*" && keys.len() < usize::from(most),
        });
        let wait = gather.filter(|_| is_short).map(|gather| gather.between_keys.as_secs());
        let wait = wait.map_or(String::new(), |seconds| format!("   silent {seconds}s"));
        self.feed(call, Input::Keys(keys.to_owned()), format!("keys {keys}{wait}"));
    }

    fn silence(&mut self, call: u8) {
        let seconds = match self.talkers[usize::from(call)].waits {
            Some(Waits::Keys(gather)) => gather.no_input.as_secs(),
            Some(Waits::Voice(recording)) => recording.no_input.as_secs(),
            Some(Waits::Counsellor) | None => 0,
        };
        self.feed(call, Input::NoInput, format!("silent {seconds}s"));
    }

    /// Silent, or by SMS not understood, until the line gives up or passes the question over.
    fn worn(&mut self, call: u8) {
        let input = self.world.unfit();
        let talker = &self.talkers[usize::from(call)];
        let mute = Talker { run: talker.run.mute(), ..talker.clone() };
        let wanted = self.fed(&mute, input.clone()).next.folded();
        let rungs = (0..RUNGS_MAX).scan(talker.clone(), |talker, _| {
            *talker = self.fed(talker, input.clone()).next;
            Some(talker.folded())
        });
        for _ in 0..=rungs.take_while(|after| *after != wanted).count() {
            if self.world.scope.by_sms { self.keys(call, "") } else { self.silence(call) }
        }
    }

    fn words(&mut self, call: u8, words: &str, is_twice: bool) {
        let verb = if self.world.scope.by_sms { "writes" } else { "words" };
        for nth in 0..=u8::from(is_twice) {
            if self.talkers[usize::from(call)].is_asking() {
                self.feed(call, Input::Words(words.to_owned()), format!("{verb} \"{}\"", words.to_lowercase()));
            } else if nth == 1 {
                self.no_clause(call, "the same words come once more while the store is at work");
            }
        }
    }

    /// The store does nothing, and is known not to.
    fn unavailable(&mut self, call: u8) {
        if let Some((key, _)) = self.talkers[usize::from(call)].pending.clone() {
            // Also of an older key, when this one's request was never carried out.
            self.forget(&key);
        }
        if self.is_played(call) {
            if self.turn.asked > 0 {
                self.no_clause(call, "the store fails between two requests of one answer");
            }
            self.turn.down();
            self.turn.asked += 1;
        } else {
            self.comment(call, "the store is unavailable");
        }
        self.feed(call, Input::Reply(Reply::Unavailable), String::new());
    }

    fn others(&mut self, by: Move) {
        let before = self.store.clone();
        let of = |nth: u8| before.holds[usize::from(nth)].holder.clone();
        self.world.meddle(&mut self.store, by);
        match by {
            Move::Lapse(nth) if of(nth) != RIVAL && self.told.holds.iter().any(|hold| hold.holder == of(nth)) => {
                self.told.release(&of(nth));
                if self.turn.asked > 0 && self.is_at_store() {
                    self.note(&format!("{NO_CLAUSE}: the hold lapses between two requests of one answer"));
                }
                self.happens("lapsed".to_owned());
            }
            // Held or booked, nobody else can have it.
            Move::RivalHolds(nth) | Move::RivalBooks(nth) if self.store != before => {
                self.rival_books(nth);
                let at = DAYS.get(usize::from(nth)).copied().unwrap_or_default();
                self.happens(format!("given appointment 2026-12-{at:02} 09:00 for {RIVAL_NUMBER} {}", super::HERE));
            }
            Move::Struck(nth) => self.struck(&before.rows[usize::from(nth)]),
            Move::RestsLapse => {
                self.told.rests.clear();
                self.happens("later 31min".to_owned());
            }
            Move::Lapse(_) | Move::RivalLetsGo if self.store != before => {
                self.note(&format!("{NO_CLAUSE}: somebody else lets their place go"));
            }
            _ => {}
        }
    }

    /// A counsellor cancels an appointment: the one whose name the player's store knows it by, too.
    fn struck(&mut self, row: &Row) {
        let appointment = row.appointment();
        self.told.apply(&self.world.region, COUNSELLOR, &Request::Cancel { appointment });
        let place = self.world.region.places.iter().position(|place| *place == row.slot);
        let before = self.world.scope.before.iter().position(|other| other.id == row.id);
        let day = place.and_then(|nth| DAYS.get(nth).copied());
        let day = day.or_else(|| before.and_then(|nth| u8::try_from(nth).ok()).map(|nth| BEFORE + nth));
        let number = row.phone.as_ref().map(PhoneNumber::national);
        let number = if row.by == RIVAL { Some(RIVAL_NUMBER.to_owned()) } else { number };
        match (day, number) {
            (Some(day), Some(number)) => {
                self.happens(format!("given cancelled 2026-12-{day:02} 09:00 for {number} {}", row.place.as_str()))
            }
            _ => self.note(&format!("{NO_CLAUSE}: a counsellor cancels the appointment {}", row.id)),
        }
    }

    /// In the player's store, a place is somebody else's from now on.
    fn rival_books(&mut self, nth: u8) {
        let slot = self.world.region.places[usize::from(nth)].clone();
        self.taken(&slot);
    }

    fn taken(&mut self, slot: &crate::booking::Slot) {
        let Some(place) = PostalCode::parse(super::HERE) else { return };
        let hold = Request::Hold { slot: slot.clone(), ttl_s: HOLD_MAX_S };
        self.told.apply(&self.world.region, RIVAL, &hold);
        let book = Request::Book { phone: None, place, slot: slot.clone(), other: None };
        self.told.apply(&self.world.region, RIVAL, &book);
    }

    // ── the store ────────────────────────────────────────────────────────────────────────────────────────────────

    /// Carries a pending request out on the model, and says so beside; the player, unless it is not to know, by its own store.
    fn carry(&mut self, call: u8, is_told: bool) -> Reply {
        let Some((key, request)) = self.talkers[usize::from(call)].pending.clone() else { return Reply::Unavailable };
        self.forget(&key);
        let reply = self.world.carry(&mut self.store, &key, &request).unwrap_or(Reply::Unavailable);
        let word = |debug: String| debug.split([' ', '(', '{']).next().unwrap_or_default().to_owned();
        self.comment(call, &format!("asks {}, answered {}", word(format!("{request:?}")), word(format!("{reply:?}"))));
        self.wants.0 |= matches!(request, Request::FindSlots { .. } | Request::FindDays { .. });
        self.wants.1 |= matches!(request, Request::FindGroups { .. });
        if is_told && self.is_played(call) {
            self.tell_store(call, &key, &request, &reply);
        }
        reply
    }

    /// As in the search: of a run's answers, only its last is ever read again.
    fn forget(&mut self, key: &str) {
        let root = |key: &str| key.split([':', '-']).next().unwrap_or_default().to_owned();
        for store in [&mut self.store, &mut self.told] {
            store.answers.retain(|answer| answer.key == key || root(&answer.key) != root(key));
        }
    }

    /// Whatever makes the player's store answer alike.
    fn tell_store(&mut self, call: u8, key: &str, request: &Request, reply: &Reply) {
        self.turn.asked += 1;
        if self.turn.is_down {
            return self.no_clause(call, "the store fails between two requests of one answer");
        }
        let region = &self.world.region;
        let run = key.rsplit_once(':').map_or(key, |(run, _)| run);
        let mut told = self.told.clone();
        if told.execute(region, run, key, request).is_ok_and(|theirs| is_alike(&theirs, reply)) {
            self.told = told;
            return;
        }
        match (request, reply) {
            (Request::Hold { slot, .. } | Request::Book { slot, .. } | Request::Move { slot, .. }, Reply::Taken) => {
                self.told.release(run);
                self.taken(&slot.clone());
                self.turn.before.push("taken".to_owned());
            }
            (Request::JoinGroup { place, group, .. }, Reply::Full) => {
                let (place, group) = (place.clone(), group.clone());
                self.told.apply(region, RIVAL, &Request::JoinGroup { phone: None, place, group });
                self.turn.before.push("taken".to_owned());
            }
            (
                Request::Confirm { appointment } | Request::Cancel { appointment } | Request::Move { appointment, .. },
                Reply::Gone,
            ) => {
                let cancel = Request::Cancel { appointment: appointment.clone() };
                self.told.apply(region, COUNSELLOR, &cancel);
                self.turn.before.push("gone".to_owned());
            }
            (Request::AttachMessage { .. }, Reply::Gone) => self.turn.before.push("gone".to_owned()),
            _ => self.no_clause(call, "the player's store answers otherwise here"),
        }
        // Whatever it says, it has been asked.
        let _ = self.told.execute(region, run, key, request);
    }

    // ── what is written ──────────────────────────────────────────────────────────────────────────────────────────

    fn fed(&self, talker: &Talker, input: Input) -> Step {
        talker.feed(self.world.library, &self.world.wires, Detail::Full, input)
    }

    /// One input; a clause begins a new turn, or stands beside when the player cannot play that call.
    fn feed(&mut self, call: u8, input: Input, clause: String) {
        let Step { next, said, claims, goal, .. } = self.fed(&self.talkers[usize::from(call)], input);
        self.talkers[usize::from(call)] = next;
        let heard: Vec<String> = said.iter().rev().find_map(|prompt| self.own_words(prompt)).into_iter().collect();
        if !self.is_played(call) {
            let heard = heard.iter().map(|words| format!("hears \"{words}\""));
            let line: Vec<String> = [clause].into_iter().filter(|clause| !clause.is_empty()).chain(heard).collect();
            if !line.is_empty() {
                self.no_clause(call, &line.join("   "));
            }
            return;
        }
        if !clause.is_empty() {
            self.turn_over();
            self.turn.does = clause;
        }
        let is_said = |words: &str| said.iter().any(|prompt| prompt.text().contains(words));
        let by_sms = self.world.scope.by_sms;
        let promised = claims.iter().map(|claim| claim.words.clone()).filter(|words| is_said(words) && !by_sms);
        for words in promised.chain(heard) {
            if !self.turn.hears.contains(&words) {
                self.turn.hears.push(words);
            }
        }
        self.claims = claims;
        self.goal = goal.or(self.goal.take());
    }

    fn turn_over(&mut self) {
        self.lines.extend(std::mem::take(&mut self.turn).lines(self.world.scope.by_sms));
    }

    /// Something that others do, before the caller does anything more; or before the answer of which something is still to come:
    /// the player's store does not let them wait, nor its counsellors.
    fn happens(&mut self, clause: String) {
        if self.is_any(|talker| talker.pending.is_some() || talker.waits == Some(Waits::Counsellor)) {
            return self.turn.before.push(clause);
        }
        self.turn_over();
        self.lines.push(clause);
    }

    fn note(&mut self, comment: &str) {
        self.turn.comments.push(comment.to_owned());
    }

    fn comment(&mut self, call: u8, words: &str) {
        let who = self.who(call);
        self.note(&format!("# {who}{words}"));
    }

    fn no_clause(&mut self, call: u8, words: &str) {
        let who = self.who(call);
        self.note(&format!("{NO_CLAUSE}: {who}{words}"));
    }

    fn who(&self, call: u8) -> String {
        let talker = &self.talkers[usize::from(call)];
        if self.talkers.len() > 1 { format!("call {}: ", talker.name) } else { String::new() }
    }

    /// Whether the player plays this call.
    fn is_played(&self, call: u8) -> bool {
        call == self.played || self.world.scope.again.is_some()
    }

    /// Whether a call that is played waits for the store.
    fn is_at_store(&self) -> bool {
        self.is_any(|talker| talker.pending.is_some())
    }

    fn is_any(&self, is: impl Fn(&Talker) -> bool) -> bool {
        (0..).zip(&self.talkers).any(|(call, talker)| self.is_played(call) && is(talker))
    }

    /// The first of a flow's own words: not a date, nor a number; of an SMS, its first line.
    fn own_words(&self, prompt: &Prompt) -> Option<String> {
        if self.world.scope.by_sms {
            return read(&prompt.text());
        }
        let own = self.world.library.texts(prompt.language);
        let mut texts =
            prompt.units.iter().filter_map(|unit| if let Unit::Say(text) = unit { Some(text) } else { None });
        texts.find(|text| own.contains(*text) && !text.contains(['"', '\n']) && !text.contains("  ")).cloned()
    }

    fn gather(&self, call: u8) -> Option<Gather> {
        if let Some(Waits::Keys(gather)) = self.talkers[usize::from(call)].waits { Some(gather) } else { None }
    }

    fn begin(&self, call: u8) -> String {
        let Scope { callers, again, .. } = self.world.scope;
        let caller = callers.get(usize::from(call)).or(callers.first());
        let number = caller.and_then(|caller| caller.number.as_ref());
        let number = number.map_or("withheld".to_owned(), PhoneNumber::national);
        match (call, again) {
            (1.., Some(again)) => format!("later 1min   call {number} to {again}"),
            _ if self.world.scope.by_sms => format!("sms {number} to {} \"RDV\"", self.world.flow),
            _ => format!("call {number} to {}", self.world.flow),
        }
    }
}
