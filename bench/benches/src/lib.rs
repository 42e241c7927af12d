//! Nothing: a package needs a library or a program, and this one has benches only.
//!
//! It is a default member of the workspace, so that `cargo bench` runs its benches; were there code
//! here, `cargo run` would compile it and all that it needs. What the benches share is `contest`.
