//! The command sequences, run symbolically: draft §6.4 without its side effects.
//!
//! The draft's abstract machine changes parameters as it goes, which would let one digest be
//! checked and another be installed. Here a parameter may be set again only to the value it has,
//! so the end of the run describes every moment of it. A parameter counts as set for a command
//! only if the shared sequence or the same sequence set it: each sequence may run on its own, on
//! another day (validate and invoke at every boot), and only the shared one runs before it.

use crate::MAX_COMPONENTS;
use crate::cbor::{Kind, Label, Reader, TRUE};
use crate::component::{Component, ComponentId, Order, Orders};
use crate::parameters::{self, Known, Parameter};
use crate::reject::Reject;

/// Which command sequence is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Shared,
    PayloadFetch,
    Install,
    Validate,
    Load,
    Invoke,
}

/// The components and what the sequences run so far have made of them.
#[derive(Debug, Default)]
pub(crate) struct Machine<'a> {
    components: [Component<'a>; MAX_COMPONENTS],
    count: usize,
    /// The parameters that the shared sequence has set.
    shared: [Known; MAX_COMPONENTS],
}

/// The state of one sequence.
struct Run {
    stage: Stage,
    /// The component that commands apply to; `None` as long as the manifest must still choose.
    current: Option<usize>,
    known: [Known; MAX_COMPONENTS],
    /// What this sequence, and no other, has ordered.
    orders: [Orders; MAX_COMPONENTS],
}

/// One component in the hands of one sequence.
struct Current<'m, 'a> {
    stage: Stage,
    component: &'m mut Component<'a>,
    known: &'m mut Known,
    orders: &'m mut Orders,
}

impl<'a> Machine<'a> {
    /// Adds a component; only [`MAX_COMPONENTS`] fit.
    pub(crate) fn add(&mut self, id: ComponentId<'a>) -> Result<(), Reject> {
        if self.components().iter().any(|component| component.id == id) {
            return Err(Reject::DuplicateComponent);
        }
        let slot = self.components.get_mut(self.count).ok_or(Reject::TooManyComponents)?;
        slot.id = id;
        self.count += 1;
        Ok(())
    }

    pub(crate) fn components(&self) -> &[Component<'a>] {
        self.components.get(..self.count).unwrap_or_default()
    }

    pub(crate) fn into_components(self) -> ([Component<'a>; MAX_COMPONENTS], usize) {
        (self.components, self.count)
    }

    /// Runs one sequence. The shared one comes first.
    pub(crate) fn run(&mut self, stage: Stage, sequence: &'a [u8]) -> Result<(), Reject> {
        let mut reader = Reader::complete(sequence);
        let items = reader.array()?;
        if items == 0 {
            return Err(Reject::SequenceEmpty);
        }
        if items % 2 != 0 {
            return Err(Reject::ArgumentMissing);
        }
        let mut run = Run {
            stage,
            current: if self.count == 1 { Some(0) } else { None },
            known: self.shared,
            orders: Default::default(),
        };
        for _ in 0..items / 2 {
            self.step(&mut run, &mut reader)?;
        }
        if stage == Stage::Shared {
            self.shared = run.known;
        }
        reader.finish()
    }

    fn step(&mut self, run: &mut Run, reader: &mut Reader<'a>) -> Result<(), Reject> {
        let command = match reader.label()? {
            Label::Unsigned(number) => known_command(number)?,
            Label::Negative(_) => return Err(Reject::CustomCommand),
        };
        if command == Command::SetComponentIndex {
            run.current = Some(read_component_index(reader, self.count)?);
            return Ok(());
        }
        self.current(run)?.execute(command, reader)
    }

    fn current<'m>(&'m mut self, run: &'m mut Run) -> Result<Current<'m, 'a>, Reject> {
        let index = run.current.ok_or(Reject::ComponentIndexMissing)?;
        let all = self.components.get_mut(index);
        let (Some(component), Some(known), Some(orders)) = (all, run.known.get_mut(index), run.orders.get_mut(index))
        else {
            return Err(Reject::ComponentIndexRange);
        };
        Ok(Current { stage: run.stage, component, known, orders })
    }
}

/// The commands that are understood (draft §11.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    CheckVendor,
    CheckClass,
    CheckImage,
    SetComponentIndex,
    OverrideParameters,
    Fetch,
    Invoke,
}

fn known_command(number: u64) -> Result<Command, Reject> {
    match number {
        1 => Ok(Command::CheckVendor),
        2 => Ok(Command::CheckClass),
        3 => Ok(Command::CheckImage),
        5 => Err(Reject::CommandComponentSlot),
        6 => Err(Reject::CommandCheckContent),
        7 => Err(Reject::CommandDependencyIntegrity),
        8 => Err(Reject::CommandIsDependency),
        11 => Err(Reject::CommandProcessDependency),
        12 => Ok(Command::SetComponentIndex),
        14 => Err(Reject::CommandAbort),
        15 => Err(Reject::CommandTryEach),
        18 => Err(Reject::CommandWrite),
        19 => Err(Reject::CommandSetParameters),
        20 => Ok(Command::OverrideParameters),
        21 => Ok(Command::Fetch),
        22 => Err(Reject::CommandCopy),
        23 => Ok(Command::Invoke),
        24 => Err(Reject::CommandDeviceIdentifier),
        31 => Err(Reject::CommandSwap),
        32 => Err(Reject::CommandRunSequence),
        _ => Err(Reject::UnknownCommand),
    }
}

fn read_component_index(reader: &mut Reader<'_>, count: usize) -> Result<usize, Reject> {
    let kind = reader.kind()?;
    if kind == Kind::Array {
        return Err(Reject::ComponentIndexList);
    }
    if kind == Kind::Simple && reader.simple()? == TRUE {
        return Err(Reject::ComponentIndexTrue);
    }
    if kind == Kind::Simple {
        return Err(Reject::WrongType);
    }
    let index = usize::try_from(reader.unsigned()?).map_err(|_| Reject::ComponentIndexRange)?;
    if index < count { Ok(index) } else { Err(Reject::ComponentIndexRange) }
}

impl<'a> Current<'_, 'a> {
    fn execute(&mut self, command: Command, reader: &mut Reader<'a>) -> Result<(), Reject> {
        match command {
            Command::OverrideParameters => {
                return parameters::override_with(self.component, self.known, reader);
            }
            Command::CheckVendor => self.check_vendor(),
            Command::CheckClass => self.check_class(),
            Command::CheckImage => self.check_image(),
            Command::Fetch => self.fetch(),
            Command::Invoke => self.invoke(),
            // Handled before a component is chosen: choosing one is what it does.
            Command::SetComponentIndex => Ok(()),
        }?;
        read_reporting_policy(reader)
    }

    fn check_vendor(&mut self) -> Result<(), Reject> {
        match self.stage {
            Stage::Shared => {
                self.need(Parameter::Vendor, Reject::VendorUnset)?;
                self.order(Order::CheckVendor);
                Ok(())
            }
            Stage::PayloadFetch | Stage::Install | Stage::Validate | Stage::Load | Stage::Invoke => {
                Err(Reject::VendorCheckMisplaced)
            }
        }
    }

    fn check_class(&mut self) -> Result<(), Reject> {
        match self.stage {
            Stage::Shared => {
                self.need(Parameter::Class, Reject::ClassUnset)?;
                self.order(Order::CheckClass);
                Ok(())
            }
            Stage::PayloadFetch | Stage::Install | Stage::Validate | Stage::Load | Stage::Invoke => {
                Err(Reject::ClassCheckMisplaced)
            }
        }
    }

    fn check_image(&mut self) -> Result<(), Reject> {
        let order = match self.stage {
            Stage::Validate => Order::Validate,
            Stage::PayloadFetch | Stage::Install => Order::CheckFetched,
            Stage::Shared | Stage::Load | Stage::Invoke => return Err(Reject::ImageCheckMisplaced),
        };
        if order == Order::CheckFetched && !self.orders.contains(Order::Fetch) {
            return Err(Reject::ImageCheckBeforeFetch);
        }
        self.need(Parameter::Digest, Reject::DigestUnset)?;
        self.order(order);
        Ok(())
    }

    fn fetch(&mut self) -> Result<(), Reject> {
        match self.stage {
            Stage::PayloadFetch | Stage::Install => {}
            Stage::Shared | Stage::Validate | Stage::Load | Stage::Invoke => {
                return Err(Reject::FetchMisplaced);
            }
        }
        if self.component.orders(Order::Fetch) {
            return Err(Reject::FetchedTwice);
        }
        self.need(Parameter::Digest, Reject::DigestUnset)?;
        self.need(Parameter::Size, Reject::SizeUnset)?;
        self.need(Parameter::Uri, Reject::UriUnset)?;
        self.order(Order::Fetch);
        Ok(())
    }

    fn invoke(&mut self) -> Result<(), Reject> {
        match self.stage {
            Stage::Invoke => {}
            Stage::Shared | Stage::PayloadFetch | Stage::Install | Stage::Validate | Stage::Load => {
                return Err(Reject::InvokeMisplaced);
            }
        }
        if self.component.orders(Order::Invoke) {
            return Err(Reject::InvokedTwice);
        }
        self.order(Order::Invoke);
        Ok(())
    }

    fn need(&self, parameter: Parameter, unset: Reject) -> Result<(), Reject> {
        if self.known.contains(parameter) { Ok(()) } else { Err(unset) }
    }

    fn order(&mut self, order: Order) {
        self.component.orders.insert(order);
        self.orders.insert(order);
    }
}

/// The argument of every command that works on a component: four bits (draft §8.4.7).
fn read_reporting_policy(reader: &mut Reader<'_>) -> Result<(), Reject> {
    if reader.unsigned()? <= 0b1111 { Ok(()) } else { Err(Reject::ReportingPolicy) }
}
