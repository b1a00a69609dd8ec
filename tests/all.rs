//! The one test binary.

mod calls;
mod line;
mod recordings;
mod tidy;
