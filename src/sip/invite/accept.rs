//! A first INVITE: somebody calls (RFC 3261 §13.3).

use crate::sip::core::{Action, Asked, Core, Incoming, Transaction, Transport};
use crate::sip::dialog::Dialog;
use crate::sip::identity::Identity;
use crate::sip::transaction::InviteServer;
use crate::sip::wire::print::{Response, SDP};
use crate::sip::wire::{Message, Name};

/// What a body asks of us.
pub(super) enum Body {
    None,
    Sdp(Vec<u8>),
    /// 415: not ours to read.
    Foreign,
}

impl Core {
    pub(in crate::sip) fn invited(&mut self, asked: Asked<'_>, out: &mut Vec<Action>) {
        let offer = match body(asked.request) {
            Body::None => None,
            Body::Sdp(sdp) => Some(sdp),
            Body::Foreign => return self.refuse(&asked, 415, &[("Accept", SDP), ("Accept-Encoding", "identity")], out),
        };
        if !wants_sdp(asked.request) {
            return self.refuse(&asked, 406, &[], out);
        }
        if !self.has_room() {
            return self.refuse_full(&asked, out);
        }
        let id = self.new_dialog_id();
        let (source, here, to) = (asked.source, asked.here, asked.reply_to());
        let transport = source.transport;
        let mut machine = InviteServer::new(transport != Transport::Udp);
        // 100 at once (G8): their repetitions stop, however long we take.
        let trying = Response::new(asked.request, source.peer, 100, None, None).bytes();
        machine.answered(asked.now, 100, &trying);
        let invite = self.remember(&asked, Transaction::Invite { machine, to, transport, dialog: Some(id) });
        let Some(dialog) = Dialog::new(id, asked.request, source, here, invite) else { return self.forget(invite) };
        self.dialogs.insert(id, dialog);
        out.push(Action::Send { transport, to, bytes: trying });
        let identity = Identity::read(asked.request);
        out.push(Action::Incoming(Incoming { dialog: id, identity, source, here, offer }));
    }
}

/// The session description of an INVITE or ACK.
pub(super) fn body(request: &Message) -> Body {
    if request.body().is_empty() {
        return Body::None;
    }
    let kind = request.text(Name::ContentType).unwrap_or_default();
    let is_sdp = kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(SDP));
    let is_plain = request.text(Name::ContentEncoding).is_none_or(|coding| coding.eq_ignore_ascii_case("identity"));
    if is_sdp && is_plain { Body::Sdp(request.body().to_vec()) } else { Body::Foreign }
}

/// Whether the answer may be a session description: Accept, when it is there, must take it (RFC 4475 §3.3.16).
fn wants_sdp(request: &Message) -> bool {
    let accepted = request.list(Name::Accept);
    let takes = |kind: &String| {
        let kind = kind.split(';').next().unwrap_or(kind).trim().to_ascii_lowercase();
        kind == SDP || kind == "application/*" || kind == "*/*"
    };
    accepted.is_empty() || accepted.iter().any(takes)
}
