//! The journal: records of calls that are over, on their way to the store. Nobody waits for them, so they can wait: for a
//! store that is busy with callers, or gone for a while.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::call::CallRecord;
use crate::store::Store;

/// Records that may wait, some 15 MB: an hour of 14 calls a second without a store.
const WAITING_MAX: usize = 50_000;
/// Records of one write; one write at a time, so that callers' own writes stand behind one at most.
const AT_ONCE: usize = 200;
/// Between two tries.
const PAUSE: Duration = Duration::from_secs(2);
/// How long a line that stops waits for the last of them.
const FLUSH: Duration = Duration::from_secs(5);

/// Where a call leaves its record.
#[derive(Clone, Debug)]
pub struct Journal(mpsc::Sender<CallRecord>);

impl Journal {
    /// Begins to write; the task ends when every clone is gone and all is written.
    pub fn start(store: Store) -> (Journal, JoinHandle<()>) {
        let (records, waiting) = mpsc::channel(WAITING_MAX);
        (Journal(records), tokio::spawn(write(store, waiting)))
    }

    /// A call is over.
    pub fn note(&self, record: CallRecord) {
        if let Err(error) = self.0.try_send(record) {
            let record = error.into_inner();
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

async fn write(store: Store, mut waiting: mpsc::Receiver<CallRecord>) {
    let mut batch = Vec::with_capacity(AT_ONCE);
    while waiting.recv_many(&mut batch, AT_ONCE).await > 0 {
        let mut is_told = false;
        while let Err(error) = store.record(&batch).await {
            if !std::mem::replace(&mut is_told, true) {
                tracing::warn!(%error, records = batch.len(), "records of calls wait for the store");
            }
            sleep(PAUSE).await;
        }
        batch.clear();
    }
}
