//! An INVITE inside a dialog: hold, another address, or "what do you offer?" (RFC 3261 §14.2).

use super::body::{Body, READABLE, body};
use crate::sip::core::{Asked, Core};
use crate::sip::dialog::{DialogId, State};
use crate::sip::event::{Action, Transport};
use crate::sip::table::Transaction;
use crate::sip::transaction::InviteServer;

impl Core {
    pub(in crate::sip) fn reinvited(&mut self, asked: &Asked<'_>, out: &mut Vec<Action>) {
        let Some(id) = self.dialog_of(asked) else { return self.reply(asked, 481, &[], out) };
        let dialog = self.dialogs.get(&id).expect("dialog_of found it in this very table");
        if asked.sequence <= dialog.remote_sequence {
            // §12.2.2: older than what we have seen.
            return self.refuse_kept(asked, &[], out);
        }
        if !matches!(dialog.state, State::Confirmed) {
            // §14.2: the one before is not answered, or its answer not acknowledged (we may be leaving, too).
            return self.refuse_kept(asked, &[("Retry-After", "1")], out);
        }
        let offer = match body(asked.request) {
            Body::None => None,
            Body::Sdp(sdp) => Some(sdp),
            Body::Foreign => return self.reply(asked, 415, READABLE, out),
        };
        if self.table.is_full() {
            return self.refuse_full(asked, out);
        }
        let invite = self.open(asked, id);
        if let Some(dialog) = self.dialogs.get_mut(&id) {
            dialog.remote_sequence = asked.sequence;
            dialog.refresh(asked.request, asked.source, asked.here);
            dialog.state = State::asked(asked.now, invite, asked.request, false);
        }
        self.plan_dialog(id);
        out.push(Action::Reinvited(id, offer));
    }

    /// The transaction of an INVITE that a call will answer.
    pub(super) fn open(&mut self, asked: &Asked<'_>, id: DialogId) -> u64 {
        let (to, transport) = (asked.reply_to(), asked.source.transport);
        let machine = InviteServer::new(transport != Transport::Udp);
        self.remember(asked, Transaction::Invite { machine, to, transport, dialog: Some(id) })
    }
}
