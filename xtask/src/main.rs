//! Orders the steps.
fn main() {}
