//! baresip (Debian: baresip-core) calls, steered over its control port, and records what it hears.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ligne_claire::speech::{Unit, french};

use super::line::{DIALLED, HOME, TestLine, appointments, free_port, rtp_ports};
use super::listen::{Recording, in_order};
use super::{PATIENCE, has};
use crate::kit::SOON;

const CALLER: &str = "0353010001";
/// A day, an hour and an address last less, in samples.
const PLACE: usize = 14 * 8_000;
/// The same, said twice.
const TOLD_TWICE: usize = 40 * 8_000;
/// baresip holds a key for 180 ms and sends its end for 60 ms more; then a finger's rest. In samples heard.
const KEY: usize = 400 * 8;
/// Between two looks at the growing record.
const LOOK: Duration = Duration::from_millis(10);
/// Where Debian has its modules: `/usr/lib/baresip/modules`, or under the machine's triplet.
const MODULES: [&str; 3] = [
    "/usr/lib/baresip/modules",
    "/usr/lib/x86_64-linux-gnu/baresip/modules",
    "/usr/lib/aarch64-linux-gnu/baresip/modules",
];

/// A baresip without sound card: silence in, a record out.
struct Baresip {
    child: Child,
    folder: tempfile::TempDir,
    control: TcpStream,
    /// Of its control port: netstrings not yet read whole.
    held: Vec<u8>,
    heard: Vec<f32>,
    /// Up to here all was recognised.
    understood: usize,
}

impl Baresip {
    fn start() -> Baresip {
        let folder = tempfile::tempdir().unwrap();
        let (sip, control) = (free_port(), SocketAddr::from((HOME, free_port())));
        write_settings(folder.path(), sip, control);
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let child = Command::new("baresip")
            .args(["-4", "-f"])
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let control = once(|| TcpStream::connect(control).ok(), "baresip opened its control port");
        control.set_read_timeout(Some(PATIENCE)).unwrap();
        Baresip { child, folder, control, held: Vec::new(), heard: Vec::new(), understood: 0 }
    }

    /// Gives a command and waits for baresip's word that it was carried out.
    fn command(&mut self, command: &str, parameters: &str) {
        let order = serde_json::json!({"command": command, "params": parameters, "token": command}).to_string();
        self.control.write_all(format!("{}:{order},", order.len()).as_bytes()).unwrap();
        let done = self.awaits(|message| message["response"] == true && message["token"] == command);
        assert_eq!(done["ok"], true, "{done}");
    }

    /// Waits for an event of its call.
    fn event(&mut self, kind: &str) {
        self.awaits(|message| message["type"] == kind);
    }

    fn awaits(&mut self, is_it: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
        loop {
            while let Some(message) = netstring(&mut self.held) {
                if is_it(&message) {
                    return message;
                }
            }
            let mut bytes = [0; 4096];
            let length = self.control.read(&mut bytes).expect("baresip tells what happens");
            assert!(length > 0, "baresip ended");
            self.held.extend(&bytes[..length]);
        }
    }

    /// Presses keys one by one: each has its time, measured in what is heard meanwhile.
    fn keys(&mut self, keys: &str) {
        for key in keys.chars() {
            self.command("sndcode", &key.to_string());
            let until = self.listen() + KEY;
            once(|| (self.listen() >= until).then_some(()), "sound goes on under a key");
        }
    }

    /// Waits until this recording was heard whole, soon after what was heard before.
    fn hears(&mut self, text: &str) -> &mut Baresip {
        self.hears_within(text, SOON)
    }

    /// The same, when it begins in at most `within` samples.
    fn hears_within(&mut self, text: &str, within: usize) -> &mut Baresip {
        let mut recording = Recording::of(text, self.understood, within);
        let place = once(
            || {
                self.listen();
                let place = recording.find(&self.heard);
                assert!(!recording.is_missed(), "not heard: « {text} »");
                place
            },
            text,
        );
        self.understood = place.end;
        self
    }

    /// Waits until somebody speaks.
    fn hears_a_voice(&mut self) -> &mut Baresip {
        const SPEECH: f32 = 500.0;
        once(
            || {
                self.listen();
                self.heard.iter().any(|sample| sample.abs() > SPEECH).then_some(())
            },
            "a voice",
        );
        self
    }

    /// Reads on in the record; how many samples were heard so far.
    fn listen(&mut self) -> usize {
        const HEADER: u64 = 44;
        if let Some(path) = record(self.folder.path()) {
            let mut sound = Vec::new();
            let mut file = File::open(path).unwrap();
            file.seek(SeekFrom::Start(HEADER + self.heard.len() as u64 * 2)).unwrap();
            file.read_to_end(&mut sound).unwrap();
            self.heard.extend(sound.chunks_exact(2).map(|s| f32::from(i16::from_le_bytes([s[0], s[1]]))));
        }
        self.heard.len()
    }
}

impl Drop for Baresip {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = std::fs::read(self.folder.path().join("log")).unwrap_or_default();
            println!("--- what baresip said\n{}---", String::from_utf8_lossy(&log));
        }
    }
}

/// Only what a call needs: no sound card, no second codec, nothing that asks the network.
fn write_settings(folder: &Path, sip: u16, control: SocketAddr) {
    let modules = MODULES.iter().find(|path| Path::new(path).is_dir()).expect("baresip has its modules somewhere");
    let rtp = rtp_ports(8);
    let here = folder.display();
    let settings = format!(
        "sip_listen {HOME}:{sip}\naudio_source aufile,{here}/silence.wav\naudio_player none,none\naudio_alert none,none\n\
         ausrc_srate 8000\nauplay_srate 8000\nrtp_ports {rtp}-{}\njitter_buffer_delay 5-10\n\
         module_path {modules}\nmodule g711.so\nmodule sndfile.so\nmodule aufile.so\nmodule_tmp account.so\n\
         module_app menu.so\nmodule_app ctrl_tcp.so\nctrl_tcp_listen {control}\nsnd_path {here}\n",
        rtp + 7,
    );
    std::fs::write(folder.join("config"), settings).unwrap();
    let account = format!("<sip:{CALLER}@{HOME}>;regint=0;audio_codecs=pcma;dtmfmode=rtpevent\n");
    std::fs::write(folder.join("accounts"), account).unwrap();
    std::fs::write(folder.join("silence.wav"), silence(120)).unwrap();
}

/// A WAV file of so many seconds, 8 kHz, 16 bits.
fn silence(seconds: u32) -> Vec<u8> {
    let length = seconds * 16_000;
    let mut out = b"RIFF".to_vec();
    out.extend((36 + length).to_le_bytes());
    out.extend(b"WAVEfmt ");
    out.extend(16u32.to_le_bytes());
    for (word, size) in [(1u32, 2), (1, 2), (8_000, 4), (16_000, 4), (2, 2), (16, 2)] {
        out.extend(&word.to_le_bytes()[..size]);
    }
    out.extend(b"data");
    out.extend(length.to_le_bytes());
    out.resize(out.len() + length as usize, 0);
    out
}

/// What `sndfile` records of the received side: `dump-<when>-dec.wav`.
fn record(folder: &Path) -> Option<PathBuf> {
    let mut files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.find(|path| path.to_string_lossy().ends_with("-dec.wav"))
}

/// Takes one whole netstring of JSON.
fn netstring(held: &mut Vec<u8>) -> Option<serde_json::Value> {
    let colon = held.iter().position(|byte| *byte == b':')?;
    let length: usize = std::str::from_utf8(&held[..colon]).ok()?.parse().ok()?;
    let end = colon + 1 + length;
    if held.len() <= end {
        return None;
    }
    let message = serde_json::from_slice(&held[colon + 1..end]).ok()?;
    held.drain(..=end);
    Some(message)
}

/// Asks again until it is so. Files do not wake their readers: the pause only spares the processor.
fn once<T>(mut ask: impl FnMut() -> Option<T>, what: &str) -> T {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(began.elapsed() < 2 * PATIENCE, "waited in vain: {what}");
        std::thread::sleep(LOOK);
    }
}

#[test]
fn baresip_books_by_ear_and_its_record_holds_the_prompts_in_order() {
    if !has("baresip") {
        return;
    }
    let line = TestLine::start();
    let mut phone = Baresip::start();
    phone.command("dial", &format!("sip:{DIALLED}@{}", line.address));
    phone.event("CALL_ESTABLISHED");
    // The welcome is talked over, as by those who know it; from then on, all is heard to its end.
    phone.hears_a_voice().keys("1");
    phone.hears("Quelle est votre situation ?").keys("1");
    phone.hears("Tapez les cinq chiffres de votre code postal.").keys("71100");
    phone.hears("Vous avez tapé :").hears("sept, un,").hears("un, zéro,").hears("zéro.").keys("1");
    phone.hears("Comment voulez-vous rencontrer votre conseiller ?").keys("1");
    phone.hears("Pour entendre les premières dates libres,").keys("1");
    phone.hears("Voici les prochains rendez-vous.").keys("1");
    phone.hears("Vous avez choisi :").hears_within("C'est bien cela ?", PLACE).keys("1");
    phone.hears("C'est noté. Vous avez rendez-vous :");
    let [row] = &appointments(&line.data(), CALLER, "71100")[..] else { panic!("one appointment expected") };
    // Most hang up here, before they are asked how it was.
    phone.hears_within("C'est fini, votre rendez-vous est pris.", TOLD_TWICE);
    phone.command("hangup", "");

    let mut booked: Vec<String> =
        french::slot_when(row.slot.starts_at, &row.slot.site.tz).into_iter().filter_map(text).collect();
    booked.push(row.slot.site.say_address.clone());
    let booked: Vec<&str> = booked.iter().map(String::as_str).collect();
    let expected = [
        &["Quelle est votre situation ?", "Tapez les cinq chiffres de votre code postal."][..],
        &["Vous avez tapé :", "sept, un,", "un, zéro,", "zéro."],
        &[
            "Comment voulez-vous rencontrer votre conseiller ?",
            "Pour entendre les premières dates libres,",
            "Voici les prochains rendez-vous.",
            "Vous avez choisi :",
        ],
        &booked,
        &["C'est bien cela ?", "C'est noté. Vous avez rendez-vous :"],
        &booked,
        &["Je répète :"],
        &booked,
        &["C'est fini, votre rendez-vous est pris."],
    ]
    .concat();
    assert_eq!(in_order(&phone.heard, &expected).map(drop), Ok(()), "of {expected:?}");
    // The ear can fail: the same record does not hold them in another order, nor another date.
    let swapped = ["C'est noté. Vous avez rendez-vous :", "Vous avez choisi :"];
    assert_eq!(in_order(&phone.heard, &swapped), Err(swapped[1]));
    let day_after = french::date(row.slot.starts_at + jiff::SignedDuration::from_hours(24), &row.slot.site.tz);
    let day_after = text(day_after).unwrap();
    assert!(in_order(&phone.heard, &["Je répète :", &day_after]).is_err());
}

#[test]
fn baresip_calls_over_tcp_presses_a_key_and_hangs_up() {
    if !has("baresip") {
        return;
    }
    let line = TestLine::start();
    let mut phone = Baresip::start();
    phone.command("dial", &format!("sip:{DIALLED}@{};transport=tcp", line.address));
    phone.event("CALL_ESTABLISHED");
    phone.hears_a_voice().keys("1");
    phone.hears("Quelle est votre situation ?");
    phone.command("hangup", "");
    // The line is there for the next one.
    phone.command("dial", &format!("sip:{DIALLED}@{};transport=tcp", line.address));
    phone.event("CALL_ESTABLISHED");
}

fn text(unit: Unit) -> Option<String> {
    match unit {
        Unit::Say(text) => Some(text),
        Unit::Pause(_) | Unit::Own(_) | Unit::Tone => None,
    }
}
