//! A scope made concrete: callers, places, what is typed; and what is wrong with a store or a ladder.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use jiff::{Timestamp, ToSpan};

use super::search::{Move, Stimulus, tried};
use super::store::{HOLD_MAX_S, KeyReused, Region, Store};
use super::talker::{Step, Talker, Waits};
use super::{COUNSELLOR, RIVAL, Scope, Wires};
use crate::booking::slots::Terms;
use crate::booking::{Group, Modality, PostalCode, Site, Slot};
use crate::flow::action::{Reply, Request};
use crate::flow::{Caller, Channel, Input, Library, Queued, UNANSWERED};

/// Names of the callers' runs.
const NAMES: [&str; 2] = ["a", "b"];
/// Of the run that calls again.
const AGAIN: &str = "r";
/// 2026-11-30 09:00 in Paris; a Monday. The clock stands still.
const NOW_S: i64 = 1_796_025_600;
const DAY_S: i64 = 86_400;
/// Versions of an appointment, told apart by equality alone: nobody's is older than by one change of theirs and one of each other.
const VERSIONS: i64 = 4;

pub(super) struct World<'a> {
    pub(super) library: &'a Library,
    pub(super) wires: Wires,
    pub(super) flow: &'a str,
    pub(super) scope: &'a Scope,
    pub(super) region: Region,
    /// Values that may still be looked at, by where a run stands.
    alive: RefCell<HashMap<String, BTreeSet<String>>>,
    /// What may be typed; `0` first.
    pub(super) keys: Vec<String>,
}

/// A place, five minutes long, so many days from now.
pub(super) fn slot(days: i64) -> Slot {
    let site = Site {
        id: "s".to_owned(),
        city: "Dijon".to_owned(),
        say_city: "à Dijon,".to_owned(),
        say_address: "à Dijon, douze rue de la Liberté.".to_owned(),
        tz: "Europe/Paris".to_owned(),
    };
    let starts_at = Timestamp::from_second(NOW_S + days * DAY_S).unwrap_or(Timestamp::UNIX_EPOCH);
    Slot {
        service: crate::booking::SERVICE_FIRST.to_owned(),
        counsellor_id: "c".to_owned(),
        site,
        modality: Modality::InPerson,
        starts_at,
        ends_at: starts_at + 5.minutes(),
    }
}

/// A group meeting with one seat, between the places on offer and the appointments of before.
fn group() -> Group {
    let Slot { site, starts_at, ends_at, .. } = slot(50);
    Group { id: "g".to_owned(), site, starts_at, ends_at }
}

impl<'a> World<'a> {
    pub(super) fn new(library: &'a Library, wires: Wires, flow: &'a str, scope: &'a Scope) -> Self {
        let terms = Terms { duration_min: 5, buf_before_min: 0, buf_after_min: 0, notice_min: 0, horizon_days: 60 };
        let places = (1..=i64::from(scope.places)).map(slot).collect();
        let region = Region { places, terms, groups: vec![group()], seats: 1 };
        let mut keys: Vec<String> = ["0", "*"].map(str::to_owned).to_vec();
        keys.extend((1..=9).map(|digit| digit.to_string()));
        keys.extend(scope.codes.iter().chain(&scope.numbers).map(|typed| (*typed).to_owned()));
        // A premium number (D1), which is none to call back.
        keys.push(format!("08{}", "99700000"));
        Self { library, wires, flow, scope, region, alive: RefCell::default(), keys }
    }

    pub(super) fn store(&self) -> Store {
        Store { now: NOW_S, rows: self.scope.before.clone(), ..Store::default() }
    }

    /// The calls before anything has happened.
    pub(super) fn fresh(&self) -> impl Iterator<Item = Talker> {
        let channel = match (self.scope.by_sms, self.scope.has_letters) {
            (true, _) => Channel::Sms,
            (false, true) => Channel::Terminal,
            (false, false) => Channel::Call,
        };
        let calls = NAMES.into_iter().zip(&self.scope.callers);
        let again =
            self.scope.again.zip(self.scope.callers.first()).map(move |(flow, caller)| {
                Talker::new(AGAIN, flow, Caller { dropped: true, ..caller.clone() }, channel)
            });
        calls.map(move |(name, caller)| Talker::new(name, self.flow, caller.clone(), channel)).chain(again)
    }

    /// The calls where the scope begins: with what is told in all of them, which asks nothing of the store.
    pub(super) fn talkers(&self) -> impl Iterator<Item = Talker> {
        self.fresh().map(|fresh| {
            let is_told = !self.scope.told.is_empty() && fresh.name != AGAIN;
            let inputs = is_told.then_some(Input::Start).into_iter();
            let told = self.scope.told.iter().filter(|_| is_told).map(|keys| Input::Keys((*keys).to_owned()));
            inputs.chain(told).fold(fresh, |talker, input| self.feed(&talker, input).next)
        })
    }

    /// What is wrong with words that come while the store is at work.
    pub(super) fn echo(&self, talker: &Talker, words: &str) -> Option<String> {
        talker.echo(self.library, &self.wires, words)
    }

    /// The answer that never answers anything: silence, or, of who writes, what fits nothing.
    pub(super) fn unfit(&self) -> Input {
        if self.scope.by_sms { Input::Keys(String::new()) } else { Input::NoInput }
    }

    /// What ringing a counsellor may come to; nobody is rung for a message (`call::dialogue`).
    pub(super) fn queued(&self) -> impl Iterator<Item = Queued> + use<> {
        let by_sms = self.scope.by_sms;
        let all = [Queued::Answered, Queued::Closed, Queued::Busy, Queued::Callback];
        all.into_iter().filter(move |queued| !by_sms || *queued == Queued::Callback)
    }

    /// Which of the keys are tried at a question.
    pub(super) fn keys(&self, waits: Waits) -> Vec<u8> {
        tried(&self.keys, waits, self.scope.digits)
    }

    pub(super) fn feed(&self, talker: &Talker, input: Input) -> Step {
        let mut step = talker.feed(self.library, &self.wires, self.scope.detail, input);
        if let Some(rest) = step.next.rest.as_mut().filter(|_| self.scope.again.is_none()) {
            rest.json.clear();
        }
        if !step.next.is_over {
            let run = &mut step.next.run;
            let mut alive = self.alive.borrow_mut();
            run.keep(alive.entry(run.spot()).or_insert_with(|| run.alive(self.library)));
        }
        step
    }

    /// Its run is the first half of a key.
    pub(super) fn carry(&self, store: &mut Store, key: &str, request: &Request) -> Result<Reply, KeyReused> {
        let run = key.rsplit_once(':').map_or(key, |(run, _)| run);
        let mut reply = (self.wires.store)(store, &self.region, run, key, request);
        store.rows.iter_mut().for_each(|row| row.version %= VERSIONS);
        match &mut reply {
            Ok(Reply::Booked(told) | Reply::AlreadyBooked(told) | Reply::Moved(told)) => told.version %= VERSIONS,
            Ok(Reply::Appointments(told)) => told.iter_mut().for_each(|told| told.version %= VERSIONS),
            _ => {}
        }
        reply
    }

    /// What others do to the store.
    pub(super) fn meddle(&self, store: &mut Store, by: Move) {
        let at = |nth: u8| self.region.places[usize::from(nth)].clone();
        match by {
            Move::Lapse(nth) => store.holds[usize::from(nth)].until = store.now,
            Move::Struck(nth) => {
                let appointment = store.rows[usize::from(nth)].appointment();
                store.apply(&self.region, COUNSELLOR, &Request::Cancel { appointment });
            }
            Move::RivalHolds(nth) => {
                store.apply(&self.region, RIVAL, &Request::Hold { slot: at(nth), ttl_s: HOLD_MAX_S });
            }
            Move::RivalBooks(nth) => {
                let slot = at(nth);
                let place = PostalCode::parse(super::HERE).expect("five digits");
                store.apply(&self.region, RIVAL, &Request::Hold { slot: slot.clone(), ttl_s: HOLD_MAX_S });
                store.apply(&self.region, RIVAL, &Request::Book { phone: None, place, slot, other: None });
            }
            Move::RivalLetsGo => store.release(RIVAL),
            Move::RestsLapse => store.rests.clear(),
            Move::Start(_)
            | Move::Keys(..)
            | Move::Silence(_)
            | Move::Worn(_)
            | Move::Speaks(_)
            | Move::Words(..)
            | Move::Cut(_)
            | Move::Rests(_)
            | Move::Queue(..)
            | Move::HangUp(_)
            | Move::Answered(_)
            | Move::Unavailable(_)
            | Move::Lost(_)
            | Move::Unsure(_)
            | Move::Finished(_)
            | Move::Dropped(_) => {}
        }
    }

    /// What is wrong with the tables as they are.
    pub(super) fn fault(&self, store: &Store) -> Option<String> {
        let booked: Vec<_> = store.rows.iter().filter(|row| !row.is_excused).collect();
        for (nth, row) in booked.iter().enumerate() {
            let others = &booked[nth + 1..];
            if others.iter().any(|other| self.region.clash(&row.slot, &other.slot)) {
                return Some("one place is booked twice".to_owned());
            }
            if ![RIVAL, COUNSELLOR].contains(&row.by.as_str())
                && others.iter().any(|other| other.by == row.by && other.other.is_none() == row.other.is_none())
            {
                return Some("one call booked two places".to_owned());
            }
            let is_theirs = |place: &PostalCode| row.phone.as_ref().is_some_and(|phone| row.is_of(phone, place));
            let own = others.iter().filter(|other| other.other.is_none() && row.other.is_none());
            let same = own.clone().find(|other| other.phone == row.phone && is_theirs(&other.place));
            if same.is_some_and(|other| [&row.by, &other.by].into_iter().any(|by| by != COUNSELLOR)) {
                return Some("one person is booked twice".to_owned());
            }
        }
        for group in &self.region.groups {
            let seats: Vec<_> = store.seats.iter().filter(|seat| seat.group == group.id).collect();
            if seats.len() > self.region.seats {
                return Some("more people join a meeting than it has seats".to_owned());
            }
        }
        let held: Vec<_> = store.holds_now().collect();
        for (nth, hold) in held.iter().enumerate() {
            let mut taken = booked.iter().map(|row| &row.slot).chain(held[nth + 1..].iter().map(|other| &other.slot));
            if taken.any(|slot| self.region.clash(slot, &hold.slot)) {
                return Some("a place is held that another has".to_owned());
            }
            if store.holds.iter().filter(|other| other.holder == hold.holder).count() > 1 {
                return Some("one call holds two places".to_owned());
            }
            if hold.until > store.now + i64::from(HOLD_MAX_S) {
                return Some("a hold would outlive its two hours: a place that nobody has and nobody gets".to_owned());
            }
        }
        None
    }

    /// Whether ladders lead where two folded calls, and a count of answers left out, take them to lead. Asked at each question of
    /// one call in full, once.
    pub(super) fn ladders(&self, talker: &Talker, stimulus: Stimulus) -> Option<String> {
        // Who writes is never silent.
        let once = if self.scope.by_sms { Stimulus::Keys(0) } else { Stimulus::Silence };
        if stimulus != once || !talker.is_asking() || self.scope.detail.is_folded() {
            return None;
        }
        let zero = self.feed(talker, Input::Keys("0".to_owned())).next.folded();
        let here = talker.folded();
        let worn = Talker { run: talker.run.worn(), ..talker.clone() };
        let given_up = self.feed(&worn, self.unfit()).next.folded();
        // A question that need not be answered may be passed over; its way says so.
        let passes_over = |input: &Input| {
            let mut run = talker.run.clone().counted();
            run.input(self.library, Timestamp::UNIX_EPOCH, input.clone());
            run.taken().iter().any(|edge| edge.exit == UNANSWERED)
        };
        // `9` is a key that fits nothing, or a language: the same question in other words.
        let keys = ["*", "", "9"].map(|keys| Input::Keys(keys.to_owned()));
        let words = ["AIDE"].map(|words| Input::Words(words.to_owned())).into_iter().filter(|_| self.scope.by_sms);
        for input in [self.unfit()].into_iter().chain(keys).chain(words) {
            let is_passed_over = passes_over(&input);
            let next = self.feed(talker, input).next.folded();
            if next != here && next != zero && next != given_up && !is_passed_over {
                return Some(
                    "a silence, a `*` or a key that fits nothing leads neither to the question again nor to a person"
                        .to_owned(),
                );
            }
        }
        let words = ["AIDE", "RETOUR"].map(|words| Input::Words(words.to_owned()));
        let last = [Input::Keys("1".to_owned())].into_iter().chain(words.into_iter().filter(|_| self.scope.by_sms));
        let mut after = last.map(|input| self.feed(&worn, input).next.folded());
        if given_up == here || after.any(|after| after != given_up) {
            return Some("past the most answers that a run takes, the line asks on: it might never end".to_owned());
        }
        None
    }
}
