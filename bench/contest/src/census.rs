//! Counts on a chip: the same from run to run, or no counts.
//!
//! Two emulators are started afresh and asked the same questions. What they answer is a count only if
//! it is the same number, and only if the output is the same as well.

use cryptobench::{Operation, Refused};
use measure::{Count, CountError};
use serde::Serialize;

use crate::BenchError;
use crate::inputs::Maker;
use crate::program::{Device, together};

/// The sizes that the chip's memory holds, in bytes.
pub const SIZES: [usize; 4] = [64, 1 << 10, 16 << 10, 128 << 10];

/// One operation over one size, on the chip.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// What was done.
    pub operation: &'static str,
    /// Bytes worked on.
    pub size_bytes: usize,
    /// Instructions.
    pub count: Count,
    /// Bytes of stack, looked at for the smallest size only.
    pub stack_bytes: Option<u32>,
    /// Of the output, to compare variants by.
    pub checksum: u64,
}

/// Why there is no entry.
#[derive(Debug, thiserror::Error)]
pub enum Absent {
    /// A chip refused.
    #[error("{0:?}")]
    Refused(Refused),
    /// The stack was overrun, so nothing that came of it can be trusted.
    #[error("it takes more stack than the chip's program has left")]
    Stack,
    /// The runs counted differently.
    #[error(transparent)]
    Count(#[from] CountError),
    /// The runs computed differently.
    #[error("the runs computed different outputs")]
    Outputs,
}

/// Asks all devices for one count each, and the last one for its stack, which is the same for every
/// size and so only looked at for the smallest.
///
/// # Errors
/// A line broke. What the devices say, agreeing or not, is in the inner result.
pub fn entry(
    devices: &mut [&mut dyn Device],
    maker: &Maker,
    operation: Operation,
    size_bytes: usize,
) -> Result<Result<Entry, Absent>, BenchError> {
    let inputs = maker.inputs(operation, size_bytes);
    let (mut counts, mut checksums, mut stack_bytes) = (Vec::new(), Vec::new(), None);
    let runs = together(devices, |device| match device.load(operation, &inputs)? {
        Ok(()) => device.run(1),
        Err(refused) => Ok(Err(refused)),
    });
    for ran in runs? {
        match ran {
            Ok(ran) => {
                counts.push(ran.count);
                checksums.push(ran.checksum);
            }
            Err(refused) => return Ok(Err(Absent::Refused(refused))),
        }
    }
    if let Some(device) = devices.last_mut().filter(|_| size_bytes == SIZES[0]) {
        match device.stack()? {
            Ok(bytes) => stack_bytes = Some(bytes),
            Err(Refused::Stack) => return Ok(Err(Absent::Stack)),
            Err(refused) => return Ok(Err(Absent::Refused(refused))),
        }
    }
    if checksums.windows(2).any(|pair| pair[0] != pair[1]) {
        return Ok(Err(Absent::Outputs));
    }
    let checksum = checksums.first().copied().unwrap_or_default();
    let count = match Count::of_runs(&counts) {
        Ok(count) => count,
        Err(error) => return Ok(Err(error.into())),
    };
    Ok(Ok(Entry { operation: operation.name(), size_bytes, count, stack_bytes, checksum }))
}
