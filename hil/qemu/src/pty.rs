//! A serial line for a person: a pseudo terminal whose one end is ours.
//!
//! QEMU can open one itself, but drops output until it has noticed a reader, and a reader that comes
//! back finds what its predecessor left. This one behaves like a plug: who plugs in gets what the
//! device says from then on, and what is said to nobody is lost.

use std::fs::OpenOptions;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::OFlags;
use rustix::io::{Errno, FdFlags};
use rustix::pty::OpenptFlags;
use rustix::termios::{OptionalActions, QueueSelector};

use crate::process::pause;

/// Most bytes that are read at once.
const READ_BYTES: usize = 4096;
/// How long a reader may leave a full line before what does not fit is lost, and how often to look.
const FULL: Duration = Duration::from_millis(200);
const LOOK: Duration = Duration::from_millis(1);

/// A pseudo terminal.
#[derive(Debug)]
pub struct Pty {
    ours: OwnedFd,
    path: PathBuf,
    plugged: Plugged,
}

/// Whether somebody has the other end open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plugged {
    In,
    Out,
}

/// What came from the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Bytes(Vec<u8>),
    Silence,
    /// Nobody has the other end open.
    Nobody,
}

impl Pty {
    /// Opens a pseudo terminal in raw mode.
    ///
    /// # Errors
    /// What the system says: there are only so many.
    pub fn open() -> io::Result<Self> {
        let ours = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        rustix::pty::grantpt(&ours)?;
        rustix::pty::unlockpt(&ours)?;
        rustix::io::fcntl_setfd(&ours, FdFlags::CLOEXEC)?;
        rustix::fs::fcntl_setfl(&ours, OFlags::RDWR | OFlags::NONBLOCK)?;
        let name = rustix::pty::ptsname(&ours, Vec::new())?;
        let path = PathBuf::from(name.to_str().map_err(io::Error::other)?);
        let pty = Self { ours, path, plugged: Plugged::Out };
        pty.refresh()?;
        Ok(pty)
    }

    /// The end for other programs.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What other programs have written by now.
    pub(crate) fn read(&mut self) -> io::Result<Heard> {
        let mut bytes = vec![0; READ_BYTES];
        match rustix::io::read(&self.ours, &mut bytes) {
            Ok(0) | Err(Errno::IO) => {
                // Whoever comes next should not find what this one left.
                if self.plugged == Plugged::In {
                    self.refresh()?;
                }
                self.plugged = Plugged::Out;
                Ok(Heard::Nobody)
            }
            Ok(size_bytes) => {
                self.plugged = Plugged::In;
                bytes.truncate(size_bytes);
                Ok(Heard::Bytes(bytes))
            }
            Err(Errno::AGAIN | Errno::INTR) => {
                self.plugged = Plugged::In;
                Ok(Heard::Silence)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Passes bytes on to whoever is there. What nobody takes in time is lost.
    pub(crate) fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        let mut left = FULL;
        while !bytes.is_empty() && self.plugged == Plugged::In {
            match rustix::io::write(&self.ours, bytes) {
                Ok(size_bytes) => bytes = bytes.get(size_bytes..).unwrap_or_default(),
                Err(Errno::INTR) => {}
                Err(Errno::IO) => return Ok(()),
                Err(Errno::AGAIN) if left.is_zero() => return Ok(()),
                Err(Errno::AGAIN) => {
                    pause(LOOK);
                    left = left.saturating_sub(LOOK);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Makes the other end as new: raw, and empty.
    fn refresh(&self) -> io::Result<()> {
        let flags = (OFlags::NOCTTY | OFlags::NONBLOCK).bits();
        let flags = i32::try_from(flags).map_err(io::Error::other)?;
        let theirs = OpenOptions::new().read(true).write(true).custom_flags(flags).open(&self.path)?;
        let mut mode = rustix::termios::tcgetattr(&theirs)?;
        mode.make_raw();
        rustix::termios::tcsetattr(&theirs, OptionalActions::Now, &mode)?;
        rustix::termios::tcflush(&theirs, QueueSelector::IFlush)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::io::{Read, Write};

    fn plug(pty: &Pty) -> File {
        let flags = i32::try_from(OFlags::NOCTTY.bits()).expect("a small number");
        let opened = OpenOptions::new().read(true).write(true).custom_flags(flags).open(pty.path());
        opened.expect("the pty is there")
    }

    fn heard(pty: &mut Pty) -> Vec<u8> {
        match pty.read().expect("the pty is open") {
            Heard::Bytes(bytes) => bytes,
            Heard::Silence | Heard::Nobody => Vec::new(),
        }
    }

    #[test]
    fn bytes_pass_unchanged_both_ways() {
        let mut pty = Pty::open().expect("a pty");
        assert_eq!(pty.read().expect("it is open"), Heard::Nobody);
        let every: Vec<u8> = (0..=255).collect();
        let mut plug = plug(&pty);
        plug.write_all(&every).expect("we listen");
        assert_eq!(heard(&mut pty), every);
        pty.write(&every).expect("it is open");
        let mut got = vec![0; 256];
        plug.read_exact(&mut got).expect("we spoke");
        assert_eq!(got, every);
    }

    #[test]
    fn who_comes_next_finds_a_line_as_new() {
        let mut pty = Pty::open().expect("a pty");
        for _ in 0..3 {
            let mut plug = plug(&pty);
            assert_eq!(pty.read().expect("it is open"), Heard::Silence);
            plug.write_all(b"\r\n\x03").expect("we listen");
            assert_eq!(heard(&mut pty), b"\r\n\x03");
            pty.write(b"new\r\x04").expect("it is open");
            let mut got = [0; 5];
            plug.read_exact(&mut got).expect("we spoke");
            assert_eq!(&got, b"new\r\x04");
            pty.write(b"never read").expect("it is open");
            drop(plug);
            assert_eq!(pty.read().expect("it is open"), Heard::Nobody);
            pty.write(b"said to nobody").expect("that is no error");
        }
    }

    #[test]
    fn what_is_written_just_before_leaving_still_arrives() {
        let mut pty = Pty::open().expect("a pty");
        plug(&pty).write_all(b"bye").expect("we listen");
        assert_eq!(heard(&mut pty), b"bye");
        assert_eq!(pty.read().expect("it is open"), Heard::Nobody);
    }

    #[test]
    fn a_reader_that_reads_nothing_does_not_hang_the_line() {
        let mut pty = Pty::open().expect("a pty");
        let _plug = plug(&pty);
        assert_eq!(pty.read().expect("it is open"), Heard::Silence);
        pty.write(&[0x55; 1 << 20]).expect("what does not fit is lost");
    }
}
