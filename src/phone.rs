//! Telephone numbers (skeleton).

use serde::{Deserialize, Serialize};

/// A number in international form, masked wherever it is displayed (F7).
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Parses every written form a trunk or a person may send (G11).
    pub fn parse(_text: &str) -> Option<Self> {
        None
    }
    /// "+33385000000": the only way to the full number.
    pub fn dialable(&self) -> &str {
        &self.0
    }
}
impl std::fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("••")
    }
}
impl std::fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}
