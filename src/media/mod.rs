//! Sound: the recordings, ready to be played.

pub mod sounds;

pub use sounds::{SoundError, Sounds, text_hash};
