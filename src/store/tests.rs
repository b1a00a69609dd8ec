//! The store, on a real file each time.

use jiff::{Timestamp, ToSpan};
use sqlx::Row;

use super::*;
use crate::booking::{Appointment, Modality, PostalCode, Slot};
use crate::phone::PhoneNumber;

struct Bench {
    store: Store,
    now: Timestamp,
    folder: tempfile::TempDir,
}

async fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    assert_eq!(store.load_sample().await.unwrap(), 42);
    Bench { store, now: "2026-11-30T08:00:00Z".parse().unwrap(), folder }
}

fn place() -> PostalCode {
    PostalCode::parse("71100").unwrap()
}

fn phone(last: u32) -> PhoneNumber {
    PhoneNumber::parse(&format!("03530100{last:02}")).unwrap()
}

impl Bench {
    async fn ask(&self, run: &str, key: &str, request: Request) -> Reply {
        self.store.execute(self.now, run, key, &request).await
    }

    async fn slots(&self, modality: Modality) -> Vec<Slot> {
        match self.ask("r", "find", Request::FindSlots { place: place(), modality, limit: 12 }).await {
            Reply::Slots(slots) => slots,
            other => panic!("{other:?}"),
        }
    }

    async fn hold(&self, run: &str, slot: &Slot) -> Reply {
        self.ask(run, &format!("{run}:hold"), Request::Hold { slot: slot.clone(), ttl_s: 300 }).await
    }

    async fn book(&self, run: &str, who: u32, slot: &Slot) -> Reply {
        let request = Request::Book { phone: Some(phone(who)), place: place(), slot: slot.clone() };
        self.ask(run, &format!("{run}:book"), request).await
    }

    async fn booked(&self, run: &str, who: u32, slot: &Slot) -> Appointment {
        assert_eq!(self.hold(run, slot).await, Reply::Held);
        match self.book(run, who, slot).await {
            Reply::Booked(appointment) => appointment,
            other => panic!("{other:?}"),
        }
    }

    async fn close(&self) {
        self.store.writers.close().await;
        self.store.readers.close().await;
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query(sql).fetch_one(&self.store.readers).await.unwrap().get(0)
    }
}

#[tokio::test]
async fn the_nearest_places_are_offered_soonest_first() {
    let bench = bench().await;
    let slots = bench.slots(Modality::InPerson).await;
    assert_eq!(slots.len(), 12);
    assert!(slots.is_sorted_by_key(|slot| slot.starts_at));
    assert!(slots.iter().any(|slot| slot.site.city == "Chalon-sur-Saône"));
    assert!(slots.iter().all(|slot| slot.starts_at.as_second() - bench.now.as_second() >= 24 * 3_600));
}

#[tokio::test]
async fn a_held_place_is_offered_to_nobody_else_until_it_lapses() {
    let mut bench = bench().await;
    let slot = bench.slots(Modality::InPerson).await.remove(0);
    assert_eq!(bench.hold("a", &slot).await, Reply::Held);
    assert_eq!(bench.hold("b", &slot).await, Reply::Taken);
    assert!(!bench.slots(Modality::InPerson).await.contains(&slot));
    bench.now += 301.seconds();
    assert_eq!(bench.ask("c", "c:1", Request::Hold { slot: slot.clone(), ttl_s: 300 }).await, Reply::Held);
    assert_eq!(bench.book("a", 1, &slot).await, Reply::Taken, "a lapsed hold books nothing");
    assert_eq!(bench.count("SELECT COUNT(*) FROM appointment").await, 0);
}

#[tokio::test]
async fn forty_callers_on_one_place_make_one_booking() {
    let bench = bench().await;
    let slot = bench.slots(Modality::Phone).await.remove(0);
    let mut callers = tokio::task::JoinSet::new();
    for who in 0..40 {
        let (store, slot, now) = (bench.store.clone(), slot.clone(), bench.now);
        callers.spawn(async move {
            let run = format!("run-{who}");
            let hold = Request::Hold { slot: slot.clone(), ttl_s: 300 };
            let held = store.execute(now, &run, &format!("{run}:1"), &hold).await == Reply::Held;
            let book = Request::Book { phone: Some(phone(who)), place: place(), slot };
            let booked = matches!(store.execute(now, &run, &format!("{run}:2"), &book).await, Reply::Booked(_));
            assert_eq!(held, booked);
            booked
        });
    }
    let booked = callers.join_all().await.into_iter().filter(|booked| *booked).count();
    assert_eq!(booked, 1);
    assert_eq!(bench.count("SELECT COUNT(*) FROM appointment").await, 1);
    // Nine cells of 5 minutes for the counsellor, nine for the person.
    assert_eq!(bench.count("SELECT COUNT(*) FROM cell WHERE hold_until IS NULL").await, 18);
}

#[tokio::test]
async fn the_same_key_twice_is_done_once_and_answered_alike() {
    let bench = bench().await;
    let slot = bench.slots(Modality::InPerson).await.remove(0);
    let first = bench.booked("a", 1, &slot).await;
    assert_eq!(bench.book("a", 1, &slot).await, Reply::Booked(first));
    assert_eq!(bench.count("SELECT COUNT(*) FROM appointment").await, 1);
}

#[tokio::test]
async fn a_person_with_a_coming_appointment_is_told_and_loses_nothing() {
    let bench = bench().await;
    let slots = bench.slots(Modality::InPerson).await;
    let first = bench.booked("a", 1, &slots[0]).await;
    assert_eq!(bench.hold("b", &slots[1]).await, Reply::Held);
    assert_eq!(bench.book("b", 1, &slots[1]).await, Reply::AlreadyBooked(first));
    assert!(bench.slots(Modality::InPerson).await.contains(&slots[1]), "the second place is free again");
}

#[tokio::test]
async fn an_appointment_is_found_by_number_and_postal_code_only_together() {
    let bench = bench().await;
    let slot = bench.slots(Modality::InPerson).await.remove(0);
    let booked = bench.booked("a", 1, &slot).await;
    let find =
        |who, code: &str| Request::FindAppointments { phone: phone(who), place: PostalCode::parse(code).unwrap() };
    assert_eq!(bench.ask("r", "1", find(1, "71100")).await, Reply::Appointments(vec![booked]));
    assert_eq!(bench.ask("r", "2", find(1, "21000")).await, Reply::Appointments(vec![]));
    assert_eq!(bench.ask("r", "3", find(2, "71100")).await, Reply::Appointments(vec![]));
}

#[tokio::test]
async fn a_cancelled_appointment_frees_its_place_and_an_old_version_changes_nothing() {
    let bench = bench().await;
    let slot = bench.slots(Modality::InPerson).await.remove(0);
    let appointment = bench.booked("a", 1, &slot).await;
    assert_eq!(bench.ask("a", "c1", Request::Confirm { appointment: appointment.clone() }).await, Reply::Confirmed);
    assert_eq!(bench.ask("a", "c2", Request::Cancel { appointment: appointment.clone() }).await, Reply::Gone);
    let current = Appointment { version: 2, ..appointment };
    assert_eq!(bench.ask("a", "c3", Request::Cancel { appointment: current }).await, Reply::Cancelled);
    assert!(bench.slots(Modality::InPerson).await.contains(&slot));
    assert_eq!(bench.count("SELECT COUNT(*) FROM cell").await, 0);
}

#[tokio::test]
async fn asking_twice_to_be_called_back_adds_a_window_not_a_row() {
    let bench = bench().await;
    let ask =
        |window: &str| Request::RequestCallback { phone: phone(1), topic: "person".into(), window: window.into() };
    assert_eq!(bench.ask("a", "1", ask("morning")).await, Reply::Requested);
    assert_eq!(bench.ask("b", "2", ask("afternoon")).await, Reply::AlreadyRequested);
    assert_eq!(bench.count("SELECT COUNT(*) FROM callback WHERE windows = 'morning,afternoon'").await, 1);
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let bench = bench().await;
    let slot = bench.slots(Modality::InPerson).await.remove(0);
    let booked = bench.booked("a", 1, &slot).await;
    bench.close().await;
    let again = Bench { store: Store::open(bench.folder.path()).await.unwrap(), ..bench };
    assert_eq!(again.store.load_sample().await.unwrap(), 42);
    assert_eq!(again.book("a", 1, &slot).await, Reply::Booked(booked));
}

#[tokio::test]
async fn a_dead_store_says_unavailable() {
    let bench = bench().await;
    let slot = bench.slots(Modality::InPerson).await.remove(0);
    bench.close().await;
    assert_eq!(bench.hold("a", &slot).await, Reply::Unavailable);
}

#[tokio::test]
async fn a_newer_schema_is_refused_with_a_reason() {
    let bench = bench().await;
    sqlx::query("INSERT INTO schema_version(version) VALUES(99)").execute(&bench.store.writers).await.unwrap();
    bench.close().await;
    let error = Store::open(bench.folder.path()).await.unwrap_err();
    assert!(error.to_string().contains("schema is version 99"), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ligne.db"), "not a database, whatever its name says; long enough to be read")
        .unwrap();
    let error = Store::open(folder.path()).await.unwrap_err();
    assert!(error.to_string().contains("ligne.db") && error.to_string().contains("is it a database"), "{error}");
}
