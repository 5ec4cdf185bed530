//! Pure functions from a transcript to bytes.
