//! The text of an SMS: the 7-bit default alphabet of 3GPP TS 23.038, what a French text becomes in it, and how many messages
//! of the network it takes.
//!
//! ```text
//! "Besançon, 5 € … août" ─ fit ─→ "Besancon, 5 € ... aout" ─ size ─→ 1 SMS, 23 septets (€ is two)
//! ```
//! Our own, though crates know the alphabet (`gsm7`, `sms_splitter`, `rusmpp-extra`: their tables were compared with this one
//! when it was written): none writes `ç` as `c`, and the one that counts takes an owned text and splits it.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use unicode_normalization::char::{decompose_canonical, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// SMS of one message of ours, at most (E11).
pub const SEGMENTS_MAX: u32 = 2;
/// Septets of one SMS alone, and of each of several: those carry a header of six octets (E11).
const SEPTETS: (usize, usize) = (160, 153);
/// The same in UCS-2 units, which one letter outside the alphabet forces on the whole message (E11).
const UNITS: (usize, usize) = (70, 67);

/// Septets that fit in so many SMS.
pub const fn room(segments: u32) -> usize {
    if segments > 1 { segments as usize * SEPTETS.1 } else { segments as usize * SEPTETS.0 }
}

/// The default alphabet by code (§6.2.1). 0x1B leads to the extension table.
pub const ALPHABET: [char; 128] = [
    '@', '£', '$', '¥', 'è', 'é', 'ù', 'ì', 'ò', 'Ç', '\n', 'Ø', 'ø', '\r', 'Å', 'å', //
    'Δ', '_', 'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ', 'Σ', 'Θ', 'Ξ', '\u{1b}', 'Æ', 'æ', 'ß', 'É', //
    ' ', '!', '"', '#', '¤', '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/', //
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?', //
    '¡', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', //
    'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'Ä', 'Ö', 'Ñ', 'Ü', '§', //
    '¿', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', //
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 'ä', 'ö', 'ñ', 'ü', 'à',
];
const ESCAPE: usize = 0x1b;
/// The extension table (§6.2.1.1): after the escape, so each costs two septets. A page break is in it and no use to anybody.
pub const EXTENSION: [(char, u8); 10] = [
    ('\u{c}', 0x0a),
    ('^', 0x14),
    ('{', 0x28),
    ('}', 0x29),
    ('\\', 0x2f),
    ('[', 0x3c),
    ('~', 0x3d),
    (']', 0x3e),
    ('|', 0x40),
    ('€', 0x65),
];

/// Septets of one letter: 1, 2, or `None` outside the alphabet.
pub fn septets_of(letter: char) -> Option<usize> {
    match COSTS.get(letter as usize) {
        Some(0) | None => (letter == '€').then_some(2),
        Some(cost) => Some(usize::from(*cost)),
    }
}

/// By letter, up to the last of the alphabet; 0 is none. All but one of the extension are among them.
const COSTS: [u8; 'Ω' as usize + 1] = {
    let mut costs = [0; 'Ω' as usize + 1];
    let mut code = 0;
    while code < ALPHABET.len() {
        if code != ESCAPE {
            costs[ALPHABET[code] as usize] = 1;
        }
        code += 1;
    }
    let mut at = 0;
    while at < EXTENSION.len() {
        if EXTENSION[at].0 as usize <= 'Ω' as usize {
            costs[EXTENSION[at].0 as usize] = 2;
        }
        at += 1;
    }
    costs
};

/// Septets of a whole text; `None` when a letter of it is outside the alphabet.
pub fn septets(text: &str) -> Option<usize> {
    text.chars().map(septets_of).sum()
}

/// How a message goes over the air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// SMS that are paid for (E11, E18).
    pub segments: u32,
    /// Septets, or UCS-2 units.
    pub units: usize,
    /// Whether every letter is in the alphabet.
    pub is_gsm7: bool,
}

/// How many SMS a text takes as it stands. A letter of two septets, or of two UCS-2 units, is never cut in two: what is left
/// of a segment before it stays empty.
pub fn size(text: &str) -> Size {
    let lengths: Option<Vec<usize>> = text.chars().map(septets_of).collect();
    let is_gsm7 = lengths.is_some();
    let lengths = lengths.unwrap_or_else(|| text.chars().map(char::len_utf16).collect());
    let units: usize = lengths.iter().sum();
    let (alone, each) = if is_gsm7 { SEPTETS } else { UNITS };
    if units <= alone {
        return Size { segments: u32::from(units > 0), units, is_gsm7 };
    }
    let (mut segments, mut used) = (1, 0);
    for length in lengths {
        if used + length > each {
            (segments, used) = (segments + 1, 0);
        }
        used += length;
    }
    Size { segments, units, is_gsm7 }
}

/// A message as it is sent.
pub fn as_sent(message: &str) -> String {
    fit(message.trim())
}

/// SMS that a message takes as it is sent.
pub fn segments(message: &str) -> u32 {
    size(&as_sent(message)).segments
}

/// A text with every letter in the alphabet (E10): as it is where it fits, else its nearest neighbour, else `?`, so that no
/// stranger's name makes a message four times as long.
pub fn fit(text: &str) -> String {
    let mut fitted = String::with_capacity(text.len());
    for letter in composed(text).chars() {
        match neighbour(letter) {
            Some(other) => fitted.push_str(other),
            None => fitted.push(bare(letter).unwrap_or('?')),
        }
    }
    fitted
}

/// The first letter of a text that [`fit`] can only make a `?` of.
pub fn stranger(text: &str) -> Option<char> {
    composed(text).chars().find(|letter| neighbour(*letter).is_none() && bare(*letter).is_none())
}

/// Letters and their accents in one: some telephones send `e` and `´` apart, and `é` is in the alphabet.
pub fn composed(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        IsNormalized::No | IsNormalized::Maybe => Cow::Owned(text.nfc().collect()),
    }
}

/// The letter itself, or the one under its accents. Of signs nothing is taken off: `≠` is not `=`.
fn bare(letter: char) -> Option<char> {
    if septets_of(letter).is_some() {
        return Some(letter);
    }
    let mut base = None;
    decompose_canonical(letter, |part| base = base.or(Some(part)));
    base.filter(|base| base.is_alphabetic() && septets_of(*base).is_some())
}

/// What stands for a letter outside the alphabet that has none under it, for an accent without its letter, and for the two
/// breaks in the alphabet that a telephone may show as anything.
fn neighbour(letter: char) -> Option<&'static str> {
    Some(match letter {
        'œ' => "oe",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ı' => "i",
        'þ' => "th",
        'Œ' => "OE",
        'Ł' => "L",
        'Đ' | 'Ð' => "D",
        'Þ' => "Th",
        'ẞ' => "ß",
        '’' | '‘' | '‚' | '´' | '`' | 'ʼ' => "'",
        '«' | '»' | '“' | '”' | '„' => "\"",
        '–' | '—' | '‐' | '\u{2011}' | '−' => "-",
        '…' => "...",
        '•' | '·' => "-",
        '°' | 'º' => "o",
        '×' => "x",
        '\u{a0}' | '\u{202f}' | '\u{2009}' | '\t' | '\u{c}' => " ",
        '\u{ad}' | '\u{200b}' | '\u{feff}' | '\r' => "",
        '\u{300}'.. if is_combining_mark(letter) => "",
        _ => return None,
    })
}
