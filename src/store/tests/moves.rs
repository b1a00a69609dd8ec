//! A move: old place freed, new one taken, or nothing at all.

use super::*;

impl Bench {
    async fn shift(&self, run: &str, appointment: &Appointment, slot: &Slot) -> Reply {
        let request = Request::Move { appointment: appointment.clone(), slot: slot.clone() };
        self.ask(run, &format!("{run}:move"), request).await
    }

    async fn is_offered(&self, slot: &Slot) -> bool {
        self.slots(slot.modality).await.contains(slot)
    }

    /// The appointments as they stand, by number.
    async fn of(&self, who: u32) -> Vec<Appointment> {
        match self.ask("r", "of", Request::FindAppointments { phone: phone(who), place: place() }).await {
            Reply::Appointments(found) => found,
            other => panic!("{other:?}"),
        }
    }
}

async fn a_moved_appointment_is_the_same_one_elsewhere_and_its_old_place_is_free() {
    let bench = bench().await;
    let slots = bench.slots(Modality::InPerson).await;
    let old = bench.booked("a", 1, &slots[0]).await;
    bench.ask("a", "confirm", Request::Confirm { appointment: old.clone() }).await;
    let seen = Appointment { version: 2, ..old.clone() };
    assert_eq!(bench.hold("b", &slots[3]).await, Reply::Held);
    let moved = Appointment { id: old.id, version: 3, slot: slots[3].clone(), is_confirmed: false };
    assert_eq!(bench.shift("b", &seen, &slots[3]).await, Reply::Moved(moved.clone()));
    assert_eq!(bench.of(1).await, std::slice::from_ref(&moved));
    assert!(bench.is_offered(&slots[0]).await && !bench.is_offered(&slots[3]).await);
    assert_eq!(bench.count("SELECT COUNT(*) FROM cell WHERE hold_until IS NULL").await, 36, "counsellor and person");
    assert_eq!(bench.store.holds(bench.now).await.unwrap(), 0);
    assert_eq!(bench.count("SELECT COUNT(*) FROM appointment WHERE reason IS NULL").await, 1);
}

async fn a_replayed_move_is_done_once_and_answered_alike() {
    let bench = bench().await;
    let slots = bench.slots(Modality::InPerson).await;
    let old = bench.booked("a", 1, &slots[0]).await;
    bench.hold("b", &slots[3]).await;
    let first = bench.shift("b", &old, &slots[3]).await;
    assert!(matches!(&first, Reply::Moved(moved) if moved.version == 2));
    assert_eq!(bench.shift("b", &old, &slots[3]).await, first);
    assert_eq!(bench.of(1).await[0].version, 2);
    // Under another key it is another wish, for what is no more as it was read out.
    bench.hold("c", &slots[4]).await;
    assert_eq!(bench.shift("c", &old, &slots[4]).await, Reply::Gone);
    assert!(bench.is_offered(&slots[4]).await, "nothing is kept for a move that cannot be");
}

async fn a_move_whose_new_place_is_taken_keeps_the_old() {
    let mut bench = bench().await;
    let slots = bench.slots(Modality::InPerson).await;
    let old = bench.booked("a", 1, &slots[0]).await;
    assert_eq!(bench.shift("b", &old, &slots[3]).await, Reply::Taken, "never held");
    bench.hold("c", &slots[3]).await;
    bench.now += 300.seconds();
    bench.booked("d", 2, &slots[3]).await;
    assert_eq!(bench.shift("c", &old, &slots[3]).await, Reply::Taken, "the hold lapsed, another has it");
    assert_eq!(bench.of(1).await, [old]);
    assert_eq!(bench.count("SELECT COUNT(*) FROM cell").await, 72, "two appointments, whole");
}

async fn old_and_new_may_overlap_for_the_person_but_no_third_may() {
    let bench = bench().await;
    let slots = bench.slots(Modality::InPerson).await;
    let old = bench.booked("a", 1, &slots[0]).await;
    // Half an hour later, with somebody else.
    let starts_at = slots[0].starts_at + 30.minutes();
    let colleague = slots.iter().find(|slot| slot.counsellor_id != old.slot.counsellor_id).unwrap();
    let shifted = Slot { starts_at, ends_at: starts_at + 90.minutes(), ..colleague.clone() };
    assert_eq!(bench.hold("b", &shifted).await, Reply::Held);
    let Reply::Moved(moved) = bench.shift("b", &old, &shifted).await else { panic!("an hour of both is the person's") };
    // Another appointment of the same person, by an old version of the book: their day has it too.
    bench.other_program("INSERT INTO cell(resource, slot, holder_id) SELECT resource, slot + 400, 'another' FROM cell WHERE resource LIKE 'p:%'").await;
    let starts_at = moved.slot.starts_at + (400 * 5).minutes();
    let busy = Slot { starts_at, ends_at: starts_at + 90.minutes(), ..colleague.clone() };
    assert_eq!(bench.hold("c", &busy).await, Reply::Held);
    assert_eq!(bench.shift("c", &moved, &busy).await, Reply::Taken);
    assert_eq!(bench.of(1).await, [moved]);
    assert_eq!(bench.store.holds(bench.now).await.unwrap(), 0);
}

async fn a_move_to_another_way_of_meeting_takes_its_length() {
    let bench = bench().await;
    let old = bench.booked("a", 1, &bench.slots(Modality::InPerson).await[0]).await;
    let slot = bench.slots(Modality::Phone).await.remove(5);
    bench.hold("b", &slot).await;
    assert!(matches!(bench.shift("b", &old, &slot).await, Reply::Moved(_)));
    assert_eq!(bench.count("SELECT COUNT(*) FROM cell").await, 18);
    assert_eq!(bench.of(1).await[0].slot, slot);
}

async fn a_late_move_is_done_and_marked_and_one_that_has_begun_is_gone() {
    let mut bench = bench().await;
    let slots = bench.slots(Modality::InPerson).await;
    let (late, over) = (bench.booked("a", 1, &slots[0]).await, bench.booked("b", 2, &slots[1]).await);
    bench.now = late.slot.starts_at - 23.hours();
    bench.hold("c", &slots[3]).await;
    assert!(matches!(bench.shift("c", &late, &slots[3]).await, Reply::Moved(_)));
    assert_eq!(bench.count("SELECT COUNT(*) FROM appointment WHERE reason = 'late' AND status = 'booked'").await, 1);
    bench.now = over.slot.starts_at;
    bench.hold("d", &slots[4]).await;
    assert_eq!(bench.shift("d", &over, &slots[4]).await, Reply::Gone);
}

async fn forty_callers_moving_to_one_place_make_one_move() {
    let bench = bench().await;
    // The last place of a week that is otherwise taken.
    let target = bench.slots(Modality::Phone).await.remove(0);
    let slots = bench.slots(Modality::InPerson).await;
    let mut appointments = Vec::new();
    for (who, slot) in (1..=8).zip(slots.iter().filter(|slot| slot.counsellor_id != target.counsellor_id)) {
        appointments.push(bench.booked(&format!("before-{who}"), who, slot).await);
    }
    assert!(appointments.len() >= 4);
    let mut callers = tokio::task::JoinSet::new();
    for who in 0..40 {
        let (store, slot, now) = (bench.store.clone(), target.clone(), bench.now);
        let appointment = appointments[who % appointments.len()].clone();
        callers.spawn(async move {
            let run = format!("run-{who}");
            store.execute(now, &run, &format!("{run}:1"), &Request::Hold { slot: slot.clone(), ttl_s: 300 }).await;
            let shift = Request::Move { appointment, slot };
            matches!(store.execute(now, &run, &format!("{run}:2"), &shift).await, Reply::Moved(_))
        });
    }
    assert_eq!(callers.join_all().await.into_iter().filter(|moved| *moved).count(), 1);
    let coming = appointments.len();
    assert_eq!(bench.count("SELECT COUNT(*) FROM appointment").await, i64::try_from(coming).unwrap());
    assert_eq!(bench.count("SELECT COUNT(*) FROM cell").await, i64::try_from(coming).unwrap() * 36 - 18);
}

async fn a_caller_moving_while_a_counsellor_cancels_ends_in_one_of_both() {
    for _ in 0..8 {
        let bench = bench().await;
        let slots = bench.slots(Modality::InPerson).await;
        let old = bench.booked("a", 1, &slots[0]).await;
        bench.hold("b", &slots[3]).await;
        let cancel = bench.ask("counsellor", "cancel", Request::Cancel { appointment: old.clone() });
        let (moved, cancelled) = tokio::join!(bench.shift("b", &old, &slots[3]), cancel);
        match (moved, cancelled) {
            (Reply::Moved(moved), Reply::Gone) => assert_eq!(bench.of(1).await, [moved]),
            (Reply::Gone, Reply::Cancelled) => {
                assert_eq!(bench.of(1).await, []);
                assert_eq!(bench.count("SELECT COUNT(*) FROM cell").await, 0);
            }
            other => panic!("{other:?}"),
        }
    }
}

async fn somebody_else_of_the_number_is_a_new_person_each_time() {
    let bench = bench().await;
    let slots = bench.slots(Modality::InPerson).await;
    let book = |slot: &Slot, name: Option<&str>| Request::Book {
        phone: Some(phone(1)),
        place: place(),
        slot: slot.clone(),
        other: name.map(|name| OtherPerson { name: Some(name.into()) }),
    };
    // A colleague receives the other one at the same hour: they may come together.
    let colleague = slots.iter().find(|slot| slot.counsellor_id != slots[0].counsellor_id).unwrap();
    let together = Slot { starts_at: slots[0].starts_at, ends_at: slots[0].ends_at, ..colleague.clone() };
    let mut all = Vec::new();
    for (run, slot, name) in [("a", &slots[0], Some("rec-1")), ("b", &together, None), ("c", &slots[3], Some("rec-2"))]
    {
        assert_eq!(bench.hold(run, slot).await, Reply::Held);
        match bench.ask(run, &format!("{run}:book"), book(slot, name)).await {
            Reply::Booked(appointment) => all.push(appointment),
            other => panic!("{run}: {other:?}"),
        }
    }
    assert_eq!(bench.count("SELECT COUNT(*) FROM person").await, 3);
    assert_eq!(
        bench.count("SELECT COUNT(*) FROM person WHERE said_name IN('rec-1','rec-2') AND is_other = 1").await,
        2
    );
    let mut found = bench.of(1).await;
    found.sort_by_key(|appointment| appointment.id.clone());
    all.sort_by_key(|appointment| appointment.id.clone());
    assert_eq!(found, all);
    // The one known by the number has one; the others do not count as theirs.
    bench.hold("d", &slots[4]).await;
    let own = bench.ask("d", "d:book", book(&slots[4], None)).await;
    assert!(matches!(own, Reply::AlreadyBooked(known) if known.slot == together));
}

on_both_engines! {
    a_moved_appointment_is_the_same_one_elsewhere_and_its_old_place_is_free,
    a_replayed_move_is_done_once_and_answered_alike,
    a_move_whose_new_place_is_taken_keeps_the_old,
    old_and_new_may_overlap_for_the_person_but_no_third_may,
    a_move_to_another_way_of_meeting_takes_its_length,
    a_late_move_is_done_and_marked_and_one_that_has_begun_is_gone,
    forty_callers_moving_to_one_place_make_one_move,
    a_caller_moving_while_a_counsellor_cancels_ends_in_one_of_both,
    somebody_else_of_the_number_is_a_new_person_each_time,
}
