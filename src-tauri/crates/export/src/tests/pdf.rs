//! Read back with a PDF reader that is not ours. The font is the window's, which its setup has brought.

use lopdf::{Document, Object};
use proptest::prelude::*;

use super::*;
use crate::pdf::page::{Block, Line, Pages};

fn inter(script: &str) -> Vec<u8> {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../ui/node_modules/@fontsource-variable/inter/files"
    );
    let path = format!("{folder}/inter-{script}-wght-normal.woff2");
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{path}: {error}; `cargo xtask setup` brings it"))
}

/// Each page's text, white space made one.
fn pages(bytes: &[u8]) -> Vec<String> {
    let document = Document::load_mem(bytes).unwrap();
    let numbers: Vec<u32> = document.get_pages().into_keys().collect();
    let text = |number| document.extract_text(&[number]).unwrap();
    numbers
        .into_iter()
        .map(|number| text(number).split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn a_pdf_says_who_spoke() {
    let mut told = tale();
    told.turns[1].speaker = Some(Speaker { name: "Anna".to_owned(), label: None });
    let pages = pages(&pdf(&told, &[&inter("latin")]).unwrap());
    assert!(pages[0].contains("0:02 Anna: It was the worst of times."), "{pages:?}");
}

#[test]
fn a_pdf_is_paragraphs_and_says_what_is_missing() {
    let bytes = pdf(&tale(), &[&inter("latin")]).unwrap();
    let wanted = "A tale of two cities 2026-11-24 08:13 UTC 0:00 It was 0:02 It was the worst of times. \
                  12:31 [12:31–12:37 not transcribed: the microphone was gone] 1 / 1";
    assert_eq!(pages(&bytes), [wanted]);
    let document = Document::load_mem(&bytes).unwrap();
    let info = document.trailer.get(b"Info").and_then(Object::as_reference).unwrap();
    let info = document.get_dictionary(info).unwrap();
    let title = lopdf::decode_text_string(info.get(b"Title").unwrap()).unwrap();
    assert_eq!(title, "A tale of two cities");
    let date = info.get(b"CreationDate").and_then(Object::as_str).unwrap();
    assert!(date.starts_with(b"D:20261124081320"), "{date:?}");
    let (_, page) = document.get_pages().into_iter().next().unwrap();
    let page = document.get_dictionary(page).unwrap();
    let sizes = page.get(b"MediaBox").and_then(Object::as_array).unwrap();
    let sizes: Vec<f32> = sizes.iter().map(|size| size.as_float().unwrap()).collect();
    assert_eq!(sizes, [0.0, 0.0, 595.28, 841.89]);
}

#[test]
fn a_long_pdf_has_numbered_pages_with_every_word() {
    let words: Vec<String> = (0..4_000).map(|number| format!("word{number}")).collect();
    let turns = words.chunks(40).zip(0..).map(|(words, at)| turn(at, at + 1, &words.join(" ")));
    let transcript = Transcript { turns: turns.collect(), gaps: vec![], ..tale() };
    let bytes = pdf(&transcript, &[&inter("latin")]).unwrap();
    assert_eq!(bytes, pdf(&transcript, &[&inter("latin")]).unwrap());
    let pages = pages(&bytes);
    assert!((8..40).contains(&pages.len()), "{}", pages.len());
    for (page, number) in pages.iter().zip(1..) {
        assert!(page.ends_with(&format!("{number} / {}", pages.len())), "{page}");
    }
    let read: Vec<&str> = pages
        .iter()
        .flat_map(|page| page.split(' '))
        .filter(|word| word.starts_with("word"))
        .collect();
    assert_eq!(read, words);
}

#[test]
fn a_word_may_need_more_than_one_font() {
    let transcript = Transcript {
        turns: vec![turn(0, 1, "Škoda, Привет and Ελλάδα: ünïcödé")],
        ..tale()
    };
    let fonts = ["latin", "latin-ext", "cyrillic", "greek"].map(inter);
    let fonts: Vec<&[u8]> = fonts.iter().map(Vec::as_slice).collect();
    let text = pages(&pdf(&transcript, &fonts).unwrap()).concat();
    // The reader takes a change of font for a space.
    assert!(text.replace(' ', "").contains("Škoda,ПриветandΕλλάδα:ünïcödé"), "{text}");
}

#[test]
fn a_pdf_needs_fonts_that_can_be_read() {
    assert!(matches!(pdf(&tale(), &[]), Err(ExportError::NoFont)));
    let latin = inter("latin");
    assert!(matches!(pdf(&tale(), &[&latin, b"no font"]), Err(ExportError::Font(1))));
    assert!(matches!(pdf(&tale(), &[&latin[..1_000]]), Err(ExportError::Font(0))));
}

#[test]
fn an_empty_transcript_is_one_page() {
    let empty = Transcript {
        title: String::new(),
        started_at: u64::MAX,
        samples: 0,
        turns: vec![],
        gaps: vec![],
        pauses: vec![],
        bookmarks: Vec::new(),
    };
    assert_eq!(pages(&pdf(&empty, &[&inter("latin")]).unwrap()), ["1 / 1"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn lines_fit_and_lose_nothing(text in "([a-zA-Zéß.,]{1,90} ){0,20}[a-z]{1,9}", width in 4.0_f32..40.0) {
        let latin = inter("latin");
        let fonts = crate::pdf::faces::decoded(&[&latin]).unwrap();
        let faces = crate::pdf::faces::Faces::new(&fonts, 400.0).unwrap();
        let lines = crate::pdf::wrap::wrap(&faces, &text, width);
        for line in &lines {
            prop_assert!(faces.shape(line).width <= width + 0.2, "{line}");
        }
        prop_assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
    }

    #[test]
    fn no_line_of_a_paragraph_is_alone_on_a_page(sizes in prop::collection::vec(1_usize..9, 1..40), bottom in 60.0_f32..300.0) {
        let block = |&size: &usize| Block {
            lines: (0..size).map(|_| Line { placed: vec![], leading: 10.0 }).collect(),
            after: 5.0,
        };
        let pages = Pages::of(sizes.iter().map(block).collect(), 20.0, bottom).0;
        let counts: Vec<usize> = pages.iter().map(Vec::len).collect();
        prop_assert_eq!(counts.iter().sum::<usize>(), sizes.iter().sum::<usize>());
        for page in &pages {
            prop_assert!(page.windows(2).all(|pair| pair[0].0 + 10.0 <= pair[1].0));
            prop_assert!(page.iter().all(|line| (30.0..=bottom).contains(&line.0)));
        }
        let mut at = 0;
        for count in &counts[..counts.len() - 1] {
            at += count;
            // The paragraph that the page breaks, and how many of its lines stand before the break.
            let mut start = 0;
            let size = sizes.iter().find(|&&size| { start += size; start > at }).unwrap();
            let before = at - (start - size);
            prop_assert!(before == 0 || (before >= 2 && size - before >= 2), "{before} of {size}");
        }
    }
}
