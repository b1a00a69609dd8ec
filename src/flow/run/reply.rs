//! What the store said, and where it leads.

use super::super::action::Reply;
use super::super::value::Value;
use super::super::written::of_offer;
use super::{Library, Run, Turn, Wait};
use crate::booking::Slot;

impl Run {
    pub(super) fn reply(&mut self, turn: &mut Turn<'_>, reply: Reply) {
        match (self.wait.clone(), reply) {
            (Wait::Found, Reply::Slots(mut found)) => {
                found.retain(|slot| !self.is_had(turn.library, slot));
                self.found(turn, found.into_iter().map(Value::Slot).collect());
            }
            (Wait::Found, Reply::Days(found)) => self.found(turn, found.into_iter().map(Value::Day).collect()),
            (Wait::Found, Reply::Groups(found)) => self.found(turn, found.into_iter().map(Value::Group).collect()),
            (Wait::Found, Reply::Appointments(found)) => {
                self.found(turn, found.into_iter().map(Value::Appointment).collect());
            }
            (Wait::Held { item }, Reply::Held) => {
                if let Some(offer) = self.step(turn.library).and_then(|step| step.offer.as_ref()) {
                    self.values.insert(offer.field.clone(), item);
                }
                self.exit(turn, "chosen");
            }
            (Wait::Held { .. }, Reply::Taken) => {
                self.say(turn, &turn.library.engine().taken);
                let name = self.place().1.to_owned();
                self.go(turn, &name);
            }
            (Wait::Renewed, Reply::Held) => self.renewed(turn),
            (Wait::Renewed, Reply::Taken) => self.exit(turn, "taken"),
            (Wait::Act, Reply::Resumed(run)) => self.take_up(turn, &run),
            (Wait::Act, reply) => {
                let outcome = self.acted(turn, reply);
                self.exit(turn, outcome);
            }
            (Wait::Found | Wait::Held { .. } | Wait::Renewed, _) => self.exit(turn, "unavailable"),
            // A reply nobody waits for: the run has moved on.
            (_, _) => {}
        }
    }

    /// The outcome of an action, with what it leaves behind noted.
    fn acted(&mut self, turn: &Turn<'_>, reply: Reply) -> &'static str {
        let zone = || turn.library.line().hours().zone_name().to_owned();
        let (outcome, left) = match reply {
            Reply::Booked(it) => ("booked", vec![("appointment", Value::Appointment(it))]),
            Reply::AlreadyBooked(it) => ("already_booked", vec![("appointment", Value::Appointment(it))]),
            Reply::Moved(it) => ("moved", vec![("appointment", Value::Appointment(it))]),
            Reply::Requested { promise } => ("requested", vec![("promise", Value::Promise(promise, zone()))]),
            Reply::AlreadyRequested { promise } => {
                ("already_requested", vec![("promise", Value::Promise(promise, zone()))])
            }
            Reply::Waiting { position, promise } => {
                ("waiting", vec![("rank", Value::Rank(position)), ("promise", Value::Promise(promise, zone()))])
            }
            Reply::Joined(group) => ("joined", vec![("group", Value::Group(group))]),
            Reply::AlreadyJoined(group) => ("already_joined", vec![("group", Value::Group(group))]),
            Reply::Taken => ("taken", vec![]),
            Reply::Confirmed => ("confirmed", vec![]),
            Reply::Cancelled => ("cancelled", vec![]),
            Reply::Gone => ("gone", vec![]),
            Reply::Kept => ("kept", vec![]),
            Reply::NotWaiting => ("not_waiting", vec![]),
            Reply::Full => ("full", vec![]),
            Reply::Rated => ("rated", vec![]),
            Reply::Recorded => ("recorded", vec![]),
            Reply::Wrong => ("wrong", vec![]),
            Reply::Unavailable
            | Reply::Slots(_)
            | Reply::Days(_)
            | Reply::Groups(_)
            | Reply::Appointments(_)
            | Reply::Held
            | Reply::Released
            | Reply::Resumed(_) => ("unavailable", vec![]),
        };
        self.values.extend(left.into_iter().map(|(name, value)| (name.to_owned(), value)));
        outcome
    }

    /// Whether a new date would be the one they have, with somebody else: nobody changes for that.
    fn is_had(&self, library: &Library, slot: &Slot) -> bool {
        let action = self.step(library).and_then(|step| step.action());
        let Some(Value::Appointment(had)) = self.values.get("appointment") else { return false };
        let is_same = had.slot.starts_at == slot.starts_at && had.slot.site.id == slot.site.id;
        is_same && action.is_some_and(|action| action.value.name == "slots.move")
    }

    fn found(&mut self, turn: &mut Turn<'_>, items: Vec<Value>) {
        let Some(offer) = self.step(turn.library).and_then(|step| step.offer.as_ref()) else { return };
        match items.as_slice() {
            [] => self.exit(turn, "none"),
            // The only appointment is the one meant; a slot is always chosen by the person.
            [only @ Value::Appointment(_)] => {
                self.values.insert(offer.field.clone(), only.clone());
                self.exit(turn, "chosen");
            }
            _ => {
                self.tell(turn, &offer.say, of_offer(offer));
                self.ask(turn, Wait::Page { items, first: 0 });
            }
        }
    }
}
