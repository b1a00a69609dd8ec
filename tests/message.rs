//! A message left after the tone, over the telephone: what is kept is what was said.

use ligne_claire::rtp::g711::linear_to_alaw;
use ligne_claire::store::Store;
use sqlx::Row;

use crate::kit::{DIALLED, Phone, TestLine, database};

const CALLER: &str = "0353010021";

/// To the tone.
fn at_the_tone(line: &TestLine) -> Phone {
    let mut phone = Phone::call(line.address, Some(CALLER), DIALLED);
    phone.hears_something().unwrap();
    for (keys, words) in [
        ("3", "Pour être rappelé,"),
        ("1", "Faut-il vous rappeler à ce numéro ?"),
        ("1", "Quand pouvons-nous vous rappeler ?"),
        ("3", "C'est noté. Un conseiller vous rappellera avant :"),
        ("1", "Voulez-vous dire un mot au conseiller avant ?"),
        ("1", "Parlez après le signal."),
    ] {
        phone.press(keys).and_then(|()| phone.hears(words)).unwrap();
    }
    phone.hears_tone().unwrap();
    phone
}

/// Two seconds of a voice: a tone that swells and sinks four times a second.
fn voice() -> Vec<u8> {
    let sample = |at: usize| {
        let time = at as f64 / 8_000.0;
        (6_000.0 * (0.6 + 0.4 * (25.0 * time).sin()) * (1_900.0 * time).sin()) as i16
    };
    (0..16_000).map(|at| linear_to_alaw(sample(at))).collect()
}

/// The recordings that are laid with open requests.
fn messages(line: &TestLine) -> Vec<Vec<u8>> {
    line.end_of_call().unwrap();
    ligne_claire::server::runtime().unwrap().block_on(async {
        let mut reader = database(&line.data()).await.unwrap();
        let rows = sqlx::query("SELECT recording FROM callback_message").fetch_all(&mut reader).await.unwrap();
        let store = Store::open(&line.data()).await.unwrap();
        let mut sounds = Vec::new();
        for row in rows {
            sounds.push(store.voice(row.get::<&str, _>(0)).await.unwrap());
        }
        sounds
    })
}

/// The whole of what was said is in what is kept, sample by sample, and little else.
fn is_kept(kept: &[u8], said: &[u8]) {
    let at = kept.windows(400).position(|window| window == &said[800..1_200]).expect("what was said");
    assert_eq!(kept[at..][..said.len() - 1_600], said[800..said.len() - 800]);
    assert!((13_600..=22_400).contains(&kept.len()), "{} ms", kept.len() / 8);
}

#[test]
fn a_message_ended_by_a_key_is_kept_as_it_was_said() {
    let line = TestLine::start();
    let mut phone = at_the_tone(&line);
    phone.says(&voice()).unwrap();
    phone.press("#").and_then(|()| phone.hears("C'est noté. Votre message est gardé.")).unwrap();
    phone.hears("Au revoir.").and_then(|()| phone.is_left()).unwrap();
    let kept = messages(&line);
    assert_eq!(kept.len(), 1);
    is_kept(&kept[0], &voice());
}

#[test]
fn a_message_ended_by_hanging_up_is_kept_too() {
    let line = TestLine::start();
    let mut phone = at_the_tone(&line);
    phone.says(&voice()).and_then(|()| phone.hang_up()).unwrap();
    let kept = messages(&line);
    assert_eq!(kept.len(), 1);
    is_kept(&kept[0], &voice());
}

/// The store is busy while a message that a key ended is being kept, and they hang up.
#[test]
fn a_message_ended_by_a_key_is_kept_though_they_hang_up_at_once() {
    let line = TestLine::start();
    let mut phone = at_the_tone(&line);
    phone.says(&voice()).unwrap();
    let runtime = ligne_claire::server::runtime().unwrap();
    let mut other = runtime.block_on(database(&line.data())).unwrap();
    runtime.block_on(sqlx::query("BEGIN IMMEDIATE").execute(&mut other)).unwrap();
    phone.press("#").and_then(|()| phone.hang_up()).unwrap();
    runtime.block_on(sqlx::query("ROLLBACK").execute(&mut other)).unwrap();
    let kept = messages(&line);
    let in_store = runtime.block_on(sqlx::query("SELECT COUNT(*) FROM voice").fetch_one(&mut other)).unwrap();
    assert_eq!(kept.len(), 1, "laid with the request, of {} in the store\n{}", in_store.get::<i64, _>(0), line.log());
    is_kept(&kept[0], &voice());
}

/// The same with a store that has nothing else to do.
#[test]
fn a_message_ended_by_a_key_is_kept_though_they_hang_up_at_once_and_the_store_is_idle() {
    let line = TestLine::start();
    let mut phone = at_the_tone(&line);
    phone.says(&voice()).unwrap();
    phone.press("#").and_then(|()| phone.hang_up()).unwrap();
    assert_eq!(messages(&line).len(), 1, "{}", line.log());
}
