//! A picture of the day: a small diagram for each gauge, and one for the drift.

use std::fmt::Write as _;

use super::sample::{Gauge, Samples};
use super::verdict::Drift;

const COLUMNS: usize = 2;
const WIDTH: f64 = 460.0;
const HEIGHT: f64 = 150.0;
/// Around each diagram: left, top, right, bottom.
const MARGIN: (f64, f64, f64, f64) = (58.0, 34.0, 18.0, 30.0);
/// More points than this are not seen.
const POINTS: usize = 400;

/// An SVG.
pub(super) fn plot(samples: &Samples, drift: &Drift) -> String {
    let mut diagrams: Vec<(&str, Vec<(f64, f64)>)> =
        Gauge::ALL.iter().map(|gauge| (gauge.title(), samples.of(*gauge))).collect();
    diagrams.push(("Axis against the clock, ms", drift.points.clone()));
    let (wide, high) = (WIDTH + MARGIN.0 + MARGIN.2, HEIGHT + MARGIN.1 + MARGIN.3);
    let rows = diagrams.len().div_ceil(COLUMNS);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" \
         font-family=\"Inter, sans-serif\" font-size=\"11\" fill=\"#3a3733\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#faf9f7\"/>\n",
        wide * COLUMNS as f64,
        high * rows as f64
    );
    for (n, (title, points)) in diagrams.iter().enumerate() {
        let left = (n % COLUMNS) as f64 * wide + MARGIN.0;
        let top = (n / COLUMNS) as f64 * high + MARGIN.1;
        // Writing into a string cannot fail.
        diagram(&mut svg, title, points, (left, top)).ok();
    }
    svg + "</svg>\n"
}

fn diagram(
    svg: &mut String,
    title: &str,
    points: &[(f64, f64)],
    (left, top): (f64, f64),
) -> std::fmt::Result {
    writeln!(svg, "<g transform=\"translate({left} {top})\">")?;
    writeln!(svg, "<text y=\"-12\" font-size=\"13\" font-weight=\"600\">{title}</text>")?;
    let values = || points.iter().map(|(_, value)| *value);
    // From zero, unless it goes below: what hardly grows should look like it.
    let (low, high) = (values().fold(0.0, f64::min), values().fold(1e-9, f64::max));
    let room = (high - low) * 1.08;
    let hours = points.last().map_or(1.0, |(hours, _)| hours.max(1e-9));
    let x = |at: f64| at / hours * WIDTH;
    let y = |value: f64| HEIGHT - (value - low) / room * HEIGHT;
    for step in 0..=4 {
        let value = low + (high - low) * f64::from(step) / 4.0;
        let at = y(value);
        writeln!(svg, "<path d=\"M0 {at:.1}H{WIDTH}\" stroke=\"#e3dfd8\"/>")?;
        let text = if high - low < 10.0 { format!("{value:.2}") } else { format!("{value:.0}") };
        writeln!(svg, "<text x=\"-8\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>", at + 4.0)?;
    }
    for step in 0..=4 {
        let at = hours * f64::from(step) / 4.0;
        let under = HEIGHT + 18.0;
        writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{under}\" text-anchor=\"middle\">{at:.1} h</text>",
            x(at)
        )?;
    }
    let every = points.len().div_ceil(POINTS).max(1);
    let line: Vec<String> = points
        .iter()
        .step_by(every)
        .map(|(hours, value)| format!("{:.1},{:.1}", x(*hours), y(*value)))
        .collect();
    writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#c8553d\" stroke-width=\"1.6\"/>",
        line.join(" ")
    )?;
    writeln!(svg, "</g>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_gauge_has_its_diagram_within_the_picture() {
        let samples = Samples::made(900, |_, hours| 100.0 + hours);
        let drift = Drift { points: vec![(0.0, -3.0), (30.0, 4.0)], least_ms: -3.0, most_ms: 4.0 };
        let svg = plot(&samples, &drift);
        assert_eq!(svg.matches("<polyline").count(), Gauge::ALL.len() + 1);
        assert!(Gauge::ALL.iter().all(|gauge| svg.contains(gauge.title())));
        let points = svg.split("points=\"").skip(1).flat_map(|rest| {
            rest.split('"').next().unwrap_or_default().split(' ').collect::<Vec<_>>()
        });
        for point in points {
            let (x, y) = point.split_once(',').unwrap();
            let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
            assert!((0.0..=WIDTH).contains(&x) && (0.0..=HEIGHT).contains(&y), "{point}");
        }
    }
}
