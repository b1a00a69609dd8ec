//! Two lines on one database, as two processes would be: two stores, each with its writer.

use super::*;

/// The bench's line, and another.
async fn two() -> (Bench, [Store; 2]) {
    let bench = bench().await;
    let other = Store::open_at(&bench.place).await.unwrap();
    let lines = [bench.store.clone(), other];
    (bench, lines)
}

/// Forty callers, half of them on each line; what each was told.
async fn forty(lines: &[Store; 2], now: Timestamp, request: impl Fn(u32) -> Request) -> Vec<Reply> {
    let mut callers = tokio::task::JoinSet::new();
    for who in 0..40 {
        let (store, request, run) = (lines[who as usize % 2].clone(), request(who), format!("run-{who}"));
        callers.spawn(async move { store.execute(now, &run, &format!("{run}:key"), &request).await });
    }
    callers.join_all().await
}

fn count(replies: &[Reply], is_meant: impl Fn(&Reply) -> bool) -> usize {
    replies.iter().filter(|reply| is_meant(reply)).count()
}

async fn forty_callers_of_two_lines_hold_one_place_once() {
    let (bench, lines) = two().await;
    let slot = bench.slots(Modality::InPerson).await.remove(0);
    let replies = forty(&lines, bench.now, |_| Request::Hold { slot: slot.clone(), ttl_s: 300 }).await;
    assert_eq!(count(&replies, |reply| *reply == Reply::Held), 1, "{replies:?}");
    assert_eq!(count(&replies, |reply| *reply == Reply::Taken), 39, "{replies:?}");
    assert_eq!(bench.count("SELECT COUNT(*) FROM cell").await, 18);
}

async fn one_person_on_two_lines_at_once_has_one_appointment() {
    let (bench, lines) = two().await;
    let slots = bench.slots(Modality::InPerson).await;
    assert_eq!(bench.hold("run-0", &slots[0]).await, Reply::Held);
    assert_eq!(bench.hold("run-1", &slots[3]).await, Reply::Held);
    let book = |run: usize, slot: &Slot| {
        let request = Request::Book { phone: Some(phone(1)), place: place(), slot: slot.clone(), other: None };
        let (store, now) = (lines[run].clone(), bench.now);
        async move { store.execute(now, &format!("run-{run}"), &format!("book-{run}"), &request).await }
    };
    let (first, second) = tokio::join!(book(0, &slots[0]), book(1, &slots[3]));
    let replies = [first, second];
    assert_eq!(count(&replies, |reply| matches!(reply, Reply::Booked(_))), 1, "{replies:?}");
    assert_eq!(count(&replies, |reply| matches!(reply, Reply::AlreadyBooked(_))), 1, "{replies:?}");
    assert_eq!(bench.count("SELECT COUNT(*) FROM person").await, 1);
}

async fn forty_requests_of_one_number_on_two_lines_are_one_row() {
    let (bench, lines) = two().await;
    let request = |_| Request::RequestCallback { phone: phone(1), topic: "person".into(), window: "any".into() };
    let replies = forty(&lines, bench.now, request).await;
    assert_eq!(count(&replies, |reply| matches!(reply, Reply::Requested { .. })), 1, "{replies:?}");
    assert_eq!(count(&replies, |reply| matches!(reply, Reply::AlreadyRequested { .. })), 39, "{replies:?}");
    assert_eq!(bench.count("SELECT COUNT(*) FROM callback").await, 1);
}

async fn forty_callers_of_two_lines_fill_twelve_seats() {
    let (bench, lines) = two().await;
    let find = Request::FindGroups { place: place(), limit: 1 };
    let Reply::Groups(groups) = bench.ask("r", "groups", find).await else { panic!("no meetings") };
    let join = |who| Request::JoinGroup { phone: Some(phone(who)), place: place(), group: groups[0].clone() };
    let replies = forty(&lines, bench.now, join).await;
    assert_eq!(count(&replies, |reply| matches!(reply, Reply::Joined(_))), 12, "{replies:?}");
    assert_eq!(count(&replies, |reply| *reply == Reply::Full), 28, "{replies:?}");
}

async fn one_key_asked_on_two_lines_at_once_is_done_once() {
    let (bench, lines) = two().await;
    let rate = async |line: &Store| line.execute(bench.now, "run", "one key", &Request::Rate { score: 5 }).await;
    let replies = tokio::join!(rate(&lines[0]), rate(&lines[1]));
    assert_eq!(replies, (Reply::Rated, Reply::Rated));
    assert_eq!(bench.count("SELECT answers FROM rating").await, 1);
}

/// A line is in the middle of `first`, uncommitted, when the other is asked for `second`: what each is told.
async fn in_between(bench: &Bench, lines: &[Store; 2], first: (&str, Request), second: (&str, Request)) -> [Reply; 2] {
    let mut tx = lines[0].engine.begin(&lines[0].writers).await.unwrap();
    let told = write::apply(&mut tx, bench.now, first.0, &first.1).await.unwrap();
    let asked = lines[1].execute(bench.now, second.0, second.0, &second.1);
    let committed = async {
        // Long enough for the other line to look, were it allowed to.
        tokio::time::sleep(Duration::from_millis(100)).await;
        tx.commit().await.unwrap();
    };
    let (second, ()) = tokio::join!(asked, committed);
    [told, second]
}

async fn what_another_line_is_in_the_middle_of_is_waited_for_and_seen() {
    let (bench, lines) = two().await;
    let slots = bench.slots(Modality::InPerson).await;
    bench.hold("a", &slots[0]).await;
    bench.hold("b", &slots[3]).await;
    let book = |slot: &Slot| Request::Book { phone: Some(phone(1)), place: place(), slot: slot.clone(), other: None };
    let told = in_between(&bench, &lines, ("a", book(&slots[0])), ("b", book(&slots[3]))).await;
    let [Reply::Booked(booked), Reply::AlreadyBooked(found)] = &told else { panic!("one person, twice: {told:?}") };
    assert_eq!(booked, found);

    let request =
        |window: &str| Request::RequestCallback { phone: phone(1), topic: "person".into(), window: window.into() };
    let told = in_between(&bench, &lines, ("c", request("morning")), ("d", request("afternoon"))).await;
    assert!(matches!(told, [Reply::Requested { .. }, Reply::AlreadyRequested { .. }]), "{told:?}");
    assert_eq!(bench.count("SELECT COUNT(*) FROM callback WHERE windows = 'morning,afternoon'").await, 1);

    let find = Request::FindGroups { place: place(), limit: 1 };
    let Reply::Groups(groups) = bench.ask("r", "groups", find).await else { panic!("no meetings") };
    let join = |who| Request::JoinGroup { phone: Some(phone(who)), place: place(), group: groups[0].clone() };
    let told = in_between(&bench, &lines, ("e", join(2)), ("f", join(2))).await;
    assert!(matches!(told, [Reply::Joined(_), Reply::AlreadyJoined(_)]), "{told:?}");
    assert_eq!(bench.count("SELECT COUNT(*) FROM person").await, 2);

    let rest = crate::call::conversation::Rest {
        run: "g".into(),
        phone: phone(1),
        fact: place(),
        keep: Duration::from_secs(1_800),
        json: "{}".into(),
    };
    bench.store.put_at_rest(bench.now, &rest).await.unwrap();
    let resume = || Request::Resume { phone: phone(1), place: place() };
    let told = in_between(&bench, &lines, ("h", resume()), ("i", resume())).await;
    assert_eq!(told, [Reply::Resumed("{}".into()), Reply::Gone]);
}

/// On PostgreSQL it takes no lock of ours: only the constraint is in the way, after our look.
async fn what_a_program_of_others_wrote_in_between_is_undone_and_looked_at_anew() {
    let (bench, lines) = two().await;
    let mut tx = match bench.place.engine() {
        Engine::Sqlite => lines[0].engine.begin(&lines[0].writers).await.unwrap(),
        Engine::Postgres => lines[0].writers.begin().await.unwrap(),
    };
    let theirs = "INSERT INTO callback(id, e164, topic, windows, requested_at, status) VALUES('theirs', $1, 'person', 'any', 0, 'queued')";
    sqlx::query(theirs).bind(phone(1).dialable()).execute(&mut *tx).await.unwrap();
    let request = Request::RequestCallback { phone: phone(1), topic: "person".into(), window: "morning".into() };
    let committed = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        tx.commit().await.unwrap();
    };
    let (told, ()) = tokio::join!(lines[1].execute(bench.now, "run", "key", &request), committed);
    assert!(matches!(told, Reply::AlreadyRequested { .. }), "{told:?}");
    assert_eq!(bench.count("SELECT COUNT(*) FROM callback WHERE windows = 'any,morning'").await, 1);
}

async fn two_lines_that_start_at_once_make_one_schema_and_one_region() {
    let folder = tempfile::tempdir().unwrap();
    let place = postgres::place(folder.path(), postgres::Filled::Nothing).await;
    let line = async || Store::open_at(&place).await.unwrap().load_sample().await.unwrap();
    assert_eq!(tokio::join!(line(), line()), (42, 42));
}

on_both_engines! {
    forty_callers_of_two_lines_hold_one_place_once,
    one_person_on_two_lines_at_once_has_one_appointment,
    forty_requests_of_one_number_on_two_lines_are_one_row,
    forty_callers_of_two_lines_fill_twelve_seats,
    one_key_asked_on_two_lines_at_once_is_done_once,
    what_another_line_is_in_the_middle_of_is_waited_for_and_seen,
    what_a_program_of_others_wrote_in_between_is_undone_and_looked_at_anew,
    two_lines_that_start_at_once_make_one_schema_and_one_region,
}
