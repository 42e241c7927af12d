//! What the rig does to the device, and what it finds afterwards.
//!
//! Nothing is taken on trust: what was set is read back, and what was found goes into the record for the
//! judge to compare.

use menu::{Feature, Features, Layout, Region};
use record::Caused;
use rig::{Button, Device};
use scenario::model::{FlashFault, Hand, RigAct};

use crate::flip;
use crate::trouble::Trouble;
use crate::words;

/// How long a finger stays, in milliseconds: several looks of a device that looks ten times a second.
const TOUCH_MS: u32 = 400;

/// Does it, and returns what was found afterwards.
pub(crate) fn carry_out(device: &mut dyn Device, act: RigAct) -> Result<u32, Trouble> {
    Ok(match act {
        RigAct::Battery { level_mv } => u32::from(device.set_battery(level_mv)?),
        RigAct::Charge { charge_mj } => charge(device, charge_mj)?,
        // Whether it took effect shows in what work takes from here on.
        RigAct::Clock { mhz } => mhz,
        RigAct::Button(Hand::Press) => move_to(device, Button::Down)? + move_to(device, Button::Up)?,
        RigAct::Button(Hand::Hold) => move_to(device, Button::Down)?,
        RigAct::Button(Hand::Release) => move_to(device, Button::Up)?,
    })
}

/// Charges the battery, and switches on a device that stood still because it was empty.
fn charge(device: &mut dyn Device, charge_mj: u32) -> Result<u32, Trouble> {
    let found_mj = device.set_charge(charge_mj)?;
    device.on()?;
    Ok(found_mj)
}

/// Moves the button, gives the device time to see it, and counts the move if it was read back.
fn move_to(device: &mut dyn Device, button: Button) -> Result<u32, Trouble> {
    let moved = device.set_button(button)? == button;
    device.wait(TOUCH_MS)?;
    Ok(u32::from(moved))
}

/// Lets the flash chip fail where the next update would put the first part of its image.
pub(crate) fn fail(
    device: &mut dyn Device,
    fault: FlashFault,
    layout: &Layout,
    features: Features,
) -> Result<(), Trouble> {
    let nowhere = || Trouble::Bench { what: "no boot record says where an update would go".to_owned() };
    let running = flip::next_slot(&device.flash()?, layout).ok_or_else(nowhere)?;
    let target = if features.has(Feature::AbSlots) { running.other() } else { running };
    let region = Region { size_bytes: layout.sector_bytes, ..layout.image(target) };
    device.set_flash_fault(Some(rig::FlashFault { kind: words::flash_fault(fault), region }))?;
    Ok(())
}

/// The event that tells of it.
pub(crate) fn caused(act: impl ToString, found: Option<u32>) -> Caused {
    Caused { act: act.to_string(), found }
}
