//! Lines, on pages.

use krilla::color::luma;
use krilla::geom::Point;
use krilla::num::NormalizedF32;
use krilla::paint::Fill;
use krilla::surface::Surface;

use super::faces::Shaped;

/// How text looks, in points.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Type {
    pub(crate) size: f32,
    /// From one baseline to the next.
    pub(crate) leading: f32,
    pub(crate) ink: Ink,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Ink {
    Black,
    /// Dark enough to be read in print.
    Grey,
}

/// Text with its place on the line.
pub(crate) struct Placed {
    pub(crate) left: f32,
    pub(crate) shaped: Shaped,
    pub(crate) of: Type,
}

/// What shares a baseline.
pub(crate) struct Line {
    pub(crate) placed: Vec<Placed>,
    pub(crate) leading: f32,
}

/// Lines that belong together, and the space after them.
pub(crate) struct Block {
    pub(crate) lines: Vec<Line>,
    pub(crate) after: f32,
}

/// Each page's lines with their baselines. There is always a page.
pub(crate) struct Pages(pub(crate) Vec<Vec<(f32, Line)>>);

impl Pages {
    /// Fills pages from `top` to `bottom`. The first line of a block and the last are not left alone on a page.
    pub(crate) fn of(blocks: Vec<Block>, top: f32, bottom: f32) -> Self {
        let (mut pages, mut page, mut at) = (Vec::new(), Vec::new(), top);
        for block in blocks {
            let count = block.lines.len();
            for (index, line) in block.lines.into_iter().enumerate() {
                // Of three lines none can be parted from the others.
                let together = match index {
                    0 if count <= 3 => count,
                    _ if index == 0 || index + 2 == count => 2,
                    _ => 1,
                };
                let needs = together as f32 * line.leading;
                if at + needs > bottom && !page.is_empty() {
                    pages.push(std::mem::take(&mut page));
                    at = top;
                }
                at += line.leading;
                page.push((at, line));
            }
            at += block.after;
        }
        pages.push(page);
        Self(pages)
    }
}

impl Line {
    pub(crate) fn draw(&self, surface: &mut Surface<'_>, baseline: f32) {
        for placed in &self.placed {
            let ink = match placed.of.ink {
                Ink::Black => luma::Color::black(),
                Ink::Grey => luma::Color::new(96),
            };
            let (opacity, rule) = (NormalizedF32::ONE, Default::default());
            surface.set_fill(Some(Fill { paint: ink.into(), opacity, rule }));
            let mut left = placed.left;
            for run in &placed.shaped.runs {
                let start = Point::from_xy(left, baseline);
                surface.draw_glyphs(
                    start,
                    &run.glyphs,
                    run.font.clone(),
                    &run.text,
                    placed.of.size,
                    false,
                );
                left += run.width * placed.of.size;
            }
        }
    }
}
