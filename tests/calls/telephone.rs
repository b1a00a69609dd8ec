//! Over the telephone: a line of its own on loopback, called by SIP, heard and typed to by RTP. Sound and signalling take
//! their time; the waits and dates of calls go by a clock that only the transcript moves.
//!
//! It speaks in the hurried voice of `kit::hurried`: the recordings themselves are heard by `telephone` and `peers`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ligne_claire::call::transcript::Clause;
use ligne_claire::media::{self, Engine};
use ligne_claire::net::{self, Clock, Edition, Limits, Sockets, Switchboard};
use ligne_claire::phone::PhoneNumber;
use ligne_claire::server::{Line, runtime};
use sqlx::{Connection, SqliteConnection};
use tokio::sync::watch;

use super::{KEY, Stage};
use crate::kit::{self, Manners, Phone};

/// No pause inside a prompt is as long (0.5 s); what is more gives the line time to note the prompt's end.
const PROMPT_ENDED: Duration = Duration::from_millis(800);
/// Nothing is being said, and nothing will be until the clock is moved.
const NOTHING_MORE: Duration = Duration::from_secs(3);

pub struct Telephone {
    runtime: tokio::runtime::Runtime,
    folder: tempfile::TempDir,
    address: SocketAddr,
    clock: Clock,
    phone: Option<Phone>,
    calls: usize,
    /// A question was answered, or a call begun: something must be said before the next key makes sense.
    is_answered: bool,
    /// Open as long as the line is to serve.
    _stop: watch::Sender<bool>,
}

impl Telephone {
    pub fn open() -> Telephone {
        let folder = tempfile::tempdir().unwrap();
        let runtime = runtime().unwrap();
        let clock = Clock::pretended(jiff::Timestamp::UNIX_EPOCH);
        let (stop, is_stopped) = watch::channel(false);
        let address = runtime.block_on(async {
            let Line { edition: Edition { library, .. }, store, .. } =
                Line::open(&super::settings(folder.path())).await.unwrap();
            let sockets = Sockets::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
            let address = sockets.address().unwrap();
            let ports = kit::rtp_range();
            let ports = ports.start..=ports.end - 1;
            let switchboard = Arc::new(Switchboard {
                edition: watch::channel(Arc::new(Edition { library, sounds: kit::hurried::sounds().into() })).1,
                store,
                engine: Engine::start(media::Settings { bind: address.ip(), ports, threads: 1 }).unwrap(),
                flow: "welcome".to_owned(),
                numbers: Vec::new(),
                media_address: None,
                clock: clock.clone(),
            });
            let limits = Limits { calls: 4, drain: Duration::ZERO };
            tokio::spawn(net::serve(switchboard, sockets, limits, is_stopped));
            address
        });
        Telephone { runtime, folder, address, clock, phone: None, calls: 0, is_answered: true, _stop: stop }
    }

    /// Stays on the line until the record of every call is written; the last one's goal.
    fn goal(&mut self) -> Result<Option<String>, String> {
        let (runtime, database) = (&self.runtime, self.folder.path().join("ligne.db"));
        let url = format!("sqlite://{}", database.display());
        let mut reader = runtime.block_on(SqliteConnection::connect(&url)).map_err(|error| error.to_string())?;
        // The names of calls are sorted by time.
        let mut read =
            || runtime.block_on(sqlx::query_scalar("SELECT goal FROM call_record ORDER BY id").fetch_all(&mut reader));
        let mut goals: Vec<Option<String>> = Vec::new();
        let (calls, phone) = (self.calls, self.phone.as_mut().ok_or("nobody has called")?);
        phone.lives_until(|_| {
            goals = read().unwrap_or_default();
            goals.len() >= calls
        });
        goals.pop().ok_or_else(|| "no record was written".to_owned())
    }

    fn silent(&mut self, length: Duration) -> Result<(), String> {
        let phone = self.phone.as_mut().ok_or("nobody has called")?;
        phone.until("the end of a prompt", |phone| {
            phone.quiet() >= if phone.has_heard_something() { PROMPT_ENDED } else { NOTHING_MORE }
        })?;
        phone.forget();
        self.is_answered = false;
        self.clock.pass(length);
        Ok(())
    }
}

impl Stage for Telephone {
    fn play(&mut self, clause: &Clause) -> Result<(), String> {
        match (clause, &mut self.phone) {
            (Clause::At(at), _) => self.clock.set_wall(*at),
            (Clause::Later(length), _) => self.clock.pass(*length),
            (Clause::Call(number), _) => {
                let from = number.as_ref().map(PhoneNumber::national);
                let manners = Manners { ear: kit::hurried::ear(), ..Manners::default() };
                let mut phone = Phone::dial(self.address, from.as_deref(), kit::DIALLED, manners);
                phone.until("an answer", Phone::stands)?;
                (self.phone, self.is_answered) = (Some(phone), true);
                self.calls += 1;
            }
            (Clause::Hears(words), Some(phone)) => {
                phone.until(words, |phone| phone.has_heard(words) || phone.quiet() >= NOTHING_MORE)?;
                if !phone.has_heard(words) {
                    return Err(format!("wanted « {words} », heard « {} »", phone.heard()));
                }
            }
            (Clause::Keys(keys), Some(phone)) => {
                if self.is_answered {
                    phone.hears_something()?;
                }
                self.clock.pass(KEY);
                phone.press(keys)?;
                self.is_answered = true;
            }
            (Clause::Silent(length), Some(_)) => self.silent(*length)?,
            (Clause::Drops, Some(phone)) => {
                phone.hang_up()?;
                self.goal()?;
            }
            (Clause::Then(goal), Some(phone)) => {
                phone.lives_until(|phone| phone.ended.is_some() || phone.quiet() >= NOTHING_MORE);
                if phone.ended.is_none() {
                    return Err(format!("wanted {goal}, the line waits; heard « {} »", phone.heard()));
                }
                let reached = self.goal()?;
                if reached.as_ref() != Some(goal) {
                    return Err(format!("wanted {goal}, reached {reached:?}"));
                }
            }
            (_, None) => return Err("nobody has called".to_owned()),
        }
        Ok(())
    }
}
