//! Where everything stands in a file: a second reading that keeps the place of each key and value, so that a fault can
//! point at the very word to mend and the definition need not carry positions.

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};

/// A line and a column, both from 1; 0 and 0 is the whole file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::flow) struct Place {
    pub line: u64,
    pub column: u64,
}

impl From<Location> for Place {
    fn from(at: Location) -> Self {
        if at == Location::UNKNOWN { Self::default() } else { Self { line: at.line(), column: at.column() } }
    }
}

/// The places of one file, by path: "steps/write/taken/say".
#[derive(Clone, Debug, Default)]
pub(in crate::flow) struct Places {
    keys: HashMap<String, Place>,
    values: HashMap<String, Place>,
    /// Keys with nothing behind them, in the order of the file.
    empty: Vec<String>,
}

impl Places {
    /// Of a file that was read already.
    pub(super) fn read(text: &str) -> Self {
        let mut places = Self::default();
        if let Ok(node) = super::read::yaml::<Spanned<Node>>(text) {
            places.add(String::new(), node);
        }
        places
    }

    /// Where the key stands: for what concerns a line as a whole.
    pub(in crate::flow) fn key(&self, path: &str) -> Place {
        Self::find(&self.keys, path)
    }

    /// Where the value stands: for what concerns what is written there.
    pub(in crate::flow) fn value(&self, path: &str) -> Place {
        Self::find(&self.values, path)
    }

    /// Keys with nothing behind them.
    pub(super) fn empty(&self) -> impl Iterator<Item = &str> {
        self.empty.iter().map(String::as_str)
    }

    /// The path of what stands at this place, if something begins there.
    pub(super) fn path(&self, at: Place) -> Option<&str> {
        let all = self.values.iter().chain(&self.keys).filter(|(_, place)| **place == at);
        // A value begins where its first key does: the outer one is meant.
        all.map(|(path, _)| path.as_str()).min_by_key(|path| path.len())
    }

    /// Of the nearest that is written, going up: a key with a default may be absent.
    fn find(places: &HashMap<String, Place>, path: &str) -> Place {
        let mut path = path;
        loop {
            if let Some(place) = places.get(path) {
                return *place;
            }
            match path.rsplit_once('/') {
                Some((above, _)) => path = above,
                None => return Place::default(),
            }
        }
    }

    fn add(&mut self, path: String, node: Spanned<Node>) {
        self.values.insert(path.clone(), node.referenced.into());
        let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        match node.value {
            Node::Leaf => {}
            Node::Empty => self.empty.push(path),
            Node::Map(entries) => {
                for (key, value) in entries {
                    self.keys.insert(below(&key.value), key.referenced.into());
                    self.add(below(&key.value), value);
                }
            }
            Node::List(items) => {
                for (number, item) in items.into_iter().enumerate() {
                    self.add(below(&number.to_string()), item);
                }
            }
        }
    }
}

/// Anything YAML can hold; only where it stands is of interest.
enum Node {
    Leaf,
    Empty,
    Map(Vec<(Spanned<String>, Spanned<Node>)>),
    List(Vec<Spanned<Node>>),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Node;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("YAML")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Node::Map(entries))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    items.push(item);
                }
                Ok(Node::List(items))
            }
            fn visit_str<E: de::Error>(self, _: &str) -> Result<Node, E> {
                Ok(Node::Leaf)
            }
            fn visit_bool<E: de::Error>(self, _: bool) -> Result<Node, E> {
                Ok(Node::Leaf)
            }
            fn visit_u64<E: de::Error>(self, _: u64) -> Result<Node, E> {
                Ok(Node::Leaf)
            }
            fn visit_i64<E: de::Error>(self, _: i64) -> Result<Node, E> {
                Ok(Node::Leaf)
            }
            fn visit_f64<E: de::Error>(self, _: f64) -> Result<Node, E> {
                Ok(Node::Leaf)
            }
            fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
                Ok(Node::Empty)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, Places};

    #[test]
    fn every_key_and_value_has_its_place() {
        let text = "flow: a\nsteps:\n  2:\n    menu: {1: {for: \"x\", goto: b}}\n    nomatch: [\"y\", 'z']\n";
        let places = Places::read(text);
        let at = |line, column| Place { line, column };
        assert_eq!(places.key("steps/2"), at(3, 3));
        assert_eq!(places.value("steps/2/menu/1/for"), at(4, 21));
        assert_eq!(places.key("steps/2/menu/1/goto"), at(4, 26));
        assert_eq!(places.value("steps/2/nomatch/1"), at(5, 20));
        // absent: what holds it
        assert_eq!(places.key("steps/2/menu/1/say"), at(4, 12));
        assert_eq!(places.key("settings/tries"), at(0, 0));
    }
}
