//! Search: finds what is said, whatever is typed.

use proptest::prelude::*;

use crate::Place;

fn hits(place: &Place, query: &str) -> Vec<String> {
    place
        .history
        .page(query, None, 9)
        .unwrap()
        .into_iter()
        .map(|summary| summary.snippet.unwrap())
        .collect()
}

#[test]
fn all_words_must_occur_and_the_last_may_be_unfinished() {
    let place = Place::new();
    place.spoken(1_000, &["nothing here", "the quick brown fox jumps"]);
    assert_eq!(
        hits(&place, "quick fo"),
        ["the \u{e000}quick\u{e001} brown \u{e000}fox\u{e001} jumps"]
    );
    assert_eq!(hits(&place, "QUICK  fox "), hits(&place, "quick fo"));
    assert!(hits(&place, "qui fox").is_empty(), "only the last word may be a beginning");
    assert!(hits(&place, "quick cat").is_empty());
}

#[test]
fn the_newest_comes_first_and_a_recording_once_with_its_first_hit() {
    let place = Place::new();
    place.spoken(2_000, &["late apple"]);
    place.spoken(1_000, &["one apple", "two apples", "three apples"]);
    assert_eq!(hits(&place, "apple"), ["late \u{e000}apple\u{e001}", "one \u{e000}apple\u{e001}"]);
}

#[test]
fn accents_and_scripts_are_found() {
    let place = Place::new();
    place.spoken(1_000, &["Crème brûlée im Café", "Ελληνικά λόγια", "天気予報 です"]);
    for query in ["creme", "CAFÉ", "brulee", "ΕΛΛΗΝΙΚΆ", "天気", "天気予報", "です"]
    {
        assert_eq!(hits(&place, query).len(), 1, "{query}");
    }
}

#[test]
fn nothing_typed_is_syntax() {
    let place = Place::new();
    place.spoken(1_000, &["cats AND dogs near the \"old\" house, don't they"]);
    for query in [
        "and",
        "AND dogs",
        "NEAR",
        "near(the",
        "\"old\"",
        "\"old",
        "don't",
        "cats*",
        "^cats",
        "-cats",
        "shown:",
        "(house)",
        "cats + dogs",
        "🎉 cats",
        "* cats",
    ] {
        let is_there = !query.contains("shown");
        assert_eq!(hits(&place, query).len(), usize::from(is_there), "{query}");
    }
    for query in [
        "NOT",
        "*",
        "\"",
        "\"\"",
        "🎉",
        "^",
        "( OR )",
        "cats OR birds",
        "{a b}:c",
        "\0",
        "a\0b",
        "'; DROP TABLE turns; --",
    ] {
        if query != "\0" {
            assert!(hits(&place, query).is_empty(), "{query}");
        }
    }
    assert_eq!(place.history.page("\0", None, 9).unwrap().len(), 1, "blank means everything");
}

#[test]
fn marks_in_what_was_said_cannot_pass_for_hits() {
    let place = Place::new();
    place.spoken(1_000, &["\u{e000}fake\u{e001} and real"]);
    assert_eq!(hits(&place, "real"), ["fake and \u{e000}real\u{e001}"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_query_is_answered(query in any::<String>(), said in "[a-z\"*'() ]{0,20}") {
        let place = Place::new();
        place.spoken(1_000, &[&said]);
        place.history.page(&query, None, 9).unwrap();
        place.history.page(&said, None, 9).unwrap();
        // Raises an error when the index and the text disagree.
        place.beside().execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)", []).unwrap();
    }
}

/// What an earlier version had indexed is found by one that indexes anew.
#[test]
fn an_older_index_is_made_anew_with_all_that_was_in_it() {
    let place = Place::new();
    let recording = place.spoken(1_000, &["crème brûlée", "the apple"]);
    let Place { history, path, _folder } = place;
    drop(history);
    let beside = rusqlite::Connection::open(&path).unwrap();
    beside
        .execute_batch(
            "DROP INDEX turns_by_voice;
             DROP TABLE search;
             CREATE VIRTUAL TABLE search USING fts5 (
                 shown, content = 'turns', content_rowid = 'id', prefix = '2 3',
                 tokenize = 'unicode61 remove_diacritics 2'
             );
             INSERT INTO search (search) VALUES ('rebuild');
             PRAGMA user_version = 12;",
        )
        .unwrap();
    drop(beside);
    let history = sotto_history::History::open(&path).unwrap();
    for query in ["c", "cr", "brul", "brule", "brulee", "the a"] {
        assert_eq!(history.page(query, None, 9).unwrap().len(), 1, "{query}");
    }
    history.turn_edit(recording, 0, 1, Some("the orange")).unwrap();
    assert!(history.page("apple", None, 9).unwrap().is_empty());
    assert_eq!(history.page("o", None, 9).unwrap().len(), 1);
    history.purge(recording).unwrap();
    assert!(history.page("creme", None, 9).unwrap().is_empty());
}
