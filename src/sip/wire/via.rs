//! Via: where a response goes (RFC 3261 §18.2, §20.42; RFC 3581 `rport`).

use std::net::{IpAddr, SocketAddr};

use super::address::{params, unbracketed};
use super::{Message, Name, split};
use crate::sip::event::{Source, Transport};

/// The branch prefix that promises a unique value (§8.1.1.7).
pub const MAGIC: &str = "z9hG4bK";

/// Longest Via that is read: it is read for each response, and no honest one is a tenth of it.
const VIA_MAX: usize = 2_048;

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
        if text.len() > VIA_MAX {
            return None;
        }
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
            // A value is not for them to write, but whoever writes one wants the same.
            wants_rport: param("rport").is_some(),
            maddr: param("maddr").flatten().and_then(|value| unbracketed(value).parse().ok()),
        })
    }

    /// The topmost Via of a message.
    pub fn top(message: &Message) -> Option<Via> {
        Via::parse(&message.first(Name::Via)?)
    }

    /// This Via as it goes into the response: `received` where sent-by is not the source or `rport` asks for it
    /// (§18.2.1, RFC 3581 §4).
    pub fn answered(&self, source: SocketAddr) -> String {
        let ip = canonical(source.ip());
        let is_source = self.host.parse().map(canonical) == Ok(ip);
        if is_source && !self.wants_rport {
            return self.text.clone();
        }
        let mut out = String::with_capacity(self.text.len() + 64);
        for (n, part) in split(&self.text, b';').enumerate() {
            let name = part.split('=').next().unwrap_or(part).trim();
            if n > 0 && (name.eq_ignore_ascii_case("received") || name.eq_ignore_ascii_case("rport")) {
                continue;
            }
            if n > 0 {
                out.push(';');
            }
            out += part;
        }
        if self.wants_rport {
            out += &format!(";rport={}", source.port());
        }
        // Without brackets, as §25.1 has it for `received` alone (RFC 5118 §4.5).
        out + &format!(";received={ip}")
    }

    /// Where a response goes (§18.2.2, RFC 3581 §4). Over UDP: maddr, else the source's address with its port when `rport`
    /// asks for it, else with the port of sent-by. Over TCP: where to connect when the connection it came on is gone.
    pub fn reply_to(&self, source: Source) -> SocketAddr {
        let port = self.port.filter(|port| *port != 0).unwrap_or(5060);
        let peer = source.peer;
        match self.maddr.and_then(|maddr| reachable(maddr, peer)) {
            _ if source.transport != Transport::Udp => SocketAddr::new(peer.ip(), port),
            Some(maddr) => SocketAddr::new(maddr, port),
            None if self.wants_rport => peer,
            None => SocketAddr::new(peer.ip(), port),
        }
    }
}

/// The address `ip` as the socket that `peer` came by writes it, if a stranger may have us write there: neither to everybody,
/// nor to ourselves, nor over another family.
pub fn reachable(ip: IpAddr, peer: SocketAddr) -> Option<IpAddr> {
    let (ip, theirs) = (canonical(ip), canonical(peer.ip()));
    let is_broadcast = matches!(ip, IpAddr::V4(ip) if ip.is_broadcast());
    let is_ours = ip.is_loopback() && !theirs.is_loopback();
    if ip.is_ipv4() != theirs.is_ipv4() || ip.is_multicast() || ip.is_unspecified() || is_broadcast || is_ours {
        return None;
    }
    match ip {
        IpAddr::V4(ip) if peer.is_ipv6() => Some(IpAddr::V6(ip.to_ipv6_mapped())),
        _ => Some(ip),
    }
}

/// An IPv4 address that an IPv6 socket shows as `::ffff:…`, as the far end knows it.
pub fn canonical(ip: IpAddr) -> IpAddr {
    ip.to_canonical()
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
