//! The French numbering plan, as far as a line needs it (ARCEP; requirements B6, D1, D4).

/// Country codes whose numbers are dialled `0…` from anywhere in France: nine digits after each.
const COUNTRIES: [&str; 5] = ["33", "262", "590", "594", "596"];

/// Overseas prefixes (without the leading 0) and the country code they live under.
const OVERSEAS: [(&str, &str); 14] = [
    ("262", "262"), // La Réunion
    ("263", "262"), // La Réunion, opened later
    ("269", "262"), // Mayotte
    ("692", "262"), // La Réunion, mobiles
    ("693", "262"),
    ("639", "262"), // Mayotte, mobiles
    ("590", "590"), // Guadeloupe, Saint-Martin, Saint-Barthélemy
    ("690", "590"),
    ("691", "590"),
    ("594", "594"), // Guyane
    ("694", "594"),
    ("596", "596"), // Martinique
    ("696", "596"),
    ("697", "596"),
];

/// ARCEP's mobile numbers for fiction live inside Mayotte's 06 39, but belong to nobody: they stay under +33.
const FICTION_MOBILE: &str = "63998";

/// National prefixes of automated calls (D4): verified-use ranges (NPV), their overseas part, then platforms.
pub const PLATFORMS: [&str; 20] = [
    "0162", "0163", "0270", "0271", "0377", "0378", "0424", "0425", "0568", "0569", "0948", "0949", //
    "09475", "09476", "09477", "09478", "09479", //
    "0937", "0938", "0939",
];

/// Country code and national part of an international number in the French plan; `None` for another country.
/// The split does not check the length.
pub fn split(digits: &str) -> Option<(&'static str, &str)> {
    COUNTRIES.into_iter().find_map(|country| Some((country, digits.strip_prefix(country)?)))
}

/// The code a national number is reached under from abroad: a trunk may hand an overseas mobile over as `+33692…`.
pub fn country_of(given: &'static str, national: &str) -> &'static str {
    if given != "33" || national.starts_with(FICTION_MOBILE) {
        return given;
    }
    OVERSEAS.iter().find(|(prefix, _)| national.starts_with(prefix)).map_or(given, |&(_, country)| country)
}
