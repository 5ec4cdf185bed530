//! Sotto's own tool.
fn main() {}
