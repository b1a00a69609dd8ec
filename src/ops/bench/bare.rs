//! The socket limit: the same sockets and packets with nothing behind them. What the kernel alone costs here, today.
//!
//! Two loops alike, one on the line's core and one on ours, each with a connected socket a call: every 20 ms a socket
//! is read once and written once. No epoll, no timer, no thought: a server cannot be cheaper without batching.

use std::io;
use std::net::UdpSocket;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use super::core::{pin, thread_time};
use super::load::socket;

const SLOTS: usize = 20;
/// Header and 20 ms of G.711.
const PACKET: [u8; 172] = [0xD5; 172];
/// A packet comes in for each that goes out; a second read only when one came late.
const READS_MAX: usize = 2;

/// What a loop has seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bare {
    /// CPU microseconds of the loop per call and second.
    pub us_per_call_second: f64,
    /// Packets a second and call that came in: 50 when the loop kept up.
    pub heard: f64,
}

/// Both loops for so long; the one on the line's core first.
pub fn run(calls: usize, cores: (usize, &[usize]), length: Duration) -> io::Result<(Bare, Bare)> {
    let (mut theirs, mut ours) = (Vec::with_capacity(calls), Vec::with_capacity(calls));
    let home = (std::net::Ipv4Addr::LOCALHOST, 0).into();
    for _ in 0..calls {
        let (a, b) = (socket(home)?, socket(home)?);
        a.connect(b.local_addr()?)?;
        b.connect(a.local_addr()?)?;
        theirs.push(a);
        ours.push(b);
    }
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let far = scope.spawn(|| -> io::Result<Bare> {
            pin(&[cores.0])?;
            pace(&theirs, length, &is_over)
        });
        let near = scope.spawn(|| -> io::Result<Bare> {
            pin(cores.1)?;
            pace(&ours, length * 2, &is_over)
        });
        let far = far.join().map_err(|_| io::Error::other("the bare loop ended early"));
        is_over.store(true, Relaxed);
        let near = near.join().map_err(|_| io::Error::other("the bare loop ended early"));
        Ok((far??, near??))
    })
}

fn pace(sockets: &[UdpSocket], length: Duration, is_over: &AtomicBool) -> io::Result<Bare> {
    let (start, from) = (Instant::now(), thread_time()?);
    let (mut served, mut heard, mut bytes) = (0, 0u64, [0; 256]);
    while start.elapsed() < length && !is_over.load(Relaxed) {
        while start + Duration::from_millis(served) <= Instant::now() {
            for socket in sockets.iter().skip(served as usize % SLOTS).step_by(SLOTS) {
                for _ in 0..READS_MAX {
                    if socket.recv(&mut bytes).is_err() {
                        break;
                    }
                    heard += 1;
                }
                let _ = socket.send(&PACKET); // a full buffer shows as a packet not heard
            }
            served += 1;
        }
        let next = start + Duration::from_millis(served);
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    let call_seconds = start.elapsed().as_secs_f64() * sockets.len().max(1) as f64;
    let us = (thread_time()? - from).as_secs_f64() * 1e6;
    Ok(Bare { us_per_call_second: us / call_seconds, heard: heard as f64 / call_seconds })
}
