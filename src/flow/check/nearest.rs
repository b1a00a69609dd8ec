//! What was probably meant.

/// Names in one message: nobody reads thirty.
const SHOWN: usize = 12;

/// "vouliez-vous dire `slots` ?", or all that exists.
pub(in crate::flow) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let near = known.iter().map(|other| (distance(name, other), *other)).min();
    let quoted = |name: &&str| format!("`{name}`");
    match near {
        Some((far, other)) if far <= name.chars().count() / 2 => format!("vouliez-vous dire `{other}` ?"),
        Some(_) if known.len() == 1 => format!("écrivez `{}`", known[0]),
        Some(_) => {
            let more = if known.len() > SHOWN { " …" } else { "" };
            let shown: Vec<String> = known.iter().take(SHOWN).map(quoted).collect();
            format!("choisissez parmi {}{more}", shown.join(", "))
        }
        None => "il n'y en a aucune dans ce parcours".to_owned(),
    }
}

/// Levenshtein's: names are short.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let here = (corner + usize::from(left != *right)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = std::mem::replace(&mut row[j + 1], here);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_answered_by_one_name_and_a_guess_by_all() {
        assert_eq!(nearest("numbre", ["number", "slots"]), "vouliez-vous dire `number` ?");
        assert_eq!(nearest("bye", ["number", "slots"]), "choisissez parmi `number`, `slots`");
        assert_eq!(nearest("bye", ["caller.number"]), "écrivez `caller.number`");
        assert_eq!(nearest("bye", []), "il n'y en a aucune dans ce parcours");
    }
}
