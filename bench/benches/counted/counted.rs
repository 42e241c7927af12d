//! Instructions counted by a chip, as criterion samples them, and what every bench of a chip needs.
//!
//! One file for two benches: each is a program of its own and takes it in as a module.

use std::time::Duration;

use contest::BenchError;
use contest::census::Entry;
use contest::chip::Chip;
use contest::inputs::Maker;
use contest::program::Device;
use contest::table::{Skipped, size};
use criterion::measurement::{Measurement, ValueFormatter};
use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use cryptobench::Operation;

#[path = "sizes.rs"]
mod shared;

pub(crate) use shared::{cases, one_line, sizes};

/// Instructions, as criterion wants a measurement.
pub(crate) struct Instructions;

impl Measurement for Instructions {
    type Intermediate = ();
    type Value = u64;

    fn start(&self) {}

    /// Only the chip can count, and it does so when it is asked through `iter_custom`.
    fn end(&self, (): ()) -> u64 {
        0
    }

    fn add(&self, first: &u64, second: &u64) -> u64 {
        first + second
    }

    fn zero(&self) -> u64 {
        0
    }

    fn to_f64(&self, value: &u64) -> f64 {
        *value as f64
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        &Plain
    }
}

/// Instructions are not scaled: the last one matters.
struct Plain;

impl ValueFormatter for Plain {
    fn scale_values(&self, _typical: f64, _values: &mut [f64]) -> &'static str {
        "instructions"
    }

    fn scale_throughputs(&self, _typical: f64, throughput: &Throughput, values: &mut [f64]) -> &'static str {
        let Throughput::Bytes(bytes) = throughput else { return "instructions" };
        for value in values {
            *value /= *bytes as f64;
        }
        "instructions/byte"
    }

    fn scale_for_machines(&self, _values: &mut [f64]) -> &'static str {
        "instructions"
    }
}

/// Criterion's plots panic on a variance of zero, and zero is what it must be.
pub(crate) fn criterion() -> Criterion<Instructions> {
    Criterion::default()
        .with_measurement(Instructions)
        .without_plots()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(1))
        .measurement_time(Duration::from_millis(1))
        .nresamples(1000)
        .configure_from_args()
}

/// Criterion samples at least ten times, which shows for one size that the count repeats; the other sizes
/// are left to the census.
const SAMPLED_BYTES: usize = 1 << 10;

/// Has criterion sample the operations on a chip.
pub(crate) fn sample(
    criterion: &mut Criterion<Instructions>,
    board: &str,
    chip: &mut Chip,
    operations: &[Operation],
    maker: &Maker,
) -> Result<(), BenchError> {
    let mut broken = None;
    for operation in operations {
        let mut group = criterion.benchmark_group(format!("{board} {}", operation.name()));
        group.sampling_mode(SamplingMode::Flat);
        for size_bytes in sizes(*operation).filter(|size_bytes| *size_bytes == SAMPLED_BYTES) {
            let inputs = maker.inputs(*operation, size_bytes);
            group.throughput(Throughput::Bytes(size_bytes as u64));
            group.bench_function(BenchmarkId::new(chip.side(), size(size_bytes)), |bencher| {
                bencher.iter_custom(|iterations| {
                    // One by one: so many in one go would each cost a few instructions less.
                    let counted = chip.load(*operation, &inputs).and_then(|_| {
                        (0..iterations).map(|_| Ok(chip.run(1)?.map_or(0, |ran| ran.count))).sum::<Result<u64, _>>()
                    });
                    counted.unwrap_or_else(|error| {
                        broken = Some(error);
                        iterations
                    })
                });
            });
        }
        group.finish();
    }
    broken.map_or(Ok(()), Err)
}

/// Drops what another way to compile computes differently from ours, and says what that was. The vectors
/// were played on ours.
pub(crate) fn keep_same(ours: &[Entry], entries: &mut Vec<Entry>, variant: &str) -> Vec<Skipped> {
    let same = |entry: &Entry| {
        let mut alike =
            ours.iter().filter(|our| our.operation == entry.operation && our.size_bytes == entry.size_bytes);
        alike.any(|our| our.checksum == entry.checksum)
    };
    let others = entries.extract_if(.., |entry| !same(entry)).map(|entry| Skipped {
        what: format!("{} {} at {variant}", entry.operation, size(entry.size_bytes)),
        reason: "it computes something else than the firmware's variant".to_owned(),
    });
    others.collect()
}
