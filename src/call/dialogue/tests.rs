use super::*;
use crate::call::conversation::{self, Conversation};
use crate::clock::Now;
use crate::flow::tests::{library, yes};
use crate::phone::PhoneNumber;

/// Somebody who writes, and the store's best day; their dialogue is kept between any two messages.
struct Talk {
    dialogue: Dialogue,
    now: Timestamp,
    sent: Vec<Message>,
    acts: Vec<Request>,
    rests: Vec<Rest>,
    replies: fn(&Request) -> Option<Reply>,
}

impl Talk {
    fn new(flow: &str) -> Self {
        Self::of(Dialogue::new("d", flow, caller(false), Timestamp::UNIX_EPOCH))
    }

    fn of(dialogue: Dialogue) -> Self {
        let (sent, acts, rests) = (Vec::new(), Vec::new(), Vec::new());
        let replies = |request: &Request| Some(yes(request));
        Self { dialogue, now: Timestamp::UNIX_EPOCH, sent, acts, rests, replies }
    }

    fn event(&mut self, event: Event) -> &mut Self {
        self.sent.clear();
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            for output in self.dialogue.input(library(), self.now, event) {
                match output {
                    Output::Send(message) => self.sent.push(message),
                    Output::Act { request, .. } => {
                        events.extend((self.replies)(&request).map(Event::Replied));
                        self.acts.push(request);
                    }
                    Output::Rest(rest) => self.rests.push(*rest),
                }
            }
        }
        let kept = serde_json::to_string(&self.dialogue).unwrap();
        self.dialogue = serde_json::from_str(&kept).unwrap();
        self
    }

    fn writes(&mut self, words: &str) -> &mut Self {
        self.event(Event::Received(words.to_owned()))
    }

    fn all(&mut self, words: &[&str]) -> &mut Self {
        words.iter().fold(self, |talk, words| talk.writes(words))
    }

    /// One message, in these words.
    fn reads(&mut self, words: &str) -> &mut Self {
        assert_eq!(self.sent.iter().map(|message| message.text.as_str()).collect::<Vec<_>>(), [words]);
        self
    }
}

fn caller(dropped: bool) -> Caller {
    Caller { number: PhoneNumber::parse("0639980001"), dropped, slow: false }
}

#[test]
fn the_first_words_are_a_greeting_and_their_answer_is_one_message() {
    Talk::new("welcome").writes("bonjour, je voudrais un rdv").reads(
        "Bonjour. Conseil emploi, gratuit et confidentiel. Votre numéro sert seulement à vos rendez-vous. \
         Vous pouvez vous y opposer. Besoin d'aide ? Répondez 0.\n1 = prendre un rendez-vous\n\
         2 = lire, changer, annuler un rendez-vous\n3 = etre rappelé, ou une autre demande\n9 = English",
    );
}

#[test]
fn what_the_store_answers_is_in_the_same_message() {
    let mut talk = Talk::new("book");
    talk.all(&["RDV", "71100", "oui", "1", "1", "1"]);
    let segments = talk.sent[0].segments;
    talk.reads("Vous avez choisi : mer 2 dec 9h30, 12 rue de la Liberté, Dijon. C'est bien cela ?\n1 = oui\n2 = non");
    assert_eq!(segments, 1);
    talk.writes("oui").reads(
        "Conseil emploi. C'est noté : rendez-vous mer 2 dec 9h30, 12 rue de la Liberté, Dijon. \
         Pour changer : 09 72 01 02 03.",
    );
    assert_eq!(talk.dialogue.goal(), Some("appointment.booked"));
    assert!(talk.dialogue.is_over(talk.now));
}

#[test]
fn the_words_that_lead_away_do_so_as_the_first_words_too() {
    Talk::new("welcome").writes("Stop !").reads("Très bien.");
    for words in ["0", "CONSEILLER"] {
        Talk::new("welcome").writes(words).reads(
            "Très bien. Un conseiller va vous rappeler. C'est gratuit. Faut-il vous rappeler au 06 39 98 00 01 ?\n\
             1 = oui\n2 = non",
        );
    }
}

#[test]
fn whoever_asks_for_a_person_is_called_back_without_a_question_that_a_call_would_hear() {
    let mut talk = Talk::new("welcome");
    talk.all(&["bonjour", "0", "oui", "3"]);
    assert!(talk.acts.iter().any(|act| matches!(act, Request::RequestCallback { .. })), "{:?}", talk.acts);
    talk.all(&["non", "non"]).reads("Très bien. Merci. Au revoir.");
    assert_eq!(talk.dialogue.goal(), Some("callback.requested"));
}

#[test]
fn a_name_is_written_where_it_would_be_said_and_a_link_is_none() {
    let mut talk = Talk::new("book");
    talk.replies = |request| {
        Some(match request {
            Request::Book { other: None, .. } => match yes(request) {
                Reply::Booked(appointment) => Reply::AlreadyBooked(appointment),
                other => other,
            },
            _ => yes(request),
        })
    };
    talk.all(&["RDV", "71100", "oui", "1", "1", "1", "oui", "3"]).reads("Le prénom et le nom de cette personne ?");
    talk.writes("http://exemple.org").reads("Je n'ai pas compris. Le prénom et le nom de cette personne ?");
    talk.writes("  Anaïs   Lévêque-d’Or ");
    talk.reads("Vous avez écrit : Anais Léveque-d'Or. C'est bien cela ?\n1 = oui\n2 = non");
    talk.all(&["oui", "1", "oui"]);
    let name = talk.acts.iter().find_map(|act| match act {
        Request::Book { other: Some(other), .. } => other.name.clone(),
        _ => None,
    });
    assert_eq!(name.as_deref(), Some("words:Anaïs Lévêque-d’Or"), "kept as it was written");
}

#[test]
fn a_message_for_the_counsellor_is_kept_as_it_was_written() {
    let mut talk = Talk::new("call_back");
    talk.all(&["rappel", "oui", "3", "oui", "oui"]).reads("Écrivez votre message au conseiller, en un seul SMS.");
    talk.writes("Je suis là  le 12,\nmerci !").reads("C'est noté. Votre message est gardé. Très bien.");
    let kept = |act: &Request| matches!(act, Request::AttachMessage { recording, .. } if recording == "words:Je suis là le 12, merci !");
    assert!(talk.acts.iter().any(kept), "{:?}", talk.acts);
}

#[test]
fn what_is_written_while_the_store_works_answers_no_question_that_was_not_read() {
    let mut talk = Talk::new("book");
    talk.replies = |request| (!matches!(request, Request::FindSlots { .. })).then(|| yes(request));
    talk.all(&["RDV", "71100", "oui", "1", "1"]);
    let find = talk.acts.last().cloned().unwrap();
    talk.writes("1");
    assert!(talk.sent.is_empty());
    talk.event(Event::Replied(yes(&find)));
    assert!(talk.sent[0].text.starts_with("Voici les prochains rendez-vous."), "{:?}", talk.sent);
    // But a person is wanted at any question.
    let mut talk = Talk::new("book");
    talk.replies = |request| (!matches!(request, Request::FindSlots { .. })).then(|| yes(request));
    talk.all(&["RDV", "71100", "oui", "1", "1", "conseiller"]).event(Event::Replied(yes(&find)));
    assert!(talk.sent.last().unwrap().text.contains("Un conseiller va vous rappeler."), "{:?}", talk.sent);
}

#[test]
fn what_was_held_is_held_once_more_before_it_is_written_and_only_then_said_to_be_taken() {
    let talk = |replies| {
        let mut talk = Talk::new("book");
        talk.all(&["RDV", "71100", "oui", "1", "1", "1"]);
        (talk.replies, talk.acts) = (replies, Vec::new());
        talk.writes("oui");
        talk
    };
    let booked = talk(|request| Some(yes(request)));
    assert!(matches!(booked.acts[..], [Request::Hold { .. }, Request::Book { .. }]), "{:?}", booked.acts);
    let taken = talk(|request| Some(if matches!(request, Request::Hold { .. }) { Reply::Taken } else { yes(request) }));
    assert!(matches!(taken.acts[..], [Request::Hold { .. }, Request::FindSlots { .. }]), "{:?}", taken.acts);
    assert!(taken.sent[0].text.starts_with("Ce rendez-vous vient d'etre pris. En voici d'autres."), "{:?}", taken.sent);
    let down =
        talk(|request| Some(if matches!(request, Request::Hold { .. }) { Reply::Unavailable } else { yes(request) }));
    assert!(down.sent[0].text.starts_with("Excusez-nous, le rendez-vous n'a pas pu etre écrit."), "{:?}", down.sent);
}

#[test]
fn no_silence_and_no_hour_leads_to_a_person_but_two_days_later_all_begins_anew() {
    let mut talk = Talk::new("book");
    talk.all(&["RDV", "71100"]);
    talk.now += Duration::from_secs(47 * 3600);
    assert!(!talk.dialogue.is_over(talk.now));
    talk.writes("oui");
    assert!(talk.sent[0].text.starts_with("Comment voulez-vous"), "{:?}", talk.sent);
    talk.now += STALE + Duration::from_secs(1);
    assert!(talk.dialogue.is_over(talk.now));
}

/// A call that was cut off at its read-back, as it is kept.
fn cut_off() -> Rest {
    let mut call = Conversation::new("c", "book", caller(false), Channel::Call);
    let mut now = Now { at: std::time::Instant::now(), wall: Timestamp::UNIX_EPOCH };
    let mut rest = None;
    let keys = "711001111".chars().map(conversation::Event::Key);
    let events = std::iter::once(conversation::Event::Started).chain(keys).chain([conversation::Event::HungUp]);
    for event in events {
        now.at += Duration::from_secs(1);
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            for output in call.input(library(), now, event) {
                match output {
                    conversation::Output::Act { request, .. } => {
                        events.push(conversation::Event::Replied(yes(&request)));
                    }
                    conversation::Output::Rest(kept) => rest = Some(*kept),
                    _ => {}
                }
            }
        }
    }
    rest.unwrap()
}

#[test]
fn a_call_that_was_cut_off_is_taken_up_by_sms_after_the_second_fact() {
    let rest = cut_off();
    let mut talk = Talk::of(Dialogue::new("d", "welcome", caller(true), Timestamp::UNIX_EPOCH));
    talk.replies = |request| (!matches!(request, Request::Resume { .. })).then(|| yes(request));
    talk.writes("bonjour").reads(
        "Bonjour. Votre demande de tout à l'heure n'est pas finie.\n1 = reprendre où vous en étiez\n2 = faire autre chose",
    );
    talk.all(&["1", "71100", "oui"]);
    assert!(matches!(talk.acts.last(), Some(Request::Resume { .. })));
    talk.event(Event::Replied(Reply::Resumed(rest.json))).reads(
        "Nous reprenons où vous en étiez. Vous avez choisi : mer 2 dec 9h30, 12 rue de la Liberté, Dijon. \
         C'est bien cela ?\n1 = oui\n2 = non",
    );
    // Its holds and its keys are its own: the run is the one of the call.
    let out = talk.dialogue.input(library(), talk.now, Event::Received("oui".to_owned()));
    assert!(matches!(&out[..], [Output::Act { run, request: Request::Hold { .. }, .. }] if run == "c"), "{out:?}");
    let out = talk.dialogue.input(library(), talk.now, Event::Replied(Reply::Held));
    assert!(matches!(&out[..], [Output::Act { run, request: Request::Book { .. }, .. }] if run == "c"), "{out:?}");
}

#[test]
fn what_somebody_was_writing_rests_when_they_call_and_the_call_speaks_where_it_was() {
    let mut talk = Talk::new("book");
    talk.all(&["RDV", "71100", "oui", "1", "1", "1"]).event(Event::Left);
    let rest = talk.rests.pop().unwrap();
    assert_eq!((rest.run.as_str(), rest.fact.as_str(), rest.keep.as_secs()), ("d", "71100", 30 * 60));
    assert!(talk.dialogue.is_over(talk.now));
    let mut call = Conversation::new("c", "welcome", caller(true), Channel::Call);
    let mut now = Now { at: std::time::Instant::now(), wall: Timestamp::UNIX_EPOCH };
    let mut said = String::new();
    let keys = "1711001".chars().map(conversation::Event::Key);
    let replied = conversation::Event::Replied(Reply::Resumed(rest.json));
    for event in std::iter::once(conversation::Event::Started).chain(keys).chain([replied]) {
        now.at += Duration::from_secs(1);
        for output in call.input(library(), now, event) {
            if let conversation::Output::Play { prompt, .. } = output {
                said = prompt.text();
            }
        }
    }
    assert!(said.contains("Nous reprenons où vous en étiez. Vous avez choisi : mercredi deux décembre,"), "{said}");
    assert!(said.contains("Si oui, tapez 1."), "{said}");
}

#[test]
fn nothing_of_somebody_who_told_no_postal_code_is_kept() {
    let mut talk = Talk::new("book");
    talk.writes("RDV").event(Event::Left);
    assert!(talk.rests.is_empty());
}

#[test]
fn the_ways_are_counted_also_after_a_dialogue_was_kept() {
    let mut talk = Talk::new("sort");
    talk.writes("bonjour");
    talk.dialogue.input(library(), talk.now, Event::Received("1".to_owned()));
    let ways: Vec<String> = talk.dialogue.taken().into_iter().map(|edge| edge.exit).collect();
    assert_eq!(ways, ["1", "end"]);
}

#[test]
fn words_are_those_that_stand_on_the_screen_in_either_language() {
    let mut talk = Talk::new("welcome");
    let text = |talk: &Talk| talk.sent.last().map(|message| message.text.clone()).unwrap_or_default();
    talk.all(&["bonjour", "lire"]);
    assert!(text(&talk).starts_with("Pour vous reconnaitre"), "{}", text(&talk));
    let mut talk = Talk::new("welcome");
    talk.all(&["bonjour", "english", "read"]);
    assert!(text(&talk).contains("postcode"), "{}", text(&talk));
    talk.all(&["71100", "yes"]);
    assert!(!text(&talk).contains("understand") && !text(&talk).contains("Is that right"), "{}", text(&talk));
}

#[test]
fn help_and_going_back_end_at_a_person_as_any_answer_does() {
    for word in ["aide", "retour"] {
        let mut talk = Talk::new("welcome");
        talk.writes("bonjour");
        for _ in 0..=crate::flow::INPUTS_MAX {
            talk.writes(word);
        }
        let text = talk.sent.last().map(|message| message.text.clone()).unwrap_or_default();
        assert!(text.contains("vous rappeler"), "{word}: {text}");
    }
}

#[test]
fn stop_after_something_was_noted_leaves_it_noted() {
    let mut talk = Talk::new("person");
    talk.all(&["conseiller", "1", "3", "stop"]);
    assert!(talk.acts.iter().any(|act| matches!(act, Request::RequestCallback { .. })), "{:?}", talk.acts);
    assert_eq!(talk.dialogue.goal(), Some("callback.requested"));
    assert_eq!(Talk::new("person").all(&["bonjour", "stop"]).dialogue.goal(), Some("stopped"));
}

#[test]
fn nothing_that_is_written_after_stop_undoes_it() {
    let mut talk = Talk::new("book");
    talk.replies = |request| (!matches!(request, Request::FindSlots { .. })).then(|| yes(request));
    talk.all(&["RDV", "71100", "oui", "1", "1", "stop", "0", "merci"]);
    let find = talk.acts.last().cloned().unwrap();
    talk.event(Event::Replied(yes(&find)));
    assert_eq!(talk.dialogue.goal(), Some("stopped"));
}

#[test]
fn a_number_as_telephones_write_it_is_a_number_and_a_number_alone_is_a_message() {
    let mut talk = Talk::new("person");
    talk.all(&["bonjour", "2", "+33 6 39 98 00 04"]);
    let text = talk.sent.last().unwrap().text.clone();
    assert!(text.contains("06 39 98 00 04"), "{text}");
    talk.all(&["oui", "3", "2", "1", "7", "06 39 98 00 05"]);
    let kept =
        |act: &Request| matches!(act, Request::AttachMessage { recording, .. } if recording == "words:06 39 98 00 05");
    assert!(talk.acts.iter().any(kept), "{:?}", talk.acts);
}
