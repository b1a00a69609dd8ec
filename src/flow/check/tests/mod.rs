//! Flows with one slip each, and exactly what their author reads. One file a theme.

mod care;
mod counts;
mod head;
mod holds;
mod line;
mod map;
mod plain;
mod promises;
mod reading;
mod sms;
mod steps;
mod targets;
mod tongues;
mod translated;
mod whole;
mod words;

use super::Library;

/// A service small enough to be read in one go, that stays as it is when the real one changes.
const FLOWS: [(&str, &str); 7] = [
    ("flows/book.yaml", include_str!("flows/book.yaml")),
    ("flows/call_back.yaml", include_str!("flows/call_back.yaml")),
    ("flows/engine.yaml", include_str!("flows/engine.yaml")),
    ("flows/line.yaml", include_str!("flows/line.yaml")),
    ("flows/manage.yaml", include_str!("flows/manage.yaml")),
    ("flows/person.yaml", include_str!("flows/person.yaml")),
    ("flows/welcome.yaml", include_str!("flows/welcome.yaml")),
];

/// `find` in `flow` replaced by `replace`, once; all that is read, each line without its "flows/".
struct Slip {
    flow: &'static str,
    find: &'static str,
    replace: &'static str,
    read: &'static [&'static str],
}

fn files() -> Vec<(String, String)> {
    FLOWS.map(|(path, text)| (path.to_owned(), text.to_owned())).to_vec()
}

/// The service with one slip.
fn slipped(flow: &str, find: &str, replace: &str) -> Vec<(String, String)> {
    let mut files = files();
    let path = format!("flows/{flow}.yaml");
    let (_, text) = files.iter_mut().find(|(file, _)| *file == path).expect("a flow of ours");
    assert!(text.contains(find), "{path} has no {find:?}");
    *text = text.replacen(find, replace, 1);
    files
}

fn read(files: &[(String, String)], is_recorded: &dyn Fn(&str) -> bool) -> Vec<String> {
    let faults = Library::load(files, is_recorded).err().unwrap_or_default();
    faults.iter().map(|fault| fault.to_string().replacen("flows/", "", 1)).collect()
}

fn check(slips: &[Slip]) {
    let mut wrong = String::new();
    for Slip { flow, find, replace, read: wanted } in slips {
        let got = read(&slipped(flow, find, replace), &|_| true);
        if got != *wanted {
            wrong += &format!("\n{flow}: {find:?} → {replace:?}\n  wanted {wanted:#?}\n  got {got:#?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
