//! A small flow computed by hand, and the real ones under callers who answer anything.

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::flow::action::{Reply, Request};
use crate::flow::tests::{library, small, yes};
use crate::flow::time::Goal;
use crate::flow::{Caller, Effect, Input, Queued, Run};
use crate::phone::PhoneNumber;

/// "small.yaml" by SMS, beside the files that every flow needs.
fn flow(steps: &str) -> Library {
    small("channels: [sms]\nstart: hello", steps)
}

fn places() -> Vec<String> {
    ["à Dijon,", "à Dijon, douze rue de la Liberté."].map(str::to_owned).to_vec()
}

/// The longest message of each step of `small`.
fn worst(library: &Library) -> BTreeMap<String, String> {
    let sheet = Sheet::new(library, Longest::new(library, Language::French, &places()));
    let mut walk = Walk::new(&sheet);
    walk.from("small");
    let own = walk.worst.into_iter().filter(|((flow, _), _)| flow == "small");
    own.map(|((_, step), message)| (step, message)).collect()
}

#[test]
fn all_that_is_told_between_two_answers_is_one_message() {
    let library = flow(
        r#"
  hello: {say: "Bonjour à vous.", sms: "Bonjour.", goto: notice}
  notice: {say: "C'est gratuit.", goto: repeat}
  repeat: {say: "Je répète.", sms: "", goto: choose}
  choose:
    confirm: "Venez-vous {line.number | spoken-pairs} ?"
    yes: {say: "Très bien.", goto: bye}
    no: bye
  bye: {say: "À bientôt, ô château.", end: call.finished}
"#,
    );
    let worst = worst(&library);
    // The help and the question are longer than what leads to it.
    let question = "Venez-vous 09 72 01 02 03 ?\n1 = oui\n2 = non";
    let help = crate::gsm7::fit(&library.engine().help.source);
    assert_eq!(worst["choose"], format!("{help} {question}"));
    assert_eq!(worst["bye"], "Très bien. A bientot, o chateau.");
    let sent = sent(&library, Language::French, &places(), "small").unwrap();
    let finished = sent[&Goal::Reached("call.finished".into())];
    // They write, then "2": two answers, of one SMS each. At worst the question is misunderstood twice, once with the help
    // before it (of two SMS), and the end counts as two.
    assert_eq!(finished, Sent { messages: 2, segments: 2, worst: 2 + 1 + 1 + 2 });
}

#[test]
fn a_value_counts_as_the_longest_of_its_kind() {
    let library = flow(
        r#"
  hello:
    form:
      place: {type: postal-code, ask: "Votre code postal ?"}
      how: {type: choice, ask: "Où ?", among: {1: {for: "sur place", value: in_person}, 2: {for: "par téléphone", value: phone}}}
    goto: slots
  slots:
    offer:
      from: slots.find(place, how)
      as: slot
      page: 2
      say: "Voici les dates."
      each: "{item | spoken-date} {item | spoken-city}"
      more: "d'autres dates"
      neither: "aucune de ces dates"
    chosen: done
    none: person
    unavailable: person
  done: {say: "Merci : {slot | spoken-date} {slot | spoken-address}", end: call.finished}
"#,
    );
    let worst = worst(&library);
    assert_eq!(worst["done"], "Merci : sam 1er avril 14h30, 12 rue de la Liberté, Dijon.");
    let page = "Voici les dates.\n1 = sam 1er avril 14h30, par téléphone\n2 = sam 1er avril 14h30, par téléphone\n3 = aucune de ces dates";
    assert!(worst["slots"].ends_with(page.strip_prefix("Voici les dates.").unwrap()), "{}", worst["slots"]);
    assert!(worst["slots"].contains("par téléphone"), "which is longer than Dijon: {}", worst["slots"]);
}

#[test]
fn a_message_of_three_sms_is_refused_with_its_place_its_words_and_the_remedy() {
    let long = "Ces mots sont là pour faire un long message. ".repeat(6);
    let library = flow(&format!(
        r#"
  hello: {{say: "Bonjour.", sms: "{}", goto: choose}}
  choose: {{confirm: "Venez-vous ?", yes: bye, no: bye}}
  bye: {{end: call.finished}}
"#,
        long.trim()
    ));
    let faults: Vec<String> = too_many(&library, Language::French, &places()).iter().map(ToString::to_string).collect();
    let words = crate::gsm7::fit(&format!("Excusez-nous, reprenons au début. {long}Venez-vous ? / 1 = oui / 2 = non"));
    let signs = words.chars().count() - 4;
    let wanted = format!(
        "small.yaml:7:11: à l'étape `choose`, le message peut faire 3 SMS ({signs} signes) : « {words} » ; 2 SMS et 306 signes au plus : écrivez plus court sous `sms:`, ou `sms: \"\"` à une étape d'avant qui n'a rien à écrire"
    );
    assert_eq!(faults, [wanted]);
}

#[test]
fn the_flows_of_the_service_send_two_sms_at_most_in_both_languages() {
    for language in Language::ALL {
        assert_eq!(too_many(library(), language, &places()), []);
    }
}

#[test]
fn a_flow_that_does_not_run_by_sms_sends_nothing() {
    assert_eq!(sent(library(), Language::French, &places(), "satisfaction"), None);
    let booked = sent(library(), Language::French, &places(), "welcome").unwrap();
    let booked = booked[&Goal::Reached("appointment.booked".into())];
    // Hello; 1; 1; the code; oui; 1; 1; 1; oui.
    assert_eq!((booked.messages, booked.segments), (9, 10));
    assert!(booked.worst > booked.segments);
}

/// What a store may answer, the ordinary answer first.
fn replies(request: &Request, rest: Option<&String>) -> Vec<Reply> {
    let more: &[Reply] = match request {
        Request::FindSlots { .. } => &[Reply::Slots(Vec::new()), Reply::Unavailable],
        Request::Hold { .. } => &[Reply::Taken, Reply::Unavailable],
        Request::Book { .. } => &[Reply::Taken, Reply::Unavailable],
        Request::Move { .. } => &[Reply::Taken, Reply::Gone, Reply::Unavailable],
        Request::FindAppointments { .. } => &[Reply::Appointments(Vec::new()), Reply::Unavailable],
        Request::JoinGroup { .. } => &[Reply::Full, Reply::Unavailable],
        Request::Resume { .. } => &[Reply::Wrong, Reply::Gone, Reply::Unavailable],
        _ => &[Reply::Unavailable],
    };
    let resumed = rest.filter(|_| matches!(request, Request::Resume { .. })).cloned().map(Reply::Resumed);
    resumed.into_iter().chain([yes(request)]).chain(more.iter().cloned()).collect()
}

/// Somebody who writes, and every message that they get.
struct Writing<'a> {
    worst: &'a BTreeMap<Place, String>,
    run: Run,
    rest: Option<String>,
    dice: std::vec::IntoIter<u8>,
}

impl Writing<'_> {
    fn begin(&mut self, flow: &str) {
        let number = PhoneNumber::parse("0639980001");
        let caller = Caller { number, dropped: self.rest.is_some(), slow: false };
        self.run = Run::new("r".to_owned(), flow, caller, Channel::Sms);
    }

    /// One input, and what comes of it until the run waits; whether it is over.
    fn input(&mut self, input: Input) -> bool {
        let (mut inputs, mut message, mut is_over) = (vec![input], String::new(), false);
        while let Some(input) = inputs.pop() {
            for effect in self.run.input(library(), Timestamp::UNIX_EPOCH, input) {
                match effect {
                    Effect::Write(text) => super::super::written::join(&mut message, &text),
                    Effect::Act { request, .. } => {
                        let all = replies(&request, self.rest.as_ref());
                        let dice = usize::from(self.dice.next().unwrap_or_default());
                        // Two times of three the ordinary answer.
                        let at = if dice % 3 == 0 { dice / 3 % all.len() } else { 0 };
                        inputs.push(Input::Reply(all[at].clone()));
                    }
                    Effect::Queue { .. } => inputs.push(Input::Queued(Queued::Callback)),
                    Effect::Transfer => {
                        self.run = self.run.succeed("p".to_owned(), "person");
                        inputs.push(Input::Start);
                    }
                    Effect::End { .. } => is_over = true,
                    Effect::Rest { .. } => {
                        self.rest = Some(serde_json::to_string(&self.run).unwrap());
                        is_over = true;
                    }
                    Effect::Gather(_) => {}
                    Effect::Say(_) | Effect::Record(_) => panic!("by voice: {effect:?}"),
                }
            }
        }
        let message = crate::gsm7::as_sent(&message);
        let gsm7::Size { segments, is_gsm7, .. } = gsm7::size(&message);
        assert!(is_gsm7 && segments <= SEGMENTS_MAX, "{segments}: {message}");
        let (flow, step) = self.run.place();
        let bound = self.worst.get(&(flow.to_owned(), step.to_owned())).filter(|_| !is_over);
        assert!(bound.is_none_or(|bound| width(&message) <= width(bound)), "{flow}/{step}: {message}\n{bound:?}");
        is_over
    }
}

const ANSWERS: [&str; 16] = [
    "1",
    "1",
    "1",
    "2",
    "2",
    "3",
    "71100",
    "71100",
    "0639980002",
    "Jeanne Martin",
    "aide",
    "retour",
    "*",
    "euh",
    "0",
    "9",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_message_is_longer_than_the_longest_that_was_measured(
        dice in prop::collection::vec(any::<u8>(), 60..200),
    ) {
        static WORST: std::sync::LazyLock<BTreeMap<Place, String>> = std::sync::LazyLock::new(|| {
            let mut all = BTreeMap::new();
            for language in Language::ALL {
                let sheet = Sheet::new(library(), Longest::new(library(), language, &places()));
                let mut walk = Walk::new(&sheet);
                ["welcome", "person"].into_iter().for_each(|flow| walk.from(flow));
                walk.worst.into_iter().for_each(|(place, message)| keep_longer(&mut all, place, message));
            }
            all
        });
        let run = Run::new("r".to_owned(), "welcome", Caller::default(), Channel::Sms);
        let mut writing = Writing { worst: &WORST, run, rest: None, dice: dice.into_iter() };
        writing.begin("welcome");
        let mut is_over = writing.input(Input::Start);
        while let Some(dice) = writing.dice.next() {
            if is_over {
                writing.begin("welcome");
                is_over = writing.input(Input::Start);
            } else if dice > 250 {
                is_over = writing.input(Input::Hangup);
            } else {
                let answer = ANSWERS[usize::from(dice) % ANSWERS.len()];
                is_over = writing.input(Input::Words(answer.to_owned()));
            }
        }
    }
}
