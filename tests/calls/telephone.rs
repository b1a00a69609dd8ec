//! Over the telephone: a line of its own on loopback, called by SIP, heard and typed to by RTP. Sound and signalling take
//! their time; the waits and dates of calls go by a clock that only the transcript moves.
//!
//! It speaks in the hurried voice of `kit::hurried`: the recordings themselves are heard by `telephone` and `peers`.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use ligne_claire::call::transcript::{self, Calling, Clause, Given, Stage};
use ligne_claire::media::{self, Engine};
use ligne_claire::net::{self, Clock, Edition, Limits, Sockets, Switchboard};
use ligne_claire::ops::rehearse::{Desk, KEY};
use ligne_claire::phone::PhoneNumber;
use ligne_claire::rtp::g711::linear_to_alaw;
use ligne_claire::server::runtime;
use ligne_claire::store::Store;
use sqlx::{AssertSqlSafe, Executor};
use tokio::sync::watch;

use crate::kit::{self, Manners, Phone};

/// No pause inside a prompt is as long (0.1 s on a pretended clock); what is more gives the line time to note the
/// prompt's end.
const PROMPT_ENDED: Duration = Duration::from_millis(500);
/// Nothing is being said, and nothing will be until the clock is moved.
const NOTHING_MORE: Duration = Duration::from_secs(3);

const NOBODY: &str = "personne n'appelle";
/// Tables without which no request is answered. What a call came to is written all the same.
const VITAL: [&str; 6] = ["idem", "absence", "appointment", "callback", "group_meeting", "rest"];
/// A place that is held, and every free seat, are somebody else's.
const TAKEN: &str = "UPDATE cell SET holder_id = 'rival', hold_until = NULL WHERE hold_until IS NOT NULL; \
                     DELETE FROM group_seat WHERE person_id IS NULL";
/// Appointments are cancelled, and whoever waits for a call was called.
const GONE: &str = "UPDATE appointment SET status = 'excused', version = version + 1; UPDATE callback SET status = 'done'; \
                    DELETE FROM cell WHERE holder_id IN (SELECT id FROM appointment)";

/// Whether a transcript is of a telephone: no letters, a counsellor's is not rung yet, the line's own flow answers, and all of the
/// store stands behind it.
pub fn can_play(text: &str) -> bool {
    let clauses = transcript::parse(text).unwrap_or_default();
    !clauses.iter().any(|(_, clause)| is_elsewhere(clause))
}

fn is_elsewhere(clause: &Clause) -> bool {
    matches!(
        clause,
        Clause::Words(_)
            | Clause::Sms { .. }
            | Clause::Counsellor(_)
            | Clause::Call(Calling { flow: Some(_), .. })
            | Clause::Given(Given::Place { .. } | Given::Meeting { .. })
            | Clause::Lapsed
            | Clause::Wrote(_)
    )
}

/// What every line says: the flows as they are, in the hurried voice.
fn edition() -> Arc<Edition> {
    static EDITION: LazyLock<Arc<Edition>> = LazyLock::new(|| {
        let (library, sounds) = (super::library().clone(), kit::hurried::sounds().into());
        Arc::new(Edition { library, sounds })
    });
    Arc::clone(&EDITION)
}

/// A voice that swells and sinks four times a second.
fn voice(length: Duration) -> Vec<u8> {
    let sample = |at: u64| {
        let time = at as f64 / 8_000.0;
        (6_000.0 * (0.6 + 0.4 * (25.0 * time).sin()) * (1_900.0 * time).sin()) as i16
    };
    (0..length.as_secs() * 8_000).map(|at| linear_to_alaw(sample(at))).collect()
}

pub struct Telephone {
    runtime: tokio::runtime::Runtime,
    folder: tempfile::TempDir,
    address: SocketAddr,
    clock: Clock,
    store: Store,
    desk: Desk,
    phone: Option<Phone>,
    calls: usize,
    /// A question was answered, or a call begun: something must be said before the next key makes sense.
    is_answered: bool,
    /// Open as long as the line is to serve.
    _stop: watch::Sender<bool>,
}

impl Telephone {
    pub fn open() -> Telephone {
        // Dozens of databases opened at the same moment would wait for one another longer than the store has patience.
        static ONE_BY_ONE: Mutex<()> = Mutex::new(());
        let _one = ONE_BY_ONE.lock().expect("opening a line does not panic");
        let folder = super::pattern().copy().unwrap();
        let runtime = runtime().unwrap();
        let clock = Clock::pretended(jiff::Timestamp::UNIX_EPOCH);
        let (stop, is_stopped) = watch::channel(false);
        let (address, store) = runtime.block_on(async {
            let store = Store::open(folder.path()).await.unwrap();
            let own = store.clone();
            let sockets = Sockets::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
            let address = sockets.address().unwrap();
            let ports = kit::rtp_range();
            let ports = ports.start..=ports.end - 1;
            let switchboard = Arc::new(Switchboard {
                edition: watch::channel(edition()).1,
                store,
                engine: Engine::start(media::Settings { bind: address.ip(), ports, threads: 1 }).unwrap(),
                flow: "welcome".to_owned(),
                numbers: Vec::new(),
                media_address: None,
                clock: clock.clone(),
            });
            let limits = Limits { calls: 4, drain: Duration::ZERO };
            tokio::spawn(net::serve(switchboard, sockets, limits, is_stopped));
            (address, own)
        });
        let desk = Desk::of(store.clone());
        Telephone {
            runtime,
            folder,
            address,
            clock,
            store,
            desk,
            phone: None,
            calls: 0,
            is_answered: true,
            _stop: stop,
        }
    }

    /// Stays on the line until the record of every call is written; the last one's goal.
    fn goal(&mut self) -> Result<Option<String>, String> {
        let runtime = &self.runtime;
        let mut reader = runtime.block_on(kit::database(self.folder.path())).map_err(|error| error.to_string())?;
        // The names of calls are sorted by time.
        let mut read =
            || runtime.block_on(sqlx::query_scalar("SELECT goal FROM call_record ORDER BY id").fetch_all(&mut reader));
        let mut goals: Vec<Option<String>> = Vec::new();
        let (calls, phone) = (self.calls, self.phone.as_mut().ok_or(NOBODY)?);
        phone.lives_until(|_| {
            goals = read().unwrap_or_default();
            goals.len() >= calls
        });
        goals.pop().ok_or_else(|| "no record was written".to_owned())
    }

    fn silent(&mut self, length: Duration) -> Result<(), String> {
        let phone = self.phone.as_mut().ok_or(NOBODY)?;
        phone.until("the end of a prompt", |phone| {
            phone.quiet() >= if phone.has_heard_something() { PROMPT_ENDED } else { NOTHING_MORE }
        })?;
        phone.forget();
        self.is_answered = false;
        self.clock.pass(length);
        Ok(())
    }
}

impl Telephone {
    fn rings(&mut self, calling: &Calling) -> Result<(), String> {
        let from = calling.number.as_ref().map(PhoneNumber::national);
        let manners = Manners { ear: kit::hurried::ear(), ..Manners::default() };
        let mut phone = Phone::dial(self.address, from.as_deref(), kit::DIALLED, manners);
        phone.until("an answer", Phone::stands)?;
        (self.phone, self.is_answered) = (Some(phone), true);
        self.calls += 1;
        let Some(language) = calling.language else { return Ok(()) };
        let key = super::library().language_key("welcome", language).ok_or("no key for this language")?;
        self.keys(&key.to_string())
    }

    fn keys(&mut self, keys: &str) -> Result<(), String> {
        let phone = self.phone.as_mut().ok_or(NOBODY)?;
        if self.is_answered {
            phone.hears_something()?;
        }
        self.clock.pass(KEY);
        phone.types(keys)?;
        self.is_answered = true;
        Ok(())
    }

    fn says(&mut self, length: Duration) -> Result<(), String> {
        let phone = self.phone.as_mut().ok_or(NOBODY)?;
        phone.lives_until(|phone| phone.ended.is_some() || phone.has_heard_tone() || phone.quiet() >= NOTHING_MORE);
        if !phone.has_heard_tone() {
            return Err(format!("la ligne n'attend pas qu'on parle ; entendu « {} »", phone.heard()));
        }
        phone.says(&voice(length))?;
        self.keys("#")
    }

    /// Something happens to the store, behind its back.
    fn happens(&mut self, sql: String) -> Result<(), String> {
        let done = self.runtime.block_on(async {
            let mut writer = kit::database(self.folder.path()).await?;
            writer
                .execute(AssertSqlSafe(format!("PRAGMA legacy_alter_table = ON; PRAGMA busy_timeout = 5000; {sql}")))
                .await
        });
        done.map(drop).map_err(|error| error.to_string())
    }

    fn store(&mut self, is_up: bool) -> Result<(), String> {
        let renamed = VITAL.map(|table| {
            let (from, to) = if is_up { ("_away", "") } else { ("", "_away") };
            format!("ALTER TABLE {table}{from} RENAME TO {table}{to};")
        });
        self.happens(renamed.concat())
    }

    fn then(&mut self, goal: &str) -> Result<(), String> {
        let phone = self.phone.as_mut().ok_or(NOBODY)?;
        phone.lives_until(|phone| phone.ended.is_some() || phone.quiet() >= NOTHING_MORE);
        if phone.ended.is_none() {
            return Err(format!("attendu `{goal}`, la ligne attend ; entendu « {} »", phone.heard()));
        }
        match self.goal()? {
            Some(reached) if reached == goal => Ok(()),
            reached => {
                Err(format!("attendu `{goal}`, arrivé à : {}", reached.as_deref().unwrap_or("rien n'était fini")))
            }
        }
    }
}

impl Stage for Telephone {
    fn play(&mut self, clause: &Clause) -> Result<(), String> {
        match clause {
            Clause::At(at) => self.clock.set_wall(*at),
            Clause::Later(length) => self.clock.pass(*length),
            Clause::Call(calling) => self.rings(calling)?,
            Clause::Hears(words) => {
                let phone = self.phone.as_mut().ok_or(NOBODY)?;
                phone.until(words, |phone| phone.has_heard(words) || phone.quiet() >= NOTHING_MORE)?;
                if !phone.has_heard(words) {
                    return Err(format!("attendu « {words} », entendu « {} »", phone.heard()));
                }
            }
            Clause::HearsSlowly(words) => {
                let phone = self.phone.as_mut().ok_or(NOBODY)?;
                phone.until(words, |phone| phone.has_heard_slowly(words) || phone.quiet() >= NOTHING_MORE)?;
                if !phone.has_heard_slowly(words) {
                    return Err(format!("attendu lentement « {words} », entendu « {} »", phone.heard()));
                }
            }
            Clause::Keys(keys) => self.keys(keys)?,
            Clause::Says(length) => self.says(*length)?,
            Clause::Silent(length) => self.silent(*length)?,
            Clause::Drops => {
                self.phone.as_mut().ok_or(NOBODY)?.hang_up()?;
                self.goal()?;
            }
            Clause::Store { is_up } => self.store(*is_up)?,
            Clause::Given(given) => self.runtime.block_on(self.desk.give(self.clock.now().wall, given))?,
            Clause::Taken => self.happens(TAKEN.to_owned())?,
            Clause::Gone => self.happens(GONE.to_owned())?,
            Clause::Then(goal) => self.then(goal)?,
            Clause::Holds(wanted) => {
                let held = self
                    .runtime
                    .block_on(self.store.holds(self.clock.now().wall))
                    .map_err(|error| error.to_string())?;
                if held != *wanted {
                    return Err(format!("attendu {wanted} place(s) gardée(s), il y en a {held}"));
                }
            }
            Clause::Sms { .. }
            | Clause::Writes(_)
            | Clause::Reads(_)
            | Clause::Words(_)
            | Clause::Counsellor(_)
            | Clause::Lapsed
            | Clause::Wrote(_) => {
                return Err("not by telephone: see `can_play`".to_owned());
            }
        }
        Ok(())
    }
}
