//! Random histories of several runs on one counsellor's morning, against a model that a child could check.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::booking::Site;

const RUNS: usize = 4;
const TTL_S: u32 = 300;

#[derive(Clone, Debug)]
enum Step {
    Hold { run: usize, minute: i64 },
    Release { run: usize },
    Book { run: usize },
    Move { run: usize },
    Cancel,
    Wait { seconds: i64 },
    Purge,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..RUNS, 0_i64..24).prop_map(|(run, five)| Step::Hold { run, minute: five * 5 }),
        1 => (0..RUNS).prop_map(|run| Step::Release { run }),
        3 => (0..RUNS).prop_map(|run| Step::Book { run }),
        3 => (0..RUNS).prop_map(|run| Step::Move { run }),
        2 => Just(Step::Cancel),
        3 => prop_oneof![Just(150), Just(299), Just(300)].prop_map(|seconds| Step::Wait { seconds }),
        1 => Just(Step::Purge),
    ]
}

/// Who has each cell of the counsellor: a run until an instant, or a booking.
#[derive(Default)]
struct Model {
    cells: HashMap<i64, (String, Option<i64>)>,
    held: HashMap<usize, Slot>,
    booked: Vec<Appointment>,
}

impl Model {
    /// 45 minutes, 5 before and 10 after.
    fn cells(slot: &Slot) -> std::ops::Range<i64> {
        slot.starts_at.as_second() / 300 - 1..slot.ends_at.as_second() / 300 + 2
    }

    fn forget(&mut self, holder: &str) {
        self.cells.retain(|_, (who, _)| who != holder);
    }

    fn lapse(&mut self, now: i64) {
        self.cells.retain(|_, (_, until)| until.is_none_or(|until| until > now));
    }

    fn hold(&mut self, run: usize, slot: &Slot, now: i64) -> bool {
        let name = format!("run-{run}");
        self.lapse(now);
        self.forget(&name);
        let is_free = Self::cells(slot).all(|cell| !self.cells.contains_key(&cell));
        if is_free {
            let until = Some(now + i64::from(TTL_S));
            self.cells.extend(Self::cells(slot).map(|cell| (cell, (name.clone(), until))));
            self.held.insert(run, slot.clone());
        }
        is_free
    }

    fn has(&self, run: usize, slot: &Slot) -> bool {
        Self::cells(slot).all(|cell| self.cells.get(&cell).is_some_and(|(who, _)| *who == format!("run-{run}")))
    }
}

async fn small() -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    // Nobody cuts the power in this test.
    let store =
        Store::open_synced(&postgres::place(folder.path(), postgres::Filled::Empty).await, "OFF").await.unwrap();
    let sql = "INSERT INTO site(id, city, postal, insee, say_city, say_address) VALUES('s', 'Dijon', '21000', '21231', 'à Dijon,', 'à Dijon.'); \
               INSERT INTO counsellor(id, name) VALUES('c', 'Agnès Perrin'); \
               INSERT INTO service(id, label, buf_before, buf_after, notice_min, horizon_days, cancel_min, move_min) VALUES('first', '', 5, 10, 0, 60, 0, 0); \
               INSERT INTO service_modality(service_id, modality, duration_min) VALUES('first', 'in_person', 45);";
    store.writers.execute(sql).await.unwrap();
    (store, folder)
}

/// The grid as it is, without what lapsed.
async fn grid(store: &Store, now: Timestamp) -> HashMap<i64, (String, Option<i64>)> {
    let sql = "SELECT slot, holder_id, hold_until FROM cell WHERE resource = 'c:c' AND (hold_until IS NULL OR hold_until > $1)";
    let rows = sqlx::query(sql).bind(now.as_second()).fetch_all(&store.readers).await.unwrap();
    rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect()
}

pub(super) fn slot(minute: i64) -> Slot {
    let starts_at = "2026-12-02T08:00:00Z".parse::<Timestamp>().unwrap() + minute.minutes();
    let site = Site {
        id: "s".into(),
        city: "Dijon".into(),
        say_city: "à Dijon,".into(),
        say_address: "à Dijon.".into(),
        tz: "Europe/Paris".into(),
    };
    let ends_at = starts_at + 45.minutes();
    Slot { service: "first".into(), counsellor_id: "c".into(), site, modality: Modality::InPerson, starts_at, ends_at }
}

async fn play(steps: Vec<Step>) {
    let (store, _folder) = small().await;
    let mut now: Timestamp = "2026-11-30T08:00:00Z".parse().unwrap();
    let mut model = Model::default();
    for (n, step) in steps.into_iter().enumerate() {
        let key = format!("step-{n}");
        let ask = async |run: usize, request| store.execute(now, &format!("run-{run}"), &key, &request).await;
        match step {
            Step::Hold { run, minute } => {
                let slot = slot(minute);
                let reply = ask(run, Request::Hold { slot: slot.clone(), ttl_s: TTL_S }).await;
                let is_free = model.hold(run, &slot, now.as_second());
                assert_eq!(reply, if is_free { Reply::Held } else { Reply::Taken }, "step {n}");
            }
            Step::Release { run } => {
                assert_eq!(ask(run, Request::Release).await, Reply::Released);
                model.forget(&format!("run-{run}"));
            }
            Step::Book { run } => {
                let Some(slot) = model.held.get(&run).cloned() else { continue };
                // A withheld number: every booking is another person's.
                let reply =
                    ask(run, Request::Book { phone: None, place: place(), slot: slot.clone(), other: None }).await;
                model.lapse(now.as_second());
                match (model.has(run, &slot), reply) {
                    (true, Reply::Booked(appointment)) => {
                        model.cells.extend(Model::cells(&slot).map(|cell| (cell, (appointment.id.clone(), None))));
                        model.booked.push(appointment);
                    }
                    (false, Reply::Taken) => {}
                    (is_held, reply) => panic!("step {n}: held {is_held}, {reply:?}"),
                }
            }
            Step::Move { run } => {
                let Some(slot) = model.held.get(&run).cloned() else { continue };
                let Some(appointment) = model.booked.last().cloned() else { continue };
                let id = appointment.id.clone();
                let reply = ask(run, Request::Move { appointment, slot: slot.clone() }).await;
                model.lapse(now.as_second());
                match (model.has(run, &slot), reply) {
                    (true, Reply::Moved(moved)) => {
                        model.forget(&id);
                        model.cells.extend(Model::cells(&slot).map(|cell| (cell, (id.clone(), None))));
                        model.booked.pop();
                        model.booked.push(moved);
                    }
                    (false, Reply::Taken) => model.forget(&format!("run-{run}")),
                    (is_held, reply) => panic!("step {n}: held {is_held}, {reply:?}"),
                }
            }
            Step::Cancel => {
                let Some(appointment) = model.booked.pop() else { continue };
                model.forget(&appointment.id);
                assert_eq!(ask(0, Request::Cancel { appointment }).await, Reply::Cancelled);
            }
            Step::Wait { seconds } => now += seconds.seconds(),
            Step::Purge => drop(store.purge_lapsed(now).await.unwrap()),
        }
        model.lapse(now.as_second());
        assert_eq!(grid(&store, now).await, model.cells, "step {n}");
    }
    // Whatever was held and not booked is free again once it lapsed.
    now += i64::from(TTL_S).seconds();
    store.purge_lapsed(now).await.unwrap();
    model.cells.retain(|_, (_, until)| until.is_none());
    assert_eq!(grid(&store, now).await, model.cells);
    assert_eq!(store.holds(now).await.unwrap(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_history_gives_a_cell_two_holders_or_keeps_a_lapsed_one(steps in proptest::collection::vec(step(), 1..40)) {
        postgres::block_on(Engine::Sqlite, play(steps));
    }
}

proptest! {
    // Fewer: each has a database of its own.
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn no_history_gives_a_cell_two_holders_or_keeps_a_lapsed_one_on_postgres(steps in proptest::collection::vec(step(), 1..40)) {
        if postgres::is_there() {
            postgres::block_on(Engine::Postgres, play(steps));
        }
    }
}
