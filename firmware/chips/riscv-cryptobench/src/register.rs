//! Access to the board's registers: the one place where an address becomes a load or a store.
//!
//! Each register is declared with the promise that makes it safe to use, so drivers need no `unsafe`.

/// A register of one byte.
#[derive(Clone, Copy)]
pub(crate) struct Byte(u32);

/// A register of 32 bits.
#[derive(Clone, Copy)]
pub(crate) struct Word(u32);

impl Byte {
    /// The register at an address.
    ///
    /// # Safety
    /// The address belongs to a register of this board that reaches no memory.
    pub(crate) const unsafe fn at(address: u32) -> Self {
        Self(address)
    }

    pub(crate) fn read(self) -> u8 {
        // SAFETY: whoever called `at` promised a mapped register.
        unsafe { (self.0 as *const u8).read_volatile() }
    }

    pub(crate) fn write(self, value: u8) {
        // SAFETY: as in `read`; the promise covers writing.
        unsafe { (self.0 as *mut u8).write_volatile(value) }
    }
}

impl Word {
    /// The register at an address.
    ///
    /// # Safety
    /// The address is a multiple of four and belongs to a register of this board that reaches no memory.
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

/// Ends the emulator by the board's test device.
pub(crate) fn end_emulator() -> ! {
    /// SiFive's test finisher, as QEMU has it on `virt`.
    // SAFETY: its one register, which reaches no memory.
    const FINISHER: Word = unsafe { Word::at(0x10_0000) };
    const PASS: u32 = 0x5555;
    loop {
        FINISHER.write(PASS);
    }
}
