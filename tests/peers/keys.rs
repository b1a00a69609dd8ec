//! Keys heard right whatever the network does to them (G6), and what the line sends, byte for byte.

use std::net::SocketAddr;
use std::path::Path;

use ligne_claire::booking::PostalCode;
use ligne_claire::speech::{Unit, french};

use crate::kit::{DIALLED, Fault, Manners, Phone, TestLine, Transport, appointments};

/// Postal codes in which a digit is doubled, and one after a zero: a bounce or a lost key would show.
/// None begins with the key pressed before it, which would be a bounce (C12).
const CODES: [&str; 3] = ["71100", "39100", "58000"];
/// What trunks and phones offer for telephone-event.
const PAYLOAD_TYPES: [u8; 3] = [96, 101, 110];

/// A day, an hour and an address last less, in samples.
const PLACE: usize = 14 * 8_000;

fn answered(line: SocketAddr, number: &str, manners: Manners) -> Phone {
    let mut phone = Phone::dial(line, Some(number), DIALLED, manners);
    phone.until("an answer", Phone::stands).unwrap();
    phone
}

/// Types a postal code through a faulty wire, and must hear these very digits read back.
fn types_and_is_understood(line: SocketAddr, code: &str, manners: Manners) -> Result<(), String> {
    let mut phone = answered(line, "0353010002", manners);
    phone.hears_something()?;
    phone.types("2")?;
    phone.types(code)?;
    let digits = french::postal_digits(&PostalCode::parse(code).unwrap());
    phone.hears_next("Vous avez tapé :")?;
    phone.hears_units(&digits)?;
    phone.hears_next("C'est bien cela ?")?;
    phone.hang_up()
}

#[test]
fn keys_are_right_under_loss_reordering_triplication_and_missing_ends() {
    let line = TestLine::start();
    // All at once: each call has its own media port.
    std::thread::scope(|calls| {
        for (n, fault) in Fault::ALL.into_iter().enumerate() {
            for (code, events) in CODES.into_iter().zip(PAYLOAD_TYPES.into_iter().cycle().skip(n)) {
                let line = line.address;
                let transport = if n % 2 == 0 { Transport::Udp } else { Transport::Tcp };
                let manners = Manners { transport, events, fault: (fault, n as u32), ..Manners::default() };
                calls.spawn(move || {
                    types_and_is_understood(line, code, manners).unwrap_or_else(|error| {
                        panic!("{code} by payload type {events} over {transport:?}, {fault:?}: {error}")
                    });
                });
            }
        }
    });
}

#[test]
fn a_landline_caller_books_by_ear_over_udp_and_tcp_and_hears_what_was_written() {
    let line = TestLine::start();
    let (address, data) = (line.address, line.data());
    std::thread::scope(|calls| {
        // In two towns, so that neither takes the other's place.
        calls.spawn(|| books_by_ear(address, &data, Transport::Udp, "0353010001", "71100"));
        calls.spawn(|| books_by_ear(address, &data, Transport::Tcp, "0353010003", "39100"));
    });
}

fn books_by_ear(line: SocketAddr, data: &Path, transport: Transport, number: &str, code: &str) {
    let digits = french::postal_digits(&PostalCode::parse(code).unwrap());
    let mut phone = answered(line, number, Manners { transport, ..Manners::default() });
    phone.hears_next("Bonjour. Ici le conseil en évolution professionnelle. C'est gratuit et confidentiel.").unwrap();
    for question in ["Quelle est votre situation ?", "Tapez les cinq chiffres de votre code postal."] {
        phone.types("1").and_then(|()| phone.hears_next(question)).unwrap();
    }
    phone.types(code).and_then(|()| phone.hears_next("Vous avez tapé :")).unwrap();
    phone.hears_units(&digits).and_then(|()| phone.hears_next("C'est bien cela ?")).unwrap();
    for question in [
        "Comment voulez-vous rencontrer votre conseiller ?",
        "Pour entendre les premières dates libres,",
        "Voici les prochains rendez-vous.",
    ] {
        phone.types("1").and_then(|()| phone.hears_next(question)).unwrap();
    }
    phone.types("1").and_then(|()| phone.hears_next("Vous avez choisi :")).unwrap();
    phone.hears_within("C'est bien cela ?", PLACE).unwrap();
    phone.types("1").and_then(|()| phone.hears_next("C'est noté. Vous avez rendez-vous :")).unwrap();
    // Written before it was said (D8 would be a lie otherwise); what follows must be that row.
    let [row] = &appointments(data, number, code)[..] else { panic!("one appointment expected") };
    let mut spoken = french::slot_when(row.slot.starts_at, &row.slot.site.tz);
    spoken.push(Unit::Say(row.slot.site.say_address.clone()));
    phone.hears_units(&spoken).and_then(|()| phone.hears_next("Je répète :")).unwrap();
    phone.hears_units(&spoken).unwrap();
    phone.hears_next("C'est fini, votre rendez-vous est pris.").unwrap();
    phone.hears("Cet appel vous a-t-il aidé ?").and_then(|()| phone.types("5")).unwrap();
    phone.hears("Merci pour votre note. Merci de votre appel. Au revoir.").and_then(|()| phone.is_left()).unwrap();
}

#[test]
fn a_cancel_on_the_heels_of_its_invite_leaves_the_line_clear() {
    let line = TestLine::start();
    for transport in [Transport::Udp, Transport::Tcp] {
        let manners = Manners { transport, ..Manners::default() };
        let given_up = (0..10).filter(|_| {
            let mut phone = Phone::dial(line.address, Some("0353010004"), DIALLED, manners);
            phone.cancels_at_once().unwrap()
        });
        println!("{transport:?}: {} of 10 given up with 487, the others answered and hung up", given_up.count());
    }
    // Still there, for the next caller.
    Phone::call(line.address, Some("0353010004"), DIALLED).hang_up().unwrap();
}
