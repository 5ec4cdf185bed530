//! Read back with a Markdown parser that is not ours, every extension of it switched on.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::*;
use crate::text::one_line;

#[test]
fn markdown_is_paragraphs_and_says_what_is_missing() {
    insta::assert_snapshot!(md(&tale(), false), @r"
    # A tale of two cities

    2026-11-24 08:13 UTC

    It was

    It was the worst of times.

    *[12:31–12:37 not transcribed: the microphone was gone]*
    ");
}

#[test]
fn markdown_with_times() {
    let mut long = tale();
    long.turns.push(turn(3_661 * SAMPLE_RATE, 3_662 * SAMPLE_RATE, "The end"));
    insta::assert_snapshot!(md(&long, true), @r"
    # A tale of two cities

    2026-11-24 08:13 UTC

    **[0:00]** It was

    **[0:02]** It was the worst of times.

    *[12:31–12:37 not transcribed: the microphone was gone]*

    **[1:01:01]** The end
    ");
}

#[test]
fn what_was_said_is_no_markup() {
    let said = [
        "# of them, C# and 3.5 and 1. and 2 * 3 * 4",
        "1. first",
        "12) twelfth",
        "3.5 percent - or so",
        "- no list",
        "see https://example.org or www.example.org",
        "a_b_c [d](e) <b>f</b> & g",
        "it's \"plain\", isn't it?",
    ];
    let turns = said.iter().zip(0..).map(|(text, at)| turn(at, at + 1, text)).collect();
    let transcript = Transcript { title: "#1 *".to_owned(), turns, gaps: vec![], ..tale() };
    insta::assert_snapshot!(md(&transcript, false), @r#"
    # \#1 \*

    2026-11-24 08:13 UTC

    \# of them, C\# and 3.5 and 1. and 2 \* 3 \* 4

    1\. first

    12\) twelfth

    3.5 percent - or so

    \- no list

    see https\://example.org or www\.example.org

    a\_b\_c \[d\](e) \<b\>f\</b\> \& g

    it's "plain", isn't it?
    "#);
}

#[test]
fn white_space_alone_is_neither_a_heading_nor_a_paragraph() {
    for white in [" ", "\u{a0}", "\n\u{202f}\t", "\u{2007} "] {
        let transcript = Transcript {
            title: white.to_owned(),
            turns: vec![turn(0, 1, white)],
            gaps: vec![],
            ..tale()
        };
        assert_eq!(md(&transcript, false), "2026-11-24 08:13 UTC\n", "{white:?}");
    }
}

/// The texts of the headings and paragraphs; anything else is a panic.
fn read(markdown: &str) -> Vec<String> {
    let options = Options::all().difference(Options::ENABLE_SMART_PUNCTUATION);
    let mut blocks = Vec::new();
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(Tag::Heading { .. } | Tag::Paragraph) => blocks.push(String::new()),
            Event::End(TagEnd::Heading(_) | TagEnd::Paragraph) => {}
            Event::Text(text) => blocks.last_mut().unwrap().push_str(&text),
            other => panic!("{other:?} in {markdown:?}"),
        }
    }
    blocks
}

proptest! {
    #[test]
    fn a_reader_finds_what_was_said_and_nothing_else(
        title in r"[ a1.*_`#>\\+=|~\[\]()!<&;:$^{}/w\n-]{0,30}",
        said in prop::collection::vec(prop_oneof![
            r"[ a1.*_`#>\\+=|~\[\]()!<&;:$^{}/w\n-]{0,40}",
            r"(#|-|\+|=|1\.|1\)|>|\||:|~~~|```|---|\*\*\*|\[a\]:|&amp;|<b>|!\[a\]\(b\)|\$)( ?[a-z=-]{0,5}){0,3}",
            any::<String>(),
        ], 0..5),
    ) {
        let turns = said.iter().zip(0..).map(|(text, at)| turn(at, at + 1, text)).collect();
        let transcript = Transcript { title: title.clone(), turns, gaps: vec![], ..tale() };
        let title = Some(one_line(&title)).filter(|title| !title.is_empty());
        let day = Some("2026-11-24 08:13 UTC".to_owned());
        let said = said.iter().map(|text| one_line(text.trim())).filter(|text| !text.is_empty());
        let wanted: Vec<String> = title.into_iter().chain(day).chain(said).collect();
        prop_assert_eq!(read(&md(&transcript, false)), wanted);
    }
}
