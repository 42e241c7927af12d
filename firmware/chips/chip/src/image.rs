//! The memory an image executes from: lending it to the first stage, and a look at what it holds.
//!
//! An image begins with two words: where its stack begins, and where its code begins. The look is
//! the chip's own and stands before the jump, because a processor that jumps into erased flash can
//! tell nobody why it stopped.

use crate::register::Register;

/// The executing memory.
#[derive(Clone, Copy, Debug)]
pub struct Executing {
    base: u32,
    size_bytes: u32,
    image_bytes: u32,
    entry_bit: u32,
}

impl Executing {
    /// The memory from `base` on for so many bytes, of which an image takes `image_bytes` at most.
    /// Addresses of code have `entry_bit` as their lowest bit: 1 says Thumb.
    ///
    /// # Safety
    /// `base` is a multiple of four. The memory is reserved for images, and no Rust value of the first
    /// stage lies in it.
    pub const unsafe fn at(base: u32, size_bytes: u32, image_bytes: u32, entry_bit: u32) -> Self {
        Self { base, size_bytes, image_bytes, entry_bit }
    }

    /// The memory, for the first stage to load an image into.
    ///
    /// # Safety
    /// The caller is the first stage, and calls this once.
    pub(crate) unsafe fn memory(self) -> &'static mut [u8] {
        // SAFETY: whoever made this value promised that the memory is reserved, and the caller that
        // there is no other reference to it. It holds noise after power-on, and every noise is a byte.
        unsafe { core::slice::from_raw_parts_mut(self.base as *mut u8, self.size_bytes as usize) }
    }

    /// Whether the memory begins like an image: a stack inside of it, and code inside the image.
    ///
    /// This is no protection, only sense.
    pub(crate) fn begins_well(self) -> bool {
        let stack = self.stack();
        let entry = self.entry();
        let stack_fits = (self.base..=self.base + self.size_bytes).contains(&stack) && stack.is_multiple_of(8);
        let entry_fits = (self.base..self.base + self.image_bytes).contains(&entry) && entry % 2 == self.entry_bit;
        stack_fits && entry_fits
    }

    /// Where the image's stack begins.
    pub fn stack(self) -> u32 {
        self.word(0).read()
    }

    /// Where the image's code begins.
    pub fn entry(self) -> u32 {
        self.word(1).read()
    }

    /// Address of the memory.
    pub const fn base(self) -> u32 {
        self.base
    }

    const fn word(self, index: u32) -> Register {
        // SAFETY: whoever made this value promised the memory, and its head is only read.
        unsafe { Register::at(self.base + 4 * index) }
    }
}
