//! Who spoke, in every format; read back where there is a reader.

use subtp::vtt::WebVtt;

use super::*;

fn by(name: &str, label: Option<&str>, turn: Turn) -> Turn {
    let speaker = Speaker { name: name.to_owned(), label: label.map(str::to_owned) };
    let words = turn
        .words
        .into_iter()
        .map(|word| Word { speaker: label.map(str::to_owned), ..word })
        .collect();
    Turn { speaker: Some(speaker), words, ..turn }
}

/// Two who talk, one of them twice, and somebody whom nobody knew.
fn talk() -> Transcript {
    let at = |second: u64, text: &str| turn(second * SAMPLE_RATE, (second + 2) * SAMPLE_RATE, text);
    let mut first = at(0, "Who is it?");
    first.words =
        vec![Word { text: "Who".to_owned(), from: 800, to: 3_200, confidence: 0.5, speaker: None }];
    Transcript {
        turns: vec![
            by("Anna <M>", Some("A"), first),
            by("Anna <M>", Some("A"), at(2, "I asked.")),
            by("Speaker B", Some("B"), at(4, "Me.")),
            at(6, "Silence."),
            by("Anna <M>", None, at(8, "Well.")),
        ],
        gaps: vec![],
        ..tale()
    }
}

#[test]
fn plain_text_says_who_spoke() {
    insta::assert_snapshot!(txt(&talk(), true), @r"
    A tale of two cities
    2026-11-24 08:13 UTC

    [00:00:00] Anna <M>: Who is it?

    [00:00:02] Anna <M>: I asked.

    [00:00:04] Speaker B: Me.

    [00:00:06] Silence.

    [00:00:08] Anna <M>: Well.
    ");
}

#[test]
fn markdown_says_who_spoke_and_makes_no_markup_of_a_name() {
    insta::assert_snapshot!(md(&talk(), true), @r"
    # A tale of two cities

    2026-11-24 08:13 UTC

    **[0:00]** **Anna \<M\>:** Who is it?

    **[0:02]** **Anna \<M\>:** I asked.

    **[0:04]** **Speaker B:** Me.

    **[0:06]** Silence.

    **[0:08]** **Anna \<M\>:** Well.
    ");
}

#[test]
fn subrip_says_it_where_the_speaker_changes() {
    insta::assert_snapshot!(srt(&talk()), @r"
    1
    00:00:00,050 --> 00:00:01,050
    Anna <M>: Who is it?

    2
    00:00:02,000 --> 00:00:04,000
    I asked.

    3
    00:00:04,000 --> 00:00:06,000
    Speaker B: Me.

    4
    00:00:06,000 --> 00:00:08,000
    Silence.

    5
    00:00:08,000 --> 00:00:10,000
    Anna <M>: Well.
    ");
}

#[test]
fn webvtt_says_it_in_its_own_way() {
    let text = vtt(&talk());
    insta::assert_snapshot!(text, @r"
    WEBVTT

    00:00:00.050 --> 00:00:01.050
    <v Anna &lt;M&gt;>Who is it?

    00:00:02.000 --> 00:00:04.000
    <v Anna &lt;M&gt;>I asked.

    00:00:04.000 --> 00:00:06.000
    <v Speaker B>Me.

    00:00:06.000 --> 00:00:08.000
    Silence.

    00:00:08.000 --> 00:00:10.000
    <v Anna &lt;M&gt;>Well.
    ");
    assert_eq!(WebVtt::parse(&text).unwrap().blocks.len(), 5);
}

#[test]
fn json_says_the_name_and_the_label_and_neither_where_nobody_knew() {
    let read: serde_json::Value = serde_json::from_slice(&json(&talk()).unwrap()).unwrap();
    let turns = read["turns"].as_array().unwrap();
    assert_eq!(
        (&turns[0]["speaker"], &turns[0]["speakerLabel"]),
        (&"Anna <M>".into(), &"A".into())
    );
    assert_eq!(turns[0]["words"][0]["speakerLabel"], "A");
    assert_eq!(turns[4]["speaker"], "Anna <M>");
    for (turn, key) in [(3, "speaker"), (3, "speakerLabel"), (4, "speakerLabel")] {
        assert!(turns[turn].get(key).is_none(), "{turn} {key}");
    }
}
