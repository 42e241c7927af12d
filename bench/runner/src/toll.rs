//! What work takes on the device of a scenario: the figures of data sheets, always their worse end.
//!
//! The figures are those of the energy model that a manufacturer provisions a device by, so a device whose
//! estimate is lower than what they come to is caught. What a battery check is for is the bad day: a worn
//! flash, a weak radio, a processor that waits for its memory.

use measure::energy::{self, CORTEX_M4, Figures, SENSOR, Work};
use rig::{Device, Effort, Toll};
use scenario::model::RigAct;

use crate::trouble::Trouble;

/// To join its network again a device listens for so long, in milliseconds: an assumption.
const JOIN_MS: u64 = 15_000;

/// Lets work take something from this act on, if it is one that does. `before` says whether it did already:
/// to charge a battery does not make a slow processor a fast one.
pub(crate) fn begin(device: &mut dyn Device, act: RigAct, before: Counting) -> Result<Counting, Trouble> {
    let toll = match (act, before) {
        (RigAct::Clock { mhz }, _) => toll(f64::from(mhz) * 1e6),
        (RigAct::Charge { .. }, Counting::NotYet) => toll(SENSOR.core.clock_hz),
        (RigAct::Charge { .. }, Counting::Begun) | (RigAct::Battery { .. } | RigAct::Button(_), _) => {
            return Ok(before);
        }
    };
    device.set_toll(toll)?;
    Ok(Counting::Begun)
}

/// Whether work takes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counting {
    NotYet,
    Begun,
}

/// What the rig has counted, for the record.
pub(crate) fn spent(device: &mut dyn Device) -> Result<record::Spent, Trouble> {
    let (spent, left_mj) = device.spent()?;
    let rig::Spent { erases, programs, verifications, hashed_bytes, starts, link_bytes, .. } = spent;
    let rig::Spent { energy_uj, busy_us, longest_us, .. } = spent;
    Ok(record::Spent {
        erases,
        programs,
        verifications,
        hashed_bytes,
        starts,
        link_bytes,
        energy_uj,
        left_mj,
        busy_us,
        longest_us,
    })
}

/// What work takes of a sensor whose processor has this clock.
fn toll(clock_hz: f64) -> Toll {
    let figures = Figures { core: energy::Core { clock_hz, ..SENSOR.core }, ..SENSOR };
    let effort = |work: Work| Effort {
        ns: (energy::time_ms(&work, &figures).high * 1e6).ceil() as u64,
        nj: (energy::estimate(&work, &figures).mj.high * 1e6).ceil() as u64,
    };
    // So many bytes at a time, because a single one takes a fraction of an instruction's time.
    const BLOCK: u64 = 1 << 20;
    let hash = effort(Work { instructions: (CORTEX_M4.hash_per_byte * BLOCK as f64) as u64, ..Work::default() });
    let link = effort(Work { link_bytes: BLOCK, ..Work::default() });
    let listening_mw = figures.link.current_ma.high * figures.supply_v;
    Toll {
        erase: effort(Work { sectors: 1, ..Work::default() }),
        program: effort(Work { pages: 1, ..Work::default() }),
        verify: effort(Work { instructions: CORTEX_M4.verify, ..Work::default() }),
        hash_byte: Effort { ns: hash.ns.div_ceil(BLOCK), nj: hash.nj.div_ceil(BLOCK) },
        // The processor is free while the radio listens, so neither keeps it from the watchdog.
        start: Effort { ns: 0, nj: (listening_mw * JOIN_MS as f64 * 1e3).ceil() as u64 },
        link_byte: Effort { ns: 0, nj: link.nj.div_ceil(BLOCK) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_takes_what_the_data_sheets_say_at_worst() {
        let toll = toll(SENSOR.core.clock_hz);
        // 400 ms at 15 mA and 3 V.
        assert_eq!(toll.erase, Effort { ns: 400_000_000, nj: 18_000_000 });
        assert_eq!(toll.program, Effort { ns: 2_000_000, nj: 90_000 });
        // 13.3 million instructions of two cycles at 64 MHz.
        assert!((414_000_000..416_000_000).contains(&toll.verify.ns), "{:?}", toll.verify);
        // 67 instructions of two cycles.
        assert!((2_080..2_100).contains(&toll.hash_byte.ns), "{:?}", toll.hash_byte);
        // 80 us at 25.8 mW for a byte; 15 s of that to join the network.
        assert!((2_060..2_070).contains(&toll.link_byte.nj), "{:?}", toll.link_byte);
        assert_eq!(toll.start, Effort { ns: 0, nj: 387_000_000 });
    }

    #[test]
    fn a_slower_clock_takes_longer_to_compute_and_as_long_to_erase() {
        let (fast, slow) = (toll(64e6), toll(16e6));
        assert!(slow.verify.ns.abs_diff(4 * fast.verify.ns) < 8);
        assert_eq!(slow.erase, fast.erase);
    }
}
