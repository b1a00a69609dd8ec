//! The calls' clock: the machine's own, or one that stands still until a test moves it, so that a silence of 34 s lasts
//! no longer than it takes to say so. SIP's timers and the sound keep to the machine's.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::watch;

use crate::clock::Now;

/// Pauses on a pretended clock are so much shorter.
const HURRY: u32 = 5;

/// Its clones tell the same time.
#[derive(Clone, Debug)]
pub struct Clock(Option<watch::Sender<Now>>);

impl Clock {
    /// The machine's.
    pub fn real() -> Clock {
        Clock(None)
    }

    /// Stands still at this date.
    pub fn pretended(wall: Timestamp) -> Clock {
        Clock(Some(watch::Sender::new(Now { at: Instant::now(), wall })))
    }

    /// Moves a pretended clock: calls whose wait is over are woken. The machine's is not ours to move.
    pub fn pass(&self, length: Duration) {
        self.set(|now| *now = Now { at: now.at + length, wall: now.wall + length });
    }

    /// Sets a pretended clock to another date; waits go on.
    pub fn set_wall(&self, wall: Timestamp) {
        self.set(|now| now.wall = wall);
    }

    fn set(&self, change: impl FnOnce(&mut Now)) {
        if let Some(pretended) = &self.0 {
            pretended.send_modify(change);
        }
    }

    /// What it tells.
    pub fn now(&self) -> Now {
        match &self.0 {
            None => Now { at: Instant::now(), wall: Timestamp::now() },
            Some(pretended) => *pretended.borrow(),
        }
    }

    /// How long a pause of this length sounds: whoever pretends the time has no use for silence.
    pub fn pause(&self, length: Duration) -> Duration {
        if self.0.is_some() { length / HURRY } else { length }
    }

    /// Until it tells `at`, or later.
    pub async fn sleep_until(&self, at: Instant) {
        match &self.0 {
            None => tokio::time::sleep_until(at.into()).await,
            // Fails only when its sender is gone, and that is ours.
            Some(pretended) => drop(pretended.subscribe().wait_for(|now| now.at >= at).await),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_waits_is_woken_when_the_clock_is_moved_and_not_by_a_date() {
        let clock = Clock::pretended("2026-11-30T08:00:00Z".parse().unwrap());
        let due = clock.now().at + Duration::from_secs(3600);
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep_until(due).await }
        });
        clock.set_wall("2026-12-24T08:00:00Z".parse().unwrap());
        clock.pass(Duration::from_secs(3599));
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        assert!(clock.pause(Duration::from_millis(500)) < Duration::from_millis(500));
        clock.pass(Duration::from_secs(1));
        waiting.await.unwrap();
        assert_eq!(clock.now().wall.to_string(), "2026-12-24T09:00:00Z");
    }

    #[tokio::test]
    async fn the_machines_clock_goes_by_itself_and_is_not_moved() {
        let clock = Clock::real();
        let before = clock.now();
        assert_eq!(clock.pause(Duration::from_millis(500)), Duration::from_millis(500));
        clock.pass(Duration::from_secs(3600));
        clock.sleep_until(before.at + Duration::from_millis(1)).await;
        let now = clock.now();
        assert!(now.at > before.at && now.at < before.at + Duration::from_secs(3600));
    }
}
