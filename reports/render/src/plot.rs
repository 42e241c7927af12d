//! Plots, as SVG that stands in the page and follows its colours.
//!
//! plotters draws them without system fonts. It knows only fixed colours, so each colour drawn here
//! stands for a class of the style sheet and is exchanged for it afterwards: the same drawing serves
//! light, dark and paper. Everything a plot shows also stands in the text beside it.

mod matrix;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

pub(crate) use matrix::matrix;

use crate::report::{Finding, Lane, Sweep, SweepLane, Swept};

/// Width of every plot in its own units; a text of size 12 is readable at this width.
const WIDTH: u32 = 470;

/// Space for labels on the left.
const LABELS: i32 = 106;

/// Small enough for a desk, large enough for a phone.
const TEXT_SIZE: i32 = 14;

/// Height of a lane of a sweep.
const LANE_HEIGHT: i32 = 22;

/// A colour, by what it means.
#[derive(Clone, Copy)]
struct Ink {
    class: &'static str,
    colour: RGBColor,
}

/// Colours nobody would choose, so that they can be told from any other text of the drawing.
const INKS: [Ink; 9] = [
    Ink { class: "p-before", colour: RGBColor(1, 2, 1) },
    Ink { class: "p-updated", colour: RGBColor(1, 2, 2) },
    Ink { class: "p-broken", colour: RGBColor(1, 2, 3) },
    Ink { class: "p-program", colour: RGBColor(1, 2, 4) },
    Ink { class: "p-erase", colour: RGBColor(1, 2, 5) },
    Ink { class: "p-text", colour: RGBColor(1, 2, 6) },
    Ink { class: "p-rule", colour: RGBColor(1, 2, 7) },
    Ink { class: "p-band", colour: RGBColor(1, 2, 8) },
    Ink { class: "p-on", colour: RGBColor(1, 2, 9) },
];

const TEXT: RGBColor = RGBColor(1, 2, 6);
const RULE: RGBColor = RGBColor(1, 2, 7);
const BAND: RGBColor = RGBColor(1, 2, 8);
const ON: RGBColor = RGBColor(1, 2, 9);

/// The class of an outcome's colour.
pub(crate) const fn class(kind: Swept) -> &'static str {
    match kind {
        Swept::AsBefore => "p-before",
        Swept::Updated => "p-updated",
        Swept::Broken => "p-broken",
        Swept::Program => "p-program",
        Swept::Erase => "p-erase",
    }
}

fn colour(class: &str) -> RGBColor {
    INKS.iter().find(|ink| ink.class == class).map_or(TEXT, |ink| ink.colour)
}

type Canvas<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

/// Draws something and makes it part of a page.
fn draw(width: u32, height: u32, label: &str, paint: impl FnOnce(&Canvas<'_>)) -> String {
    let mut drawn = String::new();
    {
        let canvas = SVGBackend::with_string(&mut drawn, (width, height)).into_drawing_area();
        paint(&canvas);
        canvas.present().expect("a string takes everything");
    }
    let head = format!("<svg width=\"{width}\" height=\"{height}\"");
    let mut svg =
        drawn.replacen(&head, &format!("<svg class=\"plot\" role=\"img\" aria-label=\"{}\"", escaped(label)), 1);
    for ink in INKS {
        let RGBColor(red, green, blue) = ink.colour;
        let fixed = format!("#{red:02X}{green:02X}{blue:02X}");
        svg = svg.replace(&format!("fill=\"{fixed}\""), &format!("class=\"{}\"", ink.class));
        svg = svg.replace(&format!("stroke=\"{fixed}\""), &format!("class=\"{}-line\"", ink.class));
    }
    svg
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn rectangle(canvas: &Canvas<'_>, from: (i32, i32), to: (i32, i32), colour: RGBColor) {
    canvas.draw(&Rectangle::new([from, to], colour.filled())).expect("a string takes everything");
}

fn line(canvas: &Canvas<'_>, from: (i32, i32), to: (i32, i32)) {
    canvas.draw(&PathElement::new(vec![from, to], RULE)).expect("a string takes everything");
}

fn text(canvas: &Canvas<'_>, words: &str, at: (i32, i32), anchor: HPos, colour: RGBColor) {
    let style =
        TextStyle::from(("sans-serif", TEXT_SIZE).into_font()).color(&colour).pos(Pos::new(anchor, VPos::Center));
    canvas.draw(&Text::new(words.to_owned(), at, style)).expect("a string takes everything");
}

/// A text that runs upwards from a place.
fn rotated(canvas: &Canvas<'_>, words: &str, at: (i32, i32)) {
    let font = ("sans-serif", TEXT_SIZE).into_font().transform(FontTransform::Rotate270);
    let style = TextStyle::from(font).color(&TEXT).pos(Pos::new(HPos::Left, VPos::Center));
    canvas.draw(&Text::new(words.to_owned(), at, style)).expect("a string takes everything");
}

/// The strip of a sweep: one lane per tear over all operations, or one lane over all bytes.
pub(crate) fn sweep(scenario: &str, sweep: &Sweep) -> String {
    let lanes = sweep.lanes.len() as i32;
    let height = lanes * LANE_HEIGHT + 30;
    let label = format!("{scenario}: what every case of the sweep over {} {} showed", sweep.of, sweep.swept);
    draw(WIDTH, height as u32, &label, |canvas| {
        for (index, lane) in sweep.lanes.iter().enumerate() {
            sweep_lane(canvas, lane, sweep.of, index as i32 * LANE_HEIGHT);
        }
        axis(canvas, sweep, lanes * LANE_HEIGHT);
    })
}

fn sweep_lane(canvas: &Canvas<'_>, lane: &SweepLane, of: u32, top: i32) {
    text(canvas, &lane.label, (LABELS - 8, top + LANE_HEIGHT / 2 - 2), HPos::Right, TEXT);
    for stretch in &lane.stretches {
        let (from, to) = (place(stretch.from, of), place(stretch.to + 1, of));
        let inset = match stretch.outcome {
            Swept::Program | Swept::Erase => 8,
            Swept::AsBefore | Swept::Updated | Swept::Broken => 2,
        };
        rectangle(
            canvas,
            (from, top + inset),
            (to.max(from + 1), top + LANE_HEIGHT - 6),
            colour(class(stretch.outcome)),
        );
    }
}

fn place(index: u32, of: u32) -> i32 {
    let width = i64::from(WIDTH) - i64::from(LABELS) - 10;
    LABELS + i32::try_from(i64::from(index) * width / i64::from(of.max(1))).unwrap_or(i32::MAX)
}

fn axis(canvas: &Canvas<'_>, sweep: &Sweep, top: i32) {
    let last = sweep.of.saturating_sub(1);
    line(canvas, (place(0, sweep.of), top), (place(sweep.of, sweep.of), top));
    for tick in ticks(last) {
        let x = (place(tick, sweep.of) + place(tick + 1, sweep.of)) / 2;
        line(canvas, (x, top), (x, top + 5));
        let anchor = if tick == last { HPos::Right } else { HPos::Center };
        text(
            canvas,
            &tick.to_string(),
            (if tick == last { place(sweep.of, sweep.of) } else { x }, top + 15),
            anchor,
            TEXT,
        );
    }
    text(canvas, sweep.swept, (LABELS - 8, top + 15), HPos::Right, TEXT);
}

/// First, last, and round numbers between them that leave each other room.
fn ticks(last: u32) -> Vec<u32> {
    let step = [1, 2, 5].iter().flat_map(|digit| (0..9).map(move |power| digit * 10_u32.pow(power)));
    let mut steps: Vec<u32> = step.collect();
    steps.sort_unstable();
    let step = steps.into_iter().find(|step| last / step <= 6).unwrap_or(last.max(1));
    let mut ticks: Vec<u32> = (0..=last).step_by(step as usize).filter(|tick| last - tick > step * 3 / 4).collect();
    ticks.push(last);
    ticks.dedup();
    ticks
}

/// The lanes of a finding: who did what, in order.
pub(crate) fn timeline(finding: &Finding) -> String {
    const LANE: i32 = 26;
    let lanes = Lane::ALL.len() as i32;
    let height = lanes * LANE + 4;
    let label = format!("{}: what happened up to the breach, lane by lane", finding.id);
    draw(WIDTH, height as u32, &label, |canvas| {
        bands(canvas, finding, lanes * LANE);
        for (index, lane) in Lane::ALL.iter().enumerate() {
            let y = index as i32 * LANE + LANE / 2;
            text(canvas, lane.name(), (LABELS - 14, y), HPos::Right, TEXT);
            line(canvas, (LABELS, y), (WIDTH as i32 - 10, y));
        }
        for (index, event) in finding.timeline.iter().enumerate() {
            let lane = Lane::ALL.iter().position(|lane| *lane == event.lane).unwrap_or(0);
            let at = (moment(index, finding), lane as i32 * LANE + LANE / 2);
            let is_breach = index + 1 == finding.timeline.len();
            let fill = if is_breach { colour("p-broken") } else { colour("p-updated") };
            canvas.draw(&Circle::new(at, 9, fill.filled())).expect("a string takes everything");
            text(canvas, &(index + 1).to_string(), at, HPos::Center, ON);
        }
    })
}

/// A band behind every other step of the scenario.
fn bands(canvas: &Canvas<'_>, finding: &Finding, bottom: i32) {
    let mut steps: Vec<(usize, usize)> = Vec::new();
    for (index, event) in finding.timeline.iter().enumerate() {
        match steps.last_mut() {
            Some((from, to)) if finding.timeline[*from].step == event.step => *to = index,
            Some(_) | None => steps.push((index, index)),
        }
    }
    let half = (moment(1, finding) - moment(0, finding)) / 2;
    for (from, to) in steps.into_iter().step_by(2) {
        rectangle(canvas, (moment(from, finding) - half, 0), (moment(to, finding) + half, bottom), BAND);
    }
}

fn moment(index: usize, finding: &Finding) -> i32 {
    let width = WIDTH as i32 - LABELS - 10;
    let count = finding.timeline.len().max(8) as i32;
    LABELS + (2 * index as i32 + 1) * width / (2 * count)
}

/// A removed feature, and the attacks that then succeed.
pub(crate) struct RemovedFeature<'a> {
    pub(crate) feature: &'a str,
    pub(crate) attacks: Vec<&'a str>,
}

/// Which attack succeeds once which feature is removed.
pub(crate) fn removed_features(rows: &[RemovedFeature<'_>]) -> String {
    const LEFT: i32 = 196;
    const TOP: i32 = 110;
    const ROW: i32 = 19;
    let mut attacks: Vec<&str> = rows.iter().flat_map(|row| &row.attacks).copied().collect();
    attacks.sort_unstable();
    attacks.dedup();
    let columns = rows.len().max(1) as i32;
    let column = ((WIDTH as i32 - LEFT - 10) / columns).clamp(20, 40);
    let width = (LEFT + column * columns + 10).max(WIDTH as i32);
    let height = TOP + ROW * attacks.len() as i32 + 8;
    draw(width as u32, height as u32, "Which attack succeeds once which feature is removed", |canvas| {
        for (index, row) in rows.iter().enumerate() {
            let x = LEFT + index as i32 * column + column / 2;
            rotated(canvas, row.feature, (x, TOP - 8));
        }
        for (index, attack) in attacks.iter().enumerate() {
            let y = TOP + index as i32 * ROW;
            line(canvas, (0, y), (LEFT + column * rows.len() as i32, y));
            text(canvas, attack, (LEFT - 10, y + ROW / 2), HPos::Right, TEXT);
            for (at, row) in rows.iter().enumerate() {
                if row.attacks.contains(attack) {
                    let x = LEFT + at as i32 * column;
                    rectangle(canvas, (x + 3, y + 4), (x + column - 3, y + ROW - 3), colour("p-broken"));
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{TEXT, WIDTH, draw, text, ticks};
    use plotters::style::text_anchor::HPos;

    #[test]
    fn ticks_begin_with_the_first_and_end_with_the_last() {
        assert_eq!(ticks(0), [0]);
        assert_eq!(ticks(1), [0, 1]);
        assert_eq!(ticks(145), [0, 50, 100, 145]);
        assert_eq!(ticks(5999), [0, 1000, 2000, 3000, 4000, 5000, 5999]);
    }

    #[test]
    fn no_fixed_colour_and_no_markup_is_left() {
        let svg = draw(WIDTH, 20, "<&\">", |canvas| text(canvas, "<script>&", (1, 1), HPos::Left, TEXT));
        assert!(!svg.contains("#0102"));
        assert!(!svg.contains("<script>"));
        assert!(svg.contains("&lt;script&gt;&amp;"));
        assert!(svg.contains("aria-label=\"&lt;&amp;&quot;&gt;\""));
    }
}
