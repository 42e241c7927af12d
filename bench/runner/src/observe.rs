//! What runs on a device: measured by the rig, and set beside what the device says.
//!
//! The measurement is the hash of the executing memory. It is taken before and after the device is
//! asked, so that a reset in between is never mistaken for a lie.

use link::{Answer, Outcome, Patience, Request};
use menu::{Phase, Step, StepEvent};
use record::{Observed, Running};
use rig::{Device, Execution};

use crate::exchange;
use crate::maker::{Known, Program};
use crate::trouble::Trouble;

/// Asking is quick: a device that serves at all answers at once, and one that hangs should not be
/// waited for until its watchdog bites.
const QUICK: Patience = Patience { answer_ms: 300, erase_ms: 300, retries: 1 };
/// How often an observation is repeated when the device changed under it.
const ATTEMPTS: u32 = 3;

/// Looks at the device.
pub(crate) fn observe(
    device: &mut dyn Device,
    known: &[Known],
    answer: Option<record::Answer>,
) -> Result<Observed, Trouble> {
    let mut before = measure(device, known)?;
    for _ in 0..ATTEMPTS {
        let says = match before {
            Running::Nothing { .. } => None,
            Running::Image { .. } | Running::Recovery { .. } | Running::Unknown { .. } => version_it_claims(device)?,
        };
        let after = measure(device, known)?;
        if after == before {
            return Ok(Observed { answer, running: after, says, lasting: None });
        }
        before = after;
    }
    // It does not settle: what was measured last stands, and its word is not taken.
    Ok(Observed { answer, running: before, says: None, lasting: None })
}

/// What executes, by its hash.
pub(crate) fn measure(device: &mut dyn Device, known: &[Known]) -> Result<Running, Trouble> {
    let halt = match device.execution()? {
        Execution::Image => return measure_image(device, known),
        Execution::FirstStage(halt) => halt,
        Execution::Off => None,
    };
    Ok(Running::Nothing { halt: halt.map(|halt| halt.name().to_owned()) })
}

fn measure_image(device: &mut dyn Device, known: &[Known]) -> Result<Running, Trouble> {
    let largest = known.iter().map(|image| image.size_bytes).max().unwrap_or(0);
    let size = u32::try_from(largest).map_err(|_| Trouble::Bench { what: "an image of 4 GiB or more".to_owned() })?;
    let memory = device.executing_memory(size)?;
    for image in known {
        let Some(part) = memory.get(..image.size_bytes) else { continue };
        if record::sha256_hex(part) == image.sha256 {
            let sha256 = image.sha256.clone();
            return Ok(match image.program {
                Program::Version(version) => Running::Image { version: version.to_string(), sha256 },
                Program::Recovery => Running::Recovery { sha256 },
            });
        }
    }
    Ok(Running::Unknown { sha256: record::sha256_hex(&memory) })
}

/// The version the device says it runs, if it answers.
fn version_it_claims(device: &mut dyn Device) -> Result<Option<String>, Trouble> {
    let Outcome::Answered(Answer::Images(images)) = exchange::ask(device, Request::ImageState, QUICK)? else {
        return Ok(None);
    };
    Ok(images.into_iter().find(|image| image.active).map(|image| image.version))
}

/// The device's account of its steps from number `from` on, as `step phase`; empty where it does not
/// answer. `from` moves on to the first step of the next account.
pub(crate) fn steps(device: &mut dyn Device, from: &mut u32) -> Result<Vec<String>, Trouble> {
    let mut told = account(device, *from)?;
    if told.first < *from {
        // It has reset meanwhile, and counts from 0 again.
        *from = 0;
        told = account(device, 0)?;
    }
    let gap = told.first > *from;
    *from = told.first.saturating_add(u32::try_from(told.steps.len()).unwrap_or(u32::MAX));
    let begins = [Step::Receive.number(), Phase::Begun.number()];
    // Where the device has forgotten some, only a sequence that begins in what is left can be read.
    let readable = told.steps.into_iter().skip_while(|pair| gap && *pair != begins);
    Ok(readable.map(words).collect())
}

/// What a device tells of its steps.
struct Account {
    /// Number of the first event told.
    first: u32,
    /// The events, in the device's two bytes each.
    steps: Vec<[u8; 2]>,
}

/// Asks for the account; a device that does not answer tells nothing from there on.
fn account(device: &mut dyn Device, from: u32) -> Result<Account, Trouble> {
    match exchange::ask(device, Request::Events { from }, QUICK)? {
        Outcome::Answered(Answer::Events { first, steps }) => Ok(Account { first, steps }),
        Outcome::Answered(_)
        | Outcome::Uploaded
        | Outcome::Refused { .. }
        | Outcome::Replayed { .. }
        | Outcome::Failed(_) => Ok(Account { first: from, steps: Vec::new() }),
    }
}

fn words(pair: [u8; 2]) -> String {
    match StepEvent::from_bytes(pair) {
        Some(event) => format!("{} {}", event.step, event.phase),
        // Not in the menu: the judge names it.
        None => format!("step-{} phase-{}", pair[0], pair[1]),
    }
}

/// Waits until the device serves its link again after a reset, or has stopped in its first stage, or
/// has had time enough.
pub(crate) fn settle(device: &mut dyn Device) -> Result<(), Trouble> {
    const KNOCK: Patience = Patience { answer_ms: 60, erase_ms: 60, retries: 0 };
    const KNOCKS: u32 = 35;
    for _ in 0..KNOCKS {
        if let Outcome::Answered(_) = exchange::ask(device, Request::Echo { text: "up?".to_owned() }, KNOCK)? {
            return Ok(());
        }
        if let Execution::FirstStage(Some(_)) = device.execution()? {
            return Ok(());
        }
    }
    Ok(())
}
