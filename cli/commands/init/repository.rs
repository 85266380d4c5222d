//! What a repository shows of how it is built and tested.

use std::path::Path;

/// A file that tells a tool, and the commands that build and test with it.
struct Tool {
    /// A file's name, or `*` and its ending.
    file: &'static str,
    build: &'static [&'static str],
    test: &'static [&'static str],
}

const fn tool(
    file: &'static str,
    build: &'static [&'static str],
    test: &'static [&'static str],
) -> Tool {
    Tool { file, build, test }
}

/// The first that is there counts.
const TOOLS: &[Tool] = &[
    tool("Cargo.toml", &["cargo build"], &["cargo test"]),
    tool("package-lock.json", &["npm ci"], &["npm ci", "npm test"]),
    tool(
        "pnpm-lock.yaml",
        &["pnpm install"],
        &["pnpm install", "pnpm test"],
    ),
    tool(
        "yarn.lock",
        &["yarn install"],
        &["yarn install", "yarn test"],
    ),
    tool(
        "package.json",
        &["npm install"],
        &["npm install", "npm test"],
    ),
    tool(
        "mvnw",
        &["./mvnw --batch-mode package -DskipTests"],
        &["./mvnw --batch-mode test"],
    ),
    tool(
        "pom.xml",
        &["mvn --batch-mode package -DskipTests"],
        &["mvn --batch-mode test"],
    ),
    tool("gradlew", &["./gradlew assemble"], &["./gradlew test"]),
    tool("build.gradle", &["gradle assemble"], &["gradle test"]),
    tool("build.gradle.kts", &["gradle assemble"], &["gradle test"]),
    tool("go.mod", &["go build ./..."], &["go test ./..."]),
    tool(
        "requirements.txt",
        &["pip install -r requirements.txt"],
        &["pip install -r requirements.txt", "python -m pytest"],
    ),
    tool(
        "pyproject.toml",
        &["pip install ."],
        &["pip install .", "python -m pytest"],
    ),
    tool(
        "Gemfile",
        &["bundle install"],
        &["bundle install", "bundle exec rspec"],
    ),
    tool(
        "composer.json",
        &["composer install"],
        &["composer install", "vendor/bin/phpunit"],
    ),
    tool("mix.exs", &["mix deps.get"], &["mix deps.get", "mix test"]),
    tool("*.sln", &["dotnet build"], &["dotnet test"]),
    tool("*.csproj", &["dotnet build"], &["dotnet test"]),
];

/// What is found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commands {
    pub build: Vec<String>,
    pub test: Vec<String>,
}

/// How a folder is built and tested: by what is in it, else by what is at the
/// repository's root; nothing where nothing tells.
pub fn commands(folder: &Path, root: &Path) -> Commands {
    let tool = [folder, root].into_iter().find_map(tool_of);
    tool.map_or_else(Commands::default, |tool| Commands {
        build: tool.build.iter().map(|line| (*line).into()).collect(),
        test: tool.test.iter().map(|line| (*line).into()).collect(),
    })
}

fn tool_of(folder: &Path) -> Option<&'static Tool> {
    let names: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    TOOLS.iter().find(|tool| match tool.file.strip_prefix('*') {
        Some(ending) => names.iter().any(|name| name.ends_with(ending)),
        None => names.iter().any(|name| name == tool.file),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_tells_how_it_is_built_and_tested() {
        for (files, build, test) in [
            (vec!["Cargo.toml"], "cargo build", "cargo test"),
            (vec!["package.json"], "npm install", "npm install; npm test"),
            (
                vec!["package.json", "package-lock.json"],
                "npm ci",
                "npm ci; npm test",
            ),
            (
                vec!["pom.xml"],
                "mvn --batch-mode package -DskipTests",
                "mvn --batch-mode test",
            ),
            (vec!["Shop.sln", "README.md"], "dotnet build", "dotnet test"),
            (vec!["README.md"], "", ""),
        ] {
            let root = tempfile::tempdir().unwrap();
            for file in &files {
                std::fs::write(root.path().join(file), "").unwrap();
            }
            let service = root.path().join("services/web");
            std::fs::create_dir_all(&service).unwrap();
            for folder in [root.path(), &service] {
                let found = commands(folder, root.path());
                assert_eq!(found.build.join("; "), build, "{files:?}");
                assert_eq!(found.test.join("; "), test, "{files:?}");
            }
        }
    }
}
