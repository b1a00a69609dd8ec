//! Non-INVITE server transaction (RFC 3261 figure 8): the answer is kept for timer J, and given again to a repetition.

use std::time::Instant;

use super::Turn;
use crate::sip::timer::GIVE_UP;

/// The far end's request, answered at once: this line needs no time for any but INVITE.
#[derive(Debug)]
pub struct Server {
    last: Vec<u8>,
    until: Instant,
}

impl Server {
    /// A request came and got this answer. Over TCP nothing is repeated, so nothing need be kept: make none.
    pub fn answered(now: Instant, bytes: Vec<u8>) -> Self {
        Self { last: bytes, until: now + GIVE_UP }
    }

    /// A moment that was asked for has come.
    pub fn woken(&self, now: Instant) -> Turn {
        if self.until <= now { Turn::Over } else { Turn::Quiet }
    }

    /// When to call [`Server::woken`].
    pub fn due_at(&self) -> Instant {
        self.until
    }

    /// What a repetition gets.
    pub fn last(&self) -> &[u8] {
        &self.last
    }
}
