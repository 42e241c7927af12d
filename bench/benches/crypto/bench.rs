//! Software cryptography against the processor's instructions, on this machine.
//!
//! Two builds of one program are asked in turn over pipes; criterion decides how often and estimates
//! each side, `measure` judges the pairs. Nothing is timed before both sides are proved to be what
//! they say and have passed the vectors. `cargo bench --bench crypto -- sha256` measures a part.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use contest::accelerator::{Trace, accelerators, remark};
use contest::check::{Outcome, check};
use contest::duel::{Duel, Round};
use contest::inputs::{Maker, SIZES};
use contest::known::known_cases;
use contest::machine::{processor, this_machine};
use contest::plot::ratio_over_size;
use contest::probe::{Findings, look_into};
use contest::program::{Device, Program};
use contest::table::{Results, Role, Row, Skipped, size, text};
use contest::twin::{Built, Side, build};
use contest::vectors::wycheproof_cases;
use contest::{BenchError, inputs};
use criterion::measurement::WallTime;
use criterion::{BenchmarkId, Criterion, SamplingMode};
use cryptobench::Operation;
use measure::{Bootstrap, Limits, Summary, about_machine, about_pairs, bootstrap};

/// Pairs that each of the two criterion benches of a row takes.
const SAMPLES: usize = 12;
/// Time for the pairs of one of them.
const MEASUREMENT: Duration = Duration::from_millis(400);
/// Time before them.
const WARM_UP: Duration = Duration::from_millis(50);
/// How the pairs of a row become an interval.
const INTERVAL: Bootstrap = Bootstrap { resamples: 4000, seed: 0x5eed };
const CONFIDENCE: f64 = 0.95;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Test runners start benches too, once and without `--bench`; two builds for that would be rude.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("crypto: nothing measured; `cargo bench` measures");
        return Ok(());
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("cargo puts it into the target folder");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the crate lies two folders deep");
    let results = measure_all(workspace, target)?;
    println!("\n{}", text(&results));
    let folder = target.join("otabench").join("crypto");
    save(&results, &folder)?;
    println!("written: {}", folder.display());
    Ok(())
}

fn measure_all(workspace: &Path, target: &Path) -> Result<Results, BenchError> {
    let machine = this_machine();
    let mut warnings = about_machine(&machine);
    let [software, accelerated] = [Side::Software, Side::Accelerated].map(|side| build(side, workspace, target));
    let (software, accelerated) = (Prepared::new(software?)?, Prepared::new(accelerated?)?);
    let mut proofs = vec![software.proof(), accelerated.proof()];
    let (mut slow, mut fast) = (Program::start(&software.built)?, Program::start(&accelerated.built)?);
    let maker = Maker::new();
    let mut cases = known_cases();
    cases.extend(wycheproof_cases());
    let outcomes = check(&mut [&mut slow, &mut fast], &cases, &maker, &Operation::ALL)?;
    let total = |of: fn(&Outcome) -> usize| outcomes.values().map(of).sum::<usize>();
    proofs.push(format!(
        "checked before timing: {} vectors on each side, {} inputs on which both agreed",
        total(|outcome| outcome.vectors),
        total(|outcome| outcome.agreements)
    ));
    let mut run = Run { criterion: criterion(), rows: Vec::new(), skipped: Vec::new(), crates: &accelerated.built };
    for operation in Operation::ALL {
        if let Some(reason) = why_not(operation, &outcomes[&operation], [&software, &accelerated]) {
            run.skip(operation.name().to_owned(), reason);
            continue;
        }
        for size_bytes in SIZES {
            if let Some((largest, reason)) = operation.largest_size()
                && size_bytes > largest
            {
                run.skip(format!("{} {}", operation.name(), size(size_bytes)), reason.to_owned());
                continue;
            }
            run.row(operation, size_bytes, &maker.inputs(operation, size_bytes), [&mut slow, &mut fast])?;
        }
    }
    run.criterion.final_summary();
    warnings.dedup();
    let name = format!("{}, {} cores", processor(), machine.cores.unwrap_or(1));
    Ok(Results { machine: name, proofs, rows: run.rows, skipped: run.skipped, warnings })
}

fn criterion() -> Criterion {
    Criterion::default()
        .without_plots()
        .sample_size(SAMPLES)
        .measurement_time(MEASUREMENT)
        .warm_up_time(WARM_UP)
        .nresamples(2000)
        .configure_from_args()
}

/// A built program, looked into and asked.
struct Prepared {
    built: Built,
    findings: Findings,
    identity: String,
}

impl Prepared {
    fn new(built: Built) -> Result<Self, BenchError> {
        let accelerators = Operation::ALL.into_iter().flat_map(accelerators);
        let traces: BTreeSet<Trace> = accelerators.flat_map(|accelerator| accelerator.traces.iter().copied()).collect();
        let findings = look_into(&built.path, &traces)?;
        let identity = Program::start(&built)?.identity()?;
        Ok(Self { built, findings, identity })
    }

    /// One line: what it says, and what was found in it.
    fn proof(&self) -> String {
        let said: Vec<&str> = self.identity.lines().map(str::trim).filter(|line| !line.ends_with('=')).collect();
        let found: Vec<String> = self
            .findings
            .all()
            .map(|(trace, found)| format!("{} × {} ({})", found.count, trace.mnemonic, found.function))
            .collect();
        let found = if found.is_empty() { "no instruction for cryptography".to_owned() } else { found.join(", ") };
        format!("{}: {}\n  in its binary: {found}", self.built.side, said.join("; "))
    }

    fn offers(&self, names: &[&str]) -> bool {
        let offered = self.identity.lines().find_map(|line| line.strip_prefix("processor offers = ")).unwrap_or("");
        offered.split(' ').any(|name| names.contains(&name))
    }
}

/// Why an operation is not measured, if it is not.
fn why_not(operation: Operation, outcome: &Outcome, sides: [&Prepared; 2]) -> Option<String> {
    if let Some(fault) = outcome.faults.first() {
        return Some(format!("not correct, so not timed: {fault} ({} faults)", outcome.faults.len()));
    }
    for accelerator in accelerators(operation) {
        for prepared in sides {
            if let Err(fault) = prepared.findings.prove(prepared.built.side, &accelerator) {
                return Some(fault);
            }
        }
        if !sides[1].offers(accelerator.offered) {
            return Some(format!("this processor does not offer {}: both sides would be software", accelerator.name));
        }
    }
    None
}

/// The rows so far.
struct Run<'b> {
    criterion: Criterion,
    rows: Vec<Row>,
    skipped: Vec<Skipped>,
    crates: &'b Built,
}

impl Run<'_> {
    fn skip(&mut self, what: String, reason: String) {
        self.skipped.push(Skipped { what, reason });
    }

    fn row(
        &mut self,
        operation: Operation,
        size_bytes: usize,
        inputs: &inputs::OwnedInputs,
        [software, accelerated]: [&mut Program; 2],
    ) -> Result<(), BenchError> {
        let mut duel = Duel::load(software, accelerated, operation, size_bytes, inputs)?;
        let mut group = self.criterion.benchmark_group(operation.name());
        group.sampling_mode(SamplingMode::Flat);
        sample(&mut group, Side::Software, size_bytes, &mut duel)?;
        sample(&mut group, Side::Accelerated, size_bytes, &mut duel)?;
        group.finish();
        let pairs = duel.pairs();
        // A filter on the command line leaves rows without pairs.
        let Ok(ratio) = bootstrap(pairs, CONFIDENCE, INTERVAL) else { return Ok(()) };
        let middle = |of: fn(&measure::Pair) -> f64| {
            Summary::of(&pairs.iter().map(of).collect::<Vec<_>>()).map_or(f64::NAN, |summary| summary.median)
        };
        let names: Vec<&str> = accelerators(operation).iter().map(|accelerator| accelerator.name).collect();
        let (role, names) = match names.as_slice() {
            [] => (Role::Control, "none: a control".to_owned()),
            [_, ..] => (Role::Contest, names.join(" + ")),
        };
        self.rows.push(Row {
            operation: operation.name(),
            size_bytes,
            software: middle(|pair| pair.baseline),
            accelerated: middle(|pair| pair.contender),
            unit: "ns",
            ratio,
            pairs: pairs.len(),
            role,
            backend: format!("{names}{}", remark(operation)),
            crates: self.crates.crates.versions_of(operation.crates()),
            warnings: about_pairs(pairs, Limits::default()),
        });
        Ok(())
    }
}

/// Has criterion sample one side. The other side runs in between, always as often, and its cost goes
/// into the pairs.
fn sample(
    group: &mut criterion::BenchmarkGroup<'_, WallTime>,
    side: Side,
    size_bytes: usize,
    duel: &mut Duel<'_>,
) -> Result<(), BenchError> {
    let before = duel.pairs().len();
    let mut broken = None;
    group.bench_function(BenchmarkId::new(side.name(), size(size_bytes)), |bencher| {
        bencher.iter_custom(|iterations| match (broken.is_some(), duel.round(iterations)) {
            (false, Ok(Round { software, accelerated })) => Duration::from_nanos(match side {
                Side::Software => software,
                Side::Accelerated => accelerated,
            }),
            (_, outcome) => {
                // Criterion cannot be told to stop; a second per round makes it hurry.
                broken = broken.take().or(outcome.err());
                Duration::from_secs(iterations)
            }
        });
    });
    duel.keep_last(before, SAMPLES);
    broken.map_or(Ok(()), Err)
}

fn save(results: &Results, folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    contest::written::write(folder, results, &text(results))?;
    if !results.rows.is_empty() {
        ratio_over_size(&results.rows, &folder.join("ratio-over-size.svg"))?;
    }
    Ok(())
}
