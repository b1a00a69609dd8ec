//! What the call answers to an INVITE, and the patience of a 2xx (RFC 3261 §13.3.1).

use std::time::Instant;

use crate::sip::core::Core;
use crate::sip::dialog::{Dialog, DialogId, Pending, State, Unacknowledged};
use crate::sip::event::{Action, Command, Ended};
use crate::sip::table::{Entry, Transaction};
use crate::sip::timer::{GIVE_UP, Repeat, T2};
use crate::sip::wire::print::{ALLOW, Response};

impl Core {
    pub(in crate::sip) fn command(&mut self, now: Instant, id: DialogId, command: Command, out: &mut Vec<Action>) {
        let Some(dialog) = self.dialogs.get_mut(&id) else { return };
        match (&dialog.state, command) {
            (State::Asked(_), Command::Ring) => self.ring(now, id, out),
            (State::Asked(_), Command::Answer(sdp)) => self.accept(now, id, &sdp, out),
            (State::Asked(_), Command::Refuse(code)) => self.give_up(now, id, code, Ended::Here, out),
            (State::Asked(pending), Command::HangUp) if pending.is_first => {
                self.give_up(now, id, 480, Ended::Here, out);
            }
            (State::Asked(_), Command::HangUp) => {
                self.fail(now, id, 487, out);
                self.hang_up(now, id, out);
            }
            (State::Answered(answered), Command::HangUp) if answered.is_first => {
                // §15: not before the ACK. The call is over for its owner; the dialog waits a little longer.
                if !std::mem::replace(&mut dialog.is_leaving, true) {
                    out.push(Action::Ended(id, Ended::Here));
                }
            }
            (State::Answered(_) | State::Confirmed, Command::HangUp) => self.hang_up(now, id, out),
            // Nothing is asked of us any more: the far end withdrew it meanwhile.
            (State::Answered(_) | State::Confirmed, Command::Ring | Command::Answer(_) | Command::Refuse(_)) => {}
        }
    }

    fn ring(&mut self, now: Instant, id: DialogId, out: &mut Vec<Action>) {
        let Some(Dialog { state: State::Asked(pending), .. }) = self.dialogs.get(&id) else { return };
        let dialog = &self.dialogs[&id];
        let bytes = opening(dialog, pending, id, 180).bytes();
        self.send_response(now, pending.invite, 180, bytes, out);
    }

    fn accept(&mut self, now: Instant, id: DialogId, sdp: &str, out: &mut Vec<Action>) {
        let Some(Dialog { state: State::Asked(pending), .. }) = self.dialogs.get(&id) else { return };
        let dialog = &self.dialogs[&id];
        let response = opening(dialog, pending, id, 200).header("Allow", ALLOW).with_sdp(sdp);
        let Some(Entry { transaction: Transaction::Invite { to, .. }, .. }) = self.table.entries.get(&pending.invite)
        else {
            return;
        };
        // A 2xx is repeated over TCP too: a proxy on the way may have lost it (§13.3.1.4).
        let answered = Unacknowledged {
            response: response.clone(),
            to: *to,
            sequence: dialog.remote_sequence,
            repeat: Repeat::from(now, T2),
            until: now + GIVE_UP,
            is_first: pending.is_first,
        };
        self.send_response(now, pending.invite, 200, response, out);
        if let Some(dialog) = self.dialogs.get_mut(&id) {
            dialog.state = State::Answered(answered);
        }
        self.plan_dialog(id);
    }

    /// A final failure of the open INVITE; of a first one it ends the dialog, a later one leaves the call as it was.
    pub(super) fn give_up(&mut self, now: Instant, id: DialogId, code: u16, ended: Ended, out: &mut Vec<Action>) {
        let is_first = self.dialogs.get(&id).is_some_and(Dialog::is_first_asked);
        self.fail(now, id, code, out);
        if is_first {
            self.end(id, ended, out);
        }
    }

    /// A final failure of the open INVITE, if there is one; the dialog is confirmed again, or about to be ended.
    pub(super) fn fail(&mut self, now: Instant, id: DialogId, code: u16, out: &mut Vec<Action>) {
        let Some(dialog) = self.dialogs.get_mut(&id) else { return };
        if !matches!(dialog.state, State::Asked(_)) {
            return;
        }
        let State::Asked(pending) = std::mem::replace(&mut dialog.state, State::Confirmed) else { return };
        let response = Response::new(&pending.request, dialog.source.peer, code, None, Some(&id.to_string()));
        let response = if code == 503 { response.header("Retry-After", 10) } else { response };
        let bytes = response.header("Allow", ALLOW).bytes();
        self.send_response(now, pending.invite, code, bytes, out);
    }

    fn send_response(&mut self, now: Instant, invite: u64, code: u16, bytes: Vec<u8>, out: &mut Vec<Action>) {
        let entry = self.table.entries.get_mut(&invite);
        let Some(Entry { transaction: Transaction::Invite { machine, to, transport, .. }, .. }) = entry else { return };
        if machine.answered(now, code, &bytes) {
            out.push(Action::Send { transport: *transport, to: *to, bytes });
        }
        self.plan(invite);
    }

    /// A dialog waited long enough: for our answer, which is then no, or for the ACK of it: again, or at last enough.
    pub(in crate::sip) fn waited(&mut self, now: Instant, id: DialogId, out: &mut Vec<Action>) {
        let Some(dialog) = self.dialogs.get_mut(&id) else { return };
        match &mut dialog.state {
            State::Asked(pending) if pending.until <= now => self.give_up(now, id, 487, Ended::Cancelled, out),
            State::Answered(answered) if answered.until <= now => {
                let was_leaving = dialog.is_leaving;
                self.say_bye(now, id, out);
                out.extend((!was_leaving).then_some(Action::Ended(id, Ended::Unacknowledged)));
            }
            State::Answered(answered) if answered.repeat.at <= now => {
                answered.repeat.sent(now);
                let (transport, to) = (dialog.source.transport, answered.to);
                out.push(Action::Send { transport, to, bytes: answered.response.clone() });
            }
            State::Asked(_) | State::Answered(_) | State::Confirmed => {}
        }
    }

    /// The dialog is gone, and its owner is told.
    pub(super) fn end(&mut self, id: DialogId, ended: Ended, out: &mut Vec<Action>) {
        if let Some(dialog) = self.dialogs.remove(&id)
            && !dialog.is_leaving
        {
            out.push(Action::Ended(id, ended));
        }
    }
}

/// A response that makes a dialog (§12.1.1).
fn opening<'a>(dialog: &Dialog, pending: &'a Pending, id: DialogId, code: u16) -> Response<'a> {
    Response::new(&pending.request, dialog.source.peer, code, None, Some(&id.to_string()))
        .record_route()
        .header("Contact", dialog.contact())
}
