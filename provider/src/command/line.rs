use std::fmt;

use super::Placeholders;

/// What is run: a command line for the shell, or a program with its arguments.
///
/// ```
/// use pactwork_provider::CommandLine;
///
/// let shell = CommandLine::from("orders-service --port {port} | tee orders.log");
/// let program = CommandLine::program("orders-service", ["--name", "an order's life"]);
/// assert_eq!(shell.to_string(), "orders-service --port {port} | tee orders.log");
/// assert_eq!(program.to_string(), r"orders-service --name 'an order'\''s life'");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandLine {
    /// Run by `sh -c`.
    Shell(String),
    /// Run without a shell: nothing in it is special.
    Program {
        /// Its name, which is searched for in `PATH`, or its path.
        program: String,
        /// What it is given.
        arguments: Vec<String>,
    },
}

impl CommandLine {
    /// A program with its arguments, run without a shell.
    pub fn program<A: Into<String>>(
        program: impl Into<String>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        Self::Program {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
        }
    }

    /// The program to execute, and its arguments.
    pub(crate) fn words(&self) -> Vec<&str> {
        match self {
            Self::Shell(line) => vec!["sh", "-c", line],
            Self::Program { program, arguments } => {
                let arguments = arguments.iter().map(String::as_str);
                std::iter::once(program.as_str()).chain(arguments).collect()
            }
        }
    }

    pub(crate) fn filled(&self, placeholders: Placeholders) -> Self {
        match self {
            Self::Shell(line) => Self::Shell(placeholders.fill(line)),
            Self::Program { program, arguments } => Self::Program {
                program: placeholders.fill(program),
                arguments: arguments
                    .iter()
                    .map(|each| placeholders.fill(each))
                    .collect(),
            },
        }
    }
}

impl From<&str> for CommandLine {
    fn from(line: &str) -> Self {
        Self::Shell(line.into())
    }
}

impl From<String> for CommandLine {
    fn from(line: String) -> Self {
        Self::Shell(line)
    }
}

impl fmt::Display for CommandLine {
    /// As one would type it in a shell.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shell(line) => f.write_str(line),
            Self::Program { .. } => {
                let words: Vec<_> = self.words().into_iter().map(quoted).collect();
                f.write_str(&words.join(" "))
            }
        }
    }
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,@%+{}".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.into(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_wherever_they_stand() {
        let placeholders = Placeholders {
            port: Some(8080),
            instance: 2,
        };
        for (line, expected) in [
            (
                CommandLine::from("a {port} > {instance}.log"),
                "a 8080 > 2.log",
            ),
            (
                CommandLine::program("bin-{instance}", ["--port={port}", "${port}", ""]),
                "bin-2 --port=8080 '$8080' ''",
            ),
        ] {
            assert_eq!(line.filled(placeholders).to_string(), expected);
        }
    }
}
