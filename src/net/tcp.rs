//! SIP over TCP: connections in, whole messages out of them (RFC 3261 §18).

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{timeout, timeout_at};

use crate::sip::wire::frame::{Frame, Frames};

/// Connections at once; one more is closed.
pub const CONNECTIONS_MAX: usize = 1024;
/// Of one address: a stranger alone cannot lock the trunks out.
pub const CONNECTIONS_PER_ADDRESS_MAX: usize = CONNECTIONS_MAX / 4;
/// A connection that has begun a message, or not yet sent one, has this long to end it.
const MESSAGE_PATIENCE: Duration = Duration::from_secs(20);
/// Longest silence between messages: more than the longest call.
const IDLE_MAX: Duration = Duration::from_secs(2 * 3_600);
/// Messages waiting to go out: a trunk has all its calls on one connection, and they may all end at once. A far end that
/// reads none of them is gone.
const OUT_MAX: usize = 1024;
/// Messages of one connection whose answers are not written yet: no more is read. Each makes three at most, so that
/// [`OUT_MAX`] is never reached by answers.
const UNANSWERED_MAX: usize = 64;
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);
/// Out of descriptors, accepting waits instead of spinning.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);
const READ: usize = 4096;

/// A message's place among [`UNANSWERED_MAX`], given back when the last of its answers is written.
pub type Turn = Arc<OwnedSemaphorePermit>;

/// What goes out, and the turn that it answers.
type Out = (Vec<u8>, Option<Turn>);

/// What a connection tells the signalling task.
#[derive(Debug)]
pub enum Heard {
    /// Somebody connected.
    Accepted { stream: TcpStream, peer: SocketAddr },
    /// A whole message.
    Message { connection: u64, peer: SocketAddr, here: SocketAddr, bytes: Vec<u8>, turn: Turn },
    /// It is closed.
    Closed { connection: u64 },
}

/// Takes connections as long as somebody listens to `heard`.
pub async fn accept(listener: TcpListener, heard: mpsc::Sender<Heard>) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if heard.send(Heard::Accepted { stream, peer }).await.is_err() {
                    return;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a SIP connection could not be taken");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// The way out of one connection. Dropping it closes the connection.
#[derive(Debug)]
pub struct Connection {
    out: mpsc::Sender<Out>,
    /// Whose it is.
    pub peer: IpAddr,
}

impl Connection {
    /// Sends a message; false when the far end takes nothing any more.
    pub fn send(&self, bytes: Vec<u8>, turn: Option<Turn>) -> bool {
        self.out.try_send((bytes, turn)).is_ok()
    }

    /// Serves a connection that came in.
    pub fn accepted(id: u64, stream: TcpStream, peer: SocketAddr, heard: mpsc::Sender<Heard>) -> Connection {
        let (out, queue) = mpsc::channel(OUT_MAX);
        let pong = out.downgrade();
        tokio::spawn(async move {
            let _ = serve(id, stream, peer, &heard, queue, pong).await; // whatever ended it, it is over
            let _ = heard.send(Heard::Closed { connection: id }).await;
        });
        Connection { out, peer: peer.ip() }
    }

    /// Opens a connection for a message of ours whose own is gone (§18.1.1).
    pub fn opened(id: u64, to: SocketAddr, heard: mpsc::Sender<Heard>) -> Connection {
        let (out, queue) = mpsc::channel(OUT_MAX);
        let pong = out.downgrade();
        tokio::spawn(async move {
            if let Ok(Ok(stream)) = timeout(CONNECT_PATIENCE, TcpStream::connect(to)).await {
                let _ = serve(id, stream, to, &heard, queue, pong).await;
            }
            let _ = heard.send(Heard::Closed { connection: id }).await;
        });
        Connection { out, peer: to.ip() }
    }
}

async fn serve(
    id: u64,
    stream: TcpStream,
    peer: SocketAddr,
    heard: &mpsc::Sender<Heard>,
    queue: mpsc::Receiver<Out>,
    pong: mpsc::WeakSender<Out>,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let here = stream.local_addr()?;
    let (input, output) = stream.into_split();
    tokio::select! {
        ended = read(id, input, (peer, here), heard, pong) => ended,
        ended = write(output, queue) => ended,
    }
}

async fn read(
    id: u64,
    mut input: OwnedReadHalf,
    (peer, here): (SocketAddr, SocketAddr),
    heard: &mpsc::Sender<Heard>,
    pong: mpsc::WeakSender<Out>,
) -> io::Result<()> {
    let (mut frames, mut buffer) = (Frames::default(), vec![0; READ]);
    let turns = Arc::new(Semaphore::new(UNANSWERED_MAX));
    // A message that has begun, the first one from the start, is to end by then: single bytes do not put it off.
    let mut ends_by = Some(Instant::now() + MESSAGE_PATIENCE);
    loop {
        let Some(frame) = frames.next().map_err(io::Error::other)? else {
            let until = ends_by.unwrap_or_else(|| Instant::now() + IDLE_MAX);
            match timeout_at(until.into(), input.read(&mut buffer)).await.map_err(io::Error::other)?? {
                0 => return Ok(()),
                count => frames.push(&buffer[..count]),
            }
            ends_by.get_or_insert_with(|| Instant::now() + MESSAGE_PATIENCE);
            continue;
        };
        ends_by = (frames.waiting() > 0).then(|| Instant::now() + MESSAGE_PATIENCE);
        match frame {
            Frame::Ping => {
                let out = pong.upgrade().ok_or_else(|| io::Error::other("closing"))?;
                out.try_send((b"\r\n".to_vec(), None)).map_err(io::Error::other)?;
            }
            Frame::Message(bytes) => {
                // Who asks and does not listen waits, which is what TCP is for.
                let turn = Arc::new(Arc::clone(&turns).acquire_owned().await.map_err(io::Error::other)?);
                // A full signalling task makes the far end wait, which is what TCP is for.
                let message = Heard::Message { connection: id, peer, here, bytes, turn };
                heard.send(message).await.map_err(io::Error::other)?;
            }
        }
    }
}

async fn write(mut output: OwnedWriteHalf, mut queue: mpsc::Receiver<Out>) -> io::Result<()> {
    while let Some((bytes, _turn)) = queue.recv().await {
        timeout(MESSAGE_PATIENCE, output.write_all(&bytes)).await.map_err(io::Error::other)??;
    }
    Ok(())
}
