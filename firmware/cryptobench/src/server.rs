//! Answers requests, one after the other.
//!
//! The memory is the caller's: a chip has static arrays, the host a heap. Inputs stay where they
//! arrived, so the largest message needs its size once and its output once, and no copies.

use core::hint::black_box;
use core::ops::Range;

use crate::frame::{FrameError, Port, read_frame, write_frame};
use crate::inputs::{Inputs, fill_with_pattern};
use crate::message::{Answer, Ran, Refused, Request, Unit};
use crate::operation::Operation;

/// Counts what a piece of work costs.
pub trait Meter {
    /// What is counted.
    fn unit(&self) -> Unit;

    /// Does the work and returns what it cost.
    fn count(&mut self, work: &mut dyn FnMut()) -> u64;

    /// Does the work and returns how many bytes of stack it took; `None` where that cannot be seen.
    fn stack(&mut self, _work: &mut dyn FnMut()) -> Option<u32> {
        None
    }
}

/// Where inputs and outputs live.
pub struct Memory<'m> {
    /// For the inputs. Its size limits the largest message.
    pub inputs: &'m mut [u8],
    /// For the output, [`Inputs::OUTPUT_MARGIN_BYTES`] longer than the largest message.
    pub output: &'m mut [u8],
}

/// Serves until the other side is gone.
///
/// `perform` does the operation; a chip hands in its own to use its accelerator.
///
/// # Errors
/// The line is gone, or bytes that are no frame arrived.
pub fn serve(
    port: &mut impl Port,
    meter: &mut impl Meter,
    memory: &mut Memory<'_>,
    identity: &str,
    perform: impl Fn(Operation, &Inputs<'_>, &mut [u8]) -> Result<usize, Refused>,
) -> Result<(), FrameError> {
    let mut loaded: Option<Loaded> = None;
    loop {
        let mut small = [0; SMALL_BYTES];
        // Only a load is longer than a few bytes, and only a load may overwrite what is loaded.
        let body =
            read_frame(port, |size| Some(if size <= SMALL_BYTES { &mut small[..] } else { &mut *memory.inputs }))?;
        let answer = match Request::decode(body) {
            Err(_) => {
                // It may have overwritten what was loaded.
                loaded = None;
                Answer::Refused(Refused::Request)
            }
            Ok(Request::Identity) => Answer::Identity(identity),
            Ok(Request::Load { .. }) => {
                loaded = None;
                match Loaded::settle(memory.inputs) {
                    Ok(settled) => {
                        loaded = Some(settled);
                        Answer::Loaded
                    }
                    Err(refused) => Answer::Refused(refused),
                }
            }
            Ok(Request::Compute) => match compute(loaded.as_ref(), memory, &perform) {
                Ok(size) => Answer::Output(&memory.output[..size]),
                Err(refused) => Answer::Refused(refused),
            },
            Ok(Request::Run { iterations }) => match run(loaded.as_ref(), memory, meter, iterations, &perform) {
                Ok(ran) => Answer::Ran(ran),
                Err(refused) => Answer::Refused(refused),
            },
            Ok(Request::Stack) => match stack(loaded.as_ref(), memory, meter, &perform) {
                Ok(size_bytes) => Answer::Stack(size_bytes),
                Err(refused) => Answer::Refused(refused),
            },
        };
        write_frame(port, |sink| answer.encode(sink))?;
    }
}

fn compute(
    loaded: Option<&Loaded>,
    memory: &mut Memory<'_>,
    perform: &impl Fn(Operation, &Inputs<'_>, &mut [u8]) -> Result<usize, Refused>,
) -> Result<usize, Refused> {
    let loaded = loaded.ok_or(Refused::NothingLoaded)?;
    perform(loaded.operation, &loaded.inputs(memory.inputs), memory.output)
}

fn run(
    loaded: Option<&Loaded>,
    memory: &mut Memory<'_>,
    meter: &mut impl Meter,
    iterations: u32,
    perform: &impl Fn(Operation, &Inputs<'_>, &mut [u8]) -> Result<usize, Refused>,
) -> Result<Ran, Refused> {
    let loaded = loaded.ok_or(Refused::NothingLoaded)?;
    let inputs = loaded.inputs(memory.inputs);
    let output = &mut *memory.output;
    let mut outcome = Ok(0);
    let count = meter.count(&mut || {
        for _ in 0..iterations {
            // Without the black boxes the compiler would see that every round does the same.
            outcome = black_box(perform(loaded.operation, black_box(&inputs), output));
        }
    });
    let size = outcome?;
    Ok(Ran { iterations, count, unit: meter.unit(), checksum: fnv_1a(&output[..size]) })
}

fn stack(
    loaded: Option<&Loaded>,
    memory: &mut Memory<'_>,
    meter: &mut impl Meter,
    perform: &impl Fn(Operation, &Inputs<'_>, &mut [u8]) -> Result<usize, Refused>,
) -> Result<u32, Refused> {
    let loaded = loaded.ok_or(Refused::NothingLoaded)?;
    let inputs = loaded.inputs(memory.inputs);
    let output = &mut *memory.output;
    let mut outcome = Ok(0);
    let size_bytes = meter.stack(&mut || outcome = perform(loaded.operation, black_box(&inputs), output));
    outcome?;
    size_bytes.ok_or(Refused::Stack)
}

/// What is loaded, as places in the memory for inputs.
struct Loaded {
    operation: Operation,
    key: Range<usize>,
    nonce: Range<usize>,
    associated: Range<usize>,
    signature: Range<usize>,
    message: Range<usize>,
}

impl Loaded {
    /// Finds the places of the inputs and appends the pattern to the message.
    fn settle(memory: &mut [u8]) -> Result<Self, Refused> {
        // A load was decoded from this memory just before, so what stands in it is sound.
        let operation = Operation::from_number(memory[1]).ok_or(Refused::Request)?;
        let mut end = 2;
        let mut next = |memory: &[u8]| {
            let begin = end + 4;
            let length: [u8; 4] = memory[end..begin].try_into().expect("the range is four bytes long");
            end = begin + u32::from_le_bytes(length) as usize;
            begin..end
        };
        let [key, nonce, associated, signature] = [next(memory), next(memory), next(memory), next(memory)];
        let sent = next(memory);
        let fill: [u8; 4] = memory[sent.end..sent.end + 4].try_into().expect("the range is four bytes long");
        let message = sent.start..sent.end.saturating_add(u32::from_le_bytes(fill) as usize);
        let filled = memory.get_mut(sent.end..message.end).ok_or(Refused::TooLarge)?;
        fill_with_pattern(filled);
        operation.built().map_err(|_| Refused::NotBuilt)?;
        Ok(Self { operation, key, nonce, associated, signature, message })
    }

    fn inputs<'m>(&self, memory: &'m [u8]) -> Inputs<'m> {
        Inputs {
            key: &memory[self.key.clone()],
            nonce: &memory[self.nonce.clone()],
            associated: &memory[self.associated.clone()],
            message: &memory[self.message.clone()],
            signature: &memory[self.signature.clone()],
        }
    }
}

/// Longest request that is no load.
const SMALL_BYTES: usize = 16;

/// Fowler, Noll and Vo's hash, 64 bits: no cryptography, so it cannot share a fault with what is measured.
fn fnv_1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
