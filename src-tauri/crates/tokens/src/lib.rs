//! Minting of temporary tokens.
