//! Headquarters for a coalition of the willing, in one binary.

fn main() {}
