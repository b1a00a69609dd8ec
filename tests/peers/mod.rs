//! The line as the telephone world meets it: real peers call the real program over real sockets.
//!
//! | who calls | what it proves |
//! |---|---|
//! | `sipp` (scenarios beside this file) | signalling on UDP and TCP, keys from a capture, the row in SQLite |
//! | `baresip` | another stack's jitter buffer and keys; what it recorded is compared with the recordings |
//! | `kit::Phone`, ours | keys right through a lossy wire; what the line sends, byte for byte |
//!
//! Nobody here waits for a fixed time: our phone and baresip press a key when they have *heard* the question, sipp types
//! as a person who knows the line by heart, and then waits for the line's BYE.
//!
//! `cargo test` alone leaves out what is not installed, and says so. `make test` installs it first, and sets
//! `LIGNE_PEERS`, which makes a missing peer a failure.

mod baresip;
mod capture;
mod keys;
mod line;
mod listen;
mod sipp;

use std::io::Write;
use std::time::Duration;

/// How long a peer may take for one step on a loaded machine; no assertion depends on it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whether this program can be run. When not, the test is left out.
fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there = std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    if !is_there {
        left_out(&format!("{program} is not installed"));
    }
    is_there
}

/// A test cannot be done here: said aloud, and a failure under `make test`.
fn left_out(why: &str) {
    let test = std::thread::current().name().unwrap_or_default().to_owned();
    let told = format!("left out: {test}: {why} (`make test` installs what it may, and says what is missing)");
    assert!(std::env::var_os("LIGNE_PEERS").is_none(), "{told}");
    // Not `eprintln!`: the test harness would swallow it.
    let _ = writeln!(std::io::stderr(), "{told}");
}
