//! The maps of the real flows, and of made-up ones: everything once, nothing over anything else, nothing cut.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;

use super::counts::Passed;
use super::graph::Graph;
use super::layout::{Line, Place, Size, layout};
use super::svg::Sheet;
use super::text::{BOLD, width};
use super::*;
use crate::flow::tests::library;

fn maps() -> Vec<(String, String)> {
    library().names().map(|name| (name.to_owned(), draw(library(), name, None).unwrap())).collect()
}

/// A month in which each way out of each step was taken a few times, some often, some never.
fn counts(flow: &str) -> Counts {
    let (first, last) = (date(2026, 11, 1), date(2026, 11, 25));
    let map = draw(library(), flow, None).unwrap();
    let ways = values(&map, "data-edge").into_iter().map(|edge| edge.replace("&gt;", ">")).collect::<Vec<_>>();
    let exits = ways.iter().flat_map(|way| {
        let (step, exits) = way.split_once('>').unwrap().0.split_once(':').unwrap();
        exits
            .split(',')
            .map(|exit| ((step.to_owned(), exit.to_owned()), 7 * exit.len() as u64 * (step.len() as u64 % 4)))
    });
    Counts::new((first, last), "3f2a91c0aa", exits)
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
            for (outcome, to) in at.value.ways() {
                *wanted.entry(format!("{step}:{outcome}>{}", to.value)).or_default() += 1;
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
        for counts in [None, Some(&counts(name))] {
            let sheet = Sheet::new(name, Graph::read(library(), library().flow(name).unwrap(), counts));
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
    let counted = library().names().map(|name| (name.to_owned(), draw(library(), name, Some(&counts(name))).unwrap()));
    for (name, map) in maps().into_iter().chain(counted) {
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
                let (from, to) = match tag {
                    tag if tag.contains("middle") => (x - wide / 2.0, x + wide / 2.0),
                    tag if tag.contains(" end\"") => (x - wide, x),
                    _ => (x, x + wide),
                };
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
    assert!(map.contains(">Pour prendre un rendez-vous, tapez\u{a0}1<"));
    let map = draw(library(), "slow", None).unwrap();
    assert!(map.contains(">Parle-t-on lentement ?<") && map.contains(">A-t-on répondu oui ?<"), "{map}");
}

/// Everything heard of a real flow has words of its own, and no name of a goal or an action.
#[test]
fn no_name_of_the_files_is_left_for_a_coordinator_to_guess() {
    for (flow, map) in maps() {
        for text in map.split("<text").skip(1).filter(|text| !text.starts_with(" class=\"name\"")) {
            let text = text.split('>').nth(1).unwrap().split('<').next().unwrap();
            let is_name = |word: &str| {
                word.split_once('.')
                    .is_some_and(|(left, right)| left.is_ascii() && right.starts_with(char::is_alphabetic))
            };
            assert!(!text.split_whitespace().any(is_name), "{flow}: {text}");
        }
    }
}

#[test]
fn a_map_of_counts_says_of_when_and_how_many_went_each_way() {
    let passed = [("", "start", 1_240), ("where", "goto", 1_200), ("number", "then", 300), ("number", "else", 880)];
    let passed = passed.map(|(step, exit, count)| ((step.to_owned(), exit.to_owned()), count));
    let counts = Counts::new((date(2026, 11, 1), date(2026, 11, 25)), "3f2a91c0aa", passed);
    let map = draw(library(), "book", Some(&counts)).unwrap();
    assert!(map.contains("Passages du 1er au 25 novembre 2026, version 3f2a91c0."));
    for words in [">1\u{a0}240<", ">300 · oui<", ">880 · non<", ">40\u{a0}s'arrêtent\u{a0}ici\u{a0}(3\u{a0}%)<"] {
        assert!(map.contains(words), "{words}");
    }

    assert!(!draw(library(), "book", None).unwrap().contains("Passages"), "without counts the map is as it was");
}

#[test]
fn a_step_that_loses_many_has_a_sign_and_others_have_none() {
    let sign = |left: u64, failed: u64| {
        let passed = [("", "start", 100), ("where", "goto", left), ("where", "on-failure", failed)];
        let passed = passed.map(|(step, exit, count)| ((step.to_owned(), exit.to_owned()), count));
        let counts = Counts::new((date(2026, 11, 1), date(2026, 11, 1)), "v", passed);
        let map = draw(library(), "book", Some(&counts)).unwrap();
        let step = map.split("data-step=\"where\"").nth(1).unwrap().split("data-step").next().unwrap();
        step.contains("class=\"tag\"")
    };
    assert!(sign(80, 0) && sign(90, 0) && sign(90, 10) && !sign(91, 0) && !sign(95, 5));
}

#[test]
fn who_started_is_told_by_who_left_where_nobody_counts_it() {
    let flow = library().flow("manage").unwrap();
    let passed = [("who", "goto", 50), ("who", "on-failure", 2), ("what", "2", 30), ("change", "3", 9)];
    let passed = passed.map(|(step, exit, count)| ((step.to_owned(), exit.to_owned()), count));
    let counts = Counts::new((date(2026, 11, 1), date(2026, 12, 1)), "v", passed);
    assert_eq!(counts.started(flow), 52);
    assert_eq!(counts.at(library(), flow, "who"), Passed { came: 52, lost: 0, failed: 2 });
    assert_eq!(counts.at(library(), flow, "change"), Passed { came: 30, lost: 21, failed: 0 });
    assert_eq!(
        counts.at(library(), flow, "what"),
        Passed { came: 9, lost: 0, failed: 0 },
        "left oftener than reached: not counted"
    );
}

#[test]
fn whoever_is_taken_up_where_a_cut_call_stood_is_not_lost() {
    let passed = [("choose", "1", 40), ("fact", "goto", 40), ("take_up", "wrong", 3)];
    let passed = passed.map(|(step, exit, count)| ((step.to_owned(), exit.to_owned()), count));
    let counts = Counts::new((date(2026, 11, 1), date(2026, 11, 1)), "v", passed);
    let flow = library().flow("resume").unwrap();
    assert_eq!(counts.at(library(), flow, "take_up"), Passed { came: 40, lost: 0, failed: 0 });
}

#[test]
fn a_key_of_another_language_is_no_way_out() {
    let flow = library().flow("welcome").unwrap();
    let passed = [("help", "goto", 50), ("choose", "9", 20), ("choose", "1", 45)];
    let passed = passed.map(|(step, exit, count)| ((step.to_owned(), exit.to_owned()), count));
    let counts = Counts::new((date(2026, 11, 1), date(2026, 12, 1)), "v", passed);
    assert_eq!(counts.at(library(), flow, "choose"), Passed { came: 50, lost: 5, failed: 0 });
    assert!(draw(library(), "welcome", Some(&counts)).unwrap().contains("20 · en anglais"));
}

#[test]
fn days_are_said_as_they_are_written() {
    let said =
        |from: (i16, i8, i8), to: (i16, i8, i8)| words::days(date(from.0, from.1, from.2), date(to.0, to.1, to.2));
    assert_eq!(said((2026, 11, 1), (2026, 11, 25)), "du 1er au 25 novembre 2026");
    assert_eq!(said((2026, 10, 28), (2026, 11, 1)), "du 28 octobre au 1er novembre 2026");
    assert_eq!(said((2025, 12, 28), (2026, 1, 2)), "du 28 décembre 2025 au 2 janvier 2026");
    assert_eq!(said((2026, 2, 3), (2026, 2, 3)), "le 3 février 2026");
    assert_eq!(words::count(1_234_567), "1\u{a0}234\u{a0}567");
    assert_eq!(
        [(0, 9), (1, 900), (1, 3), (5, 0)].map(|(part, of)| words::share(part, of).replace('\u{a0}', " ")),
        ["0 %", "moins de 1 %", "33 %", "500 %"]
    );
}

#[test]
fn no_flow_of_that_name_no_map() {
    assert_eq!(draw(library(), "nowhere", None), None);
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
