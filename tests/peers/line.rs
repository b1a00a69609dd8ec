//! What a peer needs of its surroundings: the line to call, and ports of its own.

use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicU16, Ordering};

pub use crate::kit::{DIALLED, TestLine, appointments};

pub const HOME: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// A port free on UDP and TCP, as is the next one (baresip takes it for TLS), given to nobody else in this process.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let is_free = |port| UdpSocket::bind((HOME, port)).is_ok() && TcpListener::bind((HOME, port)).is_ok();
    let mut ports = std::iter::repeat_with(|| {
        // Below the range from which the system takes its own; other test programs begin at another place.
        30_000 + ((std::process::id() % 65) as u16 * 40 + NEXT.fetch_add(2, Ordering::Relaxed)) % 2_700
    });
    ports.by_ref().take(1_000).find(|port| is_free(*port) && is_free(port + 1)).expect("a free port")
}

/// The first of `count` ports for RTP, all free, given to nobody else in this process.
pub fn rtp_ports(count: u16) -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let is_free = |first: &u16| (*first..first + count).all(|port| UdpSocket::bind((HOME, port)).is_ok());
    let mut firsts = std::iter::repeat_with(|| {
        // Other test programs begin at another place here too.
        24_000 + ((std::process::id() % 50) as u16 * 100 + NEXT.fetch_add(count, Ordering::Relaxed)) % 5_000
    });
    firsts.by_ref().take(100).find(is_free).expect("free ports for RTP")
}
