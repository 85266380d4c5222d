//! Graphs as text that others draw, and as a picture. The same graph always gives
//! the same bytes.

mod dot;
mod layout;
mod mermaid;
mod svg;

pub use dot::dot;
pub use mermaid::mermaid;
pub use svg::svg;

use std::collections::BTreeMap;

use pactwork_broker::{Edge, Graph, MatrixOutcome, Node};

/// How many interactions a tooltip lists.
const LISTED: usize = 40;

/// How an edge is drawn: told apart by colour and by the kind of its line.
struct Look {
    mark: &'static str,
    colour: &'static str,
    dashed: bool,
}

fn look(outcome: MatrixOutcome) -> Look {
    let (mark, colour, dashed) = match outcome {
        MatrixOutcome::Passed => ("✓", "#2e7d32", false),
        MatrixOutcome::Failed => ("✗", "#c62828", false),
        MatrixOutcome::CouldNotVerify => ("?", "#b26a00", true),
        _ => ("?", "#6b7280", true),
    };
    Look {
        mark,
        colour,
        dashed,
    }
}

/// `3 ✓`
fn label(edge: &Edge) -> String {
    format!("{} {}", edge.interactions.len(), look(edge.outcome).mark)
}

/// The parties, the result and every interaction, a line each.
fn edge_tooltip(edge: &Edge) -> Vec<String> {
    let Edge {
        consumer,
        provider,
        outcome,
        interactions,
        ..
    } = edge;
    let mut lines = vec![format!("{consumer} → {provider}: {outcome}")];
    let listed = interactions.iter().take(LISTED);
    lines.extend(listed.map(ToString::to_string));
    if interactions.len() > LISTED {
        lines.push(format!("and {} more", interactions.len() - LISTED));
    }
    lines
}

fn node_tooltip(node: &Node) -> Vec<String> {
    let versions = match node.versions.is_empty() {
        true => "not there".into(),
        false => node.versions.join(", "),
    };
    vec![format!("{}: {versions}", node.name)]
}

/// Where each participant stands in the list.
fn positions(graph: &Graph) -> BTreeMap<&str, usize> {
    let names = graph.participants.iter().map(|node| node.name.as_str());
    names
        .enumerate()
        .map(|(index, name)| (name, index))
        .collect()
}

#[cfg(test)]
mod tests {
    use pactwork_contract::InteractionName;

    use super::*;

    /// Consumers and providers with the result between them, each about an
    /// interaction of that description.
    pub fn graph_of(edges: &[(&str, &str, &str, MatrixOutcome)]) -> Graph {
        let names = edges.iter().flat_map(|(one, other, ..)| [*one, *other]);
        let names: std::collections::BTreeSet<_> = names.collect();
        let node = |name: &str| Node {
            name: name.into(),
            versions: vec!["1".into()],
        };
        let edges = edges
            .iter()
            .map(|(consumer, provider, description, outcome)| {
                let interaction = InteractionName {
                    interaction_type: "Synchronous/HTTP".into(),
                    description: (*description).into(),
                    provider_states: Vec::new(),
                };
                Edge {
                    consumer: (*consumer).into(),
                    provider: (*provider).into(),
                    interactions: vec![interaction],
                    outcome: *outcome,
                    results: Vec::new(),
                }
            });
        Graph {
            participants: names.into_iter().map(node).collect(),
            integrations: edges.collect(),
        }
    }

    #[test]
    fn a_tooltip_lists_the_first_interactions_and_counts_the_others() {
        let mut graph = graph_of(&[("a", "b", "x", MatrixOutcome::Passed)]);
        let edge = &mut graph.integrations[0];
        assert_eq!(edge_tooltip(edge), ["a → b: passed", "\"x\""]);
        edge.interactions = vec![edge.interactions[0].clone(); LISTED + 2];
        assert_eq!(edge_tooltip(edge).len(), LISTED + 2);
        assert_eq!(edge_tooltip(edge).last().unwrap(), "and 2 more");
    }
}
