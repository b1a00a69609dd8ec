//! A bad network, the same at each run: what goes in a beat comes out lost, late, thrice or without its ends.

use std::collections::VecDeque;

use super::train::Beat;

/// 160 ms.
const LATE_BEATS: usize = 8;

/// What the network does to what is sent through it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    #[default]
    Nothing,
    /// One packet of twenty is lost.
    Loss,
    /// Packets come up to 160 ms late, even after the next key began, and backwards within a beat.
    Reordering,
    /// Each packet comes three times.
    Triplication,
    /// No packet that says "let go" comes through.
    MissingEnds,
    /// All of these together.
    Everything,
    /// Nothing comes through.
    Cut,
}

impl Fault {
    /// Those under which keys are to be right.
    pub const ALL: [Fault; 6] =
        [Fault::Nothing, Fault::Loss, Fault::Reordering, Fault::Triplication, Fault::MissingEnds, Fault::Everything];

    fn has(self, other: Fault) -> bool {
        self == Fault::Everything || self == other
    }
}

/// One direction of such a network.
#[derive(Debug)]
pub struct Wire {
    fault: Fault,
    seed: u32,
    /// What comes out in the beats ahead.
    ahead: VecDeque<Beat>,
}

impl Wire {
    pub fn new(fault: Fault, seed: u32) -> Wire {
        Wire { fault, seed, ahead: VecDeque::new() }
    }

    /// One beat in, one beat out.
    pub fn pass(&mut self, beat: Beat) -> Beat {
        self.ahead.resize_with(LATE_BEATS + 1, Beat::new);
        for datagram in beat {
            let is_lost = self.fault.has(Fault::Loss) && self.draw(20) == 0;
            let is_missing = datagram.is_end && self.fault.has(Fault::MissingEnds);
            if is_lost || is_missing || self.fault == Fault::Cut {
                continue;
            }
            let copies = if self.fault.has(Fault::Triplication) { 3 } else { 1 };
            for _ in 0..copies {
                let late = if self.fault.has(Fault::Reordering) { self.draw(LATE_BEATS + 1) } else { 0 };
                self.ahead[late].push(datagram.clone());
            }
        }
        let mut out = self.ahead.pop_front().unwrap_or_default();
        if self.fault.has(Fault::Reordering) {
            out.reverse();
        }
        out
    }

    /// 0 to `below − 1`, drawn from the seed.
    fn draw(&mut self, below: usize) -> usize {
        self.seed = self.seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.seed >> 16) as usize % below
    }
}

#[cfg(test)]
mod tests {
    use super::super::train::Typist;
    use super::*;

    fn through(fault: Fault) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
        let beats = Typist::new(101).keys("71100");
        let flat = |beats: &[Beat]| beats.iter().flatten().map(|datagram| datagram.bytes.clone()).collect::<Vec<_>>();
        let sent = flat(&beats);
        let mut wire = Wire::new(fault, 7);
        let after = std::iter::repeat_n(Beat::new(), LATE_BEATS);
        let got: Vec<Beat> = beats.into_iter().chain(after).map(|beat| wire.pass(beat)).collect();
        (sent, flat(&got))
    }

    #[test]
    fn each_fault_is_there() {
        let (sent, got) = through(Fault::Nothing);
        assert_eq!(sent, got);
        let (sent, got) = through(Fault::Loss);
        assert!(got.len() < sent.len() && got.len() > sent.len() * 8 / 10);
        let (mut sent, mut got) = through(Fault::Reordering);
        assert_ne!(sent, got);
        sent.sort();
        got.sort();
        assert_eq!(sent, got);
        let (sent, got) = through(Fault::Triplication);
        assert_eq!(got.len(), sent.len() * 3);
        let (sent, got) = through(Fault::MissingEnds);
        assert_eq!(got.len(), sent.len() - 5 * 3);
        let (_, got) = through(Fault::Cut);
        assert!(got.is_empty());
    }
}
