//! What the core remembers, and the time it is wakened at. Every entry ends by a timer of its own, if by nothing else.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::net::SocketAddr;
use std::time::Instant;

use super::core::{Asked, Core};
use super::dialog::DialogId;
use super::event::{Action, Transport};
use super::transaction::{Client, InviteServer, Server, Turn};
use super::wire::via::{MAGIC, Via};
use super::wire::{Message, Method};

/// Transactions remembered at once. A short call leaves two behind for 32 s, so this is 3,000 calls a second; past it, a
/// new INVITE gets 503 and nothing is kept of it.
const TRANSACTIONS_MAX: usize = 200_000;
/// Bytes of the messages kept for repetitions: an answer echoes what strangers wrote, so their number alone bounds nothing.
const KEPT_BYTES_MAX: usize = 256 << 20;
/// Timers that may be out of date before the queue is swept.
const STALE_MAX: usize = 1_024;

/// What leads to a transaction: a digest, so that no stranger decides how long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key(pub u128);

/// A transaction, and who it is for.
#[derive(Debug)]
pub(super) enum Transaction {
    Invite { machine: InviteServer, to: SocketAddr, transport: Transport, dialog: Option<DialogId> },
    Other { machine: Server, to: SocketAddr, transport: Transport },
    Bye { machine: Client, to: SocketAddr, transport: Transport },
}

impl Transaction {
    fn due_at(&self) -> Option<Instant> {
        match self {
            Transaction::Invite { machine, .. } => machine.due_at(),
            Transaction::Other { machine, .. } => Some(machine.due_at()),
            Transaction::Bye { machine, .. } => Some(machine.due_at()),
        }
    }

    /// The message kept for repetitions.
    fn kept(&self) -> &[u8] {
        match self {
            Transaction::Invite { machine, .. } => machine.last().unwrap_or_default(),
            Transaction::Other { machine, .. } => machine.last(),
            Transaction::Bye { machine, .. } => machine.request(),
        }
    }

    /// Sends that message once more.
    fn again(&self) -> Action {
        let (Transaction::Invite { to, transport, .. }
        | Transaction::Other { to, transport, .. }
        | Transaction::Bye { to, transport, .. }) = self;
        Action::Send { transport: *transport, to: *to, bytes: self.kept().to_vec() }
    }
}

/// A transaction with the keys that lead to it.
#[derive(Debug)]
pub(super) struct Entry {
    pub transaction: Transaction,
    key: Key,
    merge_key: Option<Key>,
    /// When the queue wakes it. One entry each: a later wish waits until then.
    planned_at: Option<Instant>,
    kept_bytes: usize,
}

/// Who asked to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wake {
    Transaction(u64),
    Dialog(DialogId),
}

/// Transactions by number and by name.
#[derive(Debug, Default)]
pub(super) struct Table {
    made: u64,
    pub entries: HashMap<u64, Entry>,
    by_key: HashMap<Key, u64>,
    /// Call-ID, From tag and CSeq of first requests: the same one by another way is refused (§8.2.2.2).
    merged: HashMap<Key, u64>,
    kept_bytes: usize,
}

impl Table {
    pub fn find(&self, key: Key) -> Option<u64> {
        self.by_key.get(&key).copied()
    }

    pub fn is_merged(&self, key: Key) -> bool {
        self.merged.contains_key(&key)
    }

    pub fn is_full(&self) -> bool {
        self.entries.len() >= TRANSACTIONS_MAX || self.kept_bytes >= KEPT_BYTES_MAX
    }

    /// Whether nothing at all is left.
    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.by_key.is_empty() && self.merged.is_empty() && self.kept_bytes == 0
    }

    /// As if strangers had filled it.
    #[cfg(test)]
    pub fn fill(&mut self) {
        self.kept_bytes = KEPT_BYTES_MAX;
    }

    fn insert(&mut self, key: Key, merge_key: Option<Key>, transaction: Transaction) -> u64 {
        self.made += 1;
        let id = self.made;
        let merge_key = merge_key.filter(|key| match self.merged.entry(*key) {
            Slot::Vacant(slot) => *slot.insert(id) == id,
            Slot::Occupied(_) => false,
        });
        self.by_key.insert(key, id);
        self.entries.insert(id, Entry { transaction, key, merge_key, planned_at: None, kept_bytes: 0 });
        self.weigh(id);
        id
    }

    /// Counts again what a transaction keeps.
    fn weigh(&mut self, id: u64) {
        if let Some(entry) = self.entries.get_mut(&id) {
            let bytes = entry.transaction.kept().len();
            self.kept_bytes = self.kept_bytes + bytes - entry.kept_bytes;
            entry.kept_bytes = bytes;
        }
    }

    fn remove(&mut self, id: u64) {
        let Some(entry) = self.entries.remove(&id) else { return };
        self.kept_bytes -= entry.kept_bytes;
        self.by_key.remove(&entry.key);
        if let Some(key) = entry.merge_key {
            self.merged.remove(&key);
        }
    }
}

impl Core {
    pub(super) fn remember(&mut self, asked: &Asked<'_>, transaction: Transaction) -> u64 {
        let merge_key = asked.to_tag.is_none().then(|| self.merge_key(asked));
        let id = self.table.insert(asked.key, merge_key, transaction);
        self.plan(id);
        id
    }

    /// Our own request, matched by its branch.
    pub(super) fn remember_own(&mut self, branch: &str, method: Method, transaction: Transaction) {
        let id = self.table.insert(self.client_key(branch, &method.to_string()), None, transaction);
        self.plan(id);
    }

    pub(super) fn forget(&mut self, id: u64) {
        self.table.remove(id);
    }

    /// The INVITE of theirs under this number.
    pub(super) fn invite(&mut self, id: u64) -> Option<&mut InviteServer> {
        match &mut self.table.entries.get_mut(&id)?.transaction {
            Transaction::Invite { machine, .. } => Some(machine),
            Transaction::Other { .. } | Transaction::Bye { .. } => None,
        }
    }

    pub(super) fn repeated(&mut self, id: u64, out: &mut Vec<Action>) {
        let Some(Entry { transaction, .. }) = self.table.entries.get(&id) else { return };
        let is_answered = match transaction {
            Transaction::Invite { machine, .. } => machine.repeated() == Turn::Again,
            Transaction::Other { .. } => true,
            Transaction::Bye { .. } => false,
        };
        out.extend(is_answered.then(|| transaction.again()));
    }

    // ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────

    /// Wakes a transaction when it asks to be; called after every change of it.
    pub(super) fn plan(&mut self, id: u64) {
        self.table.weigh(id);
        let Some(entry) = self.table.entries.get_mut(&id) else { return };
        let Some(due_at) = entry.transaction.due_at() else { return };
        if entry.planned_at.is_none_or(|planned_at| due_at < planned_at) {
            entry.planned_at = Some(due_at);
            self.timers.push(due_at, Wake::Transaction(id));
            self.sweep();
        }
    }

    pub(super) fn plan_dialog(&mut self, id: DialogId) {
        let Some(dialog) = self.dialogs.get_mut(&id) else { return };
        let Some(due_at) = dialog.due_at() else { return };
        if dialog.planned_at.is_none_or(|planned_at| due_at < planned_at) {
            dialog.planned_at = Some(due_at);
            self.timers.push(due_at, Wake::Dialog(id));
            self.sweep();
        }
    }

    /// Calls that end early leave their timers behind: they are thrown out when they are the greater part.
    fn sweep(&mut self) {
        let Core { timers, table, dialogs, .. } = self;
        if timers.len() <= STALE_MAX + 2 * (table.entries.len() + dialogs.len()) {
            return;
        }
        timers.retain(|at, wake| {
            let planned_at = match wake {
                Wake::Transaction(id) => table.entries.get(id).and_then(|entry| entry.planned_at),
                Wake::Dialog(id) => dialogs.get(id).and_then(|dialog| dialog.planned_at),
            };
            planned_at == Some(at)
        });
    }

    pub(super) fn timer(&mut self, now: Instant, out: &mut Vec<Action>) {
        while let Some((at, wake)) = self.timers.pop_due(now) {
            match wake {
                Wake::Transaction(id) => self.wake(now, at, id, out),
                Wake::Dialog(id) => self.wake_dialog(now, at, id, out),
            }
        }
    }

    fn wake(&mut self, now: Instant, at: Instant, id: u64, out: &mut Vec<Action>) {
        let Some(entry) = self.table.entries.get_mut(&id) else { return };
        if entry.planned_at != Some(at) {
            return;
        }
        entry.planned_at = None;
        let turn = match &mut entry.transaction {
            Transaction::Invite { machine, .. } => machine.woken(now),
            Transaction::Other { machine, .. } => machine.woken(now),
            Transaction::Bye { machine, .. } => machine.woken(now),
        };
        match turn {
            Turn::Over | Turn::GaveUp => return self.forget(id),
            Turn::Again => out.push(entry.transaction.again()),
            Turn::Quiet => {}
        }
        self.plan(id);
    }

    fn wake_dialog(&mut self, now: Instant, at: Instant, id: DialogId, out: &mut Vec<Action>) {
        let Some(dialog) = self.dialogs.get_mut(&id) else { return };
        if dialog.planned_at != Some(at) {
            return;
        }
        dialog.planned_at = None;
        self.waited(now, id, out);
        self.plan_dialog(id);
    }

    // ── names ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// What names a transaction of theirs (§17.2.3): branch and sent-by; without the magic cookie, as RFC 2543 had it.
    pub(super) fn server_key(&self, message: &Message, via: &Via, names: Names<'_>, method: &str) -> Key {
        let port = via.port.unwrap_or(5060).to_be_bytes();
        let (method, host) = (method.as_bytes(), via.host.as_bytes());
        match via.branch.as_deref().filter(|branch| branch.len() > MAGIC.len() && branch.starts_with(MAGIC)) {
            Some(branch) => Key(self.digest(&[b"theirs", method, host, &port, branch.as_bytes()])),
            None => {
                let uri = message.uri();
                let sequence = names.sequence.to_be_bytes();
                let tag = names.from_tag.unwrap_or_default();
                let (uri, call_id, tag) = (uri.as_bytes(), names.call_id.as_bytes(), tag.as_bytes());
                Key(self.digest(&[b"2543", method, host, &port, uri, call_id, tag, &sequence]))
            }
        }
    }

    /// What names a transaction of ours (§17.1.3).
    pub(super) fn client_key(&self, branch: &str, method: &str) -> Key {
        Key(self.digest(&[b"ours", method.as_bytes(), branch.as_bytes()]))
    }

    pub(super) fn merge_key(&self, asked: &Asked<'_>) -> Key {
        let tag = asked.from_tag.as_deref().unwrap_or_default();
        let number = asked.sequence.to_be_bytes();
        let method = asked.method.as_bytes();
        Key(self.digest(&[b"merged", asked.call_id.as_bytes(), tag.as_bytes(), &number, method]))
    }
}

/// The parts of a request that named its transaction in RFC 2543.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub call_id: &'a str,
    pub from_tag: Option<&'a str>,
    pub sequence: u32,
}
