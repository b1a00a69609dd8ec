//! The ways through one step, for somebody who writes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::Channel;
use super::super::action::Kind;
use super::super::check::{Library, asks_caller, edges_named, fields};
use super::super::definition::{Exit, Field, Flow, Offer, Settings, Step};
use super::super::edge::is_never;
use super::super::run::{LISTED_MAX, PERSON};
use super::super::template::{Filter, Text};
use super::super::written::{Items, Writer, of_offer};
use super::values::Longest;
use super::walk::Place;
use super::write;

/// Appointments of one person that the store gives.
const APPOINTMENTS_MAX: u8 = 6;

/// Where a leg leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum To {
    Step(String),
    /// An end of this flow.
    Goal(String),
    /// Another flow, from its start.
    Call(String),
    Person,
}

/// One way through a step.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    /// Written on the way in.
    pub lead: String,
    /// Each ends a message, and is answered by one.
    pub asked: Vec<Asked>,
    /// Written on the way out.
    pub after: String,
    pub to: To,
    /// `0`, or misunderstandings.
    pub is_failure: bool,
    /// Somebody of whom something is known already; not the ordinary way.
    pub is_short: bool,
}

/// One question.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub text: String,
    /// Written before it when the answer was not understood.
    pub misses: Vec<String>,
    /// More questions like it that may come first: the other pages of a list.
    pub again: u32,
}

/// Every step that was looked at: many ways lead through each.
pub(super) struct Sheet<'a> {
    pub library: &'a Library,
    pub longest: Longest<'a>,
    steps: RefCell<BTreeMap<Place, Rc<Looked>>>,
}

/// One step, looked at.
#[derive(Debug, Default)]
pub(super) struct Looked {
    pub legs: Vec<Leg>,
    /// What may be written before all else where the run comes to this step in another way than from the step before: it is
    /// taken up (C27), or the place that was chosen is gone.
    pub before: Vec<String>,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(library: &'a Library, longest: Longest<'a>) -> Self {
        Self { library, longest, steps: RefCell::default() }
    }

    pub(super) fn step(&self, place: &Place) -> Rc<Looked> {
        let known = self.steps.borrow().get(place).cloned();
        known.unwrap_or_else(|| {
            let looked = Rc::new(self.look(place).unwrap_or_default());
            self.steps.borrow_mut().insert(place.clone(), Rc::clone(&looked));
            looked
        })
    }

    fn look(&self, (flow, step): &Place) -> Option<Looked> {
        let flow = self.library.flow(flow)?;
        let step = &flow.steps.get(step)?.value;
        let stepping = Stepping { library: self.library, longest: &self.longest, flow, step };
        Some(Looked { legs: stepping.legs(), before: stepping.before() })
    }

    /// Words of the line's own, or of an exit of this flow.
    pub(super) fn said(&self, flow: &str, text: &Text) -> String {
        write(self.library, &self.longest, flow, |writer| writer.text(text, None))
    }

    /// The first step of a flow.
    pub(super) fn start(&self, flow: &str) -> Option<Place> {
        Some((flow.to_owned(), self.library.flow(flow)?.start.value.clone()))
    }
}

/// One step of a flow.
struct Stepping<'a> {
    library: &'a Library,
    longest: &'a Longest<'a>,
    flow: &'a Flow,
    step: &'a Step,
}

impl Stepping<'_> {
    fn legs(&self) -> Vec<Leg> {
        let step = self.step;
        if step.menu.is_some() {
            let asked = self.asked(|writer| writer.menu(step), None);
            let choices = step.menu.iter().flatten().map(|(_, choice)| self.leg(&choice.goto.value));
            let mut legs: Vec<Leg> = choices.map(|leg| Leg { asked: vec![asked.clone()], ..leg }).collect();
            legs.extend(self.failures(&asked));
            legs
        } else if step.confirm.is_some() {
            let asked = self.asked(|writer| writer.confirm(step), None);
            let exits = edges_named(step).into_iter().map(|(_, exit)| self.exit(exit));
            let mut legs: Vec<Leg> = exits.map(|leg| Leg { asked: vec![asked.clone()], ..leg }).collect();
            legs.extend(self.failures(&asked));
            legs
        } else if fields(step).next().is_some() {
            self.form()
        } else if let Some(offer) = &step.offer {
            self.offer(offer)
        } else if let Some(called) = &step.call {
            vec![self.leg_to(To::Call(called.value.clone()))]
        } else if step.act.is_some() || step.condition.is_some() || step.queue.is_some() {
            let lead = step.queue.as_ref().map(|queue| self.text(&queue.say, true)).unwrap_or_default();
            let exits = edges_named(step).into_iter().filter(|(exit, _)| !is_never(step, exit, Channel::Sms));
            exits.map(|(_, exit)| Leg { lead: lead.clone(), ..self.exit(exit) }).collect()
        } else {
            let lead = step.say.as_ref().map(|text| self.text(text, true)).unwrap_or_default();
            let to = match (&step.end, &step.goto) {
                (Some(goal), _) => To::Goal(goal.clone()),
                (None, Some(next)) => target(&next.value),
                (None, None) => To::Person,
            };
            vec![Leg { lead, ..self.leg_to(to) }]
        }
    }

    fn before(&self) -> Vec<String> {
        let engine = self.library.engine();
        let (resumed, taken) = (self.text(&engine.resumed, false), self.text(&engine.taken, false));
        let offers = self.step.offer.as_ref().and_then(|offer| offer.from.value.lists());
        match offers {
            Some(Kind::Slot) => vec![format!("{resumed} {taken}")],
            Some(_) => vec![resumed],
            None if self.step.act.is_some() || asks_caller(self.step) => vec![resumed],
            None => Vec::new(),
        }
    }

    fn text(&self, text: &Text, is_own: bool) -> String {
        let own = self.step.sms.as_ref().filter(|_| is_own);
        self.write(|writer| writer.text(text, own))
    }

    fn write<T>(&self, composed: impl FnOnce(&Writer<'_>) -> T) -> T {
        write(self.library, self.longest, &self.flow.flow, composed)
    }

    fn leg_to(&self, to: To) -> Leg {
        let (lead, after) = (String::new(), String::new());
        Leg { lead, asked: Vec::new(), after, to, is_failure: false, is_short: false }
    }

    fn leg(&self, target: &str) -> Leg {
        self.leg_to(self::target(target))
    }

    fn exit(&self, exit: &Exit) -> Leg {
        let after = exit.say.as_ref().map(|text| self.text(text, false)).unwrap_or_default();
        Leg { after, ..self.leg(&exit.goto.value) }
    }

    fn asked(&self, text: impl Fn(&Writer<'_>) -> String, field: Option<&Field>) -> Asked {
        let (own, rungs) = match field {
            Some(field) => (field.sms.is_some(), &field.nomatch),
            None => (self.step.sms.is_some(), &self.step.nomatch),
        };
        let tries = usize::from(self.tries());
        let rung = |miss: usize| match rungs.get(miss).or(rungs.last()).filter(|_| !own) {
            Some(text) => self.text(text, false),
            None => self.text(&self.library.engine().not_understood, false),
        };
        Asked { text: self.write(text), misses: (0..tries.saturating_sub(1)).map(rung).collect(), again: 0 }
    }

    /// As often as a question is put; what a calling flow wants otherwise is not looked at.
    fn tries(&self) -> u8 {
        let tries = |settings: &Settings| settings.tries.map(|tries| tries.0);
        self.step.settings.as_ref().and_then(tries).or(tries(&self.flow.settings)).unwrap_or(3)
    }

    fn failures(&self, asked: &Asked) -> Vec<Leg> {
        let own = self.step.on_failure.as_ref().or(self.flow.settings.on_failure.as_ref());
        let zero = self.leg(own.map_or(PERSON, |step| &step.value));
        let unanswered = self.step.unanswered.iter().map(|step| self.leg(&step.value));
        let all = std::iter::once(zero).chain(unanswered);
        all.map(|leg| Leg { asked: vec![asked.clone()], is_failure: true, ..leg }).collect()
    }

    /// Every question, one after the other; of whom some answers are known, those that are left.
    fn form(&self) -> Vec<Leg> {
        let is_told = |field: &Field| field.known.as_deref() == Some("caller.number");
        let fields: Vec<&Field> = fields(self.step).map(|(_, field)| field).filter(|field| !is_told(field)).collect();
        let sure = fields.iter().position(|field| field.known.is_none()).unwrap_or(fields.len());
        let target = self.step.goto.as_ref().map_or(PERSON, |step| &step.value);
        let mut legs = Vec::new();
        for skipped in 0..=sure {
            let asked: Vec<Asked> = fields[skipped..].iter().flat_map(|field| self.field(field)).collect();
            let is_short = skipped > 0;
            if let Some(first) = asked.first() {
                legs.extend(self.failures(first).into_iter().map(|leg| Leg { is_short, ..leg }));
            }
            legs.push(Leg { asked, is_short, ..self.leg(target) });
        }
        legs
    }

    /// The question, and its answer read back (C14).
    fn field(&self, field: &Field) -> Vec<Asked> {
        let question = self.asked(|writer| writer.field(field), Some(field));
        let answer = self.longest.answer(field);
        let back = field.is_read_back().then(|| self.asked(|writer| writer.read_back(&answer), None));
        std::iter::once(question).chain(back).collect()
    }

    fn offer(&self, offer: &Offer) -> Vec<Leg> {
        let is_asked = offer.from.value.lists() != Some(Kind::Appointment);
        let items = if is_asked { LISTED_MAX } else { APPOINTMENTS_MAX };
        let page = |is_last| {
            let item = |filter: Filter| self.longest.of(filter, 5);
            let each: Vec<&dyn Fn(Filter) -> String> = (0..offer.page.0).map(|_| &item as _).collect();
            let items: Items<'_> = &each;
            self.asked(|writer| writer.page(offer, items, is_last), None)
        };
        let pages = [page(false), page(true)];
        let longer = pages.into_iter().max_by_key(|asked| super::width(&asked.text));
        let again = u32::from(items.div_ceil(offer.page.0)).saturating_sub(1);
        let asked: Vec<Asked> = longer.into_iter().map(|asked| Asked { again, ..asked }).collect();
        let lead = self.write(|writer| writer.text(&offer.say, of_offer(offer)));
        let mut legs = Vec::new();
        for (outcome, exit) in edges_named(self.step) {
            let at_once = outcome != "chosen" || !is_asked;
            legs.extend(at_once.then(|| self.exit(exit)));
            // After its pages: chosen, none of them, or the store fails while the place is being kept.
            legs.push(Leg { lead: lead.clone(), asked: asked.clone(), is_short: at_once, ..self.exit(exit) });
        }
        let failures = asked.first().into_iter().flat_map(|asked| self.failures(asked));
        legs.extend(failures.map(|leg| Leg { lead: lead.clone(), ..leg }));
        legs
    }
}

/// Where a name leads.
pub(super) fn target(name: &str) -> To {
    if name == PERSON { To::Person } else { To::Step(name.to_owned()) }
}
