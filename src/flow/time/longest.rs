//! The longest way to every end, whatever it is measured in.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Add;

use super::Ends;
use super::steps::To;

/// Ways tried for the longest one: our largest flow has a hundred. Past it, it is the longest of those tried.
const WAYS_MAX: usize = 200_000;

/// A way out of a step at its dearest.
pub(in crate::flow) struct Hop<C> {
    pub to: To,
    pub cost: C,
    /// The goal of a called flow.
    pub reached: Option<String>,
}

/// The longest way to every end on which no step comes twice.
pub(in crate::flow) fn longest<C>(hops: &BTreeMap<&str, Vec<Hop<C>>>, start: &str) -> BTreeMap<Ends, C>
where
    C: Copy + Default + Ord + Add<Output = C>,
{
    let mut path = Path { hops, found: BTreeMap::new(), tried: 0 };
    path.follow(start, None, C::default(), &mut BTreeSet::new());
    path.found
}

struct Path<'a, C> {
    hops: &'a BTreeMap<&'a str, Vec<Hop<C>>>,
    found: BTreeMap<Ends, C>,
    tried: usize,
}

impl<'a, C: Copy + Default + Ord + Add<Output = C>> Path<'a, C> {
    fn follow(&mut self, step: &'a str, reached: Option<&'a str>, so_far: C, seen: &mut BTreeSet<&'a str>) {
        if !seen.insert(step) {
            return;
        }
        for hop in self.hops.get(step).into_iter().flatten() {
            self.tried += 1;
            if self.tried > WAYS_MAX {
                break;
            }
            let (cost, reached) = (so_far + hop.cost, hop.reached.as_deref().or(reached));
            match &hop.to {
                To::Step(next) => self.follow(next, reached, cost, seen),
                To::Goal(goal) => {
                    let longest = self.found.entry((goal.clone(), reached.map(str::to_owned))).or_default();
                    *longest = cost.max(*longest);
                }
            }
        }
        seen.remove(step);
    }
}
