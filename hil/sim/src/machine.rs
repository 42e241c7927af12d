//! One simulated device: flash, RAM, a clock, and whatever firmware is executing.
//!
//! The device is one value with one state, so a cold boot is nothing but a new start from flash, and a
//! reset cannot forget to reset something.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rand::Rng;
use rig::{
    Behaviour, Button, Buttons, Clock, Device, Execution, FlashFault, Halt, Link, Memory, OperationLog, Origin, Power,
    RigError, Spent, Storage, Supply, Toil, Toll, stream,
};

use crate::LAYOUT;
use crate::chip::{Chip, Owner};
use crate::firmware::{After, Agent, Firmware, Woken};
use crate::image::{self, Program};
use crate::meter::{End, Shared, Work};
use crate::parts::Parts;

/// The executing memory, in bytes: room for the largest image a slot can hold.
const RAM_BYTES: usize = 64 * 1024;
/// Randomness streams of the RAM at each cold boot lie above this number.
const RAM_STREAMS: u64 = 1 << 16;
/// A device that resets so often without anybody waiting will not settle.
const RESETS_IN_A_ROW: u32 = 64;
/// An image that nobody talks to looks around so often, in milliseconds.
const AWAKE_EVERY_MS: u32 = 100;
/// How long an image takes that confirms itself late, in milliseconds.
const LATE_MS: u64 = 3_000;

/// A device in memory.
pub(crate) struct Machine {
    chip: Chip,
    parts: Parts,
    meter: Shared,
    firmware: &'static dyn Firmware,
    seed: u64,
    cold_boots: u64,
    now_ms: u64,
    ram: Vec<u8>,
    /// What the next boot comes after.
    woken: Woken,
    state: State,
    output: Vec<u8>,
}

enum State {
    Off,
    /// The first stage has stopped.
    Halted(Halt),
    /// Every boot ends in the next. Almost all of the time the first stage executes, verifying an image
    /// that then lives for a moment.
    Resetting,
    /// An image serves the link, and may have to confirm itself at some time.
    Serving {
        agent: Box<dyn Agent>,
        confirms_at_ms: Option<u64>,
    },
    /// An image executes and does nothing; a watchdog may end it at this time.
    Hung {
        bites_at_ms: Option<u64>,
    },
}

/// What a boot comes to.
enum Booted {
    Settled(State),
    ResetAgain,
}

impl Machine {
    pub(crate) fn new(flash: Vec<u8>, firmware: &'static dyn Firmware, seed: u64) -> Self {
        let chip = Chip::new(flash, LAYOUT);
        let meter = chip.meter();
        Self {
            chip,
            parts: Parts::new(meter.clone()),
            meter,
            firmware,
            seed,
            cold_boots: 0,
            now_ms: 0,
            ram: vec![0; RAM_BYTES],
            woken: Woken::ByPower,
            state: State::Off,
            output: Vec::new(),
        }
    }

    /// Boots until something stays: a reset keeps RAM and flash.
    fn boot(&mut self) -> Result<(), RigError> {
        self.state = State::Resetting;
        for _ in 0..RESETS_IN_A_ROW {
            let booted = guarded(|| self.boot_once())?;
            let ended = self.meter.borrow_mut().take_end();
            match (ended, booted) {
                (Some(End::Empty), _) => {
                    self.state = State::Off;
                    break;
                }
                (None, Booted::Settled(state)) => {
                    self.state = state;
                    break;
                }
                (Some(End::Bitten), _) | (None, Booted::ResetAgain) => {}
            }
        }
        Ok(())
    }

    fn boot_once(&mut self) -> Booted {
        self.chip.owner = Owner::FirstStage;
        // A reset disarms the watchdog, and the first stage arms it as its last act.
        self.meter.borrow_mut().arm(None);
        let launched = match self.firmware.first_stage(&mut self.chip, &LAYOUT, self.woken, &mut self.ram) {
            Ok(launched) => launched,
            Err(halt) => return Booted::Settled(State::Halted(halt)),
        };
        self.chip.owner = Owner::Image;
        let launched_slot = match launched.origin {
            Origin::Slot(slot) => Some(slot),
            Origin::Recovery => None,
        };
        self.woken = launched_slot.map_or(Woken::ByPower, Woken::ByReset);
        self.meter.borrow_mut().arm(launched.watchdog_ms);
        if self.meter.borrow_mut().works(Work::Start).is_err() {
            return Booted::ResetAgain;
        }
        let hung = State::Hung { bites_at_ms: launched.watchdog_ms.map(|period| self.now_ms + u64::from(period)) };
        let behaviour = match image::program(&self.ram) {
            Program::Application(behaviour) => behaviour,
            Program::Recovery => {
                return Booted::Settled(self.serve(Origin::Recovery, None).unwrap_or(hung));
            }
        };
        match behaviour {
            Behaviour::Hangs => Booted::Settled(hung),
            Behaviour::Crashes => Booted::ResetAgain,
            Behaviour::RunsWild => {
                // Nothing is left in memory that tells this reset from power that was away.
                self.woken = Woken::ByPower;
                Booted::ResetAgain
            }
            Behaviour::NeverConfirms => Booted::Settled(self.serve(launched.origin, None).unwrap_or(hung)),
            Behaviour::Healthy => Booted::Settled(self.serve(launched.origin, Some(0)).unwrap_or(hung)),
            Behaviour::ConfirmsLate => Booted::Settled(self.serve(launched.origin, Some(LATE_MS)).unwrap_or(hung)),
        }
    }

    /// Starts the image's agent, to confirm itself in so many milliseconds.
    fn serve(&mut self, origin: Origin, confirms_in_ms: Option<u64>) -> Option<State> {
        let mut agent = self.firmware.start(&mut self.chip, &LAYOUT, origin)?;
        if confirms_in_ms == Some(0) {
            agent.confirm(&mut self.chip);
            return Some(State::Serving { agent, confirms_at_ms: None });
        }
        Some(State::Serving { agent, confirms_at_ms: confirms_in_ms.map(|ms| self.now_ms + ms) })
    }

    /// Lets time pass; a watchdog may bite on the way.
    fn pass(&mut self, ms: u32) -> Result<(), RigError> {
        let until = self.now_ms + u64::from(ms);
        while let State::Hung { bites_at_ms: Some(bite) } = self.state
            && bite <= until
        {
            self.now_ms = bite;
            self.boot()?;
        }
        while self.now_ms < until {
            self.now_ms = until.min(self.now_ms + u64::from(AWAKE_EVERY_MS));
            self.poll(&[])?;
        }
        Ok(())
    }

    /// Lets the image's agent run, if one is serving.
    fn poll(&mut self, bytes: &[u8]) -> Result<(), RigError> {
        let State::Serving { agent, confirms_at_ms } = &mut self.state else { return Ok(()) };
        let (chip, parts, output) = (&mut self.chip, &mut self.parts, &mut self.output);
        parts.now_ms = self.now_ms;
        // Every turn of the application's loop begins with a feeding.
        self.meter.borrow_mut().fed();
        let _stopped = self.meter.borrow_mut().works(Work::Receive(bytes.len()));
        if confirms_at_ms.take_if(|at| *at <= self.now_ms).is_some() {
            guarded(|| agent.confirm(chip))?;
        }
        let after = guarded(|| agent.poll(chip, parts, bytes, output))?;
        let ended = self.meter.borrow_mut().take_end();
        match (ended, after) {
            (Some(End::Empty), _) => self.off(),
            (Some(End::Bitten), _) => {
                self.output.clear();
                self.boot()
            }
            (None, After::GoOn) => Ok(()),
            (None, After::Reset) => self.boot(),
        }
    }
}

impl Power for Machine {
    fn on(&mut self) -> Result<(), RigError> {
        if !matches!(self.state, State::Off) {
            return Ok(());
        }
        stream(self.seed, RAM_STREAMS + self.cold_boots).fill_bytes(&mut self.ram);
        self.cold_boots += 1;
        self.woken = Woken::ByPower;
        self.boot()
    }

    fn off(&mut self) -> Result<(), RigError> {
        self.state = State::Off;
        self.output.clear();
        Ok(())
    }
}

impl Link for Machine {
    fn send(&mut self, bytes: &[u8]) -> Result<(), RigError> {
        self.poll(bytes)
    }

    fn receive(&mut self, within_ms: u32) -> Result<Vec<u8>, RigError> {
        if self.output.is_empty() {
            self.pass(within_ms)?;
        }
        Ok(std::mem::take(&mut self.output))
    }
}

impl Clock for Machine {
    fn wait(&mut self, ms: u32) -> Result<(), RigError> {
        self.pass(ms)
    }
}

impl Memory for Machine {
    fn execution(&mut self) -> Result<Execution, RigError> {
        Ok(match &self.state {
            State::Off => Execution::Off,
            State::Halted(halt) => Execution::FirstStage(Some(*halt)),
            State::Resetting => Execution::FirstStage(None),
            State::Serving { .. } | State::Hung { .. } => Execution::Image,
        })
    }

    fn executing_memory(&mut self, size_bytes: u32) -> Result<Vec<u8>, RigError> {
        Ok(self.ram[..RAM_BYTES.min(size_bytes as usize)].to_vec())
    }

    fn flash(&mut self) -> Result<Vec<u8>, RigError> {
        Ok(self.chip.bytes().to_vec())
    }

    fn operations(&mut self) -> Result<OperationLog, RigError> {
        Ok(self.chip.log())
    }
}

impl Supply for Machine {
    fn set_battery(&mut self, level_mv: u16) -> Result<u16, RigError> {
        self.meter.borrow_mut().leave_charge();
        self.parts.battery_mv = level_mv;
        Ok(self.parts.battery_mv)
    }
}

impl Toil for Machine {
    fn set_toll(&mut self, toll: Toll) -> Result<(), RigError> {
        self.meter.borrow_mut().set_toll(toll);
        Ok(())
    }

    fn set_charge(&mut self, charge_mj: u32) -> Result<u32, RigError> {
        Ok(self.meter.borrow_mut().charge(charge_mj))
    }

    fn spent(&mut self) -> Result<(Spent, Option<u32>), RigError> {
        let meter = self.meter.borrow();
        Ok((meter.spent(), meter.left_mj()))
    }
}

impl Buttons for Machine {
    fn set_button(&mut self, button: Button) -> Result<Button, RigError> {
        self.parts.button = match button {
            Button::Up => board::Button::Up,
            Button::Down => board::Button::Down,
        };
        Ok(button)
    }
}

impl Storage for Machine {
    fn set_flash_fault(&mut self, fault: Option<FlashFault>) -> Result<u32, RigError> {
        Ok(self.chip.faults.set(fault))
    }
}

impl Device for Machine {}

/// Runs firmware; a panic in it is a bug of the firmware or a broken rule of the hardware, and
/// becomes an error of the rig, never a verdict on the device.
fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, RigError> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let message = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        RigError::FirmwareFault { message: message.unwrap_or_else(|| "it panicked".to_owned()) }
    })
}
