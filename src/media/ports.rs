//! The configured port range, handed out in pairs: RTP even, RTCP odd (RFC 3550 §11).

use std::collections::VecDeque;
use std::net::{IpAddr, UdpSocket};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::engine::OpenError;

/// Pairs tried in one opening when another program sits on some of the range.
const TRIES_MAX: usize = 16;

/// The free pairs, longest free first: packets still under way to a call that ended do not reach the next one.
#[derive(Debug)]
pub struct Ports {
    bind: IpAddr,
    free: Mutex<VecDeque<u16>>,
}

/// Holds one pair; dropped after the sockets, it frees the ports.
#[derive(Debug)]
pub struct PortPair {
    /// The RTP port; RTCP is the next.
    pub even: u16,
    ports: Arc<Ports>,
}

impl Drop for PortPair {
    fn drop(&mut self) {
        self.ports.free().push_back(self.even);
    }
}

impl Ports {
    /// Every whole pair inside the range.
    pub fn new(bind: IpAddr, range: &RangeInclusive<u16>) -> Ports {
        let even = range.clone().filter(|port| port % 2 == 0 && *port != 0 && port < range.end());
        Ports { bind, free: Mutex::new(even.collect()) }
    }

    /// How many pairs are free now.
    pub fn left(&self) -> usize {
        self.free().len()
    }

    /// Binds the pair that has been free longest. Both sockets are non-blocking.
    pub fn take(self: &Arc<Self>) -> Result<(UdpSocket, UdpSocket, PortPair), OpenError> {
        let mut refusal = OpenError::Exhausted;
        for _ in 0..TRIES_MAX {
            let Some(even) = self.free().pop_front() else { return Err(refusal) };
            let pair = PortPair { even, ports: Arc::clone(self) }; // back at the end if binding fails
            match self.bind(even).and_then(|rtp| Ok((rtp, self.bind(even + 1)?))) {
                Ok((rtp, rtcp)) => return Ok((rtp, rtcp, pair)),
                Err(source) => refusal = OpenError::Bind { port: even, source },
            }
        }
        Err(refusal)
    }

    fn bind(&self, port: u16) -> std::io::Result<UdpSocket> {
        let socket = UdpSocket::bind((self.bind, port))?;
        socket.set_nonblocking(true)?;
        Ok(socket)
    }

    fn free(&self) -> MutexGuard<'_, VecDeque<u16>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner) // a queue of numbers is whole at every moment
    }
}
