//! The store as the exploration sees it: what the real one promises, small enough to be read in one go. A property test
//! runs the same random histories on both (`src/store/tests/model.rs`).

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::booking::slots::{Terms, cells};
use crate::booking::{Appointment, Group, PostalCode, Slot, When};
use crate::flow::action::{OtherPerson, Reply, Request, SLOW};
use crate::phone::PhoneNumber;

/// As the store's own: no hold outlives this.
pub const HOLD_MAX_S: u32 = 2 * 3_600;

/// As the store's own: nobody guesses a fact more often.
pub const MISSES_MAX: u8 = 3;

/// When everybody is called back: 2026-12-03 18:00 in Paris. No flow compares it with anything.
pub const PROMISE: Timestamp = Timestamp::constant(1_796_317_200, 0);

/// What never changes while calls last.
#[derive(Clone, Debug)]
pub struct Region {
    /// Every place that is offered while it is free, soonest first; however people meet, and whoever asks.
    pub places: Vec<Slot>,
    /// Buffers and notice.
    pub terms: Terms,
    /// Group meetings, soonest first.
    pub groups: Vec<Group>,
    /// Of each.
    pub seats: usize,
}

/// A place kept for a run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hold {
    /// The run.
    pub holder: String,
    /// What it keeps.
    pub slot: Slot,
    /// Nobody's from this second on.
    pub until: i64,
}

/// An appointment, kept when it is cancelled.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    /// Its name.
    pub id: String,
    /// The run that booked it.
    pub by: String,
    /// When and where.
    pub slot: Slot,
    /// Whose; nobody else's ever, when withheld (D16).
    pub phone: Option<PhoneNumber>,
    /// The second fact (D15).
    pub place: PostalCode,
    /// For somebody else of that number.
    pub other: Option<OtherPerson>,
    /// Grows with each change.
    pub version: i64,
    /// The person said they come.
    pub is_confirmed: bool,
    /// Cancelled.
    pub is_excused: bool,
}

/// An open request to be called back.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CallBack {
    /// On which number.
    pub phone: PhoneNumber,
    /// Why.
    pub topic: String,
    /// When.
    pub windows: Vec<String>,
    /// What they said meanwhile.
    pub messages: Vec<String>,
}

/// A seat taken.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Seat {
    /// Of which meeting.
    pub group: String,
    /// The run that took it.
    pub by: String,
    /// Whose; nobody else's ever, when withheld (D16).
    pub phone: Option<PhoneNumber>,
    /// The second fact (D15).
    pub place: PostalCode,
}

/// What somebody agreed to, or did not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Consent {
    /// Whose.
    pub phone: PhoneNumber,
    /// To what.
    pub topic: String,
    /// Whether they agree.
    pub agrees: bool,
}

/// A run whose caller was cut off (C27).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rest {
    /// Whose holds it rests with.
    pub run: String,
    /// Who may take it up.
    pub phone: PhoneNumber,
    /// What they must tell (D15).
    pub fact: PostalCode,
    /// For so many seconds.
    pub keep_s: u32,
    /// All of it.
    pub json: String,
    /// Wrong facts told.
    pub misses: u8,
}

/// What a request was answered, kept for its key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Answer {
    /// The idempotency key.
    pub key: String,
    /// What was asked under it.
    pub request: Request,
    /// What was answered.
    pub reply: Reply,
}

/// A key came back with another request: the store would answer what was not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyReused;

/// The tables.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Store {
    /// Epoch seconds.
    pub now: i64,
    /// Lapsed ones too, until something takes their place.
    pub holds: Vec<Hold>,
    /// Appointments.
    pub rows: Vec<Row>,
    /// Open requests.
    pub call_backs: Vec<CallBack>,
    /// Seats of group meetings that are taken.
    pub seats: Vec<Seat>,
    /// How calls were.
    pub ratings: Vec<u8>,
    /// What people agreed to, the latest last.
    pub consents: Vec<Consent>,
    /// Runs at rest, the newest last; none that has lapsed.
    pub rests: Vec<Rest>,
    /// Answers by key.
    pub answers: Vec<Answer>,
}

impl Store {
    /// Carries out one request, once for each key.
    pub fn execute(&mut self, region: &Region, run: &str, key: &str, request: &Request) -> Result<Reply, KeyReused> {
        if let Some(known) = self.answers.iter().find(|answer| answer.key == key) {
            return if known.request == *request { Ok(known.reply.clone()) } else { Err(KeyReused) };
        }
        let reply = self.apply(region, run, request);
        if !is_reading(request) {
            let (key, request, reply) = (key.to_owned(), request.clone(), reply.clone());
            self.answers.push(Answer { key, request, reply });
        }
        Ok(reply)
    }

    /// The same without a key: each time anew.
    pub fn apply(&mut self, region: &Region, run: &str, request: &Request) -> Reply {
        match request {
            Request::FindSlots { modality, when, limit, .. } => {
                let free = self.free(region, *when).map(|slot| Slot { modality: *modality, ..slot.clone() });
                Reply::Slots(free.take(usize::from(*limit)).collect())
            }
            Request::FindDays { when, limit, .. } => {
                let days: BTreeSet<Date> = self.free(region, *when).map(|slot| local(slot, slot.starts_at).0).collect();
                Reply::Days(days.into_iter().take(usize::from(*limit)).collect())
            }
            Request::FindAppointments { phone, place } => {
                let mut found: Vec<&Row> = self.coming(phone, place).collect();
                found.sort_by_key(|row| row.slot.starts_at);
                Reply::Appointments(found.into_iter().map(Row::appointment).collect())
            }
            Request::Hold { slot, ttl_s } => self.hold(region, run, slot, *ttl_s),
            Request::Release => {
                self.release(run);
                Reply::Released
            }
            Request::Book { phone, place, slot, other } => {
                self.book(region, run, (phone.as_ref(), place, other.as_ref()), slot)
            }
            Request::Move { appointment, slot } => self.shift(run, appointment, slot),
            Request::Confirm { appointment } => match self.change(appointment) {
                Some(row) => {
                    row.is_confirmed = true;
                    Reply::Confirmed
                }
                None => Reply::Gone,
            },
            Request::Cancel { appointment } => match self.change(appointment) {
                Some(row) => {
                    row.is_excused = true;
                    Reply::Cancelled
                }
                None => Reply::Gone,
            },
            Request::RequestCallback { phone, topic, window } => self.call_back(phone, topic, window),
            Request::AttachMessage { phone, recording } => self.attach(phone, recording),
            Request::FindCallback { phone } => match self.call_backs.iter().position(|open| open.phone == *phone) {
                Some(before) => {
                    Reply::Waiting { position: u16::try_from(before + 1).unwrap_or(u16::MAX), promise: PROMISE }
                }
                None => Reply::NotWaiting,
            },
            Request::FindGroups { limit, .. } => {
                let free = region.groups.iter().filter(|group| self.has_seat(region, group));
                Reply::Groups(free.take(usize::from(*limit)).cloned().collect())
            }
            Request::JoinGroup { phone, place, group } => self.join(region, run, phone.as_ref(), place, group),
            Request::Rate { score } => {
                self.ratings.push(*score);
                Reply::Rated
            }
            Request::RecordConsent { phone, topic, agrees } => {
                let (phone, topic, agrees) = (phone.clone(), topic.clone(), *agrees);
                self.consents.push(Consent { phone, topic, agrees });
                Reply::Recorded
            }
            Request::Resume { phone, place } => self.resume(phone, place),
        }
    }

    /// Puts a run at rest, and lets what it holds last as long.
    pub fn put_at_rest(&mut self, rest: Rest) {
        let (now, until) = (self.now, self.now + i64::from(rest.keep_s.min(HOLD_MAX_S)));
        let own = self.holds.iter_mut().filter(|hold| hold.holder == rest.run && hold.until > now);
        own.for_each(|hold| hold.until = until);
        self.rests.retain(|other| other.run != rest.run);
        self.rests.push(rest);
    }

    /// What a number said last, asked whether to be spoken to slowly (C10); no, when nothing.
    pub fn is_slow(&self, phone: &PhoneNumber) -> bool {
        let mut said = self.consents.iter().rev().filter(|said| said.phone == *phone && said.topic == SLOW);
        said.next().is_some_and(|said| said.agrees)
    }

    fn resume(&mut self, phone: &PhoneNumber, place: &PostalCode) -> Reply {
        if let Some(at) = self.rests.iter().rposition(|rest| rest.phone == *phone && rest.fact == *place) {
            return Reply::Resumed(self.rests.remove(at).json);
        }
        let mut has_missed = false;
        for rest in self.rests.iter_mut().filter(|rest| rest.phone == *phone) {
            rest.misses += 1;
            has_missed = true;
        }
        self.rests.retain(|rest| rest.misses < MISSES_MAX);
        if has_missed { Reply::Wrong } else { Reply::Gone }
    }

    /// Places that are free and wished for.
    fn free<'a>(&'a self, region: &'a Region, when: When) -> impl Iterator<Item = &'a Slot> {
        let now = Timestamp::from_second(self.now).unwrap_or_default();
        let earliest = self.now + region.terms.notice_min * 60;
        let is_meant = move |slot: &Slot| {
            let (day, minute) = local(slot, slot.starts_at);
            when == When::default() || when.admits(local(slot, now).0, day, minute)
        };
        let soon = region.places.iter().filter(move |slot| slot.starts_at.as_second() >= earliest);
        soon.filter(move |slot| is_meant(slot) && self.is_free(region, slot))
    }

    /// Takes a place for a run, instead of the one it had.
    fn hold(&mut self, region: &Region, run: &str, slot: &Slot, ttl_s: u32) -> Reply {
        self.release(run);
        if !self.is_free(region, slot) {
            return Reply::Taken;
        }
        let now = self.now;
        self.holds.retain(|hold| hold.until > now || !region.clash(&hold.slot, slot));
        let until = now + i64::from(ttl_s.min(HOLD_MAX_S));
        self.holds.push(Hold { holder: run.to_owned(), slot: slot.clone(), until });
        Reply::Held
    }

    /// Gives back what a run holds.
    pub fn release(&mut self, run: &str) {
        self.holds.retain(|hold| hold.holder != run);
    }

    fn book(
        &mut self,
        region: &Region,
        run: &str,
        (phone, place, other): (Option<&PhoneNumber>, &PostalCode, Option<&OtherPerson>),
        slot: &Slot,
    ) -> Reply {
        // Somebody else of a number is nobody we know, and nobody we shall know.
        let own = phone.filter(|_| other.is_none());
        let known = own.and_then(|phone| {
            self.coming(phone, place).filter(|row| row.other.is_none()).min_by_key(|row| row.slot.starts_at)
        });
        if let Some(appointment) = known.map(Row::appointment) {
            self.release(run);
            return Reply::AlreadyBooked(appointment);
        }
        let is_held = self.holds_now().any(|hold| hold.holder == run && hold.slot == *slot);
        // A person is in one place at a time, whoever receives them: also in an appointment that has begun.
        let is_busy = own.is_some_and(|phone| self.meets(phone, place, slot, None));
        if !is_held || is_busy {
            self.holds.retain(|hold| hold.holder != run || !region.clash(&hold.slot, slot));
            return Reply::Taken;
        }
        self.release(run);
        let id = format!("{run}.{}", self.rows.iter().filter(|row| row.by == run).count());
        let row = Row {
            id,
            by: run.to_owned(),
            slot: slot.clone(),
            phone: phone.cloned(),
            place: place.clone(),
            other: other.cloned(),
            version: 1,
            is_confirmed: false,
            is_excused: false,
        };
        let reply = Reply::Booked(row.appointment());
        self.rows.push(row);
        reply
    }

    /// Takes the place that the run holds instead of the one it had; or leaves everything as it was, but for the hold.
    fn shift(&mut self, run: &str, seen: &Appointment, slot: &Slot) -> Reply {
        let is_held = self.holds_now().any(|hold| hold.holder == run && hold.slot == *slot);
        self.release(run);
        let Some(at) = self.changeable(seen) else { return Reply::Gone };
        let Row { phone, place, other, .. } = &self.rows[at];
        let own = phone.as_ref().filter(|_| other.is_none());
        if !is_held || own.is_some_and(|phone| self.meets(phone, place, slot, Some(&seen.id))) {
            return Reply::Taken;
        }
        let row = &mut self.rows[at];
        (row.slot, row.is_confirmed, row.version) = (slot.clone(), false, row.version + 1);
        Reply::Moved(row.appointment())
    }

    fn call_back(&mut self, phone: &PhoneNumber, topic: &str, window: &str) -> Reply {
        let open = self.call_backs.iter_mut().find(|open| open.phone == *phone && open.topic == topic);
        let Some(open) = open else {
            let (topic, windows) = (topic.to_owned(), vec![window.to_owned()]);
            self.call_backs.push(CallBack { phone: phone.clone(), topic, windows, messages: Vec::new() });
            return Reply::Requested { promise: PROMISE };
        };
        if !open.windows.iter().any(|known| known == window) {
            open.windows.push(window.to_owned());
        }
        Reply::AlreadyRequested { promise: PROMISE }
    }

    fn attach(&mut self, phone: &PhoneNumber, recording: &str) -> Reply {
        let mut reply = Reply::Gone;
        for open in self.call_backs.iter_mut().filter(|open| open.phone == *phone) {
            open.messages.push(recording.to_owned());
            reply = Reply::Kept;
        }
        reply
    }

    fn has_seat(&self, region: &Region, group: &Group) -> bool {
        let taken = self.seats.iter().filter(|seat| seat.group == group.id).count();
        taken < region.seats && group.starts_at.as_second() > self.now
    }

    fn join(
        &mut self,
        region: &Region,
        run: &str,
        phone: Option<&PhoneNumber>,
        place: &PostalCode,
        group: &Group,
    ) -> Reply {
        let seat = Seat { group: group.id.clone(), by: run.to_owned(), phone: phone.cloned(), place: place.clone() };
        if phone.is_some() && self.seats.iter().any(|known| known.is_same_person(&seat)) {
            return Reply::AlreadyJoined(group.clone());
        }
        if !region.groups.contains(group) || !self.has_seat(region, group) {
            return Reply::Full;
        }
        self.seats.push(seat);
        Reply::Joined(group.clone())
    }

    /// The appointment in the version read out, if it can still be changed; it counts as changed.
    fn change(&mut self, seen: &Appointment) -> Option<&mut Row> {
        let row = self.changeable(seen)?;
        self.rows[row].version += 1;
        Some(&mut self.rows[row])
    }

    fn changeable(&self, seen: &Appointment) -> Option<usize> {
        let is_meant = |row: &Row| row.id == seen.id && row.version == seen.version && row.is_coming(self.now);
        self.rows.iter().position(is_meant)
    }

    fn is_free(&self, region: &Region, slot: &Slot) -> bool {
        let mut booked = self.rows.iter().filter(|row| !row.is_excused).map(|row| &row.slot);
        let mut held = self.holds_now().map(|hold| &hold.slot);
        !booked.any(|other| region.clash(other, slot)) && !held.any(|other| region.clash(other, slot))
    }

    /// Whether a person is elsewhere then; the place that is being left aside.
    fn meets(&self, phone: &PhoneNumber, place: &PostalCode, slot: &Slot, left: Option<&str>) -> bool {
        let own = |slot: &Slot| cells(slot.starts_at, slot.ends_at);
        let is_theirs = |row: &&Row| row.is_of(phone, place) && row.other.is_none() && !row.is_excused;
        let theirs = self.rows.iter().filter(is_theirs).filter(|row| Some(row.id.as_str()) != left);
        theirs.map(|row| own(&row.slot)).any(|other| overlap(&other, &own(slot)))
    }

    /// Holds that have not lapsed.
    pub fn holds_now(&self) -> impl Iterator<Item = &Hold> {
        self.holds.iter().filter(|hold| hold.until > self.now)
    }

    fn coming(&self, phone: &PhoneNumber, place: &PostalCode) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.is_of(phone, place) && row.is_coming(self.now))
    }
}

/// Asked again, it is looked up again.
fn is_reading(request: &Request) -> bool {
    use Request::{FindAppointments, FindCallback, FindDays, FindGroups, FindSlots};
    matches!(
        request,
        FindSlots { .. } | FindDays { .. } | FindAppointments { .. } | FindCallback { .. } | FindGroups { .. }
    )
}

impl Row {
    /// Still to come, and not cancelled.
    pub fn is_coming(&self, now: i64) -> bool {
        !self.is_excused && self.slot.starts_at.as_second() > now
    }

    /// Both facts match (D15).
    pub fn is_of(&self, phone: &PhoneNumber, place: &PostalCode) -> bool {
        self.phone.as_ref() == Some(phone) && self.place == *place
    }

    /// As it may be spoken of.
    pub fn appointment(&self) -> Appointment {
        let Self { id, version, slot, is_confirmed, .. } = self;
        Appointment { id: id.clone(), version: *version, slot: slot.clone(), is_confirmed: *is_confirmed }
    }
}

impl Seat {
    fn is_same_person(&self, other: &Self) -> bool {
        self.group == other.group && self.phone == other.phone && self.place == other.place
    }
}

impl Region {
    /// Whether one counsellor cannot have both.
    pub fn clash(&self, a: &Slot, b: &Slot) -> bool {
        let wanted = |slot: &Slot| self.terms.cells(slot.starts_at, slot.ends_at);
        a.counsellor_id == b.counsellor_id && overlap(&wanted(a), &wanted(b))
    }
}

/// Day and minute on the wall of a place.
fn local(slot: &Slot, at: Timestamp) -> (Date, i64) {
    let zone = TimeZone::get(&slot.site.tz).unwrap_or(TimeZone::UTC);
    let wall = at.to_zoned_datetime(zone).datetime();
    (wall.date(), i64::from(wall.hour()) * 60 + i64::from(wall.minute()))
}

fn overlap(a: &std::ops::Range<i64>, b: &std::ops::Range<i64>) -> bool {
    a.start < b.end && b.start < a.end
}
