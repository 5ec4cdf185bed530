//! What was measured, beside its goals and a peer.

use serde::Serialize;
use serde_json::{Value, json};

/// A line of the table.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    what: String,
    unit: &'static str,
    goal: Option<String>,
    ours: Option<f64>,
    peer: Option<f64>,
    ratio: Option<f64>,
    /// `None` where there is no goal.
    met: Option<bool>,
}

impl Row {
    /// A figure without a goal; where nothing could be measured there is none.
    pub(super) fn new(what: &str, unit: &'static str, ours: Option<f64>) -> Self {
        let what = what.to_owned();
        Self { what, unit, goal: None, ours, peer: None, ratio: None, met: None }
    }

    /// What the peer has.
    pub(super) fn beside(mut self, peer: Option<f64>) -> Self {
        self.peer = peer;
        self.ratio =
            self.ours.zip(peer.filter(|peer| *peer != 0.0)).map(|(ours, peer)| ours / peer);
        self
    }

    /// As [`Row::beside`], of a figure whose ratio would say nothing: a level in decibels, a place.
    pub(super) fn beside_level(mut self, peer: Option<f64>) -> Self {
        self.peer = peer;
        self
    }

    /// What the figure has to be; a goal about something that could not be measured is not met.
    pub(super) fn goal(mut self, goal: &str, holds: impl FnOnce(f64) -> bool) -> Self {
        self.goal = Some(goal.to_owned());
        self.met = Some(self.ours.is_some_and(holds));
        self
    }

    /// What the figure would have to be, were it measured on what the goal is about: another build, a longer run.
    pub(super) fn unjudged(mut self, goal: &str) -> Self {
        self.goal = Some(goal.to_owned());
        self
    }

    /// As [`Row::goal`], where it depends on the peer's figure too.
    pub(super) fn goal_beside(mut self, goal: &str, holds: impl FnOnce(f64, f64) -> bool) -> Self {
        self.goal = Some(goal.to_owned());
        self.met = Some(self.ours.zip(self.peer).is_some_and(|(ours, peer)| holds(ours, peer)));
        self
    }
}

/// Rows under what they were measured on and how.
#[derive(Debug)]
pub(super) struct Table {
    area: &'static str,
    circumstances: Vec<(&'static str, String)>,
    rows: Vec<Row>,
}

impl Table {
    /// An empty one.
    pub(super) fn new(area: &'static str) -> Self {
        Self { area, circumstances: Vec::new(), rows: Vec::new() }
    }

    /// Something that one has to know to read the figures.
    pub(super) fn note(&mut self, name: &'static str, value: impl Into<String>) {
        self.circumstances.push((name, value.into()));
    }

    /// Adds a row.
    pub(super) fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Whether every goal is met, of which there has to be one.
    pub(super) fn is_met(&self) -> bool {
        let mut goals = self.rows.iter().filter_map(|row| row.met).peekable();
        goals.peek().is_some() && goals.all(|met| met)
    }

    /// For people.
    pub(super) fn print(&self) {
        for (name, value) in &self.circumstances {
            println!("{name:<12} {value}");
        }
        println!(
            "\n{:<62} {:<26} {:>9} {:>9} {:>6}  met?",
            "what", "goal", "ours", "peer", "ratio"
        );
        for row in &self.rows {
            println!(
                "{:<62} {:<26} {:>9} {:>9} {:>6}  {}",
                format!("{} ({})", row.what, row.unit),
                row.goal.as_deref().unwrap_or("–"),
                figure(row.ours),
                figure(row.peer),
                row.ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.2}")),
                match row.met {
                    Some(true) => "yes",
                    Some(false) => "NO",
                    None => "–",
                },
            );
        }
    }

    /// For programs.
    pub(super) fn line(&self) -> Value {
        let notes: serde_json::Map<_, _> = self
            .circumstances
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone().into()))
            .collect();
        json!({ "area": self.area, "notes": notes, "rows": self.rows, "pass": self.is_met() })
    }
}

/// Three digits that count, whatever the size.
fn figure(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(value) if value.abs() >= 100.0 => format!("{value:.0}"),
        Some(value) if value.abs() >= 10.0 => format!("{value:.1}"),
        Some(value) => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_without_a_figure_is_not_met() {
        let mut table = Table::new("test");
        table
            .add(Row::new("speed", "x", Some(20.0)).beside(Some(10.0)).goal("≥ 15", |x| x >= 15.0));
        assert!(table.is_met());
        assert_eq!(table.line()["rows"][0]["ratio"], 2.0);
        table
            .add(Row::new("cost", "s", Some(1.0)).goal_beside("≤ half", |ours, peer| ours <= peer));
        assert!(!table.is_met(), "there is no peer to be half of");
        assert!(!Table::new("nothing").is_met());
        let mut trial = Table::new("trial");
        trial.add(Row::new("start", "ms", Some(1.0)).unjudged("≤ 2"));
        assert!(!trial.is_met(), "nothing was judged");
    }
}
