//! How thick a line is: as many as went that way, in a few steps that a copy in black and white still tells apart.

use std::fmt;

/// Pixels, from nobody to the most; each is drawn with an arrow of its size.
const WIDTHS: [f64; 7] = [1.0, 1.5, 2.5, 3.5, 4.5, 5.5, 7.0];
/// Where nobody counts, a line is as thin as the least that was counted.
const PLAIN: usize = 1;
/// What of an arrow reaches over the end of its line, so that no line is seen beside its tip.
const OVER: f64 = 0.55;

/// The thickness of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stroke(usize);

impl Stroke {
    /// Of so many, where one way has the most.
    pub(super) fn of(passed: Option<u64>, most: u64) -> Self {
        let steps = WIDTHS.len() as u64 - 2;
        Self(match passed {
            None => PLAIN,
            Some(0) => 0,
            Some(passed) => {
                let share = u128::from(passed) * u128::from(steps) / u128::from(most.max(passed));
                usize::try_from(share).map_or(PLAIN, |share| 1 + share)
            }
        })
    }

    /// Of the most.
    pub(super) fn thickest() -> Self {
        Self(WIDTHS.len() - 1)
    }

    fn arrow(self) -> f64 {
        9.0 + 1.3 * (WIDTHS[self.0] - WIDTHS[PLAIN])
    }

    /// How far before the box the line itself ends.
    pub(super) fn tip(self) -> f64 {
        self.arrow() * OVER
    }

    /// The way up to where its arrow begins; the last piece is upright.
    pub(super) fn shortened(self, points: &[(f64, f64)]) -> Vec<(f64, f64)> {
        let mut points = points.to_vec();
        // A piece without length has no direction.
        points.dedup();
        if let [.., (_, before), (_, last)] = &mut points[..] {
            *last -= self.tip().copysign(*last - *before);
        }
        points
    }

    pub(super) fn attributes(self) -> String {
        let thin = if self.0 == PLAIN { String::new() } else { format!("style=\"{}\" ", self.style()) };
        format!("{thin}marker-end=\"url(#arrow{})\"", self.0)
    }

    fn style(self) -> String {
        // A way that nobody took is paler, not only thinner.
        let pale = if self.0 == 0 { ";stroke:#8a8a8a" } else { "" };
        format!("stroke-width:{}{pale}", WIDTHS[self.0])
    }
}

/// The arrows.
pub(super) fn markers(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for level in 0..WIDTHS.len() {
        let (size, at) = (Stroke(level).arrow(), 10.0 * (1.0 - OVER));
        let fill = if level == 0 { "#8a8a8a" } else { "#4a4a4a" };
        writeln!(
            f,
            r#"<marker id="arrow{level}" viewBox="0 0 10 10" refX="{at:.1}" refY="5" markerWidth="{size:.1}" markerHeight="{size:.1}" markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0L10,5L0,10Z" fill="{fill}"/></marker>"#
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_is_thicker_and_never_too_thin_or_too_thick() {
        let width = |passed| WIDTHS[Stroke::of(Some(passed), 1_000).0];
        assert_eq!([0, 1, 199, 200, 999, 1_000, u64::MAX].map(width), [1.0, 1.5, 1.5, 2.5, 5.5, 7.0, 7.0]);
        assert_eq!(Stroke::of(Some(0), 0), Stroke(0));
        assert_eq!(Stroke::of(None, 1_000), Stroke(PLAIN));
    }

    #[test]
    fn a_line_ends_where_its_arrow_begins() {
        let down = Stroke(PLAIN).shortened(&[(0.0, 0.0), (0.0, 50.0)]);
        let up = Stroke(PLAIN).shortened(&[(0.0, 50.0), (0.0, 0.0), (0.0, 0.0)]);
        assert!(down[1].1 < 50.0 && up[1].1 > 0.0);
    }
}
