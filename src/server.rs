//! The composition root: settings → recordings, flows, store. All of it stands, or nothing is started. Recordings and flows
//! may be replaced while it runs: [`reload`].

pub mod edition;
pub mod reload;

use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::config::Config;
use crate::flow::Library;
use crate::media::{self, Engine, Voices};
use crate::net::{self, Clock, Edition, Limits, Sockets, Switchboard};
use crate::speech::Language;
use crate::store::{Place, Store};
use edition::{Files, Refusal};
use reload::Reload;

/// Between two cleanings of what has lapsed in the store.
const CLEANING: Duration = Duration::from_secs(60);
/// Descriptors besides the two of each call: the database, signalling, TCP connections.
const OTHER_FILES: u64 = 1_500;

/// Everything a conversation needs.
#[derive(Debug)]
pub struct Line {
    /// The checked flows, and the recordings.
    pub edition: Edition,
    /// The files of the flows.
    pub files: Files,
    /// The appointment store.
    pub store: Store,
    /// Sites open to callers.
    pub sites: i64,
}

impl Line {
    /// Opens all of it. An error names what to mend.
    pub async fn open(config: &Config) -> anyhow::Result<Self> {
        let (edition, files) = edition::read(config, &Voices::default())?;
        let store = Store::open_at(&Place::chosen(&config.data)).await?;
        let sites = store.load_sample().await?;
        edition::fits(&edition, config, &store.spoken_places().await?)?;
        Ok(Self { edition, files, store, sites })
    }
}

/// Runs the line until it is told to stop (SIGINT, SIGTERM): then no new call, and those in progress may finish. A second
/// signal hangs them up.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    let line = Line::open(config).await?;
    let sockets = Sockets::bind(config.sip.listen).await?;
    let address = sockets.address()?;
    allow_files(config.sip.calls);
    let engine = Engine::start(media_settings(config, address.ip()))?;
    let reload = Reload::new(config.clone(), line.store.clone(), line.edition, line.files);
    let switchboard = Arc::new(Switchboard {
        edition: reload.live(),
        store: line.store,
        engine,
        flow: config.line.flow.clone(),
        numbers: config.line.numbers.clone(),
        media_address: config.media.address,
        clock: Clock::real(),
    });
    let cleaning = tokio::spawn(clean(switchboard.store.clone()));
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let reloading = tokio::spawn(reload.run(signal(SignalKind::hangup())?));
    welcome(config, address, line.sites);
    let (stop, is_stopped) = watch::channel(false);
    let limits = Limits { calls: config.sip.calls, drain: Duration::from_secs(config.sip.drain_s) };
    let mut serving = tokio::spawn(net::serve(switchboard, sockets, limits, is_stopped));
    let mut signals = 0;
    let outcome = loop {
        tokio::select! {
            served = &mut serving => break served??,
            _ = interrupt.recv() => signals += 1,
            _ = terminate.recv() => signals += 1,
        }
        match signals {
            1 => tracing::warn!("stopping: calls in progress may finish; once more to hang them up"),
            _ => tracing::warn!("hanging up"),
        }
        stop.send_replace(signals > 1);
    };
    cleaning.abort();
    reloading.abort();
    tracing::info!(cut = outcome.cut, counters = ?outcome.counters, "the line has stopped");
    Ok(())
}

fn media_settings(config: &Config, bind: IpAddr) -> media::Settings {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = if config.media.threads == 0 { cores } else { config.media.threads };
    media::Settings { bind, ports: config.media.first_port..=config.media.last_port, threads }
}

/// What to dial, and how to try it without a phone. The first line is for programs too.
fn welcome(config: &Config, address: SocketAddr, sites: i64) {
    let port = if address.port() == 5060 { String::new() } else { format!(":{}", address.port()) };
    let host = if address.ip().is_unspecified() { "127.0.0.1".to_owned() } else { address.ip().to_string() };
    let text = format!(
        "SIP udp+tcp {address}\n\
         Ligne Claire answers, for {sites} places, into {}\n  \
         with a SIP phone (Linphone, baresip …), no account:  sip:ligne@{host}{port}\n  \
         without a phone, in another terminal:                ligne call --from 0353010001\n  \
         to stop: Ctrl-C\n",
        Place::chosen(&config.data).name()
    );
    // Whoever started us may have closed the pipe: no reason not to answer the telephone.
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Lets the process hold the sockets of every call, as far as the system allows.
fn allow_files(calls: usize) {
    let wanted = calls as u64 * 2 + OTHER_FILES;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let granted = maximum.map_or(wanted, |maximum| maximum.min(wanted)).max(current.unwrap_or(u64::MAX));
    if current.is_some_and(|current| current < wanted) {
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(granted), maximum });
        if granted < wanted {
            tracing::warn!(granted, wanted, "open files are limited: raise the hard limit, or lower `[sip] calls`");
        }
    }
}

/// Holds that lapsed are nobody's, and call records have their term (F5): their rows go.
async fn clean(store: Store) {
    let mut beat = tokio::time::interval(CLEANING);
    loop {
        beat.tick().await;
        let now = jiff::Timestamp::now();
        if let Err(error) = store.purge_lapsed(now).await.and(store.purge_old(now).await) {
            tracing::warn!(%error, "what has lapsed was not purged; it counts for nothing, and will be");
        }
    }
}

/// The recordings.
pub fn sounds(config: &Config) -> Result<Voices, Refusal> {
    Ok(Voices::load(&config.prompts)?)
}

/// The flows, checked against the recordings: all are there, and none lasts too long (C18).
pub fn library(config: &Config, sounds: &Voices) -> Result<Library, Refusal> {
    edition::timed(library_with(config, &|text| sounds.has(Language::French, text))?, sounds)
}

/// The flows, checked with this idea of what is recorded.
pub fn library_with(config: &Config, is_recorded: &dyn Fn(&str) -> bool) -> Result<Library, Refusal> {
    edition::with(&edition::files(&config.flows)?, is_recorded)
}

/// The store, with its sample region when it is empty.
pub async fn store(config: &Config) -> anyhow::Result<Store> {
    let store = Store::open_at(&Place::chosen(&config.data)).await?;
    store.load_sample().await?;
    Ok(store)
}

/// The runtime of the shell.
pub fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

/// A name for a new call, sorted by time.
pub fn new_id() -> String {
    ulid::Ulid::generate().to_string()
}
