//! What tests call the line with: a scripted phone over real sockets, and a line of their own to call.

mod ear;
mod line;
mod phone;

pub use line::TestLine;
pub use phone::{Manners, Phone, Sound};
