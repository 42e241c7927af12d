//! The application image on the AST1030: serves updates, and does nothing else.
//!
//! It confirms itself after its own health check, feeds the watchdog as long as it gets round its
//! loop, and sleeps while nobody talks to it. What it cannot handle ends in a reset: then the first
//! stage decides, and an image on trial loses it.
#![no_std]
#![no_main]

mod variant;

use core::panic::PanicInfo;

use agent::{Agent, Wish};
use ast1030::flash::Flash;
use ast1030::uart::{TRIGGER_BYTES, Uart};
use ast1030::{image, report, reset, watchdog};
use ast1030_map::LAYOUT;
use cortex_m::Peripherals;
use cortex_m_rt::{ExceptionFrame, entry, exception};
use crypto::Software;

use variant::{BEHAVIOUR, Behaviour, VERSION};

#[entry]
fn main() -> ! {
    // Nothing prints the version, so keep the compiler from dropping it: two versions differ.
    core::hint::black_box(VERSION);
    match BEHAVIOUR {
        Behaviour::Hangs => reset::sleep_for_ever(),
        Behaviour::Crashes => reset::system(),
        Behaviour::Healthy | Behaviour::NeverConfirms => run(),
    }
}

fn run() -> ! {
    let mut flash = Flash::open();
    let started = report::slot().and_then(|slot| Agent::start(&mut flash, &LAYOUT, slot).ok());
    // Without its records it can serve nobody. The watchdog, if there is one, has the next word.
    let Some(mut agent) = started else { reset::sleep_for_ever() };
    if BEHAVIOUR == Behaviour::Healthy && is_healthy(&mut flash) {
        // An image that cannot note its confirmation stays on trial, and the next boot goes back.
        let _still_on_trial = agent.confirm(&mut flash);
    }
    serve(agent, flash)
}

/// Whether this image can do its work: be entered again, and reach the flash.
fn is_healthy(flash: &mut Flash) -> bool {
    image::begins_well() && flash.id().is_some()
}

fn serve(mut agent: Agent<Software>, mut flash: Flash) -> ! {
    let mut peripherals = Peripherals::take().expect("nothing has taken them before");
    let mut crypto = Software::new();
    let mut uart = Uart::open(&mut peripherals.SYST);
    let mut input = [0; TRIGGER_BYTES];
    loop {
        watchdog::feed();
        uart.wait();
        let size = uart.read(&mut input);
        match agent.poll(&mut flash, &mut crypto, &input[..size], &mut |bytes| uart.write(bytes)) {
            Wish::MoreInput => {}
            Wish::Reset => {
                uart.flush();
                reset::system()
            }
        }
    }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    reset::system()
}

#[exception]
unsafe fn HardFault(_: &ExceptionFrame) -> ! {
    reset::system()
}

#[exception]
unsafe fn DefaultHandler(_: i16) -> ! {
    reset::system()
}
