//! SIP (RFC 3261, 6026, 3581), sans I/O: events and `now` in, actions out. No socket, no clock, no task.
//!
//! ```text
//!   bytes ─ wire ─▶ message ─ transaction ─▶ (a repetition ends here)
//!                                └─ dialog ─▶ invite/{accept, answer, ack, cancel, bye, reinvite} ─▶ Action::{Send, Incoming, …}
//! ```
//! [`Core::input`] takes everything: a datagram, a command of the call that owns a dialog, the passing of time. It knows
//! dialogs, not what is said in them.
//!
//! Not sent: 483. Max-Forwards counts proxies, and the end of the way takes what reaches it with 0 (§16.3, RFC 4475
//! §3.3.11); 488 is the call's to say ([`Command::Refuse`]), it alone reads session descriptions. Not supported, and said so
//! by 420 when required: 100rel, session timers (RFC 4028), which we leave to the far end to do without.

mod core;
mod dialog;
mod event;
pub mod identity;
mod invite;
mod reply;
mod table;
#[cfg(test)]
mod tests;
pub mod timer;
pub mod transaction;
pub mod wire;

pub use self::core::Core;
pub use self::dialog::DialogId;
pub use self::event::{Action, Command, Counters, Ended, Event, Incoming, Settings, Source, Transport};
