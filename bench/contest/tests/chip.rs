//! Counts on the emulated chip are exact.
//!
//! Needs the emulator and the compiler's target; without them the test says what is missing and what
//! to do, and has shown nothing.

use std::path::Path;

use contest::census::entry;
use contest::chip::{Board, Chip, find_emulator};
use contest::firmware::{Variant, Yard};
use contest::inputs::Maker;
use contest::program::Device;
use cryptobench::{Operation, Refused};

fn yard() -> Yard {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the crate lies two folders deep");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("cargo puts it into the target folder");
    Yard {
        manifest: top.join("firmware/chips/ast1030-cryptobench/Cargo.toml"),
        target: target.join("cryptobench").join("ast1030"),
    }
}

#[test]
fn two_runs_count_the_same_to_the_last_instruction_and_a_dead_engine_is_noticed() {
    let emulator = match find_emulator(Board::Ast1030) {
        Ok(emulator) => emulator,
        Err(reason) => return println!("SKIPPED: {reason}"),
    };
    let programs = match yard().programs(Variant::Firmware) {
        Ok(programs) => programs,
        Err(error) => return println!("SKIPPED: {error}"),
    };
    let maker = Maker::new();
    let mut first = Chip::start(&emulator, "first", &programs.software).expect("the emulator starts");
    let mut second = Chip::start(&emulator, "second", &programs.software).expect("the emulator starts");
    for operation in [Operation::Sha256, Operation::Aes128GcmOpen, Operation::P256Verify, Operation::MlDsa44Verify] {
        // Chatter in between puts the two emulators out of step with each other.
        first.identity().expect("it answers");
        let entry = entry(&mut [&mut first, &mut second], &maker, operation, 64).expect("both answer");
        let entry = entry.expect("both count the same");
        assert_eq!(entry.count.runs, 2);
        assert!(entry.count.value > 5_000, "{entry:?}");
        assert!(entry.stack_bytes.is_some_and(|bytes| bytes > 200), "{entry:?}");
    }
    if emulator.major < 10 {
        return println!("SKIPPED: QEMU maps the engine from version 10 on");
    }
    let mut engine = Chip::start(&emulator, "hace", &programs.hace).expect("the emulator starts");
    let mut answer = |operation| {
        engine.load(operation, &maker.inputs(operation, 64)).expect("it answers").expect("it fits");
        engine.compute().expect("it answers")
    };
    assert!(answer(Operation::Sha256).is_ok());
    assert_eq!(answer(Operation::Aes128Ctr), Err(Refused::Accelerator));
}
