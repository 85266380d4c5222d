//! Where reports go.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args as Group;

use crate::args::Format;

/// How and where reports are written.
#[derive(Debug, Group)]
#[command(next_help_heading = "Reports")]
pub struct ReportTo {
    /// How the report is written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// The file for the report (default: stdout)
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write this report as well; may be given several times
    ///
    /// html, json, junit, tap and human need a file: --report junit=reports/junit.xml,
    /// whose folder is made if it is not there. github annotates the run of a workflow
    /// through stdout, or a file, and adds to the summary of its step.
    #[arg(long = "report", value_name = "KIND[=FILE]")]
    pub reports: Vec<Further>,
}

/// A further report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Further {
    pub kind: Kind,
    /// `None`: not said.
    pub file: Option<PathBuf>,
}

/// What reports there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Human,
    Json,
    Junit,
    Github,
    Tap,
    Html,
}

impl Kind {
    /// All of them by name.
    const ALL: [Self; 6] = [
        Self::Github,
        Self::Html,
        Self::Human,
        Self::Json,
        Self::Junit,
        Self::Tap,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Tap => "tap",
            Self::Html => "html",
        }
    }
}

impl FromStr for Further {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, file) = match text.split_once('=') {
            Some((name, file)) => (name, Some(file)),
            None => (text, None),
        };
        let mut kinds = Kind::ALL.into_iter();
        let kind = kinds.find(|kind| kind.name() == name).ok_or_else(|| {
            let known: Vec<_> = Kind::ALL.into_iter().map(Kind::name).collect();
            format!("expected one of {}, found \"{name}\"", known.join(", "))
        })?;
        match file {
            Some("") => Err(format!("the file's name is missing behind {name}=")),
            None if kind != Kind::Github => {
                Err(format!("this report needs a file: --report {name}=FILE"))
            }
            _ => Ok(Self {
                kind,
                file: file.map(PathBuf::from),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_a_kind_and_a_file() {
        for (text, expected) in [
            ("junit=a=b.xml", Ok((Kind::Junit, Some("a=b.xml")))),
            ("github", Ok((Kind::Github, None))),
            ("github=a.txt", Ok((Kind::Github, Some("a.txt")))),
            ("html", Err("this report needs a file: --report html=FILE")),
            ("tap=", Err("the file's name is missing behind tap=")),
            (
                "xml=a",
                Err("expected one of github, html, human, json, junit, tap, found \"xml\""),
            ),
        ] {
            let expected = expected
                .map(|(kind, file)| Further {
                    kind,
                    file: file.map(PathBuf::from),
                })
                .map_err(String::from);
            assert_eq!(text.parse(), expected, "{text}");
        }
    }
}
