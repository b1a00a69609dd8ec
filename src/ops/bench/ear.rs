//! Knows a prompt by its first packets: the recordings themselves say which bytes to expect.
//!
//! The line begins a prompt at the start of a packet, so a packet equal to the first 20 ms of a recording is a
//! beginning; a few more tell which one, for several sentences begin alike (« C'est noté. … »).

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use crate::media::Sounds;
use crate::ops::dialer::voice::FRAME;
use crate::rtp::g711::SILENCE;

/// So many equal packets are no chance.
const SURE: usize = 4;

/// The sentences to be known.
#[derive(Debug)]
pub struct Ear {
    sentences: Vec<(String, Arc<[u8]>)>,
    by_first: HashMap<[u8; FRAME], Vec<usize>>,
}

/// What one call is hearing.
#[derive(Debug, Default)]
pub struct Hearing {
    candidates: Vec<usize>,
    frames: usize,
    began_at: Option<Instant>,
}

impl Ear {
    /// Knows the recordings whose text `is_wanted`. One that begins with 20 ms of pure silence cannot be known by its
    /// first packet and is left out.
    pub fn new(sounds: &Sounds, is_wanted: impl Fn(&str) -> bool) -> Ear {
        let wanted = sounds.all().filter(|(text, _)| is_wanted(text));
        let sentences: Vec<(String, Arc<[u8]>)> =
            wanted.map(|(text, sound)| (text.to_owned(), Arc::clone(sound))).collect();
        let mut by_first: HashMap<[u8; FRAME], Vec<usize>> = HashMap::new();
        for (at, (_, sound)) in sentences.iter().enumerate() {
            if let Some(first) = sound.first_chunk::<FRAME>().filter(|first| **first != [SILENCE; FRAME]) {
                by_first.entry(*first).or_default().push(at);
            }
        }
        Ear { sentences, by_first }
    }

    /// True when nothing can be known: another set of recordings.
    pub fn is_empty(&self) -> bool {
        self.by_first.is_empty()
    }

    fn has(&self, sentence: usize, frame: usize, payload: &[u8]) -> bool {
        let sound = &self.sentences[sentence].1;
        // Past its end anything may follow.
        sound.get(frame * FRAME..).is_some_and(|rest| {
            let length = rest.len().min(payload.len());
            rest[..length] == payload[..length]
        })
    }
}

impl Hearing {
    /// Takes a packet's sound. A sentence, once it is certain, with the moment its first packet came.
    pub fn hear<'e>(&mut self, ear: &'e Ear, payload: &[u8], now: Instant) -> Option<(&'e str, Instant)> {
        if !self.candidates.is_empty() {
            self.frames += 1;
            let frame = self.frames;
            self.candidates.retain(|sentence| ear.has(*sentence, frame, payload));
            if let ([one], Some(began_at)) = (&self.candidates[..], self.began_at)
                && frame + 1 >= SURE
            {
                let known = ear.sentences[*one].0.as_str();
                self.candidates.clear();
                return Some((known, began_at));
            }
        }
        if self.candidates.is_empty()
            && let Ok(first) = <&[u8; FRAME]>::try_from(payload)
            && let Some(found) = ear.by_first.get(first)
        {
            self.candidates.clone_from(found);
            (self.frames, self.began_at) = (0, Some(now));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn ear() -> (Sounds, Ear) {
        let sounds = Sounds::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("prompts/fr")).expect("recorded");
        let ear = Ear::new(&sounds, |text| text.starts_with("C'est noté.") || text.starts_with("Bonjour."));
        (sounds, ear)
    }

    #[test]
    fn sentences_that_begin_alike_are_told_apart_and_dated_from_their_first_packet() {
        let (sounds, ear) = ear();
        let start = Instant::now();
        for text in ["C'est noté. Vous avez rendez-vous :", "C'est noté. Un conseiller vous rappellera."] {
            let mut hearing = Hearing::default();
            let sound = sounds.sound(text).expect("recorded");
            let silence = [SILENCE; FRAME];
            let packets = [&silence[..]; 3].into_iter().chain(sound.chunks(FRAME));
            let mut now = start;
            let heard = packets.filter_map(|packet| {
                now += std::time::Duration::from_millis(20);
                hearing.hear(&ear, packet, now)
            });
            let at = start + std::time::Duration::from_millis(80);
            assert_eq!(heard.collect::<Vec<_>>(), [(text, at)]);
        }
    }

    #[test]
    fn a_sentence_cut_short_is_not_known() {
        let (sounds, ear) = ear();
        let sound = sounds.sound("C'est noté. Nous vous attendons.").expect("recorded");
        let mut hearing = Hearing::default();
        for packet in sound.chunks(FRAME).take(2).chain([&[SILENCE; FRAME][..]; 5]) {
            assert_eq!(hearing.hear(&ear, packet, Instant::now()), None);
        }
    }

    #[test]
    fn every_sentence_that_the_walk_answers_can_be_known() {
        let (sounds, _) = ear();
        let ear = Ear::new(&sounds, super::super::walk::knows);
        let known: usize = ear.by_first.values().map(Vec::len).sum();
        assert!(known == ear.sentences.len() && known >= 18, "{known}");
    }
}
