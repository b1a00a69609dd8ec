//! The whole of SIP behind one door: [`Core::input`].

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Instant;

use sha2::{Digest, Sha256};

use super::dialog::{Dialog, DialogId};
use super::event::{Action, Counters, Event, Settings, Source};
use super::table::{Entry, Key, Names, Table, Transaction, Wake};
use super::timer::Queue;
use super::transaction::Turn;
use super::wire::address::Address;
use super::wire::print::{ALLOW, SDP};
use super::wire::via::Via;
use super::wire::{Junk, Message, Method, Name, parse};

/// SIP.
#[derive(Debug)]
pub struct Core {
    settings: Settings,
    seed: [u8; 16],
    /// Tags and branches made so far: each digests its own number.
    pub(super) made: u64,
    pub(super) table: Table,
    pub(super) dialogs: HashMap<DialogId, Dialog>,
    pub(super) timers: Queue<Wake>,
    pub(super) counters: Counters,
}

/// A request being taken: what every branch needs.
pub(super) struct Asked<'a> {
    pub now: Instant,
    pub request: &'a Message,
    pub source: Source,
    pub here: SocketAddr,
    pub method: String,
    pub key: Key,
    pub via: Via,
    pub from_tag: Option<String>,
    pub to_tag: Option<String>,
    pub call_id: String,
    pub sequence: u32,
}

impl Core {
    /// SIP without a call. `seed` makes tags and branches unguessable: draw it from the system.
    pub fn new(settings: Settings, seed: [u8; 16]) -> Core {
        Core {
            settings,
            seed,
            made: 0,
            table: Table::default(),
            dialogs: HashMap::new(),
            timers: Queue::default(),
            counters: Counters::default(),
        }
    }

    /// One event in; what to do is appended to `out`, in order.
    pub fn input(&mut self, now: Instant, event: Event<'_>, out: &mut Vec<Action>) {
        match event {
            Event::Received { source, here, bytes } => self.received(now, source, here, bytes, out),
            Event::Do(dialog, command) => self.command(now, dialog, command, out),
            Event::Timer => self.timer(now, out),
        }
    }

    /// The line is stopping: from now on a new call gets 503, and those in progress go on.
    pub fn close_doors(&mut self) {
        self.settings.calls = 0;
    }

    /// When [`Event::Timer`] is wanted.
    pub fn due_at(&self) -> Option<Instant> {
        self.timers.next_at()
    }

    /// The counts.
    pub fn counters(&self) -> Counters {
        let (dialogs, transactions) = (self.dialogs.len(), self.table.entries.len());
        Counters { dialogs, transactions, ..self.counters }
    }

    /// Whether one more call may come in.
    pub(super) fn has_room(&self) -> bool {
        self.dialogs.len() < self.settings.calls && !self.table.is_full()
    }

    fn received(&mut self, now: Instant, source: Source, here: SocketAddr, bytes: &[u8], out: &mut Vec<Action>) {
        self.counters.received += 1;
        let message = match parse(bytes) {
            Ok(message) => message,
            Err(Junk::KeepAlive) => return,
            Err(_) => return self.counters.junk += 1,
        };
        let fault = message.fault();
        if fault.is_some() {
            self.counters.faulty += 1;
        }
        match (message.method(), fault) {
            (None, None) => self.responded(now, &message),
            // A broken response, and a broken ACK, get nothing (§18.1.2, §17.1.1.3).
            (None, Some(_)) | (Some(Ok(Method::Ack)), Some(_)) => {}
            (Some(_), Some(fault)) => self.refuse_broken(&message, source, fault, out),
            (Some(method), None) => {
                let method = method.ok();
                if let Some(asked) = self.read(now, &message, source, here) {
                    self.asked(method, asked, out);
                }
            }
        }
    }

    /// A request that stands on its feet (§8.2).
    fn asked(&mut self, method: Option<Method>, asked: Asked<'_>, out: &mut Vec<Action>) {
        if method == Some(Method::Ack) {
            return self.acknowledged(&asked, out);
        }
        if let Some(id) = self.table.find(asked.key) {
            self.counters.repeated += 1;
            return self.repeated(id, out);
        }
        let Some(method) = method else { return self.reply(&asked, 501, &[("Allow", ALLOW)], out) };
        if method == Method::Cancel {
            return self.cancelled(&asked, out);
        }
        if !matches!(method, Method::Invite | Method::Bye | Method::Options) {
            return self.reply(&asked, 405, &[("Allow", ALLOW)], out);
        }
        if asked.to_tag.is_none() && self.table.is_merged(self.merge_key(&asked)) {
            return self.reply(&asked, 482, &[], out);
        }
        let required = asked.request.list(Name::Require).join(", ");
        if !required.is_empty() {
            // We know no extension that changes a call, 100rel among them (G8).
            return self.reply(&asked, 420, &[("Unsupported", &required)], out);
        }
        match (method, &asked.to_tag) {
            (Method::Invite, None) => self.invited(&asked, out),
            (Method::Invite, Some(_)) => self.reinvited(&asked, out),
            (Method::Bye, Some(_)) => self.left(&asked, out),
            (Method::Options, None) => self.options(&asked, out),
            (Method::Options, Some(_)) if self.dialog_of(&asked).is_some() => self.options(&asked, out),
            (_, _) => self.reply(&asked, 481, &[], out),
        }
    }

    /// What we can do (§11.2); trunks ask it every half minute to see whether we live.
    fn options(&self, asked: &Asked<'_>, out: &mut Vec<Action>) {
        let headers = [("Allow", ALLOW), ("Accept", SDP), ("Accept-Encoding", "identity"), ("Accept-Language", "fr")];
        self.reply(asked, 200, &headers, out);
    }

    /// The dialog that a request names by both tags and Call-ID (§12.2.2).
    pub(super) fn dialog_of(&self, asked: &Asked<'_>) -> Option<DialogId> {
        let id = DialogId::read(asked.to_tag.as_deref()?)?;
        let dialog = self.dialogs.get(&id)?;
        dialog.is_theirs(&asked.call_id, asked.from_tag.as_deref()).then_some(id)
    }

    fn responded(&mut self, now: Instant, response: &Message) {
        // §18.1.2: a response belongs to the transaction whose branch and method it carries; anything else is dropped, and so
        // is one with a second Via: it was meant for somebody behind us (§8.1.3.3).
        if response.elements(Name::Via).nth(1).is_some() {
            return;
        }
        let branch = Via::top(response).and_then(|via| via.branch);
        let method = response.sequence().map(|(_, method)| method);
        let (Some(branch), Some(method), Some(code)) = (branch, method, response.status()) else { return };
        let Some(id) = self.table.find(self.client_key(&branch, &method)) else { return };
        let entry = self.table.entries.get_mut(&id);
        let Some(Entry { transaction: Transaction::Bye { machine, .. }, .. }) = entry else { return };
        match machine.heard(now, code).1 {
            Turn::Over => self.forget(id),
            Turn::Quiet | Turn::Again | Turn::GaveUp => self.plan(id),
        }
    }

    fn read<'a>(&self, now: Instant, request: &'a Message, source: Source, here: SocketAddr) -> Option<Asked<'a>> {
        let via = Via::top(request)?;
        let tag = |name| request.text(name).and_then(|value| Address::parse(&value)?.tag().map(str::to_owned));
        let call_id = request.text(Name::CallId)?.into_owned();
        let (sequence, method) = request.sequence()?;
        let (from_tag, to_tag) = (tag(Name::From), tag(Name::To));
        let names = Names { call_id: &call_id, from_tag: from_tag.as_deref(), sequence };
        let key = self.server_key(request, &via, names, &method);
        Some(Asked { now, request, source, here, method, key, via, from_tag, to_tag, call_id, sequence })
    }

    /// The INVITE that a CANCEL or ACK speaks of (§9.2, §17.2.3).
    pub(super) fn invite_of(&self, asked: &Asked<'_>) -> Option<u64> {
        let from_tag = asked.from_tag.as_deref();
        let names = Names { call_id: &asked.call_id, from_tag, sequence: asked.sequence };
        self.table.find(self.server_key(asked.request, &asked.via, names, "INVITE"))
    }

    /// A number that nobody guesses without the seed.
    pub(super) fn digest(&self, parts: &[&[u8]]) -> u128 {
        let mut digest = Sha256::new().chain_update(self.seed);
        for part in parts {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        let bytes: [u8; 32] = digest.finalize().into();
        bytes.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte))
    }
}

impl Asked<'_> {
    /// Where the response goes (§18.2.2).
    pub fn reply_to(&self) -> SocketAddr {
        self.via.reply_to(self.source)
    }

    /// The response on its way.
    pub fn send(&self, bytes: Vec<u8>) -> Action {
        Action::Send { transport: self.source.transport, to: self.reply_to(), bytes }
    }
}
