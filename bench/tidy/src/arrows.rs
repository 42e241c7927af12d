//! Which of our crates may need which.
//!
//! This table *is* the architecture: a new arrow is a decision, taken here and explained in
//! ARCHITECTURE.md, and not something that a convenient `use` brings about. What is absent matters
//! most. The publisher never needs `manifest`: each implements the update format for itself, so that
//! a mistake in one shows as a disagreement. The runner names no rig, and firmware names no host.

/// What one crate may need.
pub(crate) struct Arrow {
    /// The crate.
    pub(crate) from: &'static str,
    /// What it may need.
    pub(crate) to: &'static [&'static str],
}

/// The command line: it may need everything, and nothing may need it.
pub(crate) const BENCH: &str = "bench";

/// Concrete rigs. Only the command line names them, each behind a feature of its own.
pub(crate) const RIGS: &[&str] = &["probe", "qemu", "sim"];

/// For code and build scripts.
pub(crate) const ARROWS: &[Arrow] = &[
    // The command line's parts.
    Arrow { from: "scenario", to: &["menu"] },
    Arrow { from: "runner", to: &["link", "measure", "menu", "publisher", "record", "rig", "scenario"] },
    Arrow { from: "measure", to: &[] },
    Arrow { from: "benches", to: &[] },
    Arrow { from: "contest", to: &["cryptobench", "measure"] },
    Arrow { from: "tidy", to: &[] },
    // The bench's hardware, real or not. `sim` runs the code that runs on the chip, and its mutants.
    Arrow { from: "rig", to: &["menu"] },
    Arrow { from: "sim", to: &["agent", "board", "boot", "crypto", "menu", "mutants", "rig", "tunnel"] },
    Arrow { from: "mutants", to: &["board", "crypto", "manifest", "menu"] },
    // An emulated board's map is shared with its firmware: addresses written once cannot disagree.
    Arrow { from: "qemu", to: &["ast1030-map", "rig", "riscv-map"] },
    Arrow { from: "probe", to: &["rig"] },
    Arrow { from: "link", to: &[] },
    Arrow { from: "publisher", to: &[] },
    Arrow { from: "farm", to: &["record"] },
    // Firmware. `boot` owns the records and the trust that `agent` prepares an update with.
    Arrow { from: "menu", to: &[] },
    Arrow { from: "manifest", to: &[] },
    Arrow { from: "board", to: &[] },
    Arrow { from: "crypto", to: &[] },
    Arrow { from: "agent", to: &["board", "boot", "crypto", "manifest", "menu"] },
    Arrow { from: "boot", to: &["crypto", "manifest", "menu"] },
    Arrow { from: "tunnel", to: &[] },
    // One thin crate per chip, over what they all do in the same way.
    Arrow { from: "chip", to: &["agent", "board", "boot", "crypto", "menu"] },
    Arrow { from: "ast1030", to: &["ast1030-map", "board", "boot", "chip", "menu"] },
    Arrow { from: "riscv", to: &["board", "boot", "chip", "menu", "riscv-map"] },
    Arrow { from: "cryptobench", to: &[] },
    Arrow { from: "riscv-cryptobench", to: &["cryptobench"] },
    Arrow { from: "ast1030-cryptobench", to: &["ast1030-map", "cryptobench"] },
    Arrow { from: "ast1030-map", to: &["menu"] },
    Arrow { from: "riscv-map", to: &["menu"] },
    // What was seen.
    Arrow { from: "record", to: &["menu", "scenario"] },
    // Reports join what was seen with the framework's statements.
    Arrow { from: "render", to: &["measure", "menu", "record", "scenario", "standards"] },
    Arrow { from: "standards", to: &[] },
];

/// For tests, beside what the code itself may need.
pub(crate) const TEST_ARROWS: &[Arrow] = &[
    // Benches only: `cargo run` must not build what is measured.
    Arrow { from: "benches", to: &["contest", "cryptobench", "measure"] },
    // A runner is tested by playing scenarios, and that takes a rig.
    Arrow { from: "runner", to: &["sim"] },
    // The bundled scenarios name statements that must exist.
    Arrow { from: "scenario", to: &["standards"] },
    // A rig is tested by an update, and that takes a publisher and a client.
    Arrow { from: "qemu", to: &["link", "menu", "publisher"] },
];
