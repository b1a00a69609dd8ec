//! The one test binary.

mod calls;
mod holds;
mod hostile;
mod kit;
mod line;
mod oracle;
mod peers;
mod recordings;
mod reload;
mod telephone;
mod tidy;
