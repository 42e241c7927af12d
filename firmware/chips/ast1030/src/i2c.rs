//! An I2C bus, as master, byte by byte (the controller's old register mode).
//!
//! Enough to talk PMBus to a gauge and no more. A bus on which nobody answers, or that hangs, is an
//! error after a bounded number of looks: no part of the board may stop an update agent for good.

use chip::register::Register;

/// Nobody acknowledged, or the bus did not move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoAnswer;

/// One bus.
#[derive(Debug)]
pub(crate) struct Bus {
    registers: Registers,
}

#[derive(Debug)]
struct Registers {
    function: Register,
    status: Register,
    command: Register,
    bytes: Register,
}

impl Bus {
    /// The fourth bus, numbered 3 in the data sheet's order.
    pub(crate) fn open_3() -> Self {
        let registers = Registers {
            function: register(0x00),
            status: register(0x10),
            command: register(0x14),
            bytes: register(0x20),
        };
        registers.function.write(MASTER);
        // The status shows only what may interrupt. The processor's own mask lets none of it through.
        register(0x0c).write(ENDED);
        Self { registers }
    }

    /// Writes bytes to a device.
    pub(crate) fn write(&mut self, address: u8, bytes: &[u8]) -> Result<(), NoAnswer> {
        let sent = self.begin(address << 1).and_then(|()| bytes.iter().try_for_each(|byte| self.put(0, *byte)));
        self.end(sent)
    }

    /// Sends a command and reads the 16 bits that answer it, low byte first (SMBus "read word").
    pub(crate) fn read_word(&mut self, address: u8, command: u8) -> Result<u16, NoAnswer> {
        let asked = self.begin(address << 1).and_then(|()| self.put(0, command));
        let turned = asked.and_then(|()| self.begin(address << 1 | READING));
        let answered = turned.and_then(|()| Ok([self.get(0)?, self.get(LAST)?]));
        self.end(answered).map(u16::from_le_bytes)
    }

    fn begin(&mut self, address: u8) -> Result<(), NoAnswer> {
        self.put(START, address)
    }

    fn put(&mut self, also: u32, byte: u8) -> Result<(), NoAnswer> {
        self.registers.bytes.write(u32::from(byte));
        if self.run(also | SEND)? & NOT_ACKNOWLEDGED == 0 { Ok(()) } else { Err(NoAnswer) }
    }

    fn get(&mut self, also: u32) -> Result<u8, NoAnswer> {
        self.run(also | RECEIVE)?;
        Ok((self.registers.bytes.read() >> 8) as u8)
    }

    /// Lets go of the bus, whatever became of the transfer.
    fn end<T>(&mut self, outcome: Result<T, NoAnswer>) -> Result<T, NoAnswer> {
        let stopped = self.run(STOP);
        outcome.and_then(|value| stopped.map(|_| value))
    }

    /// Runs one command and returns how it ended.
    fn run(&mut self, command: u32) -> Result<u32, NoAnswer> {
        self.registers.status.write(u32::MAX);
        self.registers.command.write(command);
        (0..LOOKS).map(|_| self.registers.status.read()).find(|status| *status & ENDED != 0).ok_or(NoAnswer)
    }
}

const fn register(offset_bytes: u32) -> Register {
    // SAFETY: registers of the fourth bus; in byte mode the controller reaches no memory.
    unsafe { Register::at(0x7E7B_0200 + offset_bytes) }
}

/// In the function register: act as master.
const MASTER: u32 = 1 << 0;

/// In the command register.
const START: u32 = 1 << 0;
const SEND: u32 = 1 << 1;
const RECEIVE: u32 = 1 << 3;
/// Do not acknowledge what is received: it was the last byte.
const LAST: u32 = 1 << 4;
const STOP: u32 = 1 << 5;

/// In the status register: sent and acknowledged, not acknowledged, received, stopped, abnormal.
const NOT_ACKNOWLEDGED: u32 = 1 << 1;
const ENDED: u32 = 1 << 0 | NOT_ACKNOWLEDGED | 1 << 2 | 1 << 4 | 1 << 5;

/// Address bit of a read.
const READING: u8 = 1;
/// A byte takes 90 µs at 100 kHz; so many looks take longer on any bus.
const LOOKS: u32 = 20_000;
