//! What the rules look at: the text of every file, and what Cargo knows of our crates.

use cargo_metadata::{DependencyKind, MetadataCommand};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use std::process::Command;

/// A file of the project.
pub struct File {
    /// Path from the root of the workspace, with `/` on every system.
    pub path: String,
    /// The whole text. Files that are not UTF-8 are no text and are not here.
    pub text: String,
}

impl File {
    /// The lines, counted from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// The part of the name after the last dot, or nothing.
    pub fn extension(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or("", |(_, extension)| extension)
    }
}

/// When a crate needs another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// To run.
    Run,
    /// For its tests and benches.
    Test,
    /// For its build script.
    Build,
}

/// A crate of ours, as its manifest declares it.
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its directory, from the root of the workspace.
    pub directory: String,
    /// The names of what it declares to need.
    pub needs: BTreeSet<(Need, String)>,
    /// The names of its binaries, benches, tests and examples.
    pub targets: BTreeSet<String>,
}

/// Asks our binary for the help of a subcommand.
pub type Help = dyn Fn(&[&str]) -> Result<String, String>;

/// Everything that a rule may look at.
pub struct House {
    /// Every text file, sorted by path.
    pub files: Vec<File>,
    /// Every crate of the workspace.
    pub packages: Vec<Package>,
    /// The subcommands that the installed Cargo knows.
    pub cargo_commands: BTreeSet<String>,
    /// The help text of our binary below the given subcommands, or why there is none.
    pub help: Box<Help>,
}

impl House {
    /// Reads the workspace that this program was built from.
    pub fn open() -> Result<House, Box<dyn Error>> {
        let metadata = MetadataCommand::new().no_deps().exec()?;
        let root = metadata.workspace_root.clone().into_std_path_buf();
        let ignored = std::fs::read_to_string(root.join(".gitignore")).unwrap_or_default();
        let mut files = Vec::new();
        walk(&root, "", &Ignored::parse(&ignored), &mut files)?;
        files.sort_by(|left, right| left.path.cmp(&right.path));

        let packages = metadata.packages.iter().map(|package| {
            let directory = package.manifest_path.parent().expect("a manifest lies in a directory");
            let needs = package.dependencies.iter().map(|dependency| {
                let need = match dependency.kind {
                    DependencyKind::Development => Need::Test,
                    DependencyKind::Build => Need::Build,
                    _ => Need::Run,
                };
                (need, dependency.name.clone())
            });
            Package {
                name: package.name.to_string(),
                directory: directory
                    .strip_prefix(&metadata.workspace_root)
                    .expect("our crates lie below the root")
                    .to_string(),
                needs: needs.collect(),
                targets: package.targets.iter().map(|target| target.name.clone()).collect(),
            }
        });
        Ok(House {
            packages: packages.collect(),
            files,
            cargo_commands: cargo_commands()?,
            help: Box::new(remembering(help_of_entente)),
        })
    }

    /// The file at `path`, if there is one.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The crate named `name`, if there is one.
    pub fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == name)
    }

    /// Whether there is a file at `path`, or one below it.
    pub fn has_path(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let below =
            |file: &File| file.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        self.files.iter().any(|file| file.path == path || below(file))
    }

    /// A house made of `files`, for the tests of a rule.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> House {
        let file =
            |(path, text): &(&str, &str)| File { path: (*path).into(), text: (*text).into() };
        House {
            files: files.iter().map(file).collect(),
            packages: Vec::new(),
            cargo_commands: BTreeSet::new(),
            help: Box::new(|_| Err("no binary in this test".into())),
        }
    }
}

/// The part of `.gitignore` that this project uses: `/root-entry`, `name/` and `*.extension`.
struct Ignored<'a> {
    patterns: Vec<&'a str>,
}

impl Ignored<'_> {
    fn parse(text: &str) -> Ignored<'_> {
        let patterns = text.lines().map(|line| line.trim().trim_end_matches('/'));
        let meant = |line: &&str| !line.is_empty() && !line.starts_with('#');
        Ignored { patterns: patterns.filter(meant).collect() }
    }

    fn covers(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        self.patterns.iter().any(|pattern| {
            match (pattern.strip_prefix('/'), pattern.strip_prefix('*')) {
                (Some(at_root), _) => path == at_root,
                (None, Some(ending)) => name.ends_with(ending),
                (None, None) => name == *pattern,
            }
        })
    }
}

fn walk(
    root: &Path,
    below: &str,
    ignored: &Ignored<'_>,
    files: &mut Vec<File>,
) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(root.join(below))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        if name == ".git" || ignored.covers(&path) {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(root, &path, ignored, files)?;
        } else if kind.is_file() {
            // A file that vanishes between listing and reading is somebody's work in progress.
            let Ok(bytes) = std::fs::read(entry.path()) else { continue };
            if let Ok(text) = String::from_utf8(bytes) {
                files.push(File { path, text });
            }
        }
    }
    Ok(())
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn cargo_commands() -> Result<BTreeSet<String>, Box<dyn Error>> {
    let output = cargo().arg("--list").output()?;
    let text = String::from_utf8(output.stdout)?;
    Ok(text
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect())
}

/// Documents show the same command many times, and each answer is a program that runs.
fn remembering(
    help: impl Fn(&[&str]) -> Result<String, String>,
) -> impl Fn(&[&str]) -> Result<String, String> {
    let answers: RefCell<BTreeMap<String, Result<String, String>>> = RefCell::default();
    move |subcommands| {
        let mut answers = answers.borrow_mut();
        answers.entry(subcommands.join(" ")).or_insert_with(|| help(subcommands)).clone()
    }
}

fn help_of_entente(subcommands: &[&str]) -> Result<String, String> {
    let mut command = cargo();
    command.args(["run", "--quiet", "-p", "entente", "--"]).args(subcommands).arg("--help");
    let output = command.output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let first = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
        return Err(first.to_owned());
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_ignores_is_not_looked_at() {
        let ignored = Ignored::parse("/target\n# a remark\n*.profraw\n__pycache__/\n");
        for (path, covered) in [
            ("target", true),
            ("crates/target", false),
            ("a/b.profraw", true),
            ("bench/__pycache__", true),
            ("bench/pycache", false),
            ("# a remark", false),
        ] {
            assert_eq!(ignored.covers(path), covered, "{path}");
        }
    }

    #[test]
    fn a_path_is_a_file_or_a_directory_with_files() {
        let house = House::of(&[("docs/decisions/0001.md", "")]);
        for (path, there) in [
            ("docs/decisions/0001.md", true),
            ("docs/decisions", true),
            ("docs/", true),
            ("doc", false),
            ("docs/decisions/0002.md", false),
        ] {
            assert_eq!(house.has_path(path), there, "{path}");
        }
    }
}
