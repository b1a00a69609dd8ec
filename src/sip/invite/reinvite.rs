//! An INVITE inside a dialog: hold, another address, or "what do you offer?" (RFC 3261 §14.2).

use super::accept::{Body, body};
use crate::sip::core::{Action, Asked, Core, Transaction, Transport};
use crate::sip::dialog::State;
use crate::sip::transaction::InviteServer;
use crate::sip::wire::print::SDP;

impl Core {
    pub(in crate::sip) fn reinvited(&mut self, asked: Asked<'_>, out: &mut Vec<Action>) {
        let Some(id) = self.dialog_of(&asked) else { return self.refuse(&asked, 481, &[], out) };
        let dialog = self.dialogs.get_mut(&id).expect("dialog_of found it in this very table");
        if asked.sequence <= dialog.remote_sequence {
            // §12.2.2: older than what we have seen.
            return self.refuse(&asked, 500, &[], out);
        }
        if dialog.is_leaving {
            return self.refuse(&asked, 481, &[], out);
        }
        match dialog.state {
            // §14.2: the one before is not answered, or its answer not acknowledged.
            State::Asked { .. } | State::Answered { .. } => {
                return self.refuse(&asked, 500, &[("Retry-After", "1")], out);
            }
            State::Confirmed => {}
        }
        let offer = match body(asked.request) {
            Body::None => None,
            Body::Sdp(sdp) => Some(sdp),
            Body::Foreign => return self.refuse(&asked, 415, &[("Accept", SDP)], out),
        };
        let (to, transport) = (asked.reply_to(), asked.source.transport);
        let machine = InviteServer::new(transport != Transport::Udp);
        let invite = self.remember(&asked, Transaction::Invite { machine, to, transport, dialog: Some(id) });
        if let Some(dialog) = self.dialogs.get_mut(&id) {
            dialog.remote_sequence = asked.sequence;
            dialog.refresh(asked.request, asked.source);
            let request = Box::new(asked.request.clone());
            dialog.state = State::Asked { invite, request, is_first: false };
        }
        out.push(Action::Reinvited(id, offer));
    }
}
