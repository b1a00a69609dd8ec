//! BYE, theirs and ours (RFC 3261 §15).

use std::time::Instant;

use crate::sip::core::{Asked, Core};
use crate::sip::dialog::DialogId;
use crate::sip::event::{Action, Ended, Transport};
use crate::sip::table::Transaction;
use crate::sip::transaction::Client;
use crate::sip::wire::Method;

impl Core {
    /// They hung up: answered, whatever else is open, which ends with 487 (§15.1.2).
    pub(in crate::sip) fn left(&mut self, asked: &Asked<'_>, out: &mut Vec<Action>) {
        let Some(id) = self.dialog_of(asked) else { return self.reply(asked, 481, &[], out) };
        if self.dialogs.get(&id).is_some_and(|dialog| asked.sequence < dialog.remote_sequence) {
            // §12.2.2: out of order. A repetition never comes this far.
            return self.reply(asked, 500, &[], out);
        }
        self.fail(asked.now, id, 487, out);
        self.reply_kept(asked, None, out);
        self.end(id, Ended::Bye, out);
    }

    /// The call hangs up.
    pub(super) fn hang_up(&mut self, now: Instant, id: DialogId, out: &mut Vec<Action>) {
        self.say_bye(now, id, out);
        out.push(Action::Ended(id, Ended::Here));
    }

    /// BYE goes out; its transaction lives on without the dialog.
    pub(super) fn say_bye(&mut self, now: Instant, id: DialogId, out: &mut Vec<Action>) {
        let branch = self.new_branch();
        let Some(mut dialog) = self.dialogs.remove(&id) else { return };
        let (bytes, to) = dialog.request(Method::Bye, &branch);
        let transport = dialog.source.transport;
        let machine = Client::new(now, bytes.clone(), transport != Transport::Udp);
        self.remember_own(&branch, Method::Bye, Transaction::Bye { machine, to, transport });
        out.push(Action::Send { transport, to, bytes });
    }
}
