//! As much SIP as a caller needs, on UDP or TCP, over a network that loses nothing: one dialog, no retransmission.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};

use super::PATIENCE;
use super::line::HOME;

/// How signalling travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    Udp,
    Tcp,
}

enum Socket {
    Udp(UdpSocket),
    Tcp(TcpStream, Vec<u8>),
}

/// One call's signalling, from the caller's side.
pub struct Dialog {
    socket: Socket,
    local: SocketAddr,
    line: SocketAddr,
    from: String,
    to: String,
    call_id: String,
    sequence: u32,
}

impl Dialog {
    /// A caller with this number, who has not dialled yet.
    pub fn new(line: SocketAddr, transport: Transport, number: &str, dialled: &str) -> Dialog {
        let socket = match transport {
            Transport::Udp => {
                let socket = UdpSocket::bind((HOME, 0)).unwrap();
                socket.connect(line).unwrap();
                socket.set_read_timeout(Some(PATIENCE)).unwrap();
                Socket::Udp(socket)
            }
            Transport::Tcp => {
                let stream = TcpStream::connect(line).unwrap();
                stream.set_read_timeout(Some(PATIENCE)).unwrap();
                Socket::Tcp(stream, Vec::new())
            }
        };
        let local = match &socket {
            Socket::Udp(socket) => socket.local_addr(),
            Socket::Tcp(stream, _) => stream.local_addr(),
        }
        .unwrap();
        let from = format!("<sip:{number}@{HOME}>;tag=t{}", local.port());
        let call_id = format!("{number}-{}-{transport:?}", local.port());
        Dialog { socket, local, line, from, to: format!("<sip:{dialled}@{line}>"), call_id, sequence: 0 }
    }

    /// Dials; the session description of the answer.
    pub fn invite(&mut self, offer: &str) -> String {
        self.sequence += 1;
        self.request("INVITE", offer);
        let answer = self.final_response();
        assert!(answer.starts_with("SIP/2.0 200"), "the call was not answered:\n{answer}");
        self.to = header(&answer, "To");
        self.request("ACK", "");
        answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default()
    }

    /// Hangs up, and hears that it was understood.
    pub fn bye(&mut self) {
        self.sequence += 1;
        self.request("BYE", "");
        let answer = self.final_response();
        assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
    }

    /// Dials and cancels in the same breath (sipp cannot: it must first hear a provisional response). Either the line
    /// gives up with 487, or it had answered and the call is hung up (RFC 3261 §9.2); true when it gave up.
    pub fn invite_and_cancel(&mut self, offer: &str) -> bool {
        self.sequence += 1;
        self.request("INVITE", offer);
        self.request("CANCEL", "");
        let (mut to_cancel, mut to_invite) = (None, None);
        while to_cancel.is_none() || to_invite.is_none() {
            let response = self.final_response();
            let is_to_cancel = header(&response, "CSeq").ends_with("CANCEL");
            *if is_to_cancel { &mut to_cancel } else { &mut to_invite } = Some(response);
        }
        let (to_cancel, to_invite) = (to_cancel.unwrap(), to_invite.unwrap());
        assert!(to_cancel.starts_with("SIP/2.0 200"), "{to_cancel}");
        self.to = header(&to_invite, "To");
        let has_given_up = to_invite.starts_with("SIP/2.0 487");
        if has_given_up {
            self.request("ACK-487", "");
        } else {
            assert!(to_invite.starts_with("SIP/2.0 200"), "{to_invite}");
            self.request("ACK", "");
            self.bye();
        }
        has_given_up
    }

    /// The line hangs up.
    pub fn await_bye(&mut self) {
        let bye = loop {
            let message = self.receive();
            if message.starts_with("BYE ") {
                break message;
            }
        };
        let kept = ["Via", "From", "To", "Call-ID", "CSeq"].map(|name| format!("{name}: {}\r\n", header(&bye, name)));
        self.send(&format!("SIP/2.0 200 OK\r\n{}Content-Length: 0\r\n\r\n", kept.concat()));
    }

    fn request(&mut self, method: &str, body: &str) {
        // CANCEL and the ACK of a refusal belong to the INVITE's transaction (§9.1, §17.1.1.3); the ACK of a 200 does not.
        let (method, branch) = match method {
            "CANCEL" => (method, "INVITE"),
            "ACK-487" => ("ACK", "INVITE"),
            _ => (method, method),
        };
        let transport = if matches!(self.socket, Socket::Udp(_)) { "UDP" } else { "TCP" };
        let Dialog { local, line, from, to, call_id, sequence, .. } = self;
        let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
        let text = format!(
            "{method} sip:{line};transport={transport} SIP/2.0\r\n\
             Via: SIP/2.0/{transport} {local};rport;branch=z9hG4bK-{call_id}-{sequence}-{branch}\r\n\
             From: {from}\r\nTo: {to}\r\nCall-ID: {call_id}\r\nCSeq: {sequence} {method}\r\n\
             Contact: <sip:{local};transport={transport}>\r\nMax-Forwards: 70\r\n{kind}Content-Length: {}\r\n\r\n{body}",
            body.len(),
        );
        // The dialled number stands in the Request-URI of what opens the dialog.
        let text = if branch == "INVITE" { text.replacen(&format!("sip:{line}"), &uri(to), 1) } else { text };
        self.send(&text);
    }

    fn send(&mut self, text: &str) {
        match &mut self.socket {
            Socket::Udp(socket) => socket.send(text.as_bytes()).map(drop),
            Socket::Tcp(stream, _) => stream.write_all(text.as_bytes()),
        }
        .unwrap();
    }

    /// The final response to the last request.
    fn final_response(&mut self) -> String {
        loop {
            let message = self.receive();
            let is_ours = header(&message, "CSeq").starts_with(&format!("{} ", self.sequence));
            if message.starts_with("SIP/2.0 ") && !message.starts_with("SIP/2.0 1") && is_ours {
                return message;
            }
        }
    }

    fn receive(&mut self) -> String {
        let mut bytes = [0; 4096];
        match &mut self.socket {
            Socket::Udp(socket) => {
                let length = socket.recv(&mut bytes).expect("the line answers");
                String::from_utf8_lossy(&bytes[..length]).into_owned()
            }
            Socket::Tcp(stream, held) => loop {
                if let Some(length) = whole(held) {
                    break String::from_utf8_lossy(&held.drain(..length).collect::<Vec<_>>()).into_owned();
                }
                match stream.read(&mut bytes) {
                    Ok(0) => panic!("the line closed the connection"),
                    Ok(length) => held.extend(&bytes[..length]),
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => panic!("the line does not answer: {error}"),
                }
            },
        }
    }
}

/// Length of the first message in a stream, when it is all there (RFC 3261 §18.3).
fn whole(held: &[u8]) -> Option<usize> {
    let end = held.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
    let body: usize = header(&String::from_utf8_lossy(&held[..end]), "Content-Length").parse().unwrap_or(0);
    (held.len() >= end + body).then_some(end + body)
}

/// The first value of a header, long names only: we asked in long names.
fn header(message: &str, name: &str) -> String {
    let lines = message.lines().take_while(|line| !line.is_empty());
    let mut named = lines.filter_map(|line| line.split_once(':')).filter(|(n, _)| n.trim().eq_ignore_ascii_case(name));
    named.next().map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
}

/// `<sip:…>;tag=…` → `sip:…`.
fn uri(address: &str) -> String {
    address.trim_start_matches('<').split('>').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::line::{DIALLED, TestLine};
    use super::*;

    #[test]
    fn a_cancel_on_the_heels_of_its_invite_leaves_the_line_clear() {
        let line = TestLine::start();
        let offer =
            format!("v=0\r\no=- 1 1 IN IP4 {HOME}\r\ns=-\r\nc=IN IP4 {HOME}\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\n");
        for transport in [Transport::Udp, Transport::Tcp] {
            let given_up = (0..10)
                .filter(|_| Dialog::new(line.address, transport, "0353010004", DIALLED).invite_and_cancel(&offer));
            println!("{transport:?}: {} of 10 given up with 487, the others answered and hung up", given_up.count());
        }
        // Still there, for the next caller.
        Dialog::new(line.address, Transport::Udp, "0353010004", DIALLED).invite(&offer);
    }
}
