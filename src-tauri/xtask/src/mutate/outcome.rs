//! What became of each mutant.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

/// The schema of mutation testing elements, as far as it is needed.
#[derive(Debug, Deserialize)]
pub(super) struct Report {
    files: BTreeMap<String, Mutated>,
}

#[derive(Debug, Deserialize)]
struct Mutated {
    mutants: Vec<Told>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    mutator_name: String,
    #[serde(default)]
    replacement: String,
    status: Status,
    location: Location,
}

/// Lines and columns count from one; the end is the first that does not belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Location {
    start: Position,
    end: Position,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Position {
    line: u32,
    column: u32,
}

/// What a run says of a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Status {
    Killed,
    Timeout,
    Survived,
    NoCoverage,
    #[serde(other)]
    Uncounted,
}

impl Status {
    /// A test failed, or did not come to its end.
    pub(super) const fn is_noticed(self) -> bool {
        matches!(self, Self::Killed | Self::Timeout)
    }

    /// All tests passed, or none came by.
    pub(super) const fn is_missed(self) -> bool {
        matches!(self, Self::Survived | Self::NoCoverage)
    }
}

/// One small mistake: where it is made, and what stands there instead.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mutant {
    pub(super) file: String,
    location: Location,
    name: String,
    replacement: String,
}

impl Mutant {
    /// Its place, as Stryker wants to be asked for it: there, columns count from zero.
    pub(super) fn range(&self) -> String {
        let Location { start, end } = self.location;
        let column = |position: Position| position.column.saturating_sub(1);
        format!("{}:{}:{}-{}:{}", self.file, start.line, column(start), end.line, column(end))
    }
}

impl fmt::Display for Mutant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.location.start;
        let first = self.replacement.lines().next().unwrap_or_default();
        write!(out, "{}:{line}:{column} {} → {first}", self.file, self.name)
    }
}

/// The mutants of all runs, each with the best that was said of it.
#[derive(Debug, Default)]
pub(super) struct Outcomes(BTreeMap<Mutant, Status>);

impl Outcomes {
    /// Adds a run. Who was noticed once stays noticed: another run asked other tests.
    pub(super) fn add(&mut self, report: Report) {
        for (file, Mutated { mutants }) in report.files {
            for Told { mutator_name, replacement, status, location } in mutants {
                let mutant =
                    Mutant { file: file.clone(), location, name: mutator_name, replacement };
                let known = self.0.entry(mutant).or_insert(status);
                if !known.is_noticed() {
                    *known = status;
                }
            }
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&Mutant, Status)> {
        self.0.iter().map(|(mutant, status)| (mutant, *status))
    }

    /// Those that no test has noticed so far.
    pub(super) fn left(&self) -> impl Iterator<Item = &Mutant> {
        self.all().filter(|(_, status)| status.is_missed()).map(|(mutant, _)| mutant)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Outcomes, Status};

    fn report(statuses: &[(u32, &str)]) -> super::Report {
        let mutants: Vec<_> = statuses
            .iter()
            .map(|(line, status)| {
                json!({
                    "id": "1",
                    "mutatorName": "BooleanLiteral",
                    "replacement": "false",
                    "status": status,
                    "location": { "start": { "line": line, "column": 5 }, "end": { "line": line, "column": 9 } },
                })
            })
            .collect();
        serde_json::from_value(
            json!({ "files": { "src/session/axis.ts": { "mutants": mutants } } }),
        )
        .unwrap()
    }

    fn statuses(outcomes: &Outcomes) -> Vec<Status> {
        outcomes.all().map(|(_, status)| status).collect()
    }

    #[test]
    fn who_is_left_by_one_run_is_judged_by_the_next() {
        let mut outcomes = Outcomes::default();
        outcomes.add(report(&[(1, "Killed"), (2, "Survived"), (3, "NoCoverage"), (4, "Ignored")]));
        let left: Vec<String> = outcomes.left().map(super::Mutant::range).collect();
        assert_eq!(left, ["src/session/axis.ts:2:4-2:8", "src/session/axis.ts:3:4-3:8"]);

        outcomes.add(report(&[(2, "Timeout"), (3, "Survived")]));
        let wanted = [Status::Killed, Status::Timeout, Status::Survived, Status::Uncounted];
        assert_eq!(statuses(&outcomes), wanted);
    }

    #[test]
    fn who_was_noticed_stays_noticed() {
        let mut outcomes = Outcomes::default();
        outcomes.add(report(&[(1, "Killed")]));
        // A range takes in what lies within it, whatever became of that before.
        outcomes.add(report(&[(1, "Survived")]));
        assert_eq!(statuses(&outcomes), [Status::Killed]);
    }
}
