//! ACK: of a 2xx it confirms the dialog, of a failure it ends the transaction (RFC 3261 §13.3.1.4, §17.2.1).

use super::accept::{Body, body};
use crate::sip::core::{Action, Asked, Core, Entry, Transaction};
use crate::sip::dialog::State;
use crate::sip::transaction::Turn;

impl Core {
    pub(in crate::sip) fn acknowledged(&mut self, asked: &Asked<'_>, out: &mut Vec<Action>) {
        if let Some(id) = self.dialog_of(asked)
            && let Some(dialog) = self.dialogs.get_mut(&id)
            && let State::Answered { .. } = dialog.state
            && dialog.remote_sequence == asked.sequence
        {
            dialog.state = State::Confirmed;
            if dialog.is_leaving {
                return self.say_bye(asked.now, id, out);
            }
            let answer = match body(asked.request) {
                Body::Sdp(sdp) => Some(sdp),
                Body::None | Body::Foreign => None,
            };
            return out.push(Action::Confirmed(id, answer));
        }
        let Some(invite) = self.find(&asked.invite_key()) else { return };
        let Some(Entry { transaction: Transaction::Invite { machine, .. }, .. }) = self.transactions.get_mut(&invite)
        else {
            return;
        };
        match machine.acknowledged(asked.now) {
            Turn::Over => self.forget(invite),
            Turn::Quiet | Turn::Again | Turn::GaveUp => self.plan(invite),
        }
    }
}
