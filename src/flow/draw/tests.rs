//! The maps of the real flows, and of made-up ones: everything once, nothing over anything else, nothing cut.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::layout::{Line, Place, Size, layout};
use super::svg::Sheet;
use super::text::{BOLD, width};
use super::*;
use crate::flow::check::edges_named;
use crate::flow::tests::library;

fn maps() -> Vec<(String, String)> {
    library().names().map(|name| (name.to_owned(), draw(library(), name).unwrap())).collect()
}

/// The values of an attribute, in order.
fn values<'a>(map: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!("{attribute}=\"");
    map.split(&start).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn every_step_is_drawn_once() {
    for (name, map) in maps() {
        let drawn: Vec<&str> = values(&map, "data-step").into_iter().filter(|step| *step != "-").collect();
        let wanted: BTreeSet<&str> = library().flow(&name).unwrap().steps.keys().map(String::as_str).collect();
        assert_eq!(drawn.len(), wanted.len(), "{name}: {drawn:?}");
        assert_eq!(drawn.into_iter().collect::<BTreeSet<_>>(), wanted);
    }
}

#[test]
fn every_exit_of_every_step_is_drawn_once() {
    for (name, map) in maps() {
        let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
        for (step, at) in &library().flow(&name).unwrap().steps {
            let at = &at.value;
            let menu = at.menu.iter().flatten().map(|(key, choice)| (key.to_string(), &choice.goto.value));
            let goto = at.goto.iter().map(|to| ("goto".to_owned(), &to.value));
            let failure = at.failures().map(|(key, to)| (key.to_owned(), &to.value));
            let named = edges_named(at).into_iter().map(|(outcome, exit)| (outcome.to_owned(), &exit.goto.value));
            for (outcome, to) in menu.chain(goto).chain(failure).chain(named) {
                *wanted.entry(format!("{step}:{outcome}>{to}")).or_default() += 1;
            }
        }
        let mut drawn: BTreeMap<String, usize> = BTreeMap::new();
        for edge in values(&map, "data-edge").into_iter().filter(|edge| !edge.starts_with('-')) {
            let edge = edge.replace("&gt;", ">");
            let ((from, outcomes), to) = {
                let (left, to) = edge.split_once('>').unwrap();
                (left.split_once(':').unwrap(), to.to_owned())
            };
            for outcome in outcomes.split(',') {
                *drawn.entry(format!("{from}:{outcome}>{to}")).or_default() += 1;
            }
        }
        assert_eq!(drawn, wanted, "{name}");
    }
}

#[test]
fn nothing_lies_over_anything_else() {
    for name in library().names() {
        let sheet = Sheet::new(name, Graph::read(library(), library().flow(name).unwrap()));
        assert_apart(&sheet.layout.boxes, &sheet.layout.ways.iter().map(|way| way.label).collect::<Vec<_>>());
    }
}

fn assert_apart(boxes: &[Place], labels: &[Place]) {
    let all: Vec<&Place> = boxes.iter().chain(labels.iter().filter(|label| label.size.height > 0.0)).collect();
    for (at, one) in all.iter().enumerate() {
        for other in &all[at + 1..] {
            assert!(!one.overlaps(other), "{one:?} and {other:?}");
        }
    }
}

/// Rough reading of one SVG number attribute of a tag.
fn number(tag: &str, attribute: &str) -> f64 {
    values(tag, &format!(" {attribute}"))[0].parse().unwrap()
}

#[test]
fn no_text_is_wider_than_its_box() {
    for (name, map) in maps() {
        let (map, _legend) = map.split_once("<g class=\"legend\"").unwrap();
        for node in map.split("<g class=").filter(|group| group.contains("class=\"shape\"")) {
            // The goal under a box has a group of its own.
            let Some(shape) = node.split('<').find(|tag| tag.contains("class=\"shape\"") && tag.starts_with("rect"))
            else {
                continue;
            };
            let (left, right) = (number(shape, "x"), number(shape, "x") + number(shape, "width"));
            for tag in node.split("<text").skip(1) {
                let text = tag.split('>').nth(1).unwrap().split('<').next().unwrap().replace("&amp;", "&");
                let is_bold = tag.contains("bold");
                let size = if tag.contains("class=\"name\"") || tag.contains("small") { 11.5 } else { 13.0 };
                let wide = width(&text, size) * if is_bold { BOLD } else { 1.0 };
                let x = number(tag, "x");
                let (from, to) = if tag.contains("middle") { (x - wide / 2.0, x + wide / 2.0) } else { (x, x + wide) };
                assert!(from >= left && to <= right, "{name}: « {text} » {from}–{to} in {left}–{right}");
            }
        }
    }
}

#[test]
fn the_same_flow_gives_the_same_bytes() {
    assert_eq!(maps(), maps());
}

#[test]
fn a_map_can_be_read_without_seeing_it() {
    let map = draw(library(), "book").unwrap();
    assert!(map.contains("role=\"img\"") && map.contains("<title id=\"title\">Carte du parcours « book »</title>"));
    assert!(map.contains("number : Le numéro est-il masqué ? Et aussi : Ne connaît-on pas encore « phone » ? [non → when] [oui → ask_number]"), "{map}");
}

#[test]
fn outcomes_are_said_in_french() {
    let map = draw(library(), "book").unwrap();
    for words in ["place prise entre-temps", "une date est choisie", "rendez-vous pris", ">non<", ">oui<"] {
        assert!(map.contains(words), "{words}");
    }
    let map = draw(library(), "welcome").unwrap();
    assert!(map.contains(">Pour prendre un rendez-vous,<") && map.contains(">tapez 1<"));
}

#[test]
fn no_flow_of_that_name_no_map() {
    assert_eq!(draw(library(), "nowhere"), None);
}

#[test]
fn any_graph_is_laid_out_without_overlaps() {
    use proptest::prelude::*;
    proptest!(ProptestConfig::with_cases(60), |(
        count in 1_usize..14,
        ends in proptest::collection::vec((0_usize..14, 0_usize..14, 0_u8..3), 0..28),
        widths in proptest::collection::vec(20_u16..300, 14),
    )| {
        let size = |width: f64| Size { width, height: 40.0 };
        let boxes: Vec<Size> = widths[..count].iter().map(|width| size(f64::from(*width))).collect();
        let lines: Vec<Line> = ends
            .iter()
            .filter(|(from, to, _)| from != to && *from < count && *to < count)
            .map(|(from, to, label)| Line { from: *from, to: *to, label: Size { width: f64::from(*label) * 60.0, height: f64::from(*label) * 15.0 } })
            .collect();
        let layout = layout(&boxes, &lines);
        assert_apart(&layout.boxes, &layout.ways.iter().map(|way| way.label).filter(|label| label.size.height != 40.0).collect::<Vec<_>>());
        for way in &layout.ways {
            for pair in way.points.windows(2) {
                // Whatever goes sideways does so between two ranks, where no box stands.
                if (pair[0].0 - pair[1].0).abs() > 0.5 {
                    let (top, low) = (pair[0].1.min(pair[1].1), pair[0].1.max(pair[1].1));
                    prop_assert!(layout.boxes.iter().all(|place| place.y + place.size.height <= top + 0.01 || place.y >= low - 0.01));
                }
            }
        }
    });
}
