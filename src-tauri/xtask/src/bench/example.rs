//! Examples of the crates, which do the work of a measurement, and how they are built.

use std::path::PathBuf;

use anyhow::ensure;
use clap::Args;

use crate::shell::{cargo, run, target};

/// How what is measured is built: as it is released, unless something else is wanted.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct Build {
    /// Measure what `cargo build` makes. Signal code is optimised there too, SQLite and most other code is not.
    #[arg(long)]
    dev: bool,
    /// Take what is built already.
    #[arg(long)]
    no_build: bool,
}

impl Build {
    /// An example of a crate, built.
    pub(super) fn example(self, package: &str, name: &str) -> anyhow::Result<PathBuf> {
        if !self.no_build {
            let mut build = cargo();
            build.arg("build").args((!self.dev).then_some("--release"));
            run(build.args(["--package", package, "--example", name]))?;
        }
        let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        let built = target().join(self.profile()).join("examples").join(file);
        ensure!(built.exists(), "{} is not built", built.display());
        Ok(built)
    }

    /// Where cargo puts it.
    fn profile(self) -> &'static str {
        if self.dev { "debug" } else { "release" }
    }

    /// For the table.
    pub(super) fn describe(self) -> &'static str {
        if self.dev { "dev (signal code is optimised, SQLite is not)" } else { "release" }
    }
}
