//! What a coordinator sees of a call on the maps: how many went which way, and nothing of who it was (F3).

use std::process::Command;

use jiff::{Timestamp, ToSpan};
use ligne_claire::config::Config;
use ligne_claire::flow::{GOTO, ON_FAILURE};
use ligne_claire::server;
use ligne_claire::store::{StepCount, Store};

use crate::kit::{DIALLED, Phone, TestLine};

const CALLER: &str = "0353010022";

#[test]
fn the_ways_a_call_took_stand_on_the_maps() {
    let mut line = TestLine::start();
    let mut phone = Phone::call(line.address, Some(CALLER), DIALLED);
    phone.hears_something().unwrap();
    phone.press("3").and_then(|()| phone.hears("Pour être rappelé,")).unwrap();
    phone.press("0").and_then(|()| phone.hears("Faut-il vous rappeler à ce numéro ?")).unwrap();
    phone.hang_up().unwrap();
    line.end_of_call().unwrap();
    line.stop_now();

    let library = server::library_with(&Config::default(), &|_| true).unwrap();
    let yesterday = library.hours().today(Timestamp::now()).saturating_sub(1.day());
    let counts = |flow: &str| {
        server::runtime().unwrap().block_on(async {
            let store = Store::open(&line.data()).await.unwrap();
            store.step_counts(flow, library.version(), yesterday).await.unwrap()
        })
    };
    let once = |step: &str, exit: &str| StepCount { step: step.to_owned(), exit: exit.to_owned(), passed: 1 };
    let welcome = counts("welcome");
    for (step, exit) in [("dropped", "else"), ("hello", GOTO), ("notice", GOTO), ("help", GOTO), ("choose", "3")] {
        assert!(welcome.contains(&once(step, exit)), "{step}, {exit}: {welcome:?}");
    }
    let other = counts("other");
    assert!(other.iter().any(|count| count.exit == ON_FAILURE && count.passed == 1), "{other:?}");

    let folder = tempfile::tempdir().unwrap();
    let map = folder.path().join("welcome.svg");
    let settings = line.data().with_file_name("ligne.toml");
    let drawn = Command::new(env!("CARGO_BIN_EXE_ligne"))
        .env_remove("DATABASE_URL")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .arg("--config")
        .arg(settings)
        .args(["flow", "draw", "--flow", "welcome", "--counts", "--out"])
        .arg(&map)
        .output()
        .unwrap();
    assert!(drawn.status.success(), "{}", String::from_utf8_lossy(&drawn.stderr));
    let map = std::fs::read_to_string(map).unwrap();
    assert!(map.contains("Passages du "), "{map}");
}
