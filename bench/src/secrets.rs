//! What everything random and every key comes from, as the command line says it.
//!
//! Several commands make devices and deliverables; with the same seed they make the same ones.

use std::path::PathBuf;

use clap::Args;
use publisher::Keyring;
use record::KeySource;

use crate::failure::Failure;

/// Options for the seed and the keys.
#[derive(Args, Clone, Debug)]
pub(crate) struct SecretArgs {
    /// Everything random follows from it: a decimal number, or a hexadecimal one with `0x`
    #[arg(long, value_name = "N", default_value = "0x5eed", value_parser = seed)]
    pub(crate) seed: u64,

    /// Keep the keys in this folder instead of making them from the seed
    #[arg(long, value_name = "DIR")]
    pub(crate) keys: Option<PathBuf>,
}

impl SecretArgs {
    /// Where the keys come from.
    pub(crate) fn source(&self) -> KeySource {
        if self.keys.is_some() { KeySource::Files } else { KeySource::Seed }
    }

    /// The keys of manufacturer and attacker.
    pub(crate) fn keyring(&self) -> Result<Keyring, Failure> {
        match &self.keys {
            None => Ok(Keyring::generate(self.seed)),
            Some(folder) => Keyring::load_or_create(folder, self.seed).map_err(|error| {
                Failure::argument(
                    format!("the keys cannot be used: {:#}", anyhow::Error::from(error)),
                    "name a folder with one `<role>.pem` per role, or an empty one to have them made",
                )
            }),
        }
    }
}

fn seed(text: &str) -> Result<u64, String> {
    let (digits, radix) = match text.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    let is_digits = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    match u64::from_str_radix(digits, radix) {
        Ok(seed) if is_digits => Ok(seed),
        Err(_) if !is_digits && text.chars().all(|c| c.is_ascii_hexdigit()) && !text.is_empty() => {
            Err(format!("a hexadecimal seed begins with 0x: 0x{text}"))
        }
        Ok(_) | Err(_) => Err("a seed is a number of at most 64 bits, such as 7 or 0x5eed".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_has_one_reading() {
        assert_eq!(seed("10"), Ok(10));
        assert_eq!(seed("0x10"), Ok(16));
        assert_eq!(seed("0xffffffffffffffff"), Ok(u64::MAX));
        for text in ["", "5eed", "0x", "-1", "+1", "0x+1", "1e3", "18446744073709551616", "0x10000000000000000"] {
            assert!(seed(text).is_err(), "{text}");
        }
        assert_eq!(seed("5eed"), Err("a hexadecimal seed begins with 0x: 0x5eed".to_owned()));
    }
}
