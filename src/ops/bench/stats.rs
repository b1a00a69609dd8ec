//! What a load has seen.

use std::collections::BTreeMap;
use std::time::Duration;

use super::walk::{Outcome, Work};

/// Counts of one window. Times in microseconds.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    pub placed: u64,
    pub answered: u64,
    /// Final answers that were no 2xx, by status.
    pub statuses: BTreeMap<u16, u64>,
    /// No answer for 32 s.
    pub unanswered: u64,
    /// The caller heard nothing it knew, and hung up.
    pub lost: u64,
    pub booked: u64,
    pub known: u64,
    pub called_back: u64,
    pub other: u64,
    /// Places that somebody else took between hearing and choosing.
    pub taken: u64,
    pub packets_in: u64,
    pub packets_out: u64,
    /// The system would not take our packet.
    pub unsent: u64,
    /// Gaps in the line's sequence numbers.
    pub missing: u64,
    pub gaps: u64,
    pub long_gaps: u64,
    /// Gaps that fell where the generator itself stood still: nobody knows whose they are.
    pub gaps_of_ours: u64,
    /// Packets that we sent more than 5 ms after their time.
    pub sent_late: u64,
    /// Packets that we never sent, being still later.
    pub skipped: u64,
    /// A key that ended an answer, and no new prompt before the next one.
    pub keys_unanswered: u64,
    pub flow_us: Vec<u32>,
    pub store_us: Vec<u32>,
    /// Answers across which the generator stood still: neither in `flow_us` nor in `store_us`.
    pub doubtful_us: Vec<u32>,
    /// Calls that stood × seconds.
    pub call_seconds: f64,
    /// Whole time of the window.
    pub seconds: f64,
    callers: usize,
}

impl Stats {
    /// Empties all but the row of callers.
    pub fn begin(&mut self) -> Stats {
        let callers = self.callers;
        std::mem::replace(self, Stats { callers, ..Stats::default() })
    }

    /// Whose turn it is to call.
    pub fn next_caller(&mut self) -> usize {
        self.callers += 1;
        self.callers - 1
    }

    /// A final answer that was no 2xx.
    pub fn refused(&mut self, status: u16) {
        *self.statuses.entry(status).or_default() += 1;
    }

    /// A call was ended by the line.
    pub fn ended(&mut self, outcome: Outcome, taken: u64) {
        self.taken += taken;
        match outcome {
            Outcome::Booked => self.booked += 1,
            Outcome::Known => self.known += 1,
            Outcome::CalledBack => self.called_back += 1,
            Outcome::Other => self.other += 1,
        }
    }

    /// A gap between two packets.
    pub fn late(&mut self, is_long: bool, is_ours: bool) {
        if is_ours {
            self.gaps_of_ours += 1;
        } else {
            self.gaps += 1;
            self.long_gaps += u64::from(is_long);
        }
    }

    /// A key was answered by a new prompt.
    pub fn replied(&mut self, work: Work, after: Duration, is_ours: bool) {
        let us = u32::try_from(after.as_micros()).unwrap_or(u32::MAX);
        match (is_ours, work) {
            (true, _) => self.doubtful_us.push(us),
            (false, Work::Flow) => self.flow_us.push(us),
            (false, Work::Store) => self.store_us.push(us),
        }
    }

    /// Calls that stood, in the mean.
    pub fn at_once(&self) -> f64 {
        self.call_seconds / self.seconds.max(0.001)
    }
}

/// The value below which `percent` of them lie; 0 of none.
pub fn percentile(values: &[u32], percent: usize) -> u32 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_value_that_was_seen() {
        let values: Vec<u32> = (1..=100).rev().collect();
        assert_eq!([50, 99, 100].map(|percent| percentile(&values, percent)), [50, 99, 100]);
        assert_eq!(percentile(&[7], 99), 7);
        assert_eq!(percentile(&[], 50), 0);
    }

    #[test]
    fn a_new_window_goes_on_with_the_next_caller() {
        let mut stats = Stats::default();
        assert_eq!((stats.next_caller(), stats.begin().callers, stats.next_caller()), (0, 1, 1));
    }
}
