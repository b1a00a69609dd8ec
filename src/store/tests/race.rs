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

on_both_engines! {
    forty_callers_of_two_lines_hold_one_place_once,
    one_person_on_two_lines_at_once_has_one_appointment,
    forty_requests_of_one_number_on_two_lines_are_one_row,
    forty_callers_of_two_lines_fill_twelve_seats,
    one_key_asked_on_two_lines_at_once_is_done_once,
}
