//! A Mermaid flowchart (mermaid.js.org/syntax/flowchart.html).

use std::fmt::Write;

use pactwork_broker::Graph;

use super::{label, look, positions};

/// More edges than these Mermaid refuses where nobody configures it.
const MOST_EDGES: usize = 500;

pub fn mermaid(graph: &Graph) -> String {
    let mut text = String::from("graph LR\n");
    if graph.integrations.len() > MOST_EDGES {
        text += "  %% Mermaid draws no more than 500 edges unless maxEdges is raised\n";
    }
    for (index, node) in graph.participants.iter().enumerate() {
        let _ = writeln!(text, "  n{index}[\"{}\"]", escaped(&node.name));
        if node.versions.is_empty() {
            let _ = writeln!(text, "  style n{index} stroke-dasharray:4");
        }
    }
    let positions = positions(graph);
    for edge in &graph.integrations {
        let ends = (
            positions.get(&*edge.consumer),
            positions.get(&*edge.provider),
        );
        let (Some(from), Some(to)) = ends else {
            continue;
        };
        let line = match look(edge.outcome).dashed {
            true => "-.->",
            false => "-->",
        };
        let _ = writeln!(text, "  n{from} {line}|\"{}\"| n{to}", label(edge));
    }
    for (index, edge) in graph.integrations.iter().enumerate() {
        let colour = look(edge.outcome).colour;
        let _ = writeln!(text, "  linkStyle {index} stroke:{colour}");
    }
    text
}

/// Mermaid's own entity codes, for everything that it may take for syntax.
fn escaped(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            '"' | '#' | '&' | '<' | '>' | '`' | '\\' | ';' => {
                let _ = write!(text, "#{};", u32::from(character));
            }
            control if control.is_control() => text.push('\u{FFFD}'),
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use pactwork_broker::MatrixOutcome::{Failed, NeverVerified, Passed};

    use super::super::tests::graph_of;
    use super::*;

    #[test]
    fn edges_lead_from_consumers_to_providers() {
        let graph = graph_of(&[
            ("web", "orders", "x", Passed),
            ("web", "users", "y", NeverVerified),
            ("app \"2\" <b>", "orders", "z", Failed),
        ]);
        assert_eq!(
            mermaid(&graph),
            "graph LR\n  \
             n0[\"app #34;2#34; #60;b#62;\"]\n  \
             n1[\"orders\"]\n  \
             n2[\"users\"]\n  \
             n3[\"web\"]\n  \
             n3 -->|\"1 ✓\"| n1\n  \
             n3 -.->|\"1 ?\"| n2\n  \
             n0 -->|\"1 ✗\"| n1\n  \
             linkStyle 0 stroke:#2e7d32\n  \
             linkStyle 1 stroke:#6b7280\n  \
             linkStyle 2 stroke:#c62828\n"
        );
    }
}
