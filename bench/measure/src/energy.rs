//! Counts into time and energy: what a verification, a boot or an update takes out of a battery.
//!
//! A count of instructions is exact, and everything after it is not: how many cycles an instruction
//! takes, how long a worn flash erases, how well the radio's link is. So each figure has a low and a
//! high end, the ends are carried through to the result, and a result says whether it is an estimate
//! or what a meter showed. A device's battery check has to be provisioned with the high end.

use std::fmt;
use std::ops::Add;

use serde::{Deserialize, Serialize};

/// A figure that is known to lie between two ends, both included.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// The least it can be.
    pub low: f64,
    /// The most it can be.
    pub high: f64,
}

/// What a device draws and how fast it is, with where the figures are from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Supply, in volts.
    pub supply_v: f64,
    /// The processor.
    pub core: Core,
    /// The flash that images lie in.
    pub flash: Flash,
    /// The line that updates come by.
    pub link: Link,
    /// Document and table of each figure.
    pub sources: &'static [&'static str],
}

/// A processor at work.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Core {
    /// Clock, in Hz.
    pub clock_hz: f64,
    /// Current while it computes, in mA.
    pub current_ma: f64,
    /// Cycles that an instruction takes.
    pub cycles_per_instruction: Span,
}

/// A flash chip at work.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Flash {
    /// Bytes that one erase clears.
    pub sector_bytes: u64,
    /// Bytes that one program operation reaches.
    pub page_bytes: u64,
    /// Time to erase one sector, in ms.
    pub erase_ms: Span,
    /// Time to program one page, in ms.
    pub program_ms: Span,
    /// Current while it does either, in mA.
    pub current_ma: Span,
}

/// A line at work.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Link {
    /// Bytes of payload in one second.
    pub bytes_per_s: Span,
    /// Current while it listens, in mA: with the processor asleep, and at work.
    pub current_ma: Span,
}

/// A sensor with a radio and an external flash: the device that the profile `portable` is for. The
/// bench's own boards are none, so this is an estimate for a class of devices and not for one of them.
///
/// Each source says whether the figure was read in the document itself (November 2026).
pub const SENSOR: Figures = Figures {
    supply_v: 3.0,
    core: Core { clock_hz: 64e6, current_ma: 3.3, cycles_per_instruction: Span { low: 1.0, high: 2.0 } },
    flash: Flash {
        sector_bytes: 4096,
        page_bytes: 256,
        erase_ms: Span { low: 25.0, high: 400.0 },
        program_ms: Span { low: 0.25, high: 2.0 },
        current_ma: Span { low: 15.0, high: 15.0 },
    },
    link: Link { bytes_per_s: Span { low: 12_500.0, high: 87_500.0 }, current_ma: Span { low: 6.26, high: 8.6 } },
    sources: &[
        "core, not read in its document: 52 uA/MHz running CoreMark from flash at 64 MHz, 3 V, DC/DC, is what others quote from the nRF52840's key features; the table `CPU running` of its Product Specification was not to be had",
        "cycles per instruction, read: Arm Cortex-M4 Technical Reference Manual (100166_0001_00), table 3-1: most take 1, loads 2, taken branches 2 to 4, without wait states; the average of 1 to 2 is an assumption, not a count",
        "flash, read: Microchip, 3 V serial quad I/O flash of 166 MHz with sectors of 4 KiB (online document GUID-EF5727DA-42CC-4107-8984-4D8EAF42FF5D), Features Overview: sector erase 25 ms typical, 400 ms at most; page program 0.25 and 2 ms; section 6.3, IDDW: 15 mA at most while it does either, no typical one given",
        "link, read: nRF52840 Product Specification, Current consumption, electrical specification: IRADIO_RX0 6.26 mA receiving with the processor asleep, IS1 8.6 mA with it at work, 1 Mbit/s, DC/DC; 100 to 700 kbit/s of payload are an assumption",
    ],
};

/// What cryptography costs on a Cortex-M4, as counted on the emulated AST1030 (`bench/README.md`).
pub const CORTEX_M4: Costs = Costs { verify: 13_277_755, hash_per_byte: 66.8 };

/// What is done, in counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Instructions of the processor.
    pub instructions: u64,
    /// Sectors erased.
    pub sectors: u64,
    /// Pages programmed.
    pub pages: u64,
    /// Bytes that come over the line.
    pub link_bytes: u64,
}

impl Add for Work {
    type Output = Self;

    fn add(self, more: Self) -> Self {
        Self {
            instructions: self.instructions + more.instructions,
            sectors: self.sectors + more.sectors,
            pages: self.pages + more.pages,
            link_bytes: self.link_bytes + more.link_bytes,
        }
    }
}

/// What cryptography costs on a chip, as counted there.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Costs {
    /// Instructions to verify one signature over a short message.
    pub verify: u64,
    /// Instructions to hash one more byte.
    pub hash_per_byte: f64,
}

impl Costs {
    fn hash(&self, size_bytes: u64, passes: u32) -> u64 {
        (size_bytes as f64 * self.hash_per_byte * f64::from(passes)).ceil() as u64
    }
}

/// To receive, erase, program and hash one sector; `passes` is how often its bytes are hashed: once
/// as they arrive, once more where the flash is read back.
pub fn sector(figures: &Figures, costs: &Costs, passes: u32) -> Work {
    let size_bytes = figures.flash.sector_bytes;
    let pages = size_bytes.div_ceil(figures.flash.page_bytes);
    Work { instructions: costs.hash(size_bytes, passes), sectors: 1, pages, link_bytes: size_bytes }
}

/// To boot: the first stage verifies one signature and hashes the image once.
pub fn boot(costs: &Costs, image_bytes: u64) -> Work {
    Work { instructions: costs.verify + costs.hash(image_bytes, 1), ..Work::default() }
}

/// A whole update: its head is verified, every sector is written, and the new image boots.
pub fn update(figures: &Figures, costs: &Costs, image_bytes: u64, passes: u32) -> Work {
    let one = sector(figures, costs, passes);
    let count = image_bytes.div_ceil(figures.flash.sector_bytes);
    let sectors = Work {
        instructions: one.instructions * count,
        sectors: count,
        pages: one.pages * count,
        link_bytes: one.link_bytes * count,
    };
    Work { instructions: costs.verify, ..Work::default() } + sectors + boot(costs, image_bytes)
}

/// Whether a figure was computed or seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Counts times figures of data sheets.
    Estimated,
    /// A meter on a device.
    Measured,
}

/// Energy in millijoules.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Energy {
    /// Between these ends.
    pub mj: Span,
    /// How it is known.
    pub basis: Basis,
}

impl fmt::Display for Energy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let basis = match self.basis {
            Basis::Estimated => "estimated",
            Basis::Measured => "measured",
        };
        write!(f, "{} to {} mJ, {basis}", short(self.mj.low), short(self.mj.high))
    }
}

/// Two digits where they matter.
fn short(value: f64) -> String {
    let digits = if value < 1.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.digits$}")
}

/// How long the work takes, in milliseconds; nothing overlaps.
pub fn time_ms(work: &Work, figures: &Figures) -> Span {
    let parts = parts(work, figures);
    Span { low: parts.iter().map(|part| part.ms.low).sum(), high: parts.iter().map(|part| part.ms.high).sum() }
}

/// How much energy the work takes, by data sheets.
pub fn estimate(work: &Work, figures: &Figures) -> Energy {
    let mj = |ms: f64, ma: f64| ms * ma * figures.supply_v / 1000.0;
    let parts = parts(work, figures);
    let low = parts.iter().map(|part| mj(part.ms.low, part.ma.low)).sum();
    let high = parts.iter().map(|part| mj(part.ms.high, part.ma.high)).sum();
    Energy { mj: Span { low, high }, basis: Basis::Estimated }
}

/// One consumer: so long, at so much current.
struct Part {
    ms: Span,
    ma: Span,
}

fn parts(work: &Work, figures: &Figures) -> [Part; 4] {
    let Figures { core, flash, link, .. } = figures;
    let times = |count: u64, each: Span| Span { low: count as f64 * each.low, high: count as f64 * each.high };
    let always = |value: f64| Span { low: value, high: value };
    let cycle_ms = 1000.0 / core.clock_hz;
    let instruction_ms =
        Span { low: core.cycles_per_instruction.low * cycle_ms, high: core.cycles_per_instruction.high * cycle_ms };
    // The faster the link, the shorter the time: the ends change places.
    let byte_ms = Span { low: 1000.0 / link.bytes_per_s.high, high: 1000.0 / link.bytes_per_s.low };
    [
        Part { ms: times(work.instructions, instruction_ms), ma: always(core.current_ma) },
        Part { ms: times(work.sectors, flash.erase_ms), ma: flash.current_ma },
        Part { ms: times(work.pages, flash.program_ms), ma: flash.current_ma },
        Part { ms: times(work.link_bytes, byte_ms), ma: link.current_ma },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(seen: f64, expected: f64) -> bool {
        (seen - expected).abs() < 0.001 * expected
    }

    #[test]
    fn a_verification_is_the_one_worked_out_by_hand() {
        let work = Work { instructions: 64_000_000, ..Work::default() };
        // One to two seconds at 3.3 mA and 3 V.
        let energy = estimate(&work, &SENSOR);
        assert!(near(energy.mj.low, 9.9), "{energy}");
        assert!(near(energy.mj.high, 19.8), "{energy}");
        assert_eq!(energy.to_string(), "9.9 to 19.8 mJ, estimated");
        assert!(near(time_ms(&work, &SENSOR).high, 2000.0));
    }

    #[test]
    fn erasing_dominates_a_sector_and_not_its_hash() {
        let all = estimate(&sector(&SENSOR, &CORTEX_M4, 2), &SENSOR).mj;
        let erase = estimate(&Work { sectors: 1, ..Work::default() }, &SENSOR).mj;
        let hash = estimate(&Work { instructions: 547_226, ..Work::default() }, &SENSOR).mj;
        assert!(erase.high > 0.6 * all.high, "{erase:?} of {all:?}");
        assert!(hash.high < 0.02 * all.high, "{hash:?} of {all:?}");
    }

    #[test]
    fn an_update_is_its_sectors_two_verifications_and_a_boot() {
        let bytes = 10 * 4096;
        let whole = update(&SENSOR, &CORTEX_M4, bytes, 2);
        assert_eq!((whole.sectors, whole.pages, whole.link_bytes), (10, 160, bytes));
        let parts = 2 * CORTEX_M4.verify + 10 * sector(&SENSOR, &CORTEX_M4, 2).instructions;
        assert_eq!(whole.instructions, parts + CORTEX_M4.hash(bytes, 1));
    }

    #[test]
    fn a_larger_image_never_takes_less() {
        let of = |bytes| estimate(&update(&SENSOR, &CORTEX_M4, bytes, 2), &SENSOR).mj;
        for (less, more) in [(0, 1), (4096, 4097), (100_000, 200_000)] {
            assert!(of(less).high < of(more).high);
            assert!(of(less).low < of(more).low);
        }
    }

    #[test]
    fn the_ends_never_change_places() {
        for bytes in [0, 1, 4096, 1 << 20] {
            let energy = estimate(&update(&SENSOR, &CORTEX_M4, bytes, 1), &SENSOR).mj;
            assert!(energy.low <= energy.high, "{bytes}: {energy:?}");
        }
    }
}
