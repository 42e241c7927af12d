//! A running program on the host, and the questions one can ask it.
//!
//! It ends when its standard input does, so it cannot outlive the bench, whatever ends that.

use std::io::{BufReader, BufWriter, Read, Write};
use std::panic::resume_unwind;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;

use cryptobench::{Answer, FrameError, Operation, Port, Ran, Refused, Request, read_frame, write_frame};

use crate::BenchError;
use crate::inputs::OwnedInputs;
use crate::twin::{Built, Side};

/// A device, or a program that behaves like one: it takes inputs, computes, and counts.
pub trait Device: Send {
    /// Its name in messages.
    fn side(&self) -> &'static str;

    /// Asks, and hands back the body of the answer.
    ///
    /// # Errors
    /// The line broke.
    fn ask(&mut self, request: &Request<'_>) -> Result<Vec<u8>, BenchError>;

    /// How it was built, as it says itself.
    ///
    /// # Errors
    /// The line broke, or the answer is to another question.
    fn identity(&mut self) -> Result<String, BenchError> {
        let side = self.side();
        match Answer::decode(&self.ask(&Request::Identity)?) {
            Ok(Answer::Identity(text)) => Ok(text.to_owned()),
            Ok(_) | Err(_) => Err(BenchError::Answer { side }),
        }
    }

    /// Sends inputs, to be kept there.
    ///
    /// # Errors
    /// The line broke, or the answer is to another question.
    fn load(&mut self, operation: Operation, inputs: &OwnedInputs) -> Result<Result<(), Refused>, BenchError> {
        let side = self.side();
        let request = Request::Load { operation, inputs: inputs.borrow(), fill_size: inputs.fill_size };
        match Answer::decode(&self.ask(&request)?) {
            Ok(Answer::Loaded) => Ok(Ok(())),
            Ok(Answer::Refused(refused)) => Ok(Err(refused)),
            Ok(_) | Err(_) => Err(BenchError::Answer { side }),
        }
    }

    /// Has the operation done once with the kept inputs, and returns its output.
    ///
    /// # Errors
    /// The line broke, or the answer is to another question.
    fn compute(&mut self) -> Result<Result<Vec<u8>, Refused>, BenchError> {
        let side = self.side();
        match Answer::decode(&self.ask(&Request::Compute)?) {
            Ok(Answer::Output(output)) => Ok(Ok(output.to_vec())),
            Ok(Answer::Refused(refused)) => Ok(Err(refused)),
            Ok(_) | Err(_) => Err(BenchError::Answer { side }),
        }
    }

    /// Has the operation done so often with the kept inputs, and returns what that cost.
    ///
    /// # Errors
    /// The line broke, or the answer is to another question.
    fn run(&mut self, iterations: u32) -> Result<Result<Ran, Refused>, BenchError> {
        let side = self.side();
        match Answer::decode(&self.ask(&Request::Run { iterations })?) {
            Ok(Answer::Ran(ran)) => Ok(Ok(ran)),
            Ok(Answer::Refused(refused)) => Ok(Err(refused)),
            Ok(_) | Err(_) => Err(BenchError::Answer { side }),
        }
    }

    /// Has the operation done once with the kept inputs, and returns how many bytes of stack it took.
    ///
    /// # Errors
    /// The line broke, or the answer is to another question.
    fn stack(&mut self) -> Result<Result<u32, Refused>, BenchError> {
        let side = self.side();
        match Answer::decode(&self.ask(&Request::Stack)?) {
            Ok(Answer::Stack(size_bytes)) => Ok(Ok(size_bytes)),
            Ok(Answer::Refused(refused)) => Ok(Err(refused)),
            Ok(_) | Err(_) => Err(BenchError::Answer { side }),
        }
    }
}

/// Sends a question over a port, and returns the body of the answer, which takes room in `answer`.
pub(crate) fn converse(port: &mut impl Port, request: &Request<'_>, answer: &mut [u8]) -> Result<Vec<u8>, FrameError> {
    write_frame(port, |sink| request.encode(sink))?;
    read_frame(port, |_| Some(answer)).map(|body| body.to_vec())
}

/// Asks all devices at once, for nothing that is timed, and returns the answers in the devices' order.
///
/// # Errors
/// The first that a device's question came to.
pub(crate) fn together<T: Send>(
    devices: &mut [&mut dyn Device],
    ask: impl Fn(&mut dyn Device) -> Result<T, BenchError> + Sync,
) -> Result<Vec<T>, BenchError> {
    let ask = &ask;
    thread::scope(|scope| {
        let asked: Vec<_> = devices.iter_mut().map(|device| scope.spawn(move || ask(&mut **device))).collect();
        asked.into_iter().map(|answer| answer.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

/// A running program on the host.
pub struct Program {
    side: Side,
    pipes: Pipes,
    child: Child,
    answer: Vec<u8>,
}

impl Program {
    /// Starts a built program.
    ///
    /// # Errors
    /// The operating system does not start it.
    pub fn start(built: &Built) -> Result<Self, BenchError> {
        let mut child = Command::new(&built.path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|source| BenchError::File { path: built.path.clone(), source })?;
        let input = BufWriter::new(child.stdin.take().expect("standard input was asked for as a pipe"));
        let output = BufReader::new(child.stdout.take().expect("standard output was asked for as a pipe"));
        Ok(Self {
            side: built.side,
            pipes: Pipes { input: Some(input), output },
            child,
            answer: vec![0; LARGEST_ANSWER_BYTES],
        })
    }
}

impl Device for Program {
    fn side(&self) -> &'static str {
        self.side.name()
    }

    fn ask(&mut self, request: &Request<'_>) -> Result<Vec<u8>, BenchError> {
        let side = self.side.name();
        converse(&mut self.pipes, request, &mut self.answer).map_err(|frame| BenchError::Line { side, frame })
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.pipes.input = None;
        // Its input has ended, so it ends; how does not matter any more.
        let _ = self.child.wait();
    }
}

/// An output of 1 MiB and what stands around it.
const LARGEST_ANSWER_BYTES: usize = (1 << 20) + 4096;

struct Pipes {
    input: Option<BufWriter<ChildStdin>>,
    output: BufReader<ChildStdout>,
}

impl Port for Pipes {
    fn read(&mut self, buffer: &mut [u8]) -> Result<(), FrameError> {
        self.output.read_exact(buffer).map_err(|_| FrameError::Closed)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        let input = self.input.as_mut().ok_or(FrameError::Closed)?;
        input.write_all(bytes).map_err(|_| FrameError::Closed)
    }

    fn flush(&mut self) -> Result<(), FrameError> {
        let input = self.input.as_mut().ok_or(FrameError::Closed)?;
        input.flush().map_err(|_| FrameError::Closed)
    }
}
