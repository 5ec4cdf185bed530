//! Subtitles, golden and by property; read back with a parser that is not ours.

use proptest::prelude::*;
use subtp::srt::{SrtTimestamp, SubRip};
use subtp::vtt::{VttBlock, VttTimestamp, WebVtt};

use super::*;

const MS: u64 = SAMPLE_RATE / 1000;

/// Words in milliseconds.
fn spoken(words: &[(&str, u64, u64)]) -> Turn {
    let text: Vec<&str> = words.iter().map(|word| word.0).collect();
    let (first, last) = (words[0].1, words[words.len() - 1].2);
    let mut turn = turn(first * MS, last * MS, &text.join(" "));
    turn.words = words
        .iter()
        .map(|&(text, from, to)| Word {
            text: text.to_owned(),
            from: from * MS,
            to: to * MS,
            confidence: 1.0,
            speaker: None,
        })
        .collect();
    turn
}

/// Words of so many milliseconds each, one after the other.
fn evenly(text: &str, from: u64, each: u64) -> Turn {
    let words = text.split(' ').zip(0..);
    let words: Vec<_> =
        words.map(|(word, at)| (word, from + at * each, from + (at + 1) * each)).collect();
    spoken(&words)
}

fn only(turns: Vec<Turn>) -> Transcript {
    Transcript { turns, gaps: vec![], ..tale() }
}

#[test]
fn subrip_tells_turns_and_gaps() {
    insta::assert_snapshot!(srt(&tale()), @r"
    1
    00:00:00,050 --> 00:00:01,050
    It was

    2
    00:00:02,000 --> 00:00:05,000
    It was the worst of times.

    3
    00:12:31,000 --> 00:12:36,250
    [the microphone was gone]
    ");
}

#[test]
fn webvtt_tells_turns_and_gaps() {
    insta::assert_snapshot!(vtt(&tale()), @r"
    WEBVTT

    00:00:00.050 --> 00:00:01.050
    It was

    00:00:02.000 --> 00:00:05.000
    It was the worst of times.

    00:12:31.000 --> 00:12:36.250
    [the microphone was gone]
    ");
}

#[test]
fn cues_end_with_sentences_and_lines_with_clauses() {
    let text = "The first sentence is a rather long one, which fills a cue of two lines. Then comes a short one. \
                And after that there is another sentence, longer than the others, that has to be cut somewhere in the middle.";
    insta::assert_snapshot!(srt(&only(vec![evenly(text, 500, 200)])), @r"
    1
    00:00:00,500 --> 00:00:03,500
    The first sentence is a rather long one,
    which fills a cue of two lines.

    2
    00:00:03,500 --> 00:00:04,500
    Then comes a short one.

    3
    00:00:04,500 --> 00:00:06,700
    And after that there is another sentence,
    longer than the others,

    4
    00:00:06,700 --> 00:00:08,500
    that has to be cut
    somewhere in the middle.
    ");
}

#[test]
fn a_pause_ends_a_cue_and_a_short_cue_stays_up_for_a_second_where_there_is_room() {
    let turn = spoken(&[
        ("Well", 0, 200),
        ("yes", 901, 1_100),
        ("I", 1_800, 1_900),
        ("think", 1_900, 2_200),
        ("so", 3_000, 3_200),
    ]);
    insta::assert_snapshot!(srt(&only(vec![turn])), @r"
    1
    00:00:00,000 --> 00:00:00,901
    Well

    2
    00:00:00,901 --> 00:00:02,200
    yes I think

    3
    00:00:03,000 --> 00:00:04,000
    so
    ");
}

#[test]
fn edited_words_are_spread_by_length_over_what_was_heard() {
    let mut edited = spoken(&[("on", 2_000, 2_100), ("e", 11_900, 12_000)]);
    edited.edited_text = Some("aaaa. bbbbbbbbbbbb. cccc".to_owned());
    insta::assert_snapshot!(srt(&only(vec![edited])), @r"
    1
    00:00:02,000 --> 00:00:04,272
    aaaa.

    2
    00:00:04,272 --> 00:00:10,181
    bbbbbbbbbbbb.

    3
    00:00:10,181 --> 00:00:12,000
    cccc
    ");
}

#[test]
fn edited_words_have_no_times_even_where_there_are_as_many() {
    let mut edited = spoken(&[("no", 1_000, 1_200), ("no", 3_000, 3_500)]);
    edited.edited_text = Some("yes yes".to_owned());
    assert_eq!(srt(&only(vec![edited])), "1\n00:00:01,000 --> 00:00:03,500\nyes yes\n");
}

#[test]
fn words_without_times_are_spread_over_the_turn() {
    let mut turn = turn(1_000 * MS, 3_000 * MS, "one two");
    let wanted = "1\n00:00:01,000 --> 00:00:03,000\none two\n";
    assert_eq!(srt(&only(vec![turn.clone()])), wanted);
    // All at once, back in time, and of another time altogether.
    for times in
        [[(0, 0), (0, 0)], [(2_500, 2_600), (1_200, 1_300)], [(9_000, 9_100), (9_100, 9_200)]]
    {
        turn.words = ["one", "two"]
            .iter()
            .zip(times)
            .map(|(text, (from, to))| Word {
                text: (*text).to_owned(),
                from: from * MS,
                to: to * MS,
                confidence: 0.0,
                speaker: None,
            })
            .collect();
        assert_eq!(srt(&only(vec![turn.clone()])), wanted, "{times:?}");
    }
}

#[test]
fn the_text_counts_where_the_words_are_spelt_otherwise() {
    let mut turn = spoken(&[("well", 1_000, 1_200), ("no", 3_000, 3_500)]);
    turn.text = "Well, no.".to_owned();
    let wanted =
        "1\n00:00:01,000 --> 00:00:02,000\nWell,\n\n2\n00:00:03,000 --> 00:00:04,000\nno.\n";
    assert_eq!(srt(&only(vec![turn.clone()])), wanted);
    // A language without spaces: words are found in the text by their signs.
    turn.words[0].text = "你好".to_owned();
    turn.words[1].text = "世界。".to_owned();
    turn.text = "你好世界。".to_owned();
    let wanted = "1\n00:00:01,000 --> 00:00:03,500\n你好世界。\n";
    assert_eq!(srt(&only(vec![turn])), wanted);
}

#[test]
fn a_gap_within_a_turn_is_told_where_it_lies_long_enough_to_be_read() {
    let mut transcript = only(vec![evenly("one two three four five six", 0, 600)]);
    transcript.gaps = vec![Gap { from: 1_700 * MS, to: 1_710 * MS, cause: GapCause::Xrun }];
    insta::assert_snapshot!(srt(&transcript), @r"
    1
    00:00:00,000 --> 00:00:01,700
    one two three

    2
    00:00:01,700 --> 00:00:02,700
    [the system dropped audio]

    3
    00:00:02,700 --> 00:00:03,700
    four five six
    ");
}

#[test]
fn a_long_gap_and_a_long_word_are_up_for_seven_seconds() {
    let mut transcript = only(vec![spoken(&[("Ommm", 0, 20_000)])]);
    transcript.gaps =
        vec![Gap { from: 30_000 * MS, to: 90_000 * MS, cause: GapCause::NotTranscribed }];
    let wanted = "1\n00:00:00,000 --> 00:00:07,000\nOmmm\n\n2\n00:00:30,000 --> 00:00:37,000\n[no recogniser heard it]\n";
    assert_eq!(srt(&transcript), wanted);
}

#[test]
fn what_was_said_is_no_markup_of_a_subtitle() {
    let turn = turn(0, 2_000 * MS, "<b>&amp; --> ---> NOTE 1\n\n2");
    let told = vtt(&only(vec![turn.clone()]));
    assert_eq!(told, "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n&lt;b&gt;&amp;amp; → -→ NOTE 1 2\n");
    assert_eq!(
        srt(&only(vec![turn])),
        "1\n00:00:00,000 --> 00:00:02,000\n<b>&amp; → -→ NOTE 1 2\n"
    );
}

#[test]
fn no_cues_are_no_error() {
    assert_eq!(srt(&only(vec![])), "");
    assert_eq!(vtt(&only(vec![])), "WEBVTT\n");
}

#[test]
fn hours_grow() {
    let hour = 3_600_000;
    assert_eq!(
        srt(&only(vec![spoken(&[("late", 101 * hour + 61_007, 101 * hour + 63_007)])])),
        "1\n101:01:01,007 --> 101:01:03,007\nlate\n"
    );
}

/// A cue as a reader has it: from, to, lines.
type Read = (u64, u64, Vec<String>);

fn read_srt(text: &str) -> Vec<Read> {
    let ms = |at: SrtTimestamp| {
        let (hours, minutes, seconds) =
            (u64::from(at.hours), u64::from(at.minutes), u64::from(at.seconds));
        ((hours * 60 + minutes) * 60 + seconds) * 1000 + u64::from(at.milliseconds)
    };
    let read = SubRip::parse(text).unwrap().subtitles;
    for (cue, number) in read.iter().zip(1..) {
        assert_eq!(cue.sequence, number);
    }
    read.into_iter().map(|cue| (ms(cue.start), ms(cue.end), cue.text)).collect()
}

fn read_vtt(text: &str) -> Vec<Read> {
    let ms = |at: VttTimestamp| {
        let (hours, minutes, seconds) =
            (u64::from(at.hours), u64::from(at.minutes), u64::from(at.seconds));
        ((hours * 60 + minutes) * 60 + seconds) * 1000 + u64::from(at.milliseconds)
    };
    let spelt =
        |line: &String| line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let blocks = WebVtt::parse(text).unwrap().blocks.into_iter();
    blocks
        .map(|block| match block {
            VttBlock::Que(cue) => (
                ms(cue.timings.start),
                ms(cue.timings.end),
                cue.payload.iter().map(spelt).collect(),
            ),
            other => panic!("{other:?}"),
        })
        .collect()
}

/// The words with how long each lasts and the pause after it, how they lie, how long before the turn nothing is said or how
/// far it reaches back, and times of no use.
type Part = (Vec<(String, u64, u64)>, Times, u64, u64, Vec<(u64, u64)>);

/// How the words of a turn lie on the axis.
#[derive(Debug, Clone, Copy)]
enum Times {
    Exact,
    None,
    Edited,
    Any,
}

prop_compose! {
    fn any_turn(word: &'static str)(
        words in prop::collection::vec((word, 1_u64..1_500, 0_u64..1_000), 0..60),
        times in prop::sample::select(vec![Times::Exact, Times::None, Times::Edited, Times::Any]),
        before in 0_u64..3_000,
        overlap in prop_oneof![9 => Just(0_u64), 1 => 0_u64..20_000],
        noise in prop::collection::vec((0_u64..90_000, 0_u64..90_000), 60),
    ) -> Part {
        (words, times, before, overlap, noise)
    }
}

/// Turns one after the other, a few of them over each other.
fn laid(parts: Vec<Part>) -> Vec<Turn> {
    let mut at = 0_u64;
    let mut turns = Vec::new();
    for (words, times, before, overlap, noise) in parts {
        at = (at + before).saturating_sub(overlap);
        let from = at;
        let text = words.iter().map(|word| word.0.as_str()).collect::<Vec<_>>().join(" ");
        let mut heard = Vec::new();
        for ((word, lasts, pause), (some, other)) in words.into_iter().zip(noise) {
            let (from, to) = match times {
                Times::Any => (some, other),
                _ => (at, at + lasts),
            };
            heard.push(Word {
                text: word,
                from: from * MS,
                to: to * MS,
                confidence: 0.5,
                speaker: None,
            });
            // Most words follow at once.
            at += lasts + if pause > 700 { pause } else { pause / 10 };
        }
        let mut turn = turn(from * MS, at * MS, &text);
        match times {
            Times::Exact | Times::Any => turn.words = heard,
            Times::Edited => {
                turn.words = heard;
                turn.words.truncate(3);
                turn.text = "something else".to_owned();
                turn.edited_text = Some(text);
            }
            Times::None => {}
        }
        turns.push(turn);
    }
    turns
}

fn is_gap(cue: &Read) -> bool {
    cue.2[0].starts_with('[')
}

proptest! {
    #[test]
    fn cues_are_in_order_fit_the_screen_and_lose_nothing(
        parts in prop::collection::vec(any_turn(r"[a-zé<&]{1,14}(\.|,|-->|\?\)|你好世界)?"), 1..6),
        gaps in prop::collection::vec((0_u64..60_000, 1_u64..20_000), 0..4),
    ) {
        let gaps: Vec<Gap> = gaps.iter().map(|&(from, length)| Gap { from: from * MS, to: (from + length) * MS, cause: GapCause::Xrun }).collect();
        let transcript = Transcript { turns: laid(parts), gaps, ..tale() };
        let text = srt(&transcript);
        let cues = read_srt(&text);
        if !cues.is_empty() {
            prop_assert_eq!(&cues, &read_vtt(&vtt(&transcript)));
        }
        for (index, cue) in cues.iter().enumerate() {
            let (from, to, lines) = cue;
            let next = cues.get(index + 1).map(|next| next.0);
            prop_assert!(from < to && to - from <= 7_000, "{:?}", cue);
            prop_assert!(next.is_none_or(|next| *to <= next), "{:?}", cue);
            prop_assert!(to - from >= 1_000 || next == Some(*to), "{:?}", cue);
            prop_assert!((1..=2).contains(&lines.len()), "{:?}", cue);
            prop_assert!(lines.iter().all(|line| (1..=42).contains(&line.chars().count())), "{:?}", cue);
        }
        prop_assert_eq!(cues.iter().filter(|cue| is_gap(cue)).count(), transcript.gaps.len());
        let told: Vec<String> = cues.iter().filter(|cue| !is_gap(cue)).flat_map(|cue| &cue.2).flat_map(|line| line.split(' ')).map(str::to_owned).collect();
        let said: Vec<String> = transcript.turns.iter().flat_map(|turn| turn.shown().split_whitespace()).map(|word| word.replace("-->", "→")).collect();
        prop_assert_eq!(told, said);
    }

    #[test]
    fn a_cue_begins_with_its_first_word(lasts in prop::collection::vec((1_u64..1_200, 0_u64..1_000, r"[.,]?"), 1..120)) {
        let mut at = 0;
        let mut words = Vec::new();
        for (number, (length, pause, stop)) in lasts.iter().enumerate() {
            words.push((format!("w{number}{stop}"), at, at + length));
            at += length + pause;
        }
        let borrowed: Vec<_> = words.iter().map(|(text, from, to)| (text.as_str(), *from, *to)).collect();
        for (from, to, lines) in read_srt(&srt(&only(vec![spoken(&borrowed)]))) {
            let told: Vec<&str> = lines.iter().flat_map(|line| line.split(' ')).collect();
            let find = |text: &str| words.iter().find(|word| word.0 == text).unwrap();
            let last = find(told[told.len() - 1]);
            prop_assert_eq!(from, find(told[0]).1);
            // Up to the end of its last word, which alone may outlast a cue.
            prop_assert!(to >= last.2.min(from + 7_000));
            // No pause within.
            for pair in told.windows(2) {
                prop_assert!(find(pair[1]).1 - find(pair[0]).2 <= 700);
            }
        }
    }

    #[test]
    fn any_text_at_any_time_is_told(
        turns in prop::collection::vec((any::<u64>(), any::<u64>(), any::<String>(), prop::collection::vec((any::<String>(), any::<u64>(), any::<u64>()), 0..4)), 0..4),
        long in "[a-z]{30,200}",
    ) {
        let turns: Vec<Turn> = turns.into_iter().map(|(from, to, text, words)| {
            let words = words.into_iter().map(|(text, from, to)| Word { text, from, to, confidence: 0.0, speaker: None });
            Turn { words: words.collect(), ..turn(from, to, &format!("{text} {long}")) }
        }).collect();
        let wanted: String = turns.iter().flat_map(|turn| turn.shown().split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect();
        let wanted: String = wanted.chars().filter(|sign| !sign.is_control()).collect();
        let cues = crate::cues::cues(&only(turns));
        let told: String = cues.iter().flat_map(|cue| &cue.lines).flat_map(|line| line.split(' ')).collect();
        prop_assert_eq!(told, wanted.replace("-->", "→"));
        prop_assert!(cues.iter().all(|cue| cue.from < cue.to && cue.lines.iter().all(|line| line.chars().count() <= 42)));
        prop_assert!(cues.windows(2).all(|pair| pair[0].to <= pair[1].from));
    }
}
