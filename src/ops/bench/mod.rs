//! `ligne bench calls`: whole calls against a running line, over real sockets, beside what bare sockets cost.
//!
//! Three measures in one run, one after the other: the load (`load`), the rush (`rush`), the socket limit (`bare`).
//! The line has a core for itself and the generator another; what the generator does late is counted apart, for a
//! generator out of breath must not be the line's fault.

mod bare;
mod child;
mod core;
mod ear;
mod load;
mod rush;
mod seat;
mod stats;
mod table;
mod walk;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;

use bare::Bare;
use ear::Ear;
use load::Load;
use rush::Rush;
use stats::Stats;

use crate::config::Config;
use crate::media::Sounds;

/// Calls begun a second until all stand.
const RAMP: f64 = 100.0;
/// After the last call began, until the measure.
const SETTLE: Duration = Duration::from_secs(5);
/// The limit is flat: more time does not change it.
const BARE: Duration = Duration::from_secs(5);
/// For the last BYE.
const CLOSING: Duration = Duration::from_secs(10);
/// A generator that sends more than this share of its packets late measures itself.
const OWN_LATE_MAX: f64 = 0.001;

/// What to measure.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Telephones.
    pub calls: usize,
    /// How long the load is measured.
    pub length: Duration,
    /// How long the rush takes; zero is none.
    pub rush: Duration,
    /// A line that runs already, instead of one of our own.
    pub against: Option<SocketAddr>,
    /// Its process, for the CPU time.
    pub pid: Option<u32>,
    /// The core of the line.
    pub core: usize,
    /// The number dialled.
    pub dialled: String,
}

/// Everything that was measured.
#[derive(Debug)]
struct Measured {
    calls: usize,
    load: Stats,
    /// The line's use at the beginning and the end of the load.
    used: Option<(core::Used, core::Used)>,
    own_cpu: Duration,
    rush: Option<Rush>,
    rush_cpu: Option<Duration>,
    bare: (Bare, Bare),
}

impl Measured {
    fn cpu_per_call_second(&self) -> Option<f64> {
        let (from, to) = self.used?;
        let us = to.cpu.saturating_sub(from.cpu).as_secs_f64() * 1e6;
        (self.load.call_seconds > 0.0).then(|| us / self.load.call_seconds)
    }

    fn rush_cpu_us(&self) -> Option<f64> {
        let calls = self.rush.as_ref()?.calls;
        (calls > 0).then_some(self.rush_cpu?.as_secs_f64() * 1e6 / calls as f64)
    }
}

/// Measures and prints. An error says why nothing could be measured.
pub fn calls(config: &Config, sounds: &Sounds, settings: &Settings) -> anyhow::Result<()> {
    let ear = Ear::new(sounds, walk::knows);
    anyhow::ensure!(!ear.is_empty(), "{}: no sentence of the walk is recorded there", config.prompts.display());
    let files = core::raise_files();
    let wanted = 3 * settings.calls as u64 + 200; // the line takes two a call, the bare loops two, we one
    anyhow::ensure!(files >= wanted, "{files} open files allowed, {wanted} wanted: run `ulimit -n {wanted}` as root");
    let cores = core::cores()?;
    anyhow::ensure!(cores.contains(&settings.core), "--core {}: we may use {cores:?}", settings.core);
    let mut others: Vec<usize> = cores.into_iter().filter(|core| *core != settings.core).collect();
    if others.is_empty() {
        eprintln!("one core only: the generator shares it with the line, and the figures say so little");
        others.push(settings.core);
    }
    let line = match settings.against {
        None => Some(child::Line::start(config, settings.core, settings.calls)?),
        Some(_) => None,
    };
    let pid = line.as_ref().map(child::Line::pid).or(settings.pid);
    let remote = settings.against.or(line.as_ref().map(|line| line.address)).context("a line to call")?;
    core::pin(&others)?;
    anyhow::ensure!(
        child::is_up(remote, Duration::from_secs(2))?,
        "{remote}: no answer to OPTIONS; does the line run?"
    );
    let used = || pid.map(core::used).transpose();

    let mut load = Load::new(ear, remote, &settings.dialled, settings.calls, RAMP)?;
    let ramp = Duration::from_secs_f64(settings.calls as f64 / RAMP) + SETTLE;
    eprintln!("{} calls to {remote} within {:.0} s …", settings.calls, ramp.as_secs_f64());
    load.run(ramp)?;
    eprintln!("measuring for {:.0} s …", settings.length.as_secs_f64());
    let (from, own) = (used()?, core::thread_time()?);
    let seen = load.run(settings.length)?;
    let (to, own_cpu) = (used()?, core::thread_time()? - own);
    if !load.close(CLOSING)? {
        eprintln!("some BYE had no answer within {CLOSING:?}");
    }
    drop(load);

    let from_rush = used()?;
    let rush = match settings.rush {
        Duration::ZERO => None,
        length => Some(rush::run(remote, &settings.dialled, length)?),
    };
    let rush_cpu = used()?.zip(from_rush).map(|(to, from)| to.cpu.saturating_sub(from.cpu));
    drop(line);
    let bare = bare::run(settings.calls, (settings.core, &others), BARE)?;
    let measured = Measured { calls: settings.calls, load: seen, used: from.zip(to), own_cpu, rush, rush_cpu, bare };
    print!("{}", table::print(&measured));
    judge(&measured)
}

/// Figures that mean nothing are no success.
fn judge(measured: &Measured) -> anyhow::Result<()> {
    let load = &measured.load;
    let own_late = (load.sent_late + load.skipped) as f64 / load.packets_out.max(1) as f64;
    if own_late > OWN_LATE_MAX {
        eprintln!(
            "the generator was late with {:.2} % of its packets: give it more cores, or fewer calls",
            own_late * 100.0
        );
    }
    anyhow::ensure!(load.packets_in > 0, "not one packet was heard: nothing was measured");
    anyhow::ensure!(
        load.at_once() >= 0.95 * measured.calls as f64,
        "{:.0} calls stood at once in the mean, {} were asked for: the line does not carry them",
        load.at_once(),
        measured.calls
    );
    Ok(())
}
