//! Receive and Check: a deliverable as it streams in.
//!
//! The head is collected and authenticated before anything is written. Then the one payload is
//! announced by its name and size, and streams into the target slot. Nothing may follow it.

use board::Board;
use crypto::Crypto;
use embedded_storage::nor_flash::NorFlash;
use manifest::{Component, Head, Manifest, Member, Order};
use menu::{Feature, MAX_HEAD_BYTES, Phase, Refusal, Step};

use boot::{slot, trust};

use crate::consent::Consent;
use crate::facts::Facts;
use crate::install::{self, Plan, Writer};
use crate::request::Chunk;
use crate::steps::Steps;

/// Name and size of a payload take at most this many bytes: a text of 128 and two headers.
const MEMBER_BYTES: usize = manifest::MAX_URI_BYTES + 18;

/// How far an upload has come.
pub(crate) enum Progress {
    /// The device waits for the piece that begins here.
    Expects { offset_bytes: u64 },
    /// The deliverable is complete, verified and activated.
    Complete { size_bytes: u64 },
}

/// What a deliverable is received into.
pub(crate) struct Storage<'a, F, C> {
    pub(crate) flash: &'a mut F,
    pub(crate) crypto: &'a mut C,
    pub(crate) board: &'a mut dyn Board,
    pub(crate) facts: &'a mut Facts,
    pub(crate) consent: &'a mut Consent,
    pub(crate) steps: &'a mut Steps,
}

/// Takes one deliverable at a time.
pub(crate) struct Receiver<C: Crypto> {
    state: State<C>,
    total_bytes: u64,
    taken_bytes: u64,
    head: [u8; MAX_HEAD_BYTES],
    member: [u8; MEMBER_BYTES],
}

#[expect(clippy::large_enum_variant, reason = "there is one of it, and no heap to box the writer on")]
enum State<C: Crypto> {
    Idle,
    /// Collecting the head; so many bytes are held.
    Head(usize),
    /// Collecting name and size of the payload; so many bytes are held.
    Member(usize, Plan),
    Payload(Writer<C>),
    /// Refused; the reason answers every further piece.
    Refused(Refusal),
    /// Activated; a reset will run it.
    Activated,
}

impl<C: Crypto> Receiver<C> {
    pub(crate) fn new() -> Self {
        Self {
            state: State::Idle,
            total_bytes: 0,
            taken_bytes: 0,
            head: [0; MAX_HEAD_BYTES],
            member: [0; MEMBER_BYTES],
        }
    }

    /// Takes a piece of an upload.
    pub(crate) fn take<F: NorFlash>(
        &mut self,
        storage: &mut Storage<'_, F, C>,
        chunk: &Chunk<'_>,
    ) -> Result<Progress, Refusal> {
        if let State::Activated = self.state {
            return self.repeated(chunk).ok_or(Refusal::AwaitingReset);
        }
        if chunk.offset_bytes == 0 {
            self.begin(storage, chunk);
        }
        if let State::Refused(refusal) = self.state {
            return Err(refusal);
        }
        if chunk.offset_bytes != self.taken_bytes {
            return Ok(Progress::Expects { offset_bytes: self.taken_bytes });
        }
        if let State::Payload(writer) = &self.state {
            // No end: the writer stays as it is, and this piece is taken once there is charge again.
            writer.must_be_carried(storage)?;
        }
        self.advance(storage, chunk.data).inspect_err(|refusal| self.state = State::Refused(*refusal))
    }

    /// The answer to a last piece that is sent again because its answer was lost.
    fn repeated(&self, chunk: &Chunk<'_>) -> Option<Progress> {
        let ends_there = chunk.offset_bytes.checked_add(chunk.data.len() as u64) == Some(self.total_bytes);
        ends_there.then_some(Progress::Complete { size_bytes: self.total_bytes })
    }

    /// Begins anew; whatever was under way is given up. (A first piece that is sent again because its
    /// answer was lost ends here too: it costs an erase and nothing else.)
    fn begin<F: NorFlash>(&mut self, storage: &mut Storage<'_, F, C>, chunk: &Chunk<'_>) {
        storage.steps.note(Step::Receive, Phase::Begun);
        self.taken_bytes = 0;
        self.total_bytes = chunk.total_bytes.unwrap_or(0);
        self.state = State::Head(0);
        if storage.facts.on_trial() {
            self.state = State::Refused(Refusal::TrialUnconfirmed);
            storage.steps.note(Step::Receive, Phase::Refused);
        }
    }

    fn advance<F: NorFlash>(&mut self, storage: &mut Storage<'_, F, C>, data: &[u8]) -> Result<Progress, Refusal> {
        if data.len() as u64 > self.total_bytes - self.taken_bytes {
            // More than was announced.
            return Err(Refusal::Malformed);
        }
        let mut rest = data;
        while !rest.is_empty() {
            rest = self.step(storage, rest)?;
        }
        self.taken_bytes += data.len() as u64;
        if self.taken_bytes < self.total_bytes {
            return Ok(Progress::Expects { offset_bytes: self.taken_bytes });
        }
        self.finish(storage)?;
        Ok(Progress::Complete { size_bytes: self.total_bytes })
    }

    /// Takes some of the bytes and returns the rest.
    fn step<'d, F: NorFlash>(&mut self, storage: &mut Storage<'_, F, C>, data: &'d [u8]) -> Result<&'d [u8], Refusal> {
        match &mut self.state {
            State::Head(held) => {
                let held = *held;
                self.take_head(storage, held, data)
            }
            State::Member(held, plan) => {
                let (held, plan) = (*held, *plan);
                self.take_member(storage, held, plan, data)
            }
            State::Payload(writer) => {
                let (piece, rest) = data.split_at(data.len().min(writer.left_bytes()));
                if piece.is_empty() {
                    // Bytes behind the payload: nobody signed them.
                    storage.steps.note(Step::Apply, Phase::Refused);
                    return Err(Refusal::PayloadSizeMismatch);
                }
                writer.take(storage, piece)?;
                Ok(rest)
            }
            State::Idle | State::Refused(_) | State::Activated => Err(Refusal::Malformed),
        }
    }

    fn take_head<'d, F: NorFlash>(
        &mut self,
        storage: &mut Storage<'_, F, C>,
        held: usize,
        data: &'d [u8],
    ) -> Result<&'d [u8], Refusal> {
        let taken = data.len().min(MAX_HEAD_BYTES - held);
        self.head[held..held + taken].copy_from_slice(&data[..taken]);
        let have = held + taken;
        let Some(head) = trust::head(&storage.facts.provision, &self.head[..have]).inspect_err(|_| {
            storage.steps.note(Step::Receive, Phase::Refused);
        })?
        else {
            if have == MAX_HEAD_BYTES {
                storage.steps.note(Step::Receive, Phase::Refused);
                return Err(Refusal::HeadTooLarge);
            }
            self.state = State::Head(have);
            return Ok(&data[taken..]);
        };
        storage.steps.note(Step::Receive, Phase::Done);
        let plan = check(storage, &head)?;
        // What stands behind the head in the buffer belongs to the payload.
        let of_this_piece = head.size_bytes() - held;
        announce(storage, head.authentication().digest)?;
        install::stage(storage, &plan)?;
        self.state = State::Member(0, plan);
        Ok(&data[of_this_piece..])
    }

    fn take_member<'d, F: NorFlash>(
        &mut self,
        storage: &mut Storage<'_, F, C>,
        held: usize,
        plan: Plan,
        data: &'d [u8],
    ) -> Result<&'d [u8], Refusal> {
        let taken = data.len().min(MEMBER_BYTES - held);
        self.member[held..held + taken].copy_from_slice(&data[..taken]);
        let have = held + taken;
        let Some(member) = manifest::member(&self.member[..have]).map_err(trust::refusal)? else {
            if have == MEMBER_BYTES {
                return Err(Refusal::Malformed);
            }
            self.state = State::Member(have, plan);
            return Ok(&data[taken..]);
        };
        self.announces(&member, &plan)?;
        let of_this_piece = member.header_size_bytes - held;
        storage.steps.note(Step::Apply, Phase::Begun);
        self.state = State::Payload(Writer::begin(storage, plan)?);
        Ok(&data[of_this_piece..])
    }

    /// Whether the payload is the one that the manifest fetches.
    fn announces(&self, member: &Member<'_>, plan: &Plan) -> Result<(), Refusal> {
        let head = manifest::head_even_unsigned(&self.head[..plan.head_bytes]).map_err(trust::refusal)?;
        let manifest = Manifest::parse(head.ok_or(Refusal::Malformed)?.manifest()).map_err(trust::refusal)?;
        let [component] = manifest.components() else { return Err(Refusal::WrongComponent) };
        if component.uri != Some(member.name) {
            return Err(Refusal::WrongComponent);
        }
        if member.size_bytes != plan.image_bytes as usize {
            return Err(Refusal::PayloadSizeMismatch);
        }
        Ok(())
    }

    fn finish<F: NorFlash>(&mut self, storage: &mut Storage<'_, F, C>) -> Result<(), Refusal> {
        match core::mem::replace(&mut self.state, State::Idle) {
            State::Payload(writer) => {
                let plan = writer.finish(storage)?;
                install::commit(storage, &plan, &self.head[..plan.head_bytes])?;
                self.state = State::Activated;
                Ok(())
            }
            // The upload ended before the payload did.
            State::Head(_) | State::Idle => Err(Refusal::Malformed),
            State::Member(..) => Err(Refusal::PayloadSizeMismatch),
            State::Refused(refusal) => Err(refusal),
            State::Activated => Err(Refusal::AwaitingReset),
        }
    }
}

/// Announce: has the owner agreed, where he is to be asked?
fn announce<F, C>(storage: &mut Storage<'_, F, C>, manifest_digest: [u8; 32]) -> Result<(), Refusal> {
    if !storage.facts.provision.features.has(Feature::Consent) {
        return Ok(());
    }
    storage.steps.note(Step::Announce, Phase::Begun);
    let outcome = storage.consent.must_be_given(manifest_digest);
    let phase = if outcome.is_ok() { Phase::Done } else { Phase::Refused };
    storage.steps.note(Step::Announce, phase);
    outcome
}

/// Check: who made it, for whom, and is it news?
fn check<F: NorFlash, C: Crypto>(storage: &mut Storage<'_, F, C>, head: &Head<'_>) -> Result<Plan, Refusal> {
    storage.steps.note(Step::Check, Phase::Begun);
    let outcome = checked(storage, head);
    let phase = if outcome.is_ok() { Phase::Done } else { Phase::Refused };
    storage.steps.note(Step::Check, phase);
    outcome
}

fn checked<F: NorFlash, C: Crypto>(storage: &mut Storage<'_, F, C>, head: &Head<'_>) -> Result<Plan, Refusal> {
    let facts = &*storage.facts;
    let manifest = trust::manifest(storage.crypto, &facts.provision, head)?;
    let [component] = manifest.components() else { return Err(Refusal::WrongComponent) };
    right_component(component)?;
    trust::identity(&facts.provision, component)?;
    if facts.provision.features.has(Feature::Sequence) && facts.is_too_old(manifest.sequence()) {
        return Err(Refusal::VersionTooOld);
    }
    if head.members_left() != 1 {
        return Err(Refusal::Unsupported);
    }
    let target = facts.target();
    let size = component.size_bytes.ok_or(Refusal::Malformed)?;
    let room = match facts.provision.features.has(Feature::SizeLimits) {
        true => facts.layout.image(target).size_bytes,
        false => facts.layout.flash_bytes,
    };
    let image_bytes = u32::try_from(size).ok().filter(|size| *size <= room).ok_or(Refusal::ImageTooLarge)?;
    let digest = component.digest.ok_or(Refusal::Malformed)?;
    Ok(Plan { target, head_bytes: head.size_bytes(), image_bytes, digest })
}

/// The one component of this device, with an order to fetch and to run it.
fn right_component(component: &Component<'_>) -> Result<(), Refusal> {
    if !slot::is_called(component, slot::COMPONENT) {
        return Err(Refusal::WrongComponent);
    }
    if !component.orders(Order::Fetch) || !component.orders(Order::Invoke) {
        return Err(Refusal::Unsupported);
    }
    Ok(())
}
