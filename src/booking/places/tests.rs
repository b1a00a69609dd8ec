//! Known towns, every code there is, and the edges.

use sha2::{Digest, Sha256};

use super::*;

/// `make.py rows` of the same list, through sha256sum.
const ROWS_SHA256: &str = "ab690396cbfb848feec7375cf5c5cd0c3d8d4223325d066d6b0c81daca176c51";

fn code(text: &str) -> PostalCode {
    PostalCode::parse(text).unwrap()
}

fn every_code() -> impl Iterator<Item = PostalCode> {
    (0..100_000).map(|digits| code(&format!("{digits:05}")))
}

#[test]
fn every_code_of_the_source_is_found_with_its_communes_and_no_other_is() {
    let mut rows = Sha256::new();
    let (mut codes, mut lines) = (0, 0);
    for code in every_code() {
        let communes = communes(&code);
        codes += usize::from(!communes.is_empty());
        lines += communes.len();
        for commune in communes {
            rows.update(format!("{}\t{}\t{}\n", code.as_str(), commune.insee, commune.name));
        }
    }
    assert_eq!((codes, lines), (6_310, 35_493));
    let digest: String = rows.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, ROWS_SHA256);
}

const SITES: &str = include_str!("../../store/sample/sites.csv");

/// The sample region's sites: town, postal code, place.
fn sites() -> Vec<(&'static str, &'static str, Place)> {
    let rows = SITES.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(';').collect::<Vec<_>>());
    rows.map(|row| (row[1], row[2], Place::of_site(row[2], row[3]))).collect()
}

/// Towns of the sample's sites from nearest to farthest, as whoever has this code is offered them.
fn order(from: &str) -> Vec<&'static str> {
    let home = Place::of_code(&code(from));
    let mut sites = sites();
    sites.sort_by_key(|(.., site)| home.distance(site));
    sites.into_iter().map(|(town, ..)| town).collect()
}

fn km(from: &str, to: &str) -> u32 {
    match Place::of_code(&code(from)).distance(&Place::of_code(&code(to))) {
        Distance::Metres(metres) => (metres + 500) / 1_000,
        other => panic!("{from} to {to}: {other:?}"),
    }
}

#[test]
fn distances_are_those_of_the_towns() {
    // Town centres of GeoNames, another source, and their haversine; ours are of the people of a code.
    for (from, to, wanted) in [
        ("21000", "21200", 35),
        ("25000", "21000", 76),
        ("71000", "71100", 52),
        ("90000", "25200", 15),
        ("58000", "89000", 95),
        ("39000", "71500", 26),
        ("70000", "25000", 43),
        ("20000", "20200", 105),
        ("29200", "67000", 901),
        ("97100", "97200", 170),
    ] {
        let found = km(from, to);
        assert!(found.abs_diff(wanted) <= 3, "{from} to {to}: {found} km, not {wanted}");
        assert_eq!(found, km(to, from));
        assert_eq!(km(from, from), 0);
    }
}

#[test]
fn at_each_of_the_42_sites_the_nearest_is_that_one() {
    let sites = sites();
    assert_eq!(sites.len(), 42);
    for (town, postal, place) in sites {
        assert_eq!(order(postal)[0], town);
        let Distance::Metres(off) = Place::of_code(&code(postal)).distance(&place) else { panic!("{town}") };
        assert!(off <= 4_000, "{town}: its commune and its postal code are {off} m apart");
    }
}

#[test]
fn a_border_of_departements_keeps_nobody_from_the_nearest_site() {
    assert_eq!(order("90100")[..2], ["Montbéliard", "Belfort"], "Delle, in the Territoire de Belfort");
    assert_eq!(order("70140")[..3], ["Gray", "Auxonne", "Dole"], "Pesmes: three départements");
    assert_eq!(order("71500")[..3], ["Louhans-Châteaurenaud", "Tournus", "Lons-le-Saunier"]);
    assert_eq!(order("01410")[0], "Saint-Claude", "the Ain has no site of ours");
    assert_eq!(order("75001")[0], "Sens");
}

#[test]
fn a_postal_code_may_lie_in_two_departements() {
    let (nolay, here, there) = (code("21340"), Place::of_code(&code("21000")), Place::of_code(&code("71400")));
    assert!(communes(&nolay).iter().any(|commune| commune.insee.starts_with("71")));
    let place = Place::of_code(&nolay);
    assert!(place.shares_departement(&here) && place.shares_departement(&there) && !here.shares_departement(&there));
}

#[test]
fn paris_lyon_and_marseille_are_their_arrondissements() {
    for (postal, insee, name) in [
        ("75001", "75101", "Paris 1er Arrondissement"),
        ("75016", "75116", "Paris 16e Arrondissement"),
        ("75116", "75116", "Paris 16e Arrondissement"),
        ("69009", "69389", "Lyon 9e Arrondissement"),
        ("13016", "13216", "Marseille 16e Arrondissement"),
    ] {
        let found = communes(&code(postal));
        assert_eq!((found.len(), found[0].insee.as_str(), found[0].name.as_str()), (1, insee, name));
        assert!(found[0].point.is_some());
    }
    // A site may still be in the town as a whole.
    let town = Place::of_site("69999", "69123");
    assert!(matches!(town.distance(&Place::of_code(&code("69001"))), Distance::Metres(0..5_000)));
}

#[test]
fn corsica_has_two_departements_and_one_row_of_codes() {
    let (south, north) = (Place::of_code(&code("20000")), Place::of_code(&code("20200")));
    assert_eq!(communes(&code("20000"))[0].insee, "2A004");
    assert_eq!(communes(&code("20200"))[0].insee, "2B033");
    assert!(!south.shares_departement(&north));
    assert!(Place::of_site("20200", "2B033").shares_departement(&north));
    assert!(Place::of_site("20000", "2A004").shares_departement(&south));
}

#[test]
fn overseas_there_are_points_in_the_departements_and_territories_elsewhere() {
    for (postal, insee) in
        [("97100", "97105"), ("97200", "97209"), ("97300", "97302"), ("97400", "97411"), ("97600", "97611")]
    {
        let found = communes(&code(postal));
        assert!(found.iter().any(|commune| commune.insee == insee && commune.point.is_some()), "{postal}: {found:?}");
    }
    // Saint-Martin's codes look like Guadeloupe's; Nouméa has neighbours on its own islands only.
    for (postal, insee) in
        [("97150", "97801"), ("97133", "97701"), ("97500", "97502"), ("98800", "98818"), ("98600", "98613")]
    {
        let (home, site) = (Place::of_code(&code(postal)), Place::of_site(postal, insee));
        assert!(is_known(&code(postal)), "{postal}");
        assert_eq!(home.distance(&site), Distance::Departement { codes_apart: 0 });
        assert!(matches!(home.distance(&Place::of_code(&code("97100"))), Distance::Elsewhere { .. }), "{postal}");
    }
    assert!(!Place::of_code(&code("97150")).shares_departement(&Place::of_code(&code("97100"))));
}

#[test]
fn a_cedex_is_unknown_and_lies_where_its_town_is() {
    for (cedex, town) in
        [("21074", "21000"), ("25215", "25200"), ("71206", "71200"), ("20296", "20200"), ("97262", "97200")]
    {
        assert!(!is_known(&code(cedex)) && communes(&code(cedex)).is_empty(), "{cedex}");
        assert_eq!(km(cedex, town), 0, "{cedex}");
    }
    assert_eq!(order("21074")[0], "Dijon");
    assert_eq!(order("75231")[0], "Sens", "no 75200: Paris all the same");
}

#[test]
fn a_code_of_nowhere_goes_by_the_closeness_of_codes() {
    for nowhere in ["00000", "96123", "98000", "99999"] {
        let home = Place::of_code(&code(nowhere));
        assert!(!is_known(&code(nowhere)));
        assert!(
            sites().iter().all(|(.., site)| matches!(home.distance(site), Distance::Elsewhere { .. })),
            "{nowhere}"
        );
    }
    assert_eq!(order("99999")[0], "Belfort");
}

#[test]
fn a_site_with_one_wrong_code_is_found_by_the_other() {
    let dijon = Place::of_code(&code("21000"));
    for (postal, insee) in [("21000", ""), ("21000", "21999"), ("99999", "21231"), ("", "21231"), ("21074", "nothing")]
    {
        let distance = dijon.distance(&Place::of_site(postal, insee));
        assert!(matches!(distance, Distance::Metres(0..4_000)), "{postal} {insee}: {distance:?}");
    }
    assert!(matches!(dijon.distance(&Place::of_site("", "")), Distance::Elsewhere { .. }));
}

#[test]
fn what_is_measured_comes_before_what_is_guessed() {
    let guessed = [Distance::Departement { codes_apart: 0 }, Distance::Elsewhere { codes_apart: 0 }];
    assert!(Distance::Metres(u32::MAX) < guessed[0] && guessed[0] < guessed[1]);
}

#[test]
fn every_known_code_of_france_and_its_departements_overseas_has_a_point() {
    let without: Vec<u32> = MAP.postal.iter().filter(|area| area.point.is_none()).map(|area| area.code).collect();
    let collectivities = |code: &u32| matches!(code, 97_133 | 97_150 | 97_500 | 98_600..);
    assert!(without.iter().all(collectivities), "{without:?}");
    assert_eq!((MAP.communes.len(), without.len()), (35_009, 123));
    assert!(MAP.communes.is_sorted_by(|a, b| a.insee < b.insee));
}
