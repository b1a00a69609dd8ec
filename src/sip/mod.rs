//! SIP (RFC 3261, 6026, 3581), sans I/O: events and `now` in, actions out. No socket, no clock, no task.
//!
//! ```text
//!   bytes ─ wire ─▶ message ─ transaction ─▶ (a repetition ends here)
//!                                └─ dialog ─▶ invite/{accept, answer, ack, cancel, bye, reinvite} ─▶ Action::{Send, Incoming, …}
//! ```
//! [`Core::input`] takes everything: a datagram, a command of the call that owns a dialog, the passing of time. It knows
//! dialogs, not what is said in them.

mod core;
mod dialog;
pub mod identity;
mod invite;
#[cfg(test)]
mod tests;
pub mod timer;
pub mod transaction;
pub mod wire;

pub use self::core::{Action, Command, Core, Counters, Ended, Event, Incoming, Settings, Source, Transport};
pub use self::dialog::DialogId;
