//! The file locked, full, removed; askers who gave up: "unavailable" in time, and nothing half written.

use std::time::Instant;

use super::*;

/// Another program, in the middle of its own transaction.
async fn lock(bench: &Bench) -> sqlx::Transaction<'static, sqlx::Any> {
    let other = engine::pool(&bench.place, "rw", 1, "").await.unwrap();
    bench.place.engine().begin(&other).await.unwrap()
}

async fn locked_by_another_program_the_line_reads_on_and_refuses_to_write_in_time() {
    let bench = bench().await;
    let slot = bench.slots(Modality::InPerson).await.remove(0);
    let locked = lock(&bench).await;
    let began = Instant::now();
    assert_eq!(bench.hold("a", &slot).await, Reply::Unavailable);
    assert!(began.elapsed() <= PATIENCE);
    assert!(bench.slots(Modality::InPerson).await.contains(&slot));
    locked.rollback().await.unwrap();
    assert_eq!(bench.hold("a", &slot).await, Reply::Held, "an answer of `unavailable` is not kept for the key");
}

async fn who_gave_up_finds_nothing_written() {
    let bench = bench().await;
    let slot = bench.slots(Modality::InPerson).await.remove(0);
    let locked = lock(&bench).await;
    // Kept busy: the second job waits in the queue behind the first, and its asker leaves.
    let first = bench.ask("a", "1", Request::Hold { slot: slot.clone(), ttl_s: 300 });
    let second = tokio::time::timeout(Duration::from_millis(50), bench.hold("b", &slot));
    let (first, second) = tokio::join!(first, second);
    assert!(second.is_err());
    assert_eq!(first, Reply::Unavailable);
    locked.rollback().await.unwrap();
    assert_eq!(bench.hold("c", &slot).await, Reply::Held);
    assert_eq!(bench.count("SELECT COUNT(DISTINCT holder_id) FROM cell").await, 1);
}

#[tokio::test]
async fn a_full_disk_is_unavailable_and_leaves_nothing_half_written() {
    let bench = bench().await;
    let slots = bench.slots(Modality::InPerson).await;
    // As full as it is now: no page more.
    bench.other_program("PRAGMA max_page_count = 1").await;
    let mut held = 0;
    for (n, slot) in slots.iter().cycle().take(200).enumerate() {
        match bench.hold(&format!("run-{n}"), slot).await {
            Reply::Held => held += 1,
            Reply::Taken => {}
            Reply::Unavailable => break,
            other => panic!("{other:?}"),
        }
        assert!(n < 199, "the disk never filled");
    }
    assert_eq!(bench.store.holds(bench.now).await.unwrap(), held);
    assert_eq!(bench.count("SELECT COUNT(*) FROM cell").await, held * 18);
    bench.other_program("PRAGMA max_page_count = 1000000").await;
    bench.ask("later", "later", Request::Release).await;
    let free = bench.slots(Modality::InPerson).await.remove(0);
    assert_eq!(bench.hold("later", &free).await, Reply::Held, "room again, and the line goes on");
}

#[tokio::test]
async fn a_file_removed_under_the_line_is_never_written_to_in_vain() {
    let bench = bench().await;
    let slot = bench.slots(Modality::InPerson).await.remove(0);
    std::fs::remove_file(bench.folder.path().join("ligne.db")).unwrap();
    assert_eq!(bench.hold("a", &slot).await, Reply::Unavailable);
    std::fs::write(bench.folder.path().join("ligne.db"), "").unwrap();
    assert_eq!(bench.hold("b", &slot).await, Reply::Unavailable, "another file is not ours");
}

async fn one_bad_request_does_not_spoil_those_committed_with_it() {
    let bench = bench().await;
    let slots = bench.slots(Modality::InPerson).await;
    let nowhere = crate::booking::Site { id: "nowhere".into(), ..slots[0].site.clone() };
    let bad = Slot { site: nowhere, ..slots[0].clone() };
    assert_eq!(bench.hold("bad", &bad).await, Reply::Held);
    let (first, spoiled, second) =
        tokio::join!(bench.hold("a", &slots[1]), bench.book("bad", 1, &bad), bench.hold("b", &slots[2]));
    assert_eq!((first, spoiled, second), (Reply::Held, Reply::Unavailable, Reply::Held));
    assert_eq!(bench.count("SELECT COUNT(*) FROM person").await, 0);
}

async fn forty_callers_stealing_one_lapsed_place_make_one_holder() {
    let mut bench = bench().await;
    let slot = bench.slots(Modality::InPerson).await.remove(0);
    assert_eq!(bench.hold("first", &slot).await, Reply::Held);
    bench.now += 300.seconds();
    let mut callers = tokio::task::JoinSet::new();
    for who in 0..40 {
        let (store, slot, now) = (bench.store.clone(), slot.clone(), bench.now);
        callers.spawn(async move {
            let run = format!("run-{who}");
            store.execute(now, &run, &run, &Request::Hold { slot, ttl_s: 300 }).await == Reply::Held
        });
    }
    assert_eq!(callers.join_all().await.into_iter().filter(|held| *held).count(), 1);
    assert_eq!(bench.count("SELECT COUNT(*) FROM cell").await, 18);
}

#[tokio::test]
async fn a_move_that_fails_at_any_of_its_writes_leaves_the_old_appointment_whole() {
    let writes = [
        "BEFORE DELETE ON cell WHEN OLD.hold_until IS NULL",
        "BEFORE UPDATE ON cell",
        "BEFORE INSERT ON cell",
        "BEFORE UPDATE ON appointment",
        "BEFORE UPDATE ON person",
        "BEFORE INSERT ON idem",
    ];
    let bench = bench().await;
    let slots = bench.slots(Modality::InPerson).await;
    let old = bench.booked("a", 1, &slots[0]).await;
    assert_eq!(bench.hold("b", &slots[3]).await, Reply::Held);
    let shift = || bench.ask("b", "b:move", Request::Move { appointment: old.clone(), slot: slots[3].clone() });
    let cells = async || {
        let sql = "SELECT resource, slot, holder_id, hold_until FROM cell ORDER BY resource, slot";
        let rows = sqlx::query(sql).fetch_all(&bench.store.readers).await.unwrap();
        rows.iter()
            .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3)))
            .collect::<Vec<(String, i64, String, Option<i64>)>>()
    };
    let before = cells().await;
    for write in writes {
        let trigger = format!("CREATE TRIGGER broken {write} BEGIN SELECT RAISE(ABORT, 'broken'); END");
        sqlx::query(sqlx::AssertSqlSafe(trigger)).execute(&bench.store.writers).await.unwrap();
        assert_eq!(shift().await, Reply::Unavailable, "{write}");
        assert_eq!(cells().await, before, "{write}");
        let find = Request::FindAppointments { phone: phone(1), place: place() };
        assert_eq!(bench.ask("r", "find", find).await, Reply::Appointments(vec![old.clone()]), "{write}");
        bench.other_program("DROP TRIGGER broken").await;
    }
    assert!(matches!(shift().await, Reply::Moved(_)), "nothing is in the way any more, and the key is still free");
}

async fn a_move_cut_off_before_its_commit_never_was() {
    let bench = bench().await;
    let slots = bench.slots(Modality::InPerson).await;
    let old = bench.booked("a", 1, &slots[0]).await;
    assert_eq!(bench.hold("b", &slots[3]).await, Reply::Held);
    let mut tx = lock(&bench).await;
    let request = Request::Move { appointment: old.clone(), slot: slots[3].clone() };
    assert!(matches!(write::apply(&mut tx, bench.now, "b", &request).await.unwrap(), Reply::Moved(_)));
    // The process ends here: its connection goes without a word, as SQLite finds it after a crash.
    drop(tx);
    bench.close().await;
    let again = Bench { store: Store::open_at(&bench.place).await.unwrap(), ..bench };
    let find = Request::FindAppointments { phone: phone(1), place: place() };
    assert_eq!(again.ask("r", "find", find).await, Reply::Appointments(vec![old]));
    assert!(matches!(again.ask("b", "b:move", request).await, Reply::Moved(_)), "asked again, it is done");
}

on_both_engines! {
    locked_by_another_program_the_line_reads_on_and_refuses_to_write_in_time,
    who_gave_up_finds_nothing_written,
    one_bad_request_does_not_spoil_those_committed_with_it,
    forty_callers_stealing_one_lapsed_place_make_one_holder,
    a_move_cut_off_before_its_commit_never_was,
}
