//! The firmware a machine runs: the genuine crates or a mutant of them, behind one face.
//!
//! Each mutant has types of its own, so the machine meets them through a trait object; the macro
//! writes the same few lines for each.

use board::Board;
use rig::{Halt, Layout, Origin, Slot};

use crate::chip::Chip;
use crate::toiling::Toiling;

/// What the machine asks of a firmware.
pub(crate) trait Firmware: Sync {
    /// Runs the first stage on the executing memory.
    fn first_stage(&self, chip: &mut Chip, layout: &Layout, woken: Woken, ram: &mut [u8]) -> Result<Launched, Halt>;

    /// Starts the agent of the image from there; `None` where it cannot read its own records.
    fn start(&self, chip: &mut Chip, layout: &Layout, origin: Origin) -> Option<Box<dyn Agent>>;
}

/// What a boot comes after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Woken {
    /// There was no power.
    ByPower,
    /// A reset, while the image from this slot executed.
    ByReset(Slot),
}

/// What the first stage handed over to.
pub(crate) struct Launched {
    pub(crate) origin: Origin,
    pub(crate) watchdog_ms: Option<u32>,
}

/// The agent of a running image.
pub(crate) trait Agent {
    /// Takes bytes, appends its answer to `out`, and says whether it wants to be reset.
    fn poll(&mut self, chip: &mut Chip, board: &mut dyn Board, input: &[u8], out: &mut Vec<u8>) -> After;

    /// Tells it that the image is healthy.
    fn confirm(&mut self, chip: &mut Chip);
}

/// What comes after a poll.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    GoOn,
    Reset,
}

macro_rules! firmware {
    ($($from:ident)::+) => {{
        use $($from)::+::{agent, boot};

        struct This;
        struct Running {
            agent: agent::Agent<Toiling>,
            crypto: Toiling,
        }

        impl Firmware for This {
            fn first_stage(
                &self,
                chip: &mut Chip,
                layout: &Layout,
                woken: Woken,
                ram: &mut [u8],
            ) -> Result<Launched, Halt> {
                let woken = match woken {
                    Woken::ByPower => boot::Woken::ByPower,
                    Woken::ByReset(slot) => boot::Woken::ByReset(slot),
                };
                let mut crypto = Toiling::new(chip.meter());
                let launch = boot::first_stage(chip, &mut crypto, layout, woken, ram)?;
                Ok(Launched { origin: launch.origin, watchdog_ms: launch.watchdog_ms })
            }

            fn start(&self, chip: &mut Chip, layout: &Layout, origin: Origin) -> Option<Box<dyn Agent>> {
                let agent = agent::Agent::start(chip, layout, origin).ok()?;
                Some(Box::new(Running { agent, crypto: Toiling::new(chip.meter()) }))
            }
        }

        impl Agent for Running {
            fn poll(&mut self, chip: &mut Chip, board: &mut dyn Board, input: &[u8], out: &mut Vec<u8>) -> After {
                let mut send = |bytes: &[u8]| out.extend_from_slice(bytes);
                match self.agent.poll(chip, &mut self.crypto, board, input, &mut send) {
                    agent::Wish::MoreInput => After::GoOn,
                    agent::Wish::Reset => After::Reset,
                }
            }

            fn confirm(&mut self, chip: &mut Chip) {
                // Where the chip fails, the image stays on trial.
                let _ = self.agent.confirm(chip);
            }
        }

        &This
    }};
}

/// The firmware as it ships.
mod shipped {
    pub(super) use ::agent;
    pub(super) use ::boot;
}

/// Ours, as it ships.
pub(crate) fn genuine() -> &'static dyn Firmware {
    firmware!(shipped)
}

/// A known-bad version of ours.
pub(crate) fn mutant(name: &str) -> Option<&'static dyn Firmware> {
    macro_rules! this {
        ($krate:ident :: $module:ident) => {
            Some(firmware!($krate::$module) as &'static dyn Firmware)
        };
    }
    mutants::choose!(name, this, None)
}
