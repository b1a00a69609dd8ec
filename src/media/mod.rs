//! Sound: the recordings in memory, and the engine that sends and receives RTP. Shell: sockets, clock, randomness.
//!
//! ```text
//!   call task ──play/stop/connect──▶ queue + eventfd ──▶ media thread ──20 ms frames──▶ the caller
//!             ◀──Key/Played/Silent── tokio mpsc  ◀─────               ◀──RTP, keys─────
//! ```
//! A media thread owns its calls: no lock, no allocation for a packet, and nobody can make it wait. What RTP says is
//! in `crate::rtp`; here is only when to send, to whom, and whom to believe.

mod engine;
mod leg;
mod pace;
mod ports;
pub mod sounds;
mod voices;
mod worker;

pub use engine::{Counters, Engine, MediaEvent, OpenError, Settings, StartError, Stream};
pub use sounds::{SoundError, Sounds, text_hash};
pub use voices::Voices;

pub use crate::rtp::playout::Piece;
pub use crate::sdp::Agreed;

#[cfg(test)]
mod tests;
