//! Cores, limits, and what the kernel says of a process.

use std::io;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// `/proc/PID/stat` counts in hundredths of a second on every Linux (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

/// Keeps this thread, and what it starts, on these cores.
pub fn pin(cores: &[usize]) -> io::Result<()> {
    let mut set = CpuSet::new();
    cores.iter().for_each(|core| set.set(*core));
    Ok(sched_setaffinity(None, &set)?)
}

/// The cores we may use.
pub fn cores() -> io::Result<Vec<usize>> {
    let set = sched_getaffinity(None)?;
    Ok((0..CpuSet::MAX_CPU).filter(|core| set.is_set(*core)).collect())
}

/// Allows as many open files as the system lets us; how many that is.
pub fn raise_files() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).is_ok() {
        return maximum.unwrap_or(u64::MAX);
    }
    current.unwrap_or(u64::MAX)
}

/// What a process has used so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    /// In the program and in the kernel for it.
    pub cpu: Duration,
    /// Resident memory, bytes.
    pub resident: u64,
}

/// Of a running process.
pub fn used(pid: u32) -> io::Result<Used> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    parse_used(&stat, &status).ok_or_else(|| io::Error::other(format!("/proc/{pid}/stat is not as proc(5) says")))
}

fn parse_used(stat: &str, status: &str) -> Option<Used> {
    // The name may hold spaces and parentheses: count from the last one (proc(5): utime is field 14, stime 15).
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks: u32 = fields.next()?.parse::<u32>().ok()? + fields.next()?.parse::<u32>().ok()?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = resident.split_whitespace().next()?.parse().ok()?;
    Some(Used { cpu: TICK * ticks, resident: kib * 1024 })
}

/// CPU time of this thread, to the nanosecond.
pub fn thread_time() -> io::Result<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let ns = text.split(' ').next().and_then(|ns| ns.parse().ok());
    ns.map(Duration::from_nanos).ok_or_else(|| io::Error::other("/proc/thread-self/schedstat holds no time"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_name_with_parentheses_does_not_shift_the_fields() {
        let stat = "7 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 1 0 0 0 0";
        let used = parse_used(stat, "Name:\tx\nVmRSS:\t    2048 kB\n").unwrap();
        assert_eq!((used.cpu, used.resident), (Duration::from_secs(3), 2 << 20));
    }

    #[test]
    fn our_own_use_is_read() {
        assert!(used(std::process::id()).unwrap().resident > 0);
    }
}
