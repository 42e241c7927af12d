//! Counts on the emulated RISC-V hart are exact, and both sides compute what the vectors say.
//!
//! Needs the emulator and the compiler's target; without them the test says what is missing and what
//! to do, and has shown nothing.

use std::path::Path;

use contest::census::entry;
use contest::check::check;
use contest::chip::{Board, Chip, find_emulator};
use contest::firmware::Level;
use contest::inputs::Maker;
use contest::known::known_cases;
use contest::program::Device;
use contest::riscv::{RiscvYard, look_into};
use contest::twin::Side;
use contest::vectors::wycheproof_cases;
use cryptobench::Operation;

fn yard() -> RiscvYard {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the crate lies two folders deep");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("cargo puts it into the target folder");
    RiscvYard {
        manifest: top.join("firmware/chips/riscv-cryptobench/Cargo.toml"),
        target: target.join("cryptobench").join("riscv"),
    }
}

#[test]
fn both_sides_are_right_and_count_the_same_in_two_runs() {
    let emulator = match find_emulator(Board::Riscv) {
        Ok(emulator) => emulator,
        Err(reason) => return println!("SKIPPED: {reason}"),
    };
    let programs = match Side::ALL.map(|side| yard().program(side, Level::Small)) {
        [Ok(software), Ok(accelerated)] => [software, accelerated],
        [Err(error), _] | [_, Err(error)] => return println!("SKIPPED: {error}"),
    };
    for (side, program) in Side::ALL.into_iter().zip(&programs) {
        let held = look_into(&program.path).expect("cargo just built it");
        assert_eq!(held.prove(side), Ok(()));
    }
    let start = |name, side: usize| Chip::start(&emulator, name, &programs[side].path).expect("the emulator starts");
    let maker = Maker::new();
    let (mut software, mut accelerated) = (start("software", 0), start("accelerated", 1));
    let operations = [Operation::Sha256, Operation::Sha512, Operation::Aes128GcmOpen, Operation::Aes256KwUnwrap];
    let cases: Vec<_> = known_cases().into_iter().chain(wycheproof_cases()).collect();
    let cases: Vec<_> = cases.into_iter().filter(|case| operations.contains(&case.operation)).collect();
    let outcomes = check(&mut [&mut software, &mut accelerated], &cases, &maker, &operations).expect("both answer");
    for (operation, outcome) in outcomes {
        assert_eq!(outcome.faults, [""; 0], "{}", operation.name());
        assert!(outcome.vectors > 0, "{}", operation.name());
    }
    let mut again = start("again", 1);
    let counted = |devices: &mut [&mut dyn Device], operation| {
        let entry = entry(devices, &maker, operation, 64).expect("both answer").expect("both count the same");
        assert_eq!(entry.count.runs, 2);
        assert!(entry.stack_bytes.is_some_and(|bytes| bytes > 100), "{entry:?}");
        entry.count.value
    };
    // Chatter in between puts the two emulators out of step with each other.
    accelerated.identity().expect("it answers");
    let fast = counted(&mut [&mut accelerated, &mut again], Operation::Aes128GcmOpen);
    let mut again = start("again", 0);
    let slow = counted(&mut [&mut software, &mut again], Operation::Aes128GcmOpen);
    assert!(fast < slow, "{fast} and {slow}");
}
