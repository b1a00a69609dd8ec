//! The house rules that a compiler does not keep: arrows point one way, the core touches nothing, files stay readable.

use std::path::{Path, PathBuf};

/// Rooms from the ground up; a room may use those of lower rank, and itself.
const RANKS: [(&str, u8); 16] = [
    ("clock", 0),
    ("gsm7", 0),
    ("phone", 0),
    ("booking", 1),
    ("rtp", 1),
    ("sdp", 2),
    ("sip", 2),
    ("speech", 2),
    ("flow", 3),
    ("call", 4),
    ("store", 5),
    ("media", 6),
    ("config", 6),
    ("net", 7),
    ("ops", 7),
    ("server", 8),
];
const CORE: [&str; 10] = ["clock", "gsm7", "phone", "booking", "rtp", "sdp", "sip", "speech", "flow", "call"];
/// What would make a core room do something by itself.
const BANNED: [&str; 9] = [
    "tokio::",
    "sqlx::",
    "std::net::Udp",
    "std::net::Tcp",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "std::fs",
    "rand::",
];
const LINES_MAX: usize = 700;

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|ext| ext == extension) {
            found.push(path);
        }
    }
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// `src/flow/run.rs` → ("flow", text without its tests).
fn rooms() -> Vec<(String, PathBuf, String)> {
    let src = root().join("src");
    let sources = files(&src, "rs").into_iter().filter(|path| !path.ends_with("tests.rs"));
    sources
        .map(|path| {
            let first = path.strip_prefix(&src).unwrap().components().next().unwrap();
            let room = first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
            (room, path, code)
        })
        .collect()
}

#[test]
fn arrows_point_one_way() {
    let rank = |room: &str| RANKS.iter().find(|(name, _)| *name == room).map(|(_, rank)| *rank);
    for (room, path, code) in rooms() {
        if room == "lib" || room == "main" {
            continue;
        }
        let own =
            rank(&room).unwrap_or_else(|| panic!("{}: give the room `{room}` a rank in tests/tidy.rs", path.display()));
        for after in code.split("crate::").skip(1) {
            let used: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let Some(other) = rank(&used) else { continue };
            assert!(used == room || other < own, "{}: `{room}` may not use `{used}`", path.display());
        }
    }
}

#[test]
fn the_core_touches_nothing() {
    for (room, path, code) in rooms().into_iter().filter(|(room, ..)| CORE.contains(&room.as_str())) {
        for banned in BANNED {
            assert!(!code.contains(banned), "{}: the core room `{room}` names {banned}", path.display());
        }
    }
}

#[test]
fn files_stay_readable_and_no_lint_is_silenced_without_a_reason() {
    for (_, path, code) in rooms() {
        assert!(code.lines().count() <= LINES_MAX, "{}: more than {LINES_MAX} lines", path.display());
        for line in code.lines().filter(|line| line.contains("#[allow(") || line.contains("#[expect(")) {
            assert!(line.contains("reason ="), "{}: {line}", path.display());
        }
    }
}

#[test]
fn only_numbers_of_the_ranges_kept_for_fiction_are_written_down() {
    const FICTION: [&str; 6] = ["019900", "026191", "035301", "046571", "053649", "063998"];
    // The national line itself (A16), and every key of a keypad in a row.
    const KNOWN: [&str; 2] = ["0972010203", "0123456789"];
    let sources = files(&root().join("src"), "rs").into_iter().chain(files(&root().join("flows"), "yaml"));
    let sources = sources.chain(files(&root().join("flows"), "call"));
    for path in sources.filter(|path| !path.to_string_lossy().contains("/phone/")) {
        let text = std::fs::read_to_string(&path).unwrap();
        for word in text.split(|c: char| !c.is_ascii_digit()).filter(|word| word.len() == 10 && word.starts_with('0')) {
            let is_fiction = FICTION.iter().any(|range| word.starts_with(range)) || KNOWN.contains(&word);
            assert!(is_fiction, "{}: {word} may be somebody's number", path.display());
        }
    }
}
