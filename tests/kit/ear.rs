//! Writes down what a phone hears: A-law bytes in, the texts of the recordings they hold out, in order.
//!
//! Byte for byte, at any place in the stream: recordings follow one another inside a packet. Each is found by an anchor,
//! its first 32 bytes that are more than a quiet fade-in, and counts as said once its last byte has come. What is said
//! slowly (C10) is always the same bytes too.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use ligne_claire::media::Sounds;
use ligne_claire::rtp::stretch::Stretch;
use ligne_claire::rtp::{g711, tone};

/// How the tone is written down.
pub const TONE: &str = "[signal]";
const ANCHOR: usize = 32;
/// Different values in an anchor: less is noise that every recording has.
const ANCHOR_VALUES: usize = 8;
/// After so many bytes, 100 ms, a recording has begun.
const BEGUN: usize = 800;

/// Every recording, by anchor.
pub struct Ear {
    sounds: Vec<Known>,
    anchors: HashMap<[u8; ANCHOR], Vec<(usize, usize)>>,
}

struct Known {
    text: String,
    sound: Arc<[u8]>,
    is_slow: bool,
}

/// What one phone has heard since it last forgot.
pub struct Notes {
    ear: &'static Ear,
    audio: Vec<u8>,
    /// Bytes of pure silence at its end.
    silent: usize,
    /// Where the search for anchors goes on.
    scanned: usize,
    /// Recordings under way: which, where it began, how much of it was compared.
    open: Vec<(usize, usize, usize)>,
    /// Texts said to the end, in order, each with its place in all that was heard.
    pub said: Vec<(String, Range<usize>)>,
    /// Of those, what was said slowly.
    pub said_slowly: Vec<String>,
    /// Texts begun, in order; of sentences that begin alike, all.
    pub begun: Vec<String>,
}

impl Ear {
    /// The repository's recordings, read once for all tests.
    pub fn french() -> &'static Ear {
        static EAR: LazyLock<Ear> = LazyLock::new(|| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("prompts/fr");
            Ear::new(&Sounds::load(&folder).expect("the repository has its recordings"), |_| false)
        });
        &EAR
    }

    /// The A-law bytes of a text.
    pub fn sound(&self, text: &str) -> &[u8] {
        let found = self.sounds.iter().find(|known| known.text == text);
        &found.unwrap_or_else(|| panic!("no recording of « {text} »")).sound
    }

    /// One that knows these, and some of them said slowly.
    pub fn new(sounds: &Sounds, slowly: impl Fn(&str) -> bool) -> Ear {
        let known = |(text, sound): (&str, &Arc<[u8]>)| {
            let known = |sound, is_slow| Known { text: text.to_owned(), sound, is_slow };
            let slow = slowly(text).then(|| known(slowed(sound), true));
            [known(Arc::clone(sound), false)].into_iter().chain(slow)
        };
        let mut sounds: Vec<Known> = sounds.all().flat_map(known).collect();
        sounds.push(Known { text: TONE.to_owned(), sound: tone::beep(), is_slow: false });
        let mut anchors: HashMap<_, Vec<_>> = HashMap::new();
        for (number, Known { text, sound, .. }) in sounds.iter().enumerate() {
            let is_anchor = |window: &[u8]| {
                let mut values = window.to_vec();
                values.sort_unstable();
                values.dedup();
                values.len() >= ANCHOR_VALUES
            };
            let at = sound.windows(ANCHOR).position(is_anchor).unwrap_or_else(|| panic!("no sound in « {text} »"));
            let anchor: [u8; ANCHOR] = sound[at..at + ANCHOR].try_into().expect("a window is as long as it is");
            anchors.entry(anchor).or_default().push((number, at));
        }
        Ear { sounds, anchors }
    }
}

/// As the line says it slowly.
fn slowed(sound: &[u8]) -> Arc<[u8]> {
    let (mut stretch, mut slow) = (Stretch::default(), vec![0; 2 * sound.len()]);
    let length = stretch.read(sound, &mut slow);
    slow[..length].into()
}

impl Notes {
    /// An empty page.
    pub fn new(ear: &'static Ear) -> Notes {
        let (audio, silent, scanned, open, said, said_slowly, begun) = Default::default();
        Notes { ear, audio, silent, scanned, open, said, said_slowly, begun }
    }

    /// A new page: what is being said goes on.
    pub fn forget(&mut self) {
        self.said.clear();
        self.said_slowly.clear();
        self.begun.clear();
        self.listen_anew();
    }

    /// Silence counts from here.
    pub fn listen_anew(&mut self) {
        self.silent = 0;
    }

    /// The bytes that a text is known by.
    pub fn sound(&self, text: &str) -> &'static [u8] {
        self.ear.sound(text)
    }

    /// Samples heard in all.
    pub fn length(&self) -> usize {
        self.audio.len()
    }

    /// How long nothing was to be heard, up to now, on this page.
    pub fn quiet(&self) -> Duration {
        Duration::from_micros(self.silent as u64 * 125)
    }

    /// More sound, right after the last.
    pub fn hear(&mut self, sound: &[u8]) {
        self.audio.extend_from_slice(sound);
        let silent = sound.iter().rev().take_while(|byte| **byte == g711::SILENCE).count();
        self.silent = if silent == sound.len() { self.silent + silent } else { silent };
        while let Some(window) = self.audio.get(self.scanned..self.scanned + ANCHOR) {
            let found = self.ear.anchors.get(window).map(Vec::as_slice).unwrap_or_default();
            for (number, at) in found {
                if let Some(start) = self.scanned.checked_sub(*at) {
                    self.open.push((*number, start, 0));
                }
            }
            self.scanned += 1;
        }
        let (audio, ear) = (&self.audio, self.ear);
        let (said, said_slowly, begun) = (&mut self.said, &mut self.said_slowly, &mut self.begun);
        self.open.retain_mut(|(number, start, compared)| {
            let Known { text, sound, is_slow } = &ear.sounds[*number];
            let length = sound.len().min(audio.len() - *start);
            if audio[*start + *compared..*start + length] != sound[*compared..length] {
                return false;
            }
            if *compared < BEGUN && length >= BEGUN {
                begun.push(text.clone());
            }
            *compared = length;
            if length == sound.len() {
                said.push((text.clone(), *start..*start + length));
                said_slowly.extend(is_slow.then(|| text.clone()));
            }
            length < sound.len()
        });
    }
}

#[test]
fn recordings_are_written_down_in_order_wherever_they_begin() {
    let ear = Ear::french();
    let texts = ["C'est noté. Nous vous attendons.", "Si oui, tapez 1. Si non, tapez 2.", "Je répète :"];
    let mut stream = vec![0xD5; 77];
    texts.iter().for_each(|text| stream.extend_from_slice(ear.sound(text)));
    stream.extend_from_slice(&ear.sound("Merci de votre appel. Au revoir.")[..9_000]);
    let mut notes = Notes::new(ear);
    stream.chunks(160).for_each(|packet| notes.hear(packet));
    assert_eq!(notes.said.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), texts);
    assert_eq!(notes.said[0].1, 77..77 + ear.sound(texts[0]).len());
    assert!(notes.begun.contains(&"Merci de votre appel. Au revoir.".to_owned()), "{:?}", notes.begun);
}

#[test]
fn a_recording_with_one_wrong_byte_was_not_said() {
    let ear = Ear::french();
    let mut sound = ear.sound("Vous avez tapé :").to_vec();
    for (at, expected) in [(None, 1), (Some(2_000), 0)] {
        at.into_iter().for_each(|at: usize| sound[at] ^= 1);
        let mut notes = Notes::new(ear);
        sound.chunks(160).for_each(|packet| notes.hear(packet));
        assert_eq!(notes.said.len(), expected);
    }
}
