//! A flow changed while people are on the line: they hear what they began with, the next caller hears what is new.

use std::path::{Path, PathBuf};

use crate::kit::{DIALLED, Phone, TestLine};

const CALLER: &str = "0353010001";
/// The first question of « écouter votre rendez-vous ».
const KEY: &str = "2";
const OLD: &str = "Pour vous reconnaître, tapez les cinq chiffres de votre code postal.";
/// Recorded too: another flow says it.
const NEW: &str = "Tapez les cinq chiffres de votre code postal.";
const LIVE: &str = "a new version is live";

/// A copy of the flows, and a line that answers with them.
struct Service {
    folder: tempfile::TempDir,
    line: TestLine,
}

impl Service {
    fn start(prepare: impl Fn(&Path)) -> Service {
        let folder = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("flows")).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
            }
        }
        prepare(folder.path());
        let line = TestLine::with_flows(folder.path());
        Service { folder, line }
    }

    fn manage(&self) -> PathBuf {
        self.folder.path().join("manage.yaml")
    }

    /// Somebody calls and waits at the first menu.
    fn call(&self) -> Phone {
        let mut phone = Phone::call(self.line.address, Some(CALLER), DIALLED);
        phone.hears_something().unwrap();
        phone
    }

    /// Somebody calls and asks for their appointment: this is said first.
    fn hears_when_asking(&self, words: &str) {
        asks(&mut self.call(), words);
    }

    /// What the line logged from here on, once it has said this; the caller stays on the line meanwhile.
    fn logs(&self, phone: &mut Phone, from: usize, words: &str) -> String {
        phone.until(words, |_| self.line.log()[from..].contains(words)).unwrap_or_else(|error| panic!("{error}"));
        self.line.log()[from..].to_owned()
    }
}

fn asks(phone: &mut Phone, words: &str) {
    phone.press(KEY).and_then(|()| phone.hears_next(words)).and_then(|()| phone.hang_up()).unwrap();
}

/// As most editors save: a new file put in the place of the old one.
fn edit(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{} has no « {from} »", path.display());
    let beside = path.with_extension("yaml.new");
    std::fs::write(&beside, text.replacen(from, to, 1)).unwrap();
    std::fs::rename(&beside, path).unwrap();
}

#[test]
fn a_changed_flow_is_heard_by_the_next_caller_while_the_one_on_the_line_hears_the_old_one() {
    let service = Service::start(|_| {});
    let mut before = service.call();
    edit(&service.manage(), OLD, NEW);
    let log = service.logs(&mut before, 0, LIVE);
    assert!(log.contains("flows=\"manage\"") && !log.contains(" ERROR "), "{log}");
    asks(&mut before, OLD);
    service.hears_when_asking(NEW);
}

#[test]
fn a_broken_flow_is_refused_with_its_place_and_every_caller_hears_the_old_one() {
    let service = Service::start(|_| {});
    let mut before = service.call();
    edit(&service.manage(), "goto: find", "goto: fin");
    let log = service.logs(&mut before, 0, "stays");
    let text = std::fs::read_to_string(service.manage()).unwrap();
    let line = 1 + text.lines().position(|line| line == "    goto: fin").unwrap();
    assert!(log.contains(&format!("manage.yaml:{line}:11: ")) && log.contains("`fin`"), "{log}");
    assert!(!log.contains(LIVE), "{log}");
    asks(&mut before, OLD);
    let mut next = service.call();
    edit(&service.manage(), "goto: fin\n", "goto: find\n");
    edit(&service.manage(), OLD, NEW);
    service.logs(&mut next, log.len(), LIVE);
    asks(&mut next, OLD);
    service.hears_when_asking(NEW);
}

#[test]
fn sighup_has_the_flows_read_where_a_change_cannot_be_seen() {
    let elsewhere = tempfile::tempdir().unwrap();
    let target = elsewhere.path().join("manage.yaml");
    // What happens behind a link is not seen from the folder it stands in.
    let service = Service::start(|folder| {
        std::fs::rename(folder.join("manage.yaml"), &target).unwrap();
        std::os::unix::fs::symlink(&target, folder.join("manage.yaml")).unwrap();
    });
    let mut before = service.call();
    edit(&target, OLD, NEW);
    service.line.hang_up();
    service.logs(&mut before, 0, LIVE);
    let from = service.line.log().len();
    service.line.hang_up();
    service.logs(&mut before, from, "nothing has changed");
    asks(&mut before, OLD);
    service.hears_when_asking(NEW);
}

/// What a coordinator may do to the booking by mistake: the words before, after, and what the line says of it.
const SLIPS: [(&str, &str, &str); 6] = [
    (
        "      3: {for: \"venir à une réunion de groupe\", goto: group}\n",
        "      3: {for: \"venir à une réunion de groupe\", goto: group}\n      4: {for: \"terminer l'appel\", goto: keep}\n",
        "4 choix, c'est trop : on oublie les premiers ; gardez-en 3, ou faites-en deux questions",
    ),
    ("    goto: number\n", "    goto: numbr\n", "l'étape `numbr` n'existe pas ; vouliez-vous dire `number` ?"),
    (
        "Votre rendez-vous ne change pas.",
        "Votre rendez-vous ne change pas. Il reste au même jour, à la même heure et au même endroit. Votre conseiller vous attend donc comme prévu.",
        "mots, c'est trop pour être retenu : 25 au plus ; coupez ce texte en deux étapes",
    ),
    (
        "Voici les jours libres.",
        "Voici les jours encore libres.",
        "« Voici les jours encore libres. » n'est pas enregistré",
    ),
    ("    else: when\n", "    else: number\n", "revient à elle-même sans que la personne ait rien à répondre"),
    (
        "    already_booked: already\n",
        "",
        "l'étape `write` ne dit pas ce qui suit quand la personne a déjà un rendez-vous : ajoutez `already_booked: …`",
    ),
];

#[test]
fn six_slips_of_a_coordinator_are_refused_one_by_one_and_then_the_right_change_is_heard() {
    let service = Service::start(|_| {});
    let mut before = service.call();
    let book = service.folder.path().join("book.yaml");
    let right = std::fs::read_to_string(&book).unwrap();
    for (from, to, words) in SLIPS {
        let heard = service.line.log().len();
        edit(&book, from, to);
        let log = service.logs(&mut before, heard, "stays");
        assert!(log.contains(words) && !log.contains(LIVE), "wanted « {words} »: {log}");
        let heard = service.line.log().len();
        std::fs::write(&book, &right).unwrap();
        service.logs(&mut before, heard, "nothing has changed");
    }
    drop(before);
    let mut during = service.call();
    let heard = service.line.log().len();
    edit(&service.manage(), OLD, NEW);
    service.logs(&mut during, heard, LIVE);
    asks(&mut during, OLD);
    service.hears_when_asking(NEW);
}
