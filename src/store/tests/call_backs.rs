//! Promises, the queue and what is laid with it.

use super::*;

impl Bench {
    async fn call_back(&self, key: &str, who: u32, topic: &str, window: &str) -> Reply {
        let request = Request::RequestCallback { phone: phone(who), topic: topic.into(), window: window.into() };
        self.ask(key, key, request).await
    }

    async fn waiting(&self, who: u32) -> Option<(u16, String)> {
        match self.ask("r", "waiting", Request::FindCallback { phone: phone(who) }).await {
            Reply::Waiting { position, promise } => Some((position, paris(promise))),
            Reply::NotWaiting => None,
            other => panic!("{other:?}"),
        }
    }
}

fn paris(at: Timestamp) -> String {
    at.in_tz("Europe/Paris").unwrap().strftime("%F %H:%M").to_string()
}

fn promise(reply: &Reply) -> String {
    match reply {
        Reply::Requested { promise } | Reply::AlreadyRequested { promise } => paris(*promise),
        other => panic!("{other:?}"),
    }
}

async fn on_a_friday_evening_before_a_holiday_monday_tuesday_is_promised_and_kept_in_the_row() {
    let mut bench = bench().await;
    bench.now = "2027-03-26T18:30:00Z".parse().unwrap();
    let first = bench.call_back("a", 1, "person", "any").await;
    assert_eq!((matches!(first, Reply::Requested { .. }), promise(&first).as_str()), (true, "2027-03-30 12:30"));
    bench.now += 2.hours();
    let again = bench.call_back("b", 1, "person", "afternoon").await;
    assert!(matches!(again, Reply::AlreadyRequested { .. }));
    assert_eq!(promise(&again), "2027-03-30 12:30", "as first promised");
    assert_eq!(bench.count("SELECT COUNT(*) FROM callback WHERE windows = 'any,afternoon' AND missed = 0").await, 1);
}

async fn a_queue_promises_no_more_than_can_be_called() {
    let mut bench = bench().await;
    bench.now = "2026-12-02T18:00:00Z".parse().unwrap();
    let mut promises = Vec::new();
    for who in 1..=22 {
        promises.push(promise(&bench.call_back(&format!("call-{who}"), who, "person", "any").await));
    }
    assert!(promises[..20].iter().all(|promise| promise == "2026-12-03 12:30"), "twenty calls in a morning");
    assert_eq!(promises[20..], ["2026-12-03 18:00", "2026-12-03 18:00"]);
    bench.other_program("UPDATE callback_hours SET counsellors = 0 WHERE end_min < 800").await;
    assert_eq!(promise(&bench.call_back("next", 30, "person", "any").await), "2026-12-03 18:00", "rows, not code");
    assert_eq!(bench.call_back("never", 31, "person", "morning").await, Reply::Unavailable, "nothing is promised");
    assert_eq!(bench.waiting(31).await, None);
}

async fn the_queue_is_by_promise_and_then_by_who_asked_first() {
    let mut bench = bench().await;
    bench.call_back("a", 1, "person", "afternoon").await;
    bench.now += 60.seconds();
    bench.call_back("b", 2, "person", "any").await;
    bench.now += 60.seconds();
    bench.call_back("c", 3, "booking", "any").await;
    assert_eq!(bench.waiting(2).await, Some((1, "2026-11-30 12:30".into())));
    assert_eq!(bench.waiting(3).await, Some((2, "2026-11-30 12:30".into())));
    assert_eq!(bench.waiting(1).await, Some((3, "2026-11-30 18:00".into())));
    assert_eq!(bench.waiting(4).await, None);
    bench.other_program("UPDATE callback SET status = 'done' WHERE topic = 'booking'").await;
    assert_eq!(bench.waiting(3).await, None);
    assert_eq!(bench.waiting(1).await, Some((2, "2026-11-30 18:00".into())));
}

async fn a_promise_that_has_passed_is_owned_up_to() {
    let mut bench = bench().await;
    bench.call_back("a", 1, "person", "morning").await;
    bench.now = "2026-11-30T12:00:00Z".parse().unwrap();
    assert_eq!(bench.waiting(1).await, Some((1, "2026-12-01 12:30".into())));
    assert_eq!(promise(&bench.call_back("b", 1, "person", "any").await), "2026-11-30 18:00", "any window is sooner");
    assert_eq!(bench.count("SELECT COUNT(*) FROM callback WHERE missed = 1").await, 1);
    assert_eq!(bench.waiting(1).await, Some((1, "2026-11-30 18:00".into())));
}

async fn a_request_from_before_there_were_promises_gets_one() {
    let bench = bench().await;
    bench.other_program("INSERT INTO callback(id, e164, topic, windows, requested_at, status) VALUES('old', '+33353010001', 'person', 'any', 0, 'queued')").await;
    assert_eq!(bench.waiting(1).await, Some((1, "2026-11-30 12:30".into())));
    assert_eq!(promise(&bench.call_back("a", 1, "person", "any").await), "2026-11-30 12:30");
    assert_eq!(bench.count("SELECT COUNT(*) FROM callback WHERE missed = 0 AND promised_by > 0").await, 1);
}

async fn a_message_is_laid_with_every_open_request_and_with_no_other() {
    let bench = bench().await;
    let attach = || Request::AttachMessage { phone: phone(1), recording: "rec-1".into() };
    assert_eq!(bench.ask("a", "a1", attach()).await, Reply::Gone);
    bench.call_back("b", 1, "person", "any").await;
    bench.call_back("c", 1, "booking", "any").await;
    bench.call_back("d", 2, "person", "any").await;
    assert_eq!(bench.ask("a", "a2", attach()).await, Reply::Kept);
    assert_eq!(bench.ask("a", "a2", attach()).await, Reply::Kept);
    assert_eq!(bench.ask("a", "a1", attach()).await, Reply::Gone, "as the key was answered");
    assert_eq!(bench.count("SELECT COUNT(*) FROM callback_message WHERE recording = 'rec-1'").await, 2);
}

async fn messages_go_thirty_days_after_their_request_is_closed() {
    let mut bench = bench().await;
    bench.call_back("a", 1, "person", "any").await;
    bench.ask("a", "m", Request::AttachMessage { phone: phone(1), recording: "rec-1".into() }).await;
    bench.now += (40 * 24).hours();
    bench.store.purge_old(bench.now).await.unwrap();
    assert_eq!(bench.count("SELECT COUNT(*) FROM callback_message").await, 1, "nobody has called yet");
    let closed = bench.now.as_second();
    sqlx::query("UPDATE callback SET status = 'done', closed_at = $1")
        .bind(closed)
        .execute(&bench.store.writers)
        .await
        .unwrap();
    bench.store.purge_old(bench.now + (30 * 24).hours()).await.unwrap();
    assert_eq!(bench.count("SELECT COUNT(*) FROM callback_message").await, 1);
    bench.store.purge_old(bench.now + (31 * 24).hours()).await.unwrap();
    assert_eq!(bench.count("SELECT COUNT(*) FROM callback_message").await, 0);
    assert_eq!(bench.count("SELECT COUNT(*) FROM callback").await, 1);
    bench.store.purge_old(bench.now + (730 * 24).hours()).await.unwrap();
    assert_eq!(bench.count("SELECT COUNT(*) FROM callback").await, 0);
}

on_both_engines! {
    on_a_friday_evening_before_a_holiday_monday_tuesday_is_promised_and_kept_in_the_row,
    a_queue_promises_no_more_than_can_be_called,
    the_queue_is_by_promise_and_then_by_who_asked_first,
    a_promise_that_has_passed_is_owned_up_to,
    a_request_from_before_there_were_promises_gets_one,
    a_message_is_laid_with_every_open_request_and_with_no_other,
    messages_go_thirty_days_after_their_request_is_closed,
}
