//! The line over the telephone: whole calls by SIP and RTP on loopback, and phones that misbehave.

use std::path::Path;
use std::time::Duration;

use ligne_claire::booking::PostalCode;
use ligne_claire::call::transcript::{self, Clause, Numbered};
use ligne_claire::flow::action::{Reply, Request};
use ligne_claire::ops::dialer::By;
use ligne_claire::phone::PhoneNumber;
use ligne_claire::store::Store;

use crate::kit::{Manners, Phone, Sound, TestLine};

const LINE: &str = "0972010203";
const CALLER: &str = "0353010001";

fn with(line: &TestLine, sound: Sound) -> Phone {
    let mut phone = Phone::dial(line.address, Some(CALLER), LINE, Manners { sound, ..Manners::default() });
    phone.until("an answer", |phone| phone.answers > 0).unwrap();
    phone
}

/// The keys of a booking by phone, each with what is said next.
const BOOKING: [(&str, &str); 6] = [
    ("1", "Tapez les cinq chiffres de votre code postal."),
    ("71100", "Vous avez tapé : sept, un, un, zéro, zéro."),
    ("1", "Comment voulez-vous rencontrer"),
    ("2", "Voici les prochains rendez-vous."),
    ("1", "par téléphone"),
    ("1", "C'est noté. Vous avez rendez-vous"),
];

fn appointments(line: &TestLine) -> usize {
    let runtime = ligne_claire::server::runtime().unwrap();
    runtime.block_on(async {
        let store = Store::open(&line.data()).await.unwrap();
        let request = Request::FindAppointments {
            phone: PhoneNumber::parse(CALLER).unwrap(),
            place: PostalCode::parse("71100").unwrap(),
        };
        match store.execute(jiff::Timestamp::now(), "test", "test", &request).await {
            Reply::Appointments(found) => found.len(),
            other => panic!("{other:?}"),
        }
    })
}

#[test]
fn a_caller_books_by_ear_and_keys_and_the_line_hangs_up() {
    let line = TestLine::start();
    let mut phone = Phone::call(line.address, Some(CALLER), LINE);
    phone.hears_something().unwrap();
    for (keys, words) in [
        ("1", "Tapez les cinq chiffres de votre code postal."),
        ("71100", "Vous avez tapé : sept, un, un, zéro, zéro."),
        ("1", "Comment voulez-vous rencontrer"),
        ("2", "Voici les prochains rendez-vous."),
        ("1", "Vous avez choisi"),
        ("1", "C'est noté. Vous avez rendez-vous"),
    ] {
        phone.press(keys).and_then(|()| phone.hears(words)).unwrap();
    }
    assert_eq!(appointments(&line), 1, "noted is said after it was written");
    phone.hears("Au revoir.").and_then(|()| phone.is_left()).unwrap();
    line.end_of_call().unwrap();
    let log = line.log();
    assert!(log.contains("03 •• •• •• 01") && log.contains("appointment.booked"), "{log}");
    assert!(!log.contains("353010001") && !log.contains("71100") && !log.contains("972010203"), "{log}");
}

#[test]
fn killed_while_it_says_noted_the_line_has_the_row() {
    let mut line = TestLine::start();
    let mut phone = Phone::call(line.address, Some(CALLER), LINE);
    for (keys, _) in BOOKING {
        phone.hears_something().and_then(|()| phone.press(keys)).unwrap();
    }
    phone.until("the first syllable", |phone| phone.has_begun("C'est noté. Vous avez rendez-vous :")).unwrap();
    line.kill();
    assert_eq!(appointments(&line), 1);
}

#[test]
fn callers_who_hang_up_at_any_step_leave_no_port_no_descriptor_and_no_memory_behind() {
    const CALLERS: u64 = 12;
    let line = TestLine::start();
    let address = line.address;
    let round = || {
        std::thread::scope(|scope| {
            for caller in 0..CALLERS {
                scope.spawn(move || {
                    let from = format!("03530100{:02}", caller + 30);
                    let mut phone = Phone::call(address, Some(&from), LINE);
                    for (keys, _) in &BOOKING[..caller as usize % BOOKING.len()] {
                        phone.hears_something().and_then(|()| phone.press(keys)).unwrap();
                    }
                    phone.hang_up().unwrap();
                });
            }
        });
        (0..CALLERS).for_each(|_| drop(line.end_of_call().unwrap()));
        (line.descriptors(), line.memory_kib())
    };
    // Twelve calls take 24 of the 40 ports: the second round has ports only if the first gave them back.
    let (descriptors, memory) = round();
    for _ in 0..2 {
        let (now, memory_now) = round();
        assert_eq!(now, descriptors);
        assert!(memory_now < memory * 105 / 100 + 1_024, "{memory} KiB, then {memory_now} KiB");
    }
}

#[test]
fn keys_whose_packets_are_tripled_or_swapped_are_each_heard_once() {
    let line = TestLine::start();
    std::thread::scope(|scope| {
        for sound in [Sound::Tripled, Sound::Swapped] {
            let mut phone = with(&line, sound);
            scope.spawn(move || {
                phone.hears_something().and_then(|()| phone.press("1")).unwrap();
                phone.hears_something().and_then(|()| phone.press("71100")).unwrap();
                phone.hears("Vous avez tapé : sept, un, un, zéro, zéro. C'est bien cela ?").unwrap();
                phone.hang_up().unwrap();
            });
        }
    });
}

#[test]
fn a_phone_whose_sound_never_arrives_hears_the_line_all_the_same() {
    let line = TestLine::start();
    let mut phone = with(&line, Sound::Dropped);
    phone.hears("Bonjour. Ici le conseil en évolution professionnelle.").unwrap();
    phone.hang_up().unwrap();
}

#[test]
fn an_answer_without_ack_is_sent_again_until_the_ack_and_the_call_goes_on() {
    let line = TestLine::start();
    let mut phone = Phone::dial(line.address, Some(CALLER), LINE, Manners { acks: false, ..Manners::default() });
    phone.until("the same 200 thrice", |phone| phone.answers == 3).unwrap();
    phone.acknowledge();
    phone.hears_something().unwrap();
    assert_eq!(phone.answers, 3);
    phone.hang_up().unwrap();
}

#[test]
fn a_bye_before_the_ack_is_answered_and_ends_the_call() {
    let line = TestLine::start();
    let mut phone = Phone::dial(line.address, Some(CALLER), LINE, Manners { acks: false, ..Manners::default() });
    phone.until("an answer", |phone| phone.answers > 0).unwrap();
    phone.hang_up().unwrap();
    assert_eq!(phone.ended, Some(By::Us));
}

#[test]
fn a_caller_who_gives_up_at_once_is_let_go_whether_cancel_or_answer_was_first() {
    let line = TestLine::start();
    let mut phone = Phone::dial(line.address, Some(CALLER), LINE, Manners::default());
    phone.cancel().unwrap();
    assert!(phone.refused == Some(487) || phone.ended == Some(By::Us), "{:?} {:?}", phone.refused, phone.ended);
    // The line is there for the next one.
    Phone::call(line.address, Some(CALLER), LINE).hang_up().unwrap();
}

/// Plays a transcript in real time. Days and hours are those of today, and `later` passes at once.
fn play(clauses: &[Numbered]) -> Result<(), String> {
    let line = TestLine::start();
    let mut phone: Option<Phone> = None;
    for (number, clause) in clauses {
        let on_line = |error: String| format!("line {number}: {error}");
        match (clause, &mut phone) {
            (Clause::At(_) | Clause::Later(_), _) => {}
            (Clause::Call(caller), _) => {
                let from = caller.as_ref().map(PhoneNumber::national);
                phone = Some(Phone::call(line.address, from.as_deref(), LINE));
            }
            (Clause::Hears(words), Some(phone)) => phone.hears(words).map_err(on_line)?,
            // Nobody answers a question that has not begun.
            (Clause::Keys(keys), Some(phone)) => {
                phone.hears_something().and_then(|()| phone.press(keys)).map_err(on_line)?;
            }
            (Clause::Silent(length), Some(phone)) => phone.listens(*length).map_err(on_line)?,
            (Clause::Drops, Some(phone)) => {
                phone.hang_up().and_then(|()| line.end_of_call()).map_err(on_line)?;
            }
            (Clause::Then(goal), Some(phone)) => {
                let end = phone.is_left().and_then(|()| line.end_of_call()).map_err(on_line)?;
                if !end.contains(&format!("goal=\"{goal}\"")) {
                    return Err(on_line(format!("wanted {goal}; {end}")));
                }
            }
            (clause, None) => return Err(on_line(format!("{clause:?} before any call"))),
        }
    }
    Ok(())
}

/// Whether a transcript can be played at the pace of life: no long silence, no date of its own.
fn is_short(clauses: &[Numbered]) -> bool {
    let months = ["décembre", "novembre"];
    clauses.iter().all(|(_, clause)| match clause {
        Clause::Silent(_) => false,
        Clause::Hears(words) => !months.iter().any(|month| words.contains(month)),
        _ => true,
    })
}

/// Transcripts with silences (8 to 34 s each) or fixed dates are played in memory only, by `calls`.
#[test]
fn transcripts_without_long_silences_are_heard_over_sip_and_rtp() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/calls");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let all = files.map(|path| {
        let clauses = transcript::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        (path, clauses)
    });
    let short: Vec<_> = all.filter(|(_, clauses)| is_short(clauses)).collect();
    assert!(short.len() >= 2, "drop_and_again and withheld_call_back at least");
    std::thread::scope(|scope| {
        for (path, clauses) in &short {
            scope.spawn(move || play(clauses).unwrap_or_else(|error| panic!("{}: {error}", path.display())));
        }
    });
}

#[test]
fn a_call_cut_by_a_stopping_line_has_its_record_written_before_the_line_is_gone() {
    let mut line = TestLine::start();
    let mut phone = Phone::call(line.address, Some("0353010008"), "0972010203");
    phone.hears("Bonjour. Ici le conseil en évolution professionnelle.").unwrap();
    line.stop_now();
    ligne_claire::server::runtime().unwrap().block_on(async {
        let store = Store::open(&line.data()).await.unwrap();
        let in_two_years = jiff::Timestamp::now() + Duration::from_secs(2 * 366 * 86_400);
        assert_eq!(store.purge_old(in_two_years).await.unwrap(), 1, "nothing was asked of the store: one record");
    });
}
