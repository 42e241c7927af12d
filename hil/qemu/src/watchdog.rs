//! Whether the chip's watchdog is armed, from QEMU's trace.
//!
//! QEMU runs the watchdog itself, with one exception: when the processor locks up, QEMU gives up and
//! ends, where a chip stands still until its watchdog resets it. Then the rig has to know.

use std::time::Duration;

/// The event that has to be traced, by QEMU's name.
pub(crate) const EVENT: &str = "aspeed_wdt_write";

/// Registers of the watchdog, by their offset: the period in microseconds, and control.
const RELOAD: u32 = 0x04;
const CONTROL: u32 = 0x0c;
const ENABLED: u32 = 1 << 0;

/// What has been written to the watchdog.
#[derive(Debug, Default)]
pub(crate) struct Watchdog {
    reload_us: u32,
    control: u32,
}

impl Watchdog {
    /// Takes the next line of the trace; lines about something else are passed over.
    pub(crate) fn line(&mut self, line: &str) {
        match write(line) {
            Some((RELOAD, value)) => self.reload_us = value,
            Some((CONTROL, value)) => self.control = value,
            Some(_) | None => {}
        }
    }

    /// The period, if the watchdog is armed.
    pub(crate) fn period(&self) -> Option<Duration> {
        (self.control & ENABLED != 0).then(|| Duration::from_micros(u64::from(self.reload_us)))
    }
}

/// `aspeed_wdt_write @0xOFFSET size=SIZE value=0xVALUE`, as QEMU's log backend writes it.
fn write(line: &str) -> Option<(u32, u32)> {
    let (offset, rest) = line.strip_prefix("aspeed_wdt_write @0x")?.split_once(" size=")?;
    let (_, value) = rest.split_once(" value=0x")?;
    Some((u32::from_str_radix(offset, 16).ok()?, u32::from_str_radix(value, 16).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(lines: &[&str]) -> Option<Duration> {
        let mut watchdog = Watchdog::default();
        lines.iter().for_each(|line| watchdog.line(line));
        watchdog.period()
    }

    const RELOAD: &str = "aspeed_wdt_write @0x4 size=4 value=0x1e8480";
    const FEED: &str = "aspeed_wdt_write @0x8 size=4 value=0x4755";
    const ARM: &str = "aspeed_wdt_write @0xc size=4 value=0x3";

    #[test]
    fn an_armed_watchdog_has_a_period() {
        assert_eq!(period(&[RELOAD, FEED, ARM, FEED]), Some(Duration::from_secs(2)));
    }

    #[test]
    fn a_watchdog_that_was_never_armed_or_is_stopped_has_none() {
        assert_eq!(period(&[RELOAD, FEED]), None);
        assert_eq!(period(&[RELOAD, ARM, "aspeed_wdt_write @0xc size=4 value=0x2"]), None);
        assert_eq!(period(&["m25p80_select [0x1] deselect", "aspeed_wdt_write"]), None);
    }
}
