//! What tests call the line with: a scripted phone over real sockets, and a line of their own to call.

mod ear;
pub mod hurried;
mod line;
mod phone;

pub use line::{DIALLED, TestLine, rtp_range};
pub use phone::{Manners, Phone, Sound};
