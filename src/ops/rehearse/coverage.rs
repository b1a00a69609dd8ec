//! Which ways out of which steps the transcripts have tried, on each channel.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::flow::{Channel, Edge, Library};

/// What was tried.
#[derive(Debug, Default)]
pub struct Coverage {
    tried: BTreeMap<Channel, BTreeSet<Edge>>,
}

impl Coverage {
    /// Adds what one transcript tried on a channel.
    pub fn add(&mut self, channel: Channel, edges: BTreeSet<Edge>) {
        self.tried.entry(channel).or_default().extend(edges);
    }

    /// The ways of one flow on one of its channels: tried, all.
    fn of(&self, library: &Library, flow: &str, channel: Channel) -> (usize, usize) {
        let all = library.edges_on(flow, channel);
        (all.iter().filter(|edge| self.has(channel, edge)).count(), all.len())
    }

    fn has(&self, channel: Channel, edge: &Edge) -> bool {
        self.tried.get(&channel).is_some_and(|tried| tried.contains(edge))
    }

    /// Every way that was tried nowhere, or not on every channel of its flow, in a coordinator's words.
    pub fn missing(&self, library: &Library) -> Vec<String> {
        let edges = library.names().flat_map(|flow| library.edges(flow));
        edges.filter_map(|edge| self.lacks(library, &edge)).collect()
    }

    fn lacks(&self, library: &Library, edge: &Edge) -> Option<String> {
        let channels: Vec<Channel> = library.channels(&edge.flow).to_vec();
        let channels = channels.into_iter().filter(|channel| library.edges_on(&edge.flow, *channel).contains(edge));
        let channels: Vec<Channel> = channels.collect();
        let lacking: Vec<&str> =
            channels.iter().filter(|channel| !self.has(**channel, edge)).map(|channel| by(*channel)).collect();
        let everywhere = lacking.len() == channels.len();
        let whereabouts = if everywhere { String::new() } else { format!(" ({})", lacking.join(", ")) };
        (!lacking.is_empty()).then(|| format!("{} : {} n'est jamais essayée{whereabouts}", edge.flow, edge.told()))
    }

    /// A row for each flow: ways tried, of all, on each of its channels.
    pub fn table(&self, library: &Library) -> String {
        let mut table = String::from("Issues essayées, sur toutes celles du parcours :\n");
        for flow in library.names() {
            let cell = |channel: &Channel| {
                let (tried, all) = self.of(library, flow, *channel);
                format!("{:<22}", format!("{} {tried}/{all}", by(*channel)))
            };
            let cells: String = library.channels(flow).iter().map(cell).collect();
            // Writing to a string does not fail.
            let _ = writeln!(table, "  {flow:<14} {}", cells.trim_end());
        }
        table
    }
}

/// How it is talked on.
pub(super) fn by(channel: Channel) -> &'static str {
    match channel {
        Channel::Call => "au téléphone",
        Channel::Sms => "par SMS",
        Channel::Terminal => "au terminal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::tests::library;

    #[test]
    fn a_flow_tried_by_half_names_what_is_missing_and_where() {
        let mut coverage = Coverage::default();
        let all = library().edges("resume");
        let (gone, rest): (BTreeSet<Edge>, BTreeSet<Edge>) = all.into_iter().partition(|edge| edge.exit == "gone");
        let number = rest.len();
        coverage.add(Channel::Call, rest.clone());
        coverage.add(Channel::Sms, rest.clone());
        coverage.add(Channel::Terminal, rest);
        let of = |coverage: &Coverage, channel| coverage.of(library(), "resume", channel);
        assert_eq!(of(&coverage, Channel::Call), (number, number + 1));
        let missing = |coverage: &Coverage| {
            let missing = coverage.missing(library()).into_iter();
            missing.filter(|line| line.starts_with("resume")).collect::<Vec<_>>()
        };
        assert_eq!(missing(&coverage), ["resume : l'étape `take_up`, issue `gone` n'est jamais essayée"]);
        coverage.add(Channel::Call, gone.clone());
        coverage.add(Channel::Sms, gone.clone());
        assert_eq!(missing(&coverage), ["resume : l'étape `take_up`, issue `gone` n'est jamais essayée (au terminal)"]);
        coverage.add(Channel::Terminal, gone);
        assert!(missing(&coverage).is_empty());
        assert!(coverage.table(library()).contains(&format!("au terminal {}/{}", number + 1, number + 1)));
    }
}
