//! What a device has to spend on a verification and on an update, and whether the figures stay inside.
//!
//! A count alone bears out nothing: it has to be compared with the watchdog that waits, the memory that is
//! there and the energy that the manufacturer has provisioned for it. All three can be exceeded.

use measure::energy::{self, Costs, SENSOR, Work};
use menu::Battery;
use scenario::Profile;
use serde_json::Value;

use super::{Standing, count_of, text};

/// The profile for devices that run from a battery.
const PORTABLE: &[u8] = include_bytes!("../../../firmware/profiles/portable.toml");
/// The first stage's memory on the AST1030, its stack included, by the chip's map.
const FIRST_STAGE_RAM_BYTES: u64 = 0x8000;
/// The image that an update is estimated for.
const IMAGE_BYTES: u64 = 128 << 10;
/// What agent and first stage compute.
const COMPUTED: [&str; 2] = ["p256-verify", "sha256"];

/// The profile that the figures are compared with.
pub(super) fn profile() -> Result<Profile, String> {
    scenario::parse_profile("portable.toml", PORTABLE).map_err(|problems| problems.to_string())
}

/// Whether the longest verification is over before the watchdog bites, and fits the memory there is.
pub(super) fn verification(counts: &[Value], profile: &Profile) -> (Standing, String) {
    let longest = counts.iter().filter(|entry| entry["operation"] == "p256-verify");
    let Some(instructions) = longest.filter_map(|entry| entry["count"]["value"].as_u64()).max() else {
        return (Standing::NotBorneOut, "no verification was counted".to_owned());
    };
    let stacks = counts.iter().filter(|entry| COMPUTED.contains(&text(&entry["operation"])));
    let stacks: Option<Vec<u64>> = stacks.map(|entry| entry["stack_bytes"].as_u64()).collect();
    let Some(stack_bytes) = stacks.and_then(|stacks| stacks.into_iter().max()) else {
        return (Standing::NotBorneOut, "its stack was not measured".to_owned());
    };
    let ms = energy::time_ms(&Work { instructions, ..Work::default() }, &SENSOR).high;
    let fits = ms < f64::from(profile.watchdog_ms) && stack_bytes < FIRST_STAGE_RAM_BYTES;
    let saw = format!(
        "the longest P-256 verification takes {instructions} instructions, estimated at {ms:.0} ms where the watchdog \
         waits {} ms, and {stack_bytes} of {FIRST_STAGE_RAM_BYTES} bytes of memory as stack",
        profile.watchdog_ms
    );
    (if fits { Standing::Evidenced } else { Standing::NotBorneOut }, saw)
}

/// Whether the profile provisions at least what an update is estimated to take at worst. To join a network
/// again is in the profile's figure and not in the model's, which only makes the model the milder judge.
pub(super) fn update(counts: &[Value], profile: &Profile) -> (Standing, String) {
    let (Some(verify), Some(hash)) = (count_of(counts, "p256-verify", 64), count_of(counts, "sha256", IMAGE_BYTES))
    else {
        return (Standing::NotBorneOut, "verification and hash were not both counted".to_owned());
    };
    let costs = Costs { verify, hash_per_byte: hash as f64 / IMAGE_BYTES as f64 };
    let estimated = energy::estimate(&energy::update(&SENSOR, &costs, IMAGE_BYTES, 2), &SENSOR);
    let boot = energy::estimate(&energy::boot(&costs, IMAGE_BYTES), &SENSOR);
    let provisioned_mj = provisioned_mj(&profile.battery);
    let covers = estimated.mj.high <= provisioned_mj as f64;
    let saw = format!(
        "an update of 128 KiB takes {estimated}, one boot's verification {boot}; the profile `{}` provisions \
         {provisioned_mj} mJ",
        profile.name
    );
    (if covers { Standing::Evidenced } else { Standing::NotBorneOut }, saw)
}

/// What the battery check of this profile asks for before it lets such an update begin, without the revert.
fn provisioned_mj(battery: &Battery) -> u64 {
    let sectors = 1 + IMAGE_BYTES.div_ceil(SENSOR.flash.sector_bytes);
    sectors * (u64::from(battery.erase_mj) + u64::from(battery.sector_mj)) + u64::from(battery.boot_mj)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn entry(operation: &str, size_bytes: u64, count: u64, stack_bytes: u64) -> Value {
        let count = json!({ "value": count, "runs": 2 });
        json!({ "operation": operation, "size_bytes": size_bytes, "count": count, "stack_bytes": stack_bytes })
    }

    /// As counted on the AST1030.
    fn counts() -> Vec<Value> {
        vec![
            entry("sha256", IMAGE_BYTES, 8_753_760, 516),
            entry("p256-verify", 64, 13_277_755, 5_944),
            entry("p256-verify", IMAGE_BYTES, 22_057_810, 5_944),
        ]
    }

    fn bundled() -> Profile {
        profile().expect("the bundled profile is sound")
    }

    #[test]
    fn the_firmware_as_it_is_stays_inside() {
        assert_eq!(verification(&counts(), &bundled()).0, Standing::Evidenced);
        assert_eq!(update(&counts(), &bundled()).0, Standing::Evidenced);
    }

    #[test]
    fn a_verification_that_outlasts_the_watchdog_is_not_borne_out() {
        let impatient = Profile { watchdog_ms: 600, ..bundled() };
        assert_eq!(verification(&counts(), &impatient).0, Standing::NotBorneOut);
        let slow = [counts(), vec![entry("p256-verify", 1 << 20, 70_000_000, 5_944)]].concat();
        assert_eq!(verification(&slow, &bundled()).0, Standing::NotBorneOut);
    }

    #[test]
    fn a_verification_that_exhausts_the_memory_is_not_borne_out() {
        let hungry = [counts(), vec![entry("p256-verify", 64, 1, FIRST_STAGE_RAM_BYTES)]].concat();
        assert_eq!(verification(&hungry, &bundled()).0, Standing::NotBorneOut);
        // What the firmware does not compute may be as hungry as it likes.
        let other = [counts(), vec![entry("mldsa87-verify", 64, 1, 240_852)]].concat();
        assert_eq!(verification(&other, &bundled()).0, Standing::Evidenced);
    }

    #[test]
    fn what_was_not_counted_is_not_borne_out() {
        assert_eq!(verification(&[], &bundled()).0, Standing::NotBorneOut);
        let unpainted = json!({ "operation": "p256-verify", "size_bytes": 64, "count": { "value": 1, "runs": 2 } });
        assert_eq!(verification(&[unpainted], &bundled()).0, Standing::NotBorneOut);
        assert_eq!(update(&counts()[1..], &bundled()).0, Standing::NotBorneOut);
    }

    #[test]
    fn an_estimate_below_what_an_update_takes_is_not_borne_out() {
        let battery = Battery { erase_mj: 10, sector_mj: 5, boot_mj: 100, ..bundled().battery };
        let (standing, saw) = update(&counts(), &Profile { battery, ..bundled() });
        assert_eq!(standing, Standing::NotBorneOut, "{saw}");
    }
}
