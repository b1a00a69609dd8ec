//! What each step costs on each way out of it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::action::Kind;
use super::super::check::edges_named;
use super::super::check::{Library, fields};
use super::super::definition::{Care, Exit, Field, FieldType, Flow, Offer, Step};
use super::super::expression::{Expression, Facts, Term};
use super::super::run::{LISTED_MAX, PERSON};
use super::super::template::{Filter, Text};
use super::super::{Caller, Channel};
use super::length::{Pace, Recordings};
use super::question::{Asked, KEY, Question};
use super::{Ends, Goal, Took};

/// Appointments of one person that the store gives.
const APPOINTMENTS_MAX: u8 = 6;

/// One way out of a step.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub to: To,
    pub keys: u32,
    pub median: Duration,
    pub worst: Duration,
    /// The caller did not answer, or asked for a person.
    pub is_failure: bool,
    /// The goal of a called flow.
    pub reached: Option<String>,
}

/// Where a way leads.
#[derive(Clone, Debug)]
pub(in crate::flow) enum To {
    Step(String),
    Goal(Goal),
}

/// One step under the watch.
pub(super) struct Watch<'a> {
    pub library: &'a Library,
    pub recordings: &'a Recordings,
    pub flow: &'a Flow,
    pub caller: &'a Caller,
    /// Of a called flow, for the same caller.
    pub called: &'a dyn Fn(&str) -> BTreeMap<Ends, Took>,
}

impl Watch<'_> {
    pub(super) fn ways(&self, step: &Step) -> Vec<Way> {
        let mut ways = Vec::new();
        if let Some(menu) = &step.menu {
            let intro = |pace| step.intro.iter().map(|text| self.text(text, pace)).sum::<Duration>();
            let options: Duration =
                menu.iter().map(|(key, choice)| self.recordings.option(&choice.purpose, *key)).sum();
            let asked = self.one(step, intro(Pace::Median) + options, intro(Pace::Longest) + options);
            ways.extend(menu.values().map(|choice| self.answered(&choice.goto.value, asked)));
            ways.push(self.failed(step, asked, Duration::ZERO));
            ways.extend(self.unanswered(step, asked, Duration::ZERO));
        } else if let Some(text) = &step.confirm {
            let asked = self.confirmed(step, |pace| self.text(text, pace));
            ways.extend(edges_named(step).into_iter().map(|(_, exit)| self.exit(exit, self.answered("", asked))));
            ways.push(self.failed(step, asked, Duration::ZERO));
            ways.extend(self.unanswered(step, asked, Duration::ZERO));
        } else if fields(step).next().is_some() {
            ways.extend(self.form(step));
        } else if let Some(offer) = &step.offer {
            ways.extend(self.offer(step, offer));
        } else if let Some(condition) = &step.condition {
            let holds = self.holds(condition);
            let open = [("then", true), ("else", false)];
            let open = open.into_iter().filter(|(_, side)| holds.is_none_or(|holds| *side == holds));
            ways.extend(open.filter_map(|(outcome, _)| Some(self.exit(step.exit(outcome)?, self.free()))));
        } else if let Some(called) = &step.call {
            ways.extend(self.call(step, &called.value));
        } else if let Some(queue) = &step.queue {
            // How long it rings is not ours to say.
            let said = |pace| self.text(&queue.say, pace);
            let way = Way { median: said(Pace::Median), worst: said(Pace::Longest), ..self.free() };
            ways.extend(edges_named(step).into_iter().map(|(_, exit)| self.exit(exit, way.clone())));
        } else if step.act.is_some() {
            ways.extend(edges_named(step).into_iter().map(|(_, exit)| self.exit(exit, self.free())));
        } else {
            ways.push(self.said(step));
        }
        ways
    }

    fn text(&self, text: &Text, pace: Pace) -> Duration {
        self.recordings.text(text, pace)
    }

    /// What a condition is for this caller, where only the caller decides.
    fn holds(&self, condition: &Expression) -> Option<bool> {
        // Heard, so by telephone.
        let by_caller = |term: &&Term| {
            matches!(term, Term::Withheld | Term::Mobile | Term::Landline | Term::Slow | Term::Channel(_))
        };
        condition.terms().iter().all(by_caller).then(|| {
            condition.holds(&Facts {
                caller: self.caller,
                values: &Default::default(),
                language: Default::default(),
                channel: Channel::Call,
                // As `**` is left out.
                is_slow: false,
                is_open: true,
                is_holiday: false,
            })
        })
    }

    fn asked(&self, step: &Step, question: &Question<'_>) -> Asked {
        let care = Care::default().under(&self.flow.settings);
        let care = step.settings.as_ref().map_or(care, |own| care.under(own));
        question.asked(self.recordings, self.library.engine(), care)
    }

    fn one(&self, step: &Step, median: Duration, longest: Duration) -> Asked {
        self.asked(step, &Question::one(step, median, longest))
    }

    /// A text and "si oui, tapez 1".
    fn confirmed(&self, step: &Step, said: impl Fn(Pace) -> Duration) -> Asked {
        let yes_no = self.text(&self.library.engine().yes_no, Pace::Longest);
        self.one(step, said(Pace::Median) + yes_no, said(Pace::Longest) + yes_no)
    }

    /// Nothing said, nothing keyed.
    fn free(&self) -> Way {
        self.answered("", Asked::default())
    }

    fn answered(&self, to: &str, asked: Asked) -> Way {
        let Asked { keys, median, worst, .. } = asked;
        self.lead(Way { to: To::Step(String::new()), keys, median, worst, is_failure: false, reached: None }, to)
    }

    /// `0` at once, or a ladder to its end, after `before` for the questions answered in this step.
    fn failed(&self, step: &Step, asked: Asked, before: Duration) -> Way {
        let own = step.on_failure.as_ref().or(self.flow.settings.on_failure.as_ref());
        let median = asked.median - KEY * asked.keys + KEY;
        let worst = before + asked.failed;
        let way = Way { to: To::Step(String::new()), keys: 1, median, worst, is_failure: true, reached: None };
        self.lead(way, own.map_or(PERSON, |step| &step.value))
    }

    /// Nothing pressed at all, where no answer is needed: at best two silences, which nobody has to type.
    fn unanswered(&self, step: &Step, asked: Asked, before: Duration) -> Option<Way> {
        let target = step.unanswered.as_ref()?;
        let (median, worst) = (asked.failed, before + asked.failed);
        let way = Way { to: To::Step(String::new()), keys: 0, median, worst, is_failure: true, reached: None };
        Some(self.lead(way, &target.value))
    }

    /// A way with its end: a step, or somebody to talk to after "très bien".
    fn lead(&self, way: Way, to: &str) -> Way {
        if to != PERSON {
            return Way { to: To::Step(to.to_owned()), ..way };
        }
        let said = self.text(&self.library.engine().person, Pace::Longest);
        Way { to: To::Goal(Goal::Person), median: way.median + said, worst: way.worst + said, ..way }
    }

    fn exit(&self, exit: &Exit, way: Way) -> Way {
        let said = |pace| exit.say.as_ref().map_or(Duration::ZERO, |text| self.text(text, pace));
        let (median, worst) = (way.median + said(Pace::Median), way.worst + said(Pace::Longest));
        self.lead(Way { median, worst, ..way }, &exit.goto.value)
    }

    fn said(&self, step: &Step) -> Way {
        let said = |pace| step.say.as_ref().map_or(Duration::ZERO, |text| self.text(text, pace));
        let way = Way { median: said(Pace::Median), worst: said(Pace::Longest), ..self.free() };
        match (&step.end, &step.goto) {
            (Some(goal), _) => Way { to: To::Goal(Goal::Reached(goal.clone())), ..way },
            (None, goto) => self.lead(way, goto.as_ref().map_or(PERSON, |step| &step.value)),
        }
    }

    /// Every field that this caller is asked, one after the other.
    fn form(&self, step: &Step) -> Vec<Way> {
        let is_known =
            |field: &Field| field.known.as_deref() == Some("caller.number") && self.caller.callable().is_some();
        let mut all = Asked::default();
        let mut failed: Option<Way> = None;
        let mut unanswered: Option<Way> = None;
        let open: Vec<&Field> = fields(step).map(|(_, field)| field).filter(|field| !is_known(field)).collect();
        for (nth, field) in (1..).zip(&open) {
            let count = self.library.engine().where_we_are.of(nth, open.len());
            for asked in self.field(step, field, count) {
                unanswered = unanswered.or_else(|| self.unanswered(step, asked, all.worst));
                let way = self.failed(step, asked, all.worst);
                // At best at the first question, at worst at the last one.
                failed = Some(match failed {
                    Some(first) => Way { worst: way.worst, ..first },
                    None => way,
                });
                all.keys += asked.keys;
                all.median += asked.median;
                all.worst += asked.worst;
            }
        }
        let goto = step.goto.as_ref().map_or(PERSON, |step| &step.value);
        failed.into_iter().chain(unanswered).chain([self.answered(goto, all)]).collect()
    }

    /// Where we are (C13), the question, and its answer read back (C14).
    fn field(&self, step: &Step, field: &Field, count: Option<&Text>) -> Vec<Asked> {
        let options: Duration =
            field.among.iter().map(|(key, among)| self.recordings.option(&among.purpose, *key)).sum();
        let engine = self.library.engine();
        let (keys, filter) = match field.kind {
            FieldType::PostalCode => (5, Filter::Digits),
            FieldType::Phone => (10, Filter::Pairs),
            FieldType::Digits => (field.digits().0.into(), Filter::Digits),
            FieldType::Date => (4, Filter::Day),
            FieldType::Time => (4, Filter::Time),
            FieldType::Choice | FieldType::YesNo => (1, Filter::Digits),
            FieldType::Name | FieldType::VoiceMessage => (0, Filter::Voice),
        };
        let asks_yes_no = field.kind == FieldType::YesNo;
        let yes_no = if asks_yes_no { self.text(&engine.yes_no, Pace::Longest) } else { Duration::ZERO };
        // What is said after the tone, at best half as long as it may be.
        let spoken = if field.kind.is_spoken() { field.longest() } else { Duration::ZERO };
        let question = Question {
            median: self.text(&field.ask, Pace::Median) + options + yes_no + spoken / 2,
            longest: self.text(&field.ask, Pace::Longest) + options + yes_no + spoken,
            keys,
            noinput: &field.noinput,
            nomatch: &field.nomatch,
        };
        let read_back = field.is_read_back().then(|| {
            let said = |pace| {
                self.text(&engine.typed, pace) + self.recordings.value(filter, pace) + self.text(&engine.right, pace)
            };
            self.confirmed(step, said)
        });
        let count = |pace| count.map_or(Duration::ZERO, |text| self.text(text, pace));
        let asked = self.asked(step, &question).after(count(Pace::Median), count(Pace::Longest));
        [asked].into_iter().chain(read_back).collect()
    }

    /// At best the first page of slots, or the only appointment, which is not even read out; at worst every page.
    fn offer(&self, step: &Step, offer: &Offer) -> Vec<Way> {
        let lists_slots = offer.from.value.lists() != Some(Kind::Appointment);
        let page = |pace| page(self.recordings, offer, pace);
        let asked = self.one(step, page(Pace::Median), page(Pace::Longest));
        let items = if lists_slots { LISTED_MAX } else { APPOINTMENTS_MAX };
        let pages = u32::from(items.div_ceil(offer.page.0));
        let lead = |pace| self.text(&offer.say, pace);
        let all = lead(Pace::Longest) + asked.worst * pages;
        let first = Asked { median: lead(Pace::Median) + asked.median, ..asked };
        let mut ways: Vec<Way> = edges_named(step)
            .into_iter()
            .map(|(outcome, exit)| {
                let is_asked = outcome == "chosen" && lists_slots;
                // The store may fail while the slot is being held, after all pages; a list of appointments only at once.
                let worst = if outcome == "unavailable" && !lists_slots { Duration::ZERO } else { all };
                let best = if is_asked { first } else { Asked::default() };
                self.exit(exit, self.answered("", Asked { worst, ..best }))
            })
            .collect();
        ways.push(self.failed(step, first, lead(Pace::Longest) + asked.worst * (pages - 1)));
        ways
    }

    fn call(&self, step: &Step, called: &str) -> Vec<Way> {
        let times = (self.called)(called);
        let counts = self.library.flow(called).is_some_and(|flow| !flow.is_aside());
        let mut ways = Vec::new();
        for ((goal, inner), took) in times {
            let way = Way { keys: took.keys, median: took.median, worst: took.worst, is_failure: false, ..self.free() };
            match goal {
                Goal::Person => ways.push(Way { to: To::Goal(Goal::Person), is_failure: true, ..way }),
                Goal::Reached(name) => {
                    let way = Way { reached: counts.then(|| name.clone()).or(inner), ..way };
                    ways.extend(step.ends.get(&name).map(|exit| self.exit(exit, way)));
                }
            }
        }
        ways
    }
}

/// A full page, with the option that turns it.
pub(super) fn page(recordings: &Recordings, offer: &Offer, pace: Pace) -> Duration {
    let items: Duration = (1..=offer.page.0).map(|key| recordings.parts(&offer.each, pace) + recordings.key(key)).sum();
    let option = |purpose: &str| recordings.option(purpose, offer.page.0 + 1);
    items + option(&offer.more).max(option(&offer.neither))
}
