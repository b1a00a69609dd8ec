//! What the core itself answers.
//!
//! A refusal that depends on the request's own text alone is given afresh to each repetition and nothing is kept of it
//! (§8.2.7): a flood of them costs no memory, and a forged source gets one answer a request, not eleven. Kept are the
//! answers that must not change: 200 to BYE and CANCEL, and failures of an INVITE inside a dialog.

use super::core::{Asked, Core};
use super::event::{Action, Source, Transport};
use super::table::Transaction;
use super::transaction::{InviteServer, Server};
use super::wire::print::Response;
use super::wire::via::{MAGIC, Via};
use super::wire::{Fault, Message, Name};
use crate::sip::DialogId;

/// Seconds after which a refused caller's network may try again.
const RETRY_AFTER_S: &str = "10";

impl Core {
    /// An answer of which nothing is kept.
    pub(super) fn reply(&self, asked: &Asked<'_>, code: u16, headers: &[(&str, &str)], out: &mut Vec<Action>) {
        let bytes = self.written(asked, code, None, headers);
        out.push(asked.send(bytes));
    }

    /// 200 to a BYE or CANCEL, kept for its repetitions. Over TCP there are none.
    pub(super) fn reply_kept(&mut self, asked: &Asked<'_>, tag: Option<DialogId>, out: &mut Vec<Action>) {
        let bytes = self.written(asked, 200, tag, &[]);
        out.push(asked.send(bytes.clone()));
        let transport = asked.source.transport;
        if transport == Transport::Udp && !self.table.is_full() {
            let machine = Server::answered(asked.now, bytes);
            self.remember(asked, Transaction::Other { machine, to: asked.reply_to(), transport });
        }
    }

    /// 500 to an INVITE inside a dialog, repeated until its ACK: a repetition of it must not be taken for a new one when the
    /// dialog is free again.
    pub(super) fn refuse_kept(&mut self, asked: &Asked<'_>, headers: &[(&str, &str)], out: &mut Vec<Action>) {
        let bytes = self.written(asked, 500, None, headers);
        let (to, transport) = (asked.reply_to(), asked.source.transport);
        if !self.table.is_full() {
            let mut machine = InviteServer::new(transport != Transport::Udp);
            machine.answered(asked.now, 500, &bytes);
            self.remember(asked, Transaction::Invite { machine, to, transport, dialog: None });
        }
        out.push(Action::Send { transport, to, bytes });
    }

    /// What cannot be read cannot be matched either.
    pub(super) fn refuse_broken(&self, request: &Message, source: Source, fault: Fault, out: &mut Vec<Action>) {
        let Some(via) = Via::top(request) else { return };
        let tag = self.stateless_tag(request);
        let bytes = Response::new(request, source.peer, fault.code, Some(fault.reason), Some(&tag)).bytes();
        out.push(Action::Send { transport: source.transport, to: via.reply_to(source), bytes });
    }

    /// No room.
    pub(super) fn refuse_full(&mut self, asked: &Asked<'_>, out: &mut Vec<Action>) {
        self.counters.refused_full += 1;
        self.reply(asked, 503, &[("Retry-After", RETRY_AFTER_S)], out);
    }

    fn written(&self, asked: &Asked<'_>, code: u16, tag: Option<DialogId>, headers: &[(&str, &str)]) -> Vec<u8> {
        let tag = tag.map_or_else(|| self.stateless_tag(asked.request), |tag| tag.to_string());
        let response = Response::new(asked.request, asked.source.peer, code, None, Some(&tag));
        headers.iter().fold(response, |response, (name, value)| response.header(name, value)).bytes()
    }

    // ── names ────────────────────────────────────────────────────────────────────────────────────────────────────

    pub(super) fn new_dialog_id(&mut self) -> DialogId {
        self.made += 1;
        DialogId(self.digest(&[b"tag", &self.made.to_be_bytes()]) as u64)
    }

    pub(super) fn new_branch(&mut self) -> String {
        self.made += 1;
        format!("{MAGIC}{:016x}", self.digest(&[b"branch", &self.made.to_be_bytes()]) as u64)
    }

    /// The To tag of an answer outside a dialog: the same for each repetition, so nothing need be kept for it (§8.2.7). Its
    /// length tells it from a dialog's.
    fn stateless_tag(&self, request: &Message) -> String {
        let part = |name| request.lines(name).next().unwrap_or_default();
        format!("{:08x}", self.digest(&[b"none", part(Name::CallId), part(Name::From), part(Name::CSeq)]) as u32)
    }
}
