//! Short calls as fast as the line takes them: INVITE, 200, ACK, BYE, 200; a fixed number under way.

use std::collections::BTreeMap;
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use super::load::{near, socket};
use crate::ops::dialer::{self, Dial, Dialer, Out};

/// Calls under way at once.
pub const WINDOW: usize = 64;
/// Retransmissions are looked for this often.
const LOOK: Duration = Duration::from_millis(50);
const DATAGRAM_MAX: usize = 65_535;

/// What the rush has seen.
#[derive(Clone, Debug, Default)]
pub struct Rush {
    /// Calls set up, acknowledged, ended and answered.
    pub calls: u64,
    /// By status; 0 is no answer at all.
    pub failures: BTreeMap<u16, u64>,
    /// Requests that had to be sent again: on loopback, the line did not keep up.
    pub again: u64,
    /// How long it took.
    pub seconds: f64,
}

/// One place of the window.
struct Place {
    serial: u64,
    dialer: Dialer,
}

struct Runner<'a> {
    sip: UdpSocket,
    /// Where the line's sound goes: the first packets of each call, read by nobody.
    sink: SocketAddr,
    remote: SocketAddr,
    dialled: &'a str,
    serial: u64,
    rush: Rush,
}

/// Rushes for so long.
pub fn run(remote: SocketAddr, dialled: &str, length: Duration) -> io::Result<Rush> {
    let sip = UdpSocket::bind((near(remote)?, 0))?;
    sip.set_read_timeout(Some(LOOK))?;
    let sink = socket(remote)?;
    let sink_address = sink.local_addr()?;
    let mut runner = Runner { sip, sink: sink_address, remote, dialled, serial: 0, rush: Rush::default() };
    let from = Instant::now();
    let mut places = Vec::with_capacity(WINDOW);
    for number in 0..WINDOW {
        places.push(runner.dial(number)?);
    }
    let (mut looked_at, mut bytes) = (from, [0; DATAGRAM_MAX]);
    while from.elapsed() < length {
        if let Ok((length, _)) = runner.sip.recv_from(&mut bytes) {
            runner.take(&mut places, &bytes[..length])?;
        }
        let now = Instant::now();
        if now.saturating_duration_since(looked_at) >= LOOK {
            looked_at = now;
            for (number, place) in places.iter_mut().enumerate() {
                if place.dialer.deadline().is_some_and(|at| at <= now) {
                    let out = place.dialer.timer(now);
                    runner.rush.again += u64::from(out.iter().any(|out| matches!(out, Out::Send(_))));
                    runner.carry_out(place, number, out)?;
                }
            }
        }
    }
    runner.rush.seconds = from.elapsed().as_secs_f64();
    Ok(runner.rush)
}

impl Runner<'_> {
    fn dial(&mut self, number: usize) -> io::Result<Place> {
        self.serial += 1;
        let dial = Dial {
            token: format!("r{}x{number}x{}", std::process::id(), self.serial),
            local: self.sip.local_addr()?,
            remote: self.remote,
            from: Some(format!("026191{:04}", self.serial % 10_000)),
            to: self.dialled.to_owned(),
            rtp: self.sink,
            dtmf: 101,
            ptime_ms: 20,
            acks: true,
        };
        let (dialer, out) = Dialer::call(dial, Instant::now());
        let mut place = Place { serial: self.serial, dialer };
        self.carry_out(&mut place, number, out)?;
        Ok(place)
    }

    fn take(&mut self, places: &mut [Place], bytes: &[u8]) -> io::Result<()> {
        let Ok(text) = std::str::from_utf8(bytes) else { return Ok(()) };
        let Some(token) = dialer::token(text) else { return Ok(()) };
        let mut numbers = token.split('x').skip(1).map(str::parse::<u64>);
        let (Some(Ok(number)), Some(Ok(serial))) = (numbers.next(), numbers.next()) else { return Ok(()) };
        let Some(place) = places.get_mut(number as usize).filter(|place| place.serial == serial) else { return Ok(()) };
        let out = place.dialer.receive(text, Instant::now());
        self.carry_out(place, number as usize, out)
    }

    fn carry_out(&mut self, place: &mut Place, number: usize, out: Vec<Out>) -> io::Result<()> {
        for out in out {
            let end = match out {
                Out::Send(text) => {
                    self.sip.send_to(text.as_bytes(), self.remote)?;
                    continue;
                }
                Out::Ringing => continue,
                Out::Answered(_) => {
                    let bye = place.dialer.hang_up(Instant::now());
                    self.carry_out(place, number, bye)?;
                    continue;
                }
                Out::Ended(_) => None,
                Out::Refused(status) => Some(status),
                Out::Failed(_) => Some(0),
            };
            match end {
                None => self.rush.calls += 1,
                Some(status) => *self.rush.failures.entry(status).or_default() += 1,
            }
            *place = self.dial(number)?;
        }
        Ok(())
    }
}
