//! The one test binary.

mod calls;
mod counts;
mod holds;
mod hostile;
mod kit;
mod line;
mod message;
mod oracle;
mod peers;
mod recordings;
mod reload;
mod rest;
mod telephone;
mod tidy;
