//! The model that flows are explored against, and the real store: the same random histories, the same replies, the same
//! tables afterwards.

use std::collections::HashMap;

use jiff::civil::Date;
use proptest::prelude::*;

use super::histories::slot;
use super::*;
use crate::booking::slots::Terms;
use crate::booking::{Appointment, Days, Group, Half, When};
use crate::flow::action::OtherPerson;
use crate::flow::explore::store as model;

const RUNS: usize = 4;
const CODES: [&str; 2] = ["71100", "21000"];
const WINDOWS: [&str; 3] = ["morning", "afternoon", "any"];
/// Local minutes after nine; the last two are never offered, and each overlaps two that are.
const PLACES: [i64; 5] = [0, 60, 120, 30, 90];
const OFFERED: usize = 3;

#[derive(Clone, Debug)]
enum Step {
    Find { limit: u8, when: When, is_days: bool },
    FindAppointments { who: usize, code: usize },
    Hold { run: usize, place: usize, ttl_s: u32 },
    Release { run: usize },
    Book { run: usize, code: usize, is_other: bool },
    Move { run: usize, nth: usize },
    Change { nth: usize, is_cancel: bool },
    CallBack { who: usize, window: usize },
    Attach { who: usize },
    FindCallback { who: usize },
    FindGroups { limit: u8 },
    Join { run: usize, code: usize, group: usize },
    Rate { run: usize, score: u8 },
    Consent { who: usize, is_pace: bool, agrees: bool },
    Rest { run: usize, code: usize, keep_s: u32 },
    Resume { who: usize, code: usize },
    Again { nth: usize },
    Wait { seconds: i64 },
    Purge,
}

fn step() -> impl Strategy<Value = Step> {
    let (run, code, nth) = (0..RUNS, 0..CODES.len(), 0..100_usize);
    prop_oneof![
        2 => (1..4_u8, when(), any::<bool>()).prop_map(|(limit, when, is_days)| Step::Find { limit, when, is_days }),
        2 => (1..RUNS, code.clone()).prop_map(|(who, code)| Step::FindAppointments { who, code }),
        7 => (run.clone(), 0..PLACES.len(), prop_oneof![Just(300), Just(1_800), Just(9_000)])
            .prop_map(|(run, place, ttl_s)| Step::Hold { run, place, ttl_s }),
        1 => run.clone().prop_map(|run| Step::Release { run }),
        5 => (run.clone(), code.clone(), prop_oneof![3 => Just(false), 1 => Just(true)])
            .prop_map(|(run, code, is_other)| Step::Book { run, code, is_other }),
        4 => (run.clone(), nth.clone()).prop_map(|(run, nth)| Step::Move { run, nth }),
        3 => (nth.clone(), any::<bool>()).prop_map(|(nth, is_cancel)| Step::Change { nth, is_cancel }),
        2 => (1..RUNS, 0..WINDOWS.len()).prop_map(|(who, window)| Step::CallBack { who, window }),
        1 => (1..RUNS).prop_map(|who| Step::Attach { who }),
        1 => (1..RUNS).prop_map(|who| Step::FindCallback { who }),
        1 => (1..3_u8).prop_map(|limit| Step::FindGroups { limit }),
        3 => (run.clone(), code.clone(), 0..2_usize).prop_map(|(run, code, group)| Step::Join { run, code, group }),
        1 => (run.clone(), 1..6_u8).prop_map(|(run, score)| Step::Rate { run, score }),
        1 => (1..RUNS, any::<bool>(), any::<bool>()).prop_map(|(who, is_pace, agrees)| Step::Consent { who, is_pace, agrees }),
        3 => (1..RUNS, code.clone(), prop_oneof![Just(300), Just(1_800), Just(9_000)])
            .prop_map(|(run, code, keep_s)| Step::Rest { run, code, keep_s }),
        3 => (1..RUNS, code.clone()).prop_map(|(who, code)| Step::Resume { who, code }),
        2 => nth.prop_map(|nth| Step::Again { nth }),
        2 => prop_oneof![Just(299), Just(300), Just(1_800), Just(7_200)].prop_map(|seconds| Step::Wait { seconds }),
        1 => Just(Step::Purge),
    ]
}

fn when() -> impl Strategy<Value = When> {
    let on = |day| Just(Days::On(Date::constant(2026, 12, day)));
    let days =
        prop_oneof![3 => Just(Days::Any), 1 => Just(Days::ThisWeek), 1 => Just(Days::NextWeek), 1 => on(2), 1 => on(3)];
    let half = prop_oneof![3 => Just(Half::Any), 1 => Just(Half::Morning), 1 => Just(Half::Afternoon)];
    (days, half).prop_map(|(days, half)| When { days, half })
}

/// Both, side by side.
struct Pair {
    real: Store,
    model: model::Store,
    region: model::Region,
    now: Timestamp,
    held: HashMap<usize, Slot>,
    /// Until when runs rest, by their name: time itself is none of the model's.
    kept: HashMap<String, i64>,
    /// Ours by the store's name.
    ids: HashMap<String, String>,
    /// Every version that was told, as each of them names it.
    told: Vec<(Appointment, Appointment)>,
    asked: Vec<(usize, String, Request, Request)>,
    _folder: tempfile::TempDir,
}

/// So many hours after the first place.
fn group(id: &str, hours: i64) -> Group {
    let Slot { site, starts_at, ends_at, .. } = slot(hours * 60);
    Group { id: id.into(), site, starts_at, ends_at }
}

/// The last run has the number of the one before it; the first has none.
fn number(run: usize) -> Option<PhoneNumber> {
    [None, Some(1), Some(2), Some(2)][run].map(phone)
}

async fn pair() -> Pair {
    let folder = tempfile::tempdir().unwrap();
    let real = Store::open_synced(&postgres::place(folder.path(), postgres::Filled::Empty).await, "OFF").await.unwrap();
    let sql = "INSERT INTO site(id, city, postal, insee, say_city, say_address) VALUES('s', 'Dijon', '21000', '21231', 'à Dijon,', 'à Dijon.'); \
               INSERT INTO counsellor(id, name) VALUES('c', 'Agnès Perrin'); \
               INSERT INTO service(id, label, buf_before, buf_after, notice_min, horizon_days, cancel_min, move_min) VALUES('first', '', 5, 10, 0, 60, 0, 0); \
               INSERT INTO service_modality(service_id, modality, duration_min) VALUES('first', 'in_person', 45); \
               INSERT INTO opening(id, counsellor_id, site_id, weekday, start_min, end_min, valid_from, valid_to, modalities) VALUES('o', 'c', 's', 3, 540, 705, '2026-12-02', '2026-12-02', 'in_person');";
    real.writers.execute(sql).await.unwrap();
    let now: Timestamp = "2026-12-02T06:00:00Z".parse().unwrap();
    let terms = Terms { duration_min: 45, buf_before_min: 5, buf_after_min: 10, notice_min: 0, horizon_days: 60 };
    let places = PLACES[..OFFERED].iter().map(|minute| slot(*minute)).collect();
    let groups: Vec<Group> = vec![group("g-1", 6), group("g-2", 60)];
    for Group { id, starts_at, ends_at, .. } in &groups {
        let sql = format!(
            "INSERT INTO group_meeting(id, site_id, starts_at, ends_at) VALUES('{id}', 's', {}, {}); \
             INSERT INTO group_seat(group_id, seat_no) VALUES('{id}', 1), ('{id}', 2);",
            starts_at.as_second(),
            ends_at.as_second()
        );
        real.writers.execute(AssertSqlSafe(sql)).await.unwrap();
    }
    let region = model::Region { places, terms, groups, seats: 2 };
    let model = model::Store { now: now.as_second(), ..Default::default() };
    let (held, kept, ids, told, asked) = (HashMap::new(), HashMap::new(), HashMap::new(), Vec::new(), Vec::new());
    Pair { real, model, region, now, held, kept, ids, told, asked, _folder: folder }
}

impl Pair {
    async fn step(&mut self, step: Step) {
        let place = |code: usize| PostalCode::parse(CODES[code]).unwrap();
        match step {
            Step::Find { limit, when, is_days } => {
                let (place, modality, phone) = (place(0), Modality::InPerson, None);
                let request = match is_days {
                    true => Request::FindDays { place, modality, when, phone, limit },
                    false => Request::FindSlots { place, modality, when, phone, limit },
                };
                self.ask(0, request).await;
            }
            Step::FindAppointments { who, code } => {
                let phone = number(who).unwrap();
                self.ask(who, Request::FindAppointments { phone, place: place(code) }).await;
            }
            Step::Hold { run, place, ttl_s } => {
                let slot = slot(PLACES[place]);
                if self.ask(run, Request::Hold { slot: slot.clone(), ttl_s }).await == Reply::Held {
                    self.held.insert(run, slot);
                }
            }
            Step::Release { run } => drop(self.ask(run, Request::Release).await),
            Step::Book { run, code, is_other } => {
                let Some(slot) = self.held.get(&run).cloned() else { return };
                let other = is_other.then(|| OtherPerson { name: Some(format!("name-{}", self.asked.len())) });
                self.ask(run, Request::Book { phone: number(run), place: place(code), slot, other }).await;
            }
            Step::Move { run, nth } => {
                let Some((real, model)) = self.told.get(nth % self.told.len().max(1)).cloned() else { return };
                let Some(slot) = self.held.get(&run).cloned() else { return };
                let request = |appointment| Request::Move { appointment, slot: slot.clone() };
                self.ask_each(run, self.key(), request(real), request(model)).await;
            }
            Step::Change { nth, is_cancel } => {
                let Some((real, model)) = self.told.get(nth % self.told.len().max(1)).cloned() else { return };
                let request = |appointment| {
                    if is_cancel { Request::Cancel { appointment } } else { Request::Confirm { appointment } }
                };
                self.ask_each(0, self.key(), request(real), request(model)).await;
            }
            Step::CallBack { who, window } => {
                let (topic, window) = ("person".to_owned(), WINDOWS[window].to_owned());
                self.ask(who, Request::RequestCallback { phone: number(who).unwrap(), topic, window }).await;
            }
            Step::Attach { who } => {
                let recording = self.key();
                self.ask(who, Request::AttachMessage { phone: number(who).unwrap(), recording }).await;
            }
            Step::FindCallback { who } => {
                self.ask(who, Request::FindCallback { phone: number(who).unwrap() }).await;
            }
            Step::FindGroups { limit } => drop(self.ask(0, Request::FindGroups { place: place(0), limit }).await),
            Step::Join { run, code, group } => {
                let (phone, place, group) = (number(run), place(code), self.region.groups[group].clone());
                self.ask(run, Request::JoinGroup { phone, place, group }).await;
            }
            Step::Rate { run, score } => drop(self.ask(run, Request::Rate { score }).await),
            Step::Consent { who, is_pace, agrees } => {
                // Nobody answers twice in a second: the store orders answers by theirs.
                self.pass(1);
                let (phone, topic) = (number(who).unwrap(), if is_pace { SLOW } else { "voicemail" }.to_owned());
                self.ask(who, Request::RecordConsent { phone, topic, agrees }).await;
            }
            Step::Rest { run, code, keep_s } => {
                // Nor is cut off twice.
                self.pass(1);
                self.rest(&format!("run-{run}"), number(run).unwrap(), place(code), keep_s).await;
            }
            Step::Resume { who, code } => {
                self.ask(who, Request::Resume { phone: number(who).unwrap(), place: place(code) }).await;
            }
            Step::Again { nth } => {
                let Some((run, key, real, model)) = self.asked.get(nth % self.asked.len().max(1)).cloned() else {
                    return;
                };
                self.ask_each(run, key, real, model).await;
            }
            Step::Wait { seconds } => self.pass(seconds),
            // Of no consequence to anybody: the model has nothing of the kind.
            Step::Purge => drop(self.real.purge_lapsed(self.now).await.unwrap()),
        }
    }

    fn pass(&mut self, seconds: i64) {
        self.now += seconds.seconds();
        self.model.now = self.now.as_second();
        self.model.rests.retain(|rest| self.kept[&rest.run] > self.model.now);
    }

    async fn rest(&mut self, run: &str, phone: PhoneNumber, fact: PostalCode, keep_s: u32) {
        let json = format!("kept-{}", self.now.as_second());
        let keep = std::time::Duration::from_secs(keep_s.into());
        let real = Rest { run: run.to_owned(), phone: phone.clone(), fact: fact.clone(), keep, json: json.clone() };
        self.real.put_at_rest(self.now, &real).await.unwrap();
        self.model.put_at_rest(model::Rest { run: run.to_owned(), phone, fact, keep_s, json, misses: 0 });
        self.kept.insert(run.to_owned(), self.model.now + i64::from(keep_s.min(model::HOLD_MAX_S)));
    }

    fn key(&self) -> String {
        format!("key-{}", self.asked.len())
    }

    async fn ask(&mut self, run: usize, request: Request) -> Reply {
        self.ask_each(run, self.key(), request.clone(), request).await
    }

    async fn ask_each(&mut self, run: usize, key: String, real: Request, model: Request) -> Reply {
        let name = format!("run-{run}");
        let told = self.real.execute(self.now, &name, &key, &real).await;
        let mut wanted = self.model.execute(&self.region, &name, &key, &model).expect("a key has its request");
        if let Reply::Waiting { position, .. } = &mut wanted {
            *position = 1;
        }
        self.asked.push((run, key, real, model.clone()));
        if let (Reply::Booked(real), Reply::Booked(model)) = (&told, &wanted) {
            self.ids.insert(real.id.clone(), model.id.clone());
        }
        let translated = self.translated(&told);
        assert_eq!(translated, wanted, "{model:?}");
        self.told.extend(appointments(&told).into_iter().zip(appointments(&wanted)));
        wanted
    }

    /// In the model's names.
    fn translated(&self, reply: &Reply) -> Reply {
        let ours = |found: &Appointment| Appointment { id: self.ids[&found.id].clone(), ..found.clone() };
        match reply {
            Reply::Booked(found) => Reply::Booked(ours(found)),
            Reply::AlreadyBooked(found) => Reply::AlreadyBooked(ours(found)),
            Reply::Moved(found) => Reply::Moved(ours(found)),
            Reply::Appointments(found) => Reply::Appointments(found.iter().map(ours).collect()),
            // The model promises one instant to everybody, and so has no order of promises.
            Reply::Waiting { .. } => Reply::Waiting { position: 1, promise: model::PROMISE },
            Reply::Requested { .. } => Reply::Requested { promise: model::PROMISE },
            Reply::AlreadyRequested { .. } => Reply::AlreadyRequested { promise: model::PROMISE },
            other => other.clone(),
        }
    }

    async fn compare(&self) {
        let sql = "SELECT holder_id, MIN(slot), MAX(slot), MIN(hold_until) FROM cell WHERE resource = 'c:c' AND hold_until > $1 GROUP BY holder_id ORDER BY holder_id";
        let rows = sqlx::query(sql).bind(self.now.as_second()).fetch_all(&self.real.readers).await.unwrap();
        let real: Vec<(String, i64, i64, i64)> =
            rows.iter().map(|row| (row.get(0), row.get(1), row.get::<i64, _>(2) + 1, row.get(3))).collect();
        let hold = |hold: &model::Hold| {
            let cells = self.region.terms.cells(hold.slot.starts_at, hold.slot.ends_at);
            (hold.holder.clone(), cells.start, cells.end, hold.until)
        };
        let mut model: Vec<_> = self.model.holds_now().map(hold).collect();
        model.sort();
        assert_eq!(real, model, "holds");

        let sql = "SELECT id, version, status, starts_at FROM appointment ORDER BY id";
        let rows = sqlx::query(sql).fetch_all(&self.real.readers).await.unwrap();
        let mut real: Vec<(String, i64, bool, i64)> = rows
            .iter()
            .map(|row| {
                (self.ids[row.get::<&str, _>(0)].clone(), row.get(1), row.get::<&str, _>(2) == "excused", row.get(3))
            })
            .collect();
        let row = |row: &model::Row| (row.id.clone(), row.version, row.is_excused, row.slot.starts_at.as_second());
        let mut model: Vec<_> = self.model.rows.iter().map(row).collect();
        real.sort();
        model.sort();
        assert_eq!(real, model, "appointments");

        let sql = "SELECT e164, topic, windows FROM callback ORDER BY e164";
        let rows = sqlx::query(sql).fetch_all(&self.real.readers).await.unwrap();
        let real: Vec<(String, String, String)> = rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
        let open =
            |open: &model::CallBack| (open.phone.dialable().to_owned(), open.topic.clone(), open.windows.join(","));
        let mut model: Vec<_> = self.model.call_backs.iter().map(open).collect();
        model.sort();
        assert_eq!(real, model, "call backs");
        self.compare_others().await;
    }

    /// What is not the book's: messages, seats, scores, consents.
    async fn compare_others(&self) {
        let sql =
            "SELECT b.e164, m.recording FROM callback_message m JOIN callback b ON b.id = m.callback_id ORDER BY 1, 2";
        let rows = sqlx::query(sql).fetch_all(&self.real.readers).await.unwrap();
        let real: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        let said = |open: &model::CallBack| {
            let phone = open.phone.dialable().to_owned();
            open.messages.clone().into_iter().map(move |message| (phone.clone(), message))
        };
        let mut model: Vec<_> = self.model.call_backs.iter().flat_map(said).collect();
        model.sort();
        assert_eq!(real, model, "messages");

        let sql = "SELECT s.group_id, p.postal_code, COALESCE(t.e164, '') FROM group_seat s JOIN person p ON p.id = s.person_id \
                   LEFT JOIN person_phone t ON t.person_id = p.id ORDER BY 1, 2, 3";
        let rows = sqlx::query(sql).fetch_all(&self.real.readers).await.unwrap();
        let real: Vec<(String, String, String)> = rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
        let seat = |seat: &model::Seat| {
            let phone = seat.phone.as_ref().map(|phone| phone.dialable().to_owned());
            (seat.group.clone(), seat.place.as_str().to_owned(), phone.unwrap_or_default())
        };
        let mut model: Vec<_> = self.model.seats.iter().map(seat).collect();
        model.sort();
        assert_eq!(real, model, "seats");

        let sql = "SELECT id, e164, postal_code, misses FROM rest WHERE kept_until > $1 ORDER BY 1";
        let rows = sqlx::query(sql).bind(self.now.as_second()).fetch_all(&self.real.readers).await.unwrap();
        let real: Vec<(String, String, String, i64)> =
            rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect();
        let rest = |rest: &model::Rest| {
            let (phone, fact) = (rest.phone.dialable().to_owned(), rest.fact.as_str().to_owned());
            (rest.run.clone(), phone, fact, i64::from(rest.misses))
        };
        let mut model: Vec<_> = self.model.rests.iter().map(rest).collect();
        model.sort();
        assert_eq!(real, model, "runs at rest");

        let rows = sqlx::query("SELECT score, answers FROM rating ORDER BY score").fetch_all(&self.real.readers).await;
        let real: Vec<(i64, i64)> = rows.unwrap().iter().map(|row| (row.get(0), row.get(1))).collect();
        let mut model = std::collections::BTreeMap::<i64, i64>::new();
        self.model.ratings.iter().for_each(|score| *model.entry(i64::from(*score)).or_default() += 1);
        assert_eq!(real, model.into_iter().collect::<Vec<_>>(), "scores");

        let sql = "SELECT e164, agrees FROM consent ORDER BY e164, agrees";
        let rows = sqlx::query(sql).fetch_all(&self.real.readers).await.unwrap();
        let real: Vec<(String, bool)> = rows.iter().map(|row| (row.get(0), row.get::<i64, _>(1) == 1)).collect();
        let consents = self.model.consents.iter();
        let mut model: Vec<_> = consents.map(|known| (known.phone.dialable().to_owned(), known.agrees)).collect();
        model.sort();
        assert_eq!(real, model, "consents");
        for phone in [1, 2].map(phone) {
            let is_slow = self.model.is_slow(&phone);
            assert_eq!(self.real.caller(self.now, Some(phone)).await.slow, is_slow, "the pace of a number");
        }
    }
}

fn appointments(reply: &Reply) -> Vec<Appointment> {
    match reply {
        Reply::Booked(found) | Reply::AlreadyBooked(found) | Reply::Moved(found) => vec![found.clone()],
        Reply::Appointments(found) => found.clone(),
        _ => Vec::new(),
    }
}

async fn play(steps: Vec<Step>) {
    let mut pair = pair().await;
    for step in steps {
        pair.step(step).await;
        pair.compare().await;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn the_model_that_flows_are_explored_against_answers_as_the_store_does(steps in proptest::collection::vec(step(), 1..60)) {
        postgres::block_on(Engine::Sqlite, play(steps));
    }
}

proptest! {
    // Fewer: each has a database of its own.
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_model_that_flows_are_explored_against_answers_as_the_store_does_on_postgres(steps in proptest::collection::vec(step(), 1..60)) {
        if postgres::is_there() {
            postgres::block_on(Engine::Postgres, play(steps));
        }
    }
}
