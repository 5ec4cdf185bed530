//! What the cloud costs, as the window counts and shows it.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::dto::RecogniserKindDto;
use super::{Answer, AppState, convert};
use crate::cost::{Budget, Cost, Spent};

/// Time, and what it cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SpentDto {
    /// For how long sessions were open.
    pub open_ms: u64,
    /// Millionths of a dollar.
    pub micros: u64,
}

/// How much of the month's budget is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum BudgetDto {
    /// There is none.
    Unset,
    /// Enough.
    Fine,
    /// Four fifths are spent.
    Near,
    /// All of it is.
    Spent,
}

/// What a recording of this run cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecordingCostDto {
    /// Which.
    pub recording_id: String,
    /// How much.
    pub spent: SpentDto,
}

/// What the cloud costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CostDto {
    /// Since midnight.
    pub today: SpentDto,
    /// Since the first of the month.
    pub this_month: SpentDto,
    /// In the month before.
    pub last_month: SpentDto,
    /// Of this month.
    pub budget: BudgetDto,
    /// Recordings of this run.
    pub recordings: Vec<RecordingCostDto>,
}

impl From<Spent> for SpentDto {
    fn from(Spent { open_ms, micros }: Spent) -> Self {
        Self { open_ms, micros }
    }
}

impl From<Cost> for CostDto {
    fn from(cost: Cost) -> Self {
        let recordings = cost.recordings.into_iter().map(|(id, spent)| RecordingCostDto {
            recording_id: id.to_string(),
            spent: spent.into(),
        });
        Self {
            today: cost.today.into(),
            this_month: cost.this_month.into(),
            last_month: cost.last_month.into(),
            budget: match cost.budget {
                Budget::Unset => BudgetDto::Unset,
                Budget::Fine => BudgetDto::Fine,
                Budget::Near => BudgetDto::Near,
                Budget::Spent => BudgetDto::Spent,
            },
            recordings: recordings.collect(),
        }
    }
}

/// A recording's sessions were open for so much longer; on disk when this has returned.
#[tauri::command]
#[specta::specta]
pub async fn usage_add(
    app: AppState<'_>,
    recording_id: String,
    recogniser: RecogniserKindDto,
    open_ms: u32,
) -> Answer<()> {
    let (recording, source) = (convert::recording_id(&recording_id)?, convert::source(recogniser));
    let app = app.inner().clone();
    convert::blocking(move || app.usage_add(recording, source, u64::from(open_ms))).await
}

/// What the cloud costs, read anew.
#[tauri::command]
#[specta::specta]
pub async fn cost_read(app: AppState<'_>) -> Answer<CostDto> {
    let app = app.inner().clone();
    convert::blocking(move || {
        app.cost_refresh();
        Ok::<_, sotto_history::HistoryError>(app.cost().into())
    })
    .await
}
