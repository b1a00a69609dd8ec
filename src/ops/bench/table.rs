//! The figures, beside the socket limit of the same run, the peers' and the aim.

use std::fmt::Write;

use super::Measured;
use super::rush::WINDOW;
use super::stats::percentile;

/// Asterisk 22 and FreeSWITCH 1.10, measured by us on one core with this workload; the aim of this line.
const PEERS: [(&str, [&str; 3]); 5] = [
    ("calls at once", ["about 360", "about 300", "≥ 1,000"]),
    ("CPU µs per call-second", ["2,100–2,400", "2,500–2,900", "≤ 600"]),
    ("key → prompt, p50 ms", ["0.7", "31", "≤ 1"]),
    ("key → prompt, p99 ms", ["2", "42", "≤ 5"]),
    ("short calls a second", ["1,000", "250", "≥ 1,500"]),
];

/// The whole report.
pub fn print(measured: &Measured) -> String {
    let Measured { load, rush, bare, .. } = measured;
    let ms = |us: u32| format!("{:.2}", f64::from(us) / 1e3);
    let cpu = measured.cpu_per_call_second();
    let ours = [
        format!("{:.0}", load.at_once()),
        cpu.map_or("unknown".to_owned(), |us| format!("{us:.0}")),
        ms(percentile(&load.flow_us, 50)),
        ms(percentile(&load.flow_us, 99)),
        rush.as_ref().map_or("not run".to_owned(), |rush| format!("{:.0}", rush.calls as f64 / rush.seconds)),
    ];
    let limit = format!("{:.0}", bare.0.us_per_call_second);
    let ratio = cpu.map_or(String::new(), |us| format!("{:.1} ×", us / bare.0.us_per_call_second));
    let mut out = row("", ["this line", "bare sockets", "ratio", "Asterisk 22", "FreeSWITCH 1.10", "aim"]);
    for ((name, [asterisk, freeswitch, aim]), ours) in PEERS.iter().zip(&ours) {
        let is_cpu = name.starts_with("CPU");
        let (limit, ratio) = if is_cpu { (limit.as_str(), ratio.as_str()) } else { ("", "") };
        out += &row(name, [ours, limit, ratio, asterisk, freeswitch, aim]);
    }
    out + &details(measured)
}

fn row(name: &str, cells: [&str; 6]) -> String {
    let [ours, bare, ratio, asterisk, freeswitch, aim] = cells;
    format!("{name:<24}{ours:>12}{bare:>14}{ratio:>8}{asterisk:>14}{freeswitch:>17}{aim:>10}\n")
}

fn details(measured: &Measured) -> String {
    let Measured { load, rush, bare, used, .. } = measured;
    let mut out = String::from("\n");
    let mut line = |name: &str, text: String| {
        // Writing to a String does not fail.
        let _ = writeln!(out, "{name:<24}{text}");
    };
    line("asked for", format!("{} calls at once for {:.0} s", measured.calls, load.seconds));
    if let Some((from, to)) = used {
        let share = (to.cpu.saturating_sub(from.cpu)).as_secs_f64() / load.seconds * 100.0;
        line("the line used", format!("{share:.0} % of its core, {} MiB at the end", to.resident >> 20));
    }
    let own = measured.own_cpu.as_secs_f64() / load.seconds * 100.0;
    line("the generator used", format!("{own:.0} % of a core"));
    let (flow, store) = (&load.flow_us, &load.store_us);
    let spread = |us: &[u32]| {
        let [p50, p99, worst] = [50, 99, 100].map(|percent| f64::from(percentile(us, percent)) / 1e3);
        format!("p50 {p50:.2} ms, p99 {p99:.2} ms, worst {worst:.1} ms of {} keys", us.len())
    };
    line("answers without store", spread(flow));
    line("answers from the store", spread(store));
    line("across our own pauses", spread(&load.doubtful_us));
    line("keys without a prompt", load.keys_unanswered.to_string());
    let per_million = |count: u64| count as f64 * 1e6 / load.packets_in.max(1) as f64;
    line(
        "late packets heard",
        format!(
            "{} after a gap over 25 ms ({:.0} in a million), {} of them over 45 ms; {} more while we stood still; {} missing",
            load.gaps,
            per_million(load.gaps),
            load.long_gaps,
            load.gaps_of_ours,
            load.missing
        ),
    );
    line("packets", format!("{} heard, {} sent, {} unsent", load.packets_in, load.packets_out, load.unsent));
    line(
        "our own late packets",
        format!("{} sent more than 5 ms after their time, {} not at all", load.sent_late, load.skipped),
    );
    line(
        "calls",
        format!(
            "{} placed, {} answered; ended by the line: {} booked, {} known, {} call-back, {} other; \
             {} times a place was gone meanwhile",
            load.placed, load.answered, load.booked, load.known, load.called_back, load.other, load.taken
        ),
    );
    line(
        "failures",
        format!("{:?} by status, {} unanswered, {} lost their way", load.statuses, load.unanswered, load.lost),
    );
    if let Some(rush) = rush {
        let cpu = measured.rush_cpu_us().map_or(String::new(), |us| format!(", {us:.0} µs of CPU each"));
        line(
            "short calls",
            format!(
                "{} in {:.1} s, {WINDOW} at once{cpu}; failures by status: {:?}; {} requests sent again",
                rush.calls, rush.seconds, rush.failures, rush.again
            ),
        );
    }
    line(
        "bare sockets",
        format!(
            "{:.1} packets heard a second and call (50 is all); on our core {:.0} µs",
            bare.0.heard, bare.1.us_per_call_second
        ),
    );
    out
}
