//! Boxes, lines and words as SVG.
//!
//! Colours are pale fills under near-black text (contrast 15:1 and more; step names 7:1, outlines 7:1), and never carry meaning
//! alone: each kind has its own shape and outline, so a black-and-white print reads as well.

use std::fmt::{self, Write};

use super::counts::Passed;
use super::graph::{Edge, Graph, Kind, Node, Part};
use super::layout::{Layout, Line, Place, Size, Way, layout};
use super::legend::Legend;
use super::stroke::{self, Stroke};
use super::text::{BOLD, width, wrap};
use super::words;

/// Sizes of letters, pixels.
const BODY: f64 = 13.0;
pub(super) const SMALL: f64 = 11.5;
/// From one line of text to the next.
const LEADING: f64 = 17.0;
pub(super) const LEADING_SMALL: f64 = 14.5;
/// Between a box and its text.
pub(super) const PAD: f64 = 12.0;
/// Lines kept of one paragraph, and of one label.
const LINES_MAX: usize = 4;
/// What is written on a line is no wider.
const LABEL_MAX: f64 = 240.0;
/// An answer stands this far right of its question, a new question this far below.
const INDENT: f64 = 12.0;
const PARAGRAPH: f64 = 6.0;
/// Around the figures of a step that loses many: white on black, the only such words on the map.
const TAG: f64 = 5.0;
/// Around the map.
const MARGIN: f64 = 32.0;
/// What the heading takes.
const HEADING: f64 = 84.0;
/// The goal under a box.
const GOAL: Size = Size { width: 0.0, height: 28.0 };
const GOAL_GAP: f64 = 10.0;
/// The legend needs this much, however small the flow.
const WIDTH_MIN: f64 = 720.0;
/// A line from a box to itself stands beside the box: room for it, with its label.
const LOOP: f64 = 34.0;

/// One flow, laid out.
pub(super) struct Sheet {
    flow: String,
    graph: Graph,
    cards: Vec<Card>,
    labels: Vec<Vec<String>>,
    pub(super) layout: Layout,
}

/// A line of text in a box.
struct Row {
    text: String,
    indent: f64,
    /// From the upper edge of the part to where the letters stand.
    y: f64,
    size: f64,
    is_bold: bool,
}

impl Row {
    fn width(&self) -> f64 {
        width(&self.text, self.size) * if self.is_bold { BOLD } else { 1.0 }
    }
}

/// One step in a box, in lines that fit.
struct Slip {
    rows: Vec<Row>,
    /// How many came, at the right of its name.
    came: String,
    /// Too many are lost here.
    is_marked: bool,
    height: f64,
}

/// The text of a box.
struct Card {
    slips: Vec<Slip>,
    goal_width: f64,
    /// Of the box itself, without goal and loop.
    size: Size,
}

impl Sheet {
    pub(super) fn new(flow: &str, graph: Graph) -> Self {
        let cards: Vec<Card> = graph.nodes.iter().map(card).collect();
        let labels: Vec<Vec<String>> = graph.edges.iter().map(label).collect();
        let mut boxes: Vec<Size> = cards.iter().map(Card::outer).collect();
        let lines: Vec<Line> = graph
            .edges
            .iter()
            .zip(&labels)
            .map(|(edge, label)| Line { from: edge.from, to: edge.to, label: label_size(label) })
            .collect();
        for line in lines.iter().filter(|line| line.from == line.to) {
            boxes[line.from].width += 2.0 * (LOOP + line.label.width);
            boxes[line.from].height = boxes[line.from].height.max(line.label.height + PAD);
        }
        let layout = layout(&boxes, &lines);
        Self { flow: flow.to_owned(), graph, cards, labels, layout }
    }

    /// Where the box of a node stands, without goal and loop.
    fn place(&self, at: usize) -> Place {
        let (outer, size) = (self.layout.boxes[at], self.cards[at].size);
        Place { x: outer.x + (outer.size.width - size.width) / 2.0, y: outer.y, size }
    }
}

impl Card {
    fn outer(&self) -> Size {
        let goal = if self.goal_width > 0.0 { GOAL.height + GOAL_GAP } else { 0.0 };
        Size { width: self.size.width.max(self.goal_width), height: self.size.height + goal }
    }
}

fn card(node: &Node) -> Card {
    let slips: Vec<Slip> = node.parts.iter().map(|part| slip(node.kind, part)).collect();
    let heading = |(part, slip): (&Part, &Slip)| {
        let came = if slip.came.is_empty() { 0.0 } else { width(&slip.came, SMALL) * BOLD + 10.0 };
        width(&part.step, SMALL) + came + aside(node)
    };
    let headings = node.parts.iter().zip(&slips).map(heading);
    let rows = slips.iter().flat_map(|slip| &slip.rows).map(|row| row.indent + row.width() + beyond(row));
    let widest = headings.chain(rows).fold(0.0, f64::max);
    let height = slips.iter().map(|slip| slip.height).sum();
    let size = Size { width: (widest + 2.0 * beside(node.kind)).ceil(), height };
    let goal_width = node.goal.as_ref().map_or(0.0, |goal| (width(goal, BODY) * BOLD + 2.0 * PAD + 12.0).ceil());
    Card { slips, goal_width, size }
}

/// A tag reaches over its words.
fn beyond(row: &Row) -> f64 {
    if row.size < BODY && row.is_bold { TAG } else { 0.0 }
}

/// What the marks at the right of a name take.
fn aside(node: &Node) -> f64 {
    if node.ladder.is_some() || node.kind == Kind::Queue { 40.0 } else { 0.0 }
}

fn slip(kind: Kind, part: &Part) -> Slip {
    let text_max = match kind {
        Kind::Say | Kind::Question | Kind::Queue => 285.0,
        Kind::Act | Kind::Fact | Kind::Flow => 210.0,
        Kind::Entry | Kind::Goal | Kind::Person => 340.0,
    };
    let mut y = if is_pill(kind) { 8.0 } else { 8.0 + LEADING };
    let mut rows = Vec::new();
    for (index, paragraph) in part.paragraphs.iter().enumerate() {
        let indent = if paragraph.is_answer { INDENT } else { 0.0 };
        y += if index > 0 && !paragraph.is_answer { PARAGRAPH } else { 0.0 };
        for text in wrap(&paragraph.text, BODY * weight(kind), text_max - indent, LINES_MAX) {
            y += LEADING;
            rows.push(Row { text, indent, y: y - 4.0, size: BODY, is_bold: is_pill(kind) });
        }
    }
    let passed = part.passed.filter(|_| !is_pill(kind));
    let is_marked = passed.is_some_and(Passed::loses);
    let told = passed.map(|passed| passed.told().join(" · ")).filter(|told| !told.is_empty());
    if let Some(told) = told {
        y += PARAGRAPH;
        let (indent, weight) = if is_marked { (TAG, BOLD) } else { (0.0, 1.0) };
        for text in wrap(&told, SMALL * weight, text_max - indent, LINES_MAX) {
            y += LEADING_SMALL;
            rows.push(Row { text, indent, y: y - 3.5, size: SMALL, is_bold: is_marked });
        }
    }
    let came = passed.map(|passed| words::count(passed.came)).unwrap_or_default();
    Slip { rows, came, is_marked, height: y + 8.0 }
}

/// The points of a hexagon, the bars of an action and the rounding of a pill take room beside the text.
fn beside(kind: Kind) -> f64 {
    match kind {
        Kind::Say | Kind::Question | Kind::Queue => PAD,
        Kind::Act | Kind::Flow => PAD + 8.0,
        Kind::Fact | Kind::Entry | Kind::Goal | Kind::Person => PAD + 10.0,
    }
}

fn weight(kind: Kind) -> f64 {
    if is_pill(kind) { BOLD } else { 1.0 }
}

/// A pill is its words alone, without a name.
fn is_pill(kind: Kind) -> bool {
    matches!(kind, Kind::Entry | Kind::Goal | Kind::Person)
}

/// One outcome is centred on its line; several make a list.
fn label(edge: &Edge) -> Vec<String> {
    let mark = if edge.label.len() > 1 { "• " } else { "" };
    edge.label.iter().flat_map(|text| wrap(&format!("{mark}{text}"), SMALL, LABEL_MAX, LINES_MAX)).collect()
}

fn label_size(lines: &[String]) -> Size {
    let widest = lines.iter().map(|line| width(line, SMALL)).fold(0.0, f64::max);
    if lines.is_empty() {
        return Size { width: 0.0, height: 0.0 };
    }
    Size { width: (widest + 8.0).ceil(), height: lines.len() as f64 * LEADING_SMALL + 4.0 }
}

impl fmt::Display for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.layout.size.width.max(WIDTH_MIN);
        let legend = Legend::new(inner, &self.graph);
        let legend_height = legend.height();
        let (wide, high) = (inner + 2.0 * MARGIN, HEADING + self.layout.size.height + 36.0 + legend_height + MARGIN);
        let aside = (inner - self.layout.size.width) / 2.0;
        writeln!(
            f,
            r#"<svg xmlns="http://www.w3.org/2000/svg" lang="fr" role="img" aria-labelledby="title desc" viewBox="0 0 {wide:.0} {high:.0}" width="{wide:.0}" height="{high:.0}">"#
        )?;
        writeln!(f, r#"<title id="title">Carte du parcours « {} »</title>"#, escape(&self.flow))?;
        writeln!(f, r#"<desc id="desc">{}</desc>"#, escape(&self.outline()))?;
        f.write_str(STYLE)?;
        stroke::markers(f)?;
        writeln!(f, r#"<rect width="100%" height="100%" fill="white"/>"#)?;
        writeln!(f, r#"<text class="title" x="{MARGIN}" y="48">Parcours « {} »</text>"#, escape(&self.flow))?;
        writeln!(
            f,
            r#"<text class="name" x="{MARGIN}" y="68">Ce que l'on entend et ce que l'on peut faire, de haut en bas.{}</text>"#,
            self.graph.days.as_ref().map(|days| format!(" Passages {}.", escape(days))).unwrap_or_default()
        )?;
        writeln!(f, r#"<g transform="translate({:.1} {HEADING})">"#, MARGIN + aside)?;
        for (at, edge) in self.graph.edges.iter().enumerate() {
            self.line(f, edge, &self.layout.ways[at])?;
        }
        for (at, edge) in self.graph.edges.iter().enumerate() {
            self.label(f, at, edge)?;
        }
        for at in 0..self.graph.nodes.len() {
            self.node(f, at)?;
        }
        writeln!(f, "</g>")?;
        let y = HEADING + self.layout.size.height + 36.0;
        writeln!(f, r#"<g class="legend" transform="translate({MARGIN} {y:.1})">"#)?;
        write!(f, "{legend}")?;
        writeln!(f, "</g>\n</svg>")
    }
}

impl Sheet {
    /// The map in words, for who does not see it.
    fn outline(&self) -> String {
        let mut text = String::new();
        for (at, node) in self.graph.nodes.iter().enumerate() {
            for part in &node.parts {
                let name = if part.step.is_empty() { "" } else { " : " };
                let _ = write!(text, "{}{name}{}", part.step, part.text());
                if let Some(passed) = part.passed {
                    let came = words::count(passed.came);
                    let _ = write!(text, " Passages : {}.", [vec![came], passed.told()].concat().join(", "));
                }
                text.push_str(if part.step == node.last() { "" } else { "\n" });
            }
            if let Some(goal) = &node.goal {
                let _ = write!(text, " Fin : {goal}.");
            }
            for edge in self.graph.edges.iter().filter(|edge| edge.from == at) {
                let to = &self.graph.nodes[edge.to];
                let to = if to.step().is_empty() { to.parts[0].text() } else { to.step().to_owned() };
                let when = if edge.label.is_empty() { String::new() } else { format!("{} ", edge.label.join(", ou ")) };
                let _ = write!(text, " [{when}→ {to}]");
            }
            text.push('\n');
        }
        text
    }

    fn line(&self, f: &mut fmt::Formatter<'_>, edge: &Edge, way: &Way) -> fmt::Result {
        let class = match (edge.is_failure, way.is_back) {
            (true, _) => "line failure",
            (false, true) => "line back",
            (false, false) => "line",
        };
        let stroke = Stroke::of(edge.passed, self.most());
        let path =
            if edge.from == edge.to { self.around(edge.from, stroke) } else { curve(&stroke.shortened(&way.points)) };
        writeln!(f, r#"<path class="{class}" d="{path}" {}/>"#, stroke.attributes())
    }

    /// The most that went one way.
    fn most(&self) -> u64 {
        self.graph.edges.iter().filter_map(|edge| edge.passed).max().unwrap_or(0)
    }

    /// From the right side of a box back to it.
    fn around(&self, at: usize, stroke: Stroke) -> String {
        let Place { x, y, size } = self.place(at);
        let (x, top, low) = (x + size.width, y + size.height * 0.3, y + size.height * 0.7);
        let (far, end) = (x + LOOP, x + stroke.tip());
        format!("M{x:.1},{low:.1} C{far:.1},{low:.1} {far:.1},{top:.1} {end:.1},{top:.1}")
    }

    fn label(&self, f: &mut fmt::Formatter<'_>, at: usize, edge: &Edge) -> fmt::Result {
        let name = |name| if str::is_empty(name) { "-" } else { name };
        let (from, to) = (name(self.graph.nodes[edge.from].last()), name(self.graph.nodes[edge.to].step()));
        let what = format!("{from}:{}>{to}", edge.outcomes.join(","));
        writeln!(f, r#"<g class="label" data-edge="{}">"#, escape(&what))?;
        let size = label_size(&self.labels[at]);
        let place = self.label_place(at, edge, size);
        if size.width > 0.0 {
            writeln!(
                f,
                r#"<rect class="under" x="{:.1}" y="{:.1}" width="{:.1}" height="{:.1}"/>"#,
                place.x, place.y, size.width, size.height
            )?;
        }
        for (line, text) in self.labels[at].iter().enumerate() {
            let y = place.y + LEADING_SMALL * (line as f64 + 1.0) - 1.5;
            let (class, x) = if edge.label.len() > 1 {
                ("small", place.x + 4.0)
            } else {
                ("small middle", place.x + size.width / 2.0)
            };
            writeln!(f, r#"<text class="{class}" x="{x:.1}" y="{y:.1}">{}</text>"#, escape(text))?;
        }
        writeln!(f, "</g>")
    }

    fn label_place(&self, at: usize, edge: &Edge, size: Size) -> Place {
        if edge.from != edge.to {
            return Place { size, ..self.layout.ways[at].label };
        }
        let own = self.place(edge.from);
        Place { x: own.x + own.size.width + LOOP - 4.0, y: own.y + (own.size.height - size.height) / 2.0, size }
    }

    fn node(&self, f: &mut fmt::Formatter<'_>, at: usize) -> fmt::Result {
        let (node, card, place) = (&self.graph.nodes[at], &self.cards[at], self.place(at));
        if let Some(flow) = &node.calls {
            writeln!(f, r#"<a href="{}.svg">"#, escape(flow))?;
        }
        let mut y = place.y;
        for (index, (part, slip)) in node.parts.iter().zip(&card.slips).enumerate() {
            if let Some(before) = index.checked_sub(1).map(|before| &node.parts[before].step) {
                let edge = format!("{before}:goto>{}", part.step);
                writeln!(f, r#"<g class="label" data-edge="{}"></g>"#, escape(&edge))?;
            }
            let size = Size { width: place.size.width, height: slip.height };
            self.part(f, node, (part, slip), Place { x: place.x, y, size })?;
            y += slip.height;
        }
        if let Some(goal) = &node.goal {
            end(f, goal, card.goal_width, (place.x + place.size.width / 2.0, place.y + place.size.height))?;
        }
        f.write_str(if node.calls.is_some() { "</a>\n" } else { "" })
    }

    fn part(&self, f: &mut fmt::Formatter<'_>, node: &Node, (part, slip): (&Part, &Slip), place: Place) -> fmt::Result {
        let step = if part.step.is_empty() { "-" } else { &part.step };
        writeln!(f, r#"<g class="{}" data-step="{}">"#, class(node.kind), escape(step))?;
        writeln!(f, "<title>{}</title>", escape(&part.text()))?;
        shape(f, node.kind, &place)?;
        let (middle, left) = (place.x + place.size.width / 2.0, place.x + beside(node.kind));
        let right = place.x + place.size.width - beside(node.kind);
        if !is_pill(node.kind) {
            let y = place.y + 21.0;
            writeln!(f, r#"<text class="name" x="{left:.1}" y="{y:.1}">{}</text>"#, escape(&part.step))?;
            if !slip.came.is_empty() {
                let x = right - aside(node);
                writeln!(f, r#"<text class="small bold end" x="{x:.1}" y="{y:.1}">{}</text>"#, slip.came)?;
            }
        }
        if slip.is_marked {
            tag(f, slip, (left, place.y))?;
        }
        for row in &slip.rows {
            let size = match (row.size < BODY, slip.is_marked) {
                (true, true) => "small tagged ",
                (true, false) => "small ",
                (false, _) => "",
            };
            let bold = if row.is_bold { "bold " } else { "" };
            let (side, x) = if is_pill(node.kind) { ("middle", middle) } else { ("start", left + row.indent) };
            let y = place.y + row.y;
            writeln!(f, r#"<text class="{size}{bold}{side}" x="{x:.1}" y="{y:.1}">{}</text>"#, escape(&row.text))?;
        }
        let corner = (place.x + place.size.width, place.y + 16.0);
        if node.kind == Kind::Queue {
            f.write_str(&somebody(corner.0 - 22.0, corner.1))?;
        }
        if let Some(ladder) = &node.ladder {
            let (x, y) = corner;
            writeln!(f, r#"<g class="mark"><title>{}</title>"#, escape(&ladder.rungs))?;
            writeln!(f, r#"<text class="small" x="{:.1}" y="{:.1}">{}</text>"#, x - 18.0, y + 4.0, ladder.tries)?;
            writeln!(f, "{}</g>", turn(x - 27.0, y))?;
        }
        writeln!(f, "</g>")
    }
}

/// The goal under a box, which ends at this point.
fn end(f: &mut fmt::Formatter<'_>, goal: &str, width: f64, (middle, low): (f64, f64)) -> fmt::Result {
    let (x, y, height) = (middle - width / 2.0, low + GOAL_GAP, GOAL.height);
    writeln!(f, r#"<path class="line" d="M{middle:.1},{low:.1}V{y:.1}"/>"#)?;
    writeln!(
        f,
        r#"<g class="goal"><rect class="shape" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" rx="14"/>"#
    )?;
    writeln!(f, r#"<text class="bold middle" x="{middle:.1}" y="{:.1}">{}</text></g>"#, y + 18.5, escape(goal))
}

/// The outline of a kind.
pub(super) fn shape(f: &mut fmt::Formatter<'_>, kind: Kind, place: &Place) -> fmt::Result {
    let Place { x, y, size: Size { width, height } } = *place;
    let (right, low) = (x + width, y + height);
    let rect = |f: &mut fmt::Formatter<'_>, class: &str, inset: f64, rx: f64| {
        let (x, y, width, height) = (x + inset, y + inset, width - 2.0 * inset, height - 2.0 * inset);
        writeln!(
            f,
            r#"<rect class="{class}" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" rx="{rx:.1}"/>"#
        )
    };
    match kind {
        Kind::Say | Kind::Question => rect(f, "shape", 0.0, 6.0),
        Kind::Queue => rect(f, "shape", 0.0, 14.0),
        Kind::Entry | Kind::Goal | Kind::Person => rect(f, "shape", 0.0, height.min(34.0) / 2.0),
        Kind::Act => {
            rect(f, "shape", 0.0, 0.0)?;
            writeln!(f, r#"<path class="bar" d="M{:.1},{y:.1}V{low:.1}M{:.1},{y:.1}V{low:.1}"/>"#, x + 7.0, right - 7.0)
        }
        Kind::Flow => {
            rect(f, "shape", 0.0, 6.0)?;
            rect(f, "inner", 4.0, 3.0)
        }
        Kind::Fact => {
            let (point, middle) = (12.0, y + height / 2.0);
            writeln!(
                f,
                r#"<path class="shape" d="M{x:.1},{middle:.1}L{:.1},{y:.1}H{:.1}L{right:.1},{middle:.1}L{:.1},{low:.1}H{:.1}Z"/>"#,
                x + point,
                right - point,
                right - point,
                x + point
            )
        }
    }
}

/// The mark of the ladders: an arrow that turns.
pub(super) fn turn(x: f64, y: f64) -> String {
    format!(r#"<path d="M{:.1},{y:.1}a5.5,5.5 0 1 1 -3.2,-5" marker-end="url(#turn)"/>"#, x + 5.5)
}

/// Under the figures of a step where many are lost.
fn tag(f: &mut fmt::Formatter<'_>, slip: &Slip, (x, y): (f64, f64)) -> fmt::Result {
    let rows = || slip.rows.iter().filter(|row| row.size < BODY);
    let (Some(first), Some(last)) = (rows().next(), rows().next_back()) else { return Ok(()) };
    let wide = rows().map(Row::width).fold(0.0, f64::max) + 2.0 * TAG;
    let (top, high) = (y + first.y - LEADING_SMALL + 2.5, last.y - first.y + LEADING_SMALL + 1.0);
    writeln!(f, r#"<rect class="tag" x="{x:.1}" y="{top:.1}" width="{wide:.1}" height="{high:.1}" rx="3"/>"#)
}

/// Head and shoulders.
pub(super) fn somebody(x: f64, y: f64) -> String {
    format!(
        r#"<path class="somebody" d="M{:.1},{:.1}a6.5,6.5 0 0 1 13,0Z"/><circle class="somebody" cx="{x:.1}" cy="{:.1}" r="3.2"/>
"#,
        x - 6.5,
        y + 6.5,
        y - 4.0
    )
}

pub(super) fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Entry => "entry",
        Kind::Say => "say",
        Kind::Question => "question",
        Kind::Act => "act",
        Kind::Fact => "fact",
        Kind::Flow => "flow",
        Kind::Goal => "goal",
        Kind::Queue => "queue",
        Kind::Person => "person",
    }
}

/// Straight where it stays at one x, else a curve that leaves and arrives upright.
fn curve(points: &[(f64, f64)]) -> String {
    let Some(((x, y), rest)) = points.split_first() else { return String::new() };
    let mut path = format!("M{x:.1},{y:.1}");
    let mut last = (*x, *y);
    for &(x, y) in rest {
        if (x - last.0).abs() < 0.5 {
            let _ = write!(path, "L{x:.1},{y:.1}");
        } else {
            let middle = (y + last.1) / 2.0;
            let _ = write!(path, "C{:.1},{middle:.1} {x:.1},{middle:.1} {x:.1},{y:.1}", last.0);
        }
        last = (x, y);
    }
    path
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const STYLE: &str = r##"<style>
text { font-family: "DejaVu Sans", Verdana, Arial, sans-serif; font-size: 13px; fill: #1a1a1a; }
.small { font-size: 11.5px; } .bold { font-weight: bold; } .middle { text-anchor: middle; } .end { text-anchor: end; }
.title { font-size: 22px; font-weight: bold; }
.name { font-size: 11.5px; fill: #4a4a4a; }
.shape { stroke: #4a4a4a; stroke-width: 1; fill: #fff; }
.question .shape { stroke: #1f4e79; stroke-width: 2.5; fill: #eaf2fa; }
.act .shape { stroke: #6b4f00; stroke-width: 1.5; fill: #fdf5e0; } .bar { stroke: #6b4f00; stroke-width: 1.5; fill: none; }
.fact .shape { stroke: #4a4a4a; stroke-width: 1.5; fill: #f3f3f3; }
.flow .shape { stroke: #54397a; stroke-width: 1.5; fill: #f4eff9; } .inner { stroke: #54397a; stroke-width: 1; fill: none; }
.goal .shape { stroke: #1e5e33; stroke-width: 2; fill: #e8f4eb; }
.entry .shape { stroke: #1a1a1a; fill: #1a1a1a; } .entry text { fill: #fff; }
.person .shape { stroke: #54397a; stroke-width: 2; fill: #fff; }
.queue .shape { stroke: #54397a; stroke-width: 2.5; fill: #f4eff9; } .somebody { fill: #54397a; } .tag { fill: #1a1a1a; } .tagged { fill: #fff; }
.line { stroke: #4a4a4a; stroke-width: 1.5; fill: none; }
.back { stroke-dasharray: 7 4; } .failure { stroke-dasharray: 1.5 4; stroke-linecap: round; stroke-width: 2; }
.under { fill: #fff; } .mark path { stroke: #1f4e79; stroke-width: 1.6; fill: none; }
.frame { fill: #fafafa; stroke: #6a6a6a; }
</style>
<defs>
<marker id="turn" viewBox="0 0 10 10" refX="5" refY="5" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0L10,5L0,10Z" fill="#1f4e79"/></marker>
</defs>
"##;
