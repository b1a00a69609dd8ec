//! `ligne flow draw --counts`: what the store counted, as the map wants it.

use std::path::Path;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use tokio::runtime::{Builder, Runtime};

use crate::flow::Library;
use crate::flow::draw::Counts;
use crate::store::{Place, Store};

/// Days that a map looks back without being told, today included.
const DAYS: i64 = 30;

/// The counts of the database.
pub struct Counted {
    runtime: Runtime,
    store: Store,
    since: Option<Date>,
    now: Timestamp,
}

impl Counted {
    /// From a first day on; without one, the last thirty.
    pub fn open(data: &Path, since: Option<Date>, now: Timestamp) -> anyhow::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let store = runtime.block_on(Store::open_at(&Place::chosen(data)))?;
        Ok(Self { runtime, store, since, now })
    }

    /// Of one flow, on the flows as they are now: another version has another map. A first day to come is today.
    pub fn of(&self, library: &Library, flow: &str) -> anyhow::Result<Counts> {
        let today = library.hours().today(self.now);
        let first = self.since.unwrap_or_else(|| today.saturating_sub((DAYS - 1).days())).min(today);
        let counts = self.runtime.block_on(self.store.step_counts(flow, library.version(), first))?;
        let passed = counts.into_iter().map(|count| ((count.step, count.exit), count.passed));
        Ok(Counts::new((first, today), library.version(), passed))
    }
}
