//! The sample region's places against the official list of communes.

use std::collections::HashMap;

use super::table::rows;

/// Spoken otherwise than written, and why.
const SPOKEN: [(&str, &str); 2] = [
    // "(Ville)" tells it on paper from Château-Chinon (Campagne); nobody says it.
    ("Château-Chinon (Ville)", "Château-Chinon"),
    // Two towns in one since 1973; the place is in the first, which is what people say.
    ("Louhans-Châteaurenaud", "Louhans"),
];
/// INSEE's TNCC: the name begins with a masculine article, "Le", that "à" melts into: "au".
const WITH_LE: &str = "2";

/// "à Dijon,", "au Creusot,".
fn spoken(name: &str, article: &str) -> String {
    let name = SPOKEN.iter().find(|(written, _)| *written == name).map_or(name, |(_, spoken)| spoken);
    match article {
        WITH_LE => format!("au {},", name.strip_prefix("Le ").unwrap_or(name)),
        "0" | "1" => format!("à {name},"),
        _ => panic!("{name}: say how its article is spoken"),
    }
}

#[test]
fn the_sample_regions_places_are_true_communes_with_their_codes() {
    let official: HashMap<&str, Vec<&str>> =
        rows(include_str!("communes.tsv")).map(|columns| (columns[0], columns)).collect();
    let sites = include_str!("../../src/store/sample/sites.csv");
    let mut count = 0;
    for line in sites.lines().filter(|line| !line.starts_with('#')) {
        let [_, city, postal, insee, say_city, say_address] = line.split(';').collect::<Vec<_>>()[..] else {
            panic!("six columns in {line}")
        };
        let commune = official.get(insee).unwrap_or_else(|| panic!("{city}: no commune {insee}"));
        assert_eq!(city, commune[1], "the name of {insee}");
        assert!(commune[3].split(' ').any(|code| code == postal), "{city}: {postal} is not one of {}", commune[3]);
        assert_eq!(say_city, spoken(city, commune[2]));
        assert!(say_address.starts_with(say_city) && say_address.ends_with('.'), "{say_address}");
        count += 1;
    }
    assert_eq!((count, official.len()), (42, 42));
}
