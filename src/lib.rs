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
//! | [`phone`] | core | telephone numbers: every written form, kind of line, masked when shown |
//! | [`booking`] | core | what is free: openings, holidays, notice, the 5-minute grid |
//! | [`rtp`] | core | sound and keys on the wire: packets, G.711, RFC 4733 keys, 20 ms playout |
//! | [`speech`] | core | values → French, as recorded units named by their own text |
//! | [`flow`] | core | flows: file format, checker, interpreter |
//! | [`call`] | core | a conversation: keys, waits, prompts and the store joined to a run |
//! | [`store`] | shell | the only place with SQL |
//! | [`media`] | shell | the recordings in memory; the RTP engine: ports, threads, 20 ms frames |
//! | [`ops`] | shell | the terminal try-out, recording prompts |
//! | [`server`] | shell | composition root: all of it stands, or nothing is started |
//!
//! Arrows point down that table's own list, from `server` to `clock`, never up. Of the telephone side only the sound is here,
//! [`rtp`] and the engine of [`media`], and no call uses it yet: `sip`, `sdp` and `net` are to come, see CHANGELOG.
//!
//! # Invariants
//!
//! - One cell of the grid has one holder: nothing is booked twice (a primary key, not care).
//! - « C'est noté » is said only after the commit: an effect and its answer share one transaction, under a key of the run.
//! - Asked twice with the same key, a request is done once and answered alike.
//! - From every question `0` is a person; every ladder of silence or misunderstanding ends at one (C1, C8).
//! - A text without its recording stops a flow at start-up, never a caller.
//! - The caller's number alone opens nothing: the postal code is the second fact (D15).
//! - A number is masked wherever it is shown; its full form has one door, [`phone::PhoneNumber::dialable`].
//!
//! # A conversation, step by step
//!
//! [`call::Conversation`] is fed a key → [`call::keypad::Keypad`] says whether it ends an answer → [`flow::Run`] takes the
//! answer and gives effects → prompts go out as [`call::Output::Play`], requests as [`call::Output::Act`] → the store's
//! [`flow::action::Reply`] comes back as the next input, beside the sound. [`ops::terminal`] carries this out on a
//! screen; a telephone will meet the same four pieces.

pub mod booking;
pub mod call;
pub mod clock;
pub mod config;
pub mod flow;
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
