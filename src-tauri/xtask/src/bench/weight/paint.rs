//! When a window is there: the moment at which its disc is seen on the screen. The program's record button is there, and starts a
//! recording, before the rest of its page is read (`ui/src/opening.ts`); the same is looked for, in the same way, in the empty
//! window. When the rest is there, the empty view's invitation is seen.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use sotto_desktop::{Place, Screen};

use super::scene::Running;
use crate::stage::Stage;

/// What is looked for on the screen: so many pixels of a colour.
#[derive(Debug, Clone, Copy)]
struct Sign {
    colour: u32,
    pixels: usize,
}

/// `--rec` of the light theme in `ui/src/styles/tokens.css`, and the disc of `empty-window/page/index.html`. The disc has 254
/// pixels; those of its edge are mixed with what lies behind it.
const DISC: Sign = Sign { colour: 0x00c8_372d, pixels: 150 };
/// `--accent` of the same: the button in the middle of the empty view, less the words on it.
const INVITATION: Sign = Sign { colour: 0x001b_6e62, pixels: 1500 };
/// How exact a start is measured.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(3);
/// How often all of the screen is looked at, where the disc's place is not known: that takes time which the program needs.
const SEARCH_EVERY: Duration = Duration::from_millis(100);
/// How long a window may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program whose window is known.
pub(super) struct Painted {
    program: PathBuf,
    /// Where its disc is: a look at the whole screen takes longer than it may.
    disc: Place,
    /// Where its invitation is, if it has one.
    invitation: Option<Place>,
}

impl Painted {
    /// Opens the program once, finds where its disc is, and ends it.
    pub(super) async fn find(
        stage: &Stage,
        screen: &Screen,
        program: &Path,
    ) -> anyhow::Result<Self> {
        let running = Running::start(stage, program)?;
        let disc = found(screen).await.with_context(|| program.display().to_string())?;
        running.end().await?;
        Ok(Self { program: program.to_owned(), disc, invitation: None })
    }

    /// As [`Self::find`], of a program that invites to record when all of it is there.
    pub(super) async fn find_inviting(
        stage: &Stage,
        screen: &Screen,
        program: &Path,
    ) -> anyhow::Result<Self> {
        let running = Running::start(stage, program)?;
        let find = async {
            let invitation = seen(screen, screen.whole(), INVITATION, SEARCH_EVERY).await?;
            anyhow::Ok((found(screen).await?, Some(invitation)))
        };
        let (disc, invitation) = find.await.with_context(|| program.display().to_string())?;
        running.end().await?;
        Ok(Self { program: program.to_owned(), disc, invitation })
    }

    /// Opens it again; gives how long that took.
    pub(super) async fn open(&self, stage: &Stage, screen: &Screen) -> anyhow::Result<Opened> {
        let began = Instant::now();
        let running = Running::start(stage, &self.program)?;
        let look = async {
            seen(screen, self.disc, DISC, LOOK_EVERY).await?;
            let usable = began.elapsed();
            if let Some(place) = self.invitation {
                seen(screen, place, INVITATION, LOOK_EVERY).await?;
            }
            anyhow::Ok((usable, began.elapsed()))
        };
        let (usable, whole) = look.await.with_context(|| self.program.display().to_string())?;
        Ok(Opened { usable, whole, running })
    }
}

/// An open window, and how long it took.
pub(super) struct Opened {
    /// Until its disc was there.
    pub(super) usable: Duration,
    /// Until its invitation was, too.
    pub(super) whole: Duration,
    pub(super) running: Running,
}

/// Waits until a disc is painted anywhere; gives where it is.
pub(super) async fn found(screen: &Screen) -> anyhow::Result<Place> {
    seen(screen, screen.whole(), DISC, SEARCH_EVERY).await
}

/// Waits until a sign is painted at `place`; gives where it is.
async fn seen(screen: &Screen, place: Place, sign: Sign, every: Duration) -> anyhow::Result<Place> {
    let look = async {
        loop {
            let picture = screen.picture(place)?;
            if picture.count(sign.colour) >= sign.pixels {
                return picture.place_of(sign.colour).context("nothing of its colour");
            }
            tokio::time::sleep(every).await;
        }
    };
    tokio::time::timeout(PATIENCE, look).await.context("the window is not painted")?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_windows_have_the_colours_that_are_looked_for() {
        let written = |sign: Sign| format!("#{:06x}", sign.colour);
        let tokens = include_str!("../../../../../ui/src/styles/tokens.css");
        for (name, sign) in [("--rec:", DISC), ("--accent:", INVITATION)] {
            let light = tokens.split(name).nth(1).unwrap();
            assert!(light.trim_start().starts_with(&written(sign)), "{name}");
        }
        assert!(include_str!("../../../empty-window/page/index.html").contains(&written(DISC)));
    }
}
