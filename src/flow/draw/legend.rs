//! What the shapes mean, and what means the same at every question: said once, under the map.

use std::fmt;

use super::graph::{Graph, Kind};
use super::layout::{Place, Size};
use super::stroke::Stroke;
use super::svg::{LEADING_SMALL, PAD, SMALL, class, escape, shape, somebody, turn};
use super::text::wrap;

/// Room for a sample, and from its start to its words.
const SAMPLE: Size = Size { width: 34.0, height: 18.0 };
const WORDS: f64 = 46.0;
/// Between two entries.
const GAP: f64 = 8.0;

/// What is shown in front of an entry.
#[derive(Clone, Copy)]
enum Sample {
    Kind(Kind),
    Mark,
    Line(&'static str),
    Key(&'static str),
    /// Of a map with figures.
    Thick,
    Tag,
    Figure,
}

const ENTRIES: [(Sample, &str); 17] = [
    (Sample::Kind(Kind::Question), "Une question : on attend des touches. « 1 → » : la touche et ce qu'elle fait."),
    (Sample::Kind(Kind::Say), "On entend seulement, et l'on passe à la suite."),
    (Sample::Kind(Kind::Act), "La ligne écrit dans le carnet."),
    (Sample::Kind(Kind::Fact), "La ligne regarde un fait, sans rien dire."),
    (Sample::Kind(Kind::Flow), "Un autre parcours, qui a sa propre carte."),
    (Sample::Kind(Kind::Queue), "On appelle un conseiller, et l'on attend avec la personne."),
    (Sample::Kind(Kind::Person), "Une personne prend la suite."),
    (Sample::Kind(Kind::Goal), "Le but atteint : fin du parcours."),
    (Sample::Key("0"), "À toute question : une personne. La carte ne le répète pas."),
    (Sample::Key("*"), "À toute question : réécouter ; deux fois de suite : plus lentement."),
    (
        Sample::Mark,
        "Sans réponse, ou mal comprise, la question est redite autrement. Posée autant de fois en vain : comme 0.",
    ),
    (Sample::Line("line back"), "On revient en arrière."),
    (Sample::Line("line failure"), "Quand on tape 0, ou sans réponse : un autre chemin que d'ordinaire."),
    (Sample::Key("[ ]"), "Ce qui change d'un appel à l'autre."),
    (Sample::Figure, "Combien sont passés là : {days}. Qui passe deux fois compte deux fois."),
    (Sample::Thick, "Plus le trait est épais, plus ils sont nombreux ; pâle : personne n'y est passé."),
    (Sample::Tag, "Beaucoup ne vont pas plus loin : ils raccrochent, tapent 0 ou ne répondent pas."),
];

/// One sample and its words, in lines that fit.
type Entry = (Sample, Vec<String>);

/// The legend of a map, in as many columns as there is room for.
pub(super) struct Legend {
    width: f64,
    columns: Vec<Vec<Entry>>,
}

/// No column is narrower.
const COLUMN: f64 = 350.0;
/// More columns than these would be too short to be read as such.
const COLUMNS_MAX: usize = 4;

impl Legend {
    /// What this map shows; where 0 leads everywhere, it is said.
    pub(super) fn new(width: f64, graph: &Graph) -> Self {
        let count = (1..=COLUMNS_MAX).rev().find(|count| width / *count as f64 >= COLUMN).unwrap_or(1);
        let room = width / count as f64 - PAD * 2.0 - WORDS;
        let text = |sample: &Sample, text: &str| match (sample, &graph.last_resort, &graph.days) {
            (Sample::Key("0"), Some(step), _) => format!("À toute question : l'étape « {step} »."),
            (Sample::Figure, _, Some(days)) => text.replace("{days}", days),
            _ => text.to_owned(),
        };
        let shown = ENTRIES.iter().filter(|(sample, _)| sample.is_on(graph));
        let all: Vec<Entry> =
            shown.map(|(sample, words)| (*sample, wrap(&text(sample, words), SMALL, room, 4))).collect();
        let whole: f64 = all.iter().map(|(_, lines)| entry(lines)).sum();
        let mut columns = vec![Vec::new()];
        let mut filled = 0.0;
        for one in all {
            if filled + entry(&one.1) / 2.0 > whole / count as f64 && columns.len() < count {
                columns.push(Vec::new());
                filled = 0.0;
            }
            filled += entry(&one.1);
            columns.last_mut().into_iter().for_each(|column| column.push(one.clone()));
        }
        Self { width, columns }
    }

    pub(super) fn height(&self) -> f64 {
        let column = |entries: &Vec<Entry>| entries.iter().map(|(_, lines)| entry(lines)).sum::<f64>();
        self.columns.iter().map(column).fold(0.0, f64::max) + 44.0
    }
}

impl Sample {
    /// Whether the map has anything of the kind.
    fn is_on(&self, graph: &Graph) -> bool {
        match self {
            Self::Kind(kind) => {
                graph.nodes.iter().any(|node| node.kind == *kind || (*kind == Kind::Goal && node.goal.is_some()))
            }
            Self::Line("line failure") => graph.edges.iter().any(|edge| edge.is_failure),
            Self::Mark => graph.nodes.iter().any(|node| node.ladder.is_some()),
            Self::Line(_) | Self::Key(_) => true,
            Self::Thick | Self::Tag | Self::Figure => graph.days.is_some(),
        }
    }
}

fn entry(lines: &[String]) -> f64 {
    (lines.len() as f64 * LEADING_SMALL).max(SAMPLE.height) + GAP
}

impl fmt::Display for Legend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, r#"<rect class="frame" width="{:.1}" height="{:.1}" rx="6"/>"#, self.width, self.height())?;
        writeln!(f, r#"<text class="bold" x="{PAD}" y="24">Pour lire la carte</text>"#)?;
        for (at, column) in self.columns.iter().enumerate() {
            let (x, mut y) = (self.width / self.columns.len() as f64 * at as f64 + PAD, 38.0);
            for (sample, lines) in column {
                let height = entry(lines) - GAP;
                self::sample(f, *sample, x, y + (height - SAMPLE.height) / 2.0)?;
                let first = y + (height - lines.len() as f64 * LEADING_SMALL) / 2.0;
                for (line, text) in lines.iter().enumerate() {
                    let (x, y) = (x + WORDS, first + (line as f64 + 1.0) * LEADING_SMALL - 3.5);
                    writeln!(f, r#"<text class="small" x="{x:.1}" y="{y:.1}">{}</text>"#, escape(text))?;
                }
                y += entry(lines);
            }
        }
        Ok(())
    }
}

fn sample(f: &mut fmt::Formatter<'_>, sample: Sample, x: f64, y: f64) -> fmt::Result {
    let (right, middle) = (x + SAMPLE.width, y + SAMPLE.height / 2.0);
    match sample {
        Sample::Kind(kind) => {
            writeln!(f, r#"<g class="{}">"#, class(kind))?;
            shape(f, kind, &Place { x, y, size: SAMPLE })?;
            if kind == Kind::Queue {
                f.write_str(&somebody(x + SAMPLE.width / 2.0, middle))?;
            }
            writeln!(f, "</g>")
        }
        Sample::Mark => {
            let turn = turn(x + 12.0, middle);
            let (x, y) = (x + 21.0, middle + 4.0);
            writeln!(f, r#"<g class="mark">{turn}<text class="small" x="{x:.1}" y="{y:.1}">3</text></g>"#)
        }
        Sample::Line(class) => line(f, class, Stroke::of(None, 0), (x, right, middle)),
        Sample::Thick => line(f, "line", Stroke::thickest(), (x, right, middle)),
        Sample::Tag => {
            let (top, wide, centre, low) = (middle - 7.5, SAMPLE.width, x + SAMPLE.width / 2.0, middle + 4.0);
            writeln!(f, r#"<rect class="tag" x="{x:.1}" y="{top:.1}" width="{wide:.1}" height="15" rx="3"/>"#)?;
            writeln!(f, r#"<text class="small tagged bold middle" x="{centre:.1}" y="{low:.1}">12&#160;%</text>"#)
        }
        Sample::Figure => {
            let (x, y) = (x + SAMPLE.width / 2.0, middle + 4.5);
            writeln!(f, r#"<text class="small bold middle" x="{x:.1}" y="{y:.1}">123</text>"#)
        }
        Sample::Key(key) => {
            let (x, y) = (x + SAMPLE.width / 2.0, middle + 4.5);
            writeln!(f, r#"<text class="bold middle" x="{x:.1}" y="{y:.1}">{key}</text>"#)
        }
    }
}

fn line(f: &mut fmt::Formatter<'_>, class: &str, stroke: Stroke, (x, right, y): (f64, f64, f64)) -> fmt::Result {
    let end = right - stroke.tip();
    writeln!(f, r#"<path class="{class}" d="M{x:.1},{y:.1}H{end:.1}" {}/>"#, stroke.attributes())
}
