//! Runs at rest: for the same number and the second fact, once, within their time.

use std::time::Duration;

use super::*;
use crate::call::conversation::Rest;

/// Half an hour (C27).
const KEEP: Duration = Duration::from_secs(30 * 60);

fn at_rest(run: &str, who: u32, place: &str) -> Rest {
    let fact = PostalCode::parse(place).unwrap();
    Rest { run: run.to_owned(), phone: phone(who), fact, keep: KEEP, json: format!("{{\"id\":\"{run}\"}}") }
}

impl Bench {
    async fn is_kept(&self, who: u32) -> bool {
        self.store.caller(self.now, Some(phone(who))).await.dropped
    }

    async fn drops(&self, run: &str, who: u32) {
        self.store.put_at_rest(self.now, &at_rest(run, who, "71100")).await.unwrap();
    }

    async fn calls_back(&self, key: &str, who: u32, place: &str) -> Reply {
        let place = PostalCode::parse(place).unwrap();
        self.ask("new", key, Request::Resume { phone: phone(who), place }).await
    }
}

fn resumed(run: &str) -> Reply {
    Reply::Resumed(format!("{{\"id\":\"{run}\"}}"))
}

async fn a_dropped_call_is_taken_up_once_by_its_number_and_its_second_fact() {
    let bench = bench().await;
    assert!(!bench.is_kept(1).await);
    bench.drops("a", 1).await;
    assert!(bench.is_kept(1).await);
    assert!(!bench.is_kept(2).await);
    assert_eq!(bench.calls_back("1", 2, "71100").await, Reply::Gone);
    assert_eq!(bench.calls_back("2", 1, "71100").await, resumed("a"));
    assert_eq!(bench.calls_back("2", 1, "71100").await, resumed("a"), "the same key twice is answered alike");
    assert_eq!(bench.calls_back("3", 1, "71100").await, Reply::Gone);
    assert!(!bench.is_kept(1).await);
}

async fn of_forty_who_take_it_up_at_once_one_has_it() {
    let bench = bench().await;
    bench.drops("a", 1).await;
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..40 {
        let (store, now) = (bench.store.clone(), bench.now);
        let request = Request::Resume { phone: phone(1), place: place() };
        callers.spawn(async move { store.execute(now, "new", &format!("{caller}"), &request).await });
    }
    let replies = callers.join_all().await;
    assert_eq!(replies.iter().filter(|reply| **reply == resumed("a")).count(), 1);
    assert_eq!(replies.iter().filter(|reply| **reply == Reply::Gone).count(), 39);
}

async fn after_three_wrong_second_facts_the_right_one_opens_nothing() {
    let bench = bench().await;
    bench.drops("a", 1).await;
    assert_eq!(bench.calls_back("1", 1, "71000").await, Reply::Wrong);
    assert_eq!(bench.calls_back("1", 1, "71000").await, Reply::Wrong, "asked twice, counted once");
    assert_eq!(bench.calls_back("2", 1, "21000").await, Reply::Wrong);
    assert!(bench.is_kept(1).await);
    assert_eq!(bench.calls_back("3", 1, "01000").await, Reply::Wrong);
    assert!(!bench.is_kept(1).await);
    assert_eq!(bench.calls_back("4", 1, "71100").await, Reply::Gone);
}

async fn two_of_one_landline_each_take_up_their_own_and_one_person_the_newest() {
    let mut bench = bench().await;
    bench.drops("old", 1).await;
    bench.now += 60.seconds();
    bench.drops("new", 1).await;
    bench.store.put_at_rest(bench.now, &at_rest("neighbour", 1, "71000")).await.unwrap();
    assert_eq!(bench.calls_back("1", 1, "71000").await, resumed("neighbour"));
    assert_eq!(bench.calls_back("2", 1, "71100").await, resumed("new"));
    assert_eq!(bench.calls_back("3", 1, "71100").await, resumed("old"));
}

async fn put_at_rest_again_a_run_takes_its_own_place_and_its_count_begins_anew() {
    let bench = bench().await;
    bench.drops("a", 1).await;
    bench.calls_back("1", 1, "71000").await;
    bench.calls_back("2", 1, "71000").await;
    let again = Rest { json: "later".to_owned(), ..at_rest("a", 1, "71100") };
    bench.store.put_at_rest(bench.now, &again).await.unwrap();
    assert_eq!(bench.calls_back("3", 1, "71000").await, Reply::Wrong);
    assert_eq!(bench.calls_back("4", 1, "71100").await, Reply::Resumed("later".to_owned()));
    assert_eq!(bench.count("SELECT COUNT(*) FROM rest").await, 0);
}

async fn what_the_run_held_is_held_as_long_as_it_rests_and_then_it_is_anybodys() {
    let mut bench = bench().await;
    let slot = bench.slots(Modality::InPerson).await.remove(0);
    assert_eq!(bench.hold("a", &slot).await, Reply::Held);
    bench.now += 299.seconds();
    bench.drops("a", 1).await;
    bench.now += 1_799.seconds();
    assert_eq!(bench.hold("b", &slot).await, Reply::Taken);
    assert_eq!(bench.calls_back("1", 1, "71100").await, resumed("a"));
    assert!(matches!(bench.book("a", 1, &slot).await, Reply::Booked(_)), "its hold was its own again");
}

async fn past_its_time_it_is_gone_and_nothing_of_it_is_kept() {
    let mut bench = bench().await;
    let slot = bench.slots(Modality::InPerson).await.remove(0);
    bench.hold("a", &slot).await;
    bench.drops("a", 1).await;
    bench.now += 30.minutes();
    assert!(!bench.is_kept(1).await);
    assert_eq!(bench.calls_back("1", 1, "71100").await, Reply::Gone);
    assert_eq!(bench.hold("b", &slot).await, Reply::Held);
    assert_eq!(bench.store.purge_lapsed(bench.now).await.unwrap(), 1);
    assert_eq!(bench.count("SELECT COUNT(*) FROM rest").await, 0);
}

async fn a_run_rests_two_hours_at_the_most_and_so_does_the_answer_that_gave_it_back() {
    let mut bench = bench().await;
    bench.store.put_at_rest(bench.now, &Rest { keep: Duration::MAX, ..at_rest("a", 1, "71100") }).await.unwrap();
    assert_eq!(bench.calls_back("1", 1, "71100").await, resumed("a"));
    bench.store.put_at_rest(bench.now, &Rest { keep: Duration::MAX, ..at_rest("b", 2, "71100") }).await.unwrap();
    bench.now += 2.hours();
    assert!(!bench.is_kept(2).await);
    bench.ask("c", "c", Request::Release).await;
    assert_eq!(bench.store.purge_old(bench.now + 1.seconds()).await.unwrap(), 1);
    assert_eq!(bench.count("SELECT COUNT(*) FROM idem").await, 1, "other answers stay their week");
}

async fn a_run_of_no_size_we_ever_write_is_refused_and_the_line_goes_on() {
    let bench = bench().await;
    let huge = Rest { json: "x".repeat(70_000), ..at_rest("a", 1, "71100") };
    assert!(bench.store.put_at_rest(bench.now, &huge).await.is_err());
    bench.drops("a", 1).await;
    assert_eq!(bench.calls_back("1", 1, "71100").await, resumed("a"));
}

#[tokio::test]
async fn a_database_of_the_first_schema_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    first_schema(folder.path(), "").await;
    let store = Store::open(folder.path()).await.unwrap();
    let now = Timestamp::UNIX_EPOCH;
    store.put_at_rest(now, &at_rest("a", 1, "71100")).await.unwrap();
    assert!(store.caller(now, Some(phone(1))).await.dropped);
}

on_both_engines! {
    a_dropped_call_is_taken_up_once_by_its_number_and_its_second_fact,
    of_forty_who_take_it_up_at_once_one_has_it,
    after_three_wrong_second_facts_the_right_one_opens_nothing,
    two_of_one_landline_each_take_up_their_own_and_one_person_the_newest,
    put_at_rest_again_a_run_takes_its_own_place_and_its_count_begins_anew,
    what_the_run_held_is_held_as_long_as_it_rests_and_then_it_is_anybodys,
    past_its_time_it_is_gone_and_nothing_of_it_is_kept,
    a_run_rests_two_hours_at_the_most_and_so_does_the_answer_that_gave_it_back,
    a_run_of_no_size_we_ever_write_is_refused_and_the_line_goes_on,
}
