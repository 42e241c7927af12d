//! Requests and answers, as bytes.
//!
//! Numbers are little-endian. A length stands before each field, and a body has no spare bytes: what
//! does not decode exactly is refused, so that two versions of the bench never misunderstand each
//! other quietly.

use crate::inputs::Inputs;
use crate::operation::Operation;

/// What the bench asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request<'a> {
    /// How the program was built, and for what.
    Identity,
    /// Keep these inputs. Bytes of the pattern are appended to the message, so that a long one need
    /// not cross a slow line.
    Load {
        /// What will be done.
        operation: Operation,
        /// With what.
        inputs: Inputs<'a>,
        /// How many bytes of the pattern to append to the message.
        fill_size: u32,
    },
    /// Do it once and show the output.
    Compute,
    /// Do it so often and show the count.
    Run {
        /// How often.
        iterations: u32,
    },
    /// Do it once and show how much stack that took.
    Stack,
}

/// What the program answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// Lines of `name = value`.
    Identity(&'a str),
    /// The inputs are kept.
    Loaded,
    /// What came out.
    Output(&'a [u8]),
    /// What it cost.
    Ran(Ran),
    /// How much stack it took, in bytes.
    Stack(u32),
    /// It was not done.
    Refused(Refused),
}

/// What so many iterations cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ran {
    /// How often the operation was done.
    pub iterations: u32,
    /// What all iterations together cost.
    pub count: u64,
    /// What was counted.
    pub unit: Unit,
    /// FNV-1a over the last output: two backends that agree show the same.
    pub checksum: u64,
}

/// What a meter counts. The number is the protocol's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Unit {
    /// Time on the clock of the machine.
    Nanoseconds = 1,
    /// Instructions of an emulated processor.
    Instructions = 2,
    /// Cycles of a real processor.
    Cycles = 3,
}

/// Why something was not done. The number is the protocol's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Refused {
    /// The request did not decode.
    Request = 1,
    /// Nothing is loaded.
    NothingLoaded = 2,
    /// This build does not hold the operation.
    NotBuilt = 3,
    /// The program has not enough memory for inputs so large.
    TooLarge = 4,
    /// A key, nonce or signature has a length or form that the operation cannot take.
    Malformed = 5,
    /// The signature, tag or wrapped key is wrong.
    Invalid = 6,
    /// The accelerator did not answer, or answered wrong.
    Accelerator = 7,
    /// The program cannot see its stack, or it was not large enough to tell.
    Stack = 8,
}

/// Bytes that are no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageError;

impl<'a> Request<'a> {
    /// Reads a request; `body` is a whole one.
    ///
    /// # Errors
    /// Anything but exactly one request.
    pub fn decode(body: &'a [u8]) -> Result<Self, MessageError> {
        let mut reader = Reader(body);
        let request = match reader.byte()? {
            IDENTITY => Self::Identity,
            LOAD => Self::Load {
                operation: Operation::from_number(reader.byte()?).ok_or(MessageError)?,
                inputs: Inputs {
                    key: reader.field()?,
                    nonce: reader.field()?,
                    associated: reader.field()?,
                    signature: reader.field()?,
                    // Last, so that the receiver can make room for more of it behind.
                    message: reader.field()?,
                },
                fill_size: reader.u32()?,
            },
            COMPUTE => Self::Compute,
            RUN => Self::Run { iterations: reader.u32()? },
            STACK => Self::Stack,
            _ => return Err(MessageError),
        };
        reader.end(request)
    }

    /// Hands the request's bytes to `sink`, piece by piece.
    pub fn encode(&self, sink: &mut dyn FnMut(&[u8])) {
        match self {
            Self::Identity => sink(&[IDENTITY]),
            Self::Load { operation, inputs, fill_size } => {
                sink(&[LOAD, *operation as u8]);
                for field in [inputs.key, inputs.nonce, inputs.associated, inputs.signature, inputs.message] {
                    sink(&(field.len() as u32).to_le_bytes());
                    sink(field);
                }
                sink(&fill_size.to_le_bytes());
            }
            Self::Compute => sink(&[COMPUTE]),
            Self::Run { iterations } => {
                sink(&[RUN]);
                sink(&iterations.to_le_bytes());
            }
            Self::Stack => sink(&[STACK]),
        }
    }
}

impl<'a> Answer<'a> {
    /// Reads an answer; `body` is a whole one.
    ///
    /// # Errors
    /// Anything but exactly one answer.
    pub fn decode(body: &'a [u8]) -> Result<Self, MessageError> {
        let mut reader = Reader(body);
        let answer = match reader.byte()? {
            IDENTITY => Self::Identity(core::str::from_utf8(reader.rest()).map_err(|_| MessageError)?),
            LOAD => Self::Loaded,
            COMPUTE => Self::Output(reader.rest()),
            RUN => Self::Ran(Ran {
                iterations: reader.u32()?,
                count: reader.u64()?,
                unit: Unit::from_number(reader.byte()?).ok_or(MessageError)?,
                checksum: reader.u64()?,
            }),
            STACK => Self::Stack(reader.u32()?),
            REFUSED => Self::Refused(Refused::from_number(reader.byte()?).ok_or(MessageError)?),
            _ => return Err(MessageError),
        };
        reader.end(answer)
    }

    /// Hands the answer's bytes to `sink`, piece by piece.
    pub fn encode(&self, sink: &mut dyn FnMut(&[u8])) {
        match self {
            Self::Identity(text) => {
                sink(&[IDENTITY]);
                sink(text.as_bytes());
            }
            Self::Loaded => sink(&[LOAD]),
            Self::Output(output) => {
                sink(&[COMPUTE]);
                sink(output);
            }
            Self::Ran(ran) => {
                sink(&[RUN]);
                sink(&ran.iterations.to_le_bytes());
                sink(&ran.count.to_le_bytes());
                sink(&[ran.unit as u8]);
                sink(&ran.checksum.to_le_bytes());
            }
            Self::Stack(size_bytes) => {
                sink(&[STACK]);
                sink(&size_bytes.to_le_bytes());
            }
            Self::Refused(refused) => sink(&[REFUSED, *refused as u8]),
        }
    }
}

const IDENTITY: u8 = 1;
const LOAD: u8 = 2;
const COMPUTE: u8 = 3;
const RUN: u8 = 4;
const STACK: u8 = 5;
const REFUSED: u8 = 0xff;

impl Unit {
    /// The unit's short name behind a number.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nanoseconds => "ns",
            Self::Instructions => "instructions",
            Self::Cycles => "cycles",
        }
    }

    fn from_number(number: u8) -> Option<Self> {
        [Self::Nanoseconds, Self::Instructions, Self::Cycles].into_iter().find(|unit| *unit as u8 == number)
    }
}

impl Refused {
    const ALL: [Self; 8] = [
        Self::Request,
        Self::NothingLoaded,
        Self::NotBuilt,
        Self::TooLarge,
        Self::Malformed,
        Self::Invalid,
        Self::Accelerator,
        Self::Stack,
    ];

    fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|refused| *refused as u8 == number)
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, size: usize) -> Result<&'a [u8], MessageError> {
        let (taken, rest) = self.0.split_at_checked(size).ok_or(MessageError)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], MessageError> {
        Ok(self.take(N)?.try_into().expect("`take` returns as many bytes as it is asked for"))
    }

    fn byte(&mut self) -> Result<u8, MessageError> {
        Ok(self.array::<1>()?[0])
    }

    fn u32(&mut self) -> Result<u32, MessageError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64, MessageError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn field(&mut self) -> Result<&'a [u8], MessageError> {
        let size = self.u32()? as usize;
        self.take(size)
    }

    fn rest(&mut self) -> &'a [u8] {
        core::mem::take(&mut self.0)
    }

    fn end<T>(&self, value: T) -> Result<T, MessageError> {
        if self.0.is_empty() { Ok(value) } else { Err(MessageError) }
    }
}
