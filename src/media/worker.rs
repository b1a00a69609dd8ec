//! The media thread: commands, then what arrived, then what is due, then rest until the next millisecond that matters.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags, Timespec, epoll, poll};
use rustix::fd::OwnedFd;

use super::engine::{Command, Tally, Waker};
use super::leg::{Leg, Turn};
use super::pace::Wheel;

/// Sockets read in one turn; the others are first in the next.
const READY_MAX: usize = 1024;
/// Commands taken in one turn, so that a flood of them cannot hold the sound up.
const COMMANDS_PER_TURN: usize = 256;
/// From this many calls on, arrivals are read every half millisecond instead of one wake-up each: a key is heard that
/// much later at most, for a fraction of the CPU.
const BATCH_FROM: usize = 64;
const BATCH: Duration = Duration::from_micros(500);
/// Stopped for longer (a suspended machine), the thread does not send all it missed: the beat moves.
const CATCH_UP_MAX_MS: u64 = 200;

pub(super) struct Worker {
    commands: Receiver<Command>,
    waker: Arc<Waker>,
    epoll: Arc<OwnedFd>,
    legs: HashMap<u64, Box<Leg>>,
    wheel: Wheel,
    turn: Turn,
    epoch: Instant,
    /// Every slot up to this millisecond has been served.
    served_ms: u64,
    due: Vec<u64>,
}

impl Worker {
    pub fn new(commands: Receiver<Command>, waker: Arc<Waker>, epoll: Arc<OwnedFd>, tally: Arc<Tally>) -> Worker {
        let epoch = Instant::now();
        Worker {
            commands,
            waker,
            epoll,
            legs: HashMap::new(),
            wheel: Wheel::new(),
            turn: Turn::new(epoch, tally),
            epoch,
            served_ms: 0,
            due: Vec::new(),
        }
    }

    /// Until the engine and its streams are gone.
    pub fn run(mut self) {
        let mut ready = Vec::with_capacity(READY_MAX);
        loop {
            self.look_at_the_clock();
            if !self.obey() {
                return;
            }
            self.hear(&mut ready);
            if std::mem::take(&mut self.turn.heard_key) {
                // Somebody waits for an answer, and the frames of the others have a millisecond: on a full core the call
                // decides now, and what it plays goes out in this turn.
                std::thread::yield_now();
                if !self.obey() {
                    return;
                }
            }
            self.look_at_the_clock();
            self.send_due();
            self.rest();
        }
    }

    fn look_at_the_clock(&mut self) {
        self.turn.now = Instant::now();
        self.turn.now_ms = self.turn.now.duration_since(self.epoch).as_millis() as u64;
        let missed_ms = self.turn.now_ms.saturating_sub(self.served_ms);
        if self.legs.is_empty() {
            self.served_ms = self.turn.now_ms;
        } else if missed_ms > CATCH_UP_MAX_MS {
            // Before the commands: a call that begins now has missed nothing.
            self.move_the_beat(missed_ms);
        }
    }

    /// Takes the waiting commands; false when it is time to end.
    fn obey(&mut self) -> bool {
        self.waker.is_woken.store(false, SeqCst); // before the queue is read: later commands wake us again
        for _ in 0..COMMANDS_PER_TURN {
            match self.commands.try_recv() {
                Ok(Command::Quit) | Err(TryRecvError::Disconnected) => return false,
                Ok(command) => self.obey_one(command),
                Err(TryRecvError::Empty) => return true,
            }
        }
        self.waker.is_woken.store(true, SeqCst); // more may wait: do not rest
        let _ = rustix::io::write(&self.waker.event, &1u64.to_ne_bytes());
        true
    }

    fn obey_one(&mut self, command: Command) {
        let Worker { legs, wheel, turn, .. } = self;
        match command {
            Command::Open(id, leg) => {
                legs.insert(id, leg);
            }
            Command::Connect(id, agreed) => with(legs, wheel, turn, id, |leg, turn| leg.connect(agreed, turn)),
            Command::Play { id, tag, sound, interruptible } => {
                with(legs, wheel, turn, id, |leg, turn| leg.play(tag, sound, interruptible, turn));
            }
            Command::Stop(id) => with(legs, wheel, turn, id, |leg, turn| leg.stop(turn)),
            Command::Record { id, max, no_input } => {
                with(legs, wheel, turn, id, |leg, turn| leg.record(max, no_input, turn));
            }
            Command::EndRecording(id) => with(legs, wheel, turn, id, |leg, turn| leg.end_recording(turn)),
            Command::Close(id) => {
                if let Some(mut leg) = legs.remove(&id) {
                    leg.close(turn);
                    drop(leg);
                    turn.tally.open_streams.fetch_sub(1, Relaxed); // only now: the ports are free
                }
            }
            Command::Quit => {}
        }
    }

    /// One datagram from every socket that has some; the rest of a flood waits its turn like everybody.
    fn hear(&mut self, ready: &mut Vec<epoll::Event>) {
        ready.clear();
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        if epoll::wait(&self.epoll, spare_capacity(ready), Some(&at_once)).is_err() {
            return; // interrupted by a signal: next turn
        }
        for event in ready {
            let token = { event.data }.u64();
            let Some(leg) = self.legs.get_mut(&(token >> 1)) else { continue };
            match token & 1 {
                0 => leg.receive(&mut self.turn),
                _ => leg.receive_report(&mut self.turn),
            }
        }
    }

    fn send_due(&mut self) {
        while self.served_ms < self.turn.now_ms {
            self.served_ms += 1;
            let mut due = std::mem::take(&mut self.due);
            self.wheel.take(self.served_ms, &mut due);
            for id in due.drain(..) {
                let Some(leg) = self.legs.get_mut(&id) else { continue };
                if leg.due_ms() == Some(self.served_ms) {
                    leg.tick(&mut self.turn);
                    plan(&mut self.wheel, id, leg);
                }
            }
            self.due = due;
        }
    }

    fn move_the_beat(&mut self, by_ms: u64) {
        self.wheel = Wheel::new();
        for (id, leg) in &mut self.legs {
            leg.delay(by_ms);
            plan(&mut self.wheel, *id, leg);
        }
        self.served_ms += by_ms;
    }

    fn rest(&mut self) {
        let is_batching = self.legs.len() >= BATCH_FROM;
        let wait = self.wheel.next_after(self.served_ms).map(|due_ms| {
            let wait = (self.epoch + Duration::from_millis(due_ms)).saturating_duration_since(Instant::now());
            if is_batching { wait.min(BATCH) } else { wait }
        });
        let wait = wait.map(|wait| Timespec { tv_sec: wait.as_secs() as i64, tv_nsec: i64::from(wait.subsec_nanos()) });
        let mut both = [PollFd::new(&self.waker.event, PollFlags::IN), PollFd::new(&self.epoll, PollFlags::IN)];
        let watched = if is_batching { &mut both[..1] } else { &mut both[..] };
        let _ = poll(watched, wait.as_ref()); // a signal only makes the turn come early
        if !both[0].revents().is_empty() {
            let _ = rustix::io::read(&self.waker.event, &mut [0; 8]);
        }
    }
}

/// Does something to a leg, then sends at once if that made a packet due.
fn with(
    legs: &mut HashMap<u64, Box<Leg>>,
    wheel: &mut Wheel,
    turn: &mut Turn,
    id: u64,
    change: impl FnOnce(&mut Leg, &mut Turn),
) {
    let Some(leg) = legs.get_mut(&id) else { return };
    let before = leg.due_ms();
    change(leg, turn);
    if leg.due_ms().is_some_and(|due_ms| due_ms <= turn.now_ms) {
        leg.tick(turn);
    }
    if leg.due_ms() != before {
        plan(wheel, id, leg);
    }
}

fn plan(wheel: &mut Wheel, id: u64, leg: &Leg) {
    if let Some(due_ms) = leg.due_ms() {
        wheel.insert(due_ms, id);
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::sync::atomic::AtomicBool;
    use std::sync::mpsc::sync_channel;

    use rustix::event::{EventfdFlags, eventfd};

    use super::*;
    use crate::media::ports::Ports;
    use crate::rtp::g711::Codec;
    use crate::rtp::playout::Seed;
    use crate::sdp::Agreed;

    #[test]
    fn a_call_that_begins_as_a_stopped_thread_wakes_is_not_mute() {
        let (commands, queue) = sync_channel(8);
        let event = eventfd(0, EventfdFlags::NONBLOCK).expect("a descriptor");
        let waker = Arc::new(Waker { event, is_woken: AtomicBool::new(false) });
        let epoll = Arc::new(epoll::create(epoll::CreateFlags::CLOEXEC).expect("a descriptor"));
        let mut worker = Worker::new(queue, waker, epoll, Arc::default());
        let ports = Arc::new(Ports::new(Ipv4Addr::LOCALHOST.into(), &(19_900..=19_903)));
        let agreed = Agreed {
            remote: (Ipv4Addr::LOCALHOST, 9).into(),
            codec: Codec::Pcma,
            payload_type: 8,
            dtmf: None,
            ptime_ms: 20,
            sends: true,
            receives: true,
        };
        for id in [1, 2] {
            let (rtp, rtcp, pair) = ports.take().expect("free ports");
            let leg =
                Leg::new(rtp, rtcp, pair, tokio::sync::mpsc::channel(1).0, Seed { ssrc: 1, timestamp: 1, sequence: 1 });
            commands.send(Command::Open(id, Box::new(leg))).expect("room");
            commands.send(Command::Connect(id, agreed.clone())).expect("room");
            worker.look_at_the_clock();
            worker.obey();
            worker.look_at_the_clock();
            worker.send_due();
            // The machine stands still between the first call and the second.
            worker.epoch -= Duration::from_secs(1);
        }
        let served_ms = worker.served_ms;
        assert!(worker.legs[&2].due_ms().is_some_and(|due_ms| (served_ms..=served_ms + 40).contains(&due_ms)));
    }
}
