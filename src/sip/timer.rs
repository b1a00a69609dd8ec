//! Timers as data (RFC 3261 §17, table 4; RFC 6026): who is due when. Nothing here waits.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

/// Round-trip estimate.
pub const T1: Duration = Duration::from_millis(500);
/// The longest interval between repetitions.
pub const T2: Duration = Duration::from_secs(4);
/// The longest a message stays in the network.
pub const T4: Duration = Duration::from_secs(5);
/// Timers B, F, H, J, L and M: when a transaction gives up, or forgets.
pub const GIVE_UP: Duration = Duration::from_secs(32);

/// A repetition: at once `T1`, then twice as long each time, `most` at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// The next one.
    pub at: Instant,
    interval: Duration,
    most: Duration,
}

impl Repeat {
    /// First in T1 from now.
    pub fn from(now: Instant, most: Duration) -> Repeat {
        Repeat { at: now + T1, interval: T1, most }
    }

    /// The far end is at work: after the one that is due, `most` lies between two.
    pub fn slow(&mut self) {
        self.interval = self.most;
    }

    /// It was sent again.
    pub fn sent(&mut self, now: Instant) {
        self.interval = (self.interval * 2).min(self.most);
        self.at = now + self.interval;
    }
}

/// Who asked to be woken. An entry that no longer holds is the waker's to notice: nothing is removed early.
#[derive(Debug)]
pub struct Queue<T> {
    heap: BinaryHeap<Reverse<(Instant, T)>>,
}

impl<T: Ord> Default for Queue<T> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new() }
    }
}

impl<T: Ord> Queue<T> {
    /// Wake `who` at `at`.
    pub fn push(&mut self, at: Instant, who: T) {
        self.heap.push(Reverse((at, who)));
    }

    /// The next moment that matters.
    pub fn next_at(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// Takes one that is due, and the moment it was due at.
    pub fn pop_due(&mut self, now: Instant) -> Option<(Instant, T)> {
        let is_due = self.next_at().is_some_and(|at| at <= now);
        if is_due { self.heap.pop().map(|Reverse(entry)| entry) } else { None }
    }

    /// Throws out those that no longer hold.
    pub fn retain(&mut self, mut holds: impl FnMut(Instant, &T) -> bool) {
        self.heap.retain(|Reverse((at, who))| holds(*at, who));
    }

    /// Entries waiting, stale ones too.
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_are_500_ms_1_2_4_4_seconds_apart() {
        let start = Instant::now();
        let mut repeat = Repeat::from(start, T2);
        let mut seen = Vec::new();
        for _ in 0..6 {
            seen.push((repeat.at - start).as_millis());
            repeat.sent(repeat.at);
        }
        assert_eq!(seen, [500, 1_500, 3_500, 7_500, 11_500, 15_500]);
    }

    #[test]
    fn who_is_due_first_is_taken_first_and_nobody_before_his_time() {
        let start = Instant::now();
        let mut queue = Queue::default();
        queue.push(start + T4, 'b');
        queue.push(start + T1, 'a');
        assert_eq!(queue.pop_due(start), None);
        assert_eq!(queue.pop_due(start + T4), Some((start + T1, 'a')));
        assert_eq!(queue.pop_due(start + T4), Some((start + T4, 'b')));
        assert!(queue.is_empty());
    }
}
