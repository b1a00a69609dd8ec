use std::sync::Weak;

use super::*;
use crate::call::conversation::{Conversation, Event, Output};
use crate::clock::Now;
use crate::flow::{Caller, Channel, Library};
use crate::media::text_hash;
use crate::speech::Language;

const WELCOME: &str = r#"
flow: welcome
start: hello
steps:
  hello: {say: "C'est gratuit.", goto: choose}
  choose:
    menu:
      1: {for: "entendre l'heure", goto: bye}
      2: {for: "être rappelé", goto: person}
  bye: {say: "Au revoir.", end: call.finished}
"#;
const CALL_BACK: &str = r#"
flow: call_back
start: done
settings: {on-failure: done}
steps:
  done: {say: "Un conseiller vous rappellera.", end: callback.requested}
"#;
const PERSON: &str = r#"
flow: person
start: call_back
steps:
  call_back: {call: call_back, ends: {callback.requested: requested}}
  requested: {end: callback.requested}
"#;

/// A line's folders and what reads them.
struct Desk {
    folder: tempfile::TempDir,
    reload: Reload,
}

impl Desk {
    async fn open() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            data: folder.path().join("data"),
            flows: folder.path().join("flows"),
            prompts: folder.path().join("prompts"),
            ..Config::default()
        };
        std::fs::create_dir(&config.flows).unwrap();
        let engine = include_str!("../../../flows/engine.yaml");
        let line = include_str!("../../../flows/line.yaml");
        for (name, text) in
            [("welcome", WELCOME), ("call_back", CALL_BACK), ("person", PERSON), ("engine", engine), ("line", line)]
        {
            std::fs::write(config.flows.join(name).with_extension("yaml"), text).unwrap();
        }
        let library = edition::with(&edition::files(&config.flows).unwrap(), &|_| true).unwrap();
        record(&edition::recordings(&config, Language::French), &library, 800);
        let (edition, files) = edition::read(&config, &Default::default()).unwrap();
        let store = Store::open(&config.data).await.unwrap();
        Desk { folder, reload: Reload::new(config, store, edition, files) }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("flows").join(name)
    }

    async fn write(&mut self, name: &str, text: &str) -> Reloaded {
        std::fs::write(self.path(name), text).unwrap();
        self.reload.again().await
    }

    fn version(&self) -> String {
        self.reload.live().borrow().library.version().to_owned()
    }

    /// Refused with these words, and the old version stays.
    fn refused(&self, outcome: Reloaded, words: &str, version: &str) {
        let Reloaded::Refused(refusal) = outcome else { panic!("{outcome:?}") };
        assert!(refusal.faults().iter().any(|fault| fault.contains(words)), "{refusal}");
        assert_eq!(self.version(), version);
    }
}

/// A recording of so many bytes for each text of these flows.
fn record(folder: &Path, library: &Library, length: u32) {
    std::fs::create_dir_all(folder).unwrap();
    let mut index = String::new();
    for text in library.texts(Default::default()) {
        let hash = text_hash(&text);
        index += &format!("{hash}.wav\t{hash}\t100\t{text}\n");
        let mut file = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x06\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data".to_vec();
        file.extend(length.to_le_bytes());
        file.resize(file.len() + length as usize, 0x55);
        std::fs::write(folder.join(format!("{hash}.wav")), file).unwrap();
    }
    std::fs::write(folder.join("index.tsv"), index).unwrap();
}

/// A call, and what it says at this key.
struct Talk(Conversation, Arc<Edition>);

impl Talk {
    fn begin(reload: &Reload) -> Talk {
        let edition = Arc::clone(&reload.live().borrow());
        let mut talk = Talk(Conversation::new("run", "welcome", Caller::default(), Channel::Call), edition);
        talk.hear(Event::Started);
        talk
    }

    fn hear(&mut self, event: Event) -> String {
        let now = Now { at: Instant::now(), wall: Timestamp::UNIX_EPOCH };
        let play = |output| if let Output::Play { prompt, .. } = output { Some(prompt.text()) } else { None };
        self.0.input(&self.1.library, now, event).into_iter().filter_map(play).collect()
    }
}

#[tokio::test]
async fn a_right_change_is_heard_by_the_next_caller_and_not_by_the_one_on_the_line() {
    let mut desk = Desk::open().await;
    let mut before = Talk::begin(&desk.reload);
    let swapped = WELCOME.replace("goto: bye}", "goto: elsewhere}").replace("goto: person}", "goto: bye}");
    let outcome = desk.write("welcome.yaml", &swapped.replace("elsewhere", "person")).await;
    assert!(matches!(&outcome, Reloaded::Live { flows, recordings: 0 } if flows == &["welcome"]), "{outcome:?}");
    assert_eq!(before.hear(Event::Key('1')), "Au revoir.");
    assert_eq!(Talk::begin(&desk.reload).hear(Event::Key('2')), "Au revoir.");
}

#[tokio::test]
async fn a_fault_is_refused_with_its_place_and_the_next_caller_hears_what_was_heard() {
    let mut desk = Desk::open().await;
    let version = desk.version();
    let outcome = desk.write("welcome.yaml", &WELCOME.replace("goto: bye}", "goto: by}")).await;
    desk.refused(outcome, "flows/welcome.yaml:8:42: ", &version);
    assert_eq!(Talk::begin(&desk.reload).hear(Event::Key('1')), "Au revoir.");
    let outcome = desk.write("welcome.yaml", &WELCOME.replace("Au revoir.", "À bientôt.")).await;
    desk.refused(outcome, "« À bientôt. »", &version);
    let outcome = desk.write("welcome.yaml", &WELCOME[..WELCOME.len() / 2]).await;
    desk.refused(outcome, "welcome.yaml:", &version);
    assert!(matches!(desk.write("welcome.yaml", WELCOME).await, Reloaded::Same));
}

#[tokio::test]
async fn what_an_editor_leaves_beside_a_flow_is_no_flow() {
    let mut desk = Desk::open().await;
    std::os::unix::fs::symlink("nowhere", desk.path(".#welcome.yaml")).unwrap();
    assert!(matches!(desk.write("welcome.yaml~", "half").await, Reloaded::Same));
}

#[tokio::test]
async fn a_folder_that_is_gone_or_a_flow_that_answers_no_more_is_refused() {
    let mut desk = Desk::open().await;
    let version = desk.version();
    let (flows, aside) = (desk.folder.path().join("flows"), desk.folder.path().join("aside"));
    std::fs::rename(&flows, &aside).unwrap();
    let outcome = desk.reload.again().await;
    desk.refused(outcome, "name the folder of the flows with `flows = ", &version);
    std::fs::rename(&aside, &flows).unwrap();
    std::fs::remove_file(desk.path("welcome.yaml")).unwrap();
    let outcome = desk.reload.again().await;
    desk.refused(outcome, "[line] flow = \"welcome\": no such flow", &version);
}

#[tokio::test]
async fn new_recordings_go_live_unless_they_last_too_long() {
    let mut desk = Desk::open().await;
    let version = desk.version();
    let recordings = edition::recordings(&desk.reload.config, Language::French);
    let library = edition::with(&desk.reload.files, &|_| true).unwrap();
    record(&recordings, &library, 13 * 8_000);
    let outcome = desk.reload.again().await;
    desk.refused(outcome, "« C'est gratuit. »", &version);
    record(&recordings, &library, 1_600);
    let outcome = desk.reload.again().await;
    let all = library.texts(Default::default()).len();
    assert!(matches!(&outcome, Reloaded::Live { flows, recordings } if flows.is_empty() && *recordings == all));
    std::fs::remove_file(recordings.join("index.tsv")).unwrap();
    let outcome = desk.reload.again().await;
    desk.refused(outcome, "index.tsv", &version);
}

#[tokio::test]
async fn an_old_edition_goes_with_its_last_call_and_no_recording_is_there_twice() {
    let mut desk = Desk::open().await;
    let talk = Talk::begin(&desk.reload);
    let mut editions: Vec<Weak<Edition>> = Vec::new();
    for round in 0..100 {
        let comment = format!("{WELCOME}# {round}\n");
        assert!(matches!(desk.write("welcome.yaml", &comment).await, Reloaded::Live { .. }));
        editions.push(Arc::downgrade(&desk.reload.live().borrow()));
    }
    let live = editions.pop().and_then(|edition| edition.upgrade()).unwrap();
    assert!(editions.iter().all(|edition| edition.upgrade().is_none()));
    for text in live.library.texts(Language::French) {
        let sound = |edition: &Edition| Arc::as_ptr(edition.sounds.sound(Language::French, &text).unwrap());
        assert!(std::ptr::addr_eq(sound(&talk.1), sound(&live)));
    }
    let first = Arc::downgrade(&talk.1);
    drop(talk);
    assert!(first.upgrade().is_none());
}

/// Longer than the kernel ever takes to tell.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_save_by_renaming_and_a_folder_put_in_anothers_place_are_seen() {
    let desk = Desk::open().await;
    let mut eye = Eye::open(&desk.reload.config);
    let beside = desk.folder.path().join("beside");
    std::fs::write(&beside, WELCOME).unwrap();
    std::fs::rename(&beside, desk.path("welcome.yaml")).unwrap();
    tokio::time::timeout(PATIENCE, eye.change()).await.expect("a save is seen");
    eye.quiet().await;
    std::fs::create_dir(&beside).unwrap();
    let flows = desk.folder.path().join("flows");
    std::fs::rename(&flows, desk.folder.path().join("old")).unwrap();
    std::fs::rename(&beside, &flows).unwrap();
    tokio::time::timeout(PATIENCE, eye.change()).await.expect("a new folder is seen");
    eye.quiet().await;
    eye.look_again();
    std::fs::write(desk.path("welcome.yaml"), WELCOME).unwrap();
    tokio::time::timeout(PATIENCE, eye.change()).await.expect("what is written in the new folder is seen");
    let index = edition::recordings(&desk.reload.config, Language::French).join("index.tsv");
    eye.quiet().await;
    std::fs::write(index, "").unwrap();
    tokio::time::timeout(PATIENCE, eye.change()).await.expect("a new index is seen");
}

#[test]
fn only_what_was_written_counts_as_a_change() {
    use notify::event::{CreateKind, DataChange, ModifyKind, RemoveKind, RenameMode};
    for kind in [
        EventKind::Create(CreateKind::File),
        EventKind::Modify(ModifyKind::Data(DataChange::Any)),
        EventKind::Modify(ModifyKind::Name(RenameMode::To)),
        EventKind::Remove(RemoveKind::Folder),
        EventKind::Access(AccessKind::Close(AccessMode::Write)),
    ] {
        assert!(is_change(kind), "{kind:?}");
    }
    for access in [AccessKind::Open(AccessMode::Any), AccessKind::Close(AccessMode::Read), AccessKind::Read] {
        assert!(!is_change(EventKind::Access(access)), "reading the flows would have them read for ever");
    }
}
