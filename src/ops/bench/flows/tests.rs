//! What is measured is what is meant. Nothing here is timed.

use std::collections::BTreeSet;

use super::*;
use crate::flow::tests::library;

#[test]
fn the_calls_are_the_same_each_time_and_get_somewhere() {
    let calls = || (0..40).map(|seed| played(library(), "welcome", seed)).collect::<Vec<_>>();
    let (once, again) = (calls(), calls());
    assert!(once.iter().zip(&again).all(|(one, other)| one.inputs == other.inputs && one.waits == other.waits));
    let ended: BTreeSet<&str> = once.iter().filter_map(|call| call.goal.as_deref()).collect();
    assert!(ended.contains("call.finished"), "{ended:?}");
    assert!(once.iter().map(|call| call.steps).sum::<usize>() > 40 * 5);
}

#[test]
fn a_call_played_again_stands_where_it_stood() {
    for seed in 0..20 {
        let call = played(library(), "welcome", seed);
        assert_eq!(call.inputs.len(), call.waits.len());
        let mut run = call.begin("welcome");
        for (input, wait) in call.inputs.iter().zip(&call.waits) {
            assert_eq!(run, *wait);
            run.input(library(), NOW, input.clone());
        }
    }
}

#[test]
fn the_table_says_how_often_a_second_and_how_many_times_the_bare_cost() {
    let measured = |what, count, ours, theirs| Measured {
        what,
        beside: "nothing",
        count,
        ours: Duration::from_millis(ours),
        theirs: Duration::from_millis(theirs),
    };
    let all = [measured("answers", 1_000, 10, 5), measured("sets", 1, 30, 10), measured("states", 50_000, 2_000, 10)];
    let told = table(&all, 4_000, (15, 120));
    for words in
        ["100000", "10.00 µs", "2.0 ×", "30.00 ms", "3.0 ×", "25000", "400000 steps a second", "50000 states in 2.0 s"]
    {
        assert!(told.contains(words), "{words} in\n{told}");
    }
}
