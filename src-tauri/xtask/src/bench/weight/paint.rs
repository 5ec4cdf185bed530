//! When a window is there: the moment at which its disc is seen on the screen. The program's record button appears when the
//! page has everything and answers to the mouse; the same is looked for, in the same way, in the empty window.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use sotto_desktop::{Place, Screen};

use super::scene::Running;
use crate::stage::Stage;

/// `--rec` of the light theme in `ui/src/styles/tokens.css`, and the disc of `empty-window/page/index.html`.
const RECORD_COLOUR: u32 = 0x00c8_372d;
/// The disc has 254 pixels; those of its edge are mixed with what lies behind it.
const DISC_PIXELS: usize = 150;
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
        Ok(Self { program: program.to_owned(), disc })
    }

    /// Opens it again; gives how long that took, and the open window.
    pub(super) async fn open(
        &self,
        stage: &Stage,
        screen: &Screen,
    ) -> anyhow::Result<(Duration, Running)> {
        let began = Instant::now();
        let running = Running::start(stage, &self.program)?;
        let seen = seen(screen, self.disc, LOOK_EVERY).await;
        seen.with_context(|| self.program.display().to_string())?;
        Ok((began.elapsed(), running))
    }
}

/// Waits until a disc is painted anywhere; gives where it is.
pub(super) async fn found(screen: &Screen) -> anyhow::Result<Place> {
    seen(screen, screen.whole(), SEARCH_EVERY).await
}

/// Waits until a disc is painted at `place`; gives where it is.
async fn seen(screen: &Screen, place: Place, every: Duration) -> anyhow::Result<Place> {
    let look = async {
        loop {
            let picture = screen.picture(place)?;
            if picture.count(RECORD_COLOUR) >= DISC_PIXELS {
                return picture.place_of(RECORD_COLOUR).context("no disc");
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
    fn both_windows_have_the_colour_that_is_looked_for() {
        let colour = format!("#{RECORD_COLOUR:06x}");
        let tokens = include_str!("../../../../../ui/src/styles/tokens.css");
        let light = tokens.split("--rec:").nth(1).unwrap();
        assert!(light.trim_start().starts_with(&colour), "{colour}");
        assert!(include_str!("../../../empty-window/page/index.html").contains(&colour));
    }
}
