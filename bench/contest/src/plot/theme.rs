//! Colours that follow the reader's screen: dark on light, light on dark.
//!
//! plotters knows fixed colours only. So a plot is drawn in colours that stand for roles, and afterwards each
//! becomes a class that the style sheet in the file gives its colour, once for either kind of screen.

use std::path::Path;

use plotters::prelude::*;

/// Text, axes, the line of equality.
pub(super) const INK: RGBColor = RGBColor(1, 0, 0);
/// The grid.
pub(super) const RULE: RGBColor = RGBColor(2, 0, 0);
/// What everything is drawn on.
pub(super) const PAPER: RGBColor = RGBColor(3, 0, 0);
/// The role of the first series; the others follow.
const FIRST_SERIES: u8 = 16;

/// Colours of the series on light and on dark, after Okabe and Ito, readable with any kind of eye.
const SERIES: [(&str, &str); 8] = [
    ("#0072b2", "#56b4e9"),
    ("#c04a00", "#ff9c5a"),
    ("#00765a", "#2fc79b"),
    ("#a8457f", "#e79ac4"),
    ("#6a5d00", "#e0cf45"),
    ("#5b4bb5", "#aba1ff"),
    ("#8a1c1c", "#ff8a80"),
    ("#4d5761", "#aab4be"),
];

/// The colour that stands for a series.
pub(super) fn series(index: usize) -> RGBColor {
    // Less than the number of series, so it fits.
    RGBColor(FIRST_SERIES + (index % SERIES.len()) as u8, 0, 0)
}

/// Writes a drawing that was made in the colours above.
pub(super) fn write(drawn: &str, path: &Path) -> Result<(), String> {
    std::fs::write(path, themed(drawn)).map_err(super::text)
}

fn themed(drawn: &str) -> String {
    let mut svg = drawn.to_owned();
    let roles = [(INK, "ink".to_owned()), (RULE, "rule".to_owned()), (PAPER, "paper".to_owned())];
    let series = (0..SERIES.len()).map(|index| (series(index), format!("s{index}")));
    for (RGBColor(red, green, blue), role) in roles.into_iter().chain(series) {
        let color = format!("#{red:02X}{green:02X}{blue:02X}");
        svg = svg.replace(&format!("fill=\"{color}\""), &format!("class=\"f-{role}\""));
        svg = svg.replace(&format!("stroke=\"{color}\""), &format!("class=\"l-{role}\""));
    }
    let Some(end) = svg.find("<svg").and_then(|begin| Some(begin + svg[begin..].find('>')? + 1)) else { return svg };
    svg.insert_str(end, &style());
    svg
}

fn style() -> String {
    let variables = |of: fn(&(&'static str, &'static str)) -> &'static str| {
        let series = SERIES.iter().enumerate();
        series.map(|(index, colors)| format!("--s{index}:{};", of(colors))).collect::<String>()
    };
    let roles = ["ink", "rule", "paper"].map(str::to_owned).into_iter();
    let classes: String = roles
        .chain((0..SERIES.len()).map(|index| format!("s{index}")))
        .map(|role| format!(".f-{role}{{fill:var(--{role})}}.l-{role}{{stroke:var(--{role})}}"))
        .collect();
    format!(
        "<style>svg{{--ink:#15191e;--rule:#dfe3e7;--paper:#fff;{}}}@media(prefers-color-scheme:dark){{svg{{\
         --ink:#e4e7ea;--rule:#2b333b;--paper:#14181c;{}}}}}{classes}text{{font-family:system-ui,sans-serif}}</style>",
        variables(|(light, _)| light),
        variables(|(_, dark)| dark)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_become_classes_and_nothing_else_changes() {
        let drawn = "<svg width=\"9\">\n<rect fill=\"#030000\"/><polyline fill=\"none\" stroke=\"#110000\"/>\
                     <text fill=\"#010000\">#010000</text></svg>";
        let themed = themed(drawn);
        assert!(themed.contains("<rect class=\"f-paper\"/><polyline fill=\"none\" class=\"l-s1\"/>"), "{themed}");
        assert!(themed.contains("<text class=\"f-ink\">#010000</text>"), "{themed}");
        assert!(themed.starts_with("<svg width=\"9\"><style>"), "{themed}");
        assert!(themed.contains("prefers-color-scheme:dark"));
    }
}
