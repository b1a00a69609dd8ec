//! The line over the telephone: whole calls by SIP and RTP on loopback, and phones that misbehave.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use ligne_claire::media::Sounds;
use ligne_claire::ops::dialer::By;

use crate::kit::{self, Ear, Fault, Manners, Phone, TestLine};

const LINE: &str = "0972010203";
const CALLER: &str = "0353010001";

fn with(line: &TestLine, fault: Fault) -> Phone {
    let mut phone = Phone::dial(line.address, Some(CALLER), LINE, Manners { fault: (fault, 0), ..Manners::default() });
    phone.until("an answer", |phone| phone.answers > 0).unwrap();
    phone
}

/// The keys of a booking by phone, each with what is said next.
const BOOKING: [(&str, &str); 8] = [
    ("1", "Pour dire que vous travaillez,"),
    ("1", "Tapez les cinq chiffres de votre code postal."),
    ("71100", "Vous avez tapé : sept, un, un, zéro, zéro."),
    ("1", "Comment voulez-vous rencontrer"),
    ("2", "Pour entendre les premières dates libres,"),
    ("1", "Voici les prochains rendez-vous."),
    ("1", "par téléphone"),
    ("1", "C'est noté. Vous avez rendez-vous"),
];

fn appointments(line: &TestLine) -> usize {
    kit::appointments(&line.data(), CALLER, "71100").len()
}

#[test]
fn a_caller_books_by_ear_and_keys_and_the_line_hangs_up() {
    let line = TestLine::start();
    let mut phone = Phone::call(line.address, Some(CALLER), LINE);
    phone.hears_something().unwrap();
    for (keys, words) in BOOKING {
        phone.press(keys).and_then(|()| phone.hears(words)).unwrap();
    }
    assert_eq!(appointments(&line), 1, "noted is said after it was written");
    phone.hears("Cet appel vous a-t-il aidé ?").and_then(|()| phone.press("5")).unwrap();
    phone.hears("Au revoir.").and_then(|()| phone.is_left()).unwrap();
    line.end_of_call().unwrap();
    let log = kit::without_clocks(&line.log());
    assert!(log.contains("03 •• •• •• 01") && log.contains("appointment.booked"), "{log}");
    assert!(!log.contains("353010001") && !log.contains("71100") && !log.contains("972010203"), "{log}");
}

/// A phone that understands the welcome and what is promised of the next call, said slowly too, and nothing else.
fn patient(line: SocketAddr, from: Option<&str>) -> Phone {
    static EAR: LazyLock<Ear> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("prompts/fr");
        let all = Sounds::load(&folder).unwrap();
        let known = all.all().map(|(text, sound)| (text.to_owned(), Arc::clone(sound)));
        let known = known.filter(|(text, _)| text.starts_with("Bonjour.") || text.contains("nous parlerons"));
        Ear::new(&known.collect(), |_| true)
    });
    let mut phone = Phone::dial(line, from, LINE, Manners { ear: &EAR, ..Manners::default() });
    phone.until("an answer", Phone::stands).unwrap();
    phone
}

#[test]
fn who_asked_for_the_slow_voice_and_agreed_hears_it_from_the_first_word_of_the_next_call() {
    const HELLO: &str = "Bonjour. Ici le conseil en évolution professionnelle.";
    let line = TestLine::start();
    let mut phone = patient(line.address, Some(CALLER));
    phone.hears_something().unwrap();
    // Slower; in search of a job; under twenty-six; that is all; yes, slowly the next time too.
    for keys in ["*", "*", "1", "2", "1", "3", "1"] {
        phone.press(keys).unwrap();
    }
    phone.hears("nous parlerons lentement.").unwrap();
    assert!(phone.has_heard_slowly("nous parlerons lentement."));
    phone.hang_up().unwrap();
    line.end_of_call().unwrap();
    std::thread::scope(|scope| {
        // The pace is that number's alone.
        for (from, is_slow) in [(Some(CALLER), true), (Some("0353010002"), false), (None, false)] {
            let line = line.address;
            scope.spawn(move || {
                let mut phone = patient(line, from);
                phone.hears(HELLO).unwrap();
                assert_eq!(phone.has_heard_slowly(HELLO), is_slow, "{from:?}");
            });
        }
    });
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
fn a_phone_whose_sound_never_arrives_hears_the_line_all_the_same() {
    let line = TestLine::start();
    let mut phone = with(&line, Fault::Cut);
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

#[test]
fn a_call_cut_by_a_stopping_line_has_its_record_written_before_the_line_is_gone() {
    let mut line = TestLine::start();
    let mut phone = Phone::call(line.address, Some("0353010008"), "0972010203");
    phone.hears("Bonjour. Ici le conseil en évolution professionnelle.").unwrap();
    line.stop_now();
    let records = ligne_claire::server::runtime().unwrap().block_on(async {
        let mut reader = kit::database(&line.data()).await.unwrap();
        sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM call_record").fetch_one(&mut reader).await.unwrap()
    });
    assert_eq!(records, 1);
}
