//! Graphviz's DOT language (graphviz.org/doc/info/lang.html).

use std::fmt::Write;

use pactwork_broker::Graph;

use super::{edge_tooltip, label, look, node_tooltip};

pub fn dot(graph: &Graph) -> String {
    let mut text = String::from(
        "digraph pactwork {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n  \
         edge [fontname=\"sans-serif\"];\n",
    );
    for node in &graph.participants {
        let style = match node.versions.is_empty() {
            true => ", style=\"rounded,dashed\"",
            false => "",
        };
        let tooltip = quoted(&node_tooltip(node));
        let name = quoted(std::slice::from_ref(&node.name));
        let _ = writeln!(text, "  {name} [tooltip={tooltip}{style}];");
    }
    for edge in &graph.integrations {
        let look = look(edge.outcome);
        let style = if look.dashed { "dashed" } else { "solid" };
        let (from, to) = (quoted(&[&edge.consumer]), quoted(&[&edge.provider]));
        let (label, tooltip) = (quoted(&[label(edge)]), quoted(&edge_tooltip(edge)));
        let _ = writeln!(
            text,
            "  {from} -> {to} [label={label}, color=\"{}\", style={style}, tooltip={tooltip}, \
             labeltooltip={tooltip}];",
            look.colour
        );
    }
    text + "}\n"
}

/// Lines as one string. A backslash begins an escape such as `\N` in DOT, also where
/// JSON has it.
fn quoted(lines: &[impl AsRef<str>]) -> String {
    let lines = lines.iter().map(|line| {
        let visible = line.as_ref().chars().map(|character| match character {
            control if control.is_control() => '\u{FFFD}',
            other => other,
        });
        let visible: String = visible.collect();
        visible.replace('\\', "\\\\").replace('"', "\\\"")
    });
    format!("\"{}\"", lines.collect::<Vec<_>>().join("\\n"))
}

#[cfg(test)]
mod tests {
    use pactwork_broker::MatrixOutcome::Passed;

    use super::super::tests::graph_of;
    use super::*;

    #[test]
    fn names_are_quoted_and_tooltips_list_interactions() {
        let graph = graph_of(&[("we\"b\\N", "orders", "order \"7\"", Passed)]);
        let text = dot(&graph);
        let edge = "  \"we\\\"b\\\\N\" -> \"orders\" [label=\"1 ✓\", color=\"#2e7d32\", style=solid, \
                    tooltip=\"we\\\"b\\\\N → orders: passed\\n\\\"order \\\"7\\\"\\\"\"";
        assert!(text.contains(edge), "{text}");
        assert!(
            text.contains("  \"orders\" [tooltip=\"orders: 1\"];"),
            "{text}"
        );
    }
}
