//! Flows with one slip each, and exactly what their author reads. One file a theme.

mod care;
mod holds;
mod map;
mod promises;
mod reading;
mod steps;
mod targets;
mod whole;
mod words;

use super::Library;
use crate::flow::tests::files;

/// `find` in `flow` replaced by `replace`, once; all that is read, each line without its "flows/".
struct Slip {
    flow: &'static str,
    find: &'static str,
    replace: &'static str,
    read: &'static [&'static str],
}

/// The real flows with one slip.
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
