//! What the call answers to an INVITE, and the patience of a 2xx (RFC 3261 §13.3.1).

use std::time::Instant;

use crate::sip::core::{Action, Command, Core, Ended, Entry, Transaction};
use crate::sip::dialog::{DialogId, State};
use crate::sip::timer::{GIVE_UP, Repeat, T2};
use crate::sip::wire::Message;
use crate::sip::wire::print::{ALLOW, Response};

impl Core {
    pub(in crate::sip) fn command(&mut self, now: Instant, id: DialogId, command: Command, out: &mut Vec<Action>) {
        let Some(dialog) = self.dialogs.get_mut(&id) else { return };
        match (&dialog.state, command) {
            (State::Asked { .. }, Command::Ring) => self.ring(now, id, out),
            (State::Asked { .. }, Command::Answer(sdp)) => self.accept(now, id, &sdp, out),
            (State::Asked { is_first: true, .. }, Command::Refuse(code)) => {
                self.fail(now, id, code, out);
                self.end(id, Ended::Here, out);
            }
            (State::Asked { is_first: false, .. }, Command::Refuse(code)) => self.fail(now, id, code, out),
            (State::Asked { is_first: true, .. }, Command::HangUp) => {
                self.fail(now, id, 480, out);
                self.end(id, Ended::Here, out);
            }
            (State::Asked { is_first: false, .. }, Command::HangUp) => {
                self.fail(now, id, 487, out);
                self.hang_up(now, id, out);
            }
            (State::Answered { is_first: true, .. }, Command::HangUp) => {
                // §15: not before the ACK. The call is over for its owner; the dialog waits a little longer.
                dialog.is_leaving = true;
                out.push(Action::Ended(id, Ended::Here));
            }
            (State::Answered { is_first: false, .. } | State::Confirmed, Command::HangUp) => self.hang_up(now, id, out),
            // Nothing is asked of us any more: the far end withdrew it meanwhile.
            (State::Answered { .. } | State::Confirmed, Command::Ring | Command::Answer(_) | Command::Refuse(_)) => {}
        }
    }

    fn ring(&mut self, now: Instant, id: DialogId, out: &mut Vec<Action>) {
        let Some((request, invite)) = self.open_invite(id) else { return };
        let here = self.dialogs[&id].here;
        let source = self.dialogs[&id].source;
        let bytes = Response::new(&request, source.peer, 180, None, Some(&id.to_string()))
            .record_route()
            .header("Contact", format_args!("<sip:{here}>"))
            .bytes();
        self.send_response(now, invite, 180, bytes, out);
    }

    fn accept(&mut self, now: Instant, id: DialogId, sdp: &str, out: &mut Vec<Action>) {
        let Some((request, invite)) = self.open_invite(id) else { return };
        let Some(dialog) = self.dialogs.get_mut(&id) else { return };
        let response = Response::new(&request, dialog.source.peer, 200, None, Some(&id.to_string()))
            .record_route()
            .header("Contact", format_args!("<sip:{}>", contact(dialog.here, dialog.source.transport)))
            .header("Allow", ALLOW)
            .with_sdp(sdp);
        let Some(Entry { transaction: Transaction::Invite { to, .. }, .. }) = self.transactions.get(&invite) else {
            return;
        };
        let State::Asked { is_first, .. } = dialog.state else { return };
        // A 2xx is repeated over TCP too: a proxy on the way may have lost it (§13.3.1.4).
        dialog.state = State::Answered {
            response: response.clone(),
            to: *to,
            repeat: Repeat::from(now, T2),
            until: now + GIVE_UP,
            is_first,
        };
        self.send_response(now, invite, 200, response, out);
        self.plan_dialog(id);
    }

    /// A final failure of the open INVITE; the dialog is confirmed again, or about to be ended by who asked.
    pub(super) fn fail(&mut self, now: Instant, id: DialogId, code: u16, out: &mut Vec<Action>) {
        let Some((request, invite)) = self.open_invite(id) else { return };
        let Some(dialog) = self.dialogs.get_mut(&id) else { return };
        dialog.state = State::Confirmed;
        let response = Response::new(&request, dialog.source.peer, code, None, Some(&id.to_string()));
        let response = if code == 503 { response.header("Retry-After", 10) } else { response };
        let bytes = response.header("Allow", ALLOW).bytes();
        self.send_response(now, invite, code, bytes, out);
    }

    /// The INVITE that waits for us, and its transaction.
    fn open_invite(&self, id: DialogId) -> Option<(Box<Message>, u64)> {
        match &self.dialogs.get(&id)?.state {
            State::Asked { invite, request, .. } => Some((request.clone(), *invite)),
            State::Answered { .. } | State::Confirmed => None,
        }
    }

    fn send_response(&mut self, now: Instant, invite: u64, code: u16, bytes: Vec<u8>, out: &mut Vec<Action>) {
        let Some(Entry { transaction: Transaction::Invite { machine, to, transport, .. }, .. }) =
            self.transactions.get_mut(&invite)
        else {
            return;
        };
        if machine.answered(now, code, &bytes) {
            out.push(Action::Send { transport: *transport, to: *to, bytes });
        }
        self.plan(invite);
    }

    /// Our 2xx waits for its ACK: again, or at last enough.
    pub(in crate::sip) fn unacknowledged(&mut self, now: Instant, id: DialogId, out: &mut Vec<Action>) {
        let Some(dialog) = self.dialogs.get_mut(&id) else { return };
        let State::Answered { response, to, repeat, until, .. } = &mut dialog.state else { return };
        if *until <= now {
            let was_leaving = dialog.is_leaving;
            self.say_bye(now, id, out);
            let ended = (!was_leaving).then_some(Action::Ended(id, Ended::Unacknowledged));
            out.extend(ended);
            return;
        }
        if repeat.at <= now {
            repeat.sent(now);
            out.push(Action::Send { transport: dialog.source.transport, to: *to, bytes: response.clone() });
            self.plan_dialog(id);
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

/// Where later requests of the dialog reach us.
fn contact(here: std::net::SocketAddr, transport: crate::sip::core::Transport) -> String {
    match transport {
        crate::sip::core::Transport::Udp => here.to_string(),
        crate::sip::core::Transport::Tcp(_) => format!("{here};transport=tcp"),
    }
}
