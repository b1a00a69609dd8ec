//! Where boxes and lines go: layers from top to bottom, as few crossings as a few sweeps find, lines as straight as the
//! order allows (Sugiyama, Tagawa, Toda 1981; ranks by longest way, order by barycentre, places by isotonic regression).
//!
//! ```text
//! rank 0      [box]           boxes stand on even ranks,
//! rank 1      label           what is written on a line on odd ones: it has room like a box, so nothing can overlap
//! rank 2   [box]   ·          a line over several ranks has a joint on each, which keeps boxes out of its way
//! ```
//! A way back up is laid out as if it led down, and drawn with its arrow upwards.

use std::collections::BTreeMap;

/// Between two neighbours.
const GAP: f64 = 26.0;
/// Between two lines.
const GAP_LINES: f64 = 14.0;
/// From a rank of boxes down to its labels, at least, and from those to the next boxes, where arrows need room.
const RISE: [f64; 2] = [10.0, 19.0];
/// At most: the further lines go sideways, the more.
const RISE_MAX: f64 = 32.0;
/// How much of the way sideways is added upright.
const SLOPE: f64 = 0.08;
/// Half of what a line without a label takes.
const JOINT: f64 = 10.0;
/// Between two lines at the same box.
const PORT: f64 = 22.0;
/// Sweeps over the order, then over the places: neither changes the picture of our largest flow after half of them.
const SWEEPS: usize = 24;
/// How strongly the joints of a line pull at each other; a box pulls with 1 or 2.
const STRAIGHT: f64 = 6.0;

/// Width and height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Size {
    pub width: f64,
    pub height: f64,
}

/// The upper left corner and the size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub x: f64,
    pub y: f64,
    pub size: Size,
}

impl Place {
    /// Whether two places share a point.
    #[cfg(test)]
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.x < other.x + other.size.width
            && other.x < self.x + self.size.width
            && self.y < other.y + other.size.height
            && other.y < self.y + self.size.height
    }

    fn middle(&self) -> f64 {
        self.x + self.size.width / 2.0
    }
}

/// A line to lay out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub from: usize,
    pub to: usize,
    /// Zero when there is nothing to write.
    pub label: Size,
}

/// Where a line goes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Way {
    /// From its first box to its last: straight down within a rank, curved between two.
    pub points: Vec<(f64, f64)>,
    pub label: Place,
    /// It leads back to an earlier box.
    pub is_back: bool,
}

/// The whole picture.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    pub boxes: Vec<Place>,
    pub ways: Vec<Way>,
    pub size: Size,
}

/// One thing on a rank: a box, a label, or a joint.
#[derive(Clone, Debug)]
struct Item {
    rank: usize,
    size: Size,
    /// Neighbours above and below, with how strongly they pull.
    above: Vec<(usize, f64)>,
    below: Vec<(usize, f64)>,
    /// The other joints of the same line.
    line: Vec<usize>,
    is_box: bool,
    x: f64,
}

/// Lays out boxes of these sizes; a line from a box to itself is the caller's to draw, beside the box.
pub(super) fn layout(boxes: &[Size], lines: &[Line]) -> Layout {
    let back = back_lines(boxes.len(), lines);
    let ranks = ranks(boxes.len(), lines, &back);
    let mut items: Vec<Item> = boxes.iter().zip(&ranks).map(|(size, rank)| item(*rank, *size, true)).collect();
    let chains: Vec<Vec<usize>> =
        lines.iter().zip(&back).map(|(line, is_back)| chain(&mut items, &ranks, line, *is_back)).collect();
    let mut layers = layers(&items);
    order(&mut layers, &items);
    spread(&layers, &mut items);
    for _ in 0..2 {
        chains.iter().for_each(|chain| straighten(chain, &layers, &mut items));
    }
    finish(&layers, &items, boxes.len(), &chains, &back)
}

fn item(rank: usize, size: Size, is_box: bool) -> Item {
    Item { rank, size, above: Vec::new(), below: Vec::new(), line: Vec::new(), is_box, x: 0.0 }
}

/// The lines that close a circle, as met from the first box on.
fn back_lines(count: usize, lines: &[Line]) -> Vec<bool> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        No,
        Open,
        Done,
    }
    let mut back = vec![false; lines.len()];
    let mut seen = vec![Seen::No; count];
    for root in 0..count {
        let mut stack = vec![(root, 0)];
        while let Some((at, next)) = stack.pop() {
            seen[at] = if seen[at] == Seen::No { Seen::Open } else { seen[at] };
            match lines.iter().enumerate().skip(next).find(|(_, line)| line.from == at) {
                Some((index, line)) => {
                    stack.push((at, index + 1));
                    match seen[line.to] {
                        Seen::Open => back[index] = true,
                        Seen::No => stack.push((line.to, 0)),
                        Seen::Done => {}
                    }
                }
                None => seen[at] = Seen::Done,
            }
        }
    }
    back
}

/// Each box below all that lead to it; one that nothing leads to stands right above its nearest.
fn ranks(count: usize, lines: &[Line], back: &[bool]) -> Vec<usize> {
    let down = || lines.iter().zip(back).filter(|(_, is_back)| !**is_back).map(|(line, _)| line);
    let mut ranks = vec![0_usize; count];
    // No way has more lines than there are boxes.
    for _ in 0..count {
        for line in down() {
            ranks[line.to] = ranks[line.to].max(ranks[line.from] + 2);
        }
    }
    for at in (1..count).filter(|at| down().all(|line| line.to != *at)).collect::<Vec<_>>() {
        let nearest = down().filter(|line| line.from == at).map(|line| ranks[line.to]).min();
        ranks[at] = nearest.unwrap_or(2).saturating_sub(2);
    }
    ranks
}

/// The items of a line, from its first box to its last; its label is on the rank next to the first.
fn chain(items: &mut Vec<Item>, ranks: &[usize], line: &Line, is_back: bool) -> Vec<usize> {
    let (from, to) = (ranks[line.from], ranks[line.to]);
    if line.from == line.to {
        return vec![line.from];
    }
    let between: Vec<usize> = if is_back { (to + 1..from).rev().collect() } else { (from + 1..to).collect() };
    let mut chain = vec![line.from];
    for (index, rank) in between.into_iter().enumerate() {
        let joint = Size { width: JOINT * 2.0, height: 0.0 };
        let size = if index == 0 && line.label.width > 0.0 { line.label } else { joint };
        items.push(item(rank, size, false));
        chain.push(items.len() - 1);
    }
    chain.push(line.to);
    // Long lines are kept straight first: each joint pulls at all the others of its line.
    let joints: Vec<usize> = chain[1..chain.len() - 1].to_vec();
    for &at in &joints {
        items[at].line = joints.iter().copied().filter(|other| *other != at).collect();
    }
    for pair in chain.windows(2) {
        let (upper, lower) = if is_back { (pair[1], pair[0]) } else { (pair[0], pair[1]) };
        let pull = if items[upper].is_box && items[lower].is_box { 1.0 } else { 2.0 };
        items[upper].below.push((lower, pull));
        items[lower].above.push((upper, pull));
    }
    chain
}

fn layers(items: &[Item]) -> Vec<Vec<usize>> {
    let count = items.iter().map(|item| item.rank + 1).max().unwrap_or(0);
    let mut layers = vec![Vec::new(); count];
    for (at, item) in items.iter().enumerate() {
        layers[item.rank].push(at);
    }
    layers
}

/// Sorts each rank by where its neighbours stand, downwards and upwards in turn; the best order met is kept.
fn order(layers: &mut Vec<Vec<usize>>, items: &[Item]) {
    let mut best = (crossings(layers, items), layers.clone());
    for sweep in 0..SWEEPS {
        let is_down = sweep % 2 == 0;
        let count = layers.len();
        for step in 1..count {
            let rank = if is_down { step } else { count - 1 - step };
            let fixed = positions(&layers[if is_down { rank - 1 } else { rank + 1 }]);
            let own = positions(&layers[rank]);
            let centre = |at: &usize| {
                let neighbours = if is_down { &items[*at].above } else { &items[*at].below };
                let found: Vec<f64> = neighbours.iter().filter_map(|(other, _)| fixed.get(other).copied()).collect();
                if found.is_empty() { own[at] } else { found.iter().sum::<f64>() / found.len() as f64 }
            };
            layers[rank].sort_by(|a, b| centre(a).total_cmp(&centre(b)));
        }
        swap(layers, items);
        let now = crossings(layers, items);
        if now < best.0 {
            best = (now, layers.clone());
        }
    }
    *layers = best.1;
}

/// Swaps neighbours while that takes crossings away.
fn swap(layers: &mut [Vec<usize>], items: &[Item]) {
    let mut now = crossings(layers, items);
    for rank in 0..layers.len() {
        for at in 1..layers[rank].len() {
            layers[rank].swap(at - 1, at);
            let after = crossings(layers, items);
            if after < now {
                now = after;
            } else {
                layers[rank].swap(at - 1, at);
            }
        }
    }
}

fn positions(layer: &[usize]) -> BTreeMap<usize, f64> {
    layer.iter().enumerate().map(|(place, at)| (*at, place as f64)).collect()
}

fn crossings(layers: &[Vec<usize>], items: &[Item]) -> usize {
    let mut count = 0;
    for (rank, upper) in layers.iter().enumerate() {
        let Some(lower) = layers.get(rank + 1) else { continue };
        let below = positions(lower);
        let ends = |at: &usize| {
            items[*at].below.iter().filter_map(|(other, _)| below.get(other).copied()).collect::<Vec<f64>>()
        };
        let ends: Vec<Vec<f64>> = upper.iter().map(ends).collect();
        for (index, left) in ends.iter().enumerate() {
            for right in &ends[index + 1..] {
                count += left.iter().map(|a| right.iter().filter(|b| *b < a).count()).sum::<usize>();
            }
        }
    }
    count
}

/// Places on each rank: as near to its neighbours as the order and the widths allow.
fn spread(layers: &[Vec<usize>], items: &mut [Item]) {
    for layer in layers {
        let mut x = 0.0;
        for &at in layer {
            items[at].x = x + items[at].size.width / 2.0;
            x += items[at].size.width + GAP;
        }
    }
    let ranks = 0..layers.len();
    for sweep in 0..SWEEPS * 10 {
        let all: Vec<usize> = if sweep % 2 == 0 { ranks.clone().collect() } else { ranks.clone().rev().collect() };
        for rank in all {
            settle(&layers[rank], items);
        }
    }
}

/// One rank: least squares under "at least so far apart", by pooling neighbours that would collide.
fn settle(layer: &[usize], items: &mut [Item]) {
    let mut offset = 0.0;
    let mut offsets = Vec::new();
    // Pools: sum of pull, sum of pull × wish, how many.
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for (place, &at) in layer.iter().enumerate() {
        if let Some(before) = place.checked_sub(1).map(|before| layer[before]) {
            offset += apart(&items[before], &items[at]);
        }
        offsets.push(offset);
        let ends = items[at].above.iter().chain(&items[at].below).copied();
        let line = items[at].line.iter().map(|other| (*other, STRAIGHT));
        let (pull, wish) = ends
            .chain(line)
            .fold((0.0, 0.0), |(pull, wish), (other, weight)| (pull + weight, wish + weight * items[other].x));
        let (pull, wish) = if pull > 0.0 { (pull, wish) } else { (0.1, 0.1 * items[at].x) };
        let mut pool = (pull, wish - pull * offset, 1);
        while let Some(last) = pools.last().copied().filter(|last| last.1 / last.0 > pool.1 / pool.0) {
            pool = (pool.0 + last.0, pool.1 + last.1, pool.2 + last.2);
            pools.pop();
        }
        pools.push(pool);
    }
    let places = pools.iter().flat_map(|(pull, wish, count)| std::iter::repeat_n(wish / pull, *count));
    for ((&at, offset), place) in layer.iter().zip(offsets).zip(places) {
        items[at].x = place + offset;
    }
}

/// Joints of a line that can stand right above each other do: as many as possible in a row.
fn straighten(chain: &[usize], layers: &[Vec<usize>], items: &mut [Item]) {
    let joints = chain.get(1..chain.len().saturating_sub(1)).unwrap_or_default();
    let mut run: Vec<usize> = Vec::new();
    let mut room = (f64::NEG_INFINITY, f64::INFINITY);
    for &at in joints {
        let (low, high) = free(at, &layers[items[at].rank], items);
        let both = (room.0.max(low), room.1.min(high));
        if both.0 <= both.1 {
            run.push(at);
            room = both;
        } else {
            align(&run, room, items);
            (run, room) = (vec![at], (low, high));
        }
    }
    align(&run, room, items);
}

fn align(run: &[usize], room: (f64, f64), items: &mut [Item]) {
    let wish = run.iter().map(|at| items[*at].x).sum::<f64>() / run.len().max(1) as f64;
    // Rounding may have put two neighbours closer than they should be: then nothing moves.
    if room.0 <= room.1 {
        run.iter().for_each(|at| items[*at].x = wish.clamp(room.0, room.1));
    }
}

/// How far an item can move between its neighbours.
fn free(at: usize, layer: &[usize], items: &[Item]) -> (f64, f64) {
    let place = layer.iter().position(|other| *other == at).unwrap_or(0);
    let left = place.checked_sub(1).map(|left| layer[left]);
    let right = layer.get(place + 1).copied();
    let low = left.map_or(f64::NEG_INFINITY, |left| items[left].x + apart(&items[left], &items[at]));
    let high = right.map_or(f64::INFINITY, |right| items[right].x - apart(&items[at], &items[right]));
    (low, high)
}

/// From middle to middle of two neighbours, at least.
fn apart(left: &Item, right: &Item) -> f64 {
    let gap = if left.is_box || right.is_box { GAP } else { GAP_LINES };
    (left.size.width + right.size.width) / 2.0 + gap
}

/// Heights, ports and points.
fn finish(layers: &[Vec<usize>], items: &[Item], boxes: usize, chains: &[Vec<usize>], back: &[bool]) -> Layout {
    let left = items.iter().map(|item| item.x - item.size.width / 2.0).fold(f64::INFINITY, f64::min);
    let right = items.iter().map(|item| item.x + item.size.width / 2.0).fold(f64::NEG_INFINITY, f64::max);
    let mut tops = Vec::new();
    let mut y = 0.0;
    for (rank, layer) in layers.iter().enumerate() {
        let height = layer.iter().map(|at| items[*at].size.height).fold(0.0, f64::max);
        tops.push((y, y + height));
        let aside = |at: &usize| {
            items[*at].below.iter().map(|(other, _)| (items[*other].x - items[*at].x).abs()).fold(0.0, f64::max)
        };
        y += height + (layer.iter().map(aside).fold(0.0, f64::max) * SLOPE).clamp(RISE[rank % 2], RISE_MAX);
    }
    let places: Vec<Place> = items
        .iter()
        .map(|item| {
            let (top, bottom) = tops[item.rank];
            // A label stands in the middle of its rank, a box at its top.
            let y = if item.is_box { top } else { (top + bottom - item.size.height) / 2.0 };
            Place { x: item.x - item.size.width / 2.0 - left, y, size: item.size }
        })
        .collect();
    let ways = chains.iter().zip(back).enumerate().map(|(index, (chain, is_back))| {
        let points = points(index, chain, chains, &places, items, &tops, *is_back);
        let label = chain.get(1).filter(|at| !items[**at].is_box).unwrap_or(&chain[0]);
        Way { points, label: places[*label], is_back: *is_back }
    });
    let ways = ways.collect();
    let height = tops.last().map_or(0.0, |(_, bottom)| *bottom);
    Layout { boxes: places[..boxes].to_vec(), ways, size: Size { width: (right - left).max(0.0), height } }
}

fn points(
    index: usize,
    chain: &[usize],
    chains: &[Vec<usize>],
    places: &[Place],
    items: &[Item],
    tops: &[(f64, f64)],
    is_back: bool,
) -> Vec<(f64, f64)> {
    let (Some((&first, rest)), Some((&last, _))) = (chain.split_first(), chain.split_last()) else { return Vec::new() };
    if rest.is_empty() {
        return Vec::new();
    }
    let port = |at: usize| places[at].middle() + port(index, at, chains, places, items);
    let bottom = |at: usize| places[at].y + places[at].size.height;
    let mut points = Vec::new();
    points.push((port(first), if is_back { places[first].y } else { bottom(first) }));
    // From a box lower than its rank is high, straight down first.
    if !is_back {
        points.push((port(first), tops[items[first].rank].1));
    }
    for &at in &rest[..rest.len() - 1] {
        let (top, low) = tops[items[at].rank];
        let x = places[at].middle();
        points.extend(if is_back { [(x, low), (x, top)] } else { [(x, top), (x, low)] });
    }
    if is_back {
        points.push((port(last), tops[items[last].rank].1));
    }
    points.push((port(last), if is_back { bottom(last) } else { places[last].y }));
    points
}

/// How far from the middle of a box a line touches it: lines at one side are spread in the order of where they go.
fn port(index: usize, at: usize, chains: &[Vec<usize>], places: &[Place], items: &[Item]) -> f64 {
    let touching = |chain: &Vec<usize>| {
        let other = match (chain.first(), chain.last()) {
            _ if chain.len() < 2 => None,
            (Some(first), _) if *first == at => chain.get(1),
            (_, Some(last)) if *last == at => chain.get(chain.len() - 2),
            _ => None,
        };
        other.copied()
    };
    let Some(own) = touching(&chains[index]) else { return 0.0 };
    let is_below = items[own].rank > items[at].rank;
    let mut side: Vec<(usize, usize)> =
        chains.iter().enumerate().filter_map(|(line, chain)| Some((line, touching(chain)?))).collect();
    side.retain(|(_, other)| (items[*other].rank > items[at].rank) == is_below);
    side.sort_by(|a, b| places[a.1].middle().total_cmp(&places[b.1].middle()).then(a.0.cmp(&b.0)));
    let count = side.len() as f64;
    let step = PORT.min((places[at].size.width - 40.0).max(0.0) / count);
    let place = side.iter().position(|(line, _)| *line == index).unwrap_or(0) as f64;
    (place - (count - 1.0) / 2.0) * step
}
