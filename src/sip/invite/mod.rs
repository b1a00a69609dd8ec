//! The life of an INVITE, one file a verb. All are parts of [`super::Core`].

mod accept;
mod ack;
mod answer;
mod body;
mod bye;
mod cancel;
mod reinvite;
