#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::json;

use super::looking::workshop;
use crate::support::Workshop;

#[test]
fn edges_lead_from_consumers_to_providers_with_counts_and_results() {
    let workshop = workshop();
    workshop
        .run(&["graph"])
        .exits(0)
        .prints("graph LR\n  n0[\"app\"]\n  n1[\"orders\"]\n  n2[\"users\"]\n  style n2 stroke-dasharray:4\n  n3[\"web\"]\n")
        .prints("n0 -.->|\"1 ?\"| n1")
        .prints("n3 -->|\"2 ✓\"| n1");
    workshop
        .run(&["graph", "--format", "dot"])
        .exits(0)
        .prints("\"web\" -> \"orders\" [label=\"2 ✓\"")
        .prints("GET /orders/7\\\" given \\\"order 7 exists\\\"");
    workshop
        .run(&["graph", "--format", "svg", "--output", "graph.svg"])
        .exits(0)
        .says("the graph is in graph.svg");
    let svg = workshop.read("graph.svg");
    assert!(svg.contains("<title>web → orders: passed\n"), "{svg}");
    assert!(svg.ends_with("</svg>\n"), "{svg}");
    workshop
        .run(&["graph", "--output", "nowhere/graph.svg"])
        .exits(2)
        .says("error: cannot write ")
        .says("make the folder writable, or name another one");
}

#[test]
fn json_lists_interactions_and_results() {
    let graph = workshop()
        .run(&["graph", "--participant", "web", "--format", "json"])
        .exits(0)
        .json();
    let edges = graph["integrations"].as_array().unwrap();
    assert_eq!(edges.len(), 1, "{graph}");
    assert_eq!(edges[0]["outcome"], "passed");
    assert_eq!(
        edges[0]["interactions"][1],
        json!({
            "type": "Synchronous/HTTP",
            "description": "GET /orders/7",
            "provider_states": [{ "name": "order 7 exists" }],
        })
    );
    assert_eq!(edges[0]["results"][0]["provider_version"], "o1");
    let names = graph["participants"].as_array().unwrap().iter();
    let names: Vec<_> = names.map(|node| node["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["orders", "web"]);
}

#[test]
fn a_branch_and_an_environment_have_graphs_of_their_own() {
    let workshop = workshop();
    let edges = |scope: &[&str]| {
        let command = [&["graph", "--format", "json"], scope].concat();
        let graph = workshop.run(&command).exits(0).json();
        let edges = graph["integrations"].as_array().unwrap().clone();
        let said = edges.iter().map(|edge| {
            let text = |name: &str| edge[name].as_str().unwrap().to_owned();
            format!(
                "{} {} {}",
                text("consumer"),
                text("provider"),
                text("outcome")
            )
        });
        said.collect::<Vec<_>>()
    };
    // orders has nothing on that branch; what another version of it said stands in.
    assert_eq!(edges(&["--branch", "feature"]), ["web orders failed"]);
    assert_eq!(
        edges(&["--environment", "production"]),
        ["orders users never_verified", "web orders passed"]
    );
    workshop
        .run(&["graph", "--environment", "prod"])
        .exits(2)
        .says("there is no environment prod; similar: production");
}

#[test]
fn an_empty_bucket_has_an_empty_graph() {
    let workshop = Workshop::new();
    for format in ["mermaid", "dot", "svg", "json"] {
        workshop
            .run(&["graph", "--format", format])
            .exits(0)
            .says("warning: nobody is in ");
    }
}
