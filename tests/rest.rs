//! A call that was cut off, and its flows changed before the person called again (C27): with the real flows, conversation and
//! store, in memory.

use std::path::Path;
use std::time::{Duration, Instant};

use ligne_claire::call::conversation::{Conversation, Event, Output};
use ligne_claire::clock::Now;
use ligne_claire::config::Config;
use ligne_claire::flow::{Channel, Library};
use ligne_claire::phone::PhoneNumber;
use ligne_claire::server;
use ligne_claire::store::Store;

/// Menu, situation, postal code, right, on site, the first dates, the first of them: the place is held, and read back.
const TO_THE_LAST_QUESTION: &str = "11711001111";
const LAST_QUESTION: &str = "Vous avez choisi :";
/// "Go on where you were", postal code, right.
const TAKE_UP: &str = "1711001";
const SECOND: Duration = Duration::from_secs(1);

/// A line in memory whose flows can be changed.
struct Desk {
    folder: tempfile::TempDir,
    store: Store,
    library: Library,
    now: Now,
    calls: u32,
}

/// One call.
struct Talk {
    conversation: Conversation,
    said: String,
}

impl Desk {
    async fn open() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let flows = folder.path().join("flows");
        std::fs::create_dir(&flows).unwrap();
        for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("flows")).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                std::fs::copy(&path, flows.join(path.file_name().unwrap())).unwrap();
            }
        }
        let store = Store::open(&folder.path().join("data")).await.unwrap();
        store.load_sample().await.unwrap();
        let library = read(folder.path());
        let now = Now { at: Instant::now(), wall: "2026-11-30T08:00:00Z".parse().unwrap() };
        Desk { folder, store, library, now, calls: 0 }
    }

    /// Other words, wherever they stand: in the flows, and where they are translated.
    fn edit(&mut self, from: &str, to: &str) {
        for entry in std::fs::read_dir(self.folder.path().join("flows")).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(&path, text.replace(from, to)).unwrap();
        }
        let before = self.library.version().to_owned();
        self.library = read(self.folder.path());
        assert_ne!(self.library.version(), before, "no flow has « {from} »");
    }

    async fn call(&mut self) -> Talk {
        self.calls += 1;
        self.pass(4 * 60);
        let number = PhoneNumber::parse("0353010004").unwrap();
        let caller = self.store.caller(self.now.wall, Some(number)).await;
        let conversation = Conversation::new(&format!("run-{}", self.calls), "welcome", caller, Channel::Call);
        let mut talk = Talk { conversation, said: String::new() };
        self.event(&mut talk, Event::Started).await;
        talk
    }

    fn pass(&mut self, seconds: u32) {
        self.now = Now { at: self.now.at + SECOND * seconds, wall: self.now.wall + SECOND * seconds };
    }

    /// What is said at the last of these keys.
    async fn keys(&mut self, talk: &mut Talk, keys: &str) -> String {
        for key in keys.chars() {
            self.pass(1);
            talk.said.clear();
            self.event(talk, Event::Key(key)).await;
        }
        talk.said.clone()
    }

    async fn event(&self, talk: &mut Talk, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            for output in talk.conversation.input(&self.library, self.now, event) {
                match output {
                    Output::Play { tag, prompt, .. } => {
                        talk.said += &format!("{} ", prompt.text());
                        events.insert(0, Event::Played { tag });
                    }
                    Output::Act { run, key, request } => {
                        let reply = self.store.execute(self.now.wall, &run, &key, &request).await;
                        events.push(Event::Replied(reply));
                    }
                    Output::Rest(rest) => self.store.put_at_rest(self.now.wall, &rest).await.unwrap(),
                    Output::Record(_) | Output::EndRecording | Output::HangUp => {}
                }
            }
        }
    }

    /// Somebody chooses a place, hears it read back, and is cut off.
    async fn drops(&mut self) -> String {
        let mut talk = self.call().await;
        let said = self.keys(&mut talk, TO_THE_LAST_QUESTION).await;
        assert!(said.contains(LAST_QUESTION), "{said}");
        self.event(&mut talk, Event::HungUp).await;
        assert_eq!(self.store.holds(self.now.wall).await.unwrap(), 1);
        said.split_once(LAST_QUESTION).unwrap().1.trim().to_owned()
    }
}

fn read(folder: &Path) -> Library {
    let config = Config { flows: folder.join("flows"), ..Config::default() };
    server::library_with(&config, &|_| true).unwrap()
}

fn run(test: impl Future<Output = ()>) {
    server::runtime().unwrap().block_on(test);
}

#[test]
fn the_next_call_goes_on_at_the_question_where_the_first_was_cut_off_and_books_the_place_it_held() {
    run(async {
        let mut desk = Desk::open().await;
        let question = desk.drops().await;
        let mut again = desk.call().await;
        assert!(again.said.contains("n'est pas finie"), "{}", again.said);
        let said = desk.keys(&mut again, TAKE_UP).await;
        assert!(said.contains("Nous reprenons où vous en étiez.") && said.contains(&question), "{said}");
        assert!(desk.keys(&mut again, "1").await.contains("C'est noté."));
        assert!(!desk.call().await.said.contains("n'est pas finie"), "it was taken up, once");
    });
}

#[test]
fn after_another_sentence_it_goes_on_where_it_was_and_the_question_is_put_in_the_new_words() {
    run(async {
        let mut desk = Desk::open().await;
        desk.drops().await;
        desk.edit(LAST_QUESTION, "Voici votre choix :");
        let mut again = desk.call().await;
        let said = desk.keys(&mut again, TAKE_UP).await;
        assert!(said.contains("Nous reprenons où vous en étiez. Voici votre choix :"), "{said}");
        assert!(desk.keys(&mut again, "1").await.contains("C'est noté."));
    });
}

#[test]
fn after_a_step_was_renamed_under_it_it_begins_again_kindly_and_its_place_is_still_held() {
    run(async {
        let mut desk = Desk::open().await;
        desk.drops().await;
        desk.edit("read_back", "check_it");
        let mut again = desk.call().await;
        let said = desk.keys(&mut again, TAKE_UP).await;
        assert!(
            said.contains("il faut reposer les questions. Votre place est gardée.") && said.contains("tapez 1"),
            "{said}"
        );
        assert_eq!(desk.store.holds(desk.now.wall).await.unwrap(), 1);
        // What they typed is known: it is not asked again.
        assert!(desk.keys(&mut again, "11").await.contains("Comment voulez-vous rencontrer"));
    });
}

#[test]
fn who_tells_another_postal_code_three_times_hears_nothing_of_it() {
    run(async {
        let mut desk = Desk::open().await;
        let question = desk.drops().await;
        let mut stranger = desk.call().await;
        desk.keys(&mut stranger, "1").await;
        let mut said = String::new();
        for code in ["21000", "39000", "89000", "71100"] {
            said += &desk.keys(&mut stranger, &format!("{code}1")).await;
        }
        assert_eq!(said.matches("Ce n'est pas le code postal").count(), 3, "{said}");
        assert!(said.contains("Je ne retrouve pas votre demande.") && !said.contains(&question), "{said}");
    });
}
