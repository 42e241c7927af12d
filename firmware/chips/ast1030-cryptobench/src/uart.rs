//! UART5. The line's interrupt only ends the processor's sleep, and is off while anything is counted.
//!
//! Without the sleep an emulated chip that waits for its bench would occupy a core of the host, and
//! two chips that are asked in turn would be twice as slow.

use ast1030_map::{UART5_BASE, UART5_INTERRUPT};
use cortex_m::interrupt::InterruptNumber;
use cortex_m::peripheral::NVIC;
use cryptobench::{FrameError, Port};

use crate::register::Register;

/// The line to the bench.
pub(crate) struct Uart {
    _opened: (),
}

impl Uart {
    /// Sets the line up.
    pub(crate) fn open() -> Self {
        LINE_CONTROL.write(DIVISOR_ACCESS | EIGHT_BITS);
        DIVISOR_LOW.write(1);
        DIVISOR_HIGH.write(0);
        LINE_CONTROL.write(EIGHT_BITS);
        INTERRUPT_ENABLE.write(0);
        FIFO_CONTROL.write(FIFO_TRIGGER_14);
        Self { _opened: () }
    }

    /// Tells the bench that bytes will not be lost any more.
    pub(crate) fn greet(&mut self) {
        let _ = self.write(&[cryptobench::GREETING]);
    }

    /// Sends what is no frame.
    pub(crate) fn complain(&mut self) {
        let _ = self.write(b"panic");
    }
}

impl Port for Uart {
    fn read(&mut self, buffer: &mut [u8]) -> Result<(), FrameError> {
        for place in buffer {
            let mut naps = 0;
            while LINE_STATUS.read() & DATA_READY == 0 {
                naps += 1;
                if naps == PATIENCE_NAPS {
                    return Err(FrameError::Closed);
                }
                nap();
            }
            *place = DATA.read() as u8;
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        for byte in bytes {
            while LINE_STATUS.read() & ROOM_TO_SEND == 0 {}
            DATA.write(u32::from(*byte));
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), FrameError> {
        while LINE_STATUS.read() & ALL_SENT == 0 {}
        Ok(())
    }
}

/// Sleeps until a byte arrives, or the counter of instructions wraps, which takes 84 ms.
fn nap() {
    cortex_m::interrupt::disable();
    INTERRUPT_ENABLE.write(DATA_AVAILABLE);
    // SAFETY: interrupts are masked while this one is on, so it never runs a handler; what is pending
    // ends the sleep all the same.
    unsafe { NVIC::unmask(Uart5Interrupt) };
    cortex_m::asm::wfi();
    INTERRUPT_ENABLE.write(0);
    NVIC::mask(Uart5Interrupt);
    NVIC::unpend(Uart5Interrupt);
    // SAFETY: no critical section is open here; the counter needs its wraps noticed.
    unsafe { cortex_m::interrupt::enable() };
}

#[derive(Clone, Copy)]
struct Uart5Interrupt;

// SAFETY: the number is the interrupt's own, and never changes.
unsafe impl InterruptNumber for Uart5Interrupt {
    fn number(self) -> u16 {
        UART5_INTERRUPT
    }
}

/// So many naps on a silent line, about two minutes, mean that the bench is gone.
const PATIENCE_NAPS: u32 = 1500;

const fn register(index: u32) -> Register {
    // SAFETY: UART5 has eight registers, four bytes apart, and none of them reaches memory.
    unsafe { Register::at(UART5_BASE + 4 * index) }
}

const DATA: Register = register(0);
const INTERRUPT_ENABLE: Register = register(1);
const FIFO_CONTROL: Register = register(2);
const LINE_CONTROL: Register = register(3);
const LINE_STATUS: Register = register(5);
/// These two stand in for data and interrupt enable while `DIVISOR_ACCESS` is set.
const DIVISOR_LOW: Register = register(0);
const DIVISOR_HIGH: Register = register(1);

const EIGHT_BITS: u32 = 0x03;
const DIVISOR_ACCESS: u32 = 0x80;
/// FIFOs on; the high mark lets an emulated line hand over several bytes at once.
const FIFO_TRIGGER_14: u32 = 0xc1;
const DATA_AVAILABLE: u32 = 1 << 0;
const DATA_READY: u32 = 1 << 0;
const ROOM_TO_SEND: u32 = 1 << 5;
const ALL_SENT: u32 = 1 << 6;
