//! Which of our addresses a far end sees: what goes into Contact and session descriptions when we listen on all of them.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

/// Routes change rarely; a wrong answer heals after this.
const FRESH: Duration = Duration::from_secs(60);
/// Strangers write this table: past this many it is emptied.
const PEERS_MAX: usize = 4096;

/// Answers for one listening address.
#[derive(Debug)]
pub struct Local {
    listen: SocketAddr,
    known: HashMap<IpAddr, (IpAddr, Instant)>,
}

impl Local {
    /// For sockets that listen on `listen`.
    pub fn new(listen: SocketAddr) -> Local {
        Local { listen, known: HashMap::new() }
    }

    /// Our address, as `peer` reaches it.
    pub fn towards(&mut self, peer: SocketAddr, now: Instant) -> SocketAddr {
        if !self.listen.ip().is_unspecified() {
            return self.listen;
        }
        let known = self.known.get(&peer.ip()).filter(|(_, at)| now.saturating_duration_since(*at) < FRESH);
        let ip = known.map(|(ip, _)| *ip).unwrap_or_else(|| {
            let ip = route(peer).unwrap_or(peer.ip());
            if self.known.len() >= PEERS_MAX {
                self.known.clear();
            }
            self.known.insert(peer.ip(), (ip, now));
            ip
        });
        SocketAddr::new(ip, self.listen.port())
    }
}

/// The source address the system would use: connecting a datagram socket asks for the route and sends nothing.
fn route(peer: SocketAddr) -> Option<IpAddr> {
    let any: IpAddr = if peer.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect(peer).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listening_everywhere_the_route_decides_and_on_one_address_that_one_is_said() {
        let peer = "127.0.0.9:5060".parse().unwrap();
        let now = Instant::now();
        let mut everywhere = Local::new("0.0.0.0:5062".parse().unwrap());
        assert_eq!(everywhere.towards(peer, now).to_string(), "127.0.0.1:5062");
        let mut one = Local::new("127.0.0.5:5062".parse().unwrap());
        assert_eq!(one.towards(peer, now).to_string(), "127.0.0.5:5062");
    }

    #[test]
    fn strangers_cannot_make_the_table_grow() {
        let now = Instant::now();
        let mut everywhere = Local::new("0.0.0.0:5062".parse().unwrap());
        for n in 0..10_000_u32 {
            let peer = SocketAddr::new(Ipv4Addr::from(0x7f00_0000 + n).into(), 5060);
            everywhere.towards(peer, now);
        }
        assert!(everywhere.known.len() <= PEERS_MAX);
    }
}
