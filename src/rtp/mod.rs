//! RTP, pure: bytes in, values out. Packets, RTCP, G.711, keys (RFC 4733) and what to send next.
//!
//! Nothing here opens a socket or looks at a clock: the media engine does, and asks this module
//! what a datagram says and what the next 20 ms are made of.

pub mod g711;
pub mod packet;
pub mod playout;
pub mod recorder;
pub mod rtcp;
pub mod stretch;
pub mod telephone_event;
pub mod tone;
