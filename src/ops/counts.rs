//! `ligne flow draw --counts`: what the store counted, as the map wants it.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::flow::Library;
use crate::flow::draw::Counts;
use crate::store::{Store, StoreError};

/// Days looked at when no first day is named: a month of calls, the last one included.
const DAYS: i64 = 30;

/// The counts of one flow, on the flows as they are now: another version has another map. A first day after today is today.
pub async fn since(
    store: &Store,
    library: &Library,
    flow: &str,
    first: Option<Date>,
    now: Timestamp,
) -> Result<Counts, StoreError> {
    let today = library.hours().today(now);
    let first = first.unwrap_or_else(|| today.saturating_sub((DAYS - 1).days())).min(today);
    let counts = store.step_counts(flow, library.version(), first).await?;
    let passed = counts.into_iter().map(|count| ((count.step, count.exit), count.passed));
    Ok(Counts::new((first, today), library.version(), passed))
}
