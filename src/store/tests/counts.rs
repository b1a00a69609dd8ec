//! What is counted, without a name; and what is kept with one.

use jiff::civil::date;

use super::*;

fn passage(step: &str, exit: &str) -> Passage {
    Passage { flow: "book".into(), version: "v1".into(), step: step.into(), exit: exit.into() }
}

async fn steps_are_counted_by_day_and_version() {
    let bench = bench().await;
    let call = [passage("where", "goto"), passage("slots", "chosen"), passage("where", "goto")];
    bench.store.count_steps(bench.now, &call).await.unwrap();
    bench.store.count_steps(bench.now + 24.hours(), &call[..2]).await.unwrap();
    let other = Passage { version: "v2".into(), ..passage("where", "goto") };
    bench.store.count_steps(bench.now, &[other]).await.unwrap();
    let count = |step: &str, exit: &str, passed| StepCount { step: step.into(), exit: exit.into(), passed };
    let since = async |day| bench.store.step_counts("book", "v1", date(2026, 11, day)).await.unwrap();
    assert_eq!(since(30).await, [count("slots", "chosen", 2), count("where", "goto", 3)]);
    bench.store.count_steps(bench.now, &[]).await.unwrap();
    let next_day = bench.store.step_counts("book", "v1", date(2026, 12, 1)).await.unwrap();
    assert_eq!(next_day, [count("slots", "chosen", 1), count("where", "goto", 1)]);
    assert_eq!(bench.count("SELECT COUNT(*) FROM step_count").await, 5, "a row a step, exit and day, never a call");
}

async fn a_score_is_a_number_more_and_no_row_of_a_call() {
    let bench = bench().await;
    for (key, score) in [("a", 5), ("b", 5), ("b", 5), ("c", 1)] {
        assert_eq!(bench.ask(key, key, Request::Rate { score }).await, Reply::Rated);
    }
    for score in [0, 6] {
        let key = format!("bad-{score}");
        assert_eq!(bench.ask(&key, &key, Request::Rate { score }).await, Reply::Unavailable);
    }
    let two = "SELECT COUNT(*) FROM rating WHERE day = '2026-11-30' AND (score, answers) IN (VALUES (5, 2), (1, 1))";
    assert_eq!(bench.count(two).await, 2);
    assert_eq!(bench.count("SELECT COUNT(*) FROM idem WHERE response LIKE '%5%'").await, 0, "nor in the answer kept");
}

async fn a_change_of_mind_is_a_row_more() {
    let mut bench = bench().await;
    for (key, agrees) in [("a", true), ("b", false), ("b", false)] {
        let request = Request::RecordConsent { phone: phone(1), topic: "voicemail".into(), agrees };
        assert_eq!(bench.ask(key, key, request).await, Reply::Recorded);
        bench.now += 60.seconds();
    }
    assert_eq!(bench.count("SELECT COUNT(*) FROM consent").await, 2);
    assert_eq!(bench.count("SELECT agrees FROM consent ORDER BY at DESC, id DESC LIMIT 1").await, 0);
}

async fn a_number_is_spoken_to_slowly_as_it_said_last_and_no_other() {
    let mut bench = bench().await;
    let slow = async |bench: &Bench, who| bench.store.caller(bench.now, Some(phone(who))).await.slow;
    assert!(!slow(&bench, 1).await);
    // Another topic is another matter.
    for (key, topic, agrees, is_slow) in [
        ("a", "voicemail", true, false),
        ("b", SLOW, true, true),
        ("c", "voicemail", false, true),
        ("d", SLOW, false, false),
    ] {
        bench.ask(key, key, Request::RecordConsent { phone: phone(1), topic: topic.into(), agrees }).await;
        assert_eq!((slow(&bench, 1).await, slow(&bench, 2).await), (is_slow, false), "after {topic} {agrees}");
        bench.now += 60.seconds();
    }
    assert_eq!(bench.store.caller(bench.now, None).await, Caller::default());
}

async fn a_store_that_cannot_be_read_knows_nothing_of_a_number_and_the_call_goes_on() {
    let bench = bench().await;
    bench.ask("a", "a", Request::RecordConsent { phone: phone(1), topic: SLOW.into(), agrees: true }).await;
    bench.store.writers.execute("ALTER TABLE consent RENAME TO away").await.unwrap();
    let caller = bench.store.caller(bench.now, Some(phone(1))).await;
    assert_eq!(caller, Caller { number: Some(phone(1)), ..Caller::default() });
}

async fn counts_scores_consents_and_spoken_names_go_after_two_years() {
    let bench = bench().await;
    let slot = bench.slots(Modality::InPerson).await.remove(0);
    bench.hold("a", &slot).await;
    let other = Some(OtherPerson { name: Some("rec-1".into()) });
    bench.ask("a", "b", Request::Book { phone: Some(phone(1)), place: place(), slot, other }).await;
    bench.store.count_steps(bench.now, &[passage("where", "goto")]).await.unwrap();
    bench.ask("a", "r", Request::Rate { score: 3 }).await;
    bench.ask("a", "c", Request::RecordConsent { phone: phone(1), topic: "voicemail".into(), agrees: true }).await;
    let kept = "SELECT (SELECT COUNT(*) FROM step_count) + (SELECT COUNT(*) FROM rating) + (SELECT COUNT(*) FROM consent) \
                + (SELECT COUNT(*) FROM person WHERE said_name IS NOT NULL)";
    bench.store.purge_old(bench.now + (729 * 24).hours()).await.unwrap();
    assert_eq!(bench.count(kept).await, 4);
    bench.store.purge_old(bench.now + (732 * 24).hours()).await.unwrap();
    assert_eq!(bench.count(kept).await, 0);
}

async fn no_run_is_at_rest_yet() {
    let bench = bench().await;
    assert_eq!(bench.ask("a", "r", Request::Resume { phone: phone(1), place: place() }).await, Reply::Gone);
}

on_both_engines! {
    steps_are_counted_by_day_and_version,
    a_score_is_a_number_more_and_no_row_of_a_call,
    a_change_of_mind_is_a_row_more,
    a_number_is_spoken_to_slowly_as_it_said_last_and_no_other,
    a_store_that_cannot_be_read_knows_nothing_of_a_number_and_the_call_goes_on,
    counts_scores_consents_and_spoken_names_go_after_two_years,
    no_run_is_at_rest_yet,
}
