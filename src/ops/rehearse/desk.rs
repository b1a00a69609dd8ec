//! The real store, in a folder of its own, and what a transcript lets happen to it.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::offered::{Offered, Place};
use crate::booking::{Days, Half, Modality, PostalCode, Slot, When};
use crate::call::transcript::Given;
use crate::flow::action::{OtherPerson, Reply, Request, SLOW};
use crate::phone::PhoneNumber;
use crate::store::{Store, StoreError};

/// Of somebody who is always quicker: a number kept for fiction.
const RIVAL: &str = "0199000077";
/// Seats of a meeting that a rival takes at most.
const SEATS_MAX: u32 = 100;
/// Places looked through for the one that a transcript names.
pub(super) const SLOTS_MAX: u8 = 200;

/// The store of one transcript.
#[derive(Debug)]
pub struct Desk {
    store: Store,
    is_up: bool,
    /// What the caller asks for next is somebody else's.
    is_taken: bool,
    /// What the caller speaks of next is no more.
    is_gone: bool,
    /// Of what was there before, and of rivals: each is a run of its own.
    runs: u32,
    /// All that is offered, where a transcript says so.
    offered: Offered,
    /// The run that a place was kept for last.
    holder: Option<String>,
    /// Outcomes of what was written for the last call.
    wrote: Vec<&'static str>,
}

impl Desk {
    /// With the store in this folder.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        Ok(Self::of(Store::open(folder).await?))
    }

    /// With this store.
    pub fn of(store: Store) -> Self {
        let (offered, holder, wrote) = (Offered::default(), None, Vec::new());
        Self { store, is_up: true, is_taken: false, is_gone: false, runs: 0, offered, holder, wrote }
    }

    /// Whether callers' requests are answered.
    pub(super) fn set_up(&mut self, is_up: bool) {
        self.is_up = is_up;
    }

    /// Somebody else will be quicker, once.
    pub(super) fn set_taken(&mut self) {
        self.is_taken = true;
    }

    /// What is spoken of next is no more, once.
    pub(super) fn set_gone(&mut self) {
        self.is_gone = true;
    }

    /// Somebody calls.
    pub(super) fn begin(&mut self) {
        self.wrote.clear();
    }

    /// Nothing is kept any longer for whoever chose a place last.
    pub(super) async fn lapse(&mut self, now: Timestamp) {
        if let Some(holder) = self.holder.take() {
            self.ask(now, &holder, &Request::Release).await;
        }
    }

    /// Whether this outcome was written for the last call; or, for `nothing`, none.
    pub(super) fn has_written(&self, outcome: &str) -> Result<(), String> {
        let is_so = if outcome == "nothing" { self.wrote.is_empty() } else { self.wrote.contains(&outcome) };
        let written = if self.wrote.is_empty() { "rien".to_owned() } else { self.wrote.join(", ") };
        if is_so {
            Ok(())
        } else {
            Err(format!("attendu `{outcome}` dans le carnet, écrit pendant cet appel : {written}"))
        }
    }

    /// The store itself, for what keeps runs, unless it is down.
    pub(super) fn store(&self) -> Option<&Store> {
        self.is_up.then_some(&self.store)
    }

    /// Keeps a voice: a store that is down answers no request, and recordings are none.
    pub(super) async fn keep_voice(&self, now: Timestamp, sound: Vec<u8>) -> Option<String> {
        self.store.keep_voice(now, sound).await.ok()
    }

    /// Places held, whether the store answers callers or not.
    pub async fn holds(&self, now: Timestamp) -> Result<i64, String> {
        self.store.holds(now).await.map_err(|error| error.to_string())
    }

    /// The store's answer to a caller, after what happens meanwhile.
    pub(super) async fn execute(&mut self, now: Timestamp, run: &str, key: &str, request: &Request) -> Reply {
        if !self.is_up {
            return Reply::Unavailable;
        }
        if self.is_taken && self.rival(now, run, request).await {
            self.is_taken = false;
        }
        if self.is_gone && is_about_something(request) {
            self.is_gone = false;
            if let Request::AttachMessage { .. } = request {
                // Who was called back meanwhile is marked so by a counsellor: nothing of ours closes a request yet.
                return Reply::Gone;
            }
            self.strike(now, request).await;
        }
        let reply = match self.offered.narrowed(&self.store, now, run, request).await {
            Some(reply) => reply,
            None => self.store.execute(now, run, key, request).await,
        };
        self.wrote.extend(outcome(&reply));
        if reply == Reply::Held {
            self.holder = Some(run.to_owned());
        }
        reply
    }

    /// Somebody else takes what is asked for, as a run would; whether it was something to take.
    async fn rival(&mut self, now: Timestamp, run: &str, request: &Request) -> bool {
        match request {
            Request::Hold { slot, .. } => self.books(now, slot).await,
            Request::Book { slot, .. } | Request::Move { slot, .. } => {
                // A place that is held cannot be had: the hold must have lapsed.
                self.ask(now, run, &Request::Release).await;
                self.books(now, slot).await
            }
            Request::JoinGroup { place, group, .. } => {
                for seat in 0..SEATS_MAX {
                    let phone = PhoneNumber::parse(&format!("01990001{seat:02}"));
                    let join = Request::JoinGroup { phone, place: place.clone(), group: group.clone() };
                    if self.ask_anew(now, &join).await == Reply::Full {
                        break;
                    }
                }
                true
            }
            _ => false,
        }
    }

    async fn books(&mut self, now: Timestamp, slot: &Slot) -> bool {
        let phone = PhoneNumber::parse(RIVAL);
        let Some(place) = PostalCode::parse("71100") else { return false };
        self.take(now, slot, phone, place).await.is_ok()
    }

    /// A counsellor cancels the appointment that is spoken of.
    async fn strike(&mut self, now: Timestamp, request: &Request) {
        if let Request::Confirm { appointment } | Request::Cancel { appointment } | Request::Move { appointment, .. } =
            request
        {
            self.ask_anew(now, &Request::Cancel { appointment: appointment.clone() }).await;
        }
    }

    /// Brings about what was there before anybody called.
    pub async fn give(&mut self, now: Timestamp, given: &Given) -> Result<(), String> {
        match given {
            Given::Place { at } => {
                self.offered.places.push(Place { at: *at, counsellor: None });
                Ok(())
            }
            Given::Meeting { at } => {
                self.offered.meetings.push(*at);
                Ok(())
            }
            Given::CallBack { number } => {
                let (topic, window) = ("person".to_owned(), "any".to_owned());
                let request = Request::RequestCallback { phone: number.clone(), topic, window };
                match self.ask_anew(now, &request).await {
                    Reply::Requested { .. } | Reply::AlreadyRequested { .. } => Ok(()),
                    other => Err(format!("le rappel n'a pas pu être noté : {other:?}")),
                }
            }
            Given::Slow { number } => {
                let consent = Request::RecordConsent { phone: number.clone(), topic: SLOW.to_owned(), agrees: true };
                match self.ask_anew(now, &consent).await {
                    Reply::Recorded => Ok(()),
                    other => Err(format!("l'accord n'a pas pu être noté : {other:?}")),
                }
            }
            Given::Cancelled { at, number, place } => {
                let find = Request::FindAppointments { phone: number.clone(), place: place.clone() };
                let Reply::Appointments(all) = self.ask_anew(now, &find).await else {
                    return Err("le carnet ne répond pas".to_owned());
                };
                let meant = all.into_iter().find(|appointment| appointment.slot.starts_at == *at);
                let appointment = meant.ok_or("ce rendez-vous n'existe pas")?;
                match self.ask_anew(now, &Request::Cancel { appointment }).await {
                    Reply::Cancelled => Ok(()),
                    other => Err(format!("le rendez-vous n'a pas pu être annulé : {other:?}")),
                }
            }
            Given::Appointment { at, number, place } => {
                let find = Request::FindSlots {
                    place: place.clone(),
                    modality: Modality::InPerson,
                    when: When { days: Days::On(local(*at).date()), half: Half::Any },
                    phone: Some(number.clone()),
                    limit: SLOTS_MAX,
                };
                let Reply::Slots(slots) = self.ask_anew(now, &find).await else {
                    return Err("le carnet ne répond pas".to_owned());
                };
                let Some(slot) = self.offered.meant(*at, &slots) else {
                    return Err(format!("aucune place n'est libre à cette heure ; le même jour : {}", hours(&slots)));
                };
                self.take(now, &slot, Some(number.clone()), place.clone()).await
            }
        }
    }

    async fn take(
        &mut self,
        now: Timestamp,
        slot: &Slot,
        phone: Option<PhoneNumber>,
        place: PostalCode,
    ) -> Result<(), String> {
        let run = self.run();
        let mut reply = Reply::Unavailable;
        // One number may have several: the second is that of another person.
        for other in [None, Some(OtherPerson::default())] {
            self.ask(now, &run, &Request::Hold { slot: slot.clone(), ttl_s: 60 }).await;
            let (phone, place, slot) = (phone.clone(), place.clone(), slot.clone());
            reply = self.ask(now, &run, &Request::Book { phone, place, slot, other }).await;
            if !matches!(reply, Reply::AlreadyBooked(_)) {
                break;
            }
        }
        match reply {
            Reply::Booked(_) => Ok(()),
            other => Err(format!("le rendez-vous n'a pas pu être écrit : {other:?}")),
        }
    }

    fn run(&mut self) -> String {
        self.runs += 1;
        format!("given-{}", self.runs)
    }

    async fn ask_anew(&mut self, now: Timestamp, request: &Request) -> Reply {
        let run = self.run();
        self.ask(now, &run, request).await
    }

    async fn ask(&mut self, now: Timestamp, run: &str, request: &Request) -> Reply {
        self.runs += 1;
        self.store.execute(now, run, &format!("given:{}", self.runs), request).await
    }
}

/// The outcome of what was written; nothing of what was not.
fn outcome(reply: &Reply) -> Option<&'static str> {
    match reply {
        Reply::Booked(_) => Some("booked"),
        Reply::Moved(_) => Some("moved"),
        Reply::Confirmed => Some("confirmed"),
        Reply::Cancelled => Some("cancelled"),
        Reply::Requested { .. } | Reply::AlreadyRequested { .. } => Some("requested"),
        Reply::Kept => Some("kept"),
        Reply::Joined(_) | Reply::AlreadyJoined(_) => Some("joined"),
        Reply::Recorded => Some("recorded"),
        _ => None,
    }
}

fn is_about_something(request: &Request) -> bool {
    matches!(
        request,
        Request::Confirm { .. } | Request::Cancel { .. } | Request::Move { .. } | Request::AttachMessage { .. }
    )
}

pub(super) fn local(at: Timestamp) -> DateTime {
    TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC).to_datetime(at)
}

fn hours(slots: &[Slot]) -> String {
    let mut hours: Vec<String> = slots.iter().map(|slot| local(slot.starts_at).strftime("%H:%M").to_string()).collect();
    hours.dedup();
    if hours.is_empty() { "rien".to_owned() } else { hours.join(", ") }
}
