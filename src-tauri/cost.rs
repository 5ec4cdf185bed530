//! What the cloud costs: for how long its sessions were open, times the price of an hour, beside the budget of a month.
//!
//! Sessions are paid by the time that they are open, whatever is said in them. The count is the history's, so that it
//! survives a crash; prices are settings, and asked when somebody looks, so that a price that is put right puts the sums
//! right. All of it is an estimate: the recogniser's own bill decides.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use sotto_history::{History, HistoryError, OpenTime, Source, Usage};
use specta::Type;
use uuid::Uuid;

/// A session lasts three hours at most, and a recording has four at once at most: what is more was not counted but made up.
const LONGEST_REPORT_MS: u64 = 4 * 10_800_000;
/// As many recordings as anybody has on the screen.
const RECORDINGS_KEPT: usize = 16;
/// The budget is said to be nearly spent from here on.
const NEAR_PERCENT: u64 = 80;

/// What the user pays, and wants to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct CostPlan {
    /// An hour of a session with AssemblyAI, in thousandths of a US dollar, up to 100 dollars.
    pub rate_mills: u32,
    /// An hour with a service of the user's own.
    pub self_hosted_rate_mills: u32,
    /// A month, in US cents, up to 100,000 dollars; 0: whatever it takes.
    pub budget_cents: u32,
    /// The offline engine goes on once the budget is spent.
    pub is_offline_at_budget: bool,
}

impl Default for CostPlan {
    fn default() -> Self {
        // What AssemblyAI publishes for the model that is asked for.
        Self {
            rate_mills: 150,
            self_hosted_rate_mills: 0,
            budget_cents: 0,
            is_offline_at_budget: false,
        }
    }
}

impl CostPlan {
    /// Whether these are numbers that somebody could mean.
    #[must_use]
    pub fn makes_sense(&self) -> bool {
        self.rate_mills <= 100_000
            && self.self_hosted_rate_mills <= 100_000
            && self.budget_cents <= 10_000_000
    }
}

/// Time, and what it cost in millionths of a dollar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// For how long sessions were open.
    pub open_ms: u64,
    /// Millionths of a dollar.
    pub micros: u64,
}

impl Spent {
    fn of(time: OpenTime, plan: &CostPlan) -> Self {
        let price = |ms: u64, mills: u32| ms.saturating_mul(u64::from(mills)) / 3_600;
        Self {
            open_ms: time.assembly_ai.saturating_add(time.self_hosted),
            micros: price(time.assembly_ai, plan.rate_mills)
                .saturating_add(price(time.self_hosted, plan.self_hosted_rate_mills)),
        }
    }
}

/// How much of the month's budget is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// There is none.
    Unset,
    /// Enough.
    Fine,
    /// Four fifths are spent.
    Near,
    /// All of it is.
    Spent,
}

impl Budget {
    fn of(micros: u64, plan: &CostPlan) -> Self {
        let whole = u64::from(plan.budget_cents) * 10_000;
        match micros {
            _ if whole == 0 => Self::Unset,
            _ if micros >= whole => Self::Spent,
            _ if micros >= whole / 100 * NEAR_PERCENT => Self::Near,
            _ => Self::Fine,
        }
    }
}

/// What the cloud costs, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// Since midnight.
    pub today: Spent,
    /// Since the first of the month.
    pub this_month: Spent,
    /// In the month before.
    pub last_month: Spent,
    /// Of this month.
    pub budget: Budget,
    /// Recordings of this run, the newest last.
    pub recordings: Vec<(Uuid, Spent)>,
}

/// Counts, and knows the sums without asking the disk.
pub struct CostCounter {
    history: History,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    usage: Usage,
    /// Never written: a private recording is named nowhere.
    recordings: Vec<(Uuid, OpenTime)>,
    /// What came while the history waited for its key, and is stored when it has it. Only private recordings are made then.
    owed: Vec<Owed>,
}

struct Owed {
    source: Source,
    open_ms: u64,
    at: u64,
}

impl CostCounter {
    /// Over what the history has counted so far.
    #[must_use]
    pub fn new(history: History) -> Self {
        Self { history, known: Mutex::default() }
    }

    /// Adds to what a recording's sessions took; on disk when this returns, unless the history is locked. Blocks.
    ///
    /// # Errors
    /// When it makes no sense or cannot be stored.
    pub fn add(
        &self,
        recording: Uuid,
        source: Source,
        open_ms: u64,
        now: u64,
    ) -> Result<(), HistoryError> {
        if source == Source::Offline {
            return Err(HistoryError::Invalid("a price for the offline engine"));
        }
        if open_ms > LONGEST_REPORT_MS {
            return Err(HistoryError::Invalid(
                "sessions that were open for longer than any can be",
            ));
        }
        match self.history.usage_add(source, open_ms, now) {
            Err(HistoryError::NeedsKey) => self.known().owe(source, open_ms, now),
            stored => stored?,
        }
        self.known().note(recording, source, open_ms);
        self.refresh(now)
    }

    /// Reads the sums anew: the day or the month may be another, or `sotto transcribe` has been at work. While the history is
    /// locked they stay as they are. Blocks.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn refresh(&self, now: u64) -> Result<(), HistoryError> {
        if self.history.needs_key() {
            return Ok(());
        }
        let owed = std::mem::take(&mut self.known().owed);
        for Owed { source, open_ms, at } in owed {
            self.history.usage_add(source, open_ms, at)?;
        }
        let usage = self.history.usage(now)?;
        self.known().usage = usage;
        Ok(())
    }

    /// What it comes to at these prices.
    #[must_use]
    pub fn cost(&self, plan: &CostPlan) -> Cost {
        let known = self.known();
        let this_month = Spent::of(known.usage.this_month, plan);
        let recordings = known.recordings.iter();
        Cost {
            today: Spent::of(known.usage.today, plan),
            this_month,
            last_month: Spent::of(known.usage.last_month, plan),
            budget: Budget::of(this_month.micros, plan),
            recordings: recordings.map(|(id, time)| (*id, Spent::of(*time, plan))).collect(),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn owe(&mut self, source: Source, open_ms: u64, at: u64) {
        const HOUR_MS: u64 = 3_600_000;
        match self.owed.last_mut() {
            // An hour is of one day wherever days begin on the hour.
            Some(last) if last.source == source && last.at / HOUR_MS == at / HOUR_MS => {
                last.open_ms += open_ms;
            }
            _ => self.owed.push(Owed { source, open_ms, at }),
        }
    }

    fn note(&mut self, recording: Uuid, source: Source, open_ms: u64) {
        let at = self.recordings.iter().position(|(id, _)| *id == recording).unwrap_or_else(|| {
            if self.recordings.len() == RECORDINGS_KEPT {
                self.recordings.remove(0);
            }
            self.recordings.push((recording, OpenTime::default()));
            self.recordings.len() - 1
        });
        let time = &mut self.recordings[at].1;
        match source {
            Source::AssemblyAi | Source::AssemblyAiEu => time.assembly_ai += open_ms,
            Source::SelfHosted => time.self_hosted += open_ms,
            Source::Offline => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_784_116_800_000;
    const HOUR: u64 = 3_600_000;

    fn counter() -> (CostCounter, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let history = History::open(&folder.path().join("history.db")).unwrap();
        (CostCounter::new(history), folder)
    }

    fn plan(rate_mills: u32, budget_cents: u32) -> CostPlan {
        CostPlan { rate_mills, budget_cents, ..CostPlan::default() }
    }

    #[test]
    fn an_hour_costs_what_an_hour_costs() {
        let (counter, _folder) = counter();
        counter.add(Uuid::new_v4(), Source::AssemblyAi, HOUR, NOW).unwrap();
        counter.add(Uuid::new_v4(), Source::AssemblyAiEu, HOUR / 2, NOW).unwrap();
        let cost = counter.cost(&plan(150, 0));
        assert_eq!(cost.today, Spent { open_ms: HOUR * 3 / 2, micros: 225_000 });
        assert_eq!((cost.this_month, cost.last_month), (cost.today, Spent::default()));
        assert_eq!(counter.cost(&plan(450, 0)).today.micros, 675_000, "a price that is put right");
    }

    #[test]
    fn many_small_reports_cost_as_much_as_a_large_one() {
        let (counter, _folder) = counter();
        for _ in 0..720 {
            counter.add(Uuid::nil(), Source::AssemblyAi, 5_000, NOW).unwrap();
        }
        assert_eq!(counter.cost(&plan(150, 0)).this_month.micros, 150_000);
    }

    #[test]
    fn a_service_of_ones_own_has_a_price_of_its_own_which_is_nothing_at_first() {
        let (counter, _folder) = counter();
        counter.add(Uuid::nil(), Source::SelfHosted, HOUR, NOW).unwrap();
        assert_eq!(counter.cost(&CostPlan::default()).today, Spent { open_ms: HOUR, micros: 0 });
        let plan = CostPlan { self_hosted_rate_mills: 20, ..CostPlan::default() };
        assert_eq!(counter.cost(&plan).today.micros, 20_000);
    }

    #[test]
    fn a_budget_is_near_at_four_fifths_and_spent_at_all_of_it() {
        // A dollar an hour, and a budget of a dollar.
        for (minutes, expected) in
            [(0, Budget::Fine), (47, Budget::Fine), (48, Budget::Near), (60, Budget::Spent)]
        {
            let (counter, _folder) = counter();
            counter.add(Uuid::nil(), Source::AssemblyAi, minutes * 60_000, NOW).unwrap();
            assert_eq!(counter.cost(&plan(1_000, 100)).budget, expected, "{minutes}");
        }
        let (counter, _folder) = counter();
        counter.add(Uuid::nil(), Source::AssemblyAi, HOUR, NOW).unwrap();
        assert_eq!(counter.cost(&plan(1_000, 0)).budget, Budget::Unset);
        counter.refresh(NOW + 31 * 24 * HOUR).unwrap();
        assert_eq!(counter.cost(&plan(1_000, 100)).budget, Budget::Fine, "another month");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let (counter, _folder) = counter();
        assert!(counter.add(Uuid::nil(), Source::Offline, 1, NOW).is_err());
        let more = LONGEST_REPORT_MS + 1;
        assert!(counter.add(Uuid::nil(), Source::AssemblyAi, more, NOW).is_err());
        assert_eq!(counter.cost(&CostPlan::default()).today, Spent::default());
    }

    #[test]
    fn each_recording_has_its_own_sum_and_old_ones_are_forgotten() {
        let (counter, _folder) = counter();
        let first = Uuid::new_v4();
        counter.add(first, Source::AssemblyAi, 1_000, NOW).unwrap();
        counter.add(first, Source::AssemblyAiEu, 2_000, NOW).unwrap();
        let one = |counter: &CostCounter| counter.cost(&plan(150, 0)).recordings;
        assert_eq!(one(&counter)[0], (first, Spent { open_ms: 3_000, micros: 125 }));
        for _ in 0..RECORDINGS_KEPT {
            counter.add(Uuid::new_v4(), Source::AssemblyAi, 1, NOW).unwrap();
        }
        assert_eq!(one(&counter).len(), RECORDINGS_KEPT);
        assert!(one(&counter).iter().all(|(id, _)| *id != first));
    }

    /// The program opens while the history waits for its key, and counts what a private recording costs meanwhile.
    #[test]
    fn what_is_spent_while_the_history_is_locked_is_counted_when_it_opens() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.db");
        let key = sotto_encryption::DataKey::random().unwrap();
        History::open(&path).unwrap().encrypt(&key).unwrap();
        let history = History::open(&path).unwrap();
        let counter = CostCounter::new(history.clone());
        counter.refresh(NOW).unwrap();
        for _ in 0..3 {
            counter.add(Uuid::nil(), Source::AssemblyAi, HOUR, NOW).unwrap();
        }
        assert_eq!(counter.cost(&CostPlan::default()).today.open_ms, 0);
        history.unlock(&key).unwrap();
        counter.refresh(NOW).unwrap();
        counter.refresh(NOW).unwrap();
        assert_eq!(counter.cost(&CostPlan::default()).today.open_ms, 3 * HOUR);
    }
}
