//! The application image: serves updates, and does nothing else.
//!
//! It confirms itself after its own health check, feeds the watchdog as long as it gets round its
//! loop, and sleeps while nobody talks to it. What it cannot handle ends in a reset: then the first
//! stage decides, and an image on trial loses it.

use agent::{Agent, Wish};
use board::Board;
use crypto::Software;
use menu::Origin;

use crate::Chip;
use crate::nor::Nor;
use crate::variant::{BEHAVIOUR, Behaviour, LATE_MS, VERSION};

/// A chip, as the application needs it.
pub trait App: Chip {
    /// The update link.
    type Link: Link;
    /// What the board has besides.
    type Parts: Board;

    /// Makes the board's parts ready.
    fn parts() -> Self::Parts;

    /// Sets the link up. What came before is lost, as on any line to a device that is off.
    fn link() -> Self::Link;

    /// Begins the watchdog's period anew. Does nothing to a watchdog that is not armed.
    fn feed_watchdog();

    /// Resets the chip. Memory keeps its content.
    fn reset() -> !;
}

/// The update link.
pub trait Link {
    /// How many bytes are read at a time, at most [`MOST_BYTES`].
    const READ_BYTES: usize;

    /// Sleeps until there is something to read, and no longer than a watchdog can bear.
    fn wait(&mut self);

    /// Takes bytes that have arrived, `READ_BYTES` at most, and returns how many; there may be more,
    /// or none.
    fn read(&mut self, buffer: &mut [u8]) -> usize;

    /// Sends bytes. A line that takes none loses them: the device must not hang on whoever is at the
    /// other end.
    fn write(&mut self, bytes: &[u8]);

    /// Waits until the last byte has left.
    fn flush(&mut self);
}

/// The most bytes that any link reads at a time.
pub const MOST_BYTES: usize = 16;

/// Runs the application.
pub fn run<C: App>() -> ! {
    // Nothing prints the version, so keep the compiler from dropping it: two versions differ.
    core::hint::black_box(VERSION);
    match BEHAVIOUR {
        Behaviour::Hangs => C::sleep_for_ever(),
        Behaviour::Crashes => C::reset(),
        Behaviour::RunsWild => {
            C::REPORT.destroy();
            C::reset()
        }
        Behaviour::Healthy | Behaviour::NeverConfirms | Behaviour::ConfirmsLate => work::<C>(),
    }
}

/// Runs the recovery: it takes a good image in, and does nothing else. What it is stands in the report
/// too, but a program knows by itself whether it is the recovery.
pub fn recover<C: App>() -> ! {
    let mut flash = C::flash();
    match Agent::start(&mut flash, &C::LAYOUT, Origin::Recovery) {
        Ok(agent) => serve::<C>(agent, flash),
        Err(_) => C::sleep_for_ever(),
    }
}

fn work<C: App>() -> ! {
    let mut flash = C::flash();
    let from_slot = C::REPORT.origin().filter(|origin| matches!(origin, Origin::Slot(_)));
    let started = from_slot.and_then(|origin| Agent::start(&mut flash, &C::LAYOUT, origin).ok());
    // Without its records it can serve nobody. The watchdog, if there is one, has the next word.
    let Some(mut agent) = started else { C::sleep_for_ever() };
    if BEHAVIOUR == Behaviour::Healthy {
        confirm::<C>(&mut agent, &mut flash);
    }
    serve::<C>(agent, flash)
}

fn confirm<C: App>(agent: &mut Agent<Software>, flash: &mut Nor<C::Spi>) {
    if is_healthy::<C>(flash) {
        // An image that cannot note its confirmation stays on trial, and the old one returns.
        let _still_on_trial = agent.confirm(flash);
    }
}

/// Whether this image can do its work: be entered again, and reach the flash.
fn is_healthy<C: App>(flash: &mut Nor<C::Spi>) -> bool {
    C::EXECUTING.begins_well() && flash.id().is_some()
}

fn serve<C: App>(mut agent: Agent<Software>, mut flash: Nor<C::Spi>) -> ! {
    let mut crypto = Software::new();
    let mut parts = C::parts();
    let mut link = C::link();
    // A newline says that the line is up; to SMP it is noise, and clients skip it.
    link.write(b"\n");
    let mut room = [0; MOST_BYTES];
    let input = &mut room[..C::Link::READ_BYTES];
    let begun_ms = parts.now_ms().unwrap_or(0);
    loop {
        C::feed_watchdog();
        link.wait();
        let size = link.read(input);
        if BEHAVIOUR == Behaviour::ConfirmsLate
            && parts.now_ms().is_ok_and(|now_ms| now_ms.saturating_sub(begun_ms) >= LATE_MS)
        {
            confirm::<C>(&mut agent, &mut flash);
        }
        match agent.poll(&mut flash, &mut crypto, &mut parts, &input[..size], &mut |bytes| link.write(bytes)) {
            Wish::MoreInput => {}
            Wish::Reset => {
                link.flush();
                C::reset()
            }
        }
    }
}
