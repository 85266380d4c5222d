//! Which test recorded an interaction, so that a conflict can name both. It is kept
//! beside the pact and not in it: the pact's bytes do not depend on who was first.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::{Interaction, Pact};

/// The folder within that of the pact files. It tells version control to ignore it.
const FOLDER: &str = ".recorded-by";
const IGNORE: &str = ".gitignore";
/// Beyond this many bytes a file starts anew.
const LARGEST: u64 = 8 * 1024 * 1024;

/// The names of the tests that recorded into one pact file.
pub(super) struct RecordedBy {
    path: PathBuf,
}

impl RecordedBy {
    /// For a pact file.
    pub fn of(pact_file: &Path) -> Self {
        let folder = pact_file.parent().unwrap_or(Path::new("."));
        let name = pact_file.file_name().unwrap_or_default();
        let mut path = folder.join(FOLDER).join(name);
        path.set_extension("jsonl");
        Self { path }
    }

    /// Notes that a test recorded these interactions, into a new pact file or one that
    /// was there. Best effort: a pact without such notes is as good.
    pub fn note(&self, pact: &Pact, test: Option<&str>, is_new: bool) {
        let interactions = pact.interactions.iter();
        let named = interactions.filter_map(|each| Some(line(each, test_of(each, test)?)));
        let lines: String = named.collect();
        match lines.is_empty() {
            true if is_new => self.forget(),
            true => {}
            false => drop(self.append(&lines, is_new)),
        }
    }

    /// The tests that recorded an interaction of this identity, each once, in the order of time.
    pub fn tests(&self, identity: &str) -> Vec<String> {
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        let mut tests = Vec::new();
        for line in text.lines() {
            if let Ok((found, test)) = serde_json::from_str::<(String, String)>(line)
                && found == identity
                && !tests.contains(&test)
            {
                tests.push(test);
            }
        }
        tests
    }

    /// Removes the notes, and their folder when nothing else is in it.
    pub fn forget(&self) {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let _ = fs::remove_file(&self.path);
        let is_ours =
            |entry: io::Result<fs::DirEntry>| entry.is_ok_and(|entry| entry.file_name() == IGNORE);
        if fs::read_dir(folder).is_ok_and(|mut entries| entries.all(is_ours)) {
            let _ = fs::remove_file(folder.join(IGNORE));
            let _ = fs::remove_dir(folder);
        }
    }

    fn append(&self, lines: &str, is_new: bool) -> io::Result<()> {
        let mut file = match self.open(is_new) {
            Err(reason) if reason.kind() == io::ErrorKind::NotFound => {
                self.make_folder()?;
                self.open(true)?
            }
            opened => opened?,
        };
        file.write_all(lines.as_bytes())
    }

    fn open(&self, is_new: bool) -> io::Result<File> {
        let is_long = fs::metadata(&self.path).is_ok_and(|found| found.len() > LARGEST);
        let mut options = File::options();
        match is_new || is_long {
            true => options.write(true).truncate(true),
            false => options.append(true),
        };
        options.create(true).open(&self.path)
    }

    fn make_folder(&self) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        fs::write(folder.join(IGNORE), "*\n")
    }
}

/// The test that an interaction is of: what its comments say (`testname`, Pact
/// specification version 4), or else the one that is running.
pub(super) fn test_of<'a>(
    interaction: &'a Interaction,
    running: Option<&'a str>,
) -> Option<&'a str> {
    let said = interaction.common().comments.get("testname");
    said.and_then(serde_json::Value::as_str).or(running)
}

fn line(interaction: &Interaction, test: &str) -> String {
    let identity = interaction.identity().to_string();
    let mut line = serde_json::json!([identity, test]).to_string();
    line.push('\n');
    line
}

/// The end of a conflict's sentence: who said what.
pub(super) fn named(recorded_by: &[String], test: Option<&str>) -> String {
    let second = test.map_or("this recording".into(), |test| format!("the test {test}"));
    match recorded_by {
        [] if test.is_none() => String::new(),
        [] => format!("\nThe second is what {second} says."),
        tests if tests.iter().any(|each| Some(each.as_str()) == test) => {
            format!("\nThe first is what {second} said in an earlier run.")
        }
        [first] => {
            format!("\nThe first is what the test {first} says, the second what {second} says.")
        }
        [first, others @ ..] => format!(
            "\nThe first is what the test {first} says (and {}), the second what {second} says.",
            others.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_of_a_conflict_are_named_as_far_as_they_are_known() {
        for (recorded_by, test, expected) in [
            (&[][..], None, ""),
            (&[], Some("b"), "\nThe second is what the test b says."),
            (
                &["b"],
                Some("b"),
                "\nThe first is what the test b said in an earlier run.",
            ),
            (
                &["a"],
                Some("b"),
                "\nThe first is what the test a says, the second what the test b says.",
            ),
            (
                &["a"],
                None,
                "\nThe first is what the test a says, the second what this recording says.",
            ),
            (
                &["a", "c", "d"],
                Some("b"),
                "\nThe first is what the test a says (and c, d), the second what the test b says.",
            ),
        ] {
            let recorded_by: Vec<_> = recorded_by.iter().map(ToString::to_string).collect();
            assert_eq!(named(&recorded_by, test), expected);
        }
    }
}
