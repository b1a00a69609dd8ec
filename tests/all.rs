//! The one test binary.

mod line;
mod recordings;
mod tidy;
