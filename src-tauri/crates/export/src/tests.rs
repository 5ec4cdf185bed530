mod cues;
mod docx;
mod md;
mod pdf;
mod speakers;

use proptest::prelude::*;

use super::*;

fn turn(from: u64, to: u64, text: &str) -> Turn {
    Turn {
        from,
        to,
        text: text.to_owned(),
        edited_text: None,
        words: Vec::new(),
        source: Source::Offline,
        is_fallback: false,
        speaker: None,
        leg: 0,
        turn_order: 0,
    }
}

fn tale() -> Transcript {
    let mut second = turn(32_000, 80_000, "It was the wurst of times.");
    second.edited_text = Some("It was the worst of times.".to_owned());
    second.source = Source::AssemblyAiEu;
    (second.leg, second.turn_order, second.is_fallback) = (2, 1, true);
    let mut first = turn(0, 32_000, "It was");
    first.words = vec![
        Word { text: "It".to_owned(), from: 800, to: 3_200, confidence: 0.75, speaker: None },
        Word { text: "was".to_owned(), from: 3_200, to: 8_008, confidence: 1.0, speaker: None },
    ];
    Transcript {
        title: "A tale\nof two cities".to_owned(),
        started_at: 1_795_508_000_123,
        samples: 12_100_000,
        turns: vec![first, second, turn(80_000, 90_000, "")],
        gaps: vec![Gap { from: 12_016_000, to: 12_100_000, cause: GapCause::MicLost }],
        pauses: vec![],
        bookmarks: Vec::new(),
    }
}

#[test]
fn plain_text_is_paragraphs_and_says_what_is_missing() {
    insta::assert_snapshot!(txt(&tale(), false), @r"
    A tale of two cities
    2026-11-24 08:13 UTC

    It was

    It was the worst of times.

    [00:12:31–00:12:37 not transcribed: the microphone was gone]
    ");
}

#[test]
fn plain_text_with_times() {
    insta::assert_snapshot!(txt(&tale(), true), @r"
    A tale of two cities
    2026-11-24 08:13 UTC

    [00:00:00] It was

    [00:00:02] It was the worst of times.

    [00:12:31–00:12:37 not transcribed: the microphone was gone]
    ");
}

#[test]
fn an_empty_transcript_is_its_head() {
    let empty = Transcript {
        title: String::new(),
        started_at: 0,
        samples: 0,
        turns: vec![],
        gaps: vec![],
        pauses: vec![],
        bookmarks: Vec::new(),
    };
    assert_eq!(txt(&empty, true), "1970-01-01 00:00 UTC\n");
}

#[test]
fn json_carries_words_times_sources_gaps_and_the_ledger() {
    insta::assert_snapshot!(String::from_utf8(json(&tale()).unwrap()).unwrap(), @r#"
    {
      "format": "sotto-transcript",
      "version": 1,
      "title": "A tale\nof two cities",
      "startedAt": "2026-11-24T08:13:20.123Z",
      "sampleRate": 16000,
      "samples": 12100000,
      "text": "It was\nIt was the worst of times.",
      "turns": [
        {
          "from": 0,
          "to": 32000,
          "fromMs": 0,
          "toMs": 2000,
          "text": "It was",
          "source": "offline",
          "leg": 0,
          "turnOrder": 0,
          "words": [
            {
              "from": 800,
              "to": 3200,
              "fromMs": 50,
              "toMs": 200,
              "text": "It",
              "confidence": 0.75
            },
            {
              "from": 3200,
              "to": 8008,
              "fromMs": 200,
              "toMs": 500,
              "text": "was",
              "confidence": 1.0
            }
          ]
        },
        {
          "from": 32000,
          "to": 80000,
          "fromMs": 2000,
          "toMs": 5000,
          "text": "It was the worst of times.",
          "machineText": "It was the wurst of times.",
          "source": "assemblyaiEu",
          "isFallback": true,
          "leg": 2,
          "turnOrder": 1,
          "words": []
        },
        {
          "from": 80000,
          "to": 90000,
          "fromMs": 5000,
          "toMs": 5625,
          "text": "",
          "source": "offline",
          "leg": 0,
          "turnOrder": 0,
          "words": []
        }
      ],
      "gaps": [
        {
          "from": 12016000,
          "to": 12100000,
          "fromMs": 751000,
          "toMs": 756250,
          "cause": "micLost"
        }
      ],
      "ledger": {
        "captured": 12100000,
        "transcribed": 90000,
        "missing": 84000,
        "open": 11926000,
        "gaps": 1,
        "ranges": [
          {
            "from": 0,
            "to": 32000,
            "fate": "turn",
            "leg": 0,
            "turnOrder": 0
          },
          {
            "from": 32000,
            "to": 80000,
            "fate": "turn",
            "leg": 2,
            "turnOrder": 1
          },
          {
            "from": 80000,
            "to": 90000,
            "fate": "turn",
            "leg": 0,
            "turnOrder": 0
          },
          {
            "from": 90000,
            "to": 12016000,
            "fate": "open"
          },
          {
            "from": 12016000,
            "to": 12100000,
            "fate": "gap",
            "cause": "micLost"
          }
        ]
      }
    }
    "#);
}

#[test]
fn a_start_beyond_the_calendar_is_an_error_not_a_lie() {
    let far = Transcript { started_at: u64::MAX, ..tale() };
    assert!(matches!(json(&far), Err(ExportError::Start(u64::MAX))));
    assert!(txt(&far, false).starts_with("A tale of two cities\n\n"));
}

#[test]
fn a_pause_is_said_where_it_was_even_inside_the_silence_that_a_turn_answers_for() {
    let mut told = tale();
    let late = &mut told.turns[1];
    let at = late.from + 1_600;
    late.words = vec![Word {
        text: "It".to_owned(),
        from: at,
        to: at + 800,
        confidence: 1.0,
        speaker: None,
    }];
    told.pauses = vec![Pause { at, since: 1_795_508_100_000, until: 1_795_508_290_400 }];
    let text = txt(&told, false);
    let (before, after) = text.split_once("[paused for 3:10]").unwrap();
    assert!(
        before.contains(told.turns[0].shown()) && after.contains(told.turns[1].shown()),
        "{text}"
    );
    assert!(md(&told, false).contains("*[paused for 3:10]*"));
    let read: serde_json::Value = serde_json::from_slice(&json(&told).unwrap()).unwrap();
    assert_eq!(read["pauses"][0]["atMs"], at / 16);
    assert_eq!(read["pauses"][0]["until"], "2026-11-24T08:18:10.4Z");
}

#[test]
fn a_bookmark_stands_before_the_words_during_which_it_was_set_and_in_no_subtitle() {
    let mut told = tale();
    let mark = |at, note: &str| Bookmark { at, note: note.to_owned() };
    told.bookmarks = vec![mark(40_000, "ask *this*"), mark(48_000, ""), mark(12_050_000, "late")];
    insta::assert_snapshot!(txt(&told, true), @r"
    A tale of two cities
    2026-11-24 08:13 UTC

    [00:00:00] It was

    [00:00:02 bookmark: ask *this*]

    [00:00:03 bookmark]

    [00:00:02] It was the worst of times.

    [00:12:33 bookmark: late]

    [00:12:31–00:12:37 not transcribed: the microphone was gone]
    ");
    assert!(md(&told, true).contains("> **[0:02]** bookmark: ask \\*this\\*\n"));
    let read: serde_json::Value = serde_json::from_slice(&json(&told).unwrap()).unwrap();
    assert_eq!(read["bookmarks"][0]["note"], "ask *this*");
    assert_eq!(read["bookmarks"][0]["atMs"], 2_500);
    assert_eq!(read["version"], 1);
    assert_eq!((srt(&told), vtt(&told)), (srt(&tale()), vtt(&tale())));
}

proptest! {
    #[test]
    fn the_ledger_counts_every_sample_once(
        turns in prop::collection::vec((0_u64..60, 0_u64..20), 0..8),
        gaps in prop::collection::vec((0_u64..60, 1_u64..20), 0..4),
        samples in 0_u64..80,
    ) {
        let transcript = Transcript {
            samples,
            turns: turns.iter().map(|&(from, length)| turn(from, from + length, "a")).collect(),
            gaps: gaps.iter().map(|&(from, length)| Gap { from, to: from + length, cause: GapCause::Xrun }).collect(),
            ..tale()
        };
        let in_turn = |sample| turns.iter().any(|&(from, length)| (from..from + length).contains(&sample));
        let in_gap = |sample| gaps.iter().any(|&(from, length)| (from..from + length).contains(&sample));
        let count = |wanted: &dyn Fn(u64) -> bool| (0..samples).filter(|&sample| wanted(sample)).count() as u64;
        let ledger = transcript.ledger();
        prop_assert_eq!(ledger.transcribed, count(&|sample| in_turn(sample) && !in_gap(sample)));
        prop_assert_eq!(ledger.missing, count(&in_gap));
        prop_assert_eq!(ledger.open, count(&|sample| !in_gap(sample) && !in_turn(sample)));
        prop_assert_eq!(ledger.captured, ledger.transcribed + ledger.missing + ledger.open);
        let ends: Vec<u64> = ledger.ranges.iter().map(|range| range.to).collect();
        let begins: Vec<u64> = ledger.ranges.iter().map(|range| range.from).collect();
        prop_assert!(ends.iter().zip(&begins[1.min(begins.len())..]).all(|(end, begin)| end == begin));
        prop_assert_eq!((begins.first().copied(), ends.last().copied()), match samples { 0 => (None, None), end => (Some(0), Some(end)) });
    }

    #[test]
    fn any_text_survives_json(text in any::<String>()) {
        let transcript = Transcript { turns: vec![turn(0, 1, &text)], ..tale() };
        let read: serde_json::Value = serde_json::from_slice(&json(&transcript).unwrap()).unwrap();
        prop_assert_eq!(read["turns"][0]["text"].as_str().unwrap(), text.trim());
    }
}
