//! ACK: of a 2xx it confirms the dialog, of a failure it ends the transaction (RFC 3261 §13.3.1.4, §17.2.1).

use super::body::{Body, body};
use crate::sip::core::{Asked, Core};
use crate::sip::dialog::State;
use crate::sip::event::Action;
use crate::sip::transaction::Turn;

impl Core {
    pub(in crate::sip) fn acknowledged(&mut self, asked: &Asked<'_>, out: &mut Vec<Action>) {
        if let Some(id) = self.dialog_of(asked)
            && let Some(dialog) = self.dialogs.get_mut(&id)
            && let State::Answered(answered) = &dialog.state
            && answered.sequence == asked.sequence
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
        let Some(id) = self.invite_of(asked) else { return };
        match self.invite(id).map(|machine| machine.acknowledged(asked.now)) {
            Some(Turn::Over) => self.forget(id),
            Some(Turn::Quiet | Turn::Again | Turn::GaveUp) => self.plan(id),
            None => {}
        }
    }
}
