//! AES by the scalar instructions of RISC-V: Zkne to encrypt, Zknd to decrypt.
//!
//! Each instruction takes one byte of a state word through the S-box and MixColumns and adds it to a
//! word of the result (RISC-V Cryptography Extensions, volume I, 1.0.1, section 3). They take the same
//! time for every value, and there are no tables for a cache to betray. The modes around the block
//! cipher are those of the crates, as on the other side.

use core::arch::asm;

use aes::cipher::consts::{U1, U16, U32};
use aes::cipher::inout::InOut;
use aes::cipher::{
    Block, BlockCipherDecBackend, BlockCipherDecClosure, BlockCipherDecrypt, BlockCipherEncBackend,
    BlockCipherEncClosure, BlockCipherEncrypt, BlockSizeUser, Key, KeyInit, KeySizeUser, ParBlocksSizeUser,
};
use cryptobench::{Aes, Inputs, Operation, Refused, perform_with};

/// Does an operation with these instructions where AES is part of it; the hashes chose theirs when
/// they were compiled.
///
/// # Errors
/// As [`cryptobench::perform`].
#[inline(always)]
pub fn perform(operation: Operation, inputs: &Inputs<'_>, output: &mut [u8]) -> Result<usize, Refused> {
    perform_with::<Zkn>(operation, inputs, output)
}

/// AES by Zkne and Zknd.
#[derive(Clone, Copy, Debug)]
pub struct Zkn;

impl Aes for Zkn {
    type Aes128 = Expanded<44>;
    type Aes256 = Expanded<60>;
}

/// Round keys for both directions; 44 words are ten rounds, 60 are fourteen.
#[derive(Clone)]
pub struct Expanded<const WORDS: usize> {
    encrypt: [u32; WORDS],
    /// Last round first, and all but the ends without MixColumns (FIPS 197, 5.3.5).
    decrypt: [u32; WORDS],
}

/// One step of a round: `sum` and the byte at bit `8 * BYTE` of `word`, through the instruction.
macro_rules! step {
    ($name:ident, $instruction:literal) => {
        #[inline(always)]
        fn $name<const BYTE: u32>(sum: u32, word: u32) -> u32 {
            let result;
            // SAFETY: computes with three registers, and this module is built only for harts that
            // have the instruction.
            unsafe {
                asm!(concat!($instruction, " {}, {}, {}, {}"), lateout(reg) result, in(reg) sum, in(reg) word,
                    const BYTE, options(pure, nomem, nostack, preserves_flags));
            }
            result
        }
    };
}

step!(encrypt_middle, "aes32esmi");
step!(encrypt_last, "aes32esi");
step!(decrypt_middle, "aes32dsmi");
step!(decrypt_last, "aes32dsi");

/// A whole round: each word of the result takes one byte of each word of the state, and which is
/// ShiftRows, in either direction.
macro_rules! round {
    ($step:ident, $state:ident, $key:expr, $second:literal, $fourth:literal) => {{
        let key = $key;
        let word = |index: usize| {
            let sum = $step::<0>(key[index], $state[index]);
            let sum = $step::<1>(sum, $state[(index + $second) % 4]);
            let sum = $step::<2>(sum, $state[(index + 2) % 4]);
            $step::<3>(sum, $state[(index + $fourth) % 4])
        };
        $state = [word(0), word(1), word(2), word(3)];
    }};
}

impl<const WORDS: usize> Expanded<WORDS> {
    fn new(key: &[u8]) -> Self {
        let mut encrypt = [0; WORDS];
        let (given, _) = key.as_chunks::<4>();
        for (word, bytes) in encrypt.iter_mut().zip(given) {
            *word = u32::from_le_bytes(*bytes);
        }
        let mut constant = 1;
        for index in given.len()..WORDS {
            let before = encrypt[index - 1];
            let mixed = match index % given.len() {
                0 => {
                    let mixed = substitute(before.rotate_right(8)) ^ constant;
                    // Doubling in the field of AES; no key needs more than ten.
                    constant = if constant < 0x80 { constant << 1 } else { 0x1b };
                    mixed
                }
                4 if given.len() == 8 => substitute(before),
                _ => before,
            };
            encrypt[index] = encrypt[index - given.len()] ^ mixed;
        }
        let mut decrypt = [0; WORDS];
        let rounds = encrypt.chunks_exact(4).rev().zip(decrypt.chunks_exact_mut(4));
        for (round, (from, to)) in rounds.enumerate() {
            let at_an_end = round == 0 || round == WORDS / 4 - 1;
            for (from, to) in from.iter().zip(to) {
                *to = if at_an_end { *from } else { without_mix(*from) };
            }
        }
        Self { encrypt, decrypt }
    }

    #[inline(always)]
    fn encrypt(&self, block: [u8; 16]) -> [u8; 16] {
        let (keys, _) = self.encrypt.as_chunks::<4>();
        let [first, middle @ .., last] = keys else { return block };
        let mut state = added(block, first);
        for key in middle {
            round!(encrypt_middle, state, key, 1, 3);
        }
        round!(encrypt_last, state, last, 1, 3);
        bytes(state)
    }

    #[inline(always)]
    fn decrypt(&self, block: [u8; 16]) -> [u8; 16] {
        let (keys, _) = self.decrypt.as_chunks::<4>();
        let [first, middle @ .., last] = keys else { return block };
        let mut state = added(block, first);
        for key in middle {
            round!(decrypt_middle, state, key, 3, 1);
        }
        round!(decrypt_last, state, last, 3, 1);
        bytes(state)
    }
}

/// Each byte through the S-box.
fn substitute(word: u32) -> u32 {
    encrypt_last::<3>(encrypt_last::<2>(encrypt_last::<1>(encrypt_last::<0>(0, word), word), word), word)
}

/// A round key as the inverse cipher adds it: through InvMixColumns. The instruction takes its bytes
/// through the inverse S-box first, so they go through the S-box before.
fn without_mix(word: u32) -> u32 {
    let word = substitute(word);
    decrypt_middle::<3>(decrypt_middle::<2>(decrypt_middle::<1>(decrypt_middle::<0>(0, word), word), word), word)
}

#[inline(always)]
fn added(block: [u8; 16], key: &[u32; 4]) -> [u32; 4] {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = block;
    let words = [[a, b, c, d], [e, f, g, h], [i, j, k, l], [m, n, o, p]].map(u32::from_le_bytes);
    [words[0] ^ key[0], words[1] ^ key[1], words[2] ^ key[2], words[3] ^ key[3]]
}

#[inline(always)]
fn bytes(state: [u32; 4]) -> [u8; 16] {
    let mut block = [0; 16];
    for (bytes, word) in block.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    block
}

impl KeySizeUser for Expanded<44> {
    type KeySize = U16;
}

impl KeySizeUser for Expanded<60> {
    type KeySize = U32;
}

impl KeyInit for Expanded<44> {
    fn new(key: &Key<Self>) -> Self {
        Self::new(key)
    }
}

impl KeyInit for Expanded<60> {
    fn new(key: &Key<Self>) -> Self {
        Self::new(key)
    }
}

impl<const WORDS: usize> BlockSizeUser for Expanded<WORDS> {
    type BlockSize = U16;
}

impl<const WORDS: usize> ParBlocksSizeUser for Expanded<WORDS> {
    type ParBlocksSize = U1;
}

impl<const WORDS: usize> BlockCipherEncrypt for Expanded<WORDS> {
    fn encrypt_with_backend(&self, work: impl BlockCipherEncClosure<BlockSize = U16>) {
        work.call(self);
    }
}

impl<const WORDS: usize> BlockCipherDecrypt for Expanded<WORDS> {
    fn decrypt_with_backend(&self, work: impl BlockCipherDecClosure<BlockSize = U16>) {
        work.call(self);
    }
}

impl<const WORDS: usize> BlockCipherEncBackend for Expanded<WORDS> {
    #[inline]
    fn encrypt_block(&self, mut block: InOut<'_, '_, Block<Self>>) {
        let encrypted = self.encrypt(block.get_in().0);
        block.get_out().0 = encrypted;
    }
}

impl<const WORDS: usize> BlockCipherDecBackend for Expanded<WORDS> {
    #[inline]
    fn decrypt_block(&self, mut block: InOut<'_, '_, Block<Self>>) {
        let decrypted = self.decrypt(block.get_in().0);
        block.get_out().0 = decrypted;
    }
}
