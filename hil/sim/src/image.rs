//! Images of the simulated device: a descriptor of how the image behaves, and filler.
//!
//! The descriptor is part of the payload, so it is covered by the digest in the signed manifest. It
//! stands in for machine code: the first stage copies it to the executing memory, and the machine
//! behaves as the bytes *there* say.

use rand::Rng;
use rig::{Behaviour, ImageSpec, stream};

/// Size of every image in bytes: not a whole number of pages, so that ends are exercised.
const IMAGE_BYTES: usize = 28 * 1024 + 100;
/// The randomness stream of the filler.
const FILLER: u64 = 1;
const MAGIC: &[u8; 8] = b"OTASIM\0\x01";
const BEHAVIOUR_AT: usize = MAGIC.len();
const VERSION_AT: usize = BEHAVIOUR_AT + 2;

/// The image of this version and behaviour; the same bytes every time.
pub(crate) fn build(spec: &ImageSpec) -> Vec<u8> {
    let [major, minor, patch] = spec.version;
    let mut image = vec![0; IMAGE_BYTES];
    stream(menu::sequence_number(major, minor, patch), FILLER).fill_bytes(&mut image);
    image[..BEHAVIOUR_AT].copy_from_slice(MAGIC);
    image[BEHAVIOUR_AT..VERSION_AT].copy_from_slice(&code(spec.behaviour).to_le_bytes());
    for (place, number) in image[VERSION_AT..].chunks_exact_mut(2).zip(spec.version) {
        place.copy_from_slice(&number.to_le_bytes());
    }
    image
}

/// The recovery image: the same bytes every time.
pub(crate) fn build_recovery() -> Vec<u8> {
    let mut image = build(&ImageSpec { version: [0; 3], behaviour: Behaviour::Healthy });
    image[BEHAVIOUR_AT..VERSION_AT].copy_from_slice(&RECOVERY.to_le_bytes());
    image
}

/// What a program does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// An application.
    Application(Behaviour),
    /// Takes a good image in.
    Recovery,
}

/// What the bytes in the executing memory do.
pub(crate) fn program(memory: &[u8]) -> Program {
    let number = memory.strip_prefix(MAGIC).and_then(|rest| rest.first_chunk());
    match number.map(|bytes| u16::from_le_bytes(*bytes)) {
        Some(RECOVERY) => Program::Recovery,
        Some(_) | None => Program::Application(behaviour(memory)),
    }
}

/// How an application behaves. Memory without a descriptor is not a program: it hangs.
fn behaviour(memory: &[u8]) -> Behaviour {
    let Some(rest) = memory.strip_prefix(MAGIC) else { return Behaviour::Hangs };
    let number = rest.first_chunk().map(|bytes| u16::from_le_bytes(*bytes));
    ALL.into_iter().find(|behaviour| Some(code(*behaviour)) == number).unwrap_or(Behaviour::Hangs)
}

const RECOVERY: u16 = 0x4d06;

const ALL: [Behaviour; 6] = [
    Behaviour::Healthy,
    Behaviour::Hangs,
    Behaviour::Crashes,
    Behaviour::NeverConfirms,
    Behaviour::ConfirmsLate,
    Behaviour::RunsWild,
];

const fn code(behaviour: Behaviour) -> u16 {
    match behaviour {
        Behaviour::Healthy => 0x4d01,
        Behaviour::Hangs => 0x4d02,
        Behaviour::Crashes => 0x4d03,
        Behaviour::NeverConfirms => 0x4d04,
        Behaviour::ConfirmsLate => 0x4d05,
        Behaviour::RunsWild => 0x4d07,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_does_what_it_was_built_to_do() {
        for behaviour_wanted in ALL {
            let image = build(&ImageSpec { version: [1, 2, 3], behaviour: behaviour_wanted });
            assert_eq!(program(&image), Program::Application(behaviour_wanted));
        }
        assert_eq!(program(&build_recovery()), Program::Recovery);
        assert_eq!(behaviour(&[0xff; 64]), Behaviour::Hangs);
        assert_eq!(behaviour(&[]), Behaviour::Hangs);
    }

    #[test]
    fn images_of_two_versions_differ_everywhere() {
        let image = |patch| build(&ImageSpec { version: [1, 0, patch], behaviour: Behaviour::Healthy });
        let (one, two) = (image(1), image(2));
        let same = one.iter().zip(&two).filter(|(a, b)| a == b).count();
        assert!(same < IMAGE_BYTES / 100, "{same} bytes agree");
    }
}
