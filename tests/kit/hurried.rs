//! A voice in a hurry, for transcripts of many prompts: each text is 150 ms of a noise of its own, told from all others
//! byte for byte as a recording would be.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use ligne_claire::config::Config;
use ligne_claire::media::{Sounds, text_hash};
use ligne_claire::server;
use ligne_claire::speech::Language;

use super::ear::Ear;

const BYTES: usize = 1_200;

/// For the line, which says in French what a language has not recorded: every text of every language, recorded or not.
pub fn sounds() -> Sounds {
    let config = Config { flows: Path::new(env!("CARGO_MANIFEST_DIR")).join("flows"), ..Config::default() };
    let library = server::library_with(&config, &|_| true).expect("the flows of this tree are whole");
    let said = Language::ALL.into_iter().flat_map(|language| {
        let values = language.units().into_iter().map(|text| text.to_string());
        library.texts(language).into_iter().chain(values)
    });
    let index = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("prompts/fr/index.tsv"));
    let index = index.expect("the repository has its recordings");
    // The names of places are in no flow.
    let places = index.lines().filter_map(|line| line.rsplit('\t').next()).map(str::to_owned);
    said.chain(places).filter(|text| !text.is_empty()).map(|text| (text.clone(), noise(&text))).collect()
}

/// For the phone: said slowly too.
pub fn ear() -> &'static Ear {
    static EAR: LazyLock<Ear> = LazyLock::new(|| Ear::new(&sounds(), |_| true));
    &EAR
}

/// Drawn from the text (Marsaglia's xorshift).
fn noise(text: &str) -> Arc<[u8]> {
    let mut state = u64::from_str_radix(&text_hash(text), 16).expect("16 hex digits") | 1;
    let draw = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..BYTES).map(draw).collect()
}
