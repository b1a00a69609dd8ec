//! `ligne flow explore`: every scope of [`crate::flow::explore`], with the time it took.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Instant;

use crate::flow::Library;
use crate::flow::explore::{INVARIANTS, Limits, Violation, explore, scopes};

/// Explores all scopes and tells what came of it; what is wrong, when something is.
pub fn all(library: &Library, flow: &str, with_ways: bool, mut out: impl Write) -> std::io::Result<Option<Violation>> {
    let began = Instant::now();
    let (mut states, mut limits, mut ways) = (0, Limits::default(), BTreeMap::<String, String>::new());
    writeln!(out, "flow `{flow}`, flows {}", library.version())?;
    for scope in scopes() {
        let scope_began = Instant::now();
        if !library.has(scope.flow) {
            writeln!(out, "  {:<52} no flow `{}`", scope.name, scope.flow)?;
            continue;
        }
        let found = match explore(library, &scope) {
            Ok(found) => found,
            Err(violation) => {
                write!(out, "\n{}", violation.transcript)?;
                let what = format!("{}: {}", scope.name, violation.what);
                return Ok(Some(Violation { what, ..violation }));
            }
        };
        let seconds = scope_began.elapsed().as_secs_f64();
        let (name, calls) = (scope.name, found.calls);
        let Limits { any, unanswering, zero } = found.limits;
        let ends = if any == 0 { String::new() } else { format!(", ends after {any}/{unanswering}/{zero}") };
        writeln!(out, "  {name:<52} {:>9} states, {calls:>6} of a call, {seconds:>6.2} s{ends}", found.states)?;
        out.flush()?;
        states += found.states;
        limits = Limits {
            any: limits.any.max(found.limits.any),
            unanswering: limits.unanswering.max(found.limits.unanswering),
            zero: limits.zero.max(found.limits.zero),
        };
        for (goal, way) in found.ways {
            let known = ways.entry(goal).or_insert_with(|| way.clone());
            // The one with fewest lines, of the first scope.
            if way.lines().count() < known.lines().count() {
                *known = way;
            }
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    let a_second = f64::from(u32::try_from(states).unwrap_or(u32::MAX)) / seconds.max(0.001);
    writeln!(out, "{states} states in {seconds:.1} s on one core: {a_second:.0} a second. In each of them:")?;
    for invariant in INVARIANTS {
        writeln!(out, "  · {invariant}")?;
    }
    let Limits { any, unanswering, zero } = limits;
    writeln!(
        out,
        "A call ends after {any} answers at most; after {unanswering} when none fits its question; after {zero} times 0."
    )?;
    let goals: Vec<&str> = ways.keys().map(String::as_str).collect();
    writeln!(out, "Goals reached: {}", goals.join(", "))?;
    if with_ways {
        for (goal, way) in &ways {
            write!(out, "\n# a shortest way to {goal}\n{way}")?;
        }
    }
    Ok(None)
}
