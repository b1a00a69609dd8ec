//! What callers hear, as one immutable pair: flows never meet recordings that they were not checked against.

use crate::flow::Library;
use crate::media::Voices;

/// Checked flows and their recordings. A call takes the edition of its INVITE and keeps it to its end; an old one goes with
/// its last call.
#[derive(Debug)]
pub struct Edition {
    /// The checked flows.
    pub library: Library,
    /// The recordings.
    pub sounds: Voices,
}
