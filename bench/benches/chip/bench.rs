//! Cryptography on the AST1030, in instructions, on QEMU.
//!
//! What emulation can count is what the processor executes. What it cannot show is the time that the
//! hash and crypto engine takes: there it takes none. So software and driver are counted, and no ratio
//! between them is printed: it would be the emulator's, and no chip's.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

use contest::BenchError;
use contest::census::{Absent, Entry, entry};
use contest::check::{Outcome, built, check};
use contest::chip::{Board, Chip, Emulator, find_emulator};
use contest::count_table::{PLOTTED, Results, point, text};
use contest::firmware::{Programs, TARGET, Variant, Yard};
use contest::inputs::Maker;
use contest::plot::{Footprint, ProfileCost, Unit, cost_per_profile, flash_against_speed};
use contest::program::Device;
use contest::table::size;
use criterion::Criterion;
use cryptobench::Operation;

#[path = "../counted/counted.rs"]
mod counted;

use counted::{Instructions, cases, criterion, keep_same, one_line, sample, sizes};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("chip: nothing measured; `cargo bench` measures");
        return Ok(());
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("cargo puts it into the target folder");
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the crate lies two folders deep");
    let yard = Yard {
        manifest: top.join("firmware/chips/ast1030-cryptobench/Cargo.toml"),
        target: target.join("cryptobench").join("ast1030"),
    };
    let mut results = Results::default();
    match find_emulator(Board::Ast1030) {
        Err(reason) => results.skip("ast1030", reason),
        Ok(emulator) => match yard.programs(Variant::Firmware) {
            Err(BenchError::Build { diagnostics, .. }) => results.skip("ast1030", why_not_built(&diagnostics)),
            Err(error) => return Err(error.into()),
            Ok(programs) => measure_all(&yard, &emulator, &programs, &mut results)?,
        },
    }
    let text = text(&results);
    println!("\n{text}");
    let folder = target.join("otabench").join("chip");
    save(&results, &text, &folder)?;
    println!("written: {}", folder.display());
    Ok(())
}

/// The likeliest reason by far, with its remedy; else what the compiler said.
fn why_not_built(diagnostics: &str) -> String {
    if diagnostics.contains("can't find crate for `core`") {
        format!("the compiler has no standard library for the chip: rustup target add {TARGET}")
    } else {
        format!("its program does not build:\n{diagnostics}")
    }
}

fn measure_all(yard: &Yard, emulator: &Emulator, programs: &Programs, results: &mut Results) -> Result<(), BenchError> {
    let maker = Maker::new();
    results.proofs.push(emulator.version.clone());
    let mut software = Chip::start(emulator, "software", &programs.software)?;
    results.proofs.push(one_line("software", &software.identity()?));
    let outcomes = check_software(&mut software, &maker, results)?;
    for operation in Operation::ALL.into_iter().filter(|operation| outcomes.contains_key(operation)) {
        results.crates.insert(operation.name(), programs.crates.versions_of(operation.crates()));
    }
    let sound: Vec<Operation> =
        Operation::ALL.into_iter().filter(|operation| outcomes.contains_key(operation)).collect();
    let mut criterion = criterion();
    // Instructions are counted, so the compiler may be at work meanwhile.
    let flash_bytes = thread::scope(|scope| {
        let built = scope.spawn(|| flash_bytes(yard, &sound));
        sample(&mut criterion, "ast1030", &mut software, &sound, &maker)?;
        drop(software);
        measure_engine(emulator, programs, &maker, &mut criterion, results)?;
        for variant in Variant::ALL {
            let programs = yard.programs(variant)?;
            let entries = census(emulator, &programs.software, &sound, &maker, variant.name(), results)?;
            results.software.insert(variant.name(), entries);
        }
        built.join().unwrap_or_else(|panic| resume_unwind(panic))
    });
    results.flash_bytes = flash_bytes?;
    compare_variants(results);
    criterion.final_summary();
    results.skip("1 MiB", "the chip has 768 KiB of SRAM, and messages lie in it as a whole");
    results.skip(
        "software against HACE",
        "under emulation the engine takes no time; its throughput is the datasheet's or a board's to tell",
    );
    Ok(())
}

/// What each operation takes of flash, in each variant.
fn flash_bytes(
    yard: &Yard,
    operations: &[Operation],
) -> Result<BTreeMap<&'static str, BTreeMap<&'static str, u64>>, BenchError> {
    Variant::ALL.into_iter().map(|variant| Ok((variant.name(), yard.flash_bytes(variant, operations)?))).collect()
}

/// All vectors on the software program. What is not built or wrong is skipped; the rest is returned.
fn check_software(
    chip: &mut Chip,
    maker: &Maker,
    results: &mut Results,
) -> Result<BTreeMap<Operation, Outcome>, BenchError> {
    let (built, refusals) = built(chip, maker)?;
    for (operation, refused) in refusals {
        let reason = if operation == Operation::Rsa2048Verify {
            "the crate needs a heap, and firmware here has none".to_owned()
        } else {
            format!("the program refuses it: {refused:?}")
        };
        results.skip(operation.name(), reason);
    }
    let outcomes = check(&mut [chip], &cases(&built), maker, &built)?;
    let vectors: usize = outcomes.values().map(|outcome| outcome.vectors).sum();
    results.proofs.push(format!("checked before counting: {vectors} vectors"));
    Ok(outcomes.into_iter().filter(|(operation, outcome)| is_sound(*operation, outcome, results)).collect())
}

fn is_sound(operation: Operation, outcome: &Outcome, results: &mut Results) -> bool {
    let unsound = outcome.unsound();
    let is_sound = unsound.is_none();
    unsound.into_iter().for_each(|reason| results.skip(operation.name(), reason));
    is_sound
}

/// The driver of the engine: checked, sampled, counted; or skipped with the reason.
fn measure_engine(
    emulator: &Emulator,
    programs: &Programs,
    maker: &Maker,
    criterion: &mut Criterion<Instructions>,
    results: &mut Results,
) -> Result<(), BenchError> {
    const HASHES: [Operation; 4] = [Operation::Sha256, Operation::Sha384, Operation::Sha512, Operation::Sha1];
    const CIPHERS: [Operation; 2] = [Operation::Aes128Ctr, Operation::Aes256Ctr];
    if emulator.major < 10 {
        results.skip("HACE", "QEMU maps the engine on this board from version 10 on");
        return Ok(());
    }
    let mut engine = Chip::start(emulator, "hace", &programs.hace)?;
    results.proofs.push(one_line("hace", &engine.identity()?));
    for operation in CIPHERS {
        let self_test = match engine.load(operation, &maker.inputs(operation, 64))? {
            Ok(()) => engine.compute()?,
            Err(refused) => Err(refused),
        };
        match self_test {
            Ok(_) => results.skip(format!("{} by HACE", operation.name()), "the engine answers here, but nobody has checked it yet"),
            Err(refused) => results.skip(
                format!("{} by HACE", operation.name()),
                format!("the driver's self-test noticed an engine that leaves the output untouched ({refused:?}): QEMU does not implement it"),
            ),
        }
    }
    let outcomes = check(&mut [&mut engine], &cases(&HASHES), maker, &HASHES)?;
    let sound: Vec<Operation> =
        HASHES.into_iter().filter(|operation| is_sound(*operation, &outcomes[operation], results)).collect();
    sample(criterion, "ast1030", &mut engine, &sound, maker)?;
    results.driver = census(emulator, &programs.hace, &sound, maker, "HACE", results)?;
    Ok(())
}

/// Counts on two emulators started afresh.
fn census(
    emulator: &Emulator,
    program: &Path,
    operations: &[Operation],
    maker: &Maker,
    variant: &str,
    results: &mut Results,
) -> Result<Vec<Entry>, BenchError> {
    let start = |name| Chip::start(emulator, name, program);
    let (mut first, mut second) = (start("first")?, start("second")?);
    let mut entries = Vec::new();
    for operation in operations {
        for size_bytes in sizes(*operation) {
            match entry(&mut [&mut first, &mut second], maker, *operation, size_bytes)? {
                Ok(entry) => entries.push(entry),
                Err(absent @ Absent::Stack) => {
                    results.skip(format!("{} at {variant}", operation.name()), absent.to_string());
                    // Whatever lay below the stack is spoilt: the next operation gets fresh chips.
                    (first, second) = (start("first")?, start("second")?);
                    break;
                }
                Err(absent @ (Absent::Refused(_) | Absent::Count(_) | Absent::Outputs)) => {
                    results.skip(format!("{} {} at {variant}", operation.name(), size(size_bytes)), absent.to_string());
                }
            }
        }
    }
    Ok(entries)
}

/// The vectors were played on the firmware's variant; the others must compute the same as it does.
fn compare_variants(results: &mut Results) {
    let Some(ours) = results.software.get(Variant::Firmware.name()).cloned() else { return };
    for (variant, entries) in &mut results.software {
        results.skipped.extend(keep_same(&ours, entries, variant));
    }
}

fn save(results: &Results, text: &str, folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    contest::written::write(folder, results, text)?;
    let mut points: Vec<Footprint> = Vec::new();
    for point in PLOTTED.iter().flat_map(|operation| Variant::ALL.map(|variant| point(results, *operation, variant))) {
        // Ways to compile that make no difference would only cover each other.
        let Some(point) = point else { continue };
        if !points.iter().any(|known| known.flash_bytes == point.flash_bytes && known.cost == point.cost) {
            points.push(point);
        }
    }
    if !points.is_empty() {
        flash_against_speed(&points, "instructions for 1 KiB", &folder.join("flash-against-speed.svg"))?;
    }
    let costs = profile_costs(results)?;
    if !costs.is_empty() {
        let caption = "instructions for cryptography, by profile: an image of 128 KiB on a Cortex-M4";
        cost_per_profile(&costs, caption, &folder.join("cost-per-profile.svg"))?;
    }
    Ok(())
}

/// What each bundled profile has done for it, with the cheapest first; nothing where the firmware's way to
/// compile was not counted.
fn profile_costs(results: &Results) -> Result<Vec<ProfileCost>, Box<dyn std::error::Error>> {
    let count = |operation: Operation, size_bytes: usize| {
        let entries = results.software.get(Variant::Firmware.name())?;
        let of_it = |entry: &&Entry| entry.operation == operation.name() && entry.size_bytes == size_bytes;
        Some(entries.iter().find(of_it)?.count.value as f64)
    };
    let (Some(verify), Some(hash)) = (count(Operation::P256Verify, 64), count(Operation::Sha256, 128 << 10)) else {
        return Ok(Vec::new());
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../firmware/profiles");
    let mut costs = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let file: toml::Table = std::fs::read_to_string(&path)?.parse()?;
        let features = file.get("features").and_then(toml::Value::as_array).ok_or("a profile without features")?;
        let features: Vec<&str> = features.iter().filter_map(toml::Value::as_str).collect();
        let name = path.file_stem().ok_or("a profile without a name")?.to_string_lossy().into_owned();
        costs.push(ProfileCost::of(&name, &features, Unit { verify, hash }));
    }
    costs.sort_by(|one, other| {
        (one.update + one.boot).total_cmp(&(other.update + other.boot)).then_with(|| one.profile.cmp(&other.profile))
    });
    Ok(costs)
}
