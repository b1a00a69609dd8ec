//! What the shapes mean, and what means the same at every question: said once, under the map.

use std::fmt;

use super::graph::Kind;
use super::layout::{Place, Size};
use super::svg::{LEADING_SMALL, PAD, SMALL, class, escape, shape, turn};
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
    Thick,
    Tag,
}

const ENTRIES: [(Sample, &str); 12] = [
    (Sample::Kind(Kind::Question), "Une question : on attend des touches. « 1 → » : la touche et ce qu'elle fait."),
    (Sample::Kind(Kind::Say), "On entend seulement, et l'on passe à la suite."),
    (Sample::Kind(Kind::Act), "La ligne écrit dans le carnet."),
    (Sample::Kind(Kind::Fact), "La ligne regarde un fait, sans rien dire."),
    (Sample::Kind(Kind::Flow), "Un autre parcours, qui a sa propre carte."),
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
];

/// What only a map with counts has.
const COUNTED: [(Sample, &str); 3] = [
    (Sample::Key("412"), "Combien de fois on est passé par là : la même personne peut passer plusieurs fois."),
    (Sample::Thick, "Plus le trait est épais, plus on y est passé. Le plus fin : personne."),
    (Sample::Tag, "Ici, dix sur cent ou plus s'arrêtent : ils raccrochent, ou l'appel est coupé. À regarder d'abord."),
];

/// The legend of a map, in two columns.
pub(super) struct Legend {
    width: f64,
    /// Column by column.
    columns: [Vec<(Sample, Vec<String>)>; 2],
}

impl Legend {
    /// `last_resort` is the step that 0 leads to, where it is no person.
    pub(super) fn new(width: f64, last_resort: Option<&str>, is_counted: bool) -> Self {
        let room = width / 2.0 - PAD * 2.0 - WORDS;
        let counted = COUNTED.iter().filter(|_| is_counted);
        let entries: Vec<(Sample, &str)> = ENTRIES.iter().chain(counted).copied().collect();
        let (left, right) = entries.split_at(entries.len().div_ceil(2));
        let column = |entries: &[(Sample, &str)]| {
            let text = |sample: &Sample, text: &str| match (sample, last_resort) {
                (Sample::Key("0"), Some(step)) => format!("À toute question : l'étape « {step} »."),
                _ => text.to_owned(),
            };
            entries
                .iter()
                .map(|(sample, words)| (*sample, wrap(&text(sample, words), SMALL, room, 4)))
                .collect::<Vec<_>>()
        };
        Self { width, columns: [column(left), column(right)] }
    }

    pub(super) fn height(&self) -> f64 {
        let column = |entries: &Vec<(Sample, Vec<String>)>| entries.iter().map(|(_, lines)| entry(lines)).sum::<f64>();
        self.columns.iter().map(column).fold(0.0, f64::max) + 44.0
    }
}

fn entry(lines: &[String]) -> f64 {
    (lines.len() as f64 * LEADING_SMALL).max(SAMPLE.height) + GAP
}

impl fmt::Display for Legend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, r#"<rect class="frame" width="{:.1}" height="{:.1}" rx="6"/>"#, self.width, self.height())?;
        writeln!(f, r#"<text class="bold" x="{PAD}" y="24">Pour lire la carte</text>"#)?;
        for (column, x) in self.columns.iter().zip([PAD, self.width / 2.0 + PAD]) {
            let mut y = 38.0;
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
            writeln!(f, "</g>")
        }
        Sample::Mark => {
            let turn = turn(x + 12.0, middle);
            let (x, y) = (x + 21.0, middle + 4.0);
            writeln!(f, r#"<g class="mark">{turn}<text class="small" x="{x:.1}" y="{y:.1}">3</text></g>"#)
        }
        Sample::Line(class) => {
            writeln!(f, r#"<path class="{class}" d="M{x:.1},{middle:.1}H{right:.1}" marker-end="url(#arrow)"/>"#)
        }
        Sample::Thick => {
            let (mut path, low) = (String::new(), y + SAMPLE.height);
            for (at, thick) in [1.0, 3.0, 7.0].into_iter().enumerate() {
                let x = x + 6.0 + at as f64 * 11.0;
                path += &format!(r#"<path class="line" style="stroke-width:{thick}" d="M{x:.1},{y:.1}V{low:.1}"/>"#);
            }
            writeln!(f, "{path}")
        }
        Sample::Tag => {
            let (top, wide, centre, base) = (middle - 7.5, SAMPLE.width, x + SAMPLE.width / 2.0, middle + 4.0);
            writeln!(f, r#"<rect class="tag" x="{x:.1}" y="{top:.1}" width="{wide:.1}" height="15" rx="3"/>"#)?;
            writeln!(f, r#"<text class="small bold middle tagged" x="{centre:.1}" y="{base:.1}">12&#160;%</text>"#)
        }
        Sample::Key(key) => {
            let (x, y) = (x + SAMPLE.width / 2.0, middle + 4.5);
            writeln!(f, r#"<text class="bold middle" x="{x:.1}" y="{y:.1}">{key}</text>"#)
        }
    }
}
