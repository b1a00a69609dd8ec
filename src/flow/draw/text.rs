//! How wide a text is, without a font: never less than it will be.
//!
//! The widths are those of DejaVu Sans, the widest of the families that the map asks for (Verdana is as wide, Arial and
//! Helvetica are narrower): a box that holds the text by this measure holds it on every screen.

/// Advance widths of U+0020 to U+007E, thousandths of the size, rounded up.
const WIDTHS: [u16; 95] = [
    318, 401, 460, 838, 637, 951, 780, 275, 391, 391, 500, 838, 318, 361, 318, 337, 637, 637, 637, 637, 637, 637, 637,
    637, 637, 637, 337, 337, 838, 838, 838, 531, 1000, 685, 687, 699, 771, 632, 576, 775, 752, 295, 295, 656, 558, 863,
    749, 788, 604, 788, 695, 635, 611, 732, 685, 989, 686, 611, 686, 391, 337, 391, 838, 500, 500, 613, 635, 550, 635,
    616, 353, 635, 634, 278, 278, 580, 278, 975, 634, 612, 635, 635, 412, 521, 393, 634, 592, 818, 592, 592, 525, 637,
    337, 637, 838,
];
/// What is not in the table is taken to be as wide as the widest of these languages' letters (Œ).
const WIDEST: u16 = 1_070;
/// Bold letters are a seventh wider.
pub(super) const BOLD: f64 = 1.15;

/// Pixels, at this size.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|letter| f64::from(advance(letter))).sum::<f64>() * size / 1_000.0
}

fn advance(letter: char) -> u16 {
    let plain = match letter {
        'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'î' | 'ï' => 'i',
        'À' | 'Â' => 'A',
        'É' | 'È' | 'Ê' => 'E',
        '\u{a0}' | '’' | '·' => ' ',
        '«' | '»' | '•' => 'o',
        '×' | '→' => '+',
        other => other,
    };
    let at = u32::from(plain).checked_sub(32).and_then(|at| usize::try_from(at).ok());
    at.and_then(|at| WIDTHS.get(at).copied()).unwrap_or(WIDEST)
}

/// Lines no wider than `max`, at most `lines_max` of them; what does not fit ends in "…".
pub(super) fn wrap(text: &str, size: f64, max: f64, lines_max: usize) -> Vec<String> {
    let text = glue(text);
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        for piece in pieces(word, size, max) {
            let line = lines.last_mut().filter(|line| !line.is_empty());
            match line {
                Some(line) if width(line, size) + width(" ", size) + width(&piece, size) <= max => {
                    line.push(' ');
                    line.push_str(&piece);
                }
                Some(_) => lines.push(piece),
                None => lines = vec![piece],
            }
        }
    }
    if lines.len() > lines_max {
        lines.truncate(lines_max);
        if let Some(last) = lines.last_mut() {
            while width(last, size) + width(" …", size) > max && !last.is_empty() {
                let kept = last.rfind(' ').unwrap_or(0);
                last.truncate(kept);
            }
            last.push_str(" …");
        }
    }
    lines
}

/// French marks stay with their words.
fn glue(text: &str) -> String {
    let mut text = text.replace("« ", "«\u{a0}");
    for mark in [" »", " :", " ;", " ?", " !"] {
        text = text.replace(mark, &mark.replace(' ', "\u{a0}"));
    }
    text
}

/// A word wider than a whole line is cut where it must be.
fn pieces(word: &str, size: f64, max: f64) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for letter in word.chars() {
        let last = pieces.last_mut().filter(|last| last.is_empty() || width(last, size) + width("W", size) <= max);
        match last {
            Some(last) => last.push(letter),
            None => pieces.push(letter.to_string()),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_allowed_whatever_the_text() {
        for text in
            ["Comment voulez-vous rencontrer votre conseiller ?", "Œ".repeat(80).as_str(), "", "a b c", "💥 où ça"]
        {
            for max in [40.0, 120.0, 240.0] {
                let lines = wrap(text, 12.0, max, 2);
                assert!(lines.len() <= 2 && lines.iter().all(|line| width(line, 12.0) <= max), "{lines:?} in {max}");
            }
        }
    }

    #[test]
    fn a_long_text_is_cut_with_three_points() {
        assert_eq!(wrap("un deux trois quatre", 10.0, 60.0, 1), ["un deux …"]);
    }
}
