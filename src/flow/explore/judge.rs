//! What a store must hold, and what one request must not do to it.

use super::RIVAL;
use super::store::{Hold, Rest, Row, Store};
use crate::flow::action::{Reply, Request, SLOW};

/// One order of rows, whatever the order of events; a rival's cancelled appointment is nobody's any more.
pub(super) fn tidy(store: &mut Store) {
    store.rows.retain(|row| row.by != RIVAL || !row.is_excused);
    store.rows.sort_by(|a: &Row, b| a.id.cmp(&b.id));
    store.holds.sort_by(|a: &Hold, b| a.holder.cmp(&b.holder));
    store.call_backs.sort_by(|a, b| (&a.phone, &a.topic).cmp(&(&b.phone, &b.topic)));
    store.call_backs.iter_mut().for_each(|call_back| call_back.windows.sort());
    store.seats.sort_by(|a, b| (&a.group, &a.by).cmp(&(&b.group, &b.by)));
    // Written and never read by any flow, but for the pace of a number, of which the last word counts.
    store.ratings.clear();
    let said = std::mem::take(&mut store.consents);
    for consent in said.into_iter().filter(|consent| consent.topic == SLOW) {
        store.consents.retain(|earlier| earlier.phone != consent.phone);
        store.consents.push(consent);
    }
    store.consents.sort_by(|a, b| a.phone.cmp(&b.phone));
    store.answers.sort_by(|a, b| a.key.cmp(&b.key));
}

/// What one request must not do, whatever it is.
pub(super) fn misdone(before: &Store, after: &Store, request: &Request, reply: &Reply) -> Option<String> {
    if !matches!(request, Request::Cancel { .. }) {
        let stands = |store: &Store, id: &str| store.rows.iter().any(|row| row.id == id && !row.is_excused);
        if before.rows.iter().any(|row| stands(before, &row.id) && !stands(after, &row.id)) {
            return Some("an appointment is lost, and nobody cancelled it".to_owned());
        }
    }
    // Under its key an answer is given again, and changes nothing.
    let is_given = before.answers.iter().any(|answer| answer.request == *request && answer.reply == *reply);
    if !is_given && is_guess_free(before, after, request, reply) {
        return Some("a wrong postal code costs nothing: it could be guessed for ever".to_owned());
    }
    let (Request::Resume { phone, place }, Reply::Resumed(json)) = (request, reply) else { return None };
    let is_theirs = |rest: &Rest| rest.phone == *phone && rest.fact == *place && rest.json == *json;
    if after.rests.iter().any(|rest| rest.json == *json) {
        return Some("a call is taken up, and is there for the next who asks".to_owned());
    }
    let is_right = is_given || before.rests.iter().any(is_theirs);
    (!is_right).then(|| "a call is taken up by somebody who told another postal code".to_owned())
}

/// Guesses are counted (D15): whoever tells a wrong code has one less.
fn is_guess_free(before: &Store, after: &Store, request: &Request, reply: &Reply) -> bool {
    let (Request::Resume { phone, .. }, Reply::Wrong) = (request, reply) else { return false };
    let misses = |store: &Store, run: &str| store.rests.iter().find(|rest| rest.run == run).map(|rest| rest.misses);
    let mut theirs = before.rests.iter().filter(|rest| rest.phone == *phone);
    theirs.any(|rest| misses(after, &rest.run).is_some_and(|misses| misses <= rest.misses))
}

/// Whether the store has what a request was to write, whatever others did to it since.
pub(super) fn is_written(store: &Store, call: &str, request: &Request) -> bool {
    match request {
        Request::Book { phone, place, slot, other } => {
            let mut own = store.rows.iter().filter(|row| row.by == call && row.slot == *slot);
            own.any(|row| row.phone == *phone && row.place == *place && row.other == *other)
        }
        Request::Move { appointment, slot } => {
            store.rows.iter().any(|row| row.id == appointment.id && row.slot == *slot)
        }
        Request::Confirm { appointment } => store.rows.iter().any(|row| row.id == appointment.id && row.is_confirmed),
        Request::Cancel { appointment } => store.rows.iter().any(|row| row.id == appointment.id && row.is_excused),
        Request::RequestCallback { phone, topic, window } => {
            let mut open = store.call_backs.iter().filter(|open| open.phone == *phone && open.topic == *topic);
            open.any(|open| open.windows.contains(window))
        }
        Request::AttachMessage { phone, recording } => {
            let mut open = store.call_backs.iter().filter(|open| open.phone == *phone);
            open.any(|open| open.messages.contains(recording))
        }
        Request::JoinGroup { phone, place, group } => {
            let mut seats = store.seats.iter().filter(|seat| seat.group == group.id && seat.place == *place);
            seats.any(|seat| if phone.is_some() { seat.phone == *phone } else { seat.by == call })
        }
        Request::Rate { score } => store.ratings.contains(score),
        Request::RecordConsent { phone, topic, agrees } => {
            let mut latest = store.consents.iter().rev().filter(|known| known.phone == *phone && known.topic == *topic);
            latest.next().is_some_and(|known| known.agrees == *agrees)
        }
        // Nothing is to be written: looked up, kept for a while, or taken up.
        Request::FindSlots { .. }
        | Request::FindDays { .. }
        | Request::FindAppointments { .. }
        | Request::FindCallback { .. }
        | Request::FindGroups { .. }
        | Request::Hold { .. }
        | Request::Release
        | Request::Resume { .. } => true,
    }
}
