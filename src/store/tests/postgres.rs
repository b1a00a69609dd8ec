//! A PostgreSQL server of our own, once a test process, and a database of it for each test.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

tokio::task_local! {
    /// The engine of the test that runs; SQLite where nothing is said.
    pub(super) static ENGINE: Engine;
}

/// What a test's database holds when it begins.
#[derive(Clone, Copy)]
pub(super) enum Filled {
    /// Not even the schema.
    Nothing,
    /// The schema alone.
    Empty,
    /// The sample region.
    Sample,
}

impl Filled {
    fn template(self) -> &'static str {
        match self {
            Self::Nothing => "template0",
            Self::Empty => "filled_empty",
            Self::Sample => "filled_sample",
        }
    }
}

/// Where this test's store is: in this folder, or a database of the server.
pub(super) async fn place(folder: &Path, filled: Filled) -> Place {
    static LAST: AtomicU32 = AtomicU32::new(0);
    match (ENGINE.try_with(|engine| *engine), socket()) {
        (Ok(Engine::Postgres), Some(socket)) => {
            let name = format!("test_{}", LAST.fetch_add(1, Ordering::Relaxed));
            let sql = format!("CREATE DATABASE {name} TEMPLATE {}", filled.template());
            administer(socket, &sql).await;
            database(socket, &name)
        }
        _ => Place::Folder(folder.to_owned()),
    }
}

pub(super) fn block_on(engine: Engine, test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(ENGINE.scope(engine, test));
}

/// Whether there is a server. When not, the test is left out: said once aloud, and a failure under `make test`.
pub(super) fn is_there() -> bool {
    socket().is_some()
}

fn socket() -> Option<&'static Path> {
    static SOCKET: OnceLock<Option<PathBuf>> = OnceLock::new();
    SOCKET.get_or_init(start).as_deref()
}

fn start() -> Option<PathBuf> {
    let Some(programs) = programs() else {
        let told = "left out: the store's tests on PostgreSQL: it is not installed (`make test` installs what it may)";
        assert!(std::env::var_os("LIGNE_PEERS").is_none(), "{told}");
        // Not `eprintln!`: the test harness would swallow it.
        let _ = writeln!(std::io::stderr(), "{told}");
        return None;
    };
    // PostgreSQL refuses to run as root: then it is its own package's user.
    let mut shell = if rustix::process::getuid().is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "sh"]);
        command
    } else {
        Command::new("sh")
    };
    let shell = shell.args(["-c", include_str!("postgres.sh"), "postgres.sh"]).arg(programs).env_remove("TMPDIR");
    let mut server = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("sh can be run");
    let mut folder = String::new();
    BufReader::new(server.stdout.take().expect("piped")).read_line(&mut folder).unwrap();
    let folder = PathBuf::from(folder.trim());
    assert!(folder.is_absolute(), "PostgreSQL did not start: its log is above");
    // Its standard input ends with this process, and it with that.
    std::mem::forget(server);
    let socket = folder.clone();
    // A thread of its own: we are inside a test's runtime.
    std::thread::spawn(move || block_on(Engine::Postgres, fill(&socket))).join().unwrap();
    Some(folder)
}

/// The newest that Debian's packages left.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path());
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.filter(|path| path.join("bin/postgres").is_file()).max_by_key(number)?;
    Some(newest.join("bin"))
}

fn database(socket: &Path, name: &str) -> Place {
    Place::Server(format!("postgres://ligne@localhost/{name}?host={}", socket.display()))
}

async fn administer(socket: &Path, sql: &str) {
    sqlx::any::install_default_drivers();
    let administrator = engine::pool(&database(socket, "postgres"), "", 1, "").await.unwrap();
    administrator.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
    administrator.close().await;
}

async fn fill(socket: &Path) {
    for filled in [Filled::Empty, Filled::Sample] {
        administer(socket, &format!("CREATE DATABASE {}", filled.template())).await;
        let store = Store::open_at(&database(socket, filled.template())).await.unwrap();
        if let Filled::Sample = filled {
            store.load_sample().await.unwrap();
        }
        store.writers.close().await;
        store.readers.close().await;
    }
}
