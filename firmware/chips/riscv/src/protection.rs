//! The physical memory protection: what an image can reach, and nothing else.
//!
//! The rules bind supervisor mode, in which images run, and not machine mode, in which the first stage
//! does. Without a rule that matches, an image reaches nothing: not the first stage, not its timer,
//! not the pin that resets the board.

use riscv_map::{EXECUTING_BASE, EXECUTING_SIZE_BYTES, REPORT_BASE, REPORT_PAGE_BYTES, UART0_BASE};

use crate::csr;
use crate::flash::QSPI0_BASE;
use crate::parts::TIME_PAGE;
use crate::uart::PLIC_BASE;

/// Size of a peripheral's registers.
const PERIPHERAL_BYTES: u32 = 0x1000;
const PLIC_BYTES: u32 = 0x400_0000;

const READ: u32 = 1 << 0;
const WRITE: u32 = 1 << 1;
const EXECUTE: u32 = 1 << 2;
/// The address stands for a naturally aligned power of two.
const NAPOT: u32 = 3 << 3;

const READ_WRITE: u32 = NAPOT | READ | WRITE;

/// Sets the rules.
///
/// # Safety
/// To be called by the first stage, in machine mode.
pub(crate) unsafe fn set() {
    // SAFETY: these rules bind other modes only.
    unsafe {
        csr::write!("pmpaddr0", napot(EXECUTING_BASE, EXECUTING_SIZE_BYTES));
        csr::write!("pmpaddr1", napot(REPORT_BASE, REPORT_PAGE_BYTES));
        csr::write!("pmpaddr2", napot(UART0_BASE, PERIPHERAL_BYTES));
        csr::write!("pmpaddr3", napot(QSPI0_BASE, PERIPHERAL_BYTES));
        csr::write!("pmpaddr4", napot(PLIC_BASE, PLIC_BYTES));
        csr::write!("pmpaddr5", napot(TIME_PAGE, PERIPHERAL_BYTES));
        csr::write!("pmpcfg1", READ_WRITE | (NAPOT | READ) << 8);
        let rules = [READ_WRITE | EXECUTE, NAPOT | READ, READ_WRITE, READ_WRITE];
        csr::write!("pmpcfg0", u32::from_le_bytes(rules.map(|rule| rule as u8)));
    }
}

/// A stretch of memory as the protection wants it (Privileged Specification, section 3.7.1).
const fn napot(base: u32, size_bytes: u32) -> u32 {
    (base >> 2) | ((size_bytes >> 3) - 1)
}
