//! Plots, as SVG.
//!
//! Both axes are logarithmic: sizes grow by factors, and twice as slow must look as far from equal as
//! twice as fast.

mod flash;
mod profiles;
mod theme;

use std::path::Path;

use plotters::coord::combinators::LogCoord;
use plotters::prelude::*;

pub use flash::{Footprint, flash_against_speed};
pub use profiles::{ProfileCost, Unit, cost_per_profile};

use crate::BenchError;
use crate::table::Row;

/// Draws the ratio of software to accelerator over the size, a line for each operation, and a heavier
/// line where both are equal.
///
/// # Errors
/// The file cannot be written.
pub fn ratio_over_size(rows: &[Row], path: &Path) -> Result<(), BenchError> {
    let drawn = ratio_chart(rows).and_then(|drawn| theme::write(&drawn, path));
    drawn.map_err(|reason| BenchError::Plot { path: path.to_owned(), reason })
}

/// A chart whose axes are both logarithmic.
type Chart<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<LogCoord<f64>, LogCoord<f64>>>;

fn ratio_chart(rows: &[Row]) -> Result<String, String> {
    let sizes = range(rows.iter().map(|row| row.size_bytes as f64), 1.2).ok_or("there are no rows")?;
    let ratios = range(rows.iter().flat_map(|row| [row.ratio.low, row.ratio.high, 1.0]), 1.2).ok_or("no ratios")?;
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (1000, 640)).into_drawing_area();
        root.fill(&theme::PAPER).map_err(text)?;
        let mut chart = ChartBuilder::on(&root)
            .caption(
                "software / accelerator: above 1 the accelerator wins",
                ("sans-serif", 20).into_font().color(&theme::INK),
            )
            .margin(12)
            .x_label_area_size(44)
            .y_label_area_size(60)
            .build_cartesian_2d((sizes.0..sizes.1).log_scale(), (ratios.0..ratios.1).log_scale())
            .map_err(text)?;
        mesh(&mut chart, "bytes", "times faster")?;
        let equal = [(sizes.0, 1.0), (sizes.1, 1.0)];
        chart.draw_series(LineSeries::new(equal, theme::INK.stroke_width(2))).map_err(text)?;
        for (index, operation) in operations(rows).into_iter().enumerate() {
            ratio_line(&mut chart, rows, operation, Palette99::pick(index).to_rgba())?;
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .background_style(theme::PAPER)
            .label_font(("sans-serif", 12).into_font().color(&theme::INK))
            .draw()
            .map_err(text)?;
        root.present().map_err(text)?;
    }
    Ok(svg)
}

fn ratio_line(chart: &mut Chart<'_>, rows: &[Row], operation: &'static str, color: RGBAColor) -> Result<(), String> {
    let of_it = rows.iter().filter(|row| row.operation == operation);
    let points: Vec<(f64, f64)> = of_it.map(|row| (row.size_bytes as f64, row.ratio.estimate)).collect();
    chart
        .draw_series(LineSeries::new(points.clone(), color.stroke_width(2)))
        .map_err(text)?
        .label(operation)
        .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], color.stroke_width(2)));
    chart.draw_series(points.into_iter().map(|point| Circle::new(point, 3, color.filled()))).map_err(text)?;
    Ok(())
}

/// Grid and axes.
fn mesh(chart: &mut Chart<'_>, across: &str, up: &str) -> Result<(), String> {
    let whole = |value: &f64| format!("{value:.0}");
    let label = ("sans-serif", 13).into_font().color(&theme::INK);
    chart
        .configure_mesh()
        .x_desc(across)
        .y_desc(up)
        .x_label_formatter(&whole)
        .y_label_formatter(&|value| short(*value))
        .label_style(label.clone())
        .axis_desc_style(label)
        .axis_style(theme::INK)
        .bold_line_style(theme::RULE)
        .light_line_style(theme::RULE)
        .draw()
        .map_err(text)
}

/// A number at an axis, as short as it can be read.
fn short(value: f64) -> String {
    match value {
        value if value >= 1e6 => format!("{} M", value / 1e6),
        value if value >= 1e4 => format!("{} k", value / 1e3),
        value => format!("{value}"),
    }
}

/// Operations in the order in which they first appear.
fn operations(rows: &[Row]) -> Vec<&'static str> {
    let mut operations = Vec::new();
    for row in rows {
        if !operations.contains(&row.operation) {
            operations.push(row.operation);
        }
    }
    operations
}

/// The smallest and the largest value, with a factor of room on either side.
fn range(values: impl Iterator<Item = f64>, room: f64) -> Option<(f64, f64)> {
    let (low, high) =
        values.fold((f64::INFINITY, 0.0), |(low, high): (f64, f64), value| (low.min(value), high.max(value)));
    (low <= high && low > 0.0).then_some((low / room, high * room))
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_leaves_room_on_either_side() {
        assert_eq!(range([4.0, 2.0, 8.0].into_iter(), 2.0), Some((1.0, 16.0)));
        assert_eq!(range([].into_iter(), 2.0), None);
        assert_eq!(range([0.0].into_iter(), 2.0), None);
    }
}
