//! Calls that go anywhere, written down: for the player, which must hear what was heard here.

use super::*;
use crate::flow::Queued;
use crate::flow::explore::search::{Move, WORDS};
use crate::flow::explore::talker::Waits;
use crate::flow::explore::trace::Scribe;

/// Whoever presses `0` at every turn gets nowhere else.
const RARE: u64 = 12;

/// A way of so many moves through a scope, by a seed; only moves that have a clause.
pub(crate) fn wandered(scope: &Scope, seed: u64, moves: usize) -> String {
    let world = World::new(library(), STRAIGHT, scope.flow, scope);
    let (mut scribe, mut dice) = (Scribe::new(&world, 0), Dice(seed));
    for _ in 0..moves {
        let Some(by) = next(&world, &scribe, &mut dice) else { break };
        scribe.play(by);
    }
    scribe.whole(None)
}

fn next(world: &World<'_>, scribe: &Scribe<'_>, dice: &mut Dice) -> Option<Move> {
    if let Some(by) = others(world, scribe, dice) {
        return Some(by);
    }
    let (call, talker) = (0..).zip(&scribe.talkers).find(|(_, talker)| !talker.is_over || talker.rest.is_some())?;
    if talker.rest.is_some() {
        return Some(Move::Rests(call));
    }
    if talker.pending.is_some() {
        return Some(if dice.is(RARE) { Move::Unavailable(call) } else { Move::Answered(call) });
    }
    Some(match talker.waits {
        // A second call comes back to what is there.
        None if call > 0 && scribe.store.rests.is_empty() => return None,
        None => Move::Start(call),
        Some(Waits::Counsellor) => {
            let all: Vec<Queued> = world.queued().collect();
            Move::Queue(call, all[dice.of(all.len())])
        }
        Some(_) if dice.is(RARE) && !world.scope.by_sms => Move::Silence(call),
        Some(_) if world.scope.has_letters && dice.is(3) => {
            // STOP, the last of them, leads nowhere.
            let many = WORDS.len() - usize::from(!dice.is(RARE));
            let words = u8::try_from(dice.of(many)).expect("few words");
            Move::Words(call, words, dice.is(RARE))
        }
        Some(_) if dice.is(RARE) && world.scope.again.is_some() => Move::HangUp(call),
        Some(Waits::Voice(_)) if !dice.is(RARE) => Move::Speaks(call),
        Some(waits) => {
            let keys = world.keys(waits);
            let is_rare = |keys: &u8| matches!(world.keys[usize::from(*keys)].as_str(), "0" | "*" | "7");
            let usual: Vec<u8> = keys.iter().copied().filter(|keys| !is_rare(keys)).collect();
            let keys = if usual.is_empty() || dice.is(RARE) { keys } else { usual };
            Move::Keys(call, keys[dice.of(keys.len())])
        }
    })
}

/// Time and other people, now and then.
fn others(world: &World<'_>, scribe: &Scribe<'_>, dice: &mut Dice) -> Option<Move> {
    let nth = |at: usize| u8::try_from(at).expect("a small world");
    let held = scribe.store.holds.iter().position(|hold| hold.until > scribe.store.now && hold.holder != RIVAL);
    let row = scribe.store.rows.iter().position(|row| !row.is_excused && row.phone.is_some());
    if !dice.is(RARE) {
        return None;
    }
    match dice.of(3) {
        0 => held.map(|at| Move::Lapse(nth(at))),
        1 => row.map(|at| Move::Struck(nth(at))),
        _ if world.scope.has_rival => Some(Move::RivalBooks(nth(dice.of(world.region.places.len())))),
        _ => None,
    }
}

/// The same throws for the same seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn is(&mut self, one_in: u64) -> bool {
        self.throw().is_multiple_of(one_in)
    }

    fn of(&mut self, many: usize) -> usize {
        usize::try_from(self.throw() >> 1).expect("64 bits") % many
    }
}
