//! The whole of SIP behind one door: [`Core::input`].

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Instant;

use sha2::{Digest, Sha256};

use super::dialog::{Dialog, DialogId, State};
use super::identity::Identity;
use super::timer::Queue;
use super::transaction::{Client, InviteServer, Server, Turn};
use super::wire::address::Address;
use super::wire::print::{ALLOW, Response, SDP};
use super::wire::via::{MAGIC, Via};
use super::wire::{Fault, Junk, Message, Method, Name, parse};

/// Transactions remembered at once. A short call leaves two behind for 32 s, so this is 3,000 calls a second; past it, a
/// new request gets 503 and nothing is kept of it.
const TRANSACTIONS_MAX: usize = 200_000;
/// Seconds after which a refused caller's network may try again.
const RETRY_AFTER_S: u32 = 10;

/// How a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// Datagrams.
    Udp,
    /// This connection.
    Tcp(u64),
}

/// Where a message came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// How.
    pub transport: Transport,
    /// Its address.
    pub peer: SocketAddr,
}

/// What happens to SIP.
#[derive(Debug)]
pub enum Event<'a> {
    /// One whole message came.
    Received {
        /// From there.
        source: Source,
        /// To this address of ours: what the far end reaches us by.
        here: SocketAddr,
        /// Its bytes.
        bytes: &'a [u8],
    },
    /// The call that owns a dialog wants something.
    Do(DialogId, Command),
    /// [`Core::due_at`] is here.
    Timer,
}

/// What a call wants of its dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// 180: it rings.
    Ring,
    /// 200 with this session description, to the first INVITE or a later one.
    Answer(String),
    /// This failure: it ends the dialog when no INVITE was accepted yet, and changes nothing otherwise.
    Refuse(u16),
    /// BYE.
    HangUp,
}

/// What SIP wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send these bytes there.
    Send {
        /// By this way.
        transport: Transport,
        /// To this address; over TCP, where to connect when the connection is gone.
        to: SocketAddr,
        /// The message.
        bytes: Vec<u8>,
    },
    /// Somebody calls. 100 has been sent; the call answers with [`Command`]s.
    Incoming(Incoming),
    /// The ACK came: they hear us. Its body, when it has one.
    Confirmed(DialogId, Option<Vec<u8>>),
    /// They offer other media, or ask what we offer.
    Reinvited(DialogId, Option<Vec<u8>>),
    /// The dialog is over.
    Ended(DialogId, Ended),
}

/// A call that comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Its dialog.
    pub dialog: DialogId,
    /// Who calls whom.
    pub identity: Identity,
    /// Where it came from.
    pub source: Source,
    /// Our address that it came to.
    pub here: SocketAddr,
    /// Their session description, unless they ask for ours (G7).
    pub offer: Option<Vec<u8>>,
}

/// How a dialog ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// They hung up.
    Bye,
    /// They gave up before we answered.
    Cancelled,
    /// Our answer was never acknowledged (§13.3.1.4).
    Unacknowledged,
    /// We hung up, or refused.
    Here,
}

/// Limits.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Calls at once; one more gets 503.
    pub calls: usize,
}

/// What was done since the start; the tables as they are now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name says what it counts")]
pub struct Counters {
    pub received: u64,
    pub junk: u64,
    pub faulty: u64,
    pub repeated: u64,
    pub refused_full: u64,
    pub dialogs: usize,
    pub transactions: usize,
}

/// A transaction, and who it is for.
#[derive(Debug)]
pub(super) enum Transaction {
    Invite { machine: InviteServer, to: SocketAddr, transport: Transport, dialog: Option<DialogId> },
    Other { machine: Server, to: SocketAddr, transport: Transport },
    Bye { machine: Client, to: SocketAddr, transport: Transport },
}

/// Who asked to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wake {
    Transaction(u64),
    Dialog(DialogId),
}

/// SIP.
#[derive(Debug)]
pub struct Core {
    settings: Settings,
    seed: [u8; 16],
    made: u64,
    pub(super) transactions: HashMap<u64, Entry>,
    by_key: HashMap<String, u64>,
    /// Call-ID, From tag and CSeq of first requests: the same one by another way is refused (§8.2.2.2).
    merged: HashMap<String, u64>,
    pub(super) dialogs: HashMap<DialogId, Dialog>,
    timers: Queue<Wake>,
    counters: Counters,
}

/// A transaction with the keys that lead to it.
#[derive(Debug)]
pub(super) struct Entry {
    pub transaction: Transaction,
    key: String,
    merge_key: Option<String>,
}

/// A request being taken: what every branch needs.
pub(super) struct Asked<'a> {
    pub now: Instant,
    pub request: &'a Message,
    pub source: Source,
    pub here: SocketAddr,
    pub key: String,
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
            transactions: HashMap::new(),
            by_key: HashMap::new(),
            merged: HashMap::new(),
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
        Counters { dialogs: self.dialogs.len(), transactions: self.transactions.len(), ..self.counters }
    }

    // ── what came ────────────────────────────────────────────────────────────────────────────────────────────────

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
                if let Some(asked) = asked(now, &message, source, here) {
                    self.asked(method, asked, out);
                }
            }
        }
    }

    fn asked(&mut self, method: Option<Method>, asked: Asked<'_>, out: &mut Vec<Action>) {
        if method == Some(Method::Ack) {
            return self.acknowledged(&asked, out);
        }
        if let Some(id) = self.by_key.get(&asked.key) {
            self.counters.repeated += 1;
            return self.repeated(*id, out);
        }
        if method == Some(Method::Cancel) {
            return self.cancelled(asked, out);
        }
        if self.transactions.len() >= TRANSACTIONS_MAX {
            return self.refuse_full(&asked, out);
        }
        let Some(method) = method else { return self.refuse(&asked, 501, &[("Allow", ALLOW)], out) };
        if !matches!(method, Method::Invite | Method::Bye | Method::Options) {
            return self.refuse(&asked, 405, &[("Allow", ALLOW)], out);
        }
        if asked.to_tag.is_none() && self.merged.contains_key(&asked.merge_key()) {
            return self.refuse(&asked, 482, &[], out);
        }
        let required = asked.request.list(Name::Require).join(", ");
        if !required.is_empty() {
            // We know no extension that changes a call, 100rel among them (G8).
            return self.refuse(&asked, 420, &[("Unsupported", &required)], out);
        }
        match (method, &asked.to_tag) {
            (Method::Invite, None) => self.invited(asked, out),
            (Method::Invite, Some(_)) => self.reinvited(asked, out),
            (Method::Bye, Some(_)) => self.left(&asked, out),
            (Method::Options, None) => {
                self.answer(&asked, 200, &[("Allow", ALLOW), ("Accept", SDP), ("Accept-Language", "fr")], out);
            }
            (Method::Options, Some(_)) if self.dialog_of(&asked).is_some() => {
                self.answer(&asked, 200, &[("Allow", ALLOW), ("Accept", SDP)], out);
            }
            (_, _) => self.refuse(&asked, 481, &[], out),
        }
    }

    /// The dialog that a request names by both tags and Call-ID (§12.2.2).
    pub(super) fn dialog_of(&self, asked: &Asked<'_>) -> Option<DialogId> {
        let id = DialogId::read(asked.to_tag.as_deref()?)?;
        let dialog = self.dialogs.get(&id)?;
        dialog.is_theirs(&asked.call_id, asked.from_tag.as_deref()).then_some(id)
    }

    fn repeated(&mut self, id: u64, out: &mut Vec<Action>) {
        let Some(Entry { transaction, .. }) = self.transactions.get(&id) else { return };
        match transaction {
            Transaction::Invite { machine, to, transport, .. } => {
                if let (Turn::Again, Some(bytes)) = (machine.repeated(), machine.last()) {
                    out.push(Action::Send { transport: *transport, to: *to, bytes: bytes.to_vec() });
                }
            }
            Transaction::Other { machine, to, transport } => {
                out.push(Action::Send { transport: *transport, to: *to, bytes: machine.last().to_vec() });
            }
            Transaction::Bye { .. } => {}
        }
    }

    fn responded(&mut self, now: Instant, response: &Message) {
        // §18.1.2: a response belongs to the transaction whose branch and method it carries; anything else is dropped.
        let branch = Via::top(response).and_then(|via| via.branch);
        let method = response.sequence().map(|(_, method)| method);
        let (Some(branch), Some(method), Some(code)) = (branch, method, response.status()) else { return };
        let Some(id) = self.by_key.get(&client_key(&branch, &method)).copied() else { return };
        let Some(Entry { transaction: Transaction::Bye { machine, .. }, .. }) = self.transactions.get_mut(&id) else {
            return;
        };
        let (_, turn) = machine.heard(now, code);
        let due_at = machine.due_at();
        match turn {
            Turn::Over => self.forget(id),
            Turn::Quiet | Turn::Again | Turn::GaveUp => self.timers.push(due_at, Wake::Transaction(id)),
        }
    }

    // ── what we say ──────────────────────────────────────────────────────────────────────────────────────────────

    /// A final answer to a request that is not an INVITE, kept for its repetitions.
    pub(super) fn answer(&mut self, asked: &Asked<'_>, code: u16, headers: &[(&str, &str)], out: &mut Vec<Action>) {
        let bytes = self.written(asked, code, headers);
        let to = asked.reply_to();
        out.push(Action::Send { transport: asked.source.transport, to, bytes: bytes.clone() });
        if asked.source.transport == Transport::Udp {
            let machine = Server::answered(asked.now, bytes);
            self.remember(asked, Transaction::Other { machine, to, transport: asked.source.transport });
        }
    }

    /// A failure: of an INVITE its repetition waits for the ACK, of another request it is an answer like any other.
    pub(super) fn refuse(&mut self, asked: &Asked<'_>, code: u16, headers: &[(&str, &str)], out: &mut Vec<Action>) {
        if !asked.request.is(Method::Invite) {
            return self.answer(asked, code, headers, out);
        }
        let bytes = self.written(asked, code, headers);
        let (to, transport) = (asked.reply_to(), asked.source.transport);
        let mut machine = InviteServer::new(transport != Transport::Udp);
        machine.answered(asked.now, code, &bytes);
        out.push(Action::Send { transport, to, bytes });
        self.remember(asked, Transaction::Invite { machine, to, transport, dialog: None });
    }

    fn written(&self, asked: &Asked<'_>, code: u16, headers: &[(&str, &str)]) -> Vec<u8> {
        let tag = self.stateless_tag(asked.request);
        let response = Response::new(asked.request, asked.source.peer, code, None, Some(&tag));
        headers.iter().fold(response, |response, (name, value)| response.header(name, value)).bytes()
    }

    /// What cannot be read cannot be matched either: answered, and forgotten (§8.2.7).
    fn refuse_broken(&mut self, request: &Message, source: Source, fault: Fault, out: &mut Vec<Action>) {
        let Some(via) = Via::top(request) else { return };
        let tag = self.stateless_tag(request);
        let bytes = Response::new(request, source.peer, fault.code, Some(fault.reason), Some(&tag)).bytes();
        let to = if source.transport == Transport::Udp { via.reply_to(source.peer) } else { source.peer };
        out.push(Action::Send { transport: source.transport, to, bytes });
    }

    /// No room: nothing is kept of it, so that a flood costs one answer each (§8.2.7).
    pub(super) fn refuse_full(&mut self, asked: &Asked<'_>, out: &mut Vec<Action>) {
        self.counters.refused_full += 1;
        let bytes = self.written(asked, 503, &[("Retry-After", &RETRY_AFTER_S.to_string())]);
        out.push(Action::Send { transport: asked.source.transport, to: asked.reply_to(), bytes });
    }

    /// Whether one more call may come in.
    pub(super) fn has_room(&self) -> bool {
        self.dialogs.len() < self.settings.calls
    }

    // ── what is remembered ───────────────────────────────────────────────────────────────────────────────────────

    pub(super) fn remember(&mut self, asked: &Asked<'_>, transaction: Transaction) -> u64 {
        let merge_key = asked.to_tag.is_none().then(|| asked.merge_key());
        let id = self.insert(asked.key.clone(), transaction);
        if let Some(key) = merge_key {
            self.merged.insert(key.clone(), id);
            if let Some(entry) = self.transactions.get_mut(&id) {
                entry.merge_key = Some(key);
            }
        }
        id
    }

    /// Our own request, matched by its branch.
    pub(super) fn remember_own(&mut self, branch: &str, method: Method, transaction: Transaction) {
        self.insert(client_key(branch, &method.to_string()), transaction);
    }

    fn insert(&mut self, key: String, transaction: Transaction) -> u64 {
        self.made += 1;
        let id = self.made;
        self.by_key.insert(key.clone(), id);
        self.transactions.insert(id, Entry { transaction, key, merge_key: None });
        self.plan(id);
        id
    }

    /// Wakes a transaction when it asks to be.
    pub(super) fn plan(&mut self, id: u64) {
        let due_at = self.transactions.get(&id).and_then(|entry| match &entry.transaction {
            Transaction::Invite { machine, .. } => machine.due_at(),
            Transaction::Other { machine, .. } => Some(machine.due_at()),
            Transaction::Bye { machine, .. } => Some(machine.due_at()),
        });
        if let Some(at) = due_at {
            self.timers.push(at, Wake::Transaction(id));
        }
    }

    pub(super) fn plan_dialog(&mut self, id: DialogId) {
        if let Some(State::Answered { repeat, until, .. }) = self.dialogs.get(&id).map(|dialog| &dialog.state) {
            self.timers.push(repeat.at.min(*until), Wake::Dialog(id));
        }
    }

    pub(super) fn forget(&mut self, id: u64) {
        let Some(entry) = self.transactions.remove(&id) else { return };
        self.by_key.remove(&entry.key);
        if let Some(key) = entry.merge_key {
            self.merged.remove(&key);
        }
    }

    pub(super) fn find(&self, key: &str) -> Option<u64> {
        self.by_key.get(key).copied()
    }

    // ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────

    fn timer(&mut self, now: Instant, out: &mut Vec<Action>) {
        while let Some(wake) = self.timers.pop_due(now) {
            match wake {
                Wake::Transaction(id) => self.wake(now, id, out),
                Wake::Dialog(id) => self.unacknowledged(now, id, out),
            }
        }
    }

    fn wake(&mut self, now: Instant, id: u64, out: &mut Vec<Action>) {
        let Some(entry) = self.transactions.get_mut(&id) else { return };
        let (turn, again, to, transport) = match &mut entry.transaction {
            Transaction::Invite { machine, to, transport, .. } => (machine.woken(now), machine.last(), *to, *transport),
            Transaction::Other { machine, to, transport } => (machine.woken(now), None, *to, *transport),
            Transaction::Bye { machine, to, transport } => {
                (machine.woken(now), Some(machine.request()), *to, *transport)
            }
        };
        match turn {
            Turn::Over | Turn::GaveUp => self.forget(id),
            Turn::Again => {
                let bytes = again.map(<[u8]>::to_vec);
                out.extend(bytes.map(|bytes| Action::Send { transport, to, bytes }));
                self.plan(id);
            }
            // Woken by a plan that changed since: the newer one is in the queue.
            Turn::Quiet => {}
        }
    }

    // ── names ────────────────────────────────────────────────────────────────────────────────────────────────────

    pub(super) fn new_dialog_id(&mut self) -> DialogId {
        self.made += 1;
        DialogId(self.digest(&[b"tag", &self.made.to_be_bytes()]))
    }

    pub(super) fn new_branch(&mut self) -> String {
        self.made += 1;
        format!("{MAGIC}{:016x}", self.digest(&[b"branch", &self.made.to_be_bytes()]))
    }

    /// The To tag of an answer outside a dialog: the same for each repetition, so nothing need be kept for it (§8.2.7).
    fn stateless_tag(&self, request: &Message) -> String {
        let part = |name| request.lines(name).next().unwrap_or_default();
        format!("{:08x}", self.digest(&[b"none", part(Name::CallId), part(Name::From), part(Name::CSeq)]) as u32)
    }

    fn digest(&self, parts: &[&[u8]]) -> u64 {
        let mut digest = Sha256::new().chain_update(self.seed);
        for part in parts {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        let [a, b, c, d, e, f, g, h, ..] = digest.finalize().0;
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }
}

impl Asked<'_> {
    /// Where the response goes (§18.2.2).
    pub fn reply_to(&self) -> SocketAddr {
        match self.source.transport {
            Transport::Udp => self.via.reply_to(self.source.peer),
            Transport::Tcp(_) => self.source.peer,
        }
    }

    pub fn merge_key(&self) -> String {
        format!("{} {} {}", self.call_id, self.from_tag.as_deref().unwrap_or(""), self.sequence)
    }

    /// The key of the INVITE that a CANCEL or ACK speaks of (§9.2, §17.2.3).
    pub fn invite_key(&self) -> String {
        server_key(self.request, &self.via, &self.call_id, self.from_tag.as_deref(), self.sequence, "INVITE")
    }
}

fn asked<'a>(now: Instant, request: &'a Message, source: Source, here: SocketAddr) -> Option<Asked<'a>> {
    let via = Via::top(request)?;
    let tag = |name| request.text(name).and_then(|value| Address::parse(&value)?.tag().map(str::to_owned));
    let call_id = request.text(Name::CallId)?.into_owned();
    let (sequence, method) = request.sequence()?;
    let (from_tag, to_tag) = (tag(Name::From), tag(Name::To));
    let key = server_key(request, &via, &call_id, from_tag.as_deref(), sequence, &method);
    Some(Asked { now, request, source, here, key, via, from_tag, to_tag, call_id, sequence })
}

/// What names a transaction of theirs (§17.2.3): branch and sent-by; without the magic cookie, as RFC 2543 had it.
fn server_key(request: &Message, via: &Via, call_id: &str, tag: Option<&str>, sequence: u32, method: &str) -> String {
    let port = via.port.unwrap_or(0);
    match via.branch.as_deref().filter(|branch| branch.len() > MAGIC.len() && branch.starts_with(MAGIC)) {
        Some(branch) => format!("{method} {branch} {} {port}", via.host),
        None => format!("{method} {} {call_id} {} {sequence} {} {port}", request.uri(), tag.unwrap_or(""), via.host),
    }
}

/// What names a transaction of ours (§17.1.3).
fn client_key(branch: &str, method: &str) -> String {
    format!("own {method} {branch}")
}
