//! Care by default, overridable, never absent.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::super::schema;

/// What a flow, or one step of it, wants otherwise than the flow that called it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(rename = "settings", description = "Réglages : ceux qui manquent valent comme avant.")]
pub(in crate::flow) struct Settings {
    /// C6.
    #[schemars(description = "Combien de temps on attend une réponse ; d'habitude `8s`.")]
    pub no_input: Option<Seconds<5, 60>>,
    /// C16: where something must be looked up.
    #[schemars(description = "Combien de temps on attend un numéro qu'il faut chercher ; d'habitude `30s`.")]
    pub no_input_number: Option<Seconds<30, 120>>,
    /// C6.
    #[schemars(description = "Combien de temps on attend entre deux touches ; d'habitude `5s`.")]
    pub between_keys: Option<Seconds<5, 60>>,
    /// C8: questions asked this often before a person.
    #[schemars(description = "Combien de fois une question est posée avant de mener à une personne ; d'habitude 3.")]
    pub tries: Option<Tries>,
    /// After this long, the next question leads to a person.
    #[schemars(description = "Au bout de ce temps, la question suivante mène à une personne.")]
    pub longest: Option<Seconds<300, 3600>>,
    /// `person`, or a step of this flow: where `0` and an exhausted ladder lead (C1, C8). Never inherited: it names a
    /// step of its own flow.
    #[schemars(
        with = "schema::StepName",
        description = "Où mènent la touche 0 et les questions restées sans réponse ; d'habitude `person`."
    )]
    pub on_failure: Option<Spanned<String>>,
}

/// What holds at one question, all settings considered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::flow) struct Care {
    pub no_input: Duration,
    pub no_input_number: Duration,
    pub between_keys: Duration,
    pub tries: u8,
    pub longest: Duration,
}

impl Default for Care {
    fn default() -> Self {
        Self {
            no_input: Duration::from_secs(8),
            no_input_number: Duration::from_secs(30),
            between_keys: Duration::from_secs(5),
            tries: 3,
            longest: Duration::from_secs(60 * 60),
        }
    }
}

impl Care {
    /// As the inner settings want it, and where they say nothing, as before.
    pub(in crate::flow) fn under(self, inner: &Settings) -> Self {
        let or = |own: Option<Duration>, outer| own.unwrap_or(outer);
        Self {
            no_input: or(inner.no_input.map(|length| length.0), self.no_input),
            no_input_number: or(inner.no_input_number.map(|length| length.0), self.no_input_number),
            between_keys: or(inner.between_keys.map(|length| length.0), self.between_keys),
            tries: inner.tries.map_or(self.tries, |tries| tries.0),
            longest: or(inner.longest.map(|length| length.0), self.longest),
        }
    }
}

/// "8s", "30min": from `MIN` to `MAX` seconds. Care can be changed, not switched off.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub(in crate::flow) struct Seconds<const MIN: u64, const MAX: u64>(pub(in crate::flow) Duration);

impl<const MIN: u64, const MAX: u64> TryFrom<String> for Seconds<MIN, MAX> {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let (count, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let seconds = match (count.parse::<u32>(), unit) {
            (Ok(count), "s") => u64::from(count),
            (Ok(count), "min") => u64::from(count) * 60,
            _ => return Err(format!("`{text}` n'est pas une durée : écrivez par exemple `8s` ou `30min`")),
        };
        if (MIN..=MAX).contains(&seconds) {
            Ok(Self(Duration::from_secs(seconds)))
        } else {
            Err(format!("`{text}` est trop court ou trop long ici : écrivez une durée de `{MIN}s` à `{MAX}s`"))
        }
    }
}

/// How often a question is asked.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "u8")]
pub(in crate::flow) struct Tries(pub(in crate::flow) u8);

impl TryFrom<u8> for Tries {
    type Error = String;
    fn try_from(tries: u8) -> Result<Self, String> {
        let is_kind = (2..=5).contains(&tries);
        is_kind
            .then_some(Self(tries))
            .ok_or_else(|| format!("`{tries}` essais : écrivez un nombre de 2 à 5, d'habitude `3`"))
    }
}

/// Items of a page; the key after the last one turns it, and all together are no more than three (C3).
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "u8")]
pub(in crate::flow) struct Page(pub(in crate::flow) u8);

impl TryFrom<u8> for Page {
    type Error = String;
    fn try_from(page: u8) -> Result<Self, String> {
        let fits = (1..=2).contains(&page);
        fits.then_some(Self(page)).ok_or_else(|| {
            format!("`{page}` par page : écrivez `1` ou `2`, car une touche de plus sert à entendre la suite")
        })
    }
}
