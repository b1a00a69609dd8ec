//! How many went which way, on the map of the version they went in.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::graph::{Edge, Graph, Kind};

/// What was counted of one flow in one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// From this day on.
    pub since: Date,
    /// The version of the flows, as [`Library::version`](super::Library::version) names it.
    pub version: String,
    /// How often a step was left by an exit, by `(step, exit)`: the key of a menu, `goto`, an outcome, the goal of a called
    /// flow, `on-failure`, `end`; `("", "start")` where it was entered.
    pub passed: BTreeMap<(String, String), u64>,
}

/// A step that so many of a hundred leave by hanging up is marked: it is the first to be looked at.
pub(super) const MARKED: u64 = 10;
/// Fewer are chance.
const MARKED_MIN: u64 = 5;

/// What is written in a box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Through {
    pub came: u64,
    /// 0, or no answer, where the map has no line for it: to a person, or the flow's last resort.
    pub to_person: u64,
    /// Neither left nor ended: they hung up, or are still there.
    pub lost: u64,
}

impl Through {
    /// Of a hundred that came.
    pub(super) fn lost_percent(self) -> u64 {
        (self.lost * 200 + self.came) / (self.came * 2).max(1)
    }

    pub(super) fn is_marked(self) -> bool {
        self.lost >= MARKED_MIN && self.lost * 100 >= self.came * MARKED
    }
}

/// The counts of a graph, box by box and line by line.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    pub since: Date,
    pub version: String,
    pub nodes: Vec<Through>,
    /// By outcome, in the order of the edge's own.
    pub edges: Vec<Vec<u64>>,
    /// Of any line.
    pub most: u64,
}

impl Tally {
    pub(super) fn new(graph: &Graph, counts: &Counts) -> Self {
        let of = |step: &str, exit: &str| {
            counts.passed.get(&(step.to_owned(), exit.to_owned())).copied().unwrap_or_default()
        };
        let edge = |edge: &Edge| -> Vec<u64> {
            let from = &graph.nodes[edge.from].step;
            edge.outcomes.iter().map(|exit| of(from, exit)).collect()
        };
        let mut tally = Self {
            since: counts.since,
            version: counts.version.clone(),
            nodes: Vec::new(),
            edges: graph.edges.iter().map(edge).collect(),
            most: 0,
        };
        tally.resort(graph, counts);
        tally.nodes = (0..graph.nodes.len()).map(|at| tally.through(graph, counts, at)).collect();
        tally.enter(graph);
        tally.most = (0..tally.edges.len()).map(|at| tally.passed(at)).max().unwrap_or_default();
        tally
    }

    /// The line from "0, or no answer" to the flow's own last resort: all that took none that is drawn.
    fn resort(&mut self, graph: &Graph, counts: &Counts) {
        let is_entry = |edge: &Edge| graph.nodes[edge.from].step.is_empty() && edge.is_failure;
        let Some(at) = graph.edges.iter().position(is_entry) else { return };
        let is_drawn = |step: &str| {
            graph.edges.iter().any(|edge| {
                graph.nodes[edge.from].step == step && edge.outcomes.iter().any(|exit| exit == "on-failure")
            })
        };
        let all = counts.passed.iter().filter(|((step, exit), _)| exit == "on-failure" && !is_drawn(step));
        self.edges[at] = vec![all.map(|(_, passed)| passed).sum()];
    }

    /// By all outcomes of a line.
    pub(super) fn passed(&self, edge: usize) -> u64 {
        self.edges[edge].iter().sum()
    }

    fn through(&self, graph: &Graph, counts: &Counts, at: usize) -> Through {
        let node = &graph.nodes[at];
        let into = |edge: &(usize, &Edge)| edge.1.to == at;
        let came_in: u64 = graph.edges.iter().enumerate().filter(into).map(|(edge, _)| self.passed(edge)).sum();
        let exits = counts.passed.iter().filter(|((step, _), _)| !node.step.is_empty() && *step == node.step);
        let (mut left, mut to_person) = (0, 0);
        for ((_, exit), passed) in exits {
            left += passed;
            let is_drawn = graph.edges.iter().any(|edge| edge.from == at && edge.outcomes.contains(exit));
            to_person += if exit == "on-failure" && !is_drawn { *passed } else { 0 };
        }
        // Where a flow is entered, its own count may be missing: then those who left are all that is known.
        let came = came_in.max(left);
        let ends = node.takes_up || node.goal.is_some() || matches!(node.kind, Kind::Goal | Kind::Person | Kind::Entry);
        Through { came, to_person, lost: if ends { 0 } else { came - left } }
    }

    /// The lines from the entries: as many as came and came from nowhere else.
    fn enter(&mut self, graph: &Graph) {
        for (at, edge) in graph.edges.iter().enumerate() {
            if !graph.nodes[edge.from].step.is_empty() || edge.is_failure {
                continue;
            }
            let others = graph.edges.iter().enumerate().filter(|(other, own)| *other != at && own.to == edge.to);
            let others: u64 = others.map(|(other, _)| self.passed(other)).sum();
            let entered = self.passed(at).max(self.nodes[edge.to].came.saturating_sub(others));
            self.edges[at] = vec![entered];
            self.nodes[edge.from].came = entered;
        }
    }
}

/// "12 345", with spaces that do not break.
pub(super) fn number(count: u64) -> String {
    let digits = count.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join("\u{a0}")
}

/// "1er novembre 2026"
pub(super) fn day(day: Date) -> String {
    const MONTHS: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    let month = usize::try_from(day.month() - 1).ok().and_then(|at| MONTHS.get(at)).unwrap_or(&"");
    let first = if day.day() == 1 { "er" } else { "" };
    format!("{}{first}\u{a0}{month} {}", day.day(), day.year())
}
