//! Operating the line: trying it in a terminal, keeping its recordings.

pub mod dialer;

pub mod prompts;
pub mod terminal;
