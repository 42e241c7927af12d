//! Frames: where a message begins and ends, and whether it arrived whole.
//!
//! A pipe loses nothing, a UART does. A frame is one mark byte, the body's length in four bytes,
//! little-endian, the body, and CRC-16/XMODEM over the body. Nothing is repeated on an error: the
//! bench drops the program and starts afresh, because a measurement that stumbled is worth nothing.

use crc::{CRC_16_XMODEM, Crc};

/// A line to the other side. Both calls block.
pub trait Port {
    /// Fills the buffer.
    ///
    /// # Errors
    /// The other side is gone.
    fn read(&mut self, buffer: &mut [u8]) -> Result<(), FrameError>;

    /// Sends all bytes.
    ///
    /// # Errors
    /// The other side is gone.
    fn write(&mut self, bytes: &[u8]) -> Result<(), FrameError>;

    /// Makes sure that what was sent is on its way.
    ///
    /// # Errors
    /// The other side is gone.
    fn flush(&mut self) -> Result<(), FrameError>;
}

/// Why there is no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// The other side is gone.
    Closed,
    /// The first byte is not the mark.
    NoMark,
    /// The body does not fit into the buffer; this many bytes were announced.
    TooLong(u32),
    /// The body arrived damaged.
    Checksum,
}

/// Reads a frame's body into the beginning of whichever buffer `place` picks for its length.
///
/// # Errors
/// A line that is gone, or bytes that are no frame.
pub fn read_frame<'a>(
    port: &mut impl Port,
    place: impl FnOnce(usize) -> Option<&'a mut [u8]>,
) -> Result<&'a mut [u8], FrameError> {
    let mut head = [0; 5];
    port.read(&mut head)?;
    let [mark, length @ ..] = head;
    if mark != MARK {
        return Err(FrameError::NoMark);
    }
    let announced = u32::from_le_bytes(length);
    let size = usize::try_from(announced).map_err(|_| FrameError::TooLong(announced))?;
    let body = place(size).and_then(|buffer| buffer.get_mut(..size)).ok_or(FrameError::TooLong(announced))?;
    port.read(body)?;
    let mut sent = [0; 2];
    port.read(&mut sent)?;
    if u16::from_le_bytes(sent) == CRC.checksum(body) { Ok(body) } else { Err(FrameError::Checksum) }
}

/// Sends a frame. `encode` hands over the body piece by piece and is called twice: first to learn the
/// length and the checksum, then to send. So no side needs a second copy of a long body.
///
/// # Errors
/// The line is gone.
pub fn write_frame(port: &mut impl Port, encode: impl Fn(&mut dyn FnMut(&[u8]))) -> Result<(), FrameError> {
    let mut size = 0;
    let mut digest = CRC.digest();
    encode(&mut |piece| {
        size += piece.len();
        digest.update(piece);
    });
    port.write(&[MARK])?;
    port.write(&(size as u32).to_le_bytes())?;
    let mut outcome = Ok(());
    encode(&mut |piece| {
        if outcome.is_ok() {
            outcome = port.write(piece);
        }
    });
    outcome?;
    port.write(&digest.finalize().to_le_bytes())?;
    port.flush()
}

/// What a chip sends once when its line is up. Bytes that arrive before are lost, so its bench waits
/// for this; a pipe needs none.
pub const GREETING: u8 = 0x06;

const MARK: u8 = 0xb5;
const CRC: Crc<u16> = Crc::<u16>::new(&CRC_16_XMODEM);
