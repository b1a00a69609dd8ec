//! The telephone: SIP sockets, and a task for each call. Shell: it carries out what [`crate::sip`] and [`crate::call`] want.
//!
//! ```text
//!   UDP, TCP ──bytes──▶ signalling task ──Confirmed, Reinvited, Ended──▶ call task ⇄ store
//!            ◀──bytes──  (sip::Core)     ◀──Ring, Answer, HangUp────────     ⇅ media::Stream
//! ```
//! Records of calls that are over go to the journal, which writes them when the store has time.
//! One task owns the whole of SIP, so no lock; a call owns its conversation, its sound and its wait for the store, so a slow
//! one delays nobody. A call that panics would end alone: its channel closes, and the dialog is hung up.

mod call;
mod clock;
mod edition;
mod journal;
mod local;
mod signalling;
mod tcp;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::watch;

use crate::media::Engine;
use crate::phone::PhoneNumber;
use crate::store::Store;

pub use clock::Clock;
pub use edition::Edition;
pub use signalling::Outcome;

/// Room in the kernel for datagrams that come faster than we read: about 4,000 INVITEs.
const RECEIVE_BUFFER: usize = 4 << 20;

/// Ports asked for until one is free for UDP and TCP.
const TRIES_MAX: usize = 20;

/// What every call needs, shared by all.
#[derive(Debug)]
pub struct Switchboard {
    /// What the next caller hears; it may be replaced at any time.
    pub edition: watch::Receiver<Arc<Edition>>,
    /// The appointment store.
    pub store: Store,
    /// Ports and sound.
    pub engine: Engine,
    /// The flow that answers.
    pub flow: String,
    /// The numbers that are ours; empty, whatever is dialled is for us.
    pub numbers: Vec<PhoneNumber>,
    /// Address in our session descriptions; where the call came in, when absent.
    pub media_address: Option<IpAddr>,
    /// What the calls' waits and dates go by.
    pub clock: Clock,
}

/// Limits of the telephone.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Calls at once.
    pub calls: usize,
    /// How long a stopping line lets its calls finish.
    pub drain: Duration,
}

/// Sockets that are bound and not yet read.
#[derive(Debug)]
pub struct Sockets {
    udp: UdpSocket,
    tcp: TcpListener,
}

/// Why a socket cannot be had.
#[derive(Debug, thiserror::Error)]
#[error(
    "cannot listen for SIP on {protocol} {address}: {source}; stop what uses it, or set `[sip] listen` to another address or port"
)]
pub struct BindError {
    protocol: &'static str,
    address: SocketAddr,
    source: io::Error,
}

impl Sockets {
    /// Takes UDP and TCP on one address. With port 0, one that is free for both.
    pub async fn bind(address: SocketAddr) -> Result<Sockets, BindError> {
        let mut tries = if address.port() == 0 { TRIES_MAX } else { 1 };
        loop {
            match Self::bind_once(address).await {
                // What the system gave for UDP is some connection's port of TCP.
                Err(BindError { protocol: "TCP", .. }) if tries > 1 => tries -= 1,
                bound => return bound,
            }
        }
    }

    async fn bind_once(address: SocketAddr) -> Result<Sockets, BindError> {
        let refused = |protocol| move |source| BindError { protocol, address, source };
        let udp = UdpSocket::bind(address).await.map_err(refused("UDP"))?;
        let bound = udp.local_addr().map_err(refused("UDP"))?;
        let tcp = TcpListener::bind(bound).await.map_err(refused("TCP"))?;
        // A smaller buffer than asked for is no reason not to answer.
        let _ = rustix::net::sockopt::set_socket_recv_buffer_size(&udp, RECEIVE_BUFFER);
        Ok(Sockets { udp, tcp })
    }

    /// Where they listen.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.udp.local_addr()
    }
}

/// Answers calls until `stop` changes, then lets those in progress finish; changed to `true`, they are hung up.
pub async fn serve(
    switchboard: Arc<Switchboard>,
    sockets: Sockets,
    limits: Limits,
    stop: watch::Receiver<bool>,
) -> io::Result<Outcome> {
    let (journal, writing) = journal::Journal::start(switchboard.store.clone(), switchboard.clock.clone());
    let outcome = signalling::Signalling::start(switchboard, sockets, limits, journal)?.run(stop).await;
    journal::flush(writing).await;
    outcome
}
