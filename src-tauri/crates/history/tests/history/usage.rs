//! How long sessions were open: what is added is there, by day and by month, and names no recording.

use sotto_history::{History, OpenTime, Source, Usage};

use crate::Place;

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;
/// Noon on the 15th of a month with 31 days that follows one with 30, whatever the time zone: 15 July 2026, 12:00 UTC.
const MIDDLE: u64 = 1_784_116_800_000;

fn cloud(assembly_ai: u64) -> OpenTime {
    OpenTime { assembly_ai, self_hosted: 0 }
}

#[test]
fn open_time_is_summed_by_day_and_month_and_both_zones_of_the_cloud_are_one() {
    let place = Place::new();
    let add = |source, open_ms, at| place.history.usage_add(source, open_ms, at).unwrap();
    add(Source::AssemblyAi, 5_000, MIDDLE);
    add(Source::AssemblyAi, 2_000, MIDDLE + 1_000);
    add(Source::AssemblyAiEu, 100, MIDDLE);
    add(Source::AssemblyAi, 30, MIDDLE - 3 * DAY);
    add(Source::AssemblyAi, 4, MIDDLE - 30 * DAY);
    // Another year, and the month before last.
    add(Source::AssemblyAi, 77, MIDDLE - 365 * DAY);
    add(Source::AssemblyAi, 77, MIDDLE - 60 * DAY);
    add(Source::SelfHosted, 9, MIDDLE);
    let usage = place.history.usage(MIDDLE + HOUR).unwrap();
    let own = |cloud: OpenTime| OpenTime { self_hosted: 9, ..cloud };
    let today = own(cloud(7_100));
    let (this_month, last_month) = (own(cloud(7_130)), cloud(4));
    assert_eq!(usage, Usage { today, this_month, last_month });
    let (today, this_month, last_month) = (OpenTime::default(), cloud(0), own(cloud(7_130)));
    assert_eq!(
        place.history.usage(MIDDLE + 31 * DAY).unwrap(),
        Usage { today, this_month, last_month }
    );
}

/// The count is one of the things for which a user pays: what was told is there after a crash.
#[test]
fn what_was_added_is_there_when_the_file_is_opened_again() {
    let place = Place::new();
    place.history.usage_add(Source::AssemblyAi, 5_000, MIDDLE).unwrap();
    let beside = History::open(&place.path).unwrap();
    assert_eq!(beside.usage(MIDDLE).unwrap().today, cloud(5_000));
}

/// A day and a sum: nothing tells when on that day, or in which recording.
#[test]
fn no_recording_and_no_time_of_day_is_named() {
    let place = Place::new();
    let recording = uuid::Uuid::new_v4();
    place.history.recording_create_private(recording, MIDDLE).unwrap();
    for _ in 0..3 {
        place.history.usage_add(Source::AssemblyAi, 5_000, MIDDLE).unwrap();
    }
    let rows: Vec<(String, String, i64)> = place
        .beside()
        .prepare("SELECT day, source, open_ms FROM usage")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(rows, [("2026-07-15".to_owned(), "assemblyai".to_owned(), 15_000)]);
}
