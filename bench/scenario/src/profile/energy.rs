//! Battery and consumption of a device, as its profile states them.
//!
//! They come together or not at all: an estimate that lacks one of its figures is none.

use menu::{Battery, Feature, Features};

use super::Setting;
use crate::problem::{Problem, Problems};
use crate::read::{Keys, Number, number};

/// The six figures by keys and types.
pub(super) struct Shape {
    empty_mv: Option<Number>,
    full_mv: Option<Number>,
    capacity_mj: Option<Number>,
    erase_mj: Option<Number>,
    sector_mj: Option<Number>,
    boot_mj: Option<Number>,
}

const EMPTY: Setting = setting("battery-empty-mv", u16::MAX as u32, 3_000);
const FULL: Setting = setting("battery-full-mv", u16::MAX as u32, 4_200);
const CAPACITY: Setting = setting("battery-mj", 1_000_000_000, 12_000);
const ERASE: Setting = setting("erase-mj", u16::MAX as u32, 20);
const SECTOR: Setting = setting("sector-mj", u16::MAX as u32, 12);
const BOOT: Setting = setting("boot-mj", u16::MAX as u32, 400);

const fn setting(key: &'static str, most: u32, usual: u32) -> Setting {
    Setting { key, feature: Feature::BatteryCheck, most, usual }
}

impl Shape {
    pub(super) fn take(keys: &mut Keys<'_, '_>) -> Self {
        Self {
            empty_mv: keys.take(EMPTY.key, number),
            full_mv: keys.take(FULL.key, number),
            capacity_mj: keys.take(CAPACITY.key, number),
            erase_mj: keys.take(ERASE.key, number),
            sector_mj: keys.take(SECTOR.key, number),
            boot_mj: keys.take(BOOT.key, number),
        }
    }

    pub(super) fn sense(&self, features: Option<Features>, problems: &mut Problems) -> Option<Battery> {
        let mut small = |setting: Setting, number: &Option<Number>| {
            setting.value(number.as_ref(), features, problems).map(|value| u16::try_from(value).ok())
        };
        let (empty_mv, full_mv) = (small(EMPTY, &self.empty_mv), small(FULL, &self.full_mv));
        let (erase_mj, sector_mj) = (small(ERASE, &self.erase_mj), small(SECTOR, &self.sector_mj));
        let boot_mj = small(BOOT, &self.boot_mj);
        let capacity_mj = CAPACITY.value(self.capacity_mj.as_ref(), features, problems);
        let battery = Battery {
            empty_mv: empty_mv??,
            full_mv: full_mv??,
            capacity_mj: capacity_mj?,
            erase_mj: erase_mj??,
            sector_mj: sector_mj??,
            boot_mj: boot_mj??,
        };
        if let Some(full) = self.full_mv.as_ref().filter(|_| battery.full_mv <= battery.empty_mv) {
            let problem = Problem::at(full.span(), "a full battery must have a higher voltage than an empty one");
            problems.add(problem);
            return None;
        }
        Some(battery)
    }
}
