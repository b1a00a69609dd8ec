//! When each packet is due: the pace of one stream, and the wheel that holds them all. Pure: milliseconds in and out.

/// The wheel's 1 ms slots; more than the furthest a packet can be due (two frames of 40 ms).
const SLOTS: usize = 128;

/// A lead is given back this much at each packet: a whole one in 200 ms, before a caller presses the next key.
const GIVE_BACK_MS: u64 = 2;

/// The pace of one stream. Packets are due one frame apart; a new prompt may take the pending packet forward by up to
/// one frame (the *lead*), so that a key is answered at once and not at the next tick. The packets after it give the
/// lead back little by little, so no packet is ever later than its beat and the far end's buffer never fills. (To
/// wait for a silence instead would leave no lead for the next key: a caller in a hurry never hears one.)
///
/// ```text
///   beat   0    20    40    60    80   100   120   140
///   sent   0    20   31 ←play 53  75    97   119   140    lead 9, 7, 5, 3, 1, 0
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    nominal_ms: u64,
    due_ms: u64,
    frame_ms: u64,
}

impl Pace {
    /// A stream whose first packet is due now.
    pub fn starting(now_ms: u64, frame_ms: u64) -> Pace {
        Pace { nominal_ms: now_ms, due_ms: now_ms, frame_ms }
    }

    /// When the next packet goes out.
    pub fn due_ms(&self) -> u64 {
        self.due_ms
    }

    /// Length of a packet.
    pub fn frame_ms(&self) -> u64 {
        self.frame_ms
    }

    /// A prompt starts: the pending packet moves forward to now, but not more than a frame before its time.
    pub fn hurry(&mut self, now_ms: u64) {
        let earliest = self.nominal_ms.saturating_sub(self.frame_ms);
        self.due_ms = self.due_ms.min(earliest.max(now_ms));
    }

    /// The due packet went out.
    pub fn sent(&mut self) {
        let lead = (self.nominal_ms - self.due_ms).saturating_sub(GIVE_BACK_MS);
        self.nominal_ms += self.frame_ms;
        self.due_ms = self.nominal_ms - lead;
    }

    /// The thread was stopped too long to catch up: the beat moves.
    pub fn delay(&mut self, by_ms: u64) {
        self.nominal_ms += by_ms;
        self.due_ms += by_ms;
    }

    /// The agreed packet length changed.
    pub fn reframe(&mut self, frame_ms: u64) {
        self.frame_ms = frame_ms;
        self.due_ms = self.due_ms.max(self.nominal_ms.saturating_sub(frame_ms));
    }
}

/// Who is due at which millisecond. Entries are never removed: whoever takes one checks that it still holds.
#[derive(Debug)]
pub struct Wheel {
    slots: Vec<Vec<u64>>,
}

impl Wheel {
    /// An empty wheel.
    pub fn new() -> Wheel {
        Wheel { slots: vec![Vec::new(); SLOTS] }
    }

    /// Puts `id` in the slot of `due_ms`.
    pub fn insert(&mut self, due_ms: u64, id: u64) {
        self.slots[due_ms as usize % SLOTS].push(id);
    }

    /// Exchanges the slot of `at_ms` with the empty `spare`, whose room is thus kept for later.
    pub fn take(&mut self, at_ms: u64, spare: &mut Vec<u64>) {
        std::mem::swap(&mut self.slots[at_ms as usize % SLOTS], spare);
    }

    /// The first millisecond after `at_ms` with an entry, within the wheel.
    pub fn next_after(&self, at_ms: u64) -> Option<u64> {
        (at_ms + 1..=at_ms + SLOTS as u64).find(|ms| !self.slots[*ms as usize % SLOTS].is_empty())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_prompt_starts_at_once_and_the_lead_is_given_back_packet_by_packet() {
        let mut pace = Pace::starting(0, 20);
        pace.sent();
        pace.sent();
        pace.hurry(31);
        let mut due = vec![];
        for _ in 0..7 {
            due.push(pace.due_ms());
            pace.sent();
        }
        assert_eq!(due, [31, 53, 75, 97, 119, 140, 160]);
    }

    #[test]
    fn a_second_prompt_within_the_lead_waits_for_its_frame() {
        let mut pace = Pace::starting(0, 20);
        pace.sent(); // due 20
        pace.hurry(1);
        pace.sent(); // beat 40, due 23
        pace.hurry(2);
        assert_eq!(pace.due_ms(), 20); // a whole frame of lead, no more
    }

    proptest! {
        #[test]
        fn the_lead_is_never_more_than_a_frame_and_nothing_accumulates(
            steps in proptest::collection::vec((0u64..25, any::<bool>()), 1..300)) {
            let (mut pace, mut now, mut sent) = (Pace::starting(0, 20), 0, 0u64);
            for (wait, hurries) in steps {
                now += wait;
                if hurries { pace.hurry(now); }
                while pace.due_ms() <= now {
                    prop_assert!(pace.due_ms() + 20 >= sent * 20 && pace.due_ms() <= sent * 20);
                    pace.sent();
                    sent += 1;
                }
            }
            for _ in 0..10 { pace.sent(); }
            prop_assert_eq!(pace.due_ms(), (sent + 10) * 20);
        }
    }

    #[test]
    fn the_wheel_gives_back_what_is_due_and_keeps_its_room() {
        let (mut wheel, mut spare) = (Wheel::new(), Vec::new());
        wheel.insert(140, 7);
        wheel.insert(141, 8);
        assert_eq!(wheel.next_after(100), Some(140));
        wheel.take(140, &mut spare);
        assert_eq!((spare.as_slice(), wheel.next_after(100)), (&[7][..], Some(141)));
    }
}
