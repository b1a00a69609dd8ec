//! Ligne Claire: dial a number and book, hear, confirm or cancel an appointment with a free career counsellor, or ask to be
//! called back: by ear alone, from a landline, at 80 years old, in French.
//!
//! # Bird's eye
//!
//! A pure core in a thin shell. The core takes inputs and `now`, and gives values: no clock, no socket, no file, no
//! randomness. The shell (Tokio, SQL, the terminal) carries out what the core wants. `tests/tidy.rs` keeps both halves apart.
//!
//! | room | half | what lives there |
//! |---|---|---|
//! | [`clock`] | core | what time it is, as the shell tells it |
//! | [`gsm7`] | core | the text of an SMS: its alphabet, what does not fit it, how many SMS it takes |
//! | [`phone`] | core | telephone numbers: every written form, kind of line, masked when shown |
//! | [`booking`] | core | what is free: openings, holidays, notice, the 5-minute grid; postal codes, communes, distances |
//! | [`rtp`] | core | sound and keys on the wire: packets, G.711, RFC 4733 keys, 20 ms playout, the slow voice |
//! | [`sdp`] | core | offer and answer: one G.711 stream with its keys |
//! | [`sip`] | core | SIP: wire, transactions, dialogs; events in, actions out |
//! | [`speech`] | core | values → French or English, as recorded units named by their own text; and as they are written |
//! | [`flow`] | core | flows: file format, checker, interpreter, exploration, maps, times and SMS, versions |
//! | [`call`] | core | one call: dialog, sound and conversation joined; keys, what is said after a tone, waits, hold, limits, record; one dialogue by SMS |
//! | [`store`] | shell | the only place with SQL |
//! | [`media`] | shell | the recordings in memory; the RTP engine: ports, threads, 20 ms frames |
//! | [`net`] | shell | SIP sockets, the signalling task, a task for each call |
//! | [`ops`] | shell | the terminal try-out, playing transcripts, the bench, recording prompts |
//! | [`server`] | shell | composition root: all of it stands, or nothing is started |
//!
//! Arrows point down that table's own list, from `server` to `clock`, never up.
//!
//! # Invariants
//!
//! - One cell of the grid has one holder: nothing is booked twice (a primary key, not care).
//! - « C'est noté » is said only after the commit: an effect and its answer share one transaction, under a key of the run.
//! - Asked twice with the same key, a request is done once and answered alike.
//! - From every question `0` is a person; every ladder of silence or misunderstanding ends at one (C1, C8).
//! - A text without its recording stops a flow at start-up or at a reload, never a caller.
//! - A call keeps the edition of its INVITE, flows and recordings ([`net::Edition`]); an old edition goes with its last call.
//! - A run at rest is taken up once, by the second fact; after changed flows only where that is provably safe, else its first
//!   flow begins again with what it holds.
//! - An appointment that is being moved stands until the new one is written: one transaction, or nothing.
//! - The caller's number alone opens nothing: the postal code is the second fact (D15). All that it changes is whether the line
//!   speaks slowly, where somebody of that number agreed; that tells nothing of anybody (C10).
//! - No message is longer than two SMS, leads to a web site, or tells a stranger who reads it what it is about (A12, B8, E11).
//! - A number is masked wherever it is shown; its full form has one door, [`phone::PhoneNumber::dialable`].
//!
//! - SIP owns no socket and no clock: whatever a stranger sends, [`sip::Core`] answers from its tables, and each table has
//!   its limit. A call that fails fails alone.
//!
//! # A call, step by step
//!
//! 1. A datagram reaches the signalling task ([`net`]) → [`sip::wire`] reads it → a repetition is answered from its
//!    transaction → [`sip::Action::Incoming`]: 100 has gone out.
//! 2. The call's task takes a pair of ports ([`media::Engine`]) → [`call::Call::new`] lets [`sdp`] answer the offer (or
//!    refuses with 488) → 180 and 200 go out.
//! 3. ACK → the sound is connected (no packet before it: an INVITE is easily forged, its ACK is not) and the conversation
//!    starts. [`call::Conversation`] is fed a key → [`call::keypad::Keypad`] says whether it ends an answer →
//!    [`flow::Run`] takes the answer and gives effects → prompts go out as [`call::Output::Play`], requests as
//!    [`call::Output::Act`] → the store's [`flow::action::Reply`] comes back as the next input, beside the sound.
//! 4. Keys come in as RTP: the media thread stops the prompt and tells the call; the next prompt takes the next packet
//!    forward, it does not wait for its beat.
//! 5. BYE, theirs or ours → the ports are free, what the store was asked for is finished, the record is written.
//!
//! [`ops::terminal`] runs step 3 on a screen, without 1, 2, 4 and 5: the same interpreter, keypad and store.
//!
//! # An SMS, step by step
//!
//! Nothing carries them yet; all else is there, and `ligne call --sms` plays it.
//!
//! 1. What somebody wrote reaches their [`call::dialogue::Dialogue`], or a new one, which begins the line's flow.
//! 2. [`flow::Run`] is the same as in a call. CONSEILLER, AIDE, RETOUR and STOP first; then an answer, and requests to the store.
//!    What it tells comes as [`flow::Effect::Write`]: the step's `sms:`, else what would be heard, values short and in figures.
//! 3. All that is written until the run waits is one message, in the alphabet of [`gsm7`]: two SMS at the most, as
//!    [`flow::messages`] proved of every message with the longest values there are, before the flow went live.
//! 4. Between two messages the dialogue is plain data. When its person calls, its run rests, and the call takes it up; so does
//!    an SMS with a call that was cut off.
//!
//! # From a flow file to a voice, step by step
//!
//! 1. `flows/*.yaml` → [`flow::Library`]: read with positions, checked whole; a fault names file, line, column and remedy, and
//!    the line does not start.
//! 2. A [`flow::Run`] reaches a step: its text and its values become [`speech::Unit`]s: the sentence as it stands, a date or
//!    a number as [`speech::french`] says it.
//! 3. Each unit is a recording found by its own text ([`media::Sounds`], made by `ligne prompts render`, hash checked at
//!    start-up): nothing is synthesised while somebody waits, and a changed text without its recording was refused in 1.
//! 4. Units follow one another without a seam in 20 ms frames ([`rtp::playout`]), A-law or μ-law as agreed; for whoever asked
//!    for it, the same recordings are drawn out as they play ([`rtp::stretch`]).

pub mod booking;
pub mod call;
pub mod clock;
pub mod config;
pub mod flow;
pub mod gsm7;
pub mod media;
pub mod net;
pub mod ops;
pub mod phone;
pub mod rtp;
pub mod sdp;
pub mod server;
pub mod sip;
pub mod speech;
pub mod store;
