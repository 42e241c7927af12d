//! What the operating system tells about the machine, so that figures come with their doubts.
//!
//! Everything here is optional: a system that does not tell leaves a gap, and no warning.

use std::fs;
use std::thread;

use measure::{Machine, Turbo};

/// Asks the operating system.
pub fn this_machine() -> Machine {
    Machine {
        governor: line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        turbo: turbo(),
        load: line("/proc/loadavg").and_then(|line| line.split_whitespace().next()?.parse().ok()),
        cores: thread::available_parallelism().ok().map(usize::from),
        hypervisor: hypervisor(),
    }
}

/// Name of the processor, or of its architecture where the system does not tell.
pub fn processor() -> String {
    named_in_cpuinfo("model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

fn turbo() -> Option<Turbo> {
    let forbidden = line("/sys/devices/system/cpu/intel_pstate/no_turbo").map(|line| line == "1");
    let allowed = line("/sys/devices/system/cpu/cpufreq/boost").map(|line| line == "1");
    let on = forbidden.map(|forbidden| !forbidden).or(allowed)?;
    Some(if on { Turbo::On } else { Turbo::Off })
}

/// The processor says that it is a guest; who the host is, the firmware's tables may say.
fn hypervisor() -> Option<String> {
    let flags = named_in_cpuinfo("flags")?;
    flags.split_whitespace().find(|flag| *flag == "hypervisor")?;
    Some(
        line("/sys/class/dmi/id/sys_vendor")
            .filter(|vendor| !vendor.is_empty())
            .unwrap_or_else(|| "unnamed".to_owned()),
    )
}

fn named_in_cpuinfo(name: &str) -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn line(path: &str) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.trim().to_owned())
}
