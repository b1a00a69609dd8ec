//! What is kept of a call: enough to count and to answer for it, no word and no key of it (F3, F5).

use jiff::Timestamp;

use crate::phone::PhoneNumber;

/// One line of the call journal.
#[derive(Clone, Debug, PartialEq)]
pub struct CallRecord {
    /// The call's identifier, as in the logs.
    pub id: String,
    /// The flow that answered.
    pub flow: String,
    /// Who called, unless withheld.
    pub caller: Option<PhoneNumber>,
    /// The INVITE's arrival.
    pub began_at: Timestamp,
    /// The end of the dialog.
    pub ended_at: Timestamp,
    /// How it ended: "finished", "caller hung up", "silence" …
    pub ended: &'static str,
    /// What was reached: "appointment.booked" …
    pub goal: Option<String>,
}

impl CallRecord {
    /// The record of a call that comes in.
    pub fn begin(id: &str, flow: &str, caller: Option<&PhoneNumber>, now: Timestamp) -> Self {
        Self {
            id: id.to_owned(),
            flow: flow.to_owned(),
            caller: caller.cloned(),
            began_at: now,
            ended_at: now,
            ended: "open",
            goal: None,
        }
    }

    /// The record of a call that is over.
    pub fn close(mut self, now: Timestamp, goal: Option<String>) -> Self {
        self.ended_at = now;
        self.goal = goal;
        self
    }
}
