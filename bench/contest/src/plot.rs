//! Plots, as SVG.
//!
//! Both axes are logarithmic: sizes grow by factors, and twice as slow must look as far from equal as
//! twice as fast.

use std::collections::BTreeSet;
use std::path::Path;

use plotters::prelude::*;

use crate::BenchError;
use crate::table::Row;

/// Draws the ratio of software to accelerator over the size, a line for each operation, and a heavier
/// line where both are equal.
///
/// # Errors
/// The file cannot be written.
pub fn ratio_over_size(rows: &[Row], path: &Path) -> Result<(), BenchError> {
    ratio_chart(rows, path).map_err(|reason| BenchError::Plot { path: path.to_owned(), reason })
}

fn ratio_chart(rows: &[Row], path: &Path) -> Result<(), String> {
    let sizes = range(rows.iter().map(|row| row.size_bytes as f64), 1.2).ok_or("there are no rows")?;
    let ratios = range(rows.iter().flat_map(|row| [row.ratio.low, row.ratio.high, 1.0]), 1.2).ok_or("no ratios")?;
    let root = SVGBackend::new(path, (1000, 640)).into_drawing_area();
    root.fill(&WHITE).map_err(text)?;
    let mut chart = ChartBuilder::on(&root)
        .caption("software / accelerator: above 1 the accelerator wins", ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(56)
        .build_cartesian_2d((sizes.0..sizes.1).log_scale(), (ratios.0..ratios.1).log_scale())
        .map_err(text)?;
    let whole = |value: &f64| format!("{value:.0}");
    let mut mesh = chart.configure_mesh();
    mesh.x_desc("bytes").y_desc("times faster").x_label_formatter(&whole).draw().map_err(text)?;
    let equal = [(sizes.0, 1.0), (sizes.1, 1.0)];
    chart.draw_series(LineSeries::new(equal, BLACK.stroke_width(2))).map_err(text)?;
    for (index, operation) in operations(rows).into_iter().enumerate() {
        let color = Palette99::pick(index).to_rgba();
        let points: Vec<(f64, f64)> = rows
            .iter()
            .filter(|row| row.operation == operation)
            .map(|row| (row.size_bytes as f64, row.ratio.estimate))
            .collect();
        chart
            .draw_series(LineSeries::new(points.clone(), color.stroke_width(2)))
            .map_err(text)?
            .label(operation)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], color.stroke_width(2)));
        chart.draw_series(points.into_iter().map(|point| Circle::new(point, 3, color.filled()))).map_err(text)?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.85))
        .label_font(("sans-serif", 12))
        .draw()
        .map_err(text)?;
    root.present().map_err(text)
}

/// A point in a plot of what flash buys.
#[derive(Clone, Debug)]
pub struct Footprint {
    /// What is done; its points share a colour.
    pub operation: &'static str,
    /// The operation, and how it was compiled.
    pub label: String,
    /// Code and constants, in bytes.
    pub flash_bytes: u64,
    /// What one operation costs, in `unit` of the caller.
    pub cost: f64,
}

/// Draws cost against flash, a labelled point for each.
///
/// # Errors
/// The file cannot be written.
pub fn flash_against_speed(points: &[Footprint], unit: &str, path: &Path) -> Result<(), BenchError> {
    flash_chart(points, unit, path).map_err(|reason| BenchError::Plot { path: path.to_owned(), reason })
}

fn flash_chart(points: &[Footprint], unit: &str, path: &Path) -> Result<(), String> {
    let flash = range(points.iter().map(|point| point.flash_bytes as f64), 1.6).ok_or("there are no points")?;
    let costs = range(points.iter().map(|point| point.cost), 1.6).ok_or("there are no points")?;
    let root = SVGBackend::new(path, (1000, 640)).into_drawing_area();
    root.fill(&WHITE).map_err(text)?;
    let mut chart = ChartBuilder::on(&root)
        .caption("what flash buys: further down is faster, further left is smaller", ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(90)
        .build_cartesian_2d((flash.0..flash.1).log_scale(), (costs.0..costs.1).log_scale())
        .map_err(text)?;
    let whole = |value: &f64| format!("{value:.0}");
    let mut mesh = chart.configure_mesh();
    let mesh = mesh.x_desc("bytes of flash").y_desc(unit).x_label_formatter(&whole).y_label_formatter(&whole);
    mesh.draw().map_err(text)?;
    let operations: BTreeSet<&str> = points.iter().map(|point| point.operation).collect();
    for point in points {
        let color = Palette99::pick(operations.iter().position(|name| *name == point.operation).unwrap_or(0)).to_rgba();
        let place = (point.flash_bytes as f64, point.cost);
        let dot = Circle::new((0, 0), 4, color.filled());
        let label = Text::new(point.label.clone(), (8, -6), ("sans-serif", 12).into_font());
        chart.draw_series([EmptyElement::at(place) + dot + label]).map_err(text)?;
    }
    root.present().map_err(text)
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
