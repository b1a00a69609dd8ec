//! A line of a test's own: the program itself, on ports and in a folder nobody else uses.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// RTP ports of one line; a test has few calls.
const PORTS: u32 = 40;

/// `ligne run`, until the value is dropped.
pub struct TestLine {
    child: Child,
    folder: tempfile::TempDir,
    /// Open, for it has more to say: a line whose words nobody reads any more would end.
    _stdout: BufReader<ChildStdout>,
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
        command.current_dir(env!("CARGO_MANIFEST_DIR")).arg("--config").arg(settings).args(["--log", "warn", "run"]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut said = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        stdout.read_line(&mut said).expect("it says where it answers");
        let address = said.trim_end().strip_prefix("SIP udp+tcp ").and_then(|address| address.parse().ok());
        let address = address.unwrap_or_else(|| panic!("the first line was « {said} »"));
        TestLine { child, folder, _stdout: stdout, address }
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
