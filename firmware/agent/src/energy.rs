//! Whether the battery carries what is left of an update, and the way back.
//!
//! An update that runs out of power in the middle is worse than one that waits. The estimate covers
//! the revert too, because the moment the new image turns out to be bad is the worst one to find the
//! battery empty (NTIA-STAGE-5, NTIA-POWER-2, -4).

use board::Board;
use menu::{Battery, Feature, Provision, Refusal};

/// What is left to do of an update, in sectors.
#[derive(Clone, Copy)]
pub(crate) struct Left {
    /// To be erased.
    pub(crate) to_erase: u32,
    /// To be received, programmed and verified.
    pub(crate) to_write: u32,
}

/// Refuses unless the battery carries what is left, the boots that follow, and the way back. A battery
/// that cannot be read carries nothing.
pub(crate) fn must_carry(board: &mut dyn Board, provision: &Provision, left: Left) -> Result<(), Refusal> {
    let needed_mj = update_mj(provision, left) + revert_mj(provision);
    let level_mv = board.battery_mv().map_err(|_| Refusal::BatteryLow)?;
    if left_mj(&provision.battery, level_mv) < needed_mj { Err(Refusal::BatteryLow) } else { Ok(()) }
}

/// To write the image and to boot it once.
fn update_mj(provision: &Provision, left: Left) -> u64 {
    let Battery { erase_mj, sector_mj, boot_mj, .. } = provision.battery;
    let times = |count: u32, each_mj: u16| u64::from(count) * u64::from(each_mj);
    times(left.to_erase, erase_mj) + times(left.to_write, sector_mj) + u64::from(boot_mj)
}

/// For the attempts of a trial that fails, and to boot the old image.
fn revert_mj(provision: &Provision) -> u64 {
    if !provision.features.has(Feature::TrialBoot) {
        return 0;
    }
    (u64::from(provision.trial_attempts) + 1) * u64::from(provision.battery.boot_mj)
}

/// The energy that is left at this voltage: in proportion between empty and full, which is less than
/// the truth for the flat middle of most batteries.
fn left_mj(battery: &Battery, level_mv: u16) -> u64 {
    let span_mv = u64::from(battery.full_mv.saturating_sub(battery.empty_mv)).max(1);
    let above_mv = u64::from(level_mv.saturating_sub(battery.empty_mv)).min(span_mv);
    u64::from(battery.capacity_mj) * above_mv / span_mv
}

#[cfg(test)]
mod tests {
    use super::*;
    use board::BoardError;
    use menu::{Features, Lifecycle, MAX_ANCHORS};

    struct Gauge(Result<u16, BoardError>);

    impl Board for Gauge {
        fn battery_mv(&mut self) -> Result<u16, BoardError> {
            self.0
        }
    }

    /// 10 mJ per millivolt between 3 and 4.2 V.
    fn provision(features: Features) -> Provision {
        Provision {
            lifecycle: Lifecycle::Lab,
            trial_attempts: 2,
            features,
            vendor: [0; 16],
            class: [0; 16],
            watchdog_ms: 0,
            trial_ms: 0,
            anchors: [None; MAX_ANCHORS],
            battery: Battery {
                empty_mv: 3_000,
                full_mv: 4_200,
                capacity_mj: 12_000,
                erase_mj: 5,
                sector_mj: 15,
                boot_mj: 100,
            },
        }
    }

    fn carries(level: Result<u16, BoardError>, features: Features) -> bool {
        must_carry(&mut Gauge(level), &provision(features), Left { to_erase: 10, to_write: 10 }).is_ok()
    }

    #[test]
    fn the_battery_carries_the_update_and_the_way_back_or_nothing_begins() {
        let trial = Features::NONE.with(Feature::TrialBoot);
        // 10 sectors and a boot, then two boots of the trial and one of the old image: 600 mJ.
        assert!(!carries(Ok(3_059), trial));
        assert!(carries(Ok(3_060), trial));
        assert!(!carries(Ok(3_029), Features::NONE));
        assert!(carries(Ok(3_030), Features::NONE));
    }

    #[test]
    fn what_is_erased_already_is_not_asked_for_again() {
        let left = Left { to_erase: 0, to_write: 10 };
        // 150 mJ to write them, 100 to boot.
        assert!(must_carry(&mut Gauge(Ok(3_025)), &provision(Features::NONE), left).is_ok());
        assert!(must_carry(&mut Gauge(Ok(3_024)), &provision(Features::NONE), left).is_err());
    }

    #[test]
    fn a_battery_that_cannot_be_read_carries_nothing() {
        assert!(!carries(Err(BoardError::Absent), Features::NONE));
        assert!(!carries(Err(BoardError::Silent), Features::NONE));
    }

    #[test]
    fn voltages_outside_of_the_battery_are_its_ends() {
        let battery = provision(Features::NONE).battery;
        assert_eq!(left_mj(&battery, 0), 0);
        assert_eq!(left_mj(&battery, u16::MAX), 12_000);
        assert_eq!(left_mj(&Battery::default(), 4_000), 0);
    }
}
