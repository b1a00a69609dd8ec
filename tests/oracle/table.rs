//! The oracle's tables, and the differences that were explained.

use std::collections::{HashMap, HashSet};

/// What the oracle says, mended by the explained differences: (language, kind, key) → text.
pub struct Table(HashMap<(String, String, String), String>);

/// One line of `differences.tsv`.
struct Difference {
    language: String,
    kind: String,
    theirs: String,
    ours: String,
    rows: usize,
}

/// Lines of columns, without headings.
pub fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

impl Table {
    /// All of it; fails on a difference without a reason, or that touches other rows than it says.
    pub fn read() -> Self {
        let mut table = Self(HashMap::new());
        for columns in rows(include_str!("numbers.tsv")).chain(rows(include_str!("words.tsv"))) {
            let [language, kind, key, text] = columns[..] else { panic!("four columns in {columns:?}") };
            table.put(language, kind, key, text);
        }
        let (differences, times) = differences().into_iter().partition::<Vec<_>, _>(|one| one.kind != "time");
        differences.iter().for_each(|difference| table.mend(difference));
        table.add_times();
        times.iter().for_each(|difference| table.mend(difference));
        table
    }

    /// What is said of it.
    pub fn text(&self, language: &str, kind: &str, key: impl ToString) -> &str {
        let key = (language.to_owned(), kind.to_owned(), key.to_string());
        self.0.get(&key).unwrap_or_else(|| panic!("no row {key:?}"))
    }

    fn put(&mut self, language: &str, kind: &str, key: &str, text: &str) {
        let key = (language.to_owned(), kind.to_owned(), key.to_owned());
        assert!(self.0.insert(key, text.to_owned()).is_none(), "{language} {kind} {text} stands twice");
    }

    /// Every five minutes of a day, by the oracle's rules alone: French counts twenty-four feminine hours, in CLDR's
    /// plural; English twelve, with CLDR's part of the day.
    fn add_times(&mut self) {
        for (hour, minute) in (0..24).flat_map(|hour| (0..60).step_by(5).map(move |minute| (hour, minute))) {
            let key = format!("{hour}:{minute:02}");
            let french = match self.0.get(&("fr".to_owned(), "name".to_owned(), key.clone())) {
                Some(name) => name.clone(),
                None if minute == 0 => format!("{} {}", self.text("fr", "hour", hour), self.text("fr", "unit", hour)),
                None => format!(
                    "{} {} {}",
                    self.text("fr", "hour", hour),
                    self.text("fr", "unit", hour),
                    self.text("fr", "num2words", minute)
                ),
            };
            let twelve = self.text("en", "hour", (hour + 11) % 12 + 1);
            // The part of the day does not change within an hour, but for the stroke of noon and midnight.
            let part = self.text("en", "part", format!("{hour}:{:02}", minute.min(5)));
            let english = match minute {
                0 if hour % 12 == 0 => part.to_owned(),
                0 => format!("{twelve} {part}"),
                _ => format!("{twelve} {} {part}", self.text("en", "minute", minute)),
            };
            self.put("fr", "time", &key, &french);
            self.put("en", "time", &key, &english);
        }
    }

    fn mend(&mut self, difference: &Difference) {
        let mut touched = 0;
        for ((language, kind, _), text) in &mut self.0 {
            if *language == difference.language && *kind == difference.kind {
                let mended = framed(text).replace(&difference.theirs, &difference.ours);
                let mended = mended.trim_start_matches('^').trim_end_matches('$').to_owned();
                touched += usize::from(*text != mended);
                *text = mended;
            }
        }
        assert_eq!(touched, difference.rows, "« {} » → « {} »", difference.theirs, difference.ours);
    }
}

fn framed(text: &str) -> String {
    format!("^{text}$")
}

fn differences() -> Vec<Difference> {
    let mut seen = HashSet::new();
    rows(include_str!("differences.tsv"))
        .map(|columns| {
            let [language, kind, theirs, ours, rows, reason] = columns[..] else { panic!("{columns:?}") };
            assert!(reason.len() > 20, "no reason for « {theirs} »");
            assert!(seen.insert((language, kind, theirs)), "« {theirs} » is explained twice");
            let [language, kind, theirs, ours] = [language, kind, theirs, ours].map(str::to_owned);
            Difference { language, kind, theirs, ours, rows: rows.parse().unwrap() }
        })
        .collect()
}
