//! What the publisher writes, read back by a reader that shares no code with it.
//!
//! `reader` stands on `ciborium` and on the draft's text alone. Nothing here is compared with stored
//! bytes: a golden envelope would only say that the output is what it was.

mod keys;
mod reader;
mod release;
mod tamper;

use publisher::{Algorithm, Authentication, Deliverable, Image, Keyring, Release, Role};

pub(crate) const VENDOR: [u8; 16] = *b"vendor-identity!";
pub(crate) const CLASS: [u8; 16] = *b"class-identity-!";

pub(crate) fn image(component: &str, byte: u8, size_bytes: usize) -> Image {
    Image { component: component.into(), payload: vec![byte; size_bytes] }
}

pub(crate) fn keys() -> Keyring {
    Keyring::generate(0x5eed)
}

pub(crate) fn release_of(images: Vec<Image>, authentication: Authentication<'_>) -> Release<'_> {
    Release { sequence: 7, vendor: VENDOR, class: CLASS, images, authentication }
}

/// Two components, signed by the manufacturer.
pub(crate) fn two_components(algorithm: Algorithm) -> Deliverable {
    let keys = keys();
    let authentication = Authentication::Signed { signer: keys.signer(Role::Release), algorithm };
    let images = vec![image("radio", 0xBB, 300), image("app", 0xAA, 1000)];
    release_of(images, authentication).build().expect("a sound release")
}
