//! Where an outcome leads.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, MapAccess, Visitor, value::MapAccessDeserializer};
use serde_saphyr::Spanned;

use super::super::template::Text;

/// Where an outcome leads: a step, perhaps after a few words.
#[derive(Clone, Debug)]
pub(in crate::flow) struct Exit {
    pub say: Option<Text>,
    pub goto: Spanned<String>,
}

impl<'de> Deserialize<'de> for Exit {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// `goto: step`, or `{say: …, goto: step}`: told apart without an untagged enum, which would lose positions.
        struct Either;
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Long {
            say: Text,
            goto: Spanned<String>,
        }
        impl<'de> Visitor<'de> for Either {
            type Value = Exit;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("le nom d'une étape, ou `{say: \"…\", goto: étape}`")
            }
            fn visit_str<E: de::Error>(self, step: &str) -> Result<Exit, E> {
                let nowhere = serde_saphyr::Location::UNKNOWN;
                Ok(Exit { say: None, goto: Spanned::new(step.to_owned(), nowhere, nowhere) })
            }
            // A step may be called `true` or `2`: a name is a name, whatever YAML makes of it.
            fn visit_bool<E: de::Error>(self, step: bool) -> Result<Exit, E> {
                self.visit_str(if step { "true" } else { "false" })
            }
            fn visit_u64<E: de::Error>(self, step: u64) -> Result<Exit, E> {
                self.visit_str(&step.to_string())
            }
            fn visit_i64<E: de::Error>(self, step: i64) -> Result<Exit, E> {
                self.visit_str(&step.to_string())
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Exit, A::Error> {
                let long = Long::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Exit { say: Some(long.say), goto: long.goto })
            }
        }
        /// The visitor's own position is lost on a bare name: it is read around it.
        struct Bare(Exit);
        impl<'de> Deserialize<'de> for Bare {
            fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Either).map(Bare)
            }
        }
        let Spanned { value: Bare(mut exit), referenced, defined } = Spanned::deserialize(deserializer)?;
        if exit.say.is_none() {
            exit.goto = Spanned::new(exit.goto.value, referenced, defined);
        }
        Ok(exit)
    }
}
