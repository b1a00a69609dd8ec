//! Transactions (RFC 3261 §17 with RFC 6026): one file a figure. Each is a small machine that is told what came and when, and
//! says what to send again, when to be woken, and when it is over. None knows what a call is.

mod client;
mod invite_client;
mod invite_server;
mod server;

use std::time::Instant;

pub use client::Client;
pub use invite_client::InviteClient;
pub use invite_server::InviteServer;
pub use server::Server;

/// What a timer or a message led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing to send.
    Quiet,
    /// The last message goes out again.
    Again,
    /// The other side never answered; the transaction is over.
    GaveUp,
    /// It has done its work; forget it.
    Over,
}

/// When a machine wants to be woken: the sooner of two moments.
fn sooner(a: Option<Instant>, b: Instant) -> Instant {
    a.map_or(b, |a| a.min(b))
}
