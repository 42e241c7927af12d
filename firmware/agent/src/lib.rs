//! The update agent: the framework's steps on the device, from Receive (4) to Clean-up (13).
//!
//! One state machine without any I/O of its own: it is given the bytes that arrived and the flash,
//! and hands back bytes and, sometimes, the wish to be reset. So the very code that runs on a chip
//! runs in the simulator, one poll at a time.
//!
//! A deliverable streams through. Its head is authenticated before a single byte of flash changes;
//! the payload goes to the target slot as it arrives; the slot's header, which makes it a slot, is
//! written last.
#![no_std]

mod answer;
mod consent;
mod energy;
mod facts;
mod frame;
mod install;
mod receive;
mod request;
mod steps;
mod trial;

use board::Board;
use crypto::Crypto;
use embedded_storage::nor_flash::NorFlash;
use menu::{Feature, Layout, Origin, Phase, Refusal, Step};

use answer::Answer;
use consent::Consent;
use facts::Facts;
use frame::Frames;
use receive::{Receiver, Storage};
use request::Request;
use steps::Steps;
use trial::TrialTime;

pub use frame::MAX_PACKET_BYTES;

/// What the agent wants after a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Wish {
    /// To be polled again when bytes arrive.
    MoreInput,
    /// To be reset, once its answers have left the device.
    Reset,
}

/// The update agent of one boot.
pub struct Agent<C: Crypto> {
    facts: Facts,
    frames: Frames,
    receiver: Receiver<C>,
    consent: Consent,
    steps: Steps,
    trial_time: TrialTime,
}

impl<C: Crypto> Agent<C> {
    /// An agent of the image that the first stage has loaded from there.
    ///
    /// # Errors
    /// A [`Refusal`] where the device's own records cannot be read.
    pub fn start<F: NorFlash>(flash: &mut F, layout: &Layout, origin: Origin) -> Result<Self, Refusal> {
        Ok(Self {
            facts: Facts::read(flash, layout, origin)?,
            frames: Frames::new(),
            receiver: Receiver::new(),
            consent: Consent::new(),
            steps: Steps::new(),
            trial_time: TrialTime::new(),
        })
    }

    /// Takes the bytes that have arrived and answers them. `out` gets the bytes to send. It is called
    /// without any bytes too, ten times a second or so, because the owner's button speaks for itself, and
    /// so does the clock.
    pub fn poll<F: NorFlash>(
        &mut self,
        flash: &mut F,
        crypto: &mut C,
        board: &mut dyn Board,
        input: &[u8],
        out: &mut dyn FnMut(&[u8]),
    ) -> Wish {
        if self.facts.provision.features.has(Feature::Consent) {
            self.consent.watch(board);
        }
        let mut wish = Wish::MoreInput;
        for byte in input {
            let Some(packet_size) = self.frames.push(*byte) else { continue };
            let mut packet = [0; MAX_PACKET_BYTES];
            packet[..packet_size].copy_from_slice(self.frames.packet(packet_size));
            let mut answer = Answer::new();
            if self.serve(flash, crypto, board, &packet[..packet_size], &mut answer) == Wish::Reset {
                wish = Wish::Reset;
            }
            frame::send(answer.packet(), out);
        }
        // Last, so that what has arrived in time is still answered.
        if self.trial_time.is_over(&self.facts, board) { Wish::Reset } else { wish }
    }

    /// Tells the agent that the image it belongs to has passed its own health check. An image on
    /// trial is thereby confirmed.
    ///
    /// # Errors
    /// [`Refusal::StorageFailed`] where the confirmation could not be written.
    pub fn confirm<F: NorFlash>(&mut self, flash: &mut F) -> Result<(), Refusal> {
        if !self.facts.on_trial() {
            return Ok(());
        }
        self.steps.note(Step::CleanUp, Phase::Begun);
        install::confirm(flash, &mut self.facts)?;
        self.steps.note(Step::CleanUp, Phase::Done);
        Ok(())
    }

    fn serve<F: NorFlash>(
        &mut self,
        flash: &mut F,
        crypto: &mut C,
        board: &mut dyn Board,
        packet: &[u8],
        answer: &mut Answer,
    ) -> Wish {
        let Some((header, request)) = request::parse(packet) else { return Wish::MoreInput };
        answer.begin(header);
        match request {
            Request::Echo { text } => answer.echo(text),
            Request::Params => answer.params(),
            // A reset is a failed attempt: nobody takes one away over the link.
            Request::Reset if self.facts.has_attempts() => answer.refusal(Refusal::TrialUnconfirmed),
            Request::Reset => {
                answer.empty();
                return Wish::Reset;
            }
            Request::ImageState => answer.image_state(flash, crypto, &self.facts),
            Request::Upload(chunk) => {
                let (facts, consent, steps) = (&mut self.facts, &mut self.consent, &mut self.steps);
                let mut storage = Storage { flash, crypto, board, facts, consent, steps };
                match self.receiver.take(&mut storage, &chunk) {
                    Ok(progress) => answer.upload(progress),
                    Err(refusal) => answer.refusal(refusal),
                }
            }
            Request::SlotInfo => answer.slot_info(&self.facts.layout),
            Request::Events { from } => answer.events(&self.steps, from),
            Request::Unknown => answer.not_supported(),
            Request::Garbled => answer.garbled(),
        }
        Wish::MoreInput
    }
}
