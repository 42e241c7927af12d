//! Cryptography on a 32-bit RISC-V hart, in instructions, on QEMU: software against the scalar
//! instructions of Zkne, Zknd and Zknh.
//!
//! Here the accelerator is part of the processor, so both sides are counted by the same counter and
//! their ratio means something. What each instruction takes, silicon decides.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

use contest::BenchError;
use contest::census::{Absent, Entry, entry};
use contest::check::{Outcome, built, check};
use contest::chip::{Board, Chip, Emulator, find_emulator};
use contest::count_table::PLOTTED;
use contest::firmware::Level;
use contest::inputs::Maker;
use contest::plot::flash_against_speed;
use contest::program::Device;
use contest::riscv::{Program, RiscvYard, TARGET, look_into};
use contest::riscv_table::{Results, footprints, text};
use contest::table::{Skipped, size};
use contest::twin::Side;
use contest::vectors::Case;
use criterion::Criterion;
use cryptobench::Operation;

#[path = "../counted/counted.rs"]
mod counted;

use counted::{Instructions, cases, criterion, keep_same, one_line, sample, sizes};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("riscv: nothing measured; `cargo bench` measures");
        return Ok(());
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("cargo puts it into the target folder");
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the crate lies two folders deep");
    let yard = RiscvYard {
        manifest: top.join("firmware/chips/riscv-cryptobench/Cargo.toml"),
        target: target.join("cryptobench").join("riscv"),
    };
    let mut results = Results::default();
    match find_emulator(Board::Riscv) {
        Err(reason) => results.skip("riscv", reason),
        Ok(emulator) => match yard.program(Side::Software, Level::Small) {
            Err(BenchError::Build { diagnostics, .. }) => results.skip("riscv", why_not_built(&diagnostics)),
            Err(error) => return Err(error.into()),
            Ok(_) => measure_all(&yard, &emulator, &mut results)?,
        },
    }
    let text = text(&results);
    println!("\n{text}");
    let folder = target.join("otabench").join("riscv");
    contest::written::write(&folder, &results, &text)?;
    let points = footprints(&results);
    if !points.is_empty() {
        flash_against_speed(&points, "instructions for 1 KiB", &folder.join("flash-against-speed.svg"))?;
    }
    println!("written: {}", folder.display());
    Ok(())
}

/// The likeliest reason by far, with its remedy; else what the compiler said.
fn why_not_built(diagnostics: &str) -> String {
    if diagnostics.contains("can't find crate for `core`") {
        format!("the compiler has no standard library for the hart: rustup target add {TARGET}")
    } else {
        format!("its program does not build:\n{diagnostics}")
    }
}

fn measure_all(yard: &RiscvYard, emulator: &Emulator, results: &mut Results) -> Result<(), BenchError> {
    let maker = Maker::new();
    results.proofs.push(emulator.version.clone());
    let mut criterion = criterion();
    // Instructions are counted, so the compiler may be at work meanwhile.
    let flash_bytes = thread::scope(|scope| {
        let built = scope.spawn(|| flash_bytes(yard));
        for level in Level::ALL {
            count(yard, emulator, &maker, level, &mut criterion, results)?;
        }
        built.join().unwrap_or_else(|panic| resume_unwind(panic))
    });
    for (level, side, operations) in flash_bytes? {
        let counted = results.counts.entry(level.name()).or_default().of(side);
        let of_level = results.flash_bytes.entry(level.name()).or_default();
        for (operation, bytes) in operations {
            if counted.iter().any(|entry| entry.operation == operation) {
                *of_level.entry(operation).or_default().of(side) = bytes;
            }
        }
    }
    criterion.final_summary();
    results.skip("1 MiB", "as on the other chip, so that the two can be compared");
    Ok(())
}

/// Bytes of flash by operation.
type FlashBytes = BTreeMap<&'static str, u64>;

/// What each plotted operation takes of flash, for either side of each level.
fn flash_bytes(yard: &RiscvYard) -> Result<Vec<(Level, Side, FlashBytes)>, BenchError> {
    let sides = Level::ALL.into_iter().flat_map(|level| [Side::Software, Side::Accelerated].map(|side| (level, side)));
    sides.map(|(level, side)| Ok((level, side, yard.flash_bytes(side, level, &PLOTTED)?))).collect()
}

/// Checks and counts both sides at one level.
fn count(
    yard: &RiscvYard,
    emulator: &Emulator,
    maker: &Maker,
    level: Level,
    criterion: &mut Criterion<Instructions>,
    results: &mut Results,
) -> Result<(), BenchError> {
    let [software, accelerated] = [Side::Software, Side::Accelerated].map(|side| yard.program(side, level));
    let programs = [(Side::Software, software?), (Side::Accelerated, accelerated?)];
    let Some(sound) = prepare(emulator, &programs, maker, level, results)? else { return Ok(()) };
    for (side, program) in &programs {
        if level == Level::Small {
            let mut chip = Chip::start(emulator, side.name(), &program.path)?;
            sample(criterion, "riscv", &mut chip, &sound, maker)?;
        }
        let mut entries = census(emulator, &program.path, &sound, maker, results)?;
        if level != Level::Small {
            let ours = results.counts.entry(Level::Small.name()).or_default().of(*side);
            results.skipped.extend(keep_same(ours, &mut entries, level.name()));
        }
        *results.counts.entry(level.name()).or_default().of(*side) = entries;
    }
    Ok(())
}

/// Looks into both programs and checks them, alone and against each other. What is left may be counted;
/// nothing is where a side is not what it says.
fn prepare(
    emulator: &Emulator,
    programs: &[(Side, Program); 2],
    maker: &Maker,
    level: Level,
    results: &mut Results,
) -> Result<Option<Vec<Operation>>, BenchError> {
    let mut chips = Vec::new();
    for (side, program) in programs {
        let held = look_into(&program.path)?;
        if let Err(fault) = held.prove(*side) {
            results.skip(format!("everything at {}", level.name()), fault);
            return Ok(None);
        }
        let mut chip = Chip::start(emulator, side.name(), &program.path)?;
        let said = one_line(side.name(), &chip.identity()?);
        results.proofs.push(format!("{said}\n  in its binary: {} of AES, {} of SHA-2", held.aes, held.sha2));
        chips.push(chip);
    }
    let (built, refusals) = built(&mut chips[0], maker)?;
    for (operation, refused) in refusals.into_iter().filter(|_| level == Level::Small) {
        results.skip(operation.name(), format!("the program refuses it ({refused:?}): it needs a heap"));
    }
    let mut devices: Vec<&mut dyn Device> = chips.iter_mut().map(|chip| chip as &mut dyn Device).collect();
    // The vectors judge the algorithms; that another way to compile changes no answer, `keep_same` sees to.
    let cases = if level == Level::Small { affordable(cases(&built)) } else { Vec::new() };
    let outcomes = check(&mut devices, &cases, maker, &built)?;
    let total = |of: fn(&Outcome) -> usize| outcomes.values().map(of).sum::<usize>();
    results.proofs.push(format!(
        "checked before counting at {}: {} vectors on each side, {} inputs on which both agreed",
        level.name(),
        total(|outcome| outcome.vectors),
        total(|outcome| outcome.agreements)
    ));
    Ok(Some(built.into_iter().filter(|operation| is_sound(*operation, &outcomes, results)).collect()))
}

/// All vectors but three in four of ML-DSA's. No instruction here makes it faster, so both sides run the same
/// code, every vector of which is played on the host and on the other chip.
fn affordable(cases: Vec<Case>) -> Vec<Case> {
    const CONTROLS: [Operation; 3] = [Operation::MlDsa44Verify, Operation::MlDsa65Verify, Operation::MlDsa87Verify];
    let (controls, mut kept): (Vec<Case>, Vec<Case>) =
        cases.into_iter().partition(|case| CONTROLS.contains(&case.operation));
    kept.extend(controls.into_iter().step_by(4));
    kept
}

fn is_sound(operation: Operation, outcomes: &BTreeMap<Operation, Outcome>, results: &mut Results) -> bool {
    let unsound = outcomes.get(&operation).and_then(Outcome::unsound);
    let is_sound = unsound.is_none();
    unsound.into_iter().for_each(|reason| results.skip(operation.name(), reason));
    is_sound
}

/// Counts on two emulators started afresh.
fn census(
    emulator: &Emulator,
    program: &Path,
    operations: &[Operation],
    maker: &Maker,
    results: &mut Results,
) -> Result<Vec<Entry>, BenchError> {
    let start = |name| Chip::start(emulator, name, program);
    let (mut first, mut second) = (start("first")?, start("second")?);
    let mut entries = Vec::new();
    for operation in operations {
        for size_bytes in sizes(*operation) {
            match entry(&mut [&mut first, &mut second], maker, *operation, size_bytes)? {
                Ok(entry) => entries.push(entry),
                Err(absent) => {
                    let what = format!("{} {}", operation.name(), size(size_bytes));
                    results.skipped.push(Skipped { what, reason: absent.to_string() });
                    if matches!(absent, Absent::Stack) {
                        (first, second) = (start("first")?, start("second")?);
                        break;
                    }
                }
            }
        }
    }
    Ok(entries)
}
