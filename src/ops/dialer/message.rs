//! What the dialer reads of a message. Compact names are known; folded lines are not, for no server of ours folds.

use std::net::{IpAddr, SocketAddr};

use super::Answer;

/// A message, by reference.
pub struct Message<'a> {
    first: &'a str,
    head: &'a str,
    body: &'a str,
}

/// Long names and their compact forms (RFC 3261 §7.3.3).
const COMPACT: [(&str, &str); 7] = [
    ("Via", "v"),
    ("From", "f"),
    ("To", "t"),
    ("Call-ID", "i"),
    ("Contact", "m"),
    ("Content-Length", "l"),
    ("Content-Type", "c"),
];

impl<'a> Message<'a> {
    /// Cuts the text; `None` when it is no SIP message.
    pub fn read(text: &'a str) -> Option<Message<'a>> {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let (first, head) = head.split_once("\r\n")?;
        (first.starts_with("SIP/2.0 ") || first.ends_with(" SIP/2.0")).then_some(Message { first, head, body })
    }

    /// `None` for a request.
    pub fn status(&self) -> Option<u16> {
        self.first.strip_prefix("SIP/2.0 ")?.get(..3)?.parse().ok()
    }

    /// Of a request.
    pub fn method(&self) -> &'a str {
        self.first.split(' ').next().unwrap_or_default()
    }

    /// Which request a response answers.
    pub fn method_of_cseq(&self) -> &'a str {
        self.header("CSeq").and_then(|value| value.split_whitespace().nth(1)).unwrap_or_default()
    }

    /// The first of this name.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers(name).next()
    }

    /// All of this name, one a line.
    pub fn headers<'n>(&self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        let short = COMPACT.iter().find(|(long, _)| *long == name).map(|(_, short)| *short);
        self.head.split("\r\n").filter_map(move |line| {
            let (key, value) = line.split_once(':')?;
            let key = key.trim_end();
            let is_it = key.eq_ignore_ascii_case(name) || short.is_some_and(|short| key.eq_ignore_ascii_case(short));
            is_it.then(|| value.trim())
        })
    }

    pub fn has_body(&self) -> bool {
        !self.body.is_empty()
    }

    /// Address, port and keys of the session description.
    pub fn answer(&self) -> Option<Answer> {
        let lines = || self.body.lines().map(str::trim_end);
        let address = lines().find_map(|line| line.strip_prefix("c=IN IP"))?.split_once(' ')?.1;
        let ip: IpAddr = address.split('/').next()?.trim().parse().ok()?;
        let audio = lines().find_map(|line| line.strip_prefix("m=audio "))?;
        let port: u16 = audio.split(' ').next()?.parse().ok()?;
        let dtmf = lines().find_map(|line| {
            let (number, name) = line.strip_prefix("a=rtpmap:")?.split_once(' ')?;
            name.to_ascii_lowercase().starts_with("telephone-event/8000").then(|| number.parse().ok())?
        });
        (port != 0).then_some(Answer { rtp: SocketAddr::new(ip, port), dtmf })
    }

    /// Our answer to a request: its Vias, From, To, Call-ID and CSeq come back as they were (§8.2.6.2).
    pub fn reply(&self, status: &str, more: &str, body: &str) -> String {
        let mut out = format!("SIP/2.0 {status}\r\n");
        for name in ["Via", "Record-Route", "From", "To", "Call-ID", "CSeq"] {
            self.headers(name).for_each(|value| out += &format!("{name}: {value}\r\n"));
        }
        out + &format!("{more}Content-Length: {}\r\n\r\n{body}", body.len())
    }
}

/// `"Ligne" <sip:a@b;transport=udp>;expires=3` → `sip:a@b;transport=udp`; without brackets, what stands before `;`.
pub fn uri(contact: &str) -> &str {
    match contact.split_once('<') {
        Some((_, rest)) => rest.split('>').next().unwrap_or(rest),
        None => contact.split(';').next().unwrap_or(contact).trim(),
    }
}
