//! Devices that try to keep the bench busy or to put words into its mouth.
//!
//! Whatever they send, a play ends, and never with HELD for a device that does not behave.

use std::cell::Cell;

use record::Verdict;
use rig::{
    Buttons, Clock, Device, Execution, Link, Memory, OperationLog, Power, Rig, RigError, Setup, Storage, Supply,
};
use sim::Sim;

use crate::stage::{GOOD_UPDATE, SimWith, play};

/// How a device misbehaves on its link.
#[derive(Clone, Copy)]
enum Manner {
    /// Says something at every look, for ever.
    Floods,
    /// Never says anything.
    Mute,
    /// Wraps every answer in escape sequences and commands for a CI system.
    Decorates,
    /// Answers everything twice.
    Stutters,
    /// The rig loses it.
    Vanishes,
}

struct RudeDevice {
    inner: Box<dyn Device>,
    manner: Manner,
    looks: Cell<u32>,
}

/// The simulator with devices of bad manners.
fn rude(manner: Manner) -> impl Rig {
    let device = move |setup: Setup| -> Result<Box<dyn Device>, RigError> {
        let inner = Sim.device(setup)?;
        Ok(Box::new(RudeDevice { inner, manner, looks: Cell::new(0) }))
    };
    SimWith { name: "rude", device }
}

impl Link for RudeDevice {
    fn send(&mut self, bytes: &[u8]) -> Result<(), RigError> {
        self.inner.send(bytes)
    }

    fn receive(&mut self, within_ms: u32) -> Result<Vec<u8>, RigError> {
        self.looks.set(self.looks.get() + 1);
        let heard = self.inner.receive(within_ms)?;
        Ok(match self.manner {
            Manner::Floods => vec![0x06; 4096],
            Manner::Mute => Vec::new(),
            Manner::Decorates if heard.is_empty() => heard,
            Manner::Decorates => {
                [b"\x1b[2J\x1b]0;HELD\x07\n::error::HELD\n".as_slice(), &heard, b"\n##[set-output]x\n"].concat()
            }
            Manner::Stutters => [heard.clone(), heard].concat(),
            Manner::Vanishes if self.looks.get() > 20 => {
                return Err(RigError::TimedOut { what: "the device".to_owned(), limit_ms: 1 });
            }
            Manner::Vanishes => heard,
        })
    }
}

impl Power for RudeDevice {
    fn on(&mut self) -> Result<(), RigError> {
        self.inner.on()
    }
    fn off(&mut self) -> Result<(), RigError> {
        self.inner.off()
    }
}

impl Clock for RudeDevice {
    fn wait(&mut self, ms: u32) -> Result<(), RigError> {
        self.inner.wait(ms)
    }
}

impl Memory for RudeDevice {
    fn execution(&mut self) -> Result<Execution, RigError> {
        self.inner.execution()
    }
    fn executing_memory(&mut self, size_bytes: u32) -> Result<Vec<u8>, RigError> {
        self.inner.executing_memory(size_bytes)
    }
    fn flash(&mut self) -> Result<Vec<u8>, RigError> {
        self.inner.flash()
    }
    fn operations(&mut self) -> Result<OperationLog, RigError> {
        self.inner.operations()
    }
}

impl Supply for RudeDevice {}

impl rig::Toil for RudeDevice {}

impl Buttons for RudeDevice {}

impl Storage for RudeDevice {}

impl Device for RudeDevice {}

fn verdict(manner: Manner) -> Verdict {
    play(GOOD_UPDATE, &rude(manner)).verdict
}

#[test]
fn a_device_that_floods_or_is_mute_does_not_install_and_is_broken() {
    for manner in [Manner::Floods, Manner::Mute] {
        let Verdict::Broken(breach) = verdict(manner) else { panic!("a device that does not answer was not BROKEN") };
        assert_eq!(breach.expected, "runs 2.2.0");
    }
}

#[test]
fn escape_sequences_and_ci_commands_on_the_line_change_nothing() {
    assert_eq!(verdict(Manner::Decorates), Verdict::Held);
    assert_eq!(verdict(Manner::Stutters), Verdict::Held);
}

#[test]
fn a_device_that_the_rig_loses_is_an_error_and_not_a_verdict() {
    let Verdict::Error(mistake) = verdict(Manner::Vanishes) else { panic!("infrastructure became a verdict") };
    assert_eq!(mistake.blame(), record::Blame::Infrastructure);
}
