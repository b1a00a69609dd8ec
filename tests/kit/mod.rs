//! What tests call the line with: a scripted phone over real sockets, and a line of their own to call.

mod ear;
pub mod hurried;
mod line;
mod phone;
mod signal;
mod train;
mod wire;

pub use ear::Ear;
pub use line::{DIALLED, TestLine, appointments, database, rtp_range, without_clocks};
pub use phone::{Manners, Phone, SOON};
pub use signal::Transport;
pub use train::{Beat, Typist};
pub use wire::Fault;
