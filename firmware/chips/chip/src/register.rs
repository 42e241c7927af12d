//! Access to a chip's registers.
//!
//! The one place where an address becomes a load or a store. A register is declared once, with the
//! promise that touching it cannot break memory, and is safe to use from then on.

/// A 32-bit register, or a word of memory that something outside this program looks at.
#[derive(Clone, Copy, Debug)]
pub struct Register(u32);

impl Register {
    /// The register at an address.
    ///
    /// # Safety
    /// The address is a multiple of four, and belongs to a register of this chip that reaches no memory
    /// by itself, or to memory that is only read, or that no Rust value occupies.
    pub const unsafe fn at(address: u32) -> Self {
        Self(address)
    }

    /// Reads the whole register.
    #[inline]
    pub fn read(self) -> u32 {
        // SAFETY: whoever called `at` promised an aligned word that may be read at any time.
        unsafe { (self.0 as *const u32).read_volatile() }
    }

    /// Writes the whole register.
    #[inline]
    pub fn write(self, value: u32) {
        // SAFETY: as in `read`, and that writing it touches no Rust value.
        unsafe { (self.0 as *mut u32).write_volatile(value) }
    }

    /// Reads the lowest byte, in an access of one byte.
    #[inline]
    pub fn read_byte(self) -> u8 {
        // SAFETY: as in `read`; the chip is little-endian, so the lowest byte is the first.
        unsafe { (self.0 as *const u8).read_volatile() }
    }

    /// Writes the lowest byte, in an access of one byte.
    #[inline]
    pub fn write_byte(self, value: u8) {
        // SAFETY: as in `write`; the chip is little-endian, so the lowest byte is the first.
        unsafe { (self.0 as *mut u8).write_volatile(value) }
    }
}
