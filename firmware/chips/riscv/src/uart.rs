//! UART0, the update link, and the interrupt that ends the sleep between bytes.
//!
//! Interrupts are never taken here: a pending one that is enabled by itself ends a sleep, and the
//! program has one thread of execution to reason about.

use core::num::NonZeroU32;

use chip::app::Link;
use chip::register::Register;
use riscv_map::{HART, UART0_BASE, UART0_INTERRUPT};

use crate::csr;

/// Address of the platform-level interrupt controller.
pub(crate) const PLIC_BASE: u32 = 0x0c00_0000;

/// The update link.
#[derive(Debug)]
pub struct Uart {
    /// How often to look whether the line takes more bytes.
    send_polls: u32,
    /// The interrupt that is being served.
    claimed: Option<NonZeroU32>,
}

impl Uart {
    /// Sets the line up, and lets bytes end the sleep.
    pub fn open() -> Self {
        DIVISOR.write(BAUD_115200);
        SEND_CONTROL.write(ENABLED);
        RECEIVE_CONTROL.write(ENABLED);
        while RECEIVE.read() & EMPTY == 0 {}
        PRIORITY.write(1);
        ENABLE.write(1 << UART0_INTERRUPT);
        THRESHOLD.write(0);
        INTERRUPT_ENABLE.write(RECEIVED);
        // SAFETY: supervisor interrupts are masked after a reset and stay so; one that is enabled by
        // itself only ends the sleep.
        unsafe { csr::write!("sie", EXTERNAL_INTERRUPT) };
        Self { send_polls: SEND_POLLS, claimed: None }
    }

    /// Sends a byte, if the line takes one.
    fn send(&mut self, byte: u8) -> Moved {
        let moves = (0..self.send_polls).any(|_| SEND.read() & FULL == 0);
        // Patience is spent once: a line that did not move is looked at only once a time, until it moves.
        self.send_polls = if moves { SEND_POLLS } else { 1 };
        if !moves {
            return Moved::No;
        }
        SEND.write(u32::from(byte));
        Moved::Yes
    }
}

#[derive(PartialEq, Eq)]
enum Moved {
    Yes,
    No,
}

impl Link for Uart {
    const READ_BYTES: usize = FIFO_BYTES;

    /// The watchdog's ticks end the sleep too; without a watchdog there is nothing to be in time for.
    fn wait(&mut self) {
        if PENDING.read() & RECEIVED != 0 {
            return;
        }
        // Only now, when all was read: until then more bytes need not ask for attention again.
        if let Some(interrupt) = self.claimed.take() {
            CLAIM.write(interrupt.get());
        }
        // A byte that comes just now makes its interrupt pending, and the sleep ends at once.
        csr::sleep();
        self.claimed = NonZeroU32::new(CLAIM.read());
    }

    fn read(&mut self, buffer: &mut [u8]) -> usize {
        let mut size = 0;
        for place in buffer {
            let word = RECEIVE.read();
            if word & EMPTY != 0 {
                break;
            }
            *place = word as u8;
            size += 1;
        }
        size
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.send(*byte) == Moved::No {
                return;
            }
        }
    }

    /// Nothing here tells when the queue is empty. What comes next is a reset, before which the first
    /// stage waits for as long as a queue takes.
    fn flush(&mut self) {}
}

const fn uart(offset_bytes: u32) -> Register {
    // SAFETY: UART0's registers (FU540-C000 manual, chapter 13); they reach no memory.
    unsafe { Register::at(UART0_BASE + offset_bytes) }
}

const SEND: Register = uart(0x00);
const RECEIVE: Register = uart(0x04);
const SEND_CONTROL: Register = uart(0x08);
const RECEIVE_CONTROL: Register = uart(0x0c);
const INTERRUPT_ENABLE: Register = uart(0x10);
const PENDING: Register = uart(0x14);
const DIVISOR: Register = uart(0x18);

/// In `SEND`: it takes no byte now.
const FULL: u32 = 1 << 31;
/// In `RECEIVE`: there is no byte.
const EMPTY: u32 = 1 << 31;
/// In the controls: on, and attention at the first byte.
const ENABLED: u32 = 1 << 0;
/// In `PENDING` and `INTERRUPT_ENABLE`: bytes have been received.
const RECEIVED: u32 = 1 << 1;
/// After a reset the chip runs from its crystal, at 33.33 MHz.
const BAUD_115200: u32 = 33_333_333 / 115_200 - 1;

const FIFO_BYTES: usize = 8;
/// A full queue takes 0.7 ms to leave; so many looks take longer on any bus.
const SEND_POLLS: u32 = 200_000;

const fn plic(offset_bytes: u32) -> Register {
    // SAFETY: the interrupt controller's registers (FU540-C000 manual, chapter 10); they reach no memory.
    unsafe { Register::at(PLIC_BASE + offset_bytes) }
}

/// The hart's supervisor mode, as the interrupt controller counts: hart 0 has one context, every other
/// one has two, machine mode first.
const CONTEXT: u32 = 2 * HART;
const PRIORITY: Register = plic(4 * UART0_INTERRUPT);
const ENABLE: Register = plic(0x2000 + 0x80 * CONTEXT);
const THRESHOLD: Register = plic(0x20_0000 + 0x1000 * CONTEXT);
const CLAIM: Register = plic(0x20_0004 + 0x1000 * CONTEXT);

/// In `sie`: the interrupt controller.
const EXTERNAL_INTERRUPT: u32 = 1 << 9;
