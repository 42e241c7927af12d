//! Tells the program how it was built, so that it can say so.
//!
//! Which backend a hash uses is decided by flags to the compiler that no crate can ask its
//! dependencies about. The same flags reach this crate too, and the compiler's own version and the
//! optimisation level reach its build script.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=CARGO_ENCODED_RUSTFLAGS");
    for (name, values) in BACKENDS {
        let values: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
        println!("cargo:rustc-check-cfg=cfg({name}, values({}))", values.join(", "));
    }
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default().replace('\u{1f}', " ");
    tell("CRYPTOBENCH_FLAGS", if flags.is_empty() { "none" } else { &flags });
    tell("CRYPTOBENCH_OPTIMISATION", &of_cargo("OPT_LEVEL"));
    tell("CRYPTOBENCH_TARGET", &of_cargo("TARGET"));
    tell("CRYPTOBENCH_COMPILER", &compiler());
}

/// The flags that choose backends, and what they may be.
const BACKENDS: &[(&str, &[&str])] = &[
    ("aes_backend", &["soft"]),
    ("chacha20_backend", &["soft", "sse2", "avx2", "avx512", "neon"]),
    ("polyval_backend", &["soft"]),
    ("sha1_backend", &["soft", "x86-sha", "aarch64-sha2"]),
    ("sha2_backend", &["soft", "riscv-zknh"]),
];

fn of_cargo(name: &str) -> String {
    env::var(name).expect("cargo sets it for every build script")
}

fn compiler() -> String {
    let version = Command::new(of_cargo("RUSTC")).arg("--version").output();
    version.ok().and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_else(|| "unknown".to_owned())
}

fn tell(name: &str, value: &str) {
    println!("cargo:rustc-env={name}={}", value.trim());
}
