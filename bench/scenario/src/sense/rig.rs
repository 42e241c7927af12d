//! What the rig does to the device: the quantities.
//!
//! A quantity is written with its unit, as everywhere in the notation, so that nobody has to look up
//! what a bare number means.

use crate::model::RigAct;
use crate::problem::{Problem, Problems};
use crate::read::Text;
use crate::text::quoted;

/// The battery at a voltage such as `3050mV`.
pub(super) fn battery(text: &Text, problems: &mut Problems) -> Option<RigAct> {
    let written = text.get_ref().as_str();
    let digits = written.strip_suffix("mV").filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(level_mv) = digits.and_then(|digits| digits.parse().ok()) else {
        let problem = Problem::at(text.span(), format!("{} is no voltage of a battery", quoted(written)));
        problems.add(problem.help("write whole millivolts up to 65535, such as \"3050mV\""));
        return None;
    };
    Some(RigAct::Battery { level_mv })
}
