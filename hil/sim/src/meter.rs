//! What the simulated device's work takes out of its battery and of its watchdog's patience.
//!
//! The firmware never sees any of it. When the battery is empty, or when the watchdog's period is over, the
//! device stops where it is: the operation that was to come has no effect any more and none after it has,
//! and the machine looks here once the firmware comes back.

use std::cell::RefCell;
use std::rc::Rc;

use rig::{Effort, Spent, Toll};

/// The battery that is drained: so much between empty and full.
const BATTERY_MJ: u32 = 12_000;
const EMPTY_MV: u16 = 3_000;
const FULL_MV: u16 = 4_200;

const NJ_PER_MJ: u64 = 1_000_000;
const NJ_PER_UJ: u64 = 1_000;
const NS_PER_US: u64 = 1_000;
const NS_PER_MS: u64 = 1_000_000;

/// Why the device stopped in the middle of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The battery is empty.
    Empty,
    /// The watchdog's period was over.
    Bitten,
}

/// Something that the device does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Work {
    Erase,
    Program,
    Verify,
    Hash(usize),
    Start,
    Receive(usize),
}

/// The meter, shared by everything that works.
pub(crate) type Shared = Rc<RefCell<Meter>>;

/// Counts what the device does.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    toll: Toll,
    spent: Spent,
    energy_nj: u64,
    busy_ns: u64,
    /// What is left in the battery; `None` where nothing drains it.
    charge_nj: Option<u64>,
    /// The armed watchdog's period.
    period_ns: Option<u64>,
    since_fed_ns: u64,
    end: Option<End>,
}

impl Meter {
    /// Takes what this takes. Whether the device is still at work afterwards; if not, it was not done.
    pub(crate) fn works(&mut self, work: Work) -> Result<(), End> {
        if let Some(end) = self.end {
            return Err(end);
        }
        let effort = self.effort(work);
        self.since_fed_ns += effort.ns;
        self.busy_ns += effort.ns;
        if let Some(period_ns) = self.period_ns {
            self.spent.longest_us = self.spent.longest_us.max(self.since_fed_ns / NS_PER_US);
            if self.since_fed_ns > period_ns {
                return self.ends(End::Bitten);
            }
        }
        self.energy_nj += effort.nj;
        if let Some(charge_nj) = &mut self.charge_nj {
            let left = charge_nj.checked_sub(effort.nj);
            *charge_nj = left.unwrap_or(0);
            if left.is_none() {
                return self.ends(End::Empty);
            }
        }
        self.count(work);
        Ok(())
    }

    fn ends(&mut self, end: End) -> Result<(), End> {
        self.end = Some(end);
        Err(end)
    }

    fn effort(&self, work: Work) -> Effort {
        let times = |effort: Effort, count: usize| {
            let count = count as u64;
            Effort { ns: effort.ns * count, nj: effort.nj * count }
        };
        match work {
            Work::Erase => self.toll.erase,
            Work::Program => self.toll.program,
            Work::Verify => self.toll.verify,
            Work::Hash(size) => times(self.toll.hash_byte, size),
            Work::Start => self.toll.start,
            Work::Receive(size) => times(self.toll.link_byte, size),
        }
    }

    fn count(&mut self, work: Work) {
        let spent = &mut self.spent;
        match work {
            Work::Erase => spent.erases += 1,
            Work::Program => spent.programs += 1,
            Work::Verify => spent.verifications += 1,
            Work::Hash(size) => spent.hashed_bytes += size as u64,
            Work::Start => spent.starts += 1,
            Work::Receive(size) => spent.link_bytes += size as u64,
        }
    }

    /// From now on work takes this.
    pub(crate) fn set_toll(&mut self, toll: Toll) {
        self.toll = toll;
    }

    /// Charges the battery, up to its brim.
    pub(crate) fn charge(&mut self, charge_mj: u32) -> u32 {
        self.charge_nj = Some(u64::from(charge_mj.min(BATTERY_MJ)) * NJ_PER_MJ);
        self.left_mj().unwrap_or(0)
    }

    /// Gives the battery back to the bench, which says its voltage from now on.
    pub(crate) fn leave_charge(&mut self) {
        self.charge_nj = None;
    }

    /// What is left in the battery, if something drains it.
    pub(crate) fn left_mj(&self) -> Option<u32> {
        // Never more than the battery holds, a u32.
        self.charge_nj.map(|left| (left / NJ_PER_MJ) as u32)
    }

    /// The voltage that goes with what is left: in proportion between empty and full.
    pub(crate) fn level_mv(&self) -> Option<u16> {
        let left_mj = self.left_mj()?;
        let above_mv = u32::from(FULL_MV - EMPTY_MV) * left_mj / BATTERY_MJ;
        // At most the span between two u16.
        Some(EMPTY_MV + above_mv as u16)
    }

    pub(crate) fn spent(&self) -> Spent {
        Spent { energy_uj: self.energy_nj / NJ_PER_UJ, busy_us: self.busy_ns / NS_PER_US, ..self.spent }
    }

    /// Arms the watchdog, or takes note that there is none.
    pub(crate) fn arm(&mut self, period_ms: Option<u32>) {
        self.period_ns = period_ms.map(|period| u64::from(period) * NS_PER_MS);
        self.fed();
    }

    /// The watchdog's period begins anew.
    pub(crate) fn fed(&mut self) {
        self.since_fed_ns = 0;
    }

    /// Why the device has stopped, if it has; asked once.
    pub(crate) fn take_end(&mut self) -> Option<End> {
        self.end.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter() -> Meter {
        let erase = Effort { ns: 400 * NS_PER_MS, nj: 18 * NJ_PER_MJ };
        let mut meter = Meter::default();
        meter.set_toll(Toll { erase, ..Toll::default() });
        meter
    }

    #[test]
    fn a_battery_is_empty_when_what_was_in_it_is_spent_and_not_before() {
        let mut meter = meter();
        assert_eq!(meter.charge(36), 36);
        assert_eq!(meter.works(Work::Erase), Ok(()));
        assert_eq!(meter.works(Work::Erase), Ok(()));
        assert_eq!(meter.works(Work::Erase), Err(End::Empty));
        // Nothing works any more, not even what takes nothing.
        assert_eq!(meter.works(Work::Program), Err(End::Empty));
        assert_eq!((meter.spent().erases, meter.spent().programs, meter.left_mj()), (2, 0, Some(0)));
        assert_eq!(meter.take_end(), Some(End::Empty));
        assert_eq!(meter.take_end(), None);
    }

    #[test]
    fn the_watchdog_bites_whoever_does_not_feed_it_in_time() {
        let mut meter = meter();
        meter.arm(Some(1_000));
        assert_eq!([(); 2].map(|()| meter.works(Work::Erase)), [Ok(()); 2]);
        meter.fed();
        assert_eq!([(); 2].map(|()| meter.works(Work::Erase)), [Ok(()); 2]);
        assert_eq!(meter.works(Work::Erase), Err(End::Bitten));
        assert_eq!(meter.spent().longest_us, 1_200_000);
    }

    #[test]
    fn a_device_without_a_watchdog_takes_its_time() {
        let mut meter = meter();
        meter.arm(None);
        assert!((0..100).all(|_| meter.works(Work::Erase) == Ok(())));
    }

    #[test]
    fn the_voltage_follows_what_is_left() {
        let mut meter = meter();
        assert_eq!(meter.level_mv(), None);
        meter.charge(1_050);
        assert_eq!(meter.level_mv(), Some(3_105));
        meter.charge(u32::MAX);
        assert_eq!(meter.level_mv(), Some(4_200));
    }
}
