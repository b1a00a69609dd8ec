//! CANCEL: they gave up before we answered (RFC 3261 §9.2). After the answer it changes nothing: a BYE will come.

use crate::sip::core::{Asked, Core};
use crate::sip::event::{Action, Ended};
use crate::sip::table::{Entry, Transaction};

impl Core {
    pub(in crate::sip) fn cancelled(&mut self, asked: &Asked<'_>, out: &mut Vec<Action>) {
        let entry = self.invite_of(asked).and_then(|id| self.table.entries.get(&id));
        let Some(Entry { transaction: Transaction::Invite { machine, dialog, .. }, .. }) = entry else {
            return self.reply(asked, 481, &[], out);
        };
        let (is_proceeding, dialog) = (machine.is_proceeding(), *dialog);
        // §9.2: under the tag of the answer to the INVITE.
        self.reply_kept(asked, dialog, out);
        if let Some(id) = dialog.filter(|_| is_proceeding) {
            self.give_up(asked.now, id, 487, Ended::Cancelled, out);
        }
    }
}
