//! `pactwork graph`.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args as Group, ValueEnum};

/// How a graph is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// For Markdown: GitHub, GitLab and many wikis show it
    #[default]
    Mermaid,
    /// For Graphviz
    Dot,
    /// A picture
    Svg,
    /// Everything: each interaction, each result
    Json,
}

/// Draw who depends on whom
///
/// Each edge leads from a consumer to its provider, with the number of interactions
/// and the newest result: of the newest versions on the main branch (of all, where a
/// participant has none), or of what is on a branch or in an environment.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Examples:
  pactwork graph
  pactwork graph --format svg --output graph.svg
  pactwork graph --participant orders --environment production --format json

Exit codes:
  0  drawn, whatever the results are
  2  a participant or environment is not there, or the file cannot be written
  3  storage is unreachable")]
pub struct Graph {
    /// Only this participant, its consumers and its providers
    #[arg(long, value_name = "P", value_parser = NonEmptyStringValueParser::new())]
    pub participant: Option<String>,
    /// What is in an environment
    #[arg(long, value_name = "E", value_parser = NonEmptyStringValueParser::new())]
    #[arg(conflicts_with = "branch")]
    pub environment: Option<String>,
    /// The newest versions on a branch
    #[arg(long, value_name = "B", value_parser = NonEmptyStringValueParser::new())]
    pub branch: Option<String>,
    /// How the graph is written
    #[arg(long, value_enum, default_value_t)]
    pub format: GraphFormat,
    /// The file for the graph (default: stdout)
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}
