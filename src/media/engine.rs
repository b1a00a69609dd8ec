//! The engine's face: open a stream for a call, connect it, play, hear keys. See the module above for the shape.

use std::io;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

use rustix::event::{EventfdFlags, epoll, eventfd};
use rustix::fd::OwnedFd;
use tokio::sync::mpsc::Sender;

use super::leg::Leg;
use super::ports::Ports;
use super::worker::Worker;
use crate::rtp::playout::{Piece, Seed};
use crate::sdp::Agreed;

/// Commands waiting for one thread. It empties the queue at every turn; a caller that finds it full waits for that.
const COMMANDS_MAX: usize = 4096;

/// How the engine runs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Address the sockets bind to.
    pub bind: IpAddr,
    /// Ports for RTP and RTCP; a call takes two.
    pub ports: RangeInclusive<u16>,
    /// Media threads: one for each core is right.
    pub threads: usize,
}

/// Why the engine does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Not one even–odd pair.
    #[error("the RTP port range {first}–{last} holds no pair of ports; give at least an even port and the next one")]
    Ports {
        /// Start of the range.
        first: u16,
        /// End of the range.
        last: u16,
    },
    /// The system refused a descriptor or a thread.
    #[error("cannot start a media thread: {0}; raise the limits on open files and threads")]
    System(#[from] io::Error),
}

/// Why a stream does not open; the call is answered 503.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// As many calls as the range allows.
    #[error("all RTP ports are in use; widen the port range of the configuration")]
    Exhausted,
    /// Other programs hold our ports, or descriptors ran out.
    #[error("cannot bind RTP port {port}: {source}; see what uses it, or raise the limit on open files")]
    Bind {
        /// The last port tried.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// No random numbers, or the socket cannot be watched.
    #[error("cannot set up an RTP stream: {0}")]
    System(io::Error),
    /// The media thread is gone.
    #[error("the media thread has stopped; restart the line")]
    Stopped,
}

/// What a stream tells its call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaEvent {
    /// A key was pressed: once per press, bounces removed (see `rtp::telephone_event` for the boundary).
    Key {
        /// `0`–`9`, `*`, `#`, `A`–`D`.
        key: char,
        /// When it went down.
        at: Instant,
    },
    /// A prompt is over: its last frame was sent, or something cut it short (a key, `stop`, another prompt).
    Played {
        /// The tag it was played with.
        tag: u32,
        /// False when it was sent whole.
        interrupted: bool,
    },
    /// No RTP for 60 s although we are connected and they may send (G10). Told once per silence.
    Silent,
    /// What was said after the tone is over: a pause, a key, as long as it may be, or [`Stream::end_recording`].
    Recorded {
        /// A-law; none when nothing was said.
        sound: Option<Vec<u8>>,
    },
}

/// What the engine has done since it started; `open_streams` is now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name says what it counts")]
pub struct Counters {
    pub packets_in: u64,
    pub packets_out: u64,
    /// Sent more than 5 ms after their time.
    pub late: u64,
    /// Events that found the call's channel full or closed.
    pub dropped_events: u64,
    /// Datagrams from strangers, with another payload type before latching, or that are not RTP.
    pub refused: u64,
    /// Packets the system would not take.
    pub unsent: u64,
    pub open_streams: u64,
}

/// One thread's counts.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub packets_in: AtomicU64,
    pub packets_out: AtomicU64,
    pub late: AtomicU64,
    pub dropped_events: AtomicU64,
    pub refused: AtomicU64,
    pub unsent: AtomicU64,
    pub open_streams: AtomicU64,
}

/// What the rest of the program asks of a media thread.
#[derive(Debug)]
pub(super) enum Command {
    Open(u64, Box<Leg>),
    Connect(u64, Agreed),
    Play { id: u64, tag: u32, sound: Vec<Piece>, interruptible: bool },
    Stop(u64),
    Record { id: u64, max: Duration, no_input: Duration },
    EndRecording(u64),
    Close(u64),
    Quit,
}

/// All sound of the program. Threads end when the engine and its last stream are dropped.
#[derive(Debug)]
pub struct Engine {
    ports: Arc<Ports>,
    threads: Vec<Arc<Thread>>,
    next: AtomicU64,
}

/// The way to one media thread.
#[derive(Debug)]
struct Thread {
    commands: SyncSender<Command>,
    waker: Arc<Waker>,
    epoll: Arc<OwnedFd>,
    tally: Arc<Tally>,
}

/// Wakes a media thread, with one system call for a whole burst of commands.
#[derive(Debug)]
pub(super) struct Waker {
    pub event: OwnedFd,
    pub is_woken: AtomicBool,
}

impl Engine {
    /// Starts the threads. Ports are bound call by call, not here.
    pub fn start(settings: Settings) -> Result<Engine, StartError> {
        let ports = Arc::new(Ports::new(settings.bind, &settings.ports));
        if ports.left() == 0 {
            return Err(StartError::Ports { first: *settings.ports.start(), last: *settings.ports.end() });
        }
        let threads = (0..settings.threads.max(1)).map(Thread::start).collect::<io::Result<_>>()?;
        Ok(Engine { ports, threads, next: AtomicU64::new(0) })
    }

    /// Takes a pair of ports for a call. Nothing is sent or believed before [`Stream::connect`].
    pub fn open(&self, events: Sender<MediaEvent>) -> Result<Stream, OpenError> {
        let (rtp, rtcp, pair) = self.ports.take()?;
        let port = pair.even;
        let id = self.next.fetch_add(1, Relaxed);
        let thread = Arc::clone(&self.threads[id as usize % self.threads.len()]);
        let watch =
            |socket, token| epoll::add(&thread.epoll, socket, epoll::EventData::new_u64(token), epoll::EventFlags::IN);
        let leg = Box::new(Leg::new(rtp, rtcp, pair, events, seed()?));
        watch(leg.rtp(), id << 1).map_err(|errno| OpenError::System(errno.into()))?;
        watch(leg.rtcp(), id << 1 | 1).map_err(|errno| OpenError::System(errno.into()))?;
        thread.tally.open_streams.fetch_add(1, Relaxed);
        if !thread.send(Command::Open(id, leg)) {
            thread.tally.open_streams.fetch_sub(1, Relaxed);
            return Err(OpenError::Stopped);
        }
        Ok(Stream { id, port, thread })
    }

    /// The counts of all threads together.
    pub fn counters(&self) -> Counters {
        let sum = |pick: fn(&Tally) -> &AtomicU64| self.threads.iter().map(|t| pick(&t.tally).load(Relaxed)).sum();
        Counters {
            packets_in: sum(|t| &t.packets_in),
            packets_out: sum(|t| &t.packets_out),
            late: sum(|t| &t.late),
            dropped_events: sum(|t| &t.dropped_events),
            refused: sum(|t| &t.refused),
            unsent: sum(|t| &t.unsent),
            open_streams: sum(|t| &t.open_streams),
        }
    }
}

/// The sound of one call. Dropping it says BYE, closes the sockets and frees the ports.
#[derive(Debug)]
pub struct Stream {
    id: u64,
    port: u16,
    thread: Arc<Thread>,
}

impl Stream {
    /// The RTP port to write in the SDP; RTCP is the next one.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Starts the stream, or changes it after a re-INVITE (hold, new address, new codec).
    pub fn connect(&self, agreed: &Agreed) {
        self.thread.send(Command::Connect(self.id, agreed.clone()));
    }

    /// Plays at once, in place of what plays (which is reported interrupted). An interruptible prompt stops by itself
    /// at a key. Before `connect`, it waits for it; on hold, it waits for the end of the hold.
    pub fn play(&self, tag: u32, sound: Vec<Piece>, interruptible: bool) {
        self.thread.send(Command::Play { id: self.id, tag, sound, interruptible });
    }

    /// Keeps what they say from now on, at most so long; nothing said for `no_input` is nothing. One
    /// [`MediaEvent::Recorded`] comes of it, or a [`MediaEvent::Key`] when `0` or `*` is pressed before anything is said.
    pub fn record(&self, max: Duration, no_input: Duration) {
        self.thread.send(Command::Record { id: self.id, max, no_input });
    }

    /// Enough: [`MediaEvent::Recorded`] comes with what was said until now, if a recording is under way.
    pub fn end_recording(&self) {
        self.thread.send(Command::EndRecording(self.id));
    }

    /// Silence. What plays is reported interrupted.
    pub fn stop(&self) {
        self.thread.send(Command::Stop(self.id));
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.thread.send(Command::Close(self.id));
    }
}

impl Thread {
    fn start(number: usize) -> io::Result<Arc<Thread>> {
        let (commands, queue) = sync_channel(COMMANDS_MAX);
        let event = eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)?;
        let waker = Arc::new(Waker { event, is_woken: AtomicBool::new(false) });
        let epoll = Arc::new(epoll::create(epoll::CreateFlags::CLOEXEC)?);
        let tally = Arc::new(Tally::default());
        let worker = Worker::new(queue, Arc::clone(&waker), Arc::clone(&epoll), Arc::clone(&tally));
        std::thread::Builder::new().name(format!("media-{number}")).spawn(move || worker.run())?;
        Ok(Arc::new(Thread { commands, waker, epoll, tally }))
    }

    fn send(&self, command: Command) -> bool {
        let is_sent = self.commands.send(command).is_ok();
        if !self.waker.is_woken.swap(true, SeqCst) {
            // Fails only when the counter is full, and then the thread is awake already.
            let _ = rustix::io::write(&self.waker.event, &1u64.to_ne_bytes());
        }
        is_sent
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.send(Command::Quit);
    }
}

/// Unpredictable starting numbers (RFC 3550 §5.1 and §9: they make guessing our stream harder).
fn seed() -> Result<Seed, OpenError> {
    let mut bytes = [0; 10];
    getrandom::fill(&mut bytes).map_err(|error| OpenError::System(io::Error::other(error)))?;
    let [a, b, c, d, e, f, g, h, i, j] = bytes;
    Ok(Seed {
        ssrc: u32::from_be_bytes([a, b, c, d]),
        timestamp: u32::from_be_bytes([e, f, g, h]),
        sequence: u16::from_be_bytes([i, j]),
    })
}
