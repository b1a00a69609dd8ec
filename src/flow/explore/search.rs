//! The search itself: breadth first, so that the first thing found wrong is found on a shortest way.
//!
//! What an interpreter answers depends on its call alone, what the store answers on the store and the request alone: both
//! are worked out once and remembered by number. A state is three numbers.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::rc::Rc;

use super::bound;
use super::judge::{is_written, misdone, tidy};
use super::store::{Answer, Store};
use super::talker::{Claim, Step, Talker, Waits};
use super::trace;
use super::world::World;
use super::{Found, Violation};
use crate::flow::action::{Reply, Request};
use crate::flow::{Input, Length, Queued};

/// More than this is no proof of anything: the flows grow without end, or need a smaller world.
const STATES_MAX: usize = 10_000_000;
/// Cancelled appointments, beyond which a counsellor cancels no other.
const STRIKES_MAX: usize = 2;
/// No second call.
const NOBODY: u32 = u32::MAX;
/// What is written, where something can be.
pub(super) const WORDS: [&str; 6] = ["OUI", "NON", "CONSEILLER", "RETOUR", "AIDE", "STOP"];

/// One thing that happens. Calls by their place in the scope, the rest by their place in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    Start(u8),
    Keys(u8, u8),
    Silence(u8),
    /// Silent until the line gives up, where rungs are folded.
    Worn(u8),
    /// Says something after the tone.
    Speaks(u8),
    /// Words of [`WORDS`], on a channel that has letters; once, or delivered twice.
    Words(u8, u8, bool),
    /// What came of ringing a counsellor.
    Queue(u8, Queued),
    HangUp(u8),
    /// The store does it and says so.
    Answered(u8),
    /// The store does nothing and is known not to.
    Unavailable(u8),
    /// The store does it, the answer is lost: it will be asked again under the same key.
    Lost(u8),
    /// The store does it, and is believed not to have.
    Unsure(u8),
    /// The caller is gone; what was asked is done all the same.
    Finished(u8),
    /// The caller is gone, and with them what was asked.
    Dropped(u8),
    /// The line dies: the run is lost, and with it what it asked.
    Cut(u8),
    /// The caller is gone; their run is put at rest (C27).
    Rests(u8),
    /// The time of the runs at rest is up.
    RestsLapse,
    /// A hold's time is up.
    Lapse(u8),
    /// A counsellor cancels an appointment.
    Struck(u8),
    RivalHolds(u8),
    RivalBooks(u8),
    RivalLetsGo,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct State {
    store: u32,
    calls: [u32; 2],
}

#[derive(Clone, Copy)]
struct Node {
    state: State,
    parent: u32,
    by: Move,
}

/// Hashed some ten times a state; nobody sends us ill-meant ones.
type Quick = foldhash::fast::FixedState;

/// Things by number.
struct Names<T> {
    all: Vec<T>,
    known: HashMap<T, u32, Quick>,
}

impl<T: Clone + Eq + Hash> Names<T> {
    fn new() -> Self {
        Self { all: Vec::new(), known: HashMap::default() }
    }

    fn name(&mut self, thing: T) -> u32 {
        if let Some(known) = self.known.get(&thing) {
            return *known;
        }
        let number = u32::try_from(self.all.len()).expect("far fewer than the states");
        self.all.push(thing.clone());
        self.known.insert(thing, number);
        number
    }
}

/// What an input does to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Stimulus {
    Start,
    Keys(u8),
    /// Keys that answer nothing, whatever is asked.
    Unfit,
    Silence,
    /// The last silence that a question takes.
    Worn,
    Speaks,
    Words(u8),
    Queue(Queued),
    HangUp,
    Cut,
    /// The reply of this number.
    Reply(u32),
}

/// A [`Step`] remembered.
#[derive(Clone)]
struct Known {
    next: u32,
    claims: Box<[Claim]>,
    goal: Option<Rc<str>>,
    broken: Option<String>,
    /// What is wrong when the same words come once more.
    echoed: Option<String>,
}

/// One scope being explored.
pub(super) struct Search<'a> {
    pub(super) world: &'a World<'a>,
    stores: Names<Store>,
    /// What is wrong with each store.
    faults: Vec<Option<String>>,
    talkers: Names<Talker>,
    replies: Names<Reply>,
    known: HashMap<(u32, Stimulus), Known, Quick>,
    /// Run, key and request.
    errands: Names<(String, String, Request)>,
    errand_of: HashMap<u32, u32, Quick>,
    carried: HashMap<(u32, u32), (u32, u32), Quick>,
    /// Calls that are over, without one thing more.
    ended: HashMap<u32, u32, Quick>,
    /// Stores with what is kept of a call.
    rested: HashMap<(u32, u32), u32, Quick>,
    /// Stores without what a call asked, when it is gone.
    cleared: HashMap<(u32, u32), u32, Quick>,
    /// Stores without what a call asked, when it was told.
    heard: HashMap<(u32, u32), u32, Quick>,
    meddled: HashMap<u32, Rc<[(Move, u32)]>, Quick>,
    nodes: Vec<Node>,
    seen: HashSet<State, Quick>,
    /// Where each call was first seen, to tell how one gets there.
    first: HashMap<u32, u32, Quick>,
    goals: Vec<(String, u32, Move)>,
    violation: Option<(u32, Move, String)>,
    unavailable: u32,
}

impl<'a> Search<'a> {
    pub(super) fn new(world: &'a World<'a>) -> Self {
        let mut replies = Names::new();
        let unavailable = replies.name(Reply::Unavailable);
        Self {
            world,
            stores: Names::new(),
            faults: Vec::new(),
            talkers: Names::new(),
            replies,
            known: HashMap::default(),
            errands: Names::new(),
            errand_of: HashMap::default(),
            carried: HashMap::default(),
            ended: HashMap::default(),
            rested: HashMap::default(),
            cleared: HashMap::default(),
            heard: HashMap::default(),
            meddled: HashMap::default(),
            nodes: Vec::new(),
            seen: HashSet::default(),
            first: HashMap::default(),
            goals: Vec::new(),
            violation: None,
            unavailable,
        }
    }

    /// Everything that can happen.
    pub(super) fn run(mut self) -> Result<Found, Violation> {
        let store = self.store(self.world.store());
        let mut calls = [NOBODY; 2];
        for (call, talker) in calls.iter_mut().zip(self.world.talkers()) {
            *call = self.talkers.name(talker);
        }
        self.reach(State { store, calls }, 0, Move::Start(0));
        let mut at = 0;
        while at < self.nodes.len() && self.violation.is_none() {
            if self.nodes.len() > STATES_MAX {
                let what = format!("more than {STATES_MAX} states: this cannot be explored whole");
                return Err(Violation { what, transcript: String::new() });
            }
            self.expand(u32::try_from(at).expect("within STATES_MAX"));
            at += 1;
        }
        if let Some((at, by, what)) = self.violation.take() {
            let transcript = trace::transcript(self.world, &self.way(at, Some(by)), Some(&what));
            return Err(Violation { what, transcript });
        }
        let is_folded = self.world.scope.detail.is_folded();
        let limits = if is_folded { Ok(bound::Limits::default()) } else { bound::limits(&mut self) };
        let limits = limits.map_err(|(talker, what)| {
            let at = self.first.get(&talker).copied().unwrap_or(0);
            let transcript = trace::transcript(self.world, &self.way(at, None), Some(&what));
            Violation { what, transcript }
        })?;
        let ways = self
            .goals
            .iter()
            .map(|(goal, at, by)| (goal.clone(), trace::transcript(self.world, &self.way(*at, Some(*by)), None)));
        Ok(Found { states: self.nodes.len(), calls: self.talkers.all.len(), limits, ways: ways.collect() })
    }

    fn way(&self, at: u32, last: Option<Move>) -> Vec<Move> {
        let mut way: Vec<Move> = last.into_iter().collect();
        let mut at = at;
        while at != 0 {
            let node = self.nodes[at as usize];
            way.push(node.by);
            at = node.parent;
        }
        way.reverse();
        way
    }

    // ── what can happen in one state ─────────────────────────────────────────────────────────────────────────────

    fn expand(&mut self, at: u32) {
        let state = self.nodes[at as usize].state;
        // What a caller answers changes nothing for the store, nor for others: one order of such answers stands for all.
        // Not where it leads to nothing new, or the others would never have a turn (Peled's proviso).
        for (call, talker) in (0..).zip(state.calls).filter(|(_, talker)| *talker != NOBODY) {
            let waits = &self.talkers.all[talker as usize];
            let known = self.nodes.len();
            if waits.pending.is_none() && !waits.is_over {
                self.call(at, state, call, talker);
                if self.nodes.len() > known {
                    return;
                }
            }
        }
        for (call, talker) in (0..).zip(state.calls) {
            if talker != NOBODY {
                self.call(at, state, call, talker);
            }
        }
        self.others(at, state);
    }

    fn call(&mut self, at: u32, state: State, call: u8, number: u32) {
        let talker = &self.talkers.all[number as usize];
        let (is_over, waits, is_pending) = (talker.is_over, talker.waits, talker.pending.is_some());
        let is_resting = talker.rest.is_some();
        let is_begun = is_pending || waits.is_some();
        if is_begun && !is_over && self.world.scope.again.is_some() {
            self.input(at, state, call, Stimulus::Cut, Move::Cut(call));
        }
        if is_over && !is_pending && is_resting {
            self.rests(at, state, call, number);
        } else if is_over && is_pending {
            let (store, _) = self.carry(at, Move::Finished(call), state.store, number);
            self.gone(at, State { store, ..state }, call, Move::Finished(call));
            self.gone(at, state, call, Move::Dropped(call));
        } else if is_pending {
            self.input(at, state, call, Stimulus::HangUp, Move::HangUp(call));
            self.input(at, state, call, Stimulus::Reply(self.unavailable), Move::Unavailable(call));
            let (store, reply) = self.carry(at, Move::Answered(call), state.store, number);
            let done = State { store, ..state };
            self.input(at, done, call, Stimulus::Reply(reply), Move::Answered(call));
            if store != state.store {
                self.reach(done, at, Move::Lost(call));
                self.input(at, done, call, Stimulus::Reply(self.unavailable), Move::Unsure(call));
            }
        } else if let Some(waits) = waits {
            self.input(at, state, call, Stimulus::HangUp, Move::HangUp(call));
            self.answers(at, state, call, waits);
        } else if !is_over && (call == 0 || self.world.scope.again.is_none() || self.may_resume(state)) {
            self.input(at, state, call, Stimulus::Start, Move::Start(call));
        }
    }

    /// Whether there is something to come back to.
    fn may_resume(&self, state: State) -> bool {
        !self.stores.all[state.store as usize].rests.is_empty()
    }

    /// The run of a caller who is gone is put at rest, or is lost with the line.
    fn rests(&mut self, at: u32, state: State, call: u8, number: u32) {
        let mut calls = state.calls;
        calls[usize::from(call)] = self.ended(number);
        let store = self.put_at_rest(state.store, number);
        self.reach(State { store, calls }, at, Move::Rests(call));
        let store = self.left(state.store, number);
        self.reach(State { store, calls }, at, Move::Dropped(call));
    }

    fn answers(&mut self, at: u32, state: State, call: u8, waits: Waits) {
        if waits == Waits::Counsellor {
            for queued in self.world.queued() {
                self.input(at, state, call, Stimulus::Queue(queued), Move::Queue(call, queued));
            }
            return;
        }
        if !self.world.scope.by_sms {
            self.input(at, state, call, Stimulus::Silence, Move::Silence(call));
        }
        if self.world.scope.detail.is_folded() {
            self.input(at, state, call, Stimulus::Worn, Move::Worn(call));
        }
        if matches!(waits, Waits::Voice(_)) {
            self.input(at, state, call, Stimulus::Speaks, Move::Speaks(call));
        }
        for keys in self.world.keys(waits) {
            self.input(at, state, call, Stimulus::Keys(keys), Move::Keys(call, keys));
        }
        if self.world.scope.has_letters {
            for words in 0..u8::try_from(WORDS.len()).unwrap_or_default() {
                self.input(at, state, call, Stimulus::Words(words), Move::Words(call, words, false));
                self.twice(at, state, call, words);
            }
        }
    }

    /// The same words delivered twice: the second time they answer the next question, or fall where the store is at work.
    fn twice(&mut self, at: u32, state: State, call: u8, words: u8) {
        let Some(known) = self.known.get(&(state.calls[usize::from(call)], Stimulus::Words(words))) else { return };
        let mut between = state;
        between.calls[usize::from(call)] = known.next;
        let next = &self.talkers.all[known.next as usize];
        if next.is_asking() {
            self.input(at, between, call, Stimulus::Words(words), Move::Words(call, words, true));
        } else if let Some(what) = known.echoed.clone() {
            self.violation.get_or_insert((at, Move::Words(call, words, true), what));
        }
    }

    /// Of a call that is over nothing is left, but what the store has for it.
    fn gone(&mut self, at: u32, state: State, call: u8, by: Move) {
        let number = state.calls[usize::from(call)];
        let is_kept = self.talkers.all[number as usize].rest.is_some();
        let store = if is_kept { state.store } else { self.left(state.store, number) };
        let mut calls = state.calls;
        calls[usize::from(call)] = self.ended(number);
        self.reach(State { store, calls }, at, by);
    }

    fn input(&mut self, at: u32, state: State, call: u8, stimulus: Stimulus, by: Move) {
        let number = state.calls[usize::from(call)];
        let known = self.step(number, stimulus);
        let (next, goal) = (known.next, known.goal.clone());
        let broken = known.broken.clone().or_else(|| self.untrue(number, stimulus, state.store));
        if let Some(what) = broken {
            self.violation.get_or_insert((at, by, what));
            return;
        }
        if let Some(goal) = goal
            && self.goals.iter().all(|(other, ..)| **other != *goal)
        {
            self.goals.push((goal.to_string(), at, by));
        }
        let mut state = state;
        state.calls[usize::from(call)] = next;
        let talker = &self.talkers.all[next as usize];
        let before = &self.talkers.all[number as usize];
        if talker.is_over && talker.pending.is_none() && talker.rest.is_none() {
            state.store = self.left(state.store, next);
        } else if before.root != talker.root {
            // Taken up: its own last key is asked again, the key of the question whether to is not.
            if let Some(what) = self.is_asked_anew(state.store, next) {
                self.violation.get_or_insert((at, by, what));
                return;
            }
            state.store = self.left(state.store, number);
        } else if matches!(stimulus, Stimulus::Reply(_)) {
            state.store = self.told(state.store, number);
        }
        self.reach(state, at, by);
    }

    /// Whether a run taken up asks what it asked before, under another key: it would be done twice.
    fn is_asked_anew(&self, store: u32, talker: u32) -> Option<String> {
        let Talker { root, pending, .. } = &self.talkers.all[talker as usize];
        let (key, request) = pending.as_ref()?;
        let is_own = |key: &str| key.split([':', '-']).next() == Some(root);
        let mut known = self.stores.all[store as usize].answers.iter();
        let is_done = known.any(|answer| is_own(&answer.key) && answer.key != *key && answer.request == *request);
        is_done.then(|| "taken up, a call asks under another key what it had asked: it would be done twice".to_owned())
    }

    /// A promise or a goal that the store knows nothing of.
    fn untrue(&self, talker: u32, stimulus: Stimulus, store: u32) -> Option<String> {
        let claims = &self.known[&(talker, stimulus)].claims;
        let store = &self.stores.all[store as usize];
        let is_true = |claim: &&Claim| claim.stands_for.iter().any(|(run, request)| is_written(store, run, request));
        let lie = claims.iter().find(|claim| !is_true(claim))?;
        Some(format!("« {} » and nothing of it is written", lie.words))
    }

    /// Time, counsellors, and the rival who wants the same places.
    fn others(&mut self, at: u32, state: State) {
        for (by, next) in self.around(state.store).iter() {
            self.reach(State { store: *next, ..state }, at, *by);
        }
    }

    /// Where others can take a store; worked out once.
    fn around(&mut self, number: u32) -> Rc<[(Move, u32)]> {
        if let Some(known) = self.meddled.get(&number) {
            return known.clone();
        }
        let store = self.stores.all[number as usize].clone();
        let mut moves = Vec::new();
        let lapsing = (0..).zip(&store.holds).filter(|(_, hold)| hold.until > store.now);
        moves.extend(lapsing.map(|(nth, _)| Move::Lapse(nth)));
        if store.rows.iter().filter(|row| row.is_excused).count() < STRIKES_MAX {
            moves.extend((0..).zip(&store.rows).filter(|(_, row)| !row.is_excused).map(|(nth, _)| Move::Struck(nth)));
        }
        if !store.rests.is_empty() {
            moves.push(Move::RestsLapse);
        }
        if self.world.scope.has_rival {
            let places = 0..u8::try_from(self.world.region.places.len()).unwrap_or(u8::MAX);
            moves.extend(places.flat_map(|place| [Move::RivalHolds(place), Move::RivalBooks(place)]));
            moves.push(Move::RivalLetsGo);
        }
        let after = moves.into_iter().map(|by| {
            let mut next = store.clone();
            self.world.meddle(&mut next, by);
            (by, self.store(next))
        });
        let after: Rc<[(Move, u32)]> = after.collect();
        self.meddled.insert(number, after.clone());
        after
    }

    // ── what was worked out before ───────────────────────────────────────────────────────────────────────────────

    /// What an input does to a call; worked out once.
    fn step(&mut self, number: u32, stimulus: Stimulus) -> &Known {
        if !self.known.contains_key(&(number, stimulus)) {
            let input = self.named(stimulus);
            let is_cut = stimulus == Stimulus::Cut;
            let talker = &self.talkers.all[number as usize];
            let mute = (stimulus == Stimulus::Worn).then(|| Talker { run: talker.run.mute(), ..talker.clone() });
            let Step { next, claims, goal, broken, .. } = self.world.feed(mute.as_ref().unwrap_or(talker), input);
            let broken = broken.or_else(|| self.world.ladders(talker, stimulus));
            let lost = |next: Talker| Talker { rest: None, pending: None, ..next };
            let next = if is_cut { lost(next) } else { next };
            let echoed = match stimulus {
                Stimulus::Words(words) if next.pending.is_some() => self.world.echo(&next, WORDS[usize::from(words)]),
                _ => None,
            };
            let next = self.talkers.name(next);
            let known = Known { next, claims: claims.into(), goal: goal.map(Rc::from), broken, echoed };
            self.known.insert((number, stimulus), known);
        }
        &self.known[&(number, stimulus)]
    }

    fn named(&self, stimulus: Stimulus) -> Input {
        match stimulus {
            Stimulus::Start => Input::Start,
            Stimulus::Keys(keys) => Input::Keys(self.world.keys[usize::from(keys)].clone()),
            Stimulus::Unfit => Input::Keys(String::new()),
            Stimulus::Worn => self.world.unfit(),
            Stimulus::Silence => Input::NoInput,
            Stimulus::Speaks => Input::Recorded { id: Some(super::VOICE.to_owned()), seconds: 2 },
            Stimulus::Queue(queued) => Input::Queued(queued),
            Stimulus::Words(words) => Input::Words(WORDS[usize::from(words)].to_owned()),
            Stimulus::HangUp | Stimulus::Cut => Input::Hangup,
            Stimulus::Reply(reply) => Input::Reply(self.replies.all[reply as usize].clone()),
        }
    }

    /// What a call has asked of the store, by number: many calls ask the same.
    fn errand(&mut self, talker: u32) -> Option<u32> {
        if let Some(known) = self.errand_of.get(&talker) {
            return Some(*known);
        }
        let Talker { root, pending, .. } = &self.talkers.all[talker as usize];
        let (key, request) = pending.clone()?;
        let number = self.errands.name((root.clone(), key, request));
        self.errand_of.insert(talker, number);
        Some(number)
    }

    /// What the store does with the pending request of a call: the store then, and the reply.
    fn carry(&mut self, at: u32, by: Move, store: u32, talker: u32) -> (u32, u32) {
        let Some(errand) = self.errand(talker) else { return (store, self.unavailable) };
        if let Some(known) = self.carried.get(&(store, errand)) {
            return *known;
        }
        let (root, key, request) = self.errands.all[errand as usize].clone();
        let before = self.stores.all[store as usize].clone();
        let mut next = before.clone();
        let reply = match self.world.carry(&mut next, &key, &request) {
            Ok(reply) => reply,
            Err(super::store::KeyReused) => {
                let what = format!("the key {key} is used again for another request: the store would not do it");
                self.violation.get_or_insert((at, by, what));
                Reply::Unavailable
            }
        };
        let mut again = next.clone();
        if let Some(what) = misdone(&before, &next, &request, &reply) {
            self.violation.get_or_insert((at, by, what));
        }
        if self.world.carry(&mut again, &key, &request).as_ref() != Ok(&reply) || again != next {
            let what = "asked again under its key, the store does it twice or answers otherwise".to_owned();
            self.violation.get_or_insert((at, by, what));
        }
        let next = self.store(next);
        let next = self.forget(next, &root, Some(&key));
        let carried = (next, self.replies.name(reply));
        self.carried.insert((store, errand), carried);
        carried
    }

    /// A run asks again only what it asked last: other answers are never read.
    fn forget(&mut self, store: u32, call: &str, but: Option<&str>) -> u32 {
        if but.is_none() && self.stores.all[store as usize].rests.iter().any(|rest| rest.run == call) {
            return store;
        }
        let is_of = |key: &str| key.split([':', '-']).next() == Some(call);
        let is_kept = |key: &str| !is_of(key) || Some(key) == but;
        if self.stores.all[store as usize].answers.iter().all(|answer| is_kept(&answer.key)) {
            return store;
        }
        let mut next = self.stores.all[store as usize].clone();
        next.answers.retain(|answer| is_kept(&answer.key));
        self.store(next)
    }

    /// A call that is over, without what it had asked; then without what was to be kept of it.
    fn ended(&mut self, number: u32) -> u32 {
        if let Some(known) = self.ended.get(&number) {
            return *known;
        }
        let talker = self.talkers.all[number as usize].clone();
        let rest = talker.rest.clone().filter(|_| talker.pending.is_some());
        let next = self.talkers.name(Talker { pending: None, rest, ..talker });
        self.ended.insert(number, next);
        next
    }

    fn put_at_rest(&mut self, store: u32, talker: u32) -> u32 {
        if let Some(known) = self.rested.get(&(store, talker)) {
            return *known;
        }
        let mut kept = self.stores.all[store as usize].clone();
        if let Some(rest) = self.talkers.all[talker as usize].rest.clone() {
            kept.put_at_rest(rest);
        }
        // What it holds lasts longer; it is never taken up where nobody calls again.
        if self.world.scope.again.is_none() {
            kept.rests.clear();
        }
        let next = self.store(kept);
        self.rested.insert((store, talker), next);
        next
    }

    /// A call is gone: nobody asks again what it asked.
    fn left(&mut self, store: u32, talker: u32) -> u32 {
        if let Some(known) = self.cleared.get(&(store, talker)) {
            return *known;
        }
        let root = self.talkers.all[talker as usize].root.clone();
        let next = self.forget(store, &root, None);
        self.cleared.insert((store, talker), next);
        next
    }

    /// What a call was told it never asks again; that its key was used is all that counts. Answers to older keys are
    /// forgotten, also when this one's request was never carried out.
    fn told(&mut self, store: u32, talker: u32) -> u32 {
        let Some(errand) = self.errand(talker) else { return store };
        if let Some(known) = self.heard.get(&(store, errand)) {
            return *known;
        }
        let (root, key, _) = self.errands.all[errand as usize].clone();
        let mut next = self.forget(store, &root, Some(&key));
        let is_fresh = |answer: &Answer| answer.key == key && answer.reply != Reply::Released;
        if self.stores.all[next as usize].answers.iter().any(is_fresh) {
            let mut spent = self.stores.all[next as usize].clone();
            // No flow asks for this.
            let used = |answer: &mut Answer| (answer.request, answer.reply) = (Request::Release, Reply::Released);
            spent.answers.iter_mut().filter(|answer| is_fresh(answer)).for_each(used);
            next = self.store(spent);
        }
        self.heard.insert((store, errand), next);
        next
    }

    fn store(&mut self, mut store: Store) -> u32 {
        tidy(&mut store);
        let number = self.stores.name(store);
        if number as usize == self.faults.len() {
            self.faults.push(self.world.fault(&self.stores.all[number as usize]));
        }
        number
    }

    fn reach(&mut self, state: State, parent: u32, by: Move) {
        if let Some(what) = &self.faults[state.store as usize] {
            self.violation.get_or_insert((parent, by, what.clone()));
            return;
        }
        if self.seen.insert(state) {
            let at = u32::try_from(self.nodes.len()).expect("within STATES_MAX");
            self.nodes.push(Node { state, parent, by });
            for talker in state.calls {
                self.first.entry(talker).or_insert(at);
            }
        }
    }

    // ── for the bounds ───────────────────────────────────────────────────────────────────────────────────────────

    /// Every call seen that waits for keys.
    pub(super) fn asking(&self) -> Vec<u32> {
        let all = (0..).zip(&self.talkers.all);
        all.filter(|(number, talker)| talker.is_asking() && self.first.contains_key(number))
            .map(|(number, _)| number)
            .collect()
    }

    /// Where a call goes with these inputs, or by itself; how many inputs it took.
    pub(super) fn onward(&mut self, number: u32, inputs: &[Stimulus]) -> Vec<(u32, u32)> {
        let talker = &self.talkers.all[number as usize];
        if talker.is_asking() {
            return inputs.iter().map(|stimulus| (self.step(number, *stimulus).next, 1)).collect();
        }
        if talker.waits == Some(Waits::Counsellor) {
            let told = self.world.queued();
            return told.map(|queued| (self.step(number, Stimulus::Queue(queued)).next, 0)).collect();
        }
        if talker.pending.is_none() || talker.is_over {
            return Vec::new();
        }
        let replies = 0..u32::try_from(self.replies.all.len()).unwrap_or(u32::MAX);
        let known = replies.filter_map(|reply| self.known.get(&(number, Stimulus::Reply(reply))));
        known.map(|known| (known.next, 0)).collect()
    }

    pub(super) fn talker(&self, number: u32) -> &Talker {
        &self.talkers.all[number as usize]
    }
}

/// Keys of a table, tried at a question of this length.
pub(super) fn tried(table: &[String], waits: Waits, digits: &str) -> Vec<u8> {
    let Waits::Keys(gather) = waits else {
        // Any other key ends what was said.
        return (0..).zip(table).filter(|(_, keys)| matches!(keys.as_str(), "0" | "*")).map(|(nth, _)| nth).collect();
    };
    let fits = |keys: &str| match gather.length {
        Length::One => keys.len() == 1 && (matches!(keys, "0" | "*") || digits.contains(keys)),
        Length::Exactly(most) | Length::UpTo(most) => {
            matches!(keys, "0" | "*" | "7") || keys.len() == usize::from(most)
        }
    };
    (0..).zip(table).filter(|(_, keys)| fits(keys)).map(|(nth, _)| nth).collect()
}
