//! The signalling task: it alone owns [`Core`], the SIP sockets and the table of calls.

use std::collections::HashMap;
use std::future::pending;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::{TcpStream, UdpSocket};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::sleep_until;

use super::journal::Journal;
use super::local::Local;
use super::tcp::{self, CONNECTIONS_MAX, CONNECTIONS_PER_ADDRESS_MAX, Connection, Heard, Turn};
use super::{Limits, Sockets, Switchboard, call};
use crate::sip::{Action, Command, Core, Counters, DialogId, Event, Incoming, Settings, Source, Transport};

/// Datagrams read at one go, so that a flood cannot keep commands and timers waiting.
const BATCH: usize = 64;
/// Commands of calls, and messages of connections, on their way here.
const QUEUE_MAX: usize = 4096;
/// What SIP tells one call: at most an ACK, a re-INVITE and the end are on their way at once.
const CALL_QUEUE: usize = 8;
const DATAGRAM_MAX: usize = 65_535;
/// How long the last BYEs may be repeated once every call is over.
const FAREWELL: Duration = Duration::from_secs(2);

/// What SIP tells the call that owns a dialog.
#[derive(Debug)]
pub enum Told {
    /// The ACK came.
    Confirmed(Option<Vec<u8>>),
    /// They offer other media.
    Reinvited(Option<Vec<u8>>),
    /// The dialog is over.
    Ended(crate::sip::Ended),
}

/// What the line had done when it stopped.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// Calls that were still going on and were hung up.
    pub cut: usize,
    /// What SIP counted.
    pub counters: Counters,
}

/// Both ends of a channel into this task: it hands the first out, and reads the second.
type Both<T> = (mpsc::Sender<T>, mpsc::Receiver<T>);

/// The task's state.
pub struct Signalling {
    switchboard: Arc<Switchboard>,
    limits: Limits,
    core: Core,
    udp: UdpSocket,
    accepting: JoinHandle<()>,
    local: Local,
    calls: HashMap<DialogId, mpsc::Sender<Told>>,
    connections: HashMap<u64, Connection>,
    next_connection: u64,
    heard: Both<Heard>,
    commands: Both<(DialogId, Command)>,
    journal: Journal,
    actions: Vec<Action>,
    /// Of the message being answered, when it came by TCP.
    turn: Option<Turn>,
    is_stopping: bool,
}

impl Signalling {
    pub fn start(
        switchboard: Arc<Switchboard>,
        sockets: Sockets,
        limits: Limits,
        journal: Journal,
    ) -> io::Result<Signalling> {
        let mut seed = [0; 16];
        getrandom::fill(&mut seed).map_err(io::Error::other)?;
        let heard = mpsc::channel(QUEUE_MAX);
        Ok(Signalling {
            core: Core::new(Settings { calls: limits.calls }, seed),
            local: Local::new(sockets.udp.local_addr()?),
            udp: sockets.udp,
            accepting: tokio::spawn(tcp::accept(sockets.tcp, heard.0.clone())),
            heard,
            calls: HashMap::new(),
            connections: HashMap::new(),
            next_connection: 0,
            commands: mpsc::channel(QUEUE_MAX),
            journal,
            actions: Vec::new(),
            turn: None,
            is_stopping: false,
            switchboard,
            limits,
        })
    }

    /// Until `stop`, then until the calls are over or the patience is.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) -> io::Result<Outcome> {
        let mut buffer = vec![0; DATAGRAM_MAX];
        let mut last: Option<Instant> = None;
        let mut is_deaf = false;
        loop {
            let due_at = self.core.due_at();
            tokio::select! {
                ready = self.udp.readable() => {
                    ready?;
                    self.datagrams(&mut buffer);
                }
                Some((dialog, command)) = self.commands.1.recv() => {
                    self.event(Event::Do(dialog, command));
                    for _ in 0..BATCH {
                        let Ok((dialog, command)) = self.commands.1.try_recv() else { break };
                        self.event(Event::Do(dialog, command));
                    }
                }
                Some(heard) = self.heard.1.recv() => self.heard(heard),
                () = until(due_at) => self.event(Event::Timer),
                () = until(last) => return Ok(self.outcome()),
                changed = stop.changed(), if !is_deaf => match changed {
                    // The second time, or nobody left to tell us: now.
                    Ok(()) if !*stop.borrow_and_update() => last = Some(self.stop()),
                    _ => (is_deaf, last) = (true, Some(Instant::now())),
                },
            }
            if self.is_stopping && self.calls.is_empty() {
                self.is_stopping = false;
                // A BYE that was lost is said again once or twice before the sockets close.
                let farewell = if self.core.counters().transactions > 0 { FAREWELL } else { Duration::ZERO };
                last = last.map(|last| last.min(Instant::now() + farewell));
            }
        }
    }

    /// No new calls; when the rest of them must be over.
    fn stop(&mut self) -> Instant {
        self.is_stopping = true;
        self.core.close_doors();
        tracing::info!(calls = self.calls.len(), "the line is stopping: calls in progress may finish");
        Instant::now() + self.limits.drain
    }

    fn outcome(mut self) -> Outcome {
        self.accepting.abort();
        let open: Vec<DialogId> = self.calls.keys().copied().collect();
        let cut = open.len();
        for dialog in open {
            self.event(Event::Do(dialog, Command::HangUp));
        }
        Outcome { cut, counters: self.core.counters() }
    }

    // ── in ───────────────────────────────────────────────────────────────────────────────────────────────────────

    fn datagrams(&mut self, buffer: &mut [u8]) {
        for _ in 0..BATCH {
            // An error here is the answer to something we sent (ICMP), not the end of the socket.
            let (length, peer) = match self.udp.try_recv_from(buffer) {
                Ok(datagram) => datagram,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => continue,
            };
            let peer = canonical(peer);
            let here = self.local.towards(peer, Instant::now());
            let source = Source { transport: Transport::Udp, peer };
            self.event(Event::Received { source, here, bytes: &buffer[..length] });
        }
    }

    fn heard(&mut self, heard: Heard) {
        match heard {
            Heard::Accepted { stream, peer } => self.accepted(stream, peer),
            Heard::Message { connection, peer, here, bytes, turn } => {
                let source = Source { transport: Transport::Tcp(connection), peer: canonical(peer) };
                self.turn = Some(turn);
                self.event(Event::Received { source, here: canonical(here), bytes: &bytes });
                self.turn = None;
            }
            Heard::Closed { connection } => {
                self.connections.remove(&connection);
            }
        }
    }

    fn accepted(&mut self, stream: TcpStream, peer: SocketAddr) {
        let of_theirs = self.connections.values().filter(|connection| connection.peer == peer.ip()).count();
        if self.connections.len() >= CONNECTIONS_MAX || of_theirs >= CONNECTIONS_PER_ADDRESS_MAX {
            tracing::debug!(of_theirs, "a SIP connection was turned away: too many are open");
            return;
        }
        self.next_connection += 1;
        let connection = Connection::accepted(self.next_connection, stream, peer, self.heard.0.clone());
        self.connections.insert(self.next_connection, connection);
    }

    // ── out ──────────────────────────────────────────────────────────────────────────────────────────────────────

    fn event(&mut self, event: Event<'_>) {
        let mut actions = std::mem::take(&mut self.actions);
        self.core.input(Instant::now(), event, &mut actions);
        for action in actions.drain(..) {
            match action {
                Action::Send { transport: Transport::Udp, to, bytes } => self.send_datagram(to, &bytes),
                Action::Send { transport: Transport::Tcp(connection), to, bytes } => {
                    self.send_on(connection, to, bytes);
                }
                Action::Incoming(incoming) => self.incoming(incoming),
                Action::Confirmed(dialog, sdp) => self.tell(dialog, Told::Confirmed(sdp)),
                Action::Reinvited(dialog, sdp) => self.tell(dialog, Told::Reinvited(sdp)),
                Action::Ended(dialog, ended) => {
                    self.tell(dialog, Told::Ended(ended));
                    self.calls.remove(&dialog);
                }
            }
        }
        self.actions = actions;
    }

    fn send_datagram(&self, to: SocketAddr, bytes: &[u8]) {
        let to = match (self.udp.local_addr().map(|own| own.is_ipv6()), to.ip()) {
            (Ok(true), IpAddr::V4(ip)) => SocketAddr::new(ip.to_ipv6_mapped().into(), to.port()),
            _ => to,
        };
        // A full buffer or an unreachable address: SIP repeats what matters.
        if let Err(error) = self.udp.try_send_to(bytes, to) {
            tracing::debug!(%error, "a SIP datagram was not sent");
        }
    }

    fn send_on(&mut self, connection: u64, to: SocketAddr, bytes: Vec<u8>) {
        if let Some(open) = self.connections.get(&connection) {
            if !open.send(bytes, self.turn.clone()) {
                self.connections.remove(&connection);
            }
            return;
        }
        // Theirs is closed: a request of ours goes by a new one to where they said they are (§18.1.1, §18.2.2).
        if self.connections.len() < CONNECTIONS_MAX {
            let fresh = Connection::opened(connection, to, self.heard.0.clone());
            fresh.send(bytes, None);
            self.connections.insert(connection, fresh);
        }
    }

    fn incoming(&mut self, incoming: Incoming) {
        let dialog = incoming.dialog;
        let (told, events) = mpsc::channel(CALL_QUEUE);
        self.calls.insert(dialog, told);
        let commands = self.commands.0.clone();
        let switchboard = Arc::clone(&self.switchboard);
        let task = tokio::spawn(call::run(switchboard, incoming, events, commands.clone(), self.journal.clone()));
        tokio::spawn(async move {
            // However the task ended, the far end does not hang on a dead call.
            if task.await.is_err() {
                let _ = commands.send((dialog, Command::HangUp)).await;
            }
        });
    }

    fn tell(&mut self, dialog: DialogId, told: Told) {
        if let Some(call) = self.calls.get(&dialog)
            && call.try_send(told).is_err()
        {
            // It cannot be told any more: closing its channel ends it.
            self.calls.remove(&dialog);
        }
    }
}

async fn until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at.into()).await,
        None => pending().await,
    }
}

/// IPv4 in its own form, also when an IPv6 socket heard it.
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}
