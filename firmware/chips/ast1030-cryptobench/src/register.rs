//! Access to the chip's registers: the one place where an address becomes a load or a store.
//!
//! Each register is declared with the promise that makes it safe to use, so drivers need no `unsafe`.

/// A 32-bit register.
#[derive(Clone, Copy)]
pub(crate) struct Register(u32);

impl Register {
    /// The register at an address.
    ///
    /// # Safety
    /// The address is a multiple of four and belongs to a register of this chip. Where the register
    /// makes the chip write into memory, whoever writes to it owns that memory.
    pub(crate) const unsafe fn at(address: u32) -> Self {
        Self(address)
    }

    pub(crate) fn read(self) -> u32 {
        // SAFETY: whoever called `at` promised a mapped, aligned register.
        unsafe { (self.0 as *const u32).read_volatile() }
    }

    pub(crate) fn write(self, value: u32) {
        // SAFETY: as in `read`; the promise covers writing.
        unsafe { (self.0 as *mut u32).write_volatile(value) }
    }
}
