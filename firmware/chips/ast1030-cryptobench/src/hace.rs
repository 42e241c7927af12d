//! The hash and crypto engine.
//!
//! It reads the message from memory by itself and writes the result back. What the processor does
//! meanwhile is wait, so the instructions that are counted here are the driver's only: what the
//! engine takes, emulation does not show, because there it takes no time at all.
//!
//! Results are never trusted blindly. An engine that does nothing, as QEMU's does for AES, leaves the
//! output as it was: it is filled with a mark before, and the mark is looked for afterwards.

use core::sync::atomic::{Ordering, compiler_fence};

use cryptobench::{Inputs, Operation, Refused};

use crate::register::Register;

/// Does an operation with the engine where it can do it, and in software elsewhere.
///
/// # Errors
/// As [`cryptobench::perform`]; and [`Refused::Accelerator`] where the engine does not answer in time
/// or leaves the output untouched.
pub fn perform(operation: Operation, inputs: &Inputs<'_>, output: &mut [u8]) -> Result<usize, Refused> {
    // The engine does not hash nothing: it reports no result for a length of zero.
    if inputs.message.is_empty() {
        return cryptobench::perform(operation, inputs, output);
    }
    match operation {
        Operation::Sha1 => hash(Algorithm::Sha1, inputs.message, output),
        Operation::Sha256 => hash(Algorithm::Sha256, inputs.message, output),
        Operation::Sha384 => hash(Algorithm::Sha384, inputs.message, output),
        Operation::Sha512 => hash(Algorithm::Sha512, inputs.message, output),
        Operation::Aes128Ctr | Operation::Aes256Ctr => counter(inputs, output),
        Operation::Aes128GcmOpen
        | Operation::Aes256GcmOpen
        | Operation::Aes128KwUnwrap
        | Operation::Aes256KwUnwrap
        | Operation::Aes128Cmac
        | Operation::Aes256Cmac
        | Operation::HmacSha256
        | Operation::HkdfSha256
        | Operation::ChaCha20Rng
        | Operation::P256Verify
        | Operation::P256Sign
        | Operation::Rsa2048Verify
        | Operation::LmsVerify
        | Operation::MlDsa44Verify
        | Operation::MlDsa65Verify
        | Operation::MlDsa87Verify => cryptobench::perform(operation, inputs, output),
    }
}

#[derive(Clone, Copy)]
enum Algorithm {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Algorithm {
    /// The command: the algorithm, and digests in the standard's byte order.
    const fn command(self) -> u32 {
        const BIG_ENDIAN: u32 = 0x0c;
        match self {
            Self::Sha1 => 0x20 | BIG_ENDIAN,
            Self::Sha256 => 0x50 | BIG_ENDIAN,
            Self::Sha384 => 1 << 10 | 0x60 | BIG_ENDIAN,
            Self::Sha512 => 0x60 | BIG_ENDIAN,
        }
    }

    const fn digest_size(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// Memory that the engine writes to or reads its context from.
#[repr(align(64))]
struct Aligned([u8; 64]);

fn hash(algorithm: Algorithm, message: &[u8], output: &mut [u8]) -> Result<usize, Refused> {
    let mut digest = Aligned([MARK; 64]);
    let length = u32::try_from(message.len()).map_err(|_| Refused::TooLarge)?;
    STATUS.write(HASH_DONE);
    HASH_SOURCE.write(message.as_ptr() as u32);
    HASH_DIGEST.write(digest.0.as_mut_ptr() as u32);
    HASH_LENGTH.write(length);
    engine_may_touch_memory();
    HASH_COMMAND.write(algorithm.command());
    wait_for(HASH_DONE)?;
    engine_may_touch_memory();
    let digest = read_back(&digest, algorithm.digest_size())?;
    let size = digest.len();
    output.get_mut(..size).ok_or(Refused::TooLarge)?.copy_from_slice(&digest[..size]);
    Ok(size)
}

fn counter(inputs: &Inputs<'_>, output: &mut [u8]) -> Result<usize, Refused> {
    let size = match inputs.key.len() {
        16 => KEY_128,
        32 => KEY_256,
        _ => return Err(Refused::Malformed),
    };
    if inputs.nonce.len() != 16 {
        return Err(Refused::Malformed);
    }
    let output = output.get_mut(..inputs.message.len()).ok_or(Refused::TooLarge)?;
    output.fill(MARK);
    let mut context = Aligned([0; 64]);
    context.0[..16].copy_from_slice(inputs.nonce);
    context.0[16..16 + inputs.key.len()].copy_from_slice(inputs.key);
    STATUS.write(CRYPTO_DONE);
    CRYPTO_SOURCE.write(inputs.message.as_ptr() as u32);
    CRYPTO_TARGET.write(output.as_mut_ptr() as u32);
    CRYPTO_CONTEXT.write(context.0.as_mut_ptr() as u32);
    CRYPTO_LENGTH.write(output.len() as u32);
    engine_may_touch_memory();
    CRYPTO_COMMAND.write(EXPAND_KEY | ENCRYPT | COUNTER_MODE | size);
    wait_for(CRYPTO_DONE)?;
    engine_may_touch_memory();
    let untouched = output.len() >= 16 && output.iter().all(|byte| *byte == MARK);
    if untouched { Err(Refused::Accelerator) } else { Ok(output.len()) }
}

/// The result, if there is one.
fn read_back(digest: &Aligned, size: usize) -> Result<&[u8], Refused> {
    let digest = core::hint::black_box(&digest.0[..size]);
    if digest.iter().all(|byte| *byte == MARK) { Err(Refused::Accelerator) } else { Ok(digest) }
}

/// Keeps the compiler from moving accesses to memory across, or from keeping values in registers that
/// the engine changes.
fn engine_may_touch_memory() {
    cortex_m::asm::dsb();
    compiler_fence(Ordering::SeqCst);
}

fn wait_for(done: u32) -> Result<(), Refused> {
    for _ in 0..PATIENCE_POLLS {
        if STATUS.read() & done != 0 {
            STATUS.write(done);
            return Ok(());
        }
    }
    Err(Refused::Accelerator)
}

const BASE: u32 = 0x7e6d_0000;

const fn register(offset: u32) -> Register {
    // SAFETY: these are the engine's registers. What makes it write into memory is the digest's
    // address and the target's, and this file sets them to memory that it borrows mutably.
    unsafe { Register::at(BASE + offset) }
}

const CRYPTO_SOURCE: Register = register(0x00);
const CRYPTO_TARGET: Register = register(0x04);
const CRYPTO_CONTEXT: Register = register(0x08);
const CRYPTO_LENGTH: Register = register(0x0c);
const CRYPTO_COMMAND: Register = register(0x10);
const STATUS: Register = register(0x1c);
const HASH_SOURCE: Register = register(0x20);
const HASH_DIGEST: Register = register(0x24);
const HASH_LENGTH: Register = register(0x2c);
const HASH_COMMAND: Register = register(0x30);

const HASH_DONE: u32 = 1 << 9;
const CRYPTO_DONE: u32 = 1 << 12;
/// The engine expands the key; context is the counter block and the key behind it.
const EXPAND_KEY: u32 = 1 << 13;
const ENCRYPT: u32 = 1 << 7;
const COUNTER_MODE: u32 = 4 << 4;
const KEY_128: u32 = 0;
const KEY_256: u32 = 2 << 2;
/// What no digest and no ciphertext consists of alone.
const MARK: u8 = 0x5a;
/// At 200 MHz more than a hash of the whole memory takes.
const PATIENCE_POLLS: u32 = 10_000_000;
