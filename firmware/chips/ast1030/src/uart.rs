//! UART5, the update link: a 16550 at 115200 baud.
//!
//! The receiver asks for attention at 14 bytes, or when the line has been silent for four
//! characters. With a lower mark an emulated line delivers a byte per wake-up and is ten times slower.
//! Between bytes the processor sleeps, or an idle device would occupy a whole core of the host.

use ast1030_map::{UART5_BASE, UART5_INTERRUPT};
use chip::app::Link;
use chip::register::Register;
use cortex_m::interrupt::InterruptNumber;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m::peripheral::{NVIC, SCB, SYST};

/// The update link.
pub struct Uart {
    /// How often to look whether the line takes more bytes.
    send_polls: u32,
}

impl Uart {
    /// Sets the line up, masks all interrupts, and lets bytes and, now and then, a timer end the sleep.
    ///
    /// What came before is lost, as on any line to a device that is off.
    pub fn open(timer: &mut SYST) -> Self {
        cortex_m::interrupt::disable();
        LINE_CONTROL.write(DIVISOR_ACCESS | EIGHT_BITS);
        DIVISOR_LOW.write(1);
        DIVISOR_HIGH.write(0);
        LINE_CONTROL.write(EIGHT_BITS);
        FIFO_CONTROL.write(FIFO_RESET_TRIGGER_14);
        // An emulated line that was full learns only from a read that it is not any more.
        DATA.read();
        INTERRUPT_ENABLE.write(DATA_AVAILABLE);
        // SAFETY: interrupts stay masked, so unmasking one in the controller runs no handler and
        // breaks no critical section; it only ends the sleep.
        unsafe { NVIC::unmask(Uart5Interrupt) };
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(TIMER_TICKS);
        timer.clear_current();
        timer.enable_interrupt();
        timer.enable_counter();
        Self { send_polls: SEND_POLLS }
    }
}

impl Link for Uart {
    const READ_BYTES: usize = TRIGGER_BYTES;

    /// Sleeps for 84 ms at most, at 200 MHz.
    fn wait(&mut self) {
        // What was pending has been served. The line's request is a level: while bytes are waiting it
        // is pending again at once, so none that comes just now is slept through.
        NVIC::unpend(Uart5Interrupt);
        SCB::clear_pendst();
        cortex_m::asm::wfi();
    }

    fn read(&mut self, buffer: &mut [u8]) -> usize {
        // At the trigger so many bytes are there for certain. Asking before each of them would double
        // the accesses, and on an emulated chip accesses are what takes the time.
        let reached = INTERRUPT_IDENTIFICATION.read() & IDENTIFICATION == TRIGGER_REACHED;
        let mut size = 0;
        for place in buffer.iter_mut().take(TRIGGER_BYTES) {
            if !reached && LINE_STATUS.read() & DATA_READY == 0 {
                break;
            }
            *place = DATA.read() as u8;
            size += 1;
        }
        size
    }

    /// Patience is spent once: a line that did not move is looked at only once a time, until it moves.
    fn write(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(FIFO_BYTES) {
            let moves = shows(FIFO_EMPTY, self.send_polls);
            self.send_polls = if moves { SEND_POLLS } else { 1 };
            if !moves {
                return;
            }
            piece.iter().for_each(|byte| DATA.write(u32::from(*byte)));
        }
    }

    /// With all patience: what comes next is a reset, which would cut the last bytes off.
    fn flush(&mut self) {
        shows(ALL_SENT, SEND_POLLS);
    }
}

/// Whether the line's status shows this within so many looks.
fn shows(status: u32, polls: u32) -> bool {
    (0..polls).any(|_| LINE_STATUS.read() & status != 0)
}

#[derive(Clone, Copy)]
struct Uart5Interrupt;

// SAFETY: the number is the interrupt's own, and never changes.
unsafe impl InterruptNumber for Uart5Interrupt {
    fn number(self) -> u16 {
        UART5_INTERRUPT
    }
}

const fn register(index: u32) -> Register {
    // SAFETY: UART5 has eight registers, four bytes apart, and none of them reaches memory.
    unsafe { Register::at(UART5_BASE + 4 * index) }
}

const DATA: Register = register(0);
const INTERRUPT_ENABLE: Register = register(1);
/// Reading and writing the same place are two registers.
const INTERRUPT_IDENTIFICATION: Register = register(2);
const FIFO_CONTROL: Register = register(2);
const LINE_CONTROL: Register = register(3);
const LINE_STATUS: Register = register(5);
/// These two stand in for data and interrupt enable while `DIVISOR_ACCESS` is set.
const DIVISOR_LOW: Register = register(0);
const DIVISOR_HIGH: Register = register(1);

const EIGHT_BITS: u32 = 0x03;
const DIVISOR_ACCESS: u32 = 0x80;
/// FIFOs on and empty, attention at 14 received bytes.
const FIFO_RESET_TRIGGER_14: u32 = 0xc7;
const DATA_AVAILABLE: u32 = 1 << 0;

/// In `INTERRUPT_IDENTIFICATION`: what asks for attention.
const IDENTIFICATION: u32 = 0x0f;
const TRIGGER_REACHED: u32 = 0x04;

const DATA_READY: u32 = 1 << 0;
const FIFO_EMPTY: u32 = 1 << 5;
const ALL_SENT: u32 = 1 << 6;

const FIFO_BYTES: usize = 16;
/// How many received bytes make the receiver ask for attention at once.
const TRIGGER_BYTES: usize = 14;
/// The longest period of the timer's 24 bits.
const TIMER_TICKS: u32 = 0xff_ffff;
/// A full FIFO takes 1.4 ms to leave; so many looks take longer on any bus.
const SEND_POLLS: u32 = 200_000;
