//! What to send next: prompts cut into frames, silence between them, and the numbers of the header.
//!
//! One `Playout` is the sending half of one call. Its stream never stops: when nothing plays it is silence, so that
//! the path stays open through firewalls and the far end never thinks the call dead. Pieces follow one another
//! without a seam: a frame may hold the end of one recording and the start of the next.

use std::sync::Arc;
use std::time::Duration;

use super::g711::{self, Codec};
use super::packet::{HEADER_LEN, Packet};
use super::stretch::Stretch;

/// Samples per millisecond at 8 kHz.
pub const SAMPLES_PER_MS: usize = 8;
/// Longest frame we send: 40 ms (G5).
pub const FRAME_MAX: usize = 40 * SAMPLES_PER_MS;

/// One part of a prompt.
#[derive(Clone, Debug)]
pub enum Piece {
    /// A-law samples at 8 kHz, shared by all calls that play them.
    Sound(Arc<[u8]>),
    /// The same, said more slowly (C10).
    Slow(Arc<[u8]>),
    /// Nothing, for this long.
    Silence(Duration),
}

/// A prompt that has stopped: its tag, and whether something cut it short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The tag given to [`Playout::play`].
    pub tag: u32,
    /// False when its last sample went out.
    pub interrupted: bool,
}

/// Random starting numbers (RFC 3550 §5.1), drawn by the shell.
#[derive(Clone, Copy, Debug)]
pub struct Seed {
    /// Our source identifier.
    pub ssrc: u32,
    /// First sequence number.
    pub sequence: u16,
    /// First timestamp.
    pub timestamp: u32,
}

/// The sending half of one call.
#[derive(Debug)]
pub struct Playout {
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
    is_first: bool,
    prompt: Option<Prompt>,
}

#[derive(Debug)]
struct Prompt {
    tag: u32,
    pieces: Vec<Piece>,
    is_interruptible: bool,
    /// The piece being sent, and how many of its samples have been.
    piece: usize,
    sent: usize,
    /// Of a slow one, instead.
    stretch: Stretch,
}

impl Prompt {
    /// Fills `frame` with what is left of the pieces; the rest of it is left, once they are over.
    fn fill<'a>(&mut self, mut frame: &'a mut [u8]) -> &'a mut [u8] {
        while let Some(piece) = self.pieces.get(self.piece) {
            let (count, is_over) = match piece {
                Piece::Sound(bytes) => {
                    let count = (bytes.len() - self.sent).min(frame.len());
                    frame[..count].copy_from_slice(&bytes[self.sent..self.sent + count]);
                    (count, self.sent + count == bytes.len())
                }
                Piece::Slow(bytes) => (self.stretch.read(bytes, frame), self.stretch.is_over(bytes)),
                Piece::Silence(length) => {
                    let samples = usize::try_from(length.as_millis()).unwrap_or(0).saturating_mul(SAMPLES_PER_MS);
                    let count = (samples - self.sent).min(frame.len());
                    frame[..count].fill(g711::SILENCE);
                    (count, self.sent + count == samples)
                }
            };
            frame = &mut frame[count..];
            if !is_over {
                self.sent += count;
                break; // the frame is full and this piece has more
            }
            (self.piece, self.sent, self.stretch) = (self.piece + 1, 0, Stretch::default());
        }
        frame
    }

    fn is_over(&self) -> bool {
        self.piece == self.pieces.len()
    }
}

impl Playout {
    /// A stream that has sent nothing yet.
    pub fn new(seed: Seed) -> Playout {
        Playout { ssrc: seed.ssrc, sequence: seed.sequence, timestamp: seed.timestamp, is_first: true, prompt: None }
    }

    /// Starts a prompt at the next frame; returns the one it replaces.
    pub fn play(&mut self, tag: u32, pieces: Vec<Piece>, is_interruptible: bool) -> Option<Ended> {
        let replaced = self.stop();
        self.prompt = Some(Prompt { tag, pieces, is_interruptible, piece: 0, sent: 0, stretch: Stretch::default() });
        replaced
    }

    /// Drops what plays; the next frame is silence.
    pub fn stop(&mut self) -> Option<Ended> {
        self.prompt.take().map(|prompt| Ended { tag: prompt.tag, interrupted: true })
    }

    /// A key was pressed: drops what plays, if it may be interrupted (C11).
    pub fn barge_in(&mut self) -> Option<Ended> {
        self.prompt.as_ref().is_some_and(|prompt| prompt.is_interruptible).then(|| self.stop()).flatten()
    }

    /// Our source identifier.
    pub fn ssrc(&self) -> u32 {
        self.ssrc
    }

    /// The timestamp the next frame will have.
    pub fn timestamp(&self) -> u32 {
        self.timestamp
    }

    /// Writes the next packet: header and `samples` of sound (at most [`FRAME_MAX`]). Returns its length and the
    /// prompt whose last sample it holds. The marker is set on the first packet only (RFC 3551 §4.1: a talkspurt
    /// begins after a silence without packets, and we never leave one).
    pub fn write(
        &mut self,
        codec: Codec,
        payload_type: u8,
        samples: usize,
        out: &mut [u8; HEADER_LEN + FRAME_MAX],
    ) -> (usize, Option<Ended>) {
        let samples = samples.min(FRAME_MAX);
        let header = Packet {
            marker: std::mem::take(&mut self.is_first),
            payload_type,
            sequence: self.sequence,
            timestamp: self.timestamp,
            ssrc: self.ssrc,
            payload: &[],
        };
        out[..HEADER_LEN].copy_from_slice(&header.header());
        let frame = &mut out[HEADER_LEN..HEADER_LEN + samples];
        let ended = self.fill(frame);
        if codec == Codec::Pcmu {
            for byte in frame {
                *byte = g711::ALAW_TO_ULAW[*byte as usize];
            }
        }
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(samples as u32);
        (HEADER_LEN + samples, ended)
    }

    /// On hold: time passes and nothing is sent; the prompt waits. The packet after it begins a talkspurt.
    pub fn skip(&mut self, samples: usize) {
        self.timestamp = self.timestamp.wrapping_add(samples as u32);
        self.is_first = true;
    }

    fn fill(&mut self, frame: &mut [u8]) -> Option<Ended> {
        let left = match &mut self.prompt {
            Some(prompt) => prompt.fill(frame),
            None => frame,
        };
        left.fill(g711::SILENCE);
        self.prompt.take_if(|prompt| prompt.is_over()).map(|prompt| Ended { tag: prompt.tag, interrupted: false })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SEED: Seed = Seed { ssrc: 7, sequence: 65_535, timestamp: u32::MAX - 159 };

    fn sound(length: usize) -> Piece {
        Piece::Sound((0..length).map(|i| i as u8).collect())
    }

    fn frame(playout: &mut Playout, codec: Codec) -> (Vec<u8>, Option<Ended>) {
        let mut out = [0; HEADER_LEN + FRAME_MAX];
        let (length, ended) = playout.write(codec, codec.payload_type(), 160, &mut out);
        (out[..length].to_vec(), ended)
    }

    #[test]
    fn the_stream_is_contiguous_over_the_wrap_and_marked_once() {
        let mut playout = Playout::new(SEED);
        let heard: Vec<_> = (0..3).map(|_| frame(&mut playout, Codec::Pcma).0).collect();
        let headers: Vec<_> = heard.iter().map(|bytes| Packet::parse(bytes).expect("RTP")).collect();
        assert_eq!(headers.iter().map(|p| p.sequence).collect::<Vec<_>>(), [65_535, 0, 1]);
        assert_eq!(headers.iter().map(|p| p.timestamp).collect::<Vec<_>>(), [u32::MAX - 159, 0, 160]);
        assert_eq!(headers.iter().map(|p| p.marker).collect::<Vec<_>>(), [true, false, false]);
        assert!(headers.iter().all(|p| p.payload == [g711::SILENCE; 160]));
    }

    #[test]
    fn an_empty_prompt_ends_with_the_next_frame() {
        let mut playout = Playout::new(SEED);
        assert_eq!(playout.play(3, vec![], true), None);
        assert_eq!(frame(&mut playout, Codec::Pcma).1, Some(Ended { tag: 3, interrupted: false }));
    }

    #[test]
    fn a_new_prompt_replaces_the_old_and_says_so() {
        let mut playout = Playout::new(SEED);
        playout.play(1, vec![sound(1000)], true);
        assert_eq!(playout.play(2, vec![sound(160)], true), Some(Ended { tag: 1, interrupted: true }));
        assert_eq!(frame(&mut playout, Codec::Pcma).1, Some(Ended { tag: 2, interrupted: false }));
    }

    #[test]
    fn a_key_stops_only_what_may_be_interrupted() {
        let mut playout = Playout::new(SEED);
        playout.play(1, vec![sound(1000)], false);
        assert_eq!(playout.barge_in(), None);
        playout.play(2, vec![sound(1000)], true);
        assert_eq!(playout.barge_in(), Some(Ended { tag: 2, interrupted: true }));
        assert_eq!(frame(&mut playout, Codec::Pcma).0[HEADER_LEN..], [g711::SILENCE; 160]);
    }

    #[test]
    fn pcmu_is_the_same_sound_through_the_table() {
        let mut playout = Playout::new(SEED);
        playout.play(1, vec![sound(160)], true);
        let (bytes, _) = frame(&mut playout, Codec::Pcmu);
        assert_eq!(Packet::parse(&bytes).expect("RTP").payload_type, 0);
        assert!((0..160).all(|i| bytes[HEADER_LEN + i] == g711::ALAW_TO_ULAW[i]));
    }

    #[test]
    fn on_hold_time_passes_numbers_do_not_and_the_prompt_waits() {
        let mut playout = Playout::new(SEED);
        frame(&mut playout, Codec::Pcma);
        playout.play(1, vec![sound(160)], true);
        playout.skip(160);
        let (bytes, ended) = frame(&mut playout, Codec::Pcma);
        let packet = Packet::parse(&bytes).expect("RTP");
        assert_eq!((packet.sequence, packet.timestamp, packet.marker), (0, 160, true));
        assert!(ended.is_some() && packet.payload[1] == 1);
    }

    /// What a slow piece sounds like, whole.
    fn slow(bytes: &[u8]) -> Vec<u8> {
        let mut heard = vec![0; bytes.len() * 2];
        let length = Stretch::default().read(bytes, &mut heard);
        heard.truncate(length);
        heard
    }

    #[test]
    fn a_slow_piece_ends_its_prompt_with_its_last_sample_and_a_key_stops_it() {
        let bytes: Arc<[u8]> = (0..4_000).map(|n| (n / 7) as u8).collect();
        let mut playout = Playout::new(SEED);
        playout.play(1, vec![Piece::Slow(Arc::clone(&bytes))], true);
        let frames = slow(&bytes).len().div_ceil(160);
        let ends: Vec<_> = (0..frames).map(|_| frame(&mut playout, Codec::Pcma).1).collect();
        assert_eq!(ends.iter().position(Option::is_some), Some(frames - 1));
        playout.play(2, vec![Piece::Slow(bytes)], true);
        frame(&mut playout, Codec::Pcma);
        assert_eq!(playout.barge_in(), Some(Ended { tag: 2, interrupted: true }));
        assert_eq!(frame(&mut playout, Codec::Pcma).0[HEADER_LEN..], [g711::SILENCE; 160]);
    }

    proptest! {
        #[test]
        fn pieces_come_out_whole_in_order_without_a_seam(lengths in proptest::collection::vec((0..3, 0usize..900), 0..8)) {
            let pieces: Vec<_> = lengths.iter().map(|&(kind, n)| match kind {
                0 => sound(n),
                1 => Piece::Slow((0..n).map(|i| i as u8).collect()),
                _ => Piece::Silence(Duration::from_millis(n as u64 / 8)),
            }).collect();
            let expected: Vec<u8> = pieces.iter().flat_map(|piece| match piece {
                Piece::Sound(bytes) => bytes.to_vec(),
                Piece::Slow(bytes) => slow(bytes),
                Piece::Silence(length) => vec![g711::SILENCE; length.as_millis() as usize * 8],
            }).collect();
            let mut playout = Playout::new(SEED);
            playout.play(9, pieces, true);
            let mut heard = vec![];
            loop {
                let (bytes, ended) = frame(&mut playout, Codec::Pcma);
                heard.extend_from_slice(&bytes[HEADER_LEN..]);
                if ended.is_some() { break; }
            }
            prop_assert_eq!(&heard[..expected.len()], &expected[..]);
            prop_assert!(heard.len() < expected.len() + 320);
            prop_assert!(heard[expected.len()..].iter().all(|&b| b == g711::SILENCE));
        }
    }
}
