//! Boxes, lines and words as SVG.
//!
//! Colours are pale fills under near-black text (contrast 15:1 and more; step names 7:1, outlines 7:1), and never carry meaning
//! alone: each kind has its own shape and outline, so a black-and-white print reads as well.

use std::fmt::{self, Write};

use super::count::{Tally, Through, day, number};
use super::graph::{Edge, Graph, Kind, Node};
use super::layout::{Layout, Line, Place, RISE, Size, Way, layout};
use super::legend::Legend;
use super::text::{BOLD, width, wrap};

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
/// An answer stands this far right of its question, a new question this far below.
const INDENT: f64 = 12.0;
const PARAGRAPH: f64 = 6.0;
/// Around the map.
const MARGIN: f64 = 32.0;
/// What the heading takes.
const HEADING: f64 = 84.0;
/// The goal under a box.
const GOAL: Size = Size { width: 0.0, height: 28.0 };
const GOAL_GAP: f64 = 10.0;
/// The legend needs this much, however small the flow.
const WIDTH_MIN: f64 = 720.0;
/// The line that most took, pixels.
const THICK: f64 = 7.0;
/// How far of an arrow's length its line ends before the point.
const HEAD: f64 = 0.8;
/// Around the words of a black mark.
const TAG: f64 = 5.0;
/// A line from a box to itself stands beside the box: room for it, with its label.
const LOOP: f64 = 34.0;

/// One flow, laid out.
pub(super) struct Sheet {
    flow: String,
    graph: Graph,
    cards: Vec<Card>,
    labels: Vec<Label>,
    tally: Option<Tally>,
    pub(super) layout: Layout,
}

/// A line of text in a box.
struct Row {
    text: String,
    indent: f64,
    /// From the upper edge of the text to where the letters stand.
    y: f64,
}

/// What stands on a line: when it is taken, and by how many.
struct Label {
    lines: Vec<String>,
    is_list: bool,
    count: Option<String>,
}

/// The text of a box, in lines that fit.
struct Card {
    rows: Vec<Row>,
    /// How many came, and what became of those who took no line: the last as a black mark where they are many.
    counted: Vec<Row>,
    is_marked: bool,
    goal_width: f64,
    /// Of the box itself, without goal and loop.
    size: Size,
}

impl Sheet {
    pub(super) fn new(flow: &str, graph: Graph, tally: Option<Tally>) -> Self {
        let through = |at: usize| tally.as_ref().map(|tally| tally.nodes[at]);
        let resort = graph.last_resort.as_deref();
        let cards: Vec<Card> =
            graph.nodes.iter().enumerate().map(|(at, node)| card(node, through(at), resort)).collect();
        let passed = |at: usize| tally.as_ref().map(|tally| tally.edges[at].as_slice());
        let labels: Vec<Label> = graph.edges.iter().enumerate().map(|(at, edge)| label(edge, passed(at))).collect();
        let mut boxes: Vec<Size> = cards.iter().map(Card::outer).collect();
        let lines: Vec<Line> = graph
            .edges
            .iter()
            .zip(&labels)
            .map(|(edge, label)| Line { from: edge.from, to: edge.to, label: label.size() })
            .collect();
        for line in lines.iter().filter(|line| line.from == line.to) {
            boxes[line.from].width += 2.0 * (LOOP + line.label.width);
            boxes[line.from].height = boxes[line.from].height.max(line.label.height + PAD);
        }
        // A thick line needs room to turn before its arrow.
        let more = if tally.is_some() { THICK * 2.0 } else { 0.0 };
        let layout = layout(&boxes, &lines, (RISE.0 + more, RISE.1 + more));
        Self { flow: flow.to_owned(), graph, cards, labels, tally, layout }
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

fn card(node: &Node, through: Option<Through>, resort: Option<&str>) -> Card {
    let text_max = match node.kind {
        Kind::Say | Kind::Question => 250.0,
        Kind::Act | Kind::Fact | Kind::Flow => 200.0,
        Kind::Entry | Kind::Goal | Kind::Person => 340.0,
    };
    let mut y = 8.0;
    let mut rows = Vec::new();
    if has_heading(node) {
        y += LEADING;
    }
    for (index, paragraph) in node.paragraphs.iter().enumerate() {
        let indent = if paragraph.is_answer { INDENT } else { 0.0 };
        y += if index > 0 && !paragraph.is_answer { PARAGRAPH } else { 0.0 };
        for text in wrap(&paragraph.text, BODY * weight(node.kind), text_max - indent, LINES_MAX) {
            y += LEADING;
            rows.push(Row { text, indent, y: y - 4.0 });
        }
    }
    let counted = through.map(|through| counted(node, through, resort, &mut y)).unwrap_or_default();
    let is_marked = through.is_some_and(Through::is_marked);
    let heading = width(&node.step, SMALL) + node.ladder.as_ref().map_or(0.0, |_| 46.0);
    let widest = |row: &Row| row.indent + width(&row.text, BODY * weight(node.kind));
    let widest = rows.iter().map(widest).fold(heading, f64::max);
    let widest = counted.iter().map(|row| width(&row.text, SMALL) * BOLD + 2.0 * TAG).fold(widest, f64::max);
    let size = Size { width: (widest + 2.0 * beside(node.kind)).ceil(), height: y + 8.0 };
    let goal_width = node.goal.as_ref().map_or(0.0, |goal| (width(goal, BODY) * BOLD + 2.0 * PAD + 12.0).ceil());
    Card { rows, counted, is_marked, goal_width, size }
}

/// "412 passages", and those who took none of the lines.
fn counted(node: &Node, through: Through, resort: Option<&str>, y: &mut f64) -> Vec<Row> {
    if node.kind == Kind::Entry {
        return Vec::new();
    }
    let many =
        |count: u64, one: &str, more: &str| format!("{}\u{a0}{}", number(count), if count < 2 { one } else { more });
    let mut texts = vec![many(through.came, "passage", "passages")];
    if through.to_person > 0 {
        let to = resort.map_or("une personne".to_owned(), |step| format!("« {step} »"));
        texts.push(format!("dont {} vers {to}", number(through.to_person)));
    }
    if through.lost > 0 {
        let is_flow = node.kind == Kind::Flow;
        let (one, more) = if is_flow { ("s'y arrête", "s'y arrêtent") } else { ("s'arrête là", "s'arrêtent là") };
        let lost = many(through.lost, one, more);
        texts.push(format!("{lost} ({}\u{a0}%)", through.lost_percent()));
    }
    *y += PARAGRAPH;
    let row = |text: String| {
        *y += LEADING_SMALL + 1.0;
        Row { text, indent: 0.0, y: *y - 3.0 }
    };
    texts.into_iter().map(row).collect()
}

/// The points of a hexagon, the bars of an action and the rounding of a pill take room beside the text.
fn beside(kind: Kind) -> f64 {
    match kind {
        Kind::Say | Kind::Question => PAD,
        Kind::Act | Kind::Flow => PAD + 8.0,
        Kind::Fact | Kind::Entry | Kind::Goal | Kind::Person => PAD + 10.0,
    }
}

fn weight(kind: Kind) -> f64 {
    if is_pill(kind) { BOLD } else { 1.0 }
}

fn is_pill(kind: Kind) -> bool {
    matches!(kind, Kind::Entry | Kind::Goal | Kind::Person)
}

/// A pill is its words alone.
fn has_heading(node: &Node) -> bool {
    !is_pill(node.kind)
}

/// One outcome is centred on its line; several make a list.
fn label(edge: &Edge, passed: Option<&[u64]>) -> Label {
    let is_list = edge.label.len() > 1;
    let own = |at: usize| match passed.and_then(|passed| passed.get(at)) {
        Some(passed) if is_list => format!("\u{a0}: {}", number(*passed)),
        _ => String::new(),
    };
    let mark = if is_list { "• " } else { "" };
    let texts = edge.label.iter().enumerate().map(|(at, text)| format!("{mark}{text}{}", own(at)));
    Label {
        lines: texts.flat_map(|text| wrap(&text, SMALL, 200.0, LINES_MAX)).collect(),
        is_list,
        count: passed.map(|passed| number(passed.iter().sum())),
    }
}

impl Label {
    fn size(&self) -> Size {
        let count = self.count.iter().map(|count| width(count, SMALL) * BOLD);
        let widest = self.lines.iter().map(|line| width(line, SMALL)).chain(count).fold(0.0, f64::max);
        let lines = self.lines.len() + usize::from(self.count.is_some());
        if lines == 0 {
            return Size { width: 0.0, height: 0.0 };
        }
        Size { width: (widest + 8.0).ceil(), height: lines as f64 * LEADING_SMALL + 4.0 }
    }
}

impl fmt::Display for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.layout.size.width.max(WIDTH_MIN);
        let legend = Legend::new(inner, self.graph.last_resort.as_deref(), self.tally.is_some());
        let legend_height = legend.height();
        let heading = HEADING + self.tally.as_ref().map_or(0.0, |_| LEADING + 3.0);
        let (wide, high) = (inner + 2.0 * MARGIN, heading + self.layout.size.height + 36.0 + legend_height + MARGIN);
        let aside = (inner - self.layout.size.width) / 2.0;
        writeln!(
            f,
            r#"<svg xmlns="http://www.w3.org/2000/svg" lang="fr" role="img" aria-labelledby="title desc" viewBox="0 0 {wide:.0} {high:.0}" width="{wide:.0}" height="{high:.0}">"#
        )?;
        writeln!(f, r#"<title id="title">Carte du parcours « {} »</title>"#, escape(&self.flow))?;
        writeln!(f, r#"<desc id="desc">{}</desc>"#, escape(&self.outline()))?;
        f.write_str(STYLE)?;
        writeln!(f, r#"<rect width="100%" height="100%" fill="white"/>"#)?;
        writeln!(f, r#"<text class="title" x="{MARGIN}" y="48">Parcours « {} »</text>"#, escape(&self.flow))?;
        writeln!(
            f,
            r#"<text class="name" x="{MARGIN}" y="68">Ce que l'on entend et ce que l'on peut faire, de haut en bas.</text>"#
        )?;
        if let Some(tally) = &self.tally {
            let (since, version) = (day(tally.since), escape(&tally.version));
            let words = format!("Compté depuis le {since}, version {version}.");
            writeln!(f, r#"<text class="body bold" x="{MARGIN}" y="88">{words}</text>"#)?;
        }
        writeln!(f, r#"<g transform="translate({:.1} {heading})">"#, MARGIN + aside)?;
        for (at, edge) in self.graph.edges.iter().enumerate() {
            self.line(f, at, edge)?;
        }
        for (at, edge) in self.graph.edges.iter().enumerate() {
            self.label(f, at, edge)?;
        }
        for at in 0..self.graph.nodes.len() {
            self.node(f, at)?;
        }
        writeln!(f, "</g>")?;
        let y = heading + self.layout.size.height + 36.0;
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
            let name = if node.step.is_empty() { "" } else { " : " };
            let _ = write!(text, "{}{name}{}", node.step, node.text());
            if let Some(goal) = &node.goal {
                let _ = write!(text, " Fin : {goal}.");
            }
            for edge in self.graph.edges.iter().filter(|edge| edge.from == at) {
                let to = &self.graph.nodes[edge.to];
                let to = if to.step.is_empty() { to.text() } else { to.step.clone() };
                let when = if edge.label.is_empty() { String::new() } else { format!("{} ", edge.label.join(", ou ")) };
                let _ = write!(text, " [{when}→ {to}]");
            }
            text.push('\n');
        }
        text
    }

    fn line(&self, f: &mut fmt::Formatter<'_>, at: usize, edge: &Edge) -> fmt::Result {
        let way = &self.layout.ways[at];
        let class = match (edge.is_failure, way.is_back) {
            (true, _) => "line failure",
            (false, true) => "line back",
            (false, false) => "line",
        };
        if let Some(tally) = &self.tally {
            return self.wide(f, edge, way, (class, thickness(tally.passed(at), tally.most)));
        }
        let path = if edge.from == edge.to { self.around(edge.from) } else { curve(&way.points) };
        writeln!(f, r#"<path class="{class}" d="{path}" marker-end="url(#arrow)"/>"#)
    }

    /// A line as thick as many went that way; its arrow takes the last bit of it, so that a thick one has a point as well.
    fn wide(&self, f: &mut fmt::Formatter<'_>, edge: &Edge, way: &Way, (class, thick): (&str, f64)) -> fmt::Result {
        let (head, dashes) = (7.0 + thick * 1.6, dashes(class, thick));
        let path = if edge.from == edge.to {
            self.around(edge.from)
        } else {
            let mut points = way.points.clone();
            let side = if way.is_back { 1.0 } else { -1.0 };
            let (x, tip) = points.last().copied().unwrap_or_default();
            if let Some((_, y)) = points.last_mut() {
                *y += side * head * HEAD;
            }
            let (left, right, base) = (x - head / 2.0, x + head / 2.0, tip + side * head);
            writeln!(f, r#"<path class="head" d="M{x:.1},{tip:.1}L{right:.1},{base:.1}H{left:.1}Z"/>"#)?;
            curve(&points)
        };
        let marker = if edge.from == edge.to { r#" marker-end="url(#arrow)""# } else { "" };
        writeln!(f, r#"<path class="{class}" style="stroke-width:{thick:.1}{dashes}" d="{path}"{marker}/>"#)
    }

    /// From the right side of a box back to it.
    fn around(&self, at: usize) -> String {
        let Place { x, y, size } = self.place(at);
        let (x, top, low) = (x + size.width, y + size.height * 0.3, y + size.height * 0.7);
        let far = x + LOOP;
        format!("M{x:.1},{low:.1} C{far:.1},{low:.1} {far:.1},{top:.1} {x:.1},{top:.1}")
    }

    fn label(&self, f: &mut fmt::Formatter<'_>, at: usize, edge: &Edge) -> fmt::Result {
        let name = |at: usize| Some(self.graph.nodes[at].step.as_str()).filter(|name| !name.is_empty());
        let (from, to) = (name(edge.from).unwrap_or("-"), name(edge.to).unwrap_or("-"));
        let what = format!("{from}:{}>{to}", edge.outcomes.join(","));
        writeln!(f, r#"<g class="label" data-edge="{}">"#, escape(&what))?;
        let own = &self.labels[at];
        let size = own.size();
        let place = self.label_place(at, edge, size);
        if size.width > 0.0 {
            writeln!(
                f,
                r#"<rect class="under" x="{:.1}" y="{:.1}" width="{:.1}" height="{:.1}"/>"#,
                place.x, place.y, size.width, size.height
            )?;
        }
        for (line, text) in own.lines.iter().enumerate() {
            let y = place.y + LEADING_SMALL * (line as f64 + 1.0) - 1.5;
            let (class, x) =
                if own.is_list { ("small", place.x + 4.0) } else { ("small middle", place.x + size.width / 2.0) };
            writeln!(f, r#"<text class="{class}" x="{x:.1}" y="{y:.1}">{}</text>"#, escape(text))?;
        }
        if let Some(count) = &own.count {
            let (x, y) = (place.x + size.width / 2.0, place.y + LEADING_SMALL * (own.lines.len() as f64 + 1.0) - 1.5);
            writeln!(f, r#"<text class="small bold middle" x="{x:.1}" y="{y:.1}">{count}</text>"#)?;
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
        let step = if node.step.is_empty() { "-" } else { &node.step };
        writeln!(f, r#"<g class="{}" data-step="{}">"#, class(node.kind), escape(step))?;
        if let Some(flow) = &node.calls {
            writeln!(f, r#"<a href="{}.svg">"#, escape(flow))?;
        }
        writeln!(f, "<title>{}</title>", escape(&node.text()))?;
        shape(f, node.kind, &place)?;
        let (middle, left) = (place.x + place.size.width / 2.0, place.x + beside(node.kind));
        if has_heading(node) {
            writeln!(f, r#"<text class="name" x="{left:.1}" y="{:.1}">{}</text>"#, place.y + 21.0, escape(&node.step))?;
        }
        for row in &card.rows {
            let (class, x) = if is_pill(node.kind) { ("bold middle", middle) } else { ("body", left + row.indent) };
            writeln!(f, r#"<text class="{class}" x="{x:.1}" y="{:.1}">{}</text>"#, place.y + row.y, escape(&row.text))?;
        }
        counts(f, card, &place, if is_pill(node.kind) { None } else { Some(left) })?;
        if let Some(goal) = &node.goal {
            let (x, y) = (middle - card.goal_width / 2.0, place.y + place.size.height + GOAL_GAP);
            writeln!(f, r#"<path class="line" d="M{middle:.1},{:.1}V{y:.1}"/>"#, y - GOAL_GAP)?;
            writeln!(
                f,
                r#"<g class="goal"><rect class="shape" x="{x:.1}" y="{y:.1}" width="{:.1}" height="{:.1}" rx="14"/>"#,
                card.goal_width, GOAL.height
            )?;
            writeln!(
                f,
                r#"<text class="bold middle" x="{middle:.1}" y="{:.1}">{}</text></g>"#,
                y + 18.5,
                escape(goal)
            )?;
        }
        if let Some(ladder) = &node.ladder {
            let (x, y) = (place.x + place.size.width, place.y + 16.0);
            writeln!(f, r#"<g class="mark"><title>{}</title>"#, escape(&ladder.rungs))?;
            writeln!(f, r#"<text class="small" x="{:.1}" y="{:.1}">{}</text>"#, x - 18.0, y + 4.0, ladder.tries)?;
            writeln!(f, "{}</g>", turn(x - 27.0, y))?;
        }
        writeln!(f, "{}</g>", if node.calls.is_some() { "</a>" } else { "" })
    }
}

/// The last rows of a box: centred in a pill, else at the left; the mark is white on black.
fn counts(f: &mut fmt::Formatter<'_>, card: &Card, place: &Place, left: Option<f64>) -> fmt::Result {
    for (at, row) in card.counted.iter().enumerate() {
        let is_tag = card.is_marked && at + 1 == card.counted.len();
        let wide = width(&row.text, SMALL) * BOLD;
        let x = left.unwrap_or(place.x + (place.size.width - wide) / 2.0);
        let y = place.y + row.y;
        if is_tag {
            let (wide, top) = (wide + 2.0 * TAG, y - 11.0);
            writeln!(f, r#"<rect class="tag" x="{x:.1}" y="{top:.1}" width="{wide:.1}" height="14.5" rx="3"/>"#)?;
        }
        let (class, anchor) = match (is_tag, left) {
            (true, _) => ("small bold middle tagged", x + wide / 2.0 + TAG),
            (false, Some(left)) => ("small bold", left),
            (false, None) => ("small bold middle", place.x + place.size.width / 2.0),
        };
        writeln!(f, r#"<text class="{class}" x="{anchor:.1}" y="{y:.1}">{}</text>"#, escape(&row.text))?;
    }
    Ok(())
}

/// From a hair, for nobody, to [`THICK`], for the most.
fn thickness(passed: u64, most: u64) -> f64 {
    let share = passed as f64 / most.max(1) as f64;
    if passed == 0 { 0.8 } else { 1.5 + (THICK - 1.5) * share }
}

/// The same kind of line, however thick.
fn dashes(class: &str, thick: f64) -> String {
    match class {
        "line back" => format!(";stroke-dasharray:{:.1} {:.1}", 5.0 + thick * 1.5, 3.0 + thick * 0.8),
        "line failure" => format!(";stroke-dasharray:0.1 {:.1}", 3.0 + thick * 1.4),
        _ => String::new(),
    }
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

pub(super) fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Entry => "entry",
        Kind::Say => "say",
        Kind::Question => "question",
        Kind::Act => "act",
        Kind::Fact => "fact",
        Kind::Flow => "flow",
        Kind::Goal => "goal",
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
.small { font-size: 11.5px; } .bold { font-weight: bold; } .middle { text-anchor: middle; }
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
.line { stroke: #4a4a4a; stroke-width: 1.5; fill: none; }
.back { stroke-dasharray: 7 4; } .failure { stroke-dasharray: 1.5 4; stroke-linecap: round; stroke-width: 2; }
.head { fill: #4a4a4a; } .tag { fill: #1a1a1a; } text.tagged { fill: #fff; }
.under { fill: #fff; } .mark path { stroke: #1f4e79; stroke-width: 1.6; fill: none; }
.frame { fill: #fafafa; stroke: #6a6a6a; }
</style>
<defs>
<marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0L10,5L0,10Z" fill="#4a4a4a"/></marker>
<marker id="turn" viewBox="0 0 10 10" refX="5" refY="5" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0L10,5L0,10Z" fill="#1f4e79"/></marker>
</defs>
"##;
