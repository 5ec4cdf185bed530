//! Times as people and programs read them.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

use crate::{ExportError, Gap, SAMPLE_RATE};

/// `00:12:31`, cut to the second; hours grow as needed.
pub(crate) fn hms(sample: u64) -> String {
    let seconds = sample / SAMPLE_RATE;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The next full second, so that a short range does not end where it begins.
pub(crate) fn hms_up(sample: u64) -> String {
    hms(sample.saturating_add(SAMPLE_RATE - 1))
}

/// `12:31` or `1:12:31`, cut to the second: as people write it where it stands among words.
pub(crate) fn short(sample: u64) -> String {
    let seconds = sample / SAMPLE_RATE;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        hours => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// What is said of a gap, without brackets: `12:31–12:37 not transcribed: the microphone was gone`.
pub(crate) fn gap_line(gap: &Gap) -> String {
    let (from, to) = (short(gap.from), short(gap.to.saturating_add(SAMPLE_RATE - 1)));
    format!("{from}–{to} not transcribed: {}", gap.cause.words())
}

/// `00:12:31.250` with `mark` before the milliseconds; hours grow as needed.
pub(crate) fn stamp(ms: u64, mark: char) -> String {
    let seconds = ms / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}{mark}{:03}", ms % 1000)
}

/// Milliseconds from the start of the recording.
pub(crate) fn ms(sample: u64) -> u64 {
    sample / (SAMPLE_RATE / 1000)
}

/// `2026-11-24 08:31 UTC`: which zone a reader is in is not known here.
pub(crate) fn day(unix_ms: u64) -> Option<String> {
    let form = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    moment(unix_ms)?.format(form).ok()
}

/// RFC 3339.
pub(crate) fn rfc3339(unix_ms: u64) -> Result<String, ExportError> {
    let text = moment(unix_ms).and_then(|moment| moment.format(&Rfc3339).ok());
    text.ok_or(ExportError::Start(unix_ms))
}

/// Wall time, where a calendar has it.
pub(crate) fn moment(unix_ms: u64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_ms) * 1_000_000).ok()
}
