//! SMP responses.
//!
//! Errors of SMP v2 are `{"err": {"group", "rc"}}`; a refusal is an error of our own group whose
//! `rc` is the refusal's number, so any client shows at least that.

use core::fmt::Write;

use boot::slot;
use crypto::Crypto;
use embedded_storage::nor_flash::NorFlash;
use menu::{Layout, MAX_HEAD_BYTES, Origin, Refusal, SMP_GROUP, Slot};
use minicbor::Encoder;
use minicbor::encode::Error;
use minicbor::encode::write::{Cursor, EndOfSlice};

use crate::facts::Facts;
use crate::frame::MAX_PACKET_BYTES;
use crate::receive::Progress;
use crate::request::Header;
use crate::steps::Steps;

const HEADER_BYTES: usize = 8;
/// MGMT_ERR_EINVAL and MGMT_ERR_ENOTSUP of MCUmgr.
const INVALID: u16 = 3;
const NOT_SUPPORTED: u16 = 8;
/// MGMT_ERR_EMSGSIZE: an answer that does not fit a packet.
const TOO_LARGE: u16 = 7;

type Body<'a> = Encoder<Cursor<&'a mut [u8]>>;
type Encoded = Result<(), Error<EndOfSlice>>;

/// The response that is being built.
pub(crate) struct Answer {
    bytes: [u8; MAX_PACKET_BYTES],
    size: usize,
    version: u8,
}

impl Answer {
    pub(crate) fn new() -> Self {
        Self { bytes: [0; MAX_PACKET_BYTES], size: 0, version: 1 }
    }

    /// The finished packet; empty where nothing is to be said.
    pub(crate) fn packet(&self) -> &[u8] {
        &self.bytes[..self.size]
    }

    pub(crate) fn begin(&mut self, request: Header) {
        // A response is the request's operation plus one.
        self.bytes[0] = request.version << 3 | (request.operation + 1);
        self.bytes[4..6].copy_from_slice(&request.group.to_be_bytes());
        self.bytes[6] = request.sequence;
        self.bytes[7] = request.id;
        self.version = request.version;
    }

    pub(crate) fn empty(&mut self) {
        self.body(|body| body.map(0)?.ok());
    }

    pub(crate) fn echo(&mut self, text: &str) {
        self.body(|body| body.map(1)?.str("r")?.str(text)?.ok());
    }

    pub(crate) fn params(&mut self) {
        let size = MAX_PACKET_BYTES as u32;
        self.body(|body| body.map(2)?.str("buf_size")?.u32(size)?.str("buf_count")?.u32(1)?.ok());
    }

    pub(crate) fn upload(&mut self, progress: Progress) {
        self.body(|body| match progress {
            Progress::Expects { offset_bytes } => body.map(1)?.str("off")?.u64(offset_bytes)?.ok(),
            Progress::Complete { size_bytes } => {
                body.map(2)?.str("off")?.u64(size_bytes)?.str("match")?.bool(true)?.ok()
            }
        });
    }

    pub(crate) fn refusal(&mut self, refusal: Refusal) {
        self.error(SMP_GROUP, refusal.number());
    }

    pub(crate) fn not_supported(&mut self) {
        self.error(0, NOT_SUPPORTED);
    }

    pub(crate) fn garbled(&mut self) {
        self.error(0, INVALID);
    }

    pub(crate) fn slot_info(&mut self, layout: &Layout) {
        self.body(|body| {
            body.map(1)?.str("images")?.array(1)?.map(2)?.str("image")?.u8(0)?.str("slots")?.array(2)?;
            for slot in Slot::ALL {
                let size = layout.image(*slot).size_bytes;
                body.map(2)?.str("slot")?.u8(slot.number())?.str("size")?.u32(size)?;
            }
            Ok(())
        });
    }

    pub(crate) fn events(&mut self, steps: &Steps, from: u32) {
        let mut pairs = [0; 128];
        let mut size = 0;
        for event in steps.since(from) {
            pairs[size..size + 2].copy_from_slice(&event.to_bytes());
            size += 2;
        }
        let first = steps.first(from);
        self.body(|body| body.map(2)?.str("first")?.u32(first)?.str("steps")?.bytes(&pairs[..size])?.ok());
    }

    /// What stands in the slots, in MCUmgr's words.
    pub(crate) fn image_state<F: NorFlash, C: Crypto>(&mut self, flash: &mut F, crypto: &mut C, facts: &Facts) {
        let slots = Slot::ALL.iter().filter_map(|slot| Content::read(flash, crypto, facts, *slot));
        let mut held = [None, None];
        slots.zip(&mut held).for_each(|(content, place)| *place = Some(content));
        self.body(|body| {
            body.map(2)?.str("images")?.array(held.iter().flatten().count() as u64)?;
            for content in held.iter().flatten() {
                content.encode(body, facts)?;
            }
            body.str("splitStatus")?.u8(0)?.ok()
        });
    }

    fn error(&mut self, group: u16, code: u16) {
        let version = self.version;
        self.body(|body| {
            if version == 0 {
                return body.map(1)?.str("rc")?.u16(code)?.ok();
            }
            body.map(1)?.str("err")?.map(2)?.str("group")?.u16(group)?.str("rc")?.u16(code)?.ok()
        });
    }

    fn body(&mut self, write: impl FnOnce(&mut Body<'_>) -> Encoded) {
        let mut encoder = Encoder::new(Cursor::new(&mut self.bytes[HEADER_BYTES..]));
        let outcome = write(&mut encoder);
        let size = encoder.into_writer().position();
        if outcome.is_err() {
            return self.error(0, TOO_LARGE);
        }
        // The buffer is shorter than 64 KiB, so the length fits.
        self.bytes[2..4].copy_from_slice(&(size as u16).to_be_bytes());
        self.size = HEADER_BYTES + size;
    }
}

/// What one slot holds, as far as its head says.
struct Content {
    slot: Slot,
    sequence: u64,
    hash: [u8; 32],
}

impl Content {
    fn read<F: NorFlash, C: Crypto>(flash: &mut F, crypto: &mut C, facts: &Facts, slot: Slot) -> Option<Self> {
        let mut head = [0; MAX_HEAD_BYTES];
        let held = slot::read(flash, &facts.layout, slot.into(), &mut head).ok()?;
        let sequence = slot::claimed_sequence(held.head)?;
        let hash = crypto::digest(crypto, held.head).ok()?;
        Some(Self { slot, sequence, hash })
    }

    fn encode(&self, body: &mut Body<'_>, facts: &Facts) -> Encoded {
        let trial = facts.record.trial.is_some_and(|trial| trial.slot == self.slot);
        let running = facts.origin == Origin::Slot(self.slot);
        let mut version = Text::default();
        let [major, minor, patch] = menu::version_of(self.sequence).unwrap_or([0; 3]);
        write!(version, "{major}.{minor}.{patch}").expect("three numbers of five digits fit");
        body.map(9)?.str("image")?.u8(0)?.str("slot")?.u8(self.slot.number())?;
        body.str("version")?.str(version.as_str())?.str("hash")?.bytes(&self.hash)?;
        body.str("bootable")?.bool(true)?.str("pending")?.bool(trial && !running)?;
        body.str("confirmed")?.bool(!trial && facts.record.active == self.slot)?;
        body.str("active")?.bool(running)?.str("permanent")?.bool(false)?.ok()
    }
}

/// A few characters on the stack.
#[derive(Default)]
struct Text {
    bytes: [u8; 20],
    size: usize,
}

impl Text {
    fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..self.size]).unwrap_or("")
    }
}

impl Write for Text {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        let end = self.size + text.len();
        self.bytes.get_mut(self.size..end).ok_or(core::fmt::Error)?.copy_from_slice(text.as_bytes());
        self.size = end;
        Ok(())
    }
}
