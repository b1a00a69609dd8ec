//! A line of a test's own: the program itself, on ports and in a folder nobody else uses.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// RTP ports of one line; a test has few calls.
const PORTS: u32 = 40;

/// For a line of the log that is sure to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// `ligne run`, until the value is dropped.
pub struct TestLine {
    child: Child,
    folder: tempfile::TempDir,
    /// Open, for it has more to say: a line whose words nobody reads any more would end.
    _stdout: BufReader<ChildStdout>,
    ends: Receiver<String>,
    /// Where it answers SIP.
    pub address: SocketAddr,
}

impl TestLine {
    /// Starts one and waits for the line that says where it answers.
    pub fn start() -> TestLine {
        static LINES: AtomicU32 = AtomicU32::new(0);
        let folder = tempfile::tempdir().expect("a folder");
        // Other test programs run at the same time: begin at another place in each.
        let rank = std::process::id().wrapping_mul(7) + LINES.fetch_add(1, Ordering::Relaxed);
        let first = 10_000 + rank % 230 * PORTS;
        let settings = folder.path().join("ligne.toml");
        let text = format!(
            "data = {:?}\n[sip]\nlisten = \"127.0.0.1:0\"\n[media]\nfirst_port = {first}\nlast_port = {}\nthreads = 1\n",
            folder.path().join("data"),
            first + PORTS - 1
        );
        std::fs::write(&settings, text).expect("written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_ligne"));
        command.current_dir(env!("CARGO_MANIFEST_DIR")).arg("--config").arg(settings).arg("run");
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut said = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        stdout.read_line(&mut said).expect("it says where it answers");
        let address = said.trim_end().strip_prefix("SIP udp+tcp ").and_then(|address| address.parse().ok());
        let address = address.unwrap_or_else(|| panic!("the first line was « {said} »"));
        let log = BufReader::new(child.stderr.take().expect("piped"));
        let (noted, ends) = channel();
        // Ends with the line's standard error; read to the last, or the line would wait for us.
        std::thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                if line.contains("a call ended") {
                    let _ = noted.send(line); // the test may be over
                } else if !line.contains(" INFO ") {
                    eprintln!("{line}");
                }
            }
        });
        TestLine { child, folder, _stdout: stdout, ends, address }
    }

    /// What its log says of the next call that ends: `… ended="finished" goal="appointment.booked"`.
    pub fn end_of_call(&self) -> Result<String, String> {
        self.ends.recv_timeout(PATIENCE).map_err(|_| "no call ended".to_owned())
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
