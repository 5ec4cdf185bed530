//! Read back with a zip and an XML reader.

use std::io::{Cursor, Read};

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::*;
use crate::text::one_line;

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn value(tag: &BytesStart<'_>) -> String {
    let value = tag.attributes().map(Result::unwrap).find(|attribute| attribute.key.0 == "w:val");
    value.unwrap().value.into_owned()
}

/// Each paragraph with the style that it names.
fn paragraphs(xml: &str) -> Vec<(String, String)> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut paragraphs: Vec<(String, String)> = Vec::new();
    let mut is_text = false;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) if tag.name().0 == "w:p" => paragraphs.push(Default::default()),
            Event::Empty(tag) if tag.name().0 == "w:pStyle" => {
                paragraphs.last_mut().unwrap().0 = value(&tag)
            }
            Event::Start(tag) if tag.name().0 == "w:t" => is_text = true,
            Event::End(tag) if tag.name().0 == "w:t" => is_text = false,
            Event::Text(text) if is_text => {
                paragraphs.last_mut().unwrap().1.push_str(&text.xml10_content())
            }
            Event::GeneralRef(name) if is_text => {
                let sign = match name.xml10_content().as_ref() {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    other => panic!("{other}"),
                };
                paragraphs.last_mut().unwrap().1.push(sign);
            }
            Event::Eof => return paragraphs,
            _ => {}
        }
    }
}

#[test]
fn a_word_document_says_who_spoke() {
    let mut told = tale();
    told.turns[1].speaker = Some(Speaker { name: "Anna & co".to_owned(), label: None });
    let xml = part(&docx(&told).unwrap(), "word/document.xml");
    let read = paragraphs(&xml);
    assert!(
        read.iter().any(|(_, text)| text == "[0:02] Anna & co: It was the worst of times."),
        "{read:?}"
    );
    assert!(xml.contains(r#"<w:rStyle w:val="Speaker"/>"#));
}

#[test]
fn a_word_document_is_paragraphs_and_says_what_is_missing() {
    let xml = part(&docx(&tale()).unwrap(), "word/document.xml");
    let read = paragraphs(&xml);
    let wanted = [
        ("Title", "A tale of two cities"),
        ("Subtitle", "2026-11-24 08:13 UTC"),
        ("", "[0:00] It was"),
        ("", "[0:02] It was the worst of times."),
        ("Gap", "[12:31–12:37 not transcribed: the microphone was gone]"),
    ];
    assert_eq!(read, wanted.map(|(style, text)| (style.to_owned(), text.to_owned())));
}

#[test]
fn a_word_document_has_the_parts_that_it_names() {
    let bytes = docx(&tale()).unwrap();
    let mut archive = ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names[0], "[Content_Types].xml");
    for index in 0..names.len() {
        let file = archive.by_index(index).unwrap();
        assert_eq!(file.last_modified(), Some(zip::DateTime::default()), "{:?}", file.name());
    }
    for name in &names {
        // Well-formed to the end.
        paragraphs(&part(&bytes, name));
    }
    let attributes = |xml: &str, tag: &str, key: &str| {
        let mut reader = Reader::from_str(xml);
        let mut found = Vec::new();
        loop {
            match reader.read_event().unwrap() {
                Event::Empty(one) | Event::Start(one) if one.name().0 == tag => {
                    let value = one.try_get_attribute(key).unwrap().unwrap().value;
                    found.push(value.into_owned());
                }
                Event::Eof => return found,
                _ => {}
            }
        }
    };
    for name in attributes(&part(&bytes, "[Content_Types].xml"), "Override", "PartName") {
        assert!(names.contains(&name[1..].to_owned()), "{name}");
    }
    for (relations, folder) in [("_rels/.rels", ""), ("word/_rels/document.xml.rels", "word/")] {
        for name in attributes(&part(&bytes, relations), "Relationship", "Target") {
            assert!(names.contains(&format!("{folder}{name}")), "{name}");
        }
    }
    let document = part(&bytes, "word/document.xml");
    let styles = attributes(&part(&bytes, "word/styles.xml"), "w:style", "w:styleId");
    for tag in ["w:pStyle", "w:rStyle"] {
        let used = attributes(&document, tag, "w:val");
        assert!(!used.is_empty() && used.iter().all(|style| styles.contains(style)), "{used:?}");
    }
    let core = part(&bytes, "docProps/core.xml");
    assert!(core.contains("<dc:title>A tale of two cities</dc:title>"), "{core}");
    assert!(core.contains(">2026-11-24T08:13:20Z</dcterms:created>"), "{core}");
}

#[test]
fn a_word_document_can_do_without_title_and_start() {
    let bare = Transcript { title: " \n".to_owned(), started_at: u64::MAX, ..tale() };
    let bytes = docx(&bare).unwrap();
    assert_eq!(paragraphs(&part(&bytes, "word/document.xml"))[0].1, "[0:00] It was");
    assert!(!part(&bytes, "docProps/core.xml").contains("dcterms:created"));
}

proptest! {
    #[test]
    fn any_text_survives_a_word_document(title in any::<String>(), text in any::<String>()) {
        let transcript = Transcript { title: title.clone(), turns: vec![turn(0, 1, &format!("a{text}"))], gaps: vec![], ..tale() };
        let bytes = docx(&transcript).unwrap();
        prop_assert_eq!(&bytes, &docx(&transcript).unwrap());
        let read = paragraphs(&part(&bytes, "word/document.xml"));
        let legal = |text: &str| one_line(text).replace(['\u{fffe}', '\u{ffff}'], "");
        // No-break spaces are kept within a text, not around it.
        let (shown, title) = (format!("a{text}"), title.trim());
        prop_assert_eq!(&read.last().unwrap().1, &format!("[0:00] {}", legal(shown.trim())));
        if !one_line(title).is_empty() {
            prop_assert_eq!(&read[0], &("Title".to_owned(), legal(title)));
        }
    }
}
