//! The maps of the real flows, and of made-up ones: everything once, nothing over anything else, nothing cut.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;

use super::count::{self, Tally, Through, day};
use super::graph::Graph;
use super::layout::{Line, Place, RISE, Size, layout};
use super::svg::Sheet;
use super::text::{BOLD, width};
use super::*;
use crate::flow::check::edges_named;
use crate::flow::tests::library;

fn maps() -> Vec<(String, String)> {
    library().names().map(|name| (name.to_owned(), draw(library(), name, None).unwrap())).collect()
}

/// As many as the line's name is long, times a number that no two lines share: everything is different, something is zero.
fn made_up(flow: &str) -> Counts {
    let map = draw(library(), flow, None).unwrap();
    let mut passed = BTreeMap::new();
    for (at, edge) in values(&map, "data-edge").into_iter().enumerate() {
        let (from, outcomes) = edge.split_once("&gt;").unwrap().0.split_once(':').unwrap();
        for (own, outcome) in outcomes.split(',').enumerate() {
            let times = (at as u64 * 7_919 + own as u64 * 104_729) % 12_345;
            passed.insert((from.replace('-', ""), outcome.to_owned()), if at % 5 == 3 { 0 } else { times });
        }
    }
    Counts { since: date(2026, 11, 1), version: library().version().to_owned(), passed }
}

fn counted_maps() -> Vec<(String, String)> {
    let map = |name: &str| draw(library(), name, Some(&made_up(name))).unwrap();
    library().names().map(|name| (name.to_owned(), map(name))).collect()
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
        let graph = Graph::read(library(), library().flow(name).unwrap());
        for tally in [None, Some(Tally::new(&graph, &made_up(name)))] {
            let sheet = Sheet::new(name, graph.clone(), tally);
            assert_apart(&sheet.layout.boxes, &sheet.layout.ways.iter().map(|way| way.label).collect::<Vec<_>>());
        }
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
    for (name, map) in maps().into_iter().chain(counted_maps()) {
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
    let map = draw(library(), "book", None).unwrap();
    assert!(map.contains("role=\"img\"") && map.contains("<title id=\"title\">Carte du parcours « book »</title>"));
    assert!(map.contains("number : Le numéro est-il masqué ? Et aussi : Ne connaît-on pas encore « phone » ? [non → when] [oui → ask_number]"), "{map}");
}

#[test]
fn outcomes_are_said_in_french() {
    let map = draw(library(), "book", None).unwrap();
    for words in ["place prise entre-temps", "une date est choisie", "rendez-vous pris", ">non<", ">oui<"] {
        assert!(map.contains(words), "{words}");
    }
    let map = draw(library(), "welcome", None).unwrap();
    assert!(map.contains(">Pour prendre un rendez-vous,<") && map.contains(">tapez\u{a0}1<"));
}

#[test]
fn no_flow_of_that_name_no_map() {
    assert_eq!(draw(library(), "nowhere", None), None);
}

fn counted(passed: &[(&str, &str, u64)]) -> String {
    let passed = passed.iter().map(|(step, exit, times)| (((*step).to_owned(), (*exit).to_owned()), *times)).collect();
    let counts = Counts { since: date(2026, 11, 1), version: "0123abcd".to_owned(), passed };
    draw(library(), "book", Some(&counts)).unwrap()
}

#[test]
fn a_map_with_counts_says_how_many_went_each_way_since_when_and_in_which_version() {
    let map = counted(&[("where", "goto", 1_234), ("number", "then", 200), ("number", "else", 1_034)]);
    assert!(map.contains("Compté depuis le 1er\u{a0}novembre 2026, version 0123abcd."));
    assert!(map.contains(">1\u{a0}234\u{a0}passages<") && map.contains(">200<") && map.contains(">1\u{a0}034<"));
    assert!(!draw(library(), "book", None).unwrap().contains("passage"), "and one without is as it was");
}

#[test]
fn a_step_that_loses_people_is_marked_and_one_that_leads_to_a_person_says_so() {
    let map =
        counted(&[("where", "goto", 100), ("number", "else", 100), ("when", "1", 60), ("when", "on-failure", 25)]);
    assert!(
        map.contains("tagged") && map.contains("15\u{a0}s&#39;arrêtent là (15\u{a0}%)")
            || map.contains("15\u{a0}s'arrêtent là (15\u{a0}%)")
    );
    assert!(map.contains("dont 25 vers une personne"));
    let few = Through { came: 10, lost: 4, to_person: 0 };
    assert!(!few.is_marked(), "four are chance");
}

#[test]
fn the_thickest_line_is_bounded_and_the_thinnest_still_seen() {
    for (name, map) in counted_maps() {
        let widths = values(&map, "style").into_iter().map(|style| style.trim_start_matches("stroke-width:"));
        for wide in widths.map(|style| style.split(';').next().unwrap().parse::<f64>().unwrap()) {
            assert!((0.5..=7.0).contains(&wide), "{name}: {wide}");
        }
    }
}

#[test]
fn numbers_and_days_are_written_as_in_french() {
    assert_eq!([0, 999, 1_000, 1_234_567].map(count::number), ["0", "999", "1\u{a0}000", "1\u{a0}234\u{a0}567"]);
    assert_eq!(day(date(2026, 8, 12)), "12\u{a0}août 2026");
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
        let layout = layout(&boxes, &lines, RISE);
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
