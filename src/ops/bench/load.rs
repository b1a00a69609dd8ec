//! The load: one thread, one epoll, many telephones. Its 1 ms turn sends what is due and takes what came.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::{Timespec, epoll};
use rustix::fd::OwnedFd;
use rustix::net::sockopt;

use super::ear::Ear;
use super::seat::{Seat, Shared};
use super::stats::Stats;
use crate::ops::dialer;

/// A packet each, every 20 ms, spread over 1 ms slots.
const SLOTS: u64 = 20;
/// Events taken at once: few enough that sending is not kept waiting, enough to catch up on what came meanwhile.
const EVENTS_MAX: usize = 512;
/// Our own packet was late.
const LATE: Duration = Duration::from_millis(5);
/// So late, and what is due is skipped.
const BEHIND_MS: u64 = 100;
/// The kernel's room for a socket: 64 KiB each way.
pub const BUFFER: usize = 64 * 1024;
/// The shared signalling socket hears everybody.
const SIP_BUFFER: usize = 2 * 1024 * 1024;
const SIP: u64 = u64::MAX;
const DATAGRAM_MAX: usize = 65_535;

/// Many telephones.
pub struct Load {
    ear: Ear,
    epoll: OwnedFd,
    sip: UdpSocket,
    local: SocketAddr,
    remote: SocketAddr,
    dialled: String,
    seats: Vec<Seat>,
    stats: Stats,
    talking: usize,
    start: Instant,
    /// Milliseconds since `start` whose slot has been served.
    served: u64,
    turned_at: Instant,
    stood_until: Option<Instant>,
    is_behind: bool,
    is_open: bool,
}

impl Load {
    /// `count` telephones that begin to call `remote` at `rate` a second from now on.
    pub fn new(ear: Ear, remote: SocketAddr, dialled: &str, count: usize, rate: f64) -> io::Result<Load> {
        let sip = UdpSocket::bind((near(remote)?, 0))?;
        sip.set_nonblocking(true)?;
        // The kernel gives what it may; less is no fault, SIP sends again.
        let _ = sockopt::set_socket_recv_buffer_size(&sip, SIP_BUFFER);
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        epoll::add(&epoll, &sip, epoll::EventData::new_u64(SIP), epoll::EventFlags::IN)?;
        let start = Instant::now();
        let mut seats = Vec::with_capacity(count);
        for number in 0..count {
            let rtp = socket(remote)?;
            epoll::add(&epoll, &rtp, epoll::EventData::new_u64(number as u64), epoll::EventFlags::IN)?;
            seats.push(Seat::new(number, rtp, start + Duration::from_secs_f64(number as f64 / rate)));
        }
        Ok(Load {
            ear,
            epoll,
            local: sip.local_addr()?,
            sip,
            remote,
            dialled: dialled.to_owned(),
            seats,
            stats: Stats::default(),
            talking: 0,
            start,
            served: 0,
            turned_at: start,
            stood_until: None,
            is_behind: false,
            is_open: true,
        })
    }

    /// Runs for so long; what was seen in it.
    pub fn run(&mut self, length: Duration) -> io::Result<Stats> {
        self.stats.begin();
        let from = Instant::now();
        self.turned_at = from;
        let mut events = Vec::with_capacity(EVENTS_MAX);
        while from.elapsed() < length {
            self.turn(&mut events)?;
        }
        self.stats.seconds = from.elapsed().as_secs_f64();
        Ok(self.stats.begin())
    }

    /// Hangs up everything; true when every BYE was answered within `patience`.
    pub fn close(&mut self, patience: Duration) -> io::Result<bool> {
        self.is_open = false;
        let until = Instant::now() + patience;
        let mut events = Vec::with_capacity(EVENTS_MAX);
        while Instant::now() < until && self.seats.iter().any(Seat::is_busy) {
            for seat in 0..self.seats.len() {
                let now = Instant::now();
                self.with(seat, |seat, shared| {
                    if seat.is_talking() {
                        seat.hang_up(now, shared)
                    }
                });
            }
            self.turn(&mut events)?;
        }
        Ok(!self.seats.iter().any(Seat::is_busy))
    }

    fn turn(&mut self, events: &mut Vec<epoll::Event>) -> io::Result<()> {
        let now = Instant::now();
        let turned = now.saturating_duration_since(std::mem::replace(&mut self.turned_at, now));
        self.is_behind = turned > LATE;
        if self.is_behind {
            self.stood_until = Some(now);
        }
        self.stats.call_seconds += turned.as_secs_f64() * self.talking as f64;
        let now_ms = now.saturating_duration_since(self.start).as_millis() as u64;
        if now_ms > self.served + BEHIND_MS {
            // Out of breath: to make up for it would leave no time to listen. Those packets are never sent.
            self.stats.skipped += (now_ms - self.served) * self.talking as u64 / SLOTS;
            self.served = now_ms;
        }
        while self.served <= now_ms {
            self.serve(self.served % SLOTS);
            self.served += 1;
        }
        events.clear();
        let next = self.start + Duration::from_millis(self.served);
        let wait = next.saturating_duration_since(Instant::now());
        let wait = Timespec { tv_sec: 0, tv_nsec: i64::from(wait.subsec_nanos()) };
        match epoll::wait(&self.epoll, spare_capacity(events), Some(&wait)) {
            Err(rustix::io::Errno::INTR) | Ok(_) => {}
            Err(errno) => return Err(errno.into()),
        }
        for event in events.iter() {
            match event.data.u64() {
                SIP => self.signals(),
                seat => {
                    let now = Instant::now();
                    self.with(seat as usize, |seat, shared| seat.hear(now, shared));
                }
            }
        }
        Ok(())
    }

    fn serve(&mut self, slot: u64) {
        let due = self.start + Duration::from_millis(self.served);
        for number in (slot as usize..self.seats.len()).step_by(SLOTS as usize) {
            let now = Instant::now();
            let is_late = now.saturating_duration_since(due) > LATE;
            let is_open = self.is_open;
            self.stats.sent_late += u64::from(is_late && self.seats[number].is_talking());
            self.with(number, |seat, shared| seat.tick(now, is_open, shared));
        }
    }

    fn signals(&mut self) {
        let mut bytes = [0; DATAGRAM_MAX];
        while let Ok((length, _)) = self.sip.recv_from(&mut bytes) {
            let Ok(text) = std::str::from_utf8(&bytes[..length]) else { continue };
            let Some(token) = dialer::token(text) else { continue };
            let number = token.split('x').nth(1).and_then(|number| number.parse::<usize>().ok());
            if let Some(number) = number.filter(|number| *number < self.seats.len()) {
                let now = Instant::now();
                self.with(number, |seat, shared| seat.signal(token, text, now, shared));
            }
        }
    }

    fn with(&mut self, number: usize, act: impl FnOnce(&mut Seat, &mut Shared<'_>)) {
        let mut shared = Shared {
            ear: &self.ear,
            sip: &self.sip,
            local: self.local,
            remote: self.remote,
            dialled: &self.dialled,
            stats: &mut self.stats,
            talking: &mut self.talking,
            stood_until: self.stood_until,
            is_behind: self.is_behind,
        };
        act(&mut self.seats[number], &mut shared);
    }
}

/// A socket that does not block, with our room, on the side of `remote`.
pub fn socket(remote: SocketAddr) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind((near(remote)?, 0))?;
    socket.set_nonblocking(true)?;
    let _ = sockopt::set_socket_recv_buffer_size(&socket, BUFFER);
    let _ = sockopt::set_socket_send_buffer_size(&socket, BUFFER);
    Ok(socket)
}

/// Our address as `remote` sees it.
pub fn near(remote: SocketAddr) -> io::Result<IpAddr> {
    let any: IpAddr = if remote.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let probe = UdpSocket::bind((any, 0))?;
    probe.connect(remote)?; // sends nothing: only asks for the route
    Ok(probe.local_addr()?.ip())
}
