//! The journal: records of calls that are over and the counts of their steps, on their way to the store. Nobody waits for
//! them, so they can wait: for a store that is busy with callers, or gone for a while.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::Clock;
use crate::call::CallRecord;
use crate::store::{Passage, Store};

/// Records that may wait, some 15 MB: an hour of 14 calls a second without a store.
const WAITING_MAX: usize = 50_000;
/// Calls whose steps may wait with them, some 10 MB: what is counted is no record, and no caller misses it.
const COUNTED_MAX: usize = 2_000;
/// Records of one write; one write at a time, so that callers' own writes stand behind one at most.
const AT_ONCE: usize = 200;
/// Between two tries.
const PAUSE: Duration = Duration::from_secs(2);
/// How long a line that stops waits for the last of them.
const FLUSH: Duration = Duration::from_secs(5);

/// A call that is over.
#[derive(Debug)]
struct Over {
    record: CallRecord,
    passed: Vec<Passage>,
}

/// Where a call leaves its record.
#[derive(Clone, Debug)]
pub struct Journal(mpsc::Sender<Over>);

impl Journal {
    /// Begins to write; the task ends when every clone is gone and all is written.
    pub fn start(store: Store, clock: Clock) -> (Journal, JoinHandle<()>) {
        let (records, waiting) = mpsc::channel(WAITING_MAX);
        (Journal(records), tokio::spawn(write(store, clock, waiting)))
    }

    /// A call is over; the ways through the flows that it took.
    pub fn note(&self, record: CallRecord, mut passed: Vec<Passage>) {
        if self.0.max_capacity() - self.0.capacity() >= COUNTED_MAX {
            passed = Vec::new();
        }
        if let Err(error) = self.0.try_send(Over { record, passed }) {
            let Over { record, .. } = error.into_inner();
            tracing::error!(call.id = record.id, "a call's record was lost: {WAITING_MAX} wait for the store already");
        }
    }
}

/// Waits for the last records of a line that stops: a call's task holds its end of the journal until the store has answered
/// whatever was asked of it.
pub async fn flush(writing: JoinHandle<()>) {
    if timeout(FLUSH, writing).await.is_err() {
        tracing::error!("records of calls were lost: the store took none within {FLUSH:?}");
    }
}

async fn write(store: Store, clock: Clock, mut waiting: mpsc::Receiver<Over>) {
    let mut batch = Vec::with_capacity(AT_ONCE);
    while waiting.recv_many(&mut batch, AT_ONCE).await > 0 {
        let (records, passed): (Vec<_>, Vec<_>) = batch.drain(..).map(|over| (over.record, over.passed)).unzip();
        let passed: Vec<Passage> = passed.into_iter().flatten().collect();
        let mut is_told = false;
        while let Err(error) = store.record(&records).await {
            if !std::mem::replace(&mut is_told, true) {
                tracing::warn!(%error, records = records.len(), "records of calls wait for the store");
            }
            sleep(PAUSE).await;
        }
        // Once only: what may have been written is not counted twice.
        if let Err(error) = store.count_steps(clock.now().wall, &passed).await {
            tracing::warn!(%error, calls = records.len(), "steps of calls are missing in the counts of the maps");
        }
    }
}
