//! Reasons not to trust a measurement, each with what to do about it.
//!
//! A number looks equally solid whether the machine was idle or compiling a browser. The samples
//! know, and so does the operating system; what they say is turned into sentences here, so that a
//! doubtful figure is never printed bare.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::pair::Pair;
use crate::summary::Summary;

/// From where on samples are doubted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Fewer pairs than this are too few.
    pub pairs: usize,
    /// A sample this many robust deviations away from the median is an outlier.
    pub outlier_deviations: f64,
    /// So many outliers are borne by a median without a word: a share, 0.1 is one in ten.
    pub outlier_share: f64,
    /// A second half this much slower or faster than the first is drift: a share, 0.05 is 5 %.
    pub drift: f64,
    /// A robust deviation beyond this share of the median is a wide spread.
    pub spread: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { pairs: 8, outlier_deviations: 10.0, outlier_share: 0.1, drift: 0.05, spread: 0.10 }
    }
}

/// What the operating system says about the machine; what it does not say is `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// Frequency governor of the first core.
    pub governor: Option<String>,
    /// Whether the processor may raise its clock for short times.
    pub turbo: Option<Turbo>,
    /// Mean number of runnable tasks over the last minute.
    pub load: Option<f64>,
    /// Cores there are.
    pub cores: Option<usize>,
    /// Name of the hypervisor the machine runs on.
    pub hypervisor: Option<String>,
}

/// Whether the processor may raise its clock for short times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Turbo {
    /// It may.
    On,
    /// It may not.
    Off,
}

/// A reason not to trust a measurement. Shown, it says what to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Warning {
    /// Too few pairs.
    TooFew {
        /// Pairs there are.
        have: usize,
        /// Pairs wanted.
        want: usize,
    },
    /// Some ratios lie far from the others.
    Outliers {
        /// How many.
        outliers: usize,
        /// Out of how many.
        pairs: usize,
    },
    /// The ratio changed between the first and the second half.
    Drift {
        /// The second half's median over the first's, less 1.
        change: f64,
    },
    /// The ratios spread widely.
    Spread {
        /// Robust deviation as a share of the median.
        share: f64,
    },
    /// The governor does not hold the clock.
    Governor {
        /// Its name.
        name: String,
    },
    /// The processor may raise its clock for short times.
    Turbo,
    /// Other programs want the cores too.
    Load {
        /// Mean number of runnable tasks over the last minute.
        load: f64,
        /// Cores there are.
        cores: usize,
    },
    /// The cores belong to a hypervisor.
    Hypervisor {
        /// Its name.
        name: String,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew { have, want } => {
                write!(f, "only {have} pairs, {want} are wanted: allow a longer measurement time")
            }
            Self::Outliers { outliers, pairs } => write!(
                f,
                "{outliers} of {pairs} ratios lie far from the others: something else ran; the median bears it, \
                 but repeat on a quiet machine before quoting the figure"
            ),
            Self::Drift { change } => write!(
                f,
                "the ratio moved by {:+.1} % between the first and the second half: let the machine settle \
                 (heat, caches, a build that ends) and repeat",
                change * 100.0
            ),
            Self::Spread { share } => write!(
                f,
                "the ratios spread by {:.1} %: pin the bench to a core, close other programs, or measure longer",
                share * 100.0
            ),
            Self::Governor { name } => write!(
                f,
                "the frequency governor is `{name}`: switch to `performance` \
                 (cpupower frequency-set -g performance) and repeat"
            ),
            Self::Turbo => {
                write!(
                    f,
                    "the processor may raise its clock for short times: switch turbo off for steady absolute times"
                )
            }
            Self::Load { load, cores } => write!(
                f,
                "load {load:.1} on {cores} cores: others want them too; ratios of alternating pairs bear that, \
                 absolute times are upper bounds. Wait until the machine is idle"
            ),
            Self::Hypervisor { name } => write!(
                f,
                "a virtual machine ({name}): its cores may be taken away unseen; quote ratios, not absolute times, \
                 or repeat on bare metal"
            ),
        }
    }
}

/// Looks for reasons to doubt the ratios of these pairs.
pub fn about_pairs(pairs: &[Pair], limits: Limits) -> Vec<Warning> {
    let ratios: Vec<f64> = pairs.iter().map(|pair| pair.ratio()).collect();
    let mut warnings = Vec::new();
    if pairs.len() < limits.pairs {
        warnings.push(Warning::TooFew { have: pairs.len(), want: limits.pairs });
    }
    let Some(summary) = Summary::of(&ratios) else { return warnings };
    let deviation = summary.robust_deviation();
    // Ratios that hardly differ make every deviation look enormous; one percent is nobody's outlier.
    let distance = (deviation * limits.outlier_deviations).max(summary.median * 0.01);
    let outliers = ratios.iter().filter(|ratio| (*ratio - summary.median).abs() > distance).count();
    if outliers as f64 > limits.outlier_share * ratios.len() as f64 {
        warnings.push(Warning::Outliers { outliers, pairs: ratios.len() });
    }
    warnings.extend(drift(&ratios, limits.drift));
    if summary.relative_spread() > limits.spread {
        warnings.push(Warning::Spread { share: summary.relative_spread() });
    }
    warnings
}

/// Compares the halves. A change within the noise of two medians is no drift.
fn drift(ratios: &[f64], limit: f64) -> Option<Warning> {
    let (first, second) = ratios.split_at(ratios.len() / 2);
    let (first, second) = (Summary::of(first)?, Summary::of(second)?);
    let change = second.median / first.median - 1.0;
    // A median of n normal samples has the standard error 1.253 σ/√n. Each half has a σ of its own:
    // that of all samples would contain the drift and hide it.
    let error = |half: &Summary| 1.253 * half.robust_deviation() / (half.count as f64).sqrt();
    let noise = error(&first).hypot(error(&second));
    let beyond_noise = (second.median - first.median).abs() > 3.0 * noise;
    (change.abs() > limit && beyond_noise).then_some(Warning::Drift { change })
}

/// Looks for reasons to doubt this machine.
pub fn about_machine(machine: &Machine) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if let Some(name) = machine.governor.as_deref().filter(|name| *name != "performance") {
        warnings.push(Warning::Governor { name: name.to_owned() });
    }
    match machine.turbo {
        Some(Turbo::On) => warnings.push(Warning::Turbo),
        Some(Turbo::Off) | None => {}
    }
    if let (Some(load), Some(cores)) = (machine.load, machine.cores)
        && load > 0.5 * cores as f64
    {
        warnings.push(Warning::Load { load, cores });
    }
    if let Some(name) = &machine.hypervisor {
        warnings.push(Warning::Hypervisor { name: name.clone() });
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(ratios: &[f64]) -> Vec<Pair> {
        ratios.iter().map(|ratio| Pair { baseline: *ratio, contender: 1.0 }).collect()
    }

    const QUIET: [f64; 10] = [4.0, 4.01, 3.99, 4.02, 3.98, 4.0, 4.01, 3.99, 4.0, 4.0];

    #[test]
    fn quiet_samples_raise_no_warning() {
        assert_eq!(about_pairs(&pairs(&QUIET), Limits::default()), []);
    }

    #[test]
    fn samples_that_never_differ_raise_no_warning() {
        assert_eq!(about_pairs(&pairs(&[2.0; 10]), Limits::default()), []);
    }

    #[test]
    fn few_samples_are_too_few() {
        let warnings = about_pairs(&pairs(&QUIET[..3]), Limits::default());
        assert_eq!(warnings, [Warning::TooFew { have: 3, want: 8 }]);
        assert_eq!(about_pairs(&[], Limits::default()), [Warning::TooFew { have: 0, want: 8 }]);
    }

    #[test]
    fn interrupted_samples_are_outliers_once_they_are_many() {
        let mut ratios = QUIET;
        ratios[4] = 9.0;
        assert_eq!(about_pairs(&pairs(&ratios), Limits::default()), []);
        ratios[7] = 9.0;
        let warnings = about_pairs(&pairs(&ratios), Limits::default());
        assert_eq!(warnings, [Warning::Outliers { outliers: 2, pairs: 10 }]);
    }

    #[test]
    fn a_machine_that_heats_up_drifts() {
        let mut ratios = QUIET;
        for ratio in &mut ratios[5..] {
            *ratio *= 0.9;
        }
        let warnings = about_pairs(&pairs(&ratios), Limits { spread: 1.0, ..Limits::default() });
        assert!(
            matches!(warnings.as_slice(), [Warning::Drift { change }] if (change + 0.1).abs() < 0.01),
            "{warnings:?}"
        );
    }

    #[test]
    fn noise_is_spread_and_not_drift() {
        let noisy = [1.0, 2.0, 3.0, 1.5, 2.5, 1.1, 2.9, 1.4, 2.2, 1.9];
        let warnings = about_pairs(&pairs(&noisy), Limits::default());
        assert!(matches!(warnings.as_slice(), [Warning::Spread { .. }]), "{warnings:?}");
    }

    #[test]
    fn a_machine_in_order_raises_no_warning() {
        let machine = Machine {
            governor: Some("performance".into()),
            turbo: Some(Turbo::Off),
            load: Some(0.1),
            cores: Some(2),
            hypervisor: None,
        };
        assert_eq!(about_machine(&machine), []);
        assert_eq!(about_machine(&Machine::default()), []);
    }

    #[test]
    fn every_doubt_about_a_machine_is_said_with_its_remedy() {
        let machine = Machine {
            governor: Some("powersave".into()),
            turbo: Some(Turbo::On),
            load: Some(3.0),
            cores: Some(2),
            hypervisor: Some("KVM".into()),
        };
        let said: Vec<String> = about_machine(&machine).iter().map(ToString::to_string).collect();
        for (warning, remedy) in said.iter().zip(["cpupower", "switch turbo off", "Wait until", "bare metal"]) {
            assert!(warning.contains(remedy), "{warning}");
        }
        assert_eq!(said.len(), 4);
    }
}
