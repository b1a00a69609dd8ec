//! The line under test: the program itself, on ports and in a folder of its own.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use ligne_claire::booking::{Appointment, PostalCode};
use ligne_claire::flow::action::{Reply, Request};
use ligne_claire::phone::PhoneNumber;
use ligne_claire::store::Store;
use tempfile::TempDir;

pub const HOME: Ipv4Addr = Ipv4Addr::LOCALHOST;
/// What callers dial.
pub const DIALLED: &str = "0972010203";
/// RTP ports of one line: 24 calls.
const RTP_PORTS: u16 = 48;

/// A running line. Dropped, it is killed and its folder removed.
pub struct TestLine {
    pub address: SocketAddr,
    pub folder: TempDir,
    child: Child,
}

impl TestLine {
    /// Returns once the line has said where it answers.
    pub fn start() -> TestLine {
        let folder = tempfile::tempdir().unwrap();
        let address = SocketAddr::from((HOME, free_port()));
        let first = rtp_ports(RTP_PORTS);
        let settings = format!(
            "data = {:?}\n[sip]\nlisten = \"{address}\"\n[media]\nfirst_port = {first}\nlast_port = {}\nthreads = 1\n",
            folder.path().join("data"),
            first + RTP_PORTS - 1,
        );
        let config = folder.path().join("ligne.toml");
        std::fs::write(&config, settings).unwrap();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_ligne"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .arg("run")
            .arg("--config")
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let is_up = said.any(|line| line.contains("SIP") && line.contains(&address.to_string()));
        // Whatever else it prints must find a reader, or it would die of a broken pipe.
        std::thread::spawn(move || said.for_each(drop));
        let line = TestLine { address, folder, child };
        assert!(is_up, "the line did not start");
        line
    }

    /// Coming appointments of this number and postal code, as the line's own database has them.
    pub fn appointments(&self, phone: &str, place: &str) -> Vec<Appointment> {
        appointments(&self.folder.path().join("data"), phone, place)
    }
}

impl Drop for TestLine {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            println!("--- what the line logged\n{log}---");
        }
    }
}

fn appointments(data: &Path, phone: &str, place: &str) -> Vec<Appointment> {
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

/// A port free on UDP and TCP, as is the next one (baresip takes it for TLS), given to nobody else in this process.
/// Below the range from which the system takes its own.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(13_000);
    let is_free = |port| UdpSocket::bind((HOME, port)).is_ok() && TcpListener::bind((HOME, port)).is_ok();
    loop {
        let port = NEXT.fetch_add(2, Ordering::Relaxed);
        assert!(port < 20_000, "no free port");
        if is_free(port) && is_free(port + 1) {
            return port;
        }
    }
}

/// The first of `count` ports for RTP, given to nobody else in this process.
pub fn rtp_ports(count: u16) -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(24_000);
    NEXT.fetch_add(count, Ordering::Relaxed)
}
