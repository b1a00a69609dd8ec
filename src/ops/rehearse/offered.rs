//! All that a transcript lets the line offer: the few places and meetings it names, of the many of the sample region.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::desk::{SLOTS_MAX, local};
use crate::booking::{Days, Half, Slot, When};
use crate::flow::action::{Reply, Request};
use crate::store::Store;

/// One place.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) at: Timestamp,
    /// Whose it is, once it was found: others who are free at that hour are not offered.
    pub(super) counsellor: Option<String>,
}

/// Nothing named: all there is.
#[derive(Debug, Default)]
pub(super) struct Offered {
    pub(super) places: Vec<Place>,
    pub(super) meetings: Vec<Timestamp>,
}

impl Offered {
    /// The store's answer to who looks for a place, a day or a meeting, as far as it is offered; nothing of another request.
    pub(super) async fn narrowed(
        &mut self,
        store: &Store,
        now: Timestamp,
        run: &str,
        request: &Request,
    ) -> Option<Reply> {
        match request {
            Request::FindSlots { when, limit, .. } | Request::FindDays { when, limit, .. }
                if !self.places.is_empty() =>
            {
                let mut free = Vec::new();
                for place in &mut self.places {
                    match place.free(store, now, run, request, *when).await {
                        Ok(found) => free.extend(found),
                        Err(reply) => return Some(reply),
                    }
                }
                free.truncate(usize::from(*limit));
                if matches!(request, Request::FindSlots { .. }) {
                    return Some(Reply::Slots(free));
                }
                let days: BTreeSet<_> = free.iter().map(|slot| local(slot.starts_at).date()).collect();
                Some(Reply::Days(days.into_iter().collect()))
            }
            Request::FindGroups { .. } if !self.meetings.is_empty() => {
                let reply = store.execute(now, run, "", request).await;
                let Reply::Groups(all) = reply else { return Some(reply) };
                let first = |at: &Timestamp| all.iter().find(|group| group.starts_at == *at).cloned();
                Some(Reply::Groups(self.meetings.iter().filter_map(first).collect()))
            }
            _ => None,
        }
    }

    /// Of places that are free at this time, the one that is meant.
    pub(super) fn meant(&mut self, at: Timestamp, free: &[Slot]) -> Option<Slot> {
        let place = self.places.iter_mut().find(|place| place.at == at);
        place.map_or_else(|| free.iter().find(|slot| slot.starts_at == at).cloned(), |place| place.found(free))
    }
}

impl Place {
    /// It, while it is free and wished for; or what the store says instead.
    async fn free(
        &mut self,
        store: &Store,
        now: Timestamp,
        run: &str,
        request: &Request,
        wished: When,
    ) -> Result<Option<Slot>, Reply> {
        let (Request::FindSlots { place, modality, phone, .. } | Request::FindDays { place, modality, phone, .. }) =
            request
        else {
            return Ok(None);
        };
        let starts = local(self.at);
        let minute = i64::from(starts.hour()) * 60 + i64::from(starts.minute());
        if wished != When::default() && !wished.admits(local(now).date(), starts.date(), minute) {
            return Ok(None);
        }
        let when = When { days: Days::On(starts.date()), half: Half::Any };
        let (place, phone) = (place.clone(), phone.clone());
        let that_day = Request::FindSlots { place, modality: *modality, when, phone, limit: SLOTS_MAX };
        match store.execute(now, run, "", &that_day).await {
            Reply::Slots(free) => Ok(self.found(&free)),
            other => Err(other),
        }
    }

    fn found(&mut self, free: &[Slot]) -> Option<Slot> {
        let is_it = |slot: &&Slot| {
            slot.starts_at == self.at && self.counsellor.as_ref().is_none_or(|known| *known == slot.counsellor_id)
        };
        let found = free.iter().find(is_it).cloned()?;
        self.counsellor = Some(found.counsellor_id.clone());
        Some(found)
    }
}
