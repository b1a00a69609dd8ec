//! A bad network, the same at each run: what goes in a beat comes out lost, late, thrice or without its ends.

use super::train::Beat;

/// What the network does to what is sent through it.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
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
}

impl Fault {
    pub const ALL: [Fault; 6] =
        [Fault::Nothing, Fault::Loss, Fault::Reordering, Fault::Triplication, Fault::MissingEnds, Fault::Everything];

    fn has(self, other: Fault) -> bool {
        matches!(self, Fault::Everything) || std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

/// One direction of such a network.
#[derive(Debug)]
pub struct Wire {
    fault: Fault,
    seed: u32,
}

impl Wire {
    pub fn new(fault: Fault, seed: u32) -> Wire {
        Wire { fault, seed }
    }

    /// What comes out, beat by beat.
    pub fn pass(&mut self, beats: Vec<Beat>) -> Vec<Beat> {
        const LATE_BEATS: u32 = 8;
        let mut out = vec![Beat::new(); beats.len() + LATE_BEATS as usize];
        for (at, datagram) in
            beats.into_iter().enumerate().flat_map(|(at, beat)| beat.into_iter().map(move |d| (at, d)))
        {
            let is_lost = self.fault.has(Fault::Loss) && self.draw(20) == 0;
            if is_lost || datagram.is_end && self.fault.has(Fault::MissingEnds) {
                continue;
            }
            let copies = if self.fault.has(Fault::Triplication) { 3 } else { 1 };
            for _ in 0..copies {
                let late = if self.fault.has(Fault::Reordering) { self.draw(LATE_BEATS + 1) } else { 0 };
                out[at + late as usize].push(datagram.clone());
            }
        }
        if self.fault.has(Fault::Reordering) {
            out.iter_mut().for_each(|beat| beat.reverse());
        }
        out
    }

    /// 0 to `below − 1`, drawn from the seed.
    fn draw(&mut self, below: u32) -> u32 {
        self.seed = self.seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.seed >> 16) % below
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
        (sent, flat(&Wire::new(fault, 7).pass(beats)))
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
    }
}
