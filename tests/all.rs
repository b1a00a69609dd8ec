//! The one test binary.

mod calls;
mod holds;
mod line;
mod peers;
mod recordings;
mod tidy;
