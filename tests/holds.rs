//! A caller who hangs up at every single step: what was held lapses in its time, and every place is free again.

use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use ligne_claire::booking::{Modality, PostalCode, Slot, When};
use ligne_claire::call::conversation::{Conversation, Event, Output};
use ligne_claire::clock::Now;
use ligne_claire::flow::action::{Reply, Request};
use ligne_claire::flow::{Caller, Channel};
use ligne_claire::phone::PhoneNumber;
use ligne_claire::server::{Line, runtime};

/// A booking to its last key: menu, postal code, on site, first date, yes.
const KEYS: &str = "1711001111";
/// The longest hold of any flow (`hold: 30min`).
const LONGEST: Duration = Duration::from_secs(30 * 60);

async fn event(line: &Line, call: &mut Conversation, run: &str, now: Now, event: Event) {
    let mut events = vec![event];
    while let Some(event) = events.pop() {
        for output in call.input(&line.edition.library, now, event) {
            match output {
                Output::Play { tag, .. } => events.insert(0, Event::Played { tag }),
                Output::Act { key, request, .. } => {
                    events.push(Event::Replied(line.store.execute(now.wall, run, &key, &request).await));
                }
                Output::Record(_) | Output::EndRecording | Output::Rest(_) | Output::HangUp => {}
            }
        }
    }
}

/// The caller presses so many keys, and hangs up.
async fn hang_up_after(line: &Line, keys: usize, mut now: Now) {
    let run = format!("run-{keys}");
    let caller = Caller { number: PhoneNumber::parse("0353010003"), ..Caller::default() };
    let mut call = Conversation::new(&run, "welcome", caller, Channel::Call);
    event(line, &mut call, &run, now, Event::Started).await;
    for key in KEYS.chars().take(keys) {
        now = Now { at: now.at + Duration::from_secs(1), wall: now.wall + Duration::from_secs(1) };
        event(line, &mut call, &run, now, Event::Key(key)).await;
    }
    event(line, &mut call, &run, now, Event::HungUp).await;
}

async fn places(line: &Line, now: Timestamp) -> Vec<Slot> {
    let place = PostalCode::parse("71100").unwrap();
    let request =
        Request::FindSlots { place, modality: Modality::InPerson, when: When::default(), phone: None, limit: 200 };
    match line.store.execute(now, "test", "test", &request).await {
        Reply::Slots(slots) => slots,
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_hold_outlives_its_expiry_wherever_the_caller_hangs_up() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let config = ligne_claire::config::Config {
        data: folder.path().to_owned(),
        flows: root.join("flows"),
        prompts: root.join("prompts"),
        ..Default::default()
    };
    let runtime = runtime().unwrap();
    runtime.block_on(async {
        let line = Line::open(&config).await.unwrap();
        let now = Now { at: Instant::now(), wall: "2026-11-30T08:00:00Z".parse().unwrap() };
        let later = now.wall + LONGEST + Duration::from_secs(60);
        let before = places(&line, later).await;
        let mut held = 0;
        // All but the last key, which books.
        for keys in 0..KEYS.len() {
            hang_up_after(&line, keys, now).await;
            held += line.store.holds(now.wall).await.unwrap();
            assert_eq!(line.store.holds(later).await.unwrap(), 0, "after {keys} keys");
            assert_eq!(places(&line, later).await, before, "after {keys} keys");
            line.store.purge_lapsed(later).await.unwrap();
            assert_eq!(line.store.holds(now.wall).await.unwrap(), 0, "after {keys} keys");
        }
        assert!(held > 0, "no key of this test holds anything: mend KEYS");
    });
}
