//! The rigs this bench was built with. No other file knows a rig by name.
//!
//! A rig is a cargo feature, so that a bench carries only what the machine it stands on can use. A
//! new rig is one line in [`Registry::built_in`].

#[cfg(feature = "qemu")]
mod on_qemu;

use std::path::Path;

use rig::{Device, ImageSpec, Rig};

use crate::failure::Failure;
use crate::suggest;

/// Prepares a machine for a rig, and says what it does.
type SetUp = fn(&mut dyn FnMut(&str)) -> anyhow::Result<()>;

/// A rig, and how a machine is prepared for it.
pub(crate) struct Stand {
    pub(crate) rig: Box<dyn Rig>,
    /// Installs what the rig needs and says what it does, line by line. Safe to repeat.
    pub(crate) set_up: SetUp,
    /// Makes the rig again for devices that a person works with, where it can have such devices.
    attend: Option<Attend>,
}

/// Makes a rig whose devices let a debugger in at this port, where one is given.
type Attend = fn(Option<u16>) -> Box<dyn Attendable>;

/// A rig whose devices a person can work with.
pub(crate) trait Attendable {
    /// The rig.
    fn rig(&self) -> &dyn Rig;

    /// The command that starts a debugger on a device that runs this image; empty where none may.
    fn debugger(&self, image: &ImageSpec) -> Vec<String>;

    /// Passes bytes between a device and a pseudo terminal, whose path `ready` is told, until it is
    /// over.
    fn serve(
        &self,
        device: &mut dyn Device,
        ready: &mut dyn FnMut(&Path) -> anyhow::Result<()>,
        is_over: &dyn Fn() -> bool,
    ) -> anyhow::Result<()>;
}

/// All rigs.
pub(crate) struct Registry {
    stands: Vec<Stand>,
}

/// A rig that a scenario is to be played on.
#[derive(Clone, Copy)]
pub(crate) struct Chosen<'a> {
    pub(crate) rig: &'a dyn Rig,
    pub(crate) demand: Demand,
}

/// What it means if the rig cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Demand {
    /// The claim is skipped there.
    WhereAvailable,
    /// The machine is not what it was said to be.
    Required,
}

impl Registry {
    /// The rigs that were built in. Those that run binaries build them from the checkout.
    pub(crate) fn built_in() -> Self {
        let stands = vec![
            #[cfg(feature = "sim")]
            Stand {
                rig: Box::new(sim::Sim),
                set_up: |say| {
                    say("nothing to do: the simulator needs nothing but cargo");
                    Ok(())
                },
                attend: None,
            },
            #[cfg(feature = "qemu-ast1030")]
            Stand {
                rig: Box::new(on_qemu::rig(&qemu::AST1030)),
                set_up: |say| Ok(qemu::setup::setup(&qemu::AST1030, say)?),
                attend: Some(|port| on_qemu::attendable(&qemu::AST1030, port)),
            },
            #[cfg(feature = "qemu-riscv")]
            Stand {
                rig: Box::new(on_qemu::rig(&qemu::RISCV)),
                set_up: |say| Ok(qemu::setup::setup(&qemu::RISCV, say)?),
                attend: Some(|port| on_qemu::attendable(&qemu::RISCV, port)),
            },
        ];
        Self { stands }
    }

    pub(crate) fn stands(&self) -> &[Stand] {
        &self.stands
    }

    /// Every known-bad firmware that some rig can run.
    pub(crate) fn mutants(&self) -> Vec<&'static str> {
        let mut names: Vec<&'static str> =
            self.stands.iter().flat_map(|stand| stand.rig.mutants().iter().copied()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The rigs to play on: `only` where something is named there, else all; and those that are
    /// `required` in any case.
    pub(crate) fn choose(&self, only: &[String], required: &[String]) -> Result<Vec<Chosen<'_>>, Failure> {
        for name in only.iter().chain(required) {
            self.check_name(name)?;
        }
        let is_in = |names: &[String], stand: &&Stand| names.iter().any(|name| name == stand.rig.name());
        let is_chosen = |stand: &&Stand| only.is_empty() || is_in(only, stand) || is_in(required, stand);
        let choose = |stand| {
            let demand = if is_in(required, &stand) { Demand::Required } else { Demand::WhereAvailable };
            Chosen { rig: stand.rig.as_ref(), demand }
        };
        Ok(self.stands.iter().filter(is_chosen).map(choose).collect())
    }

    /// The rig of this name, for a device that a person works with.
    pub(crate) fn attendable(&self, name: &str, port: Option<u16>) -> Result<Box<dyn Attendable>, Failure> {
        self.check_name(name)?;
        let attend = self.stands.iter().find(|stand| stand.rig.name() == name).and_then(|stand| stand.attend);
        attend.map(|attend| attend(port)).ok_or_else(|| {
            let can = self.stands.iter().filter(|stand| stand.attend.is_some());
            let can: Vec<&str> = can.map(|stand| stand.rig.name()).collect();
            let help = format!("rigs whose devices can be: {}", can.join(", "));
            Failure::argument(format!("a device on `{name}` cannot be left open for a person"), help)
        })
    }

    fn check_name(&self, name: &str) -> Result<(), Failure> {
        let names: Vec<&str> = self.stands.iter().map(|stand| stand.rig.name()).collect();
        if names.contains(&name) {
            return Ok(());
        }
        let otherwise = format!("the rigs of this bench: {}", names.join(", "));
        Err(Failure::argument(format!("there is no rig `{name}`"), suggest::help(name, &names, &otherwise)))
    }
}
