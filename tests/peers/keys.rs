//! Keys heard right whatever the network does to them (G6), and what the line sends, byte for byte.

use std::net::SocketAddr;
use std::path::Path;

use ligne_claire::booking::PostalCode;
use ligne_claire::speech::{Unit, french};

use super::line::{TestLine, appointments};
use super::phone::Phone;
use super::sip::Transport;
use super::wire::{Fault, Wire};

/// Postal codes in which a digit is doubled, and one after a zero: a bounce or a lost key would show.
const CODES: [&str; 3] = ["71100", "39100", "21000"];
/// What trunks and phones offer for telephone-event.
const PAYLOAD_TYPES: [u8; 3] = [96, 101, 110];

/// A day, an hour and an address last less, in samples.
const PLACE: usize = 14 * 8_000;

/// Types a postal code through a faulty wire, and must hear these very digits read back.
fn types_and_is_understood(line: SocketAddr, transport: Transport, code: &str, events: u8, wire: Wire) {
    let mut phone = Phone::dial(line, transport, "0353010002", events, wire);
    phone.hears_a_voice().keys("1");
    phone.keys(code);
    let digits = french::postal_digits(&PostalCode::parse(code).unwrap());
    phone.hears("Vous avez tapé :").hears_units(&digits).hears("C'est bien cela ?");
    phone.hang_up();
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
                calls.spawn(move || {
                    let told = format!("{code} by payload type {events} over {transport:?}, {fault:?}");
                    let call = || types_and_is_understood(line, transport, code, events, Wire::new(fault, n as u32));
                    std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)).expect(&told);
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
    let mut phone = Phone::dial(line, transport, number, 101, Wire::new(Fault::Nothing, 0));
    phone.hears("Bonjour. Ici le conseil en évolution professionnelle. C'est gratuit et confidentiel.").keys("1");
    phone.hears("Tapez les cinq chiffres de votre code postal.").keys(code);
    phone.hears("Vous avez tapé :").hears_units(&digits).hears("C'est bien cela ?").keys("1");
    phone.hears("Comment voulez-vous rencontrer votre conseiller ?").keys("1");
    phone.hears("Voici les prochains rendez-vous.").keys("1");
    phone.hears("Vous avez choisi :").hears_within("C'est bien cela ?", PLACE).keys("1");
    phone.hears("C'est noté. Vous avez rendez-vous :");
    // Written before it was said (D8 would be a lie otherwise); what follows must be that row.
    let [row] = &appointments(data, number, code)[..] else { panic!("one appointment expected") };
    let mut spoken = french::slot_when(row.slot.starts_at, &row.slot.site.tz);
    spoken.push(Unit::Say(row.slot.site.say_address.clone()));
    phone.hears_units(&spoken).hears("Je répète :").hears_units(&spoken);
    phone.hears("C'est fini, votre rendez-vous est pris.").hears("Merci de votre appel. Au revoir.");
    phone.await_bye();
}
