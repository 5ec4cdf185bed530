//! Which build of the program is measured, and what its figures may claim.

use std::path::PathBuf;

use anyhow::ensure;
use clap::{Args, ValueEnum};

use super::process::{load, web_views};
use super::table::{Row, Table};
use crate::setup::{self, For};
use crate::shell::{cargo, run as run_command, target};

/// A profile of cargo's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Profile {
    /// Not optimised.
    Dev,
    /// Compiled faster than what people get.
    Trial,
    /// What people get.
    #[default]
    Release,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Trial => "trial",
            Self::Release => "release",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Trial | Self::Release => self.name(),
        }
    }
}

#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct BuildArguments {
    /// Take what is built already.
    #[arg(long)]
    no_build: bool,
    /// Which build is measured. Goals are judged of `release` alone.
    #[arg(long, value_enum, default_value_t)]
    profile: Profile,
}

/// The program that is measured.
pub(super) struct Build {
    pub(super) program: PathBuf,
    how: BuildArguments,
}

impl BuildArguments {
    /// Sets up for `purpose` and builds the program, unless it is to be taken as it is.
    pub(super) fn build(self, purpose: For) -> anyhow::Result<Build> {
        ensure!(cfg!(target_os = "linux"), "the virtual desktop is made for Linux");
        if !self.no_build {
            setup::prepare(purpose)?;
        }
        Ok(Build { program: self.package("sotto")?, how: self })
    }

    fn package(self, name: &str) -> anyhow::Result<PathBuf> {
        if !self.no_build {
            let build = ["build", "--profile", self.profile.name(), "--package", name];
            run_command(cargo().args(build))?;
        }
        let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        let built = target().join(self.profile.folder()).join(file);
        ensure!(built.exists(), "{} is not built", built.display());
        Ok(built)
    }
}

impl Build {
    /// An empty window of the same version of Tauri, of the same profile.
    pub(super) fn empty_window(&self) -> anyhow::Result<PathBuf> {
        self.how.package("sotto-empty-window")
    }

    /// What has to be known of the machine and the build to read the figures. Before anything of ours runs.
    pub(super) fn note(&self, table: &mut Table) -> anyhow::Result<()> {
        let judged =
            if self.is_judged() { "" } else { "; its figures meet no goal, whatever they are" };
        table.note("profile", format!("{}{judged}", self.how.profile.name()));
        if let Some(load) = load() {
            table.note("load", format!("{load} before (runnable processes, mean of a minute)"));
        }
        let others = web_views()?;
        if others > 0 {
            let text = "web views of others run too: pages that they share count for less";
            table.note("company", format!("{others} {text}"));
        }
        Ok(())
    }

    /// Whether this is the build that goals are about.
    pub(super) fn is_judged(&self) -> bool {
        self.how.profile == Profile::Release
    }

    /// The goal of a row, judged where this is the build that it is about.
    pub(super) fn goal(&self, row: Row, goal: &str, holds: impl FnOnce(f64) -> bool) -> Row {
        if self.is_judged() { row.goal(goal, holds) } else { row.unjudged(goal) }
    }

    /// As [`Build::goal`], where it depends on the peer's figure too.
    pub(super) fn goal_beside(
        &self,
        row: Row,
        goal: &str,
        holds: impl FnOnce(f64, f64) -> bool,
    ) -> Row {
        if self.is_judged() { row.goal_beside(goal, holds) } else { row.unjudged(goal) }
    }
}
