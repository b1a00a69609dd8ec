//! The recordings, in memory: text → A-law sound, shared by every call that plays it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

/// The longest recording: C18 asks for 12 s, a menu for 20 s; beyond a minute it is no prompt.
const BYTES_MAX: usize = 60 * 8_000;

/// Why the recordings cannot be used.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum SoundError {
    #[error("{path}: {source}; run `ligne prompts render`, or give the folder with `[prompts] folder`")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{path}:{line}: expected `file<TAB>hash<TAB>milliseconds<TAB>text`; run `ligne prompts render`")]
    Index { path: PathBuf, line: usize },
    #[error("{path}: recorded for another text than « {text} »; run `ligne prompts render`")]
    Stale { path: PathBuf, text: String },
    #[error("{path}: not an 8 kHz mono A-law WAV file; run `ligne prompts render`")]
    Format { path: PathBuf },
}

/// Every recording of one language.
#[derive(Debug, Default)]
pub struct Sounds {
    by_text: HashMap<String, Recording>,
}

#[derive(Debug)]
struct Recording {
    sound: Arc<[u8]>,
    /// Of the file it was read from, if it was.
    stamp: Option<Stamp>,
}

/// A file with the same stamp has not been written to.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    path: PathBuf,
    modified: SystemTime,
    length: u64,
}

impl Sounds {
    /// Reads `folder/index.tsv` and every file it names. All or nothing: a broken set is refused with the file's name.
    pub fn load(folder: &Path) -> Result<Self, SoundError> {
        Self::load_after(folder, &Self::default())
    }

    /// The same, but a file that is as it was for `before` is not read again: its sound is shared, and memory stays flat
    /// however often recordings are reloaded.
    pub fn load_after(folder: &Path, before: &Self) -> Result<Self, SoundError> {
        let path = folder.join("index.tsv");
        let index =
            std::fs::read_to_string(&path).map_err(|source| SoundError::Unreadable { path: path.clone(), source })?;
        let mut by_text = HashMap::new();
        for (number, line) in index.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let mut columns = line.splitn(4, '\t');
            let (Some(file), Some(hash), Some(_ms), Some(text)) =
                (columns.next(), columns.next(), columns.next(), columns.next())
            else {
                return Err(SoundError::Index { path, line: number + 1 });
            };
            let sound = folder.join(file);
            if hash != text_hash(text) {
                return Err(SoundError::Stale { path: sound, text: text.to_owned() });
            }
            by_text.insert(text.to_owned(), Recording::read(sound, before.by_text.get(text))?);
        }
        Ok(Self { by_text })
    }

    /// How many texts sound otherwise than `before`, or were recorded in only one of the two.
    pub fn changes(&self, before: &Self) -> usize {
        let is_other = |text: &str, sound: &Arc<[u8]>| {
            before.sound(text).is_none_or(|other| !Arc::ptr_eq(other, sound) && other != sound)
        };
        let gone = before.by_text.keys().filter(|text| !self.has(text)).count();
        gone + self.all().filter(|(text, sound)| is_other(text, sound)).count()
    }

    /// Whether this text was recorded.
    pub fn has(&self, text: &str) -> bool {
        self.by_text.contains_key(text)
    }

    /// Every recording with its text, in no order.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Arc<[u8]>)> {
        self.by_text.iter().map(|(text, recording)| (text.as_str(), &recording.sound))
    }

    /// Every text with how long its recording lasts: 8,000 bytes a second.
    pub fn lengths(&self) -> impl Iterator<Item = (String, Duration)> {
        self.all().map(|(text, sound)| (text.to_owned(), Duration::from_micros(sound.len() as u64 * 125)))
    }

    /// The A-law bytes of one unit.
    pub fn sound(&self, text: &str) -> Option<&Arc<[u8]>> {
        self.by_text.get(text).map(|recording| &recording.sound)
    }
}

/// Sounds by their texts, from elsewhere than a folder.
impl FromIterator<(String, Arc<[u8]>)> for Sounds {
    fn from_iter<I: IntoIterator<Item = (String, Arc<[u8]>)>>(sounds: I) -> Self {
        let recording = |(text, sound)| (text, Recording { sound, stamp: None });
        Self { by_text: sounds.into_iter().map(recording).collect() }
    }
}

impl Recording {
    fn read(path: PathBuf, before: Option<&Recording>) -> Result<Self, SoundError> {
        let unreadable = |source| SoundError::Unreadable { path: path.clone(), source };
        let file = std::fs::metadata(&path).map_err(unreadable)?;
        let modified = file.modified().map_err(unreadable)?;
        let stamp = Some(Stamp { path: path.clone(), modified, length: file.len() });
        if let Some(before) = before.filter(|before| before.stamp == stamp) {
            return Ok(Self { sound: Arc::clone(&before.sound), stamp });
        }
        let bytes = std::fs::read(&path).map_err(unreadable)?;
        let speech = alaw(&bytes).ok_or(SoundError::Format { path })?;
        // Written anew with the same sound: one copy is enough.
        let same = before.filter(|before| *before.sound == *speech);
        Ok(Self { sound: same.map_or_else(|| Arc::from(speech), |before| Arc::clone(&before.sound)), stamp })
    }
}

/// The first 16 hex digits of a text's SHA-256: what `index.tsv` keeps of the text that was recorded.
pub fn text_hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The sound of an A-law WAV file (RIFF, format tag 6). `hound` reads PCM only; this is all of the format that we write.
fn alaw(file: &[u8]) -> Option<&[u8]> {
    let mut rest = file.strip_prefix(b"RIFF")?.get(4..)?.strip_prefix(b"WAVE")?;
    let mut is_alaw = false;
    while let Some((header, tail)) = rest.split_at_checked(8) {
        let length = usize::try_from(u32::from_le_bytes(header[4..8].try_into().ok()?)).ok()?;
        let body = tail.get(..length)?;
        match &header[..4] {
            b"fmt " => {
                let word = |at: usize| Some(u16::from_le_bytes(body.get(at..at + 2)?.try_into().ok()?));
                // Format 6, one channel, 8,000 a second.
                is_alaw = word(0)? == 6 && word(2)? == 1 && word(4)? == 8_000;
            }
            b"data" => return (is_alaw && !body.is_empty() && body.len() <= BYTES_MAX).then_some(body),
            _ => {}
        }
        rest = tail.get(length + length % 2..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(index: &str, file: &[u8]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("index.tsv"), index).unwrap();
        std::fs::write(folder.path().join("a.wav"), file).unwrap();
        folder
    }

    fn wav(tag: u16, sound: &[u8]) -> Vec<u8> {
        let mut form = Vec::new();
        for word in [tag, 1, 8_000, 0, 8_000, 0, 1, 8] {
            form.extend(u16::to_le_bytes(word));
        }
        let mut out = b"RIFF\0\0\0\0WAVEfmt ".to_vec();
        out.extend((form.len() as u32).to_le_bytes());
        out.extend(form);
        out.extend(b"data");
        out.extend((sound.len() as u32).to_le_bytes());
        out.extend(sound);
        out
    }

    fn index(text: &str) -> String {
        format!("# heading\na.wav\t{}\t20\t{text}\n", text_hash(text))
    }

    #[test]
    fn a_recording_is_found_by_its_text() {
        let folder = folder(&index("à midi,"), &wav(6, &[0xD5; 160]));
        let sounds = Sounds::load(folder.path()).unwrap();
        assert_eq!(sounds.sound("à midi,").unwrap().len(), 160);
        assert!(!sounds.has("à midi"));
    }

    #[test]
    fn a_recording_of_another_text_is_refused_by_name() {
        let index = format!("a.wav\t{}\t20\tbonsoir\n", text_hash("bonjour"));
        let error = Sounds::load(folder(&index, &wav(6, &[1])).path()).unwrap_err();
        assert!(error.to_string().contains("a.wav: recorded for another text than « bonsoir »"), "{error}");
    }

    #[test]
    fn a_file_that_is_no_telephone_sound_is_refused() {
        for file in [wav(1, &[1; 20]), wav(6, &[]), b"RIFF".to_vec(), wav(6, &[1; 20])[..50].to_vec()] {
            assert!(matches!(Sounds::load(folder(&index("a"), &file).path()), Err(SoundError::Format { .. })));
        }
    }

    #[test]
    fn loaded_again_a_recording_that_did_not_change_is_shared_and_one_that_did_is_read() {
        let folder = folder(&index("midi"), &wav(6, &[0xD5; 160]));
        let first = Sounds::load(folder.path()).unwrap();
        let again = Sounds::load_after(folder.path(), &first).unwrap();
        assert!(Arc::ptr_eq(first.sound("midi").unwrap(), again.sound("midi").unwrap()));
        assert_eq!(again.changes(&first), 0);
        std::fs::write(folder.path().join("a.wav"), wav(6, &[0xD4; 161])).unwrap();
        let rewritten = Sounds::load_after(folder.path(), &again).unwrap();
        assert_eq!(rewritten.sound("midi").unwrap().len(), 161);
        assert_eq!((rewritten.changes(&again), again.changes(&rewritten)), (1, 1));
        std::fs::write(folder.path().join("index.tsv"), index("minuit")).unwrap();
        assert_eq!(Sounds::load_after(folder.path(), &again).unwrap().changes(&again), 2, "one is gone, one is new");
    }

    #[test]
    fn a_missing_folder_says_what_to_run() {
        let error = Sounds::load(Path::new("/nonexistent")).unwrap_err();
        assert!(error.to_string().contains("ligne prompts render"), "{error}");
    }
}
