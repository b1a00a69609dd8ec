//! Telephone numbers, as trunks and people write them (G11), kept in one form: E.164.
//!
//! Our own code rather than the `phonenumber` crate: a line in France needs one closed plan, whose rules fit in
//! `plan`, and three things which that crate's metadata lacks (the NPV and platform ranges of D4, the premium ranges
//! of D1, the overseas mobiles of B6 told from landlines). No table of regular expressions is compiled at run time.
//!
//! A short code or an emergency number (15, 112, 3919) is not a [`PhoneNumber`]: nobody can be called back there.

use std::fmt;

use serde::{Deserialize, Serialize};

mod plan;
#[cfg(test)]
mod tests;

/// Shortest and longest international number, digits with the country code (E.164 stops at 15).
const DIGITS_MIN: usize = 7;
const DIGITS_MAX: usize = 15;
/// Longest text worth reading: 15 digits, their separators, a `tel:` and a few parameters.
const TEXT_MAX: usize = 128;
/// Digits after the country code in France and overseas.
const NATIONAL_DIGITS: usize = 9;

/// A number in international form, masked wherever it is displayed (F7); serialised as E.164 text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

/// What hangs at the end of the line, decided on the number, never on what the caller says (B6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// 06, 07 and the overseas mobiles: the only lines that receive SMS (B5).
    Mobile,
    /// 01 to 05 and 09: voice only.
    Landline,
    /// Neither: 08, or another country's plan. No SMS is sent there.
    Special,
}

/// A text that is not a number we could call. It does not repeat the text: a log must not hold it (F7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a telephone number in E.164 form, such as +33353010000")]
pub struct NotANumber;

impl PhoneNumber {
    /// Parses every written form that a trunk or a person may send (G11): `0385…`, `+33385…`, `0033385…`, `33385…`
    /// (11 digits), `+33 (0)3 85…`, `tel:` with parameters, spaces, dots and hyphens; overseas numbers by their national
    /// form or their own country code; any other country after `+` or `00`.
    pub fn parse(text: &str) -> Option<Self> {
        let (is_international, digits) = bare(text)?;
        let international = if is_international {
            digits
        } else if let Some(after) = digits.strip_prefix("00") {
            after.to_owned()
        } else if let Some(national) = digits.strip_prefix('0') {
            (national.len() == NATIONAL_DIGITS).then(|| format!("33{national}"))?
        } else {
            // Without any prefix only our own plan is believed: ten or fewer digits would be a short code or a slip.
            plan::split(&digits).filter(|(_, national)| national.len() == NATIONAL_DIGITS)?;
            digits
        };
        Self::from_international(&international)
    }

    /// `"+33353010000"`: the only way to the full number.
    pub fn dialable(&self) -> &str {
        &self.0
    }

    /// As dialled from France: `"0353010000"`, overseas too (`"0692…"`); another country's begins with `"00"`.
    pub fn national(&self) -> String {
        match plan::split(self.digits()) {
            Some((_, national)) => format!("0{national}"),
            None => format!("00{}", self.digits()),
        }
    }

    /// The national form two digits at a time, as numbers are read aloud in France; an odd last digit stands alone.
    pub fn pairs(&self) -> Vec<String> {
        let national = self.national();
        national.as_bytes().chunks(2).map(|pair| pair.iter().map(|&digit| char::from(digit)).collect()).collect()
    }

    /// Mobile, landline or neither (B5, B6).
    pub fn kind(&self) -> LineKind {
        match plan::split(self.digits()).map(|(_, national)| national.as_bytes()[0]) {
            Some(b'6' | b'7') => LineKind::Mobile,
            Some(b'1'..=b'5' | b'9') => LineKind::Landline,
            _ => LineKind::Special,
        }
    }

    /// Above the price of a local call (D1): every 08 but 0 800 to 0 809. Never to be shown, said or configured.
    pub fn is_premium_rate(&self) -> bool {
        let national = self.national();
        national.starts_with("08") && !national.starts_with("080")
    }

    /// In the ranges kept for automated calls (D4): the verified-use ranges (NPV) and the platforms' 0937 to 0939.
    pub fn is_platform(&self) -> bool {
        let national = self.national();
        plan::PLATFORMS.iter().any(|range| national.starts_with(range))
    }

    /// Checks the plan where we know it, the length elsewhere.
    fn from_international(digits: &str) -> Option<Self> {
        let Some((country, national)) = plan::split(digits) else {
            let is_plausible = (DIGITS_MIN..=DIGITS_MAX).contains(&digits.len()) && !digits.starts_with('0');
            return is_plausible.then(|| Self(format!("+{digits}")));
        };
        // "+33 03 85…": the trunk prefix left in, a frequent slip of address books.
        let national = national.strip_prefix('0').unwrap_or(national);
        let is_complete = national.len() == NATIONAL_DIGITS && !national.starts_with('0');
        is_complete.then(|| Self(format!("+{}{national}", plan::country_of(country, national))))
    }

    fn digits(&self) -> &str {
        &self.0[1..]
    }
}

/// Masked, `06 •• •• •• 12`: enough to recognise one's own number, not to learn another's (F7).
impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let national = self.national();
        let (plus, shown) =
            if plan::split(self.digits()).is_some() { ("", national.as_str()) } else { ("+", self.digits()) };
        write!(f, "{plus}{} •• •• •• {}", &shown[..2], &shown[shown.len() - 2..])
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Stored and exchanged numbers have one spelling; a second one is a fault upstream, not a dialect.
impl TryFrom<String> for PhoneNumber {
    type Error = NotANumber;
    fn try_from(text: String) -> Result<Self, NotANumber> {
        Self::parse(&text).filter(|number| number.0 == text).ok_or(NotANumber)
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> Self {
        number.0
    }
}

/// Takes the writing off: whether a `+` led, and the digits alone. `None` on anything that is not a number's writing.
fn bare(text: &str) -> Option<(bool, String)> {
    if text.len() > TEXT_MAX {
        return None;
    }
    let text = text.trim();
    let text = text.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("tel:")).map_or(text, |_| &text[4..]);
    let text = text.split(';').next().unwrap_or(text);
    // RFC 3261 §25.1 lets any character of the user part be escaped; `+` is the one that trunks do escape.
    let text = text.replace("%2B", "+").replace("%2b", "+");
    let text = text.trim();
    let (is_international, text) = text.strip_prefix('+').map_or((false, text), |after| (true, after));
    // "(0)" is to be dialled inside the country only: it counts after a prefix, it is a plain digit without one.
    let has_prefix = is_international || text.trim_start().starts_with("00");
    let text = if has_prefix { text.replacen("(0)", "", 1) } else { text.to_owned() };
    let mut digits = String::with_capacity(DIGITS_MAX);
    for letter in text.chars() {
        match letter {
            '0'..='9' => digits.push(letter),
            ' ' | '\u{a0}' | '\u{202f}' | '.' | '-' | '/' | '(' | ')' | '\u{2010}' | '\u{2011}' => {}
            _ => return None,
        }
    }
    Some((is_international, digits))
}
