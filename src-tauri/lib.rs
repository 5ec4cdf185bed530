//! The Sotto program.
