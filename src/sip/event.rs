//! What goes into [`super::Core`] and what comes out of it.

use std::net::SocketAddr;

use super::dialog::DialogId;
use super::identity::Identity;

/// How a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// Datagrams.
    Udp,
    /// This connection.
    Tcp(u64),
}

/// Where a message came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// How.
    pub transport: Transport,
    /// Its address.
    pub peer: SocketAddr,
}

/// What happens to SIP.
#[derive(Debug)]
pub enum Event<'a> {
    /// One whole message came.
    Received {
        /// From there.
        source: Source,
        /// To this address of ours: what the far end reaches us by.
        here: SocketAddr,
        /// Its bytes.
        bytes: &'a [u8],
    },
    /// The call that owns a dialog wants something.
    Do(DialogId, Command),
    /// [`super::Core::due_at`] is here.
    Timer,
}

/// What a call wants of its dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// 180: it rings.
    Ring,
    /// 200 with this session description, to the first INVITE or a later one.
    Answer(String),
    /// This failure: it ends the dialog when no INVITE was accepted yet, and changes nothing otherwise.
    Refuse(u16),
    /// BYE.
    HangUp,
}

/// What SIP wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send these bytes there.
    Send {
        /// By this way.
        transport: Transport,
        /// To this address; over TCP, where to connect when the connection is gone.
        to: SocketAddr,
        /// The message.
        bytes: Vec<u8>,
    },
    /// Somebody calls. 100 has been sent; the call answers with [`Command`]s.
    Incoming(Incoming),
    /// The ACK came: they hear us. Its body, when it has one.
    Confirmed(DialogId, Option<Vec<u8>>),
    /// They offer other media, or ask what we offer.
    Reinvited(DialogId, Option<Vec<u8>>),
    /// The dialog is over.
    Ended(DialogId, Ended),
}

/// A call that comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Its dialog.
    pub dialog: DialogId,
    /// Who calls whom.
    pub identity: Identity,
    /// Where it came from.
    pub source: Source,
    /// Our address that it came to.
    pub here: SocketAddr,
    /// Their session description, unless they ask for ours (G7).
    pub offer: Option<Vec<u8>>,
}

/// How a dialog ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// They hung up.
    Bye,
    /// They gave up before we answered.
    Cancelled,
    /// Our answer was never acknowledged (§13.3.1.4).
    Unacknowledged,
    /// We hung up, or refused.
    Here,
}

/// Limits.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Calls at once; one more gets 503.
    pub calls: usize,
}

/// What was done since the start; the tables as they are now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name says what it counts")]
pub struct Counters {
    pub received: u64,
    pub junk: u64,
    pub faulty: u64,
    pub repeated: u64,
    pub refused_full: u64,
    pub dialogs: usize,
    pub transactions: usize,
}
