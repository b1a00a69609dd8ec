//! The one test binary.

mod calls;
mod line;
mod peers;
mod recordings;
mod tidy;
