//! Ligne Claire (skeleton)
pub mod booking;
pub mod call;
pub mod clock;
pub mod config;
pub mod flow;
pub mod media;
pub mod ops;
pub mod phone;
pub mod server;
pub mod speech;
pub mod store;
