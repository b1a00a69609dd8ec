//! The one test binary.

mod calls;
mod holds;
mod line;
mod recordings;
mod tidy;
