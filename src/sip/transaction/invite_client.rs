//! INVITE client transaction (RFC 6026 figure 7, in place of RFC 3261 figure 5): calls that the line places.
//!
//! ```text
//!   Calling ──1xx──▶ Proceeding ──2xx──▶ Accepted ──M──▶ over      each 2xx goes to the call, which acknowledges it
//!      │                 └────300–699──▶ Completed ──D──▶ over     the transaction acknowledges, again for a repetition
//!      └─ A: again at T1, 2·T1 …, B: no answer came ─▶ gave up
//! ```

use std::time::Instant;

use super::{Turn, sooner};
use crate::sip::timer::{GIVE_UP, Repeat};

/// Our INVITE.
#[derive(Debug)]
pub struct InviteClient {
    state: State,
    is_reliable: bool,
    request: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Calling { again: Option<Repeat>, until: Instant },
    Proceeding,
    Accepted { until: Instant },
    Completed { until: Instant },
}

/// What a response means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The call must see it.
    pub is_news: bool,
    /// An ACK is due from the transaction.
    pub wants_ack: bool,
    /// Whether the transaction goes on.
    pub turn: Turn,
}

impl InviteClient {
    /// The INVITE goes out now.
    pub fn new(now: Instant, request: Vec<u8>, is_reliable: bool) -> Self {
        let again = (!is_reliable).then(|| Repeat::from(now, GIVE_UP));
        Self { state: State::Calling { again, until: now + GIVE_UP }, is_reliable, request }
    }

    /// A response came.
    pub fn heard(&mut self, now: Instant, code: u16) -> Heard {
        let heard = |is_news, wants_ack| Heard { is_news, wants_ack, turn: Turn::Quiet };
        match (self.state, code) {
            (State::Calling { .. } | State::Proceeding, 100..=199) => {
                self.state = State::Proceeding;
                heard(true, false)
            }
            (State::Calling { .. } | State::Proceeding, 200..=299) => {
                self.state = State::Accepted { until: now + GIVE_UP };
                heard(true, false)
            }
            // Every 2xx, from every branch of a fork, is the call's to acknowledge.
            (State::Accepted { .. }, 200..=299) => heard(true, false),
            (State::Calling { .. } | State::Proceeding, _) if self.is_reliable => {
                Heard { is_news: true, wants_ack: true, turn: Turn::Over }
            }
            (State::Calling { .. } | State::Proceeding, _) => {
                self.state = State::Completed { until: now + GIVE_UP };
                heard(true, true)
            }
            (State::Completed { .. }, 300..) => heard(false, true),
            (State::Accepted { .. } | State::Completed { .. }, _) => heard(false, false),
        }
    }

    /// A moment that was asked for has come.
    pub fn woken(&mut self, now: Instant) -> Turn {
        match &mut self.state {
            State::Calling { until, .. } if *until <= now => Turn::GaveUp,
            State::Calling { again: Some(again), .. } if again.at <= now => {
                again.sent(now);
                Turn::Again
            }
            State::Accepted { until } | State::Completed { until } if *until <= now => Turn::Over,
            State::Calling { .. } | State::Proceeding | State::Accepted { .. } | State::Completed { .. } => Turn::Quiet,
        }
    }

    /// When to call [`InviteClient::woken`]; in Proceeding only the call decides how long to ring.
    pub fn due_at(&self) -> Option<Instant> {
        match self.state {
            State::Calling { again, until } => Some(sooner(again.map(|again| again.at), until)),
            State::Proceeding => None,
            State::Accepted { until } | State::Completed { until } => Some(until),
        }
    }

    /// What [`Turn::Again`] sends.
    pub fn request(&self) -> &[u8] {
        &self.request
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invite_without_answer_goes_out_seven_times_in_32_seconds() {
        let start = Instant::now();
        let mut invite = InviteClient::new(start, b"INVITE".to_vec(), false);
        let (mut tries, mut now) = (1, start);
        loop {
            now = invite.due_at().unwrap().max(now);
            match invite.woken(now) {
                Turn::Again => tries += 1,
                turn => break assert_eq!(turn, Turn::GaveUp),
            }
        }
        assert_eq!((tries, now - start), (7, GIVE_UP));
    }

    #[test]
    fn a_repeated_failure_is_acknowledged_again_and_told_once() {
        let now = Instant::now();
        let mut invite = InviteClient::new(now, b"INVITE".to_vec(), false);
        assert!(invite.heard(now, 180).is_news && invite.due_at().is_none());
        assert_eq!(invite.heard(now, 486), Heard { is_news: true, wants_ack: true, turn: Turn::Quiet });
        assert_eq!(invite.heard(now, 486), Heard { is_news: false, wants_ack: true, turn: Turn::Quiet });
        assert_eq!(invite.woken(now + GIVE_UP), Turn::Over);
    }

    #[test]
    fn every_2xx_is_the_calls_own_to_acknowledge() {
        let now = Instant::now();
        let mut invite = InviteClient::new(now, b"INVITE".to_vec(), false);
        for _ in 0..2 {
            assert_eq!(invite.heard(now, 200), Heard { is_news: true, wants_ack: false, turn: Turn::Quiet });
        }
    }
}
