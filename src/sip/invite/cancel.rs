//! CANCEL: they gave up before we answered (RFC 3261 §9.2). After the answer it changes nothing: a BYE will come.

use crate::sip::core::{Action, Asked, Core, Ended, Entry, Transaction};

impl Core {
    pub(in crate::sip) fn cancelled(&mut self, asked: Asked<'_>, out: &mut Vec<Action>) {
        let invite = self.find(&asked.invite_key());
        let entry = invite.and_then(|id| self.transactions.get(&id));
        let Some(Entry { transaction: Transaction::Invite { machine, dialog, .. }, .. }) = entry else {
            return self.refuse(&asked, 481, &[], out);
        };
        let (is_proceeding, dialog) = (machine.is_proceeding(), *dialog);
        self.answer(&asked, 200, &[], out);
        if let Some(id) = dialog.filter(|_| is_proceeding) {
            let is_first = self.dialogs.get(&id).is_some_and(|dialog| dialog.is_first_asked());
            self.fail(asked.now, id, 487, out);
            // A later INVITE that is cancelled leaves the call as it was.
            if is_first {
                self.end(id, Ended::Cancelled, out);
            }
        }
    }
}
