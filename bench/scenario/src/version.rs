//! Versions as people write them: `2.1.0`.
//!
//! Exactly one spelling per version, so that a version in a file, a record and a report can be
//! found by searching for it.

use std::str::FromStr;

use thiserror::Error;

use crate::model::Version;

/// Why a text is no version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum VersionError {
    /// Not three decimal numbers joined by dots.
    #[error("a version is three numbers joined by dots, such as 2.1.0")]
    Form,
    /// A number is written with leading zeros.
    #[error("the numbers of a version have no leading zeros")]
    LeadingZero,
    /// A number does not fit 16 bits.
    #[error("each number of a version is at most 65535: they become 16 bits each of the SUIT sequence number")]
    TooLarge,
}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let mut parts = text.split('.');
        let (Some(major), Some(minor), Some(patch), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(VersionError::Form);
        };
        Ok(Self { major: number(major)?, minor: number(minor)?, patch: number(patch)? })
    }
}

fn number(digits: &str) -> Result<u16, VersionError> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(VersionError::Form);
    }
    if digits.len() > 1 && digits.starts_with('0') {
        return Err(VersionError::LeadingZero);
    }
    // Only digits are left, so the one way to fail is to be too large.
    digits.parse().map_err(|_| VersionError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_reads_as_it_is_written() {
        let version = Version { major: 2, minor: 0, patch: 65_535 };
        assert_eq!(version.to_string().parse(), Ok(version));
    }

    #[test]
    fn every_other_spelling_is_refused() {
        for text in ["", "2", "2.1", "2.1.0.0", "v2.1.0", "2.1.x", "2..0", "+2.1.0", "2.1.0-rc1", " 2.1.0", "٢.1.0"] {
            assert_eq!(text.parse::<Version>(), Err(VersionError::Form), "{text:?}");
        }
        assert_eq!("2.01.0".parse::<Version>(), Err(VersionError::LeadingZero));
        assert_eq!("2.1.65536".parse::<Version>(), Err(VersionError::TooLarge));
        assert_eq!("99999999999999999999.1.0".parse::<Version>(), Err(VersionError::TooLarge));
    }
}
