//! How much stack a piece of work takes: paint it before, look for the first spoilt word afterwards.
//!
//! Which memory is stack, and how to touch it, only a chip knows. What the paint means is the same on
//! each, so it stands here once.

use core::ops::Range;

/// Words of memory that nothing uses yet, by address.
pub trait Words {
    /// Writes a word.
    fn write(&mut self, address: u32, word: u32);
    /// Reads a word.
    fn read(&self, address: u32) -> u32;
}

/// Does the work and returns how many bytes of stack it took below `stack.end`, the stack pointer of
/// the caller; `None` if it reached the bottom, and with it perhaps beyond.
pub fn painted(words: &mut impl Words, stack: Range<u32>, work: &mut dyn FnMut()) -> Option<u32> {
    let painted = (stack.start..stack.end.saturating_sub(RED_ZONE_BYTES)).step_by(4);
    painted.clone().for_each(|address| words.write(address, PAINT));
    work();
    match painted.into_iter().find(|address| words.read(*address) != PAINT) {
        Some(address) if address == stack.start => None,
        Some(address) => Some(stack.end - address),
        None => Some(RED_ZONE_BYTES),
    }
}

const PAINT: u32 = 0xa5c3_5a3c;
/// Kept clear of what the painting itself may push.
const RED_ZONE_BYTES: u32 = 256;

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 KiB from address 0; the work spoils what it is told to, through a cell that both share.
    struct Memory<'m>(&'m core::cell::RefCell<[u32; 256]>);

    impl Words for Memory<'_> {
        fn write(&mut self, address: u32, word: u32) {
            self.0.borrow_mut()[address as usize / 4] = word;
        }

        fn read(&self, address: u32) -> u32 {
            self.0.borrow()[address as usize / 4]
        }
    }

    fn used(spoilt: Option<usize>) -> Option<u32> {
        let memory = core::cell::RefCell::new([0; 256]);
        painted(&mut Memory(&memory), 0..1024, &mut || {
            if let Some(index) = spoilt {
                memory.borrow_mut()[index] = 7;
            }
        })
    }

    #[test]
    fn the_deepest_spoilt_word_tells() {
        assert_eq!(used(Some(100)), Some(1024 - 400));
        assert_eq!(used(None), Some(RED_ZONE_BYTES));
    }

    #[test]
    fn a_stack_used_to_its_bottom_tells_nothing() {
        assert_eq!(used(Some(0)), None);
    }
}
