//! Slips of the pen that YAML reads as something else, or notices only further down: looked for in the text itself.

use super::places::{Place, Places};
use super::scanner;

/// A second document: `---` or `...` below the first line.
pub(super) fn divided(text: &str) -> Option<Place> {
    let is_blank = |line: &str| line.trim().is_empty() || line.starts_with('#');
    let mut is_begun = false;
    for (number, line) in (1..).zip(text.lines()) {
        if is_begun && (line.starts_with("---") || line.starts_with("...")) {
            return Some(Place { line: number, column: 1 });
        }
        is_begun |= !is_blank(line);
    }
    None
}

/// A tab before the first word of the line where reading stopped, or of the one above: some are taken for a blank.
pub(super) fn tab(text: &str, stopped: Place) -> Option<Place> {
    let near =
        (1..).zip(text.lines()).filter(|(number, _)| (stopped.line.saturating_sub(1)..=stopped.line).contains(number));
    near.into_iter().find_map(|(line, text)| {
        let blank = text.chars().take_while(|sign| sign.is_whitespace());
        let (column, _) = (1..).zip(blank).find(|(_, sign)| *sign == '\t')?;
        Some(Place { line, column })
    })
}

/// The quote, else the last bracket, that is open at the end of a line above where reading stopped: the scanner complains
/// lines below.
pub(super) fn unclosed(text: &str, stopped: Place) -> Option<(Place, &'static str)> {
    let mut open: Vec<Place> = Vec::new();
    for (number, line) in (1..=stopped.line).zip(text.lines()) {
        let mut quote = None;
        for (column, sign) in (1..).zip(line.chars()) {
            match sign {
                '"' if quote.is_some() => quote = None,
                '"' => quote = Some(Place { line: number, column }),
                _ if quote.is_some() => {}
                '#' => break,
                '{' | '[' => open.push(Place { line: number, column }),
                '}' | ']' => drop(open.pop()),
                _ => {}
            }
        }
        if let Some(at) = quote {
            return Some((at, scanner::QUOTE));
        }
    }
    open.pop().filter(|at| at.line < stopped.line).map(|at| (at, scanner::BRACKET))
}

/// What to write at a place of a flow, for a value that is not of the kind wanted there.
pub(super) fn wanted(places: &Places, at: Place) -> Option<&'static str> {
    let path: Vec<&str> = places.path(at)?.split('/').collect();
    Some(match *path.as_slice() {
        ["steps"] | ["steps", _] => {
            "les lignes d'une étape, comme `say: \"…\"` et `goto: …`, avec une espace après les deux-points"
        }
        [.., "menu"] | [.., "menu", _] => "un choix par touche, de 1 à 9, comme `1: {for: \"…\", goto: …}`",
        [.., "among"] | [.., "among", _] => "un choix par touche, de 1 à 9, comme `1: {for: \"…\", value: …}`",
        ["settings"] => "des réglages, comme `settings: {tries: 3}`",
        [.., "page"] => "`1` ou `2`",
        [.., "tries"] => "un nombre de 2 à 5, d'habitude `3`",
        [.., "goto"] | ["start"] | [.., "on-failure"] | [.., "unanswered"] => {
            "le nom d'une seule étape, comme `goto: bye`"
        }
        [.., "nomatch"] | [.., "noinput"] => "une liste de phrases entre crochets, comme `[\"…\"]`",
        [.., "say"] | [.., "confirm"] | [.., "intro"] => "une seule phrase entre guillemets, comme `\"…\"`",
        [.., "form"] | [.., "ask"] => {
            "une question par nom, comme `place:`, et plus à droite `type: …` et `ask: \"…\"`"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_bracket_is_found_where_it_opens() {
        let text = "a: {b: \"}\", c: d\ne: f # ]\ng: h\n";
        assert_eq!(
            unclosed(text, Place { line: 3, column: 1 }),
            Some((Place { line: 1, column: 4 }, scanner::BRACKET))
        );
        let quote = Some((Place { line: 1, column: 8 }, scanner::QUOTE));
        assert_eq!(unclosed("a: {b: \"c}\nd: \"e\"\n", Place { line: 2, column: 5 }), quote);
        assert_eq!(unclosed("a: {b: c}\nd: e\n", Place { line: 2, column: 1 }), None);
    }

    #[test]
    fn a_document_begins_once() {
        assert_eq!(divided("# a\n---\nflow: a\n"), None);
        assert_eq!(divided("flow: a\n---\nflow: b\n"), Some(Place { line: 2, column: 1 }));
    }
}
