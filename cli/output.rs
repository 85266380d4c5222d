//! The only place that prints. Results go to stdout; progress, warnings and
//! errors go to stderr.

use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use pactwork_provider::Secrets;

use crate::args::Color;
use crate::failure::{Failure, Result};
use crate::progress::Progress;
use crate::render::safe;

pub const GOOD: Style = AnsiColor::Green.on_default();
pub const BAD: Style = AnsiColor::Red.on_default();
pub const DOUBTFUL: Style = AnsiColor::Yellow.on_default();
pub const STRONG: Style = Style::new().bold();
pub const FAINT: Style = Style::new().dimmed();

/// Text in a style; whether the style is shown is decided where it is printed.
pub fn styled(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Text without its styles, as it goes to a file.
pub fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// Where a command prints.
#[derive(Debug)]
pub struct Output {
    choice: ColorChoice,
    verbose: bool,
    folder: PathBuf,
    secrets: Secrets,
}

impl Output {
    /// `auto` colours on a terminal and never with NO_COLOR; `folder` is the one
    /// that paths are shown relative to.
    pub fn new(color: Color, verbose: bool, folder: PathBuf) -> Self {
        let choice = match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self {
            choice,
            verbose,
            folder,
            secrets: Secrets::default(),
        }
    }

    /// What nothing on stderr shows; whoever learns of a secret adds it.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// A path as a reader in the working folder would name it.
    pub fn path<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        match path.strip_prefix(&self.folder) {
            Ok(inside) if inside != Path::new("") => inside.display(),
            _ => path.display(),
        }
    }

    /// Prints lines of the result to stdout, at once. A reader that has gone
    /// away (`| head`) is no error.
    pub fn result(&self, text: &str) -> Result<()> {
        let mut stdout = AutoStream::new(io::stdout(), self.choice);
        match writeln!(stdout, "{}", text.trim_end_matches('\n')).and_then(|()| stdout.flush()) {
            Err(reason) if reason.kind() != ErrorKind::BrokenPipe => Err(Failure::wrong_input(
                format!("cannot write to stdout: {reason}"),
            )),
            _ => Ok(()),
        }
    }

    /// Says something that is good to know.
    pub fn note(&self, text: impl Display) {
        self.diagnostic(&shown(text));
    }

    /// Says what was rendered, with its styles.
    pub fn rendered(&self, text: &str) {
        self.diagnostic(text);
    }

    /// Shows how far something is: on a terminal with colours only, and not between the
    /// lines of `-v`.
    pub fn progress(&self) -> Progress {
        let colours = match self.choice {
            ColorChoice::Auto => AutoStream::choice(&io::stderr()),
            choice => choice,
        };
        match colours == ColorChoice::Never || self.verbose || !io::stderr().is_terminal() {
            true => Progress::hidden(),
            false => Progress::shown(),
        }
    }

    /// Says something that only `-v` asks for.
    pub fn detail(&self, text: impl Display) {
        if self.verbose {
            self.diagnostic(&styled(FAINT, shown(text)));
        }
    }

    /// Says something that is odd, and that does not stop the command.
    pub fn warning(&self, text: impl Display) {
        let text = shown(text);
        self.diagnostic(&format!("{}: {text}", styled(DOUBTFUL, "warning")));
    }

    /// Says why the command ended, and what to do.
    pub fn failure(&self, failure: &Failure) {
        let message = shown(&failure.message);
        self.diagnostic(&format!("{}: {message}", styled(BAD, "error")));
        if let Some(advice) = &failure.advice {
            let advice = shown(advice);
            self.diagnostic(&format!("{}: {advice}", styled(STRONG, "what to do")));
        }
    }

    /// There is nowhere left to report to if stderr cannot be written.
    fn diagnostic(&self, text: &str) {
        let text = safe::log(text);
        let text = self.secrets.redact(&text);
        let _ = writeln!(AutoStream::new(io::stderr(), self.choice), "{text}");
    }
}

/// What is said holds texts of others: names, paths, what a provider wrote.
fn shown(text: impl Display) -> String {
    safe::text(&text.to_string()).into_owned()
}
