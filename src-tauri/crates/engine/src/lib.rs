//! Offline recognition: speech detection, recogniser, stable partials, turns.
