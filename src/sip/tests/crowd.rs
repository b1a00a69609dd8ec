//! Many calls of all kinds: nothing is left behind, nothing grows without bound.

use super::*;

/// One call of kind `n`, from its INVITE on; some are never finished.
fn plays(rig: &mut Rig, n: usize) {
    let mut phone = Phone::new(&format!("c{n}"));
    match n % 4 {
        0 => phone.body = SDP.into(),
        1 => phone.from = format!("sip:0639980012@example.net;tag=x{n}"),
        _ => {}
    }
    rig.hears(phone.invite(1));
    let tag = rig.tag();
    match n % 11 {
        0 => drop((rig.answers(), rig.hears(phone.ack(1, &tag)), rig.hears(phone.bye(2, &tag)))),
        1 => drop(rig.answers()),
        2 => drop((rig.hears(phone.cancel(1)), rig.hears(phone.ack_failure(1, &tag)))),
        3 => drop(rig.hears(phone.cancel(1))),
        4 => drop((rig.answers(), rig.hears(phone.ack(1, &tag)), rig.does(Command::HangUp))),
        5 => drop((rig.answers(), rig.does(Command::HangUp))),
        6 => drop((rig.answers(), rig.hears(phone.bye(2, &tag)))),
        7 => drop(rig.does(Command::Refuse(486))),
        8 => drop((rig.hears(phone.invite(1)), rig.hears(phone.bye(2, &tag)))),
        9 => {
            rig.talks(&Phone::new(&format!("d{n}")));
            let (other, tag) = (Phone::new(&format!("d{n}")), rig.tag());
            for sequence in 2..5 {
                rig.hears(other.reinvite(sequence, &tag));
                rig.hears(other.reinvite(sequence + 10, &tag));
                rig.answers();
                rig.hears(other.ack(sequence, &tag));
            }
            rig.does(Command::HangUp);
            let bye = rig.text().to_owned();
            rig.hears(answer_to(&bye, 200));
        }
        _ => drop(rig.hears(phone.request("OPTIONS", 2, "o", ""))),
    }
}

#[test]
fn after_twenty_thousand_calls_of_all_kinds_nothing_is_left() {
    for mut rig in [Rig::with_calls(30_000), Rig::tcp()] {
        let (batches, each) = if rig.source.transport == Transport::Udp { (20, 1_000) } else { (10, 100) };
        for batch in 0..batches {
            (0..each).for_each(|n| plays(&mut rig, batch * each + n));
            rig.waits_s(3);
        }
        rig.forgets();
    }
}

#[test]
fn floods_of_repetitions_do_not_grow_the_queue() {
    let (mut rig, phone) = (Rig::new(), Phone::new("a"));
    rig.talks(&phone);
    rig.does(Command::HangUp);
    let bye = rig.text().to_owned();
    let other = Phone::new("b");
    rig.hears(other.invite(1));
    rig.hears(other.cancel(1));
    let tag = rig.tag();
    for _ in 0..10_000 {
        rig.hears(answer_to(&bye, 100));
        rig.hears(other.invite(1));
        rig.hears(other.ack_failure(1, &tag));
        rig.hears(other.cancel(1));
    }
    assert!(rig.core.timers.len() < 20, "{}", rig.core.timers.len());
    rig.forgets();
}

#[test]
fn timers_of_calls_long_over_are_swept() {
    let mut rig = Rig::tcp();
    for n in 0..5_000 {
        let phone = Phone::new(&format!("t{n}"));
        rig.hears(phone.invite(1));
        rig.does(Command::Refuse(486));
        rig.hears(phone.ack_failure(1, &rig.tag()));
    }
    assert_eq!(rig.core.counters().transactions, 0);
    assert!(rig.core.timers.len() <= 1_100, "{}", rig.core.timers.len());
}

#[test]
fn strangers_requests_cost_no_memory() {
    let mut rig = Rig::with_calls(1);
    rig.talks(&Phone::new("a"));
    for n in 0..2_000 {
        let phone = Phone::new(&format!("s{n}"));
        for method in ["INVITE", "OPTIONS", "REGISTER", "CANCEL", "BYE", "X"] {
            assert_eq!(rig.hears(phone.request(method, 1, "s", "")).len(), 1);
        }
    }
    assert_eq!((rig.core.counters().transactions, rig.core.counters().dialogs), (1, 1));
}

#[test]
fn when_the_table_is_full_calls_in_progress_still_end_well() {
    let (mut rig, phone) = (Rig::with_calls(2_000), Phone::new("a"));
    rig.talks(&phone);
    let tag = rig.tag();
    rig.core.table.fill();
    assert_eq!(rig.hears(Phone::new("b").invite(1)), ["503"]);
    assert_eq!(rig.hears(phone.reinvite(2, &tag)), ["503"]);
    assert_eq!(rig.hears(phone.bye(3, &tag)), ["200", "ended Bye"]);
}
