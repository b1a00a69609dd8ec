//! What the exploration writes down is played again: its ways reach their goals, its violations show what is wrong.

use super::*;
use crate::flow::explore::tests::explored;
use crate::flow::explore::tests::wander::wandered;
use crate::flow::explore::{Scope, explore, scopes};
use crate::flow::tests::files;

/// Longer than any call of these takes.
const MOVES: usize = 60;

/// What plays: made once, since the sample region takes a while.
struct Player {
    runtime: tokio::runtime::Runtime,
    pattern: Pattern,
}

impl Player {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let pattern = Pattern::make(&runtime).unwrap();
        Self { runtime, pattern }
    }

    /// The first thing that did not come true in these flows.
    fn fault(&self, library: &Library, text: &str) -> Option<String> {
        let played = play(library, "welcome", &self.runtime, &self.pattern, text);
        assert!(!played.taken.is_empty(), "played nowhere:\n{text}");
        played.faults.into_iter().next()
    }
}

#[test]
fn a_shortest_way_to_each_goal_of_each_scope_reaches_it_in_the_player() {
    let player = Player::new();
    let (mut ways, mut partly, mut wrong) = (0, 0, String::new());
    for (scope, found) in explored().iter() {
        for (goal, way) in &found.as_ref().unwrap_or_else(|violation| panic!("{}", violation.what)).ways {
            ways += 1;
            partly += usize::from(way.contains("# no clause"));
            assert!(way.ends_with(&format!("then {goal}\n")), "{way}");
            if way.contains("the player's store answers otherwise") {
                continue;
            }
            if let Some(fault) = player.fault(library(), way) {
                wrong += &format!("\n{}, {goal}: {fault}\n{way}", scope.name);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(ways > 30 && partly <= ways / 10, "{ways} ways, {partly} of them not told whole");
}

/// Not only shortest ways: the model and the real store, the bare interpreter and the whole conversation, side by side.
#[test]
fn calls_that_go_anywhere_are_heard_alike_in_the_player() {
    let player = Player::new();
    let walks: u64 = std::env::var("WALKS").ok().and_then(|walks| walks.parse().ok()).unwrap_or(4);
    let scopes: Vec<Scope> = scopes().into_iter().filter(|scope| scope.callers.len() == 1).collect();
    let (mut whole, mut wrong) = (0, String::new());
    for (scope, seed) in scopes.iter().flat_map(|scope| (0..walks).map(move |seed| (scope, seed))) {
        let way = wandered(scope, seed, MOVES);
        whole += usize::from(!way.contains("# no clause"));
        let fault = Some(&way).filter(|way| !way.contains("# no clause")).and_then(|way| player.fault(library(), way));
        if let Some(fault) = fault {
            wrong += &format!("\n{}, seed {seed}: {fault}\n{way}", scope.name);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let all = scopes.len() * usize::try_from(walks).unwrap();
    assert!(whole * 10 >= all * 9, "{whole} of {all} calls are told whole");
}

/// A flow that `check` lets pass and that lies, or leaves somebody alone.
struct Defect {
    /// What is changed in which file: from, to.
    edits: &'static [(&'static str, &'static str, &'static str)],
    scope: &'static str,
    /// What the exploration says of it.
    what: &'static str,
    /// What the transcript must contain to bring it about.
    told: &'static [&'static str],
    /// What the player says of it.
    shown: &'static str,
}

#[track_caller]
fn check(defect: &Defect) {
    let mut files = files();
    for (flow, from, to) in defect.edits {
        let path = format!("flows/{flow}.yaml");
        let (_, text) = files.iter_mut().find(|(file, _)| *file == path).unwrap();
        assert!(text.contains(from), "{path} has no {from:?}");
        *text = text.replacen(from, to, 1);
    }
    let flows = Library::load(&files, &|_| true).unwrap_or_else(|faults| panic!("refused already: {faults:#?}"));
    let scope = scopes().into_iter().find(|scope| scope.name == defect.scope).unwrap();
    let violation = explore(&flows, &scope).err().unwrap_or_else(|| panic!("not found: {}", defect.what));
    let (what, transcript) = (violation.what, violation.transcript);
    assert!(what.contains(defect.what), "{what}\n{transcript}");
    defect.told.iter().for_each(|clause| assert!(transcript.contains(clause), "no {clause}:\n{transcript}"));
    let player = Player::new();
    let fault = player.fault(&flows, &transcript).unwrap_or_else(|| panic!("all came true:\n{transcript}"));
    assert!(fault.contains(defect.shown), "{fault}\n{transcript}");
    // Only the last assertion fails: all that leads to it comes true.
    let numbered = (1..).zip(transcript.lines());
    let (last, _) = numbered.filter(|(_, line)| !line.starts_with('#')).last().unwrap();
    assert!(fault.contains(&format!("ligne {last} : ")), "{fault}\n{transcript}");
}

#[test]
fn a_goal_that_is_counted_though_the_store_failed_is_shown() {
    check(&Defect {
        edits: &[(
            "call_back",
            "  write:\n    do: callbacks.request(phone, when)\n    requested: done\n    already_requested: done\n    unavailable: sorry",
            "  write:\n    do: callbacks.request(phone, when)\n    requested: done\n    already_requested: done\n    unavailable: requested",
        )],
        scope: "a person, number shown",
        what: "« callback.requested » and nothing of it is written",
        told: &["store down   keys 1", "then callback.requested   wrote requested"],
        shown: "attendu `requested` dans le carnet, écrit pendant cet appel : rien",
    });
}

#[test]
fn a_place_that_was_taken_and_is_counted_as_booked_is_shown() {
    check(&Defect {
        edits: &[
            (
                "book",
                "taken: {say: \"Ce rendez-vous vient d'être pris. En voici d'autres.\", goto: slots}",
                "taken: {say: \"Très bien.\", goto: over}",
            ),
            ("book", "  keep:\n", "  over:\n    end: appointment.booked\n  keep:\n"),
        ],
        scope: "book and a rival",
        what: "« appointment.booked » and nothing of it is written",
        told: &["lapsed", "then appointment.booked   wrote booked"],
        shown: "attendu `booked` dans le carnet, écrit pendant cet appel : rien",
    });
}

#[test]
fn who_says_that_they_come_and_hears_that_it_is_cancelled_is_shown() {
    check(&Defect {
        edits: &[
            ("manage", "    confirmed: confirmed\n", "    confirmed: cancelled\n"),
            ("manage", "    cancelled: cancelled\n", "    cancelled: confirmed\n"),
        ],
        scope: "manage and a rival, an appointment before",
        what: "and nothing of it is written",
        told: &["hears \"C'est noté."],
        shown: "dans le carnet, écrit pendant cet appel : c",
    });
}

#[test]
fn a_call_back_that_counts_before_it_is_asked_for_is_shown() {
    check(&Defect {
        edits: &[(
            "call_back",
            "    say: \"Un conseiller va vous rappeler. C'est gratuit.\"\n",
            "    say: \"Un conseiller va vous rappeler. C'est gratuit.\"\n    reached: callback.requested\n",
        )],
        scope: "a person, number shown",
        what: "« callback.requested » and nothing of it is written",
        told: &["drops   then callback.requested   wrote requested"],
        shown: "attendu `requested` dans le carnet, écrit pendant cet appel : rien",
    });
}

#[test]
fn a_call_back_promised_after_something_else_was_written_is_shown() {
    check(&Defect {
        edits: &[
            (
                "texts.en",
                "  # call_back\n",
                "  \"C'est noté. Un conseiller vous rappellera.\": \"It is noted. We will call you.\"\n",
            ),
            (
                "call_back",
                "    recorded: message\n",
                "    recorded: {say: \"C'est noté. Un conseiller vous rappellera.\", goto: message}\n",
            ),
            (
                "call_back",
                "  write:\n    do: callbacks.request(phone, when)\n    requested: done\n    already_requested: done\n    unavailable: sorry",
                "  write:\n    do: callbacks.request(phone, when)\n    requested: done\n    already_requested: done\n    unavailable: voicemail",
            ),
            (
                "call_back",
                "    on-failure: promised\n    goto: consent\n",
                "    on-failure: sorry\n    goto: consent\n",
            ),
        ],
        scope: "a person, number shown",
        what: "« C'est noté. Un conseiller vous rappellera. » and nothing of it is written",
        told: &["store down   keys 1", "wrote requested"],
        shown: "attendu `requested` dans le carnet, écrit pendant cet appel : recorded",
    });
}

#[test]
fn a_zero_that_ends_the_call_is_shown() {
    check(&Defect {
        edits: &[("sort", "flow: sort\n", "flow: sort\nsettings: {on-failure: elsewhere}\n")],
        scope: "sort",
        what: "`0` does not lead to a person",
        told: &["keys 0   hears \"Je cherche un conseiller.\""],
        shown: "attendu « Je cherche un conseiller. »",
    });
}

#[test]
fn a_meeting_that_is_full_and_counted_as_joined_is_shown() {
    check(&Defect {
        edits: &[(
            "group",
            "full: {say: \"Cette réunion vient d'être complète. En voici d'autres.\", goto: meetings}",
            "full: {say: \"Cette réunion vient d'être complète. En voici d'autres.\", goto: told}",
        )],
        scope: "two callers, one seat",
        what: "« group.joined » and nothing of it is written",
        told: &["taken   keys 1", "then group.joined   wrote joined"],
        shown: "attendu `joined` dans le carnet, écrit pendant cet appel : rien",
    });
}
