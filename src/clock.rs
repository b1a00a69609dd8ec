//! What time it is, as the shell tells the core: nothing in the core looks at a clock.

use std::time::Instant;

use jiff::Timestamp;

/// One moment, told two ways: `at` for waits (it never steps), `wall` for dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Monotonic: time-outs and RFC timers.
    pub at: Instant,
    /// The date and hour, UTC.
    pub wall: Timestamp,
}
