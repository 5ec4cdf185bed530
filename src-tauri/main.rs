//! The Sotto binary.
fn main() {}
