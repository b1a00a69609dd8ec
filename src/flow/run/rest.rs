//! The caller is gone, and comes back (C27).

use super::super::migrate::{Migration, footing, migrate, stale};
use super::super::value::Value;
use super::{Effect, Frame, Run, Turn, Wait, fields};
use crate::booking::PostalCode;

impl Run {
    /// The end of the conversation; of the run only when no flow keeps it, or nothing was said yet that is worth it.
    pub(super) fn hang_up(&mut self, turn: &mut Turn<'_>) {
        if let Some((keep, fact)) = self.kept(turn) {
            self.footing = footing(&self.stand(), turn.library);
            turn.out.push(Effect::Rest { keep, fact });
        } else {
            self.wait = Wait::Over;
        }
    }

    /// How long the outermost flow that keeps its callers keeps this one, and what they will be asked (D15).
    fn kept(&self, turn: &Turn<'_>) -> Option<(std::time::Duration, PostalCode)> {
        self.caller.callable()?;
        let mut flows = self.frames.iter().filter_map(|frame| turn.library.flow(&frame.flow));
        let on_drop = flows.find_map(|flow| flow.on_drop.as_ref())?;
        match self.values.get(&on_drop.fact.value) {
            Some(Value::Postal(fact)) => Some((on_drop.keep.0, fact.clone())),
            _ => None,
        }
    }

    /// Becomes the run that was cut off: what it asked of the store is asked again under the same key, so it is done once;
    /// its question is put anew.
    pub(super) fn take_up(&mut self, turn: &mut Turn<'_>, kept: &str) {
        let Ok(run) = serde_json::from_str::<Run>(kept) else { return self.exit(turn, "gone") };
        let (is_slow, language) = (self.is_slow || run.is_slow, self.language);
        let migration = migrate(&run, &run.footing, turn.library);
        let stale = if migration == Migration::Same { Vec::new() } else { stale(&run, migration, turn.library) };
        let taken = std::mem::take(&mut self.taken);
        let channel = self.channel;
        *self = Run { taken, channel, is_slow, language, has_answered: true, began_at: turn.now.as_second(), ..run };
        (self.silences, self.misses, self.inputs) = (0, 0, 0);
        self.lead.clear();
        self.version = Some(turn.library.version().to_owned());
        self.values.retain(|name, _| !stale.contains(name));
        if migration != Migration::Same {
            // The questions before this one may be others now.
            self.trail.clear();
        }
        match migration {
            Migration::Same | Migration::Safe => self.wake(turn),
            Migration::Restart => self.restart(turn),
        }
    }

    fn wake(&mut self, turn: &mut Turn<'_>) {
        self.say(turn, &turn.library.engine().resumed);
        let step = self.step(turn.library);
        if let (Some(index), Some(step)) = (self.stand().field, step) {
            self.recount(step, index);
        }
        match self.wait.clone() {
            // Nobody can say here what was written, nor write what was said.
            Wait::ReadBack(index, Value::Words(_)) if !self.channel.is_written() => self.ask(turn, Wait::Field(index)),
            Wait::ReadBack(index, Value::Recording(_)) if self.channel.is_written() => {
                self.ask(turn, Wait::Field(index));
            }
            Wait::Found | Wait::Act => match step.and_then(|step| self.request(turn, &step.action()?.value)) {
                Some(request) => turn.out.push(Effect::Act { key: self.key(), request }),
                None => self.fail(turn),
            },
            Wait::Held { item: Value::Slot(slot) } => {
                let ttl_s = step.and_then(|step| step.offer.as_ref()).map_or(0, super::request::hold_ttl);
                let request = super::Request::Hold { slot, ttl_s };
                turn.out.push(Effect::Act { key: self.key(), request });
            }
            Wait::Menu | Wait::Confirm | Wait::ReadBack(..) | Wait::Page { .. } => self.ask(turn, self.wait.clone()),
            Wait::Field(index) if step.and_then(|step| fields(step)?.get_index(index)).is_some() => {
                self.ask(turn, Wait::Field(index));
            }
            Wait::Field(_) | Wait::Held { .. } | Wait::Renewed | Wait::Start | Wait::Queue | Wait::Over => {
                let name = self.place().1.to_owned();
                self.go(turn, &name);
            }
        }
    }

    /// The flow has changed under a run at rest: from its beginning, with what is known and held.
    fn restart(&mut self, turn: &mut Turn<'_>) {
        self.say(turn, &turn.library.engine().restarted);
        self.frames.truncate(1);
        // Their first question is not whether to take it up.
        self.caller.dropped = false;
        match self.flow(turn.library).map(|flow| flow.start.value.clone()) {
            Some(start) => self.go(turn, &start),
            None => {
                self.frames = vec![Frame { flow: String::new(), step: String::new() }];
                self.person(turn);
            }
        }
    }
}
