//! Operating the line: trying it in a terminal, keeping its recordings, rehearsing its transcripts, calling and measuring it.

pub mod bench;
pub mod check;
pub mod counts;
pub mod dialer;
pub mod explore;
pub mod letters;
pub mod prompts;
pub mod rehearse;
pub mod terminal;
