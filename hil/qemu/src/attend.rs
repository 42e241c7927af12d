//! A device that is left open for a person, and for any tool that speaks its protocol.
//!
//! The device is served through the seam, so that it may come from anywhere: fresh from the factory,
//! or out of a run that was stopped at the step that failed. Bytes are passed on as they are.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use rig::{Device, RigError};

use crate::process::pause;
use crate::pty::{Heard, Pty};

/// How long the device is listened to before the other side gets its turn, in milliseconds.
const TURN_MS: u32 = 1;
/// The same while nobody is there.
const IDLE_TURN_MS: u32 = 20;
/// A rest where neither side had anything to say, because a device without power answers at once.
const REST: Duration = Duration::from_millis(1);

/// Whether a person attends the devices of a rig, and what they need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Attended {
    /// Nobody does: every device has a budget of processor time.
    #[default]
    ByNobody,
    /// Somebody does, for as long as they like.
    ByAPerson,
    /// Somebody does, with a debugger that connects to this TCP port of the loopback interface. One
    /// device at a time can have it.
    ByADebugger {
        /// The port.
        port: u16,
    },
}

/// Passes bytes between a device that is on and a pseudo terminal until `is_over` says so.
///
/// # Errors
/// What the rig or the pseudo terminal says. A device that resets, locks up or says nothing is none.
pub fn serve(device: &mut dyn Device, pty: &mut Pty, is_over: &dyn Fn() -> bool) -> Result<(), RigError> {
    let path = pty.path().to_owned();
    let failed = |source| broken(path.clone(), source);
    while !is_over() {
        let heard = pty.read().map_err(failed)?;
        let turn_ms = match &heard {
            Heard::Bytes(_) | Heard::Silence => TURN_MS,
            Heard::Nobody => IDLE_TURN_MS,
        };
        let asked = match heard {
            Heard::Bytes(bytes) => {
                device.send(&bytes)?;
                Asked::Something
            }
            Heard::Silence | Heard::Nobody => Asked::Nothing,
        };
        let said = device.receive(turn_ms)?;
        pty.write(&said).map_err(failed)?;
        if asked == Asked::Nothing && said.is_empty() {
            pause(REST);
        }
    }
    Ok(())
}

#[derive(PartialEq, Eq)]
enum Asked {
    Something,
    Nothing,
}

fn broken(path: PathBuf, source: io::Error) -> RigError {
    RigError::File { path, source }
}
