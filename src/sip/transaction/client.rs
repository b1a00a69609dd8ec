//! Non-INVITE client transaction (RFC 3261 figure 6): our BYE, repeated until it is answered.
//!
//! ```text
//!   Trying ──1xx──▶ Proceeding ──200–699──▶ Completed ──K──▶ over
//!     └─ E: again at T1, 2·T1 … T2 (T2 in Proceeding), F: no answer came ─▶ gave up
//! ```

use std::time::Instant;

use super::{Turn, sooner};
use crate::sip::timer::{GIVE_UP, Repeat, T2, T4};

/// Our request.
#[derive(Debug)]
pub struct Client {
    state: State,
    is_reliable: bool,
    request: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Trying and Proceeding: a provisional answer only makes the repetitions rare.
    Asking {
        again: Option<Repeat>,
        until: Instant,
    },
    Completed {
        until: Instant,
    },
}

impl Client {
    /// The request goes out now.
    pub fn new(now: Instant, request: Vec<u8>, is_reliable: bool) -> Self {
        let again = (!is_reliable).then(|| Repeat::from(now, T2));
        Self { state: State::Asking { again, until: now + GIVE_UP }, is_reliable, request }
    }

    /// A response came; true when it is the first final one.
    pub fn heard(&mut self, now: Instant, code: u16) -> (bool, Turn) {
        match (&mut self.state, code) {
            (State::Asking { again, .. }, 100..=199) => {
                // Figure 6: in Proceeding timer E is set to T2 each time it fires.
                if let Some(again) = again {
                    again.slow();
                }
                (false, Turn::Quiet)
            }
            (State::Asking { .. }, _) if self.is_reliable => (true, Turn::Over),
            (State::Asking { .. }, _) => {
                self.state = State::Completed { until: now + T4 };
                (true, Turn::Quiet)
            }
            (State::Completed { .. }, _) => (false, Turn::Quiet),
        }
    }

    /// A moment that was asked for has come.
    pub fn woken(&mut self, now: Instant) -> Turn {
        match &mut self.state {
            State::Asking { until, .. } if *until <= now => Turn::GaveUp,
            State::Asking { again: Some(again), .. } if again.at <= now => {
                again.sent(now);
                Turn::Again
            }
            State::Completed { until } if *until <= now => Turn::Over,
            State::Asking { .. } | State::Completed { .. } => Turn::Quiet,
        }
    }

    /// When to call [`Client::woken`].
    pub fn due_at(&self) -> Instant {
        match self.state {
            State::Asking { again, until } => sooner(again.map(|again| again.at), until),
            State::Completed { until } => until,
        }
    }

    /// What [`Turn::Again`] sends.
    pub fn request(&self) -> &[u8] {
        &self.request
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_bye_is_repeated_until_it_is_answered_and_late_answers_are_swallowed() {
        let start = Instant::now();
        let mut bye = Client::new(start, b"BYE".to_vec(), false);
        let at = bye.due_at();
        assert_eq!((at - start, bye.woken(at)), (Duration::from_millis(500), Turn::Again));
        assert_eq!(bye.heard(at, 200), (true, Turn::Quiet));
        assert_eq!(bye.heard(at, 200), (false, Turn::Quiet));
        assert_eq!((bye.due_at(), bye.woken(at + T4)), (at + T4, Turn::Over));
    }

    #[test]
    fn nobody_answers_and_it_ends_after_eleven_tries() {
        let mut now = Instant::now();
        let start = now;
        let mut bye = Client::new(now, b"BYE".to_vec(), false);
        let mut tries = 1;
        loop {
            now = bye.due_at();
            match bye.woken(now) {
                Turn::Again => tries += 1,
                turn => break assert_eq!(turn, Turn::GaveUp),
            }
        }
        assert_eq!((tries, now - start), (11, GIVE_UP));
    }
}
