//! The socket of a phone's signalling, UDP or TCP. The dialer writes for UDP; what differs on TCP is mended here.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

/// How signalling travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transport {
    #[default]
    Udp,
    Tcp,
}

pub enum Signal {
    Udp(UdpSocket),
    /// With what has come of the next message.
    Tcp(TcpStream, Vec<u8>),
}

impl Signal {
    pub fn open(transport: Transport, line: SocketAddr) -> Signal {
        match transport {
            Transport::Udp => {
                let socket = UdpSocket::bind(("127.0.0.1", 0)).expect("a free port");
                socket.connect(line).expect("an address of loopback");
                Signal::Udp(socket)
            }
            Transport::Tcp => Signal::Tcp(TcpStream::connect(line).expect("the line listens"), Vec::new()),
        }
    }

    pub fn local(&self) -> SocketAddr {
        match self {
            Signal::Udp(socket) => socket.local_addr(),
            Signal::Tcp(stream, _) => stream.local_addr(),
        }
        .expect("bound")
    }

    pub fn send(&mut self, text: &str) {
        let local = self.local();
        // A line that was killed takes nothing more: the test that killed it knows.
        let _ = match self {
            Signal::Udp(socket) => socket.send(text.as_bytes()).map(drop),
            Signal::Tcp(stream, _) => {
                let text = text.replace("SIP/2.0/UDP", "SIP/2.0/TCP");
                let contact = format!("<sip:{local}>");
                stream.write_all(text.replace(&contact, &format!("<sip:{local};transport=tcp>")).as_bytes())
            }
        };
    }

    /// The next message, if it comes so soon; none: look, do not wait.
    pub fn receive(&mut self, wait: Option<Duration>) -> Option<String> {
        let mut bytes = [0; 4096];
        match self {
            Signal::Udp(socket) => {
                socket.set_nonblocking(wait.is_none()).and_then(|()| socket.set_read_timeout(wait)).expect("a socket");
                let length = socket.recv(&mut bytes).ok()?;
                Some(String::from_utf8_lossy(&bytes[..length]).into_owned())
            }
            Signal::Tcp(stream, held) => {
                stream.set_nonblocking(wait.is_none()).and_then(|()| stream.set_read_timeout(wait)).expect("a socket");
                match stream.read(&mut bytes) {
                    Ok(0) => panic!("the line closed the connection"),
                    Ok(length) => held.extend(&bytes[..length]),
                    Err(error) => assert!(
                        matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut),
                        "the connection to the line: {error}"
                    ),
                }
                let length = whole(held)?;
                Some(String::from_utf8_lossy(&held.drain(..length).collect::<Vec<_>>()).into_owned())
            }
        }
    }
}

/// Length of the first message in a stream, when it is all there (RFC 3261 §18.3).
fn whole(held: &[u8]) -> Option<usize> {
    let head = held.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&held[..head]);
    let body = text.lines().find_map(|line| line.strip_prefix("Content-Length:"));
    let body: usize = body.and_then(|length| length.trim().parse().ok()).expect("a Content-Length, as TCP needs one");
    (held.len() >= head + body).then_some(head + body)
}
