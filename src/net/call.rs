//! One call's task: its conversation, its sound and its wait for the store.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::journal::Journal;
use super::signalling::Told;
use super::{Edition, Switchboard};
use crate::call::conversation::{self, Output, Rest};
use crate::call::{Call, CallRecord, Effect, Event};
use crate::flow::action::Reply;
use crate::flow::{Caller, Edge, Recording};
use crate::media::{MediaEvent, Piece, Stream};
use crate::rtp::tone;
use crate::sdp::Local;
use crate::sip::{Command, DialogId, Ended, Incoming};
use crate::speech::{Prompt, Unit};
use crate::store::{Passage, Store};

/// Keys and ends of prompts on their way to the call: more than a person can press while it blinks.
const MEDIA_QUEUE: usize = 64;

/// How long the sound of a call that is over may take to come.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A call, and what carries it.
struct Leg {
    switchboard: Arc<Switchboard>,
    /// Of the INVITE: whatever is reloaded meanwhile, this caller hears nothing of it.
    edition: Arc<Edition>,
    dialog: DialogId,
    id: String,
    commands: mpsc::Sender<(DialogId, Command)>,
    journal: Journal,
    stream: Option<Stream>,
    replies: JoinSet<conversation::Event>,
    record: Option<CallRecord>,
    /// The caller was cut off: kept once all that was asked of the store is done.
    rest: Option<Rest>,
    keeping: Keeping,
}

/// How far what was said after the last tone has come.
#[derive(Debug, Default)]
enum Keeping {
    #[default]
    Nothing,
    UnderWay,
    Kept(conversation::Event),
}

/// From the INVITE to the record.
pub async fn run(
    switchboard: Arc<Switchboard>,
    incoming: Incoming,
    mut told: mpsc::Receiver<Told>,
    commands: mpsc::Sender<(DialogId, Command)>,
    journal: Journal,
) {
    let edition = Arc::clone(&switchboard.edition.borrow());
    let dialog = incoming.dialog;
    let refuse = async |code: u16, why: &'static str| {
        tracing::info!(caller = %shown(&incoming), code, why, "a call was refused");
        let _ = commands.send((dialog, Command::Refuse(code))).await;
    };
    if !is_ours(&switchboard, &incoming) {
        return refuse(404, "no number of this line").await;
    }
    let (events, mut media) = mpsc::channel(MEDIA_QUEUE);
    let stream = match switchboard.engine.open(events) {
        Ok(stream) => stream,
        Err(error) => {
            tracing::error!(%error, "ports for sound are lacking");
            return refuse(503, "no port for its sound").await;
        }
    };
    let id = ulid::Ulid::generate().to_string();
    let caller = switchboard.store.caller(switchboard.clock.now().wall, incoming.identity.caller.clone()).await;
    let described = describe(&switchboard, &incoming, &id, caller, stream.port());
    let (mut call, effects) = match Call::new(switchboard.clock.now(), described, incoming.offer.as_deref()) {
        Ok(call) => call,
        Err(code) => return refuse(code, "no sound in common").await,
    };
    tracing::info!(call.id = id, caller = %shown(&incoming), "a call began");
    let began = switchboard.clock.now().at;
    let replies = JoinSet::new();
    let mut leg = Leg {
        switchboard,
        edition,
        dialog,
        id,
        commands,
        journal,
        stream: Some(stream),
        replies,
        record: None,
        rest: None,
        keeping: Keeping::Nothing,
    };
    let _ = leg.commands.send((dialog, Command::Ring)).await;
    leg.carry_out(effects).await;
    while leg.record.is_none() {
        let deadline = call.deadline();
        let event = tokio::select! {
            told = told.recv() => match told {
                Some(Told::Confirmed(sdp)) => Event::Confirmed(sdp),
                Some(Told::Reinvited(sdp)) => Event::Reinvited(sdp),
                Some(Told::Ended(ended)) => Event::Ended(words(ended)),
                None => {
                    // The signalling task could not tell us more, but the dialog stands: it would hold its place for ever.
                    leg.command(Command::HangUp).await;
                    Event::Ended("lost")
                }
            },
            Some(event) = media.recv() => match event {
                MediaEvent::Key { key, .. } => Event::Talk(conversation::Event::Key(key)),
                MediaEvent::Played { tag, .. } => Event::Talk(conversation::Event::Played { tag }),
                MediaEvent::Silent => Event::Deaf,
                MediaEvent::Recorded { sound } => {
                    leg.keep(sound);
                    continue;
                }
            },
            Some(reply) = leg.replies.join_next() => {
                let event = reply.unwrap_or(conversation::Event::Replied(Reply::Unavailable));
                if matches!(event, conversation::Event::Recorded { .. }) {
                    leg.keeping = Keeping::Kept(event.clone());
                }
                Event::Talk(event)
            }
            () = leg.switchboard.clock.sleep_until(deadline) => Event::Talk(conversation::Event::Timer),
        };
        let effects = call.input(&leg.edition.library, leg.switchboard.clock.now(), event);
        leg.carry_out(effects).await;
    }
    if call.conversation().owes_recording() {
        leg.last_words(&mut call, &mut media).await;
    }
    leg.stream = None; // the ports are free before anything is written
    let passed = leg.passages(call.taken());
    // The store may take its time; nothing of the conversation waits with it.
    drop((call, media));
    leg.close(began, passed).await;
}

impl Leg {
    async fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Connect(agreed) => self.stream.iter().for_each(|stream| stream.connect(&agreed)),
                Effect::Answer(sdp) | Effect::Reanswer(sdp) => self.command(Command::Answer(sdp)).await,
                Effect::Rerefuse(code) => self.command(Command::Refuse(code)).await,
                Effect::HangUp => self.command(Command::HangUp).await,
                Effect::Talk(Output::Play { tag, prompt, is_interruptible }) => {
                    let sound = self.pieces(&prompt).await;
                    self.stream.iter().for_each(|stream| stream.play(tag, sound.clone(), is_interruptible));
                }
                Effect::Talk(Output::Act { run, key, request }) => {
                    let store = self.switchboard.store.clone();
                    let wall = self.switchboard.clock.now().wall;
                    self.replies.spawn(async move {
                        conversation::Event::Replied(store.execute(wall, &run, &key, &request).await)
                    });
                }
                Effect::Talk(Output::Record(Recording { max, no_input })) => {
                    self.keeping = Keeping::Nothing;
                    self.stream.iter().for_each(|stream| stream.record(max, no_input));
                }
                Effect::Talk(Output::EndRecording) => self.stream.iter().for_each(Stream::end_recording),
                Effect::Talk(Output::Rest(rest)) => self.rest = Some(*rest),
                // The call turns this into `Effect::HangUp`.
                Effect::Talk(Output::HangUp) => {}
                Effect::Close(record) => self.record = Some(*record),
            }
        }
    }

    /// Keeps what was said after the tone, beside the call; it learns the name of it.
    fn keep(&mut self, sound: Option<Vec<u8>>) {
        self.keeping = Keeping::UnderWay;
        let (store, wall) = (self.switchboard.store.clone(), self.switchboard.clock.now().wall);
        self.replies.spawn(async move { kept(&store, wall, sound).await });
    }

    /// They hung up while they spoke: that is how most people end a message.
    async fn last_words(&mut self, call: &mut Call, media: &mut mpsc::Receiver<MediaEvent>) {
        let kept = self.last_kept(media).await;
        let conversation::Event::Recorded { id, seconds } = kept else { return };
        let now = self.switchboard.clock.now();
        let effects = call.last_recording(&self.edition.library, now, id, seconds);
        self.carry_out(effects).await;
    }

    /// The recording may be kept by now, or on its way to the store; else it is still being made.
    async fn last_kept(&mut self, media: &mut mpsc::Receiver<MediaEvent>) -> conversation::Event {
        match std::mem::take(&mut self.keeping) {
            Keeping::Kept(event) => return event,
            Keeping::UnderWay => {
                while let Some(reply) = self.replies.join_next().await {
                    if let Ok(event @ conversation::Event::Recorded { .. }) = reply {
                        return event;
                    }
                }
            }
            Keeping::Nothing => {}
        }
        self.stream.iter().for_each(Stream::end_recording);
        let last = async {
            loop {
                match media.recv().await {
                    Some(MediaEvent::Recorded { sound }) => return sound,
                    Some(_) => {}
                    None => return None,
                }
            }
        };
        let sound = tokio::time::timeout(LAST_WORDS, last).await.unwrap_or_default();
        kept(&self.switchboard.store, self.switchboard.clock.now().wall, sound).await
    }

    async fn pieces(&self, prompt: &Prompt) -> Vec<Piece> {
        // The tone and what callers said themselves stay as they are.
        let said = if prompt.is_slow { Piece::Slow } else { Piece::Sound };
        let mut pieces = Vec::with_capacity(prompt.units.len());
        for unit in &prompt.units {
            pieces.extend(match unit {
                // Every text has its recording: the checker saw to it before the line began.
                Unit::Say(text) => self.edition.sounds.sound(prompt.language, text).cloned().map(said),
                Unit::Pause(ms) => {
                    Some(Piece::Silence(self.switchboard.clock.pause(Duration::from_millis(u64::from(*ms)))))
                }
                Unit::Tone => Some(Piece::Sound(tone::beep())),
                Unit::Own(id) => self.switchboard.store.voice(id).await.map(|sound| Piece::Sound(sound.into())),
            });
        }
        pieces
    }

    async fn command(&self, command: Command) {
        // Fails only when the signalling task is gone, and with it the line.
        let _ = self.commands.send((self.dialog, command)).await;
    }

    /// What the store was asked for is finished: nobody hears it, but it may be somebody's appointment.
    async fn close(mut self, began: Instant, passed: Vec<Passage>) {
        while self.replies.join_next().await.is_some() {}
        if let Some(rest) = self.rest.take()
            && let Err(error) = self.switchboard.store.put_at_rest(self.switchboard.clock.now().wall, &rest).await
        {
            tracing::error!(call.id = self.id, %error, "a call was cut off and could not be kept");
        }
        let Some(record) = self.record.take() else { return };
        let duration_ms = self.switchboard.clock.now().at.saturating_duration_since(began).as_millis() as u64;
        let goal = record.goal.as_deref().unwrap_or("none");
        tracing::info!(call.id = self.id, duration_ms, ended = record.ended, goal, "a call ended");
        self.journal.note(record, passed);
    }

    /// Counted on the map of the flows that this call began with.
    fn passages(&self, taken: Vec<Edge>) -> Vec<Passage> {
        let version = self.edition.library.version();
        let passage = |Edge { flow, step, exit }| Passage { flow, version: version.to_owned(), step, exit };
        taken.into_iter().map(passage).collect()
    }
}

fn is_ours(switchboard: &Switchboard, incoming: &Incoming) -> bool {
    let numbers = &switchboard.numbers;
    numbers.is_empty() || incoming.identity.called.as_ref().is_some_and(|called| numbers.contains(called))
}

fn describe(
    switchboard: &Switchboard,
    incoming: &Incoming,
    id: &str,
    caller: Caller,
    port: u16,
) -> crate::call::Incoming {
    let address = switchboard.media_address.unwrap_or_else(|| incoming.here.ip());
    let session_id = u64::try_from(Timestamp::now().as_microsecond()).unwrap_or_default();
    crate::call::Incoming {
        id: id.to_owned(),
        caller,
        flow: switchboard.flow.clone(),
        local: Local { address, port, session_id, version: 1 },
    }
}

fn shown(incoming: &Incoming) -> String {
    incoming.identity.caller.as_ref().map_or_else(|| "withheld".to_owned(), ToString::to_string)
}

fn words(ended: Ended) -> &'static str {
    match ended {
        Ended::Bye => "caller hung up",
        Ended::Cancelled => "caller gave up",
        Ended::Unacknowledged => "answer never acknowledged",
        Ended::Here => "finished",
    }
}

/// Keeps a recording; a store that cannot has kept nothing, and the caller is asked again or told.
async fn kept(store: &Store, wall: Timestamp, sound: Option<Vec<u8>>) -> conversation::Event {
    let seconds = sound.as_ref().map_or(0, |sound| u32::try_from(sound.len() / 8_000).unwrap_or(u32::MAX));
    let id = match sound {
        Some(sound) => store.keep_voice(wall, sound).await.map_err(|error| tracing::error!(%error, "a recording")).ok(),
        None => None,
    };
    conversation::Event::Recorded { id, seconds }
}
