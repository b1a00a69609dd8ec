//! A flow as a map that a coordinator reads: SVG with French words, one sheet for each flow.
//!
//! ```text
//! Library ─ graph ─→ boxes, lines, words ─ layout ─→ places ─ svg ─→ text
//! ```
//! Everything is sized by `text`'s conservative widths, so nothing depends on the fonts of whoever looks at it, and the
//! same flow always gives the same bytes. The ladders of silence and misunderstanding are one small mark on a question;
//! `0` and `*`, which mean the same everywhere, stand in the legend.

mod counts;
mod graph;
mod layout;
mod legend;
mod stroke;
mod svg;
#[cfg(test)]
mod tests;
mod text;
pub(super) mod words;

pub use counts::Counts;

use super::check::Library;

/// The map of one flow, perhaps with how many went where: thicker lines, figures, and a mark where many are lost. `None` when
/// there is no flow of this name.
pub fn draw(library: &Library, flow: &str, counts: Option<&Counts>) -> Option<String> {
    let graph = graph::Graph::read(library, library.flow(flow)?, counts);
    Some(svg::Sheet::new(flow, graph).to_string())
}
