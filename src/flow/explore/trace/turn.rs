//! One answer of the caller as lines of a transcript, and the words that stand for what happened.

use super::super::search::Move;
use super::super::talker::{GOALS, Kind, MEANINGS};
use crate::flow::Queued;
use crate::flow::action::Reply;

/// What one answer of the caller brings about.
#[derive(Default)]
pub(super) struct Turn {
    /// Clauses that must stand before what the caller does.
    pub(super) before: Vec<String>,
    /// What the caller does.
    pub(super) does: String,
    /// What is heard of it.
    pub(super) hears: Vec<String>,
    pub(super) comments: Vec<String>,
    /// Requests the store was asked.
    pub(super) asked: u8,
    pub(super) is_down: bool,
}

/// The first words of an SMS that are the flow's own: no date, and no number.
pub(super) fn read(text: &str) -> Option<String> {
    let is_own = |words: &&str| words.split(' ').count() > 1 && !words.contains(|c: char| c.is_ascii_digit());
    text.split(['\n', '"', '.', ':', '?', ',']).map(str::trim).find(is_own).map(str::to_owned)
}

impl Turn {
    /// The store is to be down, until all of it is heard.
    pub(super) fn down(&mut self) {
        if !std::mem::replace(&mut self.is_down, true) {
            self.before.push("store down".to_owned());
        }
    }

    /// One line of clauses, then the comments.
    pub(super) fn lines(self, by_sms: bool) -> impl Iterator<Item = String> {
        let Self { before, does, hears, comments, is_down, .. } = self;
        let verb = if by_sms { "reads" } else { "hears" };
        let hears = hears.into_iter().map(move |words| format!("{verb} \"{words}\""));
        let does = [does].into_iter().filter(|does| !does.is_empty());
        let up = is_down.then(|| "store up".to_owned());
        let line = before.into_iter().chain(does).chain(hears).chain(up).collect::<Vec<_>>().join("   ");
        [line].into_iter().filter(|line| !line.is_empty()).chain(comments)
    }
}

/// Whose move it is.
pub(super) fn caller(by: Move) -> Option<u8> {
    match by {
        Move::Start(call)
        | Move::Keys(call, _)
        | Move::Silence(call)
        | Move::Worn(call)
        | Move::Speaks(call)
        | Move::Words(call, ..)
        | Move::Queue(call, _)
        | Move::HangUp(call)
        | Move::Answered(call)
        | Move::Unavailable(call)
        | Move::Lost(call)
        | Move::Unsure(call)
        | Move::Finished(call)
        | Move::Dropped(call)
        | Move::Cut(call)
        | Move::Rests(call) => Some(call),
        Move::RestsLapse
        | Move::Lapse(_)
        | Move::Struck(_)
        | Move::RivalHolds(_)
        | Move::RivalBooks(_)
        | Move::RivalLetsGo => None,
    }
}

/// As a transcript says it.
pub(super) fn rung(queued: Queued) -> &'static str {
    match queued {
        Queued::Answered => "answers",
        Queued::Closed => "closed",
        Queued::Busy => "busy",
        Queued::Callback => "call-back",
    }
}

/// The same answer, to whoever goes on from it.
pub(super) fn is_alike(one: &Reply, other: &Reply) -> bool {
    let listed = |reply: &Reply| match reply {
        Reply::Slots(all) => all.len(),
        Reply::Days(all) => all.len(),
        Reply::Groups(all) => all.len(),
        Reply::Appointments(all) => all.len(),
        _ => 0,
    };
    std::mem::discriminant(one) == std::mem::discriminant(other) && listed(one) == listed(other)
}

/// The outcome that must have been written for these words, or this goal, to be true.
pub(super) fn outcome(words: &str) -> Option<&'static str> {
    let lower = words.to_lowercase();
    let goal = GOALS.iter().find(|(goal, _)| *goal == words).map(|(_, kind)| *kind);
    let kind = goal.or_else(|| MEANINGS.iter().find(|(word, _)| lower.contains(word)).map(|(_, kind)| *kind))?;
    Some(match kind {
        Kind::Booked => "booked",
        Kind::Moved => "moved",
        Kind::Confirmed => "confirmed",
        Kind::Cancelled => "cancelled",
        Kind::CallBack => "requested",
        Kind::Message => "kept",
        Kind::Joined => "joined",
        Kind::Pace => "recorded",
        Kind::Any => return None,
    })
}
