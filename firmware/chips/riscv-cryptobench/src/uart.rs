//! The board's UART, a 16550 with one byte per register, and the sleep between bytes.
//!
//! Interrupts are never taken: one that is enabled by itself and pending ends the sleep. Without the
//! sleep an emulated hart that waits for its bench would occupy a core of the host.

use core::arch::asm;

use cryptobench::{FrameError, Port};

use crate::register::{Byte, Word};

/// The line to the bench.
pub(crate) struct Uart {
    _opened: (),
}

impl Uart {
    /// Sets the line up, and lets its bytes and the timer end a sleep.
    pub(crate) fn open() -> Self {
        LINE_CONTROL.write(EIGHT_BITS);
        FIFO_CONTROL.write(FIFO_TRIGGER_14);
        INTERRUPT_ENABLE.write(DATA_AVAILABLE);
        PRIORITY.write(1);
        ENABLE.write(1 << INTERRUPT);
        THRESHOLD.write(0);
        // SAFETY: interrupts are masked after a reset and stay so; these only end a sleep.
        unsafe { asm!("csrw mie, {}", in(reg) TIMER | EXTERNAL, options(nomem, nostack)) };
        Self { _opened: () }
    }

    /// Tells the bench that bytes will not be lost any more.
    pub(crate) fn greet(&mut self) {
        let _ = self.write(&[cryptobench::GREETING]);
    }

    /// Sends what is no frame.
    pub(crate) fn complain(&mut self) {
        let _ = self.write(b"panic");
        let _ = self.flush();
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
            *place = DATA.read();
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        for byte in bytes {
            while LINE_STATUS.read() & ROOM_TO_SEND == 0 {}
            DATA.write(*byte);
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), FrameError> {
        while LINE_STATUS.read() & ALL_SENT == 0 {}
        Ok(())
    }
}

/// Sleeps until a byte arrives, or a tenth of a second is over.
fn nap() {
    let wake = u64::from(TIME_LOW.read()).wrapping_add(u64::from(TIME_HIGH.read()) << 32).wrapping_add(NAP_TICKS);
    // The high half first to the end of time, so that no alarm is due in between.
    ALARM_HIGH.write(u32::MAX);
    ALARM_LOW.write(wake as u32);
    ALARM_HIGH.write((wake >> 32) as u32);
    // SAFETY: sleeps; what is pending and enabled by itself ends that, and no handler runs.
    unsafe { asm!("wfi", options(nomem, nostack)) };
    let interrupt = CLAIM.read();
    if interrupt != 0 {
        CLAIM.write(interrupt);
    }
}

/// So many naps on a silent line, about two minutes, mean that the bench is gone.
const PATIENCE_NAPS: u32 = 1200;
/// A tenth of a second of a clock of 10 MHz.
const NAP_TICKS: u64 = 1_000_000;

const fn line(offset: u32) -> Byte {
    // SAFETY: the UART has eight registers of one byte, and none of them reaches memory.
    unsafe { Byte::at(0x1000_0000 + offset) }
}

const DATA: Byte = line(0);
const INTERRUPT_ENABLE: Byte = line(1);
const FIFO_CONTROL: Byte = line(2);
const LINE_CONTROL: Byte = line(3);
const LINE_STATUS: Byte = line(5);

const EIGHT_BITS: u8 = 0x03;
/// FIFOs on; the high mark lets an emulated line hand over several bytes at once.
const FIFO_TRIGGER_14: u8 = 0xc1;
const DATA_AVAILABLE: u8 = 1 << 0;
const DATA_READY: u8 = 1 << 0;
const ROOM_TO_SEND: u8 = 1 << 5;
const ALL_SENT: u8 = 1 << 6;

const fn word(address: u32) -> Word {
    // SAFETY: registers of the interrupt controller and the timer; they reach no memory.
    unsafe { Word::at(address) }
}

/// The UART's, of the interrupt controller (PLIC).
const INTERRUPT: u32 = 10;
const PRIORITY: Word = word(0x0c00_0000 + 4 * INTERRUPT);
/// Of hart 0 in machine mode, as are the two that follow.
const ENABLE: Word = word(0x0c00_2000);
const THRESHOLD: Word = word(0x0c20_0000);
const CLAIM: Word = word(0x0c20_0004);
/// The timer of hart 0 (CLINT).
const ALARM_LOW: Word = word(0x0200_4000);
const ALARM_HIGH: Word = word(0x0200_4004);
const TIME_LOW: Word = word(0x0200_bff8);
const TIME_HIGH: Word = word(0x0200_bffc);

/// In `mie`: the timer, and the interrupt controller.
const TIMER: u32 = 1 << 7;
const EXTERNAL: u32 = 1 << 11;
