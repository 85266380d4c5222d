//! A picture that stands alone (SVG 1.1): no script, no font, no style from elsewhere.

use std::fmt::Write;

use pactwork_broker::{Edge, Graph, MatrixOutcome, Node};

use super::layout::{Layout, Point, layout};
use super::{edge_tooltip, label, look, node_tooltip, positions};

const BOX_HEIGHT: f64 = 30.0;
const MARGIN: f64 = 24.0;
/// Room below for what the lines mean.
const LEGEND: f64 = 34.0;
/// The least width that the legend needs.
const LEGEND_WIDTH: f64 = 520.0;
/// How much of a long name is shown in its box; the tooltip has it whole.
const SHOWN: usize = 40;

const LEGEND_ENTRIES: [(MatrixOutcome, &str); 4] = [
    (MatrixOutcome::Passed, "passed"),
    (MatrixOutcome::Failed, "failed"),
    (MatrixOutcome::CouldNotVerify, "could not verify"),
    (MatrixOutcome::NeverVerified, "never verified"),
];

pub fn svg(graph: &Graph) -> String {
    let positions = positions(graph);
    let edges: Vec<_> = graph
        .integrations
        .iter()
        .filter_map(|edge| {
            let from = *positions.get(&*edge.consumer)?;
            Some((edge, (from, *positions.get(&*edge.provider)?)))
        })
        .collect();
    let widths: Vec<_> = graph
        .participants
        .iter()
        .map(|node| width_of(&shown(&node.name)) + 24.0)
        .collect();
    let lines: Vec<_> = edges.iter().map(|(_, line)| *line).collect();
    let layout = layout(&widths, BOX_HEIGHT, &lines);
    let mut picture = Picture::of(&layout);
    for ((edge, (from, _)), points) in edges.iter().zip(&layout.lines) {
        match points.is_empty() {
            true => picture.add_loop(edge, layout.boxes[*from], widths[*from]),
            false => picture.add_line(edge, points),
        }
    }
    for ((node, middle), width) in graph.participants.iter().zip(&layout.boxes).zip(&widths) {
        picture.add_box(node, *middle, *width);
    }
    picture.finish(layout.height)
}

struct Picture {
    text: String,
}

impl Picture {
    fn of(layout: &Layout) -> Self {
        let width = layout.width.max(LEGEND_WIDTH) + 2.0 * MARGIN;
        let height = layout.height + 2.0 * MARGIN + LEGEND;
        let mut text = String::new();
        let _ = write!(
            text,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"sans-serif\" font-size=\"13\">\n\
             <title>Who depends on whom</title>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n<defs>\n"
        );
        for (index, (outcome, _)) in LEGEND_ENTRIES.iter().enumerate() {
            let colour = look(*outcome).colour;
            let _ = writeln!(
                text,
                "<marker id=\"arrow{index}\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" \
                 markerHeight=\"8\" orient=\"auto\"><path d=\"M0,0L10,5L0,10z\" fill=\"{colour}\"/></marker>"
            );
        }
        let _ = writeln!(
            text,
            "</defs>\n<g transform=\"translate({MARGIN},{MARGIN})\">"
        );
        Self { text }
    }

    fn add_line(&mut self, edge: &Edge, points: &[Point]) {
        let mut path = String::new();
        for (index, (x, y)) in points.iter().enumerate() {
            let Some((before_x, before_y)) = index.checked_sub(1).map(|before| points[before])
            else {
                let _ = write!(path, "M{x:.0},{y:.0}");
                continue;
            };
            let half = f64::midpoint(before_x, *x);
            let _ = match (before_y - y).abs() < 0.5 {
                true => write!(path, "L{x:.0},{y:.0}"),
                false => write!(
                    path,
                    "C{half:.0},{before_y:.0} {half:.0},{y:.0} {x:.0},{y:.0}"
                ),
            };
        }
        let half = points.len() / 2;
        let (one, other) = (points[half - 1], points[half]);
        let middle = (f64::midpoint(one.0, other.0), f64::midpoint(one.1, other.1));
        self.add_path(edge, &path, middle);
    }

    /// From a box back to itself.
    fn add_loop(&mut self, edge: &Edge, (x, y): Point, width: f64) {
        let (right, top) = (x + width / 2.0, y - BOX_HEIGHT / 2.0);
        let path = format!(
            "M{right:.0},{y:.0}C{:.0},{y:.0} {:.0},{:.0} {x:.0},{top:.0}",
            right + 30.0,
            right + 10.0,
            top - 24.0
        );
        self.add_path(edge, &path, (right + 12.0, top - 4.0));
    }

    fn add_path(&mut self, edge: &Edge, path: &str, (x, y): Point) {
        let look = look(edge.outcome);
        let dashes = if look.dashed {
            " stroke-dasharray=\"6 4\""
        } else {
            ""
        };
        let arrow = LEGEND_ENTRIES
            .iter()
            .position(|(outcome, _)| *outcome == edge.outcome);
        let _ = writeln!(
            self.text,
            "<g><title>{}</title><path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"{dashes} \
             marker-end=\"url(#arrow{})\"/><text x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\" font-size=\"11\" \
             fill=\"{colour}\" stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\">{}</text></g>",
            escaped(&edge_tooltip(edge).join("\n")),
            arrow.unwrap_or(0),
            y - 3.0,
            escaped(&label(edge)),
            colour = look.colour,
        );
    }

    fn add_box(&mut self, node: &Node, (x, y): Point, width: f64) {
        let dashes = match node.versions.is_empty() {
            true => " stroke-dasharray=\"4 3\"",
            false => "",
        };
        let _ = writeln!(
            self.text,
            "<g><title>{}</title><rect x=\"{:.0}\" y=\"{:.0}\" width=\"{width:.0}\" height=\"{BOX_HEIGHT:.0}\" rx=\"6\" \
             fill=\"#f3f4f6\" stroke=\"#374151\"{dashes}/><text x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\" \
             fill=\"#111827\">{}</text></g>",
            escaped(&node_tooltip(node).join("\n")),
            x - width / 2.0,
            y - BOX_HEIGHT / 2.0,
            y + 4.5,
            escaped(&shown(&node.name)),
        );
    }

    fn finish(mut self, bottom: f64) -> String {
        let y = bottom + MARGIN + 14.0;
        for (index, (outcome, meaning)) in LEGEND_ENTRIES.iter().enumerate() {
            let look = look(*outcome);
            let dashes = if look.dashed {
                " stroke-dasharray=\"6 4\""
            } else {
                ""
            };
            let x = index as f64 * 130.0;
            let _ = writeln!(
                self.text,
                "<path d=\"M{x:.0},{y:.0}h30\" stroke=\"{}\" stroke-width=\"1.5\"{dashes} \
                 marker-end=\"url(#arrow{index})\"/><text x=\"{:.0}\" y=\"{:.0}\" font-size=\"11\" \
                 fill=\"#374151\">{meaning}</text>",
                look.colour,
                x + 36.0,
                y + 4.0,
            );
        }
        self.text + "</g>\n</svg>\n"
    }
}

fn shown(name: &str) -> String {
    match name.char_indices().nth(SHOWN) {
        None => name.to_owned(),
        Some((end, _)) => format!("{}…", &name[..end]),
    }
}

/// About as wide as common fonts draw it; nobody can measure them here.
fn width_of(text: &str) -> f64 {
    let widths = text.chars().map(|character| match character {
        'i' | 'j' | 'l' | '.' | ',' | ':' | '|' | '\'' => 4.5,
        'm' | 'w' | 'A'..='Z' => 10.0,
        ascii if ascii.is_ascii() => 7.8,
        _ => 14.0,
    });
    widths.sum()
}

/// What XML gives a meaning, and what it cannot hold.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push('\n'),
            '\u{FFFE}' | '\u{FFFF}' => escaped.push('\u{FFFD}'),
            control if control.is_control() => escaped.push('\u{FFFD}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use pactwork_broker::MatrixOutcome::{Failed, NeverVerified, Passed};

    use super::super::tests::graph_of;
    use super::*;

    #[test]
    fn names_and_interactions_are_escaped_and_stand_in_tooltips() {
        let graph = graph_of(&[
            ("<script>&\"\u{0}", "orders", "a </title> b", Failed),
            ("orders", "orders", "itself", Passed),
            ("orders", "users", "x", NeverVerified),
        ]);
        let text = svg(&graph);
        assert!(
            !text.contains("<script") && !text.contains('\u{0}'),
            "{text}"
        );
        for expected in [
            "<title>&lt;script&gt;&amp;&quot;\u{FFFD} → orders: failed\n&quot;a &lt;/title&gt; b&quot;</title>",
            ">1 ✗</text>",
            ">users</text>",
        ] {
            assert!(text.contains(expected), "no {expected} in\n{text}");
        }
        assert_eq!(text, svg(&graph));
        assert_eq!(text.matches("marker-end").count(), 3 + LEGEND_ENTRIES.len());
    }

    #[test]
    fn a_long_name_is_cut_in_its_box_and_whole_in_its_tooltip() {
        let name = "ü".repeat(SHOWN + 1);
        let text = svg(&graph_of(&[(&name, "b", "x", Passed)]));
        assert!(text.contains(&format!(">{}…</text>", "ü".repeat(SHOWN))));
        assert!(text.contains(&format!("<title>{name}: 1</title>")));
    }
}
