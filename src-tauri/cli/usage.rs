//! `sotto usage`: for how long sessions of the cloud were open, and what that comes to.

use std::process::ExitCode;

use serde_json::json;
use sotto_history::History;

use super::{say, say_json};
use crate::cost::{Budget, Cost, CostCounter, Spent};
use crate::place::Place;
use crate::recogniser::unix_ms;
use crate::settings::SettingsFile;

pub(super) fn run(is_json: bool) -> anyhow::Result<ExitCode> {
    let place = Place::of_user()?;
    let plan = SettingsFile::new(place.data()).load().cost;
    let counter = CostCounter::new(History::open(&place.history())?);
    counter.refresh(unix_ms())?;
    let cost = counter.cost(&plan);
    if is_json {
        let spent = |spent: Spent| json!({ "openMs": spent.open_ms, "usd": usd(spent) });
        say_json(&json!({
            "today": spent(cost.today),
            "thisMonth": spent(cost.this_month),
            "lastMonth": spent(cost.last_month),
            "rateUsdPerHour": f64::from(plan.rate_mills) / 1_000.0,
            "budgetUsd": (plan.budget_cents > 0).then(|| f64::from(plan.budget_cents) / 100.0),
            "budget": budget(&cost),
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    for (name, spent) in
        [("today", cost.today), ("this month", cost.this_month), ("last month", cost.last_month)]
    {
        say(&line(name, spent))?;
    }
    if plan.budget_cents > 0 {
        let whole = f64::from(plan.budget_cents) / 100.0;
        say(&format!("{:10}  {:>11}  ${whole:.2} ({})", "budget", "", budget(&cost)))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn line(name: &str, spent: Spent) -> String {
    let seconds = spent.open_ms / 1_000;
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("{name:10}  {hours:>3}:{minutes:02}:{:02} h  ${:.2}", seconds % 60, usd(spent))
}

fn usd(spent: Spent) -> f64 {
    spent.micros as f64 / 1e6
}

fn budget(cost: &Cost) -> &'static str {
    match cost.budget {
        Budget::Unset => "unset",
        Budget::Fine => "fine",
        Budget::Near => "near",
        Budget::Spent => "spent",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_like_a_bill() {
        let spent = Spent { open_ms: 3_723_000, micros: 155_125 };
        assert_eq!(line("today", spent), "today         1:02:03 h  $0.16");
    }
}
