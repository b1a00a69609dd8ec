//! Where the French live: postal codes, their communes, and how far one place is from another.
//!
//! The table is in the program, `places/communes.bin`: README.md beside it says its form, its sources and their licence. It is
//! read once, at the first question.

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use super::PostalCode;

const TABLE: &[u8] = include_bytes!("places/communes.bin");
/// What the first bytes of the table are.
const FORM: &[u8] = b"LCP1";
/// Mean radius of the Earth (IUGG).
const EARTH_KM: f64 = 6_371.008_8;

/// A point to a hundredth of a degree: a kilometre or less. Town halls are not closer to the middle of their communes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    lat: i16,
    lon: i16,
}

impl Point {
    /// As the crow flies.
    pub fn km_to(self, other: Self) -> f64 {
        let radians = |hundredths: i16| (f64::from(hundredths) / 100.0).to_radians();
        let haversine = |angle: f64| (angle / 2.0).sin().powi(2);
        let along = haversine(radians(other.lat) - radians(self.lat));
        let across = haversine(radians(other.lon) - radians(self.lon));
        let half = along + radians(self.lat).cos() * radians(other.lat).cos() * across;
        2.0 * EARTH_KM * half.min(1.0).sqrt().asin()
    }
}

/// A commune, or an arrondissement of Paris, Lyon or Marseille.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commune {
    /// INSEE's code, which is no postal code: "2A004".
    pub insee: String,
    /// "Ajaccio".
    pub name: String,
    /// Unknown in Saint-Pierre-et-Miquelon, the Antilles' collectivities and the Pacific.
    pub point: Option<Point>,
}

/// Is a letter delivered there? A CEDEX code is a company's letter box, not a place, and is not in the list.
pub fn is_known(code: &PostalCode) -> bool {
    MAP.postal(digits(code)).is_some()
}

/// The communes of a postal code, by INSEE code; none of an unknown one.
pub fn communes(code: &PostalCode) -> Vec<Commune> {
    let within = MAP.postal(digits(code)).map_or(&[][..], |area| &area.communes);
    within.iter().map(|at| MAP.communes[*at as usize].told()).collect()
}

/// Somebody's home or a site, as well as its codes tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    postal: u32,
    /// More than one where a postal code's communes are on both sides of a border: 21340 has one in Saône-et-Loire.
    departements: Vec<Departement>,
    point: Option<Point>,
}

impl Place {
    /// Where the people of a postal code live, on the average; for a code that is not in the list, a CEDEX or a slip of one digit,
    /// the people of the town it was likely made from.
    pub fn of_code(code: &PostalCode) -> Self {
        let postal = digits(code);
        let area = MAP.postal(postal).or_else(|| MAP.town(postal));
        let within = area.map_or(&[][..], |area| &area.communes);
        let mut departements: Vec<_> =
            within.iter().map(|at| Departement::of(MAP.communes[*at as usize].insee)).collect();
        departements.dedup();
        Self { postal, departements, point: area.and_then(|area| area.point) }
    }

    /// A site: its commune's middle, else its postal code's. Either may be wrong in the tables; then the other stands.
    pub fn of_site(postal: &str, insee: &str) -> Self {
        let unknown = Self { postal: 0, departements: Vec::new(), point: None };
        let mut place = PostalCode::parse(postal).as_ref().map_or(unknown, Self::of_code);
        if let Some(commune) = insee_number(insee).and_then(|insee| MAP.commune(insee)) {
            place.departements = vec![Departement::of(commune.insee)];
            place.point = commune.point.or(place.point);
        }
        place
    }

    /// How far a site is from here, to sort by.
    pub fn distance(&self, site: &Self) -> Distance {
        let codes_apart = site.postal.abs_diff(self.postal);
        match (self.point, site.point) {
            (Some(here), Some(there)) => Distance::Metres((here.km_to(there) * 1_000.0).round() as u32),
            (None, _) | (_, None) if self.shares_departement(site) => Distance::Departement { codes_apart },
            (None, _) | (_, None) => Distance::Elsewhere { codes_apart },
        }
    }

    /// The same département, one of them where a postal code has two.
    pub fn shares_departement(&self, other: &Self) -> bool {
        self.departements.iter().any(|one| other.departements.contains(one))
    }
}

/// Nearest first. Where a point is not known, the own département, then by closeness of code: codes grow roughly with distance
/// from the préfecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Distance {
    Metres(u32),
    Departement { codes_apart: u32 },
    Elsewhere { codes_apart: u32 },
}

/// `21`, `971`, and Corsica's two with their letter's hundred: `120` is 2A.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Departement(u32);

impl Departement {
    fn of(insee: u32) -> Self {
        let digits = insee % LETTER / 1_000;
        Self(if digits >= 97 { insee / 100 } else { insee / 1_000 })
    }
}

/// What a letter adds to the digits of an INSEE code: `2A004` is 120004.
const LETTER: u32 = 100_000;

fn insee_number(text: &str) -> Option<u32> {
    let (text, letter) = match text.as_bytes() {
        [b'2', b'A', ..] => (text.replacen('A', "0", 1), 1),
        [b'2', b'B', ..] => (text.replacen('B', "0", 1), 2),
        _ => (text.to_owned(), 0),
    };
    PostalCode::parse(&text).map(|code| digits(&code) + letter * LETTER)
}

fn digits(code: &PostalCode) -> u32 {
    code.as_str().bytes().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'))
}

/// The table, read.
struct Map {
    names: Names,
    /// By code.
    postal: Vec<Area>,
    /// By INSEE code.
    communes: Vec<Row>,
}

static MAP: LazyLock<Map> = LazyLock::new(|| Map::read(TABLE));

struct Area {
    code: u32,
    point: Option<Point>,
    /// Places in [`Map::communes`].
    communes: Vec<u32>,
}

struct Row {
    insee: u32,
    point: Option<Point>,
    name: &'static [u8],
}

impl Row {
    fn told(&self) -> Commune {
        let digits = format!("{:05}", self.insee % LETTER);
        let insee = match self.insee / LETTER {
            0 => digits,
            1 => digits.replacen("20", "2A", 1),
            _ => digits.replacen("20", "2B", 1),
        };
        Commune { insee, name: MAP.names.name(self.name), point: self.point }
    }
}

impl Map {
    fn postal(&self, code: u32) -> Option<&Area> {
        self.postal.binary_search_by_key(&code, |area| area.code).ok().map(|at| &self.postal[at])
    }

    /// The town whose post office numbered this CEDEX: 25215 is of 25200, Montbéliard; else the last code before it that begins
    /// alike: 75231 is of Paris.
    fn town(&self, code: u32) -> Option<&Area> {
        let before = &self.postal[..self.postal.partition_point(|area| area.code < code)];
        let alike = before.last().filter(|area| area.code / 1_000 == code / 1_000);
        self.postal(code / 100 * 100).or(alike)
    }

    fn commune(&self, insee: u32) -> Option<&Row> {
        self.communes.binary_search_by_key(&insee, |row| row.insee).ok().map(|at| &self.communes[at])
    }

    /// Reads what `make.py` wrote. It is part of the program, and each test reads it whole.
    fn read(table: &'static [u8]) -> Self {
        let mut bytes = Bytes { left: table, lat: 0, lon: 0 };
        assert_eq!(bytes.take(FORM.len()), FORM, "communes.bin is of another form: make it again");
        let names = Names::read(&mut bytes);
        let mut code = 0;
        let mut postal: Vec<Area> = (0..bytes.count())
            .map(|_| {
                let head = bytes.count();
                code += head as u32 / 2;
                Area { code, point: bytes.point_if(head), communes: Vec::new() }
            })
            .collect();
        let (mut insee, mut area) = (0, 0);
        let communes = (0..bytes.count())
            .map(|at| {
                insee += bytes.count() as u32;
                let head = bytes.count();
                for _ in 0..head / 2 {
                    area += bytes.step();
                    postal[area as usize].communes.push(at as u32);
                }
                let (point, length) = (bytes.point_if(head), bytes.count());
                Row { insee, point, name: bytes.take(length) }
            })
            .collect();
        Self { names, postal, communes }
    }
}

/// The alphabet of names: a byte is a letter, or a pair of bytes.
struct Names {
    letters: Vec<char>,
    pairs: Vec<[u8; 2]>,
}

impl Names {
    fn read(bytes: &mut Bytes) -> Self {
        let length = bytes.count();
        let letters = std::str::from_utf8(bytes.take(length)).expect("written by make.py").chars().collect();
        let pairs = (0..bytes.count()).map(|_| [bytes.byte(), bytes.byte()]).collect();
        Self { letters, pairs }
    }

    fn spell(&self, byte: u8, name: &mut String) {
        match self.letters.get(usize::from(byte)) {
            Some(letter) => name.push(*letter),
            // A pair is made of earlier bytes only: this ends.
            None => self.pairs[usize::from(byte) - self.letters.len()].iter().for_each(|half| self.spell(*half, name)),
        }
    }

    fn name(&self, coded: &[u8]) -> String {
        let mut name = String::new();
        coded.iter().for_each(|byte| self.spell(*byte, &mut name));
        name
    }
}

/// What is left of the table, and the last point: the next is told by its difference.
struct Bytes {
    left: &'static [u8],
    lat: i16,
    lon: i16,
}

impl Bytes {
    fn take(&mut self, length: usize) -> &'static [u8] {
        let (taken, left) = self.left.split_at(length);
        self.left = left;
        taken
    }

    fn byte(&mut self) -> u8 {
        self.take(1)[0]
    }

    /// Seven bits a byte, the lowest first; the eighth says that more follow.
    fn count(&mut self) -> usize {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            value |= usize::from(byte & 127) << shift;
            shift += 7;
            if byte < 128 {
                return value;
            }
        }
    }

    /// Forwards when even, backwards when odd.
    fn step(&mut self) -> i32 {
        let value = self.count() as i32;
        if value % 2 == 0 { value / 2 } else { -(value + 1) / 2 }
    }

    /// The lowest bit of a head says whether a point follows.
    fn point_if(&mut self, head: usize) -> Option<Point> {
        if head.is_multiple_of(2) {
            return None;
        }
        self.lat += self.step() as i16;
        self.lon += self.step() as i16;
        Some(Point { lat: self.lat, lon: self.lon })
    }
}
