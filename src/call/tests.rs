//! Whole calls against the real flows, on a pretended clock: no socket, no store.


use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::booking::{Appointment, Modality, Site, Slot};
use crate::flow::action::{Reply, Request};
use crate::flow::tests::library;
use crate::phone::PhoneNumber;
use conversation::Event as Talk;

fn slot() -> Slot {
    let starts_at = Timestamp::from_second(1_796_200_200).unwrap();
    let site = Site {
        id: "s".into(),
        city: "Dijon".into(),
        say_city: "à Dijon,".into(),
        say_address: "à Dijon, douze rue de la Liberté.".into(),
        tz: "Europe/Paris".into(),
    };
    Slot {
        service: "first".into(),
        counsellor_id: "c".into(),
        site,
        modality: Modality::InPerson,
        starts_at,
        ends_at: starts_at,
    }
}

fn booked() -> Reply {
    Reply::Booked(Appointment { id: "a".into(), version: 1, slot: slot(), is_confirmed: false })
}

fn description(lines: &str) -> Vec<u8> {
    format!("v=0\r\nc=IN IP4 198.51.100.7\r\nm=audio {}\r\n", lines.replace('|', "\r\n")).into_bytes()
}

fn sound() -> Vec<u8> {
    description("4000 RTP/AVP 8 101|a=rtpmap:101 telephone-event/8000")
}

fn hold() -> Vec<u8> {
    description("4000 RTP/AVP 8 101|a=rtpmap:101 telephone-event/8000|a=sendonly")
}

fn fax() -> Vec<u8> {
    b"v=0\r\nc=IN IP4 198.51.100.7\r\nm=image 4000 udptl t38\r\n".to_vec()
}

/// A telephone at the other end, and all that the call wanted since the last look.
struct Phone {
    call: Call,
    now: Instant,
    began: Instant,
    saying: Option<(u32, String)>,
    acts: Vec<Request>,
    /// "connect sendrecv", "200", "488", "bye", "closed: caller hung up, no goal".
    done: Vec<String>,
    /// The `o=` versions we sent.
    versions: Vec<u64>,
}

impl Phone {
    fn rings(flow: &str, offer: Option<&[u8]>) -> Self {
        let began = Instant::now();
        let now = Now { at: began, wall: Timestamp::UNIX_EPOCH };
        let local = Local { address: [192, 0, 2, 10].into(), port: 40_000, session_id: 7, version: 1 };
        let caller = Caller { number: PhoneNumber::parse("0353010001"), ..Caller::default() };
        let incoming = Incoming { id: "c".into(), caller, flow: flow.into(), local };
        let (call, effects) = Call::new(now, incoming, offer).unwrap();
        let (saying, acts, done, versions) = (None, Vec::new(), Vec::new(), Vec::new());
        let mut phone = Self { call, now: began, began, saying, acts, done, versions };
        phone.take(effects);
        phone
    }

    /// Answered, confirmed, greeted.
    fn talks(flow: &str) -> Self {
        let mut phone = Self::rings(flow, Some(&sound()));
        phone.does(Event::Confirmed(None));
        phone.done.clear();
        phone
    }

    fn does(&mut self, event: Event) -> &mut Self {
        let wall = Timestamp::UNIX_EPOCH + self.now.duration_since(self.began);
        let effects = self.call.input(library(), Now { at: self.now, wall }, event);
        self.take(effects);
        self
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.done.push(match effect {
                Effect::Talk(Output::Play { tag, prompt, .. }) => {
                    self.saying = Some((tag, prompt.text()));
                    continue;
                }
                Effect::Talk(Output::Act { request, .. }) => {
                    self.acts.push(request);
                    continue;
                }
                Effect::Talk(Output::Rest(_)) => "rest".into(),
                Effect::Talk(Output::Record(_)) => "record".into(),
                Effect::Talk(Output::EndRecording) => "enough".into(),
                Effect::Talk(Output::HangUp) => panic!("the call itself says BYE"),
                Effect::Answer(text) | Effect::Reanswer(text) => {
                    let version = text.lines().nth(1).and_then(|line| line.split(' ').nth(2)).unwrap();
                    self.versions.push(version.parse().unwrap());
                    "200".into()
                }
                Effect::Rerefuse(status) => status.to_string(),
                Effect::Connect(Agreed { sends, receives, .. }) => format!("connect {sends} {receives}"),
                Effect::HangUp => "bye".into(),
                Effect::Close(record) => {
                    format!("closed: {}, {}", record.ended, record.goal.as_deref().unwrap_or("no goal"))
                }
            });
        }
    }

    fn wait(&mut self, wait: Duration) -> &mut Self {
        let until = self.now + wait;
        while self.call.deadline() <= until && !self.done.iter().any(|done| done.starts_with("closed")) {
            self.now = self.now.max(self.call.deadline());
            self.does(Event::Talk(Talk::Timer));
            self.listen();
        }
        self.now = until;
        self
    }

    fn listen(&mut self) -> &mut Self {
        while let Some((tag, _)) = self.saying.take() {
            self.does(Event::Talk(Talk::Played { tag }));
        }
        self
    }

    fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.chars() {
            self.now += Duration::from_secs(1);
            self.does(Event::Talk(Talk::Key(key)));
        }
        self
    }

    fn replied(&mut self, reply: Reply) -> &mut Self {
        self.does(Event::Talk(Talk::Replied(reply)))
    }

    /// As far as the store's last word.
    fn books(&mut self) -> &mut Self {
        self.keys("71100").keys("1").keys("1").keys("1").replied(Reply::Slots(vec![slot()]));
        self.keys("1").replied(Reply::Held).keys("1")
    }

    #[track_caller]
    fn says(&mut self, words: &str) -> &mut Self {
        let said = self.saying.as_ref().map_or("", |(_, text)| text);
        assert!(said.contains(words), "wanted « {words} », said « {said} »");
        self
    }

    #[track_caller]
    fn is_silent(&mut self) -> &mut Self {
        assert_eq!(self.saying, None);
        self
    }

    /// Exactly this happened since the last look.
    #[track_caller]
    fn did(&mut self, wanted: &[&str]) -> &mut Self {
        assert_eq!(std::mem::take(&mut self.done), wanted);
        self
    }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const BYE: Event = Event::Ended("caller hung up");

#[test]
fn a_call_is_answered_confirmed_and_booked() {
    let mut phone = Phone::rings("book", Some(&sound()));
    phone.did(&["200"]).is_silent();
    phone.does(Event::Confirmed(None)).did(&["connect true true"]).says("code postal").books();
    assert!(matches!(phone.acts[..], [Request::FindSlots { .. }, Request::Hold { .. }, Request::Book { .. }]));
    phone.replied(booked()).says("C'est noté.").did(&[]);
    phone.listen().did(&["bye"]);
    phone.does(Event::Ended("answered")).did(&["closed: finished, appointment.booked"]);
}

#[test]
fn nothing_is_said_or_heard_before_the_ack() {
    let mut phone = Phone::rings("book", Some(&sound()));
    phone.done.clear();
    phone.keys("0").replied(Reply::Held).does(Event::Talk(Talk::Timer)).does(Event::Talk(Talk::Started));
    phone.is_silent().did(&[]);
    assert!(phone.acts.is_empty());
    phone.does(Event::Confirmed(None)).says("code postal");
}

#[test]
fn a_call_without_common_sound_is_refused() {
    let now = Now { at: Instant::now(), wall: Timestamp::UNIX_EPOCH };
    let local = Local { address: [192, 0, 2, 10].into(), port: 40_000, session_id: 7, version: 1 };
    let incoming =
        Incoming { id: "c".into(), caller: Caller { number: None, ..Caller::default() }, flow: "book".into(), local };
    for offer in [fax(), description("4000 RTP/SAVP 8"), b"hello".to_vec(), Vec::new()] {
        assert_eq!(Call::new(now, incoming.clone(), Some(&offer)).err(), Some(488));
    }
}

#[test]
fn an_invite_without_offer_gets_ours_and_the_ack_answers_it() {
    let mut phone = Phone::rings("book", None);
    phone.did(&["200"]);
    phone.does(Event::Confirmed(Some(sound()))).did(&["connect true true"]).says("code postal");
}

#[test]
fn our_offer_left_without_a_usable_answer_ends_the_call() {
    for answer in [None, Some(fax()), Some(b"hello".to_vec())] {
        let mut phone = Phone::rings("book", None);
        phone.done.clear();
        phone.does(Event::Confirmed(answer)).did(&["bye"]).is_silent();
        phone.does(Event::Ended("answered")).did(&["closed: no media, no goal"]);
    }
}

#[test]
fn a_repeated_ack_changes_nothing() {
    let mut phone = Phone::talks("book");
    phone.keys("71100").does(Event::Confirmed(None)).does(Event::Confirmed(Some(sound()))).did(&[]);
    phone.says("sept, un, un, zéro, zéro.");
}

#[test]
fn hold_and_resume_say_the_question_again_and_count_no_silence() {
    let mut phone = Phone::talks("book");
    phone.listen().does(Event::Reinvited(Some(hold()))).did(&["connect false true", "200"]);
    phone.wait(seconds(9 * 60)).is_silent().did(&[]);
    phone.does(Event::Reinvited(Some(sound()))).did(&["connect true true", "200"]).says("code postal");
    phone.listen().keys("71100").says("sept, un, un, zéro, zéro.");
    assert_eq!(phone.versions, [1, 2, 3]);
}

#[test]
fn a_late_timer_on_hold_counts_no_silence() {
    let mut phone = Phone::talks("welcome");
    phone.listen().does(Event::Reinvited(Some(hold())));
    for _ in 0..10 {
        phone.now += seconds(30);
        phone.does(Event::Talk(Talk::Timer)).is_silent();
    }
    phone.does(Event::Reinvited(Some(sound()))).says("Bonjour");
    assert!(phone.acts.is_empty());
}

#[test]
fn a_hold_that_ended_is_forgotten() {
    let mut phone = Phone::talks("welcome");
    phone.does(Event::Reinvited(Some(hold()))).does(Event::Reinvited(Some(sound())));
    phone.done.clear();
    phone.listen().now += LONGEST_HOLD + seconds(1);
    phone.does(Event::Talk(Talk::Timer)).did(&[]).says("Prenez votre temps.");
}

#[test]
fn a_question_already_answered_is_not_asked_again_after_a_hold() {
    let mut phone = Phone::talks("book");
    phone.books().saying = None;
    phone.does(Event::Reinvited(Some(hold()))).does(Event::Reinvited(Some(sound()))).is_silent();
    phone.replied(booked()).says("C'est noté.");
}

#[test]
fn a_number_begun_before_a_hold_is_begun_anew_after_it() {
    let mut phone = Phone::talks("book");
    phone.keys("711").does(Event::Reinvited(Some(hold()))).does(Event::Reinvited(Some(sound())));
    phone.says("code postal").keys("71100").says("sept, un, un, zéro, zéro.");
}

#[test]
fn what_comes_during_a_hold_is_said_after_it() {
    let mut phone = Phone::talks("book");
    phone.books().listen().does(Event::Reinvited(Some(hold())));
    phone.replied(booked()).is_silent().wait(seconds(300)).is_silent();
    phone.done.clear();
    phone.does(Event::Reinvited(Some(sound()))).says("C'est noté.").listen();
    phone.did(&["connect true true", "200", "bye"]);
}

#[test]
fn keys_pressed_on_hold_answer_nothing() {
    let mut phone = Phone::talks("book");
    phone.books().listen().does(Event::Reinvited(Some(hold())));
    phone.replied(Reply::Taken).keys("0").keys("7");
    phone.does(Event::Reinvited(Some(sound()))).says("vient d'être pris");
    assert!(!phone.acts.iter().any(|act| matches!(act, Request::RequestCallback { .. })));
}

#[test]
fn last_words_cut_by_a_hold_are_said_again() {
    let mut phone = Phone::talks("book");
    phone.books().replied(booked()).says("C'est noté.");
    let (tag, _) = phone.saying.take().unwrap();
    // The sound runs on unheard: its end is not the end.
    phone.does(Event::Reinvited(Some(hold()))).does(Event::Talk(Talk::Played { tag }));
    phone.did(&["connect false true", "200"]).does(Event::Reinvited(Some(sound()))).says("C'est noté.");
}

#[test]
fn a_hold_said_twice_is_one_hold() {
    let mut phone = Phone::talks("book");
    phone.listen().does(Event::Reinvited(Some(hold()))).wait(seconds(400));
    phone.does(Event::Reinvited(Some(hold()))).did(&["connect false true", "200", "connect false true", "200"]);
    assert_eq!(phone.versions, [1, 2, 2], "the same description has the same version");
    phone.wait(seconds(210)).did(&["bye"]);
}

#[test]
fn a_forgotten_hold_ends_after_ten_minutes() {
    let mut phone = Phone::talks("book");
    phone.does(Event::Reinvited(Some(hold()))).did(&["connect false true", "200"]);
    phone.wait(seconds(599)).did(&[]).wait(seconds(1)).did(&["bye"]);
    phone.does(Event::Ended("answered")).did(&["closed: left on hold, no goal"]);
}

#[test]
fn a_call_that_begins_on_hold_greets_when_it_is_taken_up() {
    let mut phone = Phone::rings("welcome", Some(&hold()));
    phone.does(Event::Confirmed(None)).is_silent().wait(seconds(60)).is_silent();
    phone.does(Event::Reinvited(Some(sound()))).says("Bonjour");
}

#[test]
fn a_hold_before_the_ack_is_a_hold_after_it() {
    let mut phone = Phone::rings("welcome", Some(&sound()));
    phone.does(Event::Reinvited(Some(hold()))).does(Event::Confirmed(None)).is_silent();
    phone.does(Event::Reinvited(Some(sound()))).says("Bonjour");
}

#[test]
fn a_fax_offered_in_the_call_is_refused_and_the_call_goes_on() {
    let mut phone = Phone::talks("book");
    phone.does(Event::Reinvited(Some(fax()))).did(&["488"]).keys("71100").says("sept, un, un, zéro, zéro.");
    phone.does(Event::Reinvited(Some(hold())));
    assert_eq!(phone.versions, [1, 2], "what was refused has no version");
}

#[test]
fn a_session_refresh_repeats_the_description() {
    let mut phone = Phone::talks("book");
    phone.listen().does(Event::Reinvited(Some(sound()))).did(&["connect true true", "200"]).is_silent();
    assert_eq!(phone.versions, [1, 1]);
}

#[test]
fn a_reinvite_without_offer_gets_ours_and_its_ack_connects_anew() {
    let mut phone = Phone::talks("book");
    phone.listen().does(Event::Reinvited(None)).did(&["200"]);
    phone.does(Event::Confirmed(Some(hold()))).did(&["connect false true"]).is_silent();
    phone.does(Event::Reinvited(None)).does(Event::Confirmed(Some(sound()))).says("code postal");
    assert_eq!(phone.versions, [1, 2, 3]);
}

#[test]
fn our_later_offer_keeps_the_place_of_a_refused_stream() {
    let video = b"v=0\r\nc=IN IP4 198.51.100.7\r\nm=video 5000 RTP/AVP 96\r\nm=audio 4000 RTP/AVP 8\r\n";
    let mut phone = Phone::rings("book", Some(video));
    phone.does(Event::Confirmed(None)).does(Event::Reinvited(None));
    let places: Vec<_> = phone.call.described.lines().filter(|line| line.starts_with("m=")).collect();
    assert_eq!(places, ["m=video 0 RTP/AVP 96", "m=audio 40000 RTP/AVP 8 0 101"]);
}

#[test]
fn a_broken_answer_to_our_later_offer_leaves_the_call_as_it_was() {
    for answer in [None, Some(fax()), Some(b"hello".to_vec())] {
        let mut phone = Phone::talks("book");
        phone.does(Event::Reinvited(None)).does(Event::Confirmed(answer)).did(&["200"]);
        phone.keys("71100").says("sept, un, un, zéro, zéro.");
        phone.does(Event::Reinvited(Some(hold()))).did(&["connect false true", "200"]);
    }
}

#[test]
fn no_packet_of_sound_leaves_before_the_ack_whatever_a_forged_invite_describes() {
    let mut phone = Phone::rings("book", Some(&sound()));
    phone.does(Event::Reinvited(Some(hold()))).does(Event::Reinvited(Some(sound()))).wait(seconds(31));
    phone.did(&["200", "200", "200"]).does(Event::Confirmed(None)).did(&["connect true true"]);
}

#[test]
fn one_offer_at_a_time() {
    let mut phone = Phone::talks("book");
    phone.does(Event::Reinvited(None)).did(&["200"]);
    phone.does(Event::Reinvited(Some(hold()))).does(Event::Reinvited(None)).did(&["491", "491"]);
    phone.does(Event::Confirmed(Some(sound()))).does(Event::Reinvited(Some(hold())));
    phone.did(&["connect true true", "connect false true", "200"]);
    let mut early = Phone::rings("book", None);
    early.does(Event::Reinvited(Some(sound()))).did(&["200", "491"]);
    let mut late_ack = Phone::rings("book", Some(&sound()));
    late_ack.does(Event::Reinvited(None)).did(&["200", "491"]);
    late_ack.does(Event::Confirmed(None)).says("code postal");
}

#[test]
fn a_minute_without_sound_is_a_dead_path() {
    let mut phone = Phone::talks("book");
    phone.does(Event::Deaf).did(&["bye"]);
    assert!(!phone.call.conversation().is_asking(), "nobody hears it any more");
    phone.does(Event::Ended("answered")).did(&["closed: silence, no goal"]);
    let mut unconfirmed = Phone::rings("book", None);
    unconfirmed.does(Event::Deaf).did(&["200", "bye"]);
}

#[test]
fn silence_on_hold_or_of_one_who_only_listens_is_no_dead_path() {
    for direction in ["sendonly", "inactive", "recvonly"] {
        let mut phone = Phone::talks("book");
        phone.does(Event::Reinvited(Some(description(&format!("4000 RTP/AVP 8|a={direction}")))));
        phone.done.clear();
        phone.does(Event::Deaf).did(&[]);
    }
}

#[test]
fn last_words_are_said_even_to_a_line_that_seems_dead_but_not_for_ever() {
    let mut phone = Phone::talks("book");
    phone.books().replied(booked()).does(Event::Deaf).did(&[]).says("C'est noté.");
    // Whoever plays the sound never reports its end.
    phone.saying = None;
    phone.wait(LAST_WORDS).did(&["bye"]);
    phone.does(Event::Ended("answered")).did(&["closed: silence, appointment.booked"]);
}

#[test]
fn a_silent_caller_is_called_back_and_not_cut_off() {
    let mut phone = Phone::talks("welcome");
    phone.listen().wait(seconds(10 * 60)).did(&[]);
    assert!(matches!(phone.acts[..], [Request::RequestCallback { .. }]), "{:?}", phone.acts);
    phone.replied(Reply::Requested { promise: Timestamp::UNIX_EPOCH }).says("C'est noté.").listen().did(&["bye"]);
    phone.does(Event::Ended("answered")).did(&["closed: finished, callback.requested"]);
}

/// Has the question said again for so long, at the slow pace, as somebody might who looks for an old letter.
fn stars(phone: &mut Phone, lasting: Duration) {
    let until = phone.now + lasting;
    phone.keys("**");
    while phone.now < until {
        phone.listen().wait(seconds(40)).keys("*");
    }
}

#[test]
fn after_an_hour_a_person_takes_over() {
    let mut phone = Phone::talks("book");
    stars(&mut phone, LONGEST - seconds(60));
    phone.says("code postal").listen().did(&[]);
    phone.now = phone.began + LONGEST;
    // In the middle of a number: it may be finished, nobody is cut short.
    phone.keys("711").does(Event::Talk(Talk::Timer)).is_silent().keys("00").says("Un conseiller va vous rappeler.");
    phone
        .listen()
        .keys("1")
        .keys("3")
        .replied(Reply::Requested { promise: Timestamp::UNIX_EPOCH })
        .says("C'est noté.")
        .listen()
        .keys("0")
        .listen()
        .did(&["bye"]);
}

#[test]
fn an_hour_that_ends_in_silence_leads_to_a_person_after_that_silence() {
    let mut phone = Phone::talks("book");
    phone.listen();
    phone.now = phone.began + LONGEST;
    phone.does(Event::Talk(Talk::Timer)).is_silent().does(Event::Talk(Talk::Timer));
    phone.says("Un conseiller va vous rappeler.");
}

#[test]
fn an_hour_that_ends_in_the_call_back_leaves_it_alone() {
    let mut phone = Phone::talks("welcome");
    phone.keys("0").listen();
    phone.now = phone.began + LONGEST;
    phone.does(Event::Talk(Talk::Timer)).is_silent().keys("1").says("Quand pouvons-nous vous rappeler ?");
}

#[test]
fn an_hour_that_ends_while_the_store_writes_lets_it_be_told() {
    let mut phone = Phone::talks("book");
    phone.books().listen();
    phone.now = phone.began + LONGEST;
    phone.does(Event::Talk(Talk::Timer)).replied(booked()).says("C'est noté.").listen().did(&["bye"]);
}

#[test]
fn no_call_is_longer_than_seventy_minutes_but_for_its_last_words() {
    let mut phone = Phone::talks("book");
    // The call back is asked for, and the store never answers.
    stars(&mut phone, LONGEST + LONGEST_GOODBYE);
    phone.did(&["bye"]);
    phone.does(Event::Ended("answered")).did(&["closed: too long, no goal"]);
    let mut noted = Phone::talks("book");
    noted.books().listen();
    noted.now = noted.began + LONGEST + LONGEST_GOODBYE - seconds(1);
    noted.replied(booked()).says("C'est noté.").did(&[]);
    noted.now += seconds(60);
    noted.does(Event::Talk(Talk::Timer)).did(&[]).listen().did(&["bye"]);
}

#[test]
fn a_bye_in_any_state_closes_once() {
    let answered = Phone::rings("book", Some(&sound()));
    let offering = Phone::rings("book", None);
    let talking = Phone::talks("book");
    let mut asked_again = Phone::talks("book");
    asked_again.does(Event::Reinvited(None));
    let mut held = Phone::talks("book");
    held.does(Event::Reinvited(Some(hold())));
    let mut acting = Phone::talks("book");
    acting.books();
    for mut phone in [answered, offering, talking, asked_again, held, acting] {
        phone.done.clear();
        // Somebody who had told their postal code may call again and go on.
        let was_acting = !phone.acts.is_empty();
        let closed = "closed: caller hung up, no goal";
        let did = ["rest", closed];
        phone.does(BYE).did(if was_acting { &did } else { &did[1..] });
        let acts = phone.acts.len();
        phone.does(BYE).does(Event::Confirmed(Some(sound()))).does(Event::Reinvited(Some(sound()))).does(Event::Deaf);
        phone.does(Event::Talk(Talk::Timer)).replied(booked()).keys("1").did(&[]);
        assert_eq!(phone.acts.len(), acts);
    }
}

#[test]
fn a_bye_under_the_last_words_still_counts_what_was_reached() {
    let mut phone = Phone::talks("book");
    phone.books().replied(booked()).does(BYE).did(&["closed: caller hung up, appointment.booked"]);
}

#[test]
fn after_our_bye_nothing_is_said_and_media_are_refused() {
    let mut phone = Phone::talks("book");
    phone.books().does(Event::Deaf).did(&["rest", "bye"]);
    phone.saying = None;
    phone.replied(booked()).keys("1").does(Event::Talk(Talk::Timer)).does(Event::Deaf).does(Event::Confirmed(None));
    phone.did(&[]).is_silent().does(Event::Reinvited(Some(sound()))).did(&["481"]);
    phone.does(BYE).did(&["closed: silence, no goal"]);
}

#[test]
fn a_bye_that_nobody_answers_closes_the_call_all_the_same() {
    let mut phone = Phone::talks("book");
    phone.does(Event::Deaf).wait(seconds(63)).did(&["bye"]).wait(seconds(1)).did(&["closed: silence, no goal"]);
}

#[test]
fn what_a_call_says_to_its_conversation_cannot_come_from_outside() {
    let mut phone = Phone::talks("book");
    phone.listen();
    for event in [Talk::Started, Talk::Held, Talk::Resumed, Talk::TimeUp, Talk::HungUp] {
        phone.does(Event::Talk(event)).is_silent().did(&[]);
    }
    phone.keys("71100").says("sept, un, un, zéro, zéro.");
}

#[test]
fn the_timer_is_never_wanted_in_the_past() {
    let mut phone = Phone::talks("welcome");
    for _ in 0..200 {
        phone.listen();
        phone.now = phone.now.max(phone.call.deadline());
        let before = (phone.call.deadline(), phone.call.state);
        phone.does(Event::Talk(Talk::Timer));
        if phone.call.state == State::Closed {
            return;
        }
        assert_ne!((phone.call.deadline(), phone.call.state), before, "the shell would turn on the spot");
    }
    panic!("a call must end");
}

/// Anything at all, in any order.
fn anything(which: u8) -> Event {
    let play = |tag| Event::Talk(Talk::Played { tag });
    match which % 24 {
        0 | 1 => Event::Confirmed(None),
        2 => Event::Confirmed(Some(sound())),
        3 => Event::Confirmed(Some(fax())),
        4 | 5 => Event::Reinvited(Some(sound())),
        6 | 7 => Event::Reinvited(Some(hold())),
        8 => Event::Reinvited(Some(fax())),
        9 => Event::Reinvited(None),
        10 => Event::Deaf,
        11 => Event::Talk(Talk::Replied(Reply::Unavailable)),
        12 => Event::Talk(Talk::Replied(Reply::Slots(vec![slot()]))),
        13 => Event::Talk(Talk::Replied(Reply::Held)),
        14 => Event::Talk(Talk::Replied(booked())),
        15 => Event::Talk(Talk::Timer),
        tag @ 16..=18 => play(u32::from(tag) - 15),
        key @ 19..=22 => Event::Talk(Talk::Key(['0', '1', '7', '*'][usize::from(key) - 19])),
        _ => BYE,
    }
}

proptest! {
    #[test]
    fn whatever_comes_a_call_hangs_up_once_and_closes_once(
        has_offer in any::<bool>(),
        events in prop::collection::vec((any::<u8>(), 0..700_u64), 0..80),
    ) {
        let mut phone = Phone::rings("welcome", has_offer.then(sound).as_deref());
        for (which, wait) in events {
            phone.now += seconds(wait / 10);
            // Some grow old.
            phone.now += if which == 0 { LONGEST } else { Duration::ZERO };
            phone.does(anything(which));
        }
        phone.does(BYE).does(BYE);
        let count = |what: &str| phone.done.iter().filter(|done| done.starts_with(what)).count();
        prop_assert!(count("bye") <= 1);
        prop_assert_eq!(count("closed"), 1);
        prop_assert!(phone.done.last().unwrap().starts_with("closed"));
        // Each description answers one offer, and versions never go back.
        prop_assert!(phone.versions.is_sorted());
    }
}
