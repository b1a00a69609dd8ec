//! A run whose flow changed.

use super::{Library, Run};

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Migration {
    Same,
    Safe,
    Restart,
}

pub(super) fn migrate(run: &Run, library: &Library) -> Migration {
    if run.version() == Some(library.version()) { Migration::Same } else { Migration::Restart }
}
