//! A voice in a hurry, for transcripts of many prompts: each text is 150 ms of a noise of its own, told from all others
//! byte for byte as a recording would be.

use std::sync::{Arc, LazyLock};

use ligne_claire::media::{Sounds, text_hash};

use super::ear::Ear;

const BYTES: usize = 1_200;

/// For the line: every text that is recorded.
pub fn sounds() -> Sounds {
    Ear::french().texts().map(|text| (text.to_owned(), noise(text))).collect()
}

/// For the phone.
pub fn ear() -> &'static Ear {
    static EAR: LazyLock<Ear> = LazyLock::new(|| Ear::new(&sounds()));
    &EAR
}

/// Drawn from the text (Marsaglia's xorshift).
fn noise(text: &str) -> Arc<[u8]> {
    let mut state = u64::from_str_radix(&text_hash(text), 16).expect("16 hex digits") | 1;
    let draw = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..BYTES).map(draw).collect()
}
