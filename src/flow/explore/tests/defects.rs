//! Defects of moving, resting, groups, other people and words that come twice: each is found.

use super::*;

/// A caller who is cut off anywhere and calls again.
fn again(flow: &'static str, before: usize) -> Scope {
    Scope { flow, again: Some("resume"), codes: vec![HERE, ELSEWHERE], digits: "123", ..small(&[shown(A)], before, 1) }
}

// ── moving ───────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn an_appointment_given_up_before_the_new_one_is_had_is_found() {
    let hasty = |store: &mut Store, region: &Region, run: &str, key: &str, request: &Request| {
        let reply = store.execute(region, run, key, request);
        if matches!(request, Request::Move { .. }) && reply == Ok(Reply::Taken) {
            store.rows.iter_mut().for_each(|row| row.is_excused = true);
        }
        reply
    };
    caught("manage", &small(&[shown(A)], 1, 1), store(hasty), "an appointment is lost");
}

#[test]
fn a_move_told_and_not_kept_is_found() {
    let lossy = |store: &mut Store, region: &Region, run: &str, key: &str, request: &Request| {
        let before = store.rows.clone();
        let reply = store.execute(region, run, key, request);
        if matches!(request, Request::Move { .. }) {
            store.rows = before;
        }
        reply
    };
    caught("manage", &small(&[shown(A)], 1, 1), store(lossy), "nouveau rendez-vous");
}

#[test]
fn a_move_onto_a_place_that_another_has_is_found() {
    let bold = |store: &mut Store, region: &Region, run: &str, key: &str, request: &Request| {
        if let Request::Move { slot, .. } = request
            && store.answers.iter().all(|answer| answer.key != key)
        {
            store.holds.retain(|hold| hold.holder != run);
            store.holds.push(Hold { holder: run.to_owned(), slot: slot.clone(), until: store.now + 1 });
        }
        store.execute(region, run, key, request)
    };
    let scope = Scope { has_rival: true, ..small(&[shown(A)], 1, 1) };
    let Err(violation) = run("manage", &scope, store(bold)) else { panic!("not found") };
    let what = violation.what;
    assert!(what.contains("a place is held that another has") || what.contains("one place is booked twice"), "{what}");
}

// ── cut off and taken up ─────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_run_given_to_whoever_shows_the_number_is_found() {
    let open = |store: &mut Store, region: &Region, run: &str, key: &str, request: &Request| {
        if let Request::Resume { place, .. } = request {
            store.rests.iter_mut().for_each(|rest| rest.fact = place.clone());
        }
        store.execute(region, run, key, request)
    };
    caught("book", &again("book", 0), store(open), "told another postal code");
}

#[test]
fn a_code_that_can_be_guessed_for_ever_is_found() {
    let patient = |store: &mut Store, region: &Region, run: &str, key: &str, request: &Request| {
        let reply = store.execute(region, run, key, request);
        store.rests.iter_mut().for_each(|rest| rest.misses = 0);
        reply
    };
    caught("book", &again("book", 0), store(patient), "guessed for ever");
}

#[test]
fn a_run_given_twice_is_found() {
    let generous = |store: &mut Store, region: &Region, run: &str, key: &str, request: &Request| {
        let rests = store.rests.clone();
        let reply = store.execute(region, run, key, request);
        if matches!(reply, Ok(Reply::Resumed(_))) {
            store.rests = rests;
        }
        reply
    };
    caught("book", &again("book", 0), store(generous), "there for the next who asks");
}

#[test]
fn a_run_taken_up_that_asks_under_a_new_key_is_found() {
    let anew = |_: &Run, effects: Vec<Effect>| {
        let is_taken_up = matches!(effects.first(), Some(Effect::Say(prompt)) if prompt.text().contains("reprenons"));
        let new_key = |effect| match effect {
            Effect::Act { request, .. } if is_taken_up => Effect::Act { key: "a:x".to_owned(), request },
            other => other,
        };
        effects.into_iter().map(new_key).collect()
    };
    caught("book", &again("book", 0), wanted(anew), "under another key");
}

// ── groups ───────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn one_seat_for_two_is_found() {
    let blind = |store: &mut Store, region: &Region, run: &str, key: &str, request: &Request| {
        let others = store.seats.extract_if(.., |seat| seat.by != run).collect::<Vec<_>>();
        let reply = store.execute(region, run, key, request);
        store.seats.extend(others);
        reply
    };
    caught("group", &small(&[shown(A), shown(B)], 0, 1), store(blind), "than it has seats");
}

#[test]
fn a_seat_told_and_not_kept_is_found() {
    let lossy = |store: &mut Store, region: &Region, run: &str, key: &str, request: &Request| {
        let reply = store.execute(region, run, key, request);
        store.seats.clear();
        reply
    };
    caught("group", &one(), store(lossy), "« C'est noté. Vous avez une place. »");
}

// ── the pace of a number ────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_pace_told_and_not_kept_is_found() {
    let lossy = |store: &mut Store, region: &Region, run: &str, key: &str, request: &Request| {
        let reply = store.execute(region, run, key, request);
        store.consents.clear();
        reply
    };
    let slow = Scope { detail: Detail::Full, ..small(&[Caller { slow: true, ..shown(A) }], 0, 1) };
    caught("slow", &slow, store(lossy), "nous parlerons");
    // In a call back, by somebody who presses the star twice.
    let ordinary = Scope { detail: Detail::Full, ..small(&[shown(A)], 0, 1) };
    caught("person", &ordinary, store(lossy), "nous parlerons");
}

// ── another person of the same number ────────────────────────────────────────────────────────────────────────────────

#[test]
fn another_person_put_in_the_place_of_the_one_known_is_found() {
    let narrow = |store: &mut Store, region: &Region, run: &str, key: &str, request: &Request| {
        let reply = store.execute(region, run, key, request);
        if matches!(request, Request::Book { other: Some(_), .. }) && matches!(reply, Ok(Reply::Booked(_))) {
            store.rows.retain(|row| row.by == run);
        }
        reply
    };
    caught("book", &small(&[shown(A)], 1, 1), store(narrow), "an appointment is lost");
}

#[test]
fn another_person_written_under_the_name_of_the_first_is_found() {
    let nameless = |store: &mut Store, region: &Region, run: &str, key: &str, request: &Request| {
        let reply = store.execute(region, run, key, request);
        store.rows.iter_mut().for_each(|row| row.other = None);
        reply
    };
    caught("book", &small(&[shown(A)], 1, 1), store(nameless), "« C'est noté. Vous avez rendez-vous : » and nothing");
}

// ── words that come twice ────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn words_delivered_twice_that_ask_twice_are_found() {
    let eager = |run: &Run, effects: Vec<Effect>| {
        if !effects.is_empty() {
            return effects;
        }
        vec![Effect::Act { key: format!("{}:7", run.id()), request: Request::Release }]
    };
    let scope = Scope { has_letters: true, digits: "123", ..small(&[shown(A)], 0, 1) };
    caught("book", &scope, wanted(eager), "words that came twice");
}
