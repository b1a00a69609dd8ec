//! The program as its users start it: `ligne call`, killed, misled, misconfigured.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use ligne_claire::store::Store;

use crate::kit::without_clocks;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const CALLER: &str = "0353010001";
/// Every key of a booking, line by line.
const BOOKING: [&str; 9] = ["1", "1", "71100", "1", "1", "1", "1", "1", "5"];

fn settings(folder: &Path, more: &str) -> std::path::PathBuf {
    let path = folder.join("ligne.toml");
    std::fs::write(&path, format!("data = {:?}\n{more}", folder.join("data"))).unwrap();
    path
}

fn ligne(config: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ligne"));
    command.env_remove("DATABASE_URL");
    command.current_dir(ROOT).arg("--config").arg(config).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn call(config: &Path, lines: &[&str]) -> Output {
    let mut child = ligne(config, &["call", "--from", CALLER]).spawn().unwrap();
    // The line may hang up before the last key.
    let _ = child.stdin.take().unwrap().write_all((lines.join("\n") + "\n").as_bytes());
    child.wait_with_output().unwrap()
}

fn heard(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Coming appointments of our caller, as the store has them.
fn appointments(folder: &Path) -> usize {
    crate::kit::appointments(&folder.join("data"), CALLER, "71100").len()
}

/// Runs that hold a place at that moment.
fn holds(folder: &Path, at: jiff::Timestamp) -> i64 {
    let runtime = ligne_claire::server::runtime().unwrap();
    runtime.block_on(async { Store::open(&folder.join("data")).await.unwrap().holds(at).await.unwrap() })
}

#[test]
fn a_caller_books_hears_and_cancels_by_keys_alone() {
    let folder = tempfile::tempdir().unwrap();
    let config = settings(folder.path(), "");
    let said = heard(&call(&config, &BOOKING));
    assert!(said.contains("C'est noté.") && said.contains("— fin : appointment.booked"), "{said}");
    assert_eq!(appointments(folder.path()), 1);
    // To the last yes; then the one that is there is kept.
    let again = heard(&call(&config, &[&BOOKING[..8], &["1"]].concat()));
    assert!(again.contains("Vous avez déjà un rendez-vous"), "{again}");
    let cancelled = heard(&call(&config, &["2", "71100", "1", "2", "2", "1"]));
    assert!(cancelled.contains("Votre rendez-vous est annulé."), "{cancelled}");
    assert_eq!(appointments(folder.path()), 0);
}

#[test]
fn a_stranger_with_the_number_but_another_postal_code_hears_nothing_of_the_appointment() {
    let folder = tempfile::tempdir().unwrap();
    let config = settings(folder.path(), "");
    call(&config, &BOOKING);
    let said = heard(&call(&config, &["2", "21000", "1", "r"]));
    assert!(said.contains("Je ne trouve pas de rendez-vous") && !said.contains("Chalon"), "{said}");
}

#[test]
fn two_stars_are_the_slow_voice_which_the_next_call_has_if_that_was_agreed() {
    let folder = tempfile::tempdir().unwrap();
    let config = settings(folder.path(), "");
    let call = |lines: &[&str]| heard(&call(&config, lines));
    let first = |said: &str| said.lines().find(|line| line.starts_with('☎')).unwrap().to_owned();
    // Slower; in search of a job; under twenty-six; that is all; and the answer.
    let said = call(&["*", "*", "1", "2", "1", "3", "1"]);
    assert!(first(&said).starts_with("☎ Bonjour.") && said.contains("☎ (lentement) Bonjour."), "{said}");
    assert!(said.contains("nous parlerons lentement.") && said.contains("— fin : sort.elsewhere"), "{said}");
    let again = call(&["1", "2", "1", "3", "2"]);
    assert!(first(&again).starts_with("☎ (lentement) Bonjour."), "{again}");
    assert!(again.contains("nous parlerons comme d'habitude."), "{again}");
    assert!(first(&call(&["r"])).starts_with("☎ Bonjour."));
}

#[test]
fn silence_all_along_ends_with_a_call_back_noted() {
    let folder = tempfile::tempdir().unwrap();
    let said = heard(&call(&settings(folder.path(), ""), &[""; 8]));
    assert!(said.contains("Vous êtes toujours là ?") && said.contains("— fin : callback.requested"), "{said}");
}

#[test]
fn nonsense_all_along_ends_with_a_call_back_noted() {
    let folder = tempfile::tempdir().unwrap();
    let said = heard(&call(&settings(folder.path(), ""), &["8"; 12]));
    assert!(said.contains("— fin : callback.requested"), "{said}");
}

#[test]
fn hanging_up_at_any_step_books_nothing() {
    // All but the last yes, and what follows it. A line of its own each, or the next call would be offered to go on (C27).
    for steps in 0..BOOKING.len() - 1 {
        let folder = tempfile::tempdir().unwrap();
        let config = settings(folder.path(), "");
        let lines: Vec<&str> = BOOKING[..steps].iter().copied().chain(["r"]).collect();
        assert!(heard(&call(&config, &lines)).contains("— raccroché"));
        assert_eq!(appointments(folder.path()), 0);
    }
}

/// Reads what is said until `words`; false when the line ends first.
fn read_until(child: &mut Child, reader: &mut impl BufRead, words: &str) -> bool {
    let mut line = String::new();
    while reader.read_line(&mut line).unwrap() > 0 {
        if line.contains(words) {
            return true;
        }
        line.clear();
    }
    child.wait().unwrap();
    false
}

#[test]
fn killed_at_the_moment_of_noted_the_row_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = ligne(&settings(folder.path(), ""), &["call", "--from", CALLER]).spawn().unwrap();
    let mut keys = child.stdin.take().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    keys.write_all((BOOKING.join("\n") + "\n").as_bytes()).unwrap();
    assert!(read_until(&mut child, &mut said, "C'est noté."));
    child.kill().unwrap(); // SIGKILL
    child.wait().unwrap();
    assert_eq!(appointments(folder.path()), 1);
}

#[test]
fn killed_before_the_last_yes_nothing_is_half_booked() {
    let folder = tempfile::tempdir().unwrap();
    let config = settings(folder.path(), "");
    let mut child = ligne(&config, &["call", "--from", CALLER]).spawn().unwrap();
    let mut keys = child.stdin.take().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    keys.write_all((BOOKING[..7].join("\n") + "\n").as_bytes()).unwrap();
    assert!(read_until(&mut child, &mut said, "Vous avez choisi"));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(appointments(folder.path()), 0);
    let now = jiff::Timestamp::now();
    assert_eq!(holds(folder.path(), now), 1, "kept for a caller who calls again");
    assert_eq!(holds(folder.path(), now + Duration::from_secs(30 * 60)), 0, "and not longer");
    assert!(heard(&call(&config, &BOOKING)).contains("C'est noté."), "the line goes on after the crash");
}

/// Exit 2 and one message with these words; nothing started.
fn refused(command: &mut Command, words: &[&str]) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{message}");
    for words in words {
        assert!(message.contains(words), "wanted {words:?} in {message}");
    }
    assert!(!message.contains("panicked"), "{message}");
}

#[test]
fn bad_input_is_refused_with_one_message_that_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let with = |more: &str| settings(folder.path(), more);
    refused(&mut ligne(&with(""), &["call", "--form", CALLER]), &["--form", "--from"]);
    refused(&mut ligne(&with(""), &["call", "--from", "12"]), &["--from 12", "0353010001"]);
    refused(&mut ligne(&with(""), &["call", "--flow", "nowhere"]), &["no flow `nowhere`"]);
    refused(&mut ligne(Path::new("/nonexistent.toml"), &["call"]), &["/nonexistent.toml", "--config"]);
    refused(&mut ligne(&with("[sip\n"), &["call"]), &["ligne.toml", "line 2"]);
    refused(&mut ligne(&with("colour = 1\n"), &["call"]), &["colour"]);
    refused(&mut ligne(&with("prompts = \"/nonexistent\"\n"), &["call"]), &["index.tsv", "ligne prompts render"]);
    refused(&mut ligne(&with("flows = \"/nonexistent\"\n"), &["call"]), &["/nonexistent", "flows = "]);
    refused(&mut ligne(&with("[line]\nflow = \"nowhere\"\n"), &[]), &["[line] flow", "nowhere"]);
    refused(&mut ligne(&with("[media]\nfirst_port = 21\n"), &[]), &["first_port = 21", "even first port"]);
    refused(&mut ligne(&with("[sip]\nlisten = \"192.0.2.1:5060\"\n"), &[]), &["192.0.2.1:5060", "[sip] listen"]);
    std::fs::write(folder.path().join("plain"), "").unwrap();
    let blocked = folder.path().join("blocked.toml");
    std::fs::write(&blocked, format!("data = {:?}\n", folder.path().join("plain/data"))).unwrap();
    refused(&mut ligne(&blocked, &["call"]), &["plain/data", "writable"]);
}

#[test]
fn an_occupied_port_is_named_and_nothing_is_half_started() {
    let folder = tempfile::tempdir().unwrap();
    let udp = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = udp.local_addr().unwrap();
    let config = settings(folder.path(), &format!("[sip]\nlisten = \"{address}\"\n"));
    refused(&mut ligne(&config, &["run"]), &["UDP", &address.to_string(), "[sip] listen"]);
    drop(udp);
    let _tcp = std::net::TcpListener::bind(address).unwrap();
    refused(&mut ligne(&config, &["run"]), &["TCP", &address.to_string(), "[sip] listen"]);
}

#[test]
fn a_line_whose_output_nobody_reads_answers_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let port = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let config = settings(folder.path(), &format!("[sip]\nlisten = \"127.0.0.1:{port}\"\n"));
    let mut child = ligne(&config, &["run"]).spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(std::time::Duration::from_millis(200))).unwrap();
    let question = ligne_claire::ops::dialer::options(
        "t1",
        socket.local_addr().unwrap(),
        std::net::SocketAddr::from(([127, 0, 0, 1], port)),
    );
    let mut answer = [0; 2_048];
    let is_answered = (0..100).any(|_| {
        let _ = socket.send_to(question.as_bytes(), ("127.0.0.1", port));
        socket.recv(&mut answer).is_ok_and(|length| answer[..length].starts_with(b"SIP/2.0 200"))
    });
    let is_alive = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(is_answered && is_alive);
}

#[test]
fn told_to_stop_an_idle_line_stops_at_once_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = ligne(&settings(folder.path(), "[sip]\nlisten = \"127.0.0.1:0\"\n"), &["run"]).spawn().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    assert!(read_until(&mut child, &mut said, "SIP udp+tcp 127.0.0.1:"));
    assert!(read_until(&mut child, &mut said, "Ctrl-C"));
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
}

#[test]
fn a_broken_flow_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let flows = folder.path().join("flows");
    std::fs::create_dir(&flows).unwrap();
    for entry in std::fs::read_dir(Path::new(ROOT).join("flows")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap().replace("goto: choose", "goto: chose");
        std::fs::write(flows.join(path.file_name().unwrap()), text).unwrap();
    }
    let config = settings(folder.path(), &format!("flows = {flows:?}\n"));
    let output = ligne(&config, &["flow", "check"]).output().unwrap();
    let said = heard(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("welcome.yaml:25:11: l'étape `chose` n'existe pas ; vouliez-vous dire `choose` ?"), "{said}");
    assert!(said.trim_end().ends_with(" à corriger."), "{said}");
}

#[test]
fn the_flows_and_recordings_of_this_tree_are_whole() {
    let folder = tempfile::tempdir().unwrap();
    let config = settings(folder.path(), "");
    assert!(ligne(&config, &["flow", "check"]).output().unwrap().status.success());
    let missing = ligne(&config, &["prompts", "missing"]).output().unwrap();
    assert_eq!(heard(&missing), "");
}

#[test]
fn no_number_and_no_key_reaches_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let output = call(&settings(folder.path(), ""), &BOOKING);
    let log = without_clocks(&String::from_utf8(output.stderr).unwrap());
    assert!(!log.contains("353010001") && !log.contains("71100"), "{log}");
}
