//! Which single operation a footprint program holds.
//!
//! Its number comes as text when the program is compiled, and is read then, so that the match inside
//! `perform` has one arm left and the linker throws away everything else.

use crate::operation::Operation;

/// The operation whose number stands in `text`, if one does. Made for constants.
pub const fn chosen(text: Option<&str>) -> Option<Operation> {
    let Some(text) = text else { return None };
    let Ok(number) = u8::from_str_radix(text, 10) else { return None };
    let mut index = 0;
    while index < Operation::ALL.len() {
        if Operation::ALL[index] as u8 == number {
            return Some(Operation::ALL[index]);
        }
        index += 1;
    }
    None
}
