//! What cryptography costs a device of each profile: one update, and then every boot.
//!
//! The counts are of single operations on a chip; how often a profile has them done follows from its
//! features, as the firmware has them. Other work of an update is not in here, and flash and radio are not
//! counted in instructions.

use std::path::Path;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{short, text, theme};
use crate::BenchError;

/// What a profile has done for it.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileCost {
    /// The profile's name.
    pub profile: String,
    /// Instructions of one update, until the image is activated.
    pub update: f64,
    /// Instructions of every boot after it.
    pub boot: f64,
}

/// What one operation takes on a chip, in instructions.
#[derive(Clone, Copy, Debug)]
pub struct Unit {
    /// To verify a signature over a short message.
    pub verify: f64,
    /// To hash a whole image.
    pub hash: f64,
}

impl ProfileCost {
    /// The cost of a profile with these features, by name.
    ///
    /// The image is hashed as it arrives in any case. A signature is verified once in an update, and flash
    /// is read back and hashed once more where the profile re-verifies; a first stage that verifies does
    /// both at every boot.
    pub fn of(profile: &str, features: &[&str], unit: Unit) -> Self {
        let has = |feature: &str| if features.contains(&feature) { 1.0 } else { 0.0 };
        let update = unit.hash + has("signature") * unit.verify + has("re-verify") * unit.hash;
        let boot = has("boot-verify") * (unit.verify + unit.hash);
        Self { profile: profile.to_owned(), update, boot }
    }
}

const ROW: i32 = 64;
const NAMES: i32 = 110;
const WIDTH: i32 = 1000;
const HEAD: i32 = 84;
const BAR: i32 = 22;
/// Room for the figure at the end of a bar.
const FIGURE: i32 = 90;

/// Draws two bars for each profile: one update, one boot.
///
/// # Errors
/// There is nothing to draw, or the file cannot be written.
pub fn cost_per_profile(costs: &[ProfileCost], caption: &str, path: &Path) -> Result<(), BenchError> {
    let drawn = draw(costs, caption).and_then(|drawn| theme::write(&drawn, path));
    drawn.map_err(|reason| BenchError::Plot { path: path.to_owned(), reason })
}

fn draw(costs: &[ProfileCost], caption: &str) -> Result<String, String> {
    let most = costs.iter().flat_map(|cost| [cost.update, cost.boot]).fold(0.0, f64::max);
    if most <= 0.0 {
        return Err("there are no costs".to_owned());
    }
    // A handful of profiles.
    let height = HEAD + ROW * costs.len() as i32 + 12;
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH as u32, height as u32)).into_drawing_area();
        root.fill(&theme::PAPER).map_err(text)?;
        let ink = |size: i32| ("sans-serif", size).into_font().color(&theme::INK);
        root.draw(&Text::new(caption.to_owned(), (12, 12), ink(20))).map_err(text)?;
        for (at, name) in [(0, "one update"), (1, "every boot after it")] {
            let x = NAMES + at * 140;
            root.draw(&Rectangle::new([(x, 48), (x + 14, 62)], theme::series(at as usize).filled())).map_err(text)?;
            root.draw(&Text::new(name.to_owned(), (x + 20, 48), ink(13))).map_err(text)?;
        }
        for (row, cost) in costs.iter().enumerate() {
            let top = HEAD + ROW * row as i32;
            let name = ink(14).pos(Pos::new(HPos::Right, VPos::Center));
            root.draw(&Text::new(cost.profile.clone(), (NAMES - 10, top + BAR), name)).map_err(text)?;
            bar(&root, top, cost.update / most, cost.update, 0)?;
            bar(&root, top + BAR + 2, cost.boot / most, cost.boot, 1)?;
        }
        root.present().map_err(text)?;
    }
    Ok(svg)
}

fn bar(
    root: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    top: i32,
    share: f64,
    value: f64,
    series: usize,
) -> Result<(), String> {
    let end = NAMES + (share * f64::from(WIDTH - NAMES - FIGURE)) as i32;
    if end > NAMES {
        let corners = [(NAMES, top), (end, top + BAR - 2)];
        root.draw(&Rectangle::new(corners, theme::series(series).filled())).map_err(text)?;
    }
    let style = ("sans-serif", 13).into_font().color(&theme::INK).pos(Pos::new(HPos::Left, VPos::Center));
    let figure = if value > 0.0 { short((value / 1e5).round() * 1e5) } else { "nothing".to_owned() };
    root.draw(&Text::new(figure, (end + 8, top + BAR / 2), style)).map_err(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: Unit = Unit { verify: 13e6, hash: 9e6 };

    #[test]
    fn a_profile_pays_for_what_it_has() {
        let cost = |features: &[&str]| ProfileCost::of("it", features, UNIT);
        assert_eq!((cost(&[]).update, cost(&[]).boot), (9e6, 0.0));
        assert_eq!(cost(&["signature"]).update, 22e6);
        let whole = cost(&["signature", "re-verify", "boot-verify"]);
        assert_eq!((whole.update, whole.boot), (31e6, 22e6));
    }

    #[test]
    fn every_profile_has_its_row_and_a_profile_without_cost_says_so() {
        let costs = [ProfileCost::of("bare", &[], UNIT), ProfileCost::of("resilient", &["boot-verify"], UNIT)];
        let svg = draw(&costs, "what it costs").expect("there is something to draw");
        for words in ["bare", "resilient", "nothing", "22 M", "what it costs"] {
            assert!(svg.contains(&format!("\n{words}\n")), "{words}");
        }
        assert!(draw(&[], "nothing").is_err());
    }
}
