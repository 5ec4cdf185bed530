//! Why tests failed, from what their programs print: told once more at the end of a long run, where somebody sees it.

/// What one failed test said, without the program's own log and without the way back through the stack.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Failure {
    test: String,
    lines: Vec<String>,
}

/// More than this is read where it was printed first.
const MOST_LINES: usize = 8;

/// Reads the output of cargo's test programs, line by line.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    told: Vec<Failure>,
    is_telling: bool,
}

impl Failures {
    pub(crate) fn read(&mut self, line: &str) {
        let heading = line.strip_prefix("---- ").and_then(|rest| rest.strip_suffix(" stdout ----"));
        if let Some(test) = heading {
            self.told.push(Failure { test: test.to_owned(), lines: Vec::new() });
            self.is_telling = true;
        } else if line == "failures:" || line == "stack backtrace:" {
            self.is_telling = false;
        } else if let Some(failure) = self.told.last_mut()
            && self.is_telling
            && failure.lines.len() < MOST_LINES
            && !line.trim().is_empty()
            && !is_log(line)
        {
            failure.lines.push(line.to_owned());
        }
    }

    /// All of it, a line each.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        self.told.iter().flat_map(|failure| {
            let heading = format!("failed: {}", failure.test);
            std::iter::once(heading).chain(failure.lines.iter().map(|line| format!("    {line}")))
        })
    }
}

/// "2026-11-29T17:17:43.036958Z  INFO sotto_server::running: …".
fn is_log(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let is_time = words.next().is_some_and(|word| word.ends_with('Z') && word.contains('T'));
    is_time
        && words.next().is_some_and(|word| word.chars().all(|letter| letter.is_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_test_says_is_told_without_log_and_stack() {
        let mut failures = Failures::default();
        let printed = "test outage::a ... FAILED\n\nfailures:\n\n---- outage::a stdout ----\n\
            2026-11-29T17:17:43.036958Z  INFO sotto_server: listens\n\
            thread 'outage::a' (7) panicked at tests/outage.rs:3:5:\nnothing came\n\
            stack backtrace:\n   0: begin\nnote: some\n\n---- b stdout ----\n\
            thread 'b' panicked at b.rs:1:1:\n\nfailures:\n    outage::a\n    b\n\ntest result: FAILED.";
        printed.lines().for_each(|line| failures.read(line));
        assert_eq!(
            failures.lines().collect::<Vec<_>>(),
            [
                "failed: outage::a",
                "    thread 'outage::a' (7) panicked at tests/outage.rs:3:5:",
                "    nothing came",
                "failed: b",
                "    thread 'b' panicked at b.rs:1:1:",
            ]
        );
    }

    #[test]
    fn a_run_in_which_all_went_well_has_nothing_to_tell() {
        let mut failures = Failures::default();
        for line in ["test a ... ok", "", "test result: ok. 1 passed"] {
            failures.read(line);
        }
        assert_eq!(failures.lines().count(), 0);
    }
}
