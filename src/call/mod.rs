//! One call: a conversation, and what carries it. Pure: events in, outputs out.
//!
//! [`conversation::Conversation`] joins a flow's run, the caller's keys and the prompts. A SIP leg, a terminal or a test
//! carries out what it wants; none of them is known here.

pub mod conversation;
pub mod keypad;
pub mod record;
pub mod transcript;

pub use conversation::{Conversation, Event, Output};
pub use record::CallRecord;
