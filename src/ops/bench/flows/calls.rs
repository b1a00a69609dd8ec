//! Made-up calls, the same each time: a caller who presses what fits, mostly, and the model of the store.

use jiff::{Timestamp, ToSpan};

use crate::booking::slots::Terms;
use crate::booking::{Group, Modality, SERVICE_FIRST, Site, Slot};
use crate::flow::explore::store::{Region, Store};
use crate::flow::{Caller, Channel, Effect, Input, Length, Library, Queued, Run};
use crate::phone::PhoneNumber;

/// 2026-11-30 09:00 in Paris, a Monday; the clock stands still.
pub(super) const NOW: Timestamp = Timestamp::constant(1_796_025_600, 0);
/// Answers of one call: more than any of ours takes, and a wanderer has to stop somewhere.
const INPUTS_MAX: usize = 60;
/// A number that fits nothing: the ladders are a part of a call.
const WRONG: &str = "8";

/// One call: what came in, and how the run stood before each.
pub(super) struct Call {
    caller: Caller,
    pub(super) inputs: Vec<Input>,
    /// As many as inputs.
    pub(super) waits: Vec<Run>,
    /// Steps it left.
    pub(super) steps: usize,
    /// What it reached.
    pub(super) goal: Option<String>,
}

impl Call {
    pub(super) fn begin(&self, flow: &str) -> Run {
        Run::new("bench".to_owned(), flow, self.caller.clone(), Channel::Call)
    }
}

/// Plays one call until it ends, or asks for a person.
pub(super) fn played(library: &Library, flow: &str, seed: u64) -> Call {
    let mut dice = Dice(seed);
    // One in four withholds the number.
    let number = PhoneNumber::parse("0353010001").filter(|_| seed % 4 != 3);
    let caller = Caller { number, ..Caller::default() };
    let mut call = Call { caller, inputs: Vec::new(), waits: Vec::new(), steps: 0, goal: None };
    let (region, mut store) = (region(), Store { now: NOW.as_second(), ..Store::default() });
    let mut run = call.begin(flow).counted();
    let mut next = Some(Input::Start);
    while let Some(input) = next.take().filter(|_| call.inputs.len() < INPUTS_MAX) {
        call.inputs.push(input.clone());
        call.waits.push(run.clone());
        for effect in run.input(library, NOW, input) {
            match effect {
                Effect::Gather(gather) => next = Some(Input::Keys(dice.keys(gather.length))),
                Effect::Act { key, request } => {
                    next = store.execute(&region, "bench", &key, &request).ok().map(Input::Reply);
                }
                Effect::Record(_) => next = Some(Input::Recorded { id: Some("v".to_owned()), seconds: 4 }),
                Effect::Queue { .. } => next = Some(Input::Queued(Queued::Busy)),
                Effect::End { goal } => call.goal = Some(goal),
                Effect::Say(_) | Effect::Transfer | Effect::Rest { .. } => {}
            }
        }
        call.steps += run.taken().len();
    }
    call
}

/// Knuth's multiplier: any would do, and none is needed from outside.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    /// Mostly what fits, so that calls get somewhere.
    fn keys(&mut self, length: Length) -> String {
        if self.throw(16) == 0 {
            return WRONG.to_owned();
        }
        match length {
            // Yes, and the first choice, are what most people press.
            Length::One | Length::UpTo(_) => ["1", "1", "1", "2", "2", "3"][self.throw(6) as usize].to_owned(),
            Length::Exactly(5) => "71100".to_owned(),
            Length::Exactly(10) => "0353010003".to_owned(),
            Length::Exactly(count) => "1".repeat(usize::from(count)),
        }
    }
}

fn region() -> Region {
    let site = Site {
        id: "s".to_owned(),
        city: "Dijon".to_owned(),
        say_city: "à Dijon,".to_owned(),
        say_address: "à Dijon, douze rue de la Liberté.".to_owned(),
        tz: "Europe/Paris".to_owned(),
    };
    let place = |days: i64| {
        let starts_at = NOW + (24 * days).hours();
        Slot {
            service: SERVICE_FIRST.to_owned(),
            counsellor_id: "c".to_owned(),
            site: site.clone(),
            modality: Modality::InPerson,
            starts_at,
            ends_at: starts_at + 5.minutes(),
        }
    };
    let terms = Terms { duration_min: 5, buf_before_min: 0, buf_after_min: 0, notice_min: 0, horizon_days: 60 };
    let Slot { starts_at, ends_at, .. } = place(20);
    let groups = vec![Group { id: "g".to_owned(), site: site.clone(), starts_at, ends_at }];
    Region { places: (1..=5).map(place).collect(), terms, groups, seats: 9 }
}
