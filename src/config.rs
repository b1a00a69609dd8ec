//! The settings: one TOML file, typed, unknown keys refused. Secrets never stand in it: they come from the environment.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::phone::PhoneNumber;

/// Everything an operator may set; what is absent has the value shown in `Config::default`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The store and all that must survive a restart.
    pub data: PathBuf,
    /// Folder of the flows.
    pub flows: PathBuf,
    /// Folder of the recordings, one folder a language inside.
    pub prompts: PathBuf,
    /// Signalling.
    pub sip: Sip,
    /// Sound.
    pub media: Media,
    /// What the line says of itself.
    pub line: Line,
}

/// Signalling.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sip {
    /// UDP and TCP address to answer on.
    pub listen: SocketAddr,
    /// Calls at once; one more gets 503 (A18 asks for 30).
    pub calls: usize,
    /// Seconds that a stopping line lets its calls finish; then they are hung up.
    pub drain_s: u64,
}

/// Sound.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Media {
    /// Address in our session descriptions; the signalling address when absent.
    pub address: Option<IpAddr>,
    /// First port of the range; RTP takes the even ones, RTCP the odd.
    pub first_port: u16,
    /// Last port of the range (G16).
    pub last_port: u16,
    /// Media threads; 0 is one a core.
    pub threads: usize,
}

/// What the line says of itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Line {
    /// The flow that answers.
    pub flow: String,
    /// The numbers that are answered, in any written form; empty, whatever is dialled.
    #[serde(deserialize_with = "numbers")]
    pub numbers: Vec<PhoneNumber>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("data"),
            flows: PathBuf::from("flows"),
            prompts: PathBuf::from("prompts"),
            sip: Sip::default(),
            media: Media::default(),
            line: Line::default(),
        }
    }
}

impl Default for Sip {
    fn default() -> Self {
        Self { listen: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 5060)), calls: 2_000, drain_s: 300 }
    }
}

impl Default for Media {
    fn default() -> Self {
        Self { address: None, first_port: 20_000, last_port: 29_999, threads: 0 }
    }
}

impl Default for Line {
    fn default() -> Self {
        Self { flow: "welcome".to_owned(), numbers: Vec::new() }
    }
}

fn numbers<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Vec<PhoneNumber>, D::Error> {
    let parse = |text: String| {
        let expected = || serde::de::Error::custom(format!("`{text}` is no telephone number: write it as 0353010000"));
        PhoneNumber::parse(&text).ok_or_else(expected)
    };
    Vec::<String>::deserialize(input)?.into_iter().map(parse).collect()
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum ConfigError {
    #[error("{path}: {source}; give the settings file with `--config`, or leave it out for the defaults")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{path}: {message}")]
    Broken { path: PathBuf, message: String },
}

impl Config {
    /// Reads and checks a settings file.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        Self::parse(&text).map_err(|message| ConfigError::Broken { path: path.to_owned(), message })
    }

    /// Parses and checks settings; the message has line and column where the text is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let config: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        let Media { first_port, last_port, .. } = config.media;
        if first_port < 1_024 || !first_port.is_multiple_of(2) || last_port <= first_port {
            return Err(format!(
                "[media] first_port = {first_port}, last_port = {last_port}: expected an even first port from 1024 on and a larger last port"
            ));
        }
        if config.sip.calls == 0 {
            return Err("[sip] calls = 0: expected at least one call at once".to_owned());
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_set_is_a_working_line() {
        let config = Config::parse("").unwrap();
        assert_eq!(config.sip.listen.port(), 5060);
        assert_eq!(config.line.flow, "welcome");
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let error = Config::parse("[sip]\nlisten = \"127.0.0.1:5060\"\ncals = 3\n").unwrap_err();
        assert!(error.contains("line 3") && error.contains("cals"), "{error}");
    }

    #[test]
    fn the_lines_numbers_may_be_written_in_any_form() {
        let config = Config::parse("[line]\nnumbers = [\"03 53 01 00 00\", \"+33353010000\"]\n").unwrap();
        assert_eq!(config.line.numbers[0], config.line.numbers[1]);
        let error = Config::parse("[line]\nnumbers = [\"12\"]\n").unwrap_err();
        assert!(error.contains("`12` is no telephone number"), "{error}");
    }

    #[test]
    fn broken_toml_is_refused_with_its_line() {
        assert!(Config::parse("[sip\n").unwrap_err().contains("line 1"));
    }

    #[test]
    fn a_port_range_that_cannot_hold_a_pair_is_refused() {
        for range in ["first_port = 20001", "first_port = 80", "first_port = 20000\nlast_port = 20000"] {
            let error = Config::parse(&format!("[media]\n{range}\n")).unwrap_err();
            assert!(error.contains("expected an even first port"), "{error}");
        }
    }
}
