//! How long sound and text take: what the page reports, and what is told of it. Numbers alone.

use serde::{Deserialize, Serialize};
use sotto_timing::{Figures, Measure, PathTimes, Summary};
use specta::Type;

use super::{Answer, AppState, convert};

/// More values than this in one report are no report of ours.
const MOST_VALUES: usize = 4_096;

/// What is measured, in the order of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum MeasureDto {
    /// Audio that waited in the ring, in microseconds.
    RingDepth,
    /// The last sample of a frame captured → the frame in the spool, in microseconds.
    Spool,
    /// Frames that waited behind the one that was sent to the page.
    FeedDepth,
    /// Captured → in the page, in microseconds.
    Window,
    /// Captured → handed to the socket of a recogniser that had caught up, in microseconds.
    Socket,
    /// The same for frames that waited until a session had opened and caught up.
    Held,
    /// Bytes that waited in the socket.
    Buffered,
    /// A message received → its words painted, in microseconds.
    Painted,
    /// The end of what was said → the final text of it painted, in microseconds.
    FinalPainted,
}

/// The figures of one measure, in its unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MeasuredDto {
    /// Of what.
    pub what: MeasureDto,
    /// How many values.
    pub count: u64,
    /// Half of them are not larger.
    pub p50: u64,
    /// 95 % of them are not larger.
    pub p95: u64,
    /// 99 % of them are not larger.
    pub p99: u64,
    /// The largest.
    pub max: u64,
}

/// The figures of one recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TimingDto {
    /// In the order of the way.
    pub measures: Vec<MeasuredDto>,
    /// Frames that were captured and are missing further on.
    pub dropped_frames: u64,
    /// How far the page's clock may be off, in microseconds; null where the page told nothing.
    pub clock_error: Option<u64>,
}

/// What the page measured since its last report: values, not sums, so that there is one kind of histogram. Microseconds on the
/// trusted side's clock, but for `buffered`.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TimingReportDto {
    /// See [`MeasureDto::Window`].
    pub window: Vec<u32>,
    /// See [`MeasureDto::Socket`].
    pub socket: Vec<u32>,
    /// See [`MeasureDto::Held`].
    pub held: Vec<u32>,
    /// See [`MeasureDto::Buffered`], in bytes.
    pub buffered: Vec<u32>,
    /// See [`MeasureDto::Painted`].
    pub painted: Vec<u32>,
    /// See [`MeasureDto::FinalPainted`].
    pub final_painted: Vec<u32>,
    /// Frames that the feed passed over.
    pub dropped_frames: u32,
    /// See [`TimingDto::clock_error`].
    pub clock_error: Option<u32>,
}

/// The page reports what it measured of a recording. Of one whose figures nobody keeps it is nothing to anybody.
#[tauri::command]
#[specta::specta]
pub async fn timing_report(
    app: AppState<'_>,
    recording_id: String,
    report: TimingReportDto,
) -> Answer<()> {
    if let Some(times) = app.recordings.timing().of(convert::recording_id(&recording_id)?) {
        take(&times, &report);
    }
    Ok(())
}

fn take(times: &PathTimes, report: &TimingReportDto) {
    for (what, values) in [
        (Measure::Window, &report.window),
        (Measure::Socket, &report.socket),
        (Measure::Held, &report.held),
        (Measure::Buffered, &report.buffered),
        (Measure::Painted, &report.painted),
        (Measure::FinalPainted, &report.final_painted),
    ] {
        times.add_all(what, &values[..values.len().min(MOST_VALUES)]);
    }
    times.dropped(report.dropped_frames.into());
    if let Some(error) = report.clock_error {
        times.clock_error(error.into());
    }
}

impl From<Measure> for MeasureDto {
    fn from(what: Measure) -> Self {
        match what {
            Measure::RingDepth => Self::RingDepth,
            Measure::Spool => Self::Spool,
            Measure::FeedDepth => Self::FeedDepth,
            Measure::Window => Self::Window,
            Measure::Socket => Self::Socket,
            Measure::Held => Self::Held,
            Measure::Buffered => Self::Buffered,
            Measure::Painted => Self::Painted,
            Measure::FinalPainted => Self::FinalPainted,
        }
    }
}

impl From<Figures> for TimingDto {
    fn from(figures: Figures) -> Self {
        let Figures { measures, dropped_frames, clock_error } = figures;
        let measured = |(what, Summary { count, p50, p95, p99, max }): (Measure, Summary)| {
            MeasuredDto { what: what.into(), count, p50, p95, p99, max }
        };
        let measures = measures.into_iter().map(measured).collect();
        Self { measures, dropped_frames, clock_error }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_added_to_what_is_there() {
        let times = PathTimes::default();
        times.dropped(1);
        let report = TimingReportDto {
            window: vec![2_000, 3_000],
            socket: vec![3_000],
            held: Vec::new(),
            buffered: vec![0],
            painted: Vec::new(),
            final_painted: Vec::new(),
            dropped_frames: 1,
            clock_error: Some(150),
        };
        take(&times, &report);
        take(&times, &report);
        let told = TimingDto::from(times.figures());
        assert_eq!((told.dropped_frames, told.clock_error), (3, Some(150)));
        let of = |what: MeasureDto| told.measures.iter().find(|one| one.what == what).unwrap();
        assert_eq!((of(MeasureDto::Window).count, of(MeasureDto::Window).max), (4, 3_000));
        assert_eq!((of(MeasureDto::Buffered).count, of(MeasureDto::Held).count), (2, 0));
    }
}
