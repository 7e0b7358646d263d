//! The course of a few cases, drawn: one panel for the rate, one for the memory of parts.

use std::fmt::Write;

use super::world::Moment;

const WIDTH: f64 = 760.0;
const PANEL: f64 = 170.0;
const LEFT: f64 = 60.0;
const TOP: f64 = 34.0;
const GAP: f64 = 52.0;
/// The beginning is what is of interest.
const SECONDS: f64 = 2.0;
const COLOURS: [&str; 4] = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728"];

struct Panel {
    title: &'static str,
    top: f64,
    most: f64,
    /// A line to compare with.
    mark: f64,
    of: fn(&Moment) -> f64,
}

pub fn draw(courses: &[(&str, Vec<Moment>)]) -> String {
    let panels = [
        Panel {
            title: "rate ÷ what can be reached",
            top: TOP,
            most: 1.2,
            mark: 0.95,
            of: |moment| moment.rate,
        },
        Panel {
            title: "memory of parts ÷ the least that would do (cut off at 3)",
            top: TOP + PANEL + GAP,
            most: 3.0,
            mark: 1.5,
            of: |moment| moment.memory,
        },
    ];
    let legend = TOP + 2.0 * PANEL + GAP + 44.0;
    let height = legend + 18.0 * courses.len() as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0} {height:.0}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
        LEFT + WIDTH + 20.0
    );
    for panel in &panels {
        panel.frame(&mut svg);
        for ((_, course), colour) in courses.iter().zip(COLOURS) {
            panel.line(&mut svg, course, colour);
        }
    }
    for (index, ((name, _), colour)) in courses.iter().zip(COLOURS).enumerate() {
        let y = legend + 18.0 * index as f64;
        let _ = writeln!(
            svg,
            "<path d=\"M{LEFT:.0} {y:.0}h24\" stroke=\"{colour}\" stroke-width=\"2\"/><text x=\"{:.0}\" \
             y=\"{:.0}\">{name}</text>",
            LEFT + 32.0,
            y + 4.0
        );
    }
    svg + "</svg>\n"
}

impl Panel {
    fn x(&self, seconds: f64) -> f64 {
        LEFT + seconds / SECONDS * WIDTH
    }

    fn y(&self, value: f64) -> f64 {
        self.top + PANEL * (1.0 - (value / self.most).min(1.0))
    }

    fn frame(&self, svg: &mut String) {
        let _ = writeln!(
            svg,
            "<text x=\"{LEFT:.0}\" y=\"{:.0}\">{}</text>\n<rect x=\"{LEFT:.0}\" y=\"{:.0}\" width=\"{WIDTH:.0}\" \
             height=\"{PANEL:.0}\" fill=\"none\" stroke=\"#888\"/>\n<path d=\"M{LEFT:.0} {:.1}h{WIDTH:.0}\" \
             stroke=\"#888\" stroke-dasharray=\"4 4\"/>",
            self.top - 8.0,
            self.title,
            self.top,
            self.y(self.mark)
        );
        for value in [0.0, self.mark, self.most] {
            let _ = writeln!(
                svg,
                "<text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{value}</text>",
                LEFT - 6.0,
                self.y(value) + 4.0
            );
        }
        for seconds in 0..=SECONDS as u32 {
            let _ = writeln!(
                svg,
                "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{seconds} s</text>",
                self.x(f64::from(seconds)),
                self.top + PANEL + 16.0
            );
        }
    }

    fn line(&self, svg: &mut String, course: &[Moment], colour: &str) {
        let points: Vec<String> = course
            .iter()
            .take_while(|moment| moment.seconds <= SECONDS)
            .map(|moment| format!("{:.1},{:.1}", self.x(moment.seconds), self.y((self.of)(moment))))
            .collect();
        let _ = writeln!(
            svg,
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\" points=\"{}\"/>",
            points.join(" ")
        );
    }
}
