//! Whatever single change of a flow passes the checker: a run that is taken up afterwards never sticks, and one that was safe
//! lacks nothing at any question ahead.

use std::collections::BTreeMap;

use super::*;
use crate::flow::tests::{files, library, yes};
use crate::flow::{Length, Queued};

/// Changes tried; of those that the checker lets pass, each is met by some of the runs at rest.
const CHANGES: u64 = 120;
/// Runs taken up after each.
const RUNS: usize = 6;
/// Answers, silences and replies to a run: its own limit of inputs comes far before (C8).
const EVENTS_MAX: usize = 600;
/// Never the caller's business here: what the files besides the flows say.
const NO_FLOWS: [&str; 2] = ["engine.yaml", "line.yaml"];

/// Knuth's: enough to choose with.
struct Dice(u64);

impl Dice {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below.max(1)
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }
}

/// What a person does next, or what the world answers; none when the run has come to its end.
fn next(effects: &[Effect], dice: &mut Dice) -> Option<Input> {
    let is_silent = dice.below(12) == 0;
    Some(match effects.last()? {
        Effect::Gather(_) if is_silent => Input::NoInput,
        Effect::Gather(gather) => Input::Keys(match gather.length {
            Length::One => (1 + dice.below(3)).to_string(),
            Length::Exactly(5) => "71100".to_owned(),
            Length::Exactly(_) => "1402".to_owned(),
            Length::UpTo(_) => "0353010002".to_owned(),
        }),
        Effect::Record(_) => Input::Recorded { id: (!is_silent).then(|| "voice".to_owned()), seconds: 3 },
        Effect::Act { .. } if is_silent => Input::Reply(Reply::Unavailable),
        Effect::Act { request: Request::Hold { .. }, .. } if dice.below(6) == 0 => Input::Reply(Reply::Taken),
        Effect::Act { request, .. } => Input::Reply(yes(request)),
        Effect::Queue { .. } => Input::Queued(Queued::Busy),
        Effect::Transfer | Effect::End { .. } => return None,
        Effect::Say(_) | Effect::Write(_) | Effect::Rest { .. } => {
            panic!("it says its last word and waits for nothing: {effects:?}")
        }
    })
}

fn input(run: &mut Run, library: &Library, input: Input) -> Vec<Effect> {
    run.input(library, Timestamp::UNIX_EPOCH, input)
}

/// Runs whose callers hung up, wherever they were: at questions, and while the store was at work.
fn at_rest(library: &Library) -> Vec<String> {
    let mut kept = BTreeMap::new();
    for seed in 0..250 {
        let mut dice = Dice(seed);
        let caller = Caller { number: PhoneNumber::parse("0353010001"), ..Caller::default() };
        let mut run = Run::new("r".into(), "welcome", caller, Channel::Call);
        let mut effects = input(&mut run, library, Input::Start);
        while let Some(event) = next(&effects, &mut dice) {
            let mut dropped = run.clone();
            if matches!(input(&mut dropped, library, Input::Hangup).last(), Some(Effect::Rest { .. })) {
                let json = serde_json::to_string(&dropped).unwrap();
                let wait = json.split_once("\"wait\":").map_or("", |(_, wait)| wait);
                let wait: String = wait.chars().take_while(|c| !",:[".contains(*c)).collect();
                let place = (dropped.place().0.to_owned(), dropped.place().1.to_owned(), dropped.stand().field, wait);
                kept.entry(place).or_insert(json);
            }
            effects = input(&mut run, library, event);
        }
    }
    kept.into_values().collect()
}

/// Somebody who calls again and has just told the second fact.
fn calls_back(library: &Library) -> Run {
    let caller = Caller { number: PhoneNumber::parse("0353010001"), dropped: true, slow: false };
    let mut run = Run::new("n".into(), "welcome", caller, Channel::Call);
    input(&mut run, library, Input::Start);
    for keys in ["1", "71100"] {
        input(&mut run, library, Input::Keys(keys.to_owned()));
    }
    let asked = input(&mut run, library, Input::Keys("1".to_owned()));
    assert!(matches!(asked.last(), Some(Effect::Act { request: Request::Resume { .. }, .. })), "{asked:?}");
    run
}

/// One change of one line, as a hand may slip or a mind may change.
fn change(files: &mut [(String, String)], dice: &mut Dice) -> String {
    let flows: Vec<usize> = (0..files.len())
        .filter(|at| files[*at].1.contains("\nsteps:") && !NO_FLOWS.iter().any(|name| files[*at].0.ends_with(name)))
        .collect();
    // Rather one that keeps its callers.
    let keepers: Vec<usize> = flows.iter().copied().filter(|at| files[*at].1.contains("\non-drop:")).collect();
    let some = if dice.below(3) > 0 { &keepers } else { &flows };
    let at = *dice.one(some).unwrap();
    let (path, text) = &mut files[at];
    let lines: Vec<&str> = text.lines().collect();
    let words = |key: &str| -> Vec<String> {
        let found = lines.iter().filter_map(|line| line.split_once(key)).map(|(_, rest)| rest);
        found.map(|rest| rest.split([',', '}', ' ']).next().unwrap_or(rest).to_owned()).collect()
    };
    let indent = |line: &str| line.len() - line.trim_start().len();
    let steps: Vec<&str> = lines
        .iter()
        .filter(|line| indent(line) == 2 && !line.trim_start().starts_with('#'))
        .filter_map(|line| line.trim().split_once(':').map(|(name, _)| name))
        .collect();
    let whole = |text: &str, from: &str, to: &str| {
        text.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_')
            .map(|word| {
                if word.trim_end_matches(|c: char| !c.is_alphanumeric()) == from {
                    word.replacen(from, to, 1)
                } else {
                    word.to_owned()
                }
            })
            .collect::<String>()
    };
    let (told, changed) = match dice.below(9) {
        // A line is gone, with all under it.
        0 => {
            let from = dice.below(lines.len());
            let under = lines[from + 1..].iter().take_while(|line| indent(line) > indent(lines[from])).count();
            let left: Vec<&str> = lines[..from].iter().chain(&lines[from + 1 + under..]).copied().collect();
            (format!("without « {} »", lines[from].trim()), left.join("\n") + "\n")
        }
        // Something leads elsewhere.
        1 => {
            let (from, to) =
                (dice.one(&words("goto: ")).cloned().unwrap_or_default(), dice.one(&steps).copied().unwrap());
            (format!("goto {from} → {to}"), text.replacen(&format!("goto: {from}"), &format!("goto: {to}"), 1))
        }
        2 => {
            let step = dice.one(&steps).copied().unwrap();
            (format!("step {step} renamed"), whole(text, step, "somewhere_else"))
        }
        // A field has another name.
        3 => {
            let fields = [
                words("as: "),
                lines
                    .iter()
                    .filter(|line| indent(line) == 6 && line.trim_end().ends_with(':'))
                    .map(|line| line.trim().trim_end_matches(':').to_owned())
                    .collect(),
            ]
            .concat();
            let field = dice.one(&fields).cloned().unwrap_or_default();
            (format!("field {field} renamed"), whole(text, &field, "another_one"))
        }
        // An action takes something else.
        4 => {
            let calls: Vec<&str> =
                text.split('(').skip(1).filter_map(|rest| rest.split_once(')').map(|(fields, _)| fields)).collect();
            let arguments: Vec<&str> = calls.iter().flat_map(|fields| fields.split(", ")).collect();
            let (from, to) =
                (dice.one(&arguments).copied().unwrap_or_default(), dice.one(&arguments).copied().unwrap_or_default());
            let calls = dice.one(&calls).copied().unwrap_or_default();
            (
                format!("({calls}): {from} → {to}"),
                text.replacen(&format!("({calls})"), &format!("({})", calls.replace(from, to)), 1),
            )
        }
        // A choice is another word, or is told otherwise.
        5 => {
            let value = dice.one(&words("value: ")).cloned().unwrap_or_default();
            (format!("value {value}"), text.replacen(&format!("value: {value}"), "value: any", 1))
        }
        // Something else is asked for.
        6 => {
            const TYPES: [&str; 5] = ["postal-code", "phone", "date", "time", "yes-no"];
            let (from, to) = (dice.one(&words("type: ")).cloned().unwrap_or_default(), dice.one(&TYPES).unwrap());
            (format!("type {from} → {to}"), text.replacen(&format!("type: {from}"), &format!("type: {to}"), 1))
        }
        // Fields are asked for in another order.
        7 => {
            let is_field = |at: &usize| indent(lines[*at]) == 6 && lines[*at].trim_end().ends_with(':');
            let starts: Vec<usize> = (0..lines.len()).filter(is_field).collect();
            let from = dice.one(&starts).copied().unwrap_or_default();
            let length = |from: usize| 1 + lines[from + 1..].iter().take_while(|line| indent(line) > 6).count();
            let then = from + length(from);
            let mut moved = lines.clone();
            if starts.contains(&then) {
                moved[from..then + length(then)].rotate_left(length(from));
            }
            (format!("« {} » asked later", lines[from].trim()), moved.join("\n") + "\n")
        }
        _ => {
            let (a, b) = (dice.below(lines.len()), dice.below(lines.len()));
            let mut lines = lines.clone();
            if indent(lines[a]) == indent(lines[b]) {
                lines.swap(a, b);
            }
            (format!("« {} » and « {} » swapped", lines[a].trim(), lines[b].trim()), lines.join("\n") + "\n")
        }
    };
    let told = format!("{path}: {told}");
    *text = changed;
    told
}

/// What the step it stands on looks at, and is not there, or is something else. Found without `needed`: this is the judge of it.
fn lacks(run: &Run, new: &Library) -> Option<String> {
    let (flow, step) = run.place();
    let (flow, step) = find(new, flow, step)?;
    let kinds = Kinds::read(flow);
    let stand = run.stand();
    let is_known = |name: &str| {
        let value = stand.values.get(name);
        value.is_some_and(|value| kinds.of(name).is_none_or(|kind| kind == value.kind()))
    };
    uses(step).into_iter().find(|name| !is_given(name) && !is_known(name)).map(str::to_owned)
}

/// Goes on to the end. A safe run lacks nothing on its way.
fn ends(run: &mut Run, new: &Library, mut effects: Vec<Effect>, is_safe: bool, dice: &mut Dice) -> Result<(), String> {
    for _ in 0..EVENTS_MAX {
        if let Some(lacking) = lacks(run, new).filter(|_| is_safe) {
            return Err(format!("`{lacking}` is lacking at {:?}", run.place()));
        }
        let Some(event) = next(&effects, dice) else { return Ok(()) };
        effects = input(run, new, event);
        if effects.is_empty() {
            return Err(format!("stuck at {:?}", run.place()));
        }
    }
    Err("it goes on for ever".to_owned())
}

#[test]
fn a_run_taken_up_after_any_change_that_passes_the_checker_comes_to_an_end() {
    let old = library();
    let (kept, caller) = (at_rest(old), calls_back(old));
    assert!(kept.len() > 20, "{} runs at rest", kept.len());
    let (mut unchanged, mut counts) = (files(), BTreeMap::new());
    // A change of a comment changes nothing.
    for (_, text) in &mut unchanged {
        *text =
            text.lines().filter(|line| !line.trim_start().starts_with('#')).map(|line| format!("{line}\n")).collect();
    }
    for seed in 0..CHANGES {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let (mut files, mut told) = (unchanged.clone(), String::new());
        // Many a throw finds nothing to change.
        for _ in 0..100 {
            told = change(&mut files, &mut dice);
            if files != unchanged {
                break;
            }
        }
        let Ok(new) = Library::load(&files, &|_| true) else {
            *counts.entry("refused").or_default() += 1;
            continue;
        };
        // Rather those who stand in the flow that changed.
        let flow = told.split_once(".yaml").map_or("", |(path, _)| path.trim_start_matches("flows/"));
        let near: Vec<&String> = kept.iter().filter(|json| json.contains(&format!("{{\"flow\":\"{flow}\""))).collect();
        let all: Vec<&String> = kept.iter().collect();
        for _ in 0..RUNS {
            let json = *dice.one(if near.is_empty() { &all } else { &near }).unwrap();
            let dropped: Run = serde_json::from_str(json).unwrap();
            let stand = dropped.stand();
            let is_safe = migrate(&dropped, &footing(&stand, old), &new) != Migration::Restart;
            *counts.entry(if is_safe { "safe" } else { "restart" }).or_default() += 1;
            let mut run = caller.clone();
            let effects = input(&mut run, &new, Input::Reply(Reply::Resumed(json.clone())));
            if let Err(why) = ends(&mut run, &new, effects, is_safe, &mut dice) {
                panic!("change {seed} ({told}), {:?} {:?}: {why}", dropped.place(), stand.field);
            }
        }
    }

    let count = |what| counts.get(what).copied().unwrap_or(0);
    assert!(count("refused") > 10 && count("safe") > 50 && count("restart") > 5, "{counts:?}");
}
