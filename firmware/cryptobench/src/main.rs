//! The program on the host: the operations over stdin and stdout, measured in processor time.
//!
//! It is a board without a board. Which instructions its processor offers it asks the processor, and
//! says so beside how it was built.

use std::io::{self, BufReader, BufWriter, Read, StdinLock, StdoutLock, Write};
use std::process::ExitCode;

use cryptobench::{FrameError, IDENTITY, Inputs, Memory, Meter, Operation, Port, Unit, perform, serve};

fn main() -> ExitCode {
    let mut inputs = vec![0; LARGEST_MESSAGE_BYTES + KEYS_AND_SIGNATURES_BYTES];
    let mut output = vec![0; LARGEST_MESSAGE_BYTES + Inputs::OUTPUT_MARGIN_BYTES];
    let mut memory = Memory { inputs: &mut inputs, output: &mut output };
    let mut port = Pipes { input: BufReader::new(io::stdin().lock()), output: BufWriter::new(io::stdout().lock()) };
    match serve(&mut port, &mut Clock, &mut memory, &identity(), perform) {
        Ok(()) | Err(FrameError::Closed) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cryptobench: {error:?}; this program speaks to the bench only");
            ExitCode::FAILURE
        }
    }
}

/// The longest message: what the largest size asks for, and a wrapped key's integrity block.
const LARGEST_MESSAGE_BYTES: usize = (1 << 20) + 16;
/// An ML-DSA-87 key and signature take 7.2 KB, the vectors of others less than 64 KB.
const KEYS_AND_SIGNATURES_BYTES: usize = 1 << 17;

fn identity() -> String {
    let mut identity = String::from(IDENTITY);
    identity.push_str(&format!("processor offers = {}\n", offered().join(" ")));
    let missing: Vec<&str> = Operation::ALL
        .into_iter()
        .filter(|operation| operation.built().is_err())
        .map(|operation| operation.name())
        .collect();
    identity.push_str(&format!("not built = {}\n", missing.join(" ")));
    identity
}

/// The instructions for cryptography that this processor says it has.
#[cfg(target_arch = "x86_64")]
fn offered() -> Vec<&'static str> {
    [
        ("sha", is_x86_feature_detected!("sha")),
        ("aes", is_x86_feature_detected!("aes")),
        ("vaes", is_x86_feature_detected!("vaes")),
        ("pclmulqdq", is_x86_feature_detected!("pclmulqdq")),
        ("avx2", is_x86_feature_detected!("avx2")),
    ]
    .into_iter()
    .filter_map(|(name, here)| here.then_some(name))
    .collect()
}

/// The instructions for cryptography that this processor says it has.
#[cfg(target_arch = "aarch64")]
fn offered() -> Vec<&'static str> {
    use std::arch::is_aarch64_feature_detected;
    [
        ("sha2", is_aarch64_feature_detected!("sha2")),
        ("sha3", is_aarch64_feature_detected!("sha3")),
        ("aes", is_aarch64_feature_detected!("aes")),
        ("pmull", is_aarch64_feature_detected!("pmull")),
        ("neon", is_aarch64_feature_detected!("neon")),
    ]
    .into_iter()
    .filter_map(|(name, here)| here.then_some(name))
    .collect()
}

/// The crates detect nothing on other processors, and neither do we.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn offered() -> Vec<&'static str> {
    Vec::new()
}

struct Clock;

impl Meter for Clock {
    fn unit(&self) -> Unit {
        Unit::Nanoseconds
    }

    fn count(&mut self, work: &mut dyn FnMut()) -> u64 {
        let started_ns = now_ns();
        work();
        now_ns().saturating_sub(started_ns)
    }
}

/// Time that this thread has spent on a processor: what other programs take in between does not count.
#[cfg(unix)]
fn now_ns() -> u64 {
    use rustix::time::{ClockId, clock_gettime};
    let now = clock_gettime(ClockId::ThreadCPUTime);
    // Neither part is ever negative for this clock.
    now.tv_sec.unsigned_abs() * 1_000_000_000 + now.tv_nsec.unsigned_abs()
}

/// Time on the wall, where the system has no other clock that is the same everywhere.
#[cfg(not(unix))]
#[expect(clippy::disallowed_methods, reason = "a bench measures time, and never decides a verdict")]
fn now_ns() -> u64 {
    use std::sync::OnceLock;
    use std::time::Instant;
    static BEGINNING: OnceLock<Instant> = OnceLock::new();
    u64::try_from(BEGINNING.get_or_init(Instant::now).elapsed().as_nanos()).unwrap_or(u64::MAX)
}

struct Pipes {
    input: BufReader<StdinLock<'static>>,
    output: BufWriter<StdoutLock<'static>>,
}

impl Port for Pipes {
    fn read(&mut self, buffer: &mut [u8]) -> Result<(), FrameError> {
        self.input.read_exact(buffer).map_err(|_| FrameError::Closed)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        self.output.write_all(bytes).map_err(|_| FrameError::Closed)
    }

    fn flush(&mut self) -> Result<(), FrameError> {
        self.output.flush().map_err(|_| FrameError::Closed)
    }
}
