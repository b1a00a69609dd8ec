//! A line of our own to measure: this program again, in a folder of its own, on one core.

use std::io::{self, BufRead, BufReader};
use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};

use super::core::pin;
use super::load::near;
use crate::config::Config;
use crate::ops::dialer;

/// It reads 3,000 recordings and makes a store before it answers.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two questions whether it is up.
const ASK: Duration = Duration::from_millis(200);
/// Below the ports the system hands out by itself (32768 on), so that our own sockets are not in its way.
const FIRST_PORT: u16 = 10_000;
const LAST_PORT: usize = 32_766;

/// A line that was started; it ends with this value.
#[derive(Debug)]
pub struct Line {
    child: Child,
    folder: PathBuf,
    /// Where it answers SIP.
    pub address: SocketAddr,
}

impl Line {
    /// Starts it on `core`, for `calls` calls at once, with the flows and recordings of `config`.
    pub fn start(config: &Config, core: usize, calls: usize) -> anyhow::Result<Line> {
        let folder = std::env::temp_dir().join(format!("ligne-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let settings = folder.join("ligne.toml");
        std::fs::write(&settings, toml(config, &folder, calls)?)?;
        // Logs as it does by default: what an operator pays for, the measure pays for.
        let log = std::fs::File::create(folder.join("log"))?;
        let program = std::env::current_exe()?;
        // A child inherits the cores of the thread that starts it.
        let started = std::thread::scope(|scope| {
            let spawn = || -> io::Result<Child> {
                pin(&[core])?;
                let mut command = Command::new(program);
                command.arg("--config").arg(&settings).arg("run");
                command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn()
            };
            scope.spawn(spawn).join()
        });
        let child = started.map_err(|_| anyhow::anyhow!("the thread that starts the line ended early"))??;
        let mut line = Line { child, folder, address: SocketAddr::from(([127, 0, 0, 1], 0)) };
        line.address = line.wait_up()?;
        Ok(line)
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its first line says where it answers; then it does, or it has ended with a reason.
    fn wait_up(&mut self) -> anyhow::Result<SocketAddr> {
        let mut said = String::new();
        // Lent, not taken: closed under a line that still has something to say, it would end the line.
        let stdout = self.child.stdout.as_mut().context("the child's standard output is piped")?;
        BufReader::new(stdout).read_line(&mut said)?;
        let address = said.trim_end().strip_prefix("SIP udp+tcp ").and_then(|address| address.parse().ok());
        let until = Instant::now() + PATIENCE;
        loop {
            let Some(address) = address.filter(|_| self.child.try_wait().is_ok_and(|ended| ended.is_none())) else {
                let _ = self.child.wait();
                let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                bail!("the line ended before it answered:\n{log}");
            };
            if is_up(address, ASK)? {
                return Ok(address);
            }
            anyhow::ensure!(Instant::now() < until, "{address}: no answer to OPTIONS within {PATIENCE:?}");
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        // Twice: at the first it would let calls finish, at the second it hangs up.
        for _ in 0..2 {
            let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        }
        let until = Instant::now() + Duration::from_secs(3);
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Whether OPTIONS gets any answer within `patience` (G9).
pub fn is_up(remote: SocketAddr, patience: Duration) -> io::Result<bool> {
    let socket = UdpSocket::bind((near(remote)?, 0))?;
    let token = format!("o{}x{}", std::process::id(), socket.local_addr()?.port());
    socket.send_to(dialer::options(&token, socket.local_addr()?, remote).as_bytes(), remote)?;
    socket.set_read_timeout(Some(patience))?;
    let mut bytes = [0; 4096];
    Ok(socket.recv_from(&mut bytes).is_ok_and(|(length, _)| bytes[..length].starts_with(b"SIP/2.0 ")))
}

fn toml(config: &Config, folder: &Path, calls: usize) -> anyhow::Result<String> {
    let room = calls + calls / 4 + 64;
    let last = usize::from(FIRST_PORT) + 2 * room - 1;
    anyhow::ensure!(last <= LAST_PORT, "--calls {calls}: too many for the ports {FIRST_PORT}–{LAST_PORT}");
    Ok(format!(
        "data = {:?}\nflows = {:?}\nprompts = {:?}\n[sip]\nlisten = \"127.0.0.1:0\"\ncalls = {room}\n\
         [media]\nfirst_port = {FIRST_PORT}\nlast_port = {last}\nthreads = 1\n[line]\nflow = {:?}\n",
        folder.join("data"),
        std::path::absolute(&config.flows)?,
        std::path::absolute(&config.prompts)?,
        config.line.flow,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_of_the_child_are_ones_it_reads() {
        let text = toml(&Config::default(), Path::new("/x y"), 1_000).unwrap();
        let config = Config::parse(&text).unwrap();
        assert_eq!((config.sip.calls, config.media.last_port), (1_314, 12_627));
        assert!(config.flows.is_absolute() && config.data.ends_with("data"));
    }

    #[test]
    fn more_calls_than_ports_are_refused() {
        assert!(toml(&Config::default(), Path::new("/x"), 20_000).is_err());
    }
}
