//! Via: where a response goes (RFC 3261 §18.2, §20.42; RFC 3581 `rport`).

use std::net::{IpAddr, SocketAddr};

use super::address::{param, params, unbracketed};
use super::{Message, Name, split};

/// The branch prefix that promises a unique value (§8.1.1.7).
pub const MAGIC: &str = "z9hG4bK";

/// The topmost Via.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Via {
    /// As it was written.
    text: String,
    /// `UDP`, `TCP` …, in capitals.
    pub transport: String,
    /// Host of sent-by, without brackets.
    pub host: String,
    /// Port of sent-by.
    pub port: Option<u16>,
    /// The branch, when it has one.
    pub branch: Option<String>,
    wants_rport: bool,
    maddr: Option<IpAddr>,
}

impl Via {
    /// Reads one element of a Via header.
    pub fn parse(text: &str) -> Option<Via> {
        let (before, rest) = text.split_once(';').map_or((text, ""), |(before, rest)| (before, rest));
        let mut parts = before.splitn(3, '/').map(str::trim);
        let (protocol, version, rest_of) = (parts.next()?, parts.next()?, parts.next()?);
        let (transport, sent_by) = rest_of.split_once(|c: char| c.is_ascii_whitespace())?;
        let is_ours = protocol.eq_ignore_ascii_case("SIP") && !version.is_empty() && !transport.is_empty();
        let sent_by: String = sent_by.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let (host, port) = host_port(&sent_by)?;
        let is_host = !host.is_empty() && !host.contains([',', '<', '>', '"']);
        let param = |name| params(rest).find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        (is_ours && is_host).then(|| Via {
            text: text.to_owned(),
            transport: transport.to_ascii_uppercase(),
            host: host.to_ascii_lowercase(),
            port,
            branch: param("branch").flatten().map(str::to_owned),
            wants_rport: param("rport").is_some_and(|value| value.is_none()),
            maddr: param("maddr").flatten().and_then(|value| unbracketed(value).parse().ok()),
        })
    }

    /// The topmost Via of a message.
    pub fn top(message: &Message) -> Option<Via> {
        Via::parse(&message.list(Name::Via).into_iter().next()?)
    }

    /// This Via as it goes into the response: `received` where sent-by is not the source or `rport` asks for it
    /// (§18.2.1, RFC 3581 §4).
    pub fn answered(&self, source: SocketAddr) -> String {
        let is_source = self.host.parse() == Ok(source.ip());
        if is_source && !self.wants_rport {
            return self.text.clone();
        }
        let mut out = String::with_capacity(self.text.len() + 48);
        for (n, part) in split(&self.text, ';').enumerate() {
            match part {
                _ if n == 0 => out += part,
                _ if part.eq_ignore_ascii_case("rport") => out += &format!(";rport={}", source.port()),
                _ if param(part, "received").is_some() => {}
                _ => out += &format!(";{part}"),
            }
        }
        out + &format!(";received={}", source.ip())
    }

    /// Where a response over UDP goes (§18.2.2, RFC 3581 §4): maddr, else the source's address with its port when `rport`
    /// asks for it, else with the port of sent-by.
    pub fn reply_to(&self, source: SocketAddr) -> SocketAddr {
        let port = self.port.unwrap_or(5060);
        match self.maddr {
            // A multicast or broadcast answer is never what a telephone wants.
            Some(maddr) if !maddr.is_multicast() && !maddr.is_unspecified() => SocketAddr::new(maddr, port),
            _ if self.wants_rport => source,
            _ => SocketAddr::new(source.ip(), port),
        }
    }
}

/// `host[:port]`, IPv6 in brackets; the host without them.
pub fn host_port(text: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    match port.strip_prefix(':') {
        Some(port) => Some((host, Some(port.parse().ok()?))),
        None => port.is_empty().then_some((host, None)),
    }
}
