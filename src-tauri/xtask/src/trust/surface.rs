//! Where a key could come out, and how each search is proved: something made up is put there on purpose, and has to be found.

use std::collections::BTreeMap;

use clap::ValueEnum;
use serde::Serialize;

use super::needle::Needle;
use super::places::Place;

/// A way by which a key could leave the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Surface {
    /// The environment of the window's processes, and so their memory.
    Environment,
    /// A file in the folder of the data.
    File,
    /// What the desktop pastes.
    Clipboard,
    /// The page's elements and what it stores.
    Page,
    /// A message between the window and the program.
    Message,
    /// What a crash leaves behind.
    Dump,
}

/// What is looked for, and what was put there to be found.
pub(crate) struct Bait {
    pub(crate) key: Needle,
    /// Put on every surface: a search that does not find it proves nothing.
    pub(crate) decoy: Needle,
    /// The surface on which the key itself is put, to see that the run fails.
    pub(crate) leak: Option<Surface>,
}

impl Bait {
    pub(crate) fn new(leak: Option<Surface>) -> Self {
        Self { key: Needle::random(), decoy: Needle::random(), leak }
    }

    /// What is to be put on a surface, as one text.
    pub(crate) fn on(&self, surface: Surface) -> String {
        match self.leak == Some(surface) {
            true => format!("{} {}", self.decoy.text(), self.key.text()),
            false => self.decoy.text().to_owned(),
        }
    }
}

/// What the searches came to.
#[derive(Default)]
pub(crate) struct Findings {
    /// Where the key is.
    pub(crate) key: Vec<Place>,
    /// Which searches found what was put there for them.
    pub(crate) proved: BTreeMap<Surface, bool>,
}

impl Findings {
    /// Searches a text that came from a surface.
    pub(crate) fn look(&mut self, bait: &Bait, surface: Surface, what: &'static str, text: &str) {
        if bait.key.is_in(text.as_bytes()) {
            self.key.push(Place::Told(what));
        }
        self.prove(surface, bait.decoy.is_in(text.as_bytes()));
    }

    /// One of several searches of a surface did, or did not, find what was put there.
    pub(crate) fn prove(&mut self, surface: Surface, is_found: bool) {
        *self.proved.entry(surface).or_insert(true) &= is_found;
    }

    /// Whether the key is nowhere, and every search is known to find what is there.
    pub(crate) fn is_clean(&self) -> bool {
        self.key.is_empty()
            && self.proved.len() == Surface::value_variants().len()
            && self.proved.values().all(|is_found| *is_found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_that_misses_its_decoy_is_no_proof_and_a_leak_is_found() {
        let bait = Bait::new(Some(Surface::Page));
        let mut findings = Findings::default();
        for surface in Surface::value_variants() {
            findings.look(&bait, *surface, "a text", bait.decoy.text());
        }
        assert!(findings.is_clean());
        findings.look(&bait, Surface::Page, "a text", &bait.on(Surface::Page));
        assert_eq!(findings.key, [Place::Told("a text")]);

        let mut blind = Findings::default();
        for surface in Surface::value_variants() {
            blind.look(&bait, *surface, "a text", bait.decoy.text());
            blind.look(&bait, *surface, "a text", "");
        }
        assert!(blind.key.is_empty() && !blind.is_clean());
        assert!(!Findings::default().is_clean());
    }
}
