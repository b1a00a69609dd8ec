//! The store, on a database of its own each time: every test on both engines, unless it is of SQLite's file.

/// Makes two tests of each function: on SQLite, and on PostgreSQL where there is one. One that is in no list is dead code.
macro_rules! on_both_engines {
    ($($test:ident,)*) => {$(
        mod $test {
            use crate::store::engine::Engine;
            use crate::store::tests::postgres;

            #[tokio::test]
            async fn sqlite() {
                postgres::ENGINE.scope(Engine::Sqlite, super::$test()).await;
            }

            #[tokio::test]
            async fn postgres() {
                if postgres::is_there() {
                    postgres::ENGINE.scope(Engine::Postgres, super::$test()).await;
                }
            }
        }
    )*};
}

mod call_backs;
mod counts;
mod faults;
mod groups;
mod histories;
mod model;
mod moves;
mod postgres;
mod race;
mod rest;
mod wishes;

use jiff::{Timestamp, ToSpan};
use sqlx::{AssertSqlSafe, Executor, Row};

use super::*;
use crate::booking::{Appointment, Modality, PostalCode, Slot, When};
use crate::flow::action::OtherPerson;
use crate::phone::PhoneNumber;

struct Bench {
    store: Store,
    now: Timestamp,
    place: Place,
    folder: tempfile::TempDir,
}

/// On the engine of the test that asks.
async fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let place = postgres::place(folder.path(), postgres::Filled::Sample).await;
    let store = Store::open_at(&place).await.unwrap();
    assert_eq!(store.load_sample().await.unwrap(), 42);
    Bench { store, now: "2026-11-30T08:00:00Z".parse().unwrap(), place, folder }
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
        match self
            .ask(
                "r",
                "find",
                Request::FindSlots { place: place(), modality, when: When::default(), phone: None, limit: 12 },
            )
            .await
        {
            Reply::Slots(slots) => slots,
            other => panic!("{other:?}"),
        }
    }

    async fn hold(&self, run: &str, slot: &Slot) -> Reply {
        self.ask(run, &format!("{run}:hold"), Request::Hold { slot: slot.clone(), ttl_s: 300 }).await
    }

    async fn book(&self, run: &str, who: u32, slot: &Slot) -> Reply {
        let request = Request::Book { phone: Some(phone(who)), place: place(), slot: slot.clone(), other: None };
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

    /// Another program writes to the same file.
    async fn other_program(&self, sql: &'static str) {
        sqlx::query(sql).execute(&self.store.writers).await.unwrap();
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query(sql).fetch_one(&self.store.readers).await.unwrap().get(0)
    }
}

async fn the_nearest_places_are_offered_soonest_first() {
    let bench = bench().await;
    let slots = bench.slots(Modality::InPerson).await;
    assert_eq!(slots.len(), 12);
    assert!(slots.is_sorted_by_key(|slot| slot.starts_at));
    assert!(slots.iter().any(|slot| slot.site.city == "Chalon-sur-Saône"));
    assert!(slots.iter().all(|slot| slot.starts_at.as_second() - bench.now.as_second() >= 24 * 3_600));
}

async fn the_nearest_places_may_be_in_the_next_departement() {
    let bench = bench().await;
    for (code, nearest, next) in [("90100", "Montbéliard", "Belfort"), ("71100", "Chalon-sur-Saône", "Tournus")] {
        let (place, when) = (PostalCode::parse(code).unwrap(), When::default());
        let request = Request::FindSlots { place, modality: Modality::InPerson, when, phone: None, limit: 40 };
        let Reply::Slots(slots) = bench.ask("r", code, request).await else { panic!("{code}") };
        assert!(slots.iter().any(|slot| slot.site.city == nearest), "{code}");
        assert!(slots.iter().all(|slot| [nearest, next].contains(&slot.site.city.as_str())), "{code}");
    }
}

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
            let book = Request::Book { phone: Some(phone(who)), place: place(), slot, other: None };
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

async fn the_same_key_twice_is_done_once_and_answered_alike() {
    let bench = bench().await;
    let slot = bench.slots(Modality::InPerson).await.remove(0);
    let first = bench.booked("a", 1, &slot).await;
    assert_eq!(bench.book("a", 1, &slot).await, Reply::Booked(first));
    assert_eq!(bench.count("SELECT COUNT(*) FROM appointment").await, 1);
}

async fn a_person_with_a_coming_appointment_is_told_and_loses_nothing() {
    let bench = bench().await;
    let slots = bench.slots(Modality::InPerson).await;
    let first = bench.booked("a", 1, &slots[0]).await;
    assert_eq!(bench.hold("b", &slots[1]).await, Reply::Held);
    assert_eq!(bench.book("b", 1, &slots[1]).await, Reply::AlreadyBooked(first));
    assert!(bench.slots(Modality::InPerson).await.contains(&slots[1]), "the second place is free again");
}

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

async fn asking_twice_to_be_called_back_adds_a_window_not_a_row() {
    let bench = bench().await;
    let ask =
        |window: &str| Request::RequestCallback { phone: phone(1), topic: "person".into(), window: window.into() };
    // A Monday, nine in the morning.
    let promise = "2026-11-30T11:30:00Z".parse().unwrap();
    assert_eq!(bench.ask("a", "1", ask("morning")).await, Reply::Requested { promise });
    assert_eq!(bench.ask("b", "2", ask("afternoon")).await, Reply::AlreadyRequested { promise });
    assert_eq!(bench.count("SELECT COUNT(*) FROM callback WHERE windows = 'morning,afternoon'").await, 1);
}

async fn a_restart_keeps_everything() {
    let bench = bench().await;
    let slot = bench.slots(Modality::InPerson).await.remove(0);
    let booked = bench.booked("a", 1, &slot).await;
    bench.close().await;
    let again = Bench { store: Store::open_at(&bench.place).await.unwrap(), ..bench };
    assert_eq!(again.store.load_sample().await.unwrap(), 42);
    assert_eq!(again.book("a", 1, &slot).await, Reply::Booked(booked));
}

async fn a_dead_store_says_unavailable() {
    let bench = bench().await;
    let slot = bench.slots(Modality::InPerson).await.remove(0);
    bench.close().await;
    assert_eq!(bench.hold("a", &slot).await, Reply::Unavailable);
}

async fn a_newer_schema_is_refused_with_a_reason() {
    let bench = bench().await;
    sqlx::query("INSERT INTO schema_version(version) VALUES(99)").execute(&bench.store.writers).await.unwrap();
    bench.close().await;
    let error = Store::open_at(&bench.place).await.unwrap_err();
    assert!(error.to_string().contains("schema is version 99"), "{error}");
}

/// A database as the first release left it, with these rows.
async fn first_schema(folder: &Path, rows: &str) {
    sqlx::any::install_default_drivers();
    let old = engine::pool(&Place::Folder(folder.to_owned()), "rwc", 1, "").await.unwrap();
    let start = Engine::Sqlite.dialect(include_str!("../../migrations/0001_start.sql"));
    let version = "CREATE TABLE schema_version(version INTEGER NOT NULL); INSERT INTO schema_version VALUES(1);";
    old.execute(AssertSqlSafe(format!("{start} {version} {rows}"))).await.unwrap();
    old.close().await;
}

#[tokio::test]
async fn a_database_of_the_first_schema_is_brought_up_to_date_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "INSERT INTO person(id, postal_code, last_contact_at) VALUES('p', '71100', 0); \
                INSERT INTO callback(id, e164, topic, windows, requested_at, status) VALUES('b', '+33353010001', 'person', 'any', 0, 'queued');";
    first_schema(folder.path(), rows).await;
    let place = Place::Folder(folder.path().to_owned());
    let bench = Bench { store: Store::open_at(&place).await.unwrap(), now: Timestamp::UNIX_EPOCH, place, folder };
    assert_eq!(bench.count("SELECT COUNT(*) FROM person WHERE is_other = 0 AND said_name IS NULL").await, 1);
    assert_eq!(bench.count("SELECT COUNT(*) FROM callback WHERE missed = 0 AND promised_by IS NULL").await, 1);
    assert_eq!(bench.count("SELECT COUNT(*) FROM callback_hours").await, 10);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ligne.db"), "not a database, whatever its name says; long enough to be read")
        .unwrap();
    let error = Store::open(folder.path()).await.unwrap_err();
    assert!(error.to_string().contains("ligne.db") && error.to_string().contains("is it a database"), "{error}");
}

async fn lengths_notice_and_buffers_are_rows_not_code() {
    let bench = bench().await;
    bench
        .other_program("UPDATE service SET buf_before = 5, buf_after = 10, notice_min = 10080, horizon_days = 9")
        .await;
    bench.other_program("UPDATE service_modality SET duration_min = 60 WHERE modality = 'in_person'").await;
    let slots = bench.slots(Modality::InPerson).await;
    let ahead = |slot: &Slot| (slot.starts_at.as_second() - bench.now.as_second()) / 86_400;
    assert!(!slots.is_empty() && slots.iter().all(|slot| (7..9).contains(&ahead(slot))));
    assert!(slots.iter().all(|slot| slot.ends_at.as_second() - slot.starts_at.as_second() == 3_600));
    bench.booked("a", 1, &slots[0]).await;
    // An hour is 12 cells; one before and two after are the counsellor's alone.
    assert_eq!(bench.count("SELECT COUNT(*) FROM cell WHERE resource LIKE 'c:%'").await, 15);
    assert_eq!(bench.count("SELECT COUNT(*) FROM cell WHERE resource LIKE 'p:%'").await, 12);
}

async fn two_meetings_keep_their_buffer_between_them() {
    let bench = bench().await;
    let first = bench.slots(Modality::Phone).await.remove(0);
    let next = Slot { starts_at: first.ends_at, ends_at: first.ends_at + 45.minutes(), ..first.clone() };
    assert_eq!(bench.hold("a", &first).await, Reply::Held);
    assert_eq!(bench.hold("b", &next).await, Reply::Held);
    bench.other_program("UPDATE service SET buf_after = 5").await;
    bench.ask("b", "b:2", Request::Release).await;
    assert_eq!(bench.hold("c", &first).await, Reply::Taken);
    assert_eq!(bench.ask("a", "a:2", Request::Hold { slot: first, ttl_s: 300 }).await, Reply::Held);
    assert_eq!(bench.ask("b", "b:3", Request::Hold { slot: next, ttl_s: 300 }).await, Reply::Taken);
}

async fn what_the_service_or_the_openings_do_not_offer_is_not_offered() {
    let mut bench = bench().await;
    bench.other_program("UPDATE opening SET modalities = 'in_person,phone'").await;
    assert_eq!(bench.slots(Modality::Visio).await, []);
    assert!(!bench.slots(Modality::Phone).await.is_empty());
    bench.other_program("DELETE FROM service_modality WHERE modality = 'phone'").await;
    bench.now += 5.seconds();
    assert_eq!(bench.slots(Modality::Phone).await, [], "another program's change is seen within five seconds");
}

async fn a_site_of_an_unknown_calendar_or_clock_is_refused_by_name() {
    let bench = bench().await;
    bench.other_program("UPDATE site SET calendar = 'polynesie-francaise' WHERE id = 'bfc-02'").await;
    let error = Store::open_at(&bench.place).await.unwrap_err().to_string();
    assert!(
        error.contains("`bfc-02`") && error.contains("polynesie-francaise") && error.contains("la-reunion"),
        "{error}"
    );
    bench.other_program("UPDATE site SET calendar = 'alsace-moselle', tz = 'Europe/Beaune' WHERE id = 'bfc-02'").await;
    let error = Store::open_at(&bench.place).await.unwrap_err().to_string();
    assert!(error.contains("Europe/Beaune"), "{error}");
}

async fn a_counsellor_of_two_sites_is_not_booked_twice() {
    let bench = bench().await;
    let slot = bench.slots(Modality::InPerson).await.remove(0);
    let elsewhere = Slot { site: crate::booking::Site { id: "bfc-01".into(), ..slot.site.clone() }, ..slot.clone() };
    bench.booked("a", 1, &slot).await;
    assert_eq!(bench.hold("b", &elsewhere).await, Reply::Taken);
}

async fn a_run_holds_one_place_and_asking_again_renews_it() {
    let mut bench = bench().await;
    let slots = bench.slots(Modality::InPerson).await;
    let hold = |slot: &Slot| Request::Hold { slot: slot.clone(), ttl_s: 300 };
    assert_eq!(bench.ask("a", "1", hold(&slots[0])).await, Reply::Held);
    assert_eq!(bench.ask("a", "2", hold(&slots[1])).await, Reply::Held);
    assert_eq!(bench.store.holds(bench.now).await.unwrap(), 1);
    assert_eq!(bench.ask("b", "3", hold(&slots[0])).await, Reply::Held, "a chose another: the first is free");
    bench.now += 200.seconds();
    assert_eq!(bench.ask("a", "4", hold(&slots[1])).await, Reply::Held);
    assert!(bench.store.renew(bench.now, "b", 600).await.unwrap());
    bench.now += 299.seconds();
    assert_eq!(bench.store.holds(bench.now).await.unwrap(), 2);
    bench.now += 1.seconds();
    assert_eq!(bench.store.holds(bench.now).await.unwrap(), 1);
    assert!(!bench.store.renew(bench.now, "a", 600).await.unwrap(), "what lapsed is not brought back");
    assert!(bench.store.renew(bench.now, "b", 1).await.unwrap());
    bench.now += 299.seconds();
    assert_eq!(bench.store.holds(bench.now).await.unwrap(), 1, "a hold is never shortened");
}

async fn no_hold_outlives_two_hours_and_a_purge_leaves_the_others_alone() {
    let mut bench = bench().await;
    let slots = bench.slots(Modality::InPerson).await;
    bench.booked("a", 1, &slots[0]).await;
    bench.hold("b", &slots[1]).await;
    bench.ask("c", "c", Request::Hold { slot: slots[2].clone(), ttl_s: u32::MAX }).await;
    bench.now += 300.seconds();
    assert_eq!(bench.store.purge_lapsed(bench.now).await.unwrap(), 18);
    assert_eq!(bench.store.holds(bench.now).await.unwrap(), 1);
    bench.now += 2.hours();
    assert_eq!(bench.store.purge_lapsed(bench.now).await.unwrap(), 18);
    assert_eq!(bench.count("SELECT COUNT(*) FROM cell").await, 36, "counsellor and person, booked");
}

async fn a_late_cancel_frees_the_place_and_is_marked() {
    let mut bench = bench().await;
    let slots = bench.slots(Modality::InPerson).await;
    let in_time = bench.booked("a", 1, &slots[0]).await;
    let late = bench.booked("b", 2, &slots[1]).await;
    assert_eq!(bench.ask("a", "c1", Request::Cancel { appointment: in_time }).await, Reply::Cancelled);
    bench.now = late.slot.starts_at - 23.hours();
    assert_eq!(bench.ask("b", "c2", Request::Cancel { appointment: late }).await, Reply::Cancelled);
    assert_eq!(bench.count("SELECT COUNT(*) FROM appointment WHERE status = 'excused'").await, 2);
    assert_eq!(bench.count("SELECT COUNT(*) FROM appointment WHERE reason = 'late'").await, 1);
    assert_eq!(bench.count("SELECT COUNT(*) FROM cell").await, 0);
}

async fn two_people_of_one_landline_are_two_people() {
    let bench = bench().await;
    let slots = bench.slots(Modality::InPerson).await;
    let first = bench.booked("a", 1, &slots[0]).await;
    assert_eq!(bench.hold("b", &slots[1]).await, Reply::Held);
    let neighbour = PostalCode::parse("71000").unwrap();
    let book = Request::Book { phone: Some(phone(1)), place: neighbour.clone(), slot: slots[1].clone(), other: None };
    let Reply::Booked(second) = bench.ask("b", "b:2", book).await else { panic!("one landline, two persons") };
    let find = |place| Request::FindAppointments { phone: phone(1), place };
    assert_eq!(bench.ask("r", "1", find(place())).await, Reply::Appointments(vec![first]));
    assert_eq!(bench.ask("r", "2", find(neighbour)).await, Reply::Appointments(vec![second]));
}

async fn a_booking_that_failed_leaves_no_person_behind() {
    let bench = bench().await;
    let slot = bench.slots(Modality::InPerson).await.remove(0);
    assert_eq!(bench.book("a", 1, &slot).await, Reply::Taken, "never held");
    assert_eq!(bench.count("SELECT COUNT(*) FROM person").await + bench.count("SELECT COUNT(*) FROM cell").await, 0);
}

async fn a_call_is_one_line_of_the_journal_and_goes_after_a_year() {
    let bench = bench().await;
    let open = CallRecord::begin("call-1", "welcome", Some(&phone(1)), bench.now);
    let closed = open.clone().close(bench.now + 90.seconds(), Some("appointment.booked".into()));
    for record in [&open, &closed, &closed, &open] {
        bench.store.record(std::slice::from_ref(record)).await.unwrap();
    }
    let whole = "SELECT COUNT(*) FROM call_record WHERE goal = 'appointment.booked' AND ended_at - began_at = 90";
    assert_eq!(bench.count(whole).await, 1);
    // The wall clock stepped back during the call.
    let back = CallRecord::begin("call-2", "welcome", None, bench.now).close(bench.now - 5.seconds(), None);
    bench.store.record(std::slice::from_ref(&back)).await.unwrap();
    assert_eq!(bench.store.purge_old(bench.now + (365 * 24).hours()).await.unwrap(), 0);
    assert_eq!(bench.store.purge_old(bench.now + (366 * 24).hours()).await.unwrap(), 2);
}

on_both_engines! {
    the_nearest_places_are_offered_soonest_first,
    the_nearest_places_may_be_in_the_next_departement,
    a_held_place_is_offered_to_nobody_else_until_it_lapses,
    forty_callers_on_one_place_make_one_booking,
    the_same_key_twice_is_done_once_and_answered_alike,
    a_person_with_a_coming_appointment_is_told_and_loses_nothing,
    an_appointment_is_found_by_number_and_postal_code_only_together,
    a_cancelled_appointment_frees_its_place_and_an_old_version_changes_nothing,
    asking_twice_to_be_called_back_adds_a_window_not_a_row,
    a_restart_keeps_everything,
    a_dead_store_says_unavailable,
    a_newer_schema_is_refused_with_a_reason,
    lengths_notice_and_buffers_are_rows_not_code,
    two_meetings_keep_their_buffer_between_them,
    what_the_service_or_the_openings_do_not_offer_is_not_offered,
    a_site_of_an_unknown_calendar_or_clock_is_refused_by_name,
    a_counsellor_of_two_sites_is_not_booked_twice,
    a_run_holds_one_place_and_asking_again_renews_it,
    no_hold_outlives_two_hours_and_a_purge_leaves_the_others_alone,
    a_late_cancel_frees_the_place_and_is_marked,
    two_people_of_one_landline_are_two_people,
    a_booking_that_failed_leaves_no_person_behind,
    a_call_is_one_line_of_the_journal_and_goes_after_a_year,
}
