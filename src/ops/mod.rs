//! Operating the line: trying it in a terminal, keeping its recordings, calling and measuring it.

pub mod bench;
pub mod check;
pub mod counts;
pub mod dialer;
pub mod explore;
pub mod prompts;
pub mod terminal;
