//! Text broken into lines.

use super::faces::Faces;

/// Lines of at most `width`, at size 1. Breaks at spaces; a word that is wider than a line is broken where it must be.
pub(crate) fn wrap(faces: &Faces<'_>, text: &str, width: f32) -> Vec<String> {
    let space = faces.shape(" ").width;
    let mut lines: Vec<String> = Vec::new();
    let mut used = 0.0;
    for word in text.split(' ') {
        for (index, part) in parts(faces, word, width).into_iter().enumerate() {
            let wide = faces.shape(part).width;
            match lines.last_mut() {
                // Only the first part of a word may stand behind another word.
                Some(line) if index == 0 && used + space + wide <= width => {
                    line.push(' ');
                    line.push_str(part);
                    used += space + wide;
                }
                _ => {
                    lines.push(part.to_owned());
                    used = wide;
                }
            }
        }
    }
    lines
}

/// `word` in pieces of at most `width`, mostly one.
fn parts<'w>(faces: &Faces<'_>, word: &'w str, width: f32) -> Vec<&'w str> {
    let shaped = faces.shape(word);
    if shaped.width <= width {
        return vec![word];
    }
    let (mut parts, mut from, mut used, mut run_start) = (Vec::new(), 0, 0.0, 0);
    for run in &shaped.runs {
        for glyph in &run.glyphs {
            let at = run_start + glyph.text_range.start;
            if used + glyph.x_advance > width && at > from {
                parts.extend(word.get(from..at));
                (from, used) = (at, 0.0);
            }
            used += glyph.x_advance;
        }
        run_start += run.text.len();
    }
    parts.extend(word.get(from..));
    parts
}
