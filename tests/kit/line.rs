//! A line of a test's own: the program itself, on ports and in a folder nobody else uses.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ligne_claire::booking::{Appointment, PostalCode};
use ligne_claire::flow::action::{Reply, Request};
use ligne_claire::phone::PhoneNumber;
use ligne_claire::store::Store;
use sqlx::{Connection, SqliteConnection};

/// RTP ports of one line; a test has few calls.
const PORTS: u32 = 40;

/// For a line of the log that is sure to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// What callers dial.
pub const DIALLED: &str = "0972010203";

/// Ports for the sound of one line, given to nobody else in this process.
pub fn rtp_range() -> std::ops::Range<u16> {
    static LINES: AtomicU32 = AtomicU32::new(0);
    // Other test programs run at the same time: begin at another place in each.
    let rank = std::process::id().wrapping_mul(7) + LINES.fetch_add(1, Ordering::Relaxed);
    let first = 10_000 + rank % 230 * PORTS;
    first as u16..(first + PORTS) as u16
}

/// Coming appointments of this number and postal code, as the database in the line's folder has them.
pub fn appointments(data: &Path, phone: &str, place: &str) -> Vec<Appointment> {
    let request = Request::FindAppointments {
        phone: PhoneNumber::parse(phone).unwrap(),
        place: PostalCode::parse(place).unwrap(),
    };
    ligne_claire::server::runtime().unwrap().block_on(async {
        let store = Store::open(data).await.unwrap();
        match store.execute(jiff::Timestamp::now(), "test", "test", &request).await {
            Reply::Appointments(found) => found,
            other => panic!("{other:?}"),
        }
    })
}

/// The database of a line's folder, read beside it, or written behind its back.
pub async fn database(data: &Path) -> Result<SqliteConnection, sqlx::Error> {
    SqliteConnection::connect(&format!("sqlite://{}", data.join("ligne.db").display())).await
}

/// A log without the clocks in it, whose microseconds may be anybody's postal code.
pub fn without_clocks(log: &str) -> String {
    let line = |line: &str| {
        let words = line.split(' ').filter(|word| !word.starts_with("elapsed"));
        words.filter(|word| word.parse::<jiff::Timestamp>().is_err()).collect::<Vec<_>>().join(" ")
    };
    log.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// `ligne run`, until the value is dropped.
pub struct TestLine {
    child: Child,
    folder: tempfile::TempDir,
    /// Open, for it has more to say: a line whose words nobody reads any more would end.
    _stdout: BufReader<ChildStdout>,
    ends: Receiver<String>,
    log: Arc<Mutex<String>>,
    /// Where it answers SIP.
    pub address: SocketAddr,
    /// Its ports for sound.
    pub ports: std::ops::Range<u16>,
}

impl TestLine {
    /// Starts one and waits for the line that says where it answers.
    pub fn start() -> TestLine {
        TestLine::with_flows(Path::new("flows"))
    }

    /// One that answers with the flows of this folder.
    pub fn with_flows(flows: &Path) -> TestLine {
        let folder = tempfile::tempdir().expect("a folder");
        let ports = rtp_range();
        let std::ops::Range { start: first, end } = ports;
        let settings = folder.path().join("ligne.toml");
        let text = format!(
            "data = {:?}\nflows = {flows:?}\n[sip]\nlisten = \"127.0.0.1:0\"\n[media]\nfirst_port = {first}\nlast_port = {}\nthreads = 1\n",
            folder.path().join("data"),
            end - 1
        );
        std::fs::write(&settings, text).expect("written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_ligne"));
        command.env_remove("DATABASE_URL");
        command.current_dir(env!("CARGO_MANIFEST_DIR")).arg("--config").arg(settings).args(["--log", "debug", "run"]);
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let log = BufReader::new(child.stderr.take().expect("piped"));
        let (noted, ends) = channel();
        let log_of = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&log_of);
        // Ends with the line's standard error; read from the first word, or the line would wait for us.
        std::thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                *kept.lock().expect("no test panics with it") += &format!("{line}\n");
                if line.contains(" WARN ") || line.contains(" ERROR ") {
                    eprintln!("{line}");
                }
                if line.contains("a call ended") {
                    let _ = noted.send(line); // the test may be over
                }
            }
        });
        let mut said = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        stdout.read_line(&mut said).expect("it says where it answers");
        let address = said.trim_end().strip_prefix("SIP udp+tcp ").and_then(|address| address.parse().ok());
        let address = address.unwrap_or_else(|| {
            let _ = child.wait();
            panic!("the first line was « {said} »; {}", log_of.lock().expect("no test panics with it"))
        });
        TestLine { child, folder, _stdout: stdout, ends, log: log_of, address, ports }
    }

    /// What its log says of the next call that ends: `… ended="finished" goal="appointment.booked"`.
    pub fn end_of_call(&self) -> Result<String, String> {
        self.ends.recv_timeout(PATIENCE).map_err(|_| "no call ended".to_owned())
    }

    /// All that it has logged, at the level where it tells most.
    pub fn log(&self) -> String {
        self.log.lock().expect("no test panics with it").clone()
    }

    /// Resident memory, KiB.
    pub fn memory_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it lives");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux says it");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// Descriptors it has open: sockets and files.
    pub fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).expect("it lives").count()
    }

    /// SIGHUP: read the flows again.
    pub fn hang_up(&self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::HUP).expect("it lives");
    }

    /// SIGKILL, now.
    pub fn kill(&mut self) {
        self.child.kill().expect("it lived");
        self.child.wait().expect("it is gone");
    }

    /// SIGTERM twice: the calls are hung up. Returns when it has ended.
    pub fn stop_now(&mut self) {
        for _ in 0..2 {
            let pid = rustix::process::Pid::from_child(&self.child);
            rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it lives");
            let told = Instant::now();
            // Signals of one kind are one until they are taken: the second waits for the log of the first.
            while told.elapsed() < PATIENCE && !self.log().contains("stopping: calls in progress") {
                std::thread::yield_now();
            }
        }
        self.child.wait().expect("it ended");
    }

    /// The folder of its store.
    pub fn data(&self) -> std::path::PathBuf {
        Path::new(self.folder.path()).join("data")
    }
}

impl Drop for TestLine {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
