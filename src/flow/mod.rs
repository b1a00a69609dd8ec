//! Flows: what a coordinator writes, and the pure interpreter that runs it.

pub mod action;
