//! Times as people and programs read them.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

use crate::{ExportError, SAMPLE_RATE};

/// `00:12:31`, cut to the second; hours grow as needed.
pub(crate) fn hms(sample: u64) -> String {
    let seconds = sample / SAMPLE_RATE;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The next full second, so that a short range does not end where it begins.
pub(crate) fn hms_up(sample: u64) -> String {
    hms(sample.saturating_add(SAMPLE_RATE - 1))
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

fn moment(unix_ms: u64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_ms) * 1_000_000).ok()
}
