//! What flash buys: a line for each operation through the ways to compile it.
//!
//! A line that falls to the right buys speed with flash; one that rises to the right pays for nothing. The
//! letter at a point says how it was compiled, the name at the end of a line what.

use std::path::Path;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{Chart, range, text, theme};
use crate::BenchError;

/// A point in a plot of what flash buys.
#[derive(Clone, Debug)]
pub struct Footprint {
    /// What is done; its points are joined.
    pub operation: String,
    /// How it was compiled, in few letters.
    pub way: String,
    /// Code and constants, in bytes.
    pub flash_bytes: u64,
    /// What one operation costs, in `unit` of the caller.
    pub cost: f64,
}

const SIZE: (u32, u32) = (1000, 640);

/// Draws cost against flash.
///
/// # Errors
/// There is nothing to draw, or the file cannot be written.
pub fn flash_against_speed(points: &[Footprint], unit: &str, path: &Path) -> Result<(), BenchError> {
    let drawn = draw(points, unit).and_then(|drawn| theme::write(&drawn, path));
    drawn.map_err(|reason| BenchError::Plot { path: path.to_owned(), reason })
}

fn draw(points: &[Footprint], unit: &str) -> Result<String, String> {
    let flash = range(points.iter().map(|point| point.flash_bytes as f64), 1.15).ok_or("there are no points")?;
    let costs = range(points.iter().map(|point| point.cost), 1.6).ok_or("there are no points")?;
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        root.fill(&theme::PAPER).map_err(text)?;
        let mut chart = ChartBuilder::on(&root)
            .caption(
                "what flash buys: further down is faster, further left is smaller",
                ("sans-serif", 20).into_font().color(&theme::INK),
            )
            .margin(12)
            // Names stand to the right of the last point.
            .margin_right(130)
            .x_label_area_size(44)
            .y_label_area_size(100)
            .build_cartesian_2d((flash.0..flash.1).log_scale(), (costs.0..costs.1).log_scale())
            .map_err(text)?;
        super::mesh(&mut chart, "bytes of flash", unit)?;
        for (index, operation) in operations(points).into_iter().enumerate() {
            line(&mut chart, points, &operation, theme::series(index))?;
        }
        root.present().map_err(text)?;
    }
    Ok(svg)
}

fn line(chart: &mut Chart<'_>, points: &[Footprint], operation: &str, color: RGBColor) -> Result<(), String> {
    let mut of_it: Vec<&Footprint> = points.iter().filter(|point| point.operation == operation).collect();
    of_it.sort_by_key(|point| point.flash_bytes);
    let place = |point: &Footprint| (point.flash_bytes as f64, point.cost);
    let style = |size: i32| ("sans-serif", size).into_font().color(&color);
    chart.draw_series(LineSeries::new(of_it.iter().map(|point| place(point)), color.stroke_width(2))).map_err(text)?;
    for point in &of_it {
        let letter = style(13).pos(Pos::new(HPos::Center, VPos::Bottom));
        let dot = Circle::new((0, 0), 4, color.filled());
        let way = Text::new(point.way.clone(), (0, -6), letter);
        chart.draw_series([EmptyElement::at(place(point)) + dot + way]).map_err(text)?;
    }
    if let Some(last) = of_it.last() {
        let name = style(13).pos(Pos::new(HPos::Left, VPos::Center));
        let name = Text::new(operation.to_owned(), (10, 0), name);
        chart.draw_series([EmptyElement::at(place(last)) + name]).map_err(text)?;
    }
    Ok(())
}

/// Operations in the order in which they first appear.
fn operations(points: &[Footprint]) -> Vec<String> {
    let mut operations = Vec::new();
    for point in points {
        if !operations.contains(&point.operation) {
            operations.push(point.operation.clone());
        }
    }
    operations
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counted on the AST1030 (`bench/README.md`): flash and instructions, by the way to compile.
    fn counted() -> Vec<Footprint> {
        let of = |operation: &str, ways: [(&str, u64, f64); 4]| {
            let operation = operation.to_owned();
            ways.map(|(way, flash_bytes, cost)| Footprint {
                operation: operation.clone(),
                way: way.to_owned(),
                flash_bytes,
                cost,
            })
        };
        [
            of("sha256", [("firmware", 2452, 73e3), ("z", 9120, 46.4e3), ("s", 9128, 41e3), ("3", 9272, 40.3e3)]),
            of("aes128-ctr", [("z", 9280, 329e3), ("s", 8356, 148e3), ("s", 8356, 148e3), ("3", 13332, 121e3)]),
            of(
                "p256-verify",
                [("firmware", 24216, 13.2e6), ("z", 28436, 15.1e6), ("s", 30888, 13.2e6), ("3", 43984, 11.6e6)],
            ),
            of("lms-verify", [("z", 9556, 3.3e6), ("s", 9040, 2.6e6), ("s", 9040, 2.6e6), ("3", 16240, 1.7e6)]),
        ]
        .concat()
    }

    #[test]
    fn every_operation_has_its_name_and_every_point_its_letter() {
        let points = counted();
        let folder = std::env::temp_dir().join(format!("otabench-plot-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder can be made");
        let path = folder.join("flash.svg");
        flash_against_speed(&points, "instructions for 1 KiB", &path).expect("the points can be drawn");
        let svg = std::fs::read_to_string(&path).expect("it was just written");
        std::fs::remove_dir_all(&folder).expect("the folder is the test's");
        for operation in ["sha256", "aes128-ctr", "p256-verify", "lms-verify"] {
            assert_eq!(svg.matches(&format!("\n{operation}\n")).count(), 1, "{operation}");
        }
        assert_eq!((svg.matches("\nz\n").count(), svg.matches("\n3\n").count()), (4, 4));
        assert!(flash_against_speed(&[], "nothing", &path).is_err());
    }
}
