//! A first INVITE: somebody calls (RFC 3261 §13.3).

use super::body::{Body, READABLE, body, wants_sdp};
use crate::sip::core::{Asked, Core};
use crate::sip::dialog::{Dialog, State};
use crate::sip::event::{Action, Incoming};
use crate::sip::identity::Identity;
use crate::sip::wire::print::Response;

impl Core {
    pub(in crate::sip) fn invited(&mut self, asked: &Asked<'_>, out: &mut Vec<Action>) {
        let offer = match body(asked.request) {
            Body::None => None,
            Body::Sdp(sdp) => Some(sdp),
            Body::Foreign => return self.reply(asked, 415, READABLE, out),
        };
        if !wants_sdp(asked.request) {
            return self.reply(asked, 406, &[], out);
        }
        if !self.has_room() {
            return self.refuse_full(asked, out);
        }
        let Asked { now, request, source, here, .. } = *asked;
        let id = self.new_dialog_id();
        let invite = self.open(asked, id);
        let state = State::asked(now, invite, request, true);
        let Some(dialog) = Dialog::new(id, request, source, here, state) else { return self.forget(invite) };
        self.dialogs.insert(id, dialog);
        self.plan_dialog(id);
        // 100 at once (G8): their repetitions stop, however long we take.
        let trying = Response::new(request, source.peer, 100, None, None).timestamp().bytes();
        if let Some(machine) = self.invite(invite) {
            machine.answered(now, 100, &trying);
        }
        self.plan(invite);
        out.push(asked.send(trying));
        out.push(Action::Incoming(Incoming { dialog: id, identity: Identity::read(request), source, here, offer }));
    }
}
