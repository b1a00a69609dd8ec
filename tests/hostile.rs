//! Strangers: a hundred thousand spoilt messages, on every port of the line, while somebody books.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

use crate::kit::{Phone, TestLine};

/// Spoilt datagrams in all.
const DATAGRAMS: usize = 100_000;
/// Sent between two questions whether the line still lives: less than its socket holds.
const BURST: usize = 200;
/// Connections, each with some messages, most of them cut or spoilt.
const STREAMS: usize = 300;
/// For one answer of a loaded machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// Transactions and refused calls of half a minute weigh something; a leak of a hundred thousand messages weighs more.
const GROWTH_MAX_KIB: u64 = 48 * 1024;

/// Seeded, so that a failure can be seen again (Marsaglia's xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

fn message(method: &str, number: usize, local: SocketAddr) -> String {
    let sdp = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n";
    let body = if method == "INVITE" { sdp } else { "" };
    format!(
        "{method} sip:0972010203@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {local};rport;branch=z9hG4bKx{number}\r\nMax-Forwards: 70\r\n\
         From: <sip:0353010099@127.0.0.1>;tag=f{number}\r\nTo: <sip:0972010203@127.0.0.1>\r\nCall-ID: x{number}\r\nCSeq: {number} {method}\r\n\
         Contact: <sip:x@{local}>\r\nContent-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn spoilt(dice: &mut Dice, number: usize, local: SocketAddr) -> Vec<u8> {
    const METHODS: [&str; 8] = ["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "NOTIFY", "PLAY"];
    const PIECES: [&[u8]; 10] =
        [b"\0", b"\r\n\r\n", b"99999999999999999999", b"-1", b",,,,", b";tag=", b"\"", b"<", b"\xff\xfe", b"\r\n "];
    let mut bytes = message(METHODS[dice.below(METHODS.len())], number, local).into_bytes();
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len());
        match dice.below(5) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << dice.below(8),
            1 => bytes.truncate(at.max(1)),
            2 => drop(bytes.splice(at..at, PIECES[dice.below(PIECES.len())].iter().copied())),
            3 => {
                let block = bytes[at..].repeat(2);
                bytes.truncate(at);
                bytes.extend(block);
            }
            _ => drop(bytes.drain(at..(at + dice.below(40)).min(bytes.len()))),
        }
    }
    bytes.truncate(60_000);
    bytes
}

/// Asks until the line answers 200 to OPTIONS: it lives, and has read what came before.
fn is_alive(socket: &UdpSocket, number: usize) -> bool {
    let question = message("OPTIONS", number, socket.local_addr().unwrap());
    socket.send(question.as_bytes()).unwrap();
    let mut answer = [0; 65_535];
    // Answers to the junk come on the same socket.
    for _ in 0..10 * BURST {
        let Ok(length) = socket.recv(&mut answer) else { return false };
        let text = String::from_utf8_lossy(&answer[..length]);
        if text.starts_with("SIP/2.0 200") && text.contains(&format!("Call-ID: x{number}\r\n")) {
            return true;
        }
    }
    false
}

fn flood(line: SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(line).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let (mut dice, local) = (Dice(0x5eed), socket.local_addr().unwrap());
    for number in 0..DATAGRAMS {
        let _ = socket.send(&spoilt(&mut dice, number, local));
        if number % BURST == 0 {
            assert!(is_alive(&socket, DATAGRAMS + number), "the line answers no OPTIONS after {number} datagrams");
        }
    }
}

fn streams(line: SocketAddr) {
    let mut dice = Dice(0xace);
    for number in 0..STREAMS {
        let mut stream = TcpStream::connect(line).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let local = stream.local_addr().unwrap();
        for _ in 0..dice.below(6) {
            let bytes = spoilt(&mut dice, number, local);
            let cut = dice.below(bytes.len());
            // The line may have closed a stream that it can no longer follow.
            let _ = stream.write_all(&bytes[..cut]).and_then(|()| stream.write_all(&bytes[cut..]));
        }
        if number % 10 == 0 {
            let mut sane = TcpStream::connect(line).unwrap();
            sane.set_read_timeout(Some(PATIENCE)).unwrap();
            let question = message("OPTIONS", 1_000_000 + number, sane.local_addr().unwrap()).replace("/UDP", "/TCP");
            sane.write_all(question.as_bytes()).unwrap();
            let mut answer = [0; 1_024];
            let length = sane.read(&mut answer).unwrap();
            assert!(answer[..length].starts_with(b"SIP/2.0 200"), "the line answers no OPTIONS over TCP");
        }
    }
}

fn noise(ports: std::ops::Range<u16>) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut dice = Dice(0xcafe);
    for _ in 0..200 {
        for port in ports.clone() {
            let mut bytes: Vec<u8> = (0..dice.below(300)).map(|_| dice.below(256) as u8).collect();
            // Half of it looks like keys of RFC 4733.
            if let Some(head) = bytes.get_mut(..2).filter(|_| dice.below(2) == 0) {
                head.copy_from_slice(&[0x80, 101]);
            }
            let _ = socket.send_to(&bytes, ("127.0.0.1", port));
        }
    }
}

#[test]
fn a_hundred_thousand_spoilt_messages_disturb_no_call_and_nothing_grows() {
    let line = TestLine::start();
    let mut phone = Phone::call(line.address, Some("0353010007"), "0972010203");
    phone.hears("Bonjour. Ici le conseil en évolution professionnelle.").unwrap();
    let before = line.memory_kib();
    let (address, ports) = (line.address, line.ports.clone());
    std::thread::scope(|scope| {
        scope.spawn(|| flood(address));
        scope.spawn(|| streams(address));
        scope.spawn(|| noise(ports));
        for (keys, words) in [
            ("1", "Quelle est votre situation ?"),
            ("1", "Tapez les cinq chiffres de votre code postal."),
            ("39100", "Vous avez tapé : trois, neuf, un, zéro, zéro."),
            ("1", "Comment voulez-vous rencontrer"),
            ("2", "Pour entendre les premières dates libres,"),
            ("1", "Voici les prochains rendez-vous."),
            ("1", "par téléphone"),
            ("1", "C'est noté. Vous avez rendez-vous"),
        ] {
            phone.press(keys).and_then(|()| phone.hears(words)).unwrap();
        }
        phone.hang_up().unwrap();
    });
    let after = line.memory_kib();
    assert!(after < before + GROWTH_MAX_KIB, "{before} KiB before, {after} KiB after");
}

#[test]
fn five_thousand_questions_in_one_write_get_as_many_answers() {
    const QUESTIONS: usize = 5_000;
    let line = TestLine::start();
    let mut stream = TcpStream::connect(line.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let local = stream.local_addr().unwrap();
    let text: String = (1..=QUESTIONS).map(|n| message("OPTIONS", n, local).replace("/UDP", "/TCP")).collect();
    let mut out = stream.try_clone().unwrap();
    let writing = std::thread::spawn(move || out.write_all(text.as_bytes()));
    let last = format!("Call-ID: x{QUESTIONS}\r\n");
    let (mut heard, mut bytes) = (String::new(), [0; 65_536]);
    while !(heard.contains(&last) && heard.ends_with("\r\n\r\n")) {
        let length = stream.read(&mut bytes).unwrap();
        assert!(length > 0, "closed after {} answers", heard.matches("SIP/2.0 200").count());
        heard = heard.split_off(heard.rfind("SIP/2.0 200").unwrap_or(0)) + &String::from_utf8_lossy(&bytes[..length]);
    }
    writing.join().unwrap().unwrap();
}
