//! INVITE server transaction (RFC 6026 figure 5, in place of RFC 3261 figure 7).
//!
//! ```text
//!   Proceeding ──2xx──▶ Accepted ──L──▶ over        in Accepted the call repeats its 2xx, the transaction only swallows
//!       │                                           repeated INVITEs (RFC 6026 §7.1)
//!       └──300–699──▶ Completed ──ACK──▶ Confirmed ──I──▶ over
//!                        └─ G: again, H: no ACK came ─▶ gave up
//! ```

use std::time::Instant;

use super::{Turn, sooner};
use crate::sip::timer::{GIVE_UP, Repeat, T2, T4};

/// The far end's INVITE, and what we said to it.
#[derive(Debug)]
pub struct InviteServer {
    state: State,
    is_reliable: bool,
    /// The last response, as it went out.
    last: Option<Vec<u8>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Proceeding,
    /// 2xx sent: until timer L.
    Accepted {
        until: Instant,
    },
    /// Failure sent: timers G and H.
    Completed {
        again: Option<Repeat>,
        until: Instant,
    },
    /// ACK came: timer I swallows its repetitions.
    Confirmed {
        until: Instant,
    },
}

impl InviteServer {
    /// An INVITE came. `is_reliable`: over TCP, where nothing is repeated.
    pub fn new(is_reliable: bool) -> Self {
        Self { state: State::Proceeding, is_reliable, last: None }
    }

    /// We answered with `code`; true when it may go out (a second final response may not).
    pub fn answered(&mut self, now: Instant, code: u16, bytes: &[u8]) -> bool {
        let until = now + GIVE_UP;
        match (self.state, code) {
            (State::Proceeding, 100..=199) => {}
            (State::Proceeding, 200..=299) => self.state = State::Accepted { until },
            (State::Proceeding, _) => {
                let again = (!self.is_reliable).then(|| Repeat::from(now, T2));
                self.state = State::Completed { again, until };
            }
            (State::Accepted { .. } | State::Completed { .. } | State::Confirmed { .. }, _) => return false,
        }
        // Nothing repeats a 2xx from here, so it need not be kept for half a minute.
        self.last = (!matches!(self.state, State::Accepted { .. })).then(|| bytes.to_vec());
        true
    }

    /// The same INVITE again.
    pub fn repeated(&self) -> Turn {
        match self.state {
            State::Proceeding if self.last.is_some() => Turn::Again,
            State::Completed { .. } => Turn::Again,
            State::Proceeding | State::Accepted { .. } | State::Confirmed { .. } => Turn::Quiet,
        }
    }

    /// The ACK of a failure.
    pub fn acknowledged(&mut self, now: Instant) -> Turn {
        match self.state {
            State::Completed { .. } if self.is_reliable => Turn::Over,
            State::Completed { .. } => {
                self.state = State::Confirmed { until: now + T4 };
                Turn::Quiet
            }
            State::Proceeding | State::Accepted { .. } | State::Confirmed { .. } => Turn::Quiet,
        }
    }

    /// A moment that was asked for has come.
    pub fn woken(&mut self, now: Instant) -> Turn {
        match &mut self.state {
            State::Completed { until, .. } if *until <= now => Turn::GaveUp,
            State::Completed { again: Some(again), .. } if again.at <= now => {
                again.sent(now);
                Turn::Again
            }
            State::Accepted { until } | State::Confirmed { until } if *until <= now => Turn::Over,
            State::Proceeding | State::Completed { .. } | State::Accepted { .. } | State::Confirmed { .. } => {
                Turn::Quiet
            }
        }
    }

    /// When to call [`InviteServer::woken`].
    pub fn due_at(&self) -> Option<Instant> {
        match self.state {
            State::Proceeding => None,
            State::Completed { again, until } => Some(sooner(again.map(|again| again.at), until)),
            State::Accepted { until } | State::Confirmed { until } => Some(until),
        }
    }

    /// Whether no final response has been sent yet: a CANCEL still means something (§9.2).
    pub fn is_proceeding(&self) -> bool {
        self.state == State::Proceeding
    }

    /// What [`Turn::Again`] sends.
    pub fn last(&self) -> Option<&[u8]> {
        self.last.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::sip::timer::T1;

    #[test]
    fn a_487_is_repeated_until_the_ack_then_repeated_acks_are_swallowed() {
        let start = Instant::now();
        let mut invite = InviteServer::new(false);
        assert!(invite.answered(start, 100, b"100") && invite.answered(start, 487, b"487"));
        let mut sent = Vec::new();
        for _ in 0..4 {
            let at = invite.due_at().unwrap();
            assert_eq!(invite.woken(at), Turn::Again);
            sent.push((at - start).as_millis());
        }
        assert_eq!((sent, invite.last()), (vec![500, 1_500, 3_500, 7_500], Some(&b"487"[..])));
        assert_eq!(invite.acknowledged(start + Duration::from_secs(8)), Turn::Quiet);
        assert_eq!(invite.acknowledged(start + Duration::from_secs(9)), Turn::Quiet);
        assert_eq!(invite.due_at(), Some(start + Duration::from_secs(8) + T4));
        assert_eq!(invite.woken(start + Duration::from_secs(13)), Turn::Over);
    }

    #[test]
    fn a_failure_never_acknowledged_is_given_up_after_32_seconds() {
        let start = Instant::now();
        let mut invite = InviteServer::new(false);
        invite.answered(start, 404, b"404");
        let mut turn = Turn::Quiet;
        let mut now = start;
        while turn != Turn::GaveUp {
            now = invite.due_at().unwrap();
            turn = invite.woken(now);
        }
        assert_eq!(now, start + GIVE_UP);
    }

    #[test]
    fn after_a_2xx_it_swallows_repeated_invites_for_32_seconds_and_sends_nothing() {
        let start = Instant::now();
        let mut invite = InviteServer::new(false);
        invite.answered(start, 200, b"200");
        assert_eq!((invite.repeated(), invite.woken(start + T1)), (Turn::Quiet, Turn::Quiet));
        assert!(!invite.answered(start + T1, 487, b"487"), "one final response only");
        assert_eq!(invite.woken(start + GIVE_UP), Turn::Over);
    }

    #[test]
    fn over_tcp_nothing_is_repeated_and_the_ack_ends_it() {
        let start = Instant::now();
        let mut invite = InviteServer::new(true);
        invite.answered(start, 486, b"486");
        assert_eq!(invite.due_at(), Some(start + GIVE_UP));
        assert_eq!(invite.acknowledged(start), Turn::Over);
    }
}
